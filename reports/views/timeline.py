"""全过程时间线 of a project, and its tab 建设进度与监控."""

from typing import Any

from django.core.paginator import Paginator

from projects.pages import ProjectPage
from reports.dossier.forms import TimelineForm
from reports.dossier.monitor import monitor_of
from reports.dossier.timeline import AHEAD, ahead_of, past_of
from ui.views import page_size


class Timeline(ProjectPage):
    """Dates ahead on the first page, then everything that happened, by pages and by kind."""

    template_name = "reports/dossier/timeline.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = TimelineForm(self.request.GET)
        kind = form.asked().get("kind", "")
        past = past_of(self.project, self.actor, self.today, kind)
        page = Paginator(past, page_size(self.request)).get_page(self.request.GET.get("page"))
        first = page.number == 1 and kind in ("", AHEAD)
        shown = {
            "form": form,
            "page_obj": page,
            "ahead": ahead_of(self.project, self.actor, self.today) if first else [],
            "shows_past": kind != AHEAD,
        }
        return super().get_context_data(title="全过程时间线", **shown, **kwargs)


class Monitor(ProjectPage):
    template_name = "reports/dossier/monitor.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = {"monitor": monitor_of(self.project, self.actor, self.today), "on": self.today}
        return super().get_context_data(title="建设进度与监控", **shown, **kwargs)
