"""What a project unit may know of papers that must be served on it (送达): nothing before service (handbook 7, 9).

Every reader starts here: pages, lists, prints, files, notices, journal, dates, problems and programs. An order, a notice
or a revocation binds the unit from service, so its facts and number reach it by service and by nothing else.
"""

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from accounts.models import User
from lifecycle.models import FalseCase, Rectification, Service
from performance.models import Evaluation
from performance.queries.evaluations import JUDGING
from projects import access
from projects.models import Decision, DecisionItem, Problem, ProblemEntry, Project

# Orders, notices and the decision to revoke (steps of lifecycle/machine.py).
SERVED = frozenset({"T19", "T29", "T23", "T26", "false"})
EVALUATION = "evaluation"  # Alert.source of what a confirmed evaluation lacks


def _service() -> Exists:
    return Exists(Service.objects.filter(project=OuterRef("project"), decision=OuterRef("decision")))


def _held() -> QuerySet[DecisionItem]:
    """In force and not served."""
    done = DecisionItem.objects.filter(state=DecisionItem.State.DONE, decision__kind__in=SERVED)
    return done.filter(~_service())


def readable_items(user: User) -> QuerySet[DecisionItem]:
    """Of any project: a unit reads what is in force and, where that must be served, served. Reach is asked elsewhere."""
    items = DecisionItem.objects.all()
    if not access.is_unit(user):
        return items
    in_force = items.filter(state=DecisionItem.State.DONE, decision__state=Decision.State.EFFECTIVE)
    return in_force.filter(~Q(decision__kind__in=SERVED) | _service())


def visible_decisions(user: User) -> QuerySet[Decision]:
    """Decisions over at least one project in reach; only items in reach are shown of them."""
    items = readable_items(user).filter(project__in=access.projects_for(user))
    found = Decision.objects.filter(pk__in=items.values("decision"))
    return found.select_related("drafted_by", "concurred_by", "handler", "registered_by").prefetch_related(
        Prefetch("items", items.select_related("project__organisation")), "signatures__signer",
        "signatures__deputy_for", "corrections__proposed_by", "corrections__answered_by",
    )  # fmt: skip


def readable_problems(user: User) -> Q:
    """On Problem: what an order lists, or takes over from the register, a unit reads with the order."""
    return Q(decision=None) | Q(_service()) if access.is_unit(user) else Q()


def problems_told(user: User, project: Project) -> QuerySet[Problem]:
    return project.problems.filter(readable_problems(user))


def entries_told(user: User, problem: Problem) -> QuerySet[ProblemEntry]:
    """The thread of one problem; that an order lists it or leaves it out is said by the order."""
    if not holds_back(user, problem.project):
        return problem.thread.all()
    listing = Q(kind__in=[ProblemEntry.Kind.LISTED, ProblemEntry.Kind.LEFT_OUT], on__gte=problem.project.stage_since)
    return problem.thread.exclude(listing)


def orders_told(user: User, project: Project) -> QuerySet[Rectification]:
    found = project.rectifications.select_related("decision", "drafted_by").prefetch_related("reports")
    return found.exclude(served_on=None) if access.is_unit(user) else found


def holds_back(user: User, project: Project) -> bool:
    """Whether something is in force for this project that its unit, the reader, was not served with yet."""
    if not access.is_unit(user):
        return False
    return _held().filter(project=project).exists()


def readable_alerts(user: User) -> Q:
    """On Alert: what gate B lacks is the unit's from the conclusion, and from its service where that must be served."""
    if not access.is_unit(user):
        return Q()
    held = _held().filter(project=OuterRef("project"))
    return ~Q(source=EVALUATION) | (~Q(project__stage__in=JUDGING) & ~Q(Exists(held)))


def readable_evaluations(user: User) -> Q:
    """On Evaluation: what both departments stand by; the unit's when `gate_told` tells it (lifecycle/queries/told.py)."""
    confirmed = Q(state=Evaluation.State.CONFIRMED)
    if not access.is_unit(user):
        return confirmed
    concluded = ~Q(project__stage__in=JUDGING) | Q(entered_on__lt=F("project__stage_since"))
    return confirmed & concluded & ~Q(Exists(_held().filter(project=OuterRef("project"))))


def cases_told(user: User, project: Project) -> list[FalseCase]:
    """虚假材料 cases, the newest first; a finding is the notice, so before its service the case still runs for the unit."""
    cases = list(project.false_cases.select_related("opened_by", "stated_by", "decision", "attachment", "closed_by"))
    if not access.is_unit(user):
        return cases
    told = set(readable_items(user).filter(project=project).values_list("decision_id", flat=True))
    for case in cases:
        if case.decision_id and case.decision_id not in told:
            case.state, case.decision, case.conclusion, case.closed_on = FalseCase.State.OPEN, None, "", None
    return cases
