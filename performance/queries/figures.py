"""What indicators stand at: periods as reported, and what the registers give, for pages, forms, scores and sums alike."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Count, Q, Sum

from funds.models import Asset
from performance.checks import exact
from performance.models import Indicator, PeriodReturn, Reading, TrainingClass
from performance.rules.classes import ClassSums, drawn
from performance.rules.figures import DAY, Days, Tile
from performance.rules.periods import due_now
from performance.targets import DATE_UNIT
from policy.calendar import add_months
from policy.terms import Aggregation, Draw, Frequency
from projects.models import Project

State = PeriodReturn.State
MARK = "sum_"  # a column of its own: a sum must not hide the field it is of
SUMS = ("trained", "high_skill", "passed", "certified", "surveyed", "satisfied")


def key_of(indicator: Indicator) -> str:
    """One indicator through all versions of the targets: the template's number, else level 2 and name."""
    return indicator.template_code or f"{indicator.level2}/{indicator.name}"


def tiles_of(returns: Iterable[PeriodReturn]) -> dict[str, list[Tile]]:
    """The periods of each indicator in the returns of one project, in order; three statements.

    A period in which the indicator was not due has no tile, the next one that is due reaches over it; one that is due
    and lacks its figure has an empty tile. Days that no return covers are in no tile.
    """
    found = tiles_of_all(returns)
    return next(iter(found.values()), {})


def tiles_of_all(returns: Iterable[PeriodReturn]) -> dict[int, dict[str, list[Tile]]]:
    """The same by project, for any number of them; the returns come with their projects."""
    rows = sorted(returns, key=lambda one: one.cut_off)
    readings, indicators = _readings(rows), _indicators({one.sheet_id for one in rows})
    found: dict[int, dict[str, list[Tile]]] = {}
    begun: dict[tuple[int, str], date] = {}
    for one in rows:
        own = found.setdefault(one.project_id, {})
        for indicator in indicators.get(one.sheet_id, ()):
            key = key_of(indicator)
            start = begun.setdefault((one.project_id, key), one.covers_from)
            if is_due(indicator, one):
                own.setdefault(key, []).append(_tile(one, start, indicator, readings.get((one.pk, indicator.pk))))
                del begun[one.project_id, key]
    return found


def _indicators(sheets: Iterable[int]) -> dict[int, list[Indicator]]:
    found: dict[int, list[Indicator]] = {}
    for indicator in Indicator.objects.filter(sheet__in=sheets).order_by("order", "pk"):
        found.setdefault(indicator.sheet_id, []).append(indicator)
    return found


def _readings(returns: Sequence[PeriodReturn]) -> dict[tuple[int, int], Reading]:
    rows = Reading.objects.filter(period_return__in=[one.pk for one in returns])
    return {(row.period_return_id, row.indicator_id): row for row in rows}


def is_due(indicator: Indicator, one: PeriodReturn) -> bool:
    """Whether this return asks for this indicator."""
    return due_now(Frequency(indicator.frequency), cut_off=one.cut_off, build_end=one.project.build_end_on)


def _tile(one: PeriodReturn, start: date, indicator: Indicator, reading: Reading | None) -> Tile:
    if one.state == State.EXEMPT:
        return Tile(start, one.cut_off, exempt=True)
    if one.zero and (reading is None or untyped(reading)):
        return _nothing_happened(one, start, Aggregation(indicator.aggregation))
    if reading is None:
        return Tile(start, one.cut_off)
    return Tile(
        start,
        one.cut_off,
        number(reading.value, indicator.unit),
        number(reading.numerator, ""),
        number(reading.denominator, ""),
    )


def untyped(reading: Reading) -> bool:
    """No figure in it: only the columns of F04, or nothing."""
    return not (reading.value or reading.numerator or reading.denominator or reading.attained)


def _nothing_happened(one: PeriodReturn, start: date, aggregation: Aggregation) -> Tile:
    """零报告: counts are a true 0; what has a level (期末值, 平均) is not touched."""
    zero = Fraction(0)
    if aggregation == Aggregation.SUM:
        return Tile(start, one.cut_off, value=zero)
    if aggregation == Aggregation.RATIO:
        return Tile(start, one.cut_off, numerator=zero, denominator=zero)
    return Tile(start, one.cut_off, exempt=True)


def number(text: str, unit: str) -> Fraction | None:
    """A figure that was kept, None where it is missing or no number."""
    if not text.strip():
        return None
    try:
        return exact(text, unit)
    except ValueError:
        return None


def kept_number(text: str, unit: str) -> Fraction | None:
    """A figure out of an accepted snapshot: a day may stand there as its number."""
    found = number(text, unit)
    return number(text, "") if found is None and unit == DATE_UNIT else found


def ended_within(spans: Iterable[Days]) -> Q:
    """Classes whose last day lies in one of these spans."""
    found = Q(pk__in=[])
    for first, last in spans:
        found |= Q(end_on__gte=first, end_on__lte=last)
    return found


def class_sums(project: Project, start: date | None, end: date) -> ClassSums:
    """The classes that ended in the window and were not voided; one statement."""
    return class_sums_of([project], start, end).get(project.pk, ClassSums())


def class_sums_of(projects: Iterable[Project], start: date | None, end: date) -> Mapping[int, ClassSums]:
    """By project; one statement however many."""
    rows = TrainingClass.objects.filter(
        project__in=[project.pk for project in projects], end_on__lte=end, voided_on__isnull=True
    )
    if start is not None:
        rows = rows.filter(end_on__gte=start)
    told: Any = rows.values("project").annotate(**_sum_columns())
    return {row["project"]: _sums(row) for row in told}


def _sum_columns() -> dict[str, Any]:
    sums: dict[str, Any] = {name: Sum(name) for name in SUMS}
    sums |= {name: Sum("trained", filter=Q(**{name: True}), default=0) for name in ("subsidised", "apprentices")}
    return {f"{MARK}{name}": one for name, one in sums.items()} | {f"{MARK}classes": Count("pk")}


def _sums(row: Mapping[str, Any]) -> ClassSums:
    return ClassSums(**{key.removeprefix(MARK): value for key, value in row.items() if key.startswith(MARK)})


def month_tiles(project: Project, draws: Iterable[str], first: date, on: date) -> dict[str, list[Tile]]:
    """What the register gives each draw month by month, from the month of `first` to the day; one statement.

    Empty where no class ended in those days: nothing is 0 for want of a class.
    """
    rows = TrainingClass.objects.filter(project=project, end_on__lte=on, voided_on__isnull=True)
    told: Any = rows.values("end_on__year", "end_on__month").annotate(**_sum_columns())
    sums = {(row["end_on__year"], row["end_on__month"]): _sums(row) for row in told}
    if not sums:
        return {}
    start, months = min(date(*min(sums), 1), first.replace(day=1)), []
    while start <= on:
        after = add_months(start, 1)
        months.append((start, min(after - DAY, on)))
        start = after
    nothing = ClassSums()
    return {
        draw: [Tile(first, last, *drawn(draw, sums.get((first.year, first.month), nothing))) for first, last in months]
        for draw in draws
    }


def register_figure(
    project: Project, draw: str, start: date | None, end: date
) -> tuple[Fraction | None, Fraction | None, Fraction | None]:
    """(value, numerator, denominator) of a register over a window, both days included; (None, None, None) for none."""
    if draw == Draw.ASSETS:
        rows = Asset.objects.filter(project=project, acquired_on__lte=end)
        if start is not None:
            rows = rows.filter(acquired_on__gte=start)
        return Fraction(rows.aggregate(count=Sum("quantity", default=0))["count"]), None, None
    return drawn(draw, class_sums(project, start, end))
