"""建设任务计划: written by the unit, signed by its leader, read by the office of the first review; never edited after."""

from collections.abc import Sequence
from datetime import date

from accounts import journal
from accounts.journal import hands_of, operation
from accounts.models import Organisation, User
from accounts.roles import Action
from performance.models import Milestone, MilestonePlan
from performance.queries.milestones import (
    PLANNED_IN,
    State,
    plan_findings,
    plan_in_force,
    plan_in_the_making,
    plan_version,
    reviews_plan,
    tasks_of,
)
from performance.queries.returns import review_offices, seat_of
from performance.rules.milestones import CLAUSE, MOST_TASKS, Task
from policy.findings import Finding, refuse, refuse_if_blocking
from policy.terms import Line, Stage
from projects import access
from projects.models import Project
from ui.versions import refuse_stale

WRITE_PLAN, SEND_PLAN = "编制建设任务", "报送建设任务"
NAME_LONGEST = 120


def making(project: Project, *, wish: str) -> MilestonePlan:
    """The version that is with the unit, or Refused. Under the project's lock."""
    plan = plan_in_the_making(project)
    if plan is None:
        refuse("state", f"没有编制中的建设任务计划，不能{wish}。请先填写计划。", CLAUSE)
    if plan.state == State.SUBMITTED:
        refuse("state", f"{plan}已报送，待审核，不能{wish}；退回后可以修改。", CLAUSE)
    return plan


@operation(WRITE_PLAN)
def save_plan(
    project_id: int, *, tasks: Sequence[Task], reason: str = "", actor: User, on: date, seen: str | None = None
) -> list[Finding]:
    """Keep what was typed, also what does not hold yet; the findings say what keeps it from being sent.

    A plan in force stays as it is: the first save after it begins the next version, whose tasks keep their numbers.
    """
    project = access.enter(project_id, actor=actor, action=Action.EDIT_MILESTONES)
    if project.stage not in PLANNED_IN:
        text = f"项目处于“{Stage(project.stage).label}”；建设任务在绩效目标备案之后、申请验收之前编制和调整。"
        refuse("stage", text, CLAUSE)
    plan, standing = plan_in_the_making(project), plan_in_force(project)
    if plan is not None and plan.state == State.SUBMITTED:
        refuse("state", f"{plan}已报送，待审核，不能修改；退回后可以修改。", CLAUSE)
    refuse_stale(seen, plan_version(plan or standing))
    _refuse_unkeepable(tasks, plan or standing)
    if plan is None:
        plan = MilestonePlan.objects.create(
            project=project, version=standing.version + 1 if standing else 1, drafted_by=actor, drafted_on=on
        )
    plan.reason, plan.drafted_by, plan.drafted_on = reason.strip()[:300], actor, on
    plan.save(update_fields=["reason", "drafted_by", "drafted_on"])
    _write(project, plan, tasks)
    found = plan_findings(project, tasks)
    text = f"{plan}：{len(tasks)} 项任务，报送前还需处理 {len(found)} 处"
    journal.record(project_id=project.pk, subject=f"milestones:{plan.pk}", text=text)
    return found


def _refuse_unkeepable(tasks: Sequence[Task], base: MilestonePlan | None) -> None:
    """What the table cannot hold at all, each at its field."""
    known = {task.key for task in tasks_of(base)} if base else set()
    for place, task in enumerate(tasks):
        if task.key and task.key not in known:
            refuse("stale", "建设任务已有变化，请刷新页面后重新填写。")
        if task.planned_on is None or task.share is None or task.share <= 0 or not task.name.strip():
            text = f"第 {place + 1} 项：请填写任务名称、计划完成日期和大于 0 的占比；不要的任务请整行清空。"
            refuse("row", text, CLAUSE, field=f"r{place}-name")
        if len(task.name) > NAME_LONGEST:
            refuse("long", f"第 {place + 1} 项：任务名称最多 {NAME_LONGEST} 个字。", field=f"r{place}-name")
    if len(tasks) > MOST_TASKS:
        refuse("tasks", f"建设任务最多 {MOST_TASKS} 项，现为 {len(tasks)} 项，请合并。", CLAUSE)
    if len({task.key for task in tasks if task.key}) != sum(bool(task.key) for task in tasks):
        refuse("stale", "同一任务出现两次，请刷新页面后重新填写。")


def _write(project: Project, plan: MilestonePlan, tasks: Sequence[Task]) -> None:
    """The draft anew; a task keeps the number it had, a new one gets the next that no version ever used."""
    others = Milestone.objects.filter(plan__project=project).exclude(plan=plan)
    following = max([0, *others.values_list("key", flat=True), *(task.key for task in tasks)]) + 1
    plan.milestones.all().delete()
    rows = []
    for place, task in enumerate(tasks, 1):
        assert task.planned_on is not None  # noqa: S101 - refused above
        assert task.share is not None  # noqa: S101 - refused above
        key = task.key
        if not key:
            key, following = following, following + 1
        rows.append(
            Milestone(
                plan=plan, key=key, order=place, name=task.name.strip(), planned_on=task.planned_on,
                share=task.share, category=task.category,
            )
        )  # fmt: skip
    Milestone.objects.bulk_create(rows)


@operation(SEND_PLAN)
def submit_plan(project_id: int, *, actor: User, on: date) -> MilestonePlan:
    """The leader's signature; who typed any of it does not sign (SD1)."""
    project = access.enter(project_id, actor=actor, action=Action.SUBMIT_MILESTONES)
    plan = making(project, wish="报送")
    if actor.pk in hands_of(project.pk, WRITE_PLAN):
        refuse("sod", "您填写过建设任务计划，不能报送，请由单位另一位负责人报送。", "职责分离 SD1")
    refuse_if_blocking(plan_findings(project, tasks_of(plan)))
    if plan.version > 1 and not plan.reason:
        refuse("reason", "调整已审定的计划须写明理由，请在计划中填写“调整理由”。", CLAUSE, field="reason")
    plan.state, plan.submitted_by, plan.submitted_on = State.SUBMITTED, actor, on
    plan.save(update_fields=["state", "submitted_by", "submitted_on"])
    journal.record(project_id=project.pk, subject=f"milestones:{plan.pk}", text=f"{plan}送审")
    return plan


@operation("审核建设任务")
def review_plan(project_id: int, *, agreed: bool, remark: str = "", actor: User, on: date) -> MilestonePlan:
    """By the office of the first review; the province where the unit has none. Sending back says why."""
    project = access.enter(project_id, actor=actor, action=Action.REVIEW_MILESTONES)
    plan = plan_in_the_making(project)
    if plan is None or plan.state != State.SUBMITTED:
        refuse("state", "没有待审核的建设任务计划。", CLAUSE)
    if not reviews_plan(actor, project):
        refuse("office", "本项目的建设任务由最近一级人社部门审核，请由该部门办理。", CLAUSE)
    if not agreed and not remark.strip():
        refuse("remark", "退回的，请写明需要修改的内容。", CLAUSE, field="remark")
    plan.state = State.APPROVED if agreed else State.RETURNED
    plan.reviewed_by, plan.reviewed_on, plan.remark = actor, on, remark.strip()[:300]
    plan.office = office_of(actor, project)
    plan.save(update_fields=["state", "reviewed_by", "reviewed_on", "remark", "office"])
    said = f"{plan}{'审定' if agreed else '退回'}" + (f"：{plan.remark}" if plan.remark else "")
    journal.record(project_id=project.pk, subject=f"milestones:{plan.pk}", text=said)
    return plan


def office_of(actor: User, project: Project) -> Organisation | None:
    unit = project.organisation
    return seat_of(actor, unit, Line.HR, review_offices([unit]))
