"""资金文件 and 到账."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from funds.forms.dated import Dated
from funds.forms.fields import FilesField, MoneyFormField
from funds.ledger import ISSUED_SOURCES
from funds.models import FundDocument, Income
from funds.queries.as_of import Moment
from funds.queries.issuing import Issuable, Withheld
from funds.rules.carry_over import YEAR_END
from policy.days import FIRST_YEAR, LAST_YEAR
from policy.terms import ArrivalMode, DocumentKind, Source
from projects.files import ACCEPT
from ui.forms import DateInput, MoneyInput, ProjectForm

AMOUNT = "amount-"
LONGEST_ID = 9  # digits; no id has more


class ReasonForm(ProjectForm):
    reason = forms.CharField(label="退回理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class ReceiptForm(ProjectForm):
    received_on = forms.DateField(label="到账日期", widget=DateInput())
    amount = MoneyFormField(label="到账金额（元）", help_text="按银行回单或额度到账通知填写；分次到账分次确认。")


class FundDocumentForm(ProjectForm):
    """`withheld`: projects without filed targets; ticked, they are written down as left out of the document."""

    kind = forms.ChoiceField(
        label="性质", choices=DocumentKind.choices, help_text="收回、核减从尚未到账的资金开始，不低于已使用的金额。"
    )
    number = forms.CharField(label="文号", max_length=80)
    title = forms.CharField(label="标题", max_length=160)
    dated_on = forms.DateField(label="成文日期", widget=DateInput())
    fiscal_year = forms.IntegerField(label="预算年度", min_value=FIRST_YEAR, max_value=LAST_YEAR)
    source = forms.ChoiceField(
        label="资金来源", choices=[(source.value, source.label) for source in Source if source in ISSUED_SOURCES]
    )
    origin_year = forms.IntegerField(
        label="原预算年度",
        required=False,
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        help_text="收回、核减和再下达时填写资金首次下达的年度，年限由此起算；首次下达留空。",
    )
    tranche = forms.IntegerField(label="第几批", min_value=1, max_value=99, initial=1)
    indicator_number = forms.CharField(label="指标文号", max_length=80, required=False)
    functional_class = forms.CharField(label="功能科目", max_length=80, required=False)
    economic_class = forms.CharField(label="经济分类", max_length=80, required=False)
    total = MoneyFormField(label="文件总额（元）", help_text="按文件原件填写，须与分配表合计一致。")
    upload = forms.FileField(
        label="资金文件扫描件", widget=forms.FileInput(attrs={"accept": ACCEPT}), help_text="存入所列每个项目的材料。"
    )
    held_out = forms.MultipleChoiceField(label="未列入下达", required=False)

    def __init__(
        self,
        *args: Any,
        issuable: Iterable[Issuable],
        withheld: Iterable[Withheld],
        amounts: Mapping[int, Decimal],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.issuable, self.withheld = list(issuable), list(withheld)
        self.fields["held_out"].choices = [(str(row.project.pk), row.project.name) for row in self.withheld]  # type: ignore[attr-defined]
        for row in self.issuable:
            label = f"{row.project.name} 金额（元）"
            self.fields[self._name(row)] = MoneyFormField(
                label=label,
                required=False,
                least=Decimal(0),
                initial=amounts.get(row.project.pk),
                widget=MoneyInput({"class": "num form-control", "aria-label": label, "data-sum-group": "lines"}),
            )

    @staticmethod
    def _name(row: Issuable) -> str:
        return f"{AMOUNT}{row.project.pk}"

    def head(self) -> list[BoundField]:
        return [self[name] for name in self.fields if not name.startswith(AMOUNT) and name != "held_out"]

    def rows(self) -> Iterator[tuple[Issuable, BoundField]]:
        for row in self.issuable:
            yield row, self[self._name(row)]

    def left_out(self) -> list[tuple[Withheld, bool]]:
        """Each project without filed targets, and whether it is ticked; at first they all are."""
        chosen = self["held_out"].value() if self.is_bound else None
        return [(row, chosen is None or str(row.project.pk) in chosen) for row in self.withheld]

    def clean(self) -> dict[str, Any]:
        """The operation takes the amounts as one mapping; empty rows are not in the document."""
        typed = super().clean() or {}
        amounts = {row.project.pk: typed.pop(self._name(row), None) for row in self.issuable}
        held_out = [int(pk) for pk in typed.pop("held_out", [])]
        return typed | {"lines": {pk: amount for pk, amount in amounts.items() if amount}, "held_out": held_out}


def typed_for(data: Mapping[str, Any]) -> list[int]:
    """The projects an amount was typed for, whether or not they still stand in the table."""
    names = [name[len(AMOUNT) :] for name in data if name.startswith(AMOUNT) and str(data[name]).strip()]
    return [int(name) for name in names if name.isdecimal() and len(name) <= LONGEST_ID]


class ReleaseForm(ProjectForm):
    amount = MoneyFormField(label="拨付金额（元）")
    released_on = forms.DateField(label="拨付日期", widget=DateInput())
    number = forms.CharField(
        label="拨付凭证号", max_length=80, help_text="支付凭证或额度通知的编号；一张拨付几个项目的，各项目填同一编号。"
    )


class CorrectionForm(ProjectForm):
    amount = MoneyFormField(label="减少金额（元）", help_text="多确认的部分；原记录保留，另记一条负数。")
    received_on = forms.DateField(label="更正日期", widget=DateInput())
    reason = forms.CharField(label="更正理由", max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


class ReleaseCorrectionForm(ProjectForm):
    amount = MoneyFormField(label="减少金额（元）", help_text="多登记的部分；原记录保留，经另一人复核后减少。")
    released_on = forms.DateField(label="更正日期", widget=DateInput())
    reason = forms.CharField(label="更正理由", max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


class IncomeForm(ProjectForm):
    kind = forms.ChoiceField(label="收入性质", choices=Income.Kind.choices)
    amount = MoneyFormField(label="金额（元）")
    received_on = forms.DateField(label="到账日期", widget=DateInput())
    number = forms.CharField(label="凭证号", max_length=80, help_text="银行回单或记账凭证的编号，项目内不重复。")
    note = forms.CharField(label="说明", max_length=200, required=False)
    uploads = FilesField(label="收入凭证", help_text="银行回单、利息单等，可选多个。")


class IncomeReversalForm(ProjectForm):
    reason = forms.CharField(label="冲销理由", max_length=200, widget=forms.Textarea(attrs={"rows": 3}))
    uploads = FilesField(label="冲销依据", help_text="银行更正回单、原凭证复印件等，可选多个；由财政审核后冲销。")


class IncomeJudgeForm(ProjectForm):
    agreed = forms.TypedChoiceField(
        label="审核结论",
        choices=[("yes", "同意冲销"), ("no", "退回")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    opinion = forms.CharField(
        label="审核意见",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="退回必须写明理由。",
    )


class ArrivalForm(ProjectForm):
    mode = forms.ChoiceField(label="到账方式", choices=ArrivalMode.choices)


class HoldRequestForm(ProjectForm):
    reason = forms.CharField(label="事实和理由", max_length=300, widget=forms.Textarea(attrs={"rows": 4}))
    number = forms.CharField(label="来文文号", max_length=80, required=False)
    uploads = FilesField(label="依据材料", required=False)


class DeclineForm(ProjectForm):
    answer = forms.CharField(label="不采纳的理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class CarryOverFilter(Dated):
    """At the end of a year, or of any day; the day goes before the year."""

    year = forms.TypedChoiceField(label="年末（不选截至日时）", required=False, coerce=int)
    source = forms.ChoiceField(
        label="资金来源",
        required=False,
        choices=[("", "全部"), *((one.value, one.label) for one in Source if one in ISSUED_SOURCES)],
    )
    due = forms.ChoiceField(label="年限", required=False, choices=[("", "全部"), ("due", "已到收回期限")])
    q = forms.CharField(label="项目、单位", required=False, max_length=60)

    def __init__(self, *args: Any, years: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, f"{year} 年末") for year in years]  # type: ignore[attr-defined]

    def moment(self) -> Moment:
        """The end of the chosen year, of the present one today; where no day was chosen."""
        at, year = super().moment(), self.cleaned_data.get("year")
        if self.cleaned_data.get("on") or not year:
            return at
        return Moment(min(self.today, date(year, *YEAR_END)), at.known)

    def in_words(self) -> str:
        """What narrows the list, for the head of an export."""
        said = []
        for name in ("source", "due", "q"):
            if value := self.cleaned_data.get(name):
                said.append(
                    f"{self.fields[name].label}：{dict(getattr(self.fields[name], 'choices', ())).get(value, value)}"
                )
        return "；".join(said) or "全部"


class DocumentFilter(Dated):
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *FundDocument.State.choices])
    kind = forms.ChoiceField(label="性质", required=False, choices=[("", "全部"), *DocumentKind.choices])
    year = forms.IntegerField(label="预算年度", required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR)
    q = forms.CharField(label="文号、标题", required=False, max_length=60)
