"""打印与回传: the forms of a project with their check codes, one file of several, the sealed scan, 材料册."""

import hashlib
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views import View

from accounts.journal import record_access
from accounts.roles import Action
from lifecycle import booklet
from lifecycle.forms import ReasonForm
from lifecycle.forms.printing import KeysForm, ReturnPrintForm
from lifecycle.operations import printing as operations
from lifecycle.queries.printing import STATES, built, offered, printables, prints_told, rows_of, void_prints
from papers import MIME, Paper, Printable
from projects import access
from projects.exports import AsksReason, check_paper, gave_out, said
from projects.models import PrintedPaper
from projects.pages import Found, ProjectAction, ProjectOperation, ProjectPage
from ui.download import KINDS, respond
from ui.parts import Tab
from ui.views import page_size

PRIVATE = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}


class Prints(ProjectPage):
    template_name = "lifecycle/prints.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found, state = printables(self.project, self.actor, self.today), self.request.GET.get("state", "")
        rows = rows_of(self.project, self.actor, found, self.today)
        counts = {value: sum(row.state == value for row in rows) for value in STATES}
        tabs = [Tab(f"全部 {len(rows)}", "?", state not in STATES)]
        tabs += [
            Tab(f"{STATES[one]} {n}", f"?state={one}", one == state) for one, n in counts.items() if n or one == state
        ]
        shown = [row for row in rows if row.state == state] if state in STATES else rows
        page = Paginator(shown, page_size(self.request)).get_page(self.request.GET.get("page"))
        just = set(self.request.GET.getlist("done"))
        told = {
            "page_obj": page,
            "tabs": tabs,
            "kinds": (("pdf", "PDF"), ("xlsx", "Excel"), ("docx", "Word")),
            "void": void_prints(self.project, self.actor, found),
            "just": [row for row in rows if row.key in just and row.printed],
            "registers": access.allows(self.actor, self.project, Action.REGISTER_PRINT),
        }
        return super().get_context_data(title="打印与回传", **told, **kwargs)


class RegisterPrints(ProjectAction):
    """From here to one PDF of all that was ticked."""

    form_class = KeysForm
    done = "已登记，可以打印"

    def run(self, data: dict[str, Any]) -> list[PrintedPaper]:
        return operations.register_prints(self.project.pk, keys=data["keys"], actor=self.actor, on=self.today)

    def get_success_url(self) -> str:
        page = reverse("lifecycle:prints", args=[self.project.pk])
        done = urlencode([("done", one.key) for one in self.result])
        return f"{page}?{done}"


class Chosen(AsksReason, Found, View):
    """Gives what this reader may print; the rest is a page that does not exist."""

    def chosen(self, *keys: str) -> list[Printable]:
        known = offered(self.project, self.actor, self.today, keys) if len(keys) <= operations.MOST else {}
        if not keys or any(key not in known for key in keys):
            raise Http404
        return [known[key] for key in dict.fromkeys(keys)]

    def note(self, papers: Iterable[Paper], reason: str, content: bytes) -> None:
        """Lists that leave the house leave a line each."""
        digest = hashlib.sha256(content).hexdigest()
        for one in papers:
            gave_out(one, reason, actor=self.actor, on=self.today, project_id=self.project.pk, sha256=digest)


class PrintFile(Chosen):
    """One form: with its check code where it is registered as it stands, else marked as a preview."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        kind = next((one for one in KINDS if one == kwargs["suffix"]), None)
        if kind is None:
            raise Http404
        ((one, paper),) = built(self.project, self.actor, self.chosen(kwargs["form_key"]), self.today)
        reason = check_paper(self.actor, paper, request.GET.get("reason", ""))
        answer = respond(paper, kind, f"{one.label}-{self.project.label}")
        self.note([paper], reason, answer.content)
        return answer


class PrintBatch(Chosen):
    """Several forms as one PDF, each a bookmark."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        keys = request.GET.getlist("key")
        if not keys:
            return redirect("lifecycle:prints", self.project.pk)
        papers = built(self.project, self.actor, self.chosen(*keys), self.today)
        reason = request.GET.get("reason", "")
        for _, paper in papers:
            check_paper(self.actor, paper, reason)
        made = booklet.batch(papers)
        self.note([paper for _, paper in papers], reason, made)
        name = content_disposition_header(as_attachment=False, filename=f"打印-{self.project.label}.pdf")
        return HttpResponse(made, content_type=MIME["pdf"], headers=PRIVATE | {"Content-Disposition": name or "inline"})


class Booklet(AsksReason, Found, View):
    """材料册. Whoever takes it out takes out every file in it: a line in the journal says so."""

    def get(self, request: HttpRequest, **kwargs: Any) -> StreamingHttpResponse:
        reason = request.GET.get("reason", "")
        volume = booklet.bound(self.project, self.actor, on=self.today, reason=reason)
        text = said(f"{self.project.label} 材料册，{volume.pages} 页", reason)
        record_access("导出材料册", actor=self.actor, on=self.today, text=text, project_id=self.project.pk)
        name = content_disposition_header(as_attachment=True, filename=f"材料册-{self.project.label}.pdf")
        headers = PRIVATE | {"Content-Disposition": name or "attachment"}
        return StreamingHttpResponse(volume, content_type=MIME["pdf"], headers=headers)


class ReturnPrint(ProjectOperation):
    form_class = ReturnPrintForm
    template_name = "lifecycle/print_return.html"
    title, submit_label = "回传盖章件", "回传"
    success_name = "lifecycle:prints"

    def run(self, data: dict[str, Any]) -> PrintedPaper:
        kept = operations.return_print(self.project.pk, actor=self.actor, on=self.today, **data)
        current = kept.state == PrintedPaper.State.RETURNED
        self.done = f"{kept}的盖章件已回传" if current else f"{kept}已按旧版留存；现行内容请重新登记打印、盖章、回传"
        return kept


class VoidPrint(ProjectOperation):
    form_class = ReasonForm
    template_name = "lifecycle/print_void.html"
    title, submit_label, done = "作废打印登记", "作废", "已作废，原校验码不再有效"
    success_name = "lifecycle:prints"

    def load(self) -> None:
        super().load()
        mine = prints_told(self.project, self.actor, printables(self.project, self.actor, self.today))
        self.printed: PrintedPaper = get_object_or_404(mine, pk=self.kwargs["print_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(printed=self.printed, **kwargs)

    def run(self, data: dict[str, Any]) -> PrintedPaper:
        return operations.void_print(self.project.pk, self.printed.pk, actor=self.actor, on=self.today, **data)
