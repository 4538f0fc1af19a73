"""Forms of the self-evaluations: the unit's, the city's and the province's values are one table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.forms.boundfield import BoundField

from performance.forms.evaluations import EvaluationForm
from performance.forms.fields import SMALL
from performance.models import Assessment, AssessmentRow, Target
from performance.queries import GateRow
from performance.queries.assessment_page import DueRow
from performance.queries.assessments import SIDES, Kind, Side, TableRow
from performance.rules.assessments import LONGEST_WORDS, WORDS
from performance.rules.region_form import MANAGEMENT
from performance.rules.scored import Reached
from ui.forms import ProjectForm
from ui.versions import SeenForm

AREA = {"rows": 3}


@dataclass(frozen=True, slots=True)
class FormRow:
    """A row as EvaluationForm reads one: what stands in its fields is `score`."""

    indicator: Any
    target: Target
    score: AssessmentRow
    table: TableRow


@dataclass(frozen=True, slots=True)
class EditLine:
    """One row with its fields; `said`: the sides before this one, to compare with."""

    row: TableRow
    qualitative: bool
    actual: BoundField | None
    attained: BoundField | None
    points: BoundField | None
    reason: BoundField
    said: Sequence[tuple[str, str, Any]]


class AssessmentForm(EvaluationForm):
    """Fields as in gate B, named v<pk>-…; of the unit also goal_done, of F06 the words and no points."""

    def __init__(self, *args: Any, one: Assessment, table: Sequence[TableRow], side: str, **kwargs: Any) -> None:
        self.one, self.side, self.table = one, side, table
        rows = tuple(FormRow(row.indicator, row.target, standing(row, side), row) for row in table)
        super().__init__(*args, rows=cast(tuple[GateRow, ...], rows), evaluation=None, **kwargs)
        if one.kind == Kind.TRANSFER:
            for name in [name for name in self.fields if name.endswith("-points")]:
                del self.fields[name]
        for name in [name for name in self.fields if name.endswith("-reason")]:
            label = str(self.fields[name].label)
            self.fields[name].widget = forms.Textarea(attrs={"class": SMALL, "rows": 2, "aria-label": label})
        if side == Side.UNIT:
            self._add_words()
        else:
            self.fields["comment"] = forms.CharField(
                label="意见", required=False, max_length=LONGEST_WORDS, widget=forms.Textarea(attrs=AREA)
            )

    def _add_words(self) -> None:
        self.fields["goal_done"] = _area("总体目标实际完成情况", self.one.goal_done, 4000)
        if self.one.kind == Kind.TRANSFER:
            for key, label in WORDS.items():
                self.fields[key] = _area(label, self.one.words.get(key, ""), LONGEST_WORDS)

    @property
    def lines(self) -> Iterator[EditLine]:
        before = SIDES[: SIDES.index(Side(self.side))]
        for line, row in zip(self.value_rows(), self.table, strict=True):
            said = [
                (cell.label, cell.shown, cell.own.score if cell.own else None)
                for cell in row.cells
                if cell.side in before and cell.own
            ]
            yield EditLine(row, line.qualitative, line.actual, line.attained, line.points, line.reason, said)

    @property
    def management(self) -> list[tuple[str, BoundField, BoundField]]:
        """资金管理情况: label, 情况说明, 存在问题和改进措施."""
        return [(label, self[key], self[f"{key}_issue"]) for key, label in MANAGEMENT.items()]

    def clean(self) -> dict[str, Any]:
        typed = super().clean()
        if self.side == Side.UNIT and self.one.kind == Kind.TRANSFER:
            typed["words"] = {key: typed.get(key) or "" for key in WORDS}
        return typed


def standing(row: TableRow, side: str) -> AssessmentRow:
    """What a side has said, else what the side before it says, its reason left for this side's own."""
    if side in row.sides:
        return row.sides[side]
    found: Reached = row.before(side).reached
    return AssessmentRow(actual=found.actual, attained=found.attained, points=found.points)


def _area(label: str, initial: str, most: int) -> forms.CharField:
    widget = forms.Textarea(attrs={**AREA, "class": "form-control form-control-sm", "aria-label": label})
    return forms.CharField(label=label, required=False, initial=initial, max_length=most, widget=widget)


class NewForm(ProjectForm):
    """Which self-evaluation is begun: kind and block in one choice."""

    what = forms.ChoiceField(label="自评")

    def __init__(self, *args: Any, due: Sequence[DueRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        open_ = [row for row in due if row.one is None and not row.why]
        choices = [(f"{row.kind}-{row.block}", row.label) for row in open_]
        cast(forms.ChoiceField, self.fields["what"]).choices = choices


class RemarksForm(ProjectForm):
    remarks = forms.CharField(
        label="退回意见",
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="一次性写明全部意见；单位修改后重新报送",
    )


class AgreeForm(SeenForm):
    """An office that enters no values reads and agrees."""

    comment = forms.CharField(
        label="核查意见", required=False, max_length=LONGEST_WORDS, widget=forms.Textarea(attrs=AREA)
    )
