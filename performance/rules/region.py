"""区域绩效: figures of many projects put together. Counts are added, rates are Σ÷Σ, never a mean of means. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from performance.rules.figures import rate
from performance.scoring import two_decimals
from performance.targets import DATE_UNIT, figure_text, number_text
from policy.money import wan_number
from policy.terms import Aggregation, Operator

BARE_UNITS = ("定性", "比例")
SHARES = ("%", "比例")
HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Part:
    """One project's figure. `money`: its grant, which weighs it. All None: the project has not reported."""

    name: str
    money: Decimal
    value: Fraction | None = None
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    attained: bool | None = None

    @property
    def reported(self) -> bool:
        return any(one is not None for one in (self.value, self.numerator, self.attained))


@dataclass(frozen=True, slots=True)
class Summed:
    """`value`: the region's figure over those that reported; `weighted`: by money, beside it; `missing`: the others."""

    value: Fraction | None
    weighted: Fraction | None
    shown: str
    why: str
    asked: int
    missing: tuple[str, ...]

    @property
    def reported(self) -> int:
        return self.asked - len(self.missing)

    @property
    def told(self) -> str:
        """How many of how many: shown beside every figure of the region."""
        return f"{self.asked} 户中 {len(self.missing)} 户未报" if self.missing else f"{self.asked} 户已全部报送"


def summed(
    operator: Operator, aggregation: Aggregation, unit: str, parts: Iterable[Part], *, per_year: bool = False
) -> Summed:
    """What has not been reported is left out and named; it is never counted as 0. `per_year`: as in `with_unit`."""
    parts = list(parts)
    told = [part for part in parts if part.reported]
    missing = tuple(part.name for part in parts if not part.reported)
    if not told:
        return Summed(None, None, "", "尚无项目报送", len(parts), missing)
    if operator == Operator.QUALITATIVE:
        reached = sum(1 for part in told if part.attained)
        shown = f"达成 {reached}/{len(told)}"
        return Summed(
            Fraction(reached, len(told)), None, shown, f"{len(told)} 户中 {reached} 户达成", len(parts), missing
        )
    value, why = _value(aggregation, unit, told)
    weighted = None if unit == DATE_UNIT else _weighted(told, unit)
    return Summed(value, weighted, with_unit(value, unit, per_year=per_year), why, len(parts), missing)


def _value(aggregation: Aggregation, unit: str, told: Sequence[Part]) -> tuple[Fraction | None, str]:
    rates = [part for part in told if part.numerator is not None and part.denominator is not None]
    if aggregation == Aggregation.RATIO and len(rates) == len(told):
        over = sum((part.numerator or Fraction(0) for part in rates), Fraction(0))
        under = sum((part.denominator or Fraction(0) for part in rates), Fraction(0))
        return rate(over, under, unit), f"分子合计 {number_text(over)} ÷ 分母合计 {number_text(under)}"
    values = [part.value or Fraction(0) for part in told]
    if unit == DATE_UNIT:
        return max(values), f"{len(values)} 户中最晚的一天"
    if aggregation == Aggregation.RATIO or unit in SHARES:
        if len(set(values)) == 1:
            return values[0], f"{len(values)} 户相同"
        lack = "部分户" if rates else "各户"
        return _weighted(told, unit), f"{lack}没有分子分母，按补助金额加权"
    whole = sum(values, Fraction(0))
    if aggregation == Aggregation.AVERAGE:
        return whole / len(values), f"{len(values)} 户合计 {number_text(whole)} ÷ {len(values)}"
    return whole, f"{len(values)} 户合计"


def _weighted(told: Sequence[Part], unit: str) -> Fraction | None:
    """By the grant of each project; None where no money was granted."""
    rows = [(part.money, own) for part in told if (own := _own(part, unit)) is not None]
    money = sum((Fraction(amount) for amount, _ in rows), Fraction(0))
    if not money:
        return None
    return sum((Fraction(amount) * own for amount, own in rows), Fraction(0)) / money


def _own(part: Part, unit: str) -> Fraction | None:
    if part.numerator is not None and part.denominator is not None:
        return rate(part.numerator, part.denominator, unit)
    return part.value


def with_unit(value: Fraction | None, unit: str, *, per_year: bool = False) -> str:
    """For people: two decimals at most; a share such as 1/3 stays one, a day is a day.

    `per_year`: of more than a year, where 人次/年 is not 人次.
    """
    if value is None:
        return ""
    if unit == DATE_UNIT:
        return figure_text(value, unit)
    if unit in BARE_UNITS and value.denominator < HUNDRED:
        return number_text(value)
    shown = number_text(Fraction(two_decimals(value)))
    return shown if unit in BARE_UNITS else f"{shown}{unit if per_year else unit.removesuffix('/年')}"


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """全年预算数 (A) and 全年执行数 (B) of one kind of money; the rate is undefined without a budget."""

    label: str
    budget: Decimal
    spent: Decimal

    @property
    def rate(self) -> Fraction | None:
        return Fraction(self.spent) / Fraction(self.budget) if self.budget > 0 else None

    @property
    def cells(self) -> tuple[str, str, str]:
        share = self.rate
        shown = "不适用" if share is None else f"{two_decimals(share * 100)}%"
        return wan_number(self.budget), wan_number(self.spent), shown
