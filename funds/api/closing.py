"""问题资金 and 清算: what was found, what became of it, what is claimed back."""

from typing import Any

from django import forms
from rest_framework import serializers

from funds import queries
from funds.api.seen import SeenData
from funds.forms.dated import Dated, past_of
from funds.forms.found_money import FoundMoneyFilter
from funds.models import ClawBack, FoundMoneyEntry, Repayment, Settlement
from funds.queries.found_money import Line, all_lines, lines_of
from funds.queries.settlements import with_waiting
from policy.loader import configured
from policy.terms import FoundMoneyMove, Occasion
from projects.api import AllReading, ProjectReading
from ui.api import Money, Person, Stored, Told


class FoundRow(Told):
    id = serializers.IntegerField(source="row.pk")
    project = serializers.IntegerField(source="row.project_id")
    project_name = serializers.CharField(source="row.project.name")
    payment = serializers.IntegerField(source="row.voucher_id", allow_null=True, help_text="不认定的支出")
    finding = serializers.IntegerField(source="row.finding_id", allow_null=True, help_text="审计发现")
    kind = serializers.CharField(source="row.kind", help_text="问题类型代码")
    kind_name = serializers.CharField(source="kind", help_text="问题类型")
    fact = serializers.CharField(source="row.fact", help_text="事实")
    clause = serializers.CharField(source="row.clause", help_text="依据")
    found = Money(source="row.found", help_text="查出")
    proved = Money(source="row.proved", help_text="补证")
    recovered = Money(source="row.recovered", help_text="追回")
    written_off = Money(source="row.written_off", help_text="核销")
    left = Money(source="row.left", help_text="未整改余额")
    waiting = Money(help_text="已登记待复核，尚未计入")
    found_on = serializers.DateField(source="row.found_on", help_text="查出日期")
    due_on = serializers.DateField(help_text="整改期限")
    overdue = serializers.BooleanField(help_text="逾期未整改")


class EntryData(Told):
    id = serializers.IntegerField(source="entry.pk")
    move = serializers.ChoiceField(FoundMoneyMove.choices, source="entry.move", help_text="处理方式")
    amount = Money(source="entry.amount")
    on = serializers.DateField(source="entry.on", help_text="发生日期")
    number = serializers.CharField(source="entry.number", help_text="凭证或文号")
    note = serializers.CharField(source="entry.note", help_text="说明")
    state = serializers.ChoiceField(FoundMoneyEntry.State.choices, source="entry.state")
    recorded_by = Person(source="entry.recorded_by", help_text="登记人")
    confirmed_by = Person(source="entry.confirmed_by", help_text="复核人")
    confirmed_on = serializers.DateField(source="entry.confirmed_on", allow_null=True)
    return_reason = serializers.CharField(source="entry.return_reason", help_text="退回理由")
    files = Stored(many=True)


class FoundData(FoundRow):
    entries = EntryData(many=True, source="moves", help_text="补证、追回、核销")


class FoundMoneyBook(ProjectReading):
    summary, tag = "一个项目的问题资金", "审计"
    description = "查出＝补证＋追回＋核销＋未整改余额；处理经另一人复核后才计入。on 为截至日，known 为按何日所知。"
    answers, many, filters = FoundData, True, Dated

    def form(self) -> Dated:
        return Dated(self.request.query_params, today=self.today)

    def found(self, asked: dict[str, Any]) -> list[Line]:
        return lines_of(self.project, self.today, past_of(self.filter, self.today))

    def rows(self, page: list[Line]) -> list[dict[str, Any]]:
        return [
            {name: getattr(line, name) for name in ("row", "kind", "waiting", "due_on", "overdue")}
            | {"moves": [{"entry": entry, "files": files} for entry, files in line.entries]}
            for line in page
        ]


class AllFoundMoney(AllReading):
    summary, tag = "查看范围内的问题资金", "审计"
    description = "查出日期早的在前，筛选与“问题资金”页相同；on 为截至日，known 为按何日所知。"
    answers, many, filters = FoundRow, True, FoundMoneyFilter

    def form(self) -> forms.Form:
        kinds = {kind.code: kind.name for one in configured().values() for kind in one.finding_kinds}
        return FoundMoneyFilter(self.request.query_params, kinds=kinds)

    def found(self, asked: dict[str, Any]) -> list[Line]:
        return all_lines(self.actor, asked, self.today, past_of(self.filter, self.today))


class SettlementRow(Told):
    id = serializers.IntegerField()
    occasion = serializers.ChoiceField(Occasion.choices, help_text="清算事由")
    document_number = serializers.CharField(help_text="清算文号")
    state = serializers.ChoiceField(Settlement.State.choices)
    received = Money(help_text="到账")
    compliant = Money(help_text="合规支出")
    residual = Money(help_text="结余（到账减合规支出）")
    interest = Money(help_text="利息")
    disallowed = Money(help_text="不认定支出")
    repaid = Money(help_text="此前已缴回")
    recovered = Money(help_text="此前已追回的问题资金")
    recovery = Money(help_text="应追缴")
    note = serializers.CharField(help_text="说明")
    prepared_by = Person(help_text="编制人")
    prepared_on = serializers.DateField()
    approved_by = Person(help_text="批准人")
    approved_on = serializers.DateField(allow_null=True)
    void_reason = serializers.CharField(help_text="失效原因")
    seen = SeenData(again=False)


class RepaymentData(Told):
    id = serializers.IntegerField()
    amount = Money()
    paid_on = serializers.DateField(help_text="缴回日期")
    number = serializers.CharField(help_text="缴款书号")
    state = serializers.ChoiceField(Repayment.State.choices)
    recorded_by = Person(help_text="登记人")
    confirmed_by = Person(help_text="确认人")


class ClaimData(Told):
    id = serializers.IntegerField()
    settlement = serializers.IntegerField(source="settlement_id")
    amount = Money(help_text="应追缴")
    left = Money(help_text="尚未缴回")
    waiting = Money(help_text="已登记待确认")
    due_on = serializers.DateField(help_text="缴回期限")
    repayments = RepaymentData(many=True, source="repaid_rows")


class FiguresNow(Told):
    received = Money(help_text="到账")
    compliant = Money(help_text="合规支出")
    residual = Money(help_text="结余")
    disallowed = Money(help_text="不认定支出")
    interest = Money(help_text="利息")


class SettlementBook(Told):
    settled = serializers.BooleanField(help_text="已清算，账目关闭")
    now = FiguresNow(help_text="按今日账目")
    settlements = SettlementRow(many=True, help_text="各次清算，新的在前")
    claims = ClaimData(many=True, help_text="追缴与缴回")


class Settlements(ProjectReading):
    summary, tag = "清算、追缴与缴回", "清算"
    answers = SettlementBook

    def found(self, asked: dict[str, Any]) -> dict[str, Any]:
        project = self.project
        claims = list(with_waiting(ClawBack.objects.filter(project=project)).order_by("-pk"))
        rows = Repayment.objects.filter(claw_back__project=project).select_related("recorded_by", "confirmed_by")
        kept = list(rows)
        for claim in claims:
            claim.repaid_rows = [row for row in kept if row.claw_back_id == claim.pk]  # type: ignore[attr-defined]
        return {
            "settled": queries.settled(project),
            "now": queries.figures_now(project),
            "settlements": queries.settlements_of(project, self.actor),
            "claims": claims,
        }
