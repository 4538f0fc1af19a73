"""For whom an actor speaks, and the sheet an operation works on."""

from collections.abc import Container
from datetime import date

from django.core.exceptions import PermissionDenied

from accounts.models import Membership, User
from accounts.roles import Role
from performance.models import TargetSheet
from performance.queries import sheet_of
from policy.findings import refuse
from policy.terms import Line
from projects.models import Project

State = TargetSheet.State
PROVINCE_LINE = {Role.PH: Line.HR, Role.PF: Line.FINANCE}


def province_membership(actor: User) -> tuple[Line, Membership]:
    """The province's department a person reviews for. 人社 and 财政 exclude each other (SD7)."""
    for membership in actor.live_memberships:
        line = PROVINCE_LINE.get(membership.role)  # type: ignore[call-overload]
        if line is not None:
            return line, membership
    raise PermissionDenied("本事项由省人社厅经办、省财政厅经办办理")


def open_sheet(project: Project, states: Container[str], *, wish: str) -> TargetSheet:
    """The latest sheet, if it is in one of `states`; `wish` says what the actor wanted. Under the project's lock."""
    sheet = sheet_of(project)
    if sheet is None:
        refuse("no_sheet", f"本项目还没有编制绩效目标，不能{wish}。请先由单位经办编制。")
    if sheet.state not in states:
        refuse("state", f"绩效目标现为“{sheet.get_state_display()}”，不能{wish}。{NEXT[State(sheet.state)]}")
    return sheet


NEXT = {
    State.DRAFT: "下一步：单位负责人送审。",
    State.SUBMITTED: "下一步：市州人社、财政初审。",
    State.REVIEWING: "下一步：省人社厅、省财政厅各自审核打分。",
    State.MENDING: "下一步：单位按意见完善后报送复核。",
    State.MENDED: "下一步：省人社厅、省财政厅复核完善情况。",
    State.READY: "下一步：两厅联合备案。",
    State.RETURNED: "下一步：单位按意见修改后重新送审。",
    State.FILED: "已备案的版本不再改动。",
}


def move(sheet: TargetSheet, state: State, on: date, *fields: str) -> None:
    """Write the sheet's state and the named fields."""
    sheet.state = state
    sheet.state_since = on
    sheet.save(update_fields=["state", "state_since", *fields])
