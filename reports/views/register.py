"""项目台账 and its export."""

import hashlib
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.views.generic import TemplateView, View

from accounts.journal import record_access
from accounts.models import Node, User
from accounts.roles import Action
from funds.queries import Moment
from projects import access
from projects.exports import check_many, exporting, said
from projects.pages import RouteMixin
from reports.forms import AsOfForm, RegisterForm
from reports.register import places_for, projects_in, rows_of, sheet_of
from reports.views.workbench import user_of
from ui.views import page_size
from workbooks.writer import xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _places(request: HttpRequest) -> list[Node]:
    """Nobody is asked to choose among one."""
    places = places_for(user_of(request))
    return places if len(places) > 1 else []


def compare_url(user: User, form: RegisterForm) -> str:
    """Where the same projects and dates are compared with what is known today; "" for who may not open it."""
    if not access.may(user, Action.VIEW_STATISTICS):
        return ""
    asked = {name: value for name, value in form.asked().items() if name in AsOfForm.base_fields}
    return f"{reverse('reports:as_of')}?{urlencode(asked)}"


def batch_url(user: User, form: RegisterForm) -> str:
    """Where a form of the same projects is printed together; "" for who prints none."""
    if not access.may(user, Action.VIEW_PRINTS):
        return ""
    return f"{reverse('reports:batch')}?{urlencode(form.asked())}"


class Register(RouteMixin, TemplateView):
    template_name = "reports/projects.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        on, places = timezone.localdate(), _places(self.request)
        form = RegisterForm(self.request.GET, places=places, today=on)
        small_form = RegisterForm(self.request.GET, places=places, today=on, auto_id="small_%s")
        user = user_of(self.request)
        projects = projects_in(user, form.asked(), on)
        page = Paginator(projects, page_size(self.request)).get_page(self.request.GET.get("page"))
        export = exporting(user, page.paginator.count, reverse("reports:projects_export"), self.request.GET)
        shown = {"form": form, "small_form": small_form, "page_obj": page, "on": on, **export}
        shown["batch_url"] = batch_url(user, form)
        at = form.moment()
        shown |= {"at": at, "is_today": at == Moment(on, on), "as_of_url": compare_url(user, form)}
        return super().get_context_data(rows=rows_of(page, on, at), **shown, **kwargs)


class Export(RouteMixin, View):
    """Exactly what the list shows, all pages of it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        on, form = timezone.localdate(), RegisterForm(request.GET, places=_places(request))
        at = form.moment()
        actor = user_of(request)
        found = projects_in(actor, form.asked(), on)
        reason = check_many(actor, found.count(), request.GET.get("reason", ""))
        rows = rows_of(found, on, at)
        content = xlsx([sheet_of(rows, on, form.in_words(), at)])
        digest = hashlib.sha256(content).hexdigest()
        told = said(f"{len(rows)} 行", reason)
        record_access("导出项目台账", actor=actor, on=on, text=told, rows=len(rows), sha256=digest)
        answer = HttpResponse(content, content_type=XLSX)
        answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"项目台账-{on}.xlsx")
        return answer
