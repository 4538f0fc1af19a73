"""其他收入: interest, own money put in, other. Income is no budget: it raises no limit (handbook 5)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from accounts import journal
from accounts.journal import operation
from accounts.models import User
from accounts.roles import Action
from funds import queries, rules
from funds.models import ABOUT_INCOME, Income
from policy.days import check_day
from policy.findings import Finding, blocking, refuse, refuse_if_blocking
from policy.money import LARGEST, ZERO, yuan
from policy.spelling import number_key
from projects import access, files
from projects.models import Project

PROOF = "收入凭证"


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


@operation("冲销收入")
def reverse_income(project_id: int, income_id: int, *, actor: User, reason: str, on: date) -> Income:
    """A linked row of the whole amount, by the head of the unit; the income stays as it was recorded."""
    project = access.enter(project_id, actor=actor, action=Action.REVERSE_INCOME)
    refuse_if_blocking(rules.check_open_books(settled=queries.settled(project)))
    income = project.incomes.get(pk=income_id)
    if income.reverses_id or Income.objects.filter(reverses=income).exists():
        refuse("state", "该笔收入已冲销，不能再次冲销。")
    if income.recorded_by_id == actor.pk:
        refuse("sod", "您登记了本笔收入，须由本单位另一人冲销。", "职责分离 SD1")
    if not reason.strip():
        refuse("reason", "请写明冲销理由。", field="reason")
    reversal = Income.objects.create(
        project=project,
        kind=income.kind,
        amount=income.amount,
        received_on=on,
        number=income.number,
        note=reason.strip()[:200],
        reverses=income,
        recorded_by=actor,
        recorded_on=on,
    )
    _journal(reversal, f"冲销{income.get_kind_display()} {yuan(income.amount)}（{income.number}）：{reason.strip()}")
    return reversal


def _journal(income: Income, text: str, **changes: Any) -> None:
    journal.record(project_id=income.project_id, subject=f"income:{income.pk}", text=text, **changes)
