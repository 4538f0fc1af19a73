"""检查发现: worded by the team, put before the unit, answered, settled."""

from typing import Any

from django.shortcuts import get_object_or_404

from lifecycle.forms import inspections as forms
from lifecycle.models import Inspection, InspectionFinding
from lifecycle.operations import inspections_findings as ops
from lifecycle.queries.inspections import opinion_due, shows_findings
from lifecycle.views.inspections import AsMember, OneInspection
from policy.findings import refuse
from projects.pages import ProjectAction, ProjectConfirm, ProjectOperation


class WordFinding(AsMember, ProjectOperation):
    form_class = forms.FindingForm
    title, submit_label, done = "检查发现", "保存", "检查发现已保存"
    finding: InspectionFinding | None = None

    def load(self) -> None:
        super().load()
        if pk := self.kwargs.get("inspection_finding_id"):
            self.finding = get_object_or_404(self.inspection.findings, pk=pk)

    def get_initial(self) -> dict[str, Any]:
        if self.finding is None:
            return {}
        return {name: getattr(self.finding, name) for name in ("fact", "clause", "requirement", "level", "due_on")}

    def run(self, data: dict[str, Any]) -> InspectionFinding:
        pk = self.finding.pk if self.finding else None
        return ops.word_finding(*self.ids, pk, wording=ops.Wording(**data), actor=self.actor, on=self.today)


class DropFinding(AsMember, ProjectAction):
    done = "已删除"

    def load(self) -> None:
        super().load()
        self.finding = get_object_or_404(self.inspection.findings, pk=self.kwargs["inspection_finding_id"])

    def run(self, data: dict[str, Any]) -> Inspection:
        return ops.drop_finding(*self.ids, self.finding.pk, actor=self.actor, on=self.today)


class AskOpinion(AsMember, ProjectConfirm):
    title, submit_label, done = "征求单位意见", "发给单位", "已发给单位征求意见"

    def consequences(self) -> list[str]:
        due = opinion_due(self.inspection, self.today)
        return [
            f"{self.inspection.findings.count()} 条检查发现发给项目单位，由单位负责人在 {due} 前答复",
            "发出后发现的内容不能再改；单位答复后，逐条维持、修改或撤销，写明理由",
            "办结时维持和修改的发现才列入问题；项目阶段不因检查改变",
        ]

    def run(self, data: dict[str, Any]) -> Inspection:
        return ops.ask_opinion(*self.ids, actor=self.actor, on=self.today)


class OnFindings(OneInspection, ProjectOperation):
    template_name = "lifecycle/inspection_findings_form.html"

    def findings(self) -> list[InspectionFinding]:
        return list(self.inspection.findings.select_related("item"))

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "findings": self.findings()}

    def form_valid(self, form: Any) -> Any:
        self.bound = form
        return super().form_valid(form)


class AnswerOpinion(OnFindings):
    """The unit has nothing to answer before it is asked, and does not learn of the draft either."""

    form_class = forms.OpinionForm
    title, submit_label, done = "答复检查意见", "提交答复", "答复已提交"

    def load(self) -> None:
        super().load()
        if not shows_findings(self.inspection, self.actor):
            refuse("state", "检查组尚未征求意见，届时会发送通知。")

    def run(self, data: dict[str, Any]) -> Inspection:
        return ops.answer_opinion(
            *self.ids, answers=self.bound.answers(), uploads=data["uploads"], actor=self.actor, on=self.today
        )


class Conclude(AsMember, OnFindings):
    form_class = forms.ConcludeForm
    title, submit_label, done = "办结检查", "办结", "检查已办结"

    def run(self, data: dict[str, Any]) -> Inspection:
        verdicts = {one.pk: ops.Verdict(**self.bound.verdict(one)) for one in self.bound.findings}
        return ops.conclude(*self.ids, verdicts=verdicts, note=data["note"], actor=self.actor, on=self.today)
