"""The columns of F04, one row an indicator."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from performance.forms.fields import SMALL, SMALL_SELECT, figure
from performance.models import Reading
from performance.operations.monitoring import LENGTHS, OutlookInput
from performance.queries.monitoring import OUTLOOK, Monitoring, MonitorRow
from policy.terms import Operator
from ui.versions import SeenForm

LABELS = {
    "expected": "全年预计完成值",
    "likelihood": "完成目标可能性",
    "cause": "偏差原因",
    "cause_text": "原因说明",
    "measure": "改进措施",
}
CHOICES: dict[str, list[tuple[str, str]]] = {
    "likelihood": list(Reading.Likelihood.choices),
    "cause": list(Reading.Cause.choices),
}


@dataclass(frozen=True, slots=True)
class OutlookLine:
    """A row with its inputs, in the order of the form."""

    row: MonitorRow
    expected: BoundField
    likelihood: BoundField
    cause: BoundField
    cause_text: BoundField
    measure: BoundField


class OutlookForm(SeenForm):
    """Cleaned: `rows`, by indicator. A forecast stands in the field of 全年预计 until somebody has typed."""

    def __init__(self, *args: Any, monitoring: Monitoring, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = [row for row in monitoring.rows if row.row.year_target]
        for row in self.asked:
            for name in OUTLOOK:
                self.fields[f"{row.field}-{name}"] = self._field(row, name)

    def _field(self, row: MonitorRow, name: str) -> forms.Field:
        label, kept = f"{row.indicator.name}{LABELS[name]}", row.typed(name)
        if name in CHOICES:
            select = forms.Select(attrs={"class": f"{SMALL_SELECT} w-auto", "aria-label": label})
            choices = [("", "请选择"), *CHOICES[name]]
            return forms.ChoiceField(label=label, required=False, initial=kept, choices=choices, widget=select)
        if name == "expected":
            quantified = row.indicator.operator != Operator.QUALITATIVE
            initial = kept or (row.year.shown if quantified else "")
            widget = forms.TextInput(attrs=figure(label, 10))
            return forms.CharField(
                label=label, required=False, initial=initial, max_length=LENGTHS[name], widget=widget
            )
        attrs: dict[str, Any] = {"class": SMALL, "rows": 2, "aria-label": label}
        return forms.CharField(
            label=label, required=False, initial=kept, max_length=LENGTHS[name], widget=forms.Textarea(attrs=attrs)
        )

    @property
    def lines(self) -> Iterator[OutlookLine]:
        for row in self.asked:
            yield OutlookLine(row, **{name: self[f"{row.field}-{name}"] for name in OUTLOOK})

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        typed["rows"] = {
            row.indicator.pk: OutlookInput(**{name: typed.get(f"{row.field}-{name}", "") for name in OUTLOOK})
            for row in self.asked
        }
        return typed
