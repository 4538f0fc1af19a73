"""The dates in reach of a person: for the list, the calendar, the day's digest and the feed. Constant statements."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from accounts.models import Holiday, Node, User
from lifecycle.deadlines import SERVE
from lifecycle.models import CalendarFeed, Told
from lifecycle.queries.deadlines import Dates, dates_of
from lifecycle.rules.deadlines import LegalDate
from policy.calendar import ONE_DAY, WorkCalendar, add_months
from policy.terms import Stage
from projects import access
from projects.models import Project
from projects.together import Together

SOON = 30
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


@dataclass(frozen=True, slots=True)
class Row:
    one: LegalDate
    project: Any  # a Project, or Dated where only near dates are told
    on: date

    @property
    def overdue(self) -> bool:
        return self.one.overdue(self.on)

    @property
    def left(self) -> int:
        return self.one.left(self.on)

    @property
    def left_text(self) -> str:
        return self.one.left_text(self.on)

    @property
    def tone(self) -> str:
        if self.overdue:
            return "red"
        return "gray" if self.one.lapsed(self.on) else "orange" if self.left <= SOON else "blue"

    @property
    def why(self) -> list[tuple[str, str]]:
        return self.one.why()


def rows_for(user: User, on: date) -> list[Row]:
    projects = access.projects_for(user).exclude(stage=Stage.DRAFT).select_related("organisation__node")
    dates = asked_dates(user, on, Together())
    found = {project.pk: project for project in projects}
    return [Row(one, found[one.project_id], on) for one in _told(user, dates.all()) if one.project_id in found]


def rows_of(user: User, project: Project, on: date) -> list[Row]:
    return [Row(one, project, on) for one in told_dates(user, [project], on)]


def asked_dates(user: User, on: date, read: Together, until: date | None = None) -> Dates:
    """The dates in reach, read together with whatever else the page asks for; `until`: only what ends by that day."""
    projects = access.projects_for(user).exclude(stage=Stage.DRAFT)
    return Dates(projects, access.about(user) & ~Q(project__stage=Stage.DRAFT), on, read, until)


def near_rows(user: User, dates: Dates, on: date) -> list[Row]:
    """Of `asked_dates`."""
    projects = dates.asking.projects
    return [Row(one, projects[one.project_id], on) for one in _told(user, dates.all())]


def told_dates(user: User, projects: Iterable[Project], on: date) -> list[LegalDate]:
    return _told(user, dates_of(projects, on))


def _told(user: User, dates: list[LegalDate]) -> list[LegalDate]:
    """Without what a unit must not learn from a date: that a paper is on its way to it."""
    return [one for one in dates if one.code != SERVE.code] if access.is_unit(user) else dates


def chosen(rows: Iterable[Row], asked: dict[str, str]) -> list[Row]:
    """Filtered in memory: most of these dates stand in no table."""
    return [row for row in rows if _fits(row, asked)]


def _fits(row: Row, asked: dict[str, str]) -> bool:
    project, when = row.project, asked.get("when", "")
    words = f"{project.name} {project.number or ''} {project.organisation.name}".casefold()
    if not all(word in words for word in asked.get("q", "").casefold().split()):
        return False
    if asked.get("rule", row.one.code) != row.one.code:
        return False
    if not project.organisation.node.path.startswith(asked.get("place", "")):
        return False
    if when == "overdue":
        return row.overdue
    return not when or 0 <= row.left <= int(when)


def places_of(rows: Iterable[Row]) -> list[tuple[str, str]]:
    """The cities and departments that occur; one statement."""
    paths = {"/".join(row.project.organisation.node.path.split("/")[:2]) + "/" for row in rows}
    return list(Node.objects.filter(path__in=paths).values_list("path", "name"))


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    inside: bool
    today: bool
    works: bool
    feast: str
    rows: tuple[Row, ...]

    @property
    def weekday(self) -> str:
        return WEEKDAYS[self.day.weekday()]


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    weeks: tuple[tuple[Day, ...], ...]
    published: bool
    count: int

    @property
    def before(self) -> date:
        return add_months(self.first, -1)

    @property
    def after(self) -> date:
        return add_months(self.first, 1)


def month_of(rows: Iterable[Row], first: date, on: date) -> Month:
    """Whole weeks from Monday. Two statements: the holidays and whether the year has an arrangement."""
    ends = add_months(first, 1) - ONE_DAY
    start = first - timedelta(days=first.weekday())
    stop = ends + timedelta(days=6 - ends.weekday())
    holidays = list(Holiday.objects.order_by("day"))
    calendar = WorkCalendar.from_rows((one.day, one.works) for one in holidays)
    feasts = {one.day: one.feast or ("上班" if one.works else "放假") for one in holidays}
    by_day: dict[date, list[Row]] = {}
    for row in rows:
        by_day.setdefault(row.one.last_on, []).append(row)
    days = [
        Day(
            day,
            first <= day <= ends,
            day == on,
            calendar.is_working(day),
            feasts.get(day, ""),
            tuple(by_day.get(day, ())),
        )
        for day in (start + timedelta(days=number) for number in range((stop - start).days + 1))
    ]
    weeks = tuple(tuple(days[at : at + 7]) for at in range(0, len(days), 7))
    return Month(first, weeks, first.year in calendar.years, sum(len(day.rows) for day in days if day.inside))


def digest_of(user: User, day: date) -> list[Told]:
    """What one day's notice named for this person, each date once; only of projects still in reach."""
    mine = access.projects_for(user).values("pk")
    rows = Told.objects.filter(user=user, digest_on=day, reminder__project__in=mine)
    return list({row.reminder.text: row for row in rows.select_related("reminder__project__organisation")}.values())


def live_feed(user: User) -> CalendarFeed | None:
    return CalendarFeed.objects.filter(user=user, revoked_at=None).first()


def feed_by(digest: str) -> CalendarFeed | None:
    """A feed that is live and whose person still has an account and a seat."""
    feed = CalendarFeed.objects.select_related("user").filter(key_digest=digest, revoked_at=None).first()
    if feed is None or not feed.user.is_active or not feed.user.roles:
        return None
    return feed


def api_row(one: LegalDate, on: date) -> dict[str, Any]:
    running = one.state == "open"
    return {
        "id": one.deadline_id or None,
        "rule": one.code,
        "about": one.about,
        "about_id": one.about_id,
        "due_on": one.due_on,
        "last_on": one.last_on,
        "opened_on": one.opened_on,
        "closed_on": one.closed_on,
        "state": one.state,
        "basis": one.clause,
        "rank": one.rank,
        "arithmetic": one.sum,
        "estimated": one.estimated,
        "days_left": one.left(on) if running else None,
    }
