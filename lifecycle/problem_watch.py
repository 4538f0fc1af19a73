"""Problems past their day: an alert to the unit first, to the next level when that was not enough.

The dates themselves are on the problems; called by each act on them and by the nightly recheck.
"""

from collections.abc import Iterator
from datetime import date

from accounts.models import User
from accounts.queries import people_who_may
from accounts.roles import UNIT_ROLES, Action, Role
from lifecycle.queries.problems import in_register, overdue
from lifecycle.rules.problems import is_escalated
from policy.calendar import days_left_text
from policy.findings import Finding
from policy.terms import Severity
from projects import alerts
from projects.models import Problem, Project
from projects.problems import open_problems

FIRST, NEXT = "problem", "problem_next"  # Alert.source: told to the unit, told to the level above
CITY, PROVINCE = frozenset({Role.CH, Role.CF}), frozenset({Role.PH, Role.PF})


def refresh_problems(project: Project, *, on: date) -> None:
    """Bring the alerts in line with the register. Those of audits and orders have alerts and dates of their own."""
    late = list(open_problems(project).filter(in_register() & overdue(on)).order_by("serial"))
    days = project.edition.number("problem_escalate_days")
    higher = [one for one in late if one.due_on and is_escalated(one.due_on, on, days)]
    unit = people_who_may(Action.ANSWER_PROBLEM, project.organisation, on) if late else []
    alerts.sync(project, source=FIRST, findings=_said(late, on), on=on, people=unit)
    above = next_level(project, on) if higher else []
    alerts.sync(project, source=NEXT, findings=_said(higher, on, "，请督办"), on=on, people=above)


def _said(late: list[Problem], on: date, more: str = "") -> Iterator[Finding]:
    for one in late:
        if one.due_on:
            text = f"问题 {one.serial}（{one.get_level_display()}）“{one.fact[:60]}”整改{days_left_text(on, one.due_on)}{more}"
            yield Finding(f"overdue:{one.pk}", Severity.WARNING, text, one.clause)


def next_level(project: Project, on: date) -> list[User]:
    """The offices nearest above the unit that may judge: of the city, and of the province where there are none."""
    judges = people_who_may(Action.VERIFY_PROBLEM, project.organisation, on)
    judges = [one for one in judges if not one.roles & UNIT_ROLES]
    return [one for one in judges if one.roles & CITY] or [one for one in judges if one.roles & PROVINCE]
