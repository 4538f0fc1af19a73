"""Reading one project whole: the snapshot the machine looks at, money, decisions, alerts, dates and what happened."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, Sum

from accounts.models import User
from accounts.roles import Action
from funds.ledger import ISSUED_SOURCES
from funds.models import Allocation, BudgetLine, FundDocument
from lifecycle.deadlines import RULES
from lifecycle.models import Deadline, Request
from lifecycle.queries import offered, snapshot_of
from policy.money import ZERO, share, wan_number
from policy.terms import Rank, Severity
from projects import access
from projects.links import page_for
from projects.models import Alert, Decision, Project
from reports.dossier.award import Award, award_of
from reports.dossier.buttons import Button, buttons_for, requests_for
from reports.dossier.dates import with_dates
from reports.dossier.decisions import Pending, decisions_of, in_force, pending_for
from reports.dossier.next_step import waiting_of
from reports.dossier.rail import Dates, rail_of
from reports.journal import entries_of, event_of, happened, is_unit
from reports.progress import Bars, bars_of
from reports.register import with_figures
from ui.parts import Event, NextStep, Step

EVENTS = 60


@dataclass(frozen=True, slots=True)
class Dossier:
    rail: list[Step]
    next_step: NextStep
    buttons: list[Button]
    requests: list[tuple[str, str]]
    may_refuse: bool
    pending: list[Pending]
    figures: list[dict[str, str]]
    execution: dict[str, Any]
    bars: Bars
    award: Award
    alerts: list[Alert]
    asked: list[Request]
    events: list[Event]
    more_events: bool


def with_facts(projects: QuerySet[Project]) -> QuerySet[Project]:
    """What the page shows of money and dates, read with the project itself."""
    lines = BudgetLine.objects.filter(project=OuterRef("pk"), source__in=ISSUED_SOURCES).order_by().values("project")
    issued = Allocation.objects.filter(project=OuterRef("pk"), document__state=FundDocument.State.APPROVED)
    return with_dates(with_figures(projects)).annotate(
        reserved=Subquery(lines.annotate(sum=Sum("reserved")).values("sum")),
        allocated=Subquery(issued.order_by().values("project").annotate(sum=Sum("amount")).values("sum")),
    )


def dossier_of(project: Any, user: User, on: date) -> Dossier:
    """Of a project read `with_facts`."""
    now, decisions = snapshot_of(project, on=on), decisions_of(project)
    pending = pending_for(user, decisions)
    signing = [one.kind for one in decisions if one.state == Decision.State.SIGNING]
    deadlines = list(Deadline.objects.filter(project=project, state=Deadline.State.OPEN))
    entries = list(happened(entries_of(project, user))[: EVENTS + 1])
    spent, budget = project.spent or ZERO, project.budget or ZERO
    return Dossier(
        rail=rail_of(project, Dates(in_force(decisions), project.applied_on, project.reported_on)),
        next_step=_next_step(project, user, now, pending),
        buttons=buttons_for(user, project, offered(project, now), signing),
        requests=requests_for(user, project, now.asked),
        pending=pending,
        figures=_figures(project, spent, budget, now.received),
        execution={"spent": spent, "budget": budget, "pending": project.reserved},
        bars=bars_of(project, spent=spent, budget=budget, total=project.total, on=on),
        award=award_of(project),
        alerts=alerts_of(project),
        may_refuse=access.allows(user, project, Action.DRAFT_EXTENSION),
        asked=_requests(project) if now.asked else [],
        events=_events(project, deadlines, [event_of(entry) for entry in entries[:EVENTS]], on),
        more_events=len(entries) > EVENTS,
    )


def _requests(project: Project) -> list[Request]:
    return list(Request.objects.filter(project=project, state=Request.State.OPEN).select_related("requested_by"))


def alerts_of(project: Project) -> list[Alert]:
    """Open alerts, the worst first."""
    order = {Severity.BLOCKING: 0, Severity.WARNING: 1, Severity.NOTICE: 2}
    rows = Alert.objects.filter(project=project, cleared_on=None)
    return sorted(map(in_words, rows), key=lambda alert: (order[Severity(alert.severity)], alert.pk))


def in_words(alert: Alert) -> Alert:
    """With the rank of its rule in words; the stored value is a code."""
    alert.rank = Rank(alert.rank).label if alert.rank in Rank.values else alert.rank
    return alert


def _next_step(project: Project, user: User, now: Any, pending: list[Pending]) -> NextStep:
    if pending:
        first = pending[0]
        who = "、".join(f"{line}（{state}）" for line, state in first.signed if state.startswith("待"))
        what = f"签署《{first.decision.title}》"
        return NextStep(what, who, first.decision.drafted_on, None, first.decision.number, first.url, "查看决定")
    said = waiting_of(project, now)
    url = page_for(user, said.route, project)
    card = NextStep(said.what, said.who, said.since, said.until, said.note, url)
    return card if is_actor(user, said.route, project) else replace(card, url="", action="")


def is_actor(user: User, route: str, project: Project) -> bool:
    """Reading pages are open to many; a button is for those whose turn it is."""
    reading = {"performance:sheet", "lifecycle:acceptance", "funds:documents", "performance:evaluation"}
    return bool(route) and (route not in reading or not is_unit(user) or route == "performance:sheet")


def _figures(project: Any, spent: Decimal, budget: Decimal, received: Decimal) -> list[dict[str, str]]:
    """批复 下达 到账 支出 结余 执行率 (handbook 5), with how each is counted; the same as `funds.ledger` counts them."""
    rate = share(spent, budget)
    return [
        {"label": "批复（万元）", "value": wan_number(project.grant or ZERO), "note": "立项确定"},
        {"label": "下达（万元）", "value": wan_number(project.allocated or ZERO), "note": "资金文件已签批"},
        {"label": "到账（万元）", "value": wan_number(received), "note": "单位已确认"},
        {"label": "支出（万元）", "value": wan_number(spent), "note": "财政已认定"},
        {"label": "结余（万元）", "value": wan_number(received - spent), "note": "到账－支出"},
        {
            "label": "执行率",
            "value": "—" if rate is None else f"{rate * 100:.2f}%",
            "note": f"{wan_number(spent)} ÷ 预算 {wan_number(budget)}" if budget else "预算未批准",
        },
    ]


def _events(project: Project, deadlines: list[Deadline], past: list[Event], on: date) -> list[Event]:
    """Everything on one line of time, the latest first; what lies ahead stands on top."""
    ahead = [
        Event(
            row.due_on,
            RULES[row.rule].label if row.rule in RULES else row.rule,
            f"依据：{row.basis}",
            "期限",
            _tone(row, on),
        )
        for row in deadlines
    ]
    period = [
        Event(day, label, "", "建设期", "gray")
        for day, label in ((project.build_start_on, "建设期开始"), (project.build_end_on, "建设期届满"))
        if day and not (label == "建设期届满" and any(row.rule == "build_end" for row in deadlines))
    ]
    return sorted([*ahead, *past, *period], key=lambda event: str(event.on), reverse=True)


def _tone(row: Deadline, on: date) -> str:
    return "red" if row.due_on < on else "purple"
