"""建设任务 of a project: the plan with its versions and where it stands, its form, its review."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.generic import View

from performance import papers
from performance.forms.milestones import CommentForm, PlanForm, PlanReviewForm, ProgressForm
from performance.models import PeriodReturn, ProgressComment
from performance.operations import milestones as operations
from performance.operations.progress import comment_progress, save_progress
from performance.queries.milestones import (
    PLANNED_IN,
    State,
    plan_findings,
    plan_in_force,
    plan_in_the_making,
    plan_version,
    plans_of,
    progress_of,
    progress_version,
    reviews_plan,
    share_due,
    tasks_of,
)
from performance.queries.readings import draft_of_others
from performance.queries.returns import WITH_UNIT, returns_of
from performance.views.returns import OneReturn
from performance.views.sheets import open_to
from policy.findings import Finding, refuse
from projects.pages import Found, ProjectConfirm, ProjectOperation, ProjectPage
from projects.printed import shown
from ui.download import kind_of, respond
from ui.forms import ConfirmForm
from ui.parts import Check


class Milestones(ProjectPage):
    """The plan in force with what the last report says of it; a version in the making beside it."""

    template_name = "performance/milestones.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        plans = plans_of(self.project)
        standing = next((plan for plan in plans if plan.state == State.APPROVED), None)
        making = next((plan for plan in plans if plan.state != State.APPROVED), None)
        shown = {
            "standing": standing,
            "making": making if self.sees(making) else None,
            "older": [plan for plan in plans if plan.state == State.APPROVED and plan is not standing],
            "last": self.last(),
            "due": share_due(self.project, standing, self.today),
            "names": {item.code: item.name for item in self.project.edition.categories},
            "on": self.today,
            **self.acts(making),
        }
        return super().get_context_data(title="建设任务", **shown, **kwargs)

    def sees(self, making: Any) -> bool:
        """A draft is the unit's until it is sent in."""
        mine = open_to(self.actor, self.project, "performance:milestones_edit")
        return bool(making) and (mine or making.state == State.SUBMITTED)

    def last(self) -> Any:
        """The progress as last sent in, by a return that tells any."""
        sent = (PeriodReturn.State.SUBMITTED, PeriodReturn.State.ACCEPTED)
        one = returns_of(self.project).filter(state__in=sent, progress__isnull=False).first()
        if one is None:
            return None
        one.project = self.project
        return {"one": one, "progress": progress_of(one, self.actor)}

    def acts(self, making: Any) -> dict[str, bool]:
        open_ = self.project.stage in PLANNED_IN
        with_unit = making is None or making.state != State.SUBMITTED
        edits = open_ and with_unit and open_to(self.actor, self.project, "performance:milestones_edit")
        sends = making is not None and with_unit and open_to(self.actor, self.project, "performance:milestones_submit")
        reads = making is not None and not with_unit
        reads = reads and open_to(self.actor, self.project, "performance:milestones_review")
        return {"edits": edits, "sends": sends, "reads": reads and reviews_plan(self.actor, self.project)}


class PlanAct(Found):
    def get_success_url(self) -> str:
        return reverse("performance:milestones", args=[self.project.pk])

    def get_cancel_url(self) -> str:
        return self.get_success_url()


class EditMilestones(PlanAct, ProjectOperation):
    form_class = PlanForm
    template_name = "performance/milestones_edit.html"
    title, submit_label, done = "编制建设任务", "暂存", "已暂存，由单位负责人报送"

    def load(self) -> None:
        super().load()
        self.plan = plan_in_the_making(self.project) or plan_in_force(self.project)

    def get_form_kwargs(self) -> dict[str, Any]:
        plan = self.plan
        changes = plan is not None and (plan.version > 1 or plan.state == State.APPROVED)
        told = {"tasks": tasks_of(plan) if plan else [], "changes": changes, "version": plan_version(plan)}
        return super().get_form_kwargs() | told

    def get_initial(self) -> dict[str, Any]:
        return {"reason": self.plan.reason if self.plan and self.plan.state != State.APPROVED else ""}

    def form_valid(self, form: Any) -> Any:
        self.form = form
        return super().form_valid(form)

    def run(self, data: dict[str, Any]) -> list[Finding]:
        said = {"reason": data.get("reason", ""), "seen": data["seen"]}
        return operations.save_plan(self.project.pk, tasks=self.form.given(), actor=self.actor, on=self.today, **said)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        tasks = tasks_of(self.plan) if self.plan else []
        found = plan_findings(self.project, tasks) if tasks else []
        shown = {"plan": self.plan, "findings": found, "total": sum(task.share or 0 for task in tasks)}
        return super().get_context_data(**shown, **kwargs)


class SubmitMilestones(PlanAct, ProjectConfirm):
    form_class = ConfirmForm
    title, submit_label, done, tone = "报送建设任务计划", "签字报送", "建设任务计划已报送，待审核", "primary"

    def load(self) -> None:
        super().load()
        self.plan = operations.making(self.project, wish="报送")

    def consequences(self) -> list[str]:
        return [
            "报送后由最近一级人社部门审核（没有的由省人社厅审核），审核期间不能修改",
            "审定后每期季报包按任务填报进展",
        ]

    def checklist(self) -> list[Check]:
        found = plan_findings(self.project, tasks_of(self.plan))
        page = reverse("performance:milestones_edit", args=[self.project.pk])
        return [Check(False, one.message, page, one.clause) for one in found] or [Check(True, "任务、日期和占比齐全")]

    def run(self, data: dict[str, Any]) -> Any:
        return operations.submit_plan(self.project.pk, actor=self.actor, on=self.today)


class ReviewMilestones(PlanAct, ProjectOperation):
    form_class = PlanReviewForm
    title, submit_label, done = "审核建设任务计划", "提交审核意见", "审核意见已提交"

    def load(self) -> None:
        super().load()
        plan = plan_in_the_making(self.project)
        if plan is None or plan.state != State.SUBMITTED:
            refuse("state", "没有待审核的建设任务计划。")

    def run(self, data: dict[str, Any]) -> Any:
        return operations.review_plan(self.project.pk, actor=self.actor, on=self.today, **data)


class Progress(OneReturn, ProjectPage):
    """The progress of one 季报包, with what the offices said of it; a draft is the unit's."""

    template_name = "performance/progress.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        hidden = draft_of_others(self.one, self.actor)
        fills = self.one.state in WITH_UNIT and open_to(self.actor, self.project, "performance:progress_edit")
        says = self.one.state not in (*WITH_UNIT, PeriodReturn.State.EXEMPT)
        says = says and open_to(self.actor, self.project, "performance:progress_comment")
        section = self.one.sections.filter(code="progress").first()
        shown = {
            "hidden": hidden,
            "progress": None if hidden else progress_of(self.one, self.actor),
            "section": section,
            "comments": ProgressComment.objects.filter(period_return=self.one).select_related("by", "office"),
            "fills": fills,
            "form": CommentForm() if says else None,
        }
        return super().get_context_data(title="建设进度", **shown, **kwargs)


class OfProgress(OneReturn):
    def get_success_url(self) -> str:
        return reverse("performance:progress", args=self.ids)


class EditProgress(OfProgress, ProjectOperation):
    form_class = ProgressForm
    template_name = "performance/progress_edit.html"
    title, submit_label, done = "填写建设任务进展", "暂存", "已暂存"

    def load(self) -> None:
        super().load()
        if self.one.state not in WITH_UNIT:
            refuse("state", f"季报包现为“{self.one.get_state_display()}”，不能填写建设进度；退回补正后可以修改。")
        self.progress = progress_of(self.one, self.actor)

    def get_form_kwargs(self) -> dict[str, Any]:
        told = {"progress": self.progress, "version": progress_version(self.progress)}
        return super().get_form_kwargs() | told

    def get_initial(self) -> dict[str, Any]:
        outlook = self.progress.outlook
        return {"risk": outlook.risk, "measure": outlook.measure} if outlook else {}

    def form_valid(self, form: Any) -> Any:
        self.form = form
        return super().form_valid(form)

    def run(self, data: dict[str, Any]) -> list[Finding]:
        said = {name: data[name] for name in ("risk", "measure", "seen")}
        return save_progress(*self.ids, rows=self.form.given(), actor=self.actor, on=self.today, **said)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        started = any(row.told for row in self.progress.rows)
        found = self.progress.findings if started else []
        return super().get_context_data(progress=self.progress, findings=found, **kwargs)


class CommentProgress(OfProgress, ProjectOperation):
    form_class = CommentForm
    template_name = "performance/on_return.html"
    title, submit_label, done = "评议建设进度", "提交评议", "评议已提交，单位可以看到"

    def run(self, data: dict[str, Any]) -> Any:
        return comment_progress(*self.ids, actor=self.actor, on=self.today, **data)


class PrintProgress(OneReturn, Found, View):
    """F09."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if draft_of_others(self.one, self.actor):
            refuse("draft", "季报包还在单位填报，报送后可以打印进度报告。")
        paper = papers.progress(self.one, self.today)
        return respond(shown(self.project, f"F09-{self.one.pk}", paper), kind_of(request))
