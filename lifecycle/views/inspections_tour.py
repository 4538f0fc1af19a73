"""巡查: teams, route and timetable, the notice, the summary; and a single inspection planned in one go."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import TemplateView

from accounts.roles import Action
from lifecycle.forms import inspections as forms
from lifecycle.forms.steps import ReasonForm
from lifecycle.models import Inspection, InspectionPlan, InspectionTour
from lifecycle.operations import inspections_tour as ops
from lifecycle.queries.inspections import members, office_of, plannable, plans_for, shown, teams_of, tours_for
from lifecycle.views.inspections_plan import Granted, Listed
from projects.pages import ProjectOperation, route_action
from ui.views import OperationView

FORM = "lifecycle/inspection_form.html"


class Tours(Listed):
    template_name = "lifecycle/inspection_tours.html"
    filter_class = forms.TourFilter

    def rows(self, asked: dict[str, Any]) -> QuerySet[Any]:
        found = tours_for(self.actor)
        if asked.get("q"):
            found = found.filter(Q(title__icontains=asked["q"]) | Q(number__icontains=asked["q"]))
        found = found.filter(**{name: asked[name] for name in ("state", "kind") if asked.get(name)})
        own = Q(stops__in=shown(self.actor).exclude(state="dropped").order_by().values("pk"))
        made = own & ~Q(stops__state="planned")
        return found.order_by("-pk").annotate(all_stops=Count("stops", filter=own), made=Count("stops", filter=made))


class NewTour(Granted, OperationView):
    template_name, form_class = FORM, forms.TourForm
    title, submit_label, done = "安排巡查", "下一步：编组", "已建立，请编排检查组"

    def get_initial(self) -> dict[str, Any]:
        return {"plan": self.request.GET.get("plan", "")}

    def get_form_kwargs(self) -> dict[str, Any]:
        approved = plans_for(self.actor, Action.PLAN_INSPECTION).filter(state=InspectionPlan.State.APPROVED)
        return {**super().get_form_kwargs(), "plans": approved}

    def run(self, data: dict[str, Any]) -> InspectionTour:
        return ops.draft_tour(actor=self.actor, on=self.today, **data)

    def get_success_url(self) -> str:
        return reverse("lifecycle:inspection_tour", args=[self.result.pk])

    def get_cancel_url(self) -> str:
        return reverse("lifecycle:inspection_tours")


class OneTour(Granted):
    """Gives `self.tour`, in reach for what the page does."""

    tour: InspectionTour

    def load(self) -> None:
        self.tour = get_object_or_404(tours_for(self.granted(), route_action(self.request)), pk=self.kwargs["tour_id"])

    def get_success_url(self) -> str:
        return reverse("lifecycle:inspection_tour", args=[self.kwargs["tour_id"]])

    def get_cancel_url(self) -> str:
        return self.get_success_url()


class TourPage(OneTour, TemplateView):
    """The timetable shows the stops in reach: a city sees its own part of a tour of the province."""

    template_name = "lifecycle/inspection_tour.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.load()
        stops = list(shown(self.actor).filter(tour=self.tour).order_by("visit_on", "order", "visit_at", "pk"))
        mine = tours_for(self.actor, Action.PLAN_INSPECTION).filter(pk=self.tour.pk).exists()
        state = InspectionTour.State
        return super().get_context_data(
            tour=self.tour,
            teams=teams_of(self.tour),
            stops=stops,
            live=sum(stop.state != Inspection.State.DROPPED for stop in stops),
            planning=mine and self.tour.state == state.DRAFT,
            moving=mine and self.tour.state in {state.DRAFT, state.ISSUED},
            issued=mine and self.tour.state == state.ISSUED,
            **kwargs,
        )


class Team(OneTour, OperationView):
    """A new team, or the members of one that stands."""

    template_name, form_class = FORM, forms.TeamForm
    title, submit_label, done = "编排检查组", "保存检查组", "检查组已保存"
    team: Any = None

    def load(self) -> None:
        super().load()
        if "team_id" in self.kwargs:
            self.team = get_object_or_404(self.tour.teams.prefetch_related(members()), pk=self.kwargs["team_id"])

    def get_initial(self) -> dict[str, Any]:
        if self.team is None:
            return {"name": f"第{self.tour.teams.count() + 1}组"}
        seats = list(self.team.members.all())
        leader = next((seat.user_id for seat in seats if seat.leads), None)
        return {"name": self.team.name, "members": [seat.user_id for seat in seats], "leader": leader}

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        stops = (
            self.team.stops.exclude(state="dropped").select_related("project__organisation__node") if self.team else []
        )
        form.offer(self.tour.organisation, [stop.project for stop in stops], self.today)
        return form

    def run(self, data: dict[str, Any]) -> Any:
        team_id = self.team.pk if self.team else None
        return ops.set_team(self.tour.pk, team_id, actor=self.actor, on=self.today, **data)


class NewStop(OneTour, OperationView):
    template_name, form_class = FORM, forms.StopForm
    title, submit_label, done = "排定检查", "加入路线", "已加入路线，检查表已生成"

    def get_form_kwargs(self) -> dict[str, Any]:
        taken = self.tour.stops.exclude(state="dropped").values("project")
        found = plannable(self.actor).exclude(pk__in=taken)
        if self.tour.plan:
            found = found.filter(pk__in=self.tour.plan.lines.filter(chosen=True).values("project"))
        return {**super().get_form_kwargs(), "teams": self.tour.teams.all(), "projects": found}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        told = [] if self.tour.teams.exists() else ["请先编排检查组。"]
        return super().get_context_data(told=told, **kwargs)

    def run(self, data: dict[str, Any]) -> Inspection:
        return ops.add_stop(self.tour.pk, data.pop("project_id"), actor=self.actor, on=self.today, **data)


class OneStop(OneTour):
    def load(self) -> None:
        super().load()
        self.stop = get_object_or_404(self.tour.stops.select_related("project"), pk=self.kwargs["stop_id"])


class MoveStop(OneStop, OperationView):
    template_name, form_class = FORM, forms.MoveForm
    title, submit_label, done = "调整检查路线", "保存", "路线已调整"

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.stop, name) for name in ("team_id", "order", "visit_on", "visit_at")}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "teams": self.tour.teams.all()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(told=[str(self.stop.project)], **kwargs)

    def run(self, data: dict[str, Any]) -> Inspection:
        return ops.move_stop(self.tour.pk, self.stop.pk, actor=self.actor, on=self.today, **data)


class DropStop(OneStop, OperationView):
    template_name, form_class = FORM, ReasonForm
    title, submit_label, done = "取消检查", "取消这次检查", "已取消"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(told=[str(self.stop.project)], **kwargs)

    def run(self, data: dict[str, Any]) -> Inspection:
        return ops.drop_stop(self.tour.pk, self.stop.pk, actor=self.actor, on=self.today, **data)


class IssueTour(OneTour, OperationView):
    template_name, form_class = FORM, forms.IssueForm
    title, submit_label, done = "发出检查通知", "发出通知", "通知已发出，各单位可以看到本单位的检查安排"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(told=list(self.told()), **kwargs)

    def told(self) -> Iterable[str]:
        count = self.tour.stops.exclude(state="dropped").count()
        yield f"《{self.tour}》路线上的 {count} 个项目单位同时收到通知，各自只看到本单位的安排"
        yield "发出后不能再加入项目；时间、检查组可以调整，单位随即得到通知"

    def run(self, data: dict[str, Any]) -> InspectionTour:
        return ops.issue_tour(self.tour.pk, actor=self.actor, on=self.today, **data)


class SummariseTour(OneTour, OperationView):
    template_name, form_class = FORM, forms.SummaryForm
    title, submit_label, done = "检查总结", "提交总结", "检查总结已提交"

    def run(self, data: dict[str, Any]) -> InspectionTour:
        return ops.summarise_tour(self.tour.pk, actor=self.actor, on=self.today, **data)


class PlanSingle(ProjectOperation):
    """单项检查: one project, one team, one notice."""

    form_class = forms.SingleForm
    title, submit_label, done = "安排单项检查", "发出通知", "检查已安排，通知已发出"

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        if office := office_of(self.actor):
            form.offer(office, [self.project], self.today)
        return form

    def run(self, data: dict[str, Any]) -> Inspection:
        return ops.plan_single(self.project.pk, actor=self.actor, on=self.today, **data)

    def get_success_url(self) -> str:
        return reverse("lifecycle:inspection", args=[self.project.pk, self.result.pk])

    def get_cancel_url(self) -> str:
        return reverse("lifecycle:inspections", args=[self.project.pk])
