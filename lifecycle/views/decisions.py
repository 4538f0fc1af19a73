"""Joint decisions: drafting, the document, signing."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import Case, QuerySet, When
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import ListView, TemplateView

from accounts.models import User
from accounts.roles import Action
from lifecycle import forms
from lifecycle.candidates import obstacles
from lifecycle.countersign import payload_lines
from lifecycle.machine import STEP, Step
from lifecycle.operations import decisions as ops
from lifecycle.payloads import own_payload
from lifecycle.queries import findings_for, snapshot_of
from lifecycle.queries.served import visible_decisions
from lifecycle.queries.versions import word_of
from lifecycle.views.parts import checks_of
from policy.terms import Line
from projects import access, decisions
from projects.models import Decision, Project
from projects.pages import ProjectConfirm, RouteMixin
from projects.queries import files_for
from ui.forms import ProjectForm
from ui.parts import Check
from ui.views import ActionView, OperationView, page_size

MOST = 500


def joint(code: str) -> Step:
    step = STEP.get(code)
    if step is None or not step.joint:
        raise Http404
    return step


class DraftStep(ProjectConfirm):
    """Draft the decision of a joint step for one project."""

    template_name = "lifecycle/draft.html"
    form_class = forms.DecisionForm
    success_name = "reports:dossier"
    submit_label, done = "送两厅签署", "已送两厅签署"

    def load(self) -> None:
        super().load()
        self.step = joint(self.kwargs["code"])
        self.title = f"拟制：{self.step.label}"
        if not access.allows(self.actor, self.project, self.step.action):
            raise PermissionDenied(f"您的角色不能{self.step.action.label}")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "step": self.step}

    def consequences(self) -> Iterable[str]:
        return self.step.effects

    def checklist(self) -> Iterable[Check]:
        snapshot = snapshot_of(self.project, on=self.today)
        return checks_of(self.step, findings_for(self.step, snapshot), self.project, self.actor)

    def form_valid(self, form: Any) -> Any:
        self.bound = form
        return super().form_valid(form)

    def run(self, data: dict[str, Any]) -> Any:
        return ops.draft_decision(
            self.step.code,
            {self.project.pk: self.bound.payload()},
            number=data["number"],
            dated_on=data["dated_on"],
            reason=data["reason"],
            uploads=self.bound.uploads(),
            actor=self.actor,
            on=self.today,
        )

    def get_success_url(self) -> str:
        return reverse("lifecycle:decision", args=[self.result.pk]) if self.result else self.get_cancel_url()

    def get_cancel_url(self) -> str:
        return reverse("reports:dossier", args=[self.project.pk])


class DraftSeveral(RouteMixin, OperationView):
    """Draft one decision over several projects that stand at the same step."""

    template_name = "lifecycle/draft_several.html"
    form_class = forms.SeveralForm
    submit_label, done = "送两厅签署", "已送两厅签署"

    def load(self) -> None:
        self.step = joint(self.kwargs["code"])
        if not self.step.several:
            raise Http404
        self.title = f"拟制：{self.step.label}"
        self.rows = self.candidates()

    def candidates(self) -> list[dict[str, Any]]:
        """Projects in reach at the stage; those that plainly cannot be taken up are shown with the reason."""
        found = access.projects_for(self.actor, self.step.action).filter(stage__in=self.step.sources)
        projects = list(found.select_related("organisation__node")[:MOST])
        why = obstacles(self.step, projects)
        return [{"project": project, "why": why[project.pk]} for project in projects]

    def get_form_kwargs(self) -> dict[str, Any]:
        choices = [(str(row["project"].pk), row["project"].name) for row in self.rows if not row["why"]]
        return {**super().get_form_kwargs(), "step": self.step, "choices": choices}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        chosen = set(self.request.POST.getlist("projects"))
        rows = [row | {"chosen": str(row["project"].pk) in chosen} for row in self.rows]
        return super().get_context_data(rows=rows, step=self.step, **kwargs)

    def form_valid(self, form: Any) -> Any:
        self.bound = form
        return super().form_valid(form)

    def run(self, data: dict[str, Any]) -> Any:
        return ops.draft_decision(
            self.step.code,
            self.payloads([int(pk) for pk in data["projects"]]),
            number=data["number"],
            dated_on=data["dated_on"],
            reason=data["reason"],
            uploads=self.bound.uploads(),
            actor=self.actor,
            on=self.today,
        )

    def payloads(self, chosen: list[int]) -> dict[int, dict[str, Any]]:
        """What the form says for all, and what stands for each."""
        own = {row["project"].pk: row["project"] for row in self.rows}
        return {pk: self.bound.payload() | own_payload(self.step.code, own[pk]) for pk in chosen}

    def get_success_url(self) -> str:
        return reverse("lifecycle:decision", args=[self.result.pk]) if self.result else reverse("lifecycle:decisions")


class DecisionList(RouteMixin, ListView):
    """待签、已生效、已退回."""

    template_name = "lifecycle/decisions.html"
    context_object_name = "decisions"

    def get_queryset(self) -> QuerySet[Decision]:
        waits = Case(When(state=Decision.State.SIGNING, then=0), default=1)
        found = visible_decisions(self.actor).order_by(waits, "-drafted_on", "-pk")
        state = self.request.GET.get("state", "")
        return found.filter(state=state) if state in Decision.State.values else found

    def get_paginate_by(self, queryset: Any) -> int:
        return page_size(self.request)

    def paginate_queryset(self, queryset: Any, page_size: int) -> tuple[Paginator, Page, Any, bool]:
        """A page that does not exist is the nearest that does, as in every other list."""
        page = Paginator(queryset, page_size).get_page(self.request.GET.get("page"))
        return page.paginator, page, page.object_list, page.has_other_pages()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        drafts = [step for step in STEP.values() if step.several and access.may(self.actor, step.action)]
        return super().get_context_data(
            states=Decision.State.choices, state=self.request.GET.get("state", ""), drafts=drafts, **kwargs
        )


def why_not_sign(decision: Decision, step: Step, user: User) -> str:
    """Why this signer's button is closed now; the operation asks the same rules again."""
    if not access.may(user, Action.SIGN_DECISION):
        return ""
    if step.concurred and not decision.concurred_by_id:
        return "等待省财政厅经办会商"
    signed = [row for row in decision.signatures.all() if row.agreed]
    found = decisions.check_signer(decision, actor=user, line=decisions.line_of(user), signed=signed)
    return found[0].message if found else ""


class DecisionPage(RouteMixin, TemplateView):
    """One decision: the document, its projects, its papers, who signed, what can be done now."""

    template_name = "lifecycle/decision.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        decision = get_object_or_404(visible_decisions(self.actor), pk=self.kwargs["pk"])
        step = STEP[decision.kind]
        projects = [item.project for item in decision.items.all()]
        papers = files_for(self.actor, *projects).filter(about=decisions.ABOUT, about_id=decision.pk)
        user = self.actor
        signing = decision.state == Decision.State.SIGNING
        seen = {paper.path: paper for paper in papers}
        return super().get_context_data(
            decision=decision,
            seen=word_of(decision) if signing else "",
            step=step,
            papers=list(seen.values()),
            may_sign=signing and access.may(user, Action.SIGN_DECISION),
            why_not=why_not_sign(decision, step, user) if signing else "",
            may_concur=signing
            and step.concurred
            and not decision.concurred_by
            and access.may(user, Action.CONCUR_REVOCATION),
            may_withdraw=signing and user.pk == (decision.handler_id or decision.drafted_by_id),
            may_register=signing and user.pk == (decision.handler_id or decision.drafted_by_id) and unsigned(decision),
            may_export=access.may(user, Action.EXPORT_PAPER),
            may_correct=decision.state == Decision.State.EFFECTIVE and access.may(user, Action.PROPOSE_CORRECTION),
            may_answer=access.may(user, Action.ANSWER_CORRECTION),
            waits=waiting_lines(decision, step) if signing else "",
            payloads=[payload_lines(item) for item in decision.items.all()],
            **kwargs,
        )


def unsigned(decision: Decision) -> bool:
    return not any(row.agreed for row in decision.signatures.all())


def waiting_lines(decision: Decision, step: Step) -> str:
    """接下来: whose word is missing, in words."""
    if step.concurred and not decision.concurred_by_id:
        return "等待省财政厅经办会商"
    signed = {row.line for row in decision.signatures.all() if row.agreed}
    wanted = {Line.HR: "省人社厅负责人", Line.FINANCE: "省财政厅负责人"}
    return f"等待{'、'.join(who for line, who in wanted.items() if line not in signed)}签署"


class DecisionAct(RouteMixin, ActionView):
    """A button on a decision."""

    form_class = ProjectForm

    def load(self) -> None:
        self.decision: Decision = get_object_or_404(visible_decisions(self.actor), pk=self.kwargs["pk"])

    @property
    def seen(self) -> str:
        """What the page showed of it."""
        return str(self.request.POST.get("seen", ""))

    def get_success_url(self) -> str:
        """Its page says 接下来: who signs next, or where it led for each project."""
        return reverse("lifecycle:decision", args=[self.decision.pk])

    get_repeat_url = get_success_url


class Sign(DecisionAct):
    done = "已签署"

    def run(self, data: dict[str, Any]) -> Any:
        return ops.sign_decision(self.decision.pk, actor=self.actor, seen=self.seen, on=self.today)


class Concur(DecisionAct):
    done = "已会商同意"

    def run(self, data: dict[str, Any]) -> Any:
        return ops.concur_decision(self.decision.pk, actor=self.actor, seen=self.seen, on=self.today)


class Withdraw(DecisionAct):
    form_class = forms.ReasonForm
    done = "已撤回"

    def run(self, data: dict[str, Any]) -> Any:
        return ops.withdraw_decision(self.decision.pk, actor=self.actor, on=self.today, **data)


class Return(DecisionAct):
    form_class = forms.ReasonForm
    done = "已退回"

    def run(self, data: dict[str, Any]) -> Any:
        return ops.return_decision(self.decision.pk, actor=self.actor, on=self.today, **data)


class LeaveOut(DecisionAct):
    form_class = forms.ReasonForm
    done = "已移出"

    def run(self, data: dict[str, Any]) -> Any:
        project: Project = get_object_or_404(
            access.projects_for(self.actor),
            pk=self.kwargs["project_id"],
        )
        return ops.leave_out_project(self.decision.pk, project.pk, actor=self.actor, on=self.today, **data)
