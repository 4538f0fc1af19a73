"""Saving the sheet that is being drawn up: the operation of the page."""

from decimal import Decimal
from typing import Any

from django.http import Http404
from rest_framework import serializers

from performance import operations
from performance.api.targets import SheetData, sheet_data
from performance.models import Indicator
from performance.operations import RowInput
from performance.operations.drafting import OWN
from performance.queries import sheet_of
from policy.terms import Aggregation, EvidenceKind, Frequency, Operator
from projects.api import Act
from ui.api import Asked, Money, Rows, Text, Whole

LONGEST_GOAL, LONGEST, LONGEST_NAME, LONGEST_UNIT, LONGEST_SOURCE = 2000, 60, 60, 20, 120


class GoalAsked(Asked):
    block = Text(max_length=8, help_text="period 为实施期，否则为年度")
    text = Text(max_length=LONGEST_GOAL, required=False, allow_blank=True, help_text="总体目标；不发送的不改")
    fiscal = Money(least=Decimal(0), required=False, help_text="财政拨款；与 other 同时发送")
    other = Money(least=Decimal(0), required=False, help_text="其他资金")


class TargetCellAsked(Asked):
    block = Text(max_length=8, help_text="period 为实施期，否则为年度")
    value = Text(
        max_length=LONGEST, required=False, allow_blank=True, help_text="指标值，可写“不低于90%”“2026年7月底前”"
    )
    weight = Text(max_length=LONGEST_UNIT, required=False, allow_blank=True, help_text="权重，如 6 或 6.50")


class TargetRowAsked(Asked):
    id = Whole(required=False, allow_null=True, default=None, help_text="指标；不填为新增一个自定指标")
    targets = Rows(child=TargetCellAsked(), required=False, default=list, help_text="各期间的指标值和权重")
    baseline = Text(max_length=LONGEST, required=False, allow_blank=True, help_text="基期值")
    baseline_source = Text(max_length=LONGEST_SOURCE, required=False, allow_blank=True, help_text="基期值来源")
    remove = serializers.BooleanField(required=False, default=False, help_text="删除本行；核心指标不得删除")
    level1 = Text(max_length=LONGEST_UNIT, required=False, help_text="一级指标；以下各项只用于自定指标")
    level2 = Text(max_length=LONGEST, required=False, help_text="二级指标")
    name = Text(max_length=LONGEST_NAME, required=False, help_text="三级指标")
    operator = serializers.ChoiceField(Operator.choices, required=False, help_text="计算符号")
    unit = Text(max_length=LONGEST_UNIT, required=False, allow_blank=True, help_text="计量单位")
    aggregation = serializers.ChoiceField(Aggregation.choices, required=False, help_text="汇总方式")
    frequency = serializers.ChoiceField(Frequency.choices, required=False, help_text="报送频次")
    evidence = serializers.ChoiceField(EvidenceKind.choices, required=False, help_text="佐证来源")


class SheetAsked(Asked):
    seen = Text(max_length=40, help_text="读到的版本；内容已被他人修改时不保存")
    goals = Rows(child=GoalAsked(), required=False, default=list, help_text="总体目标和资金")
    rows = Rows(child=TargetRowAsked(), required=False, default=list, help_text="要保存的指标；不发送的行不改")


class SaveTarget(Act):
    summary, tag = "保存绩效目标", "绩效目标"
    description = "只改所送的内容；没有写完也可以保存，送审前还需处理的在 problems 列明。退回的一稿保存后成为新一稿。"
    asks, answers = SheetAsked, SheetData

    def find(self) -> None:
        sheet = sheet_of(self.project)
        if sheet is None:
            raise Http404
        self.known = {row.pk: row for row in sheet.indicators.all()}

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        goals, money = given["goals"], [one for one in given["goals"] if "fiscal" in one or "other" in one]
        if any("fiscal" not in one or "other" not in one for one in money):
            raise serializers.ValidationError({"goals": ["财政拨款和其他资金须同时发送。"]})
        operations.save_sheet(
            self.project.pk,
            goals={one["block"]: one["text"] for one in goals if "text" in one},
            money={one["block"]: (one["fiscal"], one["other"]) for one in money},
            rows=[self.row(one) for one in given["rows"]],
            seen=given["seen"],
            actor=self.actor,
            on=self.today,
        )
        sheet = sheet_of(self.project)
        assert sheet is not None  # noqa: S101 - it was saved just now
        return sheet_data(self.project, sheet, self.actor)

    def row(self, asked: dict[str, Any]) -> RowInput:
        """Of an indicator that stands, what was not sent stays."""
        standing = self.known.get(asked["id"] or 0)
        kept = {name: getattr(standing or Indicator(operator=Operator.GE), name) for name in OWN}
        cells = asked.pop("targets")
        return RowInput(
            **kept | asked,
            values={one["block"]: one["value"] for one in cells if "value" in one},
            weights={one["block"]: one["weight"] for one in cells if "weight" in one},
        )
