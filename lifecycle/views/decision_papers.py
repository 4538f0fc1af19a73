"""会签稿 for the office's own OA, what comes back from it, and 更正 of a decision in force."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views import View

from accounts.journal import record_access
from lifecycle import countersign
from lifecycle.forms.changes import CorrectionAnswerForm, CorrectionForm, PaperForm
from lifecycle.operations import corrections
from lifecycle.operations import decisions as ops
from lifecycle.queries import visible_decisions
from lifecycle.views.decisions import payload_lines
from projects.models import Decision
from projects.pages import RouteMixin
from ui.views import OperationView

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class OfDecision(RouteMixin):
    """Gives `self.decision`, in reach."""

    kwargs: dict[str, Any]

    def load(self) -> None:
        self.decision: Decision = get_object_or_404(visible_decisions(self.actor), pk=self.kwargs["pk"])

    def get_success_url(self) -> str:
        return reverse("lifecycle:decision", args=[self.decision.pk])

    get_cancel_url = get_success_url


class DecisionPdf(OfDecision, View):
    """A4 with signature lines; a draft mark lies under it until both signatures stand."""

    kind, form = "pdf", "application/pdf"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.load()
        items = [payload_lines(item) for item in self.decision.items.all()]
        told = countersign.content(self.decision, items)
        body = countersign.pdf(told) if self.kind == "pdf" else countersign.workbook(told)
        record_access(
            "导出会签稿", actor=self.actor, on=self.today, text=f"{self.decision.title} {self.decision.number}"
        )
        name = content_disposition_header(as_attachment=True, filename=f"会签稿-{self.decision.number}.{self.kind}")
        return HttpResponse(body, content_type=self.form, headers={"Content-Disposition": name or "attachment"})


class DecisionSheet(DecisionPdf):
    kind, form = "xlsx", XLSX


class RegisterPaper(OfDecision, OperationView):
    template_name = "lifecycle/decision_form.html"
    form_class = PaperForm
    title, submit_label, done = "登记签署件", "登记", "签署件已登记，请两厅负责人在本系统确认签署"

    def run(self, data: dict[str, Any]) -> Any:
        return ops.register_paper(self.decision.pk, **data, actor=self.actor, on=self.today)

    def get_initial(self) -> dict[str, Any]:
        return {"number": self.decision.number, "dated_on": self.decision.dated_on}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(decision=self.decision, **kwargs)


class NewCorrection(OfDecision, OperationView):
    template_name = "lifecycle/decision_form.html"
    form_class = CorrectionForm
    title, submit_label, done = "提出决定更正", "提出更正", "已提出更正，等待一位负责人确认"

    def run(self, data: dict[str, Any]) -> Any:
        return corrections.propose_correction(self.decision.pk, **data, actor=self.actor, on=self.today)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(decision=self.decision, **kwargs)


class AnswerCorrection(OfDecision, OperationView):
    template_name = "lifecycle/decision_form.html"
    form_class = CorrectionAnswerForm
    title, submit_label, done = "答复决定更正", "提交", "已答复更正"

    def load(self) -> None:
        super().load()
        self.correction = get_object_or_404(self.decision.corrections, pk=self.kwargs["correction_id"])

    def run(self, data: dict[str, Any]) -> Any:
        return corrections.answer_correction(
            self.decision.pk, self.correction.pk, **data, actor=self.actor, on=self.today
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(decision=self.decision, correction=self.correction, **kwargs)
