"""What an indicator stands at: figures of single periods put together the way its 汇总方式 says (handbook 4). Pure.

A missing figure stays missing: it is never read as 0, and a sum that lacks a period is no sum.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from performance.checks import PERCENT
from performance.targets import DATE_UNIT
from policy.calendar import add_months
from policy.terms import Aggregation

Days = tuple[date, date]  # the first and the last day, both included
DAY = timedelta(days=1)
YEAR_MONTHS = 12
WAIT, PRORATA = "wait", "prorata"
HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Tile:
    """One period and its own figure. `start`..`end`: the days it covers, both included.

    `value` None: not reported. A rate has `numerator` and `denominator` instead. `exempt`: 免报, nothing was asked.
    """

    start: date
    end: date
    value: Fraction | None = None
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    exempt: bool = False

    def reported(self, aggregation: Aggregation) -> bool:
        if aggregation == Aggregation.RATIO:
            return self.numerator is not None and self.denominator is not None
        return self.value is not None


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` None: nothing to show. `missing`: the periods that lack a figure. `whole`: the window lies behind us.

    `gaps`: days the figure is meant for and that no report covers; the value is then of the reported days alone.
    """

    value: Fraction | None
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    start: date | None = None
    end: date | None = None
    missing: tuple[Tile, ...] = ()
    whole: bool = True
    gaps: tuple[Days, ...] = ()

    @property
    def known(self) -> bool:
        return self.value is not None


NOTHING = Figure(None)


def rate(numerator: Fraction, denominator: Fraction, unit: str) -> Fraction | None:
    """分子÷分母 as its unit counts it; undefined over 0."""
    if denominator == 0:
        return None
    share = numerator / denominator
    return share * HUNDRED if unit == PERCENT else share


def accumulate(aggregation: Aggregation, tiles: Iterable[Tile], unit: str) -> Figure:
    """The figure over several periods. Rates are Σ÷Σ, never a mean of means; 期末值 is the last one reported.

    Days are not added up: of a 日期 the last one reported stands, whatever its 汇总方式.
    """
    if unit == DATE_UNIT and aggregation != Aggregation.RATIO:
        aggregation = Aggregation.LATEST
    asked = sorted((tile for tile in tiles if not tile.exempt), key=lambda tile: (tile.end, tile.start))
    if not asked:
        return NOTHING
    start, end = asked[0].start, asked[-1].end
    missing = tuple(tile for tile in asked if not tile.reported(aggregation))
    if aggregation == Aggregation.LATEST:
        told = [tile for tile in asked if tile.value is not None]
        return Figure(told[-1].value if told else None, start=start, end=end, missing=missing)
    if missing:
        return Figure(None, start=start, end=end, missing=missing)
    if aggregation == Aggregation.RATIO:
        over = sum((tile.numerator or Fraction(0) for tile in asked), Fraction(0))
        under = sum((tile.denominator or Fraction(0) for tile in asked), Fraction(0))
        return Figure(rate(over, under, unit), over, under, start, end)
    total = sum((tile.value or Fraction(0) for tile in asked), Fraction(0))
    value = total / len(asked) if aggregation == Aggregation.AVERAGE else total
    return Figure(value, start=start, end=end)


def of_year(tiles: Iterable[Tile], year: int) -> list[Tile]:
    """The periods of a budget year: a period belongs to the year of its last day."""
    return [tile for tile in tiles if tile.end.year == year]


def windowed(
    aggregation: Aggregation, tiles: Sequence[Tile], unit: str, window: str, *, on: date, part_year: str = WAIT
) -> Figure:
    """A figure "per year" read through the window of the edition on a day.

    "full_year": the last full calendar year · "best_12_months": the best run of periods within twelve months ·
    "build_average": the monthly pace of all periods × 12 · "": everything so far.

    `part_year` of the edition: a year that is not over is shown and not judged ("wait"), or counted up to twelve
    months by its whole months ("prorata").
    """
    done = sorted((tile for tile in tiles if tile.end <= on), key=lambda tile: tile.end)
    if window == "full_year":
        return _full_year(aggregation, done, unit, on, part_year)
    if window == "best_12_months":
        return _best_run(aggregation, done, unit)
    if window == "build_average":
        return _pace(aggregation, done, unit)
    return accumulate(aggregation, done, unit)


def block_days(year: int, start: date | None, end: date | None) -> Days:
    """The days of a budget year that lie in the build."""
    first, last = date(year, 1, 1), date(year, YEAR_MONTHS, 31)
    return max(first, start or first), min(last, end or last)


def block_figure(
    aggregation: Aggregation, tiles: Sequence[Tile], unit: str, window: str, *, on: date, part_year: str = WAIT
) -> Figure:
    """The periods of one block put together; of a year, the window of the edition is that year."""
    if window:
        return windowed(aggregation, tiles, unit, window, on=on, part_year=part_year)
    return accumulate(aggregation, tiles, unit)


def last_full_year(on: date) -> int:
    return on.year if (on.month, on.day) == (12, 31) else on.year - 1


def _full_year(aggregation: Aggregation, done: Sequence[Tile], unit: str, on: date, part_year: str) -> Figure:
    """No full year yet: the year that runs, marked as not whole, so that nothing is judged by it."""
    year = last_full_year(on)
    rows = of_year(done, year)
    if rows and covers(rows, date(year, 1, 1), date(year, 12, 31)):
        return accumulate(aggregation, rows, unit)
    running = of_year(done, on.year) or rows
    if part_year == PRORATA:
        return replace(_pace(aggregation, running, unit), whole=True)
    return replace(accumulate(aggregation, running, unit), whole=False)


def lacking(spans: Iterable[Days], start: date, end: date) -> tuple[Days, ...]:
    """The days from `start` to `end` that no span covers, run by run; nothing where they are whole."""
    found, reached, last = [], start.toordinal(), end.toordinal()
    for opens, closes in sorted(spans):
        if reached < opens.toordinal() and reached <= last:
            found.append((date.fromordinal(reached), min(opens - DAY, end)))
        reached = max(reached, closes.toordinal() + 1)
    if reached <= last:
        found.append((date.fromordinal(reached), end))
    return tuple(found)


def runs(spans: Iterable[Days]) -> tuple[Days, ...]:
    """The same days with neighbours joined: what lies between two runs is covered by nobody."""
    found: list[Days] = []
    for opens, closes in sorted(spans):
        if found and opens <= found[-1][1] + DAY:
            found[-1] = found[-1][0], max(found[-1][1], closes)
        else:
            found.append((opens, closes))
    return tuple(found)


def lies_in(spans: Iterable[Days], day: date) -> bool:
    return any(first <= day <= last for first, last in spans)


def days_in(gaps: Iterable[Days]) -> int:
    return sum((last - first).days + 1 for first, last in gaps)


def days_words(gaps: Iterable[Days]) -> str:
    """2026-02-17 至 2026-03-31、2026-07-01 至 2026-09-30."""
    return "、".join(f"{first} 至 {last}" for first, last in gaps)


def gaps_words(figure: Figure) -> str:
    """What is said beside a total that lacks days; "" where none does."""
    return f"缺期：{days_words(figure.gaps)}" if figure.gaps else ""


def beside_gaps(figure: Figure, aggregation: Aggregation, gaps: tuple[Days, ...]) -> Figure:
    """A total over days that were not all reported says so; what has a level stands as it was last reported."""
    if not gaps or figure == NOTHING or aggregation == Aggregation.LATEST:
        return figure
    return replace(figure, gaps=gaps, whole=False)


def spans_of(tiles: Iterable[Tile]) -> list[Days]:
    return [(tile.start, tile.end) for tile in tiles]


def covers(tiles: Iterable[Tile], start: date, end: date) -> bool:
    """Whether the periods reach from the first day to the last without a gap."""
    return not lacking(spans_of(tiles), start, end)


def _best_run(aggregation: Aggregation, done: Sequence[Tile], unit: str) -> Figure:
    """Runs of neighbouring periods that fit in twelve months; a shorter history is not whole."""
    best = NOTHING
    for first, tile in enumerate(done):
        limit = add_months(tile.start, YEAR_MONTHS)
        run = [other for other in done[first:] if other.end < limit and covers(done, tile.start, other.end)]
        found = accumulate(aggregation, run, unit)
        if found.value is not None and (best.value is None or found.value > best.value):
            full = bool(run) and months_between(run[0].start, run[-1].end) >= YEAR_MONTHS
            best = Figure(found.value, found.numerator, found.denominator, found.start, found.end, (), whole=full)
    return best


def _pace(aggregation: Aggregation, done: Sequence[Tile], unit: str) -> Figure:
    found = accumulate(aggregation, done, unit)
    if found.value is None or found.start is None or found.end is None or aggregation != Aggregation.SUM:
        return found
    months = sum(months_between(*run) for run in runs(spans_of(tile for tile in done if not tile.exempt)))
    if not months:
        return Figure(found.value, start=found.start, end=found.end, whole=False)
    value = found.value * YEAR_MONTHS / months
    return Figure(value, start=found.start, end=found.end, whole=months >= YEAR_MONTHS)


def months_between(start: date, end: date) -> int:
    """Whole months from the first day to the last, both included: 1 January to 31 March are three."""
    after = date.fromordinal(end.toordinal() + 1)
    months = (after.year - start.year) * YEAR_MONTHS + after.month - start.month
    return months if add_months(start, months) <= after else months - 1
