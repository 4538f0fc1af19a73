"""What a periodic report says, as plain data: read with the queries of the pages, kept with the report."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from funds.ledger import Ledger
from funds.queries import Moment, ledgers_at
from lifecycle.queries.past import dated
from lifecycle.queries.problems import overdue, standing
from performance.queries.forecasts import outcomes_of
from policy.money import ZERO, share
from policy.terms import Kind, Light
from projects.models import DecisionItem, Problem, Project
from projects.queries import awarded_by, given, units_on
from reports.as_of import FIGURES, totals_of
from reports.periodic.periods import Period
from reports.progress import WATCHED, bars_of
from reports.statistics import past
from reports.statistics.facts import Material, Totals, names_of_places, place_of
from reports.statistics.scope import under

# What a joint decision brings about, by its kind.
EVENTS = {
    "awarded": ("T01",), "accepted": ("T18", "T21"), "ordered": ("T19", "T29"), "revoked": ("T26",),
    "terminated": ("T30",),
}  # fmt: skip
BEHIND = 5


def figures_of(path: str, name: str, period: Period, made_on: date, known: date | None = None) -> dict[str, Any]:
    """Of the branch `path`; money, build periods, readings and problems as of the last day (or today, while the period
    runs), as known today, or on the day `known`. Stages are those of the day of making, and the paper says so.
    """
    on, known = min(period.end, made_on), known or made_on
    at, before = Moment(on, known), Moment(period.before, known)
    done = min(on, known)  # what is posted on its own day: decisions, problems, acceptances of readings
    projects = dated(projects_at(path, done), done)
    ledgers = ledgers_at(projects, [at, before])
    now = ledgers[at]
    return {
        "place": name,
        "period": period.label,
        "here": period.here,
        "start": str(period.start),
        "on": str(on),
        "made_on": str(made_on),
        "known": str(known),
        "running": made_on <= period.end,
        "stages": counted(project.get_stage_display() for project in projects),
        "kinds": [
            [str(kind.label), *money_of(totals_of(now[one.pk] for one in projects if one.kind == kind))]
            for kind in Kind
            if any(one.kind == kind for one in projects)
        ],
        "total": money_of(totals_of(now.values())),
        "within": within(totals_of(now.values()), totals_of(ledgers[before].values())),
        "pace": pace_of(projects, now, on),
        "targets": targets_of(projects, done),
        "problems": problems_of(path, period.start, done),
        "events": events_of(path, period.start, done),
        "places": places_of(projects, now),
        "rows": rows_at(projects, now, on),
    }


def projects_at(path: str, on: date) -> QuerySet[Project]:
    """Awarded by that day, on one branch of the tree, place by place."""
    rows = (
        Project.objects.filter(under([path]), awarded_by(on))
        .select_related("organisation")
        .annotate(path=F("organisation__node__path"))
    )
    return rows.order_by("path", "number", "pk")


def money_of(totals: Totals) -> list[Any]:
    """Count, 批复, 下达, 到账, 预算, 支出, 结余 in yuan, 执行率; money as text."""
    rate = totals.execution_rate
    amounts = [getattr(totals, name) for _, name in FIGURES]
    return [totals.projects, *map(str, amounts), str(totals.left), None if rate is None else str(rate)]


def within(now: Totals, before: Totals) -> dict[str, str]:
    """What came in and was spent inside the period."""
    return {name: str(getattr(now, name) - getattr(before, name)) for name in ("allocated", "received", "spent")}


def counted(words: Iterable[Any]) -> list[list[Any]]:
    return [[str(word), count] for word, count in Counter(words).most_common()]


def pace_of(projects: Iterable[Project], ledgers: Mapping[int, Ledger], on: date) -> dict[str, Any]:
    """Spending against 用款计划 or elapsed time: the lights of 项目台账, and who is farthest behind."""
    lights: Counter[str] = Counter()
    behind: list[tuple[Decimal, list[str]]] = []
    watched = [one for one in projects if one.stage in WATCHED]
    for one in watched:
        bars = bars_of(one, ledger=ledgers[one.pk], total=None, on=on)
        lights[bars.light] += 1
        rate = ledgers[one.pk].execution_rate
        if bars.time and bars.time.whole and rate is not None and bars.light in (Light.RED, Light.YELLOW):
            gone = share(Decimal(bars.time.part or 0), Decimal(bars.time.whole)) or ZERO
            behind.append((gone - rate, [one.name, str(gone), str(rate), str(Light(bars.light).label)]))
    behind.sort(key=lambda row: -row[0])
    names = [[str(light.label), lights.get(light, 0)] for light in Light]
    return {"watched": len(watched), "lights": names, "behind": [row for _, row in behind[:BEHIND]]}


def targets_of(projects: Iterable[Project], on: date) -> dict[str, int]:
    """Numeric targets as last accepted by that day. `short`: at that pace not reached at the end."""
    outcomes = outcomes_of(projects, on)
    all_of = [one for found in outcomes.values() for one in found]
    return {
        "projects": len(outcomes),
        "all": len(all_of),
        "met": sum(one.met is True for one in all_of),
        "short": sum(one.enough is False for one in all_of),
        "unknown": sum(one.met is None for one in all_of),
    }


def problems_of(path: str, start: date, on: date) -> dict[str, int]:
    """The register of problems: what came up and was closed inside the period, and what stands at its end."""
    rows = Problem.objects.filter(under([path], "project__organisation__node__path"), awarded_by(on, "project__"))
    open_ = standing(on)
    return dict(
        rows.aggregate(
            found=Count("pk", filter=Q(opened_on__range=(start, on))),
            closed=Count("pk", filter=Q(closed_on__range=(start, on))),
            open=Count("pk", filter=open_),
            overdue=Count("pk", filter=open_ & overdue(on)),
        )
    )


def events_of(path: str, start: date, on: date) -> dict[str, list[list[str]]]:
    """Joint decisions that took effect inside the period: project, document, day."""
    kinds = {kind: name for name, own in EVENTS.items() for kind in own}
    done = DecisionItem.objects.filter(
        under([path], "project__organisation__node__path"),
        given("project__"),
        state=DecisionItem.State.DONE,
        decision__kind__in=kinds,
        decision__effective_on__range=(start, on),
    ).order_by("decision__effective_on", "pk")
    found: dict[str, list[list[str]]] = {name: [] for name in EVENTS}
    for kind, project, number, day in done.values_list(
        "decision__kind", "project__name", "decision__number", "decision__effective_on"
    ):
        found[kinds[kind]].append([project, number, str(day)])
    return found


def places_of(projects: Iterable[Any], ledgers: Mapping[int, Ledger]) -> list[list[Any]]:
    own: dict[str, list[Ledger]] = {}
    for project in projects:
        own.setdefault(place_of(project.path), []).append(ledgers[project.pk])
    return [[name, *money_of(totals_of(own[path]))] for path, name in names_of_places().items() if path in own]


def rows_at(projects: Sequence[Project], ledgers: Mapping[int, Ledger], on: date) -> list[list[Any]]:
    """The table at the end: as F18, the unit by the name of the day. Two statements."""
    units = units_on(projects, on)
    return [row_of(project, units[project.pk], ledgers[project.pk]) for project in projects]


def row_of(project: Project, unit: str, ledger: Ledger) -> list[Any]:
    """A line of it, without what changes from day to day."""
    rate = ledger.execution_rate
    return [
        unit, str(project.get_kind_display()), str(project.get_stage_display()),
        str(ledger.granted), str(ledger.received), str(ledger.spent), None if rate is None else str(rate),
    ]  # fmt: skip


def material_at(path: str, on: date, known: date) -> Material:
    """What the charts are drawn of: the facts of 统计分析 of that day."""
    return past.material_at((path,), Moment(on, known), known)
