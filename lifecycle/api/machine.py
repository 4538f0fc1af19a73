"""What may be done next with a project and why not, and what its unit has asked to have changed."""

from typing import Any

from rest_framework import serializers

from accounts.roles import Role, grants
from lifecycle.guide import due_of, who_of
from lifecycle.models import ChangeRequest
from lifecycle.queries import offered, snapshot_of
from lifecycle.queries.changes import changes_of
from lifecycle.queries.overlays import overlays_of
from policy.terms import Stage
from projects import access
from projects.api import ProjectReading
from projects.models import Decision, DecisionItem
from ui.api import Person, Told


class ReasonNotData(Told):
    code = serializers.CharField(help_text="事项代码")
    severity = serializers.CharField(help_text="blocking 不能办理，warning、notice 提示")
    message = serializers.CharField(help_text="说明")
    clause = serializers.CharField(help_text="依据")
    rank = serializers.CharField(help_text="效力")


class MachineStepData(Told):
    code = serializers.CharField(help_text="步骤代码")
    label = serializers.CharField(help_text="步骤")  # type: ignore[assignment]
    target = serializers.CharField(allow_null=True, help_text="办理后的阶段；null 为不改变阶段")
    joint = serializers.BooleanField(help_text="两厅联合决定")
    who = serializers.CharField(help_text="谁办")
    roles = serializers.ListField(child=serializers.CharField(), help_text="可以办理或拟制的角色")
    due = serializers.CharField(help_text="期限")
    basis = serializers.CharField(help_text="依据")
    documents = serializers.ListField(child=serializers.CharField(), help_text="须随附的材料")
    mine = serializers.BooleanField(help_text="调用人可以办理或拟制")
    signing = serializers.BooleanField(help_text="已拟制，等待两厅签署")
    open = serializers.BooleanField(help_text="现在可以办理：没有不满足的条件，也没有在签的同一决定")
    findings = ReasonNotData(many=True, help_text="不能办理的原因和提示")


class OverlayData(Told):
    code = serializers.CharField(
        help_text="held 资金暂停，extended 延期，changing 变更审批中，overdue 逾期，disputed 争议"
    )
    label = serializers.CharField()  # type: ignore[assignment]
    note = serializers.CharField()


class MachineStepsData(Told):
    stage = serializers.ChoiceField(Stage.choices, help_text="阶段")
    overlays = OverlayData(many=True, help_text="阶段之外的状态")
    steps = MachineStepData(many=True)


class Steps(ProjectReading):
    summary, tag = "可办步骤", "过程"
    description = "本阶段的全部步骤，每步列出谁办、期限、材料和现在不能办理的原因。单位看不到两厅内部的核查结果。"
    answers = MachineStepsData

    def found(self, asked: dict[str, Any]) -> dict[str, Any]:
        project, user = self.project, self.actor
        signing = set(
            DecisionItem.objects.filter(
                project=project, state=DecisionItem.State.OPEN, decision__state=Decision.State.SIGNING
            ).values_list("decision__kind", flat=True)
        )
        rows = []
        for step, findings in offered(project, snapshot_of(project, on=self.today)):
            mine = access.allows(user, project, step.action)
            if not mine and access.is_unit(user):
                continue
            waits = step.code in signing
            rows.append({
                "code": step.code, "label": step.label, "target": step.target, "joint": step.joint, "who": who_of(step),
                "roles": [Role(role).value for role in grants(step.action)], "due": due_of(step.due, project.edition),
                "basis": step.basis, "documents": [paper.label for paper in step.documents], "mine": mine,
                "signing": waits, "open": not waits and not any(one.blocks for one in findings),
                "findings": [_told(one) for one in findings],
            })  # fmt: skip
        return {"stage": project.stage, "overlays": overlays_of([project], self.today)[project.pk], "steps": rows}


def _told(finding: Any) -> dict[str, str]:
    names = ("code", "message", "clause")
    return {name: getattr(finding, name) for name in names} | {
        "severity": finding.severity.value,
        "rank": finding.rank.label,
    }


class ChangeData(Told):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(ChangeRequest.Kind.choices, help_text="变更事项")
    old = serializers.JSONField(help_text="原值")
    new = serializers.JSONField(help_text="新值")
    reason = serializers.CharField(help_text="理由")
    document = serializers.CharField(help_text="依据文件")
    effective_on = serializers.DateField(help_text="变更生效日期")
    state = serializers.ChoiceField(ChangeRequest.State.choices)
    answer = serializers.CharField(help_text="答复")
    requested_by = Person(help_text="申请人")
    on = serializers.DateField(help_text="申请日期")
    decision = serializers.IntegerField(source="decision_id", allow_null=True, help_text="批复决定")


class Changes(ProjectReading):
    summary, tag = "变更", "过程"
    description = "单位更名、合并、带头人、职业（工种）和建设内容的变更，新的在前；原值和新值并列，长期保留。"
    answers, many = ChangeData, True

    def found(self, asked: dict[str, Any]) -> Any:
        return changes_of(self.project)
