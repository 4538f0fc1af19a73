"""The ledgers of any number of projects in four statements."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Count, F, Min, Q, QuerySet, Sum, Value

from funds.ledger import Ledger, Line, Planned, Quarter, SourceBalance
from funds.models import Allocation, Budget, BudgetLine, FundDocument, PlannedUse, Receipt, SourceLine, Voucher
from policy.money import ZERO
from policy.terms import Source, Stage, VoucherState
from projects.fields import money
from projects.models import Project

ALLOCATED, RECEIVED, BALANCE = "allocated", "received", "balance"
OPEN = (VoucherState.SUBMITTED, VoucherState.QUESTIONED)


def ledgers_of(projects: Iterable[Project]) -> dict[int, Ledger]:
    projects = list(projects)
    ids = [project.pk for project in projects]
    lines, sources, pending, plans = _lines(ids), _sources(ids), _pending(ids), _plans(ids)
    return {
        project.pk: Ledger(
            granted(project),
            in_order(project, lines[project.pk]),
            tuple(sources[project.pk]),
            *pending.get(project.pk, (ZERO, 0)),
            plan=tuple(plans[project.pk]),
        )
        for project in projects
    }


def ledger_of(project: Project) -> Ledger:
    return ledgers_of([project])[project.pk]


def granted(project: Project) -> Decimal:
    """批复: nothing before the award, which gives the number, whatever a draft proposes."""
    awarded = project.number and project.stage != Stage.DRAFT
    return project.grant or ZERO if awarded else ZERO


def in_order(project: Project, lines: Iterable[Line]) -> tuple[Line, ...]:
    """As the edition lists the categories, then by source."""
    categories = [item.code for item in project.edition.categories]
    sources = list(Source.values)

    def place(line: Line) -> tuple[int, int]:
        known = categories.index(line.category) if line.category in categories else len(categories)
        return known, sources.index(line.source)

    return tuple(sorted(lines, key=place))


def _lines(ids: Iterable[int]) -> dict[int, list[Line]]:
    """A line that 调剂 emptied holds nothing and is left out."""
    found: dict[int, list[Line]] = defaultdict(list)
    for row in BudgetLine.objects.filter(project__in=list(ids), budget__gt=0):
        found[row.project_id].append(Line(row.category, row.source, row.budget, row.reserved, row.spent))
    return found


def _plans(ids: Iterable[int]) -> dict[int, list[Planned]]:
    """用款计划 of the budget in force."""
    found: dict[int, list[Planned]] = defaultdict(list)
    rows = PlannedUse.objects.filter(budget__project__in=list(ids), budget__state=Budget.State.APPROVED)
    for project, year, quarter, amount in rows.values_list("budget__project", "year", "quarter", "amount"):
        found[project].append(Planned(Quarter(year, quarter), amount))
    return found


def _sources(ids: Iterable[int]) -> dict[int, list[SourceBalance]]:
    """One balance for each source that was allocated or may be spent, in the order of the sources. One statement."""
    sums: dict[tuple[int, str], dict[str, tuple[Decimal, ...]]] = defaultdict(dict)
    for project, source, what, *amounts in _source_rows(list(ids)):
        sums[project, source][what] = tuple(amounts)
    found: dict[int, list[SourceBalance]] = defaultdict(list)
    for project, source in sorted(sums, key=lambda key: Source.values.index(key[1])):
        given = sums[project, source]
        allocated, received = (given.get(what, (ZERO,))[0] for what in (ALLOCATED, RECEIVED))
        if {ALLOCATED, BALANCE} & given.keys():
            balance = given.get(BALANCE, (ZERO, ZERO, ZERO))
            found[project].append(SourceBalance(source, allocated, received, *balance))
    return found


def _source_rows(ids: list[int]) -> QuerySet:
    """project, source, what it tells of, and up to three amounts: allocated, received, or limit · reserved · spent."""
    approved = Allocation.objects.filter(project__in=ids, document__state=FundDocument.State.APPROVED)
    received = Receipt.objects.filter(project__in=ids)
    balances = SourceLine.objects.filter(project__in=ids)
    rows = [
        _summed(approved, ALLOCATED, F("document__source")),
        _summed(received, RECEIVED, F("allocation__document__source")),
        balances.order_by()
        .values_list("project", F("source"), Value(BALANCE))
        .annotate(a=Sum("limit"), b=Sum("reserved"), c=Sum("spent")),
    ]
    return rows[0].union(*rows[1:], all=True)


def _summed(rows: QuerySet, what: str, source: F) -> QuerySet:
    named = rows.order_by().values_list("project", source, Value(what))
    return named.annotate(a=Sum("effect"), b=Sum(money(0)), c=Sum(money(0)))


def _pending(ids: Iterable[int]) -> dict[int, tuple[Decimal, int]]:
    """What waits for 认定; 冲销 counts as a row and takes its amount off."""
    waiting = Voucher.objects.filter(project__in=list(ids), state=VoucherState.SUBMITTED)
    totals = (
        waiting.order_by()
        .values_list("project")
        .annotate(
            count=Count("pk"),
            paid=Sum("amount", filter=Q(reverses=None)),
            back=Sum("amount", filter=Q(reverses__isnull=False)),
        )
    )
    return {project: ((paid or ZERO) - (back or ZERO), count) for project, count, paid, back in totals}


def money_issued(project: Project) -> bool:
    """Whether a signed 资金文件 gives this project money."""
    return project.allocations.filter(document__state=FundDocument.State.APPROVED).exists()


def first_issue_on(projects: Iterable[Project]) -> dict[int, date]:
    """The date of the first signed 资金文件 of each project that has one."""
    signed = Allocation.objects.filter(
        project__in=[project.pk for project in projects], document__state=FundDocument.State.APPROVED
    )
    return dict(signed.order_by().values_list("project").annotate(first=Min("document__dated_on")))


def unreviewed(project: Project) -> int:
    """How many payments and reversals wait for 认定."""
    return project.vouchers.filter(state=VoucherState.SUBMITTED).count()
