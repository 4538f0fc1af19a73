"""Figures over many projects as of any day: as known on one day, as known today, and the late entries that lie between.

The ledgers are those of the money page of each project (funds/queries/as_of.py); nothing is added up a second way.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet

from accounts.models import User
from accounts.roles import Action
from funds.ledger import Ledger
from funds.queries import Late, Moment, late_of, ledgers_at
from funds.queries.compared import Difference, Told, then_of, told_of
from funds.sheets import compared_sheets
from policy.money import WAN, ZERO
from projects import access
from projects.models import Project
from projects.queries import awarded_by
from reports.register import narrowed
from reports.statistics.facts import Totals, names_of_places, place_of
from workbooks.writer import Sheet

FIGURES = (("批复", "granted"), ("下达", "allocated"), ("到账", "received"), ("预算", "budget"), ("支出", "spent"))
LEFT = "结余"
MINUS = {"到账": 1, "支出": -1}  # what of a late entry moves 结余


@dataclass(frozen=True, slots=True)
class Place:
    """One city or department. `path`: what the list of projects is narrowed by."""

    path: str
    name: str
    totals: Totals


@dataclass(frozen=True, slots=True)
class Picture:
    """`at`: what is shown; `then`: what it is compared with today's knowledge from."""

    at: Moment
    then: Moment
    totals: Totals
    places: tuple[Place, ...]
    differences: tuple[Difference, ...]
    late: tuple[Told, ...]

    @property
    def unexplained(self) -> tuple[Difference, ...]:
        return tuple(one for one in self.differences if not one.explained)


def projects_of(user: User, asked: Mapping[str, Any], on: date) -> QuerySet[Project]:
    """The awarded projects in reach that meet what was asked, without what was awarded after the day."""
    reached = access.projects_for(user, Action.VIEW_STATISTICS)
    found = narrowed(reached, {**asked, "stage": ""}, user).filter(awarded_by(on))
    return found.annotate(path=F("organisation__node__path")).order_by("path", "number", "pk")


def picture_of(user: User, asked: Mapping[str, Any], at: Moment, today: date) -> Picture:
    """Fifteen statements, however many projects. Known today: compared with what was known on the evening of the day."""
    projects = list(projects_of(user, asked, at.on))
    then = then_of(at, today)
    now = Moment(at.on, today)
    ledgers = ledgers_at(projects, [at, then, now])
    late = late_of(projects, then, today) if then != now else []
    return Picture(
        at,
        then,
        totals_of(ledgers[at].values()),
        tuple(_places(projects, ledgers[at])),
        tuple(_differences(totals_of(ledgers[then].values()), totals_of(ledgers[now].values()), late)),
        told_of(late, projects),
    )


def totals_of(ledgers: Iterable[Ledger]) -> Totals:
    """The figures of many ledgers, each counted as its own page counts it."""
    found = list(ledgers)
    return Totals(len(found), *(sum((getattr(one, name) for one in found), ZERO) for _, name in FIGURES))


def _places(projects: Iterable[Any], ledgers: Mapping[int, Ledger]) -> Iterable[Place]:
    own: dict[str, list[Ledger]] = {}
    for project in projects:
        own.setdefault(place_of(project.path), []).append(ledgers[project.pk])
    for path, name in names_of_places().items():
        if path in own:
            yield Place(path, name, totals_of(own[path]))


def _differences(was: Totals, now: Totals, late: Iterable[Late]) -> Iterable[Difference]:
    moved: dict[str, Decimal] = {}
    for one in late:
        moved[one.figure] = moved.get(one.figure, ZERO) + one.effect
    for label, name in FIGURES:
        yield Difference(label, getattr(was, name), getattr(now, name), moved.get(label, ZERO))
    left = sum((sign * moved.get(label, ZERO) for label, sign in MINUS.items()), ZERO)
    yield Difference(LEFT, was.left, now.left, left)


# As a workbook

HEADERS = ("市州或部门", "项目数", "批复", "下达", "到账", "预算", "支出", "结余", "执行率")
RATE = HEADERS.index("执行率")


def sheets_of(picture: Picture, said: str) -> list[Sheet]:
    """By place, the difference, and what explains it; in 万元, in yuan, in yuan."""
    at = picture.at
    rows = [_row(place.name, place.totals) for place in picture.places]
    return [
        Sheet(
            "按市州", HEADERS, [*rows, _row("合计", picture.totals)],
            titles=["截至日统计（万元）", f"截至 {at.on}，按 {at.known} 所知　{said}"],
            notes=["支出为财政已认定的财政资金支出，不含自筹；结余＝到账－支出；执行率＝支出÷预算。"],
            widths=[24, 8, 14, 14, 14, 14, 14, 14, 10], formats={RATE: "0.00%"},
        ),
        *compared_sheets(picture, said),
    ]  # fmt: skip


def _row(name: str, totals: Totals) -> list[Any]:
    money = [totals.granted, totals.allocated, totals.received, totals.budget, totals.spent, totals.left]
    return [name, totals.projects, *(amount / WAN for amount in money), totals.execution_rate]
