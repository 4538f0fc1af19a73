"""The only hands on the balance rows. Each move is one conditional UPDATE a row, so that no two payments ever take the
same money, whatever races; the CHECKs stand behind it (design/trust.md, fact 1).
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db.models import F, Q, Sum

from funds.ledger import ISSUED_SOURCES
from funds.models import Budget, BudgetLine, ClawBack, FoundMoney, Repayment, SentBack, SourceLine, Voucher
from policy.findings import refuse
from policy.money import ZERO
from policy.terms import FoundMoneyMove, Source
from projects.fields import money
from projects.models import Project

Cells = Mapping[tuple[str, str], Decimal]


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


def repay(claw_back_id: int, amount: Decimal) -> None:
    """Take a confirmed 缴回 off what is left of its claim, never below nothing."""
    paid = money(amount)
    if not ClawBack.objects.filter(pk=claw_back_id, left__gte=paid).update(left=F("left") - paid):
        refuse("left", "本笔超过尚未缴回的金额，可能刚有另一笔缴回确认，请刷新后核对。")


def raise_found(found_id: int, more: Decimal) -> None:
    """More of the same payment is found wrong."""
    if more > 0:
        added = money(more)
        FoundMoney.objects.filter(pk=found_id).update(found=F("found") + added, left=F("left") + added)


def put_right(found_id: int, move: FoundMoneyMove, amount: Decimal) -> None:
    """Move a confirmed amount from 未整改余额 to 补证, 追回 or 核销, never more than is left."""
    part, column = money(amount), FoundMoneyMove(move).value
    rows = FoundMoney.objects.filter(pk=found_id, left__gte=part)
    if not rows.update(**{"left": F("left") - part, column: F(column) + part}):
        refuse("left", "本笔超过未整改余额，可能刚有另一笔复核通过，请刷新后核对。")


def take_back(project: Project, source: str, amount: Decimal) -> None:
    """Lower what payments may take by what left again, never below what they have taken."""
    if not amount:
        return
    free = F("reserved") + F("spent") + money(amount)
    lines = SourceLine.objects.filter(project=project, source=source, limit__gte=free)
    if not lines.update(limit=F("limit") - money(amount)):
        refuse(
            "used", f"「{project.name}」可用余额不足 {amount:,} 元：其余已支出或被待认定的支出占用，不能收回或更正。"
        )


def send_back(project: Project, claim: ClawBack | None, *, on: date) -> None:
    """What came back under a claim that ends is not there to be spent: taken off the sources in their order.

    What no source has free was interest, which no payment may take.
    """
    rows = Repayment.objects.filter(claw_back=claim, state=Repayment.State.CONFIRMED)
    rest = rows.aggregate(total=Sum("amount"))["total"] or ZERO
    lines = {line.source: line for line in SourceLine.objects.filter(project=project, source__in=ISSUED_SOURCES)}
    for source in (one for one in Source.values if one in lines):
        line = lines[source]
        part = min(rest, max(line.limit - line.reserved - line.spent, ZERO))
        if claim and part:
            take_back(project, source, part)
            SentBack.objects.create(claw_back=claim, source=source, amount=part, on=on)
        rest -= part


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


def move_budget(project_id: int, before: Cells, after: Cells) -> None:
    """调剂: lower the lines that give, never below what is committed, then raise those that take."""
    moves = {cell: after.get(cell, ZERO) - before.get(cell, ZERO) for cell in sorted({*before, *after})}
    for (category, source), move in moves.items():
        if move < 0:
            free = F("reserved") + F("spent") + money(-move)
            lines = BudgetLine.objects.filter(project=project_id, category=category, source=source, budget__gte=free)
            if not lines.update(budget=F("budget") - money(-move)):
                refuse("committed", f"「{category}」刚有支出占用了要调出的额度，本次调剂不能生效，请退回后重新提出。")
    for (category, source), move in moves.items():
        if move > 0:
            BudgetLine.objects.get_or_create(
                project_id=project_id, category=category, source=source, defaults={"budget": ZERO}
            )
            lines = BudgetLine.objects.filter(project=project_id, category=category, source=source)
            lines.update(budget=F("budget") + money(move))
