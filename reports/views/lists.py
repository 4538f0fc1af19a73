"""Lists over every project in reach: 预警, 操作日志."""

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils import timezone
from django.views.generic import TemplateView

from accounts.roles import Action
from lifecycle.queries.risk import risks_of
from projects import access
from projects.models import Alert
from projects.pages import RouteMixin
from projects.waivers import with_waivers
from reports.dossier.page import in_words
from reports.forms import BY_RISK, AlertForm
from reports.journal import entries_for, is_unit, roles_of
from reports.menu import alert_tabs
from reports.views.workbench import user_of
from ui.views import page_size

SOURCES = {
    "deadline": "期限",
    "funds": "资金",
    "targets": "绩效目标",
    "evaluation": "绩效评估",
    "returns": "季报包",
    "problem": "问题整改",
    "problem_next": "问题督办",
}


class Alerts(RouteMixin, TemplateView):
    template_name = "reports/alerts.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, on = user_of(self.request), timezone.localdate()
        tabs = alert_tabs(user)
        form = AlertForm(self.request.GET, sources=list(SOURCES.items()), by_risk=tabs["sees_risk"])
        asked = form.asked()
        sort = asked.pop("sort", "")
        reached = access.projects_for(user, Action.VIEW_ALERT).values("pk")
        found = Alert.objects.filter(project__in=reached, cleared_on=None, **asked)
        found = with_waivers(found, on).select_related("project__organisation").order_by("-raised_on", "-pk")
        told: Any = self._by_risk(found, on) if sort == BY_RISK else found
        page = Paginator(told, page_size(self.request)).get_page(self.request.GET.get("page"))
        shown = list(page)
        risks = risks_of({row.project_id: row.project for row in shown}.values(), on) if tabs["sees_risk"] else {}
        rows = [
            {"alert": in_words(row), "source": SOURCES.get(row.source, row.source), "risk": risks.get(row.project_id)}
            for row in shown
        ]
        return super().get_context_data(form=form, rows=rows, page_obj=page, on=on, **tabs, **kwargs)

    def _by_risk(self, found: QuerySet[Alert], on: date) -> list[Alert]:
        rows = list(found)
        risks = risks_of({row.project_id: row.project for row in rows}.values(), on)
        return sorted(rows, key=lambda row: -risks[row.project_id].score)


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
