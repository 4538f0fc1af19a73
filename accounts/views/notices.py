"""The bell: a person's own messages."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from accounts import operations
from accounts.forms import NoticeForm
from accounts.models import User
from accounts.queries import unread_count
from accounts.views.gate import page_of
from ui.views import ActionView


class Notices(LoginRequiredMixin, TemplateView):
    template_name = "accounts/notices.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        assert isinstance(user, User)  # noqa: S101 - LoginRequiredMixin
        return super().get_context_data(
            title="通知", page_obj=page_of(self.request, user.notices.all()), unread=unread_count(user), **kwargs
        )


class NoticesRead(ActionView):
    form_class = NoticeForm
    done = "已标为已读"

    def run(self, data: dict[str, Any]) -> int:
        user = self.request.user
        return operations.read_notices(notice_id=data["notice"], actor=user, on=timezone.localdate())  # type: ignore[arg-type]

    def get_repeat_url(self) -> str:
        return reverse("accounts:notices")
