"""What a page or an answer of the API shows of one matter of money, as one short word: who signs or decides sends it back,
and the operation compares it under its lock (funds/operations/seen.py).
"""

from collections.abc import Iterable
from functools import singledispatch
from typing import Any

from django.db.models import Model

from funds.models import (
    ABOUT_ASSET,
    ABOUT_CONTRACT,
    ABOUT_FINDING,
    ABOUT_VOUCHER,
    Allocation,
    Ask,
    Asset,
    AuditCase,
    AuditFinding,
    Batch,
    Budget,
    Contract,
    FoundMoney,
    Package,
    Receipt,
    Release,
    Voucher,
)
from funds.queries.audits import finding_word, papers_of
from funds.queries.budgets import budget_version
from projects.models import Attachment
from ui.versions import told as columns
from ui.versions import version_of

# Of a payment: who keeps the draft and which batch it lies in say nothing of what is signed or judged. Of an audit: the
# population is kept once, when it is opened.
ASIDE = {Voucher: {"handed_to_id", "batch_id", "after_stop"}, AuditCase: {"frame"}}


def told(row: Model) -> list[list[str]]:
    return columns(row, ASIDE.get(type(row), ()))


def _papers(about: Iterable[str], ids: Iterable[int]) -> list[int]:
    rows = Attachment.objects.filter(about__in=list(about), about_id__in=list(ids))
    return list(rows.order_by("pk").values_list("pk", flat=True))


@singledispatch
def word_of(row: Any) -> str:
    """Of a row that stands by itself, a 清算 or a 拨付 say; of nothing where nothing is shown."""
    return version_of(told(row) if row is not None else None)


@word_of.register
def _(row: Voucher) -> str:
    return version_of(*_payments([row]))


def _payments(rows: Iterable[Voucher]) -> list[Any]:
    """Their facts, their papers and what finance asked about them. Two statements, however many."""
    found = list(rows)
    ids = [row.pk for row in found]
    asks = Ask.objects.filter(voucher__in=ids).order_by("pk").values_list("pk", "answered_on")
    return [[told(row) for row in found], _papers([ABOUT_VOUCHER], ids), [[pk, str(day)] for pk, day in asks]]


@word_of.register
def _(row: Batch) -> str:
    return version_of(told(row), *_payments(row.vouchers.order_by("pk")))


@word_of.register
def _(row: Budget) -> str:
    return budget_version(row)


@word_of.register
def _(row: Allocation) -> str:
    return allocation_word(row, row.receipts.all(), row.releases.all())


def allocation_word(row: Allocation, receipts: Iterable[Receipt], releases: Iterable[Release]) -> str:
    """With what came of it and what was sent on."""
    sent = sorted([one.pk, str(one.state)] for one in releases)
    return version_of(told(row), sorted(one.pk for one in receipts), sent)


@word_of.register
def _(row: Contract) -> str:
    return version_of(told(row), _papers([ABOUT_CONTRACT], [row.pk]))


@word_of.register
def _(row: Package) -> str:
    items = sorted(row.items.all(), key=lambda one: one.pk)
    return version_of(told(row), [told(item) for item in items])


@word_of.register
def _(row: Asset) -> str:
    return version_of(told(row), _papers([ABOUT_ASSET], [row.pk]))


@word_of.register
def _(row: AuditFinding) -> str:
    papers = papers_of(row.case.project, [row])[row.pk]
    return finding_word(row, papers, FoundMoney.objects.filter(finding=row))


@word_of.register
def _(row: AuditCase) -> str:
    findings = list(row.findings.order_by("number"))
    return version_of(
        told(row), [told(one) for one in findings], _papers([ABOUT_FINDING], [one.pk for one in findings])
    )
