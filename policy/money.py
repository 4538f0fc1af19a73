"""Money is Decimal yuan. Only this file knows how it is written for people."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
WAN = Decimal(10_000)
ZERO = Decimal("0.00")
LARGEST = Decimal(10) ** 11  # 10^13 fen: design/trust.md L8


def yuan(amount: Decimal) -> str:
    return f"{amount.quantize(CENT, ROUND_HALF_UP):,} 元"


def wan_number(amount: Decimal) -> str:
    """万元 with two decimals and no unit, for columns whose header states the unit."""
    return f"{(amount / WAN).quantize(CENT, ROUND_HALF_UP):,}"


def wan(amount: Decimal) -> str:
    return f"{wan_number(amount)} 万元"


def share(part: Decimal, whole: Decimal) -> Decimal | None:
    """part/whole as a ratio with four decimals; None where there is no whole: undefined, not 0."""
    return (part / whole).quantize(Decimal("0.0001"), ROUND_HALF_UP) if whole else None
