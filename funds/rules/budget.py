"""预算: category × source, once the money is issued."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from policy.edition import Edition
from policy.findings import Finding, blocking
from policy.money import LARGEST, ZERO, yuan
from policy.terms import Kind, Rank, Source, Stage

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


def _of_source(items: Iterable[tuple[tuple[str, str], Decimal]], source: str) -> Decimal:
    return sum((amount for (_, of), amount in items if of == source), ZERO)


def _name(edition: Edition, category: str) -> str:
    return next((item.name for item in edition.categories if item.code == category), category)
