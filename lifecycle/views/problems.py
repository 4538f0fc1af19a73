"""问题: the list of one project, the thread of one problem with its acts, F13."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import View

from accounts.roles import Action
from lifecycle.forms import problems as forms
from lifecycle.operations import problems as operations
from lifecycle.papers import register_paper
from lifecycle.problem_lines import line_of, lines_of
from lifecycle.queries import problems as queries
from lifecycle.queries.served import orders_told, problems_told
from projects import access
from projects.models import Decision, Problem
from projects.pages import Found, ProjectOperation, ProjectPage
from projects.printed import shown
from projects.problems import ABOUT, ABOUT_EVIDENCE, ENDED, state_of
from projects.queries import files_for
from ui.download import kind_of, respond

State = Problem.State
ABOUTS = (ABOUT, ABOUT_EVIDENCE)


class Problems(ProjectPage):
    """Every problem of the project, open ones first."""

    template_name = "lifecycle/problems.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        told = problems_told(self.actor, self.project)
        rows = queries.register(told)
        may_open = access.allows(self.actor, self.project, Action.OPEN_PROBLEM)
        return super().get_context_data(
            lines=lines_of([self.seen(row) for row in rows], self.actor, self.today),
            counts=queries.counts_of(told, self.today),
            may_open=may_open and self.project.stage != "draft" and self.project.stage not in ENDED,
            on=self.today,
            **kwargs,
        )

    def seen(self, row: Problem) -> Problem:
        row.project = self.project
        return row


class OneProblem(Found):
    """The problem, found through its project, and what its page shows whichever view renders it."""

    def load(self) -> None:
        super().load()
        rows = queries.register(problems_told(self.actor, self.project))
        self.problem = get_object_or_404(rows, pk=self.kwargs["problem_id"])
        self.problem.project = self.project

    def get_success_url(self) -> str:
        return reverse("lifecycle:problem", args=[self.project.pk, self.problem.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        problem, shown = self.problem, kwargs.pop("form", None)
        files = list(files_for(self.actor, self.project).filter(about__in=ABOUTS, about_id=problem.pk))
        pages = {name: form(project=self.project, initial=self.typed(name)) for name, form in FORMS.items()}
        if shown is not None:
            pages |= {name: shown for name, form in FORMS.items() if type(shown) is form}
        may = self.may()
        return super().get_context_data(
            problem=problem,
            line=line_of(problem, self.actor, self.today),
            own=queries.is_own(problem),
            thread=queries.thread_of(problem, files, self.actor),
            evidence=[file for file in files if file.about == ABOUT_EVIDENCE],
            drafts=[file for file in files if file.about == ABOUT and queries.of_round(file, problem.round)],
            reopened=getattr(problem, "reopened_as", None),
            forms=pages,
            form=shown,
            may=may,
            why_close=queries.why_not_close(problem, self.actor) if may["close"] else "",
            on=self.today,
            **kwargs,
        )

    def may(self) -> dict[str, bool]:
        """Which acts this person has on this problem as it stands."""
        problem, own, state = self.problem, queries.is_own(self.problem), state_of(self.problem)
        ended = self.project.stage in ENDED
        stands = {
            "answer": own and state == State.OPEN,
            "submit": own and state == State.OPEN and bool(problem.answer),
            "ask": own and state in (State.OPEN, State.ANSWERED),
            "close": own and state == State.ANSWERED,
            "reopen": state == State.CLOSED and not ended and getattr(problem, "reopened_as", None) is None,
        }
        return {name: now and access.allows(self.actor, self.project, ACTS[name]) for name, now in stands.items()}

    def typed(self, name: str) -> dict[str, Any]:
        problem = self.problem
        if name == "answer":
            return {key: getattr(problem, key) for key in ("owner", "measure", "answer", "done_on")}
        return {}


ACTS = {
    "answer": Action.ANSWER_PROBLEM,
    "submit": Action.SUBMIT_ANSWER,
    "ask": Action.VERIFY_PROBLEM,
    "close": Action.VERIFY_PROBLEM,
    "reopen": Action.OPEN_PROBLEM,
}
FORMS = {"answer": forms.AnswerForm, "ask": forms.AskForm, "close": forms.CloseForm, "reopen": forms.ReopenForm}


class ProblemPage(OneProblem, ProjectPage):
    template_name = "lifecycle/problem.html"


class ProblemAct(OneProblem, ProjectOperation):
    """The page again, with what was typed, where the act is refused."""

    template_name = "lifecycle/problem.html"

    @property
    def ids(self) -> tuple[int, int]:
        return self.project.pk, self.problem.pk


class DraftAnswer(ProblemAct):
    form_class, title, done = forms.AnswerForm, "起草答复", "答复已保存，待单位负责人提交"

    def get_initial(self) -> dict[str, Any]:
        return self.typed("answer")

    def run(self, data: dict[str, Any]) -> Problem:
        return operations.draft_answer(*self.ids, actor=self.actor, on=self.today, **data)


class SubmitAnswer(ProblemAct):
    form_class, title, done = forms.SubmitForm, "提交答复", "答复已提交，待核验销号"

    def run(self, data: dict[str, Any]) -> Problem:
        return operations.submit_answer(*self.ids, actor=self.actor, on=self.today)


class AskAgain(ProblemAct):
    form_class, title, done = forms.AskForm, "追问或退回", "已记录，单位将收到通知"

    def run(self, data: dict[str, Any]) -> Problem:
        return operations.ask_again(*self.ids, actor=self.actor, on=self.today, **data)


class CloseProblem(ProblemAct):
    form_class, title, done = forms.CloseForm, "核验销号", "问题已销号"

    def run(self, data: dict[str, Any]) -> Problem:
        return operations.close_problem(*self.ids, actor=self.actor, on=self.today, **data)


class ReopenProblem(ProblemAct):
    form_class, title, done = forms.ReopenForm, "重新提出", "已作为新的问题提出，单位将收到通知"
    result: Problem

    def get_success_url(self) -> str:
        return reverse("lifecycle:problem", args=[self.project.pk, self.result.pk])

    def run(self, data: dict[str, Any]) -> Problem:
        return operations.reopen_problem(*self.ids, actor=self.actor, on=self.today, **data)


class OpenProblem(ProjectOperation):
    form_class = forms.OpenForm
    title, submit_label, done = "提出问题", "提出", "问题已提出，单位将收到通知"
    result: Problem

    def get_success_url(self) -> str:
        return reverse("lifecycle:problem", args=[self.project.pk, self.result.pk])

    def get_cancel_url(self) -> str:
        return reverse("lifecycle:problems", args=[self.project.pk])

    def run(self, data: dict[str, Any]) -> Problem:
        return operations.open_by_hand(self.project.pk, actor=self.actor, on=self.today, **data)


class PrintF13(Found, View):
    """`?order=`: the problems of one rectification order; without it the whole register of the project."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        kind, order = kind_of(request), self.order()
        paper = register_paper(self.project, self.actor, self.today, decision=order)
        return respond(shown(self.project, f"F13-{order.pk}" if order else "F13", paper), kind)

    def order(self) -> Decision | None:
        wanted = self.request.GET.get("order", "")
        if not (wanted.isascii() and wanted.isdecimal() and len(wanted) <= LONGEST_ID):
            return None
        return get_object_or_404(orders_told(self.actor, self.project), decision=wanted).decision


LONGEST_ID = 9  # digits
