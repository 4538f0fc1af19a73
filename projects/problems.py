"""The register of problems (handbook 7): how a row comes in, is answered, comes back and is closed.

Services of operations: the caller holds the project's lock (`access.enter`) and writes the journal.
"""

from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from accounts.models import User
from accounts.notices import notify
from accounts.queries import people_who_may, work_calendar
from accounts.roles import Action
from policy.findings import refuse
from policy.terms import Stage
from projects.models import Decision, DecisionItem, Problem, ProblemEntry, Project

ABOUT, ABOUT_EVIDENCE = "problem", "problem_evidence"  # Attachment.about: the unit's proof, the office's evidence
Kind, Level, Source, State = ProblemEntry.Kind, Problem.Level, Problem.Source, Problem.State
# Answered and judged on pages of their own; the register shows them with a link.
ELSEWHERE = frozenset({Source.AUDIT, Source.ORDER})
# With the title ends what was to be put right for it; what an audit found stays until its money is dealt with.
ENDED = frozenset({Stage.REVOKED, Stage.SETTLED, Stage.TERMINATED})
ENDURING = frozenset({Source.AUDIT})
LAPSED, LAPSED_NAME = "lapsed", "随称号终结，不再整改"
STATES = (*State.choices, (LAPSED, LAPSED_NAME))


def open_problem(
    project: Project,
    *,
    source: str,
    about_id: int,
    fact: str,
    clause: str,
    requirement: str,
    level: str,
    amount: Decimal | None = None,
    owner: str = "",
    due_on: date | None = None,
    by: User,
    on: date,
    decision: Decision | None = None,
    number: int | None = None,
    reopens: Problem | None = None,
) -> Problem:
    """Enter one problem under the next serial of its project. Without `due_on` the edition's term runs from `on`.

    An order's problems (`decision`) get their day at service. `number`: the place in the order or in the audit.
    """
    if source not in Source.values or level not in Level.values:
        refuse("level", "请选择问题的来源和程度。", field="level")
    if not fact.strip() or not requirement.strip():
        refuse("fact", "请写明问题的事实和整改要求。", field="fact" if not fact.strip() else "requirement")
    if due_on is None and decision is None:
        due_on = work_calendar().next_working(on + timedelta(days=project.edition.number("problem_days")))
    serial = (project.problems.aggregate(last=Max("serial"))["last"] or 0) + 1
    problem = Problem.objects.create(
        project=project, serial=serial, number=number or serial, source=source, about_id=about_id, decision=decision,
        fact=fact.strip()[:300], clause=clause.strip()[:160], requirement=requirement.strip()[:300], level=level,
        amount=amount or None, owner=owner.strip()[:40], due_on=due_on, opened_by=by, opened_on=on, reopens=reopens,
    )  # fmt: skip
    if source not in ELSEWHERE:
        said = f"{project.name}：新问题 {serial}“{problem.fact[:60]}”，请于 {due_on} 前答复"
        people = people_who_may(Action.ANSWER_PROBLEM, project.organisation, on)
        notify(people, key=f"problem:{problem.pk}", text=said, url=url_of(problem))
    return problem


def state_of(problem: Problem) -> str:
    """As every page tells it. Kept nowhere: a title that a court restores brings its problems back as they stood."""
    over = problem.project.stage in ENDED and problem.source not in ENDURING
    return LAPSED if over and problem.state != State.CLOSED else problem.state


def state_name(problem: Problem) -> str:
    return dict(STATES)[state_of(problem)]


def stands(problem: Problem) -> bool:
    """Whether it is still to be put right."""
    return state_of(problem) in (State.OPEN, State.ANSWERED)


def lapsed(on: date | None = None) -> Q:
    """What `state_of` says, as a condition; with a day, of titles that had ended by then (a settlement comes after)."""
    over = Q(project__stage__in=ENDED) & ~Q(source__in=ENDURING) & ~Q(state=State.CLOSED)
    if on is None:
        return over
    ends = DecisionItem.objects.filter(project=OuterRef("project"), decision__kind="T26", state=DecisionItem.State.DONE)
    before = Exists(ends.filter(decision__effective_on__lte=on)) & ~Exists(ends.filter(decision__effective_on__gt=on))
    return over & (Q(project__stage_since__lte=on) | Q(project__stage=Stage.SETTLED) & before)


def open_problems(project: Project) -> QuerySet[Problem]:
    """Everything still to be put right, whatever its source."""
    return project.problems.exclude(state=State.CLOSED).exclude(lapsed())


def severe_open(project: Project) -> QuerySet[Problem]:
    """What stands in the way of applying for acceptance (handbook 8)."""
    return open_problems(project).filter(level=Level.SEVERE)


def to_list(project: Project) -> QuerySet[Problem]:
    """What an order lists or gives a reason for: every open problem in no order yet (handbook 7: none is left over)."""
    return open_problems(project).filter(decision=None).order_by("serial")


def proof_label(problem: Problem) -> str:
    """What a proof of this round is filed as; proof of an earlier round does not count again."""
    return f"问题{problem.number}整改佐证（第{problem.round}轮）"


def url_of(problem: Problem) -> str:
    return f"/projects/{problem.project_id}/problems/{problem.pk}/"


def say(problem: Problem, kind: str, text: str, *, by: User, on: date, due_on: date | None = None) -> ProblemEntry:
    """One more word in the thread, with the measure as it stands when the unit answers."""
    own = kind == Kind.ANSWER
    return ProblemEntry.objects.create(
        problem=problem,
        kind=kind,
        round=problem.round,
        text=text.strip()[:500],
        owner=problem.owner if own else "",
        measure=problem.measure if own else "",
        done_on=problem.done_on if own else None,
        due_on=due_on,
        by=by,
        on=on,
    )


def list_in_order(problem: Problem, decision: Decision, number: int, requirement: str, *, by: User, on: date) -> None:
    """A problem of another source goes on under an order: answered and judged there from now on, with its date."""
    problem.decision, problem.number, problem.requirement = decision, number, requirement.strip()[:300]
    problem.state, problem.answer, problem.round, problem.due_on = State.OPEN, "", problem.round + 1, None
    problem.drafted_by = problem.answered_by = problem.answered_on = None
    problem.save(
        update_fields=[
            "decision", "number", "requirement", "state", "answer", "round", "due_on", "drafted_by", "answered_by",
            "answered_on",
        ]
    )  # fmt: skip
    say(problem, Kind.LISTED, f"列入《{decision.title}》（{decision.number}）第 {number} 项", by=by, on=on)
