"""建设期: its start and the unit's requests."""

from datetime import date

from accounts.journal import operation, record
from accounts.models import User
from accounts.roles import Action
from funds import operations as funds
from funds.queries import first_issue_on
from lifecycle import deadlines
from lifecycle.guards import check_extension_months
from lifecycle.models import Request
from lifecycle.operations.steps import enter_step, move
from policy.calendar import add_months
from policy.findings import refuse, refuse_if_blocking
from policy.terms import Occasion, Stage
from projects import access
from projects.models import Project


@operation("启动建设期")
def start_building(project_id: int, *, actor: User, on: date, start_on: date | None = None) -> Project:
    """T08. The edition's start rule gives the day, or asks for the one its document states (通知 六（一）)."""
    project = enter_step(project_id, "T08", actor=actor, on=on)
    start = start_of(project, start_on)
    if project.awarded_on and start < project.awarded_on:
        said = f"起算日 {start} 早于立项日期 {project.awarded_on}（{project.award_document}）。"
        refuse("start_on", f"{said}请核对所依据文件的成文日期，更正后再启动。", "通知 六（一）", field="start_on")
    if start > on:
        refuse("start_on", f"起算日 {start} 晚于办理日期 {on}，请到期后再启动。", "通知 六（一）", field="start_on")
    project.build_start_on = start
    project.build_end_on = add_months(start, project.edition.number("build_months"))
    project.save(update_fields=["build_start_on", "build_end_on"])
    deadlines.open_(project, deadlines.BUILD_END, due_on=project.build_end_on, on=start)
    move(project, "T08", on=on)
    record(
        project_id=project.pk,
        text=f"建设期 {start} 至 {project.build_end_on}",
        start=start,
        end=project.build_end_on,
    )
    return project


def start_of(project: Project, stated: date | None) -> date:
    """The first day of the build period under the edition's start rule."""
    if project.edition.word("start_rule") == "fund_issue":
        issued = first_issue_on([project]).get(project.pk)
        if issued is None:
            refuse("money", "资金尚未下达，建设期无法起算。", "通知 六（一）")
        return issued
    if stated is None:
        refuse("start_on", "请填写文件载明的建设期开始日期。", "通知 六（一）", field="start_on")
    return stated


@operation("申请延期")
def request_extension(project_id: int, *, months: int, reason: str, actor: User, on: date) -> Request:
    """Before the build period is over; the departments decide (T14)."""
    project = access.enter(project_id, actor=actor, action=Action.REQUEST_EXTENSION)
    if project.stage != Stage.BUILDING or project.build_end_on is None:
        refuse("stage", f"项目处于“{Stage(project.stage).label}”，只有建设中的项目可以申请延期。", "通知 六（一）")
    if on > project.build_end_on:
        refuse("expired", f"建设期已于 {project.build_end_on} 届满，不能再申请延期，请申请验收。", "通知 六（一）")
    if months < 1:
        refuse("months", "申请延期至少 1 个月。", field="months")
    refuse_if_blocking(check_extension_months(project.edition, months))
    return _request(project, Request.Kind.EXTENSION, months=months, reason=reason, actor=actor, on=on)


@operation("申请终止项目")
def request_termination(project_id: int, *, reason: str, actor: User, on: date) -> Request:
    project = access.enter(project_id, actor=actor, action=Action.APPLY_TERMINATION)
    if project.stage in {Stage.SETTLED, Stage.TERMINATED, Stage.REVOKED}:
        refuse("stage", f"项目处于“{Stage(project.stage).label}”，不能申请终止。")
    return _request(project, Request.Kind.TERMINATION, months=0, reason=reason, actor=actor, on=on)


def _request(project: Project, kind: str, *, months: int, reason: str, actor: User, on: date) -> Request:
    if not reason.strip():
        refuse("reason", "请写明理由。", field="reason")
    if Request.objects.filter(project=project, kind=kind, state=Request.State.OPEN).exists():
        refuse("waiting", "已有一份同类申请待办理，请等待答复。")
    request = Request.objects.create(
        project=project, kind=kind, months=months, reason=reason.strip(), requested_by=actor, on=on
    )
    record(project_id=project.pk, subject=f"request:{request.pk}", text=f"{request.get_kind_display()}：{reason}")
    return request


@operation("答复单位申请")
def refuse_request(project_id: int, request_id: int, *, answer: str, actor: User, on: date) -> Request:
    """Not granted, with the reason; the unit may ask again. Granting is a joint decision (T14, T30)."""
    project = access.enter(project_id, actor=actor, action=Action.DRAFT_EXTENSION)
    request = project.requests.filter(pk=request_id, state=Request.State.OPEN).first()
    if request is None:
        refuse("state", "该申请已办理，不能重复答复。")
    if not answer.strip():
        refuse("answer", "请写明不予批准的理由。", field="reason")
    request.state, request.answer = Request.State.REFUSED, answer.strip()[:300]
    request.save(update_fields=["state", "answer"])
    if request.kind == Request.Kind.TERMINATION:
        reason = f"终止申请未获批准（{on}）"
        funds.void_settlements(project, [Occasion.TERMINATION], reason=reason, on=on)
    record(
        project_id=project.pk, subject=f"request:{request.pk}", text=f"不予批准{request.get_kind_display()}：{answer}"
    )
    return request
