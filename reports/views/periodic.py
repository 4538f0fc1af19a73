"""定期报告: those that are kept, one more now, the files with their digest; 情况汇报 of this day."""

import hashlib
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.generic import TemplateView, View

from accounts.journal import record_access
from accounts.models import Node
from papers import MIME
from policy.findings import refuse
from projects import access
from projects.pages import Acting, RouteMixin
from reports.forms import BriefForm, PeriodicForm
from reports.models import PeriodicFile
from reports.periodic.brief import brief_of, layout
from reports.periodic.kept import PATIENCE, ask, first_year, is_whole, places_for, reports_for
from reports.periodic.periods import offered, period_of
from ui.download import kind_of, respond
from ui.views import ActionView, page_size

MAKE = "periodic report 定期报告:make"
BROKEN = "这份文件与生成时登记的摘要不符，不能下载。请系统管理员从备份取回原件；也可以再生成一个新的版次。"


class Asked(Acting):
    def make_form(self, data: Any = None, **kwargs: Any) -> PeriodicForm:
        periods = offered(self.today, first_year(self.today))
        return PeriodicForm(data, places=places_for(self.actor), periods=list(periods), **kwargs)


class Periodic(Asked, RouteMixin, TemplateView):
    template_name = "reports/periodic.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = reports_for(self.actor)
        page = Paginator(rows, page_size(self.request)).get_page(self.request.GET.get("page"))
        patient = timezone.now() - PATIENCE
        waits = [one for one in page if one.made_on is None and not one.failure and one.asked_at > patient]
        shown = {
            "page_obj": page,
            "waiting": [one.pk for one in waits],
            "may_make": access.may(self.actor, MAKE),
            "form": self.make_form(),
            "places": places_for(self.actor),
            "brief_form": BriefForm(self.request.GET, today=self.today),
            "on": self.today,
        }
        return super().get_context_data(**shown, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        context = self.get_context_data(**kwargs)
        answer = self.render_to_response(context)
        if context["waiting"]:
            answer["Refresh"] = "5"
        return answer


class Make(Asked, RouteMixin, ActionView):
    """One more version, drawn and written by the task worker."""

    done = "已开始生成，完成后列在下表；图表较多，需要半分钟左右"
    success_url = "/reports/periodic/"

    def form_class(self, data: Any, files: Any) -> forms.Form:  # type: ignore[override]
        return self.make_form(data)

    def run(self, data: dict[str, Any]) -> Any:
        period = period_of(data["period"])
        assert period is not None  # noqa: S101 - the form offers no other
        place = get_object_or_404(Node, pk=data["place"])
        return ask(place, period, by=self.actor, now=timezone.now())


class Download(RouteMixin, View):
    """The bytes that were made, if they still are; who took them stands in the journal."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, report_id: int, suffix: str) -> HttpResponse:
        report = get_object_or_404(reports_for(self.actor), pk=report_id)
        file = get_object_or_404(PeriodicFile, report=report, kind=suffix)
        if not is_whole(file):
            refuse("digest", BROKEN)
        told = f"{report.place.name}{report}，{file.name}"
        record_access("下载定期报告", actor=self.actor, on=self.today, text=told, sha256=file.sha256)
        headers = {
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=file.name) or "attachment",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        }
        return HttpResponse(bytes(file.content), content_type=MIME[file.kind], headers=headers)


class BriefPaper(RouteMixin, View):
    """Of the reader's own area, or of one place inside it; of today, or of a day gone by as it is known on a day."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest) -> HttpResponse:
        kind, places = kind_of(request), places_for(self.actor)
        wanted = request.GET.get("place", "")
        place = next((one for one in places if not wanted or str(one.pk) == wanted), None)
        form = BriefForm(request.GET, today=self.today)
        if place is None or kind == "xlsx":
            raise Http404
        if not form.is_valid():
            refuse("on", "；".join(str(text) for texts in form.errors.values() for text in texts))
        at = form.moment()
        answer = respond(layout(brief_of(place, at.on, self.today, at.known)), kind)
        digest = hashlib.sha256(answer.content).hexdigest()
        told = f"{place.name}，截至 {at.on}" + (f"，按 {at.known} 所知" if at.known != self.today else "")
        record_access("导出情况汇报", actor=self.actor, on=self.today, text=told, sha256=digest)
        return answer
