"""Everything that waits for one person, from every app, most pressing first."""

from datetime import date

from accounts.models import User
from funds import queries as funds
from lifecycle import inbox
from performance import queries as performance
from projects.tasks import Task


def tasks_for(user: User, on: date) -> list[Task]:
    """By due date, then by how long it has waited. What two apps both name is shown once, as the step's own app has it."""
    found = list(inbox.tasks_for(user, on))
    named = {(task.title, task.project_name) for task in found}
    for task in [*funds.tasks_for(user, on), *performance.tasks_for(user, on)]:
        if (task.title, task.project_name) not in named:
            found.append(task)
    return sorted(found, key=lambda task: (task.due_on or date.max, task.since or date.max, task.title))
