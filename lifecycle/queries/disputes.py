"""Reading 争议: cases against decisions of a project, what was annulled and not undone yet, what stands in the way."""

from django.db.models import Exists, OuterRef, QuerySet

from lifecycle.annulments import NOTHING, Annulments
from lifecycle.models import Dispute
from policy.terms import Stage
from projects.models import Decision, DecisionItem, Project

OWN_WISH = "依单位自己的申请或报送作出，对单位没有不利影响，不属于行政复议和行政诉讼的受案范围"
BY_LAW = "执行生效法律文书的决定，不属于行政诉讼的受案范围"
# Decisions the law knows no case against (行诉解释 一条二款); what was approved is changed back by the same procedure.
NO_CASE = dict.fromkeys(("T04", "T05", "T12", "T13", "T13M", "T14", "T31", "assess"), OWN_WISH) | dict.fromkeys(
    ("annul", "T32"), BY_LAW
)
AWARD = ("T01", "category")
# Where a title or a project has ended, only what ended it is taken back; of all else the annulment is noted.
ENDED = frozenset({Stage.REVOKED, Stage.SETTLED, Stage.TERMINATED})
EARLY = frozenset({Stage.DRAFT, Stage.AWARDED})


def disputes_of(project: Project) -> QuerySet[Dispute]:
    return Dispute.objects.filter(project=project).select_related("decision", "registered_by", "undone_by")


def waiting_annulments(project: Project) -> list[Dispute]:
    """The oldest first."""
    return list(disputes_of(project).filter(result=Dispute.Result.ANNULLED, undone_by=None).order_by("pk"))


def annulled_dispute(project: Project) -> Dispute | None:
    """What the step annul carries out next; a revocation in force has an arrow of its own, T32."""
    return _next(project, waiting_annulments(project))


def _next(project: Project, waiting: list[Dispute]) -> Dispute | None:
    own = {"T26"} if project.stage == Stage.REVOKED else set()
    return next((one for one in waiting if one.decision.kind not in own), None)


def revocation_dispute(project: Project) -> Dispute | None:
    """The case that annulled the revocation in force, not undone yet."""
    last = project.revocations.exclude(decision=None).order_by("-pk").first()
    return next((one for one in waiting_annulments(project) if last and one.decision_id == last.decision_id), None)


def annulments_of(project: Project) -> Annulments:
    """One statement where nothing was annulled."""
    waiting = waiting_annulments(project)
    if not waiting:
        return NOTHING
    first = _next(project, waiting)
    return Annulments(
        titles={one.decision.kind: one.decision.title for one in waiting},
        next=first.decision.title if first else "",
        obstacle=obstacle_to(project, first) if first else "",
        title=project.stage == Stage.REVOKED and revocation_dispute(project) is not None,
    )


def obstacle_to(project: Project, dispute: Dispute) -> str:
    """An award cannot be taken back under a project that has begun: it is ended and settled first."""
    if dispute.decision.kind not in AWARD or project.stage in EARLY | ENDED:
        return ""
    return (
        f"《{dispute.decision.title}》已被撤销，而项目已处于“{Stage(project.stage).label}”："
        "请先办理“终止项目”（已下达资金的先清算），再执行撤销结果"
    )


def undone() -> Exists:
    """On DecisionItem: annulled, and taken back for this project."""
    found = Dispute.objects.filter(result=Dispute.Result.ANNULLED, undone_by__isnull=False)
    return Exists(found.filter(project=OuterRef("project"), decision=OuterRef("decision")))


def contestable(project: Project) -> QuerySet[Decision]:
    """Decisions in force for this project, against which a case may be registered."""
    done = DecisionItem.objects.filter(project=project, state=DecisionItem.State.DONE)
    gone = disputes_of(project).filter(result=Dispute.Result.ANNULLED)
    found = Decision.objects.filter(pk__in=done.values("decision"), state=Decision.State.EFFECTIVE)
    return found.exclude(kind__in=NO_CASE).exclude(pk__in=gone.values("decision")).order_by("-pk")
