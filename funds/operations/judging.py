"""认定 / 暂不认定 / 不认定 / 退回 by finance, and 冲销 of what was recognised."""

from collections.abc import Iterable
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
from funds.found_money import open_for_voucher
from funds.models import ABOUT_VOUCHER, EVIDENCE, Voucher
from funds.operations.flags import refresh_flags
from funds.operations.seen import check_seen
from funds.queries.limits import files_of, outside
from funds.spells import keep_spell
from policy.findings import Finding, blocking, refuse, refuse_if_blocking
from policy.money import yuan
from policy.spelling import number_key
from policy.terms import EntryType, VoucherState
from projects import access, files
from projects.models import Project

JUDGED = (
    "state", "opinion", "judged_by", "judged_on", "fits", "why", "entry_number", "first_judged_by", "first_judged_on",
    "first_opinion",
)  # fmt: skip


@operation("审核支出")
def judge_voucher(
    project_id: int, voucher_id: int, *, actor: User, verdict: str, opinion: str = "", seen: str | None = None, on: date
) -> Voucher:
    """Every final verdict gives the reserve back; 认定 asks the limits again, posts the amount and numbers the entry.

    From the edition's threshold the first 认定 is an opinion: the payment stays 待认定 until another person signs.
    `seen`: the payment, its papers and questions as the page showed them.
    """
    project = access.enter(project_id, actor=actor, action=Action.JUDGE_VOUCHER)
    voucher = project.vouchers.get(pk=voucher_id)
    if voucher.reverses_id:
        refuse("reversal", "这是冲销记录，请在冲销审核中办理。")
    check_seen(project, voucher, seen, actor=actor)
    proved = voucher.state == VoucherState.DISALLOWED and queries.proved(voucher)
    found = list(
        rules.check_verdict(state=voucher.state, verdict=verdict, opinion=opinion, reversal=False, proved=proved)
    )
    found += _check_judge(voucher, actor, Action.JUDGE_VOUCHER, on)
    finds = verdict == VoucherState.DISALLOWED
    found += rules.check_closed_verdict(settled=queries.settled(project), finds=finds)
    refuse_if_blocking(found)
    if voucher.reserving:
        balances.release(voucher)
    recognises = verdict == VoucherState.RECOGNISED
    if recognises and not voucher.first_judged_by_id and (why := queries.why_second(project, voucher)):
        return _sign_first(project, voucher, opinion, why, actor, on)
    if recognises:
        _recognise(project, voucher)
    elif voucher.first_judged_by_id:
        voucher.first_judged_by, voucher.first_judged_on, voucher.first_opinion = None, None, ""
    _close(voucher, verdict, opinion, actor, on)
    if finds:
        open_for_voucher(voucher, actor=actor, on=on)
    refresh_alerts(project, on)
    refresh_flags(project, [voucher], on=on)
    said = f"{voucher.get_state_display()} {voucher.number}，{yuan(voucher.amount)}"
    _journal(voucher, f"{said}：{voucher.opinion}" if voucher.opinion else said)
    return voucher


def _sign_first(project: Project, voucher: Voucher, opinion: str, why: str, actor: User, on: date) -> Voucher:
    """The first of two signatures: inside every limit, reserved, and still 待认定. It holds no reserve when asked."""
    _check_inside(project, voucher)
    voucher.state, voucher.fits, voucher.why = VoucherState.SUBMITTED, True, ""
    voucher.first_judged_by, voucher.first_judged_on, voucher.first_opinion = actor, on, opinion.strip()
    voucher.save(update_fields=["state", "fits", "why", "first_judged_by", "first_judged_on", "first_opinion"])
    balances.reserve(voucher)
    keep_spell(voucher, on=on)
    refresh_alerts(project, on)
    _journal(voucher, f"初审同意 {voucher.number}，{yuan(voucher.amount)}，待省财政复审。{why}")
    return voucher


def _check_judge(voucher: Voucher, actor: User, action: Action, on: date) -> list[Finding]:
    return queries.judging_of([voucher], actor=actor, action=action, on=on).findings(voucher)


def _recognise(project: Project, voucher: Voucher) -> None:
    """Post a payment that holds no reserve now, if it lies inside every limit."""
    _check_inside(project, voucher)
    balances.spend(voucher)
    voucher.fits, voucher.why, voucher.entry_number = True, "", _next_entry(project)


def _check_inside(project: Project, voucher: Voucher) -> None:
    found = outside(project, voucher)
    if found:
        advice = blocking("outside", "本笔不在限额内，不能认定；可以暂不认定、不认定或退回补正。", field="verdict")
        refuse_if_blocking([advice, *found])


def _next_entry(project: Project) -> int:
    """Gapless: the project row is locked (L16)."""
    return (project.vouchers.aggregate(last=Max("entry_number"))["last"] or 0) + 1


def _close(voucher: Voucher, verdict: str, opinion: str, actor: User, on: date) -> None:
    voucher.state, voucher.opinion = VoucherState(verdict), opinion.strip()
    voucher.judged_by, voucher.judged_on = actor, on
    voucher.save(update_fields=[*JUDGED])
    keep_spell(voucher, on=on)


@operation("提出冲销")
def propose_reversal(
    project_id: int, voucher_id: int, *, actor: User, amount: Decimal, reason: str, paid_on: date, number: str,
    uploads: Iterable[UploadedFile] = (), on: date,
) -> Voucher:  # fmt: skip
    """A linked row that takes (part of) a recognised payment back; the payment itself stays as it is.

    `paid_on`: the day the money came back; `number`: the unit's own voucher of it; `uploads`: its papers.
    """
    project = access.enter(project_id, actor=actor, action=Action.PROPOSE_REVERSAL)
    voucher = project.vouchers.get(pk=voucher_id)
    number = number.strip()
    _check_reversal(project, voucher, amount, reason, on=on, paid_on=paid_on, number=number)
    reversal = project.vouchers.create(
        number=number,
        paid_on=paid_on,
        category=voucher.category,
        source=voucher.source,
        abstract=reason.strip()[:200],
        fund_year=voucher.fund_year,
        contract=voucher.contract,
        **_about(voucher, on),
        payee=voucher.payee,
        amount=amount,
        reverses=voucher,
        state=VoucherState.SUBMITTED,
        fits=True,
        recorded_by=actor,
        recorded_on=on,
        submitted_by=actor,
        submitted_on=on,
    )
    reversal.hands.add(actor)
    _keep_papers(project, reversal, uploads, actor, on)
    keep_spell(reversal, on=on)
    refresh_alerts(project, on)
    said = f"对 {voucher.number} 提出冲销 {yuan(amount)}（{number}，{paid_on} 退款）：{reason.strip()}"
    _journal(reversal, said, amount=amount, paid_on=paid_on)
    return reversal


def _check_reversal(
    project: Project, voucher: Voucher, amount: Decimal, reason: str, *, on: date, paid_on: date, number: str
) -> None:
    refuse_if_blocking(
        rules.check_reversal(
            state=voucher.state,
            is_reversal=voucher.reverses_id is not None,
            amount=amount,
            remaining=queries.remaining_of(voucher),
            reason=reason,
            closed=queries.settled(project),
        )
    )
    twin = project.vouchers.filter(number_key=number_key(number), reverses=None).order_by()
    named = next(iter(twin.values_list("number", flat=True)[:1]), "")
    found = rules.check_refund(paid_on=paid_on, original_on=voucher.paid_on, on=on, number=number, twin=named)
    refuse_if_blocking(list(found))


def _keep_papers(project: Project, reversal: Voucher, uploads: Iterable[UploadedFile], actor: User, on: date) -> None:
    for upload in uploads:
        files.accept(project, upload, about=ABOUT_VOUCHER, about_id=reversal.pk, purpose=EVIDENCE, actor=actor, on=on)
    files.hand_in(project, about=ABOUT_VOUCHER, about_id=reversal.pk)


def _about(voucher: Voucher, on: date) -> dict[str, str]:
    """A 冲销 of a row of an earlier quarter corrects that quarter, and says which."""
    if rules.entry_type_of(voucher.paid_on, on) == EntryType.ORDINARY:
        return {"entry_type": EntryType.ORDINARY}
    return {"entry_type": EntryType.CORRECTION, "about_period": rules.quarter_of(voucher.paid_on)}


@operation("审核冲销")
def judge_reversal(
    project_id: int, voucher_id: int, *, actor: User, verdict: str, opinion: str = "", seen: str | None = None, on: date
) -> Voucher:
    """认定 gives the money back to the budget line; anything else leaves the ledger as it is."""
    project = access.enter(project_id, actor=actor, action=Action.APPROVE_REVERSAL)
    reversal = project.vouchers.get(pk=voucher_id)
    if not reversal.reverses_id:
        refuse("reversal", "这不是冲销记录。")
    check_seen(project, reversal, seen, actor=actor)
    if queries.settled(project):
        refuse("settled", "项目资金已清算，账目不再变动。")
    found = list(rules.check_verdict(state=reversal.state, verdict=verdict, opinion=opinion, reversal=True))
    found += _check_judge(reversal, actor, Action.APPROVE_REVERSAL, on)
    if verdict == VoucherState.RECOGNISED:
        found += rules.check_reversal_paper(evidence=files_of(reversal).filter(purpose=EVIDENCE).count())
    refuse_if_blocking(found)
    if verdict == VoucherState.RECOGNISED:
        balances.unspend(reversal)
        reversal.entry_number = _next_entry(project)
    _close(reversal, verdict, opinion, actor, on)
    refresh_alerts(project, on)
    if reversal.reverses:
        refresh_flags(project, [reversal.reverses], on=on)
    _journal(reversal, f"冲销{reversal.get_state_display()} {reversal.number}，{yuan(reversal.amount)}")
    return reversal


def _journal(voucher: Voucher, text: str, **changes: Any) -> None:
    told: dict[str, Any] = {"state": voucher.state, "entry_number": voucher.entry_number, **changes}
    journal.record(project_id=voucher.project_id, subject=f"voucher:{voucher.pk}", text=text, **told)
