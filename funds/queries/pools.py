"""The money in of projects by source and budget year. Constant numbers of statements."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from funds.models import Allocation, FundDocument, Receipt, SourceLine
from funds.rules import Given, Lost, Pool
from policy.money import ZERO
from policy.terms import Source
from projects.fields import MoneyField, money
from projects.models import Project

# Under which a pool is kept: project, source, the budget year its money counts under.
Key = tuple[int, str, int]
FUND_YEAR = Coalesce("document__origin_year", "document__fiscal_year")


POOL_ROW = ("pk", "project_id", "source", "fund_year", "amount", "effect", "arrival_mode", "arrived")


def signed(projects: Iterable[Project] | Q) -> QuerySet[Any]:
    """Allocations of signed documents, oldest first, each with its `fund_year` and `source`.

    `projects`: or a condition on rows about a project.
    """
    within = projects if isinstance(projects, Q) else Q(project__in=list(projects))
    rows = Allocation.objects.filter(within, document__state=FundDocument.State.APPROVED)
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
        rows[row.project_id, row.source, row.fund_year].append(row)
    return {key: pool_of(found, by_allocation) for key, found in rows.items()}


def arrived() -> Combinable:
    """What was confirmed of an allocation, less its corrections."""
    came = Receipt.objects.filter(allocation=OuterRef("pk")).order_by().values("allocation")
    return Coalesce(Subquery(came.annotate(total=Sum("effect")).values("total")), money(0), output_field=MoneyField())


def lacking(within: Q) -> QuerySet[Allocation]:
    """Signed allocations that give and have not wholly come in. A pool without one of them is not open (`Pool.open`)."""
    given = Allocation.objects.filter(within, document__state=FundDocument.State.APPROVED, effect__gt=0).order_by()
    return given.annotate(arrived=arrived()).filter(arrived__lt=F("amount"))


def pools_from(rows: Iterable[Any]) -> dict[Key, Pool]:
    """`rows`: POOL_ROW and `approved_on` of all the allocations of some projects, oldest document first."""
    found: dict[Key, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.project_id, row.source, row.fund_year].append(row)
    signed_on = attrgetter("approved_on")
    return {
        key: pool_of(several, {row.pk: {"": row.arrived} for row in several}, signed_on)
        for key, several in found.items()
    }


def pool_of(
    rows: list[Any],
    came: Mapping[int, Mapping[str, Decimal]],
    signed_on: Callable[[Any], date | None] = attrgetter("document.approved_on"),
) -> Pool:
    """`rows`: of one source and year, oldest first; `came`: by allocation and kind."""

    def signed(row: Any) -> tuple[date, int]:
        return signed_on(row) or date.max, row.pk

    arrived = {row.pk: sum(came.get(row.pk, {}).values(), ZERO) for row in rows}
    given = [row for row in rows if row.effect > ZERO]
    taken = sorted((row for row in rows if row.effect < ZERO), key=signed)
    return Pool(
        tuple(Given(row.pk, row.amount, arrived[row.pk], row.arrival_mode) for row in given),
        sum((row.effect for row in rows), ZERO),
        sum(arrived.values(), ZERO),
        tuple(
            Lost(row.amount + arrived[row.pk], frozenset(one.pk for one in given if signed(one) < signed(row)))
            for row in taken
        ),
    )


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
