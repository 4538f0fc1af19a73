"""预算调剂: proposed by the head of the unit, approved by joint decision (T13), versions kept."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Max

from accounts import journal
from accounts.journal import operation
from accounts.models import User
from accounts.roles import Action
from funds import balances, queries, rules
from funds.alerts import refresh_alerts
from funds.ledger import Quarter
from funds.models import Budget, BudgetItem, PlannedUse
from funds.queries.budgets import (
    ABOUT_BUDGET,
    GROUNDS,
    budget_version,
    change_in_words,
    committed_of,
    in_force,
    issued_in,
    plan_of,
    proposed,
)
from funds.queries.pages import cells_of
from policy.findings import Finding, refuse, refuse_if_blocking
from policy.money import ZERO
from policy.terms import Stage
from projects import access, files
from projects.models import Decision, Project
from ui.versions import refuse_stale

State = Budget.State
Cells = Mapping[tuple[str, str], Decimal]
Plan = Mapping[Quarter, Decimal]


@operation("提出预算调剂")
def propose_change(
    project_id: int,
    *,
    actor: User,
    items: Cells,
    reason: str,
    plan: Mapping[Quarter, Decimal] | None = None,
    uploads: Iterable[UploadedFile] = (),
    seen: str | None = None,
    on: date,
) -> Budget:
    """`items`: every cell as it is to be; `plan`: its 用款计划, None keeps the one in force. It reserves
    nothing; what is committed is asked again when it takes effect.
    """
    project = access.enter(project_id, actor=actor, action=Action.PROPOSE_CHANGE)
    refuse_if_blocking(rules.check_open_books(settled=queries.settled(project)))
    base, uploads = _base(project), list(uploads)
    refuse_stale(seen, budget_version(base))
    plan = plan_of(base) if plan is None else plan
    found = rules.check_change(
        cells_of(base),
        items,
        committed=committed_of(project),
        edition=project.edition,
        kind=project.kind,
        reason=reason,
        evidence=len(uploads),
    )
    refuse_if_blocking([*found, *_check_plan(base, items, plan)])
    budget = _version(project, base, items, plan, actor=actor, reason=reason.strip()[:300], on=on)
    for upload in uploads:
        files.accept(project, upload, about=ABOUT_BUDGET, about_id=budget.pk, purpose=GROUNDS, actor=actor, on=on)
    said = change_in_words(project, budget)
    _journal(budget, f"提出调剂（第{budget.version}版）：{said}。理由：{budget.reason}", state=budget.state)
    return budget


def _base(project: Project) -> Budget:
    """The budget in force, if a 调剂 may be proposed over it now."""
    if project.stage not in rules.CHANGE_STAGES:
        refuse("stage", f"项目处于{Stage(project.stage).label}阶段，只在建设期内办理预算调剂。")
    base = in_force(project)
    if base is None:
        refuse("budget", "尚无已批准的预算，请直接编报预算；批准后方可调剂。")
    if proposed(project):
        refuse("waiting", "已有一份调剂申请待两厅联合批准，批准或退回后方可再提。")
    return base


def _check_plan(base: Budget, items: Cells, plan: Plan) -> Iterator[Finding]:
    before, after = (sum(one.values(), ZERO) for one in (plan_of(base), plan))
    issued = {"issued_before": issued_in(cells_of(base)), "issued_after": issued_in(items)}
    return rules.check_change_plan(before, after, **issued)


def _version(project: Project, base: Budget, items: Cells, plan: Plan, *, actor: User, reason: str, on: date) -> Budget:
    last = project.budgets.aggregate(last=Max("version"))["last"] or 0
    budget = Budget.objects.create(
        project=project,
        version=last + 1,
        kind=Budget.Kind.CHANGE,
        base=base,
        reason=reason,
        state=State.PROPOSED,
        drafted_by=actor,
        drafted_on=on,
        submitted_by=actor,
        submitted_on=on,
    )
    BudgetItem.objects.bulk_create(
        BudgetItem(budget=budget, category=category, source=source, amount=amount)
        for (category, source), amount in items.items()
        if amount
    )
    PlannedUse.objects.bulk_create(
        PlannedUse(budget=budget, year=quarter.year, quarter=quarter.number, amount=amount)
        for quarter, amount in plan.items()
        if amount
    )
    return budget


@operation("批准预算调剂")
def approve_change(project_id: int, *, budget_id: int, decision: Decision, actor: User, on: date) -> Budget:
    """Called by `lifecycle` when both signatures stand: the lines move, the version before is superseded."""
    project = access.enter(project_id, actor=actor, action=Action.APPROVE_CHANGE)
    refuse_if_blocking(rules.check_open_books(settled=queries.settled(project)))
    budget, base = proposed(project), in_force(project)
    if budget is None or base is None or budget.pk != budget_id or budget.base_id != base.pk:
        refuse("state", "本决定所批准的调剂申请已退回或已变更，请撤回本决定后重新拟制。")
    after = cells_of(budget)
    refuse_if_blocking(rules.check_committed(after, committed_of(project), project.edition))
    balances.move_budget(project.pk, cells_of(base), after)
    base.state = State.SUPERSEDED
    base.save(update_fields=["state"])
    budget.state, budget.decision, budget.approved_by, budget.approved_on = State.APPROVED, decision, actor, on
    budget.save(update_fields=["state", "decision", "approved_by", "approved_on"])
    refresh_alerts(project, on)
    _journal(budget, f"调剂生效（第{budget.version}版，{decision.number}）", state=budget.state)
    return budget


def _journal(budget: Budget, text: str, **changes: Any) -> None:
    journal.record(project_id=budget.project_id, subject=f"budget:{budget.pk}", text=text, **changes)
