"""What a project looked like on a day gone by, as far as its decisions tell it (handbook 5: as of any day)."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from policy.calendar import add_months
from projects.models import DecisionItem, Project

EXTENSION = "T14"


def dated(projects: Iterable[Any], on: date) -> list[Any]:
    """The same rows with 建设期 as it stood on the day; for reading, never to be saved. One statement."""
    kept, since = list(projects), Counter[int]()
    done = DecisionItem.objects.filter(project__in=[one.pk for one in kept], state=DecisionItem.State.DONE)
    later = done.filter(decision__kind=EXTENSION, decision__effective_on__gt=on)
    for pk, payload in later.values_list("project_id", "payload"):
        since[pk] += int(payload["months"])
    for one in kept:
        _turn_back(one, since[one.pk], on)
    return kept


def _turn_back(project: Project, months: int, on: date) -> None:
    """By so many months of extension that were granted after the day; before its start there was no period."""
    start = project.build_start_on
    if start is None or start > on:
        project.build_start_on, project.build_end_on, project.extended_months = None, None, 0
    elif months:
        project.extended_months = max(project.extended_months - months, 0)
        project.build_end_on = add_months(start, project.edition.number("build_months") + project.extended_months)
