"""验收申请书 (F10) and 验收和绩效评估意见书 (F11) as PDF, workbook or Word document."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.generic import View

from lifecycle import acceptance_prints as prints
from lifecycle.papers import application_key, current_application
from lifecycle.queries import acceptance_of
from lifecycle.queries.served import holds_back
from lifecycle.queries.told import results_wait
from policy.findings import refuse
from projects.pages import Found
from projects.printed import shown
from ui.download import kind_of, respond


class F10(Found, View):
    """As applied; before that a draft of what the unit has until now."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if holds_back(self.actor, self.project):
            refuse("waits", "两厅文书正在送达，送达后可以打印申请书。", "通知 六（一）")
        kind, acceptance = kind_of(request), current_application(self.project)
        paper = prints.application_paper(self.project, acceptance, on=self.today)
        return respond(shown(self.project, application_key(self.project, acceptance), paper), kind)


class F11(Found, View):
    """The offices read the draft; the unit what was decided."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        acceptance = acceptance_of(self.project)
        if acceptance is None:
            raise Http404
        if results_wait(self.actor, self.project):
            refuse("waits", "验收结论生效并送达后可以打印意见书。", "通知 六（一）")
        kind = kind_of(request)
        paper = prints.opinion_paper(self.project, acceptance, reader=self.actor, on=self.today)
        return respond(shown(self.project, f"F11-{acceptance.round}", paper), kind)
