"""What a project unit may know of papers that must be served on it (送达): nothing before service (handbook 7, 9).

Every reader starts here: pages, lists, prints, files, notices, journal, dates, problems and programs. An order, a notice
or a revocation binds the unit from service, so its facts and number reach it by service and by nothing else.
"""

from collections.abc import Iterable

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from accounts.models import User
from lifecycle.models import FalseCase, Rectification, RectificationReport, Service
from lifecycle.queries.disputes import undone
from performance.models import Evaluation
from performance.queries.evaluations import JUDGING
from policy.terms import Stage
from projects import access
from projects.models import Decision, DecisionItem, PrintedPaper, Problem, ProblemEntry, Project

# Orders, notices and the decision to revoke (steps of lifecycle/machine.py).
SERVED = frozenset({"T19", "T29", "T23", "T26", "false"})
# PrintedPaper.key: forms whose key ends in their decision, and the opinion that an order rests on.
OF_DECISION, CONCLUSION = frozenset({"F12", "F13", "F14", "F15", "receipt", "countersign"}), "F11"
EVALUATION = "evaluation"  # Alert.source of what a confirmed evaluation lacks


def _service() -> Exists:
    return Exists(Service.objects.filter(project=OuterRef("project"), decision=OuterRef("decision")))


def held_items() -> QuerySet[DecisionItem]:
    """In force and not served, of any project; what was annulled and taken back is never served."""
    done = DecisionItem.objects.filter(state=DecisionItem.State.DONE, decision__kind__in=SERVED)
    return done.filter(~_service()).exclude(undone())


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


def waits_for_service(printed: PrintedPaper) -> bool:
    """A print of a paper that must be served and is not, or of what that paper tells: known to nobody outside."""
    form, _, number = printed.key.rpartition("-")
    if form == CONCLUSION:
        return not printed.for_unit and held_items().filter(project=printed.project_id).exists()
    if form not in OF_DECISION or not number.isdecimal():
        return False
    about = DecisionItem.objects.filter(project=printed.project_id, decision=int(number), decision__kind__in=SERVED)
    return about.filter(~_service()).exists()


def problems_told(user: User, project: Project) -> QuerySet[Problem]:
    return project.problems.filter(readable_problems(user))


def entries_told(user: User, problem: Problem) -> QuerySet[ProblemEntry]:
    """The thread of one problem; that an order lists it or leaves it out is said by the order, a re-check by what
    was decided on it.
    """
    thread = problem.thread.all()
    if problem.decision_id and problem.project_id in rechecks_untold(user, [problem.project]):
        thread = thread.exclude(kind=ProblemEntry.Kind.RETURN, round=problem.round)
    if not holds_back(user, problem.project):
        return thread
    listing = Q(kind__in=[ProblemEntry.Kind.LISTED, ProblemEntry.Kind.LEFT_OUT], on__gte=problem.project.stage_since)
    return thread.exclude(listing)


def rechecks_untold(user: User, projects: Iterable[Project]) -> frozenset[int]:
    """Projects whose re-check this reader, of the unit, does not know yet: not decided on, or decided and not served."""
    asked = {project.pk: project for project in projects}
    if not asked or not access.is_unit(user):
        return frozenset()
    held = held_items().filter(project__in=asked).values_list("project_id", flat=True)
    return frozenset(held) | {pk for pk, project in asked.items() if project.stage == Stage.RECHECKING}


def without_recheck(problem: Problem) -> Problem:
    """For a reader of `rechecks_untold`: never to be saved."""
    if problem.decision_id and problem.state != Problem.State.CLOSED:
        problem.verdict, problem.verified_by = "", None
    return problem


def orders_told(user: User, project: Project) -> QuerySet[Rectification]:
    found = project.rectifications.select_related("project", "decision", "drafted_by")
    found = found.prefetch_related("reports__submitted_by", "reports__rechecked_by")
    return found.exclude(served_on=None) if access.is_unit(user) else found


def reports_told(user: User, order: Rectification) -> list[RectificationReport]:
    """The reports on an order, without what a re-check found while the unit, the reader, is not told of it."""
    reports = list(order.reports.all())
    if order.closed_on is None and reports and order.project_id in rechecks_untold(user, [order.project]):
        last = max(reports, key=lambda one: one.round)
        last.passed, last.rechecked_by, last.rechecked_on, last.note = None, None, None, ""
    return reports


def holds_back(user: User, project: Project) -> bool:
    """Whether something is in force for this project that its unit, the reader, was not served with yet."""
    if not access.is_unit(user):
        return False
    return held_items().filter(project=project).exists()


def readable_alerts(user: User) -> Q:
    """On Alert: what gate B lacks is the unit's from the conclusion, and from its service where that must be served."""
    if not access.is_unit(user):
        return Q()
    held = held_items().filter(project=OuterRef("project"))
    return ~Q(source=EVALUATION) | (~Q(project__stage__in=JUDGING) & ~Q(Exists(held)))


def readable_evaluations(user: User) -> Q:
    """On Evaluation: what both departments stand by; the unit's when `gate_told` tells it (lifecycle/queries/told.py)."""
    confirmed = Q(state=Evaluation.State.CONFIRMED)
    if not access.is_unit(user):
        return confirmed
    concluded = ~Q(project__stage__in=JUDGING) | Q(entered_on__lt=F("project__stage_since"))
    return confirmed & concluded & ~Q(Exists(held_items().filter(project=OuterRef("project"))))


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
