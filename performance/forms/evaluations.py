"""The form of gate B."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from performance.forms.fields import SMALL_SELECT, figure
from performance.models import Evaluation
from performance.queries import GateRow
from performance.rules.scored import Reached
from policy.terms import Attained, Operator
from ui.versions import SeenForm


@dataclass(frozen=True, slots=True)
class ValueRow:
    row: GateRow
    qualitative: bool
    actual: BoundField | None
    attained: BoundField | None
    points: BoundField | None
    reason: BoundField
    unit: str = ""


class EvaluationForm(SeenForm):
    """Gate B: fields `v<pk>-actual`, or `v<pk>-attained` and `v<pk>-points`, and `v<pk>-reason`.

    `units`: what the unit said itself, by indicator.
    """

    def __init__(
        self,
        *args: Any,
        rows: tuple[GateRow, ...],
        evaluation: Evaluation | None,
        units: Mapping[int, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rows, self.evaluation, self.units = rows, evaluation, units or {}
        for row in rows:
            self._add(row)

    def _add(self, row: GateRow) -> None:
        name, prefix, score = row.indicator.name, f"v{row.indicator.pk}", row.score
        if row.indicator.operator == Operator.QUALITATIVE:
            self.fields[f"{prefix}-attained"] = forms.ChoiceField(
                label=f"{name}达成程度",
                required=False,
                choices=[("", "请选择"), *Attained.choices],
                initial=score.attained if score else "",
                widget=forms.Select(attrs={"class": f"{SMALL_SELECT} w-auto", "aria-label": f"{name}达成程度"}),
            )
            self.fields[f"{prefix}-points"] = forms.DecimalField(
                label=f"{name}评分",
                required=False,
                initial=score.points if score else None,
                max_digits=5,
                decimal_places=2,
                widget=forms.TextInput(attrs=figure(f"{name}评分", 5, inputmode="decimal")),
            )
        else:
            self.fields[f"{prefix}-actual"] = forms.CharField(
                label=f"{name}实际值",
                required=False,
                max_length=60,
                initial=score.actual if score else "",
                widget=forms.TextInput(attrs=figure(f"{name}实际值", 9)),
            )
        self.fields[f"{prefix}-reason"] = forms.CharField(
            label=f"{name}原因",
            required=False,
            max_length=300,
            initial=score.reason if score else "",
            widget=forms.TextInput(attrs=figure(f"{name}原因", 22)),
        )

    def value_rows(self) -> Iterator[ValueRow]:
        for row in self.rows:
            prefix = f"v{row.indicator.pk}"

            def bound(what: str, prefix: str = prefix) -> BoundField | None:
                return self[f"{prefix}-{what}"] if f"{prefix}-{what}" in self.fields else None

            qualitative = row.indicator.operator == Operator.QUALITATIVE
            yield ValueRow(
                row,
                qualitative,
                bound("actual"),
                bound("attained"),
                bound("points"),
                self[f"{prefix}-reason"],
                self.units.get(row.indicator.pk, ""),
            )

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        typed["values"] = {
            row.indicator.pk: Reached(
                actual=typed.get(f"v{row.indicator.pk}-actual") or "",
                attained=typed.get(f"v{row.indicator.pk}-attained") or "",
                points=typed.get(f"v{row.indicator.pk}-points"),
                reason=typed.get(f"v{row.indicator.pk}-reason") or "",
            )
            for row in self.rows
        }
        return typed
