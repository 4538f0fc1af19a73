"""What this person may do with this project now: the machine's steps with their guards, and the unit's requests."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from accounts.models import User
from accounts.roles import Action
from lifecycle.machine import LIVE, Step
from policy.findings import Finding
from policy.terms import Stage
from projects import access
from projects.links import page_for
from projects.models import Project
from ui.parts import Check

QUIET = ("T30", "T32")  # at hand at every stage, or undoing one: after the others
# (label, page, stages, the act it asks for where the page itself is open to readers too)
REQUESTS = (
    ("上传验收材料", "lifecycle:pack", (Stage.BUILDING,), Action.UPLOAD_PACK),
    ("申请延期", "lifecycle:request_extension", (Stage.BUILDING,), Action.REQUEST_EXTENSION),
    ("申请变更（更名、合并、带头人、工种、内容）", "lifecycle:changes", LIVE, Action.PROPOSE_UNIT_CHANGE),
)


@dataclass(frozen=True, slots=True)
class Button:
    """`missing`: guards that stand in the way; then it is shown closed. `joint`: drafted here, signed by two."""

    code: str
    label: str
    url: str
    checks: tuple[Check, ...]
    missing: int
    joint: bool
    basis: str
    why: str = ""


def buttons_for(
    user: User, project: Project, offered: Iterable[tuple[Step, list[Finding]]], signing: Iterable[str]
) -> list[Button]:
    """Open ones first. `signing`: kinds of decisions that wait for signatures, so are not drafted twice."""
    waiting = set(signing)
    found = [
        _button(user, project, step, findings, waits=step.code in waiting)
        for step, findings in offered
        if access.allows(user, project, step.action)
    ]
    return sorted(found, key=lambda button: (button.code in QUIET, button.missing > 0 or bool(button.why)))


def _button(user: User, project: Project, step: Step, findings: list[Finding], *, waits: bool) -> Button:
    checks = tuple(
        Check(ok=not one.blocks, text=one.message, url=page_for(user, one.link, project), clause=one.clause)
        for one in sorted(findings, key=lambda one: not one.blocks)
    )
    missing = sum(1 for check in checks if not check.ok)
    why = "已拟制，等待两厅签署" if waits else f"还差 {missing} 项" if missing else ""
    return Button(step.code, step.label, _url(user, step, project), checks, missing, step.joint, step.basis, why)


def _url(user: User, step: Step, project: Project) -> str:
    if step.joint:
        return reverse("lifecycle:step", args=[project.pk, step.code])
    return page_for(user, step.route, project)


def requests_for(user: User, project: Project, asked: frozenset[str]) -> list[tuple[str, str]]:
    """(label, address) of what a unit may hand in at this stage; not what is `asked` already."""
    pages = (
        (label, page_for(user, name, project))
        for label, name, stages, action in REQUESTS
        if project.stage in stages
        and access.allows(user, project, action)
        and name.rsplit("request_", 1)[-1] not in asked
    )
    return [(label, url) for label, url in pages if url]
