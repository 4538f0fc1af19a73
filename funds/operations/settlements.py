"""资金清算: prepared by finance, approved inside the step of `lifecycle` that needs it."""

from datetime import date
from decimal import Decimal

from accounts import journal
from accounts.journal import operation
from accounts.models import User
from accounts.roles import Action
from funds import queries, rules
from funds.alerts import refresh_alerts
from funds.models import Settlement
from policy.findings import refuse, refuse_if_blocking
from policy.money import yuan
from projects import access


@operation("编制清算")
def prepare_settlement(
    project_id: int,
    *,
    actor: User,
    document_number: str,
    on: date,
    recovery: Decimal | None = None,
    note: str = "",
    terminating: bool = False,
) -> Settlement:
    """`recovery`: what is claimed back; the whole residual where not given. Until approved it may be prepared again."""
    project = access.enter(project_id, actor=actor, action=Action.PREPARE_SETTLEMENT)
    facts = rules.SettlementFacts(
        stage=project.stage,
        open_count=queries.open_count(project),
        number=document_number,
        settled=queries.settled(project),
        terminating=terminating,
    )
    received, compliant, residual = rules.residual_of(queries.ledger_of(project))
    recovery = residual if recovery is None else recovery
    found = list(rules.check_settlement(facts))
    found += rules.check_recovery(recovery, residual=residual, stage=project.stage)
    refuse_if_blocking(found)
    written = {
        "received": received,
        "compliant": compliant,
        "residual": residual,
        "recovery": recovery,
        "document_number": document_number.strip(),
        "note": note.strip(),
        "prepared_by": actor,
        "prepared_on": on,
    }
    settlement, _ = Settlement.objects.update_or_create(project=project, defaults=written)
    _journal(settlement, f"到账 {yuan(received)}，合规支出 {yuan(compliant)}，应追缴 {yuan(recovery)}")
    return settlement


@operation("批准清算")
def approve_settlement(project_id: int, *, actor: User, on: date) -> Settlement:
    """Called by `lifecycle` inside its own operation. The figures must still be those of the ledger."""
    project = access.enter(project_id, actor=actor, action=Action.APPROVE_SETTLEMENT)
    settlement = Settlement.objects.filter(project=project).first()
    if settlement is None:
        refuse("missing", "尚未编制清算，请先由财政部门编制。")
    if settlement.state == Settlement.State.APPROVED:
        refuse("settled", "清算已批准，不能重复批准。")
    if actor.pk in journal.hands_of(project_id, "编制清算"):
        refuse("sod", "您编制了本清算，须由另一位省财政厅负责人批准。", "职责分离 SD1")
    now = rules.residual_of(queries.ledger_of(project))
    if now != (settlement.received, settlement.compliant, settlement.residual) or queries.open_count(project):
        refuse("stale", "编制清算后账目有变动，请退回财政部门重新编制。")
    settlement.state, settlement.approved_by, settlement.approved_on = Settlement.State.APPROVED, actor, on
    settlement.save(update_fields=["state", "approved_by", "approved_on"])
    refresh_alerts(project, on)
    _journal(settlement, f"批准清算，应追缴 {yuan(settlement.recovery)}")
    return settlement


def _journal(settlement: Settlement, text: str) -> None:
    journal.record(
        project_id=settlement.project_id,
        subject=f"settlement:{settlement.pk}",
        text=text,
        state=settlement.state,
        residual=settlement.residual,
        recovery=settlement.recovery,
    )
