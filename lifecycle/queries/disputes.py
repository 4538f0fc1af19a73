"""Reading 争议: cases against decisions of a project, and what an annulled one leads back to."""

from django.db.models import QuerySet

from lifecycle.models import Dispute
from policy.terms import Stage
from projects.models import Decision, DecisionItem, Project

# Adverse decisions and the stage from which each was taken; "" where the stage never moved. T26 has its own arrow, T32.
REVERSIBLE = {"T11": "", "T19": Stage.IN_ACCEPTANCE, "T29": Stage.ACCEPTED}


def disputes_of(project: Project) -> QuerySet[Dispute]:
    return Dispute.objects.filter(project=project).select_related("decision", "registered_by", "undone_by")


def annulled_dispute(project: Project) -> Dispute | None:
    """A case that annulled a decision which is not undone yet."""
    found = disputes_of(project).filter(result=Dispute.Result.ANNULLED, undone_by=None, decision__kind__in=REVERSIBLE)
    return found.order_by("pk").first()


def back_to(kind: str) -> str:
    return REVERSIBLE[kind]


def contestable(project: Project) -> QuerySet[Decision]:
    """Decisions in force for this project, against which a case may be registered."""
    done = DecisionItem.objects.filter(project=project, state=DecisionItem.State.DONE)
    return Decision.objects.filter(pk__in=done.values("decision"), state=Decision.State.EFFECTIVE).order_by("-pk")


def annulled_title(project: Project) -> str:
    dispute = annulled_dispute(project)
    return dispute.decision.title if dispute else ""
