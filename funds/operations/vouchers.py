"""登记支出: entered by one person of the unit, submitted by another, inside the limits reserved at once."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NotRequired, TypedDict, Unpack

from django.core.files.uploadedfile import UploadedFile

from accounts import journal
from accounts.journal import operation
from accounts.models import User
from accounts.roles import Action
from funds import balances, queries, rules
from funds.alerts import refresh_alerts
from funds.models import ABOUT_INVOICE, ABOUT_VOUCHER, APPROVAL, EVIDENCE, Contract, Voucher
from funds.operations.flags import refresh_flags
from funds.operations.seen import check_seen
from funds.queries.found_money import spoken_of
from funds.queries.limits import files_of, in_words, missing, outside
from funds.rules.found_money import Rewriting, check_rewriting
from funds.spells import keep_spell
from policy.findings import refuse, refuse_if_blocking
from policy.money import yuan
from policy.spelling import number_key
from policy.terms import EntryType, VoucherState
from projects import access, files
from projects.models import Attachment, Project

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
    fund_year: NotRequired[int | None]
    entry_type: NotRequired[str]
    about_period: NotRequired[str]
    pay_way: NotRequired[str]
    tax_included: NotRequired[bool]
    quantity: NotRequired[int | None]
    unit_price: NotRequired[Decimal | None]
    contract: NotRequired[Contract | None]
    invoice_on: NotRequired[date | None]
    invoice_total: NotRequired[Decimal | None]


@operation("登记支出")
def record_voucher(
    project_id: int,
    *,
    actor: User,
    on: date,
    uploads: Uploads = (),
    approvals: Uploads = (),
    invoice_file: int | None = None,
    **entry: Unpack[Entry],
) -> Voucher:
    """A draft. `uploads`: evidence; `approvals`: the joint approval that 其他 needs; `invoice_file`: one read before."""
    project = access.enter(project_id, actor=actor, action=Action.RECORD_VOUCHER)
    _complete(project, entry, on)
    _check_entry(project, entry, on)
    voucher = project.vouchers.create(recorded_by=actor, recorded_on=on, invoice_key=_key(entry), **entry)
    voucher.hands.add(actor)
    if invoice_file:
        _take_invoice(project, voucher, invoice_file)
    _keep_files(project, voucher, uploads, approvals, actor, on)
    _journal(voucher, f"登记支出 {voucher.number}，{yuan(voucher.amount)}", **_told(entry))
    return voucher


def _complete(project: Project, entry: Entry, recorded_on: date) -> None:
    """What the contract and the dates say where nobody typed it. What was typed is never overridden."""
    entry["number"] = entry["number"].strip()
    contract = entry.get("contract")
    if contract is not None:
        if contract.project_id != project.pk:
            refuse("contract", "请选择本项目登记的合同。", field="contract")
        if contract.voided_on:
            refuse("contract", f"合同 {contract.number} 已作废，不能再关联支出。请改选合同。", field="contract")
        entry["contract_number"] = entry.get("contract_number") or contract.number
        entry["procurement"] = entry.get("procurement") or contract.procurement
    entry["entry_type"] = entry.get("entry_type") or rules.entry_type_of(entry["paid_on"], recorded_on)
    if entry["entry_type"] == EntryType.ORDINARY:
        entry["about_period"] = ""
    elif entry["entry_type"] == EntryType.LATE:
        entry["about_period"] = rules.quarter_of(entry["paid_on"])


def _key(entry: Entry) -> str:
    return rules.invoice_key(entry.get("invoice_number", ""), entry.get("invoice_seller", ""), entry["payee"])


def _told(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The entry as the journal keeps it."""
    return {name: value.number if isinstance(value, Contract) else value for name, value in entry.items()}


def _check_entry(project: Project, entry: Entry, on: date, voucher: Voucher | None = None) -> None:
    same = project.vouchers.filter(number_key=number_key(entry["number"]), reverses=None)
    others = same.exclude(pk=voucher.pk) if voucher else same
    twin = next(iter(others.order_by().values_list("paid_on", "amount")[:1]), None)
    found = [*rules.check_category(project.edition, project.kind, entry["category"], kept=_kept(voucher))]
    found += rules.check_entry(
        amount=entry["amount"],
        paid_on=entry["paid_on"],
        on=on,
        number=entry["number"],
        source=entry["source"],
        twin=twin,
        fund_year=entry.get("fund_year"),
        invoice_on=entry.get("invoice_on"),
    )
    kind = rules.check_entry_type(
        entry_type=entry["entry_type"],
        about_period=entry.get("about_period", ""),
        paid_on=entry["paid_on"],
        on=voucher.recorded_on if voucher else on,
    )
    refuse_if_blocking([*found, *kind])


def _kept(voucher: Voucher | None) -> str:
    return voucher.category if voucher else ""


def _take_invoice(project: Project, voucher: Voucher, file_id: int) -> None:
    """The invoice that was read becomes evidence of the payment, without a second upload."""
    waiting = Attachment.objects.filter(project=project, about=ABOUT_INVOICE, pk=file_id)
    if not waiting.update(about=ABOUT_VOUCHER, about_id=voucher.pk, purpose=EVIDENCE):
        refuse("invoice_file", "读取的发票已用于另一笔支出或已删除，请重新上传。")


def _keep_files(
    project: Project, voucher: Voucher, uploads: Uploads, approvals: Uploads, actor: User, on: date
) -> None:
    for purpose, group in ((EVIDENCE, uploads), (APPROVAL, approvals)):
        for upload in group:
            files.accept(project, upload, about=ABOUT_VOUCHER, about_id=voucher.pk, purpose=purpose, actor=actor, on=on)
    if voucher.state not in rules.EDITABLE:
        files.hand_in(project, about=ABOUT_VOUCHER, about_id=voucher.pk)


@operation("修改支出")
def edit_voucher(
    project_id: int,
    voucher_id: int,
    *,
    actor: User,
    on: date,
    uploads: Uploads = (),
    approvals: Uploads = (),
    seen: str | None = None,
    **entry: Unpack[Entry],
) -> Voucher:
    """Change a draft or a returned payment; the files are added to those it has. `seen`: what the form showed."""
    project = access.enter(project_id, actor=actor, action=Action.RECORD_VOUCHER)
    voucher = project.vouchers.get(pk=voucher_id)
    if voucher.state not in rules.EDITABLE:
        refuse("state", f"该笔支出{voucher.get_state_display()}，不能修改；如需更正，请财政退回，或在认定后冲销。")
    _check_holder(voucher, actor)
    check_seen(project, voucher, seen, actor=actor)
    _complete(project, entry, voucher.recorded_on)
    _check_entry(project, entry, on, voucher)
    changed: dict[str, Any] = {name: value for name, value in entry.items() if getattr(voucher, name) != value}
    _check_rewriting(voucher, changed)
    for name, value in changed.items():
        setattr(voucher, name, value)
    voucher.invoice_key = rules.invoice_key(voucher.invoice_number, voucher.invoice_seller, voucher.payee)
    voucher.save(update_fields=[*changed, "invoice_key", *(["number_key"] if "number" in changed else [])])
    voucher.hands.add(actor)
    _keep_files(project, voucher, uploads, approvals, actor, on)
    _journal(voucher, f"修改支出 {voucher.number}", **_told(changed))
    return voucher


def _check_rewriting(voucher: Voucher, changed: dict[str, Any]) -> None:
    after = changed.get("amount", voucher.amount)
    edit = Rewriting(voucher.number, spoken_of(voucher), voucher.amount, after, frozenset(changed))
    refuse_if_blocking(check_rewriting(edit))


def _check_holder(voucher: Voucher, actor: User) -> None:
    """A draft is changed by who entered it, or by whom it was handed to."""
    holder = voucher.handed_to or voucher.recorded_by
    if holder != actor:
        refuse("holder", f"本笔由{holder}经办，请由其办理；人员变动的，由单位负责人办理草稿交接。")


@operation("补充支出凭证")
def add_evidence(
    project_id: int, voucher_id: int, *, actor: User, on: date, uploads: Uploads = (), approvals: Uploads = ()
) -> Voucher:
    """Answer a question of finance with more files; the row itself stays as it was submitted."""
    project = access.enter(project_id, actor=actor, action=Action.RECORD_VOUCHER)
    voucher = project.vouchers.get(pk=voucher_id)
    uploads, approvals = list(uploads), list(approvals)
    kept = files_of(voucher).filter(purpose=EVIDENCE).count()
    if not rules.takes_paper(state=voucher.state, reversal=voucher.reverses_id is not None, evidence=kept):
        said = "暂不认定的支出、待审核的冲销才补充材料，草稿和退回的请直接修改；财政要求补件的，请答复补件。"
        refuse("state", f"该笔{voucher.get_state_display()}；{said}")
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
    if voucher.asks.exists():
        refuse("asks", "财政对该笔支出要求过补件，不能删除；请修改后提交。")
    _check_holder(voucher, actor)
    _journal(voucher, f"删除草稿 {voucher.number}，{yuan(voucher.amount)}", amount=voucher.amount)
    files_of(voucher).delete()
    voucher.delete()


@operation("提交支出")
def submit_voucher(
    project_id: int, voucher_id: int, *, actor: User, on: date, batch_id: int | None = None, seen: str | None = None
) -> Voucher:
    """Inside the limits it is reserved; outside them it goes to finance with the reasons, and reserves nothing.

    `batch_id`: the 报账批次 that is being signed; a payment submitted by itself leaves the batch it was put in.
    `seen`: what the page showed (funds/queries/versions.py).
    """
    project = access.enter(project_id, actor=actor, action=Action.SUBMIT_VOUCHER)
    voucher = project.vouchers.get(pk=voucher_id)
    ready = rules.check_submission(
        state=voucher.state,
        evidence=files_of(voucher).filter(purpose=EVIDENCE).count(),
        own=voucher.hands.filter(pk=actor.pk).exists(),
        reversal=voucher.reverses_id is not None,
    )
    closed = rules.check_open_books(settled=queries.settled(project))
    refuse_if_blocking([*closed, *ready])
    check_seen(project, voucher, seen, actor=actor)
    refuse_if_blocking(missing(project, voucher))
    found = outside(project, voucher)
    voucher.fits, voucher.why = not found, in_words(found)
    voucher.state, voucher.submitted_by, voucher.submitted_on = VoucherState.SUBMITTED, actor, on
    voucher.batch_id, voucher.after_stop = batch_id, queries.awaits_settlement(project)
    voucher.save(update_fields=["fits", "why", "state", "submitted_by", "submitted_on", "batch", "after_stop"])
    files.hand_in(project, about=ABOUT_VOUCHER, about_id=voucher.pk)
    if voucher.fits:
        balances.reserve(voucher)
    keep_spell(voucher, on=on)
    refresh_alerts(project, on)
    refresh_flags(project, [voucher], on=on)
    said = "在限额内" if voucher.fits else f"不在限额内：{voucher.why}"
    _journal(
        voucher, f"提交支出 {voucher.number}，{yuan(voucher.amount)}，{said}", state=voucher.state, fits=voucher.fits
    )
    return voucher


def _journal(voucher: Voucher, text: str, **changes: Any) -> None:
    journal.record(project_id=voucher.project_id, subject=f"voucher:{voucher.pk}", text=text, **changes)
