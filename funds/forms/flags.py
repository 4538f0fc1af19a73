"""疑点: raising, explaining, asking on, closing, filtering."""

from typing import Any

from django import forms

from funds.models import Flag
from funds.rules.flags import FlagRule
from policy.terms import Severity
from ui.forms import ProjectForm


class FlagForm(ProjectForm):
    text = forms.CharField(
        label="疑点",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="什么地方、为什么要说明。提出疑点不改变任何金额。",
    )


class AnswerForm(ProjectForm):
    text = forms.CharField(label="说明", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class AskForm(ProjectForm):
    text = forms.CharField(label="追问或记录", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    asks = forms.BooleanField(label="请单位补充说明", required=False, initial=True)


class CloseForm(ProjectForm):
    verdict = forms.ChoiceField(
        label="处理结果",
        choices=[(Flag.State.CLEARED, "已排除"), (Flag.State.CONFIRMED, "属实")],
        widget=forms.RadioSelect,
    )
    conclusion = forms.CharField(
        label="处理意见",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="依据什么排除；属实的写明怎样处理（暂不认定、转审计等）。",
    )


class FlagFilter(forms.Form):
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "待办（未核定）"), ("all", "全部"), *Flag.State.choices]
    )
    rule = forms.ChoiceField(label="规则", required=False, choices=[("", "全部"), *FlagRule.choices])
    severity = forms.ChoiceField(
        label="级别",
        required=False,
        choices=[("", "全部"), *((one.value, one.label) for one in (Severity.WARNING, Severity.NOTICE))],
    )
    q = forms.CharField(label="内容、凭证号、项目", required=False, max_length=60)

    def asked(self) -> dict[str, Any]:
        return self.cleaned_data if self.is_valid() else {}
