"""Joint decisions over one project: those that wait for signatures, and when those in force took effect."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from accounts.models import User
from lifecycle.machine import STEP
from policy.terms import Line
from projects import access
from projects.models import Decision, DecisionItem, Project, Signature

LINES = (Line.HR, Line.FINANCE)


@dataclass(frozen=True, slots=True)
class Pending:
    """A decision under way: who drafted it, which department has signed and which has not."""

    decision: Decision
    url: str
    signed: tuple[tuple[str, str], ...]


def decisions_of(project: Project) -> list[Decision]:
    """Those that wait for signatures and those in force for this project, oldest first; one statement."""
    items = DecisionItem.objects.filter(project=project).exclude(state=DecisionItem.State.LEFT_OUT)
    standing = [Decision.State.SIGNING, Decision.State.EFFECTIVE]
    rows = items.filter(decision__state__in=standing).select_related("decision__drafted_by", "decision__concurred_by")
    return [item.decision for item in rows.order_by("decision_id")]


def in_force(decisions: Iterable[Decision]) -> dict[str, date]:
    """Step code → the day it last took effect."""
    return {one.kind: one.effective_on for one in decisions if one.effective_on}


def pending_for(user: User, decisions: Iterable[Decision]) -> list[Pending]:
    """A unit sees a decision when it is in force, not while the departments weigh it."""
    if access.is_unit(user):
        return []
    waiting = [one for one in decisions if one.state == Decision.State.SIGNING]
    by_decision: dict[int, dict[str, Signature]] = defaultdict(dict)
    if not waiting:
        return []
    signatures = Signature.objects.filter(decision__in=[one.pk for one in waiting], agreed=True)
    for one in signatures.select_related("signer"):
        by_decision[one.decision_id][one.line] = one
    return [_pending(decision, by_decision[decision.pk]) for decision in waiting]


def _pending(decision: Decision, by_line: Mapping[str, Signature]) -> Pending:
    signed = [
        (line.label, f"{by_line[line].signer} {by_line[line].on}" if line in by_line else "待签") for line in LINES
    ]
    if STEP[decision.kind].concurred:
        agreed = f"{decision.concurred_by} {decision.concurred_on}" if decision.concurred_by else "待会商"
        signed.insert(0, ("财政经办会商", agreed))
    return Pending(decision, reverse("lifecycle:decision", args=[decision.pk]), tuple(signed))
