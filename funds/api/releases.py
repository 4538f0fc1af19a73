"""拨付, 其他收入, 建议暂停: each one call to the operation of its page."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers

from funds import operations, queries
from funds.api.budgets import ReasonAsked
from funds.api.money_in import ReleaseData
from funds.models import HoldRequest, Income, IncomeReversal, Release
from projects import access
from projects.api import Act, ProjectReading
from ui.api import Asked, Money, Person, Stored, Text, Told, Uploads


class ReleaseAsked(Asked):
    amount = Money(help_text="拨付金额")
    released_on = serializers.DateField(help_text="拨付日期")
    number = Text(max_length=80, help_text="拨付凭证号")


class RecordRelease(Act):
    summary, tag = "登记拨付", "资金"
    description = "登记后待财政部门另一人复核。"
    asks, answers, made = ReleaseAsked, ReleaseData, 201

    def find(self) -> None:
        self.allocation = get_object_or_404(self.project.allocations, pk=self.kwargs["allocation_id"])

    def run(self, given: dict[str, Any]) -> Release:
        ids = (self.project.pk, self.allocation.pk)
        return operations.record_release(*ids, actor=self.actor, on=self.today, **given)


class OnRelease(Act):
    answers, tag = ReleaseData, "资金"

    def find(self) -> None:
        self.release = get_object_or_404(self.project.releases, pk=self.kwargs["release_id"])

    @property
    def ids(self) -> tuple[int, int]:
        return self.project.pk, self.release.pk


class ApproveRelease(OnRelease):
    summary = "复核拨付"

    def run(self, given: dict[str, Any]) -> Release:
        return operations.approve_release(*self.ids, actor=self.actor, on=self.today)


class ReturnRelease(OnRelease):
    summary = "退回拨付"
    asks = ReasonAsked

    def run(self, given: dict[str, Any]) -> Release:
        return operations.return_release(*self.ids, actor=self.actor, on=self.today, **given)


class CorrectReleaseAsked(Asked):
    amount = Money(help_text="减少金额")
    released_on = serializers.DateField(help_text="更正日期")
    reason = Text(max_length=200, help_text="更正理由")


class CorrectRelease(OnRelease):
    summary = "更正拨付"
    description = "另记一条更正，由另一人复核后减少；原拨付保留。"
    asks, made = CorrectReleaseAsked, 201

    def run(self, given: dict[str, Any]) -> Release:
        return operations.correct_release(*self.ids, actor=self.actor, on=self.today, **given)


class IncomeRow(Told):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(Income.Kind.choices, help_text="性质")
    amount = Money(help_text="金额，总是正数；冲销见 reverses")
    received_on = serializers.DateField(help_text="到账日期")
    number = serializers.CharField(help_text="凭证号")
    note = serializers.CharField(help_text="说明")
    reverses = serializers.IntegerField(source="reverses_id", allow_null=True, help_text="所冲销的收入")
    recorded_by = Person(help_text="登记人")
    recorded_on = serializers.DateField()


class IncomeReversalData(Told):
    id = serializers.IntegerField()
    income = serializers.IntegerField(source="income_id", help_text="所冲销的收入")
    reason = serializers.CharField(help_text="冲销理由")
    state = serializers.ChoiceField(IncomeReversal.State.choices)
    proposed_by = Person(help_text="提出人")
    proposed_on = serializers.DateField()
    decided_by = Person(help_text="审核人")
    decided_on = serializers.DateField(allow_null=True)
    opinion = serializers.CharField(help_text="审核意见")


class IncomeData(IncomeRow):
    files = Stored(many=True, source="papers", help_text="收入凭证")
    reversals = IncomeReversalData(many=True, source="asked", help_text="冲销申请及审核")


class Incomes(ProjectReading):
    summary, tag = "利息、自筹和其他收入", "资金"
    answers, many = IncomeData, True

    def found(self, asked: dict[str, Any]) -> list[Income]:
        return queries.incomes_of(self.project)


class IncomeAsked(Asked):
    kind = serializers.ChoiceField(Income.Kind.choices, help_text="性质")
    amount = Money(help_text="金额")
    received_on = serializers.DateField(help_text="到账日期")
    number = Text(max_length=80, help_text="凭证号，项目内不重复")
    note = Text(max_length=200, required=False, allow_blank=True, help_text="说明")
    uploads = Uploads(default=list, help_text="收入凭证，至少一份")


class RecordIncome(Act):
    summary, tag = "登记收入", "资金"
    asks, answers, made = IncomeAsked, IncomeRow, 201

    def run(self, given: dict[str, Any]) -> Income:
        return operations.record_income(self.project.pk, actor=self.actor, on=self.today, **given)


class ReverseAsked(Asked):
    reason = Text(max_length=200, help_text="冲销理由")
    uploads = Uploads(default=list, help_text="冲销依据，至少一份")


class ReverseIncome(Act):
    summary, tag = "提出冲销收入", "资金"
    description = "由登记人以外的单位负责人提出，财政审核同意后冲销；在此以前收入照旧计算。"
    asks, answers, made = ReverseAsked, IncomeReversalData, 201

    def find(self) -> None:
        self.income = get_object_or_404(self.project.incomes, pk=self.kwargs["income_id"])

    def run(self, given: dict[str, Any]) -> IncomeReversal:
        return operations.reverse_income(self.project.pk, self.income.pk, actor=self.actor, on=self.today, **given)


class JudgeAsked(Asked):
    agreed = serializers.BooleanField(help_text="true 同意冲销；false 退回")
    opinion = Text(max_length=300, required=False, allow_blank=True, help_text="审核意见；退回必填")


class JudgeIncomeReversal(Act):
    summary, tag = "审核冲销收入", "资金"
    description = "同意后另记一条冲销，原收入保留。由提出人、登记人和本单位以外的财政人员办理。"
    asks, answers = JudgeAsked, IncomeReversalData

    def find(self) -> None:
        rows = self.project.income_reversals.select_related("income")
        self.asked = get_object_or_404(rows, pk=self.kwargs["reversal_id"])

    def run(self, given: dict[str, Any]) -> IncomeReversal:
        ids = (self.project.pk, self.asked.pk)
        return operations.judge_income_reversal(*ids, actor=self.actor, on=self.today, **given)


class HoldData(Told):
    id = serializers.IntegerField()
    lifts = serializers.BooleanField(help_text="true 建议恢复；false 建议暂停")
    reason = serializers.CharField(help_text="事实和理由")
    number = serializers.CharField(help_text="来文文号")
    state = serializers.ChoiceField(HoldRequest.State.choices)
    asked_by = Person(help_text="建议人")
    asked_on = serializers.DateField()
    answered_by = Person(help_text="答复人")
    answered_on = serializers.DateField(allow_null=True)
    answer = serializers.CharField(help_text="答复")


class HoldRequests(ProjectReading):
    summary, tag = "暂停或恢复资金的建议", "资金"
    description = "新的在前；单位看不到，与“下达与到账”页相同。暂停和恢复本身是联合决定。"
    answers, many = HoldData, True

    def found(self, asked: dict[str, Any]) -> QuerySet[HoldRequest]:
        rows = self.project.hold_requests.select_related("asked_by", "answered_by").order_by("-pk")
        return rows.none() if access.is_unit(self.actor) else rows


class HoldAsked(Asked):
    reason = Text(max_length=300, help_text="事实和理由")
    number = Text(max_length=80, required=False, allow_blank=True, help_text="来文文号")
    uploads = Uploads(help_text="依据材料")


class RequestHold(Act):
    summary, tag = "建议暂停或恢复资金", "资金"
    description = "资金未暂停的为建议暂停，已暂停的为建议恢复。"
    asks, answers, made = HoldAsked, HoldData, 201

    def run(self, given: dict[str, Any]) -> HoldRequest:
        lifts = self.project.holds.filter(lifted_on=None).exists()
        return operations.request_hold(self.project.pk, actor=self.actor, lifts=lifts, on=self.today, **given)


class DeclineAsked(Asked):
    answer = Text(max_length=300, help_text="不采纳的理由")


class DeclineHold(Act):
    summary, tag = "不采纳暂停建议", "资金"
    asks, answers = DeclineAsked, HoldData

    def find(self) -> None:
        self.asked = get_object_or_404(self.project.hold_requests, pk=self.kwargs["hold_id"])

    def run(self, given: dict[str, Any]) -> HoldRequest:
        return operations.decline_hold(self.project.pk, self.asked.pk, actor=self.actor, on=self.today, **given)
