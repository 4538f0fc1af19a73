"""A figure as known then beside the same as known today, and the late entries (补录) that lie between."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from funds.queries.as_of import Moment
from funds.queries.late import Late
from projects.models import Project

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of all projects, known on two days. `late`: what the late entries between come to."""

    label: str
    was: Decimal
    now: Decimal
    late: Decimal

    @property
    def change(self) -> Decimal:
        return self.now - self.was

    @property
    def explained(self) -> bool:
        return self.change == self.late


@dataclass(frozen=True, slots=True)
class Told:
    """A late entry and its project."""

    project: Project
    late: Late


@dataclass(frozen=True, slots=True)
class Compared:
    """`at`: what is shown; `then`: what it is compared with today's knowledge from. `changed`: figures that are no
    money, as (label, was, now) in words.
    """

    at: Moment
    then: Moment
    late: tuple[Told, ...] = ()
    differences: tuple[Difference, ...] = ()
    changed: tuple[tuple[str, str, str], ...] = ()

    @property
    def few(self) -> tuple[Told, ...]:
        """What a page lists of them; an export has them all."""
        return self.late[:SHOWN]

    @property
    def of_today(self) -> bool:
        """Shown as known today, so that the late entries are in it."""
        return self.at != self.then

    @property
    def said(self) -> str:
        count = len(self.late)
        if self.of_today:
            found = f"其中 {count} 笔是 {self.then.known} 以后补录的" if count else f"{self.then.known} 以后没有补录"
            return f"截至 {self.at.on}，按今天所知；{found}"
        found = f"与现在所知相差 {count} 笔补录" if count else "没有补录，与现在所知相同"
        return f"截至 {self.at.on}，按 {self.at.known} 所知；{found}"


def then_of(at: Moment, today: date) -> Moment:
    """What is known today is compared with what was known on the evening of the day."""
    return Moment(at.on, min(at.known, at.on) if at.known == today else at.known)


def told_of(late: Iterable[Late], projects: Iterable[Project]) -> tuple[Told, ...]:
    by_pk = {project.pk: project for project in projects}
    return tuple(Told(by_pk[one.project], one) for one in late)
