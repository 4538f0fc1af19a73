"""指标对比: how a target stands among those of other projects. Pure, in exact fractions.

Quartiles are inclusive (the method of QUARTILE.INC): of n values in order, the quartile q lies at place 1 + q·(n−1),
between two neighbours in proportion.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from performance.scoring import AT_LEAST, AT_MOST
from policy.terms import Operator

LOWER, MIDDLE, UPPER = Fraction(1, 4), Fraction(1, 2), Fraction(3, 4)
METHOD = (
    "四分位数按“包含端点”的方法计算：n 个数值从小到大排列，第 q 分位位于第 1+q×(n−1) 位，落在两数之间的按比例取值。"
)


@dataclass(frozen=True, slots=True)
class Spread:
    """`count`: projects, each counted once in a figure of 实施期; `values`: figures, several of a project by year."""

    count: int
    values: int
    least: Fraction
    lower: Fraction
    median: Fraction
    upper: Fraction
    most: Fraction


def quantile(ordered: list[Fraction], share: Fraction) -> Fraction:
    """Of values in order, at least one."""
    place = share * (len(ordered) - 1)
    below = place.numerator // place.denominator
    rest = place - below
    return ordered[below] if not rest else ordered[below] + rest * (ordered[below + 1] - ordered[below])


def spread(found: Iterable[tuple[int, Fraction]], least: int) -> Spread | None:
    """Of (project, value); None where fewer than `least` projects have one: then a figure would name its unit."""
    rows = list(found)
    count = len({project for project, _ in rows})
    if count < least or not rows:
        return None
    ordered = sorted(value for _, value in rows)
    lower, median, upper = (quantile(ordered, share) for share in (LOWER, MIDDLE, UPPER))
    return Spread(count, len(rows), ordered[0], lower, median, upper, ordered[-1])


def too_easy(operator: Operator, target: Fraction, median: Fraction, share: Decimal) -> bool:
    """A ≥ target below share × median; a ≤ target above median ÷ share [D: the same distance, mirrored]."""
    limit = Fraction(share)
    if median <= 0 or limit <= 0:
        return False
    if operator in AT_LEAST:
        return target < limit * median
    return operator in AT_MOST and target > median / limit
