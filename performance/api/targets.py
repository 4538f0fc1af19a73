"""绩效目标 of a project: its rounds and versions, and one of them with goals, indicators and reviews."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers

from performance.models import Review, TargetSheet
from performance.queries import grid_of, readable
from policy.terms import Grade, Operator
from projects.api import ProjectReading
from ui.api import Money, Person, Told


class SheetRow(Told):
    id = serializers.IntegerField()
    round = serializers.IntegerField(help_text="轮次")
    version = serializers.IntegerField(allow_null=True, help_text="备案版本，未备案为 null")
    state = serializers.ChoiceField(TargetSheet.State.choices)
    years = serializers.ListField(child=serializers.IntegerField(), help_text="预算年度")
    submitted_on = serializers.DateField(allow_null=True, help_text="送审日期")
    filed_on = serializers.DateField(allow_null=True, help_text="备案日期")
    grade = serializers.ChoiceField(Grade.choices, allow_blank=True, help_text="审核等级")


class GoalData(Told):
    block = serializers.CharField(help_text="period 为实施期，否则为年度")
    text = serializers.CharField(help_text="总体目标")
    fiscal = Money(help_text="财政拨款")
    other = Money(help_text="其他资金")


class TargetData(Told):
    block = serializers.CharField(help_text="period 为实施期，否则为年度")
    value = serializers.CharField(help_text="指标值，按填写原文")
    weight = serializers.DecimalField(5, 2, allow_null=True, help_text="权重")


class IndicatorData(Told):
    id = serializers.IntegerField(source="indicator.pk")
    level1 = serializers.CharField(source="indicator.level1", help_text="一级指标")
    level2 = serializers.CharField(source="indicator.level2", help_text="二级指标")
    name = serializers.CharField(source="indicator.name", help_text="三级指标")
    operator = serializers.ChoiceField(Operator.choices, source="indicator.operator", help_text="计算符号")
    unit = serializers.CharField(source="indicator.unit", help_text="计量单位")
    core = serializers.BooleanField(source="indicator.core", help_text="核心指标")
    targets = TargetData(many=True, source="cells")


class ReviewData(Told):
    line = serializers.CharField(help_text="条线：hr 人社，finance 财政")
    level = serializers.ChoiceField(Review.Level.choices, help_text="环节")
    turn = serializers.IntegerField(help_text="次数")
    office = serializers.CharField(help_text="审核单位")
    reviewer = Person(help_text="审核人")
    on = serializers.DateField()
    agreed = serializers.BooleanField()
    total = serializers.IntegerField(allow_null=True, help_text="总分")
    grade = serializers.ChoiceField(Grade.choices, allow_blank=True, help_text="等级")
    comment = serializers.CharField(help_text="意见")


class SheetData(SheetRow):
    return_reason = serializers.CharField(help_text="退回或完善意见")
    goals = GoalData(many=True)
    indicators = IndicatorData(many=True, source="lines")
    reviews = ReviewData(many=True, source="shown", help_text="两厅独立打分，双方提交前只见本条线的")


class Targets(ProjectReading):
    summary, tag = "绩效目标的各轮次", "绩效目标"
    answers, many = SheetRow, True

    def found(self, asked: dict[str, Any]) -> QuerySet[TargetSheet]:
        return self.project.target_sheets.order_by("-round")


class OneTarget(ProjectReading):
    summary, tag = "一个轮次的绩效目标", "绩效目标"
    answers = SheetData

    def find(self) -> None:
        self.sheet = get_object_or_404(self.project.target_sheets, round=self.kwargs["round"])

    def found(self, asked: dict[str, Any]) -> dict[str, Any]:
        sheet, grid = self.sheet, grid_of(self.sheet)
        reviews = sheet.reviews.select_related("reviewer", "office")
        told = {name: getattr(sheet, name) for name in SHEET}
        return told | {
            "goals": list(grid.goals.values()),
            "lines": grid.lines,
            "shown": [review for review in reviews if readable(review, self.actor, sheet)],
        }


SHEET = ("id", "round", "version", "state", "years", "submitted_on", "filed_on", "grade", "return_reason")
