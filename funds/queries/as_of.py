"""The same ledger as of a business date, as known at a posting date, added up from the rows themselves.

Business dates: 资金文件 成文日, 到账日, 支付日. Posting dates: 签批日, 确认日, 认定日. A budget counts from its approval on. A fixed
number of statements for any number of projects. What waits for 认定 is known by the last submission and the last verdict
that a payment keeps; what was posted is exact.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Q, Sum

from funds.ledger import ISSUED_SOURCES, Ledger, Line, Planned, Quarter, SourceBalance
from funds.models import Allocation, Budget, BudgetItem, FundDocument, PlannedUse, Receipt, Voucher
from funds.queries.ledgers import in_order
from policy.money import ZERO
from policy.terms import ArrivalMode, Source, VoucherState
from projects.models import Project

JUDGED = (VoucherState.RECOGNISED, VoucherState.QUESTIONED, VoucherState.DISALLOWED, VoucherState.RETURNED)
IN_FORCE = (Budget.State.APPROVED, Budget.State.SUPERSEDED)
Sums = dict[tuple[int, str], Decimal]


@dataclass(frozen=True, slots=True)
class Moment:
    """`on`: what had happened by that day. `known`: as far as it was posted by that day."""

    on: date
    known: date


def ledgers_as_of(projects: Iterable[Project], at: Moment) -> dict[int, Ledger]:
    projects = list(projects)
    ids = [project.pk for project in projects]
    lines, plans = _budgets(ids, at)
    spent = _spending(ids, at)
    allocated, received, usable = _money_in(ids, at)
    found = {}
    for project in projects:
        taken = spent[project.pk]
        own = in_order(project, (_line(cell, amount, taken) for cell, amount in lines[project.pk].items()))
        granted = ZERO if project.awarded_on and project.awarded_on > at.on else project.grant or ZERO
        found[project.pk] = Ledger(
            granted,
            own,
            tuple(_balances(project.pk, own, taken, (allocated, received, usable))),
            sum((row["waiting"] for row in taken.values()), ZERO),
            sum(row["count"] for row in taken.values()),
            plan=tuple(plans[project.pk]),
        )
    return found


def ledger_as_of(project: Project, *, on: date, known: date) -> Ledger:
    return ledgers_as_of([project], Moment(on, known))[project.pk]


def posted(at: Moment) -> Q:
    """Payments and 冲销 that count as spending."""
    return Q(state=VoucherState.RECOGNISED, paid_on__lte=at.on, judged_on__lte=at.known)


def waiting(at: Moment) -> Q:
    """Submitted and not yet judged, as far as the row still says so."""
    open_then = Q(state=VoucherState.SUBMITTED) | Q(state__in=JUDGED, judged_on__gt=at.known)
    return open_then & Q(paid_on__lte=at.on, submitted_on__lte=at.known)


PAID, BACK = Q(reverses=None), Q(reverses__isnull=False)


def _spending(ids: list[int], at: Moment) -> dict[int, dict[tuple[str, str], dict[str, Any]]]:
    """One statement: spent, reserved, waiting and how many wait, per project and cell."""
    rows = Voucher.objects.filter(project__in=ids, paid_on__lte=at.on).order_by()
    sums = rows.values_list("project", "category", "source").annotate(
        paid=Sum("amount", filter=posted(at) & PAID),
        back=Sum("amount", filter=posted(at) & BACK),
        held=Sum("amount", filter=waiting(at) & PAID & Q(fits=True)),
        asked=Sum("amount", filter=waiting(at) & PAID),
        returned=Sum("amount", filter=waiting(at) & BACK),
        count=Count("pk", filter=waiting(at)),
    )
    found: dict[int, dict[tuple[str, str], dict[str, Any]]] = defaultdict(dict)
    for project, category, source, paid, back, held, asked, returned, count in sums:
        found[project][category, source] = {
            "spent": (paid or ZERO) - (back or ZERO),
            "reserved": held or ZERO,
            "waiting": (asked or ZERO) - (returned or ZERO),
            "count": count,
        }
    return found


def _line(cell: tuple[str, str], budget: Decimal, taken: dict[tuple[str, str], dict[str, Any]]) -> Line:
    row = taken.get(cell, {})
    return Line(*cell, budget, row.get("reserved", ZERO), row.get("spent", ZERO))


def _budgets(ids: list[int], at: Moment) -> tuple[dict[int, dict[tuple[str, str], Decimal]], dict[int, list[Planned]]]:
    """Cells and 用款计划 of the version in force; three statements."""
    signed = Budget.objects.filter(project__in=ids, state__in=IN_FORCE, approved_on__lte=min(at.on, at.known))
    latest = dict(signed.order_by().values_list("project").annotate(version=Max("version")))
    versions = {
        pk: project
        for pk, project, version in signed.order_by().values_list("pk", "project", "version")
        if latest[project] == version
    }
    cells: dict[int, dict[tuple[str, str], Decimal]] = defaultdict(dict)
    for item in BudgetItem.objects.filter(budget__in=list(versions)).order_by("pk"):
        cells[versions[item.budget_id]][item.category, item.source] = item.amount
    plans: dict[int, list[Planned]] = defaultdict(list)
    for row in PlannedUse.objects.filter(budget__in=list(versions)):
        plans[versions[row.budget_id]].append(Planned(Quarter(row.year, row.quarter), row.amount))
    return cells, plans


def _money_in(ids: list[int], at: Moment) -> tuple[Sums, Sums, Sums]:
    """下达, 到账, and what payments may take (under 报账 what was allocated), by project and source; two statements."""
    signed = Allocation.objects.filter(
        project__in=ids,
        document__state=FundDocument.State.APPROVED,
        document__dated_on__lte=at.on,
        document__approved_on__lte=at.known,
    )
    seen = Receipt.objects.filter(project__in=ids, received_on__lte=at.on, confirmed_on__lte=at.known)
    claim = ArrivalMode.CLAIM
    given: Sums = defaultdict(Decimal)
    came: Sums = defaultdict(Decimal)
    usable: Sums = defaultdict(lambda: ZERO)
    out = signed.order_by().values_list("project", "document__source", "arrival_mode")
    for project, source, mode, total in out.annotate(total=Sum("effect")):
        given[project, source] += total
        usable[project, source] += total if mode == claim else ZERO
    into = seen.order_by().values_list("project", "allocation__document__source", "allocation__arrival_mode")
    for project, source, mode, total in into.annotate(total=Sum("effect")):
        came[project, source] += total
        usable[project, source] += ZERO if mode == claim else total
    return given, came, usable


def _balances(
    pk: int, lines: Iterable[Line], taken: dict[tuple[str, str], dict[str, Any]], money: tuple[Sums, Sums, Sums]
) -> Iterable[SourceBalance]:
    """One balance a source that was allocated, received or budgeted."""
    allocated, received, usable = money
    for source in Source.values:
        key, own = (pk, source), [line for line in lines if line.source == source]
        if not own and key not in allocated and key not in received:
            continue
        planned = sum((line.budget for line in own), ZERO)
        rows = [row for (_, of), row in taken.items() if of == source]
        yield SourceBalance(
            source,
            allocated.get(key, ZERO),
            received.get(key, ZERO),
            usable.get(key, ZERO) if source in ISSUED_SOURCES else planned,
            sum((row["reserved"] for row in rows), ZERO),
            sum((row["spent"] for row in rows), ZERO),
        )
