"""检查 of all projects in reach: the list, the yearly plans, what each plan has reached."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import TemplateView

from accounts.models import User
from accounts.roles import Action
from lifecycle.forms import inspections as forms
from lifecycle.models import InspectionPlan, PlannedInspection
from lifecycle.operations import inspections_plan as ops
from lifecycle.queries.inspections import approves, counted, coverage_reached, plans_for, shown, visited_in
from lifecycle.rules.inspections import Coverage, Pick, arithmetic
from projects import access
from projects.pages import RouteMixin, route_action
from ui.views import ActionView, OperationView, page_size


class Granted(RouteMixin):
    """The grant is asked before anything is looked up: the door comes before the thing behind it."""

    request: HttpRequest
    kwargs: dict[str, Any]

    def granted(self) -> User:
        if not access.may(self.actor, route_action(self.request)):
            raise PermissionDenied("您的角色不能打开本页")
        return self.actor


class Listed(Granted, TemplateView):
    """A page of rows with a filter in the address; what of it cannot be read is left aside."""

    filter_class: Any = None

    def rows(self, asked: dict[str, Any]) -> QuerySet[Any]:
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = self.filter_class(self.request.GET)
        form.is_valid()
        page = Paginator(self.rows(form.cleaned_data), page_size(self.request)).get_page(self.request.GET.get("page"))
        may_plan = access.may(self.actor, Action.PLAN_INSPECTION)
        return super().get_context_data(
            filter=form,
            page_obj=page,
            on=self.today,
            may_plan=may_plan,
            offices=access.may(self.actor, Action.VIEW_INSPECTION_PLAN),
            **kwargs,
        )


class Inspections(Listed):
    """Every inspection in reach; a unit finds its own, once the notice is out."""

    template_name = "lifecycle/inspections.html"
    filter_class = forms.InspectionFilter

    def rows(self, asked: dict[str, Any]) -> QuerySet[Any]:
        found = shown(self.actor)
        if asked.get("q"):
            text = asked["q"]
            found = found.filter(Q(project__name__icontains=text) | Q(project__organisation__name__icontains=text))
        if asked.get("state"):
            found = found.filter(state=asked["state"])
        if asked.get("year"):
            found = found.filter(visit_on__year=asked["year"])
        if asked.get("mine"):
            found = found.filter(team__members__user=self.actor)
        return found


class Plans(Listed):
    template_name = "lifecycle/inspection_plans.html"
    filter_class = forms.PlanFilter

    def rows(self, asked: dict[str, Any]) -> QuerySet[Any]:
        given = {name: asked[name] for name in ("year", "state") if asked.get(name)}
        return counted(plans_for(self.actor).filter(**given))


class NewPlan(Granted, OperationView):
    template_name = "lifecycle/inspection_form.html"
    form_class = forms.PlanForm
    title, submit_label, done = "拟制年度检查计划", "按规则提出建议", "已按覆盖规则提出建议，请逐项核对"

    def get_initial(self) -> dict[str, Any]:
        return {"year": self.today.year}

    def run(self, data: dict[str, Any]) -> InspectionPlan:
        return ops.draft_plan(actor=self.actor, on=self.today, **data)

    def get_success_url(self) -> str:
        return reverse("lifecycle:inspection_plan", args=[self.result.pk])

    def get_cancel_url(self) -> str:
        return reverse("lifecycle:inspection_plans")


def why_of(line: PlannedInspection) -> str:
    """为什么选它: the arithmetic of the rule on the figures kept with the line."""
    coverage = Coverage(line.floor, line.risk_at, line.share)
    return arithmetic(Pick(line.why, line.pool, line.take, line.place), coverage, amount=line.amount, risk=line.risk)


class OnePlan(Granted):
    """Gives `self.plan`, in reach for what the page does."""

    plan: InspectionPlan

    def load(self) -> None:
        self.plan = get_object_or_404(plans_for(self.granted(), route_action(self.request)), pk=self.kwargs["plan_id"])

    def get_success_url(self) -> str:
        return reverse("lifecycle:inspection_plan", args=[self.kwargs["plan_id"]])

    def get_cancel_url(self) -> str:
        return self.get_success_url()

    get_repeat_url = get_success_url


class PlanPage(OnePlan, TemplateView):
    template_name = "lifecycle/inspection_plan.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.load()
        visited = visited_in(self.plan)
        lines = self.plan.lines.select_related("project__organisation", "changed_by")
        page = Paginator(lines, page_size(self.request)).get_page(self.request.GET.get("page"))
        rows = [{"line": line, "why": why_of(line), "visited": line.project_id in visited} for line in page]
        draft, user, node = self.plan.state == InspectionPlan.State.DRAFT, self.actor, Action.PLAN_INSPECTION
        mine = plans_for(user, node).filter(pk=self.plan.pk).exists()
        approving = plans_for(user, Action.APPROVE_INSPECTION_PLAN).filter(pk=self.plan.pk).exists()
        return super().get_context_data(
            plan=self.plan,
            rows=rows,
            page_obj=page,
            reached=coverage_reached(self.plan),
            may_adjust=draft and mine,
            may_approve=draft and approving and approves(user, self.plan),
            may_tour=not draft and mine,
            **kwargs,
        )


class AdjustPlan(OnePlan, OperationView):
    template_name = "lifecycle/inspection_form.html"
    form_class = forms.AdjustForm
    title, submit_label, done = "调整检查计划", "保存调整", "已调整"

    def load(self) -> None:
        super().load()
        self.line = get_object_or_404(self.plan.lines.select_related("project"), pk=self.kwargs["line_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        told = [str(self.line.project), why_of(self.line), f"现在：{'列入' if self.line.chosen else '不列入'}计划"]
        return super().get_context_data(told=told, **kwargs)

    def run(self, data: dict[str, Any]) -> PlannedInspection:
        return ops.adjust_plan(self.plan.pk, self.line.pk, actor=self.actor, on=self.today, **data)


class ApprovePlan(OnePlan, ActionView):
    done = "计划已批准"

    def run(self, data: dict[str, Any]) -> InspectionPlan:
        return ops.approve_plan(self.plan.pk, actor=self.actor, on=self.today)
