"""Forms of 建设任务 and of its progress. They keep what was typed; the rules say what is missing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils import timezone

from funds.forms.fields import FilesField
from performance.forms.fields import SMALL, SMALL_SELECT
from performance.models import MilestoneProgress
from performance.operations.progress import LONGEST, ProgressInput
from performance.queries.milestones import Progress, ProgressRow
from performance.rules.milestones import MOST_TASKS, Task
from policy.terms import Kind
from ui.forms import DateInput, ProjectForm
from ui.versions import SeenForm

SPARE, LEAST = 3, 6
PARTS = ("name", "planned_on", "share", "category")
TOLD = ("state", "done_share", "actual_on", "note")


def _named(label: str, css: str = SMALL, **attrs: Any) -> dict[str, Any]:
    return {"class": css, "aria-label": label, "autocomplete": "off", **attrs}


def _share(label: str, least: str, *, required: bool = False, group: str = "") -> forms.DecimalField:
    bound: Any = {"max_digits": 5, "decimal_places": 2, "min_value": Decimal(least), "max_value": Decimal(100)}
    sums = {"data-sum-group": group} if group else {}
    widget = forms.TextInput(attrs=_named(label, inputmode="decimal", size=6) | sums)
    return forms.DecimalField(label=label, required=required, widget=widget, **bound)


class PlanForm(SeenForm):
    """One row a task; a row left empty is no task."""

    reason = forms.CharField(
        label="调整理由", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="调整已审定的计划必填；原版本只读保留",
    )  # fmt: skip

    def __init__(self, *args: Any, tasks: Sequence[Task], changes: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not changes:
            del self.fields["reason"]
        self.tasks = list(tasks)
        self.count = min(MOST_TASKS, max(LEAST, len(self.tasks) + SPARE))
        categories = self.project.edition.categories_for(Kind(self.project.kind))
        choices = [("", "不对应"), *((item.code, item.name) for item in categories)]
        for place in range(self.count):
            self._add(place, choices)

    def _add(self, place: int, choices: list[tuple[str, str]]) -> None:
        task = self.tasks[place] if place < len(self.tasks) else None
        where = f"第 {place + 1} 项"
        name, day = f"{where}任务名称", f"{where}计划完成日期"
        fields = {
            "name": forms.CharField(
                label=name, max_length=120, required=False, widget=forms.TextInput(attrs=_named(name))
            ),
            "planned_on": forms.DateField(label=day, required=False, widget=DateInput(attrs=_named(day))),
            "share": _share(f"{where}占比", "0.01", group="share"),
            "category": forms.ChoiceField(
                label=f"{where}支出类别",
                required=False,
                choices=choices,
                widget=forms.Select(attrs=_named(f"{where}支出类别", SMALL_SELECT)),
            ),
            "key": forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput),
        }
        for part, made in fields.items():
            made.initial = getattr(task, part) if task else None
            self.fields[f"r{place}-{part}"] = made

    def lines(self) -> Iterator[tuple[int, list[BoundField], BoundField]]:
        for place in range(self.count):
            yield place + 1, [self[f"r{place}-{part}"] for part in PARTS], self[f"r{place}-key"]

    def given(self) -> list[Task]:
        """The rows with anything in them, in order."""
        found = []
        for place in range(self.count):
            row = {part: self.cleaned_data.get(f"r{place}-{part}") for part in (*PARTS, "key")}
            if any(row[part] for part in PARTS[:3]):
                found.append(
                    Task(row["name"] or "", row["planned_on"], row["share"], row["category"] or "", row["key"] or 0)
                )
        return found


@dataclass(frozen=True, slots=True)
class Line:
    row: ProgressRow
    fields: list[BoundField]
    papers: BoundField


class ProgressForm(SeenForm):
    """One row a task of the plan in force, then risk and measures."""

    risk = forms.CharField(
        label="主要风险", max_length=LONGEST["risk"], required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    measure = forms.CharField(
        label="应对措施", max_length=LONGEST["measure"], required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, progress: Progress, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.progress = progress
        for row in progress.rows:
            self._add(row)

    def _add(self, row: ProgressRow) -> None:
        told, name = row.told, row.milestone.name
        small: Any = {"label": name, "required": False}
        made: dict[str, forms.Field] = {
            "state": forms.ChoiceField(
                choices=MilestoneProgress.State.choices,
                label=name,
                widget=forms.Select(attrs=_named(f"{name}状态", f"{SMALL_SELECT} w-auto")),
            ),
            "done_share": _share(f"{name}完成比例", "0", required=True),
            "actual_on": forms.DateField(widget=DateInput(attrs=_named(f"{name}实际完成日期")), **small),
            "note": forms.CharField(
                max_length=LONGEST["note"], widget=forms.Textarea(attrs=_named(f"{name}说明", rows=2)), **small
            ),
        }
        for part, one in made.items():
            one.initial = getattr(told, part) if told else {"done_share": row.before}.get(part)
            self.fields[f"{row.field}-{part}"] = one
        self.fields[f"{row.field}-papers"] = FilesField(label=f"{name}佐证材料", required=False)

    def lines(self) -> Iterator[Line]:
        for row in self.progress.rows:
            fields = [self[f"{row.field}-{part}"] for part in TOLD]
            yield Line(row, fields, self[f"{row.field}-papers"])

    def given(self) -> dict[int, ProgressInput]:
        data = self.cleaned_data
        return {
            row.milestone.key: ProgressInput(
                **{part: data[f"{row.field}-{part}"] for part in TOLD}, papers=data[f"{row.field}-papers"] or ()
            )
            for row in self.progress.rows
        }


class CommentForm(ProjectForm):
    text = forms.CharField(label="评议意见", max_length=LONGEST["text"], widget=forms.Textarea(attrs={"rows": 3}))


class PlanReviewForm(ProjectForm):
    agreed = forms.TypedChoiceField(
        label="意见",
        choices=[("yes", "同意，作为审定的计划"), ("no", "退回修改")],
        coerce=lambda text: text == "yes",
        widget=forms.RadioSelect,
    )
    remark = forms.CharField(
        label="审核意见", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="退回的必填",
    )  # fmt: skip


class CallForm(ProjectForm):
    called_at = forms.DateTimeField(
        label="通话时间",
        input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    person = forms.CharField(label="接听人", max_length=40)
    said = forms.CharField(label="通话内容", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    promised_on = forms.DateField(label="承诺报送日期", required=False, widget=DateInput())

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        if field_name == "called_at":
            return now()
        return super().get_initial_for_field(field, field_name)


def now() -> datetime:
    return timezone.localtime().replace(second=0, microsecond=0)
