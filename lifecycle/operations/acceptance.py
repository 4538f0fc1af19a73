"""验收: the pack, the application, the first opinions and gate A. Gate B stands in performance."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile

from accounts.first_review import next_office
from accounts.journal import operation, record
from accounts.models import User
from accounts.queries import first_review_office
from accounts.roles import Action, Role
from lifecycle import deadlines
from lifecycle.models import Acceptance, ConditionCheck, PassedOpinion, Request
from lifecycle.operations.steps import enter_step, move
from lifecycle.queries import PACK, PACK_ABOUT, acceptance_of, conditions_of, gate_a_version, next_round
from lifecycle.queries.mock import kept, own_values
from lifecycle.queries.pack import open_return
from performance.queries import check_not_in_signing
from policy.findings import Finding, blocking, refuse, refuse_if_blocking
from policy.terms import Line, Severity, Stage
from projects import access, files
from projects.conditions import judge
from projects.models import Project
from ui.versions import refuse_stale


@operation("上传验收材料")
def upload_pack(project_id: int, *, uploads: Mapping[str, UploadedFile], actor: User, on: date) -> Project:
    """Papers of the coming application; a newer file of the same kind stands beside the older one."""
    project = access.enter(project_id, actor=actor, action=Action.UPLOAD_PACK)
    _keep_pack(project, uploads, round_=_round_of(project, uploads), actor=actor, on=on)
    return project


def _round_of(project: Project, uploads: Mapping[str, UploadedFile]) -> int:
    """Which application the papers are for: the coming one, or one whose pack was sent back for completion."""
    if project.stage == Stage.BUILDING:
        return next_round(project)
    acceptance = acceptance_of(project) if project.stage == Stage.IN_ACCEPTANCE else None
    returned = open_return(acceptance)
    if acceptance is None or returned is None:
        text = f"项目处于“{Stage(project.stage).label}”，建设中的项目、或验收材料退回补正的项目才上传验收材料。"
        refuse("stage", text, "通知 六（一）")
    asked = {item["code"] for item in returned.items}
    if other := [PACK[code] for code in uploads if asked and code not in asked]:
        refuse("pack", f"{'、'.join(other)}没有要求补正，不能更换。", "通知 六（一）")
    return acceptance.round


def _keep_pack(project: Project, uploads: Mapping[str, UploadedFile], *, round_: int, actor: User, on: date) -> None:
    for code, upload in uploads.items():
        label = PACK[code]
        files.accept(project, upload, about=PACK_ABOUT, about_id=round_, purpose=code, actor=actor, on=on)
        record(project_id=project.pk, subject=f"pack:{code}", text=f"上传{label}：{upload.name}")


@operation("申请验收")
def apply_acceptance(
    project_id: int,
    *,
    summary: str,
    early_reason: str = "",
    uploads: Mapping[str, UploadedFile] | None = None,
    actor: User,
    on: date,
) -> Acceptance:
    """T15. Papers sent along count at once; an application before the end of the build period needs its reason."""
    project = access.enter(project_id, actor=actor, action=Action.APPLY_ACCEPTANCE)
    if project.stage == Stage.BUILDING:
        _keep_pack(project, uploads or {}, round_=next_round(project), actor=actor, on=on)
    enter_step(project_id, "T15", actor=actor, on=on)
    refuse_if_blocking(_check_application(project, summary, early_reason, on))
    acceptance = Acceptance.objects.create(
        project=project,
        round=next_round(project),
        applied_by=actor,
        applied_on=on,
        summary=summary.strip(),
        early_reason=early_reason.strip(),
        own_words=kept(own_values(project, on)),
        hr_office=first_review_office(project.organisation, Line.HR),
        finance_office=first_review_office(project.organisation, Line.FINANCE),
    )
    files.hand_in(project, about=PACK_ABOUT, about_id=acceptance.round)
    Request.objects.filter(project=project, kind=Request.Kind.EXTENSION, state=Request.State.OPEN).update(
        state=Request.State.REFUSED, answer=f"{on} 已申请验收，延期申请不再办理"
    )
    deadlines.close(project, deadlines.BUILD_END, on=on)
    deadlines.open_by_edition(project, deadlines.ACCEPTANCE_ORGANISE, on=on)
    move(project, "T15", on=on)
    record(project_id=project.pk, subject=f"acceptance:{acceptance.pk}", text=f"第{acceptance.round}次申请验收")
    return acceptance


def _check_application(project: Project, summary: str, early_reason: str, on: date) -> Iterator[Finding]:
    if not summary.strip():
        yield blocking("summary", "请填写建设任务完成情况。", field="summary")
    if project.build_end_on and on < project.build_end_on and not early_reason.strip():
        text = f"建设期至 {project.build_end_on}，提前申请须写明任务已完成的理由。"
        yield blocking("early", text, "通知 六（一）", field="early_reason")


LINES = {"hr": Line.HR, "finance": Line.FINANCE}


@operation("验收初审")
def first_check(project_id: int, *, opinion: str, actor: User, on: date) -> Acceptance:
    """The opinion of the first-review office of the person's own line. It forwards; it decides nothing.

    Where the place reviews 逐级, the next office is asked before the province.
    """
    project = access.enter(project_id, actor=actor, action=Action.FIRST_CHECK_ACCEPTANCE)
    acceptance = open_acceptance(project)
    line = "hr" if Role.CH in actor.roles else "finance"
    office = getattr(acceptance, f"{line}_office")
    if office is None or office.pk not in {membership.organisation_id for membership in actor.live_memberships}:
        raise PermissionDenied("本项目的验收初审不由您所在单位办理")
    if getattr(acceptance, f"{line}_checked_on"):
        refuse("done", f"{office}已提出初审意见。")
    if not opinion.strip():
        refuse("opinion", "请填写初审意见。", field="opinion")
    said, following = opinion.strip()[:300], next_office(project.organisation, LINES[line], office)
    if following is not None:
        PassedOpinion.objects.create(acceptance=acceptance, office=office, opinion=said, by=actor, on=on)
        setattr(acceptance, f"{line}_office", following)
        acceptance.save(update_fields=[f"{line}_office"])
    else:
        setattr(acceptance, f"{line}_checked_by", actor)
        setattr(acceptance, f"{line}_opinion", said)
        setattr(acceptance, f"{line}_checked_on", on)
        acceptance.save(update_fields=[f"{line}_checked_by", f"{line}_opinion", f"{line}_checked_on"])
    record(project_id=project.pk, subject=f"acceptance:{acceptance.pk}", text=f"{office}：{opinion}")
    return acceptance


@dataclass(frozen=True, slots=True)
class GateA:
    """What 省人社 found of the conditions. `values`: condition → fact → entered text."""

    values: Mapping[str, Mapping[str, str]]
    evidence: Mapping[str, str]


@operation("核查建设条件")
def check_conditions(project_id: int, *, found: GateA, actor: User, on: date, seen: str | None = None) -> Acceptance:
    """Gate A by 省人社. Each condition is judged on its values by the one rule; what is not entered stays open.

    `seen`: the version (gate_a_version) of what the person was shown.
    """
    project = access.enter(project_id, actor=actor, action=Action.GATE_A)
    acceptance = open_acceptance(project)
    refuse_if_blocking(check_not_in_signing(project, "建设条件核查结果"))
    refuse_stale(seen, gate_a_version(acceptance))
    refuse_if_blocking([*_check_accepted(acceptance), *_check_evidence(project, found)])
    for item in conditions_of(project):
        values = dict(found.values.get(item.code, {}))
        ConditionCheck.objects.update_or_create(
            acceptance=acceptance,
            code=item.code,
            defaults={
                "values": values,
                "met": judge(item, values),
                "evidence": found.evidence.get(item.code, "").strip()[:300],
            },
        )
    acceptance.checked_by, acceptance.checked_on = actor, on
    acceptance.save(update_fields=["checked_by", "checked_on"])
    met = acceptance.checks.filter(met=True).count()
    text = f"建设条件符合 {met} / {len(conditions_of(project))} 项"
    record(project_id=project.pk, subject=f"acceptance:{acceptance.pk}", text=text)
    return acceptance


def _check_accepted(acceptance: Acceptance) -> Iterator[Finding]:
    """An application of before 形式审查 was recorded here, whose typed panel stands, is past it."""
    if acceptance.accepted_on is None and not acceptance.panel:
        text = "验收申请尚未受理，请先作形式审查。"
        yield Finding("not_accepted", Severity.BLOCKING, text, "通知 六（一）", link="lifecycle:formal_check")


def _check_evidence(project: Project, found: GateA) -> Iterator[Finding]:
    for item in conditions_of(project):
        if judge(item, found.values.get(item.code, {})) is True and not found.evidence.get(item.code, "").strip():
            text = f"{item.code}「{item.text}」判定符合，请写明佐证材料。"
            yield blocking("evidence", text, item.basis.clause, field=f"{item.code}_evidence")


def open_acceptance(project: Project) -> Acceptance:
    """The application under way; a project in any other stage is refused."""
    acceptance = acceptance_of(project)
    if project.stage != Stage.IN_ACCEPTANCE or acceptance is None:
        refuse("stage", f"项目处于“{Stage(project.stage).label}”，不在验收中。", "通知 六（一）")
    return acceptance
