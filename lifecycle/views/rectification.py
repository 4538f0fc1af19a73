"""整改与称号: the order, answers, report, re-check, notice, defence, services."""

from typing import Any

from django.shortcuts import get_object_or_404

from accounts.models import User
from accounts.queries import work_calendar
from accounts.roles import Action
from lifecycle import forms
from lifecycle.deadlines import RECTIFY, last_day
from lifecycle.models import Rectification
from lifecycle.operations import rectification as ops
from lifecycle.queries import problems_of, rectification_of
from lifecycle.queries.endings_page import ceiling_for, proceeding_rows
from lifecycle.queries.served import (
    cases_told,
    orders_told,
    problems_told,
    rechecks_untold,
    reports_told,
    without_recheck,
)
from lifecycle.queries.yearly import failed_year
from lifecycle.views.parts import steps_for
from lifecycle.views.steps import StepConfirm
from policy.findings import refuse
from projects import access
from projects.models import Problem, Project
from projects.pages import ProjectOperation, ProjectPage
from projects.queries import files_for


class RectificationPage(ProjectPage):
    """Every order of the project with its ceiling, problems and reports, and what followed; the open one first."""

    template_name = "lifecycle/rectification.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, project = self.actor, self.project
        asked = {"serve": Action.RECORD_SERVICE, "answer": Action.ANSWER_PROBLEM, "recheck": Action.RECHECK}
        asked |= {"false": Action.OPEN_FALSE}
        return super().get_context_data(
            orders=[self.order_row(order) for order in orders_told(user, project)],
            proceedings=proceeding_rows(user, project),
            cases=cases_told(user, project)[:1],
            services={row.decision_id: row for row in project.services.all()},
            failed=failed_year(project),
            steps=steps_for(user, project, on=self.today),
            may={name: access.allows(user, project, action) for name, action in asked.items()},
            is_unit=access.is_unit(user),
            on=self.today,
            **kwargs,
        )

    def order_row(self, order: Rectification) -> dict[str, Any]:
        reports = reports_told(self.actor, order)
        return {
            "order": order,
            "last_on": last_day(RECTIFY, order.due_on, work_calendar()) if order.due_on else None,
            "problems": problem_rows(self.actor, self.project, order),
            "reports": reports,
            "ceiling": ceiling_for(order, reports, on=self.today),
        }


def problem_rows(user: User, project: Project, order: Any) -> list[dict[str, Any]]:
    problems = problems_of(order)
    if rechecks_untold(user, [project]):
        problems = [without_recheck(item) for item in problems]
    files = list(files_for(user, project).filter(about="problem", about_id__in=[item.pk for item in problems]))
    return [{"problem": item, "files": [file for file in files if file.about_id == item.pk]} for item in problems]


class ServeOrder(ProjectOperation):
    form_class = forms.ServiceForm
    title, submit_label, done = "登记整改通知书送达", "登记送达", "送达已登记，整改期限开始计算"
    success_name = "lifecycle:rectification"

    def run(self, data: dict[str, Any]) -> Any:
        return ops.serve_order(self.project.pk, actor=self.actor, on=self.today, **data)


class Answer(ProjectOperation):
    """The unit's measure for one problem."""

    form_class = forms.AnswerForm
    submit_label, done = "保存", "整改措施已保存"
    success_name = "lifecycle:report"
    template_name = "lifecycle/answer.html"

    def load(self) -> None:
        super().load()
        told = problems_told(self.actor, self.project)
        self.problem: Problem = get_object_or_404(told, pk=self.kwargs["problem_id"])
        self.title = f"问题 {self.problem.number}：填写整改措施"

    def get_initial(self) -> dict[str, Any]:
        return {"answer": self.problem.answer}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(problem=self.problem, **kwargs)

    def run(self, data: dict[str, Any]) -> Any:
        proofs = [data["proof"]] if data.get("proof") else []
        return ops.answer_problem(
            self.project.pk,
            self.problem.pk,
            answer=data["answer"],
            proofs=proofs,
            actor=self.actor,
            on=self.today,
        )


class Report(StepConfirm):
    """整改报告: every problem with its answer, then one signature of the leader."""

    code = "T20"
    form_class = forms.ReportForm
    template_name = "lifecycle/report.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.actor
        order = orders_told(user, self.project).filter(closed_on=None).first()
        rows = problem_rows(user, self.project, order) if order else []
        return super().get_context_data(
            order=order,
            problems=rows,
            may_submit=access.allows(user, self.project, Action.SUBMIT_RECTIFICATION),
            **kwargs,
        )

    def run(self, data: dict[str, Any]) -> Any:
        return ops.submit_report(self.project.pk, actor=self.actor, on=self.today, **data)


class Recheck(ProjectOperation):
    form_class = forms.RecheckForm
    template_name = "lifecycle/recheck.html"
    title, submit_label, done = "整改复验", "提交复验结果", "复验结果已记录，请拟制联合决定"
    success_name = "lifecycle:rectification"

    def get_form_kwargs(self) -> dict[str, Any]:
        order = rectification_of(self.project)
        problems = [item for item in problems_of(order) if item.state != Problem.State.CLOSED] if order else []
        return {**super().get_form_kwargs(), "problems": problems}

    def form_valid(self, form: Any) -> Any:
        self.bound = form
        return super().form_valid(form)

    def run(self, data: dict[str, Any]) -> Any:
        if not self.bound.problems:
            refuse("problems", "没有待复验的问题。")
        return ops.record_recheck(
            self.project.pk,
            verdicts=self.bound.verdicts(),
            note=data["note"],
            proof=data["proof"],
            actor=self.actor,
            on=self.today,
        )
