"""资金文件: recorded with its allocation table, signed, returned; how money reaches a unit."""

from collections.abc import Collection
from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework import serializers

from accounts.models import Organisation
from accounts.roles import Action
from funds import operations, queries
from funds.api.budgets import FIRST, LAST, ReasonAsked, keyed
from funds.api.money_in import DocumentData, shown_document
from funds.ledger import ISSUED_SOURCES
from funds.models import FundDocument, UnitArrival
from policy.terms import ArrivalMode, DocumentKind, Source
from projects import access
from projects.api import AllAct
from ui.api import Asked, Money, Rows, Text, Told, Whole

MOST_TRANCHES = 99
SOURCES = [(one.value, one.label) for one in Source if one in ISSUED_SOURCES]


class LineAsked(Asked):
    project = Whole(help_text="项目")
    amount = Money(help_text="金额")


class DocumentAsked(Asked):
    kind = serializers.ChoiceField(DocumentKind.choices, help_text="性质")
    number = Text(max_length=80, help_text="文号")
    title = Text(max_length=160, help_text="标题")
    dated_on = serializers.DateField(help_text="成文日期")
    fiscal_year = Whole(min_value=FIRST, max_value=LAST, help_text="预算年度")
    source = serializers.ChoiceField(SOURCES, help_text="资金来源")  # type: ignore[assignment]
    origin_year = Whole(
        min_value=FIRST, max_value=LAST, required=False, allow_null=True, help_text="收回、核减和再下达的首次下达年度"
    )
    tranche = Whole(max_value=MOST_TRANCHES, required=False, default=1, help_text="第几批")
    indicator_number = Text(max_length=80, required=False, allow_blank=True, help_text="指标文号")
    functional_class = Text(max_length=80, required=False, allow_blank=True, help_text="功能科目")
    economic_class = Text(max_length=80, required=False, allow_blank=True, help_text="经济分类")
    total = Money(help_text="文件总额，须与分配表合计一致")
    lines = Rows(child=LineAsked(), help_text="分配表；每个项目一个 JSON 对象")
    held_out = serializers.ListField(child=Whole(), required=False, max_length=2000, help_text="未列入下达的项目")
    upload = serializers.FileField(help_text="资金文件扫描件")


class DocumentAct(AllAct):
    answers: type[Told] = DocumentData
    tag = "资金"

    def after(self, document: FundDocument) -> FundDocument:
        return shown_document(self.actor, document.pk)


class RecordDocument(DocumentAct):
    summary = "登记资金文件"
    description = (
        "登记后待另一位省财政厅负责人签批。扫描件以 multipart/form-data 上传，分配表每行为一个同名的 JSON 部分。"
    )
    asks, made = DocumentAsked, 201

    def run(self, given: dict[str, Any]) -> FundDocument:
        given["lines"] = keyed("lines", ((row["project"], row["amount"]) for row in given["lines"]))
        self.check_reach("lines", given["lines"])
        self.check_reach("held_out", given.get("held_out", ()))
        return self.after(operations.record_fund_document(actor=self.actor, on=self.today, **given))

    def check_reach(self, field: str, ids: Collection[int]) -> None:
        seen = access.projects_for(self.actor, Action.RECORD_FUNDS).filter(pk__in=ids)
        if missing := sorted(set(ids) - set(seen.values_list("pk", flat=True))):
            raise serializers.ValidationError({field: [f"没有这些项目，或不在您的办理范围内：{missing}。"]})


class OnDocument(DocumentAct):
    """Found within reach before anybody asks who may: what is out of reach is not there."""

    def enter(self) -> None:
        self.document = get_object_or_404(queries.documents_for(self.actor), pk=self.kwargs["document_id"])
        super().enter()


class ApproveDocument(OnDocument):
    summary = "签批资金文件"
    description = "签批后资金下达到各项目，收回、核减同时生效。登记人不能签批。"

    def run(self, given: dict[str, Any]) -> FundDocument:
        return self.after(operations.approve_fund_document(self.document.pk, actor=self.actor, on=self.today))


class ReturnDocument(OnDocument):
    summary = "退回资金文件"
    asks = ReasonAsked

    def run(self, given: dict[str, Any]) -> FundDocument:
        return self.after(operations.return_fund_document(self.document.pk, actor=self.actor, on=self.today, **given))


class ArrivalAsked(Asked):
    mode = serializers.ChoiceField(ArrivalMode.choices, help_text="到账方式")


class ArrivalData(Told):
    unit = serializers.IntegerField(source="organisation_id", help_text="项目单位")
    mode = serializers.ChoiceField(ArrivalMode.choices, help_text="到账方式")


class SetArrival(AllAct):
    summary, tag = "登记单位到账方式", "资金"
    description = "适用于此后登记的资金文件。"
    asks, answers = ArrivalAsked, ArrivalData

    def enter(self) -> None:
        units = Organisation.objects.filter(projects__in=access.projects_for(self.actor))
        self.unit = get_object_or_404(units.distinct(), pk=self.kwargs["organisation_id"])
        super().enter()

    def run(self, given: dict[str, Any]) -> UnitArrival:
        return operations.set_arrival_mode(self.unit.pk, actor=self.actor, on=self.today, **given)
