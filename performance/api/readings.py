"""指标填报 of a 季报包: each indicator with this period beside the last one; and what the unit types into it."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404
from rest_framework import serializers

from performance.models import PeriodReturn
from performance.operations.readings import ReadingInput, save_readings
from performance.queries.readings import (
    ReadingRow,
    draft_of_others,
    late_classes,
    papers_of,
    reading_rows,
    readings_version,
    text_of,
    typed_of,
)
from performance.queries.returns import return_of
from performance.rules.figures import Figure, days_words
from performance.rules.readings import LENGTHS, Typed, check_once
from performance.targets import number_text
from policy.findings import refuse, refuse_if_blocking
from policy.terms import Aggregation, Attained
from projects.api import Act, ProjectApi, ProjectReading
from ui.api import Asked, Rows, Stored, Text, Told, Uploads, Whole

MOST_DROPPED = 50


@dataclass(frozen=True, slots=True)
class InUnit:
    """A figure with the unit it is read back under."""

    figure: Figure
    unit: str


class ReadingFigure(Told):
    """Exact text: "1640", "92.5", "100/3", a day as 2026-07-31; empty where nothing is known. A rate has its parts."""

    value = serializers.SerializerMethodField("exact", help_text="数值，未知为空，不是 0；日期为 2026-07-31")
    numerator = serializers.SerializerMethodField(help_text="分子")
    denominator = serializers.SerializerMethodField(help_text="分母")
    missing = serializers.SerializerMethodField(help_text="缺几期")
    lacks = serializers.SerializerMethodField(help_text="缺期的日期，没有季报包；数值只是已报日期的，不缺为空")

    def exact(self, one: InUnit) -> str:
        return text_of(one.figure, one.unit)

    def get_numerator(self, one: InUnit) -> str:
        return "" if one.figure.numerator is None else number_text(one.figure.numerator)

    def get_denominator(self, one: InUnit) -> str:
        return "" if one.figure.denominator is None else number_text(one.figure.denominator)

    def get_missing(self, one: InUnit) -> int:
        return len(one.figure.missing)

    def get_lacks(self, one: InUnit) -> str:
        return days_words(one.figure.gaps)


class TypedData(Told):
    value = serializers.CharField(help_text="本期值，按填写原文")
    numerator = serializers.CharField(help_text="分子")
    denominator = serializers.CharField(help_text="分母")
    attained = serializers.ChoiceField(Attained.choices, allow_blank=True, help_text="达成程度")
    reason = serializers.CharField(help_text="异常原因")
    note = serializers.CharField(help_text="达成情况")


class ReadingData(Told):
    indicator = serializers.IntegerField(source="row.indicator.pk")
    code = serializers.CharField(source="row.indicator.template_code", help_text="模板编号，自定指标为空")
    level1 = serializers.CharField(source="row.indicator.level1", help_text="一级指标")
    level2 = serializers.CharField(source="row.indicator.level2", help_text="二级指标")
    name = serializers.CharField(source="row.indicator.name", help_text="三级指标")
    unit = serializers.CharField(source="row.indicator.unit", help_text="计量单位")
    aggregation = serializers.ChoiceField(Aggregation.choices, source="row.indicator.aggregation")
    due = serializers.BooleanField(source="row.due", help_text="本期应报")
    drawn = serializers.BooleanField(source="row.drawn", help_text="由台账取数，不填写")
    typed = TypedData(allow_null=True, help_text="单位填写的；单位报送前对其他部门为 null")
    this = ReadingFigure(allow_null=True, help_text="本期；单位报送前对其他部门为 null")
    last = ReadingFigure(help_text="上期")
    year = ReadingFigure(allow_null=True, help_text="本年累计")
    build = ReadingFigure(allow_null=True, help_text="建设期累计")
    year_target = serializers.CharField(source="row.year_target", help_text="年度指标值")
    period_target = serializers.CharField(source="row.period_target", help_text="实施期指标值")
    findings = serializers.ListField(child=serializers.CharField(), help_text="报送前还需处理的")
    papers = Stored(many=True, help_text="佐证材料")


class ReadingsData(Told):
    id = serializers.IntegerField(source="one.pk", help_text="季报包")
    state = serializers.ChoiceField(PeriodReturn.State.choices, source="one.state")
    covers_from = serializers.DateField(source="one.covers_from", help_text="填报期间起")
    cut_off = serializers.DateField(source="one.cut_off", help_text="截至日期")
    late_classes = serializers.IntegerField(source="late.classes", help_text="本期计入的补录班次")
    version = serializers.CharField(help_text="内容版本，保存时原样送回，可防止覆盖他人的修改")
    readings = ReadingData(many=True)


class OfReturn(ProjectApi):
    """Gives `self.one`, through the project."""

    def find(self) -> None:
        try:
            self.one = return_of(self.project, self.kwargs["return_id"])
        except PeriodReturn.DoesNotExist:
            raise Http404 from None
        self.one.project = self.project

    def told(self) -> dict[str, Any]:
        """All that `ReadingsData` tells this person."""
        rows, papers = reading_rows(self.one), papers_of(self.one, self.actor)
        hidden = draft_of_others(self.one, self.actor)
        readings = [_told(row, hidden) | {"papers": papers.get(row.indicator.pk, [])} for row in rows]
        version = readings_version(rows, self.one)
        return {"one": self.one, "late": late_classes(self.one), "version": version, "readings": readings}


def _told(row: ReadingRow, hidden: bool) -> dict[str, Any]:
    open_ = None if hidden else row
    unit = row.indicator.unit
    return {
        "row": row,
        "typed": open_ and typed_of(row.reading),
        "this": open_ and InUnit(row.this, unit),
        "last": InUnit(row.last, unit),
        "year": open_ and InUnit(row.year, unit),
        "build": open_ and InUnit(row.build, unit),
        "findings": [] if hidden else [finding.message for finding in row.findings if finding.blocks],
    }


class Readings(OfReturn, ProjectReading):
    summary, tag = "一个季报包的指标填报", "季报包"
    answers = ReadingsData

    def found(self, asked: dict[str, Any]) -> dict[str, Any]:
        return self.told()


class ReadingRowAsked(Asked):
    indicator = Whole(source="indicator_id", help_text="指标，本期应报的")
    value = Text(
        max_length=LENGTHS["value"], required=False, allow_blank=True, help_text="本期值；空着是没有填，0 是零"
    )
    numerator = Text(max_length=LENGTHS["numerator"], required=False, allow_blank=True, help_text="分子")
    denominator = Text(max_length=LENGTHS["denominator"], required=False, allow_blank=True, help_text="分母")
    attained = serializers.ChoiceField(Attained.choices, required=False, allow_blank=True, help_text="达成程度")
    reason = Text(max_length=LENGTHS["reason"], required=False, allow_blank=True, help_text="异常原因")
    note = Text(max_length=LENGTHS["note"], required=False, allow_blank=True, help_text="达成情况")


class ReadingsAsked(Asked):
    rows = Rows(child=ReadingRowAsked(), help_text="没有列出的指标保持原样；列出的整行替换")
    version = Text(max_length=40, help_text="读到的内容版本；与现存不符时不保存")


class SaveReadings(OfReturn, Act):
    summary, tag = "暂存指标填报", "季报包"
    description = "写的内容不全、不对也保存，findings 列明报送前还需处理的。由台账取数的指标只能填写异常原因。"
    asks, answers = ReadingsAsked, ReadingsData

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        refuse_if_blocking(check_once([row["indicator_id"] for row in given["rows"]]))
        rows = [ReadingInput(row.pop("indicator_id"), Typed(**row)) for row in given["rows"]]
        ids = (self.project.pk, self.one.pk)
        save_readings(*ids, rows=rows, actor=self.actor, on=self.today, seen=given["version"])
        return self.told()


class ReadingPapersAsked(Asked):
    indicator = Whole(help_text="指标，本期应报的")
    papers = Uploads(help_text="佐证材料，可以多份")
    drop = serializers.ListField(
        child=Whole(), required=False, default=list, max_length=MOST_DROPPED, help_text="要移除的材料，尚未报送的"
    )
    version = Text(max_length=40, required=False, help_text="读到的内容版本；与现存不符时不保存")


class SavePapers(OfReturn, Act):
    summary, tag = "上传指标的佐证材料", "季报包"
    description = "以 multipart/form-data 上传，同名部分可以多份；填写的数值保持原样。移除只限尚未报送的材料。"
    asks, answers = ReadingPapersAsked, ReadingsData

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        """The operation of the page with what stands typed; `seen`, so that nobody's newer figures are put back."""
        rows = reading_rows(self.one)
        row = next((row for row in rows if row.due and row.indicator.pk == given["indicator"]), None)
        if row is None:
            refuse(
                "indicator",
                "没有这个指标，或本期不需填报；请用本季报包中 due 为 true 的 indicator。",
                field="indicator",
            )
        if not given.get("papers") and not given["drop"]:
            refuse(
                "papers",
                "没有收到文件：请在 papers 中上传一份或多份佐证材料，或在 drop 中指明要移除的。",
                field="papers",
            )
        typed = Typed(reason=typed_of(row.reading).reason) if row.drawn else typed_of(row.reading)
        read = ReadingInput(row.indicator.pk, typed, given.get("papers", ()), given["drop"])
        seen = given.get("version") or readings_version(rows, self.one)
        save_readings(self.project.pk, self.one.pk, rows=[read], actor=self.actor, on=self.today, seen=seen)
        return self.told()
