"""班次台账: what one class must hold, and what its sums give an indicator. Pure; no trainee names anywhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from policy.findings import Finding, blocking
from policy.terms import Draw

CLAUSE = "班次台账填报要求"
HIGH = ("1", "2", "3")
ORDINARY = ("4", "5")
LEVELS = (*HIGH, *ORDINARY, "0")
LONGEST = 40
MOST = 100_000
COUNTS = {
    "trained": "培训人次",
    "high_skill": "其中高级工及以上人次",
    "passed": "合格人次",
    "certified": "取得高级工及以上证书人数",
    "surveyed": "受访人数",
    "satisfied": "满意人数",
}


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """One class as it was typed. Counts are 人次; `level` as TrainingClass.Level."""

    number: str
    level: str
    start_on: date
    end_on: date
    trained: int
    high_skill: int
    passed: int
    certified: int = 0
    surveyed: int = 0
    satisfied: int = 0


@dataclass(frozen=True, slots=True)
class ClassSums:
    """Sums over the classes that ended in a window."""

    trained: int = 0
    high_skill: int = 0
    passed: int = 0
    certified: int = 0
    surveyed: int = 0
    satisfied: int = 0
    subsidised: int = 0
    apprentices: int = 0
    classes: int = 0


def check_class(one: ClassFacts, *, on: date, twin: bool = False) -> Iterator[Finding]:
    """Everything that is wrong with one class, each with the field where it is mended. `twin`: its number is taken."""
    if not one.number.strip():
        yield blocking("number", "请填写班次编号。", CLAUSE, field="number")
    if len(one.number) > LONGEST:
        yield blocking("number", f"班次编号最多 {LONGEST} 个字，现为 {len(one.number)} 个。", CLAUSE, field="number")
    if twin:
        message = f"班次编号 {one.number} 已登记，同一班次只登记一次；原登记有误的请修改或作废。"
        yield blocking("number_taken", message, CLAUSE, field="number")
    if one.level not in LEVELS:
        yield blocking("level", "请选择等级。", CLAUSE, field="level")
    yield from _check_counts(one)
    if one.end_on < one.start_on:
        yield blocking("end_on", f"结业日期 {one.end_on} 早于开班日期 {one.start_on}。", CLAUSE, field="end_on")
    if one.end_on > on:
        yield blocking("future", f"结业日期 {one.end_on} 还没有到，结业后再登记。", CLAUSE, field="end_on")
    if one.trained <= 0:
        yield blocking("trained", "培训人次应大于 0。", CLAUSE, field="trained")
    for field, label, part, whole, of in (
        ("high_skill", "其中高级工及以上人次", one.high_skill, one.trained, "培训人次"),
        ("passed", "合格人次", one.passed, one.trained, "培训人次"),
        ("certified", "取得高级工及以上证书人数", one.certified, one.passed, "合格人次"),
        ("satisfied", "满意人数", one.satisfied, one.surveyed, "受访人数"),
    ):
        if part > whole:
            yield blocking(field, f"{label} {part} 超过{of} {whole}，请核对。", CLAUSE, field=field)
    if one.level in HIGH and one.high_skill != one.trained:
        message = f"三级及以上的班次，其中高级工及以上人次应等于培训人次 {one.trained}，现为 {one.high_skill}。"
        yield blocking("level", message, CLAUSE, field="high_skill")
    if one.level in ORDINARY and (one.high_skill or one.certified):
        yield blocking("level", "四级、五级的班次，高级工及以上的人次和证书数应为 0。", CLAUSE, field="high_skill")


def check_in_build(end_on: date, start: date | None, end: date | None) -> str:
    """A class of other days than the build's counts in none of its indicators; "" where it lies inside."""
    if start is not None and end_on < start:
        return f"结业日期 {end_on} 早于建设期开始 {start}，属建设期外，不计入指标。"
    if end is not None and end_on > end:
        return f"结业日期 {end_on} 晚于建设期结束 {end}，属建设期外，不计入指标。"
    return ""


def _check_counts(one: ClassFacts) -> Iterator[Finding]:
    for field, label in COUNTS.items():
        count = getattr(one, field)
        if not 0 <= count <= MOST:
            yield blocking(field, f"{label}应在 0 至 {MOST:,} 之间，现为 {count}。", CLAUSE, field=field)


HEADS = ("人", "人/年")  # 人数: each person once, which a register of 人次 cannot say (handbook 4)


def is_drawn(draw: str, unit: str) -> bool:
    """Whether the register gives the figure itself; it gives 人次, never 人数."""
    return bool(draw) and unit not in HEADS


def is_bound(draw: str, unit: str) -> bool:
    """Whether the register's 人次 stand beside a figure of 人数: people are never more than that."""
    return bool(draw) and unit in HEADS


def drawn(draw: str, sums: ClassSums) -> tuple[Fraction | None, Fraction | None, Fraction | None]:
    """(value, numerator, denominator) that the register gives; a rate has no value of its own."""
    if draw == Draw.PASS_RATE:
        return None, Fraction(sums.passed), Fraction(sums.trained)
    if draw == Draw.SATISFACTION:
        return None, Fraction(sums.satisfied), Fraction(sums.surveyed)
    counts = {
        Draw.TRAINED: sums.trained,
        Draw.HIGH_SKILL: sums.high_skill,
        Draw.CERTIFIED: sums.certified,
        Draw.SUBSIDISED: sums.subsidised,
        Draw.APPRENTICES: sums.apprentices,
    }
    return (Fraction(counts[Draw(draw)]), None, None) if draw in counts else (None, None, None)
