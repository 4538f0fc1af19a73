"""资金清算, 追缴 and 缴回: residual = received − compliant spending (handbook 9, L15); what closes the books."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from funds.ledger import Ledger
from policy.days import check_day
from policy.findings import Finding, blocking
from policy.money import ZERO, yuan
from policy.terms import Occasion, Rank, Severity, Stage

# What a 清算 is due for at a stage; the rest are settled for a termination.
OCCASION_AT = {Stage.REVOKED: Occasion.REVOCATION, Stage.ACCEPTED: Occasion.ACCEPTANCE}
OVER = frozenset({Stage.SETTLED, Stage.TERMINATED})
LABELS = {
    "received": "到账", "compliant": "合规支出", "residual": "结余", "interest": "利息", "disallowed": "不认定",
    "repaid": "此前已缴回", "recovered": "此前已追回",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the money that came by 资金文件. `repaid`: under any claim, `recovered`: as 问题资金; nobody asks for it again.

    `problem`: 问题资金 on payments that are 认定, neither proved nor written off; `compliant`: what was spent less that.
    """

    received: Decimal
    compliant: Decimal
    interest: Decimal = ZERO
    disallowed: Decimal = ZERO
    repaid: Decimal = ZERO
    problem: Decimal = ZERO
    recovered: Decimal = ZERO

    @property
    def residual(self) -> Decimal:
        return self.received - self.compliant

    @property
    def whole(self) -> Decimal:
        """Everything that was not spent as it should be, and what it bore."""
        return max(self.residual + self.interest - self.repaid - self.recovered, ZERO)


@dataclass(frozen=True, slots=True)
class SettlementFacts:
    """`open_count`: payments and reversals without a final verdict. `occasion`: None where none is due at the stage."""

    stage: str
    occasion: Occasion | None
    open_count: int
    number: str
    settled: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """A 追缴 as far as it matters to its 缴回. `waiting`: recorded and not yet confirmed; `since`: it is claimed."""

    amount: Decimal
    left: Decimal
    due_on: date
    waiting: Decimal = ZERO
    standing: bool = True
    since: date | None = None

    @property
    def open(self) -> Decimal:
        return self.left - self.waiting


def figures_of(
    ledger: Ledger,
    *,
    interest: Decimal = ZERO,
    disallowed: Decimal = ZERO,
    repaid: Decimal = ZERO,
    problem: Decimal = ZERO,
    recovered: Decimal = ZERO,
) -> Figures:
    return Figures(ledger.received, ledger.spent - problem, interest, disallowed, repaid, problem, recovered)


def standing_wrong(amount: Decimal, *, left: Decimal, back: Decimal, back_since: Decimal) -> Decimal:
    """What of a payment that is 认定 still counts as spent and stands wrong, 追回 or not.

    `left`: found, and neither proved nor written off; `back`: all that was reversed of it; `back_since`: what was
    reversed once it had been found wrong.
    """
    return min(amount - back, max(left - back_since, ZERO))


def occasion_due(stage: str, *, terminating: bool) -> Occasion | None:
    """What a 清算 prepared now is for. `terminating`: the unit has asked for the end, and it is not answered yet."""
    found = OCCASION_AT.get(Stage(stage))
    if terminating and found != Occasion.REVOCATION and stage not in OVER:
        return Occasion.TERMINATION
    return found


def closing_occasions(stage: str) -> frozenset[Occasion]:
    """The occasions whose approved 清算 closes the books at a stage (docs/decisions/0008)."""
    if stage in OVER:
        return frozenset(Occasion)
    if stage == Stage.REVOKED:
        return frozenset({Occasion.REVOCATION})
    if stage == Stage.ACCEPTED:
        return frozenset({Occasion.ACCEPTANCE, Occasion.TERMINATION})
    return frozenset({Occasion.TERMINATION})


def check_open_books(*, settled: bool, name: str = "") -> Iterator[Finding]:
    """Once settled nothing moves: no 认定, 冲销, 到账, 下达, 预算."""
    if settled:
        whose = f"「{name}」" if name else "项目"
        said = f"{whose}资金已清算，账目不再变动。清算有误的，请省财政厅在“清算”页说明后另行处理。"
        yield blocking("settled", said, "通知五", rank=Rank.NOTICE)


def check_closed_verdict(*, settled: bool, finds: bool) -> Iterator[Finding]:
    """Once settled nothing new is found wrong by a verdict. `finds`: the verdict would open 问题资金."""
    if settled and finds:
        said = "项目资金已清算，账目不再变动，不能再作不认定、列入问题资金。"
        said += "请选“退回”，由单位留存凭证；清算有误的，请省财政厅在“清算”页说明后另行处理。"
        yield blocking("settled", said, "通知五", rank=Rank.NOTICE, field="verdict")


def check_current(kept: Mapping[str, Decimal], now: Mapping[str, Decimal], *, open_count: int) -> Iterator[Finding]:
    """Whether a prepared 清算 still says what the books say; asked by its page and by its approval alike."""
    moved = [f"{LABELS[name]} {yuan(kept[name])} → {yuan(now[name])}" for name in now if kept[name] != now[name]]
    if moved:
        yield blocking(
            "stale", f"编制清算后账目有变动（{'；'.join(moved)}），请退回财政部门重新编制。", "通知五", rank=Rank.NOTICE
        )
    if open_count:
        said = f"尚有 {open_count} 笔支出待认定或暂不认定，请财政部门先作出认定或不认定。"
        yield blocking("open", said, "通知五", rank=Rank.NOTICE)


def check_settlement(facts: SettlementFacts) -> Iterator[Finding]:
    stage = Stage(facts.stage)
    if facts.settled:
        yield blocking("settled", "清算已批准，不能再编制。")
    elif facts.occasion is None:
        said = f"项目处于“{stage.label}”，取消称号、通过验收，或单位已申请终止且尚未答复时才编制清算。"
        yield blocking("stage", said, "通知五", rank=Rank.NOTICE)
    if facts.open_count:
        said = f"尚有 {facts.open_count} 笔支出待认定或暂不认定，请先作出认定或不认定，再编制清算。"
        yield blocking("open", said)
    if not facts.number.strip():
        yield blocking("number", "请填写清算文号。", field="document_number")


def check_recovery(
    recovery: Decimal, *, figures: Figures, occasion: Occasion | None, note: str, papers: int
) -> Iterator[Finding]:
    """After 取消称号 everything not spent as it should be is claimed back, with what it bore (L15). A claim below that
    is given up with a reason and a document alone; `papers`: how many are kept with it.
    """
    if figures.residual < ZERO:
        said = f"认定支出 {yuan(figures.compliant)} 大于到账 {yuan(figures.received)}（报账制未拨足）。"
        yield blocking("overdrawn", f"{said}请先拨付到账或冲销，再编制清算。")
    elif not ZERO <= recovery <= figures.whole:
        said = f"应追缴金额须在 0 至 {yuan(figures.whole)} 之间（结余加利息，减此前已缴回和追回）。"
        yield blocking("recovery", said, field="recovery")
    elif occasion == Occasion.REVOCATION and recovery != figures.whole:
        said = f"取消称号后，结余和利息 {yuan(figures.whole)}（到账减合规支出，加利息，减此前已缴回和追回）应全部追缴。"
        yield blocking("recovery", said, "通知六（一）", rank=Rank.NOTICE, field="recovery")
    elif recovery < figures.whole:
        less = f"应追缴 {yuan(recovery)}，比结余和利息 {yuan(figures.whole)}少 {yuan(figures.whole - recovery)}"
        if not note.strip():
            yield blocking("waived_note", f"{less}。请在“说明”中写明少追缴的理由，或按全额追缴。", field="note")
        if not papers:
            yield blocking("waived_paper", f"{less}。请上传同意少追缴的批文等依据，或按全额追缴。", field="uploads")


def check_repayment(
    claim: Claim, *, amount: Decimal, paid_on: date, number: str, twin: str, has_file: bool, on: date
) -> Iterator[Finding]:
    """`twin`: who has already recorded the same payment slip under the claim, or nobody."""
    if not claim.standing:
        yield blocking("void", "本次追缴所依据的清算已失效，不再登记缴回；请在新的清算批准后登记。")
    if amount <= ZERO:
        yield blocking("amount", "缴回金额应大于 0。", field="amount")
    elif amount > claim.open:
        waits = f"，待复核 {yuan(claim.waiting)}" if claim.waiting else ""
        said = f"应追缴 {yuan(claim.amount)}，尚未缴回 {yuan(claim.left)}{waits}，本次最多登记 {yuan(claim.open)}。"
        yield blocking("amount", f"{said}多缴的部分请按退付办理，不在此登记。", field="amount")
    yield from check_day("缴回日期", paid_on, field="paid_on")
    if paid_on > on:
        yield blocking("paid_on", f"缴回日期 {paid_on} 晚于今天 {on}，请核对。", field="paid_on")
    elif claim.since and paid_on < claim.since:
        said = f"缴回日期 {paid_on} 早于清算批准、追缴成立的日期 {claim.since}，不是本次追缴的缴回。"
        yield blocking("before_claim", f"{said}请核对日期和缴款书。", field="paid_on")
    if not number.strip():
        yield blocking("number", "请填写缴款书号。", field="number")
    elif twin:
        said = f"缴款书「{number.strip()}」已由{twin}登记。同一缴款书只登记一次，请核对号码。"
        yield blocking("number_taken", said, field="number")
    if not has_file:
        yield blocking("proof", "请上传缴款书或银行回单。", field="proof")


def check_claims(claims: Iterable[Claim], *, on: date) -> Iterator[Finding]:
    """追缴 past its day. A day is ours (系统默认): it warns and blocks nothing."""
    for claim in claims:
        if claim.standing and claim.left and claim.due_on < on:
            said = f"应追缴 {yuan(claim.amount)}，尚有 {yuan(claim.left)}未缴回，缴回期限 {claim.due_on} 已过。"
            yield Finding("claw_back_overdue", Severity.WARNING, f"{said}请登记缴回或催缴。", "通知五")
