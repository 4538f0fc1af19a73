"""F07 and F08 for the dates of the ledger page, to look at. What is registered, sealed and sent back: 打印与回传."""

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.generic import View

from funds.forms.payments import LedgerDates
from funds.papers import income_and_spending, list_of_payments
from papers import Paper
from projects.exports import AsksReason, check_paper, gave_out
from projects.pages import Found
from projects.printed import footed
from ui.download import kind_of, respond


class FormPrint(AsksReason, Found, View):
    """Every payment of a project taken out at once is written into the journal, as any export."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        kind, paper = kind_of(request), self.paper(LedgerDates(request.GET, today=self.today))
        reason = check_paper(self.actor, paper, request.GET.get("reason", ""))
        answer = respond(footed(paper, None), kind)
        digest = hashlib.sha256(answer.content).hexdigest()
        gave_out(paper, reason, actor=self.actor, on=self.today, project_id=self.project.pk, sha256=digest)
        return answer

    def paper(self, dates: LedgerDates) -> Paper:
        raise NotImplementedError


class IncomeAndSpending(FormPrint):
    def paper(self, dates: LedgerDates) -> Paper:
        on, known = dates.dates()
        return income_and_spending(self.project, on, known, dates.period(), told=known != self.today)


class ListOfPayments(FormPrint):
    def paper(self, dates: LedgerDates) -> Paper:
        on, known = dates.dates()
        return list_of_payments(self.project, self.actor, on, known, told=known != self.today)
