"""会签稿 for the office's own OA, what comes back from it, and 更正 of a decision in force."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views import View

from accounts.journal import record_access
from lifecycle import countersign
from lifecycle.forms.changes import CorrectionAnswerForm, CorrectionForm, PaperForm
from lifecycle.operations import corrections
from lifecycle.operations import decisions as ops
from lifecycle.queries.served import visible_decisions
from papers import Kind
from projects.models import Decision
from projects.pages import RouteMixin
from projects.printed import footed, registered
from ui.download import kind_of, respond
from ui.views import OperationView


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

    def kind(self) -> Kind:
        return kind_of(self.request)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.load()
        kind, items = self.kind(), [countersign.payload_lines(item) for item in self.decision.items.all()]
        paper = countersign.layout(countersign.content(self.decision, items))
        printed = registered(f"countersign-{self.decision.pk}", paper, [row["item"].project for row in items])
        answer = respond(footed(paper, printed), kind)
        record_access(
            "导出会签稿", actor=self.actor, on=self.today, text=f"{self.decision.title} {self.decision.number}"
        )
        return answer


class DecisionSheet(DecisionPdf):
    """The same, for offices whose OA takes a table."""

    def kind(self) -> Kind:
        return "xlsx"


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
