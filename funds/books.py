"""Everything `verify_ledger` looks at, read for a batch of projects in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet, Sum

from accounts.models import Membership
from funds.models import (
    ABOUT_VOUCHER,
    EVIDENCE,
    Allocation,
    Budget,
    BudgetItem,
    BudgetLine,
    ClawBack,
    Contract,
    FoundMoney,
    FoundMoneyEntry,
    FundDocument,
    Receipt,
    Repayment,
    SentBack,
    Settlement,
    SourceLine,
    Voucher,
    VoucherSpell,
)
from projects.models import Attachment, Project


@dataclass(slots=True)
class Book:
    """The rows of one project as they stand in the database."""

    project: Project
    lines: list[Any] = field(default_factory=list)
    sources: list[Any] = field(default_factory=list)
    vouchers: list[Any] = field(default_factory=list)
    spells: list[Any] = field(default_factory=list)
    allocations: list[Any] = field(default_factory=list)
    receipts: list[Any] = field(default_factory=list)
    budgets: list[Any] = field(default_factory=list)
    items: list[Any] = field(default_factory=list)
    contracts: list[Any] = field(default_factory=list)
    settlements: list[Any] = field(default_factory=list)
    claims: list[Any] = field(default_factory=list)
    sent_back: list[Any] = field(default_factory=list)
    found_money: list[Any] = field(default_factory=list)
    evidence: dict[int, list[Any]] = field(default_factory=dict)
    hands: dict[int, set[int]] = field(default_factory=dict)
    repaid: dict[int, Any] = field(default_factory=dict)
    moved: dict[tuple[int, str], Any] = field(default_factory=dict)
    unit_people: list[Any] = field(default_factory=list)


def read(projects: Iterable[Project]) -> list[Book]:
    """Eighteen statements."""
    books = {project.pk: Book(project) for project in projects}
    ids = list(books)
    for name, rows in _rows(ids).items():
        for row in rows:
            getattr(books[row.project_id], name).append(row)
    for item in BudgetItem.objects.filter(budget__project__in=ids, budget__state=Budget.State.APPROVED).select_related(
        "budget"
    ):
        books[item.budget.project_id].items.append(item)
    _evidence(books, ids)
    _people(books, ids)
    _settled(books, ids)
    return list(books.values())


def _rows(ids: list[int]) -> dict[str, QuerySet]:
    approved = FundDocument.State.APPROVED
    return {
        "lines": BudgetLine.objects.filter(project__in=ids),
        "sources": SourceLine.objects.filter(project__in=ids),
        "vouchers": Voucher.objects.filter(project__in=ids).order_by("pk"),
        "spells": VoucherSpell.objects.filter(project__in=ids, until_on=None).order_by("pk"),
        "allocations": Allocation.objects.filter(project__in=ids, document__state=approved).select_related("document"),
        "receipts": Receipt.objects.filter(project__in=ids).select_related("allocation__document"),
        "budgets": Budget.objects.filter(project__in=ids),
        "contracts": Contract.objects.filter(project__in=ids),
        "settlements": Settlement.objects.filter(project__in=ids, state=Settlement.State.APPROVED),
        "claims": ClawBack.objects.filter(project__in=ids),
        "found_money": FoundMoney.objects.filter(project__in=ids),
    }


def _evidence(books: dict[int, Book], ids: list[int]) -> None:
    files = Attachment.objects.filter(project__in=ids, about=ABOUT_VOUCHER, purpose=EVIDENCE)
    for file in files:
        assert file.project_id is not None  # noqa: S101 - for the type checker: asked for by project
        books[file.project_id].evidence.setdefault(file.about_id, []).append(file)


def _people(books: dict[int, Book], ids: list[int]) -> None:
    """Who had a hand in each payment, and who ever held a post in the unit."""
    rows = Voucher.hands.through.objects.filter(voucher__project__in=ids)
    for project, voucher, user in rows.values_list("voucher__project", "voucher", "user"):
        books[project].hands.setdefault(voucher, set()).add(user)
    units = defaultdict(list)
    for book in books.values():
        units[book.project.organisation_id].append(book)
    for post in Membership.objects.filter(organisation__in=list(units)):
        for book in units[post.organisation_id or 0]:
            book.unit_people.append(post)


def _settled(books: dict[int, Book], ids: list[int]) -> None:
    """What was confirmed against each claim and each piece of 问题资金, and what of it may be spent no more."""
    for row in SentBack.objects.filter(claw_back__project__in=ids).select_related("claw_back"):
        books[row.claw_back.project_id].sent_back.append(row)
    paid = Repayment.objects.filter(claw_back__project__in=ids, state=Repayment.State.CONFIRMED).order_by()
    for project, claim, total in paid.values_list("claw_back__project", "claw_back").annotate(total=Sum("amount")):
        books[project].repaid[claim] = total
    moves = FoundMoneyEntry.objects.filter(
        found_money__project__in=ids, state=FoundMoneyEntry.State.CONFIRMED
    ).order_by()
    sums = moves.values_list("found_money__project", "found_money", "move").annotate(total=Sum("amount"))
    for project, found, move, total in sums:
        books[project].moved[found, move] = total
