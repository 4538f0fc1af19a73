"""验收 for programs: where it stands, 模拟验收, 形式审查, the panel, the visit and an expert's sheet."""

from typing import Any

from rest_framework import serializers

from lifecycle.models import Panel
from lifecycle.operations import formal, panel, sheets
from lifecycle.queries.mock import mock_of
from lifecycle.queries.pack import STATES
from lifecycle.queries.panel import register_for
from lifecycle.queries.told import acceptance_told
from policy.terms import Grade, Stage
from projects import access
from projects.api import Act, AllAct, ProjectReading
from ui.api import Asked, Reason, Rows, Text, Told, Uploads, Whole

TAG = "验收"


class PackData(Told):
    code = serializers.CharField()
    label = serializers.CharField(help_text="材料")  # type: ignore[assignment]
    state = serializers.ChoiceField(list(STATES.items()), help_text="状态")
    reason = serializers.CharField(help_text="退回补正的原因")


class MemberData(Told):
    name = serializers.CharField(help_text="姓名")
    employer = serializers.CharField(help_text="工作单位")
    title = serializers.CharField(help_text="职务职称")
    leads = serializers.BooleanField(help_text="组长")


class ExpertSheetData(Told):
    name = serializers.CharField(help_text="专家")
    points = serializers.DictField(child=serializers.IntegerField(), help_text="评分，只供参考")
    total = serializers.IntegerField()
    comment = serializers.CharField(help_text="评审意见")


class PanelData(Told):
    procedure = serializers.ChoiceField(Panel.Procedure.choices, help_text="方式")
    notice_number = serializers.CharField(help_text="通知文号")
    visit_on = serializers.DateField(help_text="验收日期")
    size = serializers.IntegerField(help_text="专家人数")
    sheets_missing = serializers.IntegerField(allow_null=True, help_text="未交评审表的份数；无权查看评审表的为 null")
    members = MemberData(many=True, help_text="单位在验收当日之前为空")
    sheets = ExpertSheetData(many=True, help_text="全部提交前为空；专家本人只看到自己的")


class ConditionData(Told):
    code = serializers.CharField()
    text = serializers.CharField(help_text="条件")
    clause = serializers.CharField(help_text="依据")
    required = serializers.CharField(help_text="要求")  # type: ignore[assignment]
    actual = serializers.CharField(help_text="实际")
    evidence = serializers.CharField(help_text="佐证")
    met = serializers.BooleanField(allow_null=True, help_text="符合；null 为未核查")


class GateTargetData(Told):
    name = serializers.CharField(help_text="指标")
    target = serializers.CharField(help_text="目标")
    actual = serializers.CharField(help_text="实际")
    core = serializers.BooleanField(help_text="核心指标")
    met = serializers.BooleanField(allow_null=True, help_text="达到，按数值判断")
    score = serializers.DecimalField(5, 2, allow_null=True, help_text="得分")
    why = serializers.CharField(help_text="算式")


class AcceptanceData(Told):
    stage = serializers.ChoiceField(Stage.choices)
    round = serializers.IntegerField(help_text="第几次验收，0 为尚未申请")
    applied_on = serializers.DateField(allow_null=True, help_text="申请日期")
    summary = serializers.CharField(help_text="建设任务完成情况")
    accepted_on = serializers.DateField(allow_null=True, help_text="受理日期")
    visited_on = serializers.DateField(allow_null=True, help_text="现场验收日期")
    place = serializers.CharField(help_text="地点和方式")
    pack = PackData(many=True, help_text="验收材料")
    panel = PanelData(allow_null=True, help_text="验收组")
    conditions = ConditionData(many=True, help_text="关口一：建设条件")
    targets = GateTargetData(many=True, help_text="关口二：绩效目标")
    total = serializers.DecimalField(5, 2, allow_null=True, help_text="总分")
    grade = serializers.ChoiceField(Grade.choices, allow_blank=True, help_text="等级")


class AcceptanceOf(ProjectReading):
    summary, tag = "验收", TAG
    description = "申请、材料、验收组和两道关口。单位在结论生效后看到两道关口，在验收当日看到专家姓名。"
    answers = AcceptanceData

    def found(self, asked: dict[str, Any]) -> dict[str, Any]:
        return acceptance_told(self.project, self.actor, self.today)


class GapData(Told):
    code = serializers.CharField()
    text = serializers.CharField(help_text="缺口")
    clause = serializers.CharField(help_text="依据")


class MockConditionData(Told):
    code = serializers.CharField()
    text = serializers.CharField(help_text="条件")
    required = serializers.CharField(help_text="要求")  # type: ignore[assignment]
    actual = serializers.CharField(help_text="今天")
    source = serializers.CharField(source="known.source", help_text="数据来源")  # type: ignore[assignment]
    mark = serializers.CharField(help_text="立项已核 或 验收再核")
    met = serializers.BooleanField(allow_null=True)


class MockTargetData(Told):
    name = serializers.CharField(help_text="指标")
    goal = serializers.CharField(help_text="目标")
    actual = serializers.CharField(help_text="今天")
    note = serializers.CharField(help_text="说明")
    core = serializers.BooleanField()
    met = serializers.BooleanField(allow_null=True)
    score = serializers.DecimalField(5, 2, allow_null=True)


class MockData(Told):
    on = serializers.DateField()
    said = serializers.CharField(help_text="若今天验收：缺 n 项")
    conditions = MockConditionData(many=True)
    targets = MockTargetData(many=True)
    total = serializers.DecimalField(5, 2, allow_null=True)
    grade = serializers.ChoiceField(Grade.choices, allow_null=True)
    gaps = GapData(many=True, help_text="缺口")
    preconditions = Reason(many=True, help_text="申请的前提")


class MockOf(ProjectReading):
    summary, tag = "模拟验收", TAG
    description = "按今天的数据，用正式验收的同一套规则试判；不改变任何记录。"
    answers = MockData

    def found(self, asked: dict[str, Any]) -> Any:
        return mock_of(self.project, self.today)


class AcceptApplication(Act):
    summary, tag = "受理验收申请", TAG
    description = "形式审查通过。材料不齐全的以 409 拒绝，请改用退回补正。"
    answers = AcceptanceData

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        formal.accept_application(self.project.pk, actor=self.actor, on=self.today)
        return acceptance_told(self.project, self.actor, self.today)


class PackRemarkAsked(Asked):
    code = Text(max_length=40, help_text="材料代码，见验收的 pack")
    reason = Text(max_length=200, help_text="须补正的原因")


class PackReturnAsked(Asked):
    items = Rows(child=PackRemarkAsked(), required=False, help_text="全部须补正的材料，一次列全")
    remark = Text(max_length=500, required=False, allow_blank=True)
    due_on = serializers.DateField(required=False, help_text="补正期限，缺省按政策版本的工作日")


class ReturnPack(Act):
    summary, tag = "退回补正验收材料", TAG
    description = "一次性告知；项目仍在验收中。"
    asks, answers = PackReturnAsked, AcceptanceData

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        reasons = {row["code"]: row["reason"] for row in given.get("items", [])}
        said = {"remark": given.get("remark", ""), "due_on": given.get("due_on")}
        formal.return_pack(self.project.pk, reasons=reasons, **said, actor=self.actor, on=self.today)
        return acceptance_told(self.project, self.actor, self.today)


class VisitAsked(Asked):
    visited_on = serializers.DateField()
    place = Text(max_length=120)
    participants = Text(max_length=300)
    photos = Uploads(help_text="现场照片，可以多张")


class RecordVisit(Act):
    summary, tag = "登记现场验收", TAG
    description = "受理之后才能登记。以 multipart/form-data 上传照片。"
    asks, answers = VisitAsked, AcceptanceData

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        said = {"photos": []} | given
        formal.record_visit(self.project.pk, **said, actor=self.actor, on=self.today)
        self.project.refresh_from_db()
        return acceptance_told(self.project, self.actor, self.today)


class CaseAsked(Asked):
    project = Whole(help_text="项目")
    visit_on = serializers.DateField(help_text="验收日期")
    time = Text(max_length=40, required=False, allow_blank=True)
    place = Text(max_length=120)


class PanelAsked(Asked):
    name = Text(max_length=120, required=False, allow_blank=True, help_text="验收组名称")
    notice_number = Text(max_length=80, help_text="验收通知文号")
    notice = serializers.FileField(help_text="验收通知")
    cases = Rows(child=CaseAsked(), help_text="一个或几个已受理的项目")
    experts = Rows(child=Text(max_length=150), help_text="专家的用户名")
    leader = Text(max_length=150, help_text="组长的用户名")
    recuse = serializers.BooleanField(required=False, help_text="一组多项时，有利害关系的在相应项目自动回避")


class FormedData(Told):
    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    procedure = serializers.ChoiceField(Panel.Procedure.choices)
    notice_number = serializers.CharField()


class FormPanel(AllAct):
    summary, tag = "组成验收组", TAG
    description = "以 multipart/form-data 提交，验收通知作附件。应当回避的专家以 409 拒绝并写明原因。"
    asks, answers, made = PanelAsked, FormedData, 201

    def run(self, given: dict[str, Any]) -> Any:
        cases = {row["project"]: row for row in given["cases"]}
        reached = set(access.projects_for(self.actor).filter(pk__in=list(cases)).values_list("pk", flat=True))
        if missing := sorted(set(cases) - reached):
            raise serializers.ValidationError({"cases": [f"没有这些项目：{'、'.join(map(str, missing))}。"]})
        known = {one.username: one.pk for one in register_for(self.actor, self.today)}
        visits = {pk: panel.Visit(row["visit_on"], row.get("time", ""), row["place"]) for pk, row in cases.items()}
        said = {name: given[name] for name in ("notice_number", "notice")}
        return panel.form_panel(
            visits, **said, name=given.get("name", ""), experts=[known.get(name, 0) for name in given["experts"]],
            leader=known.get(given["leader"], 0), recuse=given.get("recuse", False), actor=self.actor, on=self.today,
        )  # fmt: skip


class PointsAsked(Asked):
    name = Text(max_length=40, help_text="评分项")
    points = serializers.IntegerField(min_value=0, max_value=100)


class ExpertSheetAsked(Asked):
    points = Rows(child=PointsAsked(), help_text="每个评分项的分数，只供参考")
    comment = Text(max_length=2000, allow_blank=True)
    no_conflict = serializers.BooleanField(help_text="本人与项目单位没有利害关系")
    submit = serializers.BooleanField(required=False, default=False, help_text="false 暂存，true 提交后不能再改")


class KeptData(Told):
    state = serializers.CharField(help_text="draft 填写中，submitted 已提交")
    points = serializers.DictField(child=serializers.IntegerField())
    comment = serializers.CharField()


class KeepSheet(Act):
    summary, tag = "填写专家评审表", TAG
    description = "只有专家本人能填写自己的表；全部专家提交前，任何人看不到内容。"
    asks, answers = ExpertSheetAsked, KeptData

    def run(self, given: dict[str, Any]) -> Any:
        points = {row["name"]: row["points"] for row in given["points"]}
        filled = sheets.Filled(points, given["comment"], given["no_conflict"])
        act = sheets.submit_sheet if given["submit"] else sheets.save_sheet
        return act(self.project.pk, filled=filled, actor=self.actor, on=self.today)
