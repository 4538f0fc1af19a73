"""拨付 and 到账: never more than allocated, and does what arrived agree with what was sent."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from funds.rules.flag_facts import FlagRule
from policy.days import check_day
from policy.edition import Edition
from policy.findings import Finding, blocking
from policy.money import ZERO, yuan
from policy.terms import Severity


@dataclass(frozen=True, slots=True)
class Arrival:
    """What stands around a receipt: the document, what was allocated, what came before, what may still come."""

    document: str
    approved: bool
    dated_on: date
    allocated: Decimal
    before: Decimal
    left: Decimal


def check_receipt(arrival: Arrival, *, amount: Decimal, received_on: date, on: date) -> Iterator[Finding]:
    """到账 of one allocation: signed document, not more than may still come of it (L4), not before it was issued."""
    if not arrival.approved:
        yield blocking("document", f"资金文件《{arrival.document}》尚未签批，不能确认到账。请联系省财政厅。")
    if amount <= ZERO:
        yield blocking("amount", "到账金额应大于 0。", field="amount")
    elif arrival.approved and amount > arrival.left:
        taken = arrival.allocated - arrival.before - arrival.left
        said = f"《{arrival.document}》下达 {yuan(arrival.allocated)}，已确认到账 {yuan(arrival.before)}，"
        said += f"已收回 {yuan(taken)}，" if taken > ZERO else ""
        said += f"本次最多确认 {yuan(arrival.left)}。如实际到账更多，请先请省财政厅登记资金文件。"
        yield blocking("allocated", said, field="amount")
    yield from _check_day("到账", received_on, arrival.dated_on, on, "received_on")


def _check_day(word: str, day: date, dated_on: date, on: date, field: str) -> Iterator[Finding]:
    yield from check_day(f"{word}日期", day, field=field)
    if day > on:
        yield blocking(field, f"{word}日期 {day} 晚于今天 {on}，请核对。", field=field)
    elif day < dated_on:
        said = f"{word}日期 {day} 早于资金文件的成文日期 {dated_on}，请核对是否填错日期或选错文件。"
        yield blocking(field, said, field=field)


@dataclass(frozen=True, slots=True)
class Sending:
    """What stands around a 拨付. `before`: of this allocation, waiting ones included; `room`: what its money allows."""

    document: str
    approved: bool
    dated_on: date
    allocated: Decimal
    before: Decimal
    room: Decimal
    held: bool = False


def check_release(sending: Sending, *, amount: Decimal, released_on: date, on: date) -> Iterator[Finding]:
    """拨付: Σ released ≤ what is allocated after everything taken back."""
    most = max(min(sending.allocated - sending.before, sending.room), ZERO)
    if not sending.approved:
        yield blocking("document", f"资金文件《{sending.document}》尚未签批，不能拨付。请联系省财政厅。")
    if sending.held:
        yield blocking("held", "该项目的资金已暂停，不得拨付。须由两厅联合恢复后再办理。")
    if amount <= ZERO:
        yield blocking("amount", "拨付金额应大于 0。", field="amount")
    elif amount > most:
        said = f"《{sending.document}》下达 {yuan(sending.allocated)}，已登记拨付 {yuan(sending.before)}，"
        yield blocking("allocated", f"{said}本次最多拨付 {yuan(most)}。请核减。", field="amount")
    yield from _check_day("拨付", released_on, sending.dated_on, on, "released_on")


def check_release_number(number: str, *, twins: Sequence[tuple[date, Decimal]]) -> Iterator[Finding]:
    """`twins`: what stands of one 下达 under this number in the same year. Other projects may be of the same 凭证."""
    if not number.strip():
        yield blocking("number", "请填写拨付凭证号。", field="number")
    for day, amount in twins:
        said = f"拨付凭证号「{number.strip()}」{day.year} 年已为这笔下达登记过 {yuan(amount)}（{day}），不能重复登记。"
        then = "原登记有误的，待复核的由复核人退回，已复核的登记更正；确是另一笔拨付的，请填写其自己的凭证号。"
        yield blocking("number", said + then, field="number")


def check_match(
    releases: Sequence[tuple[date, Decimal]], *, before: Decimal, amount: Decimal, received_on: date
) -> Iterator[Finding]:
    """Does a receipt agree with the 拨付 made? Nothing to say where none was recorded. `before`: received earlier.

    Arrivals may join several 拨付; a part of one, more than all, or a day before the money left is a question.
    """
    if not releases:
        return
    sent, steps = ZERO, set()
    for _, one in sorted(releases):
        sent += one
        steps.add(sent)
    after = before + amount
    on_the_way = sum((one for day, one in releases if day <= received_on), ZERO)
    if after > sent:
        said = f"单位累计到账 {yuan(after)}，财政累计拨付 {yuan(sent)}，多 {yuan(after - sent)}。"
    elif after > on_the_way:
        said = f"{received_on} 前财政只拨付 {yuan(on_the_way)}，单位称累计到账 {yuan(after)}，日期对不上。"
    elif after not in steps:
        said = f"本次到账 {yuan(amount)}，累计 {yuan(after)}，与财政各笔拨付的金额对不上。"
    else:
        return
    yield Finding(FlagRule.RECEIPT, Severity.WARNING, f"到账与拨付不符：{said}请单位和财政部门各自核对凭证。")


def check_correction(
    *, received: Decimal, corrected: Decimal, standing: Decimal, amount: Decimal, reason: str
) -> Iterator[Finding]:
    """更正 of a receipt. `standing`: what is received of its source and year after what was taken back."""
    most = max(min(received - corrected, standing), ZERO)
    if not reason.strip():
        yield blocking("reason", "请写明更正理由。", field="reason")
    if amount <= ZERO:
        yield blocking("amount", "更正金额应大于 0。", field="amount")
    elif amount > most:
        said = f"该笔到账 {yuan(received)}，已更正 {yuan(corrected)}，本次最多更正 {yuan(most)}。"
        yield blocking("corrected", f"{said}已收回的资金不能再更正。", field="amount")


def check_release_correction(
    *, released: Decimal, corrected: Decimal, amount: Decimal, reason: str, released_on: date, day: date, on: date
) -> Iterator[Finding]:
    """更正 of an approved 拨付. `corrected`: by earlier corrections, waiting ones included."""
    most = max(released - corrected, ZERO)
    if not reason.strip():
        yield blocking("reason", "请写明更正理由。", field="reason")
    if amount <= ZERO:
        yield blocking("amount", "更正金额应大于 0。", field="amount")
    elif amount > most:
        said = f"该笔拨付 {yuan(released)}，已更正或待复核的更正 {yuan(corrected)}，本次最多更正 {yuan(most)}。请核减。"
        yield blocking("corrected", said, field="amount")
    yield from check_day("更正日期", day, field="released_on")
    if not released_on <= day <= on:
        said = f"更正日期 {day} 应在原拨付日期 {released_on} 至今天 {on} 之间。"
        yield blocking("released_on", said, field="released_on")


def check_passed_on(
    edition: Edition, *, key: int, document: str, dated_on: date, left: Decimal, sent: Decimal, on: date
) -> Iterator[Finding]:
    """+30 not passed on. `left`: of one allocation, not arrived; `sent`: on its way to the unit."""
    limit = edition.limit("pass_on_days")
    days = (on - dated_on).days
    if left > sent and days > int(limit.value):
        said = f"《{document}》下达 {days} 天，还有 {yuan(left - sent)} 未拨付到单位，规定为 {limit.value} 日内。"
        basis = limit.basis
        yield Finding(f"pass_on:{key}", basis.severity, f"{said}请财政部门尽快拨付。", basis.clause, basis.rank)
