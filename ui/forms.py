"""What forms share. A form checks input and never saves."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from policy.findings import Finding


class ProjectForm(forms.Form):
    """A form about one project: `self.project`, or None."""

    def __init__(self, *args: Any, project: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project = project


class ConfirmForm(ProjectForm):
    """Nothing to fill in: the user only says yes."""


class DateInput(forms.DateInput):
    """The browser's own date picker, which wants ISO dates whatever the locale."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None, latest: date | None = None) -> None:
        limits = {"max": latest.isoformat()} if latest else {}
        super().__init__(attrs={**limits, **(attrs or {})}, format="%Y-%m-%d")


class MoneyInput(forms.TextInput):
    """Digits from a phone's number keys; text, because a number field eats pasted commas."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "num", **(attrs or {})})


class RefusedError(ValidationError):
    """A finding on a form: keeps its clause and rank for the summary."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message, code=finding.code)
        self.finding = finding
