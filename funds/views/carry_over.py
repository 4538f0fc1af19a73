"""结转资金: what was unspent at the end of a year or a day, by project, source and the year it was issued in."""

import hashlib
from collections.abc import Iterable
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.generic import TemplateView, View

from accounts.journal import record_access
from accounts.roles import Action
from funds import queries
from funds.forms import CarryOverFilter
from funds.forms.dated import past_of
from funds.queries.carry_over import AgeRow
from funds.queries.carry_past import carry_compared
from funds.queries.compared import Compared
from funds.sheets import carry_over_sheet, compared_sheets
from funds.views.found_money import workbook
from policy.money import ZERO
from projects import access
from projects.exports import check_many, exporting, said
from projects.models import Project
from projects.pages import RouteMixin
from ui.views import page_size
from workbooks.writer import xlsx

YEARS_BACK = 8
HINT = "资金文件按成文日期和签批日期，支出按支付日期和认定日期；超出下达的支出不计入任何年度。项目名称、单位和办理阶段是现在的。"


class Asking(RouteMixin):
    """At the end of the chosen year or day; left open as of today."""

    @cached_property
    def filter(self) -> CarryOverFilter:
        years = range(self.today.year, self.today.year - YEARS_BACK, -1)
        found = CarryOverFilter(self.request.GET, years=years, today=self.today)
        found.is_valid()
        return found

    @property
    def asked(self) -> dict[str, Any]:
        return self.filter.cleaned_data

    @cached_property
    def projects(self) -> list[Project]:
        rows = access.projects_for(self.actor).filter(allocations__isnull=False).distinct()
        if word := self.asked.get("q"):
            rows = rows.filter(Q(name__icontains=word) | Q(organisation__name__icontains=word))
        return list(rows.select_related("organisation").order_by("number", "pk"))

    @cached_property
    def rows(self) -> list[AgeRow]:
        at = self.filter.moment()
        known = None if past_of(self.filter, self.today) is None else at.known
        return [row for row in queries.ages_of(self.projects, at.on, known) if _wanted(row, self.asked)]

    @cached_property
    def compared(self) -> Compared | None:
        at = past_of(self.filter, self.today)
        return carry_compared(self.projects, at, self.today, self.asked.get("source", "")) if at else None

    @property
    def sums(self) -> dict[str, Decimal]:
        return {name: _sum(getattr(row.money, name) for row in self.rows) for name in ("came", "used", "left")}


class CarryOver(Asking, TemplateView):
    template_name = "funds/carry_over.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = Paginator(self.rows, page_size(self.request)).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            filter=self.filter,
            page_obj=page,
            on=self.filter.moment().on,
            **self.sums,
            compared=self.compared,
            hint=HINT,
            may_sweep=self.compared is None and access.may(self.actor, Action.ADJUST_FUNDS),
            **exporting(self.actor, len(self.rows), reverse("funds:carry_over_export"), self.request.GET),
            **kwargs,
        )


class CarryOverExport(Asking, View):
    """All rows of the list, with its totals; of a past day with what came late."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest) -> HttpResponse:
        reason, at = check_many(self.actor, len(self.rows), request.GET.get("reason", "")), self.filter.moment()
        told = self.compared.said if self.compared else f"截至 {at.on}"
        sheet = carry_over_sheet(self.rows, list(self.sums.values()), f"{told}　{self.filter.in_words()}", HINT)
        content = xlsx([sheet, *(compared_sheets(self.compared, "结转资金") if self.compared else ())])
        record_access(
            "导出结转资金", actor=self.actor, on=self.today, text=said(f"{told}，{len(self.rows)} 行", reason),
            rows=len(self.rows), sha256=hashlib.sha256(content).hexdigest(),
        )  # fmt: skip
        return workbook(content, f"结转资金-{at.on}.xlsx")


def _wanted(row: AgeRow, asked: dict[str, Any]) -> bool:
    return (not asked.get("source") or row.source == asked["source"]) and (not asked.get("due") or row.overdue)


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)
