"""绩效目标: the acts that move the stage. What they do to the sheet is performance's."""

from collections.abc import Mapping, Sequence
from datetime import date

from accounts.journal import Mark, operation, record
from accounts.models import User
from accounts.roles import Action
from lifecycle import deadlines
from lifecycle.machine import STEP
from lifecycle.operations.steps import check_stage, enter_step, move
from performance import operations as performance
from performance.queries import revision_under_review
from policy.terms import Line
from projects import access
from projects.models import Project


@operation("提交绩效目标")
def submit_targets(project_id: int, *, actor: User, on: date) -> Project:
    """T03."""
    project = enter_step(project_id, "T03", actor=actor, on=on)
    performance.submit_sheet(project_id, actor=actor, on=on)
    move(project, "T03", on=on)
    deadlines.close(project, deadlines.TARGET_RESUBMIT, on=on)
    deadlines.open_by_edition(project, deadlines.TARGET_REVIEW, on=on)
    record(project_id=project.pk, text="绩效目标已提交审核")
    return project


@operation("初审退回绩效目标")
def return_targets(
    project_id: int, *, line: Line, reason: str, actor: User, on: date, remarks: Mapping[int, str] | None = None
) -> Project:
    """T06 by the first reviewer: back to the unit with what to mend."""
    action = Action.FIRST_REVIEW_HR if line == Line.HR else Action.FIRST_REVIEW_FINANCE
    project = access.enter(project_id, actor=actor, action=action)
    check_stage(project, STEP["T06"])
    performance.return_sheet(project_id, line=line, reason=reason, remarks=remarks, actor=actor, on=on)
    move(project, "T06", on=on)
    _sent_back(project, on=on)
    record(project_id=project.pk, text=f"{line.label}初审退回：{reason}")
    return project


@operation("省级审核绩效目标", mark=Mark.SCORING)
def review_targets(
    project_id: int,
    *,
    points: Sequence[int],
    comment: str,
    actor: User,
    on: date,
    remarks: Mapping[int, str] | None = None,
) -> Project:
    """One F03 of 人社 or 财政. With the second one the lower grade decides: T06 or T07 follow at once.

    A 目标调整 is scored the same way while the project goes on being built; no arrow follows.
    """
    action = Action.REVIEW_FINANCE if access.may(actor, Action.REVIEW_FINANCE) else Action.REVIEW_HR
    project = access.enter(project_id, actor=actor, action=action)
    if not revision_under_review(project):
        check_stage(project, STEP["T04"])
    outcome = performance.record_review(project_id, points=points, comment=comment, remarks=remarks, actor=actor, on=on)
    if outcome.arrow:
        move(project, outcome.arrow, on=on)
        _sent_back(project, on=on, again=outcome.arrow == "T06")
    record(project_id=project.pk, text=outcome.text)
    return project


def _sent_back(project: Project, *, on: date, again: bool = True) -> None:
    """The review is over. `again`: the edition counts days for sending them in anew (T06; T07 blocks the money instead)."""
    deadlines.close(project, deadlines.TARGET_REVIEW, on=on)
    if again:
        deadlines.open_by_edition(project, deadlines.TARGET_RESUBMIT, on=on)
