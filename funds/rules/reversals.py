"""冲销: the refund is a voucher of the unit's own books, on its own day, with its paper."""

from collections.abc import Iterator
from datetime import date

from policy.days import check_day
from policy.findings import Finding, blocking
from policy.spelling import number_key
from policy.terms import VoucherState


def check_refund(*, paid_on: date, original_on: date, on: date, number: str, twin: str) -> Iterator[Finding]:
    """`paid_on`: the day the money came back; `twin`: the payment of the project that bears this number already."""
    yield from check_day("退款日期", paid_on, field="paid_on")
    if paid_on > on:
        yield blocking("paid_on", f"退款日期 {paid_on} 晚于今天 {on}，请核对。", field="paid_on")
    elif paid_on < original_on:
        said = f"退款日期 {paid_on} 早于原支出的支付日期 {original_on}，请核对退款回单。"
        yield blocking("paid_on", said, field="paid_on")
    if not number_key(number):
        yield blocking("number", "请填写单位账上退款（红字）凭证的凭证号。", field="number")
    elif twin:
        said = f"凭证号「{twin}」是本项目一笔支出的凭证；退款另有记账凭证，请填写退款凭证的号码。"
        yield blocking("number", said, field="number")


def takes_paper(*, state: str, reversal: bool, evidence: int) -> bool:
    """Whether the unit may add papers of its own accord: to what finance questions, and to a 冲销 that lacks them."""
    if not reversal:
        return state == VoucherState.QUESTIONED
    return state == VoucherState.SUBMITTED or (state == VoucherState.RECOGNISED and not evidence)


def check_reversal_paper(*, evidence: int) -> Iterator[Finding]:
    """L10 for 冲销 as for payments."""
    if not evidence:
        said = "本笔冲销没有凭证材料，不能认定。请要求补件，由单位上传退款回单或红字凭证后再审核。"
        yield blocking("evidence", said, field="verdict")
