"""What a figure can be at all: no count below 0, no part above its whole. 季报包 and self-evaluations ask alike. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from performance.checks import PERCENT, exact
from performance.targets import DATE_UNIT, number_text
from policy.edition import Edition
from policy.terms import Aggregation

SHARE = "比例"
WHOLE = {PERCENT: Fraction(100), SHARE: Fraction(1)}
NO_COUNT = (PERCENT, SHARE, DATE_UNIT, "定性", "")
MONEY = "元"


@dataclass(frozen=True, slots=True)
class Measure:
    """What an indicator counts. `code`: of the template, empty for the unit's own; `targets`: as filed."""

    name: str
    unit: str
    aggregation: Aggregation
    code: str = ""
    targets: tuple[str, ...] = ()

    @property
    def is_count(self) -> bool:
        """People, classes, devices; neither a rate nor money, which may fall below 0."""
        return self.unit not in NO_COUNT and not self.unit.removesuffix("/年").endswith(MONEY)

    @property
    def is_share(self) -> bool:
        """A part of a whole, as numerator ÷ denominator."""
        return self.aggregation == Aggregation.RATIO and self.unit in WHOLE


def may_exceed(measure: Measure, edition: Edition) -> bool:
    """Whether its part may be more than its whole: the edition says so, or a target itself asks more."""
    if any(one.code == measure.code and one.exceeds for one in edition.indicators):
        return True
    return any(value > WHOLE[measure.unit] for value in _numbers(measure))


def _numbers(measure: Measure) -> Iterator[Fraction]:
    for text in measure.targets:
        try:
            yield exact(text, measure.unit)
        except ValueError:
            continue


def too_much(measure: Measure, over: Fraction, under: Fraction, edition: Edition) -> str:
    """Of a rate typed in its parts; "" where it can be."""
    if not measure.is_share or over <= under or may_exceed(measure, edition):
        return ""
    return f"“{measure.name}”分子 {number_text(over)} 大于分母 {number_text(under)}，请核对。"


def beyond_whole(measure: Measure, value: Fraction, edition: Edition) -> str:
    """The same of a rate typed as one figure."""
    if not measure.is_share or value <= WHOLE[measure.unit] or may_exceed(measure, edition):
        return ""
    most = "100%" if measure.unit == PERCENT else "1"
    return f"“{measure.name}”是部分占总数的比率，不能超过 {most}，请核对分子和分母。"


def below_zero(measure: Measure, value: Fraction) -> str:
    """A count, or a share of counts; "" where it can be."""
    if value >= 0 or not (measure.is_count or measure.is_share):
        return ""
    return f"“{measure.name}”不能为负数，现为 {number_text(value)}，请核对。"
