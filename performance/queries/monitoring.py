"""双监控 of one 季报包: each indicator's light and forecast beside the money's, and the columns of F04."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from funds.ledger import Ledger
from funds.queries import Moment, ledgers_at
from performance.models import PERIOD, Goal, Indicator, PeriodReturn, Reading
from performance.queries.figures import number
from performance.queries.milestones import plan_in_force, with_plan
from performance.queries.readings import ReadingRow, reading_rows
from performance.rules.figures import Figure
from performance.rules.monitoring import (
    Forecast,
    Outlook,
    Signal,
    Span,
    check_outlook,
    forecast,
    money_light,
    qualitative_light,
    target_light,
)
from performance.scoring import overachieved
from performance.targets import DATE_UNIT
from policy.findings import Finding
from policy.money import ZERO
from policy.terms import Aggregation, Light, Operator
from projects.models import Project
from ui.versions import version_of

BARE_UNITS = ("比例", DATE_UNIT)
OUTLOOK = ("expected", "likelihood", "cause", "cause_text", "measure")
TONES = {
    Light.RED: "red",
    Light.YELLOW: "orange",
    Light.GREEN: "green",
    Light.BLUE: "blue",
    Light.UNDEFINED: "gray",
}


@dataclass(frozen=True, slots=True)
class MonitorRow:
    """One indicator in the budget year of the cut-off; where no target was set for that year, over the whole build.

    `done`: what it stands at there; `goal`: the target it is held against; `build`: where it leads by the end.
    """

    row: ReadingRow
    signal: Signal
    year: Forecast
    build: Forecast
    over: bool
    done: Figure
    goal: str

    @property
    def indicator(self) -> Indicator:
        return self.row.indicator

    @property
    def reading(self) -> Reading | None:
        return self.row.reading

    @property
    def tone(self) -> str:
        return TONES[self.signal.light]

    @property
    def field(self) -> str:
        return f"i{self.indicator.pk}"

    def typed(self, name: str) -> str:
        return str(getattr(self.reading, name)) if self.reading else ""


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """One line of 项目资金 in F04, in yuan: 年初预算数, 监控期执行数, 全年预计执行数."""

    label: str
    budget: Decimal
    spent: Decimal
    expected: Decimal | None

    @property
    def rate(self) -> Fraction | None:
        return Fraction(self.spent) / Fraction(self.budget) if self.budget > 0 else None


@dataclass(frozen=True, slots=True)
class Monitoring:
    """Everything F04 says, and the money's own light over the whole build."""

    rows: tuple[MonitorRow, ...]
    money: tuple[MoneyRow, ...]
    signal: Signal
    span: Span
    goal: str

    @property
    def tone(self) -> str:
        return TONES[self.signal.light]


def goal_text(indicator: Indicator, value: str) -> str:
    """≥2000 人次; nothing where no target was set for the year."""
    if not value:
        return ""
    if indicator.operator == Operator.QUALITATIVE:
        return value
    unit = "" if indicator.unit in BARE_UNITS else indicator.unit.removesuffix("/年")
    return f"{Operator(indicator.operator).label}{value}{unit}"


def year_span(project: Project, on: date) -> Span:
    """The part of the budget year that lies in the build."""
    start, end = date(on.year, 1, 1), date(on.year, 12, 31)
    return Span(max(start, project.build_start_on or start), min(end, project.build_end_on or end), on)


def build_span(project: Project, on: date) -> Span | None:
    if project.build_start_on is None or project.build_end_on is None:
        return None
    return Span(project.build_start_on, project.build_end_on, on)


def spans_of(project: Project, on: date) -> tuple[Span, Span | None]:
    """The budget year and the build, planned by the milestone plan where one is in force, else by elapsed days."""
    plan, build = plan_in_force(project), build_span(project, on)
    return with_plan(year_span(project, on), project, plan), with_plan(build, project, plan) if build else None


def monitoring_of(one: PeriodReturn, *, known: date) -> Monitoring:
    """The same statements however many indicators. `known`: money as far as it was posted by that day."""
    project = one.project
    span, build = spans_of(project, one.cut_off)
    told = reading_rows(one)
    rows = tuple(_row(row, project, _reported(span, row.year), build and _reported(build, row.build)) for row in told)
    before = Moment(date(one.cut_off.year - 1, 12, 31), known)
    now = Moment(one.cut_off, known)
    ledgers = ledgers_at([project], [before, now])
    was, standing = ledgers[before][project.pk], ledgers[now][project.pk]
    goals = {goal.block: goal for goal in Goal.objects.filter(sheet=one.sheet_id)}
    year = goals.get(str(one.cut_off.year))
    whole = build or span
    return Monitoring(
        rows=rows,
        money=_money(year, was, standing, span),
        signal=money_light(
            standing.spent, standing.budget, standing.planned_share(one.cut_off), whole, project.edition
        ),
        span=span,
        goal=(year or goals[PERIOD]).text if goals else "",
    )


def _reported(span: Span, figure: Figure) -> Span:
    """The days a figure is of, so that its pace is that of the days reported."""
    return replace(span, gaps=figure.gaps)


def _row(row: ReadingRow, project: Project, span: Span, build: Span | None) -> MonitorRow:
    one, edition = row.indicator, project.edition
    operator, aggregation, unit = Operator(one.operator), Aggregation(one.aggregation), one.unit.removesuffix("/年")
    goal = goal_text(one, row.year_target)
    if operator == Operator.QUALITATIVE:
        signal = qualitative_light(row.reading.attained if row.reading else "")
        nothing = Forecast(None, "定性指标不作数量预计")
        return MonitorRow(row, signal, nothing, nothing, over=False, done=row.year, goal=goal)
    target, whole = number(row.year_target, one.unit), number(row.period_target, one.unit)
    ahead = Forecast(None, "按年度考核的指标，见全年预计")
    if build is not None and not one.window:
        ahead = forecast(operator, aggregation, row.build, whole, unit, build)
    done, year = row.year, forecast(operator, aggregation, row.year, target, unit, span)
    if target is None and whole is not None and build is not None and not one.window:
        done, target, span, year = row.build, whole, build, ahead
        goal = f"实施期 {goal_text(one, row.period_target)}"
    signal = target_light(operator, aggregation, done, target, one.unit, span, edition)
    over = target is not None and overachieved(operator, done.value, target, edition)
    return MonitorRow(row, signal, year, ahead, over, done, goal)


def _money(year: Goal | None, was: Ledger, now: Ledger, span: Span) -> tuple[MoneyRow, ...]:
    """年初预算数 from the year's block of the targets; spent is what the year's own payments took."""
    fiscal = now.spent - was.spent
    whole = now.whole.spent - was.whole.spent
    budgets = (year.fiscal + year.other, year.fiscal, year.other) if year else (ZERO, ZERO, ZERO)
    labels = ("年度资金总额", "其中：一般公共预算拨款", "其他资金")
    spent = (whole, fiscal, whole - fiscal)
    return tuple(
        MoneyRow(label, budget, paid, _expected(paid, span))
        for label, budget, paid in zip(labels, budgets, spent, strict=True)
    )


def _expected(spent: Decimal, span: Span) -> Decimal | None:
    """At the pace of the days gone; nothing can be said before the first day."""
    if span.gone == 0:
        return None
    return (spent * span.days / span.gone).quantize(Decimal("0.01"))


def outlook_findings(one: PeriodReturn, rows: tuple[ReadingRow, ...] | None = None) -> list[Finding]:
    """What F04 still lacks, in a round that asks for it; each leads to its field."""
    if not one.round.monitoring or one.zero:
        return []
    told = reading_rows(one) if rows is None else rows
    return [finding for row in told if row.year_target for finding in check_outlook(outlook_of(row)) if finding.blocks]


def outlook_of(row: ReadingRow) -> Outlook:
    indicator, reading = row.indicator, row.reading
    typed: Mapping[str, Any] = {name: getattr(reading, name) if reading else "" for name in OUTLOOK}
    held: Mapping[str, Any] = {
        "operator": Operator(indicator.operator),
        "unit": indicator.unit,
        "target": row.year_target,
    }
    return Outlook(indicator.name, f"i{indicator.pk}", **typed, **held)


def outlook_version(one: PeriodReturn) -> str:
    """Changes with whatever the form of F04 shows as typed."""
    return version_of(list(one.readings.order_by("indicator").values_list("indicator", *OUTLOOK)), one.state)
