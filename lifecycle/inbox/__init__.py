"""待办 of a project's life: what waits for one person now, computed from state and never stored."""

from collections.abc import Iterable
from datetime import date
from itertools import chain

from django.db.models import Q
from django.urls import resolve

from accounts.models import User
from lifecycle.inbox import acceptance, endings, rules
from lifecycle.inbox.acceptance import acceptance_tasks
from lifecycle.inbox.decisions import decision_tasks
from lifecycle.inbox.endings import ending_tasks
from lifecycle.inbox.inspections import inspection_tasks
from lifecycle.inbox.problems import problem_tasks
from lifecycle.inbox.reading import Reading
from lifecycle.inbox.rules import rule_tasks
from lifecycle.machine import STEP
from lifecycle.queries.settings import setting_tasks
from lifecycle.queries.waivers import waiver_tasks
from projects import access
from projects.models import DecisionItem, Waiver
from projects.tasks import Task
from projects.together import Together

__all__ = ["asked_tasks", "projects_of", "tasks_for"]


def tasks_for(user: User, on: date) -> list[Task]:
    """However many projects there are, each kind of row is read once."""
    return list(asked_tasks(user, on, Together()))


def asked_tasks(user: User, on: date, read: Together) -> Iterable[Task]:
    """Asked for at once, read when the first is looked at."""
    actions = rules.ACTIONS | endings.ACTIONS | acceptance.ACTIONS
    now = Reading(user, on, read, acts=any(access.may(user, action) for action in actions))
    return chain(
        decision_tasks(user, read),
        waiver_tasks(user, read),
        setting_tasks(user, read),
        problem_tasks(user, on, read),
        inspection_tasks(user, on, read),
        rule_tasks(now),
        acceptance_tasks(now),
        ending_tasks(now),
    )


def projects_of(tasks: Iterable[Task]) -> Q:
    """The projects that these tasks are about, as a condition on a list of projects."""
    ids: set[int] = set()
    decisions: set[int] = set()
    waivers: set[int] = set()
    stages: set[str] = set()
    for task in tasks:
        match = resolve(task.url.partition("?")[0].partition("#")[0])
        if "project_id" in match.kwargs:
            ids.add(match.kwargs["project_id"])
        elif match.view_name == "lifecycle:decision":
            decisions.add(match.kwargs["pk"])
        elif match.view_name == "lifecycle:waiver":
            waivers.add(match.kwargs["waiver_id"])
        elif match.view_name == "lifecycle:decision_new":
            stages |= set(STEP[match.kwargs["code"]].sources)
    items = DecisionItem.objects.filter(decision__in=decisions).exclude(state=DecisionItem.State.LEFT_OUT)
    waived = Waiver.objects.filter(pk__in=waivers).values("project")
    return Q(pk__in=ids) | Q(pk__in=items.values("project")) | Q(stage__in=stages) | Q(pk__in=waived)
