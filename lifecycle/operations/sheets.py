"""专家评审表: kept and handed in by its expert, or all of them recorded at once from signed paper."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.core.files.uploadedfile import UploadedFile

from accounts.journal import operation, record
from accounts.models import User
from accounts.roles import Action
from lifecycle.models import ExpertSheet
from lifecycle.operations.panel import entered_case, unseal
from lifecycle.queries.panel import ABOUT_SHEET, Member
from lifecycle.rules.panel import SD5, SIX_ONE, check_sheet, criteria_of
from policy.findings import Finding, blocking, refuse, refuse_if_blocking
from policy.terms import Kind
from projects import files
from projects.models import Project

State = ExpertSheet.State


@dataclass(frozen=True, slots=True)
class Filled:
    """`points`: criterion -> points, None where none was given yet."""

    points: Mapping[str, int | None]
    comment: str
    no_conflict: bool = False


@operation("填写评审表")
def save_sheet(project_id: int, *, filled: Filled, actor: User, on: date) -> ExpertSheet:
    """The expert's own draft; nobody else reads it."""
    return _keep(project_id, filled, actor=actor, on=on, submit=False)


@operation("提交评审表")
def submit_sheet(project_id: int, *, filled: Filled, actor: User, on: date) -> ExpertSheet:
    """Handed in and locked; sealed until the last one is in."""
    return _keep(project_id, filled, actor=actor, on=on, submit=True)


def _keep(project_id: int, filled: Filled, *, actor: User, on: date, submit: bool) -> ExpertSheet:
    project, view = entered_case(project_id, actor=actor, action=Action.SCORE_SHEET)
    member = view.of(actor)
    if member is None:
        refuse("seat", "您不在本项目的验收组中。", SD5)
    if member.sheet and member.sheet.state != State.DRAFT:
        refuse("locked", f"评审表{member.sheet.get_state_display()}，不能再改。", SIX_ONE)
    criteria = criteria_of(project.edition, Kind(project.kind))
    refuse_if_blocking(
        check_sheet(filled.points, filled.comment, criteria, no_conflict=filled.no_conflict, final=submit)
    )
    sheet, _ = ExpertSheet.objects.update_or_create(
        seat=member.seat,
        case=view.case,
        defaults={
            "state": State.SUBMITTED if submit else State.DRAFT,
            "points": {name: filled.points[name] for name in criteria if filled.points.get(name) is not None},
            "comment": filled.comment.strip(),
            "no_conflict": filled.no_conflict,
            "kept_by": actor,
            "submitted_on": on if submit else None,
        },
    )
    record(project_id=project.pk, subject=f"panel:{view.case.panel_id}", text="评审表一份")
    if submit:
        unseal(project, view.case)
    return sheet


@operation("代录纸质评审表")
def record_paper_sheets(
    project_id: int, *, sheets: Mapping[int, Filled], scan: UploadedFile, actor: User, on: date
) -> list[ExpertSheet]:
    """Every sheet that is still missing, at once, from the experts' signed paper: whoever types them has broken no seal,
    for there is none left to wait for.
    """
    project, view = entered_case(project_id, actor=actor, action=Action.ASSIGN_EXPERTS)
    wanted = {one.seat.pk: one for one in view.missing}
    if not wanted:
        refuse("none", "没有待录入的评审表。", SIX_ONE)
    refuse_if_blocking(_check_paper(project, wanted, sheets))
    stored, made = files.store(scan, on=on), []
    for pk, member in wanted.items():
        filled = sheets[pk]
        sheet, _ = ExpertSheet.objects.update_or_create(
            seat=member.seat,
            case=view.case,
            defaults={
                "state": State.SUBMITTED, "points": dict(filled.points), "comment": filled.comment.strip(), "paper": True,
                "no_conflict": filled.no_conflict, "kept_by": actor, "submitted_on": on,
            },
        )  # fmt: skip
        purpose = "专家评审表（签字扫描件）"
        files.attach(project, stored, about=ABOUT_SHEET, about_id=sheet.pk, purpose=purpose, actor=actor, on=on)
        made.append(sheet)
    record(project_id=project.pk, subject=f"panel:{view.case.panel_id}", text=f"代录纸质评审表 {len(made)} 份")
    unseal(project, view.case)
    return made


def _check_paper(project: Project, wanted: Mapping[int, Member], sheets: Mapping[int, Filled]) -> Iterator[Finding]:
    criteria = criteria_of(project.edition, Kind(project.kind))
    for pk, member in wanted.items():
        filled = sheets.get(pk)
        if filled is None:
            text = f"纸质评审表须一次录齐：缺{member.seat.expert}的。没有交表的，请更换或登记缺席。"
            yield blocking("missing", text, SIX_ONE, field=f"s{pk}_comment")
            continue
        for one in check_sheet(filled.points, filled.comment, criteria, no_conflict=filled.no_conflict):
            yield replace(one, message=f"{member.seat.expert}：{one.message}", field=f"s{pk}_{one.field}")
    if set(sheets) - set(wanted):
        yield blocking("seat", "所录评审表不属于本项目待交表的专家。", SIX_ONE)
