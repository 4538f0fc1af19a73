"""豁免: the list, one waiver with its signatures, proposing one for a project."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import TemplateView

from accounts.roles import Action
from lifecycle.forms import ReasonForm
from lifecycle.forms.waivers import WaiverForm
from lifecycle.operations import waivers as operations
from lifecycle.queries.waivers import candidates, line_of
from projects import access
from projects.models import Waiver
from projects.pages import ProjectOperation, RouteMixin, route_action
from projects.queries import files_for
from projects.waivers import FIRST_DAY, waivers_for
from ui.forms import ConfirmForm
from ui.views import ActionView, page_size


class Waivers(RouteMixin, TemplateView):
    template_name = "lifecycle/waivers.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        state = self.request.GET.get("state", "")
        rows = waivers_for(self.actor)
        rows = rows.filter(state=state) if state in Waiver.State.values else rows
        page = Paginator(rows, page_size(self.request)).get_page(self.request.GET.get("page"))
        shown = {"page_obj": page, "on": self.today, "states": Waiver.State.choices, "state": state}
        sees_risk = access.may(self.actor, Action.VIEW_RISK)
        return super().get_context_data(sees_risk=sees_risk, sees_waivers=True, **shown, **kwargs)


class OneWaiver(RouteMixin):
    """Gives `self.waiver`, of a project in reach."""

    waiver: Waiver
    kwargs: dict[str, Any]

    def found(self) -> Waiver:
        if not access.may(self.actor, route_action(self.request)):  # load() comes before the door of the page
            raise PermissionDenied("您的角色不能打开本页")
        waiver: Waiver = get_object_or_404(waivers_for(self.actor), pk=self.kwargs["waiver_id"])
        return waiver

    def get_success_url(self) -> str:
        return reverse("lifecycle:waiver", args=[self.kwargs["waiver_id"]])


class WaiverPage(OneWaiver, TemplateView):
    template_name = "lifecycle/waiver.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waiver, user = self.found(), self.actor
        papers = files_for(user, waiver.project).filter(about=operations.ABOUT, about_id=waiver.pk)
        acts = access.allows(user, waiver.project, Action.APPROVE_WAIVER)
        open_ = waiver.state == Waiver.State.PROPOSED
        live = waiver.state == Waiver.State.APPROVED and waiver.until >= self.today
        shown = {
            "waiver": waiver,
            "papers": list(papers),
            "approves": acts and open_ and line_of(user) is not None,
            "closes": acts and (open_ or live),
            "on": self.today,
        }
        return super().get_context_data(**shown, **kwargs)


class ApproveWaiver(OneWaiver, ActionView):
    form_class = ConfirmForm
    done = "已批准"

    def load(self) -> None:
        self.waiver = self.found()

    def run(self, data: dict[str, Any]) -> Waiver:
        return operations.approve_waiver(self.waiver.pk, actor=self.actor, on=self.today)


class CloseWaiver(OneWaiver, ActionView):
    form_class = ReasonForm
    done = "已办理"

    def load(self) -> None:
        self.waiver = self.found()

    def run(self, data: dict[str, Any]) -> Waiver:
        return operations.close_waiver(self.waiver.pk, actor=self.actor, on=self.today, **data)


class ProposeWaiver(ProjectOperation):
    form_class = WaiverForm
    template_name = "lifecycle/waiver_form.html"
    title, submit_label, done = "提出豁免", "送两部门批准", "已送两部门批准"

    def load(self) -> None:
        super().load()
        self.findings = candidates(self.project, self.today)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"findings": self.findings}

    def get_initial(self) -> dict[str, Any]:
        return {"finding": self.request.GET.get("finding", "")}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(first_day=FIRST_DAY, nothing=not self.findings, **kwargs)

    def run(self, data: dict[str, Any]) -> Waiver:
        return operations.propose_waiver(self.project.pk, actor=self.actor, on=self.today, **data)

    def get_success_url(self) -> str:
        return reverse("lifecycle:waiver", args=[self.result.pk]) if self.result else self.get_cancel_url()

    def get_cancel_url(self) -> str:
        return reverse("reports:dossier", args=[self.project.pk])
