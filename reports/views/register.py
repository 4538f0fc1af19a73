"""项目台账 and its export."""

import hashlib
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.generic import TemplateView, View

from accounts.journal import record_access
from accounts.models import Node
from projects.pages import RouteMixin
from reports.forms import RegisterForm
from reports.register import places_for, projects_in, rows_of, sheet_of
from reports.views.workbench import user_of
from ui.views import page_size
from workbooks.writer import xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _places(request: HttpRequest) -> list[Node]:
    """Nobody is asked to choose among one."""
    places = places_for(user_of(request))
    return places if len(places) > 1 else []


class Register(RouteMixin, TemplateView):
    template_name = "reports/projects.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        on, places = timezone.localdate(), _places(self.request)
        form = RegisterForm(self.request.GET, places=places)
        small_form = RegisterForm(self.request.GET, places=places, auto_id="small_%s")
        projects = projects_in(user_of(self.request), form.asked(), on)
        page = Paginator(projects, page_size(self.request)).get_page(self.request.GET.get("page"))
        query = self.request.GET.copy()
        query.pop("page", None)
        export = f"{reverse('reports:projects_export')}?{query.urlencode()}"
        shown = {"form": form, "small_form": small_form, "export_url": export, "page_obj": page, "on": on}
        return super().get_context_data(rows=rows_of(page, on), **shown, **kwargs)


class Export(RouteMixin, View):
    """Exactly what the list shows, all pages of it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        on, form = timezone.localdate(), RegisterForm(request.GET, places=_places(request))
        rows = rows_of(projects_in(user_of(request), form.asked(), on), on)
        content, actor = xlsx([sheet_of(rows, on, form.in_words())]), user_of(request)
        digest = hashlib.sha256(content).hexdigest()
        record_access("导出项目台账", actor=actor, on=on, text=f"{len(rows)} 行", rows=len(rows), sha256=digest)
        answer = HttpResponse(content, content_type=XLSX)
        answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"项目台账-{on}.xlsx")
        return answer
