"""建设任务 and 建设进度 for programs: read as the pages show them, told as the form tells them."""

from typing import Any

from rest_framework import serializers

from accounts.roles import Action
from performance.api.returns import OnReturn
from performance.models import MilestonePlan, MilestoneProgress
from performance.operations.progress import LONGEST, ProgressInput, save_progress
from performance.queries.milestones import Progress, State, plans_of, progress_of, progress_version
from performance.queries.readings import draft_of_others
from performance.rules.monitoring import percent
from policy.findings import refuse
from projects import access
from projects.api import Act, ProjectReading
from ui.api import Asked, Person, Rows, Stored, Text, Told, Whole

SHARE: Any = {"max_digits": 5, "decimal_places": 2}


class MilestoneData(Told):
    key = serializers.IntegerField(help_text="任务编号，各版本不变")
    name = serializers.CharField(help_text="建设任务")
    planned_on = serializers.DateField(help_text="计划完成日期")
    share = serializers.DecimalField(**SHARE, help_text="占比（%）")
    category = serializers.CharField(help_text="支出类别代码，没有为空")


class MilestonePlanData(Told):
    version = serializers.IntegerField(help_text="版本")
    state = serializers.ChoiceField(MilestonePlan.State.choices)
    reason = serializers.CharField(help_text="调整理由")
    drafted_by = Person(help_text="编制人")
    submitted_by = Person(help_text="报送人")
    submitted_on = serializers.DateField(allow_null=True, help_text="报送日期")
    reviewed_by = Person(help_text="审核人")
    reviewed_on = serializers.DateField(allow_null=True, help_text="审核日期")
    remark = serializers.CharField(help_text="审核意见")
    milestones = MilestoneData(many=True, source="milestones.all", help_text="任务，占比合计 100")


class Milestones(ProjectReading):
    summary, tag = "建设任务计划", "绩效监测"
    description = "各版本，新的在前；编制中和退回的只有本单位看到。"
    answers, many = MilestonePlanData, True

    def found(self, asked: dict[str, Any]) -> list[MilestonePlan]:
        mine = access.allows(self.actor, self.project, Action.EDIT_MILESTONES)
        shown = (State.SUBMITTED, State.APPROVED)
        return [plan for plan in plans_of(self.project) if mine or plan.state in shown]


class ProgressRowData(Told):
    key = serializers.IntegerField(source="milestone.key", help_text="任务编号")
    name = serializers.CharField(source="milestone.name", help_text="建设任务")
    planned_on = serializers.DateField(source="milestone.planned_on", help_text="计划完成日期")
    share = serializers.DecimalField(**SHARE, source="milestone.share", help_text="占比（%）")
    state = serializers.ChoiceField(MilestoneProgress.State.choices, source="told.state", allow_null=True, default=None)
    done_share = serializers.DecimalField(**SHARE, source="done", help_text="完成比例（%）；未填的为上期审定数")
    actual_on = serializers.DateField(source="told.actual_on", allow_null=True, default=None, help_text="实际完成日期")
    note = serializers.CharField(source="told.note", allow_blank=True, default="", help_text="说明")
    files = Stored(many=True, source="papers", help_text="佐证材料")


class ProgressData(Told):
    plan = serializers.IntegerField(source="progress.plan.version", allow_null=True, default=None, help_text="计划版本")
    due = serializers.CharField(allow_null=True, help_text="按计划应完成的比例")
    done = serializers.CharField(help_text="实际完成的比例")
    rows = ProgressRowData(many=True, source="progress.rows")
    risk = serializers.CharField(source="progress.outlook.risk", default="", help_text="主要风险")
    measure = serializers.CharField(source="progress.outlook.measure", default="", help_text="应对措施")
    missing = serializers.ListField(child=serializers.CharField(), help_text="报送前还需处理的")
    seen = serializers.CharField(help_text="现有内容的版本，填写时原样送回")


def told(progress: Progress) -> dict[str, Any]:
    return {
        "progress": progress,
        "due": None if progress.due is None else percent(progress.due),
        "done": percent(progress.done),
        "missing": [finding.message for finding in progress.findings],
        "seen": progress_version(progress),
    }


class OneProgress(OnReturn, ProjectReading):
    summary, tag = "季报包的建设进度", "绩效监测"
    description = "单位填写中的，其他单位不能读取（409）。"
    answers = ProgressData

    def found(self, asked: dict[str, Any]) -> dict[str, Any]:
        if draft_of_others(self.one, self.actor):
            refuse("draft", "季报包还在单位填报，报送后可以读取。")
        return told(progress_of(self.one, self.actor))


class ProgressRowAsked(Asked):
    key = Whole(help_text="任务编号")
    state = serializers.ChoiceField(MilestoneProgress.State.choices)
    done_share = serializers.DecimalField(**SHARE, min_value=0, max_value=100, help_text="完成比例（%）")
    actual_on = serializers.DateField(required=False, allow_null=True, default=None, help_text="实际完成日期")
    note = Text(max_length=LONGEST["note"], required=False, allow_blank=True, default="", help_text="说明")


class ProgressAsked(Asked):
    rows = Rows(child=ProgressRowAsked(), max_length=40, help_text="要填写的任务；没有列出的不变")
    risk = Text(max_length=LONGEST["risk"], required=False, allow_blank=True, default="", help_text="主要风险")
    measure = Text(max_length=LONGEST["measure"], required=False, allow_blank=True, default="", help_text="应对措施")
    seen = Text(max_length=40, help_text="读到的版本（seen）；内容已被他人修改时不保存")


class SaveProgress(OnReturn, Act):
    summary, tag = "填写季报包的建设进度", "绩效监测"
    description = "按任务编号填写；所送内容都保存，missing 列出报送前还需处理的。"
    answers, asks = ProgressData, ProgressAsked

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        rows = {row.pop("key"): ProgressInput(**row) for row in map(dict, given["rows"])}
        said = {name: given[name] for name in ("risk", "measure", "seen")}
        save_progress(self.project.pk, self.one.pk, rows=rows, actor=self.actor, on=self.today, **said)
        return told(progress_of(self.one, self.actor))
