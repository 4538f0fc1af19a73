"""The list of projects and one project, with the six figures: the queries of 项目台账."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers

from lifecycle.api.machine import OverlayData
from policy.terms import Kind, Sector, Stage, Track
from projects.api import AllReading, ProjectReading
from projects.models import Project
from reports.forms import RegisterForm
from reports.register import Row, places_for, projects_in, rows_of, with_figures
from ui.api import Money, Told


class Figures(Told):
    """六个数; 支出, 结余, 执行率 count the money that comes by 资金文件."""

    granted = Money(help_text="批复")
    allocated = Money(help_text="下达")
    received = Money(help_text="到账")
    spent = Money(help_text="支出（财政已认定）")
    left = Money(help_text="结余（到账减支出）")
    execution_rate = serializers.DecimalField(
        None, 4, allow_null=True, help_text="执行率（支出÷预算），0.2500 即 25%；预算未批准为 null"
    )
    budget = Money(help_text="预算")
    pending = Money(help_text="待认定，含自筹；冲销按负数计")
    pending_count = serializers.IntegerField(help_text="待认定笔数")


class ProjectRow(Told):
    id = serializers.IntegerField(source="project.pk")
    number = serializers.CharField(source="project.number", allow_null=True, help_text="项目编号")
    name = serializers.CharField(source="project.name")
    unit = serializers.CharField(source="project.organisation.name", help_text="项目单位")
    place = serializers.CharField(source="project.organisation.node.name", help_text="所在地区或部门")
    kind = serializers.ChoiceField(Kind.choices, source="project.kind", help_text="项目类型")
    track = serializers.ChoiceField(Track.choices, source="project.track", help_text="新建/已建")
    sector = serializers.ChoiceField(Sector.choices, source="project.sector", allow_blank=True, help_text="职业类别")
    stage = serializers.ChoiceField(Stage.choices, source="project.stage", help_text="阶段")
    stage_since = serializers.DateField(source="project.stage_since", allow_null=True)
    edition = serializers.CharField(source="project.edition_code", help_text="适用政策")
    awarded_on = serializers.DateField(source="project.awarded_on", allow_null=True, help_text="立项日期")
    build_start_on = serializers.DateField(source="project.build_start_on", allow_null=True, help_text="建设期开始")
    build_end_on = serializers.DateField(source="project.build_end_on", allow_null=True, help_text="建设期届满")
    extended_months = serializers.IntegerField(source="project.extended_months", help_text="延期月数")
    figures = Figures(source="ledger")
    overlays = OverlayData(many=True, help_text="阶段之外的状态：资金暂停、延期、变更审批中、逾期、争议")
    next_deadline = serializers.CharField(source="due_label", help_text="下一期限，没有为空")
    due_on = serializers.DateField(allow_null=True, help_text="到期日")
    alerts = serializers.IntegerField(help_text="预警数")


class OccupationData(Told):
    written = serializers.CharField(help_text="申报名称")
    code = serializers.CharField(help_text="大典编码")
    name = serializers.CharField(help_text="大典名称")
    level = serializers.CharField(help_text="层级")


class ProjectDetail(ProjectRow):
    award_document = serializers.CharField(source="project.award_document", help_text="立项文号")
    sector_reason = serializers.CharField(source="project.sector_reason", help_text="类别认定理由")
    recommender = serializers.CharField(source="project.recommender", help_text="推荐单位")
    leader_name = serializers.CharField(source="project.leader_name", help_text="领办人")
    occupations = OccupationData(source="project.occupations.all", many=True, help_text="职业（工种）")


class Projects(AllReading):
    summary = "项目列表"
    description = "查看范围内的项目，筛选和排序与“项目台账”页相同。"
    answers, many, filters = ProjectRow, True, RegisterForm

    def form(self) -> forms.Form:
        return RegisterForm(self.request.query_params, places=places_for(self.actor))

    def found(self, asked: dict[str, Any]) -> QuerySet[Project]:
        return projects_in(self.actor, asked, self.today)

    def rows(self, page: list[Project]) -> Iterable[Row]:
        return rows_of(page, self.today, RegisterForm(self.request.query_params, places=[]).moment())


class OneProject(ProjectReading):
    summary = "项目"
    answers = ProjectDetail

    def found(self, asked: dict[str, Any]) -> Row:
        rows = with_figures(Project.objects.filter(pk=self.project.pk), self.actor).select_related("organisation__node")
        return rows_of([get_object_or_404(rows)], self.today)[0]
