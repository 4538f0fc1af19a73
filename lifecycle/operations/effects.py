"""What each joint decision does to one locked project when the second signature lands."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import F

from accounts.models import JournalHead, User
from funds import operations as funds
from funds.models import Settlement
from lifecycle import deadlines
from lifecycle.models import Deadline, Rectification, RectificationReport, Request, Revocation
from lifecycle.operations.steps import move
from lifecycle.payloads import day
from lifecycle.queries import problems_of, rectification_of, report_of, revocation_of, unit_type_of
from performance import operations as performance
from performance.operations.evaluating import ALERTS as EVALUATION
from policy.calendar import add_months
from policy.findings import refuse
from policy.terms import Kind, Occasion, Sector, Stage, Track
from projects import alerts, files
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
    project.build_end_on = add_months(
        project.build_start_on, project.edition.number("build_months") + project.extended_months
    )
    project.save(update_fields=["extended_months", "build_end_on"])
    Request.objects.filter(project=project, kind=Request.Kind.EXTENSION, state=Request.State.OPEN).update(
        state=Request.State.GRANTED, answer=f"{decision.number}：延期 {months} 个月"
    )
    deadlines.open_(project, deadlines.BUILD_END, due_on=project.build_end_on, on=on)


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
    Problem.objects.bulk_create(
        Problem(
            project=project,
            decision=decision,
            number=number,
            fact=str(item["fact"])[:300],
            clause=str(item.get("clause", decision.basis))[:160],
            requirement=str(item["requirement"])[:300],
            level=item.get("level", Problem.Level.MAJOR),
        )
        for number, item in enumerate(payload["items"], 1)
    )
    deadlines.close(project, on=on)
    _overtaken(project, [Occasion.ACCEPTANCE], decision, on=on)  # T29: what is mended is settled anew
    move(project, decision.kind, on=on)


def pass_recheck(project: Project, decision: Decision, payload: dict[str, Any], *, actor: User, on: date) -> None:
    """T21."""
    rectification = _open(project)
    _publish_rechecks(project, rectification)
    Problem.objects.filter(pk__in=[item.pk for item in problems_of(rectification)]).update(
        state=Problem.State.CLOSED, closed_on=on
    )
    rectification.closed_on = on
    rectification.save(update_fields=["closed_on"])
    deadlines.close(project, on=on)
    alerts.sync(project, source=EVALUATION, findings=(), on=on)
    move(project, "T21", on=on)


def continue_rectifying(
    project: Project, decision: Decision, payload: dict[str, Any], *, actor: User, on: date
) -> None:
    """T22, T25R: on within the cap; the problems that did not pass are open again."""
    rectification = _open(project)
    _publish_rechecks(project, rectification)
    rectification.due_on = day(payload["due_on"])
    rectification.save(update_fields=["due_on"])
    failed = Problem.objects.filter(decision=rectification.decision, project=project, state=Problem.State.OPEN)
    failed.update(answer="", round=F("round") + 1)
    if rectification.due_on:
        deadlines.open_(project, deadlines.RECTIFY, due_on=rectification.due_on, on=on)
    _close_revocation(project, decision, upheld=True, on=on)
    move(project, decision.kind, on=on)


def announce(project: Project, decision: Decision, payload: dict[str, Any], *, actor: User, on: date) -> None:
    """T23."""
    rectification = _open(project)
    _publish_rechecks(project, rectification)
    Revocation.objects.create(project=project, rectification=rectification, notice=decision)
    deadlines.close(project, deadlines.RECTIFY, on=on, state=Deadline.State.DROPPED)
    move(project, "T23", on=on)


def reject_defence(project: Project, decision: Decision, payload: dict[str, Any], *, actor: User, on: date) -> None:
    revocation = revocation_of(project)
    if revocation is None:
        refuse("revocation", "没有进行中的取消称号程序。")
    revocation.ruling, revocation.upheld = decision, False
    revocation.save(update_fields=["ruling", "upheld"])


def uphold_facts(project: Project, decision: Decision, payload: dict[str, Any], *, actor: User, on: date) -> None:
    """T25: the finding was wrong; the case is checked anew, on the report or, without one, on the defence."""
    rectification = _open(project)
    report, revocation = report_of(rectification), revocation_of(project)
    if revocation is None or revocation.defended_by is None or revocation.defended_on is None:
        refuse("revocation", "没有进行中的陈述申辩。")
    RectificationReport.objects.create(
        rectification=rectification,
        round=(report.round if report else 0) + 1,
        text=f"经复核（{decision.number}）重新复验。{report.text if report else revocation.defence}",
        submitted_by=report.submitted_by if report else revocation.defended_by,
        on=report.on if report else revocation.defended_on,
        ruling=decision,
    )
    _close_revocation(project, decision, upheld=True, on=on)
    move(project, "T25", on=on)


def revoke(project: Project, decision: Decision, payload: dict[str, Any], *, actor: User, on: date) -> None:
    """T26. By two people's signatures alone."""
    revocation, rectification = revocation_of(project), _open(project)
    if revocation is None:
        refuse("revocation", "没有进行中的取消称号程序。")
    revocation.decision, revocation.closed_on = decision, on
    revocation.save(update_fields=["decision", "closed_on"])
    rectification.closed_on = on
    rectification.save(update_fields=["closed_on"])
    deadlines.close(project, on=on)
    asked = Request.objects.filter(project=project, kind=Request.Kind.TERMINATION, state=Request.State.OPEN)
    asked.update(state=Request.State.REFUSED, answer=f"{decision.number}：已取消称号，终止申请不再办理")
    _overtaken(project, list(Occasion), decision, on=on)
    project.resume_stage = Stage(project.stage)
    project.save(update_fields=["resume_stage"])
    move(project, "T26", on=on)


def terminate(project: Project, decision: Decision, payload: dict[str, Any], *, actor: User, on: date) -> None:
    """T30."""
    Request.objects.filter(project=project, kind=Request.Kind.TERMINATION, state=Request.State.OPEN).update(
        state=Request.State.GRANTED, answer=decision.number
    )
    Rectification.objects.filter(project=project, closed_on=None).update(closed_on=on)
    Revocation.objects.filter(project=project, closed_on=None).update(closed_on=on)
    funds.void_settlements(
        project, list(Occasion), reason=_because(decision), on=on, states=[Settlement.State.PREPARED]
    )
    deadlines.close(project, on=on, state=Deadline.State.DROPPED)
    move(project, "T30", on=on)


def restore(project: Project, decision: Decision, payload: dict[str, Any], *, actor: User, on: date) -> None:
    """T32: a court or a review annulled the decision; the case stands where it stood before it, to be ruled anew."""
    old = project.revocations.exclude(decision=None).order_by("-pk").first()
    if old is None:
        refuse("revocation", "没有可撤销的取消称号决定。")
    Revocation.objects.create(
        project=project,
        rectification=old.rectification,
        notice=old.notice,
        served_on=old.served_on,
        served_way=old.served_way,
        defend_by=old.defend_by,
        defence=old.defence,
        defended_by=old.defended_by,
        defended_on=old.defended_on,
    )
    _overtaken(project, [Occasion.REVOCATION], decision, on=on)
    old.rectification.closed_on = None
    old.rectification.save(update_fields=["closed_on"])
    move(project, "T32", on=on, target=Stage(project.resume_stage or Stage.REVOCATION_NOTICE))


def _open(project: Project) -> Rectification:
    rectification = rectification_of(project)
    if rectification is None:
        refuse("rectification", "没有进行中的限期整改。")
    return rectification


def _publish_rechecks(project: Project, rectification: Rectification) -> None:
    """What the departments made of the re-check is in force: the unit may read its records."""
    for pk in rectification.reports.values_list("pk", flat=True):
        files.publish(project, about="report", about_id=pk)


def _overtaken(project: Project, occasions: list[Occasion], decision: Decision, *, on: date) -> None:
    """Settlements of these occasions are void; the books are open again (docs/decisions/0008)."""
    funds.void_settlements(project, occasions, reason=_because(decision), on=on)


def _because(decision: Decision) -> str:
    return f"{decision.title}（{decision.number}）"


def _close_revocation(project: Project, decision: Decision, *, upheld: bool, on: date) -> None:
    revocation = revocation_of(project)
    if revocation:
        revocation.ruling, revocation.upheld, revocation.closed_on = decision, upheld, on
        revocation.save(update_fields=["ruling", "upheld", "closed_on"])
        deadlines.close(project, deadlines.DEFENCE, on=on)


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
    "T29": order,
    "T30": terminate,
    "T32": restore,
}
