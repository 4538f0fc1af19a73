"""双监控 of a 季报包: lights and forecasts to read, the columns of F04 to fill in, the form to print."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views import View

from accounts.roles import Action
from performance import f04, papers
from performance.forms.monitoring import OutlookForm
from performance.operations.monitoring import save_outlook
from performance.queries.monitoring import MonitorRow, monitoring_of, outlook_findings, outlook_version
from performance.queries.returns import WITH_UNIT
from performance.views.autosave import Autosave
from performance.views.readings import OneReturn
from policy.findings import refuse
from policy.terms import Light
from projects import access
from projects.pages import Found, ProjectOperation, ProjectPage
from projects.printed import shown
from ui.download import kind_of, respond

PAGE = "performance:monitoring"


class OfReturn(OneReturn):
    """What is with the unit is a draft: the offices see it once it is sent in."""

    @property
    def mine(self) -> bool:
        return access.allows(self.actor, self.project, Action.EDIT_RETURN)

    @property
    def hidden(self) -> bool:
        return self.one.state in WITH_UNIT and not self.mine

    def get_success_url(self) -> str:
        return reverse(PAGE, args=[self.project.pk, self.one.pk])

    def get_cancel_url(self) -> str:
        return self.get_success_url()


class MonitoringPage(OfReturn, ProjectPage):
    template_name = "performance/monitoring.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        monitoring = None if self.hidden else monitoring_of(self.one, known=self.today)
        rows = list(monitoring.rows) if monitoring else []
        return super().get_context_data(
            one=self.one,
            monitoring=monitoring,
            hidden=self.hidden,
            lights=counted(rows),
            lines=[(row, f04.done_text(row)) for row in rows],
            findings=[] if self.hidden else outlook_findings(self.one, tuple(row.row for row in rows)),
            unfilled="报送前须填完可能性；不是“确定能”的，须有原因和措施。",
            may_edit=self.mine and self.one.state in WITH_UNIT and self.one.round.monitoring and not self.one.zero,
            **kwargs,
        )


def counted(rows: Iterable[MonitorRow]) -> list[tuple[str, str, int]]:
    """Lights with their words and numbers, the worst first; only those there are."""
    found: dict[Light, list[MonitorRow]] = {}
    for row in rows:
        found.setdefault(row.signal.light, []).append(row)
    return [(light.label, found[light][0].tone, len(found[light])) for light in Light if light in found]


class EditOutlook(Autosave, OfReturn, ProjectOperation):
    form_class = OutlookForm
    template_name = "performance/monitoring_edit.html"
    title, submit_label, done = "填写监控表", "暂存", "已暂存"

    def load(self) -> None:
        super().load()
        if self.one.state not in WITH_UNIT:
            refuse("state", f"季报包现为“{self.one.get_state_display()}”，不能填写监控表；退回补正后可以修改。")
        if not self.one.round.monitoring:
            refuse("round", "本轮次不要求填写绩效监控表（F04）。")
        self.monitoring = monitoring_of(self.one, known=self.today)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"monitoring": self.monitoring, "version": outlook_version(self.one)}

    def run(self, data: dict[str, Any]) -> None:
        typed = {"rows": data["rows"], "seen": data["seen"]}
        save_outlook(self.project.pk, self.one.pk, actor=self.actor, on=self.today, **typed)

    def kept(self, found: None) -> tuple[str, str]:
        left = len(outlook_findings(self.one))
        text = f"已于 {timezone.localtime():%H:%M} 自动暂存，报送前还需填写 {left} 处"
        return text, outlook_version(self.one)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = tuple(row.row for row in self.monitoring.rows)
        shown = {"one": self.one, "monitoring": self.monitoring, "findings": outlook_findings(self.one, rows)}
        return super().get_context_data(**shown, **kwargs)


class PrintMonitoring(OfReturn, Found, View):
    """F04."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if self.hidden:
            refuse("draft", "季报包还在单位填报，报送后可以打印绩效监控表。")
        paper = papers.monitoring(self.one, self.today)
        return respond(shown(self.project, f"F04-{self.one.pk}", paper), kind_of(request))
