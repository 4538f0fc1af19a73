"""待办 of 建设任务: to finish, to sign, to read. The same statements for one project and for many."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import chain
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse

from accounts.models import User
from accounts.roles import Action, Role
from performance.models import MilestonePlan
from performance.queries.milestones import State
from performance.queries.returns import Offices, asked_offices, seat_at
from policy.terms import Line, Stage
from projects import access
from projects.access import reach
from projects.models import Project
from projects.tasks import Task
from projects.together import Answer, Together

UNIT = "project__organisation"
# What says whose office it lies in, for a row about a project.
UNIT_FACTS = {"name": "project__name", "unit_id": UNIT, "path": f"{UNIT}__node__path"}
WHY = "进度按计划的时间和占比衡量"
OfficesOf = Callable[[Iterable[Any]], Offices]


def milestone_tasks(user: User, read: Together | None = None, offices: OfficesOf | None = None) -> Iterable[Task]:
    read = read or Together()
    offices = offices or asked_offices(read, user)
    return chain(
        _of_the_unit(user, read) if user.roles & {Role.U1, Role.U2} else (),
        _without_plan(user, read) if Role.U1 in user.roles else (),
        _to_read(user, read, offices) if access.may(user, Action.REVIEW_MILESTONES) else (),
    )


def _without_plan(user: User, read: Together) -> Iterable[Task]:
    """In the build period and no plan begun: progress has nothing to be measured by."""
    within = Project.objects.filter(reach(user, Action.EDIT_MILESTONES), stage=Stage.BUILDING)
    rows = within.filter(~Exists(MilestonePlan.objects.filter(project=OuterRef("pk"))))
    return (
        Task(
            "编制建设任务计划",
            one.name,
            reverse("performance:milestones_edit", args=[one.pk]),
            one.build_start_on,
            None,
            WHY,
        )
        for one in read.ask(rows, "pk", "name", "build_start_on")
    )


def _of_the_unit(user: User, read: Together) -> Iterator[Task]:
    rows = MilestonePlan.objects.filter(
        reach(user, Action.EDIT_MILESTONES, UNIT), state__in=[State.DRAFT, State.RETURNED]
    )
    asked = read.ask(rows, "project_id", "state", "reviewed_on", "drafted_on", "remark", name="project__name")
    return (_to_finish(plan) for plan in asked)


def _to_finish(plan: Any) -> Task:
    back = plan.state == State.RETURNED
    title = "按退回意见修改建设任务计划" if back else "完成并报送建设任务计划"
    return _task(title, plan, plan.reviewed_on if back else plan.drafted_on, plan.remark if back else "")


def _to_read(user: User, read: Together, offices: OfficesOf) -> Iterator[Task]:
    """Only what the person's own office reads."""
    rows = MilestonePlan.objects.filter(reach(user, Action.REVIEW_MILESTONES, UNIT), state=State.SUBMITTED)
    return _mine(user, read.ask(rows, "project_id", "submitted_on", **UNIT_FACTS), offices)


def _mine(user: User, asked: Answer, offices: OfficesOf) -> Iterator[Task]:
    plans = list(asked)
    found = offices(plans)
    for plan in plans:
        if seat_at(user, plan.unit_id, plan.path, Line.HR, found):
            yield _task("审核建设任务计划", plan, plan.submitted_on)


def _task(title: str, plan: Any, since: date | None, note: str = "") -> Task:
    url = reverse("performance:milestones", args=[plan.project_id])
    return Task(title, plan.name, url, since, None, note)
