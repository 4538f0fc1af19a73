"""The only hands on the balance rows. Each move is one conditional UPDATE a row, so that no two payments ever take the
same money, whatever races; the CHECKs stand behind it (design/trust.md, fact 1).
"""

from decimal import Decimal

from django.db.models import F, Q

from funds.ledger import ISSUED_SOURCES
from funds.models import Budget, BudgetLine, SourceLine, Voucher
from policy.findings import refuse
from policy.terms import Source
from projects.fields import money
from projects.models import Project


def reserve(voucher: Voucher) -> None:
    """Hold the amount of a submitted payment."""
    _take(voucher, "reserved")


def spend(voucher: Voucher) -> None:
    """Post the amount of a recognised payment."""
    _take(voucher, "spent")


def release(voucher: Voucher) -> None:
    """Give back what a submitted payment held."""
    _give_back(voucher, "reserved")


def unspend(voucher: Voucher) -> None:
    """Give back what a recognised 冲销 takes off the spending."""
    _give_back(voucher, "spent")


def _take(voucher: Voucher, column: str) -> None:
    amount = money(voucher.amount)
    used = F("reserved") + F("spent") + amount
    lines = BudgetLine.objects.filter(_of(voucher), category=voucher.category, budget__gte=used)
    sources = SourceLine.objects.filter(_of(voucher), limit__gte=used)
    moved = {column: F(column) + amount}
    if not (lines.update(**moved) and sources.update(**moved)):
        refuse("balance", "余额刚被另一笔支出占用，请刷新后重试。")


def _give_back(voucher: Voucher, column: str) -> None:
    amount = money(voucher.amount)
    moved = {column: F(column) - amount}
    lines = BudgetLine.objects.filter(_of(voucher), category=voucher.category).update(**moved)
    sources = SourceLine.objects.filter(_of(voucher)).update(**moved)
    if not (lines and sources):
        raise RuntimeError(f"voucher {voucher.pk} has no balance rows")


def _of(voucher: Voucher) -> Q:
    return Q(project=voucher.project_id, source=voucher.source)


def receive(project: Project, source: str, amount: Decimal) -> None:
    """Raise what payments may take by what came in."""
    SourceLine.objects.get_or_create(project=project, source=source)
    SourceLine.objects.filter(project=project, source=source).update(limit=F("limit") + money(amount))


def open_budget(budget: Budget) -> None:
    """Make the balance rows of an approved budget; own money may be spent up to its plan."""
    items = list(budget.items.order_by("pk"))
    BudgetLine.objects.bulk_create(
        BudgetLine(project_id=budget.project_id, category=item.category, source=item.source, budget=item.amount)
        for item in items
    )
    for source in {Source(item.source) for item in items}:
        plan = Decimal(0) if source in ISSUED_SOURCES else sum(i.amount for i in items if i.source == source)
        SourceLine.objects.get_or_create(project_id=budget.project_id, source=source, defaults={"limit": plan})
