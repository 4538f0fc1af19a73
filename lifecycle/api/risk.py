"""风险分 for programs: the list the offices see, and one project, each point with its arithmetic."""

from typing import Any

from rest_framework import serializers

from lifecycle.queries.risk import RiskRow, ranked, risks_of
from projects.api import AllReading, ProjectReading
from ui.api import Told

POINTS: Any = {"max_digits": 4, "decimal_places": 1}


class PartData(Told):
    code = serializers.CharField(help_text="项目代码")
    label = serializers.CharField(help_text="项目")  # type: ignore[assignment]
    figures = serializers.CharField(help_text="数字和算法")
    points = serializers.DecimalField(**POINTS, help_text="得分")
    most = serializers.IntegerField(help_text="最高分")
    clause = serializers.CharField(help_text="依据")
    rank = serializers.CharField(help_text="效力")


class RiskData(Told):
    project = serializers.IntegerField(source="project.pk")
    number = serializers.CharField(source="project.label", help_text="项目编号")
    name = serializers.CharField(source="project.name")
    score = serializers.DecimalField(**POINTS, source="risk.score", help_text="风险分，满分 100")
    level = serializers.ChoiceField([("high", "高"), ("middle", "中"), ("low", "低")], source="risk.level")
    sum = serializers.CharField(source="risk.sum", help_text="算式")
    parts = PartData(many=True, source="risk.parts", help_text="各项")


class Risks(AllReading):
    summary, tag = "风险排序", "预警"
    description = "在管项目，风险分高的在前；与“风险排序”页相同。"
    answers, many = RiskData, True

    def found(self, asked: dict[str, Any]) -> list[RiskRow]:
        return ranked(self.actor, self.today)


class ProjectRisk(ProjectReading):
    summary, tag = "项目的风险分", "预警"
    answers = RiskData

    def found(self, asked: dict[str, Any]) -> RiskRow:
        return RiskRow(self.project, risks_of([self.project], self.today)[self.project.pk])
