"""交接 in one click: what a person still holds, and who takes it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.shortcuts import get_object_or_404
from django.urls import reverse

from lifecycle.operations import handover as ops
from projects.pages import RouteMixin
from ui.parts import Check
from ui.views import ConfirmView


class HandoverForm(forms.Form):
    taker = forms.TypedChoiceField(label="接手人", coerce=int)
    document = forms.CharField(label="交接依据", max_length=80, help_text="文号或交接单编号")

    def __init__(self, *args: Any, takers: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["taker"].choices = [("", "请选择"), *takers]  # type: ignore[attr-defined]


class HandOver(RouteMixin, ConfirmView):
    title, submit_label, done = "交接工作", "全部交接", "已交接"
    form_class = HandoverForm

    def load(self) -> None:
        self.person = get_object_or_404(ops.people_of(self.actor), pk=self.kwargs["user_id"])
        self.title = f"交接工作 · {self.person}"
        self.takers = ops.takers_for(self.person, self.today)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "takers": [(one.pk, f"{one}（{one.username}）") for one in self.takers]}

    def consequences(self) -> Iterable[str]:
        for label, count in ops.work_of(self.person):
            yield f"{label} {count} 项全部交给接手人"
        yield "已办理的事项和签署仍记在原经办人名下，职责分离照原经办人计算"

    def checklist(self) -> Iterable[Check]:
        held = sum(count for _, count in ops.work_of(self.person))
        yield Check(held > 0, f"{self.person}有待交接的草稿或待办（{held} 项）")
        yield Check(bool(self.takers), "同一单位有担任同一角色的其他在岗人员", reverse("accounts:users"))

    def run(self, data: dict[str, Any]) -> int:
        return ops.hand_over_work(
            self.person.pk, taker_id=data["taker"], document=data["document"], actor=self.actor, on=self.today
        )

    def get_success_url(self) -> str:
        return reverse("accounts:user", args=[self.person.pk])

    get_cancel_url = get_success_url
