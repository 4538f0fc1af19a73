"""其他收入: interest, own money put in, other. Income is no budget: it raises no limit (handbook 5)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from accounts import journal
from accounts.journal import operation
from accounts.models import User
from accounts.persons import is_hand
from accounts.roles import Action
from funds import queries, rules
from funds.models import ABOUT_INCOME, ABOUT_INCOME_REVERSAL, Income, IncomeReversal
from policy.days import check_day
from policy.findings import Finding, blocking, refuse, refuse_if_blocking
from policy.money import LARGEST, ZERO, yuan
from policy.spelling import number_key
from projects import access, files
from projects.models import Project

PROOF, GROUNDS = "收入凭证", "冲销依据"


@operation("登记收入")
def record_income(
    project_id: int,
    *,
    actor: User,
    kind: str,
    amount: Decimal,
    received_on: date,
    number: str,
    note: str = "",
    uploads: Sequence[UploadedFile],
    on: date,
) -> Income:
    project = access.enter(project_id, actor=actor, action=Action.RECORD_INCOME)
    refuse_if_blocking(rules.check_open_books(settled=queries.settled(project)))
    refuse_if_blocking(_check(project, kind, amount, received_on, number, uploads, on))
    income = Income.objects.create(
        project=project,
        kind=kind,
        amount=amount,
        received_on=received_on,
        number=number.strip(),
        note=note.strip(),
        recorded_by=actor,
        recorded_on=on,
    )
    for upload in uploads:
        files.accept(project, upload, about=ABOUT_INCOME, about_id=income.pk, purpose=PROOF, actor=actor, on=on)
    _journal(income, f"{income.get_kind_display()} {yuan(amount)}（{received_on}，{income.number}）", amount=amount)
    return income


def _check(
    project: Project,
    kind: str,
    amount: Decimal,
    received_on: date,
    number: str,
    uploads: Sequence[UploadedFile],
    on: date,
) -> list[Finding]:
    found = []
    if kind not in Income.Kind.values:
        found.append(blocking("kind", "请选择收入性质。", field="kind"))
    if not ZERO < amount <= LARGEST:
        found.append(blocking("amount", "收入金额应大于 0。", field="amount"))
    found += check_day("到账日期", received_on, field="received_on")
    if received_on > on:
        found.append(blocking("received_on", f"到账日期 {received_on} 晚于今天 {on}，请核对。", field="received_on"))
    elif project.awarded_on and received_on < project.awarded_on:
        said = f"到账日期 {received_on} 早于立项日期 {project.awarded_on}，不是本项目的收入，请核对。"
        found.append(blocking("received_on", said, field="received_on"))
    if not number.strip():
        found.append(blocking("number", "请填写凭证号。", field="number"))
    elif project.incomes.filter(number_key=number_key(number), reverses=None).exists():
        found.append(blocking("number", f"凭证号「{number.strip()}」已登记过收入，不能重复登记。", field="number"))
    if not uploads:
        found.append(blocking("uploads", "请上传银行回单等凭证。", field="uploads"))
    return found


@operation("提出冲销收入")
def reverse_income(
    project_id: int, income_id: int, *, actor: User, reason: str, uploads: Sequence[UploadedFile] = (), on: date
) -> IncomeReversal:
    """Of the whole amount, by the head of the unit; finance decides. The income stays as it was recorded."""
    project = access.enter(project_id, actor=actor, action=Action.REVERSE_INCOME)
    refuse_if_blocking(rules.check_open_books(settled=queries.settled(project)))
    income = project.incomes.get(pk=income_id)
    if income.reverses_id or Income.objects.filter(reverses=income).exists():
        refuse("state", "该笔收入已冲销，不能再次冲销。")
    if income.proposals.filter(state=IncomeReversal.State.PROPOSED).exists():
        refuse("state", "该笔收入的冲销申请正待财政审核，请等待审核结论。")
    if is_hand(actor, income.recorded_by_id):
        refuse("sod", "您登记了本笔收入，须由本单位另一人冲销。", "职责分离 SD1")
    if not reason.strip():
        refuse("reason", "请写明冲销理由。", field="reason")
    if not uploads:
        refuse("uploads", "请上传冲销依据，如银行更正回单、原凭证复印件。", field="uploads")
    asked = income.proposals.create(project=project, reason=reason.strip()[:200], proposed_by=actor, proposed_on=on)
    kept: dict[str, Any] = {"about": ABOUT_INCOME_REVERSAL, "about_id": asked.pk, "purpose": GROUNDS}
    for upload in uploads:
        files.accept(project, upload, actor=actor, on=on, **kept)
    said = f"提出冲销{income.get_kind_display()} {yuan(income.amount)}（{income.number}），待财政审核：{asked.reason}"
    _journal(income, said, amount=income.amount)
    return asked


@operation("审核冲销收入")
def judge_income_reversal(
    project_id: int, reversal_id: int, *, actor: User, agreed: bool, opinion: str = "", on: date
) -> IncomeReversal:
    """Agreed, a linked row takes the income off; otherwise it stays and the unit is told why."""
    project = access.enter(project_id, actor=actor, action=Action.APPROVE_REVERSAL)
    asked = project.income_reversals.select_related("income").get(pk=reversal_id)
    if asked.state != IncomeReversal.State.PROPOSED:
        refuse("state", f"该笔冲销{asked.get_state_display()}，不能再审核。")
    refuse_if_blocking(queries.income_judge_findings(asked, actor=actor, on=on))
    if agreed:
        refuse_if_blocking(rules.check_open_books(settled=queries.settled(project)))
        _take_off(asked, on)
    elif not opinion.strip():
        refuse("opinion", "请写明退回的理由，单位据此补正。", field="opinion")
    asked.state = IncomeReversal.State.AGREED if agreed else IncomeReversal.State.RETURNED
    asked.decided_by, asked.decided_on, asked.opinion = actor, on, opinion.strip()
    asked.save(update_fields=["state", "decided_by", "decided_on", "opinion"])
    income, told = asked.income, "同意冲销" if agreed else "退回冲销"
    said = f"{told}{income.get_kind_display()} {yuan(income.amount)}（{income.number}）"
    _journal(income, f"{said}：{asked.opinion}" if asked.opinion else said, state=asked.state)
    return asked


def _take_off(asked: IncomeReversal, on: date) -> None:
    income = asked.income
    Income.objects.create(
        project=asked.project,
        kind=income.kind,
        amount=income.amount,
        received_on=on,
        number=income.number,
        note=asked.reason,
        reverses=income,
        recorded_by=asked.proposed_by,
        recorded_on=on,
    )


def _journal(income: Income, text: str, **changes: Any) -> None:
    journal.record(project_id=income.project_id, subject=f"income:{income.pk}", text=text, **changes)
