"""待办 of a project's life: what waits for one person now, computed from state and never stored."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q
from django.urls import resolve

from accounts.models import User
from lifecycle.inbox.decisions import decision_tasks
from lifecycle.inbox.reading import Reading
from lifecycle.inbox.rules import rule_tasks
from lifecycle.machine import STEP
from projects.models import DecisionItem
from projects.tasks import Task

__all__ = ["projects_of", "tasks_for"]


def tasks_for(user: User, on: date) -> list[Task]:
    """However many projects there are, each kind of row is read once."""
    return [*decision_tasks(user), *rule_tasks(Reading(user, on))]


def projects_of(tasks: Iterable[Task]) -> Q:
    """The projects that these tasks are about, as a condition on a list of projects."""
    ids: set[int] = set()
    decisions: set[int] = set()
    stages: set[str] = set()
    for task in tasks:
        match = resolve(task.url.partition("?")[0].partition("#")[0])
        if "project_id" in match.kwargs:
            ids.add(match.kwargs["project_id"])
        elif match.view_name == "lifecycle:decision":
            decisions.add(match.kwargs["pk"])
        elif match.view_name == "lifecycle:decision_new":
            stages |= set(STEP[match.kwargs["code"]].sources)
    items = DecisionItem.objects.filter(decision__in=decisions).exclude(state=DecisionItem.State.LEFT_OUT)
    return Q(pk__in=ids) | Q(pk__in=items.values("project")) | Q(stage__in=stages)
