"""Reading one project whole: the snapshot the machine looks at, money, decisions, alerts, dates and what happened."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from accounts.roles import Action
from funds.ledger import Ledger
from funds.queries import ledger_of
from lifecycle.deadlines import RULES
from lifecycle.models import Deadline, Request
from lifecycle.queries import offered, snapshot_of
from policy.terms import Rank, Severity
from projects import access
from projects.links import page_for
from projects.models import Alert, Decision, Project
from projects.waivers import with_waivers
from reports.dossier.award import Award, award_of
from reports.dossier.buttons import Button, buttons_for, requests_for
from reports.dossier.dates import with_dates
from reports.dossier.decisions import Pending, decisions_of, in_force, pending_for
from reports.dossier.next_step import told_to_unit, waiting_of
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
    sees_risk: bool
    waives: bool
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
    return with_dates(with_figures(projects))


def dossier_of(project: Any, user: User, on: date) -> Dossier:
    """Of a project read `with_facts`."""
    ledger = ledger_of(project)
    now, decisions = snapshot_of(project, on=on, ledger=ledger), decisions_of(project)
    pending = pending_for(user, decisions)
    signing = [one.kind for one in decisions if one.state == Decision.State.SIGNING]
    deadlines = list(Deadline.objects.filter(project=project, state=Deadline.State.OPEN))
    entries = list(happened(entries_of(project, user))[: EVENTS + 1])
    return Dossier(
        rail=rail_of(project, Dates(in_force(decisions), project.applied_on, project.reported_on)),
        next_step=_next_step(project, user, now, pending),
        buttons=buttons_for(user, project, offered(project, now), signing),
        requests=requests_for(user, project, now.asked),
        pending=pending,
        figures=_figures(ledger),
        execution={"spent": ledger.spent, "budget": ledger.budget, "pending": ledger.reserved},
        bars=bars_of(project, ledger=ledger, total=project.total, on=on),
        award=award_of(project),
        alerts=alerts_of(project, on),
        waives=access.allows(user, project, Action.PROPOSE_WAIVER),
        sees_risk=access.allows(user, project, Action.VIEW_RISK),
        may_refuse=access.allows(user, project, Action.DRAFT_EXTENSION),
        asked=_requests(project) if now.asked else [],
        events=_events(project, deadlines, [event_of(entry) for entry in entries[:EVENTS]], on),
        more_events=len(entries) > EVENTS,
    )


def _requests(project: Project) -> list[Request]:
    return list(Request.objects.filter(project=project, state=Request.State.OPEN).select_related("requested_by"))


def alerts_of(project: Project, on: date) -> list[Alert]:
    """Open alerts, the worst first."""
    order = {Severity.BLOCKING: 0, Severity.WARNING: 1, Severity.NOTICE: 2}
    rows = with_waivers(Alert.objects.filter(project=project, cleared_on=None), on)
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
    said = told_to_unit(project, now) if is_unit(user) else waiting_of(project, now)
    url = page_for(user, said.route, project)
    card = NextStep(said.what, said.who, said.since, said.until, said.note, url)
    return card if is_actor(user, said.route, project) else replace(card, url="", action="")


def is_actor(user: User, route: str, project: Project) -> bool:
    """Reading pages are open to many; a button is for those whose turn it is."""
    reading = {"performance:sheet", "lifecycle:acceptance", "funds:documents", "performance:evaluation"}
    return bool(route) and (route not in reading or not is_unit(user) or route == "performance:sheet")


def _figures(ledger: Ledger) -> list[dict[str, str]]:
    """The six figures as `funds.ledger` gives them, for the table of the header."""
    return [
        {"label": f"{one.label}（{one.unit}）" if one.unit else one.label, "value": one.value, "note": one.note}
        for one in ledger.six
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
