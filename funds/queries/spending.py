"""Spending of one project cut other ways: within a period, by quarter beside 用款计划, against contracts, and 补录."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from funds.grid import Columns
from funds.ledger import ISSUED_SOURCES, Ledger, Quarter, quarter_of
from funds.models import Allocation, Budget, Contract, FundDocument, Receipt, Voucher, VoucherSpell
from funds.queries.as_of import BACK, IN_FORCE, PAID, Moment, posted, waiting
from funds.queries.contracts import changes_of, signed_worth
from funds.rules.contracts import worth_on
from policy.money import ZERO, yuan
from policy.terms import Source
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


@dataclass(frozen=True, slots=True)
class Late:
    """补录: something that had happened by the business date and was posted after the posting date."""

    figure: str
    title: str
    on: date
    posted_on: date
    source: str
    amount: Decimal
    voucher: int | None = None
    note: str = ""

    @property
    def source_name(self) -> str:
        return Source(self.source).label if self.source else "—"


def late_entries(project: Project, at: Moment, until: date) -> list[Late]:
    """Business date by `at.on`, posted after `at.known` and by `until`: what explains the difference. Four statements."""
    found = [*_late_documents(project, at, until), *_late_receipts(project, at, until)]
    found += [*_late_vouchers(project, at, until), *_late_budgets(project, at, until)]
    return sorted(found, key=lambda late: (late.posted_on, late.on))


def _late_documents(project: Project, at: Moment, until: date) -> Iterator[Late]:
    rows = Allocation.objects.filter(
        project=project,
        document__state=FundDocument.State.APPROVED,
        document__dated_on__lte=at.on,
        document__approved_on__gt=at.known,
        document__approved_on__lte=until,
    )
    for row in rows.select_related("document"):
        document = row.document
        yield Late(
            "下达", document.number, document.dated_on, document.approved_on or until, document.source, row.effect
        )


def _late_receipts(project: Project, at: Moment, until: date) -> Iterator[Late]:
    rows = Receipt.objects.filter(
        project=project, received_on__lte=at.on, confirmed_on__gt=at.known, confirmed_on__lte=until
    )
    for row in rows.select_related("allocation__document"):
        document = row.allocation.document
        title = f"{row.get_kind_display()}（{document.number}）"
        yield Late("到账", title, row.received_on, row.confirmed_on, document.source, row.effect)


SHOWN = ("project", "number", "paid_on", "judged_on", "source", "amount", "reverses", "abstract")


def _late_vouchers(project: Project, at: Moment, until: date) -> Iterator[Late]:
    rows = Voucher.objects.filter(
        project=project,
        entry_number__isnull=False,  # recognised, said so that no index of all payments in that state is taken
        paid_on__lte=at.on,
        judged_on__gt=at.known,
        judged_on__lte=until,
    )
    for row in rows.only(*SHOWN):
        title = f"{'冲销' if row.reverses_id else '支出'} {row.number}"
        yield Late(
            "支出", title, row.paid_on, row.judged_on or until, row.source, row.signed_amount, row.pk, row.abstract
        )


def _late_budgets(project: Project, at: Moment, until: date) -> Iterator[Late]:
    """A budget counts from its approval: it is late only against a posting date before the business date."""
    rows = Budget.objects.filter(
        Q(approved_on__gt=at.known) & Q(approved_on__lte=min(at.on, until)), project=project, state__in=IN_FORCE
    ).prefetch_related("items")
    for row in rows:
        if row.approved_on:
            whole = sum((item.amount for item in row.items.all() if item.source in ISSUED_SOURCES), ZERO)
            title = f"预算第 {row.version} 版（{row.get_kind_display()}）"
            yield Late("预算", title, row.approved_on, row.approved_on, "", whole, note=f"财政资金合计 {yuan(whole)}")
