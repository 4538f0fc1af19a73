"""One problem as a line of the register: page, workbook, F13 and API say the same of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from accounts.models import User
from accounts.queries import work_calendar
from lifecycle.deadlines import PROBLEM_DUE, last_day
from lifecycle.queries.problems import is_hidden
from lifecycle.queries.served import rechecks_untold, without_recheck
from lifecycle.rules.problems import is_overdue
from policy.calendar import WorkCalendar
from projects.models import Problem
from projects.problems import state_name, state_of
from workbooks.writer import Sheet

NOTHING = "—"
TONES: Mapping[str, str] = {Problem.Level.MINOR: "gray", Problem.Level.MAJOR: "yellow", Problem.Level.SEVERE: "orange"}


@dataclass(frozen=True, slots=True)
class Line:
    """`hidden`: what the unit writes is its draft, and the reader is of an office."""

    problem: Problem
    hidden: bool
    overdue: bool
    url: str

    @property
    def tone(self) -> str:
        return TONES[self.problem.level]

    @property
    def answered(self) -> bool:
        """The unit owes nothing at present, or, its title ended, not any more."""
        return self.state != Problem.State.OPEN

    @property
    def state(self) -> str:
        return state_of(self.problem)

    @property
    def state_name(self) -> str:
        return state_name(self.problem)

    @property
    def owner(self) -> str:
        return "" if self.hidden else self.problem.owner

    @property
    def measure(self) -> str:
        """整改措施; of an order or an audit it stands with the result."""
        return "" if self.hidden else self.problem.measure or self.problem.answer

    @property
    def answer(self) -> str:
        return "" if self.hidden else self.problem.answer

    @property
    def done_on(self) -> date | None:
        return None if self.hidden else self.problem.done_on or self.problem.answered_on


def line_of(problem: Problem, user: User, on: date) -> Line:
    return lines_of([problem], user, on)[0]


def lines_of(problems: Iterable[Problem], user: User, on: date) -> list[Line]:
    """The problems have their project, order and audit finding loaded. One statement, for the holidays, and for a unit another."""
    calendar, asked = work_calendar(), list(problems)
    untold = rechecks_untold(user, [one.project for one in asked if one.decision_id])
    return [_line(without_recheck(one) if one.project_id in untold else one, user, on, calendar) for one in asked]


def _line(problem: Problem, user: User, on: date, calendar: WorkCalendar) -> Line:
    ends = last_day(PROBLEM_DUE, problem.due_on, calendar) if problem.due_on else None
    late = is_overdue(state_of(problem), ends, on)
    return Line(problem, is_hidden(problem, user), late, place_of(problem))


def place_of(problem: Problem) -> str:
    """Where it is answered and judged."""
    finding = getattr(problem, "audit_finding", None)
    if finding is not None:
        return reverse("funds:audit", args=[problem.project_id, finding.case_id]) + f"#finding-{finding.pk}"
    if problem.decision_id:
        return reverse("lifecycle:rectification", args=[problem.project_id])
    return reverse("lifecycle:problem", args=[problem.project_id, problem.pk])


HEADERS = (
    "项目编号", "项目名称", "项目单位", "所在地区或部门", "问题编号", "来源", "程度", "事实", "依据", "整改要求",
    "涉及金额（元）", "提出日期", "整改期限", "是否逾期", "状态", "责任人", "整改措施", "整改结果", "复核意见", "销号日期",
    "重新提出自",
)  # fmt: skip
WIDTHS = (18, 32, 28, 14, 8, 12, 8, 48, 20, 40, 14, 12, 12, 8, 10, 12, 40, 40, 32, 12, 10)


def register_sheet(lines: Iterable[Line], on: date, said: str) -> Sheet:
    """`said`: the filter in words, so that the paper says what it shows."""
    return Sheet(
        "问题台账",
        HEADERS,
        [_cells(line) for line in lines],
        titles=["问题台账", f"导出日期 {on}　查询条件　{said}"],
        notes=["单位尚未提交的答复不列示。涉及金额单位：元。"],
        widths=WIDTHS,
    )


def _cells(line: Line) -> list[Any]:
    one, project = line.problem, line.problem.project
    return [
        project.label, project.name, project.organisation.name, project.organisation.node.name, one.serial,
        one.get_source_display(), one.get_level_display(), one.fact, one.clause, one.requirement, one.amount,
        one.opened_on, one.due_on, "逾期" if line.overdue else "", line.state_name, line.owner, line.measure,
        line.answer, one.verdict, one.closed_on, one.reopens.serial if one.reopens else None,
    ]  # fmt: skip
