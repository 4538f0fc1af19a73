"""A person's own tokens for the API."""

from datetime import timedelta
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from accounts import operations
from accounts.forms import TokenForm
from accounts.models import ApiToken
from accounts.operations.tokens import LONGEST_DAYS
from accounts.views.gate import Gate, ShowsOnce, page_of
from ui.views import ActionView, OperationView


class Tokens(ShowsOnce, Gate, OperationView):
    """The list with its form; the key stands on the answer to the form and nowhere else."""

    template_name = "accounts/tokens.html"
    shown_template = "accounts/token_key.html"
    form_class = TokenForm
    title = "接口令牌"
    done = "令牌已创建"
    submit_label = "创建令牌"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "longest": timezone.localdate() + timedelta(days=LONGEST_DAYS)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = page_of(self.request, self.actor.api_tokens.all())
        return super().get_context_data(page_obj=rows, today=timezone.localdate(), **kwargs)

    def run(self, data: dict[str, Any]) -> operations.NewToken:
        return operations.create_token(**data, actor=self.actor, on=timezone.localdate())

    def told(self) -> dict[str, Any]:
        return {"title": "新的接口令牌", "token": self.result.token, "key": self.result.key}

    def get_success_url(self) -> str:
        return reverse("accounts:tokens")

    def get_cancel_url(self) -> str:
        return ""


class TokenRevoke(Gate, ActionView):
    done = "令牌已作废"
    token: ApiToken

    def load(self) -> None:
        super().load()
        self.token = get_object_or_404(self.actor.api_tokens, pk=self.kwargs["pk"])

    def run(self, data: dict[str, Any]) -> ApiToken:
        return operations.revoke_token(self.token.pk, actor=self.actor, on=timezone.localdate())

    def get_repeat_url(self) -> str:
        return reverse("accounts:tokens")
