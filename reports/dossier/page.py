"""Reading one project whole: the snapshot the machine looks at, money, decisions, alerts, dates and what happened."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from accounts.queries import work_calendar
from accounts.roles import Action
from funds.ledger import Ledger
from funds.queries import ledger_of
from lifecycle.models import Deadline, Request
from lifecycle.queries import offered, snapshot_of
from lifecycle.queries.deadlines import stored_date
from lifecycle.queries.served import readable_alerts
from lifecycle.rules.deadlines import LegalDate
from policy.terms import Rank, Severity
from projects import access
from projects.links import page_for
from projects.models import Alert, Decision, Project
from projects.tasks import Task
from projects.waivers import with_waivers
from reports.dossier.award import Award, award_of
from reports.dossier.buttons import Button, buttons_for, requests_for
from reports.dossier.dates import with_dates
from reports.dossier.decisions import Pending, decisions_of, in_force, pending_for
from reports.dossier.next_step import told_to_unit, waiting_of
from reports.dossier.rail import Dates, rail_of
from reports.dossier.tasks import tasks_of
from reports.dossier.timeline import AHEAD, Happening, past_of
from reports.progress import Bars, bars_of
from reports.register import with_figures
from ui.parts import NextStep, Step

EVENTS = 12


@dataclass(frozen=True, slots=True)
class Dossier:
    rail: list[Step]
    next_step: NextStep
    tasks: list[Task]
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
    events: list[Happening]


def with_facts(projects: QuerySet[Project], user: User) -> QuerySet[Project]:
    """What the page shows of money and dates, read with the project itself."""
    return with_dates(with_figures(projects, user))


def dossier_of(project: Any, user: User, on: date) -> Dossier:
    """Of a project read `with_facts`."""
    ledger = ledger_of(project)
    now, decisions = snapshot_of(project, on=on, ledger=ledger), decisions_of(project)
    pending = pending_for(user, decisions)
    signing = [one.kind for one in decisions if one.state == Decision.State.SIGNING]
    deadlines, calendar = _deadlines(project), work_calendar()
    past = past_of(project, user, on)[:EVENTS]
    return Dossier(
        rail=rail_of(project, Dates(in_force(decisions), project.applied_on, project.reported_on)),
        next_step=_next_step(project, user, now, pending),
        tasks=tasks_of(project, user, on),
        buttons=buttons_for(user, project, offered(project, now), signing),
        requests=requests_for(user, project, now.asked),
        pending=pending,
        figures=_figures(ledger),
        execution={"spent": ledger.spent, "budget": ledger.budget, "pending": ledger.reserved},
        bars=bars_of(project, ledger=ledger, total=project.total, on=on),
        award=award_of(project),
        alerts=alerts_of(project, user, on),
        waives=access.allows(user, project, Action.PROPOSE_WAIVER),
        sees_risk=access.allows(user, project, Action.VIEW_RISK),
        may_refuse=access.allows(user, project, Action.DRAFT_EXTENSION),
        asked=_requests(project) if now.asked else [],
        events=[*(_ahead(stored_date(row, project, calendar), on) for row in deadlines), *past],
    )


def _requests(project: Project) -> list[Request]:
    return list(Request.objects.filter(project=project, state=Request.State.OPEN).select_related("requested_by"))


def alerts_of(project: Project, user: User, on: date) -> list[Alert]:
    """Open alerts, the worst first."""
    order = {Severity.BLOCKING: 0, Severity.WARNING: 1, Severity.NOTICE: 2}
    rows = with_waivers(Alert.objects.filter(readable_alerts(user), project=project, cleared_on=None), on)
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
    said = told_to_unit(project, now) if access.is_unit(user) else waiting_of(project, now)
    url = page_for(user, said.route, project)
    card = NextStep(said.what, said.who, said.since, said.until, said.note, url)
    return card if is_actor(user, said.route, project) else replace(card, url="", action="")


def is_actor(user: User, route: str, project: Project) -> bool:
    """Reading pages are open to many; a button is for those whose turn it is."""
    reading = {"performance:sheet", "lifecycle:acceptance", "funds:documents", "performance:evaluation"}
    return bool(route) and (route not in reading or not access.is_unit(user) or route == "performance:sheet")


def _figures(ledger: Ledger) -> list[dict[str, str]]:
    """The six figures as `funds.ledger` gives them, for the table of the header."""
    return [
        {"label": f"{one.label}（{one.unit}）" if one.unit else one.label, "value": one.value, "note": one.note}
        for one in ledger.six
    ]


def _deadlines(project: Project) -> list[Deadline]:
    return list(Deadline.objects.filter(project=project, state=Deadline.State.OPEN).order_by("-due_on", "-pk"))


def _ahead(one: LegalDate, on: date) -> Happening:
    """A stored date above what is past; the computed ones stand on the page of the whole line."""
    tone = "red" if one.overdue(on) else "purple"
    return Happening(one.last_on, AHEAD, one.label, f"依据：{one.clause}", tone=tone, note=one.left_text(on))
