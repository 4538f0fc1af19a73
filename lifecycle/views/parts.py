"""What several pages of this app show: guards as a checklist, steps as buttons, gate A as rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from accounts.models import User
from lifecycle.machine import Step
from lifecycle.models import Acceptance
from lifecycle.queries import conditions_of, offered, snapshot_of
from policy.findings import Finding
from policy.terms import Stage
from projects import access
from projects.conditions import actual_text, requirement_text
from projects.links import page_for
from projects.models import Decision, DecisionItem, Project
from ui.parts import Check


def checks_of(step: Step, findings: Iterable[Finding], project: Project, user: User) -> list[Check]:
    """The guards of a step as they stand; one line where nothing stands in the way."""
    found = [
        Check(ok=not item.blocks, text=item.message, url=page_for(user, item.link, project), clause=item.clause)
        for item in findings
    ]
    stands = project.stage in step.sources
    where = f"项目处于“{project.get_stage_display()}”"
    return [Check(ok=stands, text=where, url="", clause=step.basis), *found]


SHOWN = (
    Stage.IN_ACCEPTANCE,
    Stage.ACCEPTED,
    Stage.RECTIFYING,
    Stage.RECHECKING,
    Stage.REVOCATION_NOTICE,
    Stage.REVOKED,
    Stage.SETTLED,
)


@dataclass(frozen=True, slots=True)
class Button:
    """A step this person may take: where it leads, what is still missing, whether it is drafted already."""

    step: Step
    url: str
    checks: list[Check]
    waits: bool = False

    @property
    def missing(self) -> int:
        return sum(1 for check in self.checks if not check.ok)

    @property
    def why(self) -> str:
        if self.waits:
            return "已拟制，等待两厅签署"
        return f"还差 {self.missing} 项" if self.missing else ""


def step_url(step: Step, project: Project, user: User) -> str:
    """Joint steps are drafted on their own page; the others have a page each."""
    if step.joint:
        return reverse("lifecycle:step", args=[project.pk, step.code])
    return page_for(user, step.route, project)


def steps_for(user: User, project: Project, *, on: date) -> list[Button]:
    """The steps from here into acceptance and what follows it; the others stand on the front page and their own."""
    buttons, signing = [], signing_of(project)
    for step, findings in offered(project, snapshot_of(project, on=on)):
        if step.target in SHOWN and access.allows(user, project, step.action):
            checks = checks_of(step, findings, project, user)
            buttons.append(Button(step, step_url(step, project, user), checks, waits=step.code in signing))
    return buttons


def signing_of(project: Project) -> set[str]:
    """Kinds of decisions on it that wait for signatures, so are not drafted twice."""
    items = project.decision_items.filter(state=DecisionItem.State.OPEN, decision__state=Decision.State.SIGNING)
    return set(items.values_list("decision__kind", flat=True))


def gate_a_rows(project: Project, acceptance: Acceptance | None) -> list[dict[str, Any]]:
    checks = {check.code: check for check in acceptance.checks.all()} if acceptance else {}
    rows = []
    for item in conditions_of(project):
        check = checks.get(item.code)
        rows.append(
            {
                "code": item.code,
                "text": item.text,
                "clause": item.basis.clause,
                "required": requirement_text(item),
                "actual": actual_text(item, check.values) if check else "未核查",
                "evidence": check.evidence if check else "",
                "met": check.met if check else None,
            }
        )
    return rows
