"""取消称号: service of the notice, the unit's defence, service of the decision, settlement."""

from collections.abc import Sequence
from datetime import date

from django.core.files.uploadedfile import UploadedFile

from accounts.journal import operation, record
from accounts.models import User
from accounts.queries import work_calendar
from accounts.roles import Action
from funds import operations as funds
from lifecycle import deadlines
from lifecycle.models import Revocation
from lifecycle.operations.rectification import check_service
from lifecycle.operations.steps import enter_step, move
from lifecycle.queries import last_decided, revocation_of
from policy.findings import refuse
from policy.terms import Occasion, Stage
from projects import access, files
from projects.models import Project


@operation("登记拟取消告知书送达")
def serve_notice(
    project_id: int, *, served_on: date, way: str, proof: UploadedFile, actor: User, on: date
) -> Revocation:
    """Starts the time for 陈述申辩, in working days of the edition."""
    project = access.enter(project_id, actor=actor, action=Action.RECORD_SERVICE)
    revocation = _open(project)
    if revocation.served_on:
        refuse("served", f"告知书已于 {revocation.served_on} 送达。")
    check_service(served_on, not_before=revocation.notice.effective_on, on=on)
    revocation.served_on, revocation.served_way = served_on, way.strip()[:40]
    revocation.defend_by = work_calendar().add_working_days(served_on, project.edition.number("defence_working_days"))
    revocation.save(update_fields=["served_on", "served_way", "defend_by"])
    files.accept(
        project, proof, about="revocation", about_id=revocation.pk, purpose="告知书送达回证", actor=actor, on=on
    )
    deadlines.open_(project, deadlines.DEFENCE, due_on=revocation.defend_by, on=served_on)
    record(
        project_id=project.pk,
        subject=f"revocation:{revocation.pk}",
        text=f"告知书 {served_on} 送达，陈述申辩至 {revocation.defend_by}",
        defend_by=revocation.defend_by,
    )
    return revocation


@operation("陈述申辩")
def state_defence(
    project_id: int, *, text: str, proofs: Sequence[UploadedFile] = (), actor: User, on: date
) -> Revocation:
    """Heard at any time before the decision; a late one is marked, not thrown away."""
    project = access.enter(project_id, actor=actor, action=Action.STATE_DEFENCE)
    revocation = _open(project)
    if not revocation.served_on:
        refuse("served", "告知书尚未送达，送达后才可以陈述申辩。")
    if revocation.defended_on:
        refuse("done", f"已于 {revocation.defended_on} 提出陈述申辩。")
    if not text.strip():
        refuse("text", "请填写陈述申辩内容。", field="text")
    revocation.defence, revocation.defended_by, revocation.defended_on = text.strip(), actor, on
    revocation.save(update_fields=["defence", "defended_by", "defended_on"])
    for proof in proofs:
        files.accept(
            project, proof, about="revocation", about_id=revocation.pk, purpose="陈述申辩材料", actor=actor, on=on
        )
    deadlines.close(project, deadlines.DEFENCE, on=on)
    late = revocation.defend_by and on > revocation.defend_by
    record(
        project_id=project.pk,
        subject=f"revocation:{revocation.pk}",
        text=f"单位提出陈述申辩{'（逾期）' if late else ''}",
    )
    return revocation


@operation("登记取消决定送达")
def serve_decision(
    project_id: int, *, served_on: date, plaque: str, proof: UploadedFile, actor: User, on: date
) -> Revocation:
    """After T26: the decision reached the unit, and what became of the plaque."""
    project = access.enter(project_id, actor=actor, action=Action.RECORD_SERVICE)
    revocation = last_decided(project)
    if project.stage != Stage.REVOKED or revocation is None or revocation.decision is None:
        refuse("stage", "没有已生效的取消称号决定。")
    if revocation.decision_served_on:
        refuse("served", f"决定书已于 {revocation.decision_served_on} 送达。")
    check_service(served_on, not_before=revocation.decision.effective_on, on=on)
    revocation.decision_served_on, revocation.plaque = served_on, plaque.strip()[:120]
    revocation.save(update_fields=["decision_served_on", "plaque"])
    files.accept(
        project, proof, about="revocation", about_id=revocation.pk, purpose="决定书送达回证", actor=actor, on=on
    )
    record(
        project_id=project.pk, subject=f"revocation:{revocation.pk}", text=f"决定书 {served_on} 送达；牌匾：{plaque}"
    )
    return revocation


@operation("批准资金清算")
def approve_settlement(project_id: int, *, actor: User, on: date) -> Project:
    """T27 where the title was revoked; before a termination the settlement alone."""
    project = access.enter(project_id, actor=actor, action=Action.APPROVE_SETTLEMENT)
    if project.stage == Stage.REVOKED:
        enter_step(project_id, "T27", actor=actor, on=on)
        funds.approve_settlement(project_id, occasion=Occasion.REVOCATION, actor=actor, on=on)
        move(project, "T27", on=on)
    else:
        funds.approve_settlement(project_id, occasion=Occasion.TERMINATION, actor=actor, on=on)
    record(project_id=project.pk, text="资金清算已批准")
    return project


def _open(project: Project) -> Revocation:
    revocation = revocation_of(project)
    if project.stage != Stage.REVOCATION_NOTICE or revocation is None:
        refuse("stage", f"项目处于“{Stage(project.stage).label}”，没有进行中的拟取消告知。", "通知 六（一）")
    return revocation
