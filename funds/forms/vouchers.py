"""支出: entering, proving, judging, reversing."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from accounts.models import User
from funds.forms.fields import FilesField, MoneyFormField
from funds.models import Contract
from funds.queries.pages import all_names_of, categories_of
from funds.rules import quarter_of
from funds.rules.procurement import PROCUREMENT
from policy.calendar import add_months
from policy.days import FIRST_YEAR, LAST_YEAR
from policy.terms import EntryType, PayWay, Source, VoucherState
from projects.files import ACCEPT
from ui.forms import DateInput, ProjectForm

CHOOSE = ("", "请选择")
# The fields of one payment as they stand on the page.
SECTIONS = (
    ("付款", ("number", "paid_on", "amount", "source", "pay_way", "fund_year")),
    ("用途", ("category", "abstract", "payee", "quantity", "unit_price", "asset_card")),
    ("合同与采购", ("contract", "contract_number", "procurement")),
    ("发票", ("invoice_number", "invoice_seller", "invoice_on", "invoice_total", "tax_included")),
    ("入账期间", ("entry_type", "about_period")),
    ("材料", ("uploads", "approvals")),
)


class VoucherForm(ProjectForm):
    number = forms.CharField(label="凭证号", max_length=40, help_text="单位记账凭证的编号，项目内不重复。")
    paid_on = forms.DateField(label="支付日期", widget=DateInput())
    category = forms.ChoiceField(label="支出类别")
    source = forms.ChoiceField(label="资金来源", choices=[CHOOSE, *Source.choices])
    amount = MoneyFormField(label="金额（元）", help_text="本次实付；首付款、尾款不填发票总额。")
    payee = forms.CharField(label="收款方", max_length=120)
    abstract = forms.CharField(label="摘要", max_length=200, help_text="买了什么、用在哪里。")
    pay_way = forms.ChoiceField(label="支付方式", required=False, choices=PayWay.choices)
    fund_year = forms.IntegerField(
        label="资金年度",
        required=False,
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        help_text="用的是哪个预算年度下达的资金；可留空。",
    )
    quantity = forms.IntegerField(label="数量", required=False, min_value=1, max_value=1_000_000)
    unit_price = MoneyFormField(label="单价（元）", required=False)
    asset_card = forms.CharField(label="资产卡号", max_length=80, required=False, help_text="设备入账后补填亦可。")
    contract = forms.ModelChoiceField(
        label="登记的合同",
        queryset=Contract.objects.none(),
        required=False,
        empty_label="不按登记的合同",
        help_text="选择后，空着的合同号、采购方式按合同填写；建设期后的尾款、质保金必须选择。",
    )
    contract_number = forms.CharField(label="合同号", max_length=80, required=False)
    procurement = forms.ChoiceField(
        label="采购方式", required=False, choices=[("", "未填"), *((way, way) for way in PROCUREMENT)]
    )
    invoice_number = forms.CharField(label="发票号", max_length=60, required=False)
    invoice_seller = forms.CharField(label="开票方", max_length=120, required=False, help_text="发票上的销售方名称。")
    invoice_on = forms.DateField(label="开票日期", widget=DateInput(), required=False)
    invoice_total = MoneyFormField(label="发票总额（元）", required=False, help_text="价税合计。")
    tax_included = forms.ChoiceField(label="本次金额", required=False, choices=[("yes", "含税"), ("no", "不含税")])
    entry_type = forms.ChoiceField(
        label="入账性质",
        required=False,
        choices=[("", "按支付日期：本期或补录"), (EntryType.CORRECTION.value, EntryType.CORRECTION.label)],
        help_text="支付日期早于登记的季度，自动记为补录。",
    )
    about_period = forms.ChoiceField(label="更正的期间", required=False, help_text="以前期更正须选择。")
    uploads = FilesField(
        label="支出凭证", required=False, help_text="发票、合同、验收单、支付回单等，可选多个；提交前至少一份。"
    )
    approvals = FilesField(label="两厅批复", required=False, help_text="「其他」类支出须逐笔附人社、财政两厅批复。")
    invoice_file = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, today: date | None = None, editing: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            "category": [
                CHOOSE,
                *((item.code, item.name) for item in categories_of(self.project)),
                *self._stored_category(),
            ],
            "about_period": [("", "不适用"), *((one, one) for one in quarters(self.project.build_start_on, today))],
        }
        for name, found in choices.items():
            self.fields[name].choices = found  # type: ignore[attr-defined]
        self.fields["contract"].queryset = self.project.contracts.filter(voided_on=None)  # type: ignore[attr-defined]
        if editing:
            del self.fields["invoice_file"]
        if today:
            for name in ("paid_on", "invoice_on"):
                self.fields[name].widget.attrs["max"] = today.isoformat()

    def _stored_category(self) -> list[tuple[str, str]]:
        """What the payment bears already stays to be chosen, so that no edit moves it silently."""
        code = self.initial.get("category", "")
        if not code or code in {item.code for item in categories_of(self.project)}:
            return []
        return [(code, f"{all_names_of(self.project).get(code, code)}（不属于本类项目）")]

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [(title, [self[name] for name in names]) for title, names in SECTIONS]

    def clean(self) -> dict[str, Any]:
        """What was left alone takes its usual value."""
        data = super().clean() or self.cleaned_data
        data["pay_way"] = data.get("pay_way") or PayWay.TRANSFER.value
        data["tax_included"] = data.get("tax_included") != "no"
        return data


def quarters(start: date | None, today: date | None) -> list[str]:
    """The quarters from the start of the build period to today, latest first."""
    if start is None or today is None:
        return []
    found = dict.fromkeys(
        quarter_of(add_months(start, 3 * step)) for step in range(80) if add_months(start, 3 * step) <= today
    )
    return list(reversed([*found, *([] if quarter_of(today) in found else [quarter_of(today)])]))


class InvoiceForm(ProjectForm):
    upload = forms.FileField(
        label="数电票",
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
        help_text="XML、OFD 或 PDF 原件读取最准；图片只作为凭证保存，票面内容手工填写。",
    )


class AskForm(ProjectForm):
    text = forms.CharField(
        label="需要补充的材料",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="本笔保留原位，不退回、不重新签字。",
    )


class AnswerForm(ProjectForm):
    answer = forms.CharField(label="答复", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    uploads = FilesField(label="材料", required=False, help_text="可选多个；无法提供的，在答复中写明原因。")


class HandoverForm(ProjectForm):
    giver = forms.ModelChoiceField(
        label="移交人", queryset=User.objects.none(), help_text="名下有草稿或退回支出的经办。"
    )
    taker = forms.ModelChoiceField(label="接手人", queryset=User.objects.none(), help_text="本单位在岗的经办。")

    def __init__(self, *args: Any, givers: Iterable[User] = (), takers: Iterable[User] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, people in (("giver", givers), ("taker", takers)):
            ids = [person.pk for person in people]
            self.fields[name].queryset = User.objects.filter(pk__in=ids).order_by("pk")  # type: ignore[attr-defined]


class EvidenceForm(ProjectForm):
    uploads = FilesField(label="支出凭证", required=False, help_text="回答财政疑问的材料，可选多个。")
    approvals = FilesField(label="两厅批复", required=False)


class JudgeForm(ProjectForm):
    """`reversal`: only 认定 and 不认定 stand open; `fits`: 认定 stands open."""

    verdict = forms.ChoiceField(label="审核结论", widget=forms.RadioSelect)
    opinion = forms.CharField(
        label="审核意见",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="除认定外必须写明理由。",
    )

    def __init__(self, *args: Any, voucher: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        verdicts = [VoucherState.RECOGNISED, VoucherState.QUESTIONED, VoucherState.DISALLOWED, VoucherState.RETURNED]
        if voucher.reverses_id:
            verdicts = [VoucherState.RECOGNISED, VoucherState.DISALLOWED]
        elif voucher.state == VoucherState.DISALLOWED:
            verdicts = [VoucherState.RECOGNISED]
        self.fields["verdict"].choices = [  # type: ignore[attr-defined]
            (verdict.value, verdict.label) for verdict in verdicts if verdict != voucher.state
        ]


class ReversalForm(ProjectForm):
    amount = MoneyFormField(label="冲销金额（元）")
    paid_on = forms.DateField(label="退款日期", widget=DateInput(), help_text="钱退回（或账上更正）的日期。")
    number = forms.CharField(label="退款凭证号", max_length=40, help_text="单位账上退款或红字凭证的编号。")
    reason = forms.CharField(label="冲销理由", max_length=200, widget=forms.Textarea(attrs={"rows": 3}))
    uploads = FilesField(
        label="冲销凭证", required=False, help_text="退款回单、红字凭证等，可选多个；没有凭证的不能认定，可待后补充。"
    )
