"""绩效目标调整: a filed version is replaced by joint approval alone, and stays readable (handbook 3)."""

from datetime import date

from accounts import journal
from accounts.journal import operation
from accounts.models import User
from accounts.roles import Action
from performance.models import TargetSheet
from performance.operations.copying import copy_sheet
from performance.operations.reviewing import ALERTS, check_submitter, file_version
from performance.operations.standing import State, move, open_sheet
from performance.queries import content_of, grid_of, problems_of, sheet_of
from performance.queries.revisions import LONGEST_REASON, changes_of_revision, revision_in_signing
from policy.findings import refuse, refuse_if_blocking
from policy.terms import Stage
from projects import access, alerts
from projects.models import Project

CLAUSE = "财预〔2015〕163号"
OPEN = (State.DRAFT, State.RETURNED, State.REVIEWING, State.MENDING, State.MENDED, State.READY)


@operation("提出绩效目标调整")
def propose_revision(project_id: int, *, reason: str, actor: User, on: date) -> TargetSheet:
    """A copy of the version in force, to be edited like a draft. The version stays in force until the joint approval."""
    project = access.enter(project_id, actor=actor, action=Action.PROPOSE_REVISION)
    _check_building(project, "提出绩效目标调整")
    sheet = sheet_of(project)
    if sheet is None or sheet.state != State.FILED:
        stands = f"现为“{sheet.get_state_display()}”" if sheet else "尚未编制"
        refuse("state", f"绩效目标{stands}，不能提出调整；须先办完或撤回正在办理的一稿。", CLAUSE)
    if not reason.strip():
        refuse("reason", "请写明调整理由：情况有什么变化、为什么原目标不再合适。", CLAUSE, field="reason")
    if len(reason) > LONGEST_REASON:
        refuse("reason", f"调整理由最多 {LONGEST_REASON} 个字，现为 {len(reason)} 个。", field="reason")
    made, _ = copy_sheet(sheet, actor=actor, on=on, revises=sheet, revision_reason=reason.strip())
    journal.record(
        project_id=project.pk, subject=str(made), text=f"提出调整第 {sheet.version} 版", reason=made.revision_reason
    )
    return made


@operation("送审绩效目标调整")
def submit_revision(project_id: int, *, actor: User, on: date) -> TargetSheet:
    """Straight to both departments of the province, who score it as any sheet; the project goes on being built."""
    project = access.enter(project_id, actor=actor, action=Action.SUBMIT_TARGETS)
    _check_building(project, "送审绩效目标调整")
    sheet = _revision(project, (State.DRAFT,), "送审绩效目标调整")
    grid = grid_of(sheet)
    refuse_if_blocking([*check_submitter(project, actor), *problems_of(grid, project)])
    if not changes_of_revision(sheet):
        refuse("same", f"与第 {_revised(sheet).version} 版完全相同，没有需要批准的调整。请先修改，或撤回调整。", CLAUSE)
    sheet.submitted_by, sheet.submitted_on, sheet.submitted_content = actor, on, content_of(grid)
    sheet.return_reason = ""
    move(sheet, State.REVIEWING, on, "submitted_by", "submitted_on", "submitted_content", "return_reason")
    alerts.sync(project, source=ALERTS, findings=[], on=on)
    journal.record(project_id=project.pk, subject=str(sheet), text="调整送审", reason=sheet.revision_reason)
    return sheet


@operation("撤回绩效目标调整")
def withdraw_revision(project_id: int, *, actor: User, on: date) -> TargetSheet:
    """The version in force stays as it is. Not while a joint decision over the proposal is being signed."""
    project = access.enter(project_id, actor=actor, action=Action.PROPOSE_REVISION)
    sheet = _revision(project, OPEN, "撤回绩效目标调整")
    if revision_in_signing(project):
        refuse("signing", "批准本次调整的联合决定正在会签，不能撤回。请联系省人社厅、省财政厅先撤回该决定。", CLAUSE)
    move(sheet, State.WITHDRAWN, on)
    alerts.sync(project, source=ALERTS, findings=[], on=on)
    journal.record(project_id=project.pk, subject=str(sheet), text="撤回调整", reason=sheet.revision_reason)
    return sheet


@operation("批准绩效目标调整")
def approve_revision(project_id: int, *, sheet_id: int, document: str, actor: User, on: date) -> int:
    """Called by `lifecycle` when both signatures stand: version n+1. Closed periods keep the version they were judged by."""
    project = access.enter(project_id, actor=actor, action=Action.APPROVE_REVISION)
    sheet = _revision(project, (State.READY,), "批准绩效目标调整")
    if sheet.pk != sheet_id:
        refuse("state", "本决定所批准的目标调整已撤回或已变更，请撤回本决定后重新拟制。", CLAUSE)
    return file_version(project, sheet, document=document, on=on)


def _check_building(project: Project, wish: str) -> None:
    if project.stage != Stage.BUILDING:
        stage = Stage(project.stage).label
        refuse("stage", f"项目处于“{stage}”，只有建设中的项目可以{wish}。", CLAUSE)


def _revision(project: Project, states: tuple[State, ...], wish: str) -> TargetSheet:
    sheet = open_sheet(project, states, wish=wish)
    if not sheet.revises_id:
        refuse("revision", f"本项目没有正在办理的绩效目标调整，不能{wish}。", CLAUSE)
    return sheet


def _revised(sheet: TargetSheet) -> TargetSheet:
    assert sheet.revises is not None  # noqa: S101 - asked by _revision
    return sheet.revises
