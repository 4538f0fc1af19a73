"""The register of problems as pages, exports and programs read it. Everything starts at the projects in reach."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When

from accounts.models import Node, User
from accounts.persons import is_hand
from accounts.queries import work_calendar
from accounts.roles import FINANCE_ROLES, Action
from lifecycle.queries.served import entries_told
from lifecycle.rules import problems as rules
from policy.terms import NodeKind, Stage
from projects import access
from projects.models import Attachment, Problem, ProblemEntry, Project
from projects.problems import ABOUT, ABOUT_EVIDENCE, ELSEWHERE, LAPSED, STATES, lapsed, state_of

Source, State = Problem.Source, Problem.State
# What an office opens by hand; audits, orders and inspections enter theirs.
BY_HAND = (
    Source.MONITORING, Source.INSPECTION, Source.SELF_EVALUATION, Source.ACCEPTANCE, Source.FALSE_MATERIAL,
    Source.ASSESSMENT,
)  # fmt: skip
# Days since it was raised: code, words, the least and the most.
AGES = (
    ("30", "30 天以内", 0, 30), ("90", "31–90 天", 31, 90), ("180", "91–180 天", 91, 180), ("older", "180 天以上", 181, None),
)  # fmt: skip
UNDATED, UNDATED_NAME = "undated", "提出日期不详"
# What stands under the province itself, in no city and no department.
DIRECT, DIRECT_NAME = "direct", "省直属单位"
OF_PROJECT = {
    "kind": "project__kind", "sector": "project__sector", "track": "project__track",
    "year": "project__awarded_on__year", "edition": "project__edition_code",
}  # fmt: skip
SHOWN = ("project__organisation__node", "decision", "opened_by", "verified_by", "audit_finding")


def register(rows: QuerySet[Problem]) -> QuerySet[Problem]:
    """With all that a line of the register shows; open ones first, the nearest day first."""
    order = (F("closed_on").asc(nulls_first=True), F("due_on").asc(nulls_last=True), "project_id", "serial")
    return rows.select_related(*SHOWN, "reopens", "reopened_as").order_by(*order)


def problems_for(user: User) -> QuerySet[Problem]:
    """The register over every project in reach."""
    return register(Problem.objects.filter(access.reach(user, Action.VIEW_ALL_PROBLEMS, "project__organisation")))


def chosen(asked: Mapping[str, Any], on: date) -> Q:
    """What the filter asks for; nothing asked: what is still to be put right.

    `on` asked: as of that day, of which only these can be told: what stood, what was overdue, what had been found.
    """
    state, found = asked.get("state") or "", Q()
    day = asked.get("on")
    if day and (state == "all" or state in dict(STATES)):
        found &= Q(opened_on=None) | Q(opened_on__lte=day)
    if state == "overdue":
        found &= overdue(day or on) & (standing(day) if day else Q())
    elif state == LAPSED:
        found &= lapsed()
    elif state in State.values:
        found &= Q(state=state) & ~lapsed()
    elif state != "all":
        found &= standing(day) if day else ~Q(state=State.CLOSED) & ~lapsed()
    if source := asked.get("source"):
        found &= Q(source=source)
    if level := asked.get("level"):
        found &= Q(level=level)
    if city := asked.get("city"):
        direct = Q(project__organisation__node__kind=NodeKind.PROVINCE)
        found &= direct if city == DIRECT else Q(project__organisation__node__path__startswith=city)
    for name, field in OF_PROJECT.items():
        if asked.get(name):
            found &= Q(**{field: asked[name]})
    found &= of_age(asked.get("age") or "", day or on)
    if text := str(asked.get("q") or "").strip():
        named = Q(project__name__icontains=text) | Q(project__organisation__name__icontains=text)
        found &= named | Q(fact__icontains=text) | Q(project__number__icontains=text)
    return found


def of_age(code: str, on: date) -> Q:
    """Raised so many days before; a code that is none narrows nothing."""
    if code == UNDATED:
        return Q(opened_on=None)
    found = Q()
    for age, _, least, most in AGES:
        if age == code:
            found = Q(opened_on__lte=on - timedelta(days=least)) if least else Q(opened_on__isnull=False)
            found &= Q(opened_on__gte=on - timedelta(days=most)) if most is not None else Q()
    return found


def overdue(on: date) -> Q:
    """Not answered by the day it ends on (a day off moves it on, handbook 11), as of today or of a day gone by.

    What lapsed with its title is owed no more. One statement, for the holidays. Where the day of an answer was not
    kept (整改通知书), the day of closing stands for it.
    """
    waits = Q(state=State.OPEN) | Q(answered_on__gt=on) | Q(answered_on=None, closed_on__gt=on)
    return waits & Q(due_on__lte=work_calendar().working_before(on)) & ~lapsed(on)


def standing(on: date) -> Q:
    """Found by that day and neither closed nor lapsed with its title by then."""
    return (Q(opened_on=None) | Q(opened_on__lte=on)) & (Q(closed_on=None) | Q(closed_on__gt=on)) & ~lapsed(on)


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


def thread_of(problem: Problem, files: Iterable[Attachment], reader: User) -> list[Spoken]:
    """Oldest first; an answer carries the proof filed in its round."""
    proofs = [file for file in files if file.about == ABOUT and file.handed_in]
    said = []
    for entry in entries_told(reader, problem).select_related("by"):
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
        "state": state_of(problem),
        "opener": is_hand(actor, problem.opened_by_id),
        "answerer": is_hand(actor, problem.drafted_by_id, problem.answered_by_id),
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
    """How many there are of each state, and overdue; three statements whatever the rows."""
    told = Case(When(lapsed(), then=Value(LAPSED)), default=F("state"), output_field=CharField())
    each = rows.select_related(None).order_by().values(told=told).annotate(found=Count("pk"))
    found = dict(each.values_list("told", "found"))
    return dict.fromkeys(dict(STATES), 0) | found | {"overdue": rows.filter(overdue(on)).count()}


def places_for(user: User) -> list[Node]:
    """The cities and departments a person can choose between; one statement."""
    within = Q(pk__in=[])
    for held in user.live_memberships:
        if held.organisation:
            within |= Q(path__startswith=held.organisation.node.path)
    return list(Node.objects.filter(within, kind__in=[NodeKind.CITY, NodeKind.DEPARTMENT]))
