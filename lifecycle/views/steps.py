"""Steps that one person takes: targets, start, requests, acceptance."""

from collections.abc import Iterable
from typing import Any

from django.shortcuts import get_object_or_404

from accounts.roles import Action
from lifecycle import forms
from lifecycle.machine import STEP
from lifecycle.operations import acceptance as acceptance_ops
from lifecycle.operations import build, targets
from lifecycle.operations.acceptance import open_acceptance
from lifecycle.operations.build import start_of
from lifecycle.queries import (
    PACK,
    PACK_ABOUT,
    SELF_EVALUATION,
    acceptance_of,
    findings_for,
    gate_a_version,
    next_round,
    pack_files,
    snapshot_of,
)
from lifecycle.views.parts import checks_of
from performance.forms import ReturnForm, ReviewForm
from performance.queries import (
    concluded_evaluation,
    conclusion_in_signing,
    final_of,
    gate_b,
    gate_of,
    grid_of,
    in_signing,
    low_targets,
    sheet_of,
)
from performance.queries.evaluations import JUDGING
from policy.calendar import add_months
from policy.findings import Refused
from policy.terms import Line, Stage
from projects import access
from projects.pages import ProjectConfirm, ProjectOperation, ProjectPage
from projects.queries import files_for
from ui.forms import ConfirmForm
from ui.parts import Check


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

    success_name = "reports:dossier"


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
    success_name = "performance:sheet"

    def run(self, data: dict[str, Any]) -> Any:
        line = Line.HR if access.may(self.actor, Action.FIRST_REVIEW_HR) else Line.FINANCE
        return targets.return_targets(self.project.pk, line=line, actor=self.actor, on=self.today, **data)


class ReviewTargets(ProjectOperation):
    """One 审核表 F03: sixteen whole numbers."""

    form_class = ReviewForm
    template_name = "lifecycle/review_targets.html"
    title, submit_label, done = "审核绩效目标", "提交审核结果", "审核结果已记录"
    success_name = "performance:sheet"

    def run(self, data: dict[str, Any]) -> Any:
        said = {name: data[name] for name in ("points", "comment", "remarks")}
        return targets.review_targets(self.project.pk, **said, actor=self.actor, on=self.today)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sheet = sheet_of(self.project)
        if sheet is None:
            return super().get_context_data(grid=None, **kwargs)
        grid = grid_of(sheet)
        return super().get_context_data(grid=grid, low=low_targets(grid, self.project), **kwargs)


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
    success_name = "reports:dossier"

    def run(self, data: dict[str, Any]) -> Any:
        return build.request_extension(self.project.pk, actor=self.actor, on=self.today, **data)


class RequestTermination(ProjectOperation):
    form_class = forms.ReasonForm
    title, submit_label, done = "申请终止项目", "提交申请", "终止申请已提交，由两厅联合决定"
    success_name = "reports:dossier"

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


class UploadPack(ProjectOperation):
    form_class = forms.PackForm
    title, submit_label, done = "准备验收材料", "上传", "材料已保存"
    template_name = "lifecycle/pack.html"
    success_name = "lifecycle:pack"
    cancel_name = "reports:dossier"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(pack=pack_rows(self.project), **kwargs)

    def run(self, data: dict[str, Any]) -> Any:
        uploads = {code: data[code] for code in PACK if data.get(code)}
        return acceptance_ops.upload_pack(self.project.pk, uploads=uploads, actor=self.actor, on=self.today)


def pack_rows(project: Any) -> list[dict[str, Any]]:
    """Each paper of the application; 期满自评 that was sent in on its page stands for its paper."""
    kept, final = pack_files(project, next_round(project)), final_of(project)
    return [
        {
            "label": label,
            "files": [file for file in kept if file.purpose == code],
            "final": final if code == SELF_EVALUATION else None,
        }
        for code, label in PACK.items()
    ]


class Apply(StepConfirm):
    code = "T15"
    form_class = forms.ApplyForm
    template_name = "lifecycle/apply.html"

    def checklist(self) -> Iterable[Check]:
        """Papers may come with this very form, so a missing one does not close the button."""
        return [check for check in super().checklist() if not check.text.startswith("缺少验收材料")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(pack=pack_rows(self.project), **kwargs)

    def run(self, data: dict[str, Any]) -> Any:
        uploads = {code: data[code] for code in PACK if data.get(code)}
        return acceptance_ops.apply_acceptance(
            self.project.pk,
            summary=data["summary"],
            early_reason=data["early_reason"],
            uploads=uploads,
            actor=self.actor,
            on=self.today,
        )


class FirstCheck(ProjectOperation):
    form_class = forms.OpinionForm
    title, submit_label, done = "验收初审", "提出初审意见", "初审意见已记录"
    success_name = "lifecycle:acceptance"

    def run(self, data: dict[str, Any]) -> Any:
        return acceptance_ops.first_check(self.project.pk, actor=self.actor, on=self.today, **data)


class GateA(ProjectOperation):
    """Gate A: required, actual and evidence side by side."""

    form_class = forms.GateAForm
    template_name = "lifecycle/gate_a.html"
    title, submit_label, done = "核查建设条件（关口一）", "保存核查结果", "建设条件核查结果已保存"
    success_name = "lifecycle:acceptance"

    def load(self) -> None:
        super().load()
        self.acceptance = open_acceptance(self.project)

    def get_form_kwargs(self) -> dict[str, Any]:
        shown = {"acceptance": self.acceptance, "version": gate_a_version(self.acceptance)}
        return {**super().get_form_kwargs(), **shown}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        signing = conclusion_in_signing(self.project)
        text = in_signing(signing, "建设条件核查结果") if signing else ""
        return super().get_context_data(signing=text, **kwargs)

    def run(self, data: dict[str, Any]) -> Any:
        form = self.bound
        found = acceptance_ops.GateA(
            values=form.values(),
            evidence=form.evidence(),
            panel=form.panel(),
            visited_on=data["visited_on"],
            place=data["place"],
        )
        return acceptance_ops.check_conditions(
            self.project.pk, found=found, actor=self.actor, on=self.today, seen=data["seen"]
        )

    def form_valid(self, form: Any) -> Any:
        self.bound = form
        return super().form_valid(form)


class AcceptancePage(ProjectPage):
    """验收与评价: the application, both gates, what is decided."""

    template_name = "lifecycle/acceptance.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        from lifecycle.views.parts import gate_a_rows, steps_for

        acceptance, open_ = acceptance_of(self.project), self.open_to_reader()
        told = acceptance if open_ or self.project.stage != Stage.IN_ACCEPTANCE else None
        return super().get_context_data(
            acceptance=acceptance,
            waits=not open_ and self.project.stage in JUDGING,
            rows=gate_a_rows(self.project, told),
            gate_b=gate_b(self.project) if open_ else gate_of(self.project, concluded_evaluation(self.project)),
            pack=files_for(self.actor, self.project).filter(about=PACK_ABOUT),
            pack_labels=PACK,
            final=final_of(self.project),
            steps=steps_for(self.actor, self.project, on=self.today),
            may=_may(self),
            **kwargs,
        )

    def open_to_reader(self) -> bool:
        """The authorities read both gates as they are filled in; the unit once the conclusion is in force."""
        return not access.is_unit(self.actor)


def _may(view: ProjectPage) -> dict[str, bool]:
    """Which acts of the acceptance page this person may do here."""
    asked = {"first": Action.FIRST_CHECK_ACCEPTANCE, "gate_a": Action.GATE_A, "gate_b": Action.GATE_B}
    return {name: access.allows(view.actor, view.project, action) for name, action in asked.items()}
