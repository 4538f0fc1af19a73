"""Where the pace of the last accepted 季报包 leads each target, for many projects in three statements."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Max, OuterRef, Subquery

from performance.models import Indicator, PeriodReturn
from performance.queries.figures import kept_number, number
from performance.queries.returns import DONE
from performance.rules.figures import Days, Figure, lacking
from performance.rules.monitoring import Span, forecast
from performance.scoring import met
from policy.terms import Aggregation, Operator
from projects.models import Project


@dataclass(frozen=True, slots=True)
class Outcome:
    """One indicator as accepted. `met`: on the figure as it stands; `enough`: at the end, at the present pace.

    None: it cannot be said, a figure or a target is missing.
    """

    indicator: Indicator
    met: bool | None
    enough: bool | None


def short_targets(projects: Iterable[Project]) -> dict[int, tuple[str, ...]]:
    """Names of the indicators by project that the pace does not reach; nothing where no return was accepted."""
    return {
        pk: tuple(one.indicator.name for one in outcomes if one.enough is False)
        for pk, outcomes in outcomes_of(projects).items()
    }


def outcomes_of(projects: Iterable[Project], until: date | None = None) -> dict[int, tuple[Outcome, ...]]:
    """Every indicator that is a number, by project: as accepted, never a draft. `until`: as accepted by that day."""
    rows = {project.pk: project for project in projects}
    accepted = PeriodReturn.objects.filter(project__in=rows, state=PeriodReturn.State.ACCEPTED).order_by()
    if until:
        accepted = accepted.filter(accepted_on__lte=until)
    own = accepted.filter(project=OuterRef("project")).values("project").annotate(last=Max("cut_off"))
    latest = accepted.filter(cut_off=Subquery(own.values("last")[:1]))
    told = list(latest.values_list("project", "cut_off", "accepted_on", "snapshot"))
    ids = {reading["indicator"] for *_, snapshot in told for reading in snapshot.get("readings", [])}
    indicators = {row.pk: row for row in Indicator.objects.filter(pk__in=ids)}
    spans = _spans(rows)
    return {
        pk: tuple(
            _outcomes(
                rows[pk], cut_off, _known(spans[pk], cut_off, day or cut_off), snapshot.get("readings", []), indicators
            )
        )
        for pk, cut_off, day, snapshot in told
    }


def _spans(projects: Iterable[int]) -> dict[int, list[tuple[date, date, date]]]:
    """The days of every return that is done, with the day it was; one statement."""
    found: dict[int, list[tuple[date, date, date]]] = {}
    rows = PeriodReturn.objects.filter(project__in=list(projects), state__in=DONE)
    for pk, first, last, accepted_on, exempted_on in rows.values_list(
        "project", "covers_from", "cut_off", "accepted_on", "exempted_on"
    ):
        found.setdefault(pk, []).append((first, last, accepted_on or exempted_on or last))
    return found


def _known(spans: Iterable[tuple[date, date, date]], cut_off: date, accepted_on: date) -> list[Days]:
    """What the snapshot of that return knew of."""
    return [(first, last) for first, last, day in spans if last <= cut_off and day <= accepted_on]


def _outcomes(
    project: Project,
    cut_off: date,
    spans: Sequence[Days],
    readings: Iterable[Mapping[str, Any]],
    indicators: Mapping[int, Indicator],
) -> Iterator[Outcome]:
    for reading in readings:
        row = indicators.get(reading["indicator"])
        if row is not None and row.operator != Operator.QUALITATIVE:
            yield _outcome(project, cut_off, spans, reading, row)


def _outcome(
    project: Project, cut_off: date, spans: Sequence[Days], reading: Mapping[str, Any], row: Indicator
) -> Outcome:
    """By the pace over the build, or for a figure per year over the year; of the days reported."""
    start, end = project.build_start_on, project.build_end_on
    if start is None or end is None:
        return Outcome(row, None, None)
    done, target, span = reading["build"], reading["period_target"], Span(start, end, cut_off)
    if row.window:
        first, last = date(cut_off.year, 1, 1), date(cut_off.year, 12, 31)
        done, target, span = reading["year"], reading["year_target"], Span(max(start, first), min(end, last), cut_off)
    span = replace(span, gaps=lacking(spans, span.start, min(cut_off, span.end)))
    unit = row.unit.removesuffix("/年")
    operator, goal, value = Operator(row.operator), number(target, unit), kept_number(done, unit)
    ahead = forecast(operator, Aggregation(row.aggregation), Figure(value), goal, unit, span)
    reached = None if goal is None or value is None else met(operator, value, goal)
    return Outcome(row, reached, ahead.enough)
