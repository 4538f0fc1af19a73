"""执行撤销: what an annulled decision did to one locked project is taken back, kind by kind.

The counter-event (handbook 12): nothing is deleted, both decisions stay readable. Each function says whether something
was taken back; where the project has moved on by a later decision, the annulment is only noted.
"""

from collections.abc import Callable
from datetime import date

from accounts.models import User
from funds import operations as funds
from funds.operations.holds import standing_hold
from funds.rules import HOLD_STAGES
from lifecycle import deadlines
from lifecycle.models import (
    Deadline,
    FalseCase,
    Rectification,
    RectificationReport,
    Request,
    Revocation,
    YearlyAssessment,
)
from lifecycle.operations.sanctions import overtaken, reopen_proceeding, restore_title
from lifecycle.operations.steps import return_to
from lifecycle.queries import rectification_of, report_of, revocation_of
from lifecycle.queries.disputes import AWARD, EARLY, ENDED
from policy.terms import Occasion, Stage
from projects.models import Decision, DecisionItem, Problem, ProblemEntry, Project
from projects.problems import say

FALSE, UNMET = Revocation.Cause.FALSE, Revocation.Cause.UNMET
MENDING = frozenset({Stage.RECTIFYING, Stage.RECHECKING})


def undo(project: Project, annulled: Decision, by: Decision, *, actor: User, on: date) -> bool:
    """`by`: the counter-decision."""
    ends = {"T26": Stage.SETTLED, "T30": Stage.TERMINATED}
    if project.stage in ENDED and ends.get(annulled.kind) != project.stage:
        return False
    take_back = UNDO.get(annulled.kind)
    return take_back is not None and take_back(project, annulled, by, actor, on)


def _award(project: Project, annulled: Decision, by: Decision, actor: User, on: date) -> bool:
    """T01, category: back before the award; the number stays, it was given once."""
    if project.stage not in EARLY:
        return False
    if annulled.kind in AWARD and annulled.kind != "T01":
        project.sector, project.sector_reason, project.grant = "", "", None
    project.award_document, project.awarded_on = "", None
    project.stage = Stage.DRAFT
    project.save(update_fields=["sector", "sector_reason", "grant", "award_document", "awarded_on", "stage"])
    return_to(project, Stage.DRAFT, on=on)
    return True


def _hold(project: Project, annulled: Decision, by: Decision, actor: User, on: date) -> bool:
    hold = standing_hold(project)
    if hold is None or hold.placed_by_id != annulled.pk or project.stage not in HOLD_STAGES:
        return False
    funds.lift_hold(project.pk, by.pk, actor=actor, on=on)
    return True


def _conclusion(project: Project, annulled: Decision, by: Decision, actor: User, on: date) -> bool:
    """T18: the application is concluded anew."""
    _end_orders(project, by, actor, on)
    overtaken(project, [Occasion.ACCEPTANCE], by, on=on)
    _back(project, Stage.IN_ACCEPTANCE, on)
    return True


def _order(project: Project, annulled: Decision, by: Decision, actor: User, on: date) -> bool:
    """T19, T29: an order falls with its term, its problems and a notice that rests on it."""
    standing = project.rectifications.filter(decision=annulled, closed_on=None).first()
    if standing is None:
        return False
    _end_orders(project, by, actor, on)
    _back(project, Stage.IN_ACCEPTANCE if annulled.kind == "T19" else Stage.ACCEPTED, on)
    return True


def _passed(project: Project, annulled: Decision, by: Decision, actor: User, on: date) -> bool:
    """T21: the order is open again, and its last report is looked at anew."""
    order = project.rectifications.filter(closed_on=annulled.effective_on, decision__lt=annulled.pk).first()
    if order is None:
        return False
    _end_orders(project, by, actor, on)
    order.closed_on = None
    order.save(update_fields=["closed_on"])
    again = Problem.objects.filter(decision=order.decision, project=project, closed_on=annulled.effective_on)
    again.update(state=Problem.State.ANSWERED, closed_on=None)
    _look_anew(order, by)
    _back(project, Stage.RECHECKING, on)
    return True


def _continued(project: Project, annulled: Decision, by: Decision, actor: User, on: date) -> bool:
    """T22: the report it judged is looked at anew; not where the unit has handed in another one since."""
    order, running = rectification_of(project), revocation_of(project)
    report = report_of(order)
    fits = project.stage == Stage.RECTIFYING or (running is not None and running.cause == UNMET)
    if order is None or report is None or report.passed is None or not fits:
        return False
    project.revocations.filter(cause=UNMET, closed_on=None).update(closed_on=on)
    deadlines.close(project, deadlines.RECTIFY, deadlines.DEFENCE, on=on, state=Deadline.State.DROPPED)
    _look_anew(order, by)
    _back(project, Stage.RECHECKING, on)
    return True


def _notice(project: Project, annulled: Decision, by: Decision, actor: User, on: date) -> bool:
    """T23 and a finding of false material: the proceeding ends, the project stands where it stood."""
    case = project.revocations.filter(notice=annulled, closed_on=None).first()
    if case is None:
        return False
    stage = stage_before(project, case)
    case.closed_on = on
    case.save(update_fields=["closed_on"])
    said = f"认定已被依法撤销（{by.number}）"
    FalseCase.objects.filter(decision=annulled).update(state=FalseCase.State.DISMISSED, conclusion=said)
    deadlines.close(project, deadlines.DEFENCE, on=on, state=Deadline.State.DROPPED)
    if stage == Stage.RECTIFYING and case.rectification and case.rectification.due_on:
        deadlines.open_(project, deadlines.RECTIFY, due_on=case.rectification.due_on, on=on)
    return_to(project, stage, on=on)
    return True


def stage_before(project: Project, case: Revocation) -> Stage:
    """Where a notice found the project; of one that did not keep it, by what was reported and decided before."""
    if case.former_stage:
        return Stage(case.former_stage)
    report = report_of(case.rectification)
    if report is None:
        return Stage.RECTIFYING
    later = DecisionItem.objects.filter(
        project=project, state=DecisionItem.State.DONE, decision__kind__in=["T22", "T25R"]
    )
    later = later.filter(decision__effective_on__gte=report.on, decision__lt=case.notice_id)
    return Stage.RECTIFYING if later.exists() else Stage.RECHECKING


def _ruling(project: Project, annulled: Decision, by: Decision, actor: User, on: date) -> bool:
    """The defence is ruled on anew."""
    found = project.revocations.filter(ruling=annulled, closed_on=None)
    return bool(found.update(ruling=None, upheld=None))


def _withdrawn(project: Project, annulled: Decision, by: Decision, actor: User, on: date) -> bool:
    """T25, T25R: the notice they took back stands again and its defence is ruled on anew."""
    old = project.revocations.filter(ruling=annulled, upheld=True).first()
    if old is None or revocation_of(project) is not None:
        return False
    stands = Stage(old.former_stage) == project.stage if old.cause == FALSE else project.stage in MENDING
    if not stands:
        return False
    FalseCase.objects.filter(decision=old.notice).update(state=FalseCase.State.FOUND, conclusion="")
    deadlines.close(project, deadlines.RECTIFY, on=on, state=Deadline.State.DROPPED)
    reopen_proceeding(project, old)
    return_to(project, Stage.REVOCATION_NOTICE, on=on)
    return True


def _grade(project: Project, annulled: Decision, by: Decision, actor: User, on: date) -> bool:
    """T28J: the year is graded anew."""
    found = YearlyAssessment.objects.filter(project=project, decision=annulled)
    return bool(found.update(decision=None, decided_on=None))


def _ended(project: Project, annulled: Decision, by: Decision, actor: User, on: date) -> bool:
    """T30: what it closed on its day runs again, and the project stands where it stood."""
    day = annulled.effective_on
    stage = stage_at_end(project, annulled)
    if stage in MENDING | {Stage.REVOCATION_NOTICE}:
        Rectification.objects.filter(project=project, closed_on=day).update(closed_on=None)
    if stage == Stage.REVOCATION_NOTICE:
        cases = project.revocations.filter(closed_on=day, decision=None).exclude(upheld=True)
        cases.filter(pk__in=cases.order_by("-pk").values("pk")[:1]).update(closed_on=None)
    Deadline.objects.filter(project=project, state=Deadline.State.DROPPED, closed_on=day).update(
        state=Deadline.State.OPEN, closed_on=None
    )
    asked = Request.objects.filter(project=project, kind=Request.Kind.TERMINATION, answer=annulled.number)
    asked.update(state=Request.State.OPEN, answer="")
    overtaken(project, [Occasion.TERMINATION], by, on=on)
    return_to(project, stage, on=on)
    return True


def stage_at_end(project: Project, annulled: Decision) -> Stage:
    """Where a termination found the project; of one that did not keep it, by what it closed and had passed before."""
    if project.resume_stage:
        return Stage(project.resume_stage)
    day = annulled.effective_on
    order = project.rectifications.filter(closed_on=day).first()
    if project.revocations.filter(closed_on=day, decision=None).exclude(upheld=True).exists():
        return Stage.REVOCATION_NOTICE
    if order is not None:
        report = report_of(order)
        return Stage.RECHECKING if report and report.passed is None else Stage.RECTIFYING
    passed = {"T18", "T21"} & set(project.decision_items.filter(state="done").values_list("decision__kind", flat=True))
    known = (
        (bool(passed), Stage.ACCEPTED),
        (project.acceptances.exists(), Stage.IN_ACCEPTANCE),
        (project.build_start_on is not None, Stage.BUILDING),
        (project.target_sheets.filter(filed_on__isnull=False).exists(), Stage.TARGET_FILED),
        (project.awarded_on is not None, Stage.AWARDED),
    )
    return next((stage for holds, stage in known if holds), Stage.DRAFT)


def _revoked(project: Project, annulled: Decision, by: Decision, actor: User, on: date) -> bool:
    """T26 after the money was settled; before, T32 does the same."""
    restore_title(project, by, on=on)
    return True


def _back(project: Project, stage: Stage, on: date) -> None:
    """A notice of false material rests on no order: it goes on, and remembers where the project stands beneath it."""
    running = revocation_of(project)
    if running is None:
        return_to(project, stage, on=on)
        return
    running.rectification, running.former_stage = None, stage
    running.save(update_fields=["rectification", "former_stage"])


def _look_anew(order: Rectification, by: Decision) -> None:
    report = report_of(order)
    if report is None:
        return
    RectificationReport.objects.create(
        rectification=order, round=report.round + 1, text=f"按生效法律文书（{by.number}）重新复验。{report.text}",
        submitted_by=report.submitted_by, on=report.on, ruling=by,
    )  # fmt: skip


def _end_orders(project: Project, by: Decision, actor: User, on: date) -> None:
    """Every order that runs, with its term, its problems and the notice that rests on it."""
    project.revocations.filter(cause=UNMET, closed_on=None).update(closed_on=on)
    for order in project.rectifications.filter(closed_on=None).select_related("decision"):
        _drop_items(project, order.decision, actor, on)
    project.rectifications.filter(closed_on=None).update(closed_on=on)
    deadlines.close(project, on=on, state=Deadline.State.DROPPED)


def _drop_items(project: Project, order: Decision, actor: User, on: date) -> None:
    """Its own rows are closed with the reason; a problem of another source goes back to the register, still open."""
    for problem in Problem.objects.filter(decision=order, project=project).exclude(state=Problem.State.CLOSED):
        text = f"《{order.title}》（{order.number}）已被依法撤销"
        if problem.source == Problem.Source.ORDER:
            problem.state, problem.closed_on, problem.verdict = Problem.State.CLOSED, on, text
            problem.verified_by = actor
            problem.save(update_fields=["state", "closed_on", "verdict", "verified_by"])
            say(problem, ProblemEntry.Kind.CLOSE, text, by=actor, on=on)
        else:
            problem.decision, problem.number, problem.state = None, problem.serial, Problem.State.OPEN
            problem.save(update_fields=["decision", "number", "state"])
            say(problem, ProblemEntry.Kind.LEFT_OUT, text, by=actor, on=on)


UNDO: dict[str, Callable[[Project, Decision, Decision, User, date], bool]] = {
    "category": _award,
    "T01": _award,
    "T11": _hold,
    "T18": _conclusion,
    "T19": _order,
    "T21": _passed,
    "T22": _continued,
    "T23": _notice,
    "false": _notice,
    "ruling": _ruling,
    "T25": _withdrawn,
    "T25R": _withdrawn,
    "T26": _revoked,
    "T28J": _grade,
    "T29": _order,
    "T30": _ended,
}
