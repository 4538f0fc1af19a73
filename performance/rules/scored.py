"""One indicator scored: the points, whether it is met, what both rest on, and the arithmetic in words. Pure.

What is stored with a score (`inputs`) is enough to work it out again, years later and under another edition.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from performance import scoring
from performance.checks import exact, kept_text, slip
from performance.rules.possible import Measure, below_zero, beyond_whole
from performance.targets import DATE_UNIT
from policy.edition import Edition
from policy.findings import Finding, blocking
from policy.terms import Aggregation, Attained, Operator

LONGEST_ACTUAL, LONGEST_REASON = 60, 300
HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Goal:
    """A target as filed. `value` is the text that was typed, exact: "1/3" stays a third. `code`: of the template."""

    name: str
    operator: Operator
    unit: str
    value: str
    weight: Decimal
    aggregation: Aggregation = Aggregation.LATEST
    code: str = ""

    @property
    def measure(self) -> Measure:
        return Measure(self.name, self.unit, self.aggregation, self.code, (self.value,))

    @property
    def qualitative(self) -> bool:
        return self.operator == Operator.QUALITATIVE


@dataclass(frozen=True, slots=True)
class Reached:
    """What was reached. Qualitative: a level, and points inside its band."""

    actual: str = ""
    attained: str = ""
    points: Decimal | None = None
    reason: str = ""

    @property
    def empty(self) -> bool:
        return not self.actual.strip() and not self.attained and self.points is None


@dataclass(frozen=True, slots=True)
class Scored:
    """`score`, `met` None: missing, never 0. `over`: 超额完成, far enough to ask whether the target was too low."""

    score: Decimal | None
    met: bool | None
    why: str
    inputs: Mapping[str, Any]
    over: bool = False


def score_of(goal: Goal, reached: Reached, edition: Edition) -> Scored:
    """The points of one indicator under the edition's scheme."""
    inputs = inputs_of(goal, reached, edition)
    if goal.qualitative:
        if not reached.attained:
            return Scored(None, None, scoring.explain(goal.operator, goal.weight, None, Fraction(0)), inputs)
        band = scoring.qualitative_band(Attained(reached.attained), goal.weight, edition)
        why = f"“{Attained(reached.attained).label}”档应在 {band} 内，评 {reached.points} 分"
        return Scored(reached.points, scoring.met_qualitative(Attained(reached.attained)), why, inputs)
    actual = exact(reached.actual, goal.unit) if reached.actual.strip() else None
    target, reverse = exact(goal.value, goal.unit), inputs["reverse"]
    return Scored(
        scoring.score(goal.operator, goal.weight, actual, target, reverse),
        scoring.met(goal.operator, actual, target),
        scoring.explain(goal.operator, plain(goal.weight), actual, target, reverse, goal.unit),
        inputs,
        scoring.overachieved(goal.operator, actual, target, edition),
    )


def plain(weight: Decimal) -> Decimal:
    """6.00 is written 6."""
    return Decimal(f"{weight.normalize():f}")


def inputs_of(goal: Goal, reached: Reached, edition: Edition) -> dict[str, Any]:
    """Everything the score rests on, as plain values."""
    return {
        "scheme": edition.word("score_scheme"),
        "reverse": scoring.ON_TIME if goal.unit == DATE_UNIT else edition.word("reverse_rule"),
        "operator": goal.operator.value,
        "unit": goal.unit,
        "target": goal.value,
        "weight": str(goal.weight),
        "actual": kept_text(reached.actual, goal.unit),
        "attained": reached.attained,
        "points": None if reached.points is None else str(reached.points),
    }


def again(inputs: Mapping[str, Any]) -> Decimal | None:
    """The score worked out once more from what was stored with it; no edition is asked."""
    if inputs["operator"] == Operator.QUALITATIVE:
        return None if inputs["points"] is None else Decimal(inputs["points"])
    actual = exact(inputs["actual"], inputs["unit"]) if inputs["actual"] else None
    target = exact(inputs["target"], inputs["unit"])
    return scoring.score(Operator(inputs["operator"]), Decimal(inputs["weight"]), actual, target, inputs["reverse"])


def check_reached(goal: Goal, reached: Reached, edition: Edition, field: str) -> Iterator[Finding]:
    """What is wrong with one value as typed: no number, outside its band, or without the reason that is due."""
    where = f"“{goal.name}”"
    if len(reached.actual) > LONGEST_ACTUAL or len(reached.reason) > LONGEST_REASON:
        text = f"{where}：实际值最多 {LONGEST_ACTUAL} 字，原因最多 {LONGEST_REASON} 字。"
        yield blocking("long", text, field=f"{field}-reason")
    elif goal.qualitative:
        yield from _check_level(goal, reached, edition, field)
    else:
        yield from _check_figure(goal, reached, edition, field)


def _check_level(goal: Goal, reached: Reached, edition: Edition, field: str) -> Iterator[Finding]:
    where = f"“{goal.name}”"
    if reached.attained not in Attained.values or reached.points is None:
        yield blocking("level", f"{where}：请选择达成程度并评分。", field=f"{field}-attained")
        return
    level = Attained(reached.attained)
    said = scoring.check_qualitative(level, goal.weight, reached.points, edition)
    if said is not None:
        yield blocking(said.code, f"{where}：{said.message}", said.clause, rank=said.rank, field=f"{field}-points")
    if level != Attained.FULL and not reached.reason.strip():
        yield blocking("reason", f"{where}：未完全达成，请说明原因。", field=f"{field}-reason")


def _check_figure(goal: Goal, reached: Reached, edition: Edition, field: str) -> Iterator[Finding]:
    where = f"“{goal.name}”"
    try:
        actual = exact(reached.actual, goal.unit)
    except ValueError as error:
        yield blocking("value", f"{where}：{error}", field=f"{field}-actual")
        return
    if doubt := slip(reached.actual, goal.unit):
        yield blocking("value", f"{where}：{doubt}。", field=f"{field}-actual")
        return
    for code, said in (
        ("parts", beyond_whole(goal.measure, actual, edition)),
        ("negative", below_zero(goal.measure, actual)),
    ):
        if said:
            yield blocking(code, said, field=f"{field}-actual")
            return
    target = exact(goal.value, goal.unit)
    if scoring.reason_required(goal.operator, actual, target, edition) and not reached.reason.strip():
        missed = scoring.met(goal.operator, actual, target) is False
        share = edition.ratio("overachieve_reason") * HUNDRED
        cause = "未达到目标" if missed else f"达到目标的 {share.normalize():f}% 以上"
        yield blocking("reason", f"{where}：{cause}，请说明原因。", field=f"{field}-reason")
