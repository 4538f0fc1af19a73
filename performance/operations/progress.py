"""建设进度 of one 季报包: told task by task by the unit, commented on by the offices, never changed by a comment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from accounts import journal
from accounts.journal import operation
from accounts.models import Organisation, User
from accounts.roles import Action
from performance.models import ChaseCall, MilestoneProgress, PeriodReturn, ProgressComment, ProgressOutlook
from performance.queries.milestones import ABOUT_PROGRESS, ProgressRow, progress_of, progress_version
from performance.queries.returns import WITH_UNIT, return_of, subject_of
from performance.rules.milestones import CLAUSE, WHOLE
from performance.rules.returns import MONITORING
from policy.findings import Finding, refuse
from projects import access, files
from projects.models import Attachment
from ui.versions import refuse_stale

TELL_PROGRESS = "填写建设进度"
LONGEST = {"note": 300, "risk": 1000, "measure": 1000, "text": 500}


@dataclass(frozen=True, slots=True)
class ProgressInput:
    """What was typed of one task."""

    state: str
    done_share: Decimal
    actual_on: date | None = None
    note: str = ""
    papers: Sequence[UploadedFile] = ()


@operation(TELL_PROGRESS)
def save_progress(
    project_id: int,
    return_id: int,
    *,
    rows: Mapping[int, ProgressInput],
    risk: str = "",
    measure: str = "",
    actor: User,
    on: date,
    seen: str | None = None,
) -> list[Finding]:
    """By task number. Everything is kept; the findings say what keeps the return from being sent in."""
    project = access.enter(project_id, actor=actor, action=Action.EDIT_PROGRESS)
    one = return_of(project, return_id)
    one.project = project
    if one.state not in WITH_UNIT:
        refuse("state", f"季报包现为“{one.get_state_display()}”，不能填写建设进度；退回补正后可以修改。", MONITORING)
    before = progress_of(one)
    if before.plan is None:
        refuse("plan", "建设任务计划尚未审定，请先编制并报送计划；审定前只填写文字进展。", CLAUSE)
    refuse_stale(seen, progress_version(before))
    known = {row.milestone.key: row for row in before.rows}
    if set(rows) - set(known):
        refuse("stale", "建设任务已有变化，请刷新页面后重新填写。")
    _refuse_unkeepable(rows, risk, measure)
    changed = [key for key, given in rows.items() if _write(one, known[key], given, actor=actor, on=on)]
    if _outlook(one, risk.strip(), measure.strip()) or changed:
        text = f"填写 {len(changed)} 项建设任务的进展"
        journal.record(project_id=project.pk, subject=subject_of(one), text=text, tasks=changed)
    return progress_of(one).findings


def _refuse_unkeepable(rows: Mapping[int, ProgressInput], risk: str, measure: str) -> None:
    for name, text in (("risk", risk), ("measure", measure)):
        if len(text) > LONGEST[name]:
            refuse("long", f"最多 {LONGEST[name]} 个字，现为 {len(text)} 个。", field=name)
    for key, given in rows.items():
        if given.state not in MilestoneProgress.State.values:
            refuse("state", "请从列表中选择状态。", field=f"m{key}-state")
        if not 0 <= given.done_share <= WHOLE:
            refuse("done_share", "完成比例应为 0 至 100。", field=f"m{key}-done_share")
        if len(given.note) > LONGEST["note"]:
            refuse("long", f"说明最多 {LONGEST['note']} 个字。", field=f"m{key}-note")


def _write(one: PeriodReturn, row: ProgressRow, given: ProgressInput, *, actor: User, on: date) -> bool:
    """Whether anything changed; a row of an older version of the plan moves on to the one in force."""
    told = row.told or MilestoneProgress(period_return=one, entered_by=actor, entered_on=on)
    said = {
        "milestone_id": row.milestone.pk,
        "state": given.state,
        "done_share": given.done_share,
        "actual_on": given.actual_on,
        "note": given.note.strip(),
    }
    if row.told and all(getattr(told, name) == value for name, value in said.items()) and not given.papers:
        return False
    for name, value in said.items():
        setattr(told, name, value)
    told.entered_by, told.entered_on = actor, on
    if told._state.adding:
        told.save(force_insert=True)
    else:
        told.save(update_fields=[*said, "entered_by", "entered_on"])
    for paper in given.papers:
        purpose = "建设进度佐证材料"
        files.accept(one.project, paper, about=ABOUT_PROGRESS, about_id=told.pk, purpose=purpose, actor=actor, on=on)
    return True


def _outlook(one: PeriodReturn, risk: str, measure: str) -> bool:
    standing = ProgressOutlook.objects.filter(period_return=one).first()
    if (standing.risk, standing.measure) == (risk, measure) if standing else not (risk or measure):
        return False
    said = {"risk": risk, "measure": measure}
    ProgressOutlook.objects.update_or_create(period_return=one, defaults=said)
    return True


def hand_in_progress(one: PeriodReturn) -> None:
    """Inside the submission: from now on the offices may have what proves the progress."""
    rows = list(one.progress.values_list("pk", flat=True))
    Attachment.objects.filter(project=one.project_id, about=ABOUT_PROGRESS, about_id__in=rows).update(handed_in=True)


@operation("评议建设进度")
def comment_progress(project_id: int, return_id: int, *, text: str, actor: User, on: date) -> ProgressComment:
    """A word of an office on what was sent in; it returns nothing and changes nothing."""
    project = access.enter(project_id, actor=actor, action=Action.COMMENT_PROGRESS)
    one = return_of(project, return_id)
    if one.state in (*WITH_UNIT, PeriodReturn.State.EXEMPT):
        refuse(
            "state", f"季报包现为“{one.get_state_display()}”，报送后才能评议；要求修改的请在审核时退回。", MONITORING
        )
    if not text.strip():
        refuse("text", "请写明评议意见。", field="text")
    if len(text) > LONGEST["text"]:
        refuse("text", f"评议最多 {LONGEST['text']} 个字，现为 {len(text)} 个。", field="text")
    comment = ProgressComment.objects.create(
        period_return=one, office=_office(actor), by=actor, on=on, text=text.strip()
    )
    journal.record(project_id=project.pk, subject=subject_of(one), text=f"评议建设进度：{comment.text[:200]}")
    return comment


def _office(actor: User) -> Organisation:
    held = [one.organisation for one in actor.live_memberships if one.organisation is not None]
    return held[0]


@operation("登记催报电话")
def record_call(
    project_id: int,
    return_id: int,
    *,
    called_at: datetime,
    person: str,
    said: str,
    promised_on: date | None = None,
    actor: User,
    on: date,
) -> ChaseCall:
    """Only of a return that is late; what was said stays as it was written down."""
    project = access.enter(project_id, actor=actor, action=Action.CHASE_RETURNS)
    one = return_of(project, return_id)
    if one.state not in WITH_UNIT or one.due_on >= on:
        refuse("state", f"季报包现为“{one.get_state_display()}”，没有逾期，不需要催报。", MONITORING)
    called_on = timezone.localtime(called_at).date()
    if called_on > on:
        refuse("called_at", "通话时间晚于今天，请核对。", field="called_at")
    for name, value in (("person", person), ("said", said)):
        if not value.strip():
            refuse(name, "请填写接听人和通话内容。", field=name)
    if promised_on is not None and promised_on < called_on:
        refuse("promised_on", f"承诺报送日期 {promised_on} 早于通话日期，请核对。", field="promised_on")
    call = ChaseCall.objects.create(
        period_return=one,
        office=_office(actor),
        by=actor,
        called_at=called_at,
        person=person.strip()[:40],
        said=said.strip()[:300],
        promised_on=promised_on,
    )
    promise = f"，承诺 {promised_on} 前报送" if promised_on else ""
    text = f"{call.person}：{call.said}{promise}"
    journal.record(project_id=project.pk, subject=subject_of(one), text=text)
    return call
