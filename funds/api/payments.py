"""支出: the lists of the pages, and one payment with its files."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.pagination import PageNumberPagination

from accounts.models import User
from funds import queries
from funds.api.seen import SeenData
from funds.forms.payments import PaymentSearch
from funds.models import FoundMoney, Voucher
from funds.queries.pages import names_of
from funds.queries.payments import Counted, category_choices, payments_for, rows_of, totals_of, visible
from policy.terms import EntryType, PayWay, Source, VoucherState
from projects.api import AllReading, ProjectApi, ProjectReading
from projects.models import Project
from ui.api import Money, Person, Stored, Told


class PaymentRow(Told):
    id = serializers.IntegerField()
    project = serializers.IntegerField(source="project_id")
    project_name = serializers.CharField(source="project.name")
    number = serializers.CharField(help_text="凭证号")
    paid_on = serializers.DateField(help_text="支付日期")
    category = serializers.CharField(help_text="类别代码")
    category_name = serializers.CharField(help_text="类别名称")
    source = serializers.ChoiceField(Source.choices, help_text="资金来源")  # type: ignore[assignment]
    amount = Money(help_text="金额，总是正数；冲销见 reverses")
    payee = serializers.CharField(help_text="收款方")
    abstract = serializers.CharField(help_text="摘要")
    state = serializers.ChoiceField(VoucherState.choices)
    fits = serializers.BooleanField(help_text="在限额内")
    entry_type = serializers.ChoiceField(EntryType.choices, help_text="入账性质")
    entry_number = serializers.IntegerField(allow_null=True, help_text="入账序号，未认定为 null")
    reverses = serializers.IntegerField(source="reverses_id", allow_null=True, help_text="所冲销的支出")
    batch = serializers.IntegerField(source="batch_id", allow_null=True, help_text="报账批次")
    flagged = serializers.BooleanField(help_text="有未排除的疑点")


class AskData(Told):
    id = serializers.IntegerField()
    text = serializers.CharField(help_text="要求")
    asked_by = Person()
    asked_on = serializers.DateField()
    due_on = serializers.DateField(help_text="期限")
    answer = serializers.CharField(help_text="答复")
    answered_by = Person()
    answered_on = serializers.DateField(allow_null=True)


class PaymentData(Told):
    """The facts, then what people said of them."""

    id = serializers.IntegerField()
    project = serializers.IntegerField(source="project_id")
    number = serializers.CharField(help_text="凭证号")
    paid_on = serializers.DateField(help_text="支付日期")
    category = serializers.CharField(help_text="类别代码")
    category_name = serializers.CharField(help_text="类别名称")
    source = serializers.ChoiceField(Source.choices, help_text="资金来源")  # type: ignore[assignment]
    amount = Money(help_text="金额，总是正数；冲销见 reverses")
    payee = serializers.CharField(help_text="收款方")
    abstract = serializers.CharField(help_text="摘要")
    pay_way = serializers.ChoiceField(PayWay.choices, help_text="支付方式")
    fund_year = serializers.IntegerField(allow_null=True, help_text="资金年度")
    quantity = serializers.IntegerField(allow_null=True, help_text="数量")
    unit_price = Money(allow_null=True, help_text="单价")
    asset_card = serializers.CharField(help_text="资产卡号")
    contract = serializers.IntegerField(source="contract_id", allow_null=True, help_text="登记的合同")
    contract_number = serializers.CharField(help_text="合同号")
    procurement = serializers.CharField(help_text="采购方式")
    invoice_number = serializers.CharField(help_text="发票号")
    invoice_seller = serializers.CharField(help_text="开票方")
    invoice_on = serializers.DateField(allow_null=True, help_text="开票日期")
    invoice_total = Money(allow_null=True, help_text="发票总额")
    tax_included = serializers.BooleanField(help_text="含税")
    entry_type = serializers.ChoiceField(EntryType.choices, help_text="入账性质")
    about_period = serializers.CharField(help_text="所属期间")
    entry_number = serializers.IntegerField(allow_null=True, help_text="入账序号")
    state = serializers.ChoiceField(VoucherState.choices)
    fits = serializers.BooleanField(help_text="在限额内")
    outside = serializers.ListField(child=serializers.CharField(), help_text="不在限额内的原因")
    reverses = serializers.IntegerField(source="reverses_id", allow_null=True, help_text="所冲销的支出")
    reversals = serializers.ListField(child=serializers.IntegerField(), source="reversal_ids", help_text="冲销")
    batch = serializers.IntegerField(source="batch_id", allow_null=True, help_text="报账批次")
    recorded_by = Person(help_text="登记人")
    recorded_on = serializers.DateField()
    submitted_by = Person(help_text="提交人")
    submitted_on = serializers.DateField(allow_null=True)
    first_judged_by = Person(help_text="初审人；须两人先后认定时，先认定的一人")
    first_judged_on = serializers.DateField(allow_null=True)
    first_opinion = serializers.CharField(help_text="初审意见")
    judged_by = Person(help_text="审核人")
    judged_on = serializers.DateField(allow_null=True)
    opinion = serializers.CharField(help_text="审核意见")
    found_money = serializers.IntegerField(source="found_pk", allow_null=True, help_text="列入的问题资金")
    asks = AskData(many=True, source="asked", help_text="补件")
    files = Stored(many=True, help_text="支出凭证和批复")
    seen = SeenData()


PEOPLE = ("recorded_by", "submitted_by", "first_judged_by", "judged_by")


def payments_in(project: Project) -> QuerySet[Voucher]:
    return project.vouchers.select_related("reverses", "contract", "batch", *PEOPLE)


def shown(project: Project, voucher: Voucher, reader: User) -> Voucher:
    """With all that `PaymentData` tells. `outside`: as it was last submitted."""
    voucher.project = project
    queries.named(project, [voucher])
    voucher.outside = voucher.why.splitlines()  # type: ignore[attr-defined]
    voucher.reversal_ids = list(voucher.reversals.order_by("pk").values_list("pk", flat=True))  # type: ignore[attr-defined]
    voucher.found_pk = FoundMoney.objects.filter(voucher=voucher).values_list("pk", flat=True).last()  # type: ignore[attr-defined]
    voucher.asked = list(voucher.asks.select_related("asked_by", "answered_by"))  # type: ignore[attr-defined]
    voucher.files = list(queries.files_shown(voucher, reader))  # type: ignore[attr-defined]
    return voucher


class Listing:
    """What both lists share: counted once, paged by ids, then read."""

    def names(self) -> Mapping[str, str]:
        raise NotImplementedError

    def pages(self) -> PageNumberPagination:
        found = PageNumberPagination()
        found.django_paginator_class = lambda rows, size: Counted(rows, size, totals_of(rows))  # type: ignore[assignment]
        self.paged = found
        return found

    def rows(self, page: list[int]) -> list[Voucher]:
        return rows_of(self.paged.page)  # type: ignore[arg-type]


class Payments(Listing, ProjectReading):
    summary, tag = "一个项目的支出", "支出"
    description = "筛选与“支出明细”页相同，支付日期新的在前。"
    answers, many, filters = PaymentRow, True, PaymentSearch

    def form(self) -> forms.Form:
        return PaymentSearch(self.request.query_params, names=names_of(self.project), one_project=True)

    def found(self, asked: dict[str, Any]) -> QuerySet[Voucher]:
        return payments_for(self.actor, self.filter.asked(), self.project)


class AllPayments(Listing, AllReading):
    summary, tag = "查看范围内的支出", "支出"
    description = "各项目的支出，筛选与“支出明细”页相同，支付日期新的在前。"
    answers, many, filters = PaymentRow, True, PaymentSearch

    def form(self) -> forms.Form:
        return PaymentSearch(self.request.query_params, names=category_choices(self.actor))

    def found(self, asked: dict[str, Any]) -> QuerySet[Voucher]:
        return payments_for(self.actor, self.filter.asked())


class OneVoucher(ProjectApi):
    """Gives `self.voucher`, found through the project."""

    def find(self) -> None:
        self.voucher = get_object_or_404(
            payments_in(self.project).filter(visible(self.actor)), pk=self.kwargs["voucher_id"]
        )


class Payment(OneVoucher, ProjectReading):
    summary, tag = "一笔支出", "支出"
    answers = PaymentData

    def found(self, asked: dict[str, Any]) -> Voucher:
        return shown(self.project, self.voucher, self.actor)
