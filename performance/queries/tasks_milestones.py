"""待办 of 建设任务: to finish, to sign, to read. The same statements for one project and for many."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, OuterRef
from django.urls import reverse

from accounts.models import User
from accounts.roles import Action, Role
from performance.models import MilestonePlan
from performance.queries.milestones import State
from performance.queries.returns import review_offices, seat_of
from policy.terms import Line, Stage
from projects import access
from projects.access import reach
from projects.models import Project
from projects.tasks import Task

UNIT = "project__organisation"


def milestone_tasks(user: User) -> Iterator[Task]:
    if user.roles & {Role.U1, Role.U2}:
        yield from _of_the_unit(user)
    if Role.U1 in user.roles:
        yield from _without_plan(user)
    if access.may(user, Action.REVIEW_MILESTONES):
        yield from _to_read(user)


def _without_plan(user: User) -> Iterator[Task]:
    """In the build period and no plan begun: progress has nothing to be measured by."""
    within = Project.objects.filter(reach(user, Action.EDIT_MILESTONES), stage=Stage.BUILDING)
    for project in within.filter(~Exists(MilestonePlan.objects.filter(project=OuterRef("pk")))).order_by("pk"):
        url = reverse("performance:milestones_edit", args=[project.pk])
        yield Task("编制建设任务计划", project.name, url, project.build_start_on, None, "进度按计划的时间和占比衡量")


def _of_the_unit(user: User) -> Iterator[Task]:
    rows = MilestonePlan.objects.filter(
        reach(user, Action.EDIT_MILESTONES, UNIT), state__in=[State.DRAFT, State.RETURNED]
    )
    for plan in rows.select_related("project"):
        back = plan.state == State.RETURNED
        title = "按退回意见修改建设任务计划" if back else "完成并报送建设任务计划"
        yield _task(title, plan, plan.reviewed_on if back else plan.drafted_on, plan.remark if back else "")


def _to_read(user: User) -> Iterator[Task]:
    """Only what the person's own office reads."""
    rows = MilestonePlan.objects.filter(reach(user, Action.REVIEW_MILESTONES, UNIT), state=State.SUBMITTED)
    found = list(rows.select_related("project__organisation__node"))
    offices = review_offices({plan.project.organisation_id: plan.project.organisation for plan in found}.values())
    for plan in found:
        if seat_of(user, plan.project.organisation, Line.HR, offices):
            yield _task("审核建设任务计划", plan, plan.submitted_on)


def _task(title: str, plan: MilestonePlan, since: date | None, note: str = "") -> Task:
    url = reverse("performance:milestones", args=[plan.project_id])
    return Task(title, plan.project.name, url, since, None, note)
