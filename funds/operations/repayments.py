"""缴回 under a claim: recorded by finance with proof, confirmed by another person, or returned with a reason."""

from datetime import date
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile

from accounts import journal
from accounts.journal import operation
from accounts.models import User
from accounts.persons import is_hand
from accounts.roles import Action
from funds import balances, rules
from funds.alerts import refresh_alerts
from funds.models import ClawBack, Repayment
from funds.queries.found_money import slip_of
from funds.queries.settlements import ABOUT_REPAYMENT, claim_of, with_waiting
from policy.findings import refuse, refuse_if_blocking
from policy.money import yuan
from projects import access, files
from projects.models import Project

State = Repayment.State
PROOF = "缴回凭证"


@operation("登记缴回")
def record_repayment(
    project_id: int,
    claw_back_id: int,
    *,
    actor: User,
    amount: Decimal,
    paid_on: date,
    number: str,
    proof: UploadedFile | None,
    on: date,
) -> Repayment:
    project = access.enter(project_id, actor=actor, action=Action.RECORD_REPAYMENT)
    row = with_waiting(ClawBack.objects.filter(project=project)).get(pk=claw_back_id)
    found = rules.check_repayment(
        claim_of(row),
        amount=amount,
        paid_on=paid_on,
        number=number,
        twin=_twin(project, number),
        has_file=proof is not None,
        on=on,
    )
    refuse_if_blocking(found)
    repayment = Repayment.objects.create(
        claw_back=row, amount=amount, paid_on=paid_on, number=number.strip(), recorded_by=actor, recorded_on=on
    )
    if proof:
        files.accept(project, proof, about=ABOUT_REPAYMENT, about_id=repayment.pk, purpose=PROOF, actor=actor, on=on)
    _journal(project, repayment, f"登记缴回 {yuan(amount)}（缴款书 {repayment.number}）")
    return repayment


def _twin(project: Project, number: str) -> str:
    """Who has recorded the same slip for the project, unless it was returned."""
    return slip_of(project, number)


def _waiting(project_id: int, repayment_id: int, actor: User) -> tuple[Project, Repayment]:
    """A 缴回 that waits, for someone who did not record it."""
    project = access.enter(project_id, actor=actor, action=Action.CONFIRM_REPAYMENT)
    rows = Repayment.objects.filter(claw_back__project=project).select_related("claw_back")
    repayment = rows.get(pk=repayment_id)
    if repayment.state != State.RECORDED:
        refuse("state", f"本笔缴回{repayment.get_state_display()}，不能再办理。")
    if is_hand(actor, repayment.recorded_by_id):
        refuse("sod", "您登记了本笔缴回，须由另一位省财政厅负责人复核。", "职责分离 SD1")
    return project, repayment


@operation("确认缴回")
def confirm_repayment(project_id: int, repayment_id: int, *, actor: User, on: date) -> Repayment:
    """Takes the amount off the claim; one conditional UPDATE, so that no two ever take the same yuan."""
    project, repayment = _waiting(project_id, repayment_id, actor)
    balances.repay(repayment.claw_back_id, repayment.amount)
    repayment.state, repayment.confirmed_by, repayment.confirmed_on = State.CONFIRMED, actor, on
    repayment.save(update_fields=["state", "confirmed_by", "confirmed_on"])
    refresh_alerts(project, on)
    _journal(project, repayment, f"确认缴回 {yuan(repayment.amount)}（缴款书 {repayment.number}）")
    return repayment


@operation("退回缴回登记")
def return_repayment(project_id: int, repayment_id: int, *, actor: User, reason: str, on: date) -> Repayment:
    """Wrongly recorded; the slip may be recorded anew."""
    project, repayment = _waiting(project_id, repayment_id, actor)
    if not reason.strip():
        refuse("reason", "请写明退回理由，登记人据此改正。", field="reason")
    repayment.state, repayment.return_reason = State.RETURNED, reason.strip()[:300]
    repayment.save(update_fields=["state", "return_reason"])
    _journal(project, repayment, f"退回缴回登记 {repayment.number}：{reason.strip()}")
    return repayment


def _journal(project: Project, repayment: Repayment, text: str) -> None:
    journal.record(
        project_id=project.pk,
        subject=f"repayment:{repayment.pk}",
        text=text,
        state=repayment.state,
        amount=repayment.amount,
    )
