"""预算: drafted by the unit, consented by 省人社, approved by 省财政."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Max

from accounts import journal
from accounts.journal import operation
from accounts.models import User
from accounts.persons import is_hand
from accounts.roles import Action
from funds import balances, queries, rules
from funds.alerts import refresh_alerts
from funds.ledger import Quarter
from funds.models import Budget, BudgetItem, PlannedUse
from funds.operations.seen import check_seen
from funds.queries.budgets import budget_version, decision_waits
from policy.findings import refuse, refuse_if_blocking
from policy.money import ZERO, yuan
from projects import access
from projects.models import Project
from ui.versions import refuse_stale

State = Budget.State
# Who did one of these decides on no budget of the project (SD1, over all earlier steps).
HANDS = ("编制预算", "提交预算", "提出预算调剂")
WITH_AUTHORITIES = {
    State.SUBMITTED: "预算已提交、正待省人社厅会签；如需修改，请先请其退回。",
    State.PROPOSED: "调剂申请正待两厅联合批准；如需修改，请先请其退回。",
    State.CONSENTED: "预算已会签、正待省财政厅批准；如需修改，请先请其退回。",
    State.APPROVED: "预算已批准。每个项目只有一份批准的预算；类别间调剂须两厅联合批准，由单位负责人在预算页提出。",
}


@operation("编制预算")
def save_budget(
    project_id: int,
    *,
    actor: User,
    items: Mapping[tuple[str, str], Decimal],
    plan: Mapping[Quarter, Decimal] | None = None,
    seen: str | None = None,
    on: date,
) -> Budget:
    """`items`: (category, source) → amount; cells of 0 are left out. `plan`: 用款计划 of issued money by quarter, None
    leaves it. `seen`: what the form showed. After a return, a new version.
    """
    project = access.enter(project_id, actor=actor, action=Action.EDIT_BUDGET)
    _check_open(project)
    refuse_stale(seen, budget_version(project.budgets.first()))
    refuse_if_blocking(
        rules.check_budget(items, edition=project.edition, kind=project.kind, grant=project.grant or ZERO, whole=False)
    )
    budget = project.budgets.filter(state=State.DRAFT).first() or _new_version(project, actor, on)
    budget.drafted_by, budget.drafted_on = actor, on
    budget.save(update_fields=["drafted_by", "drafted_on"])
    budget.items.all().delete()
    BudgetItem.objects.bulk_create(
        BudgetItem(budget=budget, category=category, source=source, amount=amount)
        for (category, source), amount in items.items()
        if amount
    )
    if plan is not None:
        _save_plan(budget, plan)
    cells = {f"{category}/{source}": amount for (category, source), amount in items.items() if amount}
    _journal(budget, f"第{budget.version}版，合计 {yuan(sum(items.values(), ZERO))}", items=cells)
    return budget


def _save_plan(budget: Budget, plan: Mapping[Quarter, Decimal]) -> None:
    budget.plan.all().delete()
    PlannedUse.objects.bulk_create(
        PlannedUse(budget=budget, year=quarter.year, quarter=quarter.number, amount=amount)
        for quarter, amount in plan.items()
        if amount
    )


def _check_open(project: Project) -> None:
    """Whether the unit may fill in a budget now."""
    refuse_if_blocking(rules.check_budget_stage(project.stage, issued=queries.money_issued(project)))
    standing = project.budgets.filter(state__in=WITH_AUTHORITIES).first()
    if standing:
        refuse("state", WITH_AUTHORITIES[State(standing.state)])


def _new_version(project: Project, actor: User, on: date) -> Budget:
    last = project.budgets.aggregate(last=Max("version"))["last"] or 0
    return Budget.objects.create(project=project, version=last + 1, drafted_by=actor, drafted_on=on)


@operation("提交预算")
def submit_budget(project_id: int, *, actor: User, seen: str | None = None, on: date) -> Budget:
    project = access.enter(project_id, actor=actor, action=Action.SUBMIT_BUDGET)
    _check_open(project)
    budget = project.budgets.filter(state=State.DRAFT).first()
    if budget is None:
        refuse("empty", "尚未编制预算，请先填写各类别金额并保存。")
    check_seen(project, budget, seen, actor=actor)
    _check_whole(project, budget)
    budget.state, budget.submitted_by, budget.submitted_on = State.SUBMITTED, actor, on
    budget.save(update_fields=["state", "submitted_by", "submitted_on"])
    _journal(budget, f"第{budget.version}版送省人社厅会签", state=budget.state)
    return budget


def _check_whole(project: Project, budget: Budget) -> None:
    items = {(item.category, item.source): item.amount for item in budget.items.all()}
    refuse_if_blocking(
        rules.check_budget(items, edition=project.edition, kind=project.kind, grant=project.grant or ZERO, whole=True)
    )


def _waiting(project: Project, state: State, actor: User, seen: str | None) -> Budget:
    """The budget that waits in this state, for someone who had no hand in it and has seen it as it stands."""
    budget = project.budgets.filter(state=state).first()
    if budget is None:
        refuse("state", f"没有{state.label}的预算，可能已由他人办理，请刷新。")
    if is_hand(actor, *hands_of(project, budget)):
        refuse(
            "sod",
            "您编制、提交或会签过本预算，这一步须由同岗位的另一人办理（提交：单位负责人；会签：省人社经办；批准：省财政经办）。",
            "职责分离 SD1、SD2",
        )
    check_seen(project, budget, seen, actor=actor)
    return budget


def hands_of(project: Project, budget: Budget) -> set[int | None]:
    """Everybody who ever saved, sent in or consented to a budget or 调剂 of the project: `drafted_by` keeps the last."""
    return {
        *journal.hands_of(project.pk, *HANDS), budget.drafted_by_id, budget.submitted_by_id, budget.consented_by_id,
    }  # fmt: skip


@operation("会签预算")
def consent_budget(project_id: int, *, actor: User, seen: str | None = None, on: date) -> Budget:
    project = access.enter(project_id, actor=actor, action=Action.CONSENT_BUDGET)
    budget = _waiting(project, State.SUBMITTED, actor, seen)
    budget.state, budget.consented_by, budget.consented_on = State.CONSENTED, actor, on
    budget.save(update_fields=["state", "consented_by", "consented_on"])
    _journal(budget, f"第{budget.version}版会签同意", state=budget.state)
    return budget


@operation("批准预算")
def approve_budget(project_id: int, *, actor: User, seen: str | None = None, on: date) -> Budget:
    """The budget takes effect: its balance rows are made."""
    project = access.enter(project_id, actor=actor, action=Action.APPROVE_BUDGET)
    budget = _waiting(project, State.CONSENTED, actor, seen)
    refuse_if_blocking(rules.check_open_books(settled=queries.settled(project)))
    refuse_if_blocking(rules.check_budget_stage(project.stage, issued=queries.money_issued(project)))
    _check_whole(project, budget)
    budget.state, budget.approved_by, budget.approved_on = State.APPROVED, actor, on
    budget.save(update_fields=["state", "approved_by", "approved_on"])
    balances.open_budget(budget)
    refresh_alerts(project, on)
    _journal(budget, f"第{budget.version}版批准", state=budget.state)
    return budget


@operation("退回预算")
def return_budget(project_id: int, *, actor: User, reason: str, seen: str | None = None, on: date) -> Budget:
    """省人社 returns what waits for its consent, 省财政 what waits for its approval, either a proposed 调剂."""
    if Budget.objects.filter(project=project_id, state=State.PROPOSED).exists():
        return _return_change(project_id, actor=actor, reason=reason, seen=seen, on=on)
    hr = access.may(actor, Action.CONSENT_BUDGET)
    action, state = (Action.CONSENT_BUDGET, State.SUBMITTED) if hr else (Action.APPROVE_BUDGET, State.CONSENTED)
    project = access.enter(project_id, actor=actor, action=action)
    return _return(_waiting(project, state, actor, seen), actor=actor, reason=reason, on=on)


def _return_change(project_id: int, *, actor: User, reason: str, seen: str | None, on: date) -> Budget:
    project = access.enter(project_id, actor=actor, action=Action.DRAFT_CHANGE)
    if decision_waits(project):
        refuse("decision", "批准这份调剂的联合决定正待签署，请先由拟制人撤回或由签署人退回该决定，再退回申请。")
    return _return(_waiting(project, State.PROPOSED, actor, seen), actor=actor, reason=reason, on=on)


def _return(budget: Budget, *, actor: User, reason: str, on: date) -> Budget:
    if not reason.strip():
        refuse("reason", "请写明退回理由，单位据此修改。", field="reason")
    budget.state, budget.returned_by, budget.returned_on = State.RETURNED, actor, on
    budget.return_reason = reason.strip()
    budget.save(update_fields=["state", "returned_by", "returned_on", "return_reason"])
    _journal(budget, f"第{budget.version}版退回：{reason.strip()}", state=budget.state)
    return budget


def _journal(budget: Budget, text: str, **changes: Any) -> None:
    journal.record(project_id=budget.project_id, subject=f"budget:{budget.pk}", text=text, **changes)
