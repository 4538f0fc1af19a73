"""风险: the projects in hand by their score, and one project with the arithmetic behind it."""

from typing import Any

from django.core.paginator import Paginator
from django.utils import timezone
from django.views.generic import TemplateView

from lifecycle.queries.risk import ranked, risks_of
from projects.pages import ProjectPage, RouteMixin
from reports.forms import RiskForm
from reports.menu import alert_tabs
from reports.views.workbench import user_of
from ui.views import page_size


class Risks(RouteMixin, TemplateView):
    template_name = "reports/risks.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        on, form = timezone.localdate(), RiskForm(self.request.GET)
        user = user_of(self.request)
        rows = ranked(user, on, **form.asked())
        page = Paginator(rows, page_size(self.request)).get_page(self.request.GET.get("page"))
        return super().get_context_data(form=form, page_obj=page, on=on, **alert_tabs(user), **kwargs)


class ProjectRisk(ProjectPage):
    template_name = "reports/risk.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        risk = risks_of([self.project], self.today)[self.project.pk]
        return super().get_context_data(risk=risk, on=self.today, **kwargs)
