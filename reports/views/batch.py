"""批量打印: choose a form for the projects that a filter leaves; the worker makes one PDF of them."""

from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.generic import View

from accounts.journal import record_access
from papers import MIME, safe_name
from policy.findings import refuse
from projects.pages import RouteMixin
from reports.batch.kept import KEPT, PATIENCE, ask, batches_for, is_whole, printable_in, still_reaches
from reports.forms import BatchForm, RegisterForm
from reports.models import BatchPrint
from reports.register import places_for, projects_in
from ui.views import OperationView, page_size

BROKEN = "这份文件与生成时登记的摘要不符，不能下载。请再打印一次。"
GONE = "其中有项目已不在您的查看范围内，不能下载。请按现在的范围再打印一次。"


class Batches(RouteMixin, OperationView):
    """The address holds the filter of 项目台账, on the way back too."""

    template_name = "reports/batch.html"
    form_class = BatchForm
    title, submit_label, done = "批量打印", "打印", "已开始打印，完成后列在下表"

    @cached_property
    def filter(self) -> RegisterForm:
        places = places_for(self.actor)
        return RegisterForm(self.request.GET, places=places if len(places) > 1 else [], today=self.today)

    def chosen(self) -> Any:
        return projects_in(self.actor, self.filter.asked(), self.today)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        rows = batches_for(self.actor, now)
        page = Paginator(rows, page_size(self.request)).get_page(self.request.GET.get("page"))
        waiting = [one.pk for one in page if one.made_at is None and not one.failure and one.asked_at > now - PATIENCE]
        shown = {
            "filter": self.filter,
            "count": printable_in(self.actor, self.chosen()).count(),
            "page_obj": page,
            "waiting": waiting,
            "kept_days": KEPT.days,
        }
        return super().get_context_data(**shown, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = super().get(request, *args, **kwargs)
        if getattr(answer, "context_data", None) and answer.context_data["waiting"]:  # type: ignore[attr-defined]
            answer["Refresh"] = "5"
        return answer

    def run(self, data: dict[str, Any]) -> BatchPrint:
        scope, now = self.filter.in_words(), timezone.now()
        return ask(self.actor, self.chosen(), **data, scope=scope, on=self.today, now=now)

    def get_success_url(self) -> str:
        return self.request.get_full_path()

    def get_cancel_url(self) -> str:
        return reverse("reports:projects")


class BatchFile(RouteMixin, View):
    """One's own, as it was made, while one may still print all of it; who took it stands in the journal."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, print_job_id: int) -> HttpResponse:
        found = batches_for(self.actor, timezone.now()).filter(made_at__isnull=False).defer(None)
        batch = get_object_or_404(found, pk=print_job_id)
        if not is_whole(batch):
            refuse("digest", BROKEN)
        if not still_reaches(self.actor, batch):
            refuse("reach", GONE)
        told = f"{batch}：{batch.result}"
        record_access("下载批量打印", actor=self.actor, on=self.today, text=told, sha256=batch.sha256)
        name = f"批量打印-{safe_name(batch.title)}-{batch.on}-{batch.pk}.pdf"
        headers = {
            "Content-Disposition": content_disposition_header(as_attachment=False, filename=name) or "inline",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        }
        return HttpResponse(bytes(batch.content), content_type=MIME["pdf"], headers=headers)
