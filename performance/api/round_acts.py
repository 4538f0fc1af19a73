"""监测轮次 and what is done to one 季报包 beside its review: opened, let off, 零报告, 补件. Each as on its page."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers

from accounts.roles import Action
from performance import operations
from performance.api.return_acts import ReturnAct
from performance.api.returns import OneRoundData, round_told
from performance.models import Round, Section
from performance.operations import rounds
from performance.operations.return_reviews import MOST
from performance.queries.rounds import candidates_for, proposed_due, rounds_for
from performance.rules.returns import name_for
from policy.findings import refuse
from projects import access
from projects.api import AllAct
from projects.models import Project
from ui.api import Asked, Text, Told, Uploads, Whole

TAG = "绩效监测"
LONGEST_NAME, MOST_PROJECTS = 60, 1000


class RoundLeftOut(Told):
    project = serializers.IntegerField()
    reason = serializers.CharField(help_text="未列入的原因")


class RoundOpenedData(OneRoundData):
    left_out = RoundLeftOut(many=True, help_text="所选但未列入的项目")


class OpenRoundAsked(Asked):
    kind = serializers.ChoiceField(Round.Kind.choices, help_text="类型")
    period_from = serializers.DateField(help_text="监测期间起")
    cut_off = serializers.DateField(help_text="截至日期，可为任意日期")
    name = Text(max_length=LONGEST_NAME, required=False, help_text="轮次名称，不填按期间命名")
    due_on = serializers.DateField(required=False, help_text="报送截止日期，不填按政策规定的工作日推算")
    monitoring = serializers.BooleanField(required=False, default=False, help_text="同时填报绩效监控表（F04）")
    note = Text(max_length=MOST, required=False, allow_blank=True, default="", help_text="说明")
    projects = serializers.ListField(
        child=Whole(), required=False, max_length=MOST_PROJECTS, help_text="项目；不填为全部应报项目"
    )


class OpenRound(AllAct):
    summary, tag = "发起监测轮次", TAG
    description = "已报至的日期之后才需填报；未列入的项目在 left_out 中写明原因。"
    asks, answers, made = OpenRoundAsked, RoundOpenedData, 201

    def find(self) -> None:
        """Nothing more in the address."""

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        self.check(given.get("projects"))
        days = {name: given[name] for name in ("kind", "period_from", "cut_off")}
        given.setdefault("name", name_for(given["period_from"], given["cut_off"]))
        if "due_on" not in given:
            proposed = proposed_due(candidates_for(self.actor, **days), given["cut_off"])
            given["due_on"] = proposed or max(given["cut_off"], self.today)  # nobody is asked: the operation says so
        opened = operations.open_round(actor=self.actor, on=self.today, **given)
        left_out = [{"project": project.pk, "reason": why} for project, why in opened.left_out]
        found = rounds_for(self.actor, self.today).get(pk=opened.round.pk)
        return round_told(self.actor, found, self.today) | {"left_out": left_out}

    def check(self, chosen: list[int] | None) -> None:
        """A misspelt id is told, not left aside."""
        reached: QuerySet[Project] = access.projects_for(self.actor, Action.OPEN_ROUND).filter(pk__in=chosen or [])
        if unknown := sorted(set(chosen or []) - set(reached.values_list("pk", flat=True))):
            refuse(
                "projects", f"没有这些项目，或不在您的办理范围内：{'、'.join(map(str, unknown))}。", field="projects"
            )


class RoundDueAsked(Asked):
    due_on = serializers.DateField(help_text="报送截止日期")


class MoveDue(AllAct):
    summary, tag = "调整报送截止日期", TAG
    description = "本轮尚未报送的项目一并调整；退回补正的期限不变。"
    asks, answers = RoundDueAsked, OneRoundData

    def find(self) -> None:
        self.round = get_object_or_404(rounds_for(self.actor, self.today), pk=self.kwargs["round_id"])

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        rounds.move_due(self.round.pk, actor=self.actor, on=self.today, **given)
        return round_told(self.actor, rounds_for(self.actor, self.today).get(pk=self.round.pk), self.today)


class ReturnExemptAsked(Asked):
    reason = Text(max_length=MOST, help_text="免报理由")


class ExemptReturn(ReturnAct):
    summary = "免报季报包"
    asks = ReturnExemptAsked

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        rounds.exempt_return(*self.ids, actor=self.actor, on=self.today, **given)
        return self.shown()


class ReturnZeroAsked(Asked):
    zero = serializers.BooleanField(help_text="零报告；false 为撤回，照常填报")
    reason = Text(max_length=MOST, required=False, allow_blank=True, default="", help_text="零报告理由")


class ZeroReport(ReturnAct):
    summary = "零报告"
    description = "本期有支出、班次或已填数值的不能作零报告；仍由单位负责人报送。"
    asks = ReturnZeroAsked

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        operations.declare_zero(*self.ids, actor=self.actor, on=self.today, **given)
        return self.shown()


class ReturnPaperAsked(Asked):
    section = serializers.ChoiceField(Section.Code.choices, help_text="部分")
    text = Text(max_length=MOST, help_text="需要补充的材料")


class AskPaper(ReturnAct):
    summary = "要求季报包补件"
    description = "季报包保留原位，数值不变，不重新签字。"
    asks, made = ReturnPaperAsked, 201

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        operations.ask_paper(*self.ids, actor=self.actor, on=self.today, **given)
        return self.shown()


class ReturnAnswerAsked(Asked):
    answer = Text(max_length=MOST, required=False, allow_blank=True, default="", help_text="说明")
    uploads = Uploads(help_text="材料")


class AnswerPaper(ReturnAct):
    summary = "答复季报包补件"
    asks = ReturnAnswerAsked

    def find(self) -> None:
        super().find()
        self.ask = get_object_or_404(self.one.asks, pk=self.kwargs["return_ask_id"])

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        operations.answer_paper(*self.ids, self.ask.pk, actor=self.actor, on=self.today, **given)
        return self.shown()
