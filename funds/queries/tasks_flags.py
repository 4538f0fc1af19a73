"""待办 of 疑点: what the unit has to explain, what finance has to close."""

from collections.abc import Iterable
from itertools import chain

from django.db.models import Count, F, Min, Q, QuerySet
from django.urls import reverse

from accounts.models import User
from accounts.roles import Action
from funds.models import Flag
from policy.terms import Severity
from projects import access
from projects.tasks import Task
from projects.together import Together


def flag_tasks(user: User, read: Together) -> Iterable[Task]:
    """Notices (休息日, 临近起止, 年底) wait for nobody: they are there to be read."""
    return chain(
        _to_answer(user, read) if access.may(user, Action.ANSWER_FLAG) else (),
        _to_close(user, read) if access.may(user, Action.CLOSE_FLAG) else (),
    )


def _to_answer(user: User, read: Together) -> Iterable[Task]:
    worth = Flag.objects.exclude(severity=Severity.NOTICE)
    asked = worth.filter(access.about(user, Action.ANSWER_FLAG), state=Flag.State.OPEN)
    return _grouped(read, asked, "说明疑点", Flag.State.OPEN)


def _to_close(user: User, read: Together) -> Iterable[Task]:
    answered = Flag.objects.filter(access.about(user, Action.CLOSE_FLAG), state=Flag.State.ANSWERED)
    own = Q(raised_by=user) | Q(voucher__hands=user)
    return _grouped(read, answered.exclude(own), "核定疑点", Flag.State.ANSWERED)


def _grouped(read: Together, rows: QuerySet[Flag], title: str, state: str) -> Iterable[Task]:
    groups = rows.order_by().values("project_id", name=F("project__name"))
    groups = groups.annotate(count=Count("pk", distinct=True), since=Min("raised_on"))
    return (
        Task(
            title,
            one.name,
            f"{reverse('funds:flags', args=[one.project_id])}?state={state}#flags",
            one.since,
            note=f"{one.count} 条",
        )
        for one in read.ask(groups, "project_id", "name", "count", "since")
    )
