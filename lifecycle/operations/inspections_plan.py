"""年度检查计划: proposed by the coverage rule of the edition, adjusted by people with reason, approved by another person."""

import secrets
from datetime import date

from accounts.journal import operation, record
from accounts.models import Organisation, User
from accounts.persons import accounts_of
from accounts.roles import Action
from lifecycle.models import InspectionPlan, PlannedInspection
from lifecycle.queries.inspections import approves, candidates_of, office_of, plannable, plans_for
from lifecycle.rules.inspections import BASIS, LEFT, Candidate, Coverage, Pick, coverage_of, propose
from policy.findings import refuse
from policy.loader import edition
from projects import access

AHEAD = 1
PLAN, APPROVE = Action.PLAN_INSPECTION, Action.APPROVE_INSPECTION_PLAN


@operation("拟制检查计划")
def draft_plan(*, year: int, actor: User, on: date) -> InspectionPlan:
    """One plan a year and office; every project in the build period is in it, chosen or not, with its arithmetic."""
    access.require(actor, PLAN)
    office = office_of(actor)
    if office is None:
        refuse("office", "您没有可以安排检查的岗位。")
    if not on.year <= year <= on.year + AHEAD:
        refuse("year", f"检查计划的年度应为 {on.year} 或 {on.year + AHEAD} 年。", field="year")
    Organisation.objects.select_for_update(no_key=True).get(pk=office.pk)  # two hands, one plan
    if InspectionPlan.objects.filter(year=year, organisation=office).exists():
        refuse("twice", f"{office}已有 {year} 年检查计划，请在该计划中调整。", BASIS, field="year")
    projects = {one.pk: one for one in plannable(actor)}
    if not projects:
        refuse("empty", "管辖范围内没有建设中的项目，没有可以列入计划的对象。", BASIS)
    plan = InspectionPlan.objects.create(
        year=year, organisation=office, seed=secrets.token_hex(16), drafted_by=actor, drafted_on=on
    )
    found, sums = candidates_of(projects.values(), on)
    lines = [line for code, rows in found.items() for line in _lines(plan, code, rows, sums)]
    PlannedInspection.objects.bulk_create(lines)
    chosen = sum(line.chosen for line in lines)
    record(
        subject=f"inspection_plan:{plan.pk}", text=f"{plan}：{len(lines)} 个项目，建议检查 {chosen} 个", seed=plan.seed
    )
    return plan


def _lines(plan: InspectionPlan, code: str, rows: list[Candidate], sums: dict[int, str]) -> list[PlannedInspection]:
    coverage = coverage_of(edition(code))
    picks = propose(rows, coverage, seed=plan.seed)
    return [_line(plan, one, picks[one.pk], coverage, sums[one.pk]) for one in rows]


def _line(plan: InspectionPlan, one: Candidate, pick: Pick, coverage: Coverage, risk_sum: str) -> PlannedInspection:
    return PlannedInspection(
        plan=plan,
        project_id=one.pk,
        amount=one.amount,
        risk=one.risk,
        risk_sum=risk_sum[:300],
        floor=coverage.amount,
        risk_at=coverage.risk,
        share=coverage.share,
        why=pick.why,
        pool=pick.pool,
        take=pick.take,
        place=pick.place,
        chosen=pick.why != LEFT,
    )


def _locked(plan_id: int, actor: User, action: Action) -> InspectionPlan:
    """The plan within the actor's reach for this act, locked."""
    access.require(actor, action)
    plan = plans_for(actor, action).select_for_update(of=("self",), no_key=True).get(pk=plan_id)
    if plan.state != InspectionPlan.State.DRAFT:
        refuse("state", f"{plan}已于 {plan.approved_on} 批准，不能再改；计划外的检查请单独安排。", BASIS)
    return plan


@operation("调整检查计划")
def adjust_plan(plan_id: int, line_id: int, *, chosen: bool, reason: str, actor: User, on: date) -> PlannedInspection:
    """Take a project in or out against the rule, with the reason; the proposal itself stays readable."""
    plan = _locked(plan_id, actor, PLAN)
    line = plan.lines.select_related("project").get(pk=line_id)
    if not reason.strip():
        refuse("reason", "请写明调整理由。", field="reason")
    if line.chosen == chosen:
        refuse("same", f"「{line.project}」已{'列入' if chosen else '不列入'}计划，不需要调整。", field="chosen")
    line.chosen, line.reason, line.changed_by, line.changed_on = chosen, reason.strip()[:300], actor, on
    line.save(update_fields=["chosen", "reason", "changed_by", "changed_on"])
    text = f"{plan}：{'列入' if chosen else '移出'}「{line.project}」，{line.reason}"
    record(project_id=line.project_id, subject=f"inspection_plan:{plan.pk}", text=text)
    return line


@operation("批准检查计划")
def approve_plan(plan_id: int, *, actor: User, on: date) -> InspectionPlan:
    """By another person than the drafter and everyone who adjusted it (SD1)."""
    plan = _locked(plan_id, actor, APPROVE)
    own = accounts_of(actor.pk)
    if plan.drafted_by_id in own or plan.lines.filter(changed_by__in=own).exists():
        refuse("sod", "您拟制或调整过本计划，不能批准，请由另一人批准。", "职责分离 SD1")
    if not approves(actor, plan):
        refuse("leader", "省级检查计划由省人社厅负责人批准。", BASIS)
    if not plan.lines.filter(chosen=True).exists():
        refuse("empty", "计划中没有列入检查的项目，请先调整。", BASIS)
    plan.state, plan.approved_by, plan.approved_on = InspectionPlan.State.APPROVED, actor, on
    plan.save(update_fields=["state", "approved_by", "approved_on"])
    record(subject=f"inspection_plan:{plan.pk}", text=f"批准{plan}")
    return plan
