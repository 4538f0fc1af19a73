"""What statistics are made of: one fact a project, one a problem, in a constant number of statements. No pandas here.

Money comes from the balance rows that every payment moves in its own transaction (funds/queries/totals.py).
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Max, Q, Subquery

from accounts.models import Node
from funds.queries.ledgers import granted
from funds.queries.totals import Sums, sums_of
from lifecycle.queries.past import dated
from lifecycle.queries.problems import overdue, standing
from performance.models import PeriodReturn
from policy.money import ZERO, share
from policy.terms import NodeKind
from projects.models import Problem, Project
from projects.queries import awarded_by
from reports.register import DIRECT, DIRECT_NAME
from reports.statistics.scope import Paths, under

READ = (
    "number", "name", "kind", "sector", "track", "edition_code", "stage", "awarded_on", "build_start_on",
    "build_end_on", "extended_months", "grant",
)  # fmt: skip
DIMENSIONS = ("place", "kind", "sector", "track", "year", "edition")


@dataclass(frozen=True, slots=True)
class Fact:
    """One awarded project. `place`: the path of its city or department, DIRECT where it stands under the province."""

    pk: int
    label: str
    name: str
    place: str
    kind: str
    sector: str
    track: str
    year: int | None
    edition: str
    stage: str
    build_start_on: date | None
    build_end_on: date | None
    granted: Decimal
    allocated: Decimal
    received: Decimal
    budget: Decimal
    spent: Decimal


@dataclass(frozen=True, slots=True)
class Trouble:
    """A problem that was not closed on the day."""

    project: int
    source: str
    opened_on: date | None
    overdue: bool
    level: str = ""


_OF_FACT = attrgetter(*(field.name for field in fields(Fact)))
_OF_TROUBLE = attrgetter(*(field.name for field in fields(Trouble)))


@dataclass(frozen=True, slots=True)
class Totals:
    """The figures of many projects together; counted as on every other page."""

    projects: int
    granted: Decimal
    allocated: Decimal
    received: Decimal
    budget: Decimal
    spent: Decimal

    @property
    def left(self) -> Decimal:
        return self.received - self.spent

    @property
    def execution_rate(self) -> Decimal | None:
        return share(self.spent, self.budget)


@dataclass(frozen=True, slots=True)
class Material:
    """All that a page of statistics speaks of. `readings`: how many returns were accepted, and the last of them."""

    on: date
    facts: tuple[Fact, ...]
    problems: tuple[Trouble, ...]
    places: Mapping[str, str]
    readings: tuple[int, int]

    def narrowed(self, asked: Mapping[str, Any]) -> "Material":
        """Only the projects that meet what was asked."""
        wanted = {name: str(asked[name]) for name in DIMENSIONS if asked.get(name)}
        if not wanted:
            return self
        facts = tuple(fact for fact in self.facts if all(str(getattr(fact, name)) == wanted[name] for name in wanted))
        kept = {fact.pk for fact in facts}
        problems = tuple(one for one in self.problems if one.project in kept)
        return Material(self.on, facts, problems, self.places, self.readings)

    @property
    def stamp(self) -> str:
        """Changes with whatever the tables are made of."""
        rows = [*map(_OF_FACT, self.facts), *map(_OF_TROUBLE, self.problems)]
        return hashlib.sha256(repr([rows, self.readings, self.on, sorted(self.places.items())]).encode()).hexdigest()

    @property
    def totals(self) -> Totals:
        names = ("granted", "allocated", "received", "budget", "spent")
        sums = {name: sum((getattr(fact, name) for fact in self.facts), ZERO) for name in names}
        return Totals(len(self.facts), **sums)

    @property
    def years(self) -> list[int]:
        return sorted({fact.year for fact in self.facts if fact.year}, reverse=True)

    @property
    def editions(self) -> list[str]:
        return sorted({fact.edition for fact in self.facts})


def material_of(paths: Paths, on: date) -> Material:
    """Six statements, however many projects. Stage and money are those of today."""
    projects = Project.objects.filter(under(paths), awarded_by(on))
    sums, names = sums_of(projects), names_of_places()
    rows = _rows(projects, paths)
    facts = tuple(_facts(dated(rows, on), sums))
    present = {fact.place for fact in facts}
    places = {path: name for path, name in names.items() if path in present}
    readings = (rows[0].return_count or 0, rows[0].last_return or 0) if rows else (0, 0)
    return Material(on, facts, tuple(_problems(paths, on)), places, readings)


def names_of_places() -> dict[str, str]:
    """Cities and departments in the order of the tree, what stands under the province itself last."""
    rows = Node.objects.filter(kind__in=[NodeKind.CITY, NodeKind.DEPARTMENT]).order_by("path")
    return dict(rows.values_list("path", "name")) | {DIRECT: DIRECT_NAME}


def _rows(projects: Any, paths: Paths) -> list[Any]:
    """The projects, each with how many returns of them all were accepted: one statement for both."""
    told = PeriodReturn.objects.filter(under(paths, "project__organisation__node__path"))
    accepted = told.filter(state=PeriodReturn.State.ACCEPTED).order_by().values("state")
    rows = projects.order_by("pk").only(*READ)
    return list(
        rows.annotate(
            path=F("organisation__node__path"),
            return_count=Subquery(accepted.annotate(found=Count("pk")).values("found")),
            last_return=Subquery(accepted.annotate(found=Max("pk")).values("found")),
        )
    )


def _facts(rows: Iterable[Any], sums: Mapping[int, Sums]) -> Iterator[Fact]:
    for row in rows:
        money = sums.get(row.pk) or Sums()
        yield Fact(
            row.pk,
            row.label,
            row.name,
            place_of(row.path),
            row.kind,
            row.sector,
            row.track,
            row.awarded_on.year if row.awarded_on else None,
            row.edition_code,
            row.stage,
            row.build_start_on,
            row.build_end_on,
            granted(row),
            money.allocated,
            money.received,
            money.budget,
            money.spent,
        )


def place_of(path: str) -> str:
    """The city or department a path lies in: its first two segments."""
    segments = path.split("/")[:2]
    return f"{'/'.join(segments)}/" if all(segments) else DIRECT


def _problems(paths: Paths, on: date) -> Iterator[Trouble]:
    rows = Problem.objects.filter(under(paths, "project__organisation__node__path"))
    told = rows.filter(standing(on), awarded_by(on, "project__"))
    late = ExpressionWrapper(Q(overdue(on)), output_field=BooleanField())
    for project, source, opened_on, overdue_now, level in told.order_by("pk").values_list(
        "project", "source", "opened_on", late, "level"
    ):
        yield Trouble(project, source, opened_on, bool(overdue_now), level)
