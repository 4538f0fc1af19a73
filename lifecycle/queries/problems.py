"""The register of problems as pages, exports and programs read it. Everything starts at the projects in reach."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from accounts.models import Node, User
from accounts.roles import FINANCE_ROLES, Action
from lifecycle.rules import problems as rules
from policy.terms import NodeKind, Stage
from projects import access
from projects.models import Attachment, Problem, ProblemEntry, Project
from projects.problems import ABOUT, ABOUT_EVIDENCE, ELSEWHERE

Source, State = Problem.Source, Problem.State
ENDED = frozenset({Stage.REVOKED, Stage.SETTLED, Stage.TERMINATED})
# What an office opens by hand; audits, orders and inspections enter theirs.
BY_HAND = (
    Source.MONITORING, Source.INSPECTION, Source.SELF_EVALUATION, Source.ACCEPTANCE, Source.FALSE_MATERIAL,
    Source.ASSESSMENT,
)  # fmt: skip
SHOWN = ("project__organisation__node", "decision", "opened_by", "verified_by", "audit_finding")


def register(rows: QuerySet[Problem]) -> QuerySet[Problem]:
    """With all that a line of the register shows; open ones first, the nearest day first."""
    order = (F("closed_on").asc(nulls_first=True), F("due_on").asc(nulls_last=True), "project_id", "serial")
    return rows.select_related(*SHOWN, "reopens", "reopened_as").order_by(*order)


def problems_for(user: User) -> QuerySet[Problem]:
    """The register over every project in reach."""
    return register(Problem.objects.filter(access.reach(user, Action.VIEW_ALL_PROBLEMS, "project__organisation")))


def chosen(asked: Mapping[str, Any], on: date) -> Q:
    """What the filter asks for; nothing asked: what is not closed yet."""
    state, found = asked.get("state") or "", Q()
    if state == "overdue":
        found &= overdue(on)
    elif state in State.values:
        found &= Q(state=state)
    elif state != "all":
        found &= ~Q(state=State.CLOSED)
    if source := asked.get("source"):
        found &= Q(source=source)
    if level := asked.get("level"):
        found &= Q(level=level)
    if city := asked.get("city"):
        found &= Q(project__organisation__node__path__startswith=city)
    if text := str(asked.get("q") or "").strip():
        named = Q(project__name__icontains=text) | Q(project__organisation__name__icontains=text)
        found &= named | Q(fact__icontains=text) | Q(project__number__icontains=text)
    return found


def overdue(on: date) -> Q:
    """Not answered by its day; a project whose title has ended owes nothing any more."""
    return Q(state=State.OPEN, due_on__lt=on) & ~Q(project__stage__in=ENDED)


def in_register() -> Q:
    """Answered and judged on the register's own pages."""
    return Q(decision=None) & ~Q(source__in=ELSEWHERE)


def is_own(problem: Problem) -> bool:
    return problem.decision_id is None and problem.source not in ELSEWHERE


def is_hidden(problem: Problem, user: User) -> bool:
    """Whether what the unit writes is still its draft, and this person of an office."""
    if access.is_unit(user):
        return False
    in_draft = problem.decision_id is not None and problem.project.stage == Stage.RECTIFYING
    return problem.state == State.OPEN or in_draft


@dataclass(frozen=True, slots=True)
class Spoken:
    """One word of the thread with the files that came with it."""

    entry: ProblemEntry
    files: tuple[Attachment, ...] = ()


def thread_of(problem: Problem, files: Iterable[Attachment]) -> list[Spoken]:
    """Oldest first; an answer carries the proof filed in its round."""
    proofs = [file for file in files if file.about == ABOUT and file.handed_in]
    said = []
    for entry in problem.thread.select_related("by"):
        own = entry.kind == ProblemEntry.Kind.ANSWER
        mine = tuple(file for file in proofs if own and of_round(file, entry.round))
        said.append(Spoken(entry, mine))
    return said


def of_round(file: Attachment, round_: int) -> bool:
    return file.purpose.endswith(f"（第{round_}轮）")


def papers_of(problem: Problem) -> list[Attachment]:
    """The unit's proof and the office's evidence, drafts included."""
    about = Q(about__in=[ABOUT, ABOUT_EVIDENCE], about_id=problem.pk)
    return list(Attachment.objects.filter(about, project=problem.project_id))


def proofs_of(problem: Problem) -> list[Attachment]:
    """The proof of the present round."""
    return [file for file in papers_of(problem) if file.about == ABOUT and of_round(file, problem.round)]


def closing_facts(problem: Problem, actor: User) -> dict[str, Any]:
    """What `check_closing` asks about this person and this problem, but the verdict."""
    return {
        "state": problem.state,
        "opener": problem.opened_by_id == actor.pk,
        "answerer": actor.pk in {problem.drafted_by_id, problem.answered_by_id},
        "money": bool(problem.amount),
        "finance": bool(actor.roles & FINANCE_ROLES),
        "proofs": len(proofs_of(problem)),
    }


def of_unit(actor: User, project: Project) -> bool:
    return any(one.organisation_id == project.organisation_id for one in actor.live_memberships)


def why_not_close(problem: Problem, actor: User) -> str:
    """Why this person may not close this one now; empty where the form is worth filling in."""
    found = [*rules.check_judging(problem.serial, own_unit=of_unit(actor, problem.project))]
    found += rules.check_closing(problem.serial, verdict="—", **closing_facts(problem, actor))
    return next((one.message for one in found), "")


def counts_of(rows: QuerySet[Problem], on: date) -> dict[str, int]:
    """How many there are of each state, and overdue; two statements whatever the rows."""
    found = (
        rows.select_related(None).order_by().values("state").annotate(found=Count("pk")).values_list("state", "found")
    )
    return dict.fromkeys(State.values, 0) | dict(found) | {"overdue": rows.filter(overdue(on)).count()}


def places_for(user: User) -> list[Node]:
    """The cities and departments a person can choose between; one statement."""
    within = Q(pk__in=[])
    for held in user.live_memberships:
        if held.organisation:
            within |= Q(path__startswith=held.organisation.node.path)
    return list(Node.objects.filter(within, kind__in=[NodeKind.CITY, NodeKind.DEPARTMENT]))
