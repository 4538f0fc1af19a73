"""Lists over every project in reach: 预警, 操作日志."""

from typing import Any

from django.core.paginator import Paginator
from django.utils import timezone
from django.views.generic import TemplateView

from accounts.roles import Action
from projects import access
from projects.models import Alert
from projects.pages import RouteMixin
from reports.dossier.page import in_words
from reports.forms import AlertForm
from reports.journal import entries_for, is_unit, roles_of
from reports.views.workbench import user_of
from ui.views import page_size

SOURCES = {"deadline": "期限", "funds": "资金", "targets": "绩效目标", "evaluation": "绩效评估", "returns": "季报包"}


class Alerts(RouteMixin, TemplateView):
    template_name = "reports/alerts.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = AlertForm(self.request.GET, sources=list(SOURCES.items()))
        reached = access.projects_for(user_of(self.request), Action.VIEW_ALERT).values("pk")
        found = Alert.objects.filter(project__in=reached, cleared_on=None, **form.asked())
        found = found.select_related("project__organisation").order_by("-raised_on", "-pk")
        page = Paginator(found, page_size(self.request)).get_page(self.request.GET.get("page"))
        rows = [{"alert": in_words(alert), "source": SOURCES.get(alert.source, alert.source)} for alert in page]
        return super().get_context_data(form=form, rows=rows, page_obj=page, on=timezone.localdate(), **kwargs)


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
