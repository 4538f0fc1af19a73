"""What each project says of a year in the region's F06: its evaluation as it was decided, else its accepted reports."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db.models import Max, Q, QuerySet

from funds.queries import Moment
from performance.checks import exact
from performance.models import Assessment, AssessmentRow, Indicator, PeriodReturn, Reading
from performance.queries.figures import key_of, tiles_of_all
from performance.queries.returns import DONE
from performance.rules.figures import Tile, block_days, block_figure, lacking
from performance.rules.region import Part
from performance.targets import plain_text
from policy.terms import Aggregation, Attained, Operator
from projects.models import Project

Kind, Side = Assessment.Kind, AssessmentRow.Side
YEAR_END = (12, 31)
SIDES = (Side.PROVINCE, Side.CITY, Side.UNIT)
# Where the figures of a project come from, what counts most first.
DECIDED, TRANSFER, REPORTS = "年度评定（F05）", "审定的转移支付自评（F06）", "审定的季报包"


@dataclass(frozen=True, slots=True)
class Said:
    """One project's word on a year. `values`: (actual, attained) by what the indicator is; of reports, its periods."""

    source: str
    values: Mapping[str, tuple[str, str]]
    tiles: Mapping[str, Sequence[Tile]]


def said_of(projects: Sequence[Project], year: int, at: Moment | None) -> dict[int, Said]:
    """By project; nothing for who has not reported the year. A constant number of statements."""
    returns = list(done_of([one.pk for one in projects], year, at))
    tiles, levels, ends = tiles_of_all(returns), _levels(returns), _ends(projects, year, at)
    found: dict[int, Said] = {}
    for project in projects:
        own = [(one.covers_from, one.cut_off) for one in returns if one.project_id == project.pk]
        days = block_days(year, project.build_start_on, min(ends[project.pk], project.build_end_on or date.max))
        if own and not lacking(own, *days):
            found[project.pk] = Said(REPORTS, levels.get(project.pk, {}), tiles.get(project.pk, {}))
    return found | _evaluated(projects, year, at)


def done_of(projects: Iterable[int], year: int, at: Moment | None = None) -> QuerySet[PeriodReturn]:
    """The reports of a year that are accepted or let off; `at`: read up to that day, and known by its other day."""
    rows = PeriodReturn.objects.filter(project__in=list(projects), cut_off__year=year, state__in=DONE)
    if at is not None:
        rows = rows.filter(Q(accepted_on__lte=at.known) | Q(exempted_on__lte=at.known), cut_off__lte=at.on)
    return rows.select_related("project", "round")


def decided_of(projects: Iterable[int], year: int, at: Moment | None = None) -> QuerySet[Assessment]:
    """The F05 and F06 of a year that are decided; `at`: as known by its day."""
    rows = Assessment.objects.filter(project__in=list(projects), block=str(year), state=Assessment.State.DECIDED)
    rows = rows.filter(kind__in=[Kind.YEAR, Kind.TRANSFER])
    return rows.filter(decided_on__lte=at.known) if at else rows


def is_running(year: int, at: Moment | None) -> bool:
    """Whether the year was not over on the day asked about."""
    return at is not None and at.on < date(year, *YEAR_END)


def _ends(projects: Sequence[Project], year: int, at: Moment | None) -> dict[int, date]:
    """Up to which day a report was to reach: the end of the year, while it runs the last day that was asked for."""
    ends = {one.pk: date(year, *YEAR_END) for one in projects}
    if at is None or not is_running(year, at):
        return ends
    asked = PeriodReturn.objects.filter(
        project__in=list(ends), cut_off__year=year, cut_off__lte=at.on, round__opened_on__lte=at.known
    ).exclude(state=PeriodReturn.State.EXEMPT)
    return ends | dict(asked.order_by().values_list("project").annotate(last=Max("cut_off")))


def _levels(returns: Iterable[PeriodReturn]) -> dict[int, dict[str, tuple[str, str]]]:
    """达成程度 as last accepted, by project and indicator."""
    rows = Reading.objects.filter(period_return__in=list(returns)).exclude(attained="")
    found: dict[int, dict[str, tuple[str, str]]] = {}
    for row in rows.select_related("indicator", "period_return").order_by("period_return__cut_off"):
        found.setdefault(row.period_return.project_id, {})[key_of(row.indicator)] = "", row.attained
    return found


def _evaluated(projects: Sequence[Project], year: int, at: Moment | None) -> dict[int, Said]:
    """F05 as both departments signed it, else F06 as the province accepted it: of each indicator the last side's word."""
    if is_running(year, at):
        return {}
    rows = decided_of([one.pk for one in projects], year, at)
    standing = {one.project_id: one for one in sorted(rows, key=lambda one: one.kind == Kind.YEAR)}
    words: dict[int, dict[str, tuple[str, str]]] = {one.pk: {} for one in standing.values()}
    told = AssessmentRow.objects.filter(assessment__in=list(words), side__in=SIDES).select_related("indicator")
    for row in sorted(told, key=lambda row: SIDES.index(Side(row.side))):
        words[row.assessment_id].setdefault(key_of(row.indicator), (row.actual, row.attained))
    sources = {Kind.YEAR: DECIDED, Kind.TRANSFER: TRANSFER}
    return {pk: Said(sources[Kind(one.kind)], words[one.pk], {}) for pk, one in standing.items()}


def part_of(row: Indicator, said: Said | None, name: str, money: Decimal, *, on: date) -> Part:
    """One project's figure of one indicator; what it has not said stays missing."""
    if said is None:
        return Part(name, money)
    actual, attained = said.values.get(key_of(row), ("", ""))
    if row.operator == Operator.QUALITATIVE:
        return Part(name, money, attained=attained == Attained.FULL if attained else None)
    if said.source == REPORTS:
        part_year = row.sheet.project.edition.word("part_year")
        tiles = said.tiles.get(key_of(row), ())
        found = block_figure(Aggregation(row.aggregation), tiles, row.unit, row.window, on=on, part_year=part_year)
        return Part(name, money, found.value, found.numerator, found.denominator)
    return Part(name, money, *_typed(actual, row))


def _typed(actual: str, row: Indicator) -> tuple[Fraction | None, Fraction | None, Fraction | None]:
    """(value, numerator, denominator) of what was typed; a rate with its parts where they were given."""
    try:
        value = exact(actual, row.unit)
    except ValueError:
        return None, None, None
    over, _, under = plain_text(actual).removesuffix("%").partition("/")
    if row.aggregation == Aggregation.RATIO and under:
        return None, Fraction(over.replace(",", "")), Fraction(under.replace(",", ""))
    return value, None, None


def sources_of(said: Mapping[int, Said]) -> str:
    """From where the figures come, in words: 年度评定（F05）3 户、审定的季报包 5 户."""
    counts = {source: sum(one.source == source for one in said.values()) for source in (DECIDED, TRANSFER, REPORTS)}
    return "、".join(f"{source} {count} 户" for source, count in counts.items() if count)
