"""待办 of the 季报包: to fill, to sign, to answer, to read, to chase. The same statements for one project and for many."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain
from typing import Any

from django.db.models import Count, F, Q
from django.urls import reverse

from accounts.models import User
from accounts.roles import Action, Role
from performance.models import PeriodReturn, ReturnAsk, ReturnReview
from performance.queries.returns import WITH_UNIT, State, asked_offices, seat_at
from performance.queries.rounds import returns_for
from performance.queries.tasks_milestones import UNIT, UNIT_FACTS, OfficesOf
from performance.rules.returns import LINES
from projects import access
from projects.access import reach
from projects.tasks import Task
from projects.together import Answer, Together


def return_tasks(
    user: User, on: date, read: Together | None = None, offices: OfficesOf | None = None
) -> Iterable[Task]:
    read = read or Together()
    offices = offices or asked_offices(read, user)
    return chain(
        _of_the_unit(user, read) if user.roles & {Role.U1, Role.U2} else (),
        _asked(user, read) if Role.U1 in user.roles else (),
        _to_read(user, read, offices) if access.may(user, Action.REVIEW_RETURN) else (),
        _to_chase(user, on, read) if access.may(user, Action.OPEN_ROUND) else (),
    )


def _of_the_unit(user: User, read: Together) -> Iterator[Task]:
    """The clerk fills until every part is finished; then the leader signs."""
    rows = PeriodReturn.objects.filter(reach(user, Action.EDIT_RETURN, UNIT), state__in=WITH_UNIT)
    undone = Q(sections__done=False)
    rows = rows.annotate(
        left=Count("sections", filter=undone), mine=Count("sections", filter=undone & Q(sections__assignee=user))
    )
    asked = read.ask(
        rows, "pk", "project_id", "zero", "state", "due_on", "returned_on", "left", "mine", name="project__name",
        round="round__name", opened_on="round__opened_on",
    )  # fmt: skip
    return _to_hand_in(user, asked)


def _to_hand_in(user: User, asked: Answer) -> Iterator[Task]:
    for one in sorted(asked, key=lambda one: (one.due_on, one.pk)):
        ready = one.zero or one.left == 0
        since = one.returned_on or one.opened_on
        told = (one.name, _url(one), since, one.due_on)
        if ready and Role.U2 in user.roles:
            yield Task("报送季报包", *told, f"{one.round}")
        elif not ready and Role.U1 in user.roles:
            back = one.state == State.RETURNED
            title = "按退回意见补正季报包" if back else "填报季报包"
            mine = f"，其中由您承办 {one.mine} 个" if one.mine else ""
            yield Task(title, *told, f"{one.round}，还差 {one.left} 个部分{mine}")


def _asked(user: User, read: Together) -> Iterable[Task]:
    mine = reach(user, Action.EDIT_RETURN, f"period_return__{UNIT}")
    asked = read.ask(
        ReturnAsk.objects.filter(mine, answered_on=None), "asked_on", "due_on", "text", pk="period_return_id",
        project_id="period_return__project_id", name="period_return__project__name",
    )  # fmt: skip
    return (Task("答复季报包补件", one.name, _url(one), one.asked_on, one.due_on, one.text) for one in asked)


def _to_read(user: User, read: Together, offices: OfficesOf) -> Iterator[Task]:
    """Only what the person's own office reads, and has not read yet."""
    rows = PeriodReturn.objects.filter(reach(user, Action.REVIEW_RETURN, UNIT), state=State.SUBMITTED)
    reviews = ReturnReview.objects.filter(period_return__in=rows.values("pk"), turn=F("period_return__turn"))
    asked = read.ask(rows, "pk", "project_id", "submitted_on", round="round__name", **UNIT_FACTS)
    return _mine(user, asked, read.ask(reviews, "period_return_id", "line"), offices)


def _mine(user: User, asked: Answer, reviews: Answer, offices: OfficesOf) -> Iterator[Task]:
    said: dict[int, set[str]] = defaultdict(set)
    for row in reviews:
        said[row.period_return_id].add(row.line)
    waiting = list(asked)
    found = offices(waiting)
    for one in waiting:
        if any(line not in said[one.pk] and seat_at(user, one.unit_id, one.path, line, found) for line in LINES):
            url = reverse("performance:return_review", args=[one.project_id, one.pk])
            yield Task("审核季报包", one.name, url, one.submitted_on, None, one.round)


def _to_chase(user: User, on: date, read: Together) -> Iterable[Task]:
    """One task a round: how many of the projects in reach are late with it."""
    open_ = returns_for(user).filter(state__in=WITH_UNIT, due_on__lt=on).order_by()
    groups = open_.values("round_id", "due_on", name=F("round__name"), round_due_on=F("round__due_on"))
    asked = read.ask(groups.annotate(count=Count("pk")), "round_id", "due_on", "name", "round_due_on", "count")
    return _late(read, asked, on)


def _late(read: Together, asked: Answer, on: date) -> Iterator[Task]:
    missed, late, rounds = read.calendar.working_before(on), Counter[int](), {}
    for row in asked:
        if row.due_on <= missed:
            late[row.round_id] += row.count
            rounds[row.round_id] = row
    for pk, row in rounds.items():
        url = reverse("performance:chase", args=[pk])
        yield Task("催报季报包", row.name, url, row.round_due_on, None, f"{late[pk]} 户逾期")


def _url(one: Any) -> str:
    return reverse("performance:return", args=[one.project_id, one.pk])
