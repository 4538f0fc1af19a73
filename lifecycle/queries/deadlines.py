"""The legal dates of projects: the open rows, and what follows today from facts held elsewhere (decision 0010).

One statement, whatever the number of projects.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from accounts.queries import work_calendar
from lifecycle import deadlines as d
from lifecycle.models import Deadline
from lifecycle.queries.computed_dates import COMPUTED, KINDS, Asking, Dated, basis_of
from lifecycle.rules.deadlines import LegalDate, Unit, arithmetic, last_day, term_behind
from policy.calendar import WorkCalendar
from projects.models import Project
from projects.together import Together

LAPSING = frozenset(code for code, rule in d.RULES.items() if rule.lapses)
FILINGS = frozenset(code for code, rule in d.RULES.items() if rule.filing) - LAPSING
ROW = (
    "pk", "project_id", "rule", "about_id", "due_on", "opened_on", "since_on", "count", "unit", "state", "closed_on",
)  # fmt: skip


class Dates:
    """The open dates of projects, asked for together with whatever else a page asks.

    `within`: the same projects as a condition on rows about them. `until`: only what ends by that day.
    """

    def __init__(
        self, projects: QuerySet[Project], within: Q, on: date, read: Together, until: date | None = None
    ) -> None:
        self.asking = Asking(projects, within, on, read, until)
        rows = Deadline.objects.filter(within, state=Deadline.State.OPEN)
        if until:  # one that an act has set keeps the computed one away, whenever it ends
            rows = rows.filter(Q(due_on__lte=until) | Q(rule__in=COMPUTED))
        self.rows = read.ask(rows, *ROW)
        self.kinds = [kind(self.asking) for kind in KINDS]

    def all(self) -> list[LegalDate]:
        """The first to end first."""
        projects, calendar, until = self.asking.projects, self.asking.read.calendar, self.asking.until
        stored = [stored_date(row, projects[row.project_id], calendar) for row in self.rows]
        set_by_acts = {one.key for one in stored} | {one.kind for one in stored if not one.about_id}
        computed = (one for kind in self.kinds for one in kind)
        dates = [*stored, *(one for one in computed if not {one.key, one.kind} & set_by_acts)]
        if until:
            dates = [one for one in dates if one.last_on <= until]
        return sorted(dates, key=lambda one: (one.last_on, one.project_id, one.code, one.about_id))


def dates_of(projects: Iterable[Project], on: date) -> list[LegalDate]:
    """Every open date of these, the first to end first."""
    pks = [project.pk for project in projects]
    if not pks:
        return []
    return Dates(Project.objects.filter(pk__in=pks), Q(project__in=pks), on, Together()).all()


def overdue_rows(on: date, missed: date) -> Q:
    """On Deadline: the open rows whose `LegalDate.overdue` holds, for lists that read them in one statement.

    `missed`: the last working day before `on`, by which a filing must have fallen due to have ended.
    """
    past = (Q(rule__in=FILINGS) & Q(due_on__lte=missed)) | (~Q(rule__in=FILINGS) & Q(due_on__lt=on))
    return Q(state=Deadline.State.OPEN) & past & ~Q(rule__in=LAPSING)


def last_on(row: Any, calendar: WorkCalendar) -> date:
    """The day a stored date really ends."""
    return last_day(d.RULES[row.rule], row.due_on, calendar) if row.rule in d.RULES else row.due_on


def closed_dates(project: Project) -> list[LegalDate]:
    """What was met or dropped, the latest first. Two statements."""
    calendar = work_calendar()
    rows = Deadline.objects.filter(project=project).exclude(state=Deadline.State.OPEN).order_by("-closed_on", "-pk")
    return [stored_date(row, project, calendar) for row in rows]


def stored_date(row: Any, project: Project | Dated, calendar: WorkCalendar) -> LegalDate:
    """`row`: a Deadline, or ROW of it."""
    edition = project.edition
    rule, since = d.RULES[row.rule], row.since_on or row.opened_on
    clause, rank = basis_of(rule, edition)
    unit, count = Unit(row.unit), row.count
    if unit == Unit.GIVEN and (term := term_behind(rule, edition, since, row.due_on, calendar)):
        unit, count = term.unit, term.count  # rows from before the sum was kept
    return LegalDate(
        project_id=row.project_id,
        rule=rule,
        due_on=row.due_on,
        opened_on=row.opened_on,
        since=since,
        last_on=last_day(rule, row.due_on, calendar),
        clause=clause,
        rank=rank,
        sum=arithmetic(rule, due_on=row.due_on, since=since, count=count, unit=unit),
        about_id=row.about_id,
        estimated=(rule.filing or unit == Unit.WORKING) and calendar.estimated(since, row.due_on),
        deadline_id=row.pk,
        state=row.state,
        closed_on=row.closed_on,
    )
