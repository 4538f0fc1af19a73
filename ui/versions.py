"""What a form showed, as one short word. Changed by someone else meanwhile: refused, and nothing typed is lost.

The page carries the word in a hidden field (`SeenForm`); the operation compares it under its lock (`refuse_stale`).
"""

import hashlib
import json
from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Model

from policy.findings import refuse
from ui.forms import ProjectForm

STALE = "stale"
LENGTH = 16


def version_of(*facts: Any) -> str:
    """A digest of plain values: text, numbers, dates, lists and dicts of them, as the page shows them."""
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:LENGTH]


def told(row: Model, aside: Collection[str] = ()) -> list[list[str]]:
    """Every column of a row but those `aside`, as text: money always with its two places."""
    names = (field.attname for field in row._meta.concrete_fields if field.attname not in aside)
    return [[name, _column(getattr(row, name))] for name in names]


def _column(value: Any) -> str:
    return f"{value:.2f}" if isinstance(value, Decimal) else str(value)


def refuse_stale(seen: str | None, now: str) -> None:
    """Under the lock. `seen` None: the caller showed nobody anything (commands, demo)."""
    if seen is not None and seen != now:
        refuse(STALE, "内容刚被他人修改，本次没有保存。您填写的内容都还在，请核对后重新保存。")


class SeenForm(ProjectForm):
    """Give `version=` what stands now; hand `cleaned_data["seen"]` to the operation; put `{{ form.seen }}` on the page.

    A refusal as stale marks each field that differs from what stands and lets the next attempt through.
    """

    def __init__(self, *args: Any, version: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.version = version
        self.fields["seen"] = forms.CharField(required=False, initial=version, widget=forms.HiddenInput)

    def add_error(self, field: str | None, error: Any) -> None:
        super().add_error(field, error)
        if getattr(error, "code", "") == STALE:
            self._compare()

    def _compare(self) -> None:
        data: Any = self.data
        data = data.copy()
        data[self.add_prefix("seen")] = self.version
        self.data = data
        for name, field in self.fields.items():
            stands, typed = _text(self.get_initial_for_field(field, name)), _text(self[name].data)
            if name != "seen" and stands != typed:
                words = dict(getattr(field, "choices", ())).get(stands, stands)
                super().add_error(name, f"与现存内容不同，现存：{words or '空白'}")


def mark_changed(form: forms.BaseForm) -> None:
    """On a stale form: beside each field that differs from what stands now, what stands."""
    for name, field in form.fields.items():
        stands = form.get_initial_for_field(field, name)
        if not isinstance(field, forms.FileField) and field.has_changed(stands, form[name].data):
            words = dict(getattr(field, "choices", ())).get(stands, stands)
            form.add_error(name, f"与现存内容不同，现存：{_text(words) or '空白'}")


def _text(value: Any) -> str:
    return "" if value is None or value is False else str(value).strip()
