"""区域绩效表 F01 and F06 of the province: the figures of page, PDF and workbook, and who has not reported."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import Http404
from rest_framework import serializers

from performance import region_prints
from performance.forms import RegionDates
from performance.models import RegionSheet
from performance.queries.region import region_begun, region_content, region_known, region_sheets, region_years
from projects.api import AllReading, Api, Reading
from ui.api import Person, Told

TAG = "区域绩效"
FIGURES = (("period", "year"), ("budget", "spent", "rate"))


class RegionHead(Told):
    edition = serializers.CharField(help_text="政策版本")
    kind = serializers.ChoiceField(RegionSheet.Kind.choices, help_text="类型")
    year = serializers.IntegerField(help_text="年度")
    state = serializers.CharField(allow_null=True, help_text="draft 编制中、issued 已定稿；尚未编制为 null")
    issued_on = serializers.DateField(allow_null=True, help_text="定稿日期")


class RegionCellData(Told):
    shown = serializers.CharField(help_text="与页面和表格相同的写法；没有为空，不是 0")
    sign = serializers.CharField(help_text="计算符号")
    exact = serializers.CharField(help_text="精确值，例如 1200/13；没有为空")
    weighted = serializers.CharField(help_text="按补助金额加权")
    why = serializers.CharField(help_text="计算过程")
    told = serializers.CharField(help_text="报送情况")
    missing = serializers.ListField(child=serializers.CharField(), help_text="本指标未报的项目")


class RegionRowData(Told):
    kind = serializers.CharField(help_text="项目类型")
    level1 = serializers.CharField(help_text="一级指标")
    level2 = serializers.CharField(help_text="二级指标")
    name = serializers.CharField(help_text="三级指标")
    year = RegionCellData(help_text="F01 年度指标值，F06 全年实际完成值")
    period = RegionCellData(allow_null=True, help_text="F01 实施期指标值")
    target = RegionCellData(allow_null=True, help_text="F06 指标值，只含已报送的项目")
    met = serializers.CharField(help_text="F06 是否达到")


class RegionMoneyData(Told):
    name = serializers.CharField(source="label", help_text="资金")
    period = serializers.CharField(required=False, help_text="F01 实施期金额，万元")
    year = serializers.CharField(required=False, help_text="F01 年度金额，万元")
    budget = serializers.CharField(required=False, help_text="F06 全年预算数（A），万元")
    spent = serializers.CharField(required=False, help_text="F06 全年执行数（B），万元")
    rate = serializers.CharField(required=False, help_text="F06 预算执行率（B/A）；没有预算为“不适用”")


class RegionMoment(Told):
    on = serializers.DateField(help_text="截至日")
    known = serializers.DateField(help_text="按何日所知")
    running = serializers.BooleanField(help_text="截至日年度未结束：不判断是否达到")


class RegionData(RegionHead):
    as_of = RegionMoment(allow_null=True, help_text="按 on、known 查询的日期；没有查询为 null")
    title = serializers.CharField(help_text="表名")
    on = serializers.DateField(help_text="数据日期；已定稿的为定稿日")
    told = serializers.CharField(help_text="报送情况，例如“34 户中 2 户未报”")
    sources = serializers.CharField(help_text="F06 的数据来源和户数：年度评定、转移支付自评、季报包")
    asked = serializers.IntegerField(help_text="应报户数")
    missing = serializers.ListField(child=serializers.CharField(), help_text="未报项目")
    money = RegionMoneyData(many=True)
    rows = RegionRowData(many=True)
    words = serializers.DictField(child=serializers.CharField(), help_text="文字内容")
    drafted_by = Person(help_text="编制人")
    issued_by = Person(help_text="定稿人")
    digest = serializers.CharField(help_text="定稿内容的 SHA-256，未定稿为空")


def head(edition: str, kind: str, year: int, sheet: RegionSheet | None) -> dict[str, Any]:
    state, issued_on = (sheet.state, sheet.issued_on) if sheet else (None, None)
    return {"edition": edition, "kind": kind, "year": year, "state": state, "issued_on": issued_on}


def money(rows: Sequence[Sequence[str]], kind: str) -> list[dict[str, str]]:
    names = FIGURES[kind == RegionSheet.Kind.RESULTS]
    return [{"label": label, **dict(zip(names, cells, strict=True))} for label, *cells in rows]


def shown(content: Mapping[str, Any], sheet: RegionSheet | None) -> dict[str, Any]:
    plain = {name: content[name] for name in ("on", "told", "asked", "missing", "rows", "words")}
    plain |= {"as_of": content.get("as_of"), "sources": content.get("sources", "")}
    by = {name: getattr(sheet, name, None) for name in ("drafted_by", "issued_by")}
    return {
        **plain,
        **by,
        "title": region_prints.title_of(content),
        "digest": sheet.digest if sheet and not content.get("as_of") else "",
    }


class Regions(AllReading):
    summary, tag = "区域绩效表：已备案绩效目标的政策和年度", TAG
    answers, many = RegionHead, True

    def found(self, asked: dict[str, Any]) -> list[dict[str, Any]]:
        sheets = {(one.edition_code, one.kind, one.year): one for one in region_sheets()}
        return [
            head(code, kind, year, sheets.get((code, kind, year)))
            for code, years in region_years(self.actor).items()
            for year in years
            for kind in RegionSheet.Kind.values
            if region_begun(kind, year, self.today)
        ]


class OneRegion(Reading, Api):
    summary, tag = "一张区域绩效表（F01 或 F06）", TAG
    description = (
        "数字与页面、打印件和导出表相同；已定稿的为定稿时的内容，未定稿的按当日数据计算。"
        "填 on（截至日）或 known（按何日所知）的重新汇总，不改变定稿。"
    )
    answers, filters = RegionData, RegionDates

    def form(self) -> forms.Form:
        year, kind = self.kwargs["year"], self.kwargs["kind"]
        return RegionDates(self.request.query_params, kind=kind, year=year, today=self.today)

    def found(self, asked: dict[str, Any]) -> dict[str, Any]:
        key = self.kwargs["edition"], self.kwargs["kind"], self.kwargs["year"]
        if not region_known(self.actor, *key):
            raise Http404
        sheet, content = region_content(*key, self.actor, self.today, self.filter.asked_at())
        return head(*key, sheet) | shown(content, sheet) | {"money": money(content["money"], key[1])}
