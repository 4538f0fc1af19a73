"""清算, 缴回, 问题资金: each one call to the operation of its page."""

from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework import serializers

from funds import operations
from funds.api.budgets import ReasonAsked
from funds.api.closing import RepaymentData, SettlementRow
from funds.models import ClawBack, FoundMoney, FoundMoneyEntry, Repayment, Settlement
from funds.queries.found_money import entry_of
from policy.money import ZERO
from policy.terms import FoundMoneyMove, Occasion
from projects.api import Act
from ui.api import Asked, Money, Person, SeenAsked, Text, Told, Uploads


class SettlementAsked(Asked):
    document_number = Text(max_length=80, help_text="清算文号")
    recovery = Money(least=ZERO, required=False, help_text="应追缴；不发送的按结余和利息全额")
    note = Text(max_length=300, required=False, allow_blank=True, help_text="说明；少于全额的必填")
    uploads = Uploads(help_text="少追缴的依据；少于全额的至少一份")


class PrepareSettlement(Act):
    summary, tag = "编制资金清算", "清算"
    description = "取消称号或验收通过后编制，批准前可以重新编制。终止的清算在项目“过程”页办理。"
    asks, answers = SettlementAsked, SettlementRow

    def run(self, given: dict[str, Any]) -> Settlement:
        made = operations.prepare_settlement(self.project.pk, actor=self.actor, on=self.today, **given)
        made.refresh_from_db()
        return made


class ApproveSettlement(Act):
    summary, tag = "批准验收后的资金清算", "清算"
    description = "批准后账目不再变动。取消称号和终止的清算同时改变项目阶段，在项目“过程”页批准。"
    asks, answers = SeenAsked, SettlementRow

    def run(self, given: dict[str, Any]) -> Settlement:
        return operations.approve_settlement(
            self.project.pk, occasion=Occasion.ACCEPTANCE, actor=self.actor, on=self.today, **given
        )


class RepaymentAsked(Asked):
    amount = Money(help_text="缴回金额")
    paid_on = serializers.DateField(help_text="缴回日期")
    number = Text(max_length=80, help_text="缴款书号")
    proof = serializers.FileField(required=False, help_text="缴款书或银行回单；没有的不予登记")


class RecordRepayment(Act):
    summary, tag = "登记缴回", "清算"
    description = "登记后由省财政厅负责人复核。缴款书以 multipart/form-data 上传。"
    asks, answers, made = RepaymentAsked, RepaymentData, 201

    def find(self) -> None:
        rows = ClawBack.objects.filter(project=self.project)
        self.claim = get_object_or_404(rows, pk=self.kwargs["claw_back_id"])

    def run(self, given: dict[str, Any]) -> Repayment:
        given.setdefault("proof", None)
        ids = (self.project.pk, self.claim.pk)
        return operations.record_repayment(*ids, actor=self.actor, on=self.today, **given)


class OnRepayment(Act):
    answers, tag = RepaymentData, "清算"

    def find(self) -> None:
        rows = Repayment.objects.filter(claw_back__project=self.project)
        self.repayment = get_object_or_404(rows, pk=self.kwargs["repayment_id"])

    @property
    def ids(self) -> tuple[int, int]:
        return self.project.pk, self.repayment.pk


class ConfirmRepayment(OnRepayment):
    summary = "确认缴回"

    def run(self, given: dict[str, Any]) -> Repayment:
        return operations.confirm_repayment(*self.ids, actor=self.actor, on=self.today)


class ReturnRepayment(OnRepayment):
    summary = "退回缴回登记"
    asks = ReasonAsked

    def run(self, given: dict[str, Any]) -> Repayment:
        return operations.return_repayment(*self.ids, actor=self.actor, on=self.today, **given)


class FoundEntryData(Told):
    id = serializers.IntegerField()
    found = serializers.IntegerField(source="found_money_id", help_text="问题资金")
    move = serializers.ChoiceField(FoundMoneyMove.choices, help_text="处理方式")
    amount = Money()
    on = serializers.DateField(help_text="发生日期")
    number = serializers.CharField(help_text="凭证或文号")
    note = serializers.CharField(help_text="说明")
    state = serializers.ChoiceField(FoundMoneyEntry.State.choices)
    recorded_by = Person(help_text="登记人")
    confirmed_by = Person(help_text="复核人")
    return_reason = serializers.CharField(help_text="退回理由")


class FoundEntryAsked(Asked):
    move = serializers.ChoiceField(FoundMoneyMove.choices, help_text="处理方式；单位不能登记核销")
    amount = Money(help_text="金额")
    happened_on = serializers.DateField(help_text="发生日期")
    number = Text(max_length=80, help_text="凭证号、缴款书号或批准文号")
    note = Text(max_length=300, required=False, allow_blank=True, help_text="说明")
    uploads = Uploads(help_text="证明材料，至少一份")


class RecordFoundMoney(Act):
    summary, tag = "登记问题资金处理", "审计"
    description = "补证、追回、核销；经另一人复核后才计入。"
    asks, answers, made = FoundEntryAsked, FoundEntryData, 201

    def find(self) -> None:
        self.found = get_object_or_404(FoundMoney, project=self.project, pk=self.kwargs["found_id"])

    def run(self, given: dict[str, Any]) -> FoundMoneyEntry:
        ids = (self.project.pk, self.found.pk)
        return operations.record_found_money(*ids, actor=self.actor, on=self.today, **given)


class OnEntry(Act):
    answers, tag = FoundEntryData, "审计"

    def find(self) -> None:
        self.entry = get_object_or_404(entry_of(self.project), pk=self.kwargs["entry_id"])

    @property
    def ids(self) -> tuple[int, int]:
        return self.project.pk, self.entry.pk


class ConfirmFoundMoney(OnEntry):
    summary = "复核问题资金处理"
    description = "登记人不能复核；核销由省财政厅负责人批准。"

    def run(self, given: dict[str, Any]) -> FoundMoneyEntry:
        return operations.confirm_found_money(*self.ids, actor=self.actor, on=self.today)


class ReturnFoundMoney(OnEntry):
    summary = "退回问题资金处理"
    asks = ReasonAsked

    def run(self, given: dict[str, Any]) -> FoundMoneyEntry:
        return operations.return_found_money(*self.ids, actor=self.actor, on=self.today, **given)
