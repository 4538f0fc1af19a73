"""The form of 设定确认单: one row a number that the province may set, or set anew."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from policy.confirmed import Confirmed, choices_of, is_law, said, settable, written
from policy.edition import Edition, Limit
from policy.needed import WORDS
from ui.forms import DateInput, ProjectForm

SMALL = "form-control form-control-sm"


class SettingsForm(ProjectForm):
    number = forms.CharField(label="编号", max_length=80, help_text="例如 2026年第1号")
    effective_on = forms.DateField(label="生效日期", widget=DateInput(), help_text="晚于今天；只对以后生效")
    note = forms.CharField(label="说明", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.limits = settable(edition)
        for limit in self.limits:
            self._add(limit)

    def _add(self, limit: Limit) -> None:
        text = {"class": SMALL, "aria-label": f"{limit.label}的取值", "autocomplete": "off"}
        take, blocks = {"aria-label": f"确认{limit.label}"}, {"aria-label": f"{limit.label}不符时拦截"}
        self.fields[f"{limit.key}-take"] = forms.BooleanField(
            label="确认", required=False, widget=forms.CheckboxInput(attrs=take | {"class": "form-check-input"})
        )
        self.fields[f"{limit.key}-text"] = self._value(limit, text)
        self.fields[f"{limit.key}-blocks"] = forms.BooleanField(
            label="不符时拦截",
            required=False,
            initial=True,
            widget=forms.CheckboxInput(attrs=blocks | {"class": "form-check-input"}),
        )

    def _value(self, limit: Limit, attrs: dict[str, str]) -> forms.Field:
        """A word of the program is chosen, anything else typed."""
        told: Any = {"label": limit.label, "required": False, "initial": written(limit.value)}
        if words := choices_of(limit):
            choices = [(word, WORDS.get(word, word)) for word in sorted(words)]
            widget = forms.Select(attrs=attrs | {"class": "form-select form-select-sm w-auto"})
            return forms.ChoiceField(choices=choices, widget=widget, **told)
        shown = attrs | ({"readonly": ""} if is_law(limit) else {})
        return forms.CharField(max_length=200, widget=forms.TextInput(shown), **told)

    def lines(self) -> Iterator[tuple[Limit, str, str, list[BoundField]]]:
        """Each with its value in words and its unit as it is typed."""
        for limit in self.limits:
            unit = "%" if not isinstance(limit.value, int | str) else limit.unit
            yield (
                limit,
                said(limit, limit.value),
                unit,
                [self[f"{limit.key}-{part}"] for part in ("take", "text", "blocks")],
            )

    def rows(self) -> list[Confirmed]:
        data = self.cleaned_data
        return [
            Confirmed(limit.key, data[f"{limit.key}-text"], data[f"{limit.key}-blocks"])
            for limit in self.limits
            if data[f"{limit.key}-take"]
        ]
