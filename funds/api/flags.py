"""疑点: read, raised, answered, asked on, closed. None of it changes a figure."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers

from accounts.roles import Action
from funds.forms.flags import FlagFilter
from funds.models import Flag
from funds.operations import flags as operations
from funds.queries import flags as queries
from funds.queries.payments import visible
from policy.terms import Severity
from projects.api import Act, AllReading, ProjectApi, ProjectReading
from ui.api import Asked, Money, Person, Text, Told, Whole

NEWEST = ("-raised_on", "-pk")


class FlagRow(Told):
    id = serializers.IntegerField()
    project = serializers.IntegerField(source="project_id")
    project_name = serializers.CharField(source="project.name")
    payment = serializers.IntegerField(source="voucher_id", allow_null=True, help_text="支出；对整个项目的为 null")
    payment_number = serializers.CharField(source="voucher.number", default="", help_text="凭证号")
    rule = serializers.CharField(help_text="规则代码；person 为人工提出")
    rule_name = serializers.SerializerMethodField(help_text="规则名称")
    severity = serializers.ChoiceField(Severity.choices, help_text="级别")
    message = serializers.CharField(help_text="内容")
    measure = Money(help_text="涉及金额")
    clause = serializers.CharField(help_text="依据")
    rank = serializers.CharField(help_text="效力")
    state = serializers.ChoiceField(Flag.State.choices)
    raised_on = serializers.DateField(help_text="提出日期")

    def get_rule_name(self, flag: Flag) -> str:
        return queries.rule_label(flag)


class NoteData(Told):
    by = Person()
    on = serializers.DateField()
    text = serializers.CharField()


class FigureData(Told):
    name = serializers.CharField()
    value = serializers.CharField()


class FlagData(FlagRow):
    figures = FigureData(many=True, source="shown_figures", help_text="规则所用的数字")
    elsewhere = serializers.ListField(
        child=serializers.CharField(), source="named", help_text="另一项目的支出；看不到的只写“另一项目”"
    )
    raised_by = Person(help_text="提出人；规则提出的为 null")
    closed_by = Person(help_text="处理人")
    closed_on = serializers.DateField(allow_null=True)
    conclusion = serializers.CharField(help_text="处理意见")
    notes = NoteData(many=True, source="thread", help_text="往来记录")


class Flags(ProjectReading):
    summary, tag = "一个项目的疑点", "疑点"
    description = "不选 state 时为未核定的；all 为全部。"
    answers, many, filters = FlagRow, True, FlagFilter

    def found(self, asked: dict[str, Any]) -> QuerySet[Flag]:
        rows = self.project.flags.select_related("voucher", "project")
        return rows.filter(queries.chosen(asked)).order_by(*NEWEST)


class AllFlags(AllReading):
    summary, tag = "查看范围内的疑点", "疑点"
    description = "不选 state 时为未核定的；all 为全部。"
    answers, many, filters = FlagRow, True, FlagFilter

    def found(self, asked: dict[str, Any]) -> QuerySet[Flag]:
        rows = queries.flags_for(self.actor, Action.VIEW_ALL_FLAGS)
        return rows.filter(queries.chosen(asked)).order_by(*NEWEST)


class OneFlag(ProjectApi):
    """Gives `self.flag`, found through the project."""

    def find(self) -> None:
        rows = self.project.flags.select_related("voucher", "raised_by", "closed_by")
        self.flag = get_object_or_404(rows, pk=self.kwargs["flag_id"])

    def shown(self, flag: Flag) -> Flag:
        flag.project = self.project
        flag.shown_figures = [{"name": name, "value": value} for name, value in flag.figures.items()]  # type: ignore[attr-defined]
        flag.named = [self.said(one) for one in queries.elsewhere_of(flag, self.actor)]  # type: ignore[attr-defined]
        flag.thread = list(flag.notes.select_related("by"))  # type: ignore[attr-defined]
        return flag

    def said(self, one: queries.Elsewhere) -> str:
        return f"{one.name} {one.voucher.number}" if one.voucher else one.name

    def after(self) -> Flag:
        """As it stands once the act is done."""
        OneFlag.find(self)
        return self.shown(self.flag)


class FlagOne(OneFlag, ProjectReading):
    summary, tag = "一条疑点", "疑点"
    answers = FlagData

    def found(self, asked: dict[str, Any]) -> Flag:
        return self.shown(self.flag)


class FlagAsked(Asked):
    text = Text(max_length=300, help_text="什么地方、为什么要说明")
    payment = Whole(required=False, allow_null=True, help_text="支出；不填为对整个项目")


class RaiseFlag(OneFlag, Act):
    summary, tag = "提出疑点", "疑点"
    description = "提出疑点不改变任何金额；单位将收到通知。"
    asks, answers, made = FlagAsked, FlagData, 201

    def find(self) -> None:
        """There is none yet."""

    def run(self, given: dict[str, Any]) -> Flag:
        pk = given.get("payment")
        if pk and not self.project.vouchers.filter(visible(self.actor), pk=pk).exists():
            raise serializers.ValidationError({"payment": ["本项目没有这笔支出。"]})
        text = given["text"]
        return self.shown(
            operations.raise_flag(self.project.pk, actor=self.actor, text=text, voucher_id=pk, on=self.today)
        )


class OnFlag(OneFlag, Act):
    """An act on one flag that answers with the flag."""

    answers, tag = FlagData, "疑点"

    @property
    def ids(self) -> tuple[int, int]:
        return self.project.pk, self.flag.pk


class ExplainAsked(Asked):
    text = Text(max_length=500, help_text="说明")


class AnswerFlag(OnFlag):
    summary = "说明疑点"
    asks = ExplainAsked

    def run(self, given: dict[str, Any]) -> Flag:
        operations.answer_flag(*self.ids, actor=self.actor, on=self.today, **given)
        return self.after()


class MoreAsked(ExplainAsked):
    asks = serializers.BooleanField(required=False, default=True, help_text="请单位补充说明；false 为只作记录")


class AskFlag(OnFlag):
    summary = "追问疑点"
    asks = MoreAsked

    def run(self, given: dict[str, Any]) -> Flag:
        operations.ask_flag(*self.ids, actor=self.actor, on=self.today, **given)
        return self.after()


class CloseAsked(Asked):
    confirmed = serializers.BooleanField(help_text="true 属实，false 已排除")
    conclusion = Text(max_length=300, help_text="处理意见")


class CloseFlag(OnFlag):
    summary = "核定疑点"
    asks = CloseAsked

    def run(self, given: dict[str, Any]) -> Flag:
        operations.close_flag(*self.ids, actor=self.actor, on=self.today, **given)
        return self.after()
