"""Reading 变更: what a project's unit has asked to have changed, what stands now, what keeps a change from approval."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet

from accounts.models import Organisation
from lifecycle.models import ChangeRequest
from lifecycle.rules.changes import (
    CONTENT,
    LEADER,
    MERGER,
    OCCUPATIONS,
    RENAME,
    check_leader,
    check_request,
    in_words,
    lines_of,
)  # fmt: skip
from policy.findings import Finding, blocking
from policy.terms import Kind, Stage
from projects.models import Decision, DecisionItem, Occupation, Project
from projects.rules import plain_name

State = ChangeRequest.State


def changes_of(project: Project) -> QuerySet[ChangeRequest]:
    return ChangeRequest.objects.filter(project=project).select_related("requested_by", "decision")


def open_change(project: Project) -> ChangeRequest | None:
    """The oldest one that waits: they are decided one after the other."""
    return changes_of(project).filter(state=State.OPEN).order_by("pk").first()


def standing_occupations(project: Project) -> list[Occupation]:
    """Those of the award and those added since, without what a change has ended."""
    return [one for one in project.occupations.all() if one.until is None]


def standing(project: Project, kind: str) -> dict[str, Any]:
    """The values as they are now: what a change would replace."""
    unit = project.organisation
    if kind == RENAME:
        return {"name": unit.name, "credit_code": unit.credit_code}
    if kind == MERGER:
        return {"name": unit.name, "credit_code": unit.credit_code, "organisation": unit.pk}
    if kind == LEADER:
        return {"leader_name": project.leader_name, "leader_birth": project.leader_birth}
    if kind == OCCUPATIONS:
        return {"occupations": [_row(one) for one in standing_occupations(project)]}
    last = changes_of(project).filter(kind=CONTENT, state=State.GRANTED).order_by("-pk").first()
    return {"content": last.new.get("content", "") if last else "立项时申报的建设内容"}


def _row(one: Occupation) -> dict[str, Any]:
    return {"written": one.written, "code": one.code, "name": one.name, "level": one.level, "major": one.major}


def check_change(
    project: Project, kind: str, new: dict[str, Any], *, effective_on: date, on: date
) -> Iterable[Finding]:
    """All that stands against a change: asked when it is proposed, when it is drafted and when it takes effect."""
    yield from check_request(kind=kind, project_kind=project.kind, new=new, effective_on=effective_on, on=on)
    if kind == RENAME:
        yield from _check_rename(project, str(new.get("name", "")))
    elif kind == MERGER:
        yield from _check_merger(project, new)
    elif kind == LEADER:
        yield from check_leader(project.edition, new=new, same_elsewhere=_studios_of(project, new))
    elif kind == OCCUPATIONS:
        before = {one["code"] or one["written"] for one in standing(project, kind)["occupations"]}
        if before == {one["code"] or one["written"] for one in new.get("occupations", ())}:
            yield blocking("occupations", "与现有职业（工种）相同，没有变更。", field="occupations")


def _check_rename(project: Project, name: str) -> Iterable[Finding]:
    unit = project.organisation
    if name.strip() == unit.name:
        yield blocking("name", "与现用名称相同，没有变更。", field="name")
    elif Organisation.objects.filter(name=name.strip()).exclude(pk=unit.pk).exists():
        said = f"已有名为{name.strip()}的单位；更名不改变统一社会信用代码，合并到另一单位的请申请“单位合并”。"
        yield blocking("name", said, field="name")


def _check_merger(project: Project, new: dict[str, Any]) -> Iterable[Finding]:
    successor = successor_of(new)
    if successor is None:
        said = "承继单位尚未登记，请系统管理员按统一社会信用代码登记该单位后再申请。"
        yield blocking("credit_code", said, field="credit_code")
    elif successor.pk == project.organisation_id:
        yield blocking("credit_code", "承继单位与现单位相同，没有变更。", field="credit_code")
    elif successor.name != str(new.get("name", "")).strip():
        said = f"该统一社会信用代码登记的单位是{successor.name}，与所填名称不符，请核对。"
        yield blocking("name", said, field="name")


def successor_of(new: dict[str, Any]) -> Organisation | None:
    code = str(new.get("credit_code", ""))
    return Organisation.objects.filter(credit_code=code).first() if code else None


def _studios_of(project: Project, new: dict[str, Any]) -> list[str]:
    """Other national studios of this leader in this unit: the same name, and no other known birth."""
    name, birth = plain_name(str(new.get("leader_name", ""))), str(new.get("leader_birth", ""))
    others = Project.objects.filter(kind=Kind.STUDIO, organisation=project.organisation_id).exclude(pk=project.pk)
    return [
        f"{other.name}（{other.label}）"
        for other in others.exclude(stage=Stage.TERMINATED, number=None)
        if plain_name(other.leader_name) == name and not (birth and other.leader_birth and birth != other.leader_birth)
    ]


def change_findings_of(project: Project, on: date) -> tuple[Finding, ...] | None:
    """None where nothing waits; else what stands against the oldest request, its old values among it."""
    request = open_change(project)
    if request is None:
        return None
    found = list(check_change(project, request.kind, request.new, effective_on=request.effective_on, on=on))
    if standing(project, request.kind) != request.old:
        said = f"{request.get_kind_display()}申请的原值已变化，请不予批准并由单位重新申请。"
        found.append(blocking("old", said))
    return tuple(found)


def unit_change_payload(project: Project) -> dict[str, Any]:
    """What a decision approves: the oldest request, in words."""
    request = open_change(project)
    if request is None:
        return {}
    said = f"{request.get_kind_display()}（{request.effective_on} 起）：{in_words(request.old, request.new)}"
    return {"request": request.pk, "unit_change": said}


def signing_changes(project: Project) -> dict[int, int]:
    """Request -> the decision on it that waits for signatures."""
    waits = {"decision__kind": "T31", "decision__state": Decision.State.SIGNING, "state": DecisionItem.State.OPEN}
    return {item.payload.get("request", 0): item.decision_id for item in project.decision_items.filter(**waits)}


def rows_of(project: Project) -> list[dict[str, Any]]:
    """Every request with old and new side by side, the latest first."""
    return [
        {"change": one, "old": lines_of(one.old), "new": lines_of(one.new), "words": in_words(one.old, one.new)}
        for one in changes_of(project)
    ]
