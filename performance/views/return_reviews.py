"""人社 and 财政 read a 季报包; 补件 is asked for and handed in."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from performance.forms.returns import MORE, MOST_ROWS, ROWS, AnswerPaperForm, AskPaperForm, ReviewReturnForm
from performance.models import PeriodReturn, ReturnAsk
from performance.operations import return_reviews as operations
from performance.queries.return_page import page_of
from performance.queries.returns import State
from performance.views.returns import OneReturn
from policy.findings import refuse
from projects.pages import ProjectOperation


class ReviewReturn(OneReturn, ProjectOperation):
    """What was sent in, and below it one line's word on it. `?rows=`: room for more remarks."""

    template_name = "performance/return_review.html"
    form_class = ReviewReturnForm
    title, submit_label, done = "审核季报包", "提交审核意见", "审核意见已记录"

    def load(self) -> None:
        super().load()
        if self.one.state != State.SUBMITTED:
            refuse("state", f"季报包现为“{self.one.get_state_display()}”，只有待审核的可以审核。")

    @property
    def rows(self) -> int:
        wanted = self.request.GET.get("rows", "")
        typed = sum(name.startswith("text-") for name in self.request.POST)
        asked = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) <= len(str(MOST_ROWS)) else ROWS
        return min(max(asked, typed, ROWS), MOST_ROWS)

    def get_form_kwargs(self) -> dict[str, Any]:
        indicators = self.one.sheet.indicators.all()
        return super().get_form_kwargs() | {"indicators": indicators, "rows": self.rows}

    def get_initial(self) -> dict[str, Any]:
        return {"seen": self.one.turn}

    def run(self, data: dict[str, Any]) -> PeriodReturn:
        return operations.review_return(*self.ids, actor=self.actor, on=self.today, **data)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        told = page_of(self.one, self.actor, on=self.today)
        more = min(self.rows + MORE, MOST_ROWS)
        return super().get_context_data(page=told, more=more if more > self.rows else 0, **kwargs)


class AskPaper(OneReturn, ProjectOperation):
    template_name = "performance/on_return.html"
    form_class = AskPaperForm
    title, submit_label, done = "要求补件", "发出", "补件要求已发出，季报包保留原位"

    def run(self, data: dict[str, Any]) -> ReturnAsk:
        return operations.ask_paper(*self.ids, actor=self.actor, on=self.today, **data)


class AnswerPaper(OneReturn, ProjectOperation):
    template_name = "performance/return_answer.html"
    form_class = AnswerPaperForm
    title, submit_label, done = "答复补件", "提交答复", "补件已答复"

    def load(self) -> None:
        super().load()
        rows = self.one.asks.select_related("asked_by", "office")
        self.ask: ReturnAsk = get_object_or_404(rows, pk=self.kwargs["return_ask_id"])
        if self.ask.answered_on and self.request.method != "POST":
            raise Http404

    def run(self, data: dict[str, Any]) -> ReturnAsk:
        return operations.answer_paper(*self.ids, self.ask.pk, actor=self.actor, on=self.today, **data)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(ask=self.ask, **kwargs)
