"""指标填报 of one 季报包: each indicator with this period beside the last, its running totals and its targets."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from django.db.models import Count, Q, Sum

from accounts.models import User
from accounts.roles import Action
from performance.models import PERIOD, Indicator, PeriodReturn, Reading, Target
from performance.queries.figures import class_sums, ended_within, is_due, key_of, register_figure, tiles_of, untyped
from performance.queries.returns import WITH_UNIT
from performance.queries.sheets import field_of
from performance.rules.classes import ClassSums, drawn, is_bound, is_drawn
from performance.rules.figures import (
    NOTHING,
    Days,
    Figure,
    Tile,
    accumulate,
    beside_gaps,
    lacking,
    of_year,
    runs,
    spans_of,
    windowed,
)
from performance.rules.readings import Standing, Typed, check_reading
from performance.targets import figure_text
from policy.findings import Finding
from policy.terms import Aggregation, Draw, Frequency, Operator
from projects import access
from projects.models import Attachment, Project
from projects.queries import files_for
from ui.versions import version_of

State = PeriodReturn.State
TYPED = ("value", "numerator", "denominator", "attained", "reason", "note")
# Attachment.about of what proves a reading; about_id is the reading.
ABOUT_READING = "reading"
Parts = tuple[Fraction, Fraction, Fraction]
Drawn = tuple[Fraction | None, Fraction | None, Fraction | None]
ZERO = Figure(Fraction(0))
NONE: Parts = (Fraction(0), Fraction(0), Fraction(0))


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """One indicator in one return. Figures of an indicator that is not due stand as of its last reading.

    `year_before`: the year without this period, a true 0 at its beginning. `window`: the figure read per year by the
    edition's rule, where its target is per year. `bound`: of 人数, what the register counts in 人次.
    """

    indicator: Indicator
    due: bool
    drawn: bool
    reading: Reading | None
    tile: Tile | None
    this: Figure
    last: Figure
    last_tile: Tile | None
    year: Figure
    year_before: Figure
    build: Figure
    window: Figure | None
    year_target: str
    period_target: str
    bound: Fraction | None = None
    findings: tuple[Finding, ...] = field(default=())

    @property
    def standing(self) -> Standing:
        return Standing(
            name=self.indicator.name,
            operator=Operator(self.indicator.operator),
            unit=self.indicator.unit,
            aggregation=Aggregation(self.indicator.aggregation),
            drawn=self.drawn,
            this=self.this,
            last=self.last,
            year=self.year,
            build=self.build,
            year_target=self.year_target,
            period_target=self.period_target,
            yearly=bool(self.indicator.window),
            code=self.indicator.template_code,
            bound=self.bound,
        )

    @property
    def qualitative(self) -> bool:
        return self.indicator.operator == Operator.QUALITATIVE

    @property
    def ratio(self) -> bool:
        return self.indicator.aggregation == Aggregation.RATIO

    @property
    def due_words(self) -> str:
        """When the indicator is asked for."""
        if self.indicator.frequency == Frequency.YEAR:
            return "每年 12 月 31 日和建设期结束时填报"
        return "建设期结束时填报" if self.indicator.frequency == Frequency.FINAL else "每期填报"


def typed_of(reading: Reading | None) -> Typed:
    return Typed(**{name: getattr(reading, name) for name in TYPED}) if reading else Typed()


def standing_tiles(
    project: Project, returns: Iterable[PeriodReturn], *, live: int | None = None, accepted: date | None = None
) -> dict[str, list[Tile]]:
    """The periods of each indicator, those drawn from a register filled in for returns that are not accepted yet.

    What the register gives a period is its running total less what earlier periods have: a class recorded late comes
    in now, one voided later goes out now. `live`: a return to be read from the registers whatever its state.
    `accepted`: until when figures are of record; a return before that day fills a gap and holds its own days alone.
    """
    rows = sorted(returns, key=lambda one: one.cut_off)
    for one in rows:
        one.project = project
    tiles = tiles_of(rows)
    by_day = {one.cut_off: one for one in rows}
    draws = _draws(rows)
    registers = _Registers(project)
    for key, own in tiles.items():
        for place, tile in enumerate(own):
            one = by_day[tile.end]
            draw = draws.get((one.sheet_id, key), "")
            frozen = one.state == State.ACCEPTED and one.pk != live
            if draw and not frozen and not tile.exempt:
                alone = accepted is not None and tile.end < accepted
                own[place] = registers.tile(draw, [tile] if alone else own[: place + 1])
    return tiles


def _draws(returns: Iterable[PeriodReturn]) -> dict[tuple[int, str], str]:
    rows = Indicator.objects.filter(sheet__in={one.sheet_id for one in returns}).exclude(draws="")
    return {(row.sheet_id, key_of(row)): row.draws for row in rows if is_drawn(row.draws, row.unit)}


class _Registers:
    """The registers of one project; each window is read once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._classes: dict[Days, ClassSums] = {}
        self._assets: dict[Days, Fraction] = {}

    def tile(self, draw: str, tiles: list[Tile]) -> Tile:
        """The last of these periods, as the register has it beside what the earlier ones hold."""
        last = tiles[-1]
        whole = self.figure(draw, tiles)
        before = [
            (tile.value or Fraction(0), tile.numerator or Fraction(0), tile.denominator or Fraction(0))
            for tile in tiles[:-1]
        ]
        held: Parts = tuple(map(sum, zip(NONE, *before, strict=True)))  # type: ignore[assignment]
        value, over, under = (None if part is None else part - had for part, had in zip(whole, held, strict=True))
        return replace(last, value=value, numerator=over, denominator=under)

    def figure(self, draw: str, tiles: Iterable[Tile]) -> Drawn:
        """Over the days of these periods; what falls into a gap between them is in none."""
        parts = [self._window(draw, window) for window in runs(spans_of(tiles))]
        return tuple(None if None in one else sum(one) for one in zip(*parts, strict=True))  # type: ignore[return-value]

    def _window(self, draw: str, window: Days) -> Drawn:
        if draw == Draw.ASSETS:
            if window not in self._assets:
                self._assets[window] = register_figure(self._project, draw, *window)[0] or Fraction(0)
            return self._assets[window], None, None
        if window not in self._classes:
            self._classes[window] = class_sums(self._project, *window)
        return drawn(draw, self._classes[window])


def reading_rows(period_return: PeriodReturn, *, live: bool = False) -> tuple[ReadingRow, ...]:
    """Every indicator of the return's sheet, in its order; the same statements however many indicators.

    `live`: the registers' figures as they stand now, also of an accepted return (used while it is being accepted).
    """
    one, project = period_return, period_return.project
    every = list(project.returns.order_by("cut_off"))
    returns = known_with(one, every)
    accepted = max((other.cut_off for other in every if other.state == State.ACCEPTED), default=None)
    tiles = standing_tiles(project, returns, live=one.pk if live else None, accepted=accepted)
    readings = {row.indicator_id: row for row in one.readings.all()}
    indicators = list(Indicator.objects.filter(sheet=one.sheet_id).order_by("order", "pk"))
    around = Around(_targets(one), _gaps(one, returns), bounds_of(one, indicators, tiles))
    return tuple(_row(one, indicator, tiles.get(key_of(indicator), []), readings, around) for indicator in indicators)


def known_with(one: PeriodReturn, every: Iterable[PeriodReturn]) -> list[PeriodReturn]:
    """It and those before it; beside an accepted one stand those that were done when it was accepted, and no others."""
    earlier = [other for other in every if other.cut_off <= one.cut_off]
    if one.state != State.ACCEPTED or one.accepted_on is None:
        return earlier
    return [other for other in earlier if (day := other.accepted_on or other.exempted_on) and day <= one.accepted_on]


@dataclass(frozen=True, slots=True)
class Gaps:
    """Days that no return covers, of the budget year and of the build, up to the cut-off."""

    year: tuple[Days, ...] = ()
    build: tuple[Days, ...] = ()


def _gaps(one: PeriodReturn, returns: Iterable[PeriodReturn]) -> Gaps:
    start = one.project.build_start_on
    if start is None:
        return Gaps()
    spans = [(other.covers_from, other.cut_off) for other in returns]
    return Gaps(
        lacking(spans, max(start, date(one.cut_off.year, 1, 1)), one.cut_off), lacking(spans, start, one.cut_off)
    )


@dataclass(frozen=True, slots=True)
class Around:
    """What a row is read with: targets by (indicator, block), the days that lack, the registers' sums beside heads."""

    targets: Mapping[tuple[int, str], str]
    gaps: Gaps
    bounds: Mapping[int, Fraction]


def bounds_of(
    one: PeriodReturn, indicators: Iterable[Indicator], tiles: Mapping[str, list[Tile]]
) -> dict[int, Fraction]:
    """By indicator of 人数: what the register counts in 人次 over its days, of which people are no more."""
    registers, found = _Registers(one.project), {}
    for row in indicators:
        own = tiles.get(key_of(row), [])
        if is_bound(row.draws, row.unit) and is_due(row, one) and own:
            value = registers.figure(row.draws, own[-1:])[0]
            if value is not None:
                found[row.pk] = value
    return found


def _targets(one: PeriodReturn) -> Mapping[tuple[int, str], str]:
    rows = Target.objects.filter(indicator__sheet=one.sheet_id, block__in=[PERIOD, str(one.cut_off.year)])
    return {(row.indicator_id, row.block): row.value for row in rows}


def _row(
    one: PeriodReturn,
    indicator: Indicator,
    tiles: list[Tile],
    readings: Mapping[int, Reading],
    around: Around,
) -> ReadingRow:
    aggregation, unit = Aggregation(indicator.aggregation), indicator.unit
    due = is_due(indicator, one)
    this = tiles[-1] if due and tiles else None
    earlier = tiles[:-1] if due else tiles
    year = of_year(tiles, one.cut_off.year)
    year_before = [tile for tile in year if tile is not this and not tile.exempt]
    row = ReadingRow(
        indicator=indicator,
        due=due,
        drawn=is_drawn(indicator.draws, unit),
        reading=readings.get(indicator.pk),
        tile=this,
        this=accumulate(aggregation, [this], unit) if this else NOTHING,
        last=accumulate(aggregation, earlier[-1:], unit),
        last_tile=earlier[-1] if earlier else None,
        year=beside_gaps(accumulate(aggregation, year, unit), aggregation, around.gaps.year),
        year_before=accumulate(aggregation, year_before, unit) if year_before else ZERO,
        build=beside_gaps(accumulate(aggregation, tiles, unit), aggregation, around.gaps.build),
        window=_window(one, indicator, tiles),
        year_target=around.targets.get((indicator.pk, str(one.cut_off.year)), ""),
        period_target=around.targets.get((indicator.pk, PERIOD), ""),
        bound=around.bounds.get(indicator.pk),
    )
    return replace(row, findings=tuple(_findings(one, row)))


def _window(one: PeriodReturn, indicator: Indicator, tiles: list[Tile]) -> Figure | None:
    """A figure per year, read as the edition says; None where the target is not per year."""
    if not indicator.window:
        return None
    aggregation, part_year = Aggregation(indicator.aggregation), one.project.edition.word("part_year")
    return windowed(aggregation, tiles, indicator.unit, indicator.window, on=one.cut_off, part_year=part_year)


def _findings(one: PeriodReturn, row: ReadingRow) -> Iterable[Finding]:
    """What is wrong with one row, each leading to its field. A 免报 asks nothing, a 零报告 no typed figure."""
    if (
        not row.due
        or one.state == State.EXEMPT
        or (one.zero and not row.drawn and (row.reading is None or untyped(row.reading)))
    ):
        return
    for finding in check_reading(one.project.edition, typed_of(row.reading), row.standing):
        place = field_of(row.indicator, finding.field) if finding.field else ""
        yield replace(finding, field=place)


def reading_findings(period_return: PeriodReturn) -> list[Finding]:
    """What keeps the readings of a return from being sent in; `field` names the field of the form."""
    return [finding for row in reading_rows(period_return) for finding in row.findings if finding.blocks]


@dataclass(frozen=True, slots=True)
class Late:
    """补录: classes that ended in a period accepted before they were recorded, and count in this one."""

    classes: int = 0
    trained: int = 0

    @property
    def words(self) -> str:
        return f"{self.classes} 个班次、{self.trained} 人次。"


def late_classes(one: PeriodReturn) -> Late:
    """One statement, and one for the days whose figures were accepted before."""
    accepted = one.project.returns.filter(state=State.ACCEPTED).exclude(pk=one.pk)
    rows = list(accepted.values_list("covers_from", "cut_off", "accepted_on"))
    known = [row for row in rows if one.accepted_on is None or (row[2] and row[2] <= one.accepted_on)]
    days = [row[:2] for row in known if row[1] < one.cut_off]
    if not days or len(days) < len(known):  # it fills a gap, and holds its own days alone
        return Late()
    uncounted = Q(counted_in=None) | Q(counted_in=one.pk)
    late = one.project.training_classes.filter(uncounted, ended_within(days), voided_on=None)
    found = late.aggregate(classes=Count("pk"), trained=Sum("trained", default=0))
    return Late(**found)


def readings_version(rows: Iterable[ReadingRow], one: PeriodReturn) -> str:
    """Changes with whatever a form of these rows shows as typed."""
    typed = [(row.indicator.pk, *(getattr(typed_of(row.reading), name) for name in TYPED)) for row in rows if row.due]
    return version_of(one.pk, one.state, one.turn, typed)


def text_of(figure: Figure, unit: str) -> str:
    """Exactly, to be read back under its unit (a 日期 as a day); "" where there is none."""
    return "" if figure.value is None else figure_text(figure.value, unit)


def draft_of_others(one: PeriodReturn, user: User) -> bool:
    """Whether the return is a draft that is none of this person's: its figures are shown once it is sent in."""
    return one.state in WITH_UNIT and not access.allows(user, one.project, Action.EDIT_RETURN)


def papers_of(one: PeriodReturn, user: User) -> dict[int, list[Attachment]]:
    """What proves each reading, by indicator, as this person may have it; one statement."""
    rows = files_for(user, one.project).filter(about=ABOUT_READING)
    readings = dict(one.readings.values_list("pk", "indicator"))
    found: dict[int, list[Attachment]] = {}
    for paper in rows.filter(about_id__in=readings):
        found.setdefault(readings[paper.about_id], []).append(paper)
    return found
