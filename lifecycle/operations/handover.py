"""交接: all open drafts and tasks of a person go to another of the same role and office, in one act.

What was done keeps the name of who did it; only what still waits changes hands (permissions.json, handover).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from accounts.journal import operation, record
from accounts.models import Membership, User
from accounts.notices import notify
from accounts.operations.door import enter_user, users_for
from accounts.persons import same_person
from accounts.roles import Action
from funds.models import Voucher
from funds.rules import EDITABLE
from lifecycle.models.mock import GapTask
from performance.models import PeriodReturn, Section
from policy.findings import refuse
from projects.models import Decision

SAME_SEAT = "同岗位同单位方可接手"


@dataclass(frozen=True, slots=True)
class Pile:
    """One kind of open work: what it is called, which rows a person holds, which field says so."""

    label: str
    rows: Callable[[User], QuerySet[Any]]
    field: str


def _decisions(user: User) -> QuerySet[Any]:
    mine = Q(handler=user) | Q(handler=None, drafted_by=user)
    return Decision.objects.filter(mine, state=Decision.State.SIGNING)


def _vouchers(user: User) -> QuerySet[Any]:
    mine = Q(handed_to=user) | Q(handed_to=None, recorded_by=user)
    return Voucher.objects.filter(mine, state__in=EDITABLE, reverses=None)


def _sections(user: User) -> QuerySet[Any]:
    open_states = [PeriodReturn.State.OPEN, PeriodReturn.State.RETURNED]
    return Section.objects.filter(assignee=user, period_return__state__in=open_states)


def _gaps(user: User) -> QuerySet[Any]:
    return GapTask.objects.filter(clerk=user, done_on=None)


PILES = (
    Pile("待签署的联合决定", _decisions, "handler"),
    Pile("支出草稿和退回的支出", _vouchers, "handed_to"),
    Pile("季报包章节", _sections, "assignee"),
    Pile("验收缺口分派", _gaps, "clerk"),
)


def people_of(actor: User) -> QuerySet[User]:
    """Whose work this administrator may see and move."""
    return users_for(actor, Action.HAND_OVER_WORK)


def work_of(user: User) -> list[tuple[str, int]]:
    """What a person still holds, pile by pile."""
    return [(pile.label, pile.rows(user).count()) for pile in PILES]


def takers_for(user: User, on: date) -> list[User]:
    """Others who hold today one of the roles the person holds or held, in the same organisation."""
    seats = Q(pk__in=[])
    for term in user.memberships.filter(organisation__isnull=False):
        seats |= Q(role=term.role, organisation=term.organisation_id)
    live = Membership.objects.filter(seats, Q(until=None) | Q(until__gte=on), since__lte=on, user__is_active=True)
    found = {term.user_id: term.user for term in live.exclude(user=user).select_related("user").order_by("pk")}
    return [one for one in found.values() if not same_person(one, user)]


@operation("交接工作")
def hand_over_work(user_id: int, *, taker_id: int, document: str, actor: User, on: date) -> int:
    """Everything that is open, at once; how many rows went over."""
    giver = enter_user(user_id, actor=actor, action=Action.HAND_OVER_WORK)
    if actor.pk in {giver.pk, taker_id}:
        refuse("self", "不能办理本人的交接，请由另一位管理员办理。", "职责分离 SD6")
    taker = next((one for one in takers_for(giver, on) if one.pk == taker_id), None)
    if taker is None:
        refuse("taker", "接手人须与移交人在同一单位担任同一角色，且是另一位在岗人员。", SAME_SEAT, field="taker")
    if not document.strip():
        refuse("document", "请填写交接依据（文号或交接单）。", field="document")
    moved = []
    for pile in PILES:
        for row in pile.rows(giver).select_for_update(of=("self",), no_key=True).order_by("pk"):
            setattr(row, pile.field, taker)
            row.save(update_fields=[pile.field])
            moved.append((pile, row))
    if not moved:
        refuse("nothing", f"{giver}没有需要交接的草稿和待办。")
    _note(giver, taker, moved, document)
    notify([giver, taker], key=f"handover:{giver.pk}:{taker.pk}:{on}", text=f"{giver}的 {len(moved)} 项待办交给{taker}")
    return len(moved)


def _note(giver: User, taker: User, moved: list[tuple[Pile, Any]], document: str) -> None:
    """One line a project and pile, so that its own journal says who has it now."""
    told: dict[tuple[int, str], int] = {}
    for pile, row in moved:
        for project in _projects(row):
            told[project, pile.label] = told.get((project, pile.label), 0) + 1
    for (project, label), count in sorted(told.items()):
        record(project_id=project, text=f"{giver}的{label} {count} 项交给{taker}（{document.strip()}）")
    record(
        subject=giver.username, text=f"{giver}的 {len(moved)} 项待办交给{taker}（{document.strip()}）", taker=taker.pk
    )


def _projects(row: Any) -> list[int]:
    if isinstance(row, Decision):
        return list(row.items.values_list("project", flat=True))
    return [row.period_return.project_id if isinstance(row, Section) else row.project_id]
