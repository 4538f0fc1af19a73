"""Targets that the pace of the last accepted 季报包 does not reach, for many projects in two statements."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import Max, OuterRef, Subquery

from performance.models import Indicator, PeriodReturn
from performance.queries.figures import number
from performance.rules.figures import Figure
from performance.rules.monitoring import Span, forecast
from policy.terms import Aggregation, Operator
from projects.models import Project


def short_targets(projects: Iterable[Project]) -> dict[int, tuple[str, ...]]:
    """Names of the indicators by project: as accepted, never a draft; nothing where no return was accepted."""
    rows = {project.pk: project for project in projects}
    accepted = PeriodReturn.objects.filter(project__in=rows, state=PeriodReturn.State.ACCEPTED).order_by()
    own = accepted.filter(project=OuterRef("project")).values("project").annotate(last=Max("cut_off"))
    latest = accepted.filter(cut_off=Subquery(own.values("last")[:1])).values_list("project", "cut_off", "snapshot")
    told = [(rows[pk], cut_off, snapshot.get("readings", [])) for pk, cut_off, snapshot in latest]
    ids = {reading["indicator"] for _, _, readings in told for reading in readings}
    indicators = {row.pk: row for row in Indicator.objects.filter(pk__in=ids)}
    return {project.pk: tuple(_short(project, cut_off, readings, indicators)) for project, cut_off, readings in told}


def _short(
    project: Project, cut_off: date, readings: Iterable[Mapping[str, Any]], indicators: Mapping[int, Indicator]
) -> Iterable[str]:
    for reading in readings:
        row = indicators.get(reading["indicator"])
        if row is not None and row.operator != Operator.QUALITATIVE and _misses(project, cut_off, reading, row):
            yield row.name


def _misses(project: Project, cut_off: date, reading: Mapping[str, Any], row: Indicator) -> bool:
    """Whether the pace, over the build or for a figure per year over the year, ends below the target."""
    start, end = project.build_start_on, project.build_end_on
    if start is None or end is None:
        return False
    done, target, span = reading["build"], reading["period_target"], Span(start, end, cut_off)
    if row.window:
        first, last = date(cut_off.year, 1, 1), date(cut_off.year, 12, 31)
        done, target, span = reading["year"], reading["year_target"], Span(max(start, first), min(end, last), cut_off)
    unit = row.unit.removesuffix("/年")
    operator, aggregation = Operator(row.operator), Aggregation(row.aggregation)
    ahead = forecast(operator, aggregation, Figure(number(done, unit)), number(target, unit), unit, span)
    return ahead.enough is False
