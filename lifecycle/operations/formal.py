"""形式审查 and 现场验收: accept the application (T17), or send its pack back with every remark at once; the visit."""

from collections.abc import Iterator, Mapping
from datetime import date

from django.core.files.uploadedfile import UploadedFile

from accounts.journal import operation, record
from accounts.models import User
from accounts.notices import notify
from accounts.queries import people_who_may, work_calendar
from accounts.roles import Action
from lifecycle import deadlines
from lifecycle.models import Acceptance, PackReturn
from lifecycle.operations.acceptance import open_acceptance
from lifecycle.queries import PACK_ABOUT
from lifecycle.queries.pack import MISSING, RETURNED, open_return, pack_items, pack_of
from lifecycle.queries.panel import ABOUT_NOTICE, ABOUT_VISIT
from lifecycle.rules.panel import SIX_ONE, check_visit
from performance.queries import check_not_in_signing
from policy.findings import Finding, blocking, refuse, refuse_if_blocking
from projects import access, files
from projects.models import Project

LONGEST_REASON, LONGEST_REMARK = 200, 500


@operation("受理验收申请")
def accept_application(project_id: int, *, actor: User, on: date) -> Acceptance:
    """T17. From now on the panel may be formed and the visit recorded; the term to organise runs from today."""
    project = access.enter(project_id, actor=actor, action=Action.GATE_A)
    acceptance = open_acceptance(project)
    refuse_if_blocking(_check_acceptable(project, acceptance))
    acceptance.accepted_by, acceptance.accepted_on = actor, on
    acceptance.save(update_fields=["accepted_by", "accepted_on"])
    due = deadlines.open_by_edition(project, deadlines.ACCEPTANCE_ORGANISE, on=on)
    text = f"形式审查通过，受理第{acceptance.round}次验收申请，{due.due_on} 前组织验收"
    record(project_id=project.pk, subject=f"acceptance:{acceptance.pk}", text=text)
    return acceptance


def _check_acceptable(project: Project, acceptance: Acceptance) -> Iterator[Finding]:
    if acceptance.accepted_on:
        yield blocking("accepted", f"本申请已于 {acceptance.accepted_on} 受理。", SIX_ONE)
        return
    returned = open_return(acceptance)
    if returned:
        text = f"材料已退回补正（期限 {returned.due_on}），请等单位补正后再受理。"
        yield blocking("returned", text, SIX_ONE)
    for item in pack_items(project, acceptance.round, returned):
        if item.state == MISSING:
            yield blocking("pack", f"缺少验收材料：{item.label}。请退回补正。", SIX_ONE)


@operation("退回补正验收材料")
def return_pack(
    project_id: int, *, reasons: Mapping[str, str], remark: str = "", due_on: date | None = None, actor: User, on: date
) -> PackReturn:
    """一次性告知: every paper with its reason in one list. The project stays in 验收中.

    `due_on` empty: as many working days from today as the edition says.
    """
    project = access.enter(project_id, actor=actor, action=Action.GATE_A)
    acceptance = open_acceptance(project)
    said = {code: text.strip() for code, text in reasons.items() if text.strip()}
    ends = due_on or work_calendar().add_working_days(on, project.edition.number("pack_mend_working_days"))
    refuse_if_blocking(_check_return(project, acceptance, said, remark, ends, on))
    labels, last = pack_of(project.edition, project.kind), _last_file(project, acceptance)
    items = [{"code": code, "label": labels[code], "reason": text, "last": last} for code, text in said.items()]
    returned = PackReturn.objects.create(
        acceptance=acceptance, items=items, remark=remark.strip(), due_on=ends, returned_by=actor, returned_on=on
    )
    text = f"验收材料退回补正 {len(items)} 项，{ends} 前补正"
    record(project_id=project.pk, subject=f"acceptance:{acceptance.pk}", text=text, items=items, remark=remark.strip())
    notify(
        people_who_may(Action.APPLY_ACCEPTANCE, project.organisation, on),
        key=f"pack-return:{returned.pk}",
        text=f"{project.name}：{text}",
        url=f"/projects/{project.pk}/acceptance/pack/",
    )
    return returned


def _last_file(project: Project, acceptance: Acceptance) -> int:
    kept = project.attachments.filter(about=PACK_ABOUT, about_id=acceptance.round).order_by("-pk").first()
    return kept.pk if kept else 0


def _check_return(
    project: Project, acceptance: Acceptance, said: Mapping[str, str], remark: str, ends: date, on: date
) -> Iterator[Finding]:
    known = pack_of(project.edition, project.kind)
    if acceptance.accepted_on:
        text = f"本申请已于 {acceptance.accepted_on} 受理，不再退回补正；不符合的，在建设条件核查和绩效评估中认定。"
        yield blocking("accepted", text, SIX_ONE)
    elif returned := open_return(acceptance):
        text = f"已于 {returned.returned_on} 退回补正，一次性告知后不再另行退回。请等单位补正。"
        yield blocking("returned", text, SIX_ONE)
    if not said and not remark.strip():
        yield blocking("nothing", "请写明须补正的材料和原因。", SIX_ONE, field="remark")
    for code, text in said.items():
        if code not in known:
            yield blocking("code", f"本类项目的验收材料中没有“{code}”。", SIX_ONE)
        elif len(text) > LONGEST_REASON:
            said_text = f"“{known[code]}”的原因最多 {LONGEST_REASON} 字，现为 {len(text)} 字。"
            yield blocking("long", said_text, field=f"reason_{code}")
    if len(remark) > LONGEST_REMARK:
        yield blocking("long", f"其他意见最多 {LONGEST_REMARK} 字，现为 {len(remark)} 字。", field="remark")
    if ends <= on:
        yield blocking("due_on", f"补正期限 {ends} 须晚于办理日期 {on}。", SIX_ONE, field="due_on")


@operation("补正验收材料")
def submit_mended(project_id: int, *, actor: User, on: date) -> PackReturn:
    """The unit's leader sends in what was asked for; 形式审查 begins again."""
    project = access.enter(project_id, actor=actor, action=Action.APPLY_ACCEPTANCE)
    acceptance = open_acceptance(project)
    returned = open_return(acceptance)
    if returned is None:
        refuse("not_returned", "验收材料没有退回补正，不需要报送。", SIX_ONE)
    left = [item for item in pack_items(project, acceptance.round, returned) if item.state == RETURNED]
    if left:
        text = f"还有 {len(left)} 项没有补正：{'、'.join(item.label for item in left)}。请先上传新的材料。"
        refuse("pack", text, SIX_ONE)
    files.hand_in(project, about=PACK_ABOUT, about_id=acceptance.round)
    returned.mended_by, returned.mended_on = actor, on
    returned.save(update_fields=["mended_by", "mended_on"])
    late = "，已过补正期限" if on > returned.due_on else ""
    record(project_id=project.pk, subject=f"acceptance:{acceptance.pk}", text=f"验收材料已补正{late}")
    return returned


@operation("登记验收现场")
def record_visit(
    project_id: int,
    *,
    visited_on: date,
    place: str,
    participants: str,
    photos: list[UploadedFile],
    actor: User,
    on: date,
) -> Acceptance:
    """What the panel did on site. Only after 受理; the notice with the names is the unit's from now on."""
    project = access.enter(project_id, actor=actor, action=Action.GATE_A)
    acceptance = open_acceptance(project)
    refuse_if_blocking(check_not_in_signing(project, "现场验收记录"))
    refuse_if_blocking(check_visit(visited_on=visited_on, accepted_on=acceptance.accepted_on, on=on))
    if not place.strip() or not participants.strip():
        field = "participants" if place.strip() else "place"
        refuse("visit", "请填写验收地点和参加人员。", SIX_ONE, field=field)
    acceptance.visited_on, acceptance.visited_by = visited_on, actor
    acceptance.place, acceptance.participants = place.strip()[:120], participants.strip()[:300]
    acceptance.save(update_fields=["visited_on", "visited_by", "place", "participants"])
    for photo in photos:
        files.accept(
            project, photo, about=ABOUT_VISIT, about_id=acceptance.pk, purpose="验收现场照片", actor=actor, on=on
        )
    if case := getattr(acceptance, "case", None):
        files.publish(project, about=ABOUT_NOTICE, about_id=case.panel_id)
    text = f"现场验收 {visited_on}：{acceptance.place}，照片 {len(photos)} 张"
    record(project_id=project.pk, subject=f"acceptance:{acceptance.pk}", text=text)
    return acceptance
