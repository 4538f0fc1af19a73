"""等您办理 in one project: those of the reader's own tasks whose page is a page of this project."""

from datetime import date

from django.urls import resolve

from accounts.models import User
from projects.models import Project
from projects.tasks import Task
from reports.tasks import tasks_for


def tasks_of(project: Project, user: User, on: date) -> list[Task]:
    """As the 工作台 has them, in its order; a decision waiting for a signature stands in the dossier's own card."""
    return [task for task in tasks_for(user, on) if _project_of(task) == project.pk]


def _project_of(task: Task) -> int | None:
    path = task.url.partition("?")[0].partition("#")[0]
    found: int | None = resolve(path).kwargs.get("project_id")
    return found
