"""取消称号: service of the notice, defence, hearing, legal review, service of the decision, settlement."""

from collections.abc import Sequence
from datetime import date

from django.core.files.uploadedfile import UploadedFile

from accounts.journal import operation, record
from accounts.models import User
from accounts.persons import accounts_of
from accounts.queries import work_calendar
from accounts.roles import Action
from funds import operations as funds
from lifecycle import deadlines
from lifecycle.guards_changes import NOTICES, check_stands
from lifecycle.models import Hearing, LegalReview, Revocation
from lifecycle.operations.sanctions import publish_rechecks
from lifecycle.operations.service import serve
from lifecycle.operations.steps import enter_step, move
from lifecycle.queries import last_decided, revocation_of
from lifecycle.queries.disputes import annulments_of
from policy.findings import Finding, blocking, refuse, refuse_if_blocking
from policy.terms import Occasion, Stage
from projects import access, files
from projects.models import Decision, Project

SIX_ONE, SD1 = "通知 六（一）", "职责分离 SD1"


@operation("登记拟取消告知书送达")
def serve_notice(
    project_id: int,
    *,
    served_on: date,
    way: str,
    proof: UploadedFile,
    receiver: str = "",
    witness: str = "",
    actor: User,
    on: date,
) -> Revocation:
    """Starts the time for 陈述申辩, in working days of the edition."""
    project = access.enter(project_id, actor=actor, action=Action.RECORD_SERVICE)
    revocation = _open(project)
    if revocation.served_on:
        refuse("served", f"告知书已于 {revocation.served_on} 送达。")
    service = serve(
        project, revocation.notice, way=way, served_on=served_on, receiver=receiver, witness=witness, proof=proof,
        actor=actor, on=on,
    )  # fmt: skip
    start = service.served_on
    revocation.served_on, revocation.served_way = start, service.get_way_display()
    revocation.defend_by = work_calendar().add_working_days(start, project.edition.number("defence_working_days"))
    revocation.save(update_fields=["served_on", "served_way", "defend_by"])
    deadlines.open_(project, deadlines.DEFENCE, due_on=revocation.defend_by, on=start)
    if revocation.rectification:
        publish_rechecks(project, revocation.rectification)
    record(
        project_id=project.pk,
        subject=f"revocation:{revocation.pk}",
        text=f"告知书 {start} 送达，陈述申辩至 {revocation.defend_by}",
        defend_by=revocation.defend_by,
    )
    return revocation


@operation("陈述申辩")
def state_defence(
    project_id: int,
    *,
    text: str,
    proofs: Sequence[UploadedFile] = (),
    hearing: bool = False,
    actor: User,
    on: date,
) -> Revocation:
    """Heard at any time before the decision; a late one is marked, not thrown away. `hearing`: the unit asks for one."""
    project = access.enter(project_id, actor=actor, action=Action.STATE_DEFENCE)
    revocation = _open(project)
    if not revocation.served_on:
        refuse("served", "告知书尚未送达，送达后才可以陈述申辩。")
    if revocation.defended_on:
        refuse("done", f"已于 {revocation.defended_on} 提出陈述申辩。")
    if not text.strip():
        refuse("text", "请填写陈述申辩内容。", field="text")
    revocation.defence, revocation.hearing_asked = text.strip(), hearing
    revocation.defended_by, revocation.defended_on = actor, on
    revocation.save(update_fields=["defence", "hearing_asked", "defended_by", "defended_on"])
    for proof in proofs:
        files.accept(
            project, proof, about="revocation", about_id=revocation.pk, purpose="陈述申辩材料", actor=actor, on=on
        )
    deadlines.close(project, deadlines.DEFENCE, on=on)
    late = revocation.defend_by and on > revocation.defend_by
    record(
        project_id=project.pk,
        subject=f"revocation:{revocation.pk}",
        text=f"单位提出陈述申辩{'，要求当面听取陈述（听证）' if hearing else ''}{'（逾期）' if late else ''}",
    )
    return revocation


@operation("记录陈述听证")
def record_hearing(
    project_id: int,
    *,
    kind: str,
    held_on: date,
    place: str,
    persons: str,
    summary: str,
    proof: UploadedFile,
    actor: User,
    on: date,
) -> Hearing:
    """What the unit said face to face, because it asked or because the departments wished it."""
    project = access.enter(project_id, actor=actor, action=Action.HOLD_HEARING)
    revocation = _open(project)
    refuse_if_blocking(_check_hearing(revocation, kind, held_on, place, persons, summary, on))
    hearing = Hearing.objects.create(
        revocation=revocation,
        kind=kind,
        asked_by_unit=revocation.hearing_asked,
        held_on=held_on,
        place=place.strip(),
        persons=persons.strip(),
        summary=summary.strip(),
        recorded_by=actor,
        on=on,
    )
    files.accept(project, proof, about="hearing", about_id=hearing.pk, purpose="陈述听证笔录", actor=actor, on=on)
    record(project_id=project.pk, subject=f"hearing:{hearing.pk}", text=f"{hearing}，{hearing.place}")
    return hearing


def _check_hearing(
    revocation: Revocation, kind: str, held_on: date, place: str, persons: str, summary: str, on: date
) -> list[Finding]:
    found = []
    if kind not in Hearing.Kind.values:
        found.append(blocking("kind", "请选择形式：当面听取陈述或听证。", field="kind"))
    if revocation.served_on is None or held_on < revocation.served_on:
        said = f"须在告知书送达（{revocation.served_on or '未送达'}）之后听取陈述。"
        found.append(blocking("held_on", said, SIX_ONE, field="held_on"))
    elif held_on > on:
        found.append(blocking("held_on", f"日期 {held_on} 晚于今天 {on}。", field="held_on"))
    given = {"place": (place, "地点"), "persons": (persons, "参加人"), "summary": (summary, "笔录摘要")}
    empty = [(name, label) for name, (text, label) in given.items() if not text.strip()]
    return found + [blocking(name, f"请填写{label}。", field=name) for name, label in empty]


@operation("法制审核")
def review_legality(
    project_id: int, *, office: str, passed: bool, opinion: str, proof: UploadedFile, actor: User, on: date
) -> LegalReview:
    """By somebody else than who drafted the notice or the decision that waits; a later one replaces it."""
    project = access.enter(project_id, actor=actor, action=Action.REVIEW_LEGALITY)
    revocation = _open(project)
    own = accounts_of(actor.pk)
    if revocation.notice.drafted_by_id in own:
        refuse("sod", "您拟制了拟取消告知，不能作法制审核，请由另一人审核。", SD1)
    waiting = project.decision_items.filter(decision__kind="T26", decision__state=Decision.State.SIGNING, state="open")
    if waiting.filter(decision__drafted_by__in=own).exists():
        refuse("sod", "您拟制了正在签署的取消称号决定，不能作法制审核，请由另一人审核。", SD1)
    if not office.strip():
        refuse("office", "请写明审核机构，例如：政策法规处。", field="office")
    if not opinion.strip():
        refuse("opinion", "请写明审核意见：主体、事实、依据、程序、幅度。", field="opinion")
    review = LegalReview.objects.create(
        revocation=revocation,
        office=office.strip(),
        passed=passed,
        opinion=opinion.strip(),
        reviewed_by=actor,
        on=on,
    )
    files.accept(project, proof, about="legal_review", about_id=review.pk, purpose="法制审核意见", actor=actor, on=on)
    record(project_id=project.pk, subject=f"legal:{review.pk}", text=f"{review.office}：{review}")
    return review


@operation("登记取消决定送达")
def serve_decision(
    project_id: int,
    *,
    served_on: date,
    way: str,
    proof: UploadedFile,
    receiver: str = "",
    witness: str = "",
    actor: User,
    on: date,
) -> Revocation:
    """After T26: the decision reached the unit; 复议 and 诉讼 are counted from here."""
    project = access.enter(project_id, actor=actor, action=Action.RECORD_SERVICE)
    revocation = last_decided(project)
    if project.stage != Stage.REVOKED or revocation is None or revocation.decision is None:
        refuse("stage", "没有已生效的取消称号决定。")
    refuse_if_blocking(check_stands(annulments_of(project), "T26"))
    if revocation.decision_served_on:
        refuse("served", f"决定书已于 {revocation.decision_served_on} 送达。")
    service = serve(
        project, revocation.decision, way=way, served_on=served_on, receiver=receiver, witness=witness, proof=proof,
        actor=actor, on=on,
    )  # fmt: skip
    revocation.decision_served_on = service.served_on
    revocation.save(update_fields=["decision_served_on"])
    text = f"决定书 {service.served_on} 送达"
    record(project_id=project.pk, subject=f"revocation:{revocation.pk}", text=text)
    return revocation


@operation("批准资金清算")
def approve_settlement(project_id: int, *, actor: User, seen: str | None = None, on: date) -> Project:
    """T27 where the title was revoked; before a termination the settlement alone. `seen`: what the page showed."""
    project = access.enter(project_id, actor=actor, action=Action.APPROVE_SETTLEMENT)
    if project.stage == Stage.REVOKED:
        enter_step(project_id, "T27", actor=actor, on=on)
        funds.approve_settlement(project_id, occasion=Occasion.REVOCATION, actor=actor, seen=seen, on=on)
        move(project, "T27", on=on)
    else:
        funds.approve_settlement(project_id, occasion=Occasion.TERMINATION, actor=actor, seen=seen, on=on)
    record(project_id=project.pk, text="资金清算已批准")
    return project


def _open(project: Project) -> Revocation:
    revocation = revocation_of(project)
    if project.stage != Stage.REVOCATION_NOTICE or revocation is None:
        refuse("stage", f"项目处于“{Stage(project.stage).label}”，没有进行中的拟取消告知。", SIX_ONE)
    refuse_if_blocking(check_stands(annulments_of(project), *NOTICES))
    return revocation
