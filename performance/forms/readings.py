"""指标填报: one row per due indicator. What was typed comes back letter by letter."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from funds.forms.fields import FilesField
from performance.forms.fields import SMALL, SMALL_SELECT, figure
from performance.operations.readings import ReadingInput
from performance.queries.readings import TYPED, ReadingRow, typed_of
from performance.queries.sheets import field_of
from performance.rules.readings import LENGTHS, Typed
from performance.targets import number_text
from policy.terms import Aggregation, Attained
from projects.models import Attachment
from ui.versions import SeenForm

PAPERS, DROP = "papers", "drop"


@dataclass(frozen=True, slots=True)
class EditLine:
    """One row with its fields by part; `rest`: what a live running total adds the typed figure to."""

    row: ReadingRow
    fields: Mapping[str, BoundField]
    rest: str
    papers: Sequence[Attachment]


class ReadingsForm(SeenForm):
    """Fields `i<pk>-<part>`; parts as in rules.readings.Typed, and `papers`."""

    def __init__(
        self, *args: Any, rows: Sequence[ReadingRow], papers: Mapping[int, list[Attachment]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rows = [row for row in rows if row.due]
        self.papers = papers
        self.wrong = {finding.field for row in self.rows for finding in row.findings if finding.blocks}
        for row in self.rows:
            self._add_row(row)

    def _add_row(self, row: ReadingRow) -> None:
        typed, name = typed_of(row.reading), row.indicator.name
        for part in parts_of(row):
            self._add(row, part, _field(part, name, getattr(typed, part), row))
        upload = FilesField(label=f"{name}佐证材料", required=False)
        upload.widget.attrs |= {"class": SMALL, "aria-label": f"{name}佐证材料"}
        self.fields[field_of(row.indicator, PAPERS)] = upload
        drafts = [(paper.pk, f"移除 {paper.name}") for paper in self._papers_of(row) if not paper.handed_in]
        if drafts:
            boxes = forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"})
            self.fields[field_of(row.indicator, DROP)] = forms.TypedMultipleChoiceField(
                label=f"{name}移除材料", choices=drafts, coerce=int, required=False, widget=boxes
            )

    def _papers_of(self, row: ReadingRow) -> Sequence[Attachment]:
        return self.papers.get(row.indicator.pk, ())

    def _add(self, row: ReadingRow, part: str, field: forms.Field) -> None:
        name = field_of(row.indicator, part)
        if name in self.wrong and not self.is_bound:
            field.widget.attrs["class"] = f"{field.widget.attrs.get('class', '')} is-invalid".strip()
            field.widget.attrs["aria-invalid"] = "true"
        self.fields[name] = field

    @property
    def lines(self) -> Iterator[EditLine]:
        for row in self.rows:
            names = {part: field_of(row.indicator, part) for part in (*parts_of(row), PAPERS, DROP)}
            fields = {part: self[name] for part, name in names.items() if name in self.fields}
            yield EditLine(row, fields, rest_of(row), self._papers_of(row))

    def inputs(self, *, papers: bool = True) -> list[ReadingInput]:
        """What was typed, row by row, for the operation. Without `papers`: files come and go by the button alone."""
        found = []
        for row in self.rows:
            texts = {part: self.cleaned_data[field_of(row.indicator, part)] for part in parts_of(row)}
            uploads = self.cleaned_data[field_of(row.indicator, PAPERS)] if papers else ()
            stands = typed_of(row.reading)
            kept = {part: getattr(stands, part) for part in TYPED if part not in texts} if not row.drawn else {}
            drop = self.cleaned_data.get(field_of(row.indicator, DROP), ()) if papers else ()
            found.append(ReadingInput(row.indicator.pk, Typed(**{**kept, **texts}), uploads, drop))
        return found


def parts_of(row: ReadingRow) -> tuple[str, ...]:
    """The parts a row is typed in."""
    if row.qualitative:
        return ("attained", "note")
    if row.drawn:
        return ("reason",)
    return ("numerator", "denominator", "reason") if row.ratio else ("value", "reason")


def _field(part: str, name: str, text: str, row: ReadingRow) -> forms.Field:
    if part == "attained":
        select = forms.Select(attrs={"class": SMALL_SELECT, "aria-label": f"{name}达成程度"})
        choices = [("", "请选择"), *Attained.choices]
        return forms.ChoiceField(label=f"{name}达成程度", choices=choices, initial=text, required=False, widget=select)
    words = {"reason": "异常原因", "note": "达成情况", "value": "本期值", "numerator": "分子", "denominator": "分母"}
    label = f"{name}{words[part]}"
    if part in ("reason", "note"):
        widget: forms.Widget = forms.Textarea(attrs={"class": SMALL, "rows": 2, "aria-label": label})
    else:
        live = {"data-sum-group": f"r{row.indicator.pk}"} if rest_of(row) else {}
        widget = forms.TextInput(attrs=figure(label, 8, inputmode="decimal", **live))
    return forms.CharField(label=label, initial=text, required=False, max_length=LENGTHS[part], widget=widget)


def rest_of(row: ReadingRow) -> str:
    """The year's total without this period, "" where no live total can be told."""
    if row.drawn or row.indicator.aggregation != Aggregation.SUM or row.tile is None:
        return ""
    return "" if row.year_before.value is None else number_text(row.year_before.value)
