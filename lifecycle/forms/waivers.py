"""Forms of 豁免."""

from collections.abc import Mapping
from typing import Any

from django import forms

from lifecycle.forms.steps import paper
from policy.findings import Finding
from ui.forms import DateInput, ProjectForm


class WaiverForm(ProjectForm):
    finding = forms.ChoiceField(label="豁免的事项", choices=())
    reason = forms.CharField(label="理由和范围", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    number = forms.CharField(label="批准文号", max_length=80)
    dated_on = forms.DateField(label="成文日期", widget=DateInput())
    until = forms.DateField(label="豁免至", widget=DateInput(), help_text="最长一年；到期自动恢复")
    document = paper("批准文件")

    def __init__(self, *args: Any, findings: Mapping[str, Finding], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(key, f"{one.message}（{one.clause or '系统默认'}）") for key, one in findings.items()]
        field = self.fields["finding"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = choices
