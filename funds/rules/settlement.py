"""资金清算: residual = received − compliant spending (handbook 9, L15)."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from funds.ledger import Ledger
from policy.findings import Finding, blocking
from policy.money import ZERO, yuan
from policy.terms import Stage

SETTLING_STAGES = frozenset({Stage.REVOKED, Stage.ACCEPTED})


@dataclass(frozen=True, slots=True)
class SettlementFacts:
    """`open_count`: payments and reversals without a final verdict. `terminating`: for a termination, at any stage."""

    stage: str
    open_count: int
    number: str
    settled: bool
    terminating: bool = False


def residual_of(ledger: Ledger) -> tuple[Decimal, Decimal, Decimal]:
    """Received, compliant spending, residual: of the money that came by 资金文件."""
    return ledger.received, ledger.spent, ledger.left


def check_settlement(facts: SettlementFacts) -> Iterator[Finding]:
    stage = Stage(facts.stage)
    if facts.settled:
        yield blocking("settled", "清算已批准，不能再编制。")
    elif not facts.terminating and stage not in SETTLING_STAGES:
        yield blocking("stage", f"项目处于{stage.label}阶段，取消称号、通过验收或办理终止时才编制清算。")
    if facts.open_count:
        said = f"尚有 {facts.open_count} 笔支出待认定或暂不认定，请先作出认定或不认定，再编制清算。"
        yield blocking("open", said)
    if not facts.number.strip():
        yield blocking("number", "请填写清算文号。", field="document_number")


def check_recovery(recovery: Decimal, *, residual: Decimal, stage: str) -> Iterator[Finding]:
    """After 取消称号 everything not spent as it should be is claimed back (L15)."""
    if not ZERO <= recovery <= residual:
        yield blocking("recovery", f"应追缴金额须在 0 至结余 {yuan(residual)} 之间。", field="recovery")
    elif stage == Stage.REVOKED and recovery != residual:
        said = f"取消称号后，结余 {yuan(residual)}（到账减合规支出）应全部追缴。"
        yield blocking("recovery", said, "通知六（一）", field="recovery")
