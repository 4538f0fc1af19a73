"""待办 of 审核: payments, 冲销 and signed batches that this person may judge."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.urls import reverse

from accounts.models import User
from accounts.roles import Action
from funds.models import Batch, Voucher
from funds.queries.people import Handled, Judging, asked_judging
from policy.money import ZERO, yuan
from policy.terms import VoucherState
from projects import access
from projects.tasks import Task
from projects.together import Answer, Together


def in_review() -> Q:
    """Rows that wait for a first verdict inside a signed batch."""
    return Q(state=VoucherState.SUBMITTED, batch__state=Batch.State.SIGNED, first_judged_by=None)


def judging_tasks(user: User, on: date, read: Together) -> Iterable[Task]:
    if not access.may(user, Action.JUDGE_VOUCHER):
        return ()
    reached = Voucher.objects.filter(access.about(user, Action.JUDGE_VOUCHER), state=VoucherState.SUBMITTED)
    asked = read.ask(
        reached, "pk", "project_id", "batch_id", "amount", "submitted_on", "reverses_id", "recorded_by_id", "submitted_by_id",
        "first_judged_by_id", name="project__name", unit_id="project__organisation_id",
        path="project__organisation__node__path", in_batch=ExpressionWrapper(in_review(), BooleanField()),
        batch_on="batch__signed_on", batch_number="batch__number", batch_title="batch__title",
    )  # fmt: skip
    hands = read.ask(Voucher.hands.through.objects.filter(voucher__in=reached.values("pk")), "voucher_id", "user_id")
    users = Voucher.hands.through.objects.filter(voucher__in=reached.values("pk")).values("user")
    judging = asked_judging(read, users, actor=user, action=Action.JUDGE_VOUCHER, on=on)
    return _tasks(asked, hands, judging)


def _tasks(asked: Answer, hands: Answer, judging: Any) -> Iterator[Task]:
    who: dict[int, set[int]] = defaultdict(set)
    for hand in hands:
        who[hand.voucher_id].add(hand.user_id)
    mine: Judging = judging()
    rows = [row for row in asked if not mine.against(_handled(row, who[row.pk]))]
    yield from chain(
        _batches([row for row in rows if row.in_batch]), _single([row for row in rows if not row.in_batch])
    )


def _handled(row: Any, hands: set[int]) -> Handled:
    return Handled(
        hands | {row.recorded_by_id}, row.submitted_by_id, row.first_judged_by_id, row.reverses_id is not None,
        row.unit_id, row.path,
    )  # fmt: skip


def _grouped(rows: Iterable[Any], *names: str) -> Iterable[list[Any]]:
    groups: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for row in rows:
        groups[tuple(getattr(row, name) for name in names)].append(row)
    return groups.values()


def _sum(group: list[Any]) -> str:
    return f"{len(group)} 笔，合计 {yuan(sum((row.amount for row in group), ZERO))}"


def _batches(rows: list[Any]) -> Iterator[Task]:
    """Signed batches: the rows are opened there, not one by one."""
    for group in _grouped(rows, "batch_id"):
        one = group[0]
        url = reverse("funds:batch_review", args=[one.project_id, one.batch_id])
        note = f"{Batch(number=one.batch_number, title=one.batch_title)}，待认定 {_sum(group)}"
        yield Task("审核报账批次", one.name, url, one.batch_on, note=note)


def _single(rows: list[Any]) -> Iterator[Task]:
    """One task a project and kind."""
    for row in rows:
        row.reversal = row.reverses_id is not None
    for group in _grouped(rows, "project_id", "reversal"):
        one = group[0]
        url = f"{reverse('funds:payments', args=[one.project_id])}?state={VoucherState.SUBMITTED}"
        since = min((row.submitted_on for row in group if row.submitted_on), default=None)
        yield Task("审核冲销" if one.reversal else "审核支出", one.name, url, since, note=_sum(group))
