"""问题台账 over every project in reach, and the same as a workbook."""

import hashlib
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.generic import TemplateView, View

from accounts.journal import record_access
from lifecycle.forms.problems import ProblemFilter
from lifecycle.problem_lines import lines_of, register_sheet
from lifecycle.queries import problems as queries
from projects.exports import check_many, exporting, said
from projects.pages import Acting, RouteMixin
from ui.views import page_size
from workbooks.writer import xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Asked(Acting):
    def filter(self) -> ProblemFilter:
        return ProblemFilter(self.request.GET, places=queries.places_for(self.actor)).shortened()


class AllProblems(Asked, RouteMixin, TemplateView):
    template_name = "lifecycle/problems_all.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form, every = self.filter(), queries.problems_for(self.actor)
        asked = form.asked()
        found = every.filter(queries.chosen(asked, self.today))
        page = Paginator(found, page_size(self.request)).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            filter=form,
            past=f"截至 {asked['on']}" if asked.get("on") else "",
            page_obj=page,
            lines=lines_of(page.object_list, self.actor, self.today),
            counts=queries.counts_of(every.filter(queries.chosen({**asked, "state": "all"}, self.today)), self.today),
            on=self.today,
            **exporting(self.actor, page.paginator.count, reverse("lifecycle:problems_export"), self.request.GET),
            **kwargs,
        )


class ProblemsExport(Asked, RouteMixin, View):
    """Exactly what the filter finds, all pages of it; what was taken out is written into the journal."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest) -> HttpResponse:
        form = self.filter()
        found = list(queries.problems_for(self.actor).filter(queries.chosen(form.asked(), self.today)))
        reason = check_many(self.actor, len(found), request.GET.get("reason", ""))
        lines = lines_of(found, self.actor, self.today)
        content = xlsx([register_sheet(lines, self.today, form.in_words())])
        record_access(
            "导出问题台账", actor=self.actor, on=self.today, text=said(f"问题台账，{len(found)} 行", reason), rows=len(found),
            sha256=hashlib.sha256(content).hexdigest(), filter=form.in_words()[:200],
        )  # fmt: skip
        answer = HttpResponse(content, content_type=XLSX)
        name = f"问题台账-{self.today}.xlsx"
        answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
        return answer
