"""验收 as the unit and 省人社 walk it: the pack, the application, 形式审查, the visit, gate A, the page of it all."""

from collections.abc import Iterable
from typing import Any

from accounts.queries import work_calendar
from accounts.roles import Action
from lifecycle import forms
from lifecycle.forms.acceptance import ConditionsForm, ReturnPackForm, VisitForm, known_of_checks
from lifecycle.operations import acceptance as operations
from lifecycle.operations import formal
from lifecycle.operations.acceptance import open_acceptance
from lifecycle.queries import PACK, acceptance_of, gate_a_version, next_round
from lifecycle.queries.mock import known_values
from lifecycle.queries.pack import RETURNED, open_return, pack_items
from lifecycle.queries.panel import ABOUT_NOTICE, ABOUT_VISIT, average, case_of, shown_members, shown_sheets
from lifecycle.queries.told import gate_told, results_wait
from lifecycle.rules.panel import check_size, criteria_of, least_of
from lifecycle.views.parts import gate_a_rows, steps_for
from lifecycle.views.steps import StepConfirm
from performance.queries import conclusion_in_signing, in_signing
from performance.queries.evaluations import JUDGING
from policy.terms import Kind, Stage
from projects import access
from projects.pages import ProjectOperation, ProjectPage
from projects.queries import files_for
from ui.forms import ConfirmForm
from ui.parts import Check

STAYS = "项目仍在验收中；补正的材料由单位负责人报送后再作形式审查"


class UploadPack(ProjectOperation):
    form_class = forms.PackForm
    title, submit_label, done = "准备验收材料", "上传", "材料已保存"
    template_name = "lifecycle/pack.html"
    success_name = "lifecycle:pack"
    cancel_name = "reports:dossier"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        acceptance = acceptance_of(self.project)
        returned = open_return(acceptance) if self.project.stage == Stage.IN_ACCEPTANCE else None
        round_ = acceptance.round if acceptance and returned else next_round(self.project)
        items = pack_items(self.project, round_, returned)
        mends = access.allows(self.actor, self.project, Action.APPLY_ACCEPTANCE)
        told = {"pack": items, "returned": returned, "may_mend": returned and mends, "today": self.today}
        return super().get_context_data(**told, **kwargs)

    def run(self, data: dict[str, Any]) -> Any:
        uploads = {code: data[code] for code in PACK if data.get(code)}
        return operations.upload_pack(self.project.pk, uploads=uploads, actor=self.actor, on=self.today)


class SubmitMended(ProjectOperation):
    form_class = ConfirmForm
    title, submit_label, done = "报送补正材料", "报送补正材料", "补正材料已报送，等待形式审查"
    template_name = "lifecycle/mended.html"
    success_name = "lifecycle:acceptance"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        acceptance = acceptance_of(self.project)
        returned = open_return(acceptance)
        items = pack_items(self.project, acceptance.round, returned) if acceptance else []
        left = [item for item in items if item.state == RETURNED]
        return super().get_context_data(pack=items, returned=returned, left=left, today=self.today, **kwargs)

    def run(self, data: dict[str, Any]) -> Any:
        return formal.submit_mended(self.project.pk, actor=self.actor, on=self.today)


class Apply(StepConfirm):
    code = "T15"
    form_class = forms.ApplyForm
    template_name = "lifecycle/apply.html"

    def checklist(self) -> Iterable[Check]:
        """Papers may come with this very form, so a missing one does not close the button."""
        return [check for check in super().checklist() if not check.text.startswith("缺少验收材料")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(pack=pack_items(self.project, next_round(self.project)), **kwargs)

    def run(self, data: dict[str, Any]) -> Any:
        uploads = {code: data[code] for code in PACK if data.get(code)}
        said = {"summary": data["summary"], "early_reason": data["early_reason"]}
        return operations.apply_acceptance(self.project.pk, **said, uploads=uploads, actor=self.actor, on=self.today)


class FirstCheck(ProjectOperation):
    form_class = forms.OpinionForm
    title, submit_label, done = "验收初审", "提出初审意见", "初审意见已记录"
    success_name = "lifecycle:acceptance"

    def run(self, data: dict[str, Any]) -> Any:
        return operations.first_check(self.project.pk, actor=self.actor, on=self.today, **data)


class _OfAcceptance(ProjectOperation):
    """Closed outside 验收中."""

    success_name = "lifecycle:acceptance"

    def load(self) -> None:
        super().load()
        self.acceptance = open_acceptance(self.project)


class FormalCheck(_OfAcceptance):
    """形式审查 (T17): every paper as it stands, then 受理; the way back is on the same page."""

    form_class = ConfirmForm
    template_name = "lifecycle/formal_check.html"
    title, submit_label, done = "形式审查", "受理验收申请", "验收申请已受理，可以组成验收组"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        returned = open_return(self.acceptance)
        items = pack_items(self.project, self.acceptance.round, returned)
        ready = not self.acceptance.accepted_on and not returned and all(item.state == "have" for item in items)
        told = {"acceptance": self.acceptance, "pack": items, "returned": returned, "ready": ready}
        days = self.project.edition.number("acceptance_days")
        return super().get_context_data(**told, days=days, today=self.today, **kwargs)

    def run(self, data: dict[str, Any]) -> Any:
        return formal.accept_application(self.project.pk, actor=self.actor, on=self.today)


class ReturnPack(_OfAcceptance):
    """一次性告知: all that is to be mended in one list."""

    form_class = ReturnPackForm
    title, submit_label, done = "退回补正验收材料", "退回补正", "已退回补正，单位已收到通知"
    template_name = "lifecycle/return_pack.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        days = self.project.edition.number("pack_mend_working_days")
        items = pack_items(self.project, self.acceptance.round, open_return(self.acceptance))
        due = work_calendar().add_working_days(self.today, days)
        return {**super().get_form_kwargs(), "items": items, "due_on": due}

    def form_valid(self, form: Any) -> Any:
        self.bound = form
        return super().form_valid(form)

    def run(self, data: dict[str, Any]) -> Any:
        said = {"reasons": self.bound.reasons(), "remark": data["remark"], "due_on": data["due_on"]}
        return formal.return_pack(self.project.pk, **said, actor=self.actor, on=self.today)


class Visit(_OfAcceptance):
    form_class = VisitForm
    title, submit_label, done = "登记现场验收", "保存现场记录", "现场验收记录已保存"
    template_name = "lifecycle/visit.html"

    def get_initial(self) -> dict[str, Any]:
        one = self.acceptance
        return {"visited_on": one.visited_on or self.today, "place": one.place, "participants": one.participants}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(acceptance=self.acceptance, view=case_of(self.acceptance), **kwargs)

    def run(self, data: dict[str, Any]) -> Any:
        return formal.record_visit(self.project.pk, **data, actor=self.actor, on=self.today)


class GateA(_OfAcceptance):
    """Gate A: required, actual and evidence side by side; it begins with what is known today."""

    form_class = ConditionsForm
    template_name = "lifecycle/gate_a.html"
    title, submit_label, done = "核查建设条件（关口一）", "保存核查结果", "建设条件核查结果已保存"

    def get_form_kwargs(self) -> dict[str, Any]:
        known = known_of_checks(self.project, self.acceptance, known_values(self.project, self.today))
        return {**super().get_form_kwargs(), "known": known, "version": gate_a_version(self.acceptance)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        signing = conclusion_in_signing(self.project)
        text = in_signing(signing, "建设条件核查结果") if signing else ""
        return super().get_context_data(signing=text, acceptance=self.acceptance, **kwargs)

    def form_valid(self, form: Any) -> Any:
        self.bound = form
        return super().form_valid(form)

    def run(self, data: dict[str, Any]) -> Any:
        found = operations.GateA(values=self.bound.values(), evidence=self.bound.evidence())
        return operations.check_conditions(
            self.project.pk, found=found, actor=self.actor, on=self.today, seen=data["seen"]
        )


class AcceptancePage(ProjectPage):
    """验收与评价: the application, the panel, both gates, what is decided."""

    template_name = "lifecycle/acceptance.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        acceptance, open_ = acceptance_of(self.project), not access.is_unit(self.actor)
        hidden = results_wait(self.actor, self.project)
        return super().get_context_data(
            acceptance=acceptance,
            waits=hidden or (not open_ and self.project.stage in JUDGING),
            rows=gate_a_rows(self.project, None if hidden else acceptance),
            gate_b=gate_told(self.actor, self.project),
            steps=steps_for(self.actor, self.project, on=self.today),
            may=_may(self),
            today=self.today,
            **self._papers(acceptance),
            **self._panel(acceptance),
            **kwargs,
        )

    def _papers(self, acceptance: Any) -> dict[str, Any]:
        if acceptance is None:
            return {"pack": [], "returns": [], "photos": []}
        readable = {file.pk for file in files_for(self.actor, self.project)}
        photos = list(self.project.attachments.filter(about=ABOUT_VISIT, about_id=acceptance.pk))
        return {
            "pack": pack_items(self.project, acceptance.round, open_return(acceptance)),
            "readable": readable,
            "returns": list(acceptance.returns.select_related("returned_by", "mended_by")),
            "photos": [file for file in photos if file.pk in readable],
        }

    def _panel(self, acceptance: Any) -> dict[str, Any]:
        """What this person may know of the panel: the unit no name before the day, nobody a sheet before the last."""
        view = case_of(acceptance)
        if view is None:
            return {"view": None}
        sheets = shown_sheets(self.actor, view, self.project)
        least = least_of(self.project.edition, Kind(self.project.kind))
        wrong = [] if access.is_unit(self.actor) else list(check_size(len(view.sitting), least))
        notice = files_for(self.actor, self.project).filter(about=ABOUT_NOTICE, about_id=view.case.panel_id)
        return {
            "view": view,
            "members": shown_members(self.actor, view, self.today),
            "sheets": sheets,
            "average": average(sheets) if len(sheets) > 1 else "",
            "criteria": criteria_of(self.project.edition, Kind(self.project.kind)),
            "panel_findings": wrong,
            "notices": notice,
        }


def _may(view: ProjectPage) -> dict[str, bool]:
    """Which acts of the acceptance page this person may do here."""
    asked = {
        "first": Action.FIRST_CHECK_ACCEPTANCE, "gate_a": Action.GATE_A, "gate_b": Action.GATE_B,
        "panel": Action.ASSIGN_EXPERTS, "sheet": Action.SCORE_SHEET, "scores": Action.VIEW_SCORES,
        "mend": Action.UPLOAD_PACK,
    }  # fmt: skip
    return {name: access.allows(view.actor, view.project, action) for name, action in asked.items()}
