"""What the decisions on the way to 取消称号 do to one locked project when the second signature lands (T23 to T26, T32)."""

from datetime import date
from typing import Any

from django.db.models import F

from accounts.models import User
from funds import operations as funds
from lifecycle import deadlines
from lifecycle.models import Deadline, FalseCase, Rectification, RectificationReport, Request, Revocation
from lifecycle.operations.steps import move
from lifecycle.queries import rectification_of, report_of, revocation_of
from lifecycle.queries.disputes import revocation_dispute
from lifecycle.queries.served import SERVED
from policy.findings import refuse
from policy.terms import Occasion, Stage
from projects import files
from projects.models import Decision, Problem, ProblemEntry, Project


def announce(project: Project, decision: Decision, payload: dict[str, Any], *, actor: User, on: date) -> None:
    """T23."""
    rectification = open_order(project)
    Revocation.objects.create(project=project, former_stage=project.stage, rectification=rectification, notice=decision)
    deadlines.close(project, deadlines.RECTIFY, on=on, state=Deadline.State.DROPPED)
    move(project, "T23", on=on)


def find_false(project: Project, decision: Decision, payload: dict[str, Any], *, actor: User, on: date) -> None:
    """`false`: the finding is the notice at once; dates that run go on running (docs/decisions/0011)."""
    case = FalseCase.objects.filter(project=project, state=FalseCase.State.OPEN).first()
    if case is None:
        refuse("case", "没有核查中的虚假材料案件。", "通知 六（二）")
    case.state, case.decision, case.closed_on = FalseCase.State.FOUND, decision, on
    case.save(update_fields=["state", "decision", "closed_on"])
    Revocation.objects.create(
        project=project,
        cause=Revocation.Cause.FALSE,
        former_stage=project.stage,
        rectification=rectification_of(project),
        notice=decision,
    )
    move(project, "false", on=on)


def reject_defence(project: Project, decision: Decision, payload: dict[str, Any], *, actor: User, on: date) -> None:
    revocation = revocation_of(project)
    if revocation is None:
        refuse("revocation", "没有进行中的取消称号程序。")
    revocation.ruling, revocation.upheld = decision, False
    revocation.save(update_fields=["ruling", "upheld"])


def uphold_facts(project: Project, decision: Decision, payload: dict[str, Any], *, actor: User, on: date) -> None:
    """T25: the finding was wrong. After an order the case is checked anew; else the project stands where it stood."""
    revocation = revocation_of(project)
    if revocation is None or revocation.defended_by is None or revocation.defended_on is None:
        refuse("revocation", "没有进行中的陈述申辩。")
    if revocation.cause == Revocation.Cause.FALSE:
        said = f"申辩成立，撤回认定（{decision.number}）"
        FalseCase.objects.filter(decision=revocation.notice).update(state=FalseCase.State.DISMISSED, conclusion=said)
        close_revocation(project, decision, upheld=True, on=on)
        move(project, "T25", on=on, target=Stage(revocation.former_stage))
        return
    rectification = open_order(project)
    report = report_of(rectification)
    RectificationReport.objects.create(
        rectification=rectification,
        round=(report.round if report else 0) + 1,
        text=f"经复核（{decision.number}）重新复验。{report.text if report else revocation.defence}",
        submitted_by=report.submitted_by if report else revocation.defended_by,
        on=report.on if report else revocation.defended_on,
        ruling=decision,
    )
    close_revocation(project, decision, upheld=True, on=on)
    move(project, "T25", on=on)


def revoke(project: Project, decision: Decision, payload: dict[str, Any], *, actor: User, on: date) -> None:
    """T26. By two people's signatures alone."""
    revocation, rectification = revocation_of(project), rectification_of(project)
    if revocation is None:
        refuse("revocation", "没有进行中的取消称号程序。")
    review = revocation.legal_reviews.last()
    if review and review.reviewed_by_id == decision.drafted_by_id:
        refuse("legal_sod", "决定书的拟制人作了法制审核，请由另一人重新审核。", "职责分离 SD1")
    revocation.decision, revocation.closed_on = decision, on
    revocation.save(update_fields=["decision", "closed_on"])
    if rectification:
        rectification.closed_on = on
        rectification.save(update_fields=["closed_on"])
    deadlines.close(project, on=on)
    close_cases(project, decision, on=on)
    asked = Request.objects.filter(project=project, kind=Request.Kind.TERMINATION, state=Request.State.OPEN)
    asked.update(state=Request.State.REFUSED, answer=f"{because(decision)}，终止申请不再办理")
    overtaken(project, list(Occasion), decision, on=on)
    project.resume_stage = Stage(project.stage)
    project.save(update_fields=["resume_stage"])
    move(project, "T26", on=on)


def restore(project: Project, decision: Decision, payload: dict[str, Any], *, actor: User, on: date) -> None:
    """T32: a court or a review annulled the decision; the case stands where it stood before it, to be ruled anew."""
    dispute = revocation_dispute(project)
    if dispute is None:
        refuse("dispute", "没有登记撤销本取消称号决定的复议决定或判决。")
    restore_title(project, decision, on=on)
    dispute.undone_by = decision
    dispute.save(update_fields=["undone_by"])


def restore_title(project: Project, decision: Decision, *, on: date) -> None:
    """Back to where the project stood before the last revocation; the settlement that came of it is void."""
    old = project.revocations.exclude(decision=None).order_by("-pk").first()
    if old is None:
        refuse("revocation", "没有可撤销的取消称号决定。")
    reopen_proceeding(project, old)
    overtaken(project, [Occasion.REVOCATION], decision, on=on)
    if old.rectification and old.rectification.closed_on == old.closed_on:
        old.rectification.closed_on = None
        old.rectification.save(update_fields=["closed_on"])
    move(project, "T32", on=on, target=Stage(project.resume_stage or Stage.REVOCATION_NOTICE))


def reopen_proceeding(project: Project, old: Revocation) -> Revocation:
    """The same notice and defence, to be heard, weighed and ruled on anew: a hearing that was asked for is owed again."""
    kept = (
        "cause", "former_stage", "rectification", "notice", "served_on", "served_way", "defend_by", "defence",
        "hearing_asked", "defended_by", "defended_on",
    )  # fmt: skip
    return Revocation.objects.create(project=project, **{name: getattr(old, name) for name in kept})


def open_order(project: Project) -> Rectification:
    rectification = rectification_of(project)
    if rectification is None:
        refuse("rectification", "没有进行中的限期整改。")
    return rectification


def publish_rechecks(project: Project, rectification: Rectification) -> None:
    """What the departments made of the re-check is in force, and served where it must be: what failed is open again."""
    for pk in rectification.reports.values_list("pk", flat=True):
        files.publish(project, about="report", about_id=pk)
    report = report_of(rectification)
    if report is None or report.rechecked_on is None:
        return
    judged = Problem.objects.filter(decision=rectification.decision, project=project)
    judged = judged.exclude(state=Problem.State.CLOSED)
    back = ProblemEntry.objects.filter(kind=ProblemEntry.Kind.RETURN, on=report.rechecked_on, round=F("problem__round"))
    failed = list(judged.filter(pk__in=back.values("problem")).values_list("pk", flat=True))
    judged.filter(pk__in=failed).update(state=Problem.State.OPEN)
    judged.exclude(pk__in=failed).update(state=Problem.State.ANSWERED)


def close_cases(project: Project, decision: Decision, *, on: date) -> None:
    """A case of false material that still runs when the project ends otherwise."""
    FalseCase.objects.filter(project=project, state=FalseCase.State.OPEN).update(
        state=FalseCase.State.DISMISSED, closed_on=on, conclusion=f"项目已结束，不再办理：{because(decision)}"
    )


def overtaken(project: Project, occasions: list[Occasion], decision: Decision, *, on: date) -> None:
    """Settlements of these occasions are void; the books are open again (docs/decisions/0008)."""
    funds.void_settlements(project, occasions, reason=because(decision), on=on)


def because(decision: Decision) -> str:
    """In words that the unit may read at once: a paper that must be served is not quoted."""
    return decision.title if decision.kind in SERVED else f"{decision.title}（{decision.number}）"


def close_revocation(project: Project, decision: Decision, *, upheld: bool, on: date) -> None:
    revocation = revocation_of(project)
    if revocation:
        revocation.ruling, revocation.upheld, revocation.closed_on = decision, upheld, on
        revocation.save(update_fields=["ruling", "upheld", "closed_on"])
        deadlines.close(project, deadlines.DEFENCE, on=on)
