"""截至日统计: the figures of any day as known on any day, compared with what is known today, line by line."""

import hashlib
from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode
from django.views.generic import TemplateView, View

from accounts.journal import record_access
from papers import MIME
from projects.exports import check_many, exporting, said
from projects.pages import RouteMixin
from reports.as_of import Picture, picture_of, sheets_of
from reports.forms import AsOfForm
from reports.register import GIVEN, places_for
from ui.views import page_size
from workbooks.writer import xlsx


class Asking(RouteMixin):
    @cached_property
    def form(self) -> AsOfForm:
        return AsOfForm(self.request.GET, places=places_for(self.actor), today=self.today)

    @cached_property
    def picture(self) -> Picture:
        return picture_of(self.actor, self.form.asked(), self.form.moment(), self.today)

    @property
    def lines(self) -> int:
        """How many rows of single facts a workbook of the page has: the late entries; the rest are sums."""
        return len(self.picture.late)


class AsOf(Asking, TemplateView):
    template_name = "reports/as_of.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        picture, asked = self.picture, self.form.asked()
        page = Paginator(picture.late, page_size(self.request)).get_page(self.request.GET.get("page"))
        shown = {
            "form": self.form,
            "small_form": AsOfForm(
                self.request.GET, places=places_for(self.actor), today=self.today, auto_id="small_%s"
            ),
            **exporting(self.actor, self.lines, reverse("reports:as_of_export"), self.request.GET),
            "places": [(place, self.register(asked, place.path)) for place in picture.places],
        }
        return super().get_context_data(picture=picture, page_obj=page, today=self.today, **shown, **kwargs)

    def register(self, asked: dict[str, Any], path: str) -> str:
        query = urlencode({"stage": GIVEN, **asked, "place": path})
        return f"{reverse('reports:projects')}?{query}"


class AsOfExport(Asking, View):
    """The three tables of the page, all rows of each."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest) -> HttpResponse:
        reason = check_many(self.actor, self.lines, request.GET.get("reason", ""))
        sheets = sheets_of(self.picture, self.form.in_words())
        content, rows = xlsx(sheets), sum(len(tuple(sheet.rows)) for sheet in sheets)
        record_access(
            "导出截至日统计", actor=self.actor, on=self.today, rows=rows,
            text=said(f"截至 {self.picture.at.on}，{rows} 行", reason), sha256=hashlib.sha256(content).hexdigest(),
            filter=self.form.in_words()[:200],
        )  # fmt: skip
        answer = HttpResponse(content, content_type=MIME["xlsx"])
        name = f"截至日统计-{self.picture.at.on}.xlsx"
        answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
        answer["Cache-Control"] = "no-store"
        return answer
