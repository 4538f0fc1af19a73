"""指标对比: filed targets and accepted readings of one indicator of the template across projects of a kind and track."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django.db.models import Exists, OuterRef

from performance.checks import exact
from performance.models import PERIOD, Indicator, PeriodReturn, Reading, Target, TargetSheet
from performance.queries.figures import number
from performance.queries.sheets import Grid, Line3, field_of, grid_of, sheet_of
from performance.rules.figures import Tile, accumulate
from performance.rules.library import Spread, spread, too_easy
from performance.targets import DATE_UNIT, number_text
from policy.edition import Basis, Edition
from policy.findings import Finding, Severity
from policy.terms import Aggregation, Operator
from projects.models import Project

DAY = timedelta(days=1)
Values = dict[str, list[tuple[int, Fraction]]]


@dataclass(frozen=True, slots=True)
class Compared:
    """One indicator: the project's own values and how those of all projects spread. None: too few projects."""

    indicator: Indicator
    own: str
    own_years: tuple[tuple[str, str], ...]
    own_reading: Fraction | None
    period: Spread | None
    yearly: Spread | None
    readings: Spread | None


def compared(project: Project) -> tuple[Compared, ...]:
    """Every quantified indicator of the template in the project's sheet; six statements, however many projects."""
    sheet = sheet_of(project)
    if sheet is None:
        return ()
    least = project.edition.number("library_least")
    periods, years = _targets(project)
    readings = _readings(project)
    return tuple(
        Compared(
            line.indicator,
            line.targets[PERIOD].value,
            tuple((target.label, target.value) for target in line.cells if target.block != PERIOD),
            next((value for pk, value in readings.get(code, ()) if pk == project.pk), None),
            spread(periods.get(code, ()), least),
            spread(years.get(code, ()), least),
            spread(readings.get(code, ()), least),
        )
        for line in grid_of(sheet).lines
        if (code := line.indicator.template_code) and _comparable(line.indicator)
    )


def _comparable(row: Indicator) -> bool:
    return row.operator != Operator.QUALITATIVE and row.unit != DATE_UNIT


def _in_force(project: Project) -> Iterable[int]:
    """The version in force of every project of the same kind and track."""
    later = TargetSheet.objects.filter(project=OuterRef("project"), version__gt=OuterRef("version"))
    rows = TargetSheet.objects.filter(
        ~Exists(later), version__isnull=False, project__kind=project.kind, project__track=project.track
    )
    return rows.values("pk")  # type: ignore[return-value]


def _targets(project: Project, *, without: int | None = None) -> tuple[Values, Values]:
    """(实施期, yearly) values by code of the template; one statement."""
    rows = Target.objects.filter(indicator__sheet__in=_in_force(project)).exclude(indicator__template_code="")
    if without is not None:
        rows = rows.exclude(indicator__sheet__project=without)
    found: tuple[Values, Values] = ({}, {})
    named = ("indicator__template_code", "indicator__unit", "indicator__operator", "indicator__sheet__project")
    for code, unit, operator, owner, block, text in rows.values_list(*named, "block", "value"):
        if operator == Operator.QUALITATIVE:
            continue
        try:
            value = exact(text, unit)
        except ValueError:
            continue
        found[block != PERIOD].setdefault(code, []).append((owner, value))
    return found


def _readings(project: Project) -> Values:
    """What each project reached so far by its accepted returns, put together as 汇总方式 says; one statement."""
    rows = (
        Reading.objects.filter(
            period_return__state=PeriodReturn.State.ACCEPTED,
            period_return__project__kind=project.kind,
            period_return__project__track=project.track,
        )
        .exclude(indicator__template_code="")
        .exclude(indicator__operator=Operator.QUALITATIVE)
        .select_related("indicator", "period_return")
        .order_by("period_return__cut_off", "pk")
    )
    tiles: dict[tuple[str, int], list[Tile]] = {}
    units: dict[str, tuple[str, Aggregation]] = {}
    for row in rows:
        one, indicator = row.period_return, row.indicator
        key = (indicator.template_code, one.project_id)
        kept = tiles.setdefault(key, [])
        tile = _tile(row, kept[-1].end + DAY if kept else one.covers_from)
        kept.append(tile)
        units[indicator.template_code] = (indicator.unit, Aggregation(indicator.aggregation))
    found: Values = {}
    for (code, owner), kept in tiles.items():
        unit, aggregation = units[code]
        figure = accumulate(aggregation, kept, unit)
        if figure.value is not None:
            found.setdefault(code, []).append((owner, figure.value))
    return found


def _tile(row: Reading, start: date) -> Tile:
    numerator, denominator = number(row.numerator, ""), number(row.denominator, "")
    return Tile(start, row.period_return.cut_off, number(row.value, row.indicator.unit), numerator, denominator)


def low_targets(grid: Grid, project: Project) -> list[Finding]:
    """For the reviewers: 实施期 targets far easier than the middle of the other projects. Blocks nothing."""
    edition = project.edition
    others, _ = _targets(project, without=project.pk)
    found = (_low(line, others, edition) for line in grid.lines if _comparable(line.indicator))
    return [finding for finding in found if finding]


def _low(line: Line3, others: Mapping[str, list[tuple[int, Fraction]]], edition: Edition) -> Finding | None:
    row, share = line.indicator, edition.ratio("target_low_share")
    known = spread(others.get(row.template_code, ()), edition.number("library_least"))
    if known is None or PERIOD not in line.targets:
        return None
    try:
        target = exact(line.targets[PERIOD].value, row.unit)
    except ValueError:
        return None
    if not too_easy(Operator(row.operator), target, known.median, share):
        return None
    basis: Basis = edition.limit("target_low_share").basis
    message = (
        f"“{row.name}”实施期目标 {line.sign}{number_text(target)}，其他 {known.count} 个同类项目的中位数为 "
        f"{number_text(known.median)}（最小 {number_text(known.least)}，最大 {number_text(known.most)}），"
        f"宽于中位数的 {share.normalize():f} 倍界限，请核对是否定得过低"
    )
    return Finding("target_low", Severity.WARNING, message, basis.clause, basis.rank, field_of(row, "value", PERIOD))
