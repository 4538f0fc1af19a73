"""Opening and closing the legal dates of a project, and what they say now. The caller holds the project's lock."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from accounts.queries import work_calendar
from lifecycle.models import Deadline
from lifecycle.rules.deadlines import (
    ACCEPTANCE_ORGANISE,
    APPEAL_COURT,
    APPEAL_REVIEW,
    APPLICATION,
    ASSET_CARD,
    BUILD_END,
    CARRY_OVER,
    CLAW_BACK,
    DEFENCE,
    INSPECTION_DUE,
    INSPECTION_OPINION,
    PROBLEM_DUE,
    QUARTER_REPORT,
    RECEIPT_PASS_ON,
    RECTIFY,
    RULES,
    SELF_EVALUATION,
    SERVE,
    TARGET_RESUBMIT,
    TARGET_REVIEW,
    YEARLY_REPORT,
    Rule,
    Term,
    Unit,
    last_day,
    term_behind,
    term_of,
)
from policy.calendar import days_left, days_left_text
from policy.findings import Finding
from policy.terms import Rank, Severity
from projects import alerts
from projects.models import Project

__all__ = [
    "ACCEPTANCE_ORGANISE", "APPEAL_COURT", "APPEAL_REVIEW", "APPLICATION", "ASSET_CARD", "BUILD_END", "CARRY_OVER",
    "CLAW_BACK", "DEFENCE", "INSPECTION_DUE", "INSPECTION_OPINION", "PROBLEM_DUE", "QUARTER_REPORT", "RECEIPT_PASS_ON",
    "RECTIFY", "RULES", "SELF_EVALUATION", "SERVE", "TARGET_RESUBMIT", "TARGET_REVIEW", "YEARLY_REPORT", "Rule", "Term", "Unit",
    "check_deadlines", "close", "open_", "open_by_edition", "refresh_alerts",
]  # fmt: skip
FORETOLD = frozenset({BUILD_END.code, RECTIFY.code, DEFENCE.code})  # an alert stands before the day too


def open_(
    project: Project, rule: Rule, *, due_on: date, on: date, about_id: int = 0, term: Term | None = None
) -> Deadline:
    """Set or move the open date of a rule. A moved date starts its own ladder.

    `term`: how the day was found, where it is not the edition's term from `on`; it is shown as the arithmetic.
    """
    term = term or term_behind(rule, project.edition, on, due_on, work_calendar())
    said: dict[str, Any] = {"due_on": due_on, "opened_on": on, "since_on": None, "count": 0, "unit": Unit.GIVEN}
    if term:
        said |= {"since_on": term.since, "count": term.count, "unit": term.unit}
    standing = Deadline.objects.filter(
        project=project, rule=rule.code, about_id=about_id, state=Deadline.State.OPEN
    ).first()
    if standing is None:
        standing = Deadline.objects.create(project=project, rule=rule.code, about_id=about_id, basis=rule.basis, **said)
    else:
        for name, value in said.items():
            setattr(standing, name, value)
        standing.save(update_fields=list(said))
    refresh_alerts(project, on=on)
    return standing


def open_by_edition(project: Project, rule: Rule, *, on: date, about_id: int = 0) -> Deadline:
    """Open a date as the project's edition counts it from this day."""
    term = term_of(rule, project.edition, on)
    if term is None:
        raise LookupError(f"{rule.code} has no term in the edition")
    return open_(project, rule, due_on=term.ends(work_calendar()), on=on, about_id=about_id, term=term)


def close(
    project: Project, *rules: Rule, on: date, about_id: int | None = None, state: str = Deadline.State.MET
) -> None:
    """Close what is open of these rules, or everything; `about_id` None: all of their kind."""
    standing = Deadline.objects.filter(project=project, state=Deadline.State.OPEN)
    if rules:
        standing = standing.filter(rule__in=[rule.code for rule in rules])
    if about_id is not None:
        standing = standing.filter(about_id=about_id)
    standing.update(state=state, closed_on=on)
    refresh_alerts(project, on=on)


def refresh_alerts(project: Project, *, on: date) -> None:
    standing = Deadline.objects.filter(project=project, state=Deadline.State.OPEN)
    alerts.sync(project, source="deadline", findings=check_deadlines(project, list(standing), on=on), on=on)


def check_deadlines(project: Project, standing: list[Deadline], *, on: date) -> Iterator[Finding]:
    """An alert for each date that is near or past; it changes no stage (handbook 9: the clock never revokes)."""
    calendar = work_calendar() if standing else None
    for deadline in standing:
        rule = RULES[deadline.rule]
        ends = last_day(rule, deadline.due_on, calendar) if calendar else deadline.due_on
        left = days_left(on, ends)
        if left > max(project.edition.days(rule.ladder)) if rule.code in FORETOLD else left >= 0 or rule.lapses:
            continue
        said = f"{rule.label} {deadline.due_on}，{days_left_text(on, ends)}"
        if ends != deadline.due_on:
            said = f"{rule.label} {deadline.due_on}（休息日，顺延至 {ends}），{days_left_text(on, ends)}"
        code = f"{rule.code}:{deadline.about_id}" if deadline.about_id else rule.code
        yield Finding(code, Severity.WARNING, said, rule.basis, rule.rank)
        if rule is BUILD_END and -left >= project.edition.number("application_days"):
            text = f"建设期满已 {-left} 天仍未申请验收，请督办"
            yield Finding("no_application", Severity.WARNING, text, rule.basis, Rank.DEFAULT)
