"""问题台账 over every project in reach, and the same as a workbook."""

import hashlib
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.generic import TemplateView, View

from accounts.journal import record_access
from accounts.models import User
from accounts.roles import Action
from lifecycle.forms.problems import ProblemFilter
from lifecycle.problem_lines import line_of, register_sheet
from lifecycle.queries import problems as queries
from policy.findings import refuse
from projects import access
from projects.pages import Acting, RouteMixin
from ui.views import page_size
from workbooks.writer import xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FEW = 1000  # permissions.json, report: bulk export > 1,000 rows


class Asked(Acting):
    def filter(self) -> ProblemFilter:
        return ProblemFilter(self.request.GET, places=queries.places_for(self.actor))


class AllProblems(Asked, RouteMixin, TemplateView):
    template_name = "lifecycle/problems_all.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form, every = self.filter(), queries.problems_for(self.actor)
        asked = form.asked()
        found = every.filter(queries.chosen(asked, self.today))
        page = Paginator(found, page_size(self.request)).get_page(self.request.GET.get("page"))
        query = self.request.GET.copy()
        query.pop("page", None)
        return super().get_context_data(
            filter=form,
            page_obj=page,
            lines=[line_of(row, self.actor, self.today) for row in page.object_list],
            counts=queries.counts_of(every.filter(queries.chosen({**asked, "state": "all"}, self.today)), self.today),
            export_url=f"{reverse('lifecycle:problems_export')}?{query.urlencode()}",
            many=page.paginator.count > FEW,
            may_export_many=access.may(self.actor, Action.EXPORT_MANY),
            on=self.today,
            **kwargs,
        )


class ProblemsExport(Asked, RouteMixin, View):
    """Exactly what the filter finds, all pages of it; what was taken out is written into the journal."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest) -> HttpResponse:
        form = self.filter()
        found = list(queries.problems_for(self.actor).filter(queries.chosen(form.asked(), self.today)))
        _check_many(self.actor, len(found))
        lines = [line_of(row, self.actor, self.today) for row in found]
        content = xlsx([register_sheet(lines, self.today, form.in_words())])
        record_access(
            "导出问题台账", actor=self.actor, on=self.today, text=f"问题台账，{len(found)} 行", rows=len(found),
            sha256=hashlib.sha256(content).hexdigest(), filter=form.in_words()[:200],
        )  # fmt: skip
        answer = HttpResponse(content, content_type=XLSX)
        name = f"问题台账-{self.today}.xlsx"
        answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
        return answer


def _check_many(user: User, count: int) -> None:
    if count > FEW and not access.may(user, Action.EXPORT_MANY):
        said = f"符合条件的有 {count} 行，一次导出超过 {FEW} 行须由省人社经办、省财政经办或审计办理。请缩小查询条件后再导出。"
        refuse("many", said, "权限表：批量导出")
