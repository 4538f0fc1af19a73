"""Lists over every project in reach: 预警, 操作日志."""

import hashlib
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.generic import TemplateView, View

from accounts.journal import record_access
from accounts.roles import Action
from funds.forms.dated import past_of
from funds.queries import Moment
from projects import access
from projects.exports import check_many, exporting, said
from projects.pages import RouteMixin
from reports.alerts import AGES, PAST, SOURCES, alerts_in, by_risk, past_alerts, rows_of, sheet_of, tiles_of
from reports.forms import BY_RISK, AlertForm
from reports.journal import entries_for, is_unit, roles_of
from reports.menu import alert_tabs
from reports.register import places_for
from reports.views.register import XLSX
from reports.views.workbench import user_of
from ui.views import page_size
from workbooks.writer import xlsx


class Alerts(RouteMixin, TemplateView):
    template_name = "reports/alerts.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, on = user_of(self.request), timezone.localdate()
        form, found, at = asked_of(self.request, on)
        page = Paginator(found, page_size(self.request)).get_page(self.request.GET.get("page"))
        shown = {"form": form, "page_obj": page, "on": on, "rows": rows_of(page, user, on, at)}
        shown |= {"tiles": tiles_of(user, on, at), "hint": PAST}
        shown["past"] = past_alerts(user, form.asked(), at) if at else None
        shown |= exporting(user, page.paginator.count, reverse("reports:alerts_export"), self.request.GET)
        return super().get_context_data(**shown, **alert_tabs(user), **kwargs)


def asked_of(request: HttpRequest, on: date) -> tuple[AlertForm, Any, Moment | None]:
    """The filter in the address, the alerts it leaves in the order asked for, and the past moment they stood at."""
    user = user_of(request)
    places = places_for(user)
    form = AlertForm(
        request.GET,
        sources=list(SOURCES.items()),
        ages=list(AGES.items()),
        places=places if len(places) > 1 else [],
        by_risk=access.may(user, Action.VIEW_RISK),
        today=on,
    )
    asked, at = form.asked(), past_of(form, on)
    found = alerts_in(user, asked, on, at)
    return form, by_risk(found, on) if at is None and asked.get("sort") == BY_RISK else found, at


class AlertsExport(RouteMixin, View):
    """Exactly what the list shows, all pages of it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        on, user = timezone.localdate(), user_of(request)
        form, found, at = asked_of(request, on)
        rows = rows_of(found, user, on, at)
        told = said(f"{len(rows)} 行", check_many(user, len(rows), request.GET.get("reason", "")))
        past = past_alerts(user, form.asked(), at) if at else None
        sheet = sheet_of(rows, on, form.in_words(), with_risk=access.may(user, Action.VIEW_RISK), past=past)
        content = xlsx([sheet])
        digest = hashlib.sha256(content).hexdigest()
        record_access("导出预警", actor=user, on=on, text=told, rows=len(rows), sha256=digest)
        answer = HttpResponse(content, content_type=XLSX)
        answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"预警-{on}.xlsx")
        return answer


class Journal(RouteMixin, TemplateView):
    template_name = "reports/journal_all.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = user_of(self.request)
        page = Paginator(entries_for(user), page_size(self.request)).get_page(self.request.GET.get("page"))
        ids = {entry.project_id for entry in page if entry.project_id}
        names = dict(access.projects_for(user).filter(pk__in=ids).values_list("pk", "name"))
        rows = [{"entry": one, "roles": roles_of(one), "name": names.get(one.project_id or 0, "")} for one in page]
        shown = {"rows": rows, "page_obj": page, "show_ip": not is_unit(user), "every_project": True}
        return super().get_context_data(**shown, **kwargs)
