"""The record of one inspection: check list, signatures, corrections, and the unit's word that it has seen it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from accounts.journal import operation, record
from accounts.models import User
from accounts.notices import notify
from accounts.persons import accounts_of
from accounts.queries import check_may_sign, people_who_may, work_calendar
from accounts.roles import Action
from lifecycle import deadlines
from lifecycle.models import (
    Inspection,
    InspectionFinding,
    InspectionItem,
    InspectionNote,
    InspectionSignature,
    InspectionTour,
)
from lifecycle.models.inspections import ABOUT_ITEM
from lifecycle.operations.inspections_tour import refuse_team
from lifecycle.queries.inspections import is_member, item_version, record_of
from lifecycle.rules.inspections import BASIS, CONFLICT, check_signature
from policy.findings import refuse, refuse_if_blocking
from projects import access, files
from projects.models import Project
from ui.versions import refuse_stale

SD2 = "职责分离 SD2"
State, Verdict = Inspection.State, InspectionItem.Verdict


@dataclass(frozen=True, slots=True)
class Checked:
    """What an inspector says of one item."""

    verdict: str
    actual: str = ""
    note: str = ""
    place: str = ""


def enter(
    project_id: int, inspection_id: int, *, actor: User, action: Action, states: Sequence[str]
) -> tuple[Project, Inspection]:
    """Lock the project; the inspection of it in one of these states, its notice sent."""
    project = access.enter(project_id, actor=actor, action=action)
    inspection = project.inspections.select_related("tour", "team").get(pk=inspection_id)
    inspection.project = project
    if inspection.tour.state == InspectionTour.State.DRAFT:
        refuse("notice", f"《{inspection.tour}》的检查通知尚未发出，请先发出通知。", BASIS)
    if inspection.state not in states:
        refuse("state", f"本次检查{inspection.get_state_display()}，不能再作此办理。", BASIS)
    return project, inspection


def enter_as_member(
    project_id: int, inspection_id: int, *, actor: User, states: Sequence[str], leads: bool = False,
    action: Action = Action.RECORD_INSPECTION,
) -> tuple[Project, Inspection]:  # fmt: skip
    """The same for a member of its team, or its leader."""
    project, inspection = enter(project_id, inspection_id, actor=actor, action=action, states=states)
    if not is_member(inspection, actor):
        refuse("member", "您不是本次检查的检查组成员，检查记录由检查组办理。", BASIS)
    if leads and not is_member(inspection, actor, leads=True):
        refuse("leader", "本事项由检查组组长办理。", BASIS)
    return project, inspection


def _refuse_signed(inspection: Inspection) -> None:
    signed = inspection.signatures.filter(void_on=None).select_related("signer")
    if names := "、".join(str(one.signer) for one in signed):
        refuse("signed", f"{names}已签字，记录不能再改；确需修改的，由组长退回后重新签字。", SD2)


@operation("填写检查概况")
def save_visit(
    project_id: int, inspection_id: int, *, visited_on: date, place: str, summary: str, actor: User, on: date
) -> Inspection:
    """When and where it really was, and how things stand on the whole."""
    project, inspection = enter_as_member(project_id, inspection_id, actor=actor, states=[State.PLANNED])
    _refuse_signed(inspection)
    issued = inspection.tour.issued_on
    if visited_on > on:
        refuse("visited_on", f"检查日期 {visited_on} 晚于今天 {on}。", field="visited_on")
    if issued and visited_on < issued:
        refuse("visited_on", f"检查日期 {visited_on} 早于检查通知发出日 {issued}。", BASIS, field="visited_on")
    if not place.strip():
        refuse("place", "请填写检查地点。", field="place")
    if not summary.strip():
        refuse("summary", "请填写总体情况。", field="summary")
    inspection.visited_on, inspection.place, inspection.summary = visited_on, place.strip()[:160], summary.strip()
    inspection.save(update_fields=["visited_on", "place", "summary"])
    record(project_id=project.pk, subject=f"inspection:{inspection.pk}", text=f"{visited_on} {place}：{summary}")
    return inspection


@operation("记录检查项目")
def save_items(
    project_id: int,
    inspection_id: int,
    *,
    items: Mapping[int, Checked],
    photos: Mapping[int, Sequence[UploadedFile]] | None = None,
    seen: str | None = None,
    actor: User,
    on: date,
) -> Inspection:
    """One item from the phone, or several from a program. `seen`: the version of the one item the person was shown."""
    project, inspection = enter_as_member(project_id, inspection_id, actor=actor, states=[State.PLANNED])
    _refuse_signed(inspection)
    rows = {row.pk: row for row in inspection.items.filter(pk__in=items)}
    if len(rows) != len(items):
        refuse("item", "检查项目不属于本次检查，请回到检查表刷新后再填。")
    for pk, checked in items.items():
        item = rows[pk]
        refuse_stale(seen, item_version(item))
        _refuse_unsaid(item, checked)
        item.verdict, item.actual = checked.verdict, checked.actual.strip()[:300]
        item.note, item.place = checked.note.strip()[:300], checked.place.strip()[:120]
        item.checked_by, item.checked_on = actor, on
        item.save(update_fields=["verdict", "actual", "note", "place", "checked_by", "checked_on"])
        for photo in (photos or {}).get(pk, ()):
            files.accept(
                project, photo, about=ABOUT_ITEM, about_id=item.pk, purpose=f"检查照片 {item.code}", actor=actor, on=on
            )
        text = f"{item.code}{item.get_verdict_display()}：{item.actual or item.text}"
        record(project_id=project.pk, subject=f"inspection:{inspection.pk}", text=text)
    return inspection


def _refuse_unsaid(item: InspectionItem, checked: Checked) -> None:
    if checked.verdict not in Verdict.values or not checked.verdict:
        refuse("verdict", f"请选择“{item.text}”的检查结果：符合、不符合或不适用。", field="verdict")
    if checked.verdict == Verdict.BAD and not checked.actual.strip():
        refuse("actual", f"“{item.text}”不符合，请写明实际情况（要求：{item.required}）。", item.clause, field="actual")


@operation("签署检查记录")
def sign_record(project_id: int, inspection_id: int, *, actor: User, on: date) -> Inspection:
    """Everyone of the team on his own account, the leader last; then the record is frozen (SD2)."""
    project, inspection = enter_as_member(
        project_id, inspection_id, actor=actor, states=[State.PLANNED], action=Action.SIGN_INSPECTION
    )
    seats = list(inspection.team.members.select_related("user"))
    standing = record_of(inspection)
    refuse_team([seat.user for seat in seats], standing.leader, [project], on=on)
    refuse_if_blocking(check_may_sign(actor, timezone.now()))
    refuse_if_blocking(check_signature(standing, actor.pk, least=project.edition.number("inspectors_min")))
    leads = actor.pk == standing.leader
    InspectionSignature.objects.create(inspection=inspection, signer=actor, leads=leads, on=on)
    text = f"签署检查记录（{len(standing.signed) + 1} / {len(seats)}）"
    record(project_id=project.pk, subject=f"inspection:{inspection.pk}", text=text)
    if leads:
        _seal(project, inspection, actor=actor, on=on)
    return inspection


def _seal(project: Project, inspection: Inspection, *, actor: User, on: date) -> None:
    """The last signature: the record stands, what was not met becomes the draft of a finding, the unit may see it."""
    items = list(inspection.items.all())
    for item in items:
        if item.verdict == Verdict.BAD:
            draft_finding(inspection, item, actor=actor, on=on)
        files.publish(project, about=ABOUT_ITEM, about_id=item.pk)
    inspection.items.update(sealed_on=on)
    inspection.state, inspection.signed_on = State.SIGNED, on
    inspection.save(update_fields=["state", "signed_on"])
    deadlines.close(project, deadlines.INSPECTION_DUE, on=on, about_id=inspection.pk)
    tell_unit(inspection, "检查记录已签字，请确认", on=on)
    bad = sum(item.verdict == Verdict.BAD for item in items)
    text = f"检查记录签字完成：{len(items)} 项，不符合 {bad} 项"
    record(project_id=project.pk, subject=f"inspection:{inspection.pk}", text=text, bad=bad)


def draft_finding(inspection: Inspection, item: InspectionItem, *, actor: User, on: date) -> InspectionFinding:
    """What was not met, with the requirement of the item as what is to be reached; the team words it better."""
    days = inspection.project.edition.number("problem_days")
    said = "；".join(filter(None, [item.actual, item.note]))
    return InspectionFinding.objects.create(
        inspection=inspection,
        number=inspection.findings.count() + 1,
        item=item,
        fact=f"{item.text}：{said}"[:300],
        clause=item.clause,
        requirement=f"整改后达到：{item.text}；提供{item.evidence or '佐证材料'}"[:300],
        due_on=work_calendar().next_working(on + timedelta(days=days)),
        by=actor,
    )


def tell_unit(inspection: Inspection, text: str, *, on: date, action: Action = Action.SEE_INSPECTION) -> None:
    project = inspection.project
    people = people_who_may(action, project.organisation, on)
    url = f"/projects/{project.pk}/inspections/{inspection.pk}/"
    notify(people, key=f"inspection:{inspection.pk}:{inspection.state}", text=f"{project.name}：{text}", url=url)


@operation("退回检查记录")
def reopen_record(project_id: int, inspection_id: int, *, reason: str, actor: User, on: date) -> Inspection:
    """The leader, before signing: the signatures given so far fall away, so that the record can be mended."""
    project, inspection = enter_as_member(project_id, inspection_id, actor=actor, states=[State.PLANNED], leads=True)
    given = inspection.signatures.filter(void_on=None)
    if not given.exists():
        refuse("none", "还没有人签字，可以直接修改。")
    if not reason.strip():
        refuse("reason", "请写明退回理由。", field="reason")
    given.update(void_on=on, void_reason=reason.strip()[:300])
    record(project_id=project.pk, subject=f"inspection:{inspection.pk}", text=f"退回检查记录：{reason.strip()}")
    return inspection


@operation("更正检查记录")
def note_record(
    project_id: int, inspection_id: int, *, text: str, item_id: int | None = None, actor: User, on: date
) -> InspectionNote:
    """Beside a signed record, which is never changed: what is put right, by a member of the team."""
    states = [State.SIGNED, State.ASKED, State.ANSWERED, State.FINAL]
    project, inspection = enter_as_member(project_id, inspection_id, actor=actor, states=states)
    if not text.strip():
        refuse("text", "请写明更正的内容和原因。", field="text")
    item = inspection.items.get(pk=item_id) if item_id else None
    note = InspectionNote.objects.create(inspection=inspection, item=item, text=text.strip()[:500], by=actor, on=on)
    said = f"更正{item.code if item else '检查记录'}：{note.text}"
    record(project_id=project.pk, subject=f"inspection:{inspection.pk}", text=said)
    return note


@operation("确认检查记录")
def see_record(project_id: int, inspection_id: int, *, remark: str = "", actor: User, on: date) -> Inspection:
    """The unit's person on site has seen the signed record. It says nothing about whether the unit agrees."""
    states = [State.SIGNED, State.ASKED, State.ANSWERED, State.FINAL]
    project, inspection = enter(project_id, inspection_id, actor=actor, action=Action.SEE_INSPECTION, states=states)
    if inspection.seen_on:
        refuse("seen", f"{inspection.seen_by}已于 {inspection.seen_on} 确认。")
    if inspection.team.members.filter(user__in=accounts_of(actor.pk)).exists():
        refuse("conflict", "检查组成员不能代单位确认。", CONFLICT)
    inspection.seen_by, inspection.seen_on, inspection.seen_remark = actor, on, remark.strip()[:300]
    inspection.save(update_fields=["seen_by", "seen_on", "seen_remark"])
    text = f"单位已确认检查记录{'：' + inspection.seen_remark if inspection.seen_remark else ''}"
    record(project_id=project.pk, subject=f"inspection:{inspection.pk}", text=text)
    return inspection
