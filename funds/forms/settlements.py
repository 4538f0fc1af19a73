"""清算 and 缴回."""

from decimal import Decimal

from django import forms

from funds.forms.fields import FilesField, MoneyFormField
from projects.files import ACCEPT
from ui.forms import DateInput, ProjectForm


class SettlementForm(ProjectForm):
    document_number = forms.CharField(label="清算文号", max_length=80)
    recovery = MoneyFormField(
        label="应追缴（元）",
        least=Decimal(0),
        help_text="取消称号的，结余和利息应全部追缴；少于最多可追缴金额的，须写明理由并上传依据。",
    )
    note = forms.CharField(label="说明", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    uploads = FilesField(
        label="少追缴的依据", required=False, help_text="批文、会议纪要等，可选多个；全额追缴的不需要。"
    )


class RepaymentForm(ProjectForm):
    amount = MoneyFormField(label="缴回金额（元）")
    paid_on = forms.DateField(label="缴回日期", widget=DateInput())
    number = forms.CharField(label="缴款书号", max_length=80)
    proof = forms.FileField(
        label="缴款书或银行回单", widget=forms.FileInput(attrs={"accept": ACCEPT}), help_text="存入项目材料。"
    )
