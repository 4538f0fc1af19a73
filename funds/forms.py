"""Forms of the money: they check what was typed and never save."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

from funds.ledger import ISSUED_SOURCES
from funds.models import FundDocument
from funds.queries.pages import Issuable, categories_of
from policy.money import LARGEST
from policy.terms import Source, VoucherState
from projects.files import ACCEPT
from ui.forms import DateInput, MoneyInput, ProjectForm

PLAIN = re.compile(r"\d{1,12}(\.\d{1,2})?")
FIRST_YEAR = 2010
PROCUREMENT = ("公开招标", "邀请招标", "竞争性谈判", "竞争性磋商", "询价", "单一来源", "框架协议", "自行采购")


class MoneyFormField(forms.CharField):
    """Yuan as people type them: digits, commas, full width; at most two places (design/trust.md, L8)."""

    def __init__(self, *, least: Decimal = Decimal("0.01"), **kwargs: Any) -> None:
        super().__init__(widget=kwargs.pop("widget", None) or MoneyInput(), max_length=30, **kwargs)
        self.least = least

    def to_python(self, value: Any) -> Any:
        text = unicodedata.normalize("NFKC", super().to_python(value) or "").replace(",", "").strip()
        if not text:
            return None
        if not PLAIN.fullmatch(text):
            raise ValidationError("请填写以元为单位的数字，最多两位小数，例如 120000.00。")
        amount = Decimal(text)
        if not self.least <= amount <= LARGEST:
            raise ValidationError(f"金额应在 {self.least} 元至 {LARGEST:,} 元之间。")
        return amount

    def validate(self, value: Any) -> None:
        if value is None and self.required:
            raise ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """Length and form were checked on the text."""


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of uploads, as a list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=SeveralFiles(attrs={"accept": ACCEPT}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        clean = super().clean
        return [one for one in (clean(item, initial) for item in given) if one]


class VoucherForm(ProjectForm):
    number = forms.CharField(label="凭证号", max_length=40, help_text="单位记账凭证的编号，项目内不重复。")
    paid_on = forms.DateField(label="支付日期", widget=DateInput())
    category = forms.ChoiceField(label="支出类别")
    source = forms.ChoiceField(label="资金来源", choices=Source.choices)
    amount = MoneyFormField(label="金额（元）")
    payee = forms.CharField(label="收款方", max_length=120)
    abstract = forms.CharField(label="摘要", max_length=200, help_text="买了什么、用在哪里。")
    contract_number = forms.CharField(label="合同号", max_length=80, required=False)
    invoice_number = forms.CharField(label="发票号", max_length=60, required=False)
    invoice_seller = forms.CharField(label="开票方", max_length=120, required=False, help_text="与收款方不同时填写。")
    asset_card = forms.CharField(label="资产卡号", max_length=80, required=False, help_text="设备入账后补填亦可。")
    procurement = forms.ChoiceField(
        label="采购方式", required=False, choices=[("", "未填"), *((way, way) for way in PROCUREMENT)]
    )
    uploads = FilesField(
        label="支出凭证", required=False, help_text="发票、合同、验收单、支付回单等，可选多个；提交前至少一份。"
    )
    approvals = FilesField(label="两厅批复", required=False, help_text="「其他」类支出须逐笔附人社、财政两厅批复。")

    def __init__(self, *args: Any, today: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [(item.code, item.name) for item in categories_of(self.project)]  # type: ignore[attr-defined]
        if today:
            self.fields["paid_on"].widget.attrs["max"] = today.isoformat()


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
        self.fields["verdict"].choices = [  # type: ignore[attr-defined]
            (verdict.value, verdict.label) for verdict in verdicts if verdict != voucher.state
        ]


class ReversalForm(ProjectForm):
    amount = MoneyFormField(label="冲销金额（元）")
    reason = forms.CharField(label="冲销理由", max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


class ReasonForm(ProjectForm):
    reason = forms.CharField(label="退回理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class ReceiptForm(ProjectForm):
    received_on = forms.DateField(label="到账日期", widget=DateInput())
    amount = MoneyFormField(label="到账金额（元）", help_text="按银行回单或额度到账通知填写；分次到账分次确认。")


class BudgetForm(ProjectForm):
    """One field a cell of category × source; empty means 0."""

    def __init__(self, *args: Any, cells: Mapping[tuple[str, str], Decimal], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.categories = categories_of(self.project)
        self.sources = sorted(Source, key=lambda source: source != self.project.edition.grant_source)
        for category in self.categories:
            for source in self.sources:
                self.fields[self._name(category.code, source)] = MoneyFormField(
                    label=f"{category.name}（{source.label}）",
                    required=False,
                    least=Decimal(0),
                    initial=cells.get((category.code, source)),
                    widget=MoneyInput(
                        {
                            "class": "num form-control",
                            "aria-label": f"{category.name}（{source.label}）",
                            "data-sum-group": source.value,
                        }
                    ),
                )

    @staticmethod
    def _name(category: str, source: str) -> str:
        return f"cell-{category}-{source}"

    def rows(self) -> Iterator[tuple[Any, list[tuple[Source, BoundField]]]]:
        for category in self.categories:
            yield category, [(source, self[self._name(category.code, source)]) for source in self.sources]

    def clean(self) -> dict[str, Any]:
        """The operation takes the cells as one mapping."""
        typed = super().clean() or {}
        keys = [(category.code, source.value) for category in self.categories for source in self.sources]
        return {"items": {key: typed.get(self._name(*key)) or Decimal(0) for key in keys}}


class FundDocumentForm(ProjectForm):
    number = forms.CharField(label="文号", max_length=80)
    title = forms.CharField(label="标题", max_length=160)
    dated_on = forms.DateField(label="成文日期", widget=DateInput())
    fiscal_year = forms.IntegerField(label="预算年度", min_value=FIRST_YEAR, max_value=2100)
    source = forms.ChoiceField(
        label="资金来源", choices=[(source.value, source.label) for source in Source if source in ISSUED_SOURCES]
    )
    indicator_number = forms.CharField(label="指标文号", max_length=80, required=False)
    upload = forms.FileField(
        label="资金文件扫描件", widget=forms.FileInput(attrs={"accept": ACCEPT}), help_text="存入所列每个项目的材料。"
    )

    def __init__(self, *args: Any, issuable: Iterable[Issuable], amounts: Mapping[int, Decimal], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.issuable = list(issuable)
        for row in self.issuable:
            label = f"{row.project.name} 下达金额（元）"
            self.fields[self._name(row)] = MoneyFormField(
                label=label,
                required=False,
                least=Decimal(0),
                initial=amounts.get(row.project.pk),
                widget=MoneyInput({"class": "num form-control", "aria-label": label, "data-sum-group": "lines"}),
            )

    @staticmethod
    def _name(row: Issuable) -> str:
        return f"amount-{row.project.pk}"

    def head(self) -> list[BoundField]:
        return [self[name] for name in self.fields if not name.startswith("amount-")]

    def rows(self) -> Iterator[tuple[Issuable, BoundField]]:
        for row in self.issuable:
            yield row, self[self._name(row)]

    def clean(self) -> dict[str, Any]:
        """The operation takes the amounts as one mapping; empty rows are not in the document."""
        typed = super().clean() or {}
        amounts = {row.project.pk: typed.pop(self._name(row), None) for row in self.issuable}
        return typed | {"lines": {pk: amount for pk, amount in amounts.items() if amount}}


class SettlementForm(ProjectForm):
    document_number = forms.CharField(label="清算文号", max_length=80)
    recovery = MoneyFormField(label="应追缴（元）", least=Decimal(0), help_text="取消称号的，结余应全部追缴。")
    note = forms.CharField(label="说明", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    terminating = forms.BooleanField(label="为办理项目终止而清算", required=False)


class PaymentFilter(forms.Form):
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *VoucherState.choices])
    category = forms.ChoiceField(label="支出类别", required=False)
    q = forms.CharField(label="凭证号、收款方、摘要", required=False, max_length=60)

    def __init__(self, *args: Any, names: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", "全部"), *names.items()]  # type: ignore[attr-defined]


class DocumentFilter(forms.Form):
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *FundDocument.State.choices])
    year = forms.IntegerField(label="预算年度", required=False, min_value=FIRST_YEAR, max_value=2100)
    q = forms.CharField(label="文号、标题", required=False, max_length=60)
