"""人社 and 财政 read a 季报包 in parallel; what both said decides. 补件 is asked beside it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile

from accounts import journal
from accounts.journal import operation
from accounts.models import Organisation, User
from accounts.persons import is_hand
from accounts.queries import work_calendar
from accounts.roles import Action
from performance import snapshot
from performance.models import PeriodReturn, Remark, ReturnAsk, ReturnReview
from performance.operations.readings import freeze_readings
from performance.operations.return_alerts import refresh_returns
from performance.queries.returns import (
    ABOUT_ASK,
    DONE,
    Code,
    State,
    earlier_than,
    reporters_of,
    return_of,
    review_offices,
    said_by,
    seat_of,
    subject_of,
)
from performance.rules.returns import LINES, MONITORING, check_review, outcome_of
from policy.findings import refuse, refuse_if_blocking
from policy.terms import Line
from projects import access, files
from projects.models import Project

MOST = 300  # letters of a remark
ASKABLE = (State.SUBMITTED, State.ACCEPTED)


@dataclass(frozen=True, slots=True)
class RemarkInput:
    """一次性告知: what is to be mended, in which part, on which indicator of the return's targets."""

    section: str
    text: str
    indicator: int | None = None


@operation("审核季报包")
def review_return(
    project_id: int,
    return_id: int,
    *,
    agreed: bool,
    actor: User,
    on: date,
    remarks: Sequence[RemarkInput] = (),
    seen: int | None = None,
) -> PeriodReturn:
    """One line's word. With the second one the return goes back with the remarks of both, or is accepted for good.

    `seen`: which turn the reader was shown.
    """
    project = access.enter(project_id, actor=actor, action=Action.REVIEW_RETURN)
    one = return_of(project, return_id)
    if one.state != State.SUBMITTED:
        refuse("state", f"季报包现为“{one.get_state_display()}”，只有待审核的可以审核。", MONITORING)
    if seen is not None and seen != one.turn:
        refuse("stale", "单位已重新报送，请打开最新内容核对后再审核。", MONITORING)
    line, office = seat_for(actor, one)
    kept = [remark for remark in remarks if remark.text.strip()]
    said = said_by(one)
    found = check_review(
        agreed=agreed,
        remarks=len(kept),
        said=line in said,
        line=line,
        writer=is_hand(actor, *reporters_of(project)),
        earlier=earlier_than(one, without=DONE) if agreed else (),
    )
    refuse_if_blocking(found)
    _check_remarks(one, kept)
    facts = {"line": line, "turn": one.turn, "agreed": agreed, "reviewer": actor, "office": office, "on": on}
    _keep(ReturnReview.objects.create(period_return=one, **facts), kept)
    outcome = _conclude(project, one, {**{of: known.agreed for of, known in said.items()}, line: agreed}, on)
    # The unit reads the journal too: it learns what an office said once both have spoken (一次性告知).
    journal.record(project_id=project.pk, subject=subject_of(one), text=f"{office}已审核，{outcome}")
    return one


def _keep(review: ReturnReview, remarks: Sequence[RemarkInput]) -> None:
    rows = (
        Remark(review=review, section=row.section, indicator_id=row.indicator, text=row.text.strip()) for row in remarks
    )
    Remark.objects.bulk_create(rows)


def seat_for(actor: User, one: PeriodReturn) -> tuple[Line, Organisation]:
    """For which department the actor reads this return; the wrong office is told which one is right."""
    unit = one.project.organisation
    offices = review_offices([unit])
    for line in LINES:
        if own := seat_of(actor, unit, line, offices):
            return line, own
    names = "、".join(str(offices[unit.pk, line] or f"省级{line.label}部门经办") for line in LINES)
    raise PermissionDenied(f"本季报包由{names}审核")


def _check_remarks(one: PeriodReturn, remarks: Iterable[RemarkInput]) -> None:
    known = set(one.sheet.indicators.values_list("pk", flat=True))
    for number, row in enumerate(remarks):
        if row.section not in Code.values:
            refuse("section", "请选择意见所指的部分。", MONITORING, field=f"section-{number}")
        if row.indicator is not None and row.indicator not in known:
            refuse("indicator", "意见所指的指标不在本季报包中，请重新选择。", MONITORING, field=f"indicator-{number}")
        if len(row.text.strip()) > MOST:
            refuse("long", f"每条意见最多 {MOST} 个字，请分条填写。", MONITORING, field=f"text-{number}")


def _conclude(project: Project, one: PeriodReturn, words: dict[Line, bool], on: date) -> str:
    """Nothing while a line has not spoken; then back to the unit, or accepted. In words."""
    outcome = outcome_of(words)
    if outcome is None:
        return "等待另一部门"
    if outcome:
        _accept(project, one, on)
        said = f"两部门同意，截至 {one.cut_off} 的季报包审定，校验码 {one.digest[:12]}"
    else:
        _send_back(project, one, on)
        said = f"两部门审核完毕，退回补正，{one.due_on} 前重新报送"
    refresh_returns(project, on=on)
    return said


def _send_back(project: Project, one: PeriodReturn, on: date) -> None:
    """The parts that were remarked on are open again; the day of the correction is chased like any other.

    A return that was sent in early and came back early is due no sooner than it was asked for.
    """
    remarked = Remark.objects.filter(review__period_return=one, review__turn=one.turn).values("section")
    one.sections.filter(code__in=remarked).update(done=False, done_by=None, done_on=None)
    one.state, one.returned_on = State.RETURNED, on
    corrected_by = work_calendar().add_working_days(on, project.edition.number("correction_working_days"))
    one.due_on = max(corrected_by, one.first_due_on)
    one.save(update_fields=["state", "returned_on", "due_on"])


def _accept(project: Project, one: PeriodReturn, on: date) -> None:
    """What was accepted is kept to the last figure and never changes; a trigger of the database sees to it."""
    content = snapshot.content(one, readings=freeze_readings(one), on=on)
    one.state, one.accepted_on = State.ACCEPTED, on
    one.snapshot, one.digest = content, snapshot.digest(content)
    one.save(update_fields=["state", "accepted_on", "snapshot", "digest"])


@operation("要求季报包补件")
def ask_paper(project_id: int, return_id: int, *, section: str, text: str, actor: User, on: date) -> ReturnAsk:
    """The return keeps its place, its figures and its signature; the unit has the edition's working days."""
    project = access.enter(project_id, actor=actor, action=Action.ASK_PAPER)
    one = return_of(project, return_id)
    if one.state not in ASKABLE:
        text = f"季报包现为“{one.get_state_display()}”，已报送的季报包才要求补件；需要修改数值的请在审核时退回。"
        refuse("state", text, MONITORING)
    if section not in Code.values:
        refuse("section", "请选择需要补件的部分。", MONITORING, field="section")
    if not text.strip():
        refuse("text", "请写明需要补充什么材料。", MONITORING, field="text")
    office = next((held.organisation for held in actor.live_memberships if held.organisation), None)
    if office is None:
        raise PermissionDenied("您没有任职单位，不能要求补件")
    due_on = work_calendar().add_working_days(on, project.edition.number("ask_working_days"))
    ask = one.asks.create(section=section, text=text.strip(), office=office, asked_by=actor, asked_on=on, due_on=due_on)
    said = f"要求补件，{due_on} 前答复：{ask.text}"
    journal.record(project_id=project.pk, subject=subject_of(one), text=said)
    return ask


@operation("答复季报包补件")
def answer_paper(
    project_id: int,
    return_id: int,
    ask_id: int,
    *,
    answer: str,
    actor: User,
    on: date,
    uploads: Iterable[UploadedFile] = (),
) -> ReturnAsk:
    """Files are added; no figure changes, so nobody signs again."""
    project = access.enter(project_id, actor=actor, action=Action.EDIT_RETURN)
    one = return_of(project, return_id)
    ask, uploads = one.asks.get(pk=ask_id), list(uploads)
    if ask.answered_on:
        refuse("state", f"该补件已于 {ask.answered_on} 答复。", MONITORING)
    if not (answer.strip() or uploads):
        refuse("answer", "请上传材料，或写明无法提供的原因。", MONITORING, field="answer")
    for upload in uploads:
        files.accept(project, upload, about=ABOUT_ASK, about_id=ask.pk, purpose="季报包补件", actor=actor, on=on)
    ask.answer, ask.answered_by, ask.answered_on = answer.strip(), actor, on
    ask.save(update_fields=["answer", "answered_by", "answered_on"])
    said = f"答复补件，材料 {len(uploads)} 份：{ask.answer}"
    journal.record(project_id=project.pk, subject=subject_of(one), text=said)
    return ask
