"""Problems that wait for a person: to answer, to submit, to verify. One line a project; a constant number of statements."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts.models import User
from accounts.roles import FINANCE_ROLES, Action
from lifecycle.deadlines import PROBLEM_DUE, last_day
from lifecycle.queries.problems import in_register
from projects import access
from projects.models import Attachment, Problem
from projects.problems import ABOUT, lapsed
from projects.tasks import Task
from projects.together import Answer, Together

State = Problem.State
ANSWER, SUBMIT, VERIFY = "答复", "提交", "核验"


def problem_tasks(user: User, on: date, read: Together | None = None) -> Iterable[Task]:
    read = read or Together()
    return chain(
        _to_answer(user, read) if access.may(user, Action.ANSWER_PROBLEM) else (),
        _to_verify(user, read) if access.may(user, Action.VERIFY_PROBLEM) else (),
    )


def _waiting(user: User, action: Action, state: str) -> QuerySet[Problem]:
    reached = access.reach(user, action, "project__organisation")
    return Problem.objects.filter(reached, in_register(), state=state).exclude(lapsed())


def _to_answer(user: User, read: Together) -> Iterable[Task]:
    """What has its proof is ready for the leader, and not for who drafted it; the rest for whoever fills it in."""
    filed = Attachment.objects.filter(
        project=OuterRef("project"), about=ABOUT, about_id=OuterRef("pk"), handed_in=False
    )
    rows = _waiting(user, Action.ANSWER_PROBLEM, State.OPEN)
    ready = Exists(filed) & ~Q(answer="")
    signs = access.may(user, Action.SUBMIT_ANSWER)
    return chain(
        _lines(rows.filter(ready).exclude(drafted_by=user), SUBMIT, "opened_on", read) if signs else (),
        _lines(rows.exclude(ready), ANSWER, "opened_on", read),
    )


def _to_verify(user: User, read: Together) -> Iterable[Task]:
    """Not what this person opened (SD4); what concerns money is for the finance line."""
    rows = _waiting(user, Action.VERIFY_PROBLEM, State.ANSWERED).exclude(opened_by=user)
    if not user.roles & FINANCE_ROLES:
        rows = rows.filter(amount=None)
    return _lines(rows, VERIFY, "answered_on", read)


def _lines(rows: QuerySet[Problem], verb: str, since: str, read: Together) -> Iterable[Task]:
    groups = rows.order_by().values("project_id", name=F("project__name"))
    found = groups.annotate(found=Count("pk"), first=Min("pk"), since=Min(since), due=Min("due_on"))
    return _told(read, read.ask(found, "project_id", "name", "found", "first", "since", "due"), verb)


def _told(read: Together, asked: Answer, verb: str) -> Iterator[Task]:
    for row in sorted(asked, key=lambda row: (row.due or date.max, row.project_id)):
        url = reverse("lifecycle:problems", args=[row.project_id])
        if row.found == 1:
            url = reverse("lifecycle:problem", args=[row.project_id, row.first])
        due_on = None if verb == VERIFY or row.due is None else last_day(PROBLEM_DUE, row.due, read.calendar)
        yield Task(f"{verb} {row.found} 个问题的整改", row.name, url, row.since, due_on)
