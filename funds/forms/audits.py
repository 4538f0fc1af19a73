"""资金审计: opening, findings, replies, verification."""

from typing import Any

from django import forms

from funds.forms.fields import FilesField, MoneyFormField
from funds.models import AuditCase
from funds.queries.audits import picks_of
from policy.money import ZERO
from policy.spelling import number_key
from policy.terms import SampleMethod, VoucherState
from projects.models import Problem
from ui.forms import DateInput, ProjectForm


def _long(label: str, most: int, rows: int = 3, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **more)


class AuditForm(ProjectForm):
    number = forms.CharField(label="审计通知书文号", max_length=80)
    title = forms.CharField(label="审计名称", max_length=160)
    period_from = forms.DateField(label="审计期间起", widget=DateInput())
    period_to = forms.DateField(label="审计期间止", widget=DateInput())
    method = forms.ChoiceField(label="抽样方法", choices=SampleMethod.choices)
    size = forms.IntegerField(label="抽样笔数", min_value=1, max_value=100_000)
    batch_id = forms.TypedChoiceField(label="限于报账批次", required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        batches = [(batch.pk, str(batch)) for batch in self.project.batches.exclude(state="draft")]
        self.fields["batch_id"].choices = [("", "不限批次"), *batches]  # type: ignore[attr-defined]
        self.fields["batch_id"].help_text = "选了批次的，只抽该批次在审计期间内支付的支出。"


class FindingForm(ProjectForm):
    """`auditor`: the 审计 post fills in no figure."""

    kind = forms.ChoiceField(label="问题类型")
    level = forms.ChoiceField(label="问题程度", choices=Problem.Level.choices, initial=Problem.Level.MAJOR)
    voucher_id = forms.TypedChoiceField(label="涉及的样本", required=False, coerce=int, empty_value=None)
    other_number = forms.CharField(
        label="样本以外的凭证号", max_length=40, required=False, help_text="问题出在样本以外的支出时填写。"
    )
    amount = MoneyFormField(label="涉及金额（元）", least=ZERO, help_text="没有金额的填 0。")
    due_on = forms.DateField(label="整改期限", widget=DateInput(), help_text="遇休息日顺延至下一工作日。")
    fact = _long("事实", 500)
    clause = forms.CharField(
        label="依据", max_length=160, required=False, help_text="文件和条款；通知已有规定的类型可以不填。"
    )
    measure = _long("整改要求", 300)
    uploads = FilesField(label="证据材料", required=False, help_text="可选多个；送达前每条至少一份。")

    def __init__(self, *args: Any, case: AuditCase, auditor: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        kinds = [(one.code, one.name) for one in case.project.edition.finding_kinds]
        picks = [(one.voucher_id, f"{one.voucher.number}　{one.voucher.payee}") for one in picks_of(case)]
        self.fields["kind"].choices = [("", "请选择"), *kinds]  # type: ignore[attr-defined]
        self.fields["voucher_id"].choices = [("", "不针对某一笔样本"), *picks]  # type: ignore[attr-defined]
        if auditor:
            del self.fields["amount"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        number = data.pop("other_number", "").strip()
        if "amount" not in self.fields:
            data["amount"] = ZERO
        if not number:
            return data
        if data.get("voucher_id"):
            self.add_error("other_number", "已选了样本，请只填一处。")
        found = self.case.project.vouchers.filter(number_key=number_key(number), reverses=None).exclude(
            state=VoucherState.DRAFT
        )
        data["voucher_id"] = found.values_list("pk", flat=True).first() or data.get("voucher_id")
        if not data["voucher_id"]:
            self.add_error("other_number", f"本项目没有凭证号为 {number} 的已提交支出，请核对。")
        return data


class AssessForm(ProjectForm):
    amount = MoneyFormField(label="涉及金额（元）", help_text="核定后计入问题资金，不能再改小。")


class ReplyForm(ProjectForm):
    reply = _long("整改措施和结果", 2000, 5)
    uploads = FilesField(label="整改佐证材料", required=False, help_text="可选多个；提交前至少一份。")


class VerifyForm(ProjectForm):
    closed = forms.TypedChoiceField(
        label="核验结论",
        choices=[("yes", "整改到位，销号"), ("no", "退回单位补充")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    note = _long("核验意见", 300)


class ConclusionForm(ProjectForm):
    conclusion = _long("审计结论", 2000, 5)
