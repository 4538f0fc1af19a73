"""催报电话: what was said when, under the return it was about."""

from typing import Any

from django.urls import reverse

from performance.forms.milestones import CallForm
from performance.models import ChaseCall
from performance.operations.progress import record_call
from performance.views.returns import OneReturn
from projects.pages import ProjectOperation


class RecordCall(OneReturn, ProjectOperation):
    form_class = CallForm
    template_name = "performance/call.html"
    title, submit_label, done = "登记催报电话", "登记", "通话已登记"

    def run(self, data: dict[str, Any]) -> ChaseCall:
        return record_call(*self.ids, actor=self.actor, on=self.today, **data)

    def get_success_url(self) -> str:
        return reverse("performance:chase", args=[self.one.round_id])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        calls = ChaseCall.objects.filter(period_return=self.one).select_related("by", "office")
        return super().get_context_data(calls=calls, **kwargs)
