"""资金下达 and 到账."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from funds.ledger import ISSUED_SOURCES
from policy.findings import Finding, blocking
from policy.money import LARGEST, ZERO, yuan
from policy.terms import Rank, Source, Stage

ISSUE_STAGES = frozenset({Stage.TARGET_FILED, Stage.BUILDING})
UNFILED_STAGES = frozenset({Stage.DRAFT, Stage.AWARDED, Stage.TARGET_REVIEW})
FILED_FIRST = "财预〔2015〕230号第四十五条"


@dataclass(frozen=True, slots=True)
class AllocationFacts:
    """One line of a document and what stands against its project. `before`: other allocations of the source."""

    name: str
    stage: str
    grant: Decimal | None
    grant_source: str
    grant_clause: str
    amount: Decimal
    before: Decimal = ZERO


def check_document(*, number: str, dated_on: date, source: str, has_file: bool, on: date) -> Iterator[Finding]:
    """What the head of a document must say."""
    if not number.strip():
        yield blocking("number", "请填写文号。", field="number")
    if dated_on > on:
        yield blocking("dated_on", f"成文日期 {dated_on} 晚于登记日期 {on}，请核对。", field="dated_on")
    if source not in ISSUED_SOURCES:
        names = "、".join(item.label for item in Source if item in ISSUED_SOURCES)
        yield blocking("source", f"资金文件只登记财政资金（{names}），自筹等资金在预算中申报。", field="source")
    if not has_file:
        yield blocking("upload", "请上传资金文件扫描件。", field="upload")


def check_allocations(lines: Iterable[AllocationFacts], *, source: str) -> Iterator[Finding]:
    """Every line that may not be issued, each with its project's name."""
    lines = list(lines)
    if not lines:
        yield blocking("lines", "请至少为一个项目填写下达金额。")
    for line in lines:
        if not ZERO < line.amount <= LARGEST:
            yield blocking("amount", f"「{line.name}」下达金额应大于 0。")
        yield from _check_stage(line)
        yield from _check_grant(line, source)


def _check_stage(line: AllocationFacts) -> Iterator[Finding]:
    stage = Stage(line.stage)
    if stage in UNFILED_STAGES:
        said = f"「{line.name}」（{stage.label}）：绩效目标未备案，不得下达资金。请待目标备案后再登记。"
        yield blocking("targets", said, FILED_FIRST, rank=Rank.LAW)
    elif stage not in ISSUE_STAGES:
        yield blocking("stage", f"「{line.name}」处于{stage.label}阶段，不再下达资金。请从本文件中移出。")


def _check_grant(line: AllocationFacts, source: str) -> Iterator[Finding]:
    if source != line.grant_source:
        return
    grant = line.grant or ZERO
    if line.before + line.amount > grant:
        yield blocking(
            "grant",
            f"「{line.name}」核定补助 {yuan(grant)}，已登记下达 {yuan(line.before)}，本次 {yuan(line.amount)}，"
            f"超出 {yuan(line.before + line.amount - grant)}。请核减。",
            line.grant_clause,
            rank=Rank.NOTICE,
        )


def check_receipt(
    *, approved: bool, document: str, allocated: Decimal, before: Decimal, amount: Decimal, received_on: date, on: date
) -> Iterator[Finding]:
    """到账 of one allocation: signed document, not more than allocated (L4)."""
    if not approved:
        yield blocking("document", f"资金文件《{document}》尚未签批，不能确认到账。请联系省财政厅。")
    if amount <= ZERO:
        yield blocking("amount", "到账金额应大于 0。", field="amount")
    elif before + amount > allocated:
        said = f"《{document}》下达 {yuan(allocated)}，已确认到账 {yuan(before)}，本次最多确认 {yuan(allocated - before)}。"
        yield blocking("allocated", f"{said}如实际到账更多，请先请省财政厅登记资金文件。", field="amount")
    if received_on > on:
        yield blocking("received_on", f"到账日期 {received_on} 晚于今天 {on}，请核对。", field="received_on")
