"""指标对比: filed targets and accepted readings of one indicator of the template across projects of a kind and track."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Exists, OuterRef

from performance.checks import exact
from performance.models import PERIOD, Indicator, PeriodReturn, Target, TargetSheet
from performance.queries.figures import tiles_of_all
from performance.queries.returns import DONE
from performance.queries.sheets import Grid, Line3, field_of, grid_of, sheet_of, yearly_floors
from performance.rules.figures import Tile, accumulate, beside_gaps, lacking, windowed
from performance.rules.library import Spread, spread, too_easy
from performance.targets import DATE_UNIT, number_text
from policy.edition import Basis, Edition
from policy.findings import Finding, Severity
from policy.terms import Aggregation, Operator
from projects.models import Project

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
    """What each project reached by its accepted returns; three statements. What lacks days or a period is left out."""
    returns = PeriodReturn.objects.filter(
        state__in=DONE, project__kind=project.kind, project__track=project.track
    ).select_related("project")
    own: dict[int, list[PeriodReturn]] = {}
    for one in returns.order_by("cut_off"):
        own.setdefault(one.project_id, []).append(one)
    indicators = Indicator.objects.filter(sheet__in=_in_force(project)).exclude(template_code="")
    known = {(row.sheet.project_id, row.template_code): row for row in indicators.select_related("sheet")}
    tiles, found = tiles_of_all(one for rows in own.values() for one in rows), Values()
    for (owner, code), row in known.items():
        rows = own.get(owner, [])
        value = _reached(row, tiles.get(owner, {}).get(code, []), rows) if _comparable(row) and rows else None
        if value is not None:
            found.setdefault(code, []).append((owner, value))
    return found


def _reached(row: Indicator, tiles: Sequence[Tile], returns: Sequence[PeriodReturn]) -> Fraction | None:
    """Per year through the window of the edition, else of the build so far; None where it is not whole."""
    project, last = returns[0].project, returns[-1].cut_off
    aggregation = Aggregation(row.aggregation)
    if row.window:
        part_year = project.edition.word("part_year")
        figure = windowed(aggregation, tiles, row.unit, row.window, on=last, part_year=part_year)
    else:
        spans = [(one.covers_from, one.cut_off) for one in returns]
        gaps = lacking(spans, project.build_start_on or returns[0].covers_from, last)
        figure = beside_gaps(accumulate(aggregation, tiles, row.unit), aggregation, gaps)
    return figure.value if figure.whole else None


def low_targets(grid: Grid, project: Project) -> list[Finding]:
    """For the reviewers: 实施期 targets far easier than the middle of the other projects. Blocks nothing."""
    edition = project.edition
    others, _ = _targets(project, without=project.pk)
    found = (_low(line, others, edition) for line in grid.lines if _comparable(line.indicator))
    return [*yearly_floors(grid, project), *(finding for finding in found if finding)]


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
