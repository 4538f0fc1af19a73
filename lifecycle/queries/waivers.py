"""What of a project may be waived now, and the waivers that wait for a person."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from accounts.roles import Action, Role
from lifecycle.queries.snapshot import offered, snapshot_of
from policy.findings import Finding
from policy.terms import Line
from projects import access
from projects.models import Alert, Project, Waiver
from projects.tasks import Task
from projects.together import Together
from projects.waivers import STEP, waivable

LINE_OF_ROLE = {Role.PHL: Line.HR, Role.PFL: Line.FINANCE}


def standing(project: Project, on: date) -> dict[str, Finding]:
    """`source:code` → finding, of every open alert and of every step from this stage."""
    found = {
        f"{row.source}:{row.code}": as_finding(row) for row in Alert.objects.filter(project=project, cleared_on=None)
    }
    for _, findings in offered(project, snapshot_of(project, on=on)):
        found |= {f"{STEP}:{finding.code}": finding for finding in findings}
    return found


def as_finding(alert: Alert) -> Finding:
    return Finding(alert.code, alert.severity, alert.message, alert.clause, alert.rank)  # type: ignore[arg-type]


def candidates(project: Project, on: date) -> dict[str, Finding]:
    """Only those that an approval document may lift."""
    return {
        key: one
        for key, one in standing(project, on).items()
        if waivable(key.partition(":")[0], one.code, one.severity, one.rank)
    }


def line_of(user: User) -> Line | None:
    """The department this person approves for."""
    return next((line for role, line in LINE_OF_ROLE.items() if role in user.roles), None)


def waiver_tasks(user: User, read: Together) -> Iterable[Task]:
    line = line_of(user)
    if line is None:
        return ()
    open_ = Q(hr_by=None) if line == Line.HR else Q(finance_by=None)
    within = access.about(user, Action.APPROVE_WAIVER)
    rows = Waiver.objects.filter(open_, within, state=Waiver.State.PROPOSED).exclude(proposed_by=user)
    asked = read.ask(rows, "pk", "number", "finding", "proposed_on", name="project__name")
    return (
        Task(
            "批准豁免",
            row.name,
            reverse("lifecycle:waiver", args=[row.pk]),
            row.proposed_on,
            None,
            f"{row.number}：{row.finding}",
        )
        for row in asked
    )
