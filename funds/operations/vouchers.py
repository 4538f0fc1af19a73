"""登记支出: entered by one person of the unit, submitted by another, inside the limits reserved at once."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, NotRequired, TypedDict, Unpack

from django.core.files.uploadedfile import UploadedFile

from accounts import journal
from accounts.journal import operation
from accounts.models import User
from accounts.roles import Action
from funds import balances, rules
from funds.alerts import refresh_alerts
from funds.models import ABOUT_VOUCHER, APPROVAL, EVIDENCE, Voucher
from funds.queries.limits import files_of, in_words, outside
from policy.findings import refuse, refuse_if_blocking
from policy.money import yuan
from policy.terms import VoucherState
from projects import access, files
from projects.models import Project

Uploads = Iterable[UploadedFile]


class Entry(TypedDict):
    """What a person types of a payment."""

    number: str
    paid_on: date
    category: str
    source: str
    abstract: str
    payee: str
    amount: Decimal
    contract_number: NotRequired[str]
    invoice_number: NotRequired[str]
    invoice_seller: NotRequired[str]
    asset_card: NotRequired[str]
    procurement: NotRequired[str]


@operation("登记支出")
def record_voucher(
    project_id: int,
    *,
    actor: User,
    on: date,
    uploads: Uploads = (),
    approvals: Uploads = (),
    **entry: Unpack[Entry],
) -> Voucher:
    """A draft. `uploads`: evidence; `approvals`: the joint approval that 其他 needs."""
    project = access.enter(project_id, actor=actor, action=Action.RECORD_VOUCHER)
    entry["number"] = entry["number"].strip()
    _check_entry(project, entry, on)
    voucher = project.vouchers.create(recorded_by=actor, recorded_on=on, **entry)
    voucher.hands.add(actor)
    _keep_files(project, voucher, uploads, approvals, actor, on)
    _journal(voucher, f"登记支出 {voucher.number}，{yuan(voucher.amount)}", **entry)
    return voucher


def _check_entry(project: Project, entry: Entry, on: date, voucher: Voucher | None = None) -> None:
    same = project.vouchers.filter(number=entry["number"], reverses=None)
    twin = same.exclude(pk=voucher.pk if voucher else 0).values_list("paid_on", "amount").first()
    refuse_if_blocking(
        rules.check_entry(
            amount=entry["amount"],
            paid_on=entry["paid_on"],
            on=on,
            number=entry["number"],
            source=entry["source"],
            twin=twin,
        )
    )
    known = {category.code for category in project.edition.categories}
    if entry["category"] not in known:
        refuse("category", "请选择支出类别。", field="category")


def _keep_files(
    project: Project, voucher: Voucher, uploads: Uploads, approvals: Uploads, actor: User, on: date
) -> None:
    for purpose, group in ((EVIDENCE, uploads), (APPROVAL, approvals)):
        for upload in group:
            files.accept(project, upload, about=ABOUT_VOUCHER, about_id=voucher.pk, purpose=purpose, actor=actor, on=on)


@operation("修改支出")
def edit_voucher(
    project_id: int,
    voucher_id: int,
    *,
    actor: User,
    on: date,
    uploads: Uploads = (),
    approvals: Uploads = (),
    **entry: Unpack[Entry],
) -> Voucher:
    """Change a draft or a returned payment; the files are added to those it has."""
    project = access.enter(project_id, actor=actor, action=Action.RECORD_VOUCHER)
    voucher = project.vouchers.get(pk=voucher_id)
    if voucher.state not in rules.EDITABLE:
        refuse("state", f"该笔支出{voucher.get_state_display()}，不能修改；如需更正，请财政退回，或在认定后冲销。")
    entry["number"] = entry["number"].strip()
    _check_entry(project, entry, on, voucher)
    changed = {name: value for name, value in entry.items() if getattr(voucher, name) != value}
    for name, value in changed.items():
        setattr(voucher, name, value)
    voucher.save(update_fields=list(changed))
    voucher.hands.add(actor)
    _keep_files(project, voucher, uploads, approvals, actor, on)
    _journal(voucher, f"修改支出 {voucher.number}", **changed)
    return voucher


@operation("补充支出凭证")
def add_evidence(
    project_id: int, voucher_id: int, *, actor: User, on: date, uploads: Uploads = (), approvals: Uploads = ()
) -> Voucher:
    """Answer a question of finance with more files; the row itself stays as it was submitted."""
    project = access.enter(project_id, actor=actor, action=Action.RECORD_VOUCHER)
    voucher = project.vouchers.get(pk=voucher_id)
    uploads, approvals = list(uploads), list(approvals)
    if voucher.state != VoucherState.QUESTIONED:
        refuse("state", f"该笔支出{voucher.get_state_display()}；暂不认定的支出才补充材料，草稿和退回的请直接修改。")
    if not (uploads or approvals):
        refuse("evidence", "请选择要补充的文件。", field="uploads")
    voucher.hands.add(actor)
    _keep_files(project, voucher, uploads, approvals, actor, on)
    _journal(voucher, f"为 {voucher.number} 补充材料 {len(uploads) + len(approvals)} 份")
    return voucher


@operation("删除支出草稿")
def delete_draft(project_id: int, voucher_id: int, *, actor: User, on: date) -> None:
    """Only what was never submitted."""
    project = access.enter(project_id, actor=actor, action=Action.RECORD_VOUCHER)
    voucher = project.vouchers.get(pk=voucher_id)
    if voucher.state != VoucherState.DRAFT:
        refuse("state", f"该笔支出{voucher.get_state_display()}，提交过的支出不能删除。")
    _journal(voucher, f"删除草稿 {voucher.number}，{yuan(voucher.amount)}", amount=voucher.amount)
    files_of(voucher).delete()
    voucher.delete()


@operation("提交支出")
def submit_voucher(project_id: int, voucher_id: int, *, actor: User, on: date) -> Voucher:
    """Inside the limits it is reserved; outside them it goes to finance with the reasons, and reserves nothing."""
    project = access.enter(project_id, actor=actor, action=Action.SUBMIT_VOUCHER)
    voucher = project.vouchers.get(pk=voucher_id)
    refuse_if_blocking(
        rules.check_submission(
            state=voucher.state,
            evidence=files_of(voucher).filter(purpose=EVIDENCE).count(),
            own=voucher.hands.filter(pk=actor.pk).exists(),
            reversal=voucher.reverses_id is not None,
        )
    )
    found = outside(project, voucher)
    voucher.fits, voucher.why = not found, in_words(found)
    voucher.state, voucher.submitted_by, voucher.submitted_on = VoucherState.SUBMITTED, actor, on
    voucher.save(update_fields=["fits", "why", "state", "submitted_by", "submitted_on"])
    if voucher.fits:
        balances.reserve(voucher)
    refresh_alerts(project, on)
    said = "在限额内" if voucher.fits else f"不在限额内：{voucher.why}"
    _journal(
        voucher, f"提交支出 {voucher.number}，{yuan(voucher.amount)}，{said}", state=voucher.state, fits=voucher.fits
    )
    return voucher


def _journal(voucher: Voucher, text: str, **changes: Any) -> None:
    journal.record(project_id=voucher.project_id, subject=f"voucher:{voucher.pk}", text=text, **changes)
