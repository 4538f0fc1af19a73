"""导入支出: the upload of a workbook of payments."""

from django import forms

from ui.forms import ProjectForm


class PaymentFileForm(ProjectForm):
    file = forms.FileField(
        label="支出明细表（xlsx）",
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        help_text="本项目的模板，或表头齐全的支出明细表；不超过 10 MB。",
    )
