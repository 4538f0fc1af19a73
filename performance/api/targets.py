"""绩效目标 of a project: its rounds and versions, and one of them with goals, indicators and reviews."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers

from accounts.models import User
from performance.models import Review, TargetSheet
from performance.operations.drafting import STAGE_OF
from performance.queries import grid_of, problems_of, readable, sheet_version, with_remarks
from policy.terms import Aggregation, EvidenceKind, Frequency, Grade, Operator
from projects.api import ProjectReading
from projects.models import Project
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
    revises = serializers.IntegerField(
        source="revises_id", allow_null=True, help_text="调整的是哪一稿（id），不是调整为 null"
    )
    revision_reason = serializers.CharField(help_text="调整理由")
    filing_document = serializers.CharField(help_text="备案或批准文号")


class GoalData(Told):
    block = serializers.CharField(help_text="period 为实施期，否则为年度")
    text = serializers.CharField(help_text="总体目标")
    fiscal = Money(help_text="财政拨款")
    other = Money(help_text="其他资金")


class TargetData(Told):
    block = serializers.CharField(help_text="period 为实施期，否则为年度")
    value = serializers.CharField(help_text="指标值：读得准的是数，读不准的是填写原文")
    typed = serializers.CharField(help_text="填写原文，如“不低于90%”；与 value 相同的为空")
    weight = serializers.DecimalField(5, 2, allow_null=True, help_text="权重")


class RemarkData(Told):
    who = serializers.CharField(help_text="审核单位和环节")
    text = serializers.CharField(help_text="意见")


class IndicatorData(Told):
    id = serializers.IntegerField(source="indicator.pk")
    level1 = serializers.CharField(source="indicator.level1", help_text="一级指标")
    level2 = serializers.CharField(source="indicator.level2", help_text="二级指标")
    name = serializers.CharField(source="indicator.name", help_text="三级指标")
    operator = serializers.ChoiceField(Operator.choices, source="indicator.operator", help_text="计算符号")
    unit = serializers.CharField(source="indicator.unit", help_text="计量单位")
    aggregation = serializers.ChoiceField(Aggregation.choices, source="indicator.aggregation", help_text="汇总方式")
    window = serializers.CharField(source="indicator.window", help_text="统计期间")
    frequency = serializers.ChoiceField(Frequency.choices, source="indicator.frequency", help_text="报送频次")
    evidence = serializers.ChoiceField(EvidenceKind.choices, source="indicator.evidence", help_text="佐证来源")
    baseline = serializers.CharField(source="indicator.baseline", help_text="基期值")
    baseline_source = serializers.CharField(source="indicator.baseline_source", help_text="基期值来源")
    core = serializers.BooleanField(source="indicator.core", help_text="核心指标")
    template_code = serializers.CharField(source="indicator.template_code", help_text="模板编号，自定指标为空")
    targets = TargetData(many=True, source="cells")
    remarks = RemarkData(many=True, source="said", help_text="逐项意见；两厅独立打分，双方提交前只见本条线的")


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


class ProblemData(Told):
    code = serializers.CharField()
    message = serializers.CharField()
    field = serializers.CharField(help_text="所在的格，如 i12-value-period")


class SheetData(SheetRow):
    seen = serializers.CharField(help_text="本稿现在的版本，保存时送回")
    problems = ProblemData(many=True, help_text="送审前还需处理的；不在填写中的为空")
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
        return sheet_data(self.project, self.sheet, self.actor)


def sheet_data(project: Project, sheet: TargetSheet, actor: User) -> dict[str, Any]:
    """One sheet as this person may read it."""
    grid = with_remarks(grid_of(sheet), actor)
    reviews = sheet.reviews.select_related("reviewer", "office")
    return {name: getattr(sheet, name) for name in SHEET} | {
        "seen": sheet_version(grid),
        "problems": problems_of(grid, project) if sheet.state in STAGE_OF else [],
        "goals": list(grid.goals.values()),
        "lines": grid.lines,
        "shown": [review for review in reviews if readable(review, actor, sheet)],
    }


SHEET = (
    "id", "round", "version", "state", "years", "submitted_on", "filed_on", "grade", "return_reason", "revises_id",
    "revision_reason", "filing_document",
)  # fmt: skip
