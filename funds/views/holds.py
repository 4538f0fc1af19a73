"""资金暂停: asking for it and answering; placing and lifting are joint decisions of lifecycle."""

from typing import Any

from django.shortcuts import get_object_or_404

from funds import operations
from funds.forms import DeclineForm, HoldRequestForm
from funds.models import HoldRequest
from funds.views.money_in import MoneyInOperation


class RequestHold(MoneyInOperation):
    """While a hold stands, what is asked for is its end."""

    form_class = HoldRequestForm
    submit_label = "提出建议"

    def load(self) -> None:
        super().load()
        self.lifts = self.project.holds.filter(lifted_on=None).exists()
        word = "恢复" if self.lifts else "暂停"
        self.title, self.done = f"建议{word}资金", f"{word}资金的建议已提出，待省级处理"

    def run(self, data: dict[str, Any]) -> HoldRequest:
        return operations.request_hold(self.project.pk, actor=self.actor, lifts=self.lifts, on=self.today, **data)


class DeclineHold(MoneyInOperation):
    form_class = DeclineForm
    title, submit_label, done = "答复暂停建议", "不采纳", "已答复"

    def load(self) -> None:
        super().load()
        self.asked = get_object_or_404(self.project.hold_requests, pk=self.kwargs["hold_id"])

    def run(self, data: dict[str, Any]) -> HoldRequest:
        return operations.decline_hold(self.project.pk, self.asked.pk, actor=self.actor, on=self.today, **data)
