"""The dates the province's sheet is asked for as of, and what it writes beside the figures."""

from datetime import date
from typing import Any

from django import forms

from funds.forms.dated import DATES, Dated
from funds.queries import Moment
from performance.rules.region_form import LONGEST, NEEDED, RESULTS, WORDS
from ui.versions import SeenForm


class RegionDates(Dated):
    """The day the sheet of a year is asked for as of; nothing asked: the sheet itself."""

    def __init__(self, *args: Any, kind: str, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.first = date(year, 1, 1) if kind == RESULTS else None
        if self.first:
            self.fields["on"].widget.attrs["min"] = self.first.isoformat()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.first and any(map(data.get, DATES)) and (data.get("on") or self.today) < self.first:
            self.add_error("on", f"本表从 {self.first} 起算，截至日不能早于该日；以前的请看上一年度的表。")
        return data

    def asked_at(self) -> Moment | None:
        """None as well where a date cannot be read: the form says so beside it."""
        return self.moment() if self.is_valid() and any(map(self.cleaned_data.get, DATES)) else None


class RegionForm(SeenForm):
    """One field a line of the form; cleaned: `words`."""

    def __init__(self, *args: Any, form_kind: str, words: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, label in WORDS[form_kind].items():
            self.fields[key] = forms.CharField(
                label=label,
                required=False,
                max_length=LONGEST,
                initial=words.get(key, ""),
                widget=forms.Textarea(attrs={"rows": 2 if key not in NEEDED else 3}),
                help_text="定稿前须填写，没有的写“无”" if key in NEEDED else "",
            )
        self.keys = tuple(WORDS[form_kind])

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        typed["words"] = {key: typed.get(key, "") for key in self.keys}
        return typed
