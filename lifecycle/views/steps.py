"""Steps that one person takes: targets, start, requests, acceptance."""

from collections.abc import Iterable
from typing import Any

from django.shortcuts import get_object_or_404

from accounts.roles import Action
from lifecycle import forms
from lifecycle.machine import STEP
from lifecycle.operations import build, targets
from lifecycle.operations.build import start_of
from lifecycle.queries import findings_for, snapshot_of
from lifecycle.views.parts import checks_of
from performance.forms import ReturnForm, ReviewForm
from performance.queries import changes_of_revision, grid_of, low_targets, sheet_of
from policy.calendar import add_months
from policy.findings import Refused
from policy.terms import Line
from projects import access
from projects.pages import ProjectConfirm, ProjectOperation
from ui.forms import ConfirmForm
from ui.parts import Check

# What each grade of the review leads to; with two different grades the lower one counts.
GRADED = {"T04": "两厅均为优", "T05": "较低等级为良", "T06": "较低等级为中", "T07": "较低等级为差"}


class StepConfirm(ProjectConfirm):
    """A confirm page for one step of the machine: consequences and guards come from the table."""

    code = ""
    cancel_name = "reports:dossier"

    def load(self) -> None:
        super().load()
        self.step = STEP[self.code]
        self.title = self.step.label
        self.submit_label = self.step.label
        self.done = f"已{self.step.label}"

    def consequences(self) -> Iterable[str]:
        return self.step.effects

    def checklist(self) -> Iterable[Check]:
        snapshot = snapshot_of(self.project, on=self.today)
        return checks_of(self.step, findings_for(self.step, snapshot), self.project, self.actor)

    success_name = "reports:next"


class SubmitTargets(StepConfirm):
    code = "T03"
    form_class = ConfirmForm

    def run(self, data: dict[str, Any]) -> Any:
        return targets.submit_targets(self.project.pk, actor=self.actor, on=self.today)


class ReturnTargets(ProjectOperation):
    """The first reviewer sends the sheet back."""

    form_class = ReturnForm
    template_name = "lifecycle/return_targets.html"
    title, submit_label, done = "退回绩效目标", "退回单位修改", "已退回，单位可以修改后重新提交"
    success_name = "reports:next"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(consequences=STEP["T06"].effects, **kwargs)

    def run(self, data: dict[str, Any]) -> Any:
        line = Line.HR if access.may(self.actor, Action.FIRST_REVIEW_HR) else Line.FINANCE
        return targets.return_targets(self.project.pk, line=line, actor=self.actor, on=self.today, **data)


class ReviewTargets(ProjectOperation):
    """One 审核表 F03: sixteen whole numbers."""

    form_class = ReviewForm
    template_name = "lifecycle/review_targets.html"
    title, submit_label, done = "审核绩效目标", "提交审核结果", "审核结果已记录"
    success_name = "reports:next"

    def run(self, data: dict[str, Any]) -> Any:
        said = {name: data[name] for name in ("points", "comment", "remarks")}
        return targets.review_targets(self.project.pk, **said, actor=self.actor, on=self.today)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs["consequences"] = [f"{label}：{'；'.join(STEP[code].effects)}" for code, label in GRADED.items()]
        sheet = sheet_of(self.project)
        if sheet is None:
            return super().get_context_data(grid=None, **kwargs)
        grid = grid_of(sheet)
        told = {"sheet": sheet, "diff": changes_of_revision(sheet), "low": low_targets(grid, self.project)}
        return super().get_context_data(grid=grid, **told, **kwargs)


class StartBuilding(StepConfirm):
    code = "T08"
    form_class = forms.StartForm

    def consequences(self) -> Iterable[str]:
        yield from self.step.effects
        try:
            start = start_of(self.project, None)
        except Refused:
            return
        months = self.project.edition.number("build_months")
        yield f"建设期 {start} 至 {add_months(start, months)}（{months} 个月）"

    def run(self, data: dict[str, Any]) -> Any:
        return build.start_building(self.project.pk, actor=self.actor, on=self.today, **data)


class RequestExtension(ProjectOperation):
    form_class = forms.ExtensionForm
    title, submit_label, done = "申请延期", "提交申请", "延期申请已提交，由两厅联合决定"
    success_name = "reports:next"

    def run(self, data: dict[str, Any]) -> Any:
        return build.request_extension(self.project.pk, actor=self.actor, on=self.today, **data)


class RequestTermination(ProjectOperation):
    form_class = forms.ReasonForm
    title, submit_label, done = "申请终止项目", "提交申请", "终止申请已提交，由两厅联合决定"
    success_name = "reports:next"

    def run(self, data: dict[str, Any]) -> Any:
        return build.request_termination(self.project.pk, actor=self.actor, on=self.today, **data)


class RefuseRequest(ProjectOperation):
    """省人社 answers a unit's request that is not granted."""

    form_class = forms.ReasonForm
    title, submit_label, done = "不予批准单位申请", "不予批准", "已答复单位"
    success_name = "reports:dossier"

    def load(self) -> None:
        super().load()
        get_object_or_404(self.project.requests, pk=self.kwargs["request_id"])

    def run(self, data: dict[str, Any]) -> Any:
        return build.refuse_request(
            self.project.pk, self.kwargs["request_id"], answer=data["reason"], actor=self.actor, on=self.today
        )
