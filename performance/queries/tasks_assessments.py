"""待办 of the self-evaluations. The same statements for one project and for many."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from accounts.models import User
from accounts.queries import holds
from accounts.roles import Action, Role
from performance.models import Assessment
from performance.queries.assessment_page import my_seat, years_covered
from performance.queries.assessments import ABOVE, DECISION, WITH_UNIT, Kind, Side, State, label_of
from performance.queries.returns import review_offices
from performance.rules.assessments import STAGES, last_day
from policy.terms import Line
from projects import access
from projects.access import reach
from projects.models import Decision, DecisionItem, Project
from projects.tasks import Task

UNIT = "project__organisation"


def assessment_tasks(user: User, on: date) -> Iterator[Task]:
    if user.roles & {Role.U1, Role.U2}:
        yield from _of_the_unit(user)
    if holds(user, Role.U1):
        yield from _to_begin(user, on)
    if access.may(user, Action.CHECK_EVALUATION):
        yield from _to_check(user)
    for role, line in ((Role.PH, Line.HR), (Role.PF, Line.FINANCE)):
        if role in user.roles:
            yield from _of_the_province(user, line)


def _to_begin(user: User, on: date) -> Iterator[Task]:
    """A year that is over, or whose build ended in it, without its F05 or F06; the latest of each project first."""
    rows = access.projects_for(user, Action.SELF_EVALUATE).filter(stage__in=STAGES, build_start_on__isnull=False)
    for project in rows.prefetch_related("assessments", "target_sheets"):
        made = {(one.kind, one.block) for one in project.assessments.all()}
        covered = years_covered(project.target_sheets.all())
        for year in _years_over(project, on, covered):
            lacking = [kind for kind in (Kind.YEAR, Kind.TRANSFER) if (kind, str(year)) not in made]
            if lacking:
                first = lacking[0]
                url = reverse("performance:assessment_new", args=[project.pk]) + f"?what={first}-{year}"
                words = "、".join({Kind.YEAR: "F05", Kind.TRANSFER: "F06"}[kind] for kind in lacking)
                since = last_day(str(year), project.build_end_on)
                yield Task("编制年度绩效自评", project.name, url, since, None, f"{year} 年度 {words}")


def _years_over(project: Project, on: date, covered: Iterable[int]) -> Iterable[int]:
    """The last year that is over: older ones stand on the project's page."""
    start, end = project.build_start_on, project.build_end_on
    if start is None:
        return []
    years = sorted(year for year in covered if start.year <= year <= (end.year if end else on.year))
    over = [year for year in years if (last := last_day(str(year), end)) and last <= on]
    return over[-1:]


def _rows(user: User, action: Action) -> QuerySet[Assessment]:
    rows = Assessment.objects.filter(reach(user, action, UNIT)).order_by("block", "pk")
    return rows.select_related("project__organisation__node")


def _task(title: str, one: Assessment, page: str, since: date | None, note: str = "") -> Task:
    url = reverse(f"performance:{page}", args=[one.project_id, one.pk])
    return Task(title, one.project.name, url, since, None, note or label_of(one))


def _of_the_unit(user: User) -> Iterator[Task]:
    """The clerk fills until nothing is missing; then the leader signs."""
    for one in _rows(user, Action.SELF_EVALUATE).filter(state__in=WITH_UNIT):
        if one.complete and Role.U2 in user.roles:
            yield _task("报送绩效自评", one, "assessment_submit", one.drafted_on)
        elif Role.U1 in user.roles and (not one.complete or one.state == State.RETURNED):
            title = "按退回意见修改绩效自评" if one.state == State.RETURNED else "填写绩效自评"
            yield _task(title, one, "assessment_edit", one.drafted_on)


def _to_check(user: User) -> Iterator[Task]:
    """Only what the person's own office is to read now."""
    rows = _rows(user, Action.CHECK_EVALUATION).filter(state=State.SUBMITTED).exclude(kind=Kind.FINAL)
    found = list(rows.prefetch_related("reviews"))
    offices = review_offices({one.project.organisation_id: one.project.organisation for one in found}.values())
    for one in found:
        if my_seat(user, one, offices):
            yield _task("核查绩效自评", one, "assessment_check", one.submitted_on)


def _of_the_province(user: User, line: Line) -> Iterator[Task]:
    province, open_ = Q(rows__side=Side.PROVINCE), Q(rows__confirmed_by=None)
    theirs = ~Q(rows__line=line) & ~Q(rows__entered_by=user)
    rows = _rows(user, Action.CONCLUDE_EVALUATION).filter(state__in=ABOVE)
    rows = rows.annotate(entered=Count("rows", filter=province), mine=Count("rows", filter=province & open_ & theirs))
    signing = DecisionItem.objects.filter(
        decision__kind=DECISION, decision__state=Decision.State.SIGNING, state=DecisionItem.State.OPEN
    )
    waiting = set(signing.values_list("project", flat=True))
    for one in rows:
        if one.kind == Kind.TRANSFER:
            if line == Line.HR:
                yield _task("审定转移支付自评", one, "assessment_accept", one.submitted_on)
        elif one.state == State.SIGNING:
            if line == Line.HR and one.project_id not in waiting:
                url = reverse("lifecycle:step", args=[one.project_id, "assess"])
                yield Task("拟制年度绩效评定决定", one.project.name, url, one.submitted_on, None, label_of(one))
        elif not one.entered:
            yield _task("录入绩效评定数值", one, "assessment_values", one.submitted_on)
        elif one.mine:
            yield _task("确认绩效评定数值", one, "assessment_confirm", one.submitted_on)
