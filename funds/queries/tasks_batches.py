"""待办 of payments on their way: batches to sign and to open, papers to send."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Count, Q, Sum
from django.urls import reverse

from accounts.models import User
from accounts.roles import Action
from funds.models import Ask, Batch, Voucher
from funds.queries.people import judging_of
from funds.rules import JUDGEABLE
from policy.money import ZERO, yuan
from policy.terms import VoucherState
from projects import access
from projects.tasks import Task


def batch_tasks(user: User, on: date) -> Iterator[Task]:
    yield from _to_sign(user)
    yield from _to_answer(user)
    yield from _to_review(user, on)


def _reached(user: User, action: Action) -> Q:
    return Q(project__in=access.projects_for(user, action).values("pk"))


def _to_sign(user: User) -> Iterator[Task]:
    """Batches that hold something to submit."""
    if not access.may(user, Action.SUBMIT_VOUCHER):
        return
    drafts = Batch.objects.filter(_reached(user, Action.SUBMIT_VOUCHER), state=Batch.State.DRAFT)
    for batch in drafts.select_related("project").annotate(rows=Count("vouchers"), total=Sum("vouchers__amount")):
        if batch.rows:
            url = reverse("funds:batch", args=[batch.project_id, batch.pk])
            note = f"{batch.rows} 笔，合计 {yuan(batch.total)}"
            yield Task("签字提交报账批次", batch.project.name, url, batch.drafted_on, note=note)


def _to_answer(user: User) -> Iterator[Task]:
    if not access.may(user, Action.RECORD_VOUCHER):
        return
    reached = Voucher.objects.filter(_reached(user, Action.RECORD_VOUCHER), state__in=JUDGEABLE)
    asks = Ask.objects.filter(voucher__in=reached, answered_on=None).select_related("voucher__project")
    for ask in asks:
        url = reverse("funds:ask_answer", args=[ask.voucher.project_id, ask.voucher_id, ask.pk])
        yield Task("答复补件", ask.voucher.project.name, url, ask.asked_on, ask.due_on, note=ask.text)


def _to_review(user: User, on: date) -> Iterator[Task]:
    """Signed batches with rows this person may judge: the rows are opened there, not one by one."""
    if not access.may(user, Action.JUDGE_VOUCHER):
        return
    waiting = Voucher.objects.filter(_reached(user, Action.JUDGE_VOUCHER), in_review())
    rows = list(waiting.select_related("project__organisation__node", "batch").prefetch_related("hands"))
    judging = judging_of(rows, actor=user, action=Action.JUDGE_VOUCHER, on=on)
    groups: dict[int, list[Voucher]] = {}
    for row in rows:
        if row.batch_id and not judging.findings(row):
            groups.setdefault(row.batch_id, []).append(row)
    for group in groups.values():
        batch = group[0].batch
        if batch:
            url = reverse("funds:batch_review", args=[batch.project_id, batch.pk])
            note = f"{batch}，待认定 {len(group)} 笔，合计 {yuan(sum((row.amount for row in group), ZERO))}"
            yield Task("审核报账批次", group[0].project.name, url, batch.signed_on, note=note)


def in_review() -> Q:
    """Rows that wait for a first verdict inside a signed batch."""
    return Q(state=VoucherState.SUBMITTED, batch__state=Batch.State.SIGNED, first_judged_by=None)
