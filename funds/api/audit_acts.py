"""资金审计, the auditors' side: opened and drawn, seen, findings kept, sent, concluded."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers

from funds import operations
from funds.api.audits import CaseRow, FindingData, OneCase, OnFinding, SampleData
from funds.api.payment_acts import Done
from funds.models import AuditCase, AuditPick, Voucher
from funds.queries.audits import Found, cases_of, findings_of
from policy.money import ZERO
from policy.terms import SampleMethod, VoucherState
from projects.api import Act
from projects.models import Problem
from ui.api import Asked, Money, SeenAsked, Text, Told, Uploads, Whole

LARGEST_SAMPLE = 100_000


class OpenAsked(Asked):
    number = Text(max_length=80, help_text="审计通知书文号")
    title = Text(max_length=160, help_text="审计名称")
    period_from = serializers.DateField(help_text="审计期间起")
    period_to = serializers.DateField(help_text="审计期间止")
    method = serializers.ChoiceField(SampleMethod.choices, help_text="抽样方法")
    size = Whole(max_value=LARGEST_SAMPLE, help_text="抽样笔数")
    batch = Whole(source="batch_id", required=False, allow_null=True, help_text="限于报账批次")


class OpenAudit(Act):
    summary, tag = "资金审计立项", "审计"
    description = "立项即抽样，种子随案保存。"
    asks, answers, made = OpenAsked, CaseRow, 201

    def run(self, given: dict[str, Any]) -> AuditCase:
        batch = given.get("batch_id")
        if batch and not self.project.batches.exclude(state="draft").filter(pk=batch).exists():
            raise serializers.ValidationError({"batch": ["本项目没有这个已签字的批次。"]})
        case = operations.open_audit(self.project.pk, actor=self.actor, on=self.today, **given)
        return cases_of(self.project, self.actor).get(pk=case.pk)


class OnCase(OneCase, Act):
    """An act on a case that answers with the case."""

    answers: type[Told] = CaseRow
    tag = "审计"

    @property
    def ids(self) -> tuple[int, int]:
        return self.project.pk, self.case.pk

    def again_read(self) -> AuditCase:
        return cases_of(self.project, self.actor).get(pk=self.case.pk)


class SeePick(OnCase):
    summary = "标记样本已查看"
    answers = SampleData

    def find(self) -> None:
        super().find()
        self.pick = get_object_or_404(self.case.picks, pk=self.kwargs["pick_id"])

    def run(self, given: dict[str, Any]) -> AuditPick:
        return operations.see_audit_pick(*self.ids, actor=self.actor, pick_id=self.pick.pk, on=self.today)


class SendAudit(OnCase):
    summary = "送达审计发现"
    description = "样本全部查看、每条有证据后送达单位；有金额的列入问题资金。送达后不能再增删改。"
    asks = SeenAsked

    def run(self, given: dict[str, Any]) -> AuditCase:
        operations.send_audit(*self.ids, actor=self.actor, on=self.today, **given)
        return self.again_read()


class ConclusionAsked(SeenAsked):
    conclusion = Text(max_length=2000, help_text="审计结论")


class ConcludeAudit(OnCase):
    summary = "办结资金审计"
    asks = ConclusionAsked

    def run(self, given: dict[str, Any]) -> AuditCase:
        operations.conclude_audit(*self.ids, actor=self.actor, on=self.today, **given)
        return self.again_read()


class FindingAsked(Asked):
    kind = Text(max_length=32, help_text="问题类型代码")
    level = serializers.ChoiceField(Problem.Level.choices, help_text="程度")
    payment = Whole(source="voucher_id", required=False, allow_null=True, help_text="涉及的支出，样本内外均可")
    amount = Money(least=ZERO, required=False, default=ZERO, help_text="涉及金额；审计岗位只能为 0，由财政核定")
    due_on = serializers.DateField(help_text="整改期限，遇休息日顺延")
    fact = Text(max_length=500, help_text="事实")
    clause = Text(max_length=160, required=False, allow_blank=True, default="", help_text="依据")
    measure = Text(max_length=300, help_text="整改要求")
    uploads = Uploads(help_text="证据材料")


class Finding(Act):
    """What both forms of a finding share."""

    asks: type[Asked] | None = FindingAsked
    answers: type[Told] = FindingData
    tag = "审计"

    def payable(self) -> QuerySet[Voucher]:
        """As the page offers them: submitted, and no 冲销."""
        return self.project.vouchers.filter(reverses=None).exclude(state=VoucherState.DRAFT)

    def check(self, given: dict[str, Any]) -> dict[str, Any]:
        payment = given.get("voucher_id")
        if payment and not self.payable().filter(pk=payment).exists():
            raise serializers.ValidationError({"payment": ["本项目没有这笔已提交的支出。"]})
        return given


class RecordFinding(OnCase, Finding):
    summary = "记录审计发现"
    description = "送达前单位看不到。"
    asks, answers, made = FindingAsked, FindingData, 201

    def run(self, given: dict[str, Any]) -> Found:
        kept = operations.record_finding(*self.ids, actor=self.actor, on=self.today, **self.check(given))
        return next(one for one in findings_of(self.case, self.actor) if one.finding.pk == kept.pk)


class EditFindingAsked(FindingAsked, SeenAsked):
    """The facts, and what was read before they were changed."""


class EditFinding(OnFinding, Finding):
    summary = "修改审计发现"
    description = "送达以前。各项重新填写；没有发送的支出、金额、依据按空白、0 处理，证据追加。"
    asks, answers = EditFindingAsked, FindingData

    def run(self, given: dict[str, Any]) -> Found:
        operations.edit_finding(*self.ids, actor=self.actor, on=self.today, **self.check(given))
        return self.after()


class DropFinding(OnFinding):
    summary = "删除审计发现"
    description = "送达以前。"
    answers = Done

    def run(self, given: dict[str, Any]) -> dict[str, str]:
        operations.drop_finding(*self.ids, actor=self.actor, on=self.today)
        return {"done": "发现已删除"}
