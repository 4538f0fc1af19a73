"""问题资金 opened by what other acts decide: a 不认定, or an audit finding with an amount. Parts of running operations.

What is open of a payment is never more than the payment, so that no yuan of it stands wrong twice. A row nothing was
put right of is raised by what comes later; one that people have begun to settle stays as it is, and a new row is opened.
"""

from datetime import date
from decimal import Decimal

from accounts.models import User
from funds import balances
from funds.models import AuditFinding, FoundMoney, Voucher
from policy.edition import EditionError
from policy.money import ZERO

DISALLOWED = "disallowed"  # FoundMoney.kind of a 不认定; the others are the finding kinds of the edition


def open_for_voucher(voucher: Voucher, *, actor: User, on: date) -> None:
    """What is 不认定 is found wrong as a whole, with the opinion as the fact (handbook 5)."""
    rows = list(FoundMoney.objects.filter(voucher=voucher).order_by("pk"))
    # What came back or was written off needs no putting right again; a proof is overtaken by the verdict.
    more = voucher.amount - sum((row.left + row.recovered + row.written_off for row in rows), ZERO)
    untouched = _untouched(rows)
    if untouched:
        balances.raise_found(untouched.pk, more)
    elif more > ZERO:
        FoundMoney.objects.create(
            project_id=voucher.project_id,
            voucher=voucher,
            kind=DISALLOWED,
            fact=f"支出 {voucher.number} 不认定：{voucher.opinion}"[:500],
            clause=_clause(voucher),
            found=more,
            left=more,
            found_by=actor,
            found_on=on,
        )


def _untouched(rows: list[FoundMoney]) -> FoundMoney | None:
    """The last row, while nothing of it is put right."""
    return rows[-1] if rows and rows[-1].left == rows[-1].found else None


def _clause(voucher: Voucher) -> str:
    """The clause its category stands on; a category of no edition has none."""
    try:
        return voucher.project.edition.category(voucher.category).basis.clause
    except EditionError:
        return ""


def open_for_finding(finding: AuditFinding, *, actor: User, on: date) -> None:
    """A finding without an amount opens nothing; one about a payment no more than the payment has room for."""
    voucher, amount = finding.voucher, finding.amount
    if not amount:
        return
    rows = list(FoundMoney.objects.filter(voucher=voucher).order_by("pk")) if voucher else []
    if voucher and rows:
        amount = min(amount, voucher.amount - sum((row.left for row in rows), ZERO))
    if untouched := _untouched(rows):
        balances.raise_found(untouched.pk, amount)
        if untouched.finding_id is None:
            FoundMoney.objects.filter(pk=untouched.pk).update(finding=finding)
    elif amount > ZERO:
        FoundMoney.objects.create(
            project_id=finding.case.project_id,
            voucher=voucher,
            finding=finding,
            kind=finding.kind,
            fact=finding.fact,
            clause=finding.clause,
            found=amount,
            left=amount,
            found_by=actor,
            found_on=on,
        )


def left_of(finding: AuditFinding) -> Decimal:
    """What of the money this finding speaks of is not put right; a payment's rows stand for all findings about it."""
    rows = FoundMoney.objects.filter(finding=finding)
    if finding.voucher_id:
        rows = rows | FoundMoney.objects.filter(voucher=finding.voucher_id)
    return sum((row.left for row in rows.distinct()), ZERO)
