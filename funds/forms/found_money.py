"""问题资金: recording what was proved, paid back or written off; the filter of the list."""

from typing import Any

from django import forms

from funds.forms.dated import Dated
from funds.forms.fields import FilesField, MoneyFormField
from funds.found_money import DISALLOWED
from funds.queries import found_money as queries
from policy.terms import FoundMoneyMove
from ui.forms import DateInput, ProjectForm


class FoundMoneyEntryForm(ProjectForm):
    move = forms.ChoiceField(label="处理方式", widget=forms.RadioSelect)
    amount = MoneyFormField(label="金额（元）")
    happened_on = forms.DateField(label="发生日期", widget=DateInput())
    number = forms.CharField(label="凭证号、缴款书号或批准文号", max_length=80)
    note = forms.CharField(label="说明", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    uploads = FilesField(label="证明材料", required=False, help_text="补充票据、缴款书、核销批复等，至少一份。")

    def __init__(self, *args: Any, moves: list[FoundMoneyMove], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["move"].choices = [(move.value, move.label) for move in moves]  # type: ignore[attr-defined]
        if len(moves) == 1:
            self.fields["move"].initial = moves[0].value


class FoundMoneyFilter(Dated):
    """`asked()`: what was chosen and is valid."""

    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[("", "全部"), ("open", "未整改完"), ("overdue", "逾期未整改"), ("done", "已整改完")],
    )
    kind = forms.ChoiceField(label="问题类型", required=False)
    q = forms.CharField(label="项目、单位名称", max_length=60, required=False)

    def __init__(self, *args: Any, kinds: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {DISALLOWED: queries.DISALLOWED} | kinds
        self.fields["kind"].choices = [("", "全部"), *names.items()]  # type: ignore[attr-defined]

    def asked(self) -> dict[str, Any]:
        self.is_valid()
        return dict(self.cleaned_data)
