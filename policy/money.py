"""Money is Decimal yuan. Only this file knows how it is written for people."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
WAN = Decimal(10_000)
ZERO = Decimal("0.00")
LARGEST = Decimal(10) ** 11  # 10^13 fen: design/trust.md L8


def yuan_number(amount: Decimal) -> str:
    """元 with no unit, for columns whose header states the unit."""
    return f"{amount.quantize(CENT, ROUND_HALF_UP):,}"


def yuan(amount: Decimal) -> str:
    return f"{yuan_number(amount)} 元"


def wan_number(amount: Decimal) -> str:
    """万元 with two decimals and no unit, for columns whose header states the unit."""
    return f"{(amount / WAN).quantize(CENT, ROUND_HALF_UP):,}"


def wan(amount: Decimal) -> str:
    return f"{wan_number(amount)} 万元"


def share(part: Decimal, whole: Decimal) -> Decimal | None:
    """part/whole as a ratio with four decimals; None where there is no whole: undefined, not 0."""
    return (part / whole).quantize(Decimal("0.0001"), ROUND_HALF_UP) if whole else None


def apportion(parts: Sequence[Decimal], step: Decimal) -> list[Decimal]:
    """Parts as they are shown in steps of `step`, adding up to the shown total (largest remainder, trust.md L14)."""
    whole = (sum(parts, ZERO) / step).quantize(Decimal(1), ROUND_HALF_UP)
    floors = [(part / step).to_integral_value(ROUND_FLOOR) for part in parts]
    order = sorted(range(len(parts)), key=lambda at: (floors[at] - parts[at] / step, at))
    for at in order[: int(whole - sum(floors, Decimal(0)))]:
        floors[at] += 1
    return [floor * step for floor in floors]
