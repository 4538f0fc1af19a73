"""结转资金: what was unspent at the end of a year, by project, source and the year it was issued in."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.views.generic import TemplateView

from accounts.roles import Action
from funds import queries
from funds.forms import CarryOverFilter
from funds.queries.carry_over import AgeRow
from policy.money import ZERO
from projects import access
from projects.models import Project
from projects.pages import RouteMixin
from ui.views import page_size

YEARS_BACK = 8


class CarryOver(RouteMixin, TemplateView):
    """At the end of the chosen year; for the present one as of today."""

    template_name = "funds/carry_over.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        this_year = self.today.year
        form = CarryOverFilter(self.request.GET, years=range(this_year, this_year - YEARS_BACK, -1))
        asked = form.cleaned_data if form.is_valid() else {}
        year = asked.get("year") or this_year
        on = min(self.today, date(year, 12, 31))
        rows = [row for row in queries.ages_of(self.projects(asked.get("q", "")), on) if _wanted(row, asked)]
        page = Paginator(rows, page_size(self.request)).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            filter=form,
            page_obj=page,
            year=year,
            on=on,
            came=_sum(row.money.came for row in rows),
            used=_sum(row.money.used for row in rows),
            left=_sum(row.money.left for row in rows),
            may_sweep=access.may(self.actor, Action.ADJUST_FUNDS),
            **kwargs,
        )

    def projects(self, word: str) -> list[Project]:
        rows = access.projects_for(self.actor).filter(allocations__isnull=False).distinct()
        if word:
            rows = rows.filter(Q(name__icontains=word) | Q(organisation__name__icontains=word))
        return list(rows.select_related("organisation").order_by("number", "pk"))


def _wanted(row: AgeRow, asked: dict[str, Any]) -> bool:
    return (not asked.get("source") or row.source == asked["source"]) and (not asked.get("due") or row.overdue)


def _sum(amounts: Any) -> Decimal:
    return sum(amounts, ZERO)
