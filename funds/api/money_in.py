"""资金文件, 下达, 拨付, 到账; confirming and correcting an arrival."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers

from accounts.models import User
from funds import operations, queries
from funds.forms import DocumentFilter
from funds.forms.dated import Dated, past_of
from funds.models import FundDocument, Receipt, Release
from funds.queries.documents_past import as_stood, documents_at, issues_at
from funds.queries.money_in import Issue, documents_chosen
from funds.queries.versions import allocation_word
from policy.terms import ArrivalMode, DocumentKind, Source
from projects import access
from projects.api import Act, AllReading, ProjectReading
from ui.api import Money, Person, SeenAsked, Stored, Text, Told


class DocumentRow(Told):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(DocumentKind.choices, help_text="性质")
    number = serializers.CharField(help_text="文号")
    title = serializers.CharField(help_text="标题")
    dated_on = serializers.DateField(help_text="成文日期")
    fiscal_year = serializers.IntegerField(help_text="预算年度")
    origin_year = serializers.IntegerField(allow_null=True, help_text="原预算年度")
    source = serializers.ChoiceField(Source.choices, help_text="资金来源")  # type: ignore[assignment]
    indicator_number = serializers.CharField(help_text="指标文号")
    functional_class = serializers.CharField(help_text="功能科目")
    economic_class = serializers.CharField(help_text="经济分类")
    tranche = serializers.IntegerField(help_text="第几批")
    state = serializers.ChoiceField(FundDocument.State.choices)
    approved_on = serializers.DateField(allow_null=True, help_text="签批日期")


class DocumentInReach(DocumentRow):
    seen_total = Money(help_text="查看范围内各项目的金额合计")
    projects = serializers.IntegerField(help_text="查看范围内的项目数")


class DocumentLine(Told):
    allocation = serializers.IntegerField(source="pk")
    project = serializers.IntegerField(source="project_id")
    project_name = serializers.CharField(source="project.name")
    unit = serializers.CharField(source="project.organisation.name")
    amount = Money(help_text="金额")
    effect = Money(help_text="对下达额的影响，收回、核减为负")
    arrival_mode = serializers.ChoiceField(ArrivalMode.choices, help_text="到账方式")


class HeldOutLine(Told):
    project = serializers.IntegerField(source="project_id")
    project_name = serializers.CharField(source="project.name")
    reason = serializers.CharField(help_text="原因")
    next_step = serializers.CharField(help_text="下一步")


class DocumentData(DocumentInReach):
    recorded_by = Person(help_text="登记人")
    approved_by = Person(help_text="签批人")
    return_reason = serializers.CharField(help_text="退回理由")
    lines = DocumentLine(many=True, source="shown_lines", help_text="查看范围内的分配")
    held_out = HeldOutLine(many=True, source="shown_held_out", help_text="未列入下达的项目")


class Documents(AllReading):
    summary, tag = "资金文件列表", "资金"
    description = "列有查看范围内项目的资金文件；合计只计查看范围内的项目。单位只看到已签批的文件。on 为截至日，known 为按何日所知。"
    answers, many, filters = DocumentInReach, True, DocumentFilter

    def form(self) -> forms.Form:
        return DocumentFilter(self.request.query_params, today=self.today)

    def found(self, asked: dict[str, Any]) -> QuerySet[FundDocument]:
        if at := past_of(self.filter, self.today):
            return documents_at(self.actor, asked, at)
        return queries.documents_for(self.actor).filter(documents_chosen(asked))

    def rows(self, page: list[Any]) -> list[Any]:
        return as_stood(page) if past_of(self.filter, self.today) else page


class OneDocument(AllReading):
    summary, tag = "资金文件", "资金"
    answers = DocumentData

    def load(self) -> None:
        super().load()
        self.document = shown_document(self.actor, self.kwargs["document_id"])

    def found(self, asked: dict[str, Any]) -> FundDocument:
        return self.document


def shown_document(user: User, document_id: int) -> FundDocument:
    """With its lines of the projects this person sees."""
    rows, seen = queries.documents_for(user).select_related("recorded_by", "approved_by"), access.projects_for(user)
    document = get_object_or_404(rows, pk=document_id)
    document.shown_lines = document.allocations.filter(project__in=seen).select_related("project__organisation")  # type: ignore[attr-defined]
    document.shown_held_out = document.held_out.filter(project__in=seen).select_related("project")  # type: ignore[attr-defined]
    return document


class ReleaseData(Told):
    id = serializers.IntegerField()
    number = serializers.CharField(help_text="拨付凭证号")
    amount = Money()
    released_on = serializers.DateField(help_text="拨付日期")
    state = serializers.ChoiceField(Release.State.choices)
    reverses = serializers.IntegerField(source="reverses_id", allow_null=True, help_text="所更正的拨付")
    reason = serializers.CharField(help_text="更正理由")
    recorded_by = Person(help_text="登记人")
    approved_by = Person(help_text="复核人")
    return_reason = serializers.CharField(help_text="退回理由")


class ReceiptData(Told):
    id = serializers.IntegerField()
    allocation = serializers.IntegerField(source="allocation_id")
    kind = serializers.ChoiceField(Receipt.Kind.choices, help_text="性质")
    amount = Money()
    effect = Money(help_text="对到账额的影响，更正、收回为负")
    received_on = serializers.DateField(help_text="到账日期")
    reverses = serializers.IntegerField(source="reverses_id", allow_null=True, help_text="所更正的到账")
    reason = serializers.CharField(help_text="原因")
    confirmed_by = Person(help_text="确认人")
    confirmed_on = serializers.DateField(help_text="确认日期")


class IssueData(Told):
    allocation = serializers.IntegerField(source="allocation.pk", help_text="下达编号，确认到账时使用")
    document = DocumentRow(source="allocation.document")
    amount = Money(source="allocation.amount", help_text="下达金额")
    effect = Money(source="allocation.effect", help_text="对下达额的影响")
    arrival_mode = serializers.ChoiceField(ArrivalMode.choices, source="allocation.arrival_mode")
    received = Money(help_text="已到账")
    left = Money(help_text="尚可到账")
    sent = Money(help_text="已拨付或待复核")
    scan = Stored(allow_null=True, help_text="文件扫描件")
    releases = ReleaseData(many=True, help_text="拨付")
    receipts = ReceiptData(many=True, help_text="到账")
    seen = serializers.SerializerMethodField(help_text="下达、拨付和到账的校验码；确认、更正到账时作为 seen 原样送回")

    def get_seen(self, issue: Issue) -> str:
        return allocation_word(issue.allocation, issue.receipts, issue.releases)


class MoneyIn(ProjectReading):
    summary, tag = "下达、拨付与到账", "资金"
    description = "列有本项目的每一份资金文件，及其拨付、到账；on 为截至日，known 为按何日所知。"
    answers, many, filters = IssueData, True, Dated

    def form(self) -> forms.Form:
        return Dated(self.request.query_params, today=self.today)

    def found(self, asked: dict[str, Any]) -> list[Issue]:
        if at := past_of(self.filter, self.today):
            return issues_at(self.project, self.actor, at)
        return queries.issues_of(self.project, self.actor)


class ReceiptAsked(SeenAsked):
    received_on = serializers.DateField(help_text="到账日期")
    amount = Money(help_text="到账金额")


class ConfirmReceipt(Act):
    summary, tag = "确认到账", "资金"
    asks, answers, made = ReceiptAsked, ReceiptData, 201

    def find(self) -> None:
        self.allocation = get_object_or_404(self.project.allocations, pk=self.kwargs["allocation_id"])

    def run(self, given: dict[str, Any]) -> Receipt:
        ids = (self.project.pk, self.allocation.pk)
        return operations.confirm_receipt(*ids, actor=self.actor, on=self.today, **given)


class CorrectionAsked(SeenAsked):
    amount = Money(help_text="减少金额")
    received_on = serializers.DateField(help_text="更正日期")
    reason = Text(max_length=200, help_text="更正理由")


class CorrectReceipt(Act):
    summary, tag = "更正到账", "资金"
    description = "另记一条负数，原记录保留；不低于已使用的金额。"
    asks, answers, made = CorrectionAsked, ReceiptData, 201

    def find(self) -> None:
        arrivals = self.project.receipts.filter(kind=Receipt.Kind.ARRIVAL)
        self.receipt = get_object_or_404(arrivals, pk=self.kwargs["receipt_id"])

    def run(self, given: dict[str, Any]) -> Receipt:
        ids = (self.project.pk, self.receipt.pk)
        return operations.correct_receipt(*ids, actor=self.actor, on=self.today, **given)
