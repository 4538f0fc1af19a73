"""待办 of 疑点: what the unit has to explain, what finance has to close. One statement each."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Count, F, Min, Q, QuerySet
from django.urls import reverse

from accounts.models import User
from accounts.roles import Action
from funds.models import Flag
from policy.terms import Severity
from projects import access
from projects.tasks import Task


def flag_tasks(user: User, on: date) -> Iterator[Task]:
    """Notices (休息日, 临近起止, 年底) wait for nobody: they are there to be read."""
    worth = Flag.objects.exclude(severity=Severity.NOTICE)
    if access.may(user, Action.ANSWER_FLAG):
        asked = worth.filter(_reached(user, Action.ANSWER_FLAG), state=Flag.State.OPEN)
        yield from _grouped(asked, "说明疑点", Flag.State.OPEN)
    if access.may(user, Action.CLOSE_FLAG):
        answered = Flag.objects.filter(_reached(user, Action.CLOSE_FLAG), state=Flag.State.ANSWERED)
        own = Q(raised_by=user) | Q(voucher__hands=user)
        yield from _grouped(answered.exclude(own), "核定疑点", Flag.State.ANSWERED)


def _reached(user: User, action: Action) -> Q:
    return Q(project__in=access.projects_for(user, action).values("pk"))


def _grouped(rows: QuerySet[Flag], title: str, state: str) -> Iterator[Task]:
    groups = rows.order_by().values("project", name=F("project__name"))
    for group in groups.annotate(count=Count("pk", distinct=True), since=Min("raised_on")):
        url = f"{reverse('funds:flags', args=[group['project']])}?state={state}#flags"
        yield Task(title, group["name"], url, group["since"], note=f"{group['count']} 条")
