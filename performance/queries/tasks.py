"""What waits for a person here: computed from state, with the same number of statements for one row and for many."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts.models import User
from accounts.queries import work_calendar
from accounts.roles import Action, Role
from performance.models import Evaluation, Review, Score, TargetSheet
from performance.queries.tasks_assessments import assessment_tasks
from performance.queries.tasks_milestones import milestone_tasks
from performance.queries.tasks_returns import return_tasks
from policy.calendar import WorkCalendar
from policy.terms import Line, Stage
from projects.access import reach
from projects.models import Project
from projects.tasks import Task

State = TargetSheet.State
Level = Review.Level
TERM = "target_review_working_days"


def tasks_for(user: User, on: date) -> list[Task]:
    roles = user.roles
    found: list[Task] = [*return_tasks(user, on), *assessment_tasks(user, on), *milestone_tasks(user)]
    if Role.U1 in roles:
        found += _to_draft(user)
    if roles & {Role.U1, Role.U2}:
        found += _of_the_unit(user)
    if roles & {Role.CH, Role.CF}:
        found += _first_reviews(user)
    for role, line in ((Role.PH, Line.HR), (Role.PF, Line.FINANCE)):
        if role in roles:
            found += [*_reviews(user, line), *_confirmations(user, line)]
    return found


def _to_draft(user: User) -> Iterator[Task]:
    projects = Project.objects.filter(reach(user, Action.EDIT_TARGETS), stage=Stage.AWARDED)
    for project in projects.filter(~Exists(TargetSheet.objects.filter(project=OuterRef("pk")))):
        yield Task("编制绩效目标", project.name, _url("sheet_new", project.pk), project.stage_since)


def _sheets(user: User, action: Action) -> QuerySet[TargetSheet]:
    """Only the latest round of each project counts."""
    later = TargetSheet.objects.filter(project=OuterRef("project"), round__gt=OuterRef("round"))
    within = TargetSheet.objects.filter(reach(user, action, "project__organisation"))
    return within.filter(~Exists(later)).select_related("project")


def _of_the_unit(user: User) -> Iterator[Task]:
    words = {
        State.DRAFT: ("完成并送审绩效目标", ""),
        State.RETURNED: ("按退回意见修改绩效目标", "修改后重新走审核全流程"),
        State.MENDING: ("按审核意见完善绩效目标", "评为良，完善后复核，不再打分"),
    }
    for sheet in _sheets(user, Action.EDIT_TARGETS).filter(state__in=words):
        title, note = words[State(sheet.state)]
        yield Task(title, sheet.project.name, _url("sheet", sheet.project_id), sheet.state_since, None, note)


def _first_reviews(user: User) -> Iterator[Task]:
    offices = [m.organisation_id for m in user.live_memberships if m.role in (Role.CH, Role.CF)]
    for line, field in ((Line.HR, "hr_office"), (Line.FINANCE, "finance_office")):
        said = Review.objects.filter(sheet=OuterRef("pk"), line=line, level=Level.FIRST)
        waiting = _sheets(user, Action.VIEW).filter(
            ~Exists(said), Q(**{f"{field}__in": offices}), state=State.SUBMITTED
        )
        for sheet in waiting:
            yield Task("初审绩效目标", sheet.project.name, _url("first_review", sheet.project_id), sheet.state_since)


def _reviews(user: User, line: Line) -> Iterator[Task]:
    calendar = work_calendar()
    scored = Review.objects.filter(sheet=OuterRef("pk"), line=line, level=Level.PROVINCE)
    checked = Review.objects.filter(sheet=OuterRef("pk"), line=line, level=Level.MEND, turn=OuterRef("mend_turn"))
    action = Action.REVIEW_HR if line == Line.HR else Action.REVIEW_FINANCE
    waiting = _sheets(user, action).filter(
        Q(state=State.REVIEWING) & ~Exists(scored) | Q(state=State.MENDED) & ~Exists(checked)
    )
    for sheet in waiting:
        first = sheet.state == State.REVIEWING
        title, page = ("审核绩效目标", "sheet") if first else ("复核完善后的绩效目标", "mended_check")
        due_on = _due(sheet, calendar)
        yield Task(title, sheet.project.name, _url(page, sheet.project_id), sheet.state_since, due_on)


def _due(sheet: TargetSheet, calendar: WorkCalendar) -> date | None:
    edition = sheet.project.edition
    if TERM not in edition.limits or sheet.state_since is None:
        return None
    return calendar.add_working_days(sheet.state_since, edition.number(TERM))


def _confirmations(user: User, line: Line) -> Iterator[Task]:
    """Values the other department entered, for acceptances that are still under way."""
    entered = Score.objects.filter(evaluation=OuterRef("pk"), confirmed_by=None).exclude(line=line)
    later = Evaluation.objects.filter(project=OuterRef("project"), pk__gt=OuterRef("pk"))
    waiting = Evaluation.objects.filter(
        reach(user, Action.GATE_B, "project__organisation"),
        ~Exists(later),
        Exists(entered.exclude(entered_by=user)),
        Q(project__stage_since=None) | Q(entered_on__gte=F("project__stage_since")),
        state=Evaluation.State.ENTERED,
        total__isnull=False,
        project__stage__in=[Stage.IN_ACCEPTANCE, Stage.RECHECKING],
    )
    for row in waiting.annotate(name=F("project__name")):
        url = _url("evaluation_confirm", row.project_id)
        yield Task("确认绩效评估数值", row.name, url, row.entered_on)


def _url(page: str, project_id: int) -> str:
    return reverse(f"performance:{page}", kwargs={"project_id": project_id})
