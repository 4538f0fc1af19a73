"""查询条件 of the lists of payments, and the dates of the ledger page. GET only."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from funds.forms.fields import MoneyFormField
from funds.ledger import Quarter, quarter_of
from policy.days import FIRST_YEAR, LAST_YEAR
from policy.terms import Source, VoucherState
from ui.forms import DateInput

EITHER = [("", "全部"), ("yes", "是"), ("no", "否")]
QUARTERS = [("", "全年"), *((str(number), f"第 {number} 季度") for number in range(1, 5))]


class PaymentSearch(forms.Form):
    """`asked()`: what was chosen and is valid. A quarter counts only with its year; typed days narrow it further."""

    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *VoucherState.choices])
    category = forms.ChoiceField(label="支出类别", required=False)
    source = forms.ChoiceField(label="资金来源", required=False, choices=[("", "全部"), *Source.choices])
    year = forms.IntegerField(label="支付年度", required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR)
    quarter = forms.ChoiceField(label="季度", required=False, choices=QUARTERS)
    start = forms.DateField(label="支付日期起", required=False, widget=DateInput())
    end = forms.DateField(label="支付日期止", required=False, widget=DateInput())
    known = forms.DateField(label="按何日所知（只列当日已认定）", required=False, widget=DateInput())
    least = MoneyFormField(label="金额不低于（元）", required=False)
    most = MoneyFormField(label="金额不高于（元）", required=False)
    flagged = forms.ChoiceField(label="有疑点", required=False, choices=EITHER)
    late = forms.ChoiceField(label="补录或更正", required=False, choices=EITHER)
    unit = forms.CharField(label="项目、单位名称", max_length=60, required=False)
    q = forms.CharField(label="凭证号、收款方、摘要", max_length=60, required=False)

    def __init__(self, *args: Any, names: Mapping[str, str], one_project: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", "全部"), *names.items()]  # type: ignore[attr-defined]
        if one_project:
            del self.fields["unit"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("quarter") and not data.get("year") and "year" not in self.errors:
            self.add_error("year", "选了季度，请同时填写年度。")
        for low, high, said in (
            ("start", "end", "起止日期颠倒，请核对。"),
            ("least", "most", "金额下限高于上限，请核对。"),
        ):
            if data.get(low) is not None and data.get(high) is not None and data[low] > data[high]:
                self.add_error(high, said)
        return data

    def asked(self) -> dict[str, Any]:
        """Nothing is filtered by a field that could not be read; the form says so beside it."""
        self.is_valid()
        data = dict(self.cleaned_data)
        if year := data.get("year"):
            first, last = Quarter(year, 1), Quarter(year, 4)
            if data.get("quarter"):
                first = last = Quarter(year, int(data["quarter"]))
            data["start"] = max(data.get("start") or first.start_on, first.start_on)
            data["end"] = min(data.get("end") or last.end_on, last.end_on)
        return data

    def in_words(self) -> str:
        """The filter as the exported paper states it."""
        said = []
        for name, value in self.cleaned_data.items():
            if value not in (None, ""):
                shown = dict(getattr(self.fields[name], "choices", ())).get(value, value)
                said.append(f"{self.fields[name].label}：{shown}")
        return "；".join(said) or "全部"


class LedgerDates(forms.Form):
    """截至日, 按何日所知 and the period of 本期. What is left open is today, today, and the quarter of 截至日."""

    on = forms.DateField(label="截至日", required=False, widget=DateInput())
    known = forms.DateField(label="按何日所知", required=False, widget=DateInput())
    start = forms.DateField(label="本期起", required=False, widget=DateInput())
    end = forms.DateField(label="本期止", required=False, widget=DateInput())

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        for name in ("on", "known", "end"):
            self.fields[name].widget.attrs["max"] = today.isoformat()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, said in (("on", "截至日"), ("known", "所知日")):
            if data.get(name) and data[name] > self.today:
                self.add_error(name, f"{said}不能晚于今天 {self.today}。")
        if data.get("start") and data.get("end") and data["start"] > data["end"]:
            self.add_error("end", "本期起止日期颠倒，请核对。")
        return data

    def dates(self) -> tuple[date, date]:
        """截至日 and 所知日; a field that could not be read is today."""
        self.is_valid()
        return self.cleaned_data.get("on") or self.today, self.cleaned_data.get("known") or self.today

    def period(self) -> tuple[date, date]:
        on, _ = self.dates()
        quarter = quarter_of(on)
        start, end = self.cleaned_data.get("start"), self.cleaned_data.get("end")
        if end and not start:
            start = quarter_of(end).start_on
        if start and not end:
            end = max(on, start)
        return start or quarter.start_on, end or on

    @property
    def chosen(self) -> int:
        return sum(bool(self.data.get(name)) for name in self.fields)
