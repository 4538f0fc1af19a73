"""一项目一档: 概况 and 日志."""

from typing import Any

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404
from django.utils import timezone

from projects.links import page_for
from projects.pages import ProjectPage, reachable
from reports.dossier import dossier_of, with_facts
from reports.journal import entries_of, is_unit, roles_of
from reports.views.workbench import user_of
from ui.views import page_size


class DossierPage(ProjectPage):
    template_name = "reports/dossier.html"

    def load(self) -> None:
        """The row of this route is what `reachable` asks for, so that whoever finds the project may see it."""
        self.project = get_object_or_404(
            with_facts(reachable(self.request), user_of(self.request)), pk=self.kwargs["project_id"]
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        on = timezone.localdate()
        dossier = dossier_of(self.project, user_of(self.request), on)
        exports = bool(page_for(user_of(self.request), "reports:dossier_zip", self.project))
        return super().get_context_data(dossier=dossier, exports=exports, on=on, **kwargs)


class ProjectJournal(ProjectPage):
    template_name = "reports/journal.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = user_of(self.request)
        entries = Paginator(entries_of(self.project, user), page_size(self.request))
        page = entries.get_page(self.request.GET.get("page"))
        rows = [{"entry": entry, "roles": roles_of(entry)} for entry in page]
        return super().get_context_data(rows=rows, page_obj=page, show_ip=not is_unit(user), **kwargs)
