"""Which facts the edition asks of a payment: one reading of its rows, for what is missing and for 疑点."""

from decimal import Decimal

from policy.edition import Edition
from policy.payment_fields import PaymentField

CARD = "asset_card"


def measure_of(row: PaymentField, *, amount: Decimal, unit_price: Decimal | None) -> Decimal:
    """What the threshold of a row is held against."""
    return (unit_price or amount) if row.by_unit_price else amount


def binds(
    row: PaymentField,
    edition: Edition,
    *,
    category: str,
    unit_type: str,
    amount: Decimal,
    unit_price: Decimal | None,
) -> bool:
    """Whether the row asks its fact of such a payment."""
    if category not in row.categories or unit_type not in row.unit_types:
        return False
    measure = measure_of(row, amount=amount, unit_price=unit_price)
    return not row.from_limit or measure >= edition.number(row.from_limit)


def card_asked(
    edition: Edition, *, category: str, unit_type: str, amount: Decimal, unit_price: Decimal | None
) -> bool | None:
    """Whether the edition asks for an asset card; None where it says nothing of units of this type."""
    rows = [row for row in edition.payment_fields if row.field == CARD]
    if not any(unit_type in row.unit_types for row in rows):
        return None
    return any(
        binds(row, edition, category=category, unit_type=unit_type, amount=amount, unit_price=unit_price)
        for row in rows
    )
