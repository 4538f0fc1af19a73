"""After 取消称号: the plaque, the report upward, the publication. Each is recorded once, also after the settlement."""

from collections.abc import Sequence
from datetime import date

from django.core.files.uploadedfile import UploadedFile

from accounts.journal import operation, record
from accounts.models import User
from accounts.roles import Action
from lifecycle.models import FollowUp, Revocation
from lifecycle.queries import last_decided
from lifecycle.queries.sanctions import known_persons, public_names
from lifecycle.rules.publication import check_publication
from policy.findings import Finding, blocking, refuse, refuse_if_blocking
from policy.terms import Stage
from projects import access, files
from projects.models import Project

SIX_ONE = "通知 六（一）"
ENDED = (Stage.REVOKED, Stage.SETTLED)


@operation("登记牌匾收回")
def record_plaque(
    project_id: int,
    *,
    happened_on: date,
    receiver: str,
    lost: bool,
    note: str = "",
    proof: UploadedFile,
    actor: User,
    on: date,
) -> FollowUp:
    """Given back to whom, with a photo; or declared lost, with the published declaration."""
    project, revocation = _enter(project_id, actor)
    found = _check_day(revocation, happened_on, on)
    if not receiver.strip():
        who = "声明登载的载体" if lost else "接收人"
        found.append(blocking("receiver", f"请填写{who}。", field="receiver"))
    refuse_if_blocking(found)
    purpose = "牌匾遗失声明" if lost else "牌匾收回照片"
    said = f"{'声明遗失作废' if lost else '已收回'}，{receiver.strip()}"
    return _keep(
        project, revocation, FollowUp.Kind.PLAQUE, [proof], purpose, said,
        happened_on=happened_on, place=receiver.strip(), lost=lost, text=note.strip(), recorded_by=actor, on=on,
    )  # fmt: skip


@operation("登记上报")
def report_upward(
    project_id: int, *, happened_on: date, number: str, receiver: str, proof: UploadedFile, actor: User, on: date
) -> FollowUp:
    """To the ministries that confirmed the title."""
    project, revocation = _enter(project_id, actor)
    found = _check_day(revocation, happened_on, on)
    given = {"number": (number, "上报文号"), "receiver": (receiver, "上报单位")}
    found += [
        blocking(name, f"请填写{label}。", field=name) for name, (text, label) in given.items() if not text.strip()
    ]
    refuse_if_blocking(found)
    return _keep(
        project, revocation, FollowUp.Kind.REPORT, [proof], "上报文件", f"{number.strip()}，{receiver.strip()}",
        happened_on=happened_on, number=number.strip(), place=receiver.strip(), recorded_by=actor, on=on,
    )  # fmt: skip


@operation("登记公布")
def publish(
    project_id: int,
    *,
    happened_on: date,
    place: str,
    text: str,
    proofs: Sequence[UploadedFile] = (),
    actor: User,
    on: date,
) -> FollowUp:
    """What was made public and where; personal data are refused."""
    project, revocation = _enter(project_id, actor)
    found = _check_day(revocation, happened_on, on)
    if not place.strip():
        found.append(blocking("place", "请填写公布载体，例如：门户网站、公告栏。", field="place"))
    names, public = known_persons(project), public_names(project, revocation)
    refuse_if_blocking([*found, *check_publication(text, names=names, public=public)])
    return _keep(
        project, revocation, FollowUp.Kind.PUBLICATION, proofs, "公布截图", place.strip(),
        happened_on=happened_on, place=place.strip(), text=text.strip(), recorded_by=actor, on=on,
    )  # fmt: skip


def _enter(project_id: int, actor: User) -> tuple[Project, Revocation]:
    project = access.enter(project_id, actor=actor, action=Action.FOLLOW_UP)
    revocation = last_decided(project)
    if project.stage not in ENDED or revocation is None:
        refuse("stage", "没有已生效的取消称号决定，不需要后续办理。", SIX_ONE)
    return project, revocation


def _check_day(revocation: Revocation, happened_on: date, on: date) -> list[Finding]:
    effective = revocation.decision.effective_on if revocation.decision else None
    if happened_on > on:
        return [blocking("happened_on", f"日期 {happened_on} 晚于今天 {on}。", field="happened_on")]
    if effective and happened_on < effective:
        said = f"日期 {happened_on} 早于决定生效日期 {effective}。"
        return [blocking("happened_on", said, SIX_ONE, field="happened_on")]
    return []


def _keep(
    project: Project,
    revocation: Revocation,
    kind: FollowUp.Kind,
    proofs: Sequence[UploadedFile],
    purpose: str,
    said: str,
    **facts: object,
) -> FollowUp:
    if revocation.follow_ups.filter(kind=kind).exists():
        refuse("done", f"{kind.label}已登记，不能重复登记。")
    made = FollowUp.objects.create(revocation=revocation, kind=kind, **facts)
    for proof in proofs:
        files.accept(
            project, proof, about="follow_up", about_id=made.pk, purpose=purpose, actor=made.recorded_by, on=made.on
        )
    record(project_id=project.pk, subject=f"follow_up:{made.pk}", text=f"{kind.label}：{said}")
    return made
