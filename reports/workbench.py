"""工作台: what waits for this person and how their scope stands. Computed, never stored; constant statements."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.urls import reverse

from accounts.models import User
from accounts.roles import BUSINESS_ROLES, Action
from funds.ledger import ISSUED_SOURCES
from funds.models import BudgetLine
from lifecycle.queries.calendars import Row, rows_for
from lifecycle.queries.served import readable_alerts
from policy import loader
from policy.money import ZERO, share, wan_number
from policy.terms import Kind, Rank, Severity
from projects import access
from projects.models import Alert
from projects.tasks import Task
from reports import journal
from reports.dossier.dates import dates_of, with_dates
from reports.dossier.rail import rail_of
from reports.register import IN_HAND, NOT_IN_HAND
from reports.tasks import tasks_for
from ui.parts import Event

AHEAD = timedelta(days=90)
SOON = timedelta(days=7)
LATE, WEEK, OPEN = "late", "week", "open"
RANGES = {"": "全部", LATE: "已逾期", WEEK: "7 天内到期", OPEN: "未定期限"}
SHOWN_DATES, SHOWN_EVENTS, SHOWN_RAILS = 8, 8, 3
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


def board_of(user: User, on: date, *, due: str = "", visited: datetime | None = None) -> Board:
    """`due`: which of RANGES of the tasks to show; `visited`: when the person was last here."""
    tasks, spending, rows = tasks_for(user, on), _spending(user), rows_for(user, on)
    late, soon = [row for row in rows if row.overdue], [row for row in rows if 0 <= row.left <= AHEAD.days]
    return Board(
        tiles=[_in_hand(user), _executed(spending), _waiting(tasks, on), _alerts(user, len(late))],
        tasks=[task for task in tasks if in_range(task, due, on)],
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


def _in_hand(user: User) -> dict[str, Any]:
    counted = access.projects_for(user).exclude(stage__in=NOT_IN_HAND).aggregate(
        all=Count("pk"), bases=Count("pk", filter=Q(kind=Kind.BASE)), studios=Count("pk", filter=Q(kind=Kind.STUDIO))
    )  # fmt: skip
    note = f"其中基地 {counted['bases']} · 工作室 {counted['studios']}"
    return _tile("在管项目", counted["all"], "个", note, "folder-kanban", "blue", _register(f"?stage={IN_HAND}"))


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


def _alerts(user: User, late: int) -> dict[str, Any]:
    """`late`: how many legal dates 期限 shows as overdue."""
    reached = access.projects_for(user, Action.VIEW_ALERT).values("pk")
    counted = Alert.objects.filter(readable_alerts(user), project__in=reached, cleared_on=None).aggregate(
        all=Count("pk"), severe=Count("pk", filter=Q(severity=Severity.BLOCKING))
    )
    tone = "red" if late else "orange"
    note = f"逾期期限 {late} 项 · 不得通过 {counted['severe']} 项"
    return _tile("预警与逾期", counted["all"], "项", note, "triangle-alert", tone, reverse("reports:alerts"))


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


def _spending(user: User) -> list[Spending]:
    """One statement. Names of categories come from the editions; the same code means the same in all of them."""
    names = {
        category.code: category.name for edition in loader.configured().values() for category in edition.categories
    }
    in_hand = access.projects_for(user).exclude(stage__in=NOT_IN_HAND).values("pk")
    lines = BudgetLine.objects.filter(project__in=in_hand, source__in=ISSUED_SOURCES).order_by()
    sums = lines.values("category").annotate(a=Sum("spent"), b=Sum("budget"), c=Sum("reserved"))
    found = [Spending(names.get(row["category"], row["category"]), row["a"], row["b"], row["c"]) for row in sums]
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
