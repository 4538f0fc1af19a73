"""每周摘要: a person's own subscription; the mails on their way out, for the 系统管理员."""

from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from accounts import operations, outbox
from accounts.forms_subscriptions import OutboxForm, SubscriptionForm
from accounts.models import OutboxMail, Subscription
from accounts.operations.door import users_for
from accounts.views.gate import Gate, page_of
from ui.views import OperationView


class Subscriptions(Gate, OperationView):
    template_name = "accounts/subscriptions.html"
    form_class = SubscriptionForm
    title, done, submit_label = "订阅设置", "订阅已保存", "保存"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.actor}

    def get_initial(self) -> dict[str, Any]:
        held = Subscription.objects.filter(user=self.actor).first()
        chosen = {"in_app": held.in_app, "by_mail": held.by_mail} if held else {}
        return {**chosen, "email": self.actor.email}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        last = self.actor.mails.first()
        own = outbox.REASONS
        return super().get_context_data(last=last, own_reasons=own, mail_on=outbox.configured(), **kwargs)

    def run(self, data: dict[str, Any]) -> Subscription:
        return operations.set_subscription(**data, actor=self.actor, on=timezone.localdate())

    def get_success_url(self) -> str:
        return reverse("accounts:subscriptions")

    def get_cancel_url(self) -> str:
        return ""


class Outbox(Gate, TemplateView):
    """States and reasons; never what a mail says, which is its reader's."""

    template_name = "accounts/outbox.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = OutboxForm(self.request.GET or None)
        asked = form.cleaned_data.get("state") if form.is_valid() else ""
        rows = OutboxMail.objects.filter(user__in=users_for(self.actor, self.action)).defer("body")
        counted = dict(rows.order_by().values_list("state").annotate(Count("pk")))
        rows = rows.filter(state=asked) if asked else rows
        return super().get_context_data(
            title="邮件发件箱",
            filter=form,
            page_obj=page_of(self.request, rows.select_related("user")),
            counts=[(label, counted.get(state, 0)) for state, label in OutboxMail.State.choices],
            unconfigured="" if outbox.configured() else outbox.UNCONFIGURED,
            **kwargs,
        )
