"""金额 as people type it: what is meant without doubt is read, anything else is asked (design/trust.md, L8)."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from funds.forms.fields import MoneyFormField


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("120000", "120000"),
        ("120,000.00", "120000.00"),
        ("1,234,567.8", "1234567.8"),
        ("１２，０００．５０", "12000.50"),
        (" 0.01 ", "0.01"),
    ],
)
def test_what_is_meant_is_read(typed, read):
    assert MoneyFormField().clean(typed) == Decimal(read)


@pytest.mark.parametrize(
    "typed",
    ["1,00", "1,2,3", "12,00.00", ",100", "1,000,", "²", "①", "½", "٣", "1e5", "-1", "0", "1.234", "1 000", "元100"],
)
def test_what_could_mean_something_else_is_asked(typed):
    with pytest.raises(ValidationError):
        MoneyFormField().clean(typed)
