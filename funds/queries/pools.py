"""The money in of projects by source and budget year. Constant numbers of statements."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Coalesce

from funds.models import Allocation, FundDocument, Receipt, SourceLine
from funds.rules import Given, Lost, Pool
from policy.money import ZERO
from policy.terms import Source
from projects.models import Project

# Under which a pool is kept: project, source, the budget year its money counts under.
Key = tuple[int, str, int]
FUND_YEAR = Coalesce("document__origin_year", "document__fiscal_year")


def signed(projects: Iterable[Project]) -> QuerySet[Allocation]:
    """Allocations of signed documents, oldest first, each with its `fund_year` and `source`."""
    rows = Allocation.objects.filter(project__in=list(projects), document__state=FundDocument.State.APPROVED)
    rows = rows.select_related("document").annotate(fund_year=FUND_YEAR, source=F("document__source"))
    return rows.order_by("document__dated_on", "pk")


def pools_of(projects: Iterable[Project]) -> dict[Key, Pool]:
    """Two statements."""
    projects = list(projects)
    came = Receipt.objects.filter(project__in=projects).order_by().values_list("allocation", "kind")
    by_allocation: dict[int, dict[str, Decimal]] = defaultdict(dict)
    for allocation, kind, total in came.annotate(total=Sum("effect")):
        by_allocation[allocation][kind] = total
    rows: dict[Key, list[Allocation]] = defaultdict(list)
    for row in signed(projects):
        rows[row.project_id, row.source, row.fund_year].append(row)  # type: ignore[attr-defined]
    return {key: pool_of(found, by_allocation) for key, found in rows.items()}


def pool_of(rows: list[Allocation], came: Mapping[int, Mapping[str, Decimal]]) -> Pool:
    """`rows`: of one source and year, oldest first, with their documents; `came`: by allocation and kind."""
    arrived = {row.pk: sum(came.get(row.pk, {}).values(), ZERO) for row in rows}
    given = [row for row in rows if row.effect > ZERO]
    taken = sorted((row for row in rows if row.effect < ZERO), key=_signed)
    return Pool(
        tuple(Given(row.pk, row.amount, arrived[row.pk], row.arrival_mode) for row in given),
        sum((row.effect for row in rows), ZERO),
        sum(arrived.values(), ZERO),
        tuple(
            Lost(row.amount + arrived[row.pk], frozenset(one.pk for one in given if _signed(one) < _signed(row)))
            for row in taken
        ),
    )


def _signed(row: Allocation) -> tuple[date, int]:
    return row.document.approved_on or date.max, row.pk


def swept_of(project: Project) -> dict[tuple[str, int], Decimal]:
    """(source, fund year) → what has been received and left again."""
    rows = Receipt.objects.filter(project=project, kind=Receipt.Kind.SWEPT)
    rows = rows.annotate(fund_year=Coalesce("allocation__document__origin_year", "allocation__document__fiscal_year"))
    totals = rows.order_by().values_list("allocation__document__source", "fund_year").annotate(total=Sum("amount"))
    return {(source, year): total for source, year, total in totals}


def came_by_year(pools: dict[Key, Pool], project_id: int, source: str) -> dict[int, Decimal]:
    """Budget year → allocated net of one source."""
    return {year: pool.allocated for (pk, of, year), pool in pools.items() if (pk, of) == (project_id, source)}


def used_of(projects: Iterable[Project]) -> dict[tuple[int, str], Decimal]:
    """(project, source) → spent and reserved. One statement."""
    rows = SourceLine.objects.filter(project__in=list(projects))
    return {(row.project_id, row.source): row.spent + row.reserved for row in rows}


def spent_of(project: Project) -> dict[str, Decimal]:
    return {row.source: row.spent for row in SourceLine.objects.filter(project=project)}


SOURCE_NAMES = {source.value: source.label for source in Source}
