"""变更和争议 of one project: old and new side by side, the unit's proposals, cases against decisions."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.roles import Action
from lifecycle.forms.changes import ChangeForm, DisputeForm, DisputeResultForm, change_choices
from lifecycle.forms.steps import ReasonForm
from lifecycle.models import ChangeRequest
from lifecycle.operations import changes as ops
from lifecycle.operations import disputes as dispute_ops
from lifecycle.queries.changes import rows_of, signing_changes, standing
from lifecycle.queries.disputes import disputes_of
from lifecycle.rules.changes import kinds_for, lines_of
from projects import access
from projects.pages import ProjectAction, ProjectOperation, ProjectPage
from projects.queries import files_for


class ChangesPage(ProjectPage):
    """What was and is asked to be changed, the latest first; the cases; what this person may do."""

    template_name = "lifecycle/changes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        papers = files_for(self.actor, self.project).filter(about__in=[ops.ABOUT, dispute_ops.ABOUT])
        kept: dict[tuple[str, int], list[Any]] = {}
        for file in papers:
            kept.setdefault((file.about, file.about_id), []).append(file)
        signing = signing_changes(self.project)
        rows = [
            row | {"files": kept.get((ops.ABOUT, row["change"].pk), []), "signing": signing.get(row["change"].pk)}
            for row in rows_of(self.project)
        ]
        cases = [
            {"case": case, "files": kept.get((dispute_ops.ABOUT, case.pk), [])} for case in disputes_of(self.project)
        ]
        may = {
            "propose": access.allows(self.actor, self.project, Action.PROPOSE_UNIT_CHANGE),
            "answer": access.allows(self.actor, self.project, Action.DRAFT_UNIT_CHANGE),
            "dispute": access.allows(self.actor, self.project, Action.REGISTER_DISPUTE),
        }
        return super().get_context_data(
            rows=rows, cases=cases, may=may, kinds=change_choices(self.project.kind), **kwargs
        )


class NewChange(ProjectOperation):
    template_name = "lifecycle/change_form.html"
    submit_label, done = "提交申请", "变更申请已提交，由两厅联合决定"
    success_name = "lifecycle:changes"

    def load(self) -> None:
        super().load()
        self.kind = self.kwargs["change_kind"]
        if self.kind not in kinds_for(self.project.kind):
            raise Http404
        self.title = f"申请{ChangeRequest.Kind(self.kind).label}"

    def get_form_class(self) -> type[ChangeForm]:
        return ChangeForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "kind": self.kind}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(old=lines_of(standing(self.project, self.kind)), kind=self.kind, **kwargs)

    def form_valid(self, form: Any) -> Any:
        self.bound = form
        return super().form_valid(form)

    def run(self, data: dict[str, Any]) -> Any:
        papers = {name: data[name] for name in ("reason", "document", "effective_on", "proof")}
        return ops.propose_change(
            self.project.pk, kind=self.kind, new=self.bound.new(), **papers, actor=self.actor, on=self.today
        )

    def get_cancel_url(self) -> str:
        return reverse("lifecycle:changes", args=[self.project.pk])


class WithdrawChange(ProjectAction):
    done = "变更申请已撤回"
    success_name = "lifecycle:changes"

    def load(self) -> None:
        super().load()
        get_object_or_404(self.project.changes, pk=self.kwargs["change_id"])

    def run(self, data: dict[str, Any]) -> Any:
        return ops.withdraw_change(self.project.pk, self.kwargs["change_id"], actor=self.actor, on=self.today)


class RefuseChange(ProjectOperation):
    form_class = ReasonForm
    title, submit_label, done = "不予批准变更", "不予批准", "已答复单位"
    success_name = "lifecycle:changes"

    def load(self) -> None:
        super().load()
        get_object_or_404(self.project.changes, pk=self.kwargs["change_id"])

    def run(self, data: dict[str, Any]) -> Any:
        return ops.refuse_change(
            self.project.pk, self.kwargs["change_id"], answer=data["reason"], actor=self.actor, on=self.today
        )


class NewDispute(ProjectOperation):
    form_class = DisputeForm
    title, submit_label, done = "登记复议、诉讼", "登记", "案件已登记，项目标明“争议”"
    success_name = "lifecycle:changes"

    def run(self, data: dict[str, Any]) -> Any:
        decision = data.pop("decision")
        return dispute_ops.register_dispute(
            self.project.pk, decision_id=decision.pk, **data, actor=self.actor, on=self.today
        )


class CloseDispute(ProjectOperation):
    form_class = DisputeResultForm
    title, submit_label, done = "登记复议、诉讼结果", "登记结果", "结果已登记；决定被撤销的，请拟制执行决定"
    success_name = "lifecycle:changes"

    def load(self) -> None:
        super().load()
        get_object_or_404(self.project.disputes, pk=self.kwargs["dispute_id"])

    def run(self, data: dict[str, Any]) -> Any:
        return dispute_ops.close_dispute(
            self.project.pk, self.kwargs["dispute_id"], **data, actor=self.actor, on=self.today
        )
