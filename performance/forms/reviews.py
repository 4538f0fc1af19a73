"""Forms of the review of the targets."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from performance.forms.fields import SMALL, figure
from performance.models import Indicator
from performance.operations.remarking import LONGEST, remark_field
from performance.queries import sheet_of
from performance.queries.revisions import LONGEST_REASON
from ui.forms import ProjectForm


class TakeOverForm(ProjectForm):
    """The person vouches for what others typed."""

    checked = forms.BooleanField(label="我已逐项核对总体目标、资金和全部指标，对本稿内容负责")


class RemarkFields(ProjectForm):
    """逐项意见 beside the review as a whole: one short text for each indicator of the sheet. Cleaned: `remarks`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sheet = sheet_of(self.project)
        self.rows = list(sheet.indicators.all()) if sheet else []
        for row in self.rows:
            text = forms.TextInput(attrs=figure(f"{row.name}的意见", 40))
            self.fields[remark_field(row.pk)] = forms.CharField(
                label=f"对“{row.name}”的意见", required=False, max_length=LONGEST, widget=text
            )

    def remarked(self) -> list[tuple[Indicator, BoundField]]:
        return [(row, self[remark_field(row.pk)]) for row in self.rows]

    def plain(self) -> list[BoundField]:
        """The fields that are not remarks."""
        return [field for field in self if not field.name.startswith("remark-")]

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        typed["remarks"] = {row.pk: typed.pop(remark_field(row.pk), "") for row in self.rows}
        return typed


class FirstReviewForm(RemarkFields):
    """An office agrees here, or returns the sheet on its own page."""

    comment = forms.CharField(
        label="初审意见", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReturnForm(RemarkFields):
    """A first-review office sends the sheet back and says everything at once."""

    reason = forms.CharField(label="理由", widget=forms.Textarea(attrs={"rows": 4}), max_length=300)


class RevisionForm(ProjectForm):
    """调整 of a filed version."""

    reason = forms.CharField(
        label="调整理由",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="情况有什么变化、为什么原目标不再合适。理由随调整送两厅审核，记入联合决定。",
    )


class AgreeForm(ProjectForm):
    agreed = forms.TypedChoiceField(
        label="意见",
        choices=[("yes", "同意"), ("no", "不同意")],
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(label="说明", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


@dataclass(frozen=True, slots=True)
class PointRow:
    """One point of F03 as it is scored."""

    number: int
    aspect: str
    text: str
    most: int
    field: BoundField


class ReviewForm(RemarkFields):
    """绩效目标审核表 (F03). Cleaned: `points`, whole numbers in the order of the form, `comment` and `remarks`."""

    comment = forms.CharField(
        label="总体意见",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="逐条写明需要修改完善的内容，每条一行；评为“优”的可以不填。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, point in enumerate(self.project.edition.review_points, 1):
            label = f"第{number}项得分"
            attrs = {**figure(label, 3), "class": f"{SMALL} num w-auto", "data-sum-group": "review", "step": 1}
            self.fields[f"point_{number}"] = forms.IntegerField(
                label=label,
                min_value=0,
                max_value=point.points,
                widget=forms.NumberInput(attrs=attrs),
                error_messages={"invalid": "请打整数分"},
            )

    def parts(self) -> list[tuple[str, int, list[PointRow]]]:
        """The four parts of the form: name, points, rows."""
        found: dict[str, list[PointRow]] = {}
        for number, point in enumerate(self.project.edition.review_points, 1):
            row = PointRow(number, point.aspect, point.text, point.points, self[f"point_{number}"])
            found.setdefault(point.part, []).append(row)
        return [(part, sum(row.most for row in rows), rows) for part, rows in found.items()]

    @property
    def given(self) -> int:
        """The sum of what is typed so far, for those without a script."""
        typed = [str(row.field.value() or "") for _, _, rows in self.parts() for row in rows]
        return sum(int(text) for text in typed if text.isdecimal())

    @property
    def most(self) -> int:
        return sum(point.points for point in self.project.edition.review_points)

    def clean(self) -> dict[str, Any]:
        super().clean()
        count = len(self.project.edition.review_points)
        self.cleaned_data["points"] = [self.cleaned_data.get(f"point_{number}") for number in range(1, count + 1)]
        return self.cleaned_data
