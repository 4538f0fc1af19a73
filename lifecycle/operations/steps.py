"""The door to every step, and the one place that writes Project.stage."""

from datetime import date

from accounts.models import User
from funds.operations import refresh_alerts as refresh_funds
from lifecycle.machine import STEP, Step
from lifecycle.queries import findings_for, snapshot_of
from policy.findings import refuse, refuse_if_blocking
from policy.terms import Stage
from projects import access, assignments
from projects.models import Project


def enter_step(project_id: int, code: str, *, actor: User, on: date) -> Project:
    """Lock the project and make sure this person may take this step now, or raise."""
    step = STEP[code]
    project = access.enter(project_id, actor=actor, action=step.action)
    check_stage(project, step)
    refuse_if_blocking(findings_for(step, snapshot_of(project, on=on)))
    return project


def check_stage(project: Project, step: Step) -> None:
    if project.stage not in step.sources:
        wanted = "、".join(stage.label for stage in step.sources[:3])
        refuse(
            "stage",
            f"「{project.name}」处于“{Stage(project.stage).label}”，不能办理“{step.label}”（须处于：{wanted}）。",
            step.basis,
        )


def move(project: Project, code: str, *, on: date, target: Stage | None = None) -> None:
    """Write the stage of a locked project. `target` only where the step gives the way back."""
    to = target or STEP[code].target
    if to is None:
        return
    _write(project, to, on)


def return_to(project: Project, stage: Stage, *, on: date) -> None:
    """The way back that a judgment orders: to where the project stood before an annulled decision."""
    _write(project, stage, on)


def _write(project: Project, stage: Stage, on: date) -> None:
    if project.stage == Stage.IN_ACCEPTANCE:
        assignments.end(project, on=on)  # the experts' task is over
    project.stage = stage
    project.stage_since = on
    project.save(update_fields=["stage", "stage_since"])
    refresh_funds(project, on)
