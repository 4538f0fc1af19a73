"""下达, 到账, 预算, 支出 of any number of projects in one statement, counted as `Ledger` counts them.

No payment is read: 预算 and 支出 come from the balance rows, which every posting moves in its own transaction.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet, Sum, Value

from funds.ledger import ISSUED_SOURCES
from funds.models import Allocation, BudgetLine, FundDocument, Receipt
from funds.queries.ledgers import ALLOCATED, BALANCE, RECEIVED
from policy.money import ZERO
from projects.fields import money
from projects.models import Project


@dataclass(slots=True)
class Sums:
    """Of one project, money that comes by 资金文件."""

    allocated: Decimal = ZERO
    received: Decimal = ZERO
    budget: Decimal = ZERO
    spent: Decimal = ZERO


def sums_of(projects: QuerySet[Project]) -> dict[int, Sums]:
    """By project; those without money are left out."""
    ids = projects.order_by().values("pk")
    signed = Allocation.objects.filter(project__in=ids, document__state=FundDocument.State.APPROVED)
    lines = BudgetLine.objects.filter(project__in=ids, source__in=ISSUED_SOURCES)
    rows = [
        _columns(signed, ALLOCATED, "effect"),
        _columns(Receipt.objects.filter(project__in=ids), RECEIVED, "effect"),
        _columns(lines, BALANCE, "budget", "spent"),
    ]
    found: dict[int, Sums] = {}
    for project, what, first, second in rows[0].union(*rows[1:], all=True):
        sums = found.setdefault(project, Sums())
        if what == ALLOCATED:
            sums.allocated = first
        elif what == RECEIVED:
            sums.received = first
        else:
            sums.budget, sums.spent = first, second
    return found


def _columns(rows: QuerySet, what: str, first: str, second: str = "") -> QuerySet:
    named = rows.order_by().values_list("project", Value(what))
    return named.annotate(a=Sum(first), b=Sum(second) if second else Sum(money(0)))
