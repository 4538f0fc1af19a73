"""The papers of law: the order, the notice, the decision, and the 送达回证 that goes with each."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views import View

from lifecycle import prints
from lifecycle.queries.served import readable_items, visible_decisions
from projects.models import Decision, DecisionItem
from projects.pages import Found
from projects.printed import shown
from ui.download import kind_of, respond


class Paper(Found, View):
    """A draft shows its mark; a unit has a paper only once it was served on it."""

    receipt = False
    decision: Decision

    def load(self) -> None:
        super().load()
        items = readable_items(self.actor).filter(project=self.project).exclude(state=DecisionItem.State.LEFT_OUT)
        found = visible_decisions(self.actor).filter(pk__in=items.values("decision"))
        self.decision = get_object_or_404(found, pk=self.kwargs["decision_id"], kind__in=prints.FORMS)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        kind = kind_of(request)
        key = f"{'receipt' if self.receipt else prints.form_of(self.decision)}-{self.decision.pk}"
        return respond(
            shown(self.project, key, prints.paper_of(self.project, self.decision, receipt=self.receipt)), kind
        )


class Receipt(Paper):
    """送达回证, to be signed by hand and registered as a scan."""

    receipt = True
