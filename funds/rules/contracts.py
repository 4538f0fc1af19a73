"""采购与合同: what a package, a contract and a step must be, and how far a purchase is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from policy.days import check_day, plausible
from policy.edition import Edition
from policy.findings import Finding, blocking
from policy.money import LARGEST, ZERO, yuan
from policy.terms import PurchaseStage, Severity, UnitType
from ui.parts import Step

# 付款 is no step of its own: payments name the contract. 合同变更 stands beside the order.
ORDER = (
    PurchaseStage.PACKAGE,
    PurchaseStage.INTENTION,
    PurchaseStage.PROCURED,
    PurchaseStage.SIGNED,
    PurchaseStage.DELIVERED,
    PurchaseStage.ACCEPTED,
    PurchaseStage.RETENTION,
)
# Steps of the goods: they need a contract. The others belong to the package as well.
AFTER_SIGNING = frozenset(ORDER[4:]) | {PurchaseStage.CHANGED}


# Lines of one 采购包; a page of them stays below the number of fields a request may carry.
MOST_ITEMS = 480


@dataclass(frozen=True, slots=True)
class Change:
    """合同变更: what a contract is worth from that day on, and until when it is paid. None: as it was."""

    on: date
    amount: Decimal | None = None
    pay_until: date | None = None


@dataclass(frozen=True, slots=True)
class Worth:
    """A contract as it stands on a day."""

    amount: Decimal
    pay_until: date | None = None


def worth_on(signed: Worth, changes: Iterable[Change], on: date | None = None) -> Worth:
    """After every change up to that day, in the order of their days; None: after all of them."""
    found = signed
    for one in sorted(changes, key=lambda one: one.on):
        if on is None or one.on <= on:
            found = Worth(one.amount or found.amount, one.pay_until or found.pay_until)
    return found


def tail_worth(signed: Worth, changes: Iterable[Change], *, end: date | None, on: date) -> Decimal:
    """What the last payments of the build period are bound to, 尾款 and 质保金: the contract as it stood when the period
    ended. A 合同变更 agreed later may lower it, never raise it (handbook 5, L12)."""
    changes = list(changes)
    now = worth_on(signed, changes, on).amount
    return now if end is None or on <= end else min(now, worth_on(signed, changes, end).amount)


@dataclass(frozen=True, slots=True)
class StepFacts:
    stage: str
    on: date
    number: str = ""


def check_package(
    *, items: Iterable[tuple[str, int, Decimal]], budget: Decimal, category_budget: Decimal | None, packaged: Decimal
) -> Iterator[Finding]:
    """`category_budget`: approved, None without one; `packaged`: what earlier packages of the category hold."""
    items = list(items)
    total = sum((quantity * price for _, quantity, price in items), ZERO)
    if not items:
        yield blocking("items", "请至少填写一项采购明细：名称、数量、预算单价。")
    if len(items) > MOST_ITEMS:
        yield blocking("items", f"采购明细 {len(items)} 项，每个采购包最多 {MOST_ITEMS} 项。请分成几个采购包登记。")
    if not ZERO < budget <= LARGEST:
        yield blocking("budget", "采购预算应大于 0。", field="budget")
    elif total > budget:
        said = f"明细合计 {yuan(total)}，超过采购预算 {yuan(budget)}，多 {yuan(total - budget)}。请核减明细或调高预算。"
        yield blocking("items_over", said, field="budget")
    if category_budget is None:
        yield Finding("no_budget", Severity.WARNING, "项目预算尚未批准，采购包先行登记，批准后再核对。")
    elif packaged + budget > category_budget:
        said = f"该类别预算 {yuan(category_budget)}，已有采购包 {yuan(packaged)}，本包 {yuan(budget)}，"
        over = packaged + budget - category_budget
        yield Finding("category_over", Severity.WARNING, f"{said}超出 {yuan(over)}。如确需采购，请先办理调剂。")


def check_contract(
    *,
    number: str,
    twin: str,
    amount: Decimal,
    signed_on: date,
    retention: Decimal,
    retention_due_on: date | None,
    files: int,
    on: date,
) -> Iterator[Finding]:
    """`twin`: the number of a registered contract that is the same one, however it was typed."""
    if not number.strip():
        yield blocking("number", "请填写合同编号。", field="number")
    elif twin:
        yield blocking("number_taken", f"合同编号「{twin}」已登记，同一合同只登记一次。", field="number")
    if not ZERO < amount <= LARGEST:
        yield blocking("amount", "合同金额应大于 0。", field="amount")
    yield from check_day("签订日期", signed_on, field="signed_on")
    yield from check_day("质保金到期日", retention_due_on, field="retention_due_on")
    if signed_on > on:
        yield blocking("signed_on", f"签订日期 {signed_on} 晚于今天 {on}。签订后再登记。", field="signed_on")
    if not ZERO <= retention <= amount:
        yield blocking("retention", f"质保金应在 0 至合同金额 {yuan(amount)} 之间。", field="retention")
    elif retention and retention_due_on is None:
        yield blocking("retention_due_on", "有质保金的合同须填写质保金到期日。", field="retention_due_on")
    elif retention_due_on and retention_due_on <= signed_on:
        yield blocking("retention_due_on", "质保金到期日应晚于签订日期。", field="retention_due_on")
    if not files:
        yield blocking("uploads", "请上传合同扫描件。", field="uploads")


def check_within_package(*, amount: Decimal, contracted: Decimal, budget: Decimal) -> Iterator[Finding]:
    if contracted + amount > budget:
        said = f"采购包预算 {yuan(budget)}，已签合同 {yuan(contracted)}，本合同 {yuan(amount)}，超出 "
        yield Finding("package_over", Severity.WARNING, f"{said}{yuan(contracted + amount - budget)}。请说明原因。")


def check_fixed(*, recognised: bool, waiting: bool = False) -> Iterator[Finding]:
    """Once a payment under it was recognised a contract stands as it is, and while finance looks at one."""
    if recognised:
        said = "本合同已有认定的付款，合同要素不再修改；签订补充协议的，请登记“合同变更”步骤并附协议。"
        yield blocking("fixed", said)
    elif waiting:
        said = "本合同下有已提交财政审核或暂不认定的支出，合同要素暂不能修改。请先由财政退回或认定。"
        yield blocking("waiting", said)


def check_unsigned(*, contracts: Iterable[str]) -> Iterator[Finding]:
    """A package may be changed or voided until a contract is signed under it."""
    if numbers := "、".join(contracts):
        said = f"采购包下已签订合同 {numbers}，不能修改或作废。签错的请先作废合同；金额有变的请登记合同变更。"
        yield blocking("signed", said)


def check_unused(*, payments: Iterable[str], assets: Iterable[str]) -> Iterator[Finding]:
    """A contract may be voided until a payment or a card names it."""
    if numbers := "、".join(payments):
        said = f"支出 {numbers} 已关联本合同，不能作废。关联错的请先在支出中改选合同；合同金额有变的请登记合同变更。"
        yield blocking("paid", said)
    if cards := "、".join(assets):
        yield blocking("carded", f"设备 {cards} 已关联本合同，不能作废。请先在设备台账中改正。")


def check_voiding(*, voided: bool, reason: str) -> Iterator[Finding]:
    if voided:
        yield blocking("voided", "已经作废，不能再办理。原记录仍可查看。")
    elif not reason.strip():
        yield blocking("reason", "请写明作废理由。", field="reason")


def check_change(
    *, change: Change, changes: Iterable[Change], signed: Worth, signed_on: date, paid: Decimal, retention: Decimal,
    files: int,
) -> Iterator[Finding]:  # fmt: skip
    """合同变更 with figures. `changes`: those that stand; `paid`: under the contract, 冲销 taken off."""
    if change.on < signed_on:
        said = f"变更日期 {change.on} 早于合同签订日期 {signed_on}，请核对。"
        yield blocking("day", said, field="day")
    if change.amount is not None:
        yield from _check_new_amount(change.amount, worth_on(signed, [*changes, change]).amount, paid, retention)
    if (change.amount is not None or change.pay_until) and not files:
        yield blocking("uploads", "变更金额或付款期限的，请上传补充协议。", field="uploads")
    yield from check_day("变更后付款期限", change.pay_until, field="pay_until")
    if change.pay_until and change.pay_until < change.on:
        said = f"变更后的付款期限 {change.pay_until} 早于变更日期 {change.on}，请核对。"
        yield blocking("pay_until", said, field="pay_until")


def _check_new_amount(amount: Decimal, after: Decimal, paid: Decimal, retention: Decimal) -> Iterator[Finding]:
    least = min(amount, after)
    if not ZERO < amount <= LARGEST:
        yield blocking("amount", "变更后金额应大于 0。", field="amount")
    elif least < paid:
        said = f"变更后金额 {yuan(least)} 低于已付 {yuan(paid)}，差 {yuan(paid - least)}。"
        yield blocking("below_paid", f"{said}多付的请先冲销支出，再登记变更。", field="amount")
    elif least < retention:
        said = f"变更后金额 {yuan(least)} 低于质保金 {yuan(retention)}，请核对金额。"
        yield blocking("below_retention", said, field="amount")


def check_change_voided(*, after: Decimal, paid: Decimal) -> Iterator[Finding]:
    """`after`: what the contract is worth without the change."""
    if after < paid:
        said = f"作废后合同金额为 {yuan(after)}，低于已付 {yuan(paid)}。多付的请先冲销支出，或另行登记变更。"
        yield blocking("below_paid", said)


def check_step(
    step: StepFacts,
    done: Iterable[StepFacts],
    *,
    edition: Edition,
    unit_type: str,
    has_contract: bool,
    on: date,
) -> Iterator[Finding]:
    """A step of a purchase beside those that stand. Dates that cannot be are refused; gaps and haste are told."""
    done, stage = list(done), PurchaseStage(step.stage)
    if not plausible(step.on):
        yield from check_day(f"{stage.label}日期", step.on, field="on")
        return
    if step.on > on:
        yield blocking("on", f"{stage.label}日期 {step.on} 晚于今天 {on}。办成后再登记。", field="on")
    if stage in AFTER_SIGNING and not has_contract:
        yield blocking("stage", f"{stage.label}属于合同履行，请先登记合同，再在合同上登记这一步。", field="stage")
        return
    if stage in (PurchaseStage.SIGNED, PurchaseStage.PACKAGE):
        yield blocking("stage", f"{stage.label}由系统随登记生成，不单独登记。", field="stage")
        return
    if stage == PurchaseStage.CHANGED:
        return
    yield from _check_order(step, done)
    if stage != PurchaseStage.RETENTION and any(one.stage == stage for one in done) and stage in ORDER[:3]:
        yield blocking("twice", f"{stage.label}已登记；登记有误的请先作废原步骤。", field="stage")
    yield from _check_intention(step, done, edition, unit_type)


def _check_order(step: StepFacts, done: list[StepFacts]) -> Iterator[Finding]:
    """Impossible days block: a step before one that comes earlier, or after one that comes later."""
    place = ORDER.index(PurchaseStage(step.stage))
    for one in done:
        if one.stage not in ORDER:
            continue
        other, label = ORDER.index(PurchaseStage(one.stage)), PurchaseStage(one.stage).label
        name = PurchaseStage(step.stage).label
        # The card of a package may be entered after its papers were published.
        if one.stage == PurchaseStage.PACKAGE:
            continue
        if other < place and step.on < one.on:
            said = f"{name}日期 {step.on} 早于{label}日期 {one.on}。请核对日期，或作废登记有误的步骤后重新登记。"
            yield blocking("order", said, field="on")
        elif other > place and step.on > one.on:
            said = f"{name}日期 {step.on} 晚于已登记的{label} {one.on}。请核对日期。"
            yield blocking("order", said, field="on")
    missing = [
        stage.label
        for stage in ORDER[2:place]
        if stage != PurchaseStage.RETENTION and not any(one.stage == stage for one in done)
    ]
    if missing:
        said = f"尚未登记{'、'.join(missing)}，请补登记；不适用的在说明中写明。"
        yield Finding("skipped", Severity.WARNING, said)


def _check_intention(step: StepFacts, done: list[StepFacts], edition: Edition, unit_type: str) -> Iterator[Finding]:
    """意向公开 comes so many days before 采购, for units that public procurement binds."""
    days = {one.stage: one.on for one in [*done, step]}
    told, bought = days.get(PurchaseStage.INTENTION), days.get(PurchaseStage.PROCURED)
    if unit_type == UnitType.ENTERPRISE or bought is None or step.stage not in ORDER[1:3]:
        return
    limit = edition.limit("intention_days")
    least = edition.number("intention_days")
    if told is None:
        said = "尚未登记采购意向公开；依法须公开的请补登记，不适用的在说明中写明。"
        yield Finding("intention", Severity.WARNING, said, limit.basis.clause, limit.basis.rank)
    elif bought < told + timedelta(days=least):
        said = f"意向公开 {told} 至采购 {bought} 只有 {(bought - told).days} 天，少于 {least} 天。请在说明中写明原因。"
        yield Finding("intention", Severity.WARNING, said, limit.basis.clause, limit.basis.rank)


def check_void(*, voided: bool, voiding: bool, reason: str) -> Iterator[Finding]:
    if voided or voiding:
        yield blocking("voided", "这一步已经作废，不能再次作废。")
    if not reason.strip():
        yield blocking("reason", "请写明作废理由。", field="reason")


def rail_of(
    done: Iterable[StepFacts],
    *,
    paid: bool = False,
    whole: bool = True,
    retained: bool = True,
    upto: PurchaseStage = PurchaseStage.RETENTION,
) -> list[Step]:
    """The stations of a purchase, 付款 between 验收 and 质保金. It stands at the first one open after the last one done;
    one before that was passed over. `whole`: nothing is left to pay; `retained`: there is a 质保金.
    """
    days: dict[str, date] = {}
    for one in done:
        days[one.stage] = max(one.on, days.get(one.stage, one.on))
    stages = [stage for stage in ORDER[: ORDER.index(upto) + 1] if retained or stage != PurchaseStage.RETENTION]
    last = max((place for place, stage in enumerate(stages) if stage in days), default=-1)
    rail = [_station(stage, days.get(stage), passed=place < last) for place, stage in enumerate(stages)]
    if upto == PurchaseStage.RETENTION:
        note = ("已付" if whole else "部分已付") if paid else ""
        rail.insert(len(rail) - retained, Step("付款", None, "done" if paid else "todo", note))
    now = next((place for place, step in enumerate(rail) if step.state == "todo" and place > last), None)
    return [replace(step, state="now") if place == now else step for place, step in enumerate(rail)]


def _station(stage: PurchaseStage, day: date | None, *, passed: bool) -> Step:
    return Step(stage.label, day, "done" if day else "todo", "未登记" if passed and day is None else "")
