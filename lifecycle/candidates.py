"""Which projects a decision over several may take up: a first look in a constant number of statements.

The guards themselves are asked when the decision is drafted and again when it takes effect.
"""

from collections.abc import Sequence

from funds.models import FundHold
from lifecycle.machine import Step
from lifecycle.models import Acceptance
from lifecycle.queries import conditions_of
from lifecycle.queries.yearly import graded_projects
from performance.models import TargetSheet
from performance.queries import assessed_projects, evaluations_of, sheets_of
from policy.terms import Grade
from projects.models import Project

HOLDS = {"T11": "暂停", "T12": "恢复"}
GRADES = {"T04": Grade.EXCELLENT, "T05": Grade.GOOD}


def obstacles(step: Step, projects: Sequence[Project]) -> dict[int, str]:
    """For each project the one reason that plainly keeps it out, or nothing."""
    if step.code == "T01":
        return {project.pk: "" if project.sector else "职业类别尚未认定" for project in projects}
    if step.code in GRADES:
        return _sheets(GRADES[step.code], projects)
    if step.code == "assess":
        ready = assessed_projects(projects)
        return {project.pk: "" if project.pk in ready else "没有待评定的年度自评" for project in projects}
    if step.code == "T28J":
        graded = graded_projects(projects)
        return {project.pk: "" if project.pk in graded else "没有待决定的年度考核等次" for project in projects}
    if step.code in HOLDS:
        return _holds(HOLDS[step.code], projects)
    return _acceptances(projects)


def _holds(word: str, projects: Sequence[Project]) -> dict[int, str]:
    held = set(FundHold.objects.filter(project__in=projects, lifted_on=None).values_list("project", flat=True))
    why = {("暂停", True): "资金已在暂停中", ("恢复", False): "资金没有暂停"}
    return {project.pk: why.get((word, project.pk in held), "") for project in projects}


def _sheets(grade: Grade, projects: Sequence[Project]) -> dict[int, str]:
    found = sheets_of(projects)
    said = {}
    for project in projects:
        sheet = found.get(project.pk)
        if sheet is None or sheet.state != TargetSheet.State.READY:
            said[project.pk] = f"绩效目标{sheet.get_state_display() if sheet else '尚未编制'}"
        else:
            said[project.pk] = "" if sheet.grade == grade else f"审核等级为“{Grade(sheet.grade).label}”"
    return said


def _acceptances(projects: Sequence[Project]) -> dict[int, str]:
    rows = Acceptance.objects.filter(project__in=[project.pk for project in projects]).order_by("round")
    latest = {row.project_id: row for row in rows.prefetch_related("checks")}
    judged = evaluations_of(projects)
    said = {}
    for project in projects:
        acceptance, result = latest.get(project.pk), judged.get(project.pk)
        checks = list(acceptance.checks.all()) if acceptance else []
        if len([check for check in checks if check.met]) < len(conditions_of(project)):
            said[project.pk] = "建设条件未全部核查为符合"
        elif result is None or not result.confirmed or result.total is None:
            said[project.pk] = "绩效评估尚未完成"
        else:
            said[project.pk] = ""
    return said
