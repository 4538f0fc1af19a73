"""待办 of the money in: documents, 拨付, 到账, 暂停建议. All asked for at once."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import chain
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from accounts.models import User
from accounts.roles import Action, Role
from funds.models import Allocation, FundDocument, HoldRequest, Release
from funds.queries.money_in import STANDING, sent_of
from funds.queries.pools import POOL_ROW, arrived, lacking, pools_from, signed
from policy.loader import edition
from policy.money import ZERO, yuan
from policy.terms import DocumentKind, Stage
from projects import access
from projects.tasks import Task
from projects.together import Answer, Together


def money_in_tasks(user: User, read: Together) -> Iterable[Task]:
    return chain(
        _to_sign(user, read) if access.may(user, Action.APPROVE_FUNDS) else (),
        _documents_back(user, read) if access.may(user, Action.RECORD_FUNDS) else (),
        _releases_back(user, read) if access.may(user, Action.RECORD_RELEASE) else (),
        _to_issue(user, read) if access.may(user, Action.RECORD_FUNDS) else (),
        _receipts(_open(user, Action.CONFIRM_RECEIPT, read)) if access.may(user, Action.CONFIRM_RECEIPT) else (),
        _to_release(user, read) if Role.CF in user.roles else (),
        _releases(user, read) if access.may(user, Action.APPROVE_RELEASE) else (),
        _holds(user, read) if access.may(user, Action.ANSWER_HOLD) else (),
    )


def _to_sign(user: User, read: Together) -> Iterable[Task]:
    lines = Allocation.objects.filter(access.about(user, Action.APPROVE_FUNDS))
    waiting = FundDocument.objects.filter(state=FundDocument.State.RECORDED, pk__in=lines.values("document"))
    asked = read.ask(waiting.exclude(recorded_by=user), "pk", "number", "kind", "total", "title", "recorded_on")
    return (
        Task(
            f"签批资金文件《{one.number}》", one.title, reverse("funds:document", args=[one.pk]), one.recorded_on,
            note=f"{DocumentKind(one.kind).label} {yuan(one.total)}",
        )
        for one in asked
    )  # fmt: skip


def _documents_back(user: User, read: Together) -> Iterable[Task]:
    """Sent back to who recorded them, until they are recorded anew."""
    again = FundDocument.objects.filter(number_key=OuterRef("number_key")).exclude(state=FundDocument.State.RETURNED)
    rows = FundDocument.objects.filter(~Exists(again), state=FundDocument.State.RETURNED, recorded_by=user)
    return (
        Task(
            f"重新登记被退回的《{one.number}》", one.title, f"{reverse('funds:document_new')}?from={one.pk}", one.recorded_on,
            note=one.return_reason,
        )
        for one in read.ask(rows, "pk", "number", "title", "recorded_on", "return_reason")
    )  # fmt: skip


def _releases_back(user: User, read: Together) -> Iterator[Task]:
    later = Release.objects.filter(allocation=OuterRef("allocation"), pk__gt=OuterRef("pk"))
    rows = Release.objects.filter(~Exists(later), state=Release.State.RETURNED, recorded_by=user)
    asked = read.ask(
        rows, "project_id", "allocation_id", "reverses_id", "recorded_on", "return_reason", name="project__name"
    )
    return (_release_back(row) for row in asked)


def _release_back(row: Any) -> Task:
    url = reverse("funds:release_new", args=[row.project_id, row.allocation_id])
    if row.reverses_id:
        url = reverse("funds:release_correct", args=[row.project_id, row.reverses_id])
    title = f"重新登记被退回的拨付{'更正' if row.reverses_id else ''}"
    return Task(title, row.name, url, row.recorded_on, note=row.return_reason)


def _to_issue(user: User, read: Together) -> Iterator[Task]:
    """Projects whose targets are filed and that no 资金文件 speaks of yet: one task over all."""
    due = access.projects_for(user, Action.RECORD_FUNDS).filter(stage=Stage.TARGET_FILED, allocations=None)
    return _one_for_all(read.ask(due, "pk", "name"))


def _one_for_all(asked: Answer) -> Iterator[Task]:
    names = [one.name for one in sorted(asked, key=lambda one: one.pk)][:3]
    if names:
        yield Task("登记资金文件", "、".join(names), reverse("funds:document_new"), note="绩效目标已备案，待下达资金")


Left = Iterable[tuple[Any, Decimal]]


def _open(user: User, action: Action, read: Together) -> Left:
    """Allocations in reach of which something may still arrive, with how much."""
    within = access.about(user, action)
    rows = signed(Q(project__in=lacking(within).values("project"))).annotate(arrived=arrived())
    asked = read.ask(
        rows, *POOL_ROW, name="project__name", stage="project__stage", edition_code="project__edition_code",
        dated_on="document__dated_on", approved_on="document__approved_on",
    )  # fmt: skip
    return _left(asked)


def _left(asked: Answer) -> Iterator[tuple[Any, Decimal]]:
    rows = sorted(asked, key=lambda row: (row.dated_on, row.pk))
    still = {pk: left for pool in pools_from(rows).values() for pk, left in pool.open().items() if left}
    for row in sorted(rows, key=lambda row: row.pk):
        if row.pk in still:
            yield row, still[row.pk]


def _receipts(found: Left) -> Iterator[Task]:
    for row, left in found:
        url = reverse("funds:receipt_confirm", args=[row.project_id, row.pk])
        yield Task("确认到账", row.name, url, row.approved_on, note=f"待确认 {yuan(left)}")


def _to_release(user: User, read: Together) -> Iterator[Task]:
    """市县财政 passes on what has not arrived and is on nobody's desk yet."""
    found = _open(user, Action.RECORD_RELEASE, read)
    lines = lacking(access.about(user, Action.RECORD_RELEASE)).values("project")
    made = Release.objects.filter(project__in=lines, state__in=STANDING)
    return _not_sent(found, read.ask(made, "allocation_id", "reverses_id", "amount", "state"))


def _not_sent(found: Left, made: Answer) -> Iterator[Task]:
    sent = sent_of(made)
    for row, left in found:
        got = row.amount - left
        if sent.get(row.pk, ZERO) > got or row.stage in {Stage.SETTLED, Stage.TERMINATED}:
            continue
        due = row.dated_on + timedelta(days=edition(row.edition_code).number("pass_on_days"))
        url = reverse("funds:release_new", args=[row.project_id, row.pk])
        note = f"待拨付 {yuan(left)}"
        yield Task("登记拨付", row.name, url, row.approved_on, due_on=due, note=note)


def _releases(user: User, read: Together) -> Iterable[Task]:
    """拨付 to check, recorded by someone else."""
    rows = Release.objects.filter(access.about(user, Action.APPROVE_RELEASE), state=Release.State.RECORDED)
    asked = read.ask(
        rows.exclude(recorded_by=user),
        "project_id",
        "reverses_id",
        "recorded_on",
        "number",
        "amount",
        name="project__name",
    )
    return (
        Task(
            "复核拨付更正" if row.reverses_id else "复核拨付", row.name, reverse("funds:money_in", args=[row.project_id]),
            row.recorded_on, note=f"{row.number} {yuan(row.amount)}",
        )
        for row in asked
    )  # fmt: skip


def _holds(user: User, read: Together) -> Iterable[Task]:
    """建议 that wait for the province: taken up by a joint decision, or answered."""
    rows = HoldRequest.objects.filter(access.about(user, Action.ANSWER_HOLD), state=HoldRequest.State.OPEN)
    asked = read.ask(
        rows.exclude(asked_by=user), "project_id", "lifts", "asked_on", name="project__name", who="asked_by__name",
        login="asked_by__username",
    )  # fmt: skip
    return (
        Task(
            f"处理{HoldRequest(lifts=row.lifts).word}资金的建议", row.name, reverse("funds:money_in", args=[row.project_id]),
            row.asked_on, note=f"{row.who or row.login} 提出",
        )
        for row in asked
    )  # fmt: skip
