"""支出明细: of one project, of all in reach, and the same as a workbook."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.generic import TemplateView, View

from accounts.journal import record_access
from accounts.models import User
from accounts.roles import Action
from funds.forms.payments import PaymentSearch
from funds.models import Voucher
from funds.queries.pages import names_of
from funds.queries.payments import Counted, category_choices, payments_for, read, rows_of, totals_of
from funds.sheets import payments_sheet
from projects import access
from projects.exports import check_many, exporting, said
from projects.models import Project
from projects.pages import Acting, Found, ProjectPage, RouteMixin
from ui.views import page_size
from workbooks.writer import xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Listing(Acting):
    """What both lists show."""

    export_name = ""

    def listing(self, project: Project | None = None) -> dict[str, Any]:
        user = self.actor
        names = names_for(user, project)
        form = search_of(self.request, names, project)
        rows = payments_for(user, form.asked(), project)
        totals = totals_of(rows)
        page = Counted(rows, page_size(self.request), totals).get_page(self.request.GET.get("page"))
        address = reverse(self.export_name, args=[project.pk] if project else [])
        return {
            "filter": form,
            "small_filter": search_of(self.request, names, project, auto_id="small_%s"),
            "page_obj": page,
            "vouchers": rows_of(page),
            "totals": totals,
            **exporting(user, totals.count, address, self.request.GET),
        }


def search_of(request: HttpRequest, names: Mapping[str, str], project: Project | None, **how: Any) -> PaymentSearch:
    return PaymentSearch(request.GET, names=names, one_project=project is not None, **how)


def names_for(user: User, project: Project | None) -> dict[str, str]:
    return names_of(project) if project else category_choices(user)


class Payments(Listing, ProjectPage):
    template_name = "funds/payments.html"
    export_name = "funds:payments_export"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may = access.allows(self.actor, self.project, Action.RECORD_VOUCHER)
        return super().get_context_data(may_record=may, **self.listing(self.project), **kwargs)


class AllPayments(Listing, RouteMixin, TemplateView):
    template_name = "funds/payments_all.html"
    export_name = "funds:all_payments_export"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**self.listing(), **kwargs)


def export(request: HttpRequest, view: Acting, project: Project | None) -> HttpResponse:
    """Exactly what the filter finds, all pages of it; what was taken out is written into the journal."""
    form = search_of(request, names_for(view.actor, project), project)
    rows = payments_for(view.actor, form.asked(), project)
    reason = check_many(view.actor, totals_of(rows).count, request.GET.get("reason", ""))
    found: list[Voucher] = read(rows)
    named = project.name if project else "全部项目"
    content = xlsx([payments_sheet(found, named, view.today, form.in_words())])
    digest, text = hashlib.sha256(content).hexdigest(), f"{named}，{len(found)} 行"
    record_access(
        "导出支出明细", actor=view.actor, on=view.today, text=said(text, reason),
        rows=len(found), sha256=digest, filter=form.in_words()[:200],
    )  # fmt: skip
    answer = HttpResponse(content, content_type=XLSX)
    filename = f"支出明细-{view.today}.xlsx"
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=filename)
    return answer


class PaymentsExport(Found, View):
    http_method_names = ["get"]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return export(request, self, self.project)


class AllPaymentsExport(RouteMixin, View):
    http_method_names = ["get"]

    def get(self, request: HttpRequest) -> HttpResponse:
        return export(request, self, None)
