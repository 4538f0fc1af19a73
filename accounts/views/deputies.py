"""Deputies (A/B 角), one person's several accounts, and who reviews first."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from accounts import operations
from accounts.forms import DeputyForm, FirstReviewForm, PersonForm
from accounts.models import Membership, Node, User
from accounts.operations.door import nodes_for
from accounts.views.gate import Gate
from accounts.views.people import OnePerson
from ui.views import OperationView


class DeputyNew(OnePerson, OperationView):
    template_name = "accounts/form.html"
    form_class = DeputyForm
    submit_label, done = "任命代理", "代理已任命，到期自动终止"
    term: Membership

    def load(self) -> None:
        super().load()
        held = self.person.memberships.select_related("organisation")
        self.term = get_object_or_404(held, pk=self.kwargs["membership_id"])

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"任命代理 · {self.person}（{self.term.get_role_display()}）"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "actor": self.actor, "principal": self.person}

    def get_initial(self) -> dict[str, Any]:
        return {"since": timezone.localdate()}

    def run(self, data: dict[str, Any]) -> Membership:
        deputy = data.pop("deputy")
        return operations.appoint_deputy(
            self.person.pk, membership_id=self.term.pk, deputy_id=deputy.pk, **data, actor=self.actor,
            on=timezone.localdate(),
        )  # fmt: skip


class PersonRegister(OnePerson, OperationView):
    template_name = "accounts/form.html"
    form_class = PersonForm
    submit_label, done = "登记", "已登记"

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"登记自然人标识 · {self.person}"

    def run(self, data: dict[str, Any]) -> User:
        return operations.set_person(self.person.pk, **data, actor=self.actor, on=timezone.localdate())


class FirstReviewSet(Gate, OperationView):
    template_name = "accounts/form.html"
    form_class = FirstReviewForm
    listed = ("区划与部门", "accounts:nodes")
    submit_label, done = "设定", "初审方式已设定"
    success_name = "accounts:nodes"
    node: Node

    def load(self) -> None:
        super().load()
        self.node = get_object_or_404(nodes_for(self.actor), pk=self.kwargs["node_id"])

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"初审方式 · {self.node}"

    def get_initial(self) -> dict[str, Any]:
        return {"first_review": self.node.first_review}

    def get_cancel_url(self) -> str:
        return reverse("accounts:nodes")

    def run(self, data: dict[str, Any]) -> Node:
        return operations.set_first_review(self.node.pk, **data, actor=self.actor, on=timezone.localdate())
