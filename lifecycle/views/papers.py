"""The papers of law as PDF: the order, the notice, the decision, and the 送达回证 that goes with each."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views import View

from lifecycle import prints
from lifecycle.models import Service
from lifecycle.queries import visible_decisions
from projects import access
from projects.models import Decision, DecisionItem
from projects.pages import Found


class Paper(Found, View):
    """A draft shows its mark; a unit has a paper only once it was served on it."""

    receipt = False
    decision: Decision

    def load(self) -> None:
        super().load()
        items = DecisionItem.objects.filter(project=self.project).exclude(state=DecisionItem.State.LEFT_OUT)
        found = visible_decisions(self.actor).filter(pk__in=items.values("decision"))
        self.decision = get_object_or_404(found, pk=self.kwargs["decision_id"], kind__in=prints.FORMS)
        served = Service.objects.filter(project=self.project, decision=self.decision)
        if access.is_unit(self.actor) and not served.exists():
            raise Http404

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        made = prints.pdf(self.project, self.decision, receipt=self.receipt)
        title = prints.TITLES["receipt" if self.receipt else prints.form_of(self.decision)]
        name = f"{title}-{self.project.label}.pdf"
        headers = {
            "Content-Disposition": content_disposition_header(as_attachment=False, filename=name) or "inline",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        }
        return HttpResponse(made, content_type="application/pdf", headers=headers)


class Receipt(Paper):
    """送达回证, to be signed by hand and registered as a scan."""

    receipt = True
