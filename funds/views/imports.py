"""导入支出: template out, workbook in, findings and preview, confirmation, what became of each row."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import content_disposition_header

from funds import operations
from funds.forms.imports import PaymentFileForm
from funds.importing import PaymentList, mend_sheets, template_sheets
from funds.models import PaymentImport
from funds.queries.expected_flags import expected_flags
from funds.queries.imports import around_of, imports_of, read_import
from funds.queries.pages import SOURCES, names_of
from funds.rules.flags import Suspicion
from funds.views.payments import XLSX
from policy.terms import VoucherState
from projects.models import Project
from projects.pages import Acting, Found, ProjectConfirm, ProjectOperation, ProjectPage
from projects.views import LEVELS
from ui.views import page_size
from workbooks.findings import grouped
from workbooks.writer import Sheet, xlsx

EARLIER = 10  # uploads listed below the form
ORDER = list(LEVELS)  # errors first
COUNTED_ROWS = 500  # up to this long, a file is looked through for 疑点 as a whole
LISTED = 200  # refused rows on the result page; the workbook has them all


def download(sheets: list[Sheet], filename: str) -> HttpResponse:
    answer = HttpResponse(xlsx(sheets), content_type=XLSX)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=filename)
    return answer


class PaymentTemplate(Found):
    def get(self, request: HttpRequest, project_id: int) -> HttpResponse:
        project = self.project
        sheets = template_sheets(around_of(project, self.today), project=project.name, unit=project.organisation.name)
        return download(sheets, f"支出明细模板-{project.label}.xlsx")


class ImportPayments(ProjectOperation):
    template_name = "funds/import.html"
    form_class = PaymentFileForm
    title, submit_label, done = "导入支出", "上传并检查", "已读取，请核对后确认"
    result: PaymentImport

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        earlier = imports_of(self.project, self.actor).defer("content", "refused")[:EARLIER]
        return super().get_context_data(earlier=earlier, **kwargs)

    def get_cancel_url(self) -> str:
        return reverse("funds:payments", args=[self.project.pk])

    def run(self, data: dict[str, Any]) -> PaymentImport:
        file = data["file"]
        return operations.upload_payments(
            self.project.pk, actor=self.actor, on=self.today, name=file.name, content=file.read()
        )

    def get_success_url(self) -> str:
        return reverse("funds:import_preview", args=[self.project.pk, self.result.pk])


class OneImport(Acting):
    """Gives `self.kept`, an upload of the person who looks."""

    project: Project
    request: HttpRequest
    kwargs: dict[str, Any]

    def load(self) -> None:
        super().load()  # type: ignore[misc]
        self.kept = get_object_or_404(imports_of(self.project, self.actor), pk=self.kwargs["import_id"])

    def read(self) -> PaymentList:
        return read_import(self.kept, self.project, self.today)


class ImportPreview(OneImport, ProjectConfirm):
    template_name = "funds/import_preview.html"
    title, submit_label, done = "核对支出", "确认登记", "支出已登记为草稿"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found, names = self.read(), names_of(self.project)
        page = Paginator(found.lines, page_size(self.request)).get_page(self.request.GET.get("page"))
        sums = [(names.get(code, code), SOURCES[source], *rest) for code, source, *rest in found.sums()]
        same = imports_of(self.project, self.actor).filter(sha256=self.kept.sha256, committed_at__isnull=False)
        groups = [(*LEVELS[group.level], group) for group in grouped(found.findings)]
        flags, note = self.flags(found, page)
        told = {
            "kept": self.kept,
            "found": found,
            "page_obj": page,
            "lines": [
                (line, names.get(line.entry["category"], ""), SOURCES.get(line.entry["source"], ""), raised)
                for line, raised in zip(page, flags[page.start_index() - 1 :], strict=False)
            ],
            "flagged_note": note,
            "sums": sums,
            "fits": found.total - sum(line.entry["amount"] for line in found.outside),
            "standing": len(found.lines) - len(found.ready) - len(found.refused),
            "groups": sorted(groups, key=lambda group: ORDER.index(group[2].level)),
            "same": same.exclude(pk=self.kept.pk).defer("content").first(),
        }
        return super().get_context_data(**kwargs) | told

    def flags(self, found: PaymentList, page: Page) -> tuple[list[list[Suspicion]], str]:
        """Of every row with their number; of a long file those of the page that is shown."""
        if len(found.lines) > COUNTED_ROWS:
            shown = range(page.start_index() - 1, page.end_index())
            return expected_flags(found, self.project, self.today, shown), "预计疑点逐页列出"
        flags = expected_flags(found, self.project, self.today)
        flagged = sum(map(bool, flags))
        return flags, f"其中 {flagged} 笔预计有疑点" if flagged else "预计没有疑点"

    def get_cancel_url(self) -> str:
        return reverse("funds:payments_import", args=[self.project.pk])

    def run(self, data: dict[str, Any]) -> PaymentImport:
        return operations.confirm_payments(self.project.pk, self.kept.pk, actor=self.actor, on=self.today)

    def get_success_url(self) -> str:
        return reverse("funds:import_done", args=[self.project.pk, self.kept.pk])


class ImportDone(OneImport, ProjectPage):
    """What became of each row, and what comes next."""

    template_name = "funds/import_done.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        payments = reverse("funds:payments", args=[self.project.pk])
        return super().get_context_data(
            kept=self.kept,
            refused=self.kept.refused[:LISTED],
            listed=LISTED,
            drafts_url=f"{payments}?state={VoucherState.DRAFT}",
            **kwargs,
        )


class ImportFindings(OneImport, Found):
    """The rows to mend, as typed, and every finding."""

    def get(self, request: HttpRequest, project_id: int, import_id: int) -> HttpResponse:
        return download(mend_sheets(self.read()), f"支出检查结果-{self.kept.pk}.xlsx")
