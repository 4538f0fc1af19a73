"""补件 without a return; 草稿交接; invoices waiting for their payment."""

from collections.abc import Iterable
from datetime import date

from django.core.files.uploadedfile import UploadedFile

from accounts import journal
from accounts.journal import operation
from accounts.models import User
from accounts.queries import work_calendar
from accounts.roles import Action
from funds import queries, rules
from funds.models import ABOUT_INVOICE, ABOUT_VOUCHER, EVIDENCE, Ask, InvoiceText, Voucher
from funds.queries.invoices import read
from funds.rules import JUDGEABLE
from policy.findings import refuse, refuse_if_blocking
from projects import access, files
from projects.models import Attachment


@operation("要求补件")
def ask_for_paper(project_id: int, voucher_id: int, *, actor: User, text: str, on: date) -> Ask:
    """The row keeps its place, its reserve and its signature; the unit has the edition's working days to answer."""
    project = access.enter(project_id, actor=actor, action=Action.ASK_PAPER)
    voucher = project.vouchers.get(pk=voucher_id)
    if voucher.state not in JUDGEABLE:
        refuse("state", f"该笔支出{voucher.get_state_display()}，待审核的支出才要求补件。")
    if not text.strip():
        refuse("text", "请写明需要补充什么材料。", field="text")
    due_on = work_calendar().add_working_days(on, project.edition.number("ask_working_days"))
    ask = voucher.asks.create(text=text.strip(), asked_by=actor, asked_on=on, due_on=due_on)
    _journal(voucher, f"要求 {voucher.number} 补件，{due_on} 前答复：{ask.text}")
    return ask


@operation("答复补件")
def answer_ask(
    project_id: int,
    voucher_id: int,
    ask_id: int,
    *,
    actor: User,
    answer: str,
    uploads: Iterable[UploadedFile] = (),
    on: date,
) -> Ask:
    """Files are added to the evidence; no figure changes, so nobody signs again."""
    project = access.enter(project_id, actor=actor, action=Action.RECORD_VOUCHER)
    voucher = project.vouchers.get(pk=voucher_id)
    ask, uploads = voucher.asks.get(pk=ask_id), list(uploads)
    if ask.answered_on:
        refuse("state", f"该补件已于 {ask.answered_on} 答复。")
    if voucher.state not in JUDGEABLE:
        refuse("state", f"该笔支出{voucher.get_state_display()}，不再需要补件。")
    if not (answer.strip() or uploads):
        refuse("answer", "请上传材料，或写明无法提供的原因。", field="answer")
    for upload in uploads:
        files.accept(project, upload, about=ABOUT_VOUCHER, about_id=voucher.pk, purpose=EVIDENCE, actor=actor, on=on)
    files.hand_in(project, about=ABOUT_VOUCHER, about_id=voucher.pk)
    voucher.hands.add(actor)
    ask.answer, ask.answered_by, ask.answered_on = answer.strip(), actor, on
    ask.save(update_fields=["answer", "answered_by", "answered_on"])
    _journal(voucher, f"答复 {voucher.number} 的补件，材料 {len(uploads)} 份：{ask.answer}")
    return ask


@operation("交接支出草稿")
def hand_over_drafts(project_id: int, *, actor: User, giver: User, taker: User, on: date) -> int:
    """Drafts and returned payments go to another clerk of the unit; what was submitted keeps the old name."""
    project = access.enter(project_id, actor=actor, action=Action.HAND_OVER)
    clerks = queries.clerks_of(project, on)
    refuse_if_blocking(
        rules.check_handover(
            leader=access.is_unit(actor), same=giver == taker, known=taker.pk in {one.pk for one in clerks}
        )
    )
    rows = [row for row in queries.drafts_of(project) if (row.handed_to or row.recorded_by) == giver]
    if not rows:
        refuse("giver", f"{giver}在本项目没有草稿或退回的支出需要交接。", field="giver")
    project.vouchers.filter(pk__in=[row.pk for row in rows]).update(handed_to=taker)
    said = f"{giver}的 {len(rows)} 笔草稿交给{taker}：{'、'.join(row.number for row in rows)}"
    journal.record(project_id=project.pk, subject=project.label, text=said, vouchers=[row.pk for row in rows])
    return len(rows)


@operation("上传待登记发票")
def keep_invoice(project_id: int, *, actor: User, upload: UploadedFile, on: date) -> Attachment:
    """An invoice that is read, once, before its payment is typed; it becomes evidence with the payment."""
    project = access.enter(project_id, actor=actor, action=Action.RECORD_VOUCHER)
    kept = files.accept(project, upload, about=ABOUT_INVOICE, purpose="待登记发票", actor=actor, on=on)
    _keep_text(kept, on)
    journal.record(
        project_id=project.pk, subject=project.label, text=f"上传待登记发票「{kept.name}」", sha256=kept.sha256
    )
    return kept


def _keep_text(file: Attachment, on: date) -> None:
    """What it says, by its content: no page reads it again."""
    if InvoiceText.objects.filter(sha256=file.sha256).exists():
        return
    told = read(file)
    one = {name: getattr(told.invoice, name) for name in ("number", "seller", "on", "total", "tax")}
    InvoiceText.objects.get_or_create(sha256=file.sha256, defaults=one | {"trouble": told.trouble[:300], "read_on": on})


@operation("删除待登记发票")
def drop_invoice(project_id: int, file_id: int, *, actor: User, on: date) -> None:
    """Only what belongs to no payment; the bytes stay on disk for the sweep of orphans."""
    project = access.enter(project_id, actor=actor, action=Action.RECORD_VOUCHER)
    kept = Attachment.objects.get(project=project, about=ABOUT_INVOICE, pk=file_id)
    journal.record(
        project_id=project.pk, subject=project.label, text=f"删除待登记发票「{kept.name}」", sha256=kept.sha256
    )
    kept.delete()


def _journal(voucher: Voucher, text: str) -> None:
    journal.record(project_id=voucher.project_id, subject=f"voucher:{voucher.pk}", text=text)
