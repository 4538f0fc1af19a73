"""变更 (T31): the unit proposes, two signatures approve, the old values stay. The money never follows a change."""

from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from accounts.journal import operation, record
from accounts.models import OrganisationName, User
from accounts.notices import notify
from accounts.queries import people_who_may
from accounts.roles import Action
from lifecycle.machine import STEP
from lifecycle.models import ChangeRequest
from lifecycle.operations.steps import check_stage
from lifecycle.queries.changes import check_change, signing_changes, standing, standing_occupations, successor_of
from lifecycle.rules.changes import LEADER, MERGER, OCCUPATIONS, RENAME, in_words
from policy.findings import Finding, blocking, refuse, refuse_if_blocking
from projects import access, files
from projects.models import Decision, FormerUnit, Occupation, Project

ABOUT = "change"
State = ChangeRequest.State


@operation("申请变更")
def propose_change(
    project_id: int,
    *,
    kind: str,
    new: dict[str, Any],
    reason: str,
    document: str,
    effective_on: date,
    proof: UploadedFile | None,
    actor: User,
    on: date,
) -> ChangeRequest:
    """Old values are read now and compared again before both signatures take effect."""
    project = access.enter(project_id, actor=actor, action=Action.PROPOSE_UNIT_CHANGE)
    check_stage(project, STEP["T31"])
    found = [*_check_papers(reason, document, proof), *_waiting(project, kind)]
    found += check_change(project, kind, new, effective_on=effective_on, on=on)
    refuse_if_blocking(found)
    assert proof is not None  # noqa: S101 - said by _check_papers
    request = ChangeRequest.objects.create(
        project=project, kind=kind, old=standing(project, kind), new=new, reason=reason.strip(), requested_by=actor,
        document=document.strip()[:80], effective_on=effective_on, on=on,
    )  # fmt: skip
    files.accept(project, proof, about=ABOUT, about_id=request.pk, purpose="变更依据", actor=actor, on=on)
    said = f"申请{request.get_kind_display()}：{in_words(request.old, request.new).rstrip('。；')}；{request.reason}"
    record(project_id=project.pk, subject=f"change:{request.pk}", text=said, document=request.document)
    people = people_who_may(Action.DRAFT_UNIT_CHANGE, project.organisation, on)
    url = f"/projects/{project.pk}/changes/"
    notify(people, key=f"change:{request.pk}", text=f"{project.name}{said}", url=url)
    return request


def _check_papers(reason: str, document: str, proof: UploadedFile | None) -> list[Finding]:
    found = []
    if not reason.strip():
        found.append(blocking("reason", "请写明变更理由。", field="reason"))
    if not document.strip():
        found.append(blocking("document", "请填写变更的依据文件（文号）。", field="document"))
    if proof is None:
        found.append(blocking("proof", "请上传变更的依据文件。", field="proof"))
    return found


def _waiting(project: Project, kind: str) -> list[Finding]:
    if ChangeRequest.objects.filter(project=project, kind=kind, state=State.OPEN).exists():
        label = ChangeRequest.Kind(kind).label
        return [blocking("waiting", f"已有一份{label}申请待办理，请等待答复或先撤回。", field="kind")]
    return []


@operation("撤回变更申请")
def withdraw_change(project_id: int, change_id: int, *, actor: User, on: date) -> ChangeRequest:
    project = access.enter(project_id, actor=actor, action=Action.PROPOSE_UNIT_CHANGE)
    request = _open(project, change_id)
    _check_unsigned(project, request)
    _close(request, State.WITHDRAWN, f"{on} 撤回")
    record(project_id=project.pk, subject=f"change:{request.pk}", text=f"撤回{request.get_kind_display()}申请")
    return request


@operation("不予批准变更")
def refuse_change(project_id: int, change_id: int, *, answer: str, actor: User, on: date) -> ChangeRequest:
    """With the reason; the unit may ask again. Granting is a joint decision."""
    project = access.enter(project_id, actor=actor, action=Action.DRAFT_UNIT_CHANGE)
    request = _open(project, change_id)
    _check_unsigned(project, request)
    if not answer.strip():
        refuse("answer", "请写明不予批准的理由。", field="reason")
    _close(request, State.REFUSED, answer.strip()[:300])
    said = f"不予批准{request.get_kind_display()}：{answer.strip()}"
    record(project_id=project.pk, subject=f"change:{request.pk}", text=said)
    notify([request.requested_by], key=f"change-no:{request.pk}", text=said, url=f"/projects/{project.pk}/changes/")
    return request


def _open(project: Project, change_id: int) -> ChangeRequest:
    request = project.changes.filter(pk=change_id, state=State.OPEN).first()
    if request is None:
        refuse("state", "该变更申请已办理或已撤回，不能再办理。")
    return request


def _check_unsigned(project: Project, request: ChangeRequest) -> None:
    """What two leaders are signing is not pulled away from under them."""
    if request.pk in signing_changes(project):
        refuse("signing", "该变更已拟制决定、正在签署，请先由拟制人撤回或由签署人退回决定。")


def _close(request: ChangeRequest, state: str, answer: str) -> None:
    request.state, request.answer = state, answer
    request.save(update_fields=["state", "answer"])


def apply_change(project: Project, decision: Decision, payload: dict[str, Any], *, actor: User, on: date) -> None:
    """T31 with both signatures. Sector and amount are frozen at the award and not touched (handbook 2)."""
    request = _open(project, int(payload["request"]))
    APPLY.get(request.kind, _nothing_more)(project, request, decision)
    request.state, request.decision = State.GRANTED, decision
    request.answer = f"{decision.number}：批准"
    request.save(update_fields=["state", "decision", "answer"])
    files.publish(project, about=ABOUT, about_id=request.pk)


def _nothing_more(project: Project, request: ChangeRequest, decision: Decision) -> None:
    """建设内容: the request itself is what stands from now on."""


def _rename(project: Project, request: ChangeRequest, decision: Decision) -> None:
    """The same unit under another name: its code stays, its old name keeps the days it was borne."""
    unit = project.organisation
    if unit.former_names.filter(until=request.effective_on).exists():
        refuse("effective_on", f"{unit}已有一次更名在 {request.effective_on} 生效，请核对变更生效日期。")
    OrganisationName.objects.create(
        organisation=unit, name=unit.name, until=request.effective_on, document=decision.number
    )
    unit.name = request.new["name"].strip()
    unit.save(update_fields=["name"])


def _merge(project: Project, request: ChangeRequest, decision: Decision) -> None:
    """The successor takes the project over; the old unit stays in the register, with its other projects and its papers."""
    successor = successor_of(request.new)
    if successor is None:
        refuse("successor", "承继单位未登记，不能生效。")
    if project.former_units.filter(until=request.effective_on).exists():
        refuse("effective_on", f"本项目已有一次承继在 {request.effective_on} 生效，请核对变更生效日期。")
    FormerUnit.objects.create(
        project=project, organisation=project.organisation, until=request.effective_on, document=decision.number
    )
    project.organisation = successor
    project.save(update_fields=["organisation"])


def _lead(project: Project, request: ChangeRequest, decision: Decision) -> None:
    project.leader_name = request.new["leader_name"].strip()
    project.leader_birth = request.new.get("leader_birth", "")
    project.save(update_fields=["leader_name", "leader_birth"])


def _occupy(project: Project, request: ChangeRequest, decision: Decision) -> None:
    """Rows end and rows begin; the class register goes on pointing at those it was written with."""
    wanted = {one["code"] or one["written"]: one for one in request.new["occupations"]}
    for row in standing_occupations(project):
        if wanted.pop(row.code or row.written, None) is None:
            row.until = request.effective_on
            row.save(update_fields=["until"])
    last = max((one.order for one in project.occupations.all()), default=0)
    Occupation.objects.bulk_create(
        Occupation(project=project, order=last + place, since=request.effective_on, **facts)
        for place, facts in enumerate(wanted.values(), 1)
    )


APPLY = {RENAME: _rename, MERGER: _merge, LEADER: _lead, OCCUPATIONS: _occupy}
