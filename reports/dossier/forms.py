"""What a reader asks of the pages around a project."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from reports.dossier.compare import Kind, Version, WideKind
from reports.dossier.timeline import KINDS
from reports.forms import ALL, AskedForm


class TimelineForm(AskedForm):
    kind = forms.ChoiceField(label="类别", required=False, choices=[ALL, *KINDS.items()])


class CompareForm(forms.Form):
    """As the page stands now: what was asked and not offered has given way to what is shown."""

    kind = forms.ChoiceField(label="对比什么", required=False)
    a = forms.ChoiceField(label="原来的版本", required=False)
    b = forms.ChoiceField(label="后来的版本", required=False)
    all = forms.BooleanField(label="相同的也列出", required=False, widget=forms.CheckboxInput(attrs={"value": "1"}))

    def __init__(self, kinds: Iterable[Kind | WideKind], versions: Iterable[Version], shown: Mapping[str, Any]) -> None:
        initial = {name: value.key if isinstance(value, Version) else value for name, value in shown.items()}
        super().__init__(initial=initial)
        choices = [(one.key, f"{one.label} · {one.state}") for one in versions]
        found = {"kind": [(one.code, one.label) for one in kinds], "a": choices, "b": choices}
        for name, offered in found.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
            field.choices = offered
