"""双监控 of one 季报包: lights, forecasts and the columns of F04, as the page and the paper say them."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from performance import f04
from performance.api.readings import OfReturn
from performance.models import Reading
from performance.operations.monitoring import LENGTHS, OutlookInput, save_outlook
from performance.queries.monitoring import OUTLOOK, MoneyRow, MonitorRow, monitoring_of, outlook_version
from performance.queries.readings import draft_of_others
from performance.rules.readings import check_once
from performance.scoring import two_decimals
from policy.findings import refuse_if_blocking
from policy.terms import Light
from projects.api import Act, ProjectReading
from ui.api import Asked, Money, Rows, Text, Told, Whole


class SignalData(Told):
    light = serializers.ChoiceField(Light.choices, help_text="提示灯；没有计划或数值的为不适用")
    why = serializers.CharField(help_text="计算过程")


class OutlookData(Told):
    expected = serializers.CharField(help_text="全年预计完成值")
    likelihood = serializers.ChoiceField(Reading.Likelihood.choices, allow_blank=True, help_text="完成可能性")
    cause = serializers.ChoiceField(Reading.Cause.choices, allow_blank=True, help_text="偏差原因")
    cause_text = serializers.CharField(help_text="原因说明")
    measure = serializers.CharField(help_text="改进措施")


class MonitorRowData(Told):
    indicator = serializers.IntegerField()
    name = serializers.CharField(help_text="三级指标")
    unit = serializers.CharField(help_text="计量单位")
    goal = serializers.CharField(help_text="目标，没有为空")
    done = serializers.CharField(help_text="累计完成，与页面和 F04 相同的写法")
    signal = SignalData()
    year = serializers.CharField(help_text="年度预计和计算过程")
    build = serializers.CharField(help_text="建设期预计和计算过程")
    over = serializers.BooleanField(help_text="明显超过目标")
    outlook = OutlookData(help_text="单位填写的监控意见")


class MonitorMoneyData(Told):
    name = serializers.CharField(help_text="资金")
    budget = Money(help_text="年初预算数")
    spent = Money(help_text="监控期执行数")
    rate = serializers.CharField(help_text="执行率，%；没有预算为空")
    expected = Money(allow_null=True, help_text="全年预计执行数")


class MonitoringData(Told):
    id = serializers.IntegerField(help_text="季报包")
    f04 = serializers.BooleanField(help_text="本轮要求填写 F04")
    hidden = serializers.BooleanField(help_text="单位报送前对其他部门不显示")
    version = serializers.CharField(help_text="填写内容的版本，保存时原样送回")
    goal = serializers.CharField(help_text="年度总体目标")
    signal = SignalData(allow_null=True, help_text="资金")
    money = MonitorMoneyData(many=True)
    rows = MonitorRowData(many=True)


def _row(row: MonitorRow) -> dict[str, Any]:
    indicator = row.indicator
    return {
        "indicator": indicator.pk,
        "name": indicator.name,
        "unit": indicator.unit,
        "goal": row.goal,
        "done": f04.done_text(row),
        "signal": row.signal,
        "year": row.year.why,
        "build": row.build.why,
        "over": row.over,
        "outlook": {name: row.typed(name) for name in OUTLOOK},
    }


def _money(row: MoneyRow) -> dict[str, Any]:
    rate: Decimal | None = None if row.rate is None else two_decimals(row.rate * 100)
    sums = {"budget": row.budget, "spent": row.spent, "expected": row.expected}
    return {"name": row.label, "rate": "" if rate is None else str(rate), **sums}


class OfMonitoring(OfReturn):
    def shown(self) -> dict[str, Any]:
        """As the page shows it to this person; a draft is the unit's own."""
        told = {"id": self.one.pk, "f04": self.one.round.monitoring, "version": outlook_version(self.one)}
        if draft_of_others(self.one, self.actor):
            return told | {"hidden": True, "goal": "", "signal": None, "money": [], "rows": []}
        found = monitoring_of(self.one, known=self.today)
        rows = [_row(row) for row in found.rows]
        shown = {"goal": found.goal, "signal": found.signal, "money": map(_money, found.money), "rows": rows}
        return told | shown | {"hidden": False}


class Monitoring(OfMonitoring, ProjectReading):
    summary, tag = "一个季报包的双监控", "绩效监测"
    answers = MonitoringData

    def found(self, asked: dict[str, Any]) -> dict[str, Any]:
        return self.shown()


class OutlookAsked(Asked):
    indicator = Whole(help_text="指标")
    expected = Text(max_length=LENGTHS["expected"], required=False, allow_blank=True, help_text="全年预计完成值")
    likelihood = serializers.ChoiceField(
        Reading.Likelihood.choices, required=False, allow_blank=True, help_text="完成可能性"
    )
    cause = serializers.ChoiceField(Reading.Cause.choices, required=False, allow_blank=True, help_text="偏差原因")
    cause_text = Text(max_length=LENGTHS["cause_text"], required=False, allow_blank=True, help_text="原因说明")
    measure = Text(max_length=LENGTHS["measure"], required=False, allow_blank=True, help_text="改进措施")


class MonitoringAsked(Asked):
    rows = Rows(child=OutlookAsked(), help_text="没有列出的指标保持原样；列出的整行替换")
    version = Text(max_length=40, help_text="读到的版本；内容已被他人修改时不保存")


class SaveMonitoring(OfMonitoring, Act):
    summary, tag = "暂存绩效监控表", "绩效监测"
    description = "可能性不是“确定能”的，报送前须有偏差原因和改进措施。"
    asks, answers = MonitoringAsked, MonitoringData

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        refuse_if_blocking(check_once([row["indicator"] for row in given["rows"]]))
        rows = {row.pop("indicator"): OutlookInput(**row) for row in given["rows"]}
        ids = (self.project.pk, self.one.pk)
        save_outlook(*ids, rows=rows, actor=self.actor, on=self.today, seen=given["version"])
        return self.shown()
