"""三方对账: the upload of a list, the reason of a difference, the period that is looked at."""

from datetime import date
from typing import Any

from django import forms

from funds.models import Explanation
from ui.forms import DateInput, ProjectForm


class StatementForm(ProjectForm):
    period_from = forms.DateField(label="期间起", widget=DateInput())
    period_to = forms.DateField(label="期间止", widget=DateInput())
    upload = forms.FileField(
        label="清单（xlsx）",
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        help_text="表头至少有：凭证号、日期、金额；另有对方、摘要的一并读取。合计行不读取。",
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("period_from") and data.get("period_to") and data["period_to"] < data["period_from"]:
            self.add_error("period_to", "止日早于起日，请核对。")
        return data


class ExplainForm(ProjectForm):
    reason = forms.ChoiceField(label="原因", choices=Explanation.Reason.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label="说明",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="选“其他”的必须写明。",
    )


class PeriodForm(forms.Form):
    """GET: the period a reader asks for; nothing readable means the newest one."""

    start = forms.DateField(label="期间起", required=False, widget=DateInput())
    end = forms.DateField(label="期间止", required=False, widget=DateInput())

    def period(self) -> tuple[date, date] | None:
        if not self.is_valid():
            return None
        start, end = self.cleaned_data.get("start"), self.cleaned_data.get("end")
        return (start, end) if start and end and start <= end else None
