"""Joint decisions that wait for a person: to sign, to concur in, to draft anew."""

from collections.abc import Iterator

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts.models import User
from accounts.roles import Action
from lifecycle.machine import STEP
from projects import access
from projects.decisions import LINE_OF_ROLE
from projects.models import Decision, DecisionItem, Signature
from projects.tasks import Task

CONCURRED = tuple(code for code, step in STEP.items() if step.concurred)
State = Decision.State


def decision_tasks(user: User) -> Iterator[Task]:
    yield from _to_sign(user)
    yield from _to_concur(user)
    yield from _returned(user)


def _decisions(user: User, action: Action) -> QuerySet[Decision]:
    """Decisions over projects in reach, each with how many it lists and one of their names."""
    items = DecisionItem.objects.filter(project__in=access.projects_for(user, action).values("pk"))
    listed = ~Q(items__state=DecisionItem.State.LEFT_OUT)
    return Decision.objects.filter(pk__in=items.values("decision")).annotate(
        listed=Count("items", filter=listed), name=Min("items__project__name", filter=listed)
    )


def _decision_task(verb: str, decision: Decision, note: str = "") -> Task:
    listed, name = decision.listed, decision.name  # type: ignore[attr-defined]
    about = f"{name} 等 {listed} 个项目" if listed > 1 else name or ""
    url = reverse("lifecycle:decision", args=[decision.pk])
    return Task(f"{verb}《{decision.title}》", about, url, decision.drafted_on, note=note or decision.number)


def _to_sign(user: User) -> Iterator[Task]:
    """Neither drafted nor concurred in by this person, and their department has not signed (SD1, SD2)."""
    lines = {LINE_OF_ROLE[role] for role in user.roles if role in LINE_OF_ROLE}
    if len(lines) != 1 or not access.may(user, Action.SIGN_DECISION):
        return
    signed = Signature.objects.filter(Q(line__in=lines) | Q(signer=user), decision=OuterRef("pk"), agreed=True)
    waiting = _decisions(user, Action.SIGN_DECISION).filter(~Exists(signed), state=State.SIGNING)
    waiting = waiting.exclude(Q(kind__in=CONCURRED) & Q(concurred_by=None))
    for decision in waiting.exclude(drafted_by=user).exclude(concurred_by=user).exclude(registered_by=user):
        yield _decision_task("签署", decision)


def _to_concur(user: User) -> Iterator[Task]:
    if access.may(user, Action.CONCUR_REVOCATION):
        waiting = _decisions(user, Action.CONCUR_REVOCATION).filter(
            state=State.SIGNING, kind__in=CONCURRED, concurred_by=None
        )
        for decision in waiting.exclude(drafted_by=user):
            yield _decision_task("会商", decision)


def _returned(user: User) -> Iterator[Task]:
    """Returned to who drafted it, until one of its projects is dealt with by a newer decision."""
    if not access.may(user, Action.DRAFT_DECISION):
        return
    newer = DecisionItem.objects.filter(project__decision_items__decision=OuterRef("pk"), decision__gt=OuterRef("pk"))
    rows = _decisions(user, Action.VIEW).filter(~Exists(newer), state=State.RETURNED, drafted_by=user)
    for decision in rows:
        yield _decision_task("重新拟制被退回的", decision)
