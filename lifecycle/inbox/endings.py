"""What waits in 限期整改, 取消称号, 虚假材料 and after 验收. Rows of each kind are read once for all projects."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.urls import reverse

from accounts.roles import Action, Role
from lifecycle import guards
from lifecycle.inbox.reading import Reading
from lifecycle.machine import ACCEPTED, NOTICE, RECTIFYING, REVOKED, TITLED
from lifecycle.models import FollowUp, YearlyReport
from lifecycle.queries.yearly import accepted_from
from lifecycle.rules.yearly import due_day, years_due
from policy.terms import Stage
from projects import access
from projects.models import Project
from projects.tasks import Task

Said = Task | None
WITH_UNIT = {YearlyReport.State.DRAFT, YearlyReport.State.RETURNED}


class Rows:
    """What these tasks look at beside the common rows, by project."""

    def __init__(self, now: Reading) -> None:
        self.now = now

    @cached_property
    def follow_ups(self) -> dict[int, set[str]]:
        found: dict[int, set[str]] = defaultdict(set)
        for row in self.now.rows("follow_ups"):
            found[row.project_id].add(row.kind)
        return found

    @cached_property
    def cases(self) -> dict[int, Any]:
        return {row.project_id: row for row in self.now.rows("cases")}

    @cached_property
    def accepted(self) -> dict[int, date]:
        accepted = [one for one in self.now.projects if one.stage == ACCEPTED]
        return accepted_from(accepted, self.now.rows("passed"))

    @cached_property
    def reports(self) -> dict[int, list[Any]]:
        return self._by_year("yearly")

    @cached_property
    def grades(self) -> dict[int, list[Any]]:
        """Of projects with one that waits for its decision or that failed."""
        return self._by_year("grades")

    def _by_year(self, kind: str) -> dict[int, list[Any]]:
        found: dict[int, list[Any]] = defaultdict(list)
        for row in sorted(self.now.rows(kind), key=lambda row: row.year):
            found[row.project_id].append(row)
        return found


@dataclass(frozen=True, slots=True)
class Rule:
    action: Action
    stages: tuple[Stage, ...]
    task: Callable[[Rows, Project], Said]


def ending_tasks(now: Reading) -> Iterator[Task]:
    rows = Rows(now)
    for rule in RULES:
        if access.may(now.user, rule.action):
            for project in now.at(rule.action, rule.stages):
                if task := rule.task(rows, project):
                    yield task
    yield from _grades_to_decide(rows)


def _task(
    title: str, project: Project, page: str, since: date | None, due_on: date | None = None, note: str = ""
) -> Task:
    return Task(title, project.name, reverse(f"lifecycle:{page}", args=[project.pk]), since, due_on, note)


def _step(title: str, project: Project, code: str, since: date | None, note: str = "") -> Task:
    return Task(title, project.name, reverse("lifecycle:step", args=[project.pk, code]), since, None, note)


def _overdue(rows: Rows, project: Project) -> Said:
    """The day after the due day people are called; nothing happens by itself (handbook 9)."""
    order = rows.now.rectifications.get(project.pk)
    last = rows.now.calendar.next_working(order.due_on) if order and order.due_on else None
    if order is None or last is None or rows.now.on <= last:
        return None
    if rows.now.waits(project, "T23") or _may_propose(rows, project):
        return None
    note = f"整改期至 {order.due_on}，单位未提交整改报告；请核实情况，阶段不会自动改变"
    return _task("整改逾期，请核实督办", project, "rectification", order.due_on, last, note)


def _may_propose(rows: Rows, project: Project) -> bool:
    """Who may draft the notice by now has that task instead."""
    return access.may(rows.now.user, Action.PROPOSE_REVOCATION) and rows.now.passes(guards.term_over, project)


def _hearing(rows: Rows, project: Project) -> Said:
    revocation = rows.now.revocations.get(project.pk)
    if revocation is None or not rows.now.facts(project).hearing_owed:
        return None
    return _task("听取陈述（听证）并登记记录", project, "hearing", revocation.defended_on)


def _legality(rows: Rows, project: Project) -> Said:
    revocation = rows.now.revocations.get(project.pk)
    if revocation is None or revocation.noticed_by == rows.now.user.pk:
        return None
    if rows.now.facts(project).legal or not rows.now.passes(guards.defence_heard, project):
        return None
    return _task("法制审核", project, "legal_review", revocation.defend_by, note="审核人不能是拟制人")


def _follow_up(rows: Rows, project: Project) -> Said:
    revocation = rows.now.revocations.get(project.pk)
    if revocation is None or not revocation.decision_served_on:
        return None
    left = [label for kind, label in FollowUp.Kind.choices if kind not in rows.follow_ups[project.pk]]
    since = revocation.decision_served_on
    return _task("办理取消后续事项", project, "rectification", since, note="、".join(left)) if left else None


def _statement(rows: Rows, project: Project) -> Said:
    case = rows.cases.get(project.pk)
    if case is None or case.stated_on:
        return None
    return _task("说明材料情况", project, "false_state", case.opened_on, case.answer_by, case.document)


def _finding(rows: Rows, project: Project) -> Said:
    case = rows.cases.get(project.pk)
    if case is None or rows.now.waits(project, "false") or not (case.stated_on or rows.now.on > case.answer_by):
        return None
    return _task("认定或不予认定虚假材料", project, "false_material", case.stated_on or case.answer_by)


def _yearly(rows: Rows, project: Project) -> Said:
    """For whoever writes or signs: the earliest year that is still with the unit."""
    since = rows.accepted.get(project.pk)
    sent = {one.year for one in rows.reports[project.pk] if one.state not in WITH_UNIT}
    year = next((one for one in years_due(since, rows.now.on) if one not in sent), None) if since else None
    if year is None:
        return None
    own = next((one for one in rows.reports[project.pk] if one.year == year), None)
    due_on = due_day(project.edition, year, rows.now.calendar)
    signs = Role.U2 in rows.now.user.roles and own is not None and own.drafted_by_id != rows.now.user.pk
    title, page = ("报送年度报告", "yearly_submit") if signs else ("编制年度报告", "yearly_edit")
    note = "已退回修改" if own and own.state == YearlyReport.State.RETURNED else ""
    return _task(f"{title}（{year}）", project, page, date(year + 1, 1, 1), due_on, note)


def _check(rows: Rows, project: Project) -> Said:
    waits = [one for one in rows.reports[project.pk] if one.state == YearlyReport.State.SUBMITTED]
    return _task("初审年度报告", project, "yearly_check", waits[0].submitted_on) if waits else None


def _grade(rows: Rows, project: Project) -> Said:
    waits = [one for one in rows.reports[project.pk] if one.state == YearlyReport.State.CHECKED]
    return _task("提出年度考核等次", project, "yearly_grade", waits[0].checked_on) if waits else None


def _order(rows: Rows, project: Project) -> Said:
    """A failing grade in force since the project last came to this stage."""
    decided = [one for one in rows.grades[project.pk] if one.decided_on]
    last = decided[-1] if decided else None
    if last is None or last.decided_on is None or not last.failed or rows.now.waits(project, "T29"):
        return None
    if project.stage_since and project.stage_since > last.decided_on:
        return None
    return _step(f"{last.year}年度考核{last.grade}，责令限期整改", project, "T29", last.decided_on)


def _grades_to_decide(rows: Rows) -> Iterator[Task]:
    now = rows.now
    if Role.PH not in now.user.roles:
        return
    stands = now.at(Action.DRAFT_YEARLY, (ACCEPTED,))
    ready = [
        one
        for one in stands
        if any(row.decision_id is None for row in rows.grades[one.pk]) and not now.waits(one, "T28J")
    ]
    if ready:
        names = ready[0].name if len(ready) == 1 else f"{ready[0].name} 等"
        url = reverse("lifecycle:decision_new", args=["T28J"])
        yield Task(f"{len(ready)} 个项目的年度考核等次待决定", names, url, None)


RULES = (
    Rule(Action.RECHECK, (RECTIFYING,), _overdue),
    Rule(Action.HOLD_HEARING, (NOTICE,), _hearing),
    Rule(Action.REVIEW_LEGALITY, (NOTICE,), _legality),
    Rule(Action.FOLLOW_UP, (REVOKED,), _follow_up),
    Rule(Action.STATE_FALSE, TITLED, _statement),
    Rule(Action.DRAFT_FALSE, TITLED, _finding),
    Rule(Action.EDIT_YEARLY, (ACCEPTED,), _yearly),
    Rule(Action.CHECK_YEARLY, (ACCEPTED,), _check),
    Rule(Action.PROPOSE_GRADE, (ACCEPTED,), _grade),
    Rule(Action.DRAFT_ORDER, (ACCEPTED,), _order),
)
ACTIONS = frozenset({Action.DRAFT_YEARLY, *(rule.action for rule in RULES)})
