"""资金审计: cases with sample and findings, as far as they are sent; the unit's reply and its verification."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from rest_framework import serializers

from funds import operations
from funds.models import AuditCase, AuditFinding
from funds.queries.audits import Found, cases_of, findings_of, picks_of, shows_work
from funds.queries.versions import word_of
from policy.terms import SampleMethod
from projects.api import Act, ProjectApi, ProjectReading
from projects.models import Problem
from ui.api import Asked, Money, Person, SeenAsked, Stored, Text, Told, Uploads


class CaseRow(Told):
    id = serializers.IntegerField()
    number = serializers.CharField(help_text="审计通知书文号")
    title = serializers.CharField(help_text="名称")
    period_from = serializers.DateField(help_text="审计期间起")
    period_to = serializers.DateField(help_text="审计期间止")
    method = serializers.ChoiceField(SampleMethod.choices, help_text="抽样方法")
    size = serializers.IntegerField(help_text="抽样笔数")
    population = serializers.IntegerField(help_text="总体笔数")
    batch = serializers.IntegerField(source="batch_id", allow_null=True, help_text="限于报账批次")
    state = serializers.ChoiceField(AuditCase.State.choices)
    found = serializers.IntegerField(help_text="发现条数；单位看不到未送达的")
    closed = serializers.IntegerField(help_text="已销号条数")
    opened_by = Person(help_text="立项人")
    opened_on = serializers.DateField()
    sent_on = serializers.DateField(allow_null=True, help_text="送达日期")
    concluded_on = serializers.DateField(allow_null=True, help_text="办结日期")
    conclusion = serializers.CharField(help_text="审计结论")


class SampleData(Told):
    id = serializers.IntegerField(help_text="样本编号，标记已查看时使用")
    payment = serializers.IntegerField(source="voucher_id")
    number = serializers.CharField(source="voucher.number", help_text="凭证号")
    amount = Money(source="voucher.amount")
    why = serializers.CharField(help_text="抽取依据")
    seen_by = Person(help_text="查看人")
    seen_on = serializers.DateField(allow_null=True)


class FindingData(Told):
    id = serializers.IntegerField(source="finding.pk")
    number = serializers.IntegerField(source="finding.number", help_text="序号")
    payment = serializers.IntegerField(source="finding.voucher_id", allow_null=True, help_text="支出")
    kind = serializers.CharField(source="finding.kind", help_text="问题类型代码")
    kind_name = serializers.CharField(source="kind", help_text="问题类型")
    level = serializers.ChoiceField(Problem.Level.choices, source="finding.level", help_text="程度")
    fact = serializers.CharField(source="finding.fact", help_text="事实")
    clause = serializers.CharField(source="finding.clause", help_text="依据")
    amount = Money(source="finding.amount", help_text="涉及金额")
    unresolved = Money(source="money.left", default=None, allow_null=True, help_text="问题资金未整改余额")
    measure = serializers.CharField(source="finding.measure", help_text="整改要求")
    due_on = serializers.DateField(source="finding.due_on", help_text="整改期限")
    state = serializers.ChoiceField(AuditFinding.State.choices, source="finding.state")
    recorded_by = Person(source="finding.recorded_by", help_text="记录人")
    reply = serializers.CharField(source="finding.reply", help_text="单位答复")
    reply_drafted_by = Person(source="finding.reply_drafted_by", help_text="答复起草人")
    replied_by = Person(source="finding.replied_by", help_text="答复提交人")
    replied_on = serializers.DateField(source="finding.replied_on", allow_null=True)
    closed_by = Person(source="finding.closed_by", help_text="核验人")
    closed_on = serializers.DateField(source="finding.closed_on", allow_null=True)
    closing_note = serializers.CharField(source="finding.closing_note", help_text="核验意见")
    evidence = Stored(many=True, source="papers.evidence", help_text="证据材料")
    proof = Stored(many=True, source="papers.proof", help_text="整改佐证材料")
    seen = serializers.CharField(help_text="发现内容的校验码；核定、提交答复、核验、修改时作为 seen 原样送回")


SHOWN = (
    "id", "number", "title", "period_from", "period_to", "method", "size", "population",
    "batch_id",
    "state", "found", "closed", "opened_by", "opened_on", "sent_on", "concluded_on", "conclusion",
)  # fmt: skip


class CaseData(CaseRow):
    seed = serializers.CharField(help_text="抽样种子；单位在送达后才看到")
    sample = SampleData(many=True, help_text="样本；单位在送达后才看到")
    findings = FindingData(many=True, help_text="发现；单位在送达后才看到")
    seen = serializers.CharField(help_text="本案及各条发现的校验码；送达、办结时作为 seen 原样送回；单位在送达后才看到")


class Audits(ProjectReading):
    summary, tag = "资金审计列表", "审计"
    answers, many = CaseRow, True

    def found(self, asked: dict[str, Any]) -> QuerySet[AuditCase]:
        return cases_of(self.project, self.actor)


class OneCase(ProjectApi):
    """Gives `self.case`, found through the project."""

    def find(self) -> None:
        self.case = get_object_or_404(cases_of(self.project, self.actor), pk=self.kwargs["audit_id"])
        self.case.project = self.project


class AuditOne(OneCase, ProjectReading):
    summary, tag = "一项资金审计", "审计"
    description = "样本和发现在送达单位以前，只有立项一方看得到。"
    answers = CaseData

    def found(self, asked: dict[str, Any]) -> dict[str, Any]:
        case, shown = self.case, shows_work(self.case, self.actor)
        told = {name: getattr(case, name) for name in SHOWN}
        return told | {
            "seed": case.seed if shown else "",
            "sample": picks_of(case) if shown else [],
            "findings": findings_of(case, self.actor) if shown else [],
            "seen": word_of(case) if shown else "",
        }


class OnFinding(OneCase, Act):
    """An act on one finding that answers with it; one the person may not know of yet is not there."""

    answers: type[Told] = FindingData
    tag = "审计"

    def find(self) -> None:
        super().find()
        if not shows_work(self.case, self.actor):
            raise Http404
        self.finding = get_object_or_404(self.case.findings, pk=self.kwargs["finding_id"])

    @property
    def ids(self) -> tuple[int, int, int]:
        return self.project.pk, self.case.pk, self.finding.pk

    def after(self) -> Found:
        return next(one for one in findings_of(self.case, self.actor) if one.finding.pk == self.finding.pk)


class AmountAsked(SeenAsked):
    amount = Money(help_text="涉及金额")


class AssessFinding(OnFinding):
    summary = "核定审计发现金额"
    description = "为没有金额的发现核定金额，计入问题资金。"
    asks = AmountAsked

    def run(self, given: dict[str, Any]) -> Found:
        operations.assess_finding(*self.ids, actor=self.actor, on=self.today, **given)
        return self.after()


class ReplyAsked(Asked):
    reply = Text(max_length=2000, help_text="整改措施和结果")
    uploads = Uploads(help_text="整改佐证材料")


class DraftReply(OnFinding):
    summary = "起草审计答复"
    asks = ReplyAsked

    def run(self, given: dict[str, Any]) -> Found:
        operations.draft_reply(*self.ids, actor=self.actor, on=self.today, **given)
        return self.after()


class SubmitReply(OnFinding):
    summary = "提交审计答复"
    description = "由单位负责人提交，须有整改佐证材料；起草人不能提交。"
    asks = SeenAsked

    def run(self, given: dict[str, Any]) -> Found:
        operations.submit_reply(*self.ids, actor=self.actor, on=self.today, **given)
        return self.after()


class VerifyAsked(SeenAsked):
    closed = serializers.BooleanField(help_text="true 整改到位、销号；false 退回单位补充")
    note = Text(max_length=300, help_text="核验意见")


class VerifyFinding(OnFinding):
    summary = "核验审计整改"
    description = "由记录人以外的财政人员办理；尚有未整改余额的不能销号。"
    asks = VerifyAsked

    def run(self, given: dict[str, Any]) -> Found:
        operations.verify_finding(*self.ids, actor=self.actor, on=self.today, **given)
        return self.after()
