"""Everything that waits for one person, from every app, most pressing first."""

from collections.abc import Callable
from datetime import date

from accounts.models import User
from funds import queries as funds
from lifecycle import inbox
from performance import queries as performance
from projects.tasks import Task
from projects.together import Together


def tasks_for(user: User, on: date) -> list[Task]:
    return asked_tasks(user, on, Together())()


def asked_tasks(user: User, on: date, read: Together) -> Callable[[], list[Task]]:
    """Asked for together with whatever else the page asks; what is given back tells them."""
    own = inbox.asked_tasks(user, on, read)
    others = [funds.asked_tasks(user, on, read), performance.asked_tasks(user, on, read)]

    def tasks() -> list[Task]:
        """By due date, then by how long it has waited. What two apps both name is shown once, as the step's own app has it."""
        found = list(own)
        named = {(task.title, task.project_name) for task in found}
        found += [task for app in others for task in app if (task.title, task.project_name) not in named]
        return sorted(found, key=pressing)

    return tasks


def pressing(task: Task) -> tuple[date, date, str, str, str]:
    return task.due_on or date.max, task.since or date.max, task.title, task.project_name, task.url
