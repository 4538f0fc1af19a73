"""待办 of the money in: documents, 拨付, 到账, 暂停建议. Constant numbers of statements."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from accounts.models import User
from accounts.roles import Action, Role
from funds.models import Allocation, FundDocument, HoldRequest, Release
from funds.queries.money_in import STANDING, sent_of
from funds.queries.pools import pools_of
from policy.money import ZERO, yuan
from policy.terms import Stage
from projects import access
from projects.tasks import Task


def money_in_tasks(user: User) -> Iterator[Task]:
    yield from _to_sign(user)
    yield from _returned(user)
    yield from _to_issue(user)
    yield from _receipts(user)
    yield from _to_release(user)
    yield from _releases(user)
    yield from _holds(user)


def _reached(user: User, action: Action) -> Q:
    return Q(project__in=access.projects_for(user, action).values("pk"))


def _to_sign(user: User) -> Iterator[Task]:
    if not access.may(user, Action.APPROVE_FUNDS):
        return
    lines = Allocation.objects.filter(_reached(user, Action.APPROVE_FUNDS))
    waiting = FundDocument.objects.filter(state=FundDocument.State.RECORDED, pk__in=lines.values("document"))
    for document in waiting.exclude(recorded_by=user):
        url = reverse("funds:document", args=[document.pk])
        title = f"签批资金文件《{document.number}》"
        note = f"{document.get_kind_display()} {yuan(document.total)}"
        yield Task(title, document.title, url, document.recorded_on, note=note)


def _returned(user: User) -> Iterator[Task]:
    """Documents and 拨付 sent back to who recorded them, until they are recorded anew."""
    if access.may(user, Action.RECORD_FUNDS):
        again = FundDocument.objects.filter(number_key=OuterRef("number_key")).exclude(
            state=FundDocument.State.RETURNED
        )
        back = FundDocument.objects.filter(~Exists(again), state=FundDocument.State.RETURNED, recorded_by=user)
        for document in back:
            url = f"{reverse('funds:document_new')}?from={document.pk}"
            title = f"重新登记被退回的《{document.number}》"
            yield Task(title, document.title, url, document.recorded_on, note=document.return_reason)
    if access.may(user, Action.RECORD_RELEASE):
        later = Release.objects.filter(allocation=OuterRef("allocation"), pk__gt=OuterRef("pk"))
        rows = Release.objects.filter(~Exists(later), state=Release.State.RETURNED, recorded_by=user)
        for row in rows.select_related("project"):
            url = reverse("funds:release_new", args=[row.project_id, row.allocation_id])
            if row.reverses_id:
                url = reverse("funds:release_correct", args=[row.project_id, row.reverses_id])
            title = f"重新登记被退回的拨付{'更正' if row.reverses_id else ''}"
            yield Task(title, row.project.name, url, row.recorded_on, note=row.return_reason)


def _to_issue(user: User) -> Iterator[Task]:
    """Projects whose targets are filed and that no 资金文件 speaks of yet: one task over all."""
    if not access.may(user, Action.RECORD_FUNDS):
        return
    due = access.projects_for(user, Action.RECORD_FUNDS).filter(stage=Stage.TARGET_FILED, allocations=None)
    names = list(due.values_list("name", flat=True)[:3])
    if names:
        yield Task("登记资金文件", "、".join(names), reverse("funds:document_new"), note="绩效目标已备案，待下达资金")


def _receipts(user: User) -> Iterator[Task]:
    if not access.may(user, Action.CONFIRM_RECEIPT):
        return
    for row, left in _open(user, Action.CONFIRM_RECEIPT):
        url = reverse("funds:receipt_confirm", args=[row.project_id, row.pk])
        yield Task("确认到账", row.project.name, url, row.document.approved_on, note=f"待确认 {yuan(left)}")


def _open(user: User, action: Action) -> list[tuple[Allocation, Decimal]]:
    """Allocations in reach of which something may still arrive, with how much."""
    projects = list(access.projects_for(user, action).filter(allocations__isnull=False).distinct())
    still = {pk: left for pool in pools_of(projects).values() for pk, left in pool.open().items() if left}
    rows = Allocation.objects.filter(pk__in=still).select_related("project", "document").order_by("pk")
    return [(row, still[row.pk]) for row in rows]


def _to_release(user: User) -> Iterator[Task]:
    """市县财政 passes on what has not arrived and is on nobody's desk yet."""
    if Role.CF not in user.roles:
        return
    found = _open(user, Action.RECORD_RELEASE)
    sent = sent_of(Release.objects.filter(allocation__in=[row.pk for row, _ in found], state__in=STANDING))
    for row, left in found:
        got = row.amount - left
        if sent.get(row.pk, ZERO) > got or row.project.stage in {Stage.SETTLED, Stage.TERMINATED}:
            continue
        due = row.document.dated_on + timedelta(days=row.project.edition.number("pass_on_days"))
        url = reverse("funds:release_new", args=[row.project_id, row.pk])
        note = f"待拨付 {yuan(left)}"
        yield Task("登记拨付", row.project.name, url, row.document.approved_on, due_on=due, note=note)


def _releases(user: User) -> Iterator[Task]:
    """拨付 to check, recorded by someone else."""
    if not access.may(user, Action.APPROVE_RELEASE):
        return
    rows = Release.objects.filter(_reached(user, Action.APPROVE_RELEASE), state=Release.State.RECORDED)
    for row in rows.exclude(recorded_by=user).select_related("project"):
        url = reverse("funds:money_in", args=[row.project_id])
        title = "复核拨付更正" if row.reverses_id else "复核拨付"
        yield Task(title, row.project.name, url, row.recorded_on, note=f"{row.number} {yuan(row.amount)}")


def _holds(user: User) -> Iterator[Task]:
    """建议 that wait for the province: taken up by a joint decision, or answered."""
    if not access.may(user, Action.ANSWER_HOLD):
        return
    rows = HoldRequest.objects.filter(_reached(user, Action.ANSWER_HOLD), state=HoldRequest.State.OPEN)
    for row in rows.exclude(asked_by=user).select_related("project", "asked_by"):
        url = reverse("funds:money_in", args=[row.project_id])
        yield Task(f"处理{row.word}资金的建议", row.project.name, url, row.asked_on, note=f"{row.asked_by} 提出")
