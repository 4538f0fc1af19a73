"""The province's sheet over all projects of a programme: F01 from the filed targets, F06 from accepted reports."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import User
from funds.ledger import ISSUED_SOURCES, Ledger
from funds.queries import Moment, ledgers_at
from performance.models import PERIOD, Goal, Indicator, PeriodReturn, Reading, RegionSheet, Target, TargetSheet
from performance.queries.figures import key_of, number, tiles_of_all
from performance.rules.figures import Tile, accumulate, covers
from performance.rules.region import MoneyRow, Part, Summed, summed
from performance.rules.region_form import content_of
from performance.scoring import met
from policy.edition import Edition
from policy.loader import configured
from policy.loader import edition as edition_of
from policy.money import ZERO, wan_number
from policy.terms import Aggregation, Attained, Operator, Source, Stage
from projects import access
from projects.models import Project

Kind = RegionSheet.Kind
OUTSIDE = (Stage.DRAFT, Stage.TERMINATED)
DAY = timedelta(days=1)
GOAL_MONEY = (("fiscal", "其中：中央补助"), ("other", "地方资金（含单位其他资金）"))
MONEY = (
    ("年度资金总额", tuple(Source)),
    ("其中：中央财政资金", (Source.CENTRAL,)),
    ("地方资金", (Source.PROVINCIAL, Source.LOCAL)),
    ("其他资金", (Source.OWN, Source.OTHER)),
)


@dataclass(frozen=True, slots=True)
class RegionRow:
    """One indicator over all projects. `period` only in F01; `target` and `met`, against the same projects, in F06."""

    key: str
    kind: str
    level1: str
    level2: str
    name: str
    operator: str
    unit: str
    year: Summed
    period: Summed | None = None
    target: Summed | None = None

    @property
    def met(self) -> bool | None:
        """None where one of both is missing, or where it is counted by who reached it."""
        if self.target is None or self.target.value is None or self.operator == Operator.QUALITATIVE:
            return None
        return met(Operator(self.operator), self.year.value, self.target.value)


@dataclass(frozen=True, slots=True)
class Region:
    """The whole sheet. `asked`: the projects it is made from; `missing`: those without a sheet or a report.

    `money`: lines of the form in 万元; F01 label, 实施期, 年度; F06 label, A, B, B÷A.
    """

    edition: Edition
    kind: str
    year: int
    rows: tuple[RegionRow, ...]
    money: tuple[tuple[str, ...], ...]
    asked: int
    missing: tuple[str, ...]

    @property
    def told(self) -> str:
        return f"{self.asked} 户中 {len(self.missing)} 户未报" if self.missing else f"{self.asked} 户已全部报送"


def region_sheets() -> QuerySet[RegionSheet]:
    return RegionSheet.objects.select_related("drafted_by", "issued_by").order_by("-year", "edition_code", "kind")


def region_years(user: User) -> dict[str, list[int]]:
    """Budget years of the filed targets in reach, by edition, the latest first; one statement."""
    reached = access.projects_for(user).exclude(stage__in=OUTSIDE)
    rows = TargetSheet.objects.filter(project__in=reached, version__isnull=False)
    found: dict[str, set[int]] = {}
    for code, years in rows.values_list("project__edition_code", "years"):
        found.setdefault(code, set()).update(years)
    return {code: sorted(years, reverse=True) for code, years in sorted(found.items())}


def region_begun(kind: str, year: int, on: date) -> bool:
    """Targets are filed ahead; of a year to come nothing was done yet."""
    return kind == Kind.TARGETS or year <= on.year


def region_known(user: User, edition_code: str, kind: str, year: int) -> bool:
    """Whether there is such a sheet for this person: a year with filed targets in reach."""
    return edition_code in configured() and kind in Kind.values and year in region_years(user).get(edition_code, ())


def region_content(
    edition_code: str, kind: str, year: int, user: User, on: date
) -> tuple[RegionSheet | None, dict[str, Any]]:
    """What page, PDF, workbook and API show: the sheet as it was issued, else the figures as they stand."""
    sheet = region_sheets().filter(edition_code=edition_code, kind=kind, year=year).first()
    if sheet is not None and sheet.state == RegionSheet.State.ISSUED:
        return sheet, dict(sheet.content)
    return sheet, content_of(region_of(edition_code, kind, year, user, on), sheet.words if sheet else {}, on)


def region_of(edition_code: str, kind: str, year: int, user: User, on: date) -> Region:
    """The figures as they stand; a constant number of statements for any number of projects."""
    projects = _projects(edition_code, user)
    names = {project.pk: f"{project.organisation.name}（{project.label}）" for project in projects}
    sheets = _filed(projects, year)
    if kind == Kind.TARGETS:
        rows, told = _targets(projects, sheets, year, names)
        money = _goal_money(sheets, year)
    else:
        rows, told = _results(projects, sheets, year, names, on)
        money = tuple((row.label, *row.cells) for row in money_of_year(projects, year, on))
    missing = tuple(names[project.pk] for project in projects if project.pk not in told)
    return Region(edition_of(edition_code), kind, year, tuple(rows), money, len(projects), missing)


def _projects(edition_code: str, user: User) -> list[Project]:
    rows = access.projects_for(user).filter(edition_code=edition_code).exclude(stage__in=OUTSIDE)
    return list(rows.select_related("organisation").order_by("number", "pk"))


def _filed(projects: Iterable[Project], year: int) -> dict[int, TargetSheet]:
    """The version in force of each project, where it covers the year."""
    latest = TargetSheet.objects.filter(project=OuterRef("project"), version__isnull=False).order_by("-version")
    rows = TargetSheet.objects.filter(project__in=[one.pk for one in projects], pk=Subquery(latest.values("pk")[:1]))
    return {sheet.project_id: sheet for sheet in rows if year in sheet.years}


def _indicators(sheets: Mapping[int, TargetSheet]) -> dict[str, list[Indicator]]:
    """The indicators of all sheets by what they are, in the order of the form; free ones stand by their name."""
    rows = Indicator.objects.filter(sheet__in=[sheet.pk for sheet in sheets.values()]).select_related("sheet__project")
    found: dict[str, list[Indicator]] = {}
    for row in rows.order_by("sheet__project__kind", "order", "pk"):
        found.setdefault(key_of(row), []).append(row)
    return found


def _targets(
    projects: Sequence[Project], sheets: Mapping[int, TargetSheet], year: int, names: Mapping[int, str]
) -> tuple[list[RegionRow], set[int]]:
    money, typed = _weights(projects), _typed(sheets, year)
    rows = []
    for key, own in _indicators(sheets).items():
        blocks = {
            block: summed(
                Operator(own[0].operator),
                Aggregation(own[0].aggregation),
                own[0].unit,
                [
                    *(_target(row, typed.get((row.pk, block)), money, names) for row in own),
                    *_silent(own, projects, sheets, names),
                ],
            )
            for block in (PERIOD, str(year))
        }
        rows.append(_row(key, own[0], blocks[str(year)], blocks[PERIOD]))
    return rows, set(sheets)


def _weights(projects: Iterable[Project]) -> dict[int, Decimal]:
    return {project.pk: project.grant or ZERO for project in projects}


def _typed(sheets: Mapping[int, TargetSheet], year: int) -> dict[tuple[int, str], Target]:
    rows = Target.objects.filter(indicator__sheet__in=list(sheets.values()), block__in=[PERIOD, str(year)])
    return {(row.indicator_id, row.block): row for row in rows}


def _silent(
    own: Sequence[Indicator], projects: Iterable[Project], sheets: Mapping[int, TargetSheet], names: Mapping[int, str]
) -> list[Part]:
    """Projects of the same kind without targets of this year: asked of a template's indicator, and missing in it."""
    if not own[0].template_code:
        return []
    kind = own[0].sheet.project.kind
    return [Part(names[one.pk], one.grant or ZERO) for one in projects if one.kind == kind and one.pk not in sheets]


def _goal_money(sheets: Mapping[int, TargetSheet], year: int) -> tuple[tuple[str, ...], ...]:
    """F01: what the filed targets say of the money, of the whole period and of the year."""
    sums = {(name, block): ZERO for name in ("fiscal", "other") for block in (PERIOD, str(year))}
    for goal in Goal.objects.filter(sheet__in=list(sheets.values()), block__in=[PERIOD, str(year)]):
        for name in ("fiscal", "other"):
            sums[name, goal.block] += getattr(goal, name)
    rows = [(label, sums[name, PERIOD], sums[name, str(year)]) for name, label in GOAL_MONEY]
    whole = ("资金总额", sum((row[1] for row in rows), ZERO), sum((row[2] for row in rows), ZERO))
    return tuple((label, wan_number(period), wan_number(one)) for label, period, one in (whole, *rows))


def _target(row: Indicator, target: Target | None, money: Mapping[int, Decimal], names: Mapping[int, str]) -> Part:
    project = row.sheet.project_id
    name, weight = names[project], money[project]
    if target is None or not target.value.strip():
        return Part(name, weight)
    if row.operator == Operator.QUALITATIVE:
        return Part(name, weight, attained=True)
    return Part(name, weight, number(target.value, row.unit))


def _row(
    key: str, one: Indicator, year: Summed, period: Summed | None = None, target: Summed | None = None
) -> RegionRow:
    kind = one.sheet.project.get_kind_display()
    return RegionRow(key, kind, one.level1, one.level2, one.name, one.operator, one.unit, year, period, target)


def _results(
    projects: Sequence[Project], sheets: Mapping[int, TargetSheet], year: int, names: Mapping[int, str], on: date
) -> tuple[list[RegionRow], set[int]]:
    """From the accepted reports of the year. Reported is who has reported the year to its end."""
    money, typed = _weights(projects), _typed(sheets, year)
    returns = PeriodReturn.objects.filter(
        project__in=list(money), cut_off__year=year, state=PeriodReturn.State.ACCEPTED
    ).select_related("project")
    tiles, levels = tiles_of_all(returns), _levels(returns)
    whole = {one for one in sheets if _reported(returns, one, year)}
    rows = []
    for key, own in _indicators(sheets).items():
        parts = [
            _result(row, tiles.get(row.sheet.project_id, {}).get(key, ()), levels, money, names)
            if row.sheet.project_id in whole
            else Part(names[row.sheet.project_id], money[row.sheet.project_id])
            for row in own
        ] + _silent(own, projects, sheets, names)
        how = Operator(own[0].operator), Aggregation(own[0].aggregation), own[0].unit
        told = [row for row in own if row.sheet.project_id in whole]
        target = summed(*how, [_target(row, typed.get((row.pk, str(year))), money, names) for row in told])
        rows.append(_row(key, own[0], summed(*how, parts), target=target))
    return rows, whole


def _reported(returns: Iterable[PeriodReturn], project_id: int, year: int) -> bool:
    """Up to the last day of the year, or of the build where it ended before."""
    own = [one for one in returns if one.project_id == project_id]
    if not own:
        return False
    end = min(date(year, 12, 31), own[0].project.build_end_on or date.max)
    start = min(one.covers_from for one in own)
    return covers([Tile(one.covers_from, one.cut_off) for one in own], start, end)


def _levels(returns: Iterable[PeriodReturn]) -> dict[tuple[int, str], str]:
    """达成程度 as last accepted, by project and indicator."""
    rows = Reading.objects.filter(period_return__in=list(returns)).exclude(attained="").select_related("indicator")
    told = rows.order_by("period_return__cut_off").values_list("period_return__project", "indicator", "attained")
    keys = {row.pk: key_of(row) for row in Indicator.objects.filter(readings__in=rows)}
    return {(project, keys[indicator]): attained for project, indicator, attained in told}


def _result(
    row: Indicator,
    tiles: Sequence[Tile],
    levels: Mapping[tuple[int, str], str],
    money: Mapping[int, Decimal],
    names: Mapping[int, str],
) -> Part:
    project = row.sheet.project_id
    name, weight = names[project], money[project]
    if row.operator == Operator.QUALITATIVE:
        attained = levels.get((project, key_of(row)))
        return Part(name, weight, attained=None if attained is None else attained == Attained.FULL)
    found = accumulate(Aggregation(row.aggregation), tiles, row.unit)
    return Part(name, weight, found.value, found.numerator, found.denominator)


def money_of_year(projects: Sequence[Project], year: int, on: date) -> tuple[MoneyRow, ...]:
    """A: what could be spent in the year (issued by its end, less what was spent before it). B: spent in it."""
    before, end = Moment(date(year, 1, 1) - DAY, on), Moment(min(date(year, 12, 31), on), on)
    ledgers = ledgers_at(projects, [before, end])
    found = []
    for label, sources in MONEY:
        budget, spent = ZERO, ZERO
        for project in projects:
            was, now = ledgers[before][project.pk], ledgers[end][project.pk]
            paid_before, paid = (_spent(one, sources) for one in (was, now))
            budget += _to_spend(now, sources) - paid_before
            spent += paid - paid_before
        found.append(MoneyRow(label, budget, spent))
    return tuple(found)


def _spent(ledger: Ledger, sources: Iterable[str]) -> Decimal:
    return sum((one.spent for one in ledger.sources if one.source in sources), ZERO)


def _to_spend(ledger: Ledger, sources: Iterable[str]) -> Decimal:
    """Issued money by its documents; the unit's own by its plan."""
    rows = (one for one in ledger.sources if one.source in sources)
    return sum((one.allocated if one.source in ISSUED_SOURCES else one.limit for one in rows), ZERO)
