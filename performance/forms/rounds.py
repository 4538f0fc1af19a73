"""Forms of 监测轮次 and of what the province does to a 季报包."""

from collections.abc import Iterable
from typing import Any

from django import forms

from performance.models import PeriodReturn, Round
from performance.queries.rounds import Candidate
from ui.forms import DateInput, ProjectForm

LATE = ("late", "逾期")


class PeriodForm(forms.Form):
    """GET: the days a round is to ask for; the list below it follows."""

    kind = forms.ChoiceField(label="类型", choices=Round.Kind.choices, required=False)
    period_from = forms.DateField(label="监测期间起", widget=DateInput())
    cut_off = forms.DateField(
        label="截至日期", widget=DateInput(), help_text="可为任意日期，如 1–7 月截至 7 月 31 日。"
    )


class RoundForm(ProjectForm):
    """The days come from the list that was shown, so that what is ticked is what was seen."""

    kind = forms.ChoiceField(choices=Round.Kind.choices, widget=forms.HiddenInput)
    period_from = forms.DateField(widget=forms.HiddenInput)
    cut_off = forms.DateField(widget=forms.HiddenInput)
    name = forms.CharField(label="轮次名称", max_length=60)
    due_on = forms.DateField(
        label="报送截止日期", widget=DateInput(), help_text="按政策规定的工作日推算，可以调整；周末和节假日已顺延。"
    )
    monitoring = forms.BooleanField(
        label="同时填报绩效监控表（F04）", required=False, help_text="单位逐项填写预计完成值、偏差原因和改进措施。"
    )
    note = forms.CharField(label="说明", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    projects = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, found: Iterable[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = list(found)
        self.fields["projects"].choices = [(str(row.project.pk), row.project.name) for row in self.found]  # type: ignore[attr-defined]

    def head(self) -> list[Any]:
        return [self[name] for name in ("name", "due_on", "monitoring", "note")]

    def asked(self) -> list[tuple[Candidate, bool]]:
        """Each project that can be asked, and whether it is ticked; at first they all are."""
        chosen = set(self["projects"].value() or ()) if self.is_bound else None
        return [(row, chosen is None or str(row.project.pk) in chosen) for row in self.found if not row.why]

    def left_out(self) -> list[Candidate]:
        return [row for row in self.found if row.why]

    def clean_projects(self) -> list[int]:
        return [int(pk) for pk in self.cleaned_data["projects"]]


class DueForm(ProjectForm):
    due_on = forms.DateField(
        label="报送截止日期",
        widget=DateInput(),
        help_text="本轮还没有报送的项目一并改为这一天；已退回补正的按各自的补正期限，不变。",
    )


class AddForm(ProjectForm):
    project_id = forms.IntegerField(min_value=1, max_value=2**31 - 1)


class ExemptForm(ProjectForm):
    reason = forms.CharField(
        label="免报理由",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="免报后单位不再填报本期，也不再催报；本期不计入累计数，也不按 0 计。",
    )


class ReturnFilter(forms.Form):
    state = forms.ChoiceField(label="状态", choices=[("", "全部"), LATE, *PeriodReturn.State.choices], required=False)
    q = forms.CharField(label="单位或项目", max_length=60, required=False)
