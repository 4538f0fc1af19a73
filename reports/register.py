"""项目台账: the list, its filters and its order. Everything a row shows comes in one statement."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.models import Node, User
from funds.ledger import ISSUED_SOURCES, Figure, Ledger
from funds.models import BudgetLine
from funds.queries import ledgers_of
from lifecycle.deadlines import RULES
from lifecycle.inbox import projects_of
from lifecycle.models import Deadline
from lifecycle.queries.overlays import Overlay, overlays_of
from performance.models import Evaluation
from policy.money import WAN
from policy.terms import NodeKind, Stage
from projects import access
from projects.models import Alert, Project
from reports.progress import Bars, bars_of, beyond
from reports.tasks import tasks_for
from workbooks.writer import Sheet

NOT_IN_HAND = (Stage.DRAFT, Stage.REVOKED, Stage.SETTLED, Stage.TERMINATED)
IN_HAND, BY_RATE = "in_hand", "rate"
ORDERS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "number": ("按项目编号", (F("number").asc(nulls_last=True), "pk")),
    "due": ("按下一期限", (F("due_on").asc(nulls_last=True), "pk")),
    "alerts": ("按预警数，多的在前", ("-alert_count", "pk")),
    "grant": ("按补助金额，大的在前", ("-grant", "pk")),
    BY_RATE: ("按执行率，低的在前", (F("rate").asc(nulls_last=True), "pk")),
    "since": ("按进入阶段，早的在前", ("stage_since", "pk")),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    project: Project
    ledger: Ledger
    bars: Bars
    due_on: date | None
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
    found = access.projects_for(user).filter(_text(asked.get("q", "")))
    for name in ("kind", "sector"):
        if asked.get(name):
            found = found.filter(**{name: asked[name]})
    if asked.get("stage"):
        found = (
            found.exclude(stage__in=NOT_IN_HAND) if asked["stage"] == IN_HAND else found.filter(stage=asked["stage"])
        )
    if asked.get("place"):
        found = found.filter(organisation__node__path__startswith=asked["place"])
    if asked.get("alert"):
        standing = Exists(Alert.objects.filter(project=OuterRef("pk"), cleared_on=None))
        found = found.filter(standing if asked["alert"] == "yes" else ~standing)
    if asked.get("mine"):
        found = found.filter(projects_of(tasks_for(user, on)))
    sort = asked.get("sort", "")
    _, order = ORDERS.get(sort, ORDERS["number"])
    found = with_rate(found) if sort == BY_RATE else found
    return with_figures(found).select_related("organisation__node").order_by(*order)


def _text(words: str) -> Q:
    """Every word occurs in the name, the number or the unit's name."""
    found = Q()
    for word in words.split():
        found &= Q(name__icontains=word) | Q(number__icontains=word) | Q(organisation__name__icontains=word)
    return found


def with_figures(projects: QuerySet[Project]) -> QuerySet[Project]:
    """Adds evaluation, next date and alerts of each project to the statement that reads it."""
    deadlines = Deadline.objects.filter(project=OuterRef("pk"), state=Deadline.State.OPEN).order_by("due_on", "pk")
    alerts = Alert.objects.filter(project=OuterRef("pk"), cleared_on=None).order_by().values("project")
    evaluations = Evaluation.objects.filter(project=OuterRef("pk")).order_by("-acceptance_ref")
    return projects.annotate(
        total=Subquery(evaluations.values("total")[:1]),
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


def rows_of(projects: Iterable[Project], on: date) -> list[Row]:
    """The ledgers in their fixed number of statements; all else was annotated."""
    found = list(projects)
    ledgers, overlays = ledgers_of(found), overlays_of(found, on)
    return [_row(project, ledgers[project.pk], overlays[project.pk], on) for project in found]


def _row(project: Any, ledger: Ledger, overlays: list[Overlay], on: date) -> Row:
    bars = bars_of(project, ledger=ledger, total=project.total, on=on)
    rule = RULES.get(project.due_rule)
    return Row(project, ledger, bars, project.due_on, rule.label if rule else "", project.alert_count, overlays)


# What is exported: the same rows, all of them

HEADERS = (
    "项目编号", "项目名称", "项目单位", "所在地区或部门", "项目类型", "新建/已建", "职业类别", "阶段", "阶段之外",
    "批复（万元）", "下达（万元）", "到账（万元）", "预算（万元）", "支出（万元）", "结余（万元）", "执行率",
    "建设期开始", "建设期届满", "已延期（月）", "建设期已过（天）", "绩效评估总分", "下一期限", "到期日", "剩余天数", "预警数",
)  # fmt: skip
RATE_COLUMN = HEADERS.index("执行率")
WIDTHS = (16, 36, 30, 16, 18, 10, 18, 14, 20, 14, 14, 14, 14, 14, 14, 10, 12, 12, 10, 14, 12, 14, 12, 10, 8)


def sheet_of(rows: Iterable[Row], on: date, said: str) -> Sheet:
    """`said`: the filters in words, so that the paper says what it shows."""
    return Sheet(
        "项目台账",
        HEADERS,
        [_cells(row, on) for row in rows],
        titles=["项目台账", f"截至 {on}　{said}"],
        notes=["金额单位：万元。结余＝到账－支出；执行率＝支出÷预算（按资金文件下达的资金）。"],
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
        (row.due_on - on).days if row.due_on else None,
        row.alerts,
    ]


def _wan(amount: Decimal | int | None) -> Decimal | None:
    return None if amount is None else Decimal(amount) / WAN
