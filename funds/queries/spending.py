"""Spending of one project cut other ways: within a period, by quarter beside 用款计划, and against contracts."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from funds.grid import Columns
from funds.ledger import ISSUED_SOURCES, Ledger, Quarter, quarter_of
from funds.models import Contract, VoucherSpell
from funds.queries.as_of import BACK, PAID, Moment, posted, waiting
from funds.queries.contracts import changes_of, signed_worth
from funds.rules.contracts import worth_on
from policy.money import ZERO
from projects.models import Project


def columns_of(project: Project, at: Moment, start: date, end: date) -> Columns:
    """Spent from `start` to `end`, and signed but unpaid; five statements."""
    rows = project.vouchers.filter(posted(at), paid_on__gte=start, paid_on__lte=end).order_by()
    sums = rows.values_list("category", "source").annotate(
        paid=Sum("amount", filter=PAID), back=Sum("amount", filter=BACK)
    )
    period = {(category, source): (paid or ZERO) - (back or ZERO) for category, source, paid, back in sums}
    return Columns(period, _unpaid(project, at))


def _unpaid(project: Project, at: Moment) -> dict[str, Decimal]:
    """已签约未付 by category: what contracts still owe after payments that stand or wait; never below 0 a contract."""
    standing = Q(voided_on=None) | Q(voided_on__gt=at.known)
    rows_then = Contract.objects.filter(standing, project=project, signed_on__lte=at.on, recorded_on__lte=at.known)
    contracts = list(rows_then)
    changes = changes_of((contract.pk for contract in contracts), at.known)
    under = Q(contract__in=contracts) | Q(reverses__contract__in=contracts)  # without contracts no statement is made
    rows = project.vouchers.filter(under, posted(at)).order_by()
    sums = rows.annotate(under=Coalesce("contract", "reverses__contract")).values_list("under")
    paid = {
        contract: (out or ZERO) - (back or ZERO)
        for contract, out, back in sums.annotate(out=Sum("amount", filter=PAID), back=Sum("amount", filter=BACK))
    }
    spells = VoucherSpell.objects.filter(waiting(at), project=project, contract__in=contracts, reverses=False)
    asked = dict(spells.order_by().values_list("contract").annotate(total=Sum("amount")))
    owed: dict[str, Decimal] = {}
    for contract in contracts:
        amount = worth_on(signed_worth(contract), changes.get(contract.pk, ()), at.on).amount
        left = max(amount - paid.get(contract.pk, ZERO) - asked.get(contract.pk, ZERO), ZERO)
        owed[contract.category] = owed.get(contract.category, ZERO) + left
    return owed


@dataclass(frozen=True, slots=True)
class QuarterRow:
    """One quarter of 用款计划 and what was spent in it; `planned_so_far`, `spent_so_far` run on."""

    quarter: Quarter
    planned: Decimal
    spent: Decimal
    planned_so_far: Decimal
    spent_so_far: Decimal


def quarters_of(project: Project, ledger: Ledger, at: Moment) -> list[QuarterRow]:
    """Issued money by quarter of the payment, beside the plan in force; one statement, a row a day."""
    rows = project.vouchers.filter(posted(at), source__in=ISSUED_SOURCES).order_by().values_list("paid_on")
    spent: dict[Quarter, Decimal] = defaultdict(lambda: ZERO)
    for day, paid, back in rows.annotate(paid=Sum("amount", filter=PAID), back=Sum("amount", filter=BACK)):
        spent[quarter_of(day)] += (paid or ZERO) - (back or ZERO)
    planned = {one.quarter: one.amount for one in ledger.plan}
    found, due, gone = [], ZERO, ZERO
    for quarter in sorted({*spent, *planned}):
        plan, paid = planned.get(quarter, ZERO), spent[quarter]
        due, gone = due + plan, gone + paid
        found.append(QuarterRow(quarter, plan, paid, due, gone))
    return found


def quarters_between(start: date, end: date) -> Iterator[Quarter]:
    quarter = quarter_of(start)
    while quarter.start_on <= end:
        yield quarter
        quarter = quarter.next
