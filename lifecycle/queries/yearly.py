"""年度报告 and 年度考核: what a project owes, and who was not assessed, in a constant number of statements."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, QuerySet, Sum

from accounts.queries import work_calendar
from funds.queries import ledger_of
from lifecycle.models import YearlyAssessment, YearlyReport
from lifecycle.queries.disputes import undone
from lifecycle.rules.yearly import due_day, years_due
from performance.models import TrainingClass
from projects.models import Decision, DecisionItem, Project
from projects.together import Together

PASSED = ("T18", "T21")
SUMS = {
    "trained": "培训人次",
    "high_skill": "其中高级工及以上",
    "passed": "合格人次",
    "certified": "取得高级工及以上证书人数",
}


def accepted_on(project: Project) -> date | None:
    """The first day it stood as 通过验收; a project that was entered as such counts from its stage."""
    return accepted_days([project]).get(project.pk)


def accepted_days(projects: Iterable[Project]) -> dict[int, date]:
    found, read = list(projects), Together()
    items = passing_items().filter(project__in=[one.pk for one in found])
    return accepted_from(found, read.ask(items, "project_id", effective_on="decision__effective_on"))


def passing_items() -> QuerySet[DecisionItem]:
    """The projects in decisions by which a 验收 was passed, and which no judgment took back."""
    return DecisionItem.objects.filter(
        decision__kind__in=PASSED, decision__state=Decision.State.EFFECTIVE, state=DecisionItem.State.DONE
    ).exclude(undone())


def accepted_from(projects: Iterable[Any], passed: Iterable[Any]) -> dict[int, date]:
    """`passed`: project_id and effective_on of `passing_items`; the first such day counts."""
    days: dict[int, date] = {}
    for row in passed:
        if row.effective_on:  # in force, so there is one
            days[row.project_id] = min(row.effective_on, days.get(row.project_id, date.max))
    return {one.pk: day for one in projects if (day := days.get(one.pk) or one.stage_since)}


def open_year(project: Project, on: date) -> int | None:
    """The earliest year whose report is still with the unit."""
    since = accepted_on(project)
    sent = project.yearly_reports.exclude(state__in=[YearlyReport.State.DRAFT, YearlyReport.State.RETURNED])
    done = set(sent.values_list("year", flat=True))
    return next((year for year in (years_due(since, on) if since else ()) if year not in done), None)


def figures_of(project: Project, year: int) -> tuple[dict[str, int], str]:
    """Sums of the classes that ended in the year, and the money left, as the unit's own registers have them now."""
    classes = TrainingClass.objects.filter(project=project, end_on__year=year, voided_on=None)
    sums = classes.aggregate(**{key: Sum(key) for key in SUMS})
    ledger = ledger_of(project)
    return {"classes": classes.count()} | {key: value or 0 for key, value in sums.items()}, str(
        ledger.received - ledger.spent
    )


def failed_year(project: Project) -> YearlyAssessment | None:
    """The last grade in force, where it is a failing one and no order was made on it yet."""
    last = project.yearly_assessments.exclude(decision=None).order_by("-year").first()
    if last is None or not last.failed:
        return None
    ordered = project.rectifications.aggregate(last=Max("decision_id"))["last"]
    return None if ordered and last.decision_id and ordered > last.decision_id else last


def failing_year(project: Project) -> int:
    """Its year, or 0."""
    one = failed_year(project)
    return one.year if one else 0


def yearly_payload(project: Project) -> dict[str, Any]:
    """Which grade a joint decision puts in force: the earliest that is proposed and not decided."""
    one = project.yearly_assessments.filter(decision=None).order_by("year").first()
    if one is None:
        return {}
    return {"yearly": one.pk, "yearly_year": one.year, "yearly_grade": one.grade, "yearly_opinion": one.opinion}


def graded_projects(projects: Iterable[Project]) -> set[int]:
    """Of many: those with a proposed grade; one statement."""
    found = YearlyAssessment.objects.filter(project__in=[one.pk for one in projects], decision=None)
    return set(found.values_list("project_id", flat=True))


@dataclass(frozen=True, slots=True)
class Covered:
    """One project in one year: its report, its grade; `owed` where it had not passed yet."""

    project: Project
    since: date
    due_on: date
    report: YearlyReport | None
    assessment: YearlyAssessment | None

    @property
    def assessed(self) -> bool:
        return self.assessment is not None and self.assessment.decision_id is not None


def coverage(projects: Iterable[Project], year: int) -> list[Covered]:
    """Every project that had passed by the end of the year; four statements for any number."""
    found = list(projects)
    days = accepted_days(found)
    reports = {one.project_id: one for one in YearlyReport.objects.filter(project__in=found, year=year)}
    grades = {
        one.project_id: one
        for one in YearlyAssessment.objects.filter(project__in=found, year=year).select_related("decision")
    }
    calendar = work_calendar()
    return [
        Covered(one, days[one.pk], due_day(one.edition, year, calendar), reports.get(one.pk), grades.get(one.pk))
        for one in found
        if one.pk in days and days[one.pk].year <= year
    ]
