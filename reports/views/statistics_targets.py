"""指标达成: the projects behind one number of the heat map, each with what its last accepted report leads to."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.views.generic import TemplateView

from reports.forms import TargetsForm
from reports.statistics.facts import Fact
from reports.statistics.reached import AHEAD, MET, SHORT, Reached, reached_of
from reports.views.statistics import Looking
from ui.views import page_size


@dataclass(frozen=True, slots=True)
class Line:
    fact: Fact
    reached: Reached
    place: str


class Targets(Looking, TemplateView):
    """Counted by the same function as the heat map, of the projects that the filter leaves."""

    template_name = "reports/statistics_targets.html"

    @cached_property
    def all_reached(self) -> list[Reached]:
        """Those that the heat map counts: whose pace can be told."""
        return [one for one in reached_of(self.material) if one.ahead is not None]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        whole = self.whole
        offered: dict[str, Any] = {
            "places": whole.places,
            "years": whole.years,
            "editions": whole.editions,
            "today": self.today,
        }
        names = dict.fromkeys(one.name for one in sorted(self.all_reached, key=lambda one: (one.order, one.name)))
        form = TargetsForm(self.request.GET, names=names, **offered)
        asked = form.asked()
        told = [one for one in self.all_reached if asked.get("indicator", one.name) == one.name]
        facts = {fact.pk: fact for fact in self.material.facts}
        lines = [
            Line(facts[one.project], one, whole.places.get(one.place, ""))
            for one in sorted(told, key=lambda one: (bool(one.ahead), one.place, one.project, one.order))
            if one.is_among(asked.get("reached", ""))
        ]
        shown = {
            "form": form,
            "page_obj": Paginator(lines, page_size(self.request)).get_page(self.request.GET.get("page")),
            "counts": Counter(code for one in told for code in (AHEAD, SHORT, MET) if one.is_among(code)),
            "reported": len(told),
            "statistics_url": self.to("statistics"),
        }
        return super().get_context_data(title="指标达成", **shown, **kwargs)
