"""The province's sheet over all projects of a programme: F01 from the filed targets, F06 from accepted reports."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from funds.ledger import ISSUED_SOURCES, Ledger
from funds.queries import Moment, ledgers_at
from performance.models import PERIOD, Goal, Indicator, RegionSheet, Target, TargetSheet
from performance.queries.figures import key_of, number
from performance.queries.region_told import YEAR_END, Said, is_running, part_of, said_of, sources_of
from performance.rules.figures import block_days
from performance.rules.periods import version_of_year
from performance.rules.region import MoneyRow, Part, Summed, summed
from performance.rules.region_form import content_of
from performance.scoring import met
from policy.edition import Edition
from policy.loader import configured
from policy.loader import edition as edition_of
from policy.money import ZERO, wan_number
from policy.terms import Aggregation, Operator, Source, Stage
from projects import access
from projects.models import Project
from projects.queries import awarded_by

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
    """One indicator over all projects. `period` only in F01; `target` and `met`, against the same projects, in F06.

    `judged`: not of a year that was not over on the day asked about.
    """

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
    judged: bool = True

    @property
    def met(self) -> bool | None:
        """None where one of both is missing, or where it is counted by who reached it, and while the year runs."""
        if not self.judged or self.target is None or self.target.value is None or self.operator == Operator.QUALITATIVE:
            return None
        return met(Operator(self.operator), self.year.value, self.target.value)


@dataclass(frozen=True, slots=True)
class Region:
    """The whole sheet. `asked`: the projects it is made from; `missing`: those without a sheet or a report.

    `money`: lines of the form in 万元; F01 label, 实施期, 年度; F06 label, A, B, B÷A. `sources`: of F06, in words.
    """

    edition: Edition
    kind: str
    year: int
    rows: tuple[RegionRow, ...]
    money: tuple[tuple[str, ...], ...]
    asked: int
    missing: tuple[str, ...]
    sources: str = ""

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
    edition_code: str, kind: str, year: int, user: User, on: date, at: Moment | None = None
) -> tuple[RegionSheet | None, dict[str, Any]]:
    """What page, PDF, workbook and API show: the sheet as it was issued, else the figures as they stand.

    `at`: as of another moment; what was issued stays as it is and is not what is shown then.
    """
    sheet = region_sheets().filter(edition_code=edition_code, kind=kind, year=year).first()
    if at is None and sheet is not None and sheet.state == RegionSheet.State.ISSUED:
        return sheet, dict(sheet.content)
    region = region_of(edition_code, kind, year, user, on, at)
    return sheet, content_of(region, sheet.words if sheet else {}, on, as_of(year, at) if at else None)


def as_of(year: int, at: Moment) -> dict[str, Any]:
    """As the content of a form says it."""
    return {"on": at.on.isoformat(), "known": at.known.isoformat(), "running": is_running(year, at)}


def region_of(edition_code: str, kind: str, year: int, user: User, on: date, at: Moment | None = None) -> Region:
    """The figures as they stand, or as they stood; a constant number of statements for any number of projects."""
    projects = region_projects(edition_code, user, at)
    names = {project.pk: f"{project.organisation.name}（{project.label}）" for project in projects}
    sheets, sources = _filed(projects, year, at), ""
    if kind == Kind.TARGETS:
        rows, told = _targets(projects, sheets, year, names)
        money = _goal_money(sheets, year)
    else:
        said = {pk: one for pk, one in said_of(projects, year, at).items() if pk in sheets}
        rows, told, sources = _results(projects, sheets, said, year, names, at), set(said), sources_of(said)
        days = (at.on, at.known) if at else (on, on)
        money = tuple((row.label, *row.cells) for row in money_of_year(projects, year, *days))
    missing = tuple(names[project.pk] for project in projects if project.pk not in told)
    return Region(edition_of(edition_code), kind, year, tuple(rows), money, len(projects), missing, sources)


def region_projects(edition_code: str, user: User, at: Moment | None = None) -> list[Project]:
    """`at`: those that were awarded and not terminated by then; a decision is known from the day it takes effect."""
    rows = access.projects_for(user).filter(edition_code=edition_code)
    if at is None:
        rows = rows.exclude(stage__in=OUTSIDE)
    else:
        day = known_by(at)
        rows = rows.filter(awarded_by(day)).exclude(stage=Stage.TERMINATED, stage_since__lte=day)
    return list(rows.select_related("organisation").order_by("number", "pk"))


def known_by(at: Moment) -> date:
    """Of what is posted on the day it happens: the last day that counts."""
    return min(at.on, at.known)


def _filed(projects: Iterable[Project], year: int, at: Moment | None = None) -> dict[int, TargetSheet]:
    """The version the year is judged by, where the project has one that covers it; a closed year keeps its own."""
    filed = TargetSheet.objects.filter(project__in=[one.pk for one in projects], version__isnull=False)
    if at is not None:
        filed = filed.filter(filed_on__lte=known_by(at))
    versions: dict[int, list[TargetSheet]] = {}
    for sheet in filed.order_by("version"):
        versions.setdefault(sheet.project_id, []).append(sheet)
    found = {
        one.pk: version_of_year(versions.get(one.pk, ()), year, block_days(year, None, one.build_end_on)[1])
        for one in projects
    }
    return {pk: sheet for pk, sheet in found.items() if sheet is not None}


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
                per_year=block == PERIOD,
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
    projects: Sequence[Project],
    sheets: Mapping[int, TargetSheet],
    said: Mapping[int, Said],
    year: int,
    names: Mapping[int, str],
    at: Moment | None,
) -> list[RegionRow]:
    """From what each project says of the year; the targets of those alone beside it."""
    money, typed = _weights(projects), _typed(sheets, year)
    on = at.on if at is not None and is_running(year, at) else date(year, *YEAR_END)
    rows = []
    for key, own in _indicators(sheets).items():
        parts = [
            part_of(row, said.get(pk), names[pk], money[pk], on=on) for row in own for pk in [row.sheet.project_id]
        ] + _silent(own, projects, sheets, names)
        how = Operator(own[0].operator), Aggregation(own[0].aggregation), own[0].unit
        told = [row for row in own if row.sheet.project_id in said]
        target = summed(*how, [_target(row, typed.get((row.pk, str(year))), money, names) for row in told])
        row = _row(key, own[0], summed(*how, parts), target=target)
        rows.append(replace(row, judged=not is_running(year, at)))
    return rows


def money_of_year(projects: Sequence[Project], year: int, on: date, known: date | None = None) -> tuple[MoneyRow, ...]:
    """A: what could be spent in the year (issued by its end, less what was spent before it). B: spent in it."""
    known = known or on
    before, end = Moment(date(year, 1, 1) - DAY, known), Moment(min(date(year, *YEAR_END), on), known)
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
