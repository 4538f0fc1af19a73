"""模拟验收 with the unit: its own word on the conditions, and who mends which gap by when."""

from collections.abc import Iterator, Mapping
from datetime import date

from accounts.journal import operation, record
from accounts.models import User
from accounts.notices import notify
from accounts.roles import Action
from lifecycle.models import GapTask, SelfCheck
from lifecycle.queries import conditions_of
from lifecycle.queries.mock import clerks_of, mock_of, self_check_version
from policy.findings import Finding, blocking, refuse, refuse_if_blocking
from policy.terms import Stage
from projects import access
from projects.conditions import judge
from projects.models import Project
from ui.versions import refuse_stale

SIX_ONE = "通知 六（一）"
LONGEST_VALUE, LONGEST_EVIDENCE, LONGEST_NOTE = 120, 300, 200
STAGES = (Stage.BUILDING, Stage.RECTIFYING)


@operation("自查建设条件")
def save_self_check(
    project_id: int,
    *,
    values: Mapping[str, Mapping[str, str]],
    evidence: Mapping[str, str],
    actor: User,
    on: date,
    seen: str | None = None,
) -> int:
    """What the unit says of each condition today; a condition left blank keeps what was said before. How many changed."""
    project = access.enter(project_id, actor=actor, action=Action.UPLOAD_PACK)
    if project.stage not in STAGES:
        text = f"项目处于“{Stage(project.stage).label}”，建设中或整改中的项目才自查建设条件。"
        refuse("stage", text, SIX_ONE)
    refuse_stale(seen, self_check_version(project))
    refuse_if_blocking(_check_values(project, values, evidence))
    standing = {row.code: row for row in SelfCheck.objects.filter(project=project)}
    changed = []
    for item in conditions_of(project):
        given = {name: values.get(item.code, {}).get(name, "").strip() for name, _ in item.facts}
        proof = evidence.get(item.code, "").strip()
        before = standing.get(item.code)
        if not any(given.values()) or (before and (before.values, before.evidence) == (given, proof)):
            continue
        SelfCheck.objects.update_or_create(
            project=project,
            code=item.code,
            defaults={"values": given, "evidence": proof, "entered_by": actor, "entered_on": on},
        )
        changed.append(item.code)
    if changed:
        record(project_id=project.pk, subject="self-check", text=f"自查建设条件：{'、'.join(changed)}")
    return len(changed)


def _check_values(
    project: Project, values: Mapping[str, Mapping[str, str]], evidence: Mapping[str, str]
) -> Iterator[Finding]:
    known = {item.code: item for item in conditions_of(project)}
    for code in {*values, *evidence} - set(known):
        yield blocking("code", f"没有适用于本项目的建设条件“{code}”。", SIX_ONE)
    for code, item in known.items():
        given = values.get(code, {})
        for name, label in item.facts:
            if len(given.get(name, "")) > LONGEST_VALUE:
                yield blocking("long", f"“{label}”最多 {LONGEST_VALUE} 字。", field=f"{code}_{name}")
        filled = [name for name, _ in item.facts if given.get(name, "").strip()]
        if filled and judge(item, given) is None:
            text = f"{code}「{item.text}」的数值不完整或不能识别，请按填写说明录入。"
            yield blocking("value", text, item.basis.clause, field=f"{code}_{item.facts[0][0]}")
        if len(evidence.get(code, "")) > LONGEST_EVIDENCE:
            yield blocking("long", f"{code} 的佐证最多 {LONGEST_EVIDENCE} 字。", field=f"{code}_evidence")


@operation("分派验收缺口")
def assign_gap(
    project_id: int, *, code: str, clerk: int, due_on: date, note: str = "", actor: User, on: date
) -> GapTask:
    """A gap of today is given to somebody of the unit; given again, it moves."""
    project = access.enter(project_id, actor=actor, action=Action.UPLOAD_PACK)
    gap = next((one for one in mock_of(project, on).gaps if one.code == code), None)
    person = next((one for one in clerks_of(project, on) if one.pk == clerk), None)
    if gap is None:
        refuse("gap", "这一项今天已不是缺口，不需要分派。", SIX_ONE)
    if person is None:
        refuse("clerk", "请选择本单位在任的经办或负责人。", field="clerk")
    if due_on < on:
        refuse("due_on", f"期限 {due_on} 早于今天 {on}。", field="due_on")
    if len(note) > LONGEST_NOTE:
        refuse("note", f"要求最多 {LONGEST_NOTE} 字，现为 {len(note)} 字。", field="note")
    said = {"text": gap.text[:300], "clerk": person, "note": note.strip(), "due_on": due_on, "done_on": None}
    task, _ = GapTask.objects.update_or_create(
        project=project, code=gap.code, defaults=said | {"assigned_by": actor, "assigned_on": on}
    )
    record(project_id=project.pk, subject=f"gap:{task.pk}", text=f"{gap.text[:200]} → {person}，{due_on} 前")
    notify(
        [person],
        key=f"gap:{task.pk}:{person.pk}:{due_on}",
        text=f"{project.name}：{gap.text}，{due_on} 前办结",
        url=f"/projects/{project.pk}/acceptance/mock/",
    )
    return task


@operation("办结验收缺口")
def finish_gap(project_id: int, task_id: int, *, actor: User, on: date) -> GapTask:
    """The clerk's own word. Whether the gap is closed is seen in the next 模拟验收."""
    project = access.enter(project_id, actor=actor, action=Action.UPLOAD_PACK)
    task = GapTask.objects.filter(project=project, pk=task_id).first()
    if task is None:
        refuse("gap", "没有这一项分派。")
    if task.done_on:
        refuse("done", f"本项已于 {task.done_on} 办结。")
    if actor.pk not in {task.clerk_id, task.assigned_by_id}:
        refuse("clerk", f"本项由{task.clerk}办理，请由其本人或分派人标记办结。")
    task.done_on = on
    task.save(update_fields=["done_on"])
    record(project_id=project.pk, subject=f"gap:{task.pk}", text=task.text[:200])
    return task
