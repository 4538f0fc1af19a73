"""What the calendar alone brings about for one project: reminders and alerts. It never changes a stage."""

from collections.abc import Sequence
from datetime import date

from accounts.journal import operation, record
from accounts.models import User
from accounts.notices import notify
from accounts.queries import people_who_may
from accounts.roles import Action
from funds.operations import refresh_alerts as refresh_funds
from funds.operations.flags import recheck_flags
from funds.verify import Fault
from lifecycle.deadlines import RULES, reached, refresh_alerts
from lifecycle.models import Deadline, Reminder
from performance.operations import refresh_returns
from policy.calendar import days_left_text
from policy.findings import Finding
from policy.terms import Severity
from projects import alerts
from projects.models import Project

LEDGER = "ledger_check"  # Alert.source of what the nightly check found


@operation("每日巡查")
def recheck(project_id: int, *, actor: User, on: date) -> int:
    """Raise every rung reached and not yet raised, bring the alerts in line. Returns how many reminders went out."""
    project = Project.objects.select_for_update(no_key=True).get(pk=project_id)
    standing = list(Deadline.objects.filter(project=project, state=Deadline.State.OPEN))
    sent = sum(_climb(project, deadline, on=on) for deadline in standing)
    refresh_alerts(project, on=on)
    refresh_funds(project, on)
    refresh_returns(project, on=on)
    recheck_flags(project, on=on)
    return sent


def _climb(project: Project, deadline: Deadline, *, on: date) -> int:
    rule = RULES[deadline.rule]
    due = reached(deadline, project.edition.days(rule.ladder), on=on)
    raised = set(deadline.reminders.filter(due_on=deadline.due_on).values_list("rung", flat=True))
    fresh = [rung for rung in due if rung not in raised]
    people = people_who_may(rule.action, project.organisation, on) if fresh else []
    watchers = people_who_may(Action.START_BUILDING, project.organisation, on) if fresh else []
    for rung in fresh:
        Reminder.objects.create(deadline=deadline, due_on=deadline.due_on, rung=rung, raised_on=on)
        text = f"{project.name}：{rule.label} {deadline.due_on}，{days_left_text(on, deadline.due_on)}"
        key = f"deadline:{deadline.pk}:{deadline.due_on}:{rung}"
        notify({*people, *watchers}, key=key, text=text, url=f"/projects/{project.pk}/")
        record(
            project_id=project.pk,
            subject=f"deadline:{deadline.pk}",
            text=f"提醒（提前 {rung} 天）：{rule.label}",
            on=on,
        )
    return len(fresh)


@operation("核验账目")
def report_ledger(project_id: int, *, faults: Sequence[Fault], actor: User, on: date) -> None:
    """One alert an invariant that is broken; finance and audit are told of each once. What is whole again clears it."""
    project = Project.objects.select_for_update(no_key=True).get(pk=project_id)
    by_rule: dict[str, list[Fault]] = {}
    for fault in faults:
        by_rule.setdefault(fault.rule, []).append(fault)
    found = [
        Finding(
            rule,
            Severity.BLOCKING,
            f"账目核验 {rule}：{several[0].entry}，{several[0].text}"
            + (f"（共 {len(several)} 处）" if several[1:] else ""),
            "账目核验（每日）",
        )
        for rule, several in by_rule.items()
    ]
    alerts.sync(project, source=LEDGER, findings=found, on=on)
    for finding in found:
        record(project_id=project.pk, subject=f"ledger:{finding.code}", text=finding.message, on=on)
