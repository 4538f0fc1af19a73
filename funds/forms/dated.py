"""截至日 and 按何日所知: the two dates that every list of the past is asked by. GET only."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from funds.queries.as_of import Moment
from ui.forms import DateInput

DATES = ("on", "known")


class Dated(forms.Form):
    """What is left open, or cannot be read, is today; a day ahead is told beside its field."""

    on = forms.DateField(label="截至日", required=False, widget=DateInput())
    known = forms.DateField(label="按何日所知", required=False, widget=DateInput())

    def __init__(self, *args: Any, today: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today or timezone.localdate()
        self.order_fields([name for name in self.fields if name not in DATES])
        for name in DATES:
            self.fields[name].widget.attrs["max"] = self.today.isoformat()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in DATES:
            if data.get(name) and data[name] > self.today:
                self.add_error(name, f"{self.fields[name].label}不能晚于今天 {self.today}。")
        return data

    def moment(self) -> Moment:
        self.is_valid()
        on, known = (self.cleaned_data.get(name) or self.today for name in DATES)
        return Moment(on, known)


def past_of(form: Dated, today: date) -> Moment | None:
    """The moment that was asked for; None for today as known today, of which the pages of today tell more."""
    at = form.moment()
    return None if at == Moment(today, today) else at
