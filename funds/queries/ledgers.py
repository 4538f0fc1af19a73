"""The ledgers of any number of projects in five statements."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Count, Min, Q, QuerySet, Sum

from funds.ledger import Ledger, Line, SourceBalance
from funds.models import Allocation, BudgetLine, FundDocument, Receipt, Settlement, SourceLine, Voucher
from policy.money import ZERO
from policy.terms import Source, VoucherState
from projects.models import Project

OPEN = (VoucherState.SUBMITTED, VoucherState.QUESTIONED)


def ledgers_of(projects: Iterable[Project]) -> dict[int, Ledger]:
    grants = {project.pk: project.grant or ZERO for project in projects}
    lines, sources, pending = _lines(grants), _sources(grants), _pending(grants)
    return {
        pk: Ledger(grant, tuple(lines[pk]), tuple(sources[pk]), *pending.get(pk, (ZERO, 0)))
        for pk, grant in grants.items()
    }


def ledger_of(project: Project) -> Ledger:
    return ledgers_of([project])[project.pk]


def _lines(ids: Iterable[int]) -> dict[int, list[Line]]:
    found: dict[int, list[Line]] = defaultdict(list)
    for row in BudgetLine.objects.filter(project__in=list(ids)):
        found[row.project_id].append(Line(row.category, row.source, row.budget, row.reserved, row.spent))
    return found


def _sources(ids: Iterable[int]) -> dict[int, list[SourceBalance]]:
    """One balance for each source that was allocated or may be spent, in the order of the sources."""
    ids = list(ids)
    approved = Allocation.objects.filter(project__in=ids, document__state=FundDocument.State.APPROVED)
    allocated = _sums(approved, "document__source")
    received = _sums(Receipt.objects.filter(project__in=ids), "allocation__document__source")
    lines = {(row.project_id, row.source): row for row in SourceLine.objects.filter(project__in=ids)}
    found: dict[int, list[SourceBalance]] = defaultdict(list)
    for pk in ids:
        for source in Source.values:
            key = (pk, source)
            if key in allocated or key in lines:
                row = lines.get(key, SourceLine(limit=ZERO, reserved=ZERO, spent=ZERO))
                found[pk].append(
                    SourceBalance(
                        source, allocated.get(key, ZERO), received.get(key, ZERO), row.limit, row.reserved, row.spent
                    )
                )
    return found


def _sums(rows: QuerySet, source: str) -> dict[tuple[int, str], Decimal]:
    totals = rows.order_by().values_list("project", source).annotate(total=Sum("amount"))
    return {(project, of): total for project, of, total in totals}


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


def open_count(project: Project) -> int:
    """How many payments and reversals have no final verdict."""
    return project.vouchers.filter(state__in=OPEN).count()


def settled(project: Project) -> bool:
    return Settlement.objects.filter(project=project, state=Settlement.State.APPROVED).exists()
