"""Joint decisions: draft, concur, sign, return, withdraw, leave one project out. The second signature takes effect."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile

from accounts import journal
from accounts.journal import operation, record
from accounts.models import User
from accounts.notices import notify
from accounts.persons import accounts_of, acts_for
from accounts.roles import Action
from lifecycle.machine import STEP, Step
from lifecycle.operations.effects import EFFECTS
from lifecycle.operations.print_states import NOT_LISTED, end_prints, note_changes
from lifecycle.operations.seen import check_seen
from lifecycle.operations.service import tell_in_force
from lifecycle.operations.steps import check_stage
from lifecycle.payloads import check_payload
from lifecycle.queries import findings_for, people_involved, snapshot_of
from lifecycle.queries.paper_days import grounds_of
from lifecycle.queries.sanctions import check_drafter
from lifecycle.rules.paper_days import check_paper_day
from policy.findings import Finding, Refused, blocking, refuse, refuse_if_blocking
from projects import access, decisions, files
from projects.models import Decision, DecisionItem, Project

SCAN = "签署件扫描"  # Attachment.purpose


@operation("拟制联合决定")
def draft_decision(
    code: str,
    payloads: Mapping[int, dict[str, Any]],
    *,
    number: str,
    dated_on: date,
    reason: str,
    uploads: Mapping[str, UploadedFile],
    actor: User,
    on: date,
) -> Decision:
    """Draft the decision of a joint step over one or several projects, with its papers, and send it for signature."""
    step = STEP[code]
    if len(payloads) > 1 and not step.several:
        refuse("several", f"“{step.label}”须逐个项目办理。", step.basis)
    items = {access.enter(pk, actor=actor, action=step.action): payloads[pk] for pk in sorted(payloads)}
    found = [
        finding
        for project, payload in items.items()
        for finding in _check(step, project, payload, dated_on=dated_on, on=on)
    ]
    own = accounts_of(actor.pk)
    found += [finding for project in items for finding in check_drafter(code, project, own)]
    missing = [paper for paper in step.documents if paper.code not in uploads]
    found += [blocking("document", f"缺少材料：{paper.label}", step.basis, field=paper.code) for paper in missing]
    draft = decisions.check_draft(code, number=number, reason=reason, dated_on=dated_on, projects=list(items), on=on)
    refuse_if_blocking([*found, *draft])
    decision = decisions.propose(
        kind=code, title=step.label, number=number, dated_on=dated_on, reason=reason, basis=step.basis,
        items=items, actor=actor, on=on,
    )  # fmt: skip
    _attach(decision, step, items, uploads, actor=actor, on=on)
    for project, payload in items.items():
        record(
            project_id=project.pk, subject=f"decision:{decision.pk}", text=f"{step.label}：{number}，待两厅签署",
            **payload,
        )  # fmt: skip
    return decision


def _check(step: Step, project: Project, payload: dict[str, Any], *, dated_on: date, on: date) -> list[Finding]:
    """All that stands in the way for one project, its name before each message."""
    try:
        check_stage(project, step)
    except Refused as refused:
        return list(refused.findings)
    found = findings_for(step, snapshot_of(project, on=on))
    found += check_payload(step.code, project, payload, dated_on=dated_on, on=on)
    blocks = [finding for finding in found if finding.blocks]
    return blocks or list(check_paper_day(dated_on, grounds_of(step.code, project), name=project.name))


def _attach(
    decision: Decision,
    step: Step,
    items: Mapping[Project, Any],
    uploads: Mapping[str, UploadedFile],
    *,
    actor: User,
    on: date,
) -> None:
    labels = {paper.code: paper.label for paper in step.documents}
    for code, upload in uploads.items():
        stored = files.store(upload, on=on)
        for project in items:
            files.attach(
                project,
                stored,
                about=decisions.ABOUT,
                about_id=decision.pk,
                purpose=labels.get(code, code),
                actor=actor,
                on=on,
            )


@operation("会商联合决定")
def concur_decision(decision_id: int, *, actor: User, seen: str | None = None, on: date) -> Decision:
    """省财政经办 agrees to a proposal of 省人社经办 before it goes to the leaders. `seen`: what the page showed."""
    decision = decisions.lock(decision_id, actor=actor, action=Action.CONCUR_REVOCATION)
    check_seen(decision, seen)
    if decision.state != Decision.State.SIGNING or not STEP[decision.kind].concurred or decision.concurred_by_id:
        refuse("state", f"《{decision.title}》不需要会商，或已会商。")
    if decision.drafted_by_id in accounts_of(actor.pk):
        refuse("sod", "您拟制了本决定，不能由您会商。", "职责分离 SD1")
    decision.concurred_by, decision.concurred_on = actor, on
    decision.save(update_fields=["concurred_by", "concurred_on"])
    _record_each(decision, "省财政经办会商同意")
    return decision


@operation("签署联合决定")
def sign_decision(decision_id: int, *, actor: User, seen: str | None = None, on: date) -> Decision:
    """One signature over what the page showed. With the second the effect happens for each project whose guards hold."""
    decision = decisions.lock(decision_id, actor=actor)
    check_seen(decision, seen)
    step = STEP[decision.kind]
    if step.concurred and not decision.concurred_by_id:
        refuse("concur", "本决定尚未经省财政经办会商，不能签署。", step.basis)
    own = accounts_of(actor.pk)
    for item in decision.items.filter(state=DecisionItem.State.OPEN).select_related("project"):
        if own & people_involved(step.code, item.project):
            refuse(
                "sod",
                f"您参与过「{item.project}」此前的审核或核查，不能再签署，请由本厅另一位负责人签署。",
                "职责分离 SD1",
            )
    complete = decisions.sign(decision, actor=actor, on=on)
    principal = acts_for(actor, decisions.LINE_OF_ROLE)
    said = f"签署同意（代{principal}）" if principal else "签署同意"
    _record_each(decision, said, line=decisions.line_of(actor).label)
    if complete:
        take_effect(decision, actor=actor, on=on)
    return decision


def take_effect(decision: Decision, *, actor: User, on: date) -> None:
    """Both signatures stand. A project whose guard fails now is left out and said; with none left, nothing happens."""
    step = STEP[decision.kind]
    items = list(decision.items.filter(state=DecisionItem.State.OPEN).order_by("project_id"))
    pks = [item.project_id for item in items]
    locked = {row.pk: row for row in Project.objects.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk")}
    refusals: list[Finding] = []
    for item in items:
        project = locked[item.project_id]
        try:
            with journal.savepoint():
                refuse_if_blocking(_check(step, project, item.payload, dated_on=decision.dated_on, on=on))
                EFFECTS[step.code](project, decision, item.payload, actor=actor, on=on)
        except Refused as refused:
            refusals += refused.findings
            decisions.leave_out(decision, item, note=str(refused))
            end_prints(decision, why=NOT_LISTED, actor=actor, on=on, project=project)
            record(project_id=project.pk, subject=f"decision:{decision.pk}", text=f"未列入：{refused}")
        else:
            decisions.carry_out(item)
            record(
                project_id=project.pk, subject=f"decision:{decision.pk}", text=f"{step.label}：{decision.number}生效"
            )
            tell_in_force(project, decision, on=on)
    if len(refusals) and not decision.items.filter(state=DecisionItem.State.DONE).exists():
        raise Refused(refusals)
    decision.state, decision.effective_on = Decision.State.EFFECTIVE, on
    decision.save(update_fields=["state", "effective_on"])
    note_changes(decision, on=on)


@operation("退回联合决定")
def return_decision(decision_id: int, *, reason: str, actor: User, on: date) -> Decision:
    decision = decisions.lock(decision_id, actor=actor)
    decisions.return_(decision, actor=actor, reason=reason, on=on)
    end_prints(decision, why="决定已退回", actor=actor, on=on)
    _record_each(decision, f"退回：{reason}")
    notify(
        [decision.drafted_by], key=f"returned:{decision.pk}", text=f"《{decision.title}》被退回：{reason}",
        url=f"/decisions/{decision.pk}/",
    )  # fmt: skip
    return decision


@operation("撤回联合决定")
def withdraw_decision(decision_id: int, *, actor: User, on: date, reason: str) -> Decision:
    """By who drafted it or took its drafts over; the reason stays on the document."""
    decision = decisions.lock(decision_id, actor=actor, action=Action.DRAFT_DECISION)
    decisions.withdraw(decision, actor=actor, reason=reason)
    end_prints(decision, why="决定已撤回", actor=actor, on=on)
    _record_each(decision, f"撤回：{reason.strip()}")
    return decision


@operation("登记签署件")
def register_paper(
    decision_id: int, *, number: str, dated_on: date, scan: UploadedFile | None, actor: User, on: date
) -> Decision:
    """What came back from the office's own OA: number, date and scan. Each leader then confirms here by signing."""
    decision = decisions.lock(decision_id, actor=actor, action=Action.REGISTER_PAPER)
    decisions.check_handler(decision, actor)
    if decision.state != Decision.State.SIGNING or decision.signatures.filter(agreed=True).exists():
        refuse("state", "只有待签署、尚无人签署的决定可以登记签署件；已签署的请退回后重新拟制。")
    found = []
    if not number.strip():
        found.append(blocking("number", "请填写签署件的文号。", field="number"))
    if dated_on > on:
        found.append(blocking("dated_on", f"成文日期 {dated_on} 晚于办理日期 {on}。", field="dated_on"))
    if scan is None:
        found.append(blocking("scan", "请上传签署件扫描件。", field="scan"))
    items = list(decision.items.filter(state=DecisionItem.State.OPEN).select_related("project__organisation__node"))
    for project in (item.project for item in items):
        found += check_paper_day(dated_on, grounds_of(decision.kind, project), name=project.name)
    found += decisions.check_number(
        number, dated_on=dated_on, kind=decision.kind, projects=[item.project for item in items], own=decision.pk
    )
    refuse_if_blocking(found)
    assert scan is not None  # noqa: S101 - said above
    before = f"{decision.number}（{decision.dated_on}）"
    decision.number, decision.dated_on = number.strip(), dated_on
    decision.registered_by, decision.registered_on = actor, on
    decision.save(update_fields=["number", "dated_on", "registered_by", "registered_on"])
    stored = files.store(scan, on=on)
    for item in items:
        files.attach(
            item.project, stored, about=decisions.ABOUT, about_id=decision.pk, purpose=SCAN, actor=actor, on=on
        )
    note_changes(decision, on=on)
    _record_each(decision, f"登记签署件 {decision.number}（{dated_on}），原拟 {before}")
    return decision


@operation("从决定中移出项目")
def leave_out_project(decision_id: int, project_id: int, *, reason: str, actor: User, on: date) -> Decision:
    """Before any signature: take one project out of a decision over several."""
    decision = decisions.lock(decision_id, actor=actor, action=Action.DRAFT_DECISION)
    if decision.state != Decision.State.SIGNING or decision.signatures.filter(agreed=True).exists():
        refuse("signed", "已有部门签署，不能再移出项目；请退回后重新拟制。")
    if actor.pk != (decision.handler_id or decision.drafted_by_id):
        raise PermissionDenied("只能由拟制人移出项目")
    item = decision.items.filter(project_id=project_id, state=DecisionItem.State.OPEN).first()
    if item is None:
        refuse("item", "该项目不在本决定中，或已移出。")
    if not reason.strip():
        refuse("reason", "请写明移出理由。", field="reason")
    if decision.items.filter(state=DecisionItem.State.OPEN).count() <= 1:
        refuse("last", "决定中只剩一个项目，请直接撤回。")
    decisions.leave_out(decision, item, note=reason)
    end_prints(decision, why=NOT_LISTED, actor=actor, on=on, project=item.project)
    note_changes(decision, on=on)
    record(project_id=project_id, subject=f"decision:{decision.pk}", text=f"移出决定：{reason}")
    return decision


def _record_each(decision: Decision, text: str, **changes: Any) -> None:
    for item in decision.items.filter(state=DecisionItem.State.OPEN):
        record(
            project_id=item.project_id, subject=f"decision:{decision.pk}", text=f"{decision.title}：{text}", **changes
        )
