"""豁免: proposed by one office, approved by both departments, ended early with its reason."""

from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from accounts.journal import operation, record
from accounts.models import User
from accounts.notices import notify
from accounts.persons import accounts_of, is_hand
from accounts.queries import check_may_sign, people_who_may
from accounts.roles import Action
from lifecycle.queries.waivers import line_of, standing
from policy.findings import refuse, refuse_if_blocking
from policy.terms import Line
from projects import access, files
from projects.models import Project, Waiver
from projects.waivers import check_waiver

State = Waiver.State
ABOUT = "waiver"  # Attachment.about of the approval document
CLAUSE = "手册 0：数值的效力"


@operation("提出豁免")
def propose_waiver(
    project_id: int,
    *,
    finding: str,
    reason: str,
    number: str,
    dated_on: date,
    until: date,
    document: UploadedFile | None,
    actor: User,
    on: date,
) -> Waiver:
    """`finding`: `source:code` of one that stands now. What may not be waived is refused with the reason."""
    project = access.enter(project_id, actor=actor, action=Action.PROPOSE_WAIVER)
    source, _, code = finding.partition(":")
    found = standing(project, on).get(finding)
    if found is None:
        refuse("finding", "这个事项现在没有提出，不需要豁免；请从列出的事项中选择。", field="finding")
    refuse_if_blocking(
        check_waiver(found, source=source, reason=reason, number=number, dated_on=dated_on, until=until, on=on)
    )
    if document is None:
        refuse("document", "请上传批准文件。", field="document")
    if project.waivers.filter(source=source, code=code, state=State.PROPOSED).exists():
        refuse("waiting", "同一事项已有一份豁免待批准，请等待两部门办理。", field="finding")
    said = {"reason": reason.strip()[:300], "number": number.strip()[:80], "dated_on": dated_on, "until": until}
    told = {"finding": found.message[:200], "clause": found.clause[:120], "rank": found.rank}
    hand = {"proposed_by": actor, "proposed_on": on}
    waiver = Waiver.objects.create(project=project, source=source, code=code, **said, **told, **hand)
    files.accept(project, document, about=ABOUT, about_id=waiver.pk, purpose="豁免批准文件", actor=actor, on=on)
    record(project_id=project.pk, subject=f"waiver:{waiver.pk}", text=f"{found.message}，至 {until}，{number}")
    return waiver


def entered(waiver_id: int, *, actor: User) -> Waiver:
    """The waiver under its project's lock."""
    first = Waiver.objects.get(pk=waiver_id)
    project = access.enter(first.project_id, actor=actor, action=Action.APPROVE_WAIVER)
    waiver: Waiver = project.waivers.get(pk=waiver_id)
    waiver.project = project
    return waiver


@operation("批准豁免")
def approve_waiver(waiver_id: int, *, actor: User, on: date) -> Waiver:
    """One signature of each department; neither is the proposer's (SD1, SD2). In force with the second."""
    waiver = entered(waiver_id, actor=actor)
    line = line_of(actor)
    if waiver.state != State.PROPOSED or line is None:
        refuse("state", f"本豁免{waiver.get_state_display()}，不能再批准。")
    if waiver.until < on:
        refuse("until", f"豁免期限 {waiver.until} 已过，请退回后重新提出。")
    refuse_if_blocking(check_may_sign(actor, timezone.now()))
    hands = accounts_of(waiver.proposed_by_id, waiver.hr_by_id, waiver.finance_by_id)
    if is_hand(actor, *hands):
        refuse("sod", "您提出或已批准过本豁免，不能再批准；请由本厅另一位负责人办理。", "职责分离 SD1、SD2")
    name = "hr" if line == Line.HR else "finance"
    if getattr(waiver, f"{name}_by_id"):
        refuse("line", f"{line.label}部门已批准，等待另一部门。", CLAUSE)
    setattr(waiver, f"{name}_by", actor)
    setattr(waiver, f"{name}_on", on)
    both = waiver.hr_by_id is not None and waiver.finance_by_id is not None
    waiver.state = State.APPROVED if both else State.PROPOSED
    waiver.save(update_fields=["state", f"{name}_by", f"{name}_on"])
    said = f"{line.label}批准：{waiver.words}" if both else f"{line.label}批准，等待另一部门"
    record(project_id=waiver.project_id, subject=f"waiver:{waiver.pk}", text=said)
    return waiver


@operation("退回或终止豁免")
def close_waiver(waiver_id: int, *, reason: str, actor: User, on: date) -> Waiver:
    """One that waits is sent back; one in force ends today, and its finding stands again."""
    waiver = entered(waiver_id, actor=actor)
    if waiver.state not in (State.PROPOSED, State.APPROVED) or (waiver.state == State.APPROVED and waiver.until < on):
        refuse("state", "本豁免已退回、已终止或已到期，不需要再办理。")
    if not reason.strip():
        refuse("reason", "请写明理由。", field="reason")
    waiver.state = State.RETURNED if waiver.state == State.PROPOSED else State.ENDED
    waiver.closed_by, waiver.closed_on, waiver.closed_why = actor, on, reason.strip()[:300]
    waiver.save(update_fields=["state", "closed_by", "closed_on", "closed_why"])
    said = f"{waiver.get_state_display()}：{waiver.closed_why}"
    record(project_id=waiver.project_id, subject=f"waiver:{waiver.pk}", text=said)
    return waiver


def tell_expired(project: Project, *, on: date) -> None:
    """Nightly: say once of each waiver whose day has passed that its finding stands again."""
    over = list(project.waivers.filter(state=State.APPROVED, until__lt=on))
    if not over:
        return
    people = people_who_may(Action.PROPOSE_WAIVER, project.organisation, on)
    for waiver in over:
        text = f"{project.name}：豁免已于 {waiver.until} 到期（{waiver.number}），恢复提示：{waiver.finding}"
        notify(people, key=f"waiver:{waiver.pk}:over", text=text, url=f"/waivers/{waiver.pk}/")
