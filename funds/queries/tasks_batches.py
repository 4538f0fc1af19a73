"""待办 of payments on their way: batches to sign, papers to send."""

from collections.abc import Iterable
from itertools import chain

from django.db.models import Count, Sum
from django.urls import reverse

from accounts.models import User
from accounts.roles import Action
from funds.models import Ask, Batch
from funds.rules import JUDGEABLE
from policy.money import yuan
from projects import access
from projects.tasks import Task
from projects.together import Together


def batch_tasks(user: User, read: Together) -> Iterable[Task]:
    return chain(
        _to_sign(user, read) if access.may(user, Action.SUBMIT_VOUCHER) else (),
        _to_answer(user, read) if access.may(user, Action.RECORD_VOUCHER) else (),
    )


def _to_sign(user: User, read: Together) -> Iterable[Task]:
    """Batches that hold something to submit."""
    drafts = Batch.objects.filter(access.about(user, Action.SUBMIT_VOUCHER), state=Batch.State.DRAFT)
    held = drafts.annotate(rows=Count("vouchers"), total=Sum("vouchers__amount")).filter(rows__gt=0)
    return (
        Task(
            "签字提交报账批次", one.name, reverse("funds:batch", args=[one.project_id, one.pk]), one.drafted_on,
            note=f"{one.rows} 笔，合计 {yuan(one.total)}",
        )
        for one in read.ask(held, "pk", "project_id", "drafted_on", "rows", "total", name="project__name")
    )  # fmt: skip


def _to_answer(user: User, read: Together) -> Iterable[Task]:
    within = access.about(user, Action.RECORD_VOUCHER, "voucher__project")
    rows = Ask.objects.filter(within, voucher__state__in=JUDGEABLE, answered_on=None)
    asked = read.ask(
        rows,
        "pk",
        "voucher_id",
        "asked_on",
        "due_on",
        "text",
        project_id="voucher__project_id",
        name="voucher__project__name",
    )
    return (
        Task(
            "答复补件", one.name, reverse("funds:ask_answer", args=[one.project_id, one.voucher_id, one.pk]), one.asked_on,
            one.due_on, note=one.text,
        )
        for one in asked
    )  # fmt: skip
