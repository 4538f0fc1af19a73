"""Forms of a 季报包: its parts, its review, 补件. They keep what was typed; the rules say what is missing."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from accounts.models import User
from funds.forms.fields import FilesField
from performance.models import Indicator, Section
from performance.operations.return_reviews import MOST, RemarkInput
from performance.operations.returns import LONGEST
from ui.forms import ProjectForm
from ui.versions import SeenForm

ROWS, MORE, MOST_ROWS = 5, 10, 60


def area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class SectionForm(SeenForm):
    """暂存 keeps everything; ticked, the part is finished."""

    text = forms.CharField(label="内容", max_length=LONGEST, required=False, widget=area(10), strip=False)
    plan = forms.CharField(label="下期计划", max_length=LONGEST, required=False, widget=area(6), strip=False)
    done = forms.BooleanField(label="这一部分已填完", required=False)

    def __init__(self, *args: Any, section: Section, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = LABELS[Section.Code(section.code)]
        if section.code != Section.Code.PROGRESS:
            del self.fields["plan"]


LABELS = {
    Section.Code.READINGS: "对本期指标的补充说明（可不填）",
    Section.Code.PAYMENTS: "对本期支出的说明（可不填）",
    Section.Code.PROGRESS: "本期建设进展",
    Section.Code.QUESTIONS: "存在的问题和建议（没有的填“无”）",
}


class MarkForm(ProjectForm):
    done = forms.BooleanField(required=False)


WHO = "本单位在职的经办或负责人；指派后写明承办人，其他人仍可以填写。"


class AssignForm(ProjectForm):
    assignee_id = forms.TypedChoiceField(label="承办人", required=False, coerce=int, empty_value=None, help_text=WHO)

    def __init__(self, *args: Any, clerks: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "不指定"), *((str(person.pk), str(person)) for person in clerks)]
        self.fields["assignee_id"].choices = choices  # type: ignore[attr-defined]


class ZeroForm(ProjectForm):
    reason = forms.CharField(label="零报告理由", max_length=300, widget=area(3))


class ReviewReturnForm(ProjectForm):
    """同意, or a list of remarks; empty rows are not read."""

    agreed = forms.TypedChoiceField(
        label="审核意见",
        choices=[("1", "同意"), ("0", "退回补正")],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, indicators: Iterable[Indicator], rows: int = ROWS, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        names = [("", "—"), *((str(one.pk), one.name) for one in indicators)]
        for number in range(rows):
            self.fields[f"section-{number}"] = forms.ChoiceField(
                label=f"第 {number + 1} 条所在部分", required=False, choices=[("", "—"), *Section.Code.choices]
            )
            self.fields[f"indicator-{number}"] = forms.ChoiceField(
                label=f"第 {number + 1} 条所指指标", required=False, choices=names
            )
            self.fields[f"text-{number}"] = forms.CharField(
                label=f"第 {number + 1} 条意见", required=False, max_length=MOST, widget=area(2)
            )

    def lines(self) -> Iterator[tuple[int, BoundField, BoundField, BoundField]]:
        for number in range(self.rows):
            yield number + 1, self[f"section-{number}"], self[f"indicator-{number}"], self[f"text-{number}"]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        remarks = []
        for number in range(self.rows):
            section, indicator = typed.pop(f"section-{number}", ""), typed.pop(f"indicator-{number}", "")
            text = (typed.pop(f"text-{number}", "") or "").strip()
            if text and not section:
                self.add_error(f"section-{number}", "请选择这条意见所在的部分。")
            elif text:
                remarks.append(RemarkInput(section, text, int(indicator) if indicator else None))
        return typed | {"remarks": remarks}


class AskPaperForm(ProjectForm):
    section = forms.ChoiceField(label="所在部分", choices=Section.Code.choices)
    text = forms.CharField(
        label="需要补充的材料",
        max_length=300,
        widget=area(3),
        help_text="写明缺哪份材料。季报包保留原位，不退回、不重新签字；数值不对的请退回补正。",
    )


class AnswerPaperForm(ProjectForm):
    answer = forms.CharField(label="说明", max_length=300, required=False, widget=area(3))
    uploads = FilesField(label="材料", required=False, help_text="可一次选择多个文件。")
