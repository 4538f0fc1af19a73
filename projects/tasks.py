"""One thing that waits for a person: computed from state by each app's queries, shown on the 工作台, never stored."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Task:
    title: str
    project_name: str
    url: str
    since: date | None = None
    due_on: date | None = None
    note: str = ""
