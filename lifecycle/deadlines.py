"""Opening and closing the legal dates of a project, and what they say now. The caller holds the project's lock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from lifecycle.models import Deadline
from policy.calendar import days_left, days_left_text
from policy.findings import Finding
from policy.terms import Rank, Severity
from projects import alerts
from projects.models import Project


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of legal date. `ladder`: the edition's key with the rungs in days; `action`: who must act first."""

    code: str
    label: str
    basis: str
    ladder: str
    action: str


BUILD_END = Rule("build_end", "建设期届满", "通知 六（一）", "remind_build_end", "acceptance:apply")
RECTIFY = Rule("rectify", "整改到期", "通知 六（一）", "remind_rectify", "rectification:submit report 整改报告")
DEFENCE = Rule("defence", "陈述申辩截止", "拟取消称号告知书", "remind_defence", "revocation:state defence 陈述申辩")
RULES = {rule.code: rule for rule in (BUILD_END, RECTIFY, DEFENCE)}


def open_(project: Project, rule: Rule, *, due_on: date, on: date) -> Deadline:
    """Set or move the open date of a rule. A moved date starts its own ladder."""
    standing = Deadline.objects.filter(project=project, rule=rule.code, state=Deadline.State.OPEN).first()
    if standing is None:
        standing = Deadline.objects.create(
            project=project, rule=rule.code, due_on=due_on, basis=rule.basis, opened_on=on
        )
    else:
        standing.due_on, standing.opened_on = due_on, on
        standing.save(update_fields=["due_on", "opened_on"])
    refresh_alerts(project, on=on)
    return standing


def close(project: Project, *rules: Rule, on: date, state: str = Deadline.State.MET) -> None:
    standing = Deadline.objects.filter(project=project, state=Deadline.State.OPEN)
    if rules:
        standing = standing.filter(rule__in=[rule.code for rule in rules])
    standing.update(state=state, closed_on=on)
    refresh_alerts(project, on=on)


def reached(deadline: Deadline, rungs: tuple[int, ...], *, on: date) -> list[int]:
    """The rungs whose day has come since the date was set; an outage loses none of them."""
    days = {rung: deadline.due_on - timedelta(days=rung) for rung in rungs}
    return [rung for rung, day in days.items() if deadline.opened_on <= day <= on]


def refresh_alerts(project: Project, *, on: date) -> None:
    standing = Deadline.objects.filter(project=project, state=Deadline.State.OPEN)
    alerts.sync(project, source="deadline", findings=check_deadlines(project, list(standing), on=on), on=on)


def check_deadlines(project: Project, standing: list[Deadline], *, on: date) -> Iterator[Finding]:
    """An alert for each date that is near or past; it changes no stage (handbook 9: the clock never revokes)."""
    for deadline in standing:
        rule = RULES[deadline.rule]
        left = days_left(on, deadline.due_on)
        if left > max(project.edition.days(rule.ladder)):
            continue
        said = f"{rule.label} {deadline.due_on}，{days_left_text(on, deadline.due_on)}"
        yield Finding(rule.code, Severity.WARNING, said, rule.basis, Rank.NOTICE)
        if rule is BUILD_END and -left >= project.edition.number("application_days"):
            text = f"建设期满已 {-left} 天仍未申请验收，请督办"
            yield Finding("no_application", Severity.WARNING, text, rule.basis, Rank.DEFAULT)
