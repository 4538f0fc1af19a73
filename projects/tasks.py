"""One thing that waits for a person: computed from state by each app's queries, shown on the 工作台, never stored."""

import re
from dataclasses import dataclass
from datetime import date

# What of a title is about one thing alone: the document it names, the year, how many there are.
OWN_WORDS = re.compile(r"《.*》|（.*）|\s*\d+ 个")


@dataclass(frozen=True, slots=True)
class Task:
    title: str
    project_name: str
    url: str
    since: date | None = None
    due_on: date | None = None
    note: str = ""

    @property
    def kind(self) -> str:
        """The act, whatever it is about."""
        return OWN_WORDS.sub("", self.title)
