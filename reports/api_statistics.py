"""统计分析 for programs: the totals of this moment, and the tables of the page as they were last made."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from projects.api import Reading
from reports.forms import DatedForm, StatisticsForm
from reports.statistics.kept import result_of
from reports.statistics.past import material_at
from reports.statistics.scope import paths_of
from ui.api import Money, Told

CELLS = "次序同 columns；金额为以元为单位的字符串，比例为四位小数的字符串，没有的为 null"


class TotalsData(Told):
    projects = serializers.IntegerField(help_text="已立项的项目数")
    granted = Money(help_text="批复")
    allocated = Money(help_text="下达")
    received = Money(help_text="到账")
    budget = Money(help_text="预算")
    spent = Money(help_text="支出（财政已认定，不含自筹）")
    left = Money(help_text="结余（到账减支出）")
    execution_rate = serializers.DecimalField(None, 4, allow_null=True, help_text="执行率（支出÷预算）")


class ColumnData(Told):
    head = serializers.CharField(help_text="列名")
    kind = serializers.ChoiceField(["text", "count", "money", "rate"], help_text="这一列是什么")


class StatisticsTable(Told):
    key = serializers.CharField(help_text="哪一张表")
    title = serializers.CharField()
    note = serializers.CharField(help_text="怎样计算")
    columns = ColumnData(many=True)
    rows = serializers.ListField(
        child=serializers.ListField(child=serializers.JSONField(allow_null=True)), help_text=CELLS
    )
    total = serializers.ListField(child=serializers.JSONField(allow_null=True), allow_null=True, help_text="合计行")


class StatisticsData(Told):
    on = serializers.DateField(help_text="合计截至的日期")
    known = serializers.DateField(help_text="按何日所知")
    totals = TotalsData(help_text="合计：不选日期的为此刻的")
    made_at = serializers.DateTimeField(allow_null=True, help_text="各表的数据时间；还没有统计过的为 null")
    fresh = serializers.BooleanField(help_text="各表与此刻的数据一致")
    tables = StatisticsTable(many=True, help_text="各表；还没有统计过的为空，在统计分析页选好条件即开始统计")


class Statistics(Reading):
    summary = "统计分析"
    description = (
        "查看范围内已立项项目的合计和各统计表，筛选与“统计分析”页相同。不选 on 和 known 的合计是此刻的，选了的为截至那天、按那天所知的；"
        "项目阶段总是今天的。各表由后台统计，见 made_at 和 fresh。"
    )
    answers, filters = StatisticsData, StatisticsForm

    def form(self) -> StatisticsForm:
        self.paths = paths_of(self.actor)
        query: Any = self.request.query_params
        self.at = DatedForm(query, today=self.today).moment()
        self.whole = whole = material_at(self.paths, self.at, self.today)
        return StatisticsForm(query, places=whole.places, years=whole.years, editions=whole.editions, today=self.today)

    def found(self, asked: dict[str, Any]) -> dict[str, Any]:
        asked = {name: value for name, value in asked.items() if value and value != self.today}
        part = self.whole.narrowed(asked)
        result = result_of(self.paths, asked, part.stamp, timezone.now())
        tables = [
            {
                "key": table.key,
                "title": table.title,
                "note": table.note,
                "columns": table.columns,
                "rows": [row.cells for row in table.rows],
                "total": table.total.cells if table.total else None,
            }
            for table in result.tables
        ]
        return {
            "on": self.at.on, "known": self.at.known, "totals": part.totals, "made_at": result.made_at,
            "fresh": result.fresh, "tables": tables,
        }  # fmt: skip
