"""What each joint decision does to one locked project when the second signature lands."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import F

from accounts.models import JournalHead, User
from funds import operations as funds
from funds.models import Settlement
from lifecycle import deadlines
from lifecycle.models import Deadline, Rectification, Request, Revocation
from lifecycle.operations.changes import apply_change
from lifecycle.operations.disputes import undo_annulled
from lifecycle.operations.order_problems import close_items, due_with_order, enter_items
from lifecycle.operations.sanctions import (
    announce,
    because,
    close_cases,
    close_revocation,
    find_false,
    open_order,
    overtaken,
    publish_rechecks,
    reject_defence,
    restore,
    revoke,
    uphold_facts,
)
from lifecycle.operations.steps import move
from lifecycle.operations.yearly import grade_year
from lifecycle.payloads import day
from lifecycle.queries import problems_of, unit_type_of
from performance import operations as performance
from performance.operations.evaluating import ALERTS as EVALUATION
from policy.calendar import add_months
from policy.findings import refuse
from policy.terms import Kind, Occasion, Sector, Stage, Track
from projects import alerts
from projects.models import Decision, Problem, Project

LETTERS = {Kind.BASE: "JD", Kind.STUDIO: "DS"}


def decide_category(project: Project, decision: Decision, payload: dict[str, Any], *, actor: User, on: date) -> None:
    sector = Sector(payload["sector"])
    project.sector = sector
    project.sector_reason = decision.reason[:300]
    project.grant = project.edition.grant(Kind(project.kind), sector, Track(project.track))
    project.save(update_fields=["sector", "sector_reason", "grant"])


def award(project: Project, decision: Decision, payload: dict[str, Any], *, actor: User, on: date) -> None:
    """T01. The number is the next of its edition and kind; the journal's head row keeps two awards apart."""
    JournalHead.objects.select_for_update().get(pk=1)
    prefix = f"{project.edition.number_prefix}-{LETTERS[Kind(project.kind)]}-"
    given = Project.objects.filter(number__startswith=prefix).values_list("number", flat=True)
    last = max((int(number[len(prefix) :]) for number in given if number), default=0)
    project.number = f"{prefix}{last + 1:03d}"
    project.award_document, project.awarded_on = decision.number, decision.dated_on
    project.unit_type = unit_type_of(project)  # what is corrected later changes no condition of this award
    project.save(update_fields=["number", "award_document", "awarded_on", "unit_type"])
    move(project, "T01", on=on)


def file_targets(project: Project, decision: Decision, payload: dict[str, Any], *, actor: User, on: date) -> None:
    """T04, T05."""
    performance.file_sheet(project.pk, document=decision.number, actor=actor, on=on)
    deadlines.close(project, deadlines.TARGET_REVIEW, on=on)
    move(project, decision.kind, on=on)


def change_budget(project: Project, decision: Decision, payload: dict[str, Any], *, actor: User, on: date) -> None:
    """T13."""
    funds.approve_change(project.pk, budget_id=int(payload["budget"]), decision=decision, actor=actor, on=on)


def change_targets(project: Project, decision: Decision, payload: dict[str, Any], *, actor: User, on: date) -> None:
    """T13M."""
    performance.approve_revision(
        project.pk, sheet_id=int(payload["sheet"]), document=decision.number, actor=actor, on=on
    )


def assess(project: Project, decision: Decision, payload: dict[str, Any], *, actor: User, on: date) -> None:
    performance.decide_assessment(
        project.pk, assessment_id=int(payload["assessment"]), total=str(payload["total"]), decision_ref=decision.pk,
        document=decision.number, dated_on=decision.dated_on, actor=actor, on=on,
    )  # fmt: skip


def extend(project: Project, decision: Decision, payload: dict[str, Any], *, actor: User, on: date) -> None:
    """T14. Counted from the start, never chained (handbook 11)."""
    if project.build_start_on is None:
        refuse("start", "建设期尚未开始。")
    months = int(payload["months"])
    project.extended_months += months
    term = deadlines.Term(
        project.build_start_on, project.edition.number("build_months") + project.extended_months, deadlines.Unit.MONTHS
    )
    project.build_end_on = add_months(term.since, term.count)
    project.save(update_fields=["extended_months", "build_end_on"])
    Request.objects.filter(project=project, kind=Request.Kind.EXTENSION, state=Request.State.OPEN).update(
        state=Request.State.GRANTED, answer=f"{decision.number}：延期 {months} 个月"
    )
    deadlines.open_(project, deadlines.BUILD_END, due_on=project.build_end_on, on=on, term=term)


def hold_money(project: Project, decision: Decision, payload: dict[str, Any], *, actor: User, on: date) -> None:
    """T11."""
    funds.place_hold(project.pk, decision.pk, actor=actor, on=on)


def free_money(project: Project, decision: Decision, payload: dict[str, Any], *, actor: User, on: date) -> None:
    """T12."""
    funds.lift_hold(project.pk, decision.pk, actor=actor, on=on)


def accept(project: Project, decision: Decision, payload: dict[str, Any], *, actor: User, on: date) -> None:
    """T18."""
    deadlines.close(project, on=on)
    move(project, "T18", on=on)


def order(project: Project, decision: Decision, payload: dict[str, Any], *, actor: User, on: date) -> None:
    """T19, T29: the order and every problem it lists. No date runs before service."""
    Rectification.objects.create(
        project=project,
        decision=decision,
        drafted_by=decision.drafted_by,
        term_months=int(payload["term_months"]),
        money_handling=str(payload.get("money_handling", ""))[:120],
    )
    enter_items(project, decision, payload, on=on)
    deadlines.close(project, on=on)
    overtaken(project, [Occasion.ACCEPTANCE], decision, on=on)  # T29: what is mended is settled anew
    move(project, decision.kind, on=on)


def pass_recheck(project: Project, decision: Decision, payload: dict[str, Any], *, actor: User, on: date) -> None:
    """T21."""
    rectification = open_order(project)
    publish_rechecks(project, rectification)
    close_items(problems_of(rectification), on=on)
    rectification.closed_on = on
    rectification.save(update_fields=["closed_on"])
    deadlines.close(project, on=on)
    alerts.sync(project, source=EVALUATION, findings=(), on=on)
    move(project, "T21", on=on)


def continue_rectifying(
    project: Project, decision: Decision, payload: dict[str, Any], *, actor: User, on: date
) -> None:
    """T22, T25R: on within the cap; the problems that did not pass are open again."""
    rectification = open_order(project)
    publish_rechecks(project, rectification)
    rectification.due_on = day(payload["due_on"])
    rectification.save(update_fields=["due_on"])
    failed = Problem.objects.filter(decision=rectification.decision, project=project, state=Problem.State.OPEN)
    failed.update(answer="", round=F("round") + 1)
    due_with_order(project, rectification.decision, rectification.due_on)
    if rectification.due_on:
        deadlines.open_(project, deadlines.RECTIFY, due_on=rectification.due_on, on=on)
    close_revocation(project, decision, upheld=True, on=on)
    move(project, decision.kind, on=on)


def terminate(project: Project, decision: Decision, payload: dict[str, Any], *, actor: User, on: date) -> None:
    """T30. The stage is kept for a judgment that takes it back."""
    project.resume_stage = Stage(project.stage)
    project.save(update_fields=["resume_stage"])
    Request.objects.filter(project=project, kind=Request.Kind.TERMINATION, state=Request.State.OPEN).update(
        state=Request.State.GRANTED, answer=decision.number
    )
    Rectification.objects.filter(project=project, closed_on=None).update(closed_on=on)
    Revocation.objects.filter(project=project, closed_on=None).update(closed_on=on)
    close_cases(project, decision, on=on)
    funds.void_settlements(project, list(Occasion), reason=because(decision), on=on, states=[Settlement.State.PREPARED])
    deadlines.close(project, on=on, state=Deadline.State.DROPPED)
    move(project, "T30", on=on)


EFFECTS: dict[str, Callable[..., None]] = {
    "category": decide_category,
    "T01": award,
    "T04": file_targets,
    "T05": file_targets,
    "T13": change_budget,
    "T13M": change_targets,
    "assess": assess,
    "T11": hold_money,
    "T12": free_money,
    "T14": extend,
    "T18": accept,
    "T19": order,
    "T21": pass_recheck,
    "T22": continue_rectifying,
    "T23": announce,
    "ruling": reject_defence,
    "T25": uphold_facts,
    "T25R": continue_rectifying,
    "T26": revoke,
    "T28J": grade_year,
    "T29": order,
    "T30": terminate,
    "T31": apply_change,
    "annul": undo_annulled,
    "T32": restore,
    "false": find_false,
}
