"""Papers of no one project, printed and sent back: the acts of the page 报表打印, which lists them (reports)."""

import hashlib
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import View

from accounts.journal import record_access
from lifecycle.forms import ReasonForm
from lifecycle.forms.printing import KeyForm, ReturnPrintForm
from lifecycle.operations import province_printing as operations
from lifecycle.queries.province_printing import prints_told, reprint
from projects import access
from projects.exports import AsksReason, check_paper, said
from projects.models import PrintedPaper
from projects.pages import RouteMixin, as_download, route_action
from projects.queries import place_scans
from ui.download import kind_of, respond
from ui.views import ActionView, OperationView


class RegisterPlacePrint(RouteMixin, ActionView):
    """Back to the list as it was asked for, with the way to the file that bears the code."""

    form_class = KeyForm
    done = "已登记，可以打印"

    def run(self, data: dict[str, Any]) -> PrintedPaper:
        return operations.register_place_print(key=data["key"], actor=self.actor, on=self.today)

    def get_success_url(self) -> str:
        asked = [pair for pair in parse_qsl(urlsplit(self.get_repeat_url()).query) if pair[0] != "done"]
        return f"{reverse('reports:province_papers')}?{urlencode([*asked, ('done', self.result.pk)])}"


class ReturnPlacePrint(RouteMixin, OperationView):
    form_class = ReturnPrintForm
    template_name = "lifecycle/place_print_form.html"
    title, submit_label = "回传盖章件", "回传"
    success_name = "reports:province_papers"

    def run(self, data: dict[str, Any]) -> PrintedPaper:
        kept = operations.return_place_print(actor=self.actor, on=self.today, **data)
        current = kept.state == PrintedPaper.State.RETURNED
        self.done = f"{kept}的盖章件已回传" if current else f"{kept}已按旧版留存；现行内容请重新登记打印、盖章、回传"
        return kept


class VoidPlacePrint(RouteMixin, OperationView):
    form_class = ReasonForm
    template_name = "lifecycle/place_print_form.html"
    title, submit_label, done = "作废打印登记", "作废", "已作废，原校验码不再有效"
    success_name = "reports:province_papers"

    def load(self) -> None:
        if not access.may(self.actor, route_action(self.request)):  # load() comes before the door of the page
            raise PermissionDenied("您的角色不能办理此事项")
        self.printed = get_object_or_404(prints_told(self.actor), pk=self.kwargs["paper_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(printed=self.printed, **kwargs)

    def run(self, data: dict[str, Any]) -> PrintedPaper:
        return operations.void_place_print(self.printed.pk, actor=self.actor, on=self.today, **data)


class PlaceScan(RouteMixin, View):
    """Always as a download; checked against its hash, with a line in the journal."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, paper_id: int) -> HttpResponse:
        kept = get_object_or_404(place_scans(self.actor), about_id=paper_id)
        _, content = operations.download_scan(paper_id, actor=self.actor, on=self.today)
        return as_download(kept, content)


class Reprint(AsksReason, RouteMixin, View):
    """A registered print of the own area once more, with its code."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, paper_id: int) -> HttpResponse:
        kind = kind_of(request)
        printed = get_object_or_404(prints_told(self.actor), pk=paper_id)
        paper = reprint(printed, self.actor)
        reason = check_paper(self.actor, paper, request.GET.get("reason", ""))
        answer = respond(paper, kind)
        digest = hashlib.sha256(answer.content).hexdigest()
        told = said(f"{printed}，校验码 {printed.spelled}", reason)
        record_access("打印省级报表", actor=self.actor, on=self.today, text=told, rows=paper.lines, sha256=digest)
        return answer
