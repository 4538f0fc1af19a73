"""What waits for a person here: computed from state, in one statement for one row and for many."""

from collections.abc import Iterable
from datetime import date
from itertools import chain
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts.models import User
from accounts.roles import Action, Role
from performance.models import Evaluation, Review, Score, TargetSheet
from performance.queries.returns import asked_offices
from performance.queries.tasks_assessments import assessment_tasks
from performance.queries.tasks_milestones import milestone_tasks
from performance.queries.tasks_returns import return_tasks
from policy.calendar import WorkCalendar
from policy.edition import Edition
from policy.loader import edition
from policy.terms import Line, Stage
from projects.access import reach
from projects.models import Project
from projects.tasks import Task
from projects.together import Answer, Together

State = TargetSheet.State
Level = Review.Level
TERM = "target_review_working_days"


def tasks_for(user: User, on: date) -> list[Task]:
    return list(asked_tasks(user, on, Together()))


def asked_tasks(user: User, on: date, read: Together) -> Iterable[Task]:
    """Asked for at once, read when the first is looked at."""
    roles, offices = user.roles, asked_offices(read, user)
    found = [
        return_tasks(user, on, read, offices),
        assessment_tasks(user, on, read, offices),
        milestone_tasks(user, read, offices),
        _to_draft(user, read) if Role.U1 in roles else (),
        _of_the_unit(user, read) if roles & {Role.U1, Role.U2} else (),
        _first_reviews(user, read) if roles & {Role.CH, Role.CF} else (),
    ]
    for role, line in ((Role.PH, Line.HR), (Role.PF, Line.FINANCE)):
        if role in roles:
            found += [_reviews(user, line, read), _confirmations(user, line, read)]
    return chain.from_iterable(found)


def _to_draft(user: User, read: Together) -> Iterable[Task]:
    projects = Project.objects.filter(reach(user, Action.EDIT_TARGETS), stage=Stage.AWARDED)
    bare = projects.filter(~Exists(TargetSheet.objects.filter(project=OuterRef("pk"))))
    return (
        Task("编制绩效目标", one.name, _url("sheet_new", one.pk), one.stage_since)
        for one in read.ask(bare, "pk", "name", "stage_since")
    )


def _sheets(user: User, action: Action) -> QuerySet[TargetSheet]:
    """Only the latest round of each project counts."""
    later = TargetSheet.objects.filter(project=OuterRef("project"), round__gt=OuterRef("round"))
    within = TargetSheet.objects.filter(reach(user, action, "project__organisation"))
    return within.filter(~Exists(later))


def _told(read: Together, rows: QuerySet[TargetSheet]) -> Answer:
    return read.ask(
        rows, "project_id", "state", "state_since", name="project__name", edition_code="project__edition_code"
    )


def _of_the_unit(user: User, read: Together) -> Iterable[Task]:
    words = {
        State.DRAFT: ("完成并送审绩效目标", ""),
        State.RETURNED: ("按退回意见修改绩效目标", "修改后重新走审核全流程"),
        State.MENDING: ("按审核意见完善绩效目标", "评为良，完善后复核，不再打分"),
    }
    asked = _told(read, _sheets(user, Action.EDIT_TARGETS).filter(state__in=words))
    return (
        Task(words[one.state][0], one.name, _url("sheet", one.project_id), one.state_since, None, words[one.state][1])
        for one in asked
    )


def _first_reviews(user: User, read: Together) -> Iterable[Task]:
    offices = [m.organisation_id for m in user.live_memberships if m.role in (Role.CH, Role.CF)]
    found = []
    for line, field in ((Line.HR, "hr_office"), (Line.FINANCE, "finance_office")):
        said = Review.objects.filter(sheet=OuterRef("pk"), line=line, level=Level.FIRST)
        waiting = _sheets(user, Action.VIEW).filter(
            ~Exists(said), Q(**{f"{field}__in": offices}), state=State.SUBMITTED
        )
        found.append(_told(read, waiting))
    return (
        Task("初审绩效目标", one.name, _url("first_review", one.project_id), one.state_since)
        for one in chain.from_iterable(found)
    )


def _reviews(user: User, line: Line, read: Together) -> Iterable[Task]:
    scored = Review.objects.filter(sheet=OuterRef("pk"), line=line, level=Level.PROVINCE)
    checked = Review.objects.filter(sheet=OuterRef("pk"), line=line, level=Level.MEND, turn=OuterRef("mend_turn"))
    action = Action.REVIEW_HR if line == Line.HR else Action.REVIEW_FINANCE
    waiting = _sheets(user, action).filter(
        Q(state=State.REVIEWING) & ~Exists(scored) | Q(state=State.MENDED) & ~Exists(checked)
    )
    return (_to_review(one, read) for one in _told(read, waiting))


def _to_review(one: Any, read: Together) -> Task:
    first = one.state == State.REVIEWING
    title, page = ("审核绩效目标", "sheet") if first else ("复核完善后的绩效目标", "mended_check")
    due_on = _due(edition(one.edition_code), one.state_since, read.calendar)
    return Task(title, one.name, _url(page, one.project_id), one.state_since, due_on)


def _due(own: Edition, since: date | None, calendar: WorkCalendar) -> date | None:
    if TERM not in own.limits or since is None:
        return None
    return calendar.add_working_days(since, own.number(TERM))


def _confirmations(user: User, line: Line, read: Together) -> Iterable[Task]:
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
    return (
        Task("确认绩效评估数值", row.name, _url("evaluation_confirm", row.project_id), row.entered_on)
        for row in read.ask(waiting, "project_id", "entered_on", name="project__name")
    )


def _url(page: str, project_id: int) -> str:
    return reverse(f"performance:{page}", kwargs={"project_id": project_id})
