"""Scores of indicators, exactly: fractions in, two decimals out (handbook 4).

"Met" is judged on values and never on the score: 1999 of 2000 at 6 points is 6.00 points and not met.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor

from performance.targets import DATE_UNIT, figure_text, number_text
from policy.edition import Edition
from policy.findings import Finding, blocking
from policy.terms import Attained, Grade, Light, Operator, Rank

Exact = int | Decimal | Fraction

AT_LEAST = (Operator.GE, Operator.GT, Operator.EQ)
AT_MOST = (Operator.LE, Operator.LT)
LINEAR, RATIO = "linear", "ratio"
ON_TIME = "on_time"  # how a deadline is scored, whatever the edition says of falling figures
HALF = Fraction(1, 2)
PERCENT = "%"
CENTS = 100

ACCEPTANCE = "通知六（一）"
QUALITATIVE_RULE = "定性指标分档计分"
WORST_TO_BEST = (Grade.POOR, Grade.FAIR, Grade.GOOD, Grade.EXCELLENT)


def two_decimals(value: Exact) -> Decimal:
    """Rounded half up from the exact value."""
    return Decimal(floor(Fraction(value) * CENTS + HALF)).scaleb(-2)


def _share(operator: Operator, actual: Fraction, target: Fraction, reverse: str = LINEAR) -> Fraction | None:
    """The part of the weight that is earned, 0..1; None where the target says nothing and is never scored.

    `reverse`: how a missed ≤ is scored, by the edition (reverse_rule): "linear" 1 − (a−t)/t, 0 from twice the target
    on, or "ratio" t/a. There is no part of a target that is not above 0, nor of a day (ON_TIME): in time earns all, late
    nothing [D].
    """
    if operator in AT_MOST or (operator == Operator.EQ and target == 0):
        if actual <= target:
            return Fraction(1)
        if reverse == ON_TIME or target <= 0:
            return Fraction(0)
        if reverse == RATIO:
            return target / actual
        return 1 - (actual - target) / target if actual < 2 * target else Fraction(0)
    if operator not in AT_LEAST or target <= 0:
        return None
    return min(Fraction(1), max(Fraction(0), actual / target))


def score(
    operator: Operator, weight: Decimal, actual: Fraction | None, target: Fraction, reverse: str = LINEAR
) -> Decimal | None:
    """Points with 2 decimals. None = not scored: a missing value, a qualitative indicator, or ≥ with a target ≤ 0."""
    if actual is None:
        return None
    share = _share(operator, actual, target, reverse)
    return None if share is None else two_decimals(share * Fraction(weight))


def met(operator: Operator, actual: Fraction | None, target: Fraction) -> bool | None:
    """Whether the target is reached, on exact values; None where there is nothing to compare."""
    if actual is None or operator == Operator.QUALITATIVE:
        return None
    if operator == Operator.GT:
        return actual > target
    if operator == Operator.LT:
        return actual < target
    if operator == Operator.LE or (operator == Operator.EQ and target == 0):
        return actual <= target
    return actual >= target


def met_qualitative(attained: Attained | None) -> bool | None:
    return None if attained is None else attained == Attained.FULL


def _beyond(operator: Operator, actual: Fraction | None, target: Fraction, ratio: Decimal) -> bool:
    return actual is not None and operator in AT_LEAST and target > 0 and actual >= Fraction(ratio) * target


def overachieved(operator: Operator, actual: Fraction | None, target: Fraction, edition: Edition) -> bool:
    """Far enough above the target for a flag: was it set too low?"""
    return _beyond(operator, actual, target, edition.ratio("overachieve_flag"))


def reason_required(operator: Operator, actual: Fraction | None, target: Fraction, edition: Edition) -> bool:
    """Not met, or so far above the target that the target itself needs explaining."""
    missed = met(operator, actual, target) is False
    return missed or _beyond(operator, actual, target, edition.ratio("overachieve_reason"))


@dataclass(frozen=True, slots=True)
class Band:
    low: Decimal
    high: Decimal
    low_included: bool
    high_included: bool

    def __contains__(self, points: Decimal) -> bool:
        above = points >= self.low if self.low_included else points > self.low
        return above and (points <= self.high if self.high_included else points < self.high)

    def __str__(self) -> str:
        return f"{'[' if self.low_included else '('}{self.low}，{self.high}{']' if self.high_included else ')'}"


def qualitative_band(attained: Attained, weight: Decimal, edition: Edition) -> Band:
    """达成 up to the weight, 部分达成 below it, 未达成 below that; edges by the edition, rounded half up to 2 decimals."""
    full, partly = (
        two_decimals(Fraction(edition.ratio(key)) * Fraction(weight))
        for key in ("qualitative_full", "qualitative_partly")
    )
    if attained == Attained.FULL:
        return Band(full, two_decimals(weight), low_included=True, high_included=True)
    if attained == Attained.PARTLY:
        return Band(partly, full, low_included=True, high_included=False)
    return Band(two_decimals(0), partly, low_included=True, high_included=False)


def check_qualitative(attained: Attained, weight: Decimal, score: Decimal, edition: Edition) -> Finding | None:
    """A score outside the band of its level is refused."""
    band = qualitative_band(attained, weight, edition)
    if score.is_finite() and score == two_decimals(score) and score in band:
        return None
    message = f"“{Attained(attained).label}”的得分应在 {band} 内，保留两位小数，现为 {score}"
    return blocking("qualitative_score", message, QUALITATIVE_RULE, field="score")


def execution_score(spent: Exact, budget: Exact, weight: Decimal) -> Decimal | None:
    """预算执行率 score: recognised spending ÷ the year's budget after adjustment, capped; no budget, no score."""
    if budget <= 0:
        return None
    share = min(Fraction(1), max(Fraction(0), Fraction(spent) / Fraction(budget)))
    return two_decimals(share * Fraction(weight))


def total(scores: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of the 2-decimal scores; a single missing one leaves no total (never read as 0)."""
    kept = list(scores)
    found = [points for points in kept if points is not None]
    return sum(found, Decimal("0.00")) if found and len(found) == len(kept) else None


def light(done: Exact, budget: Exact, elapsed_share: Exact, edition: Edition) -> Light:
    """Done against what was planned by now; nothing planned yet → undefined, not red."""
    planned = Fraction(budget) * min(Fraction(1), Fraction(elapsed_share))
    return edition.light_of(Fraction(done) / planned if planned > 0 else None)


def _told(value: Fraction, unit: str) -> str:
    """A figure of the arithmetic: a rate as its percentage, with the parts where that is rounded."""
    if unit != PERCENT:
        return figure_text(value, unit)
    short = Fraction(two_decimals(value))
    return f"{number_text(short)}%" + ("" if short == value else f"（{number_text(value / CENTS)}）")


def explain(
    operator: Operator,
    weight: Decimal,
    actual: Fraction | None,
    target: Fraction,
    reverse: str = LINEAR,
    unit: str = "",
) -> str:
    """The arithmetic behind a score, for the reader to follow."""
    if operator == Operator.QUALITATIVE:
        return "定性指标，按达成程度分档计分"
    unit = DATE_UNIT if reverse == ON_TIME else unit
    goal = f"目标 {Operator(operator).label}{_told(target, unit)}"
    if actual is None:
        return f"{goal}；未填实际值，不计分，也不计入合计"
    points, share = score(operator, weight, actual, target, reverse), _share(operator, actual, target, reverse)
    a, t, reached = (
        _told(actual, unit),
        _told(target, unit),
        "达到" if met(operator, actual, target) else "未达到",
    )
    if points is None or share is None:
        return f"{goal}，实际 {a}；目标值无意义，不计分"
    if share == 1:
        sum_ = f"得满分 {points} 分"
    elif share == 0:
        sum_ = f"得 {points} 分"
    elif operator in AT_MOST and reverse == RATIO:
        sum_ = f"{t}÷{a}×{weight}＝{points} 分"
    elif operator in AT_MOST:
        sum_ = f"[1－({a}－{t})÷{t}]×{weight}＝{points} 分"
    else:
        sum_ = f"{a}÷{t}×{weight}＝{points} 分"
    return f"{goal}，实际 {a}，{reached}目标；{sum_}"


def gate_b(total: Decimal | None, grade: Grade | None, unmet_core: Sequence[str], pass_grade: Grade) -> list[Finding]:
    """Acceptance gate B: an evaluation that passes and no core target unmet (notice 六（一）; handbook 8)."""
    found = []
    if total is None or grade is None:
        message = "绩效评估尚未完成：有指标未评分，不能得出总分"
        found.append(blocking("evaluation_incomplete", message, ACCEPTANCE, rank=Rank.NOTICE))
    elif WORST_TO_BEST.index(grade) < WORST_TO_BEST.index(pass_grade):
        message = f"绩效评估 {total} 分，等级为“{Grade(grade).label}”，未达到项目绩效目标"
        found.append(blocking("grade", message, ACCEPTANCE, rank=Rank.NOTICE))
    found += [
        blocking("core_unmet", f"核心指标未达到：{name}", ACCEPTANCE, rank=Rank.NOTICE, field=name)
        for name in unmet_core
    ]
    return found
