"""项目台账: the list, its filters and its order. Everything a row shows comes in one statement."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.models import Node, User
from accounts.queries import work_calendar
from funds.ledger import ISSUED_SOURCES, Figure, Ledger
from funds.models import BudgetLine
from funds.queries import Moment, ledgers_as_of, ledgers_of
from lifecycle.deadlines import RULES
from lifecycle.inbox import projects_of
from lifecycle.models import Deadline
from lifecycle.queries.overlays import Overlay, overlays_of
from lifecycle.queries.served import readable_alerts, readable_evaluations
from lifecycle.rules.deadlines import last_day
from performance.models import Evaluation
from policy.calendar import WorkCalendar, days_left
from policy.money import WAN
from policy.terms import NodeKind, Stage
from projects import access
from projects.models import Alert, Project
from projects.queries import awarded_by, given
from reports.progress import Bars, bars_of, beyond
from reports.tasks import tasks_for
from workbooks.writer import Sheet

NOT_IN_HAND = (Stage.DRAFT, Stage.REVOKED, Stage.SETTLED, Stage.TERMINATED)
IN_HAND, GIVEN, BY_RATE = "in_hand", "given", "rate"
# 省直属单位: what stands under the province itself, in no city and no department.
DIRECT, DIRECT_NAME = "direct", "省直属单位"
ORDERS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "number": ("按项目编号", (F("number").asc(nulls_last=True), "pk")),
    "due": ("按下一期限", (F("due_on").asc(nulls_last=True), "pk")),
    "alerts": ("按预警数，多的在前", ("-alert_count", "pk")),
    "grant": ("按补助金额，大的在前", ("-grant", "pk")),
    BY_RATE: ("按执行率，低的在前", (F("rate").asc(nulls_last=True), "pk")),
    "since": ("按进入阶段，早的在前", ("stage_since", "pk")),
}
FIELDS = {
    "kind": "kind", "sector": "sector", "track": "track", "year": "awarded_on__year", "edition": "edition_code",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list. `last_on`: the day a filing date that falls on a day off really ends (handbook 11)."""

    project: Project
    ledger: Ledger
    bars: Bars
    due_on: date | None
    last_on: date | None
    due_label: str
    alerts: int
    overlays: list[Overlay]

    @property
    def open(self) -> bool:
        """Whether the clock runs."""
        return bool(self.due_on)

    @property
    def pairs(self) -> list[tuple[Figure, Figure]]:
        """The six figures two by two, for three columns of two lines."""
        six = self.ledger.six
        return list(zip(six[::2], six[1::2], strict=True))

    @property
    def beyond(self) -> str:
        return beyond(self.project)


def places_for(user: User) -> list[Node]:
    """The cities and departments a person can choose between; one statement."""
    within = Q(pk__in=[])
    for held in user.live_memberships:
        if held.organisation:
            within |= Q(path__startswith=held.organisation.node.path)
    kinds = [NodeKind.CITY, NodeKind.DEPARTMENT]
    return list(Node.objects.filter(within, kind__in=kinds))


def projects_in(user: User, asked: dict[str, Any], on: date) -> QuerySet[Project]:
    """The projects in reach that meet what was asked, in the order that was asked for."""
    found = narrowed(access.projects_for(user), asked, user)
    if asked.get("mine"):
        found = found.filter(projects_of(tasks_for(user, on)))
    sort = asked.get("sort", "")
    _, order = ORDERS.get(sort, ORDERS["number"])
    found = with_rate(found) if sort == BY_RATE else found
    return with_figures(found, user).select_related("organisation__node").order_by(*order)


def narrowed(found: QuerySet[Project], asked: Mapping[str, Any], user: User) -> QuerySet[Project]:
    """Those that meet what was asked of a project itself, by what this person may know of it."""
    found = found.filter(_text(asked.get("q", "")))
    for name, field in FIELDS.items():
        if asked.get(name):
            found = found.filter(**{field: asked[name]})
    if stage := asked.get("stage"):
        groups = {IN_HAND: ~Q(stage__in=NOT_IN_HAND), GIVEN: awarded_by(day) if (day := asked.get("on")) else given()}
        found = found.filter(groups.get(stage, Q(stage=stage)))
    if place := asked.get("place"):
        direct = Q(organisation__node__kind=NodeKind.PROVINCE)
        found = found.filter(direct if place == DIRECT else Q(organisation__node__path__startswith=place))
    if asked.get("alert"):
        standing = Exists(Alert.objects.filter(readable_alerts(user), project=OuterRef("pk"), cleared_on=None))
        found = found.filter(standing if asked["alert"] == "yes" else ~standing)
    return found


def _text(words: str) -> Q:
    """Every word occurs in the name, the number or the unit's name."""
    found = Q()
    for word in words.split():
        found &= Q(name__icontains=word) | Q(number__icontains=word) | Q(organisation__name__icontains=word)
    return found


def with_figures(projects: QuerySet[Project], user: User, until: date | None = None) -> QuerySet[Project]:
    """Adds evaluation, next date and alerts of each project to the statement that reads it, as this person may know them.

    `until`: of the evaluations only those confirmed by that day.
    """
    deadlines = Deadline.objects.filter(project=OuterRef("pk"), state=Deadline.State.OPEN).order_by("due_on", "pk")
    standing = Alert.objects.filter(readable_alerts(user), project=OuterRef("pk"), cleared_on=None)
    alerts = standing.order_by().values("project")
    evaluations = Evaluation.objects.filter(readable_evaluations(user), project=OuterRef("pk"))
    evaluations = (evaluations.filter(confirmed_on__lte=until) if until else evaluations).order_by("-acceptance_ref")
    return projects.annotate(
        total=Subquery(evaluations.values("total")[:1]),
        grade=Subquery(evaluations.values("grade")[:1]),
        due_on=Subquery(deadlines.values("due_on")[:1]),
        due_rule=Subquery(deadlines.values("rule")[:1]),
        alert_count=Coalesce(Subquery(alerts.annotate(count=Count("pk")).values("count")), 0),
    )


def with_rate(projects: QuerySet[Project]) -> QuerySet[Project]:
    """Adds 执行率, for the order only: a row shows it as its ledger has it."""
    lines = BudgetLine.objects.filter(project=OuterRef("pk"), source__in=ISSUED_SOURCES).order_by().values("project")
    return projects.annotate(
        spent=Subquery(lines.annotate(sum=Sum("spent")).values("sum")),
        budget=Subquery(lines.annotate(sum=Sum("budget")).values("sum")),
        rate=ExpressionWrapper(F("spent") * 1.0 / F("budget"), output_field=DecimalField()),
    )


def rows_of(projects: Iterable[Project], on: date, at: Moment | None = None) -> list[Row]:
    """The ledgers in their fixed number of statements; all else was annotated.

    `at`: money and time as of that day, as known then; stage, dates and alerts are always today's.
    """
    found, today = list(projects), Moment(on, on)
    ledgers = ledgers_of(found) if at in (None, today) else ledgers_as_of(found, at or today)
    calendar, day = work_calendar(), at.on if at else on
    overlays = overlays_of(found, on)
    return [_row(project, ledgers[project.pk], overlays[project.pk], day, calendar) for project in found]


def _row(project: Any, ledger: Ledger, overlays: list[Overlay], on: date, calendar: WorkCalendar) -> Row:
    bars = bars_of(project, ledger=ledger, total=project.total, on=on)
    rule, due_on = RULES.get(project.due_rule), project.due_on
    ends = last_day(rule, due_on, calendar) if rule and due_on else due_on
    return Row(project, ledger, bars, due_on, ends, rule.label if rule else "", project.alert_count, overlays)


# What is exported: the same rows, all of them

HEADERS = (
    "项目编号", "项目名称", "项目单位", "所在地区或部门", "项目类型", "新建/已建", "职业类别", "阶段", "阶段之外",
    "批复（万元）", "下达（万元）", "到账（万元）", "预算（万元）", "支出（万元）", "结余（万元）", "执行率",
    "建设期开始", "建设期届满", "已延期（月）", "建设期已过（天）", "绩效评估总分", "下一期限", "到期日", "剩余天数", "预警数",
)  # fmt: skip
NOTE = (
    "金额单位：万元。结余＝到账－支出；执行率＝支出÷预算（按资金文件下达的资金）。绩效评估总分为两厅已确认的最近一次期满评估。"
    "报送类期限的到期日遇休息日顺延，剩余天数按顺延后的日期计算。"
)
RATE_COLUMN = HEADERS.index("执行率")
WIDTHS = (16, 36, 30, 16, 18, 10, 18, 14, 20, 14, 14, 14, 14, 14, 14, 10, 12, 12, 10, 14, 12, 14, 12, 10, 8)


def sheet_of(rows: Iterable[Row], on: date, said: str, at: Moment | None = None) -> Sheet:
    """`said`: the filters in words, so that the paper says what it shows."""
    day = f"资金截至 {at.on}，按 {at.known} 所知；其余截至 {on}" if at and at != Moment(on, on) else f"截至 {on}"
    return Sheet(
        "项目台账",
        HEADERS,
        [_cells(row, on) for row in rows],
        titles=["项目台账", f"{day}　{said}"],
        notes=[NOTE],
        widths=WIDTHS,
        formats={RATE_COLUMN: "0.00%"},
    )


def _cells(row: Row, on: date) -> list[Any]:
    project, ledger, time = row.project, row.ledger, row.bars.time
    budget, spent = (ledger.budget, ledger.spent) if ledger.budget else (None, None)
    return [
        project.label,
        project.name,
        project.organisation.name,
        project.organisation.node.name,
        project.get_kind_display(),
        project.get_track_display(),
        project.get_sector_display(),
        project.get_stage_display(),
        "、".join(one.label for one in row.overlays),
        _wan(ledger.granted),
        _wan(ledger.allocated),
        _wan(ledger.received),
        _wan(budget),
        _wan(spent),
        _wan(ledger.left),
        ledger.execution_rate,
        project.build_start_on,
        project.build_end_on,
        project.extended_months,
        int(time.part or 0) if time else None,
        row.bars.targets.part if row.bars.targets else None,
        row.due_label,
        row.due_on,
        days_left(on, row.last_on) if row.last_on else None,
        row.alerts,
    ]


def _wan(amount: Decimal | int | None) -> Decimal | None:
    return None if amount is None else Decimal(amount) / WAN
