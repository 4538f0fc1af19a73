"""待办 of the 季报包: to fill, to sign, to answer, to read, to chase. The same statements for one project and for many."""

from collections.abc import Iterator
from datetime import date
from typing import Any, cast

from django.db.models import Count, Q
from django.urls import reverse

from accounts.models import User
from accounts.roles import Action, Role
from performance.models import PeriodReturn, ReturnAsk
from performance.queries.returns import WITH_UNIT, State, review_offices, said_by, seat_of
from performance.queries.rounds import rounds_for
from performance.rules.returns import LINES
from policy.terms import Line
from projects import access
from projects.access import reach
from projects.tasks import Task

UNIT = "project__organisation"


def return_tasks(user: User, on: date) -> Iterator[Task]:
    if user.roles & {Role.U1, Role.U2}:
        yield from _of_the_unit(user)
        yield from _asked(user)
    if access.may(user, Action.REVIEW_RETURN):
        yield from _to_read(user)
    if access.may(user, Action.OPEN_ROUND):
        yield from _to_chase(user, on)


def _of_the_unit(user: User) -> Iterator[Task]:
    """The clerk fills until every part is finished; then the leader signs."""
    rows = PeriodReturn.objects.filter(reach(user, Action.EDIT_RETURN, UNIT), state__in=WITH_UNIT)
    undone = Q(sections__done=False)
    rows = rows.select_related("project", "round").annotate(
        left=Count("sections", filter=undone), mine=Count("sections", filter=undone & Q(sections__assignee=user))
    )
    for one in rows.order_by("due_on", "pk"):
        ready = one.zero or one.left == 0
        since = one.returned_on or one.round.opened_on
        told = (one.project.name, _url(one), since, one.due_on)
        if ready and Role.U2 in user.roles:
            yield Task("报送季报包", *told, f"{one.round}")
        elif not ready and Role.U1 in user.roles:
            back = one.state == State.RETURNED
            title = "按退回意见补正季报包" if back else "填报季报包"
            mine = f"，其中由您承办 {one.mine} 个" if one.mine else ""
            yield Task(title, *told, f"{one.round}，还差 {one.left} 个部分{mine}")


def _asked(user: User) -> Iterator[Task]:
    if Role.U1 not in user.roles:
        return
    mine = reach(user, Action.EDIT_RETURN, f"period_return__{UNIT}")
    for ask in ReturnAsk.objects.filter(mine, answered_on=None).select_related("period_return__project"):
        one = ask.period_return
        yield Task("答复季报包补件", one.project.name, _url(one), ask.asked_on, ask.due_on, ask.text)


def _to_read(user: User) -> Iterator[Task]:
    """Only what the person's own office reads, and has not read yet."""
    rows = PeriodReturn.objects.filter(reach(user, Action.REVIEW_RETURN, UNIT), state=State.SUBMITTED)
    found = list(rows.select_related("project__organisation__node", "round").prefetch_related("reviews"))
    offices = review_offices({one.project.organisation_id: one.project.organisation for one in found}.values())
    for one in found:
        said, unit = said_by(one), one.project.organisation
        if any(line not in said and seat_of(user, unit, Line(line), offices) for line in LINES):
            url = reverse("performance:return_review", args=[one.project_id, one.pk])
            yield Task("审核季报包", one.project.name, url, one.submitted_on, None, str(one.round))


def _to_chase(user: User, on: date) -> Iterator[Task]:
    for row in cast(Any, rounds_for(user, on)):  # counted by annotation
        if row.late:
            url = reverse("performance:chase", args=[row.pk])
            yield Task("催报季报包", row.name, url, row.due_on, None, f"{row.late} 户逾期")


def _url(one: PeriodReturn) -> str:
    return reverse("performance:return", args=[one.project_id, one.pk])
