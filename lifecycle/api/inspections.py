"""检查 for programs: the list, one record, check list items written by a member of the team, his signature."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers

from lifecycle.models import Inspection, InspectionFinding, InspectionItem
from lifecycle.operations import inspections as ops
from lifecycle.queries.inspections import items_of, shown, shows_findings
from projects.api import Act, ProjectApi, ProjectReading
from projects.models import Problem
from ui.api import Asked, Person, Rows, Stored, Text, Told, Whole

SHORT = 300
PLAIN = ("id", "tour", "team", "visit_on", "visit_at", "state", "signed_on", "opinion_due_on")


class InspectionRow(Told):
    id = serializers.IntegerField()
    title = serializers.CharField(source="tour.title", help_text="检查名称")
    number = serializers.CharField(source="tour.number", help_text="检查通知文号；未发出为空")
    visit_on = serializers.DateField(help_text="检查日期")
    visit_at = serializers.TimeField(help_text="时间")
    team = serializers.SerializerMethodField(help_text="检查组成员，组长在前")
    state = serializers.ChoiceField(Inspection.State.choices)
    signed_on = serializers.DateField(allow_null=True, help_text="签字完成日期")
    opinion_due_on = serializers.DateField(allow_null=True, help_text="征求意见截止")

    def get_team(self, row: Any) -> list[str]:
        team = row["team"] if isinstance(row, dict) else row.team
        return [str(seat.user) for seat in team.members.all()]


class CheckItemData(Told):
    id = serializers.IntegerField(source="item.pk", help_text="检查项目编号，填写时使用")
    part = serializers.CharField(source="item.part", help_text="部分")
    code = serializers.CharField(source="item.code", help_text="代码")
    text = serializers.CharField(source="item.text", help_text="检查内容")
    requirement = serializers.CharField(source="item.required", help_text="要求")
    clause = serializers.CharField(source="item.clause", help_text="依据")
    verdict = serializers.CharField(source="item.verdict", help_text="met 符合，bad 不符合，none 不适用，空为未检查")
    actual = serializers.CharField(source="item.actual", help_text="实际情况")
    note = serializers.CharField(source="item.note", help_text="备注")
    place = serializers.CharField(source="item.place", help_text="位置")
    checked_by = Person(source="item.checked_by", help_text="检查人")
    photos = Stored(many=True)


class InspectionFindingData(Told):
    id = serializers.IntegerField()
    number = serializers.IntegerField(help_text="序号")
    fact = serializers.CharField(help_text="事实")
    clause = serializers.CharField(help_text="依据")
    requirement = serializers.CharField(help_text="整改要求")
    level = serializers.ChoiceField(Problem.Level.choices, help_text="程度")
    due_on = serializers.DateField(help_text="整改期限")
    agreed = serializers.BooleanField(allow_null=True, help_text="单位同意；未答复为 null")
    opinion = serializers.CharField(help_text="单位意见")
    outcome = serializers.ChoiceField(["", *InspectionFinding.Outcome.values], help_text="处理")
    reason = serializers.CharField(help_text="处理理由")
    problem = serializers.IntegerField(source="problem_id", allow_null=True, help_text="列入的问题")


class SignedData(Told):
    signer = Person(help_text="签字人")
    leads = serializers.BooleanField(help_text="组长")
    on = serializers.DateField()
    void_on = serializers.DateField(allow_null=True, help_text="退回作废日期")


class InspectionData(InspectionRow):
    visited_on = serializers.DateField(allow_null=True, help_text="实际检查日期")
    place = serializers.CharField(help_text="检查地点")
    summary = serializers.CharField(help_text="总体情况")
    items = CheckItemData(many=True, help_text="检查表；单位在签字完成后才看到")
    signatures = SignedData(many=True)
    findings = InspectionFindingData(many=True, help_text="检查发现；单位在征求意见后才看到")


class Inspections(ProjectReading):
    summary, tag = "检查列表", "检查"
    description = "单位在检查通知发出后才看到。"
    answers, many = InspectionRow, True

    def found(self, asked: dict[str, Any]) -> QuerySet[Inspection]:
        return shown(self.actor, self.project)


class OneInspection(ProjectApi):
    """Gives `self.inspection`, known to this person."""

    def find(self) -> None:
        rows = shown(self.actor, self.project)
        self.inspection = get_object_or_404(rows, pk=self.kwargs["inspection_id"])
        self.inspection.project = self.project

    def told(self) -> dict[str, Any]:
        one, user = shown(self.actor, self.project).get(pk=self.inspection.pk), self.actor
        one.project = self.project
        rows = items_of(one, user)
        hidden = not rows
        told = {name: getattr(one, name) for name in PLAIN}
        return told | {
            "visited_on": None if hidden else one.visited_on,
            "place": "" if hidden else one.place,
            "summary": "" if hidden else one.summary,
            "items": rows,
            "signatures": [] if hidden else one.signatures.select_related("signer"),
            "findings": one.findings.all() if shows_findings(one, user) else [],
        }


class InspectionOne(OneInspection, ProjectReading):
    summary, tag = "一次检查", "检查"
    answers = InspectionData

    def found(self, asked: dict[str, Any]) -> Any:
        return self.told()


class ItemAsked(Asked):
    id = Whole(help_text="检查项目编号")
    verdict = serializers.ChoiceField([one for one in InspectionItem.Verdict.values if one], help_text="结果")
    actual = Text(max_length=SHORT, required=False, allow_blank=True, default="", help_text="实际情况；不符合的必填")
    note = Text(max_length=SHORT, required=False, allow_blank=True, default="", help_text="备注")
    place = Text(max_length=120, required=False, allow_blank=True, default="", help_text="位置")


class ItemsAsked(Asked):
    items = Rows(child=ItemAsked(), min_length=1, max_length=200, help_text="要填写的检查项目")


class WriteItems(OneInspection, Act):
    summary, tag = "填写检查项目", "检查"
    description = "由检查组成员填写，可以分几次；有人签字后不能再改。照片在页面上传。"
    asks, answers = ItemsAsked, InspectionData

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        rows = given["items"]
        if len({row["id"] for row in rows}) != len(rows):
            raise serializers.ValidationError({"items": ["同一检查项目出现了两次。"]})
        items = {row.pop("id"): ops.Checked(**row) for row in (dict(one) for one in rows)}
        ops.save_items(self.project.pk, self.inspection.pk, items=items, actor=self.actor, on=self.today)
        return self.told()


class SignInspection(OneInspection, Act):
    summary, tag = "签署检查记录", "检查"
    description = "检查组全体各自签字，组长最后；全部签字后记录不能再改。"
    answers = InspectionData

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        ops.sign_record(self.project.pk, self.inspection.pk, actor=self.actor, on=self.today)
        return self.told()
