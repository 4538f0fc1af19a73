"""Fields the forms of the money share."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from policy.money import LARGEST
from projects.files import ACCEPT
from ui.forms import MoneyInput

# Commas stand between thousands or nowhere: 1,00 was meant as something else.
PLAIN = re.compile(r"(?:[0-9]{1,12}|[0-9]{1,3}(?:,[0-9]{3}){1,3})(\.[0-9]{1,2})?")
# Full width as people type it; ² and ① are no digits.
NARROW = str.maketrans("０１２３４５６７８９．，", "0123456789.,")


class MoneyFormField(forms.CharField):
    """Yuan as people type them: digits, commas, full width; at most two places (design/trust.md, L8)."""

    def __init__(self, *, least: Decimal = Decimal("0.01"), **kwargs: Any) -> None:
        super().__init__(widget=kwargs.pop("widget", None) or MoneyInput(), max_length=30, **kwargs)
        self.least = least

    def to_python(self, value: Any) -> Any:
        text = (super().to_python(value) or "").translate(NARROW).strip()
        if not text:
            return None
        if not PLAIN.fullmatch(text):
            raise ValidationError("请填写以元为单位的数字，最多两位小数，千分位用逗号，例如 120000.00 或 120,000.00。")
        amount = Decimal(text.replace(",", ""))
        if not self.least <= amount <= LARGEST:
            raise ValidationError(f"金额应在 {self.least} 元至 {LARGEST:,} 元之间。")
        return amount

    def validate(self, value: Any) -> None:
        if value is None and self.required:
            raise ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """Length and form were checked on the text."""


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of uploads, as a list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=SeveralFiles(attrs={"accept": ACCEPT}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        clean = super().clean
        return [one for one in (clean(item, initial) for item in given) if one]
