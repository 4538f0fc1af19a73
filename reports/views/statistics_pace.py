"""预算执行与时间进度: the projects behind the points of the chart, all of them or those of one place of it."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.views.generic import TemplateView

from policy.terms import Kind
from reports.forms import PaceForm
from reports.statistics.paces import Pace, paces_of
from reports.views.statistics import Looking
from ui.views import page_size


@dataclass(frozen=True, slots=True)
class Line:
    pace: Pace
    kind: str
    place: str


class Paces(Looking, TemplateView):
    """Counted by the same function as the chart, of the projects that the filter leaves."""

    template_name = "reports/statistics_pace.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        whole = self.whole
        form = PaceForm(
            self.request.GET, places=whole.places, years=whole.years, editions=whole.editions, today=self.today
        )
        frame, every = form.frame(), paces_of(self.material.facts, self.material.on)
        rows = [
            Line(one, str(Kind(one.fact.kind).label), whole.places.get(one.fact.place, ""))
            for one in every
            if one.is_within(frame)
        ]
        shown = {
            "form": form,
            "page_obj": Paginator(rows, page_size(self.request)).get_page(self.request.GET.get("page")),
            "all_count": len(every),
            "statistics_url": self.to("statistics"),
            "all_url": self.to("statistics_pace") if frame else "",
            "xlsx": self.to("statistics_table", table="pace"),
        }
        return super().get_context_data(title="预算执行与时间进度", **shown, **kwargs)
