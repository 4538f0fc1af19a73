"""验收申请书 (F10) and 验收和绩效评估意见书 (F11) as PDF."""

from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.views.generic import View

from lifecycle import acceptance_prints as prints
from lifecycle.queries import acceptance_of
from policy.findings import refuse
from policy.terms import Stage
from projects import access
from projects.pages import Found


class F10(Found, View):
    """As applied; before that a draft of what the unit has until now."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return _pdf(prints.application_pdf(self.project, acceptance_of(self.project), on=self.today), "F10", self)


class F11(Found, View):
    """The offices read the draft; the unit what was decided."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        acceptance = acceptance_of(self.project)
        if acceptance is None:
            raise Http404
        if access.is_unit(self.actor) and self.project.stage == Stage.IN_ACCEPTANCE:
            refuse("waits", "验收结论生效后可以打印意见书。", "通知 六（一）")
        return _pdf(prints.opinion_pdf(self.project, acceptance, reader=self.actor, on=self.today), "F11", self)


def _pdf(made: bytes, form: str, view: Found) -> HttpResponse:
    name = f"{form}-{view.project.label}.pdf"
    headers = {"Content-Disposition": f"inline; filename*=UTF-8''{quote(name)}", "Cache-Control": "no-store"}
    return HttpResponse(made, content_type="application/pdf", headers=headers)
