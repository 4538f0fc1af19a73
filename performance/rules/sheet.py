"""Checks of the target sheet (F02) when it is filed and of the review (F03) when it is scored; all faults at once."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from performance.checks import exact
from performance.rules.typed import read_target
from performance.scoring import AT_LEAST, WORST_TO_BEST
from performance.targets import DATE_UNIT, Ambiguous
from policy.edition import Basis, Edition
from policy.findings import Finding
from policy.terms import Grade, Kind, Operator, Rank

REVIEW = Basis("绩效目标审核表", Rank.DEFAULT)

CONSEQUENCE: Mapping[Grade, str] = {
    Grade.EXCELLENT: "审核结果为优，直接进入下一步备案和预算安排",
    Grade.GOOD: "审核结果为良，与单位协商直接完善（形成新版本）后进入下一步",
    Grade.FAIR: "审核结果为中，退回单位修改完善，再报后重新走审核全流程",
    Grade.POOR: "审核结果为差，不得进入下一步预算安排，资金不予下达",
}


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One level-3 indicator in one block (实施期 or a year) of the sheet."""

    level1: str
    level2: str
    name: str
    operator: Operator
    unit: str
    block: str
    value: str
    weight: Decimal


def _finding(code: str, basis: Basis, message: str, field: str = "") -> Finding:
    return Finding(code, basis.severity, message, basis.clause, basis.rank, field)


def _label(block: str) -> str:
    return f"{block}年度" if block.isdecimal() else block


def check_sheet(
    edition: Edition, rows: Iterable[SheetRow], blocks: Mapping[str, str] | Iterable[str], kind: Kind
) -> Iterator[Finding]:
    """Everything that keeps a target sheet from being filed (163号; weights 财预〔2020〕10号).

    `blocks`: the blocks the sheet must have, with the words for them where a mapping is given.
    """
    kept = tuple(rows)
    labels = dict(blocks) if isinstance(blocks, Mapping) else {block: _label(block) for block in blocks}
    basis = edition.limit("quantified_min").basis
    for row in kept:
        if row.block not in labels:
            yield _finding("block_unknown", basis, f"“{row.name}”所在的“{row.block}”不在本表期间内", row.name)
    for block, label in labels.items():
        own = [row for row in kept if row.block == block]
        if not own:
            yield _finding("block_missing", basis, f"{label}：没有填报指标", block)
            continue
        for row in own:
            yield from _check_row(edition, row, label, kind)
        yield from _check_names(edition, own, label)
        yield from _check_weights(edition, own, label)
        yield from _check_quantified(edition, own, label)


def _check_row(edition: Edition, row: SheetRow, label: str, kind: Kind) -> Iterator[Finding]:
    basis, weights = edition.limit("quantified_min").basis, edition.limit("weight_total").basis
    where = f"{label}“{row.name}”"
    if not row.name.strip():
        yield _finding("name_missing", basis, f"{label}：有指标没有名称", row.name)
    if row.level1 not in {template.level1 for template in edition.indicators_for(kind)}:
        yield _finding("level_unknown", basis, f"{where}：没有“{row.level1}”这个一级指标", row.name)
    if not row.weight.is_finite() or row.weight <= 0:
        yield _finding("weight", weights, f"{where}：权重应大于 0", row.name)
    if not row.value.strip():
        yield _finding("value_missing", basis, f"{where}：没有填写目标值", row.name)
    elif row.operator != Operator.QUALITATIVE:
        yield from _check_value(basis, row, where)


def _check_value(basis: Basis, row: SheetRow, where: str) -> Iterator[Finding]:
    """A number or a day, and one that says something: ≥0 is reached by doing nothing."""
    if row.unit == DATE_UNIT and row.operator != Operator.LE:
        yield _finding("date_operator", basis, f"{where}：计量单位为“日期”的，计算符号应为 ≤（不晚于）", row.name)
        return
    said = read_target(row.value, row.operator, row.unit, row.block)
    if isinstance(said, Ambiguous):
        yield _finding("value", basis, f"{where}：{said.message}", row.name)
        return
    value = exact(said, row.unit)
    if row.operator in AT_LEAST and (value < 0 or (value == 0 and row.operator != Operator.EQ)):
        target = f"{Operator(row.operator).label}{row.value.strip()}"
        yield _finding("value_empty", basis, f"{where}：目标“{target}”没有约束，请填写大于 0 的目标值", row.name)


def _check_names(edition: Edition, rows: Sequence[SheetRow], label: str) -> Iterator[Finding]:
    basis = edition.limit("quantified_min").basis
    counts = Counter("".join(row.name.split()) for row in rows)
    for name, count in counts.items():
        if name and count > 1:
            yield _finding("name_twice", basis, f"{label}：指标“{name}”重复 {count} 次", name)


def _off_by(found: Decimal, wanted: Decimal) -> str:
    return f"少 {wanted - found}" if found < wanted else f"多 {found - wanted}"


def _check_weights(edition: Edition, rows: Sequence[SheetRow], label: str) -> Iterator[Finding]:
    """Indicators and 预算执行率 make exactly 100; each level 1 its own share."""
    whole, execution = edition.limit("weight_total"), edition.number("execution_weight")
    weights = [row.weight for row in rows if row.weight.is_finite()]
    found, wanted = sum(weights, Decimal(0)), Decimal(edition.number("weight_total") - execution)
    if found != wanted:
        message = f"{label}：指标权重合计 {found}，应为 {wanted}（另加预算执行率 {execution}，共 {whole.value}），"
        yield _finding("weight_total", whole.basis, message + _off_by(found, wanted), "weight")
    for level in edition.level_weights:
        part = sum((row.weight for row in rows if row.level1 == level.level1 and row.weight.is_finite()), Decimal(0))
        if part != level.weight:
            message = f"{label}：{level.level1}权重合计 {part}，应为 {level.weight}，{_off_by(part, level.weight)}"
            yield _finding("weight_level", level.basis, message, level.level1)


def _check_quantified(edition: Edition, rows: Sequence[SheetRow], label: str) -> Iterator[Finding]:
    """Each output class in use has a quantified indicator (163号: 细化量化)."""
    least = edition.limit("quantified_min")
    output = {level.level1 for level in edition.level_weights if level.quantified}
    for level2 in dict.fromkeys(row.level2 for row in rows if row.level1 in output):
        quantified = [row for row in rows if row.level2 == level2 and row.operator != Operator.QUALITATIVE]
        if len(quantified) < edition.number("quantified_min"):
            message = f"{label}：{level2}至少要有 {least.value} 个量化指标"
            yield _finding("quantified", least.basis, message, level2)


def check_review(points: Sequence[int | None], edition: Edition) -> Iterator[Finding]:
    """Every point of 绩效目标审核表 scored, in whole numbers, within its maximum."""
    wanted = edition.review_points
    if len(points) != len(wanted):
        yield _finding("review_count", REVIEW, f"审核要点应有 {len(wanted)} 项，现有 {len(points)} 项")
    for number, (given, point) in enumerate(zip(points, wanted, strict=False), 1):
        where, field = f"第 {number} 项“{point.text}”", f"point_{number}"
        if given is None:
            yield _finding("review_missing", REVIEW, f"{where}：没有打分", field)
        elif not isinstance(given, int) or isinstance(given, bool):
            yield _finding("review_whole", REVIEW, f"{where}：应打整数分", field)
        elif not 0 <= given <= point.points:
            yield _finding("review_range", REVIEW, f"{where}：应在 0 至 {point.points} 分之间，现为 {given}", field)


def review_total(points: Iterable[int]) -> int:
    return sum(points)


def review_grade(total: int | Decimal, edition: Edition) -> Grade:
    return edition.grade_of(Decimal(total))


def lower_grade(a: Grade, b: Grade) -> Grade:
    """The worse of two grades: where two departments differ, the stricter one counts."""
    return min(a, b, key=WORST_TO_BEST.index)
