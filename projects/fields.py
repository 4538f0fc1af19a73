"""Money in the database: whole 分, because SQLite keeps decimals as binary fractions (design/trust.md, fact 2)."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.expressions import Combinable

from policy.money import CENT


class MoneyField(models.BigIntegerField):
    """Decimal yuan in Python, integer 分 in the database. `Sum` and constraints stay exact; `Avg` gives 分.

    Arithmetic in queries goes through `money(x)`; a bare `F("spent") + Decimal("50")` would add 50 分.
    """

    description = "元，以分存储"
    if TYPE_CHECKING:
        _pyi_private_set_type: Decimal | int | str | Combinable  # type: ignore[assignment]
        _pyi_private_get_type: Decimal  # type: ignore[assignment]

    def from_db_value(self, value: int | None, expression: Any, connection: Any) -> Decimal | None:
        return None if value is None else Decimal(value) * CENT

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or isinstance(value, Decimal):
            return value
        if isinstance(value, int | str):
            return Decimal(value)
        raise ValidationError("金额须为十进制数，不接受浮点数")

    def get_prep_value(self, value: Any) -> int | None:
        if value is None:
            return None
        if isinstance(value, float):
            raise TypeError("money is never a float")
        amount = Decimal(value)
        fen = amount * 100
        if fen != fen.to_integral_value():
            raise ValueError(f"money finer than 分: {amount}")
        return int(fen)

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj))


def money(amount: Decimal | int) -> models.Value:
    """An amount of yuan as a query expression, in 分 like the columns it meets."""
    return models.Value(amount, output_field=MoneyField())
