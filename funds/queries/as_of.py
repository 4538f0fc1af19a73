"""The same ledger as of a business date, as known at a posting date, added up from the rows themselves.

Business dates: 资金文件 成文日, 到账日, 支付日. Posting dates: 签批日, 确认日, 认定日. A budget counts from its approval on. A fixed
number of statements for any number of projects. What waited for 认定 is told by the spells each payment waited.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Aggregate, Count, Prefetch, Q, QuerySet, Sum, prefetch_related_objects

from funds.ledger import ISSUED_SOURCES, Ledger, Line, Planned, Quarter, SourceBalance
from funds.models import Allocation, Budget, BudgetItem, Receipt, Voucher, VoucherSpell
from funds.queries.ledgers import granted, in_order
from funds.queries.pools import pool_of, signed
from policy.money import ZERO
from policy.terms import Source, VoucherState
from projects.models import DecisionItem, Project

IN_FORCE = (Budget.State.APPROVED, Budget.State.SUPERSEDED)
AWARD = "T01"  # Decision.kind of 立项
Cell = tuple[str, str]
Taken = Mapping[Cell, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Moment:
    """`on`: what had happened by that day. `known`: as far as it was posted by that day."""

    on: date
    known: date


@dataclass(frozen=True, slots=True)
class Came:
    """The money of one source: 下达, 到账, and what payments may take of it."""

    allocated: Decimal = ZERO
    received: Decimal = ZERO
    usable: Decimal = ZERO


def ledgers_at(projects: Iterable[Project], moments: Iterable[Moment]) -> dict[Moment, dict[int, Ledger]]:
    """The ledgers at several moments; eight statements, however many projects and moments."""
    projects, moments = list(projects), list(dict.fromkeys(moments))
    ids = [project.pk for project in projects]
    awards, budgets, money, spent = _awards(ids), _budgets(ids, moments), _money_in(projects), _spending(ids, moments)
    return {
        at: {
            project.pk: _ledger(
                project,
                _granted(project, awards, at),
                budgets[project.pk, at],
                money[project.pk].at(at),
                spent[project.pk, at],
            )
            for project in projects
        }
        for at in moments
    }


def ledgers_as_of(projects: Iterable[Project], at: Moment) -> dict[int, Ledger]:
    return ledgers_at(projects, [at])[at]


def ledger_as_of(project: Project, *, on: date, known: date) -> Ledger:
    return ledgers_as_of([project], Moment(on, known))[project.pk]


def _ledger(project: Project, grant: Decimal, budget: Budget | None, money: Mapping[str, Came], taken: Taken) -> Ledger:
    cells = {(item.category, item.source): item.amount for item in budget.items.all()} if budget else {}
    # Paid before the day its budget was approved, recognised after: spent, though no budget had been given by then.
    cells |= {cell: ZERO for cell, row in taken.items() if cell not in cells and (row["spent"] or row["reserved"])}
    lines = in_order(project, (_line(cell, amount, taken) for cell, amount in cells.items()))
    plan = budget.plan.all() if budget else ()
    return Ledger(
        grant,
        lines,
        tuple(_balances(lines, taken, money)),
        sum((row["waiting"] for row in taken.values()), ZERO),
        sum(row["count"] for row in taken.values()),
        plan=tuple(Planned(Quarter(row.year, row.quarter), row.amount) for row in plan),
    )


# 批复


def _awards(ids: list[int]) -> dict[int, date | None]:
    """When the award took effect, i.e. was posted. One statement."""
    done = DecisionItem.objects.filter(project__in=ids, state=DecisionItem.State.DONE, decision__kind=AWARD)
    return dict(done.order_by("pk").values_list("project", "decision__effective_on"))


def _granted(project: Project, awards: Mapping[int, date | None], at: Moment) -> Decimal:
    """From the date of the award on; what was decided of it before counts with it, and nothing changes it after."""
    awarded_on = project.awarded_on
    if awarded_on is None or awarded_on > at.on or (awards.get(project.pk) or awarded_on) > at.known:
        return ZERO
    return granted(project)


# 支出


def posted(at: Moment) -> Q:
    """Payments and 冲销 that count as spending."""
    return Q(state=VoucherState.RECOGNISED, paid_on__lte=at.on, judged_on__lte=at.known)


def waiting(at: Moment) -> Q:
    """Spells of payments and 冲销 that waited for 认定 that evening, as it was known then."""
    return Q(Q(until_on=None) | Q(until_on__gt=at.known), from_on__lte=at.known, paid_on__lte=at.on)


PAID, BACK = Q(reverses=None), Q(reverses__isnull=False)


def _spending(ids: list[int], moments: Sequence[Moment]) -> dict[tuple[int, Moment], dict[Cell, dict[str, Any]]]:
    """Two statements: spent, reserved, waiting and how many wait, per project, moment and cell."""
    last = max(at.on for at in moments)
    rows = Voucher.objects.filter(project__in=ids, paid_on__lte=last)
    spells = VoucherSpell.objects.filter(project__in=ids, paid_on__lte=last)
    found: dict[tuple[int, Moment], dict[Cell, dict[str, Any]]] = defaultdict(lambda: defaultdict(_nothing))
    for project, at, cell, (paid, back) in _summed(rows, moments, _spent):
        found[project, at][cell]["spent"] = paid - back
    for project, at, cell, (held, asked, returned, count) in _summed(spells, moments, _waited):
        found[project, at][cell].update(reserved=held, waiting=asked - returned, count=int(count))
    return found


def _nothing() -> dict[str, Any]:
    return {"spent": ZERO, "reserved": ZERO, "waiting": ZERO, "count": 0}


def _spent(at: Moment) -> list[Aggregate]:
    return [Sum("amount", filter=posted(at) & PAID), Sum("amount", filter=posted(at) & BACK)]


def _waited(at: Moment) -> list[Aggregate]:
    paid, then = Q(reverses=False), waiting(at)
    return [
        Sum("amount", filter=then & paid & Q(fits=True)),
        Sum("amount", filter=then & paid),
        Sum("amount", filter=then & Q(reverses=True)),
        Count("pk", filter=then),
    ]


def _summed(
    rows: QuerySet, moments: Sequence[Moment], columns: Callable[[Moment], list[Aggregate]]
) -> Iterator[tuple[int, Moment, Cell, list[Decimal]]]:
    """The columns of each moment, by project and cell; one statement."""
    sums = [each for at in moments for each in columns(at)]
    named = {f"sum_{number}": each for number, each in enumerate(sums)}
    width = len(sums) // len(moments)
    for project, category, source, *figures in (
        rows.order_by().values_list("project", "category", "source").annotate(**named)
    ):
        amounts = [figure or ZERO for figure in figures]
        for number, at in enumerate(moments):
            yield project, at, (category, source), amounts[number * width : (number + 1) * width]


def _line(cell: Cell, budget: Decimal, taken: Taken) -> Line:
    row = taken.get(cell, {})
    return Line(*cell, budget, row.get("reserved", ZERO), row.get("spent", ZERO))


# 预算


def _budgets(ids: list[int], moments: Sequence[Moment]) -> dict[tuple[int, Moment], Budget | None]:
    """The version in force with its cells and 用款计划; three statements."""
    last = max(min(at.on, at.known) for at in moments)
    rows = Budget.objects.filter(project__in=ids, state__in=IN_FORCE, approved_on__lte=last).order_by("version")
    found: dict[tuple[int, Moment], Budget | None] = defaultdict(lambda: None)
    for row in rows:
        for at in moments:
            if row.approved_on and row.approved_on <= min(at.on, at.known):
                found[row.project_id, at] = row
    in_force = list({row.pk: row for row in found.values() if row}.values())
    prefetch_related_objects(in_force, Prefetch("items", BudgetItem.objects.order_by("pk")), "plan")
    return found


# 下达, 到账


@dataclass(frozen=True, slots=True)
class Money:
    """Every signed allocation of a project, oldest first, and every receipt."""

    allocations: list[Allocation]
    receipts: list[Receipt]

    def at(self, at: Moment) -> dict[str, Came]:
        """By source, of the rows that had happened and were posted then."""
        signed_then = [row for row in self.allocations if _was(row.document.dated_on, row.document.approved_on, at)]
        receipts = [row for row in self.receipts if _was(row.received_on, row.confirmed_on, at)]
        came: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        pools: dict[tuple[str, int], list[Allocation]] = defaultdict(list)
        for receipt in receipts:
            came[receipt.allocation_id][receipt.kind] += receipt.effect
        for row in signed_then:
            pools[row.document.source, row.document.fund_year].append(row)
        found: dict[str, Came] = {}
        for (source, _), rows in pools.items():
            pool, before = pool_of(rows, came), found.get(source, Came())
            found[source] = Came(
                before.allocated + pool.allocated, before.received + pool.received, before.usable + pool.usable
            )
        return found


def _was(happened: date, posted_on: date | None, at: Moment) -> bool:
    return happened <= at.on and posted_on is not None and posted_on <= at.known


def _money_in(projects: list[Project]) -> dict[int, Money]:
    """Two statements."""
    found: dict[int, Money] = {project.pk: Money([], []) for project in projects}
    for row in signed(projects):
        found[row.project_id].allocations.append(row)
    for receipt in Receipt.objects.filter(project__in=list(found)).order_by("pk"):
        found[receipt.project_id].receipts.append(receipt)
    return found


def _balances(lines: Iterable[Line], taken: Taken, money: Mapping[str, Came]) -> Iterable[SourceBalance]:
    """One balance a source that was allocated, received or budgeted."""
    for source in Source.values:
        own = [line for line in lines if line.source == source]
        if not own and source not in money:
            continue
        planned = sum((line.budget for line in own), ZERO)
        rows = [row for (_, of), row in taken.items() if of == source]
        came = money.get(source, Came())
        yield SourceBalance(
            source,
            came.allocated,
            came.received,
            came.usable if source in ISSUED_SOURCES else planned,
            sum((row["reserved"] for row in rows), ZERO),
            sum((row["spent"] for row in rows), ZERO),
        )
