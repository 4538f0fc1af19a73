"""Giving a person from outside one project to look at, and taking it back. The caller holds the project's lock."""

from collections.abc import Iterable
from datetime import date

from accounts.models import User
from projects.models import Assignment, Project


def give(project: Project, user: User, *, by: User, on: date) -> Assignment:
    """Once, however often it is called."""
    live, _ = Assignment.objects.get_or_create(
        project=project, user=user, until=None, defaults={"since": on, "assigned_by": by}
    )
    return live


def end(project: Project, *, users: Iterable[User] | None = None, on: date) -> None:
    """Of these people, or of everybody: from now on the project is out of their reach."""
    live = Assignment.objects.filter(project=project, until=None)
    if users is not None:
        live = live.filter(user__in=list(users))
    live.update(until=on)
