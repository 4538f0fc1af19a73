"""工作台: what waits for this person and how their scope stands. Computed, never stored; nearly all of it in one statement."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import User
from accounts.roles import BUSINESS_ROLES, Action
from funds.ledger import ISSUED_SOURCES
from funds.models import BudgetLine
from lifecycle.queries.calendars import Row, asked_dates, near_rows
from lifecycle.queries.served import readable_alerts
from policy import loader
from policy.money import ZERO, share, wan_number
from policy.terms import Kind, Rank, Severity
from projects import access
from projects.models import Alert
from projects.tasks import Task
from projects.together import Answer, Together
from reports import journal
from reports.dossier.dates import dates_of, with_dates
from reports.dossier.rail import rail_of
from reports.register import IN_HAND, NOT_IN_HAND
from reports.tasks import asked_tasks, pressing
from ui.parts import Event

AHEAD = timedelta(days=90)
SOON = timedelta(days=7)
LATE, WEEK, OPEN = "late", "week", "open"
RANGES = {"": "全部", LATE: "已逾期", WEEK: "7 天内到期", OPEN: "未定期限"}
SHOWN_DATES, SHOWN_EVENTS, SHOWN_RAILS = 8, 8, 3
APART, NAMED = 3, 2  # how many of one act stand each on its own line; how many projects a line of more names
RANKS = tuple(Rank)  # law first


@dataclass(frozen=True, slots=True)
class Due:
    """A legal date of a project; `due_on`: the day it really ends."""

    label: str
    name: str
    url: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Spending:
    """One category over all projects in hand; issued money only."""

    name: str
    spent: Decimal
    budget: Decimal
    pending: Decimal


@dataclass(frozen=True, slots=True)
class Board:
    tiles: list[dict[str, Any]]
    tasks: list[Task]
    lines: list[Task]
    kind: str
    ranges: list[dict[str, Any]]
    news: journal.Since | None
    dates: list[Due]
    dates_said: str
    events: list[Event]
    spending: list[Spending]
    rails: list[dict[str, Any]]


def has_business(user: User) -> bool:
    """Administrators see accounts, not projects."""
    return bool(user.roles & BUSINESS_ROLES)


def board_of(user: User, on: date, *, due: str = "", kind: str = "", visited: datetime | None = None) -> Board:
    """`due`: which of RANGES of the tasks to show; `kind`: only these acts, one by one; `visited`: the last time here."""
    read = Together()
    waiting, near = asked_tasks(user, on, read), asked_dates(user, on, read, on + AHEAD)
    spent, in_hand, alerts = _asked_spending(user, read), _asked_in_hand(user, read), _asked_alerts(user, read)
    tasks, spending, rows = waiting(), _spending(spent), near_rows(user, near, on)
    shown = [task for task in tasks if in_range(task, due, on)]
    chosen = [task for task in shown if task.kind == kind]
    late, soon = [row for row in rows if row.overdue], [row for row in rows if 0 <= row.left <= AHEAD.days]
    return Board(
        tiles=[_in_hand(in_hand), _executed(spending), _waiting(tasks, on), _alerts(alerts, len(late))],
        tasks=shown,
        lines=chosen or grouped(shown, due),
        kind=kind if chosen else "",
        ranges=_ranges(tasks, due, on),
        news=journal.since(user, visited, SHOWN_EVENTS) if visited else None,
        dates=[_due(row) for row in _first(late, soon)],
        dates_said=_said(len(late), len(soon)),
        events=journal.recent(user, SHOWN_EVENTS),
        spending=spending,
        rails=_rails(user),
    )


def in_range(task: Task, due: str, on: date) -> bool:
    """Whether a task belongs to a tab; a word that is none of RANGES asks for all."""
    if due == LATE:
        return task.due_on is not None and task.due_on < on
    if due == WEEK:
        return task.due_on is not None and on <= task.due_on <= on + SOON
    if due == OPEN:
        return task.due_on is None
    return True


def grouped(tasks: list[Task], due: str = "") -> list[Task]:
    """More than a few of the same act stand on one line, where the first of them would; its link shows them all."""
    kinds: dict[str, list[Task]] = {}
    for task in tasks:
        kinds.setdefault(task.kind, []).append(task)
    found = []
    for kind, several in kinds.items():
        found += several if len(several) <= APART else [_group(kind, several, due)]
    return sorted(found, key=pressing)


def _group(kind: str, several: list[Task], due: str) -> Task:
    names = [name for name in dict.fromkeys(task.project_name for task in several) if name]
    about = "、".join(names[:NAMED]) + (f" 等 {len(names)} 个项目" if names[NAMED:] else "")
    since = min((task.since for task in several if task.since), default=None)
    due_on = min((task.due_on for task in several if task.due_on), default=None)
    asked = urlencode({"kind": kind} | ({"due": due} if due else {}))
    return Task(f"{kind} {len(several)} 项", about, f"?{asked}#tasks", since, due_on)


def _ranges(tasks: list[Task], due: str, on: date) -> list[dict[str, Any]]:
    """The tabs over the tasks, each with its count."""
    current = due if due in RANGES else ""
    counts = {code: sum(1 for task in tasks if in_range(task, code, on)) for code in RANGES}
    return [
        {"label": label, "count": counts[code], "url": f"?due={code}#tasks" if code else "?#tasks", "now": code == current}
        for code, label in RANGES.items()
    ]  # fmt: skip


def _tile(label: str, value: Any, unit: str, note: str, icon: str, tone: str, url: str) -> dict[str, Any]:
    return {"label": label, "value": value, "unit": unit, "note": note, "icon": icon, "tone": tone, "url": url}


def _register(query: str = "") -> str:
    return f"{reverse('reports:projects')}{query}"


def _asked_in_hand(user: User, read: Together) -> Answer:
    in_hand = access.projects_for(user).exclude(stage__in=NOT_IN_HAND).order_by()
    return read.ask(in_hand.values("kind").annotate(count=Count("pk")), "kind", "count")


def _in_hand(asked: Answer) -> dict[str, Any]:
    counted = {row.kind: row.count for row in asked}
    bases, studios = counted.get(Kind.BASE, 0), counted.get(Kind.STUDIO, 0)
    note = f"基地 {bases} · 工作室 {studios}，不含终止、取消、清算"
    return _tile("在管项目", bases + studios, "个", note, "folder-kanban", "blue", _register(f"?stage={IN_HAND}"))


def _executed(spending: list[Spending]) -> dict[str, Any]:
    spent = sum((line.spent for line in spending), ZERO)
    budget = sum((line.budget for line in spending), ZERO)
    rate = share(spent, budget)
    value = "—" if rate is None else f"{rate * 100:.2f}"
    note = f"已支出 {wan_number(spent)} / 预算 {wan_number(budget)} 万元" if budget else "尚无已批准的预算"
    url = _register(f"?stage={IN_HAND}&sort=rate")
    return _tile("在管项目执行率", value, "" if rate is None else "%", note, "wallet", "green", url)


def _waiting(tasks: list[Task], on: date) -> dict[str, Any]:
    late, soon = (sum(1 for task in tasks if in_range(task, code, on)) for code in (LATE, WEEK))
    note = f"已逾期 {late} 项 · 7 天内到期 {soon} 项"
    return _tile("待我办理", len(tasks), "项", note, "clipboard-check", "purple", "#tasks")


def _asked_alerts(user: User, read: Together) -> Answer:
    standing = Alert.objects.filter(readable_alerts(user), access.about(user, Action.VIEW_ALERT), cleared_on=None)
    return read.ask(standing.order_by().values("severity").annotate(count=Count("pk")), "severity", "count")


def _alerts(asked: Answer, late: int) -> dict[str, Any]:
    """`late`: how many legal dates 期限 shows as overdue."""
    counted = {row.severity: row.count for row in asked}
    tone = "red" if late else "orange"
    note = f"其中不得通过 {counted.get(Severity.BLOCKING, 0)} 项；另有逾期期限 {late} 项"
    return _tile("未解除的预警", sum(counted.values()), "项", note, "triangle-alert", tone, reverse("reports:alerts"))


def _first(late: list[Row], soon: list[Row]) -> list[Row]:
    """Half of the room is kept for what still lies ahead; of what is overdue the dates of law come before our own practice."""
    ahead = soon[: max(SHOWN_DATES // 2, SHOWN_DATES - len(late))]
    gravest = sorted(late, key=lambda row: (RANKS.index(row.one.rank), row.one.last_on))
    return [*gravest[: SHOWN_DATES - len(ahead)], *ahead]


def _due(row: Row) -> Due:
    return Due(row.one.label, row.project.name, reverse("reports:dossier", args=[row.project.pk]), row.one.last_on)


def _said(late: int, soon: int) -> str:
    """What is not listed here stands on the page of dates."""
    told = f"逾期 {late} 项 · {AHEAD.days} 天内 {soon} 项"
    return f"{told}，列 {SHOWN_DATES} 项" if late + soon > SHOWN_DATES else told


def _asked_spending(user: User, read: Together) -> Answer:
    lines = BudgetLine.objects.filter(access.about(user), source__in=ISSUED_SOURCES).exclude(
        project__stage__in=NOT_IN_HAND
    )
    sums = lines.order_by().values("category").annotate(a=Sum("spent"), b=Sum("budget"), c=Sum("reserved"))
    return read.ask(sums, "category", spent="a", budget="b", pending="c")


def _spending(asked: Answer) -> list[Spending]:
    """Names of categories come from the editions; the same code means the same in all of them."""
    names = {
        category.code: category.name for edition in loader.configured().values() for category in edition.categories
    }
    found = [Spending(names.get(row.category, row.category), row.spent, row.budget, row.pending) for row in asked]
    return sorted(found, key=lambda line: -line.budget)


def _rails(user: User) -> list[dict[str, Any]]:
    """A unit sees where each of its few projects stands; the departments have the list for that."""
    if not journal.is_unit(user):
        return []
    in_hand = access.projects_for(user).exclude(stage__in=NOT_IN_HAND).order_by("pk")
    projects = list(with_dates(in_hand)[:SHOWN_RAILS])
    dates = dates_of(projects)
    return [
        {
            "name": project.name,
            "url": reverse("reports:dossier", args=[project.pk]),
            "stage": project.stage,
            "steps": rail_of(project, dates[project.pk]),
        }
        for project in projects
    ]
