"""待办 of the self-evaluations. The same statements for one project and for many."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse

from accounts.models import User
from accounts.queries import holds
from accounts.roles import Action, Role
from performance.models import Assessment, AssessmentReview, TargetSheet
from performance.queries.assessment_page import line_waiting, years_covered
from performance.queries.assessments import ABOVE, DECISION, WITH_UNIT, Kind, Side, State, label_of
from performance.queries.returns import seat_at
from performance.queries.tasks_milestones import UNIT, UNIT_FACTS, OfficesOf
from performance.rules.assessments import STAGES, last_day
from policy.terms import Line
from projects import access
from projects.access import reach
from projects.models import Decision, DecisionItem
from projects.tasks import Task
from projects.together import Answer, Together

SHOWN = ("pk", "project_id", "kind", "block", "state")


def assessment_tasks(user: User, on: date, read: Together, offices: OfficesOf) -> Iterable[Task]:
    return chain(
        _of_the_unit(user, read) if user.roles & {Role.U1, Role.U2} else (),
        _to_begin(user, on, read) if holds(user, Role.U1) else (),
        _to_check(user, read, offices) if access.may(user, Action.CHECK_EVALUATION) else (),
        _of_the_province(user, Line.HR, read) if Role.PH in user.roles else (),
        _of_the_province(user, Line.FINANCE, read) if Role.PF in user.roles else (),
    )


def _to_begin(user: User, on: date, read: Together) -> Iterator[Task]:
    """A year that is over, or whose build ended in it, without its F05 or F06; the latest of each project first."""
    rows = access.projects_for(user, Action.SELF_EVALUATE).filter(stage__in=STAGES, build_start_on__isnull=False)
    projects = read.ask(rows, "pk", "name", "build_start_on", "build_end_on")
    within = Q(project__in=rows.values("pk"))
    made = read.ask(Assessment.objects.filter(within), "project_id", "kind", "block")
    sheets = read.ask(TargetSheet.objects.filter(within, version__isnull=False), "project_id", "version", "years")
    return _lacking(on, projects, made, sheets)


def _lacking(on: date, projects: Answer, assessments: Answer, sheets: Answer) -> Iterator[Task]:
    made = {(one.project_id, one.kind, one.block) for one in assessments}
    filed: dict[int, list[Any]] = defaultdict(list)
    for sheet in sheets:
        filed[sheet.project_id].append(sheet)
    for project in projects:
        pk = project.pk
        for year in _years_over(project, on, years_covered(filed[pk])):
            lacking = [kind for kind in (Kind.YEAR, Kind.TRANSFER) if (pk, kind, str(year)) not in made]
            if lacking:
                first = lacking[0]
                url = reverse("performance:assessment_new", args=[pk]) + f"?what={first}-{year}"
                words = "、".join({Kind.YEAR: "F05", Kind.TRANSFER: "F06"}[kind] for kind in lacking)
                since = last_day(str(year), project.build_end_on)
                yield Task("编制年度绩效自评", project.name, url, since, None, f"{year} 年度 {words}")


def _years_over(project: Any, on: date, covered: Iterable[int]) -> Iterable[int]:
    """The last year that is over: older ones stand on the project's page."""
    start, end = project.build_start_on, project.build_end_on
    if start is None:
        return []
    years = sorted(year for year in covered if start.year <= year <= (end.year if end else on.year))
    over = [year for year in years if (last := last_day(str(year), end)) and last <= on]
    return over[-1:]


def _rows(user: User, action: Action) -> QuerySet[Assessment]:
    return Assessment.objects.filter(reach(user, action, UNIT))


def _task(title: str, one: Any, page: str, since: date | None, note: str = "") -> Task:
    url = reverse(f"performance:{page}", args=[one.project_id, one.pk])
    return Task(title, one.name, url, since, None, note or label_of(one))


def _sorted(asked: Answer) -> list[Any]:
    return sorted(asked, key=lambda one: (one.block, one.pk))


def _of_the_unit(user: User, read: Together) -> Iterator[Task]:
    """The clerk fills until nothing is missing; then the leader signs."""
    rows = _rows(user, Action.SELF_EVALUATE).filter(state__in=WITH_UNIT)
    return _to_hand_in(user, read.ask(rows, *SHOWN, "complete", "drafted_on", name="project__name"))


def _to_hand_in(user: User, asked: Answer) -> Iterator[Task]:
    for one in _sorted(asked):
        if one.complete and Role.U2 in user.roles:
            yield _task("报送绩效自评", one, "assessment_submit", one.drafted_on)
        elif Role.U1 in user.roles and (not one.complete or one.state == State.RETURNED):
            title = "按退回意见修改绩效自评" if one.state == State.RETURNED else "填写绩效自评"
            yield _task(title, one, "assessment_edit", one.drafted_on)


def _to_check(user: User, read: Together, offices: OfficesOf) -> Iterator[Task]:
    """Only what the person's own office is to read now."""
    rows = _rows(user, Action.CHECK_EVALUATION).filter(state=State.SUBMITTED).exclude(kind=Kind.FINAL)
    reviews = AssessmentReview.objects.filter(assessment__in=rows.values("pk"), turn=F("assessment__turn"))
    asked = read.ask(rows, *SHOWN, "submitted_on", **UNIT_FACTS)
    return _mine(user, asked, read.ask(reviews, "assessment_id", "line"), offices)


def _mine(user: User, asked: Answer, reviews: Answer, offices: OfficesOf) -> Iterator[Task]:
    said: dict[int, set[str]] = defaultdict(set)
    for row in reviews:
        said[row.assessment_id].add(row.line)
    waiting = _sorted(asked)
    found = offices(waiting)
    for one in waiting:
        line = line_waiting(one.unit_id, found, said[one.pk])
        if line and seat_at(user, one.unit_id, one.path, line, found):
            yield _task("核查绩效自评", one, "assessment_check", one.submitted_on)


def _of_the_province(user: User, line: Line, read: Together) -> Iterator[Task]:
    province, open_ = Q(rows__side=Side.PROVINCE), Q(rows__confirmed_by=None)
    theirs = ~Q(rows__line=line) & ~Q(rows__entered_by=user)
    rows = _rows(user, Action.CONCLUDE_EVALUATION).filter(state__in=ABOVE)
    rows = rows.annotate(entered=Count("rows", filter=province), mine=Count("rows", filter=province & open_ & theirs))
    signing = DecisionItem.objects.filter(
        decision__kind=DECISION, decision__state=Decision.State.SIGNING, state=DecisionItem.State.OPEN
    )
    asked = read.ask(rows, *SHOWN, "submitted_on", "entered", "mine", name="project__name")
    return _above(line, asked, read.ask(signing, "project_id"))


def _above(line: Line, asked: Answer, signing: Answer) -> Iterator[Task]:
    waiting = {row.project_id for row in signing}
    for one in _sorted(asked):
        if one.kind == Kind.TRANSFER:
            if line == Line.HR:
                yield _task("审定转移支付自评", one, "assessment_accept", one.submitted_on)
        elif one.state == State.SIGNING:
            if line == Line.HR and one.project_id not in waiting:
                url = reverse("lifecycle:step", args=[one.project_id, "assess"])
                yield Task("拟制年度绩效评定决定", one.name, url, one.submitted_on, None, label_of(one))
        elif not one.entered:
            yield _task("录入绩效评定数值", one, "assessment_values", one.submitted_on)
        elif one.mine:
            yield _task("确认绩效评定数值", one, "assessment_confirm", one.submitted_on)
