"""Joint decisions that wait for a person: to sign, to concur in, to draft anew."""

from collections.abc import Iterable
from itertools import chain
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts.models import User
from accounts.roles import Action
from lifecycle.machine import STEP
from projects import access
from projects.decisions import LINE_OF_ROLE
from projects.models import Decision, DecisionItem, Signature
from projects.tasks import Task
from projects.together import Together

CONCURRED = tuple(code for code, step in STEP.items() if step.concurred)
State = Decision.State


def decision_tasks(user: User, read: Together) -> Iterable[Task]:
    return chain(_to_sign(user, read), _to_concur(user, read), _returned(user, read))


def _decisions(user: User, action: Action) -> QuerySet[Decision]:
    """Decisions over projects in reach, each with how many it lists and one of their names."""
    items = DecisionItem.objects.filter(access.about(user, action))
    listed = ~Q(items__state=DecisionItem.State.LEFT_OUT)
    return Decision.objects.filter(pk__in=items.values("decision")).annotate(
        listed=Count("items", filter=listed), name=Min("items__project__name", filter=listed)
    )


def _tasks(read: Together, rows: QuerySet[Decision], verb: str) -> Iterable[Task]:
    asked = read.ask(rows, "pk", "title", "number", "drafted_on", "listed", "name")
    return (_decision_task(verb, one) for one in asked)


def _decision_task(verb: str, decision: Any) -> Task:
    listed, name = decision.listed, decision.name
    about = f"{name} 等 {listed} 个项目" if listed > 1 else name or ""
    url = reverse("lifecycle:decision", args=[decision.pk])
    return Task(f"{verb}《{decision.title}》", about, url, decision.drafted_on, note=decision.number)


def _to_sign(user: User, read: Together) -> Iterable[Task]:
    """Neither drafted nor concurred in by this person, and their department has not signed (SD1, SD2)."""
    lines = {LINE_OF_ROLE[role] for role in user.roles if role in LINE_OF_ROLE}
    if len(lines) != 1 or not access.may(user, Action.SIGN_DECISION):
        return ()
    signed = Signature.objects.filter(Q(line__in=lines) | Q(signer=user), decision=OuterRef("pk"), agreed=True)
    waiting = _decisions(user, Action.SIGN_DECISION).filter(~Exists(signed), state=State.SIGNING)
    waiting = waiting.exclude(Q(kind__in=CONCURRED) & Q(concurred_by=None))
    waiting = waiting.exclude(drafted_by=user).exclude(concurred_by=user).exclude(registered_by=user)
    return _tasks(read, waiting, "签署")


def _to_concur(user: User, read: Together) -> Iterable[Task]:
    if not access.may(user, Action.CONCUR_REVOCATION):
        return ()
    waiting = _decisions(user, Action.CONCUR_REVOCATION).filter(
        state=State.SIGNING, kind__in=CONCURRED, concurred_by=None
    )
    return _tasks(read, waiting.exclude(drafted_by=user), "会商")


def _returned(user: User, read: Together) -> Iterable[Task]:
    """Returned to who drafted it, until one of its projects is dealt with by a newer decision."""
    if not access.may(user, Action.DRAFT_DECISION):
        return ()
    newer = DecisionItem.objects.filter(project__decision_items__decision=OuterRef("pk"), decision__gt=OuterRef("pk"))
    rows = _decisions(user, Action.VIEW).filter(~Exists(newer), state=State.RETURNED, drafted_by=user)
    return _tasks(read, rows, "重新拟制被退回的")
