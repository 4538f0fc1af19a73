"""预算: category × source, once the money is issued."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from funds.ledger import Planned
from policy.edition import Edition
from policy.findings import Finding, blocking
from policy.money import LARGEST, ZERO, yuan
from policy.terms import Kind, Rank, Severity, Source, Stage

Cells = Mapping[tuple[str, str], Decimal]
CHANGE_STAGES = frozenset({Stage.BUILDING})
BUDGET_STAGES = frozenset({Stage.TARGET_FILED, Stage.BUILDING, Stage.RECTIFYING})


def check_budget_stage(stage: str, *, issued: bool) -> Iterator[Finding]:
    """Whether a budget may be filled in, sent on or approved now."""
    if stage not in BUDGET_STAGES:
        yield blocking("stage", f"项目处于{Stage(stage).label}阶段，不办理预算。目标备案后至建设期内方可办理。")
    elif not issued:
        yield blocking("issued", "资金尚未下达。资金文件经省财政厅签批后方可编报预算。")


def check_budget(
    items: Mapping[tuple[str, str], Decimal], *, edition: Edition, kind: str, grant: Decimal, whole: bool
) -> Iterator[Finding]:
    """Cells of a budget. `whole`: it is to be submitted, so its sums must be right as well."""
    allowed = {category.code: category for category in edition.categories_for(Kind(kind))}
    clause = next(iter(allowed.values())).basis.clause
    for (category, source), amount in items.items():
        if category not in allowed:
            said = f"「{_name(edition, category)}」不在{Kind(kind).label}资金使用范围内，请改列。"
            yield blocking("category", said, clause, rank=Rank.NOTICE)
        if source not in Source.values:
            yield blocking("source", f"没有资金来源「{source}」。")
        if not ZERO <= amount <= LARGEST:
            yield blocking("amount", f"「{_name(edition, category)}」的金额不能为负或过大。")
    if whole:
        yield from _check_sum(items, edition=edition, grant=grant, clause=clause)


def _check_sum(
    items: Mapping[tuple[str, str], Decimal], *, edition: Edition, grant: Decimal, clause: str
) -> Iterator[Finding]:
    planned = _of_source(items.items(), edition.grant_source)
    if planned != grant:
        more = "多" if planned > grant else "少"
        yield blocking(
            "sum",
            f"{edition.grant_source.label}各类别合计 {yuan(planned)}，应等于核定补助 {yuan(grant)}，"
            f"{more} {yuan(abs(planned - grant))}。请调整后提交。",
            clause,
            rank=Rank.NOTICE,
        )


def check_plan(plan: Iterable[Planned], *, issued: Decimal) -> Iterator[Finding]:
    """用款计划 covers the issued money of the budget; a difference is shown and does not stop it."""
    planned = sum((one.amount for one in plan), ZERO)
    if planned and planned != issued:
        more = "多" if planned > issued else "少"
        said = f"用款计划合计 {yuan(planned)}，财政资金预算 {yuan(issued)}，{more} {yuan(abs(planned - issued))}。请核对各季度计划。"
        yield Finding("plan", Severity.WARNING, said, "用款计划应与财政资金预算一致", Rank.DEFAULT)
    elif not planned and issued:
        said = "尚未填写用款计划，资金灯将按建设期已过的天数衡量。"
        yield Finding("plan", Severity.NOTICE, said, "", Rank.DEFAULT)


def check_change_plan(
    before: Decimal, after: Decimal, *, issued_before: Decimal, issued_after: Decimal
) -> Iterator[Finding]:
    """The 用款计划 of a 调剂: where the plan in force covers the issued money, the new one does too."""
    if before and before == issued_before and after != issued_after:
        more = "多" if after > issued_after else "少"
        said = f"用款计划合计 {yuan(after)}，调剂后财政资金预算 {yuan(issued_after)}，{more} {yuan(abs(after - issued_after))}。"
        yield blocking(
            "plan", f"{said}现行计划与预算一致，调剂后也应一致，请调整各季度计划。", "用款计划应与财政资金预算一致"
        )


def check_change(
    before: Cells, after: Cells, *, committed: Cells, edition: Edition, kind: str, reason: str, evidence: int
) -> Iterator[Finding]:
    """调剂: each source keeps its sum, no cell falls below what is reserved and spent of it."""
    yield from check_budget(after, edition=edition, kind=kind, grant=ZERO, whole=False)
    if not reason.strip():
        yield blocking("reason", "请写明调剂理由。", field="reason")
    if not evidence:
        yield blocking("uploads", "请上传调剂依据（会议纪要、测算说明等）。", field="uploads")
    moved = {cell: after.get(cell, ZERO) - before.get(cell, ZERO) for cell in {*before, *after}}
    if not any(moved.values()):
        yield blocking("nothing", "各类别金额与现预算相同，没有要调剂的内容。")
    for source in sorted({source for _, source in moved}):
        rest = sum((move for (_, of), move in moved.items() if of == source), ZERO)
        if rest:
            more = "多调入" if rest > 0 else "多调出"
            said = (
                f"{_source_name(source)}调入与调出不相等，{more} {yuan(abs(rest))}。同一来源内调出合计须等于调入合计。"
            )
            yield blocking("sum", said, "通知五", rank=Rank.NOTICE)
    yield from check_committed(after, committed, edition)


def check_committed(after: Cells, committed: Cells, edition: Edition) -> Iterator[Finding]:
    """Asked again before a proposal is decided: payments may have come in between."""
    for (category, source), used in sorted(committed.items()):
        left = after.get((category, source), ZERO)
        if left < used:
            said = (
                f"「{_name(edition, category)}」（{_source_name(source)}）已支出和占用 {yuan(used)}，调剂后预算 {yuan(left)}，"
                f"不能低于它，差 {yuan(used - left)}。"
            )
            yield blocking("committed", said)


def _source_name(source: str) -> str:
    return Source(source).label if source in Source.values else source


def _of_source(items: Iterable[tuple[tuple[str, str], Decimal]], source: str) -> Decimal:
    return sum((amount for (_, of), amount in items if of == source), ZERO)


def _name(edition: Edition, category: str) -> str:
    return next((item.name for item in edition.categories if item.code == category), category)
