"""Measuring one payment against the limits of its project."""

from decimal import Decimal

from django.db.models import QuerySet, Sum

from funds.models import ABOUT_VOUCHER, APPROVAL, Voucher
from funds.queries.ledgers import ledger_of
from funds.rules import Payment, Setting, check_limits
from policy.findings import Finding
from policy.money import ZERO
from policy.terms import Rank, VoucherState
from projects.models import Attachment, Project


def files_of(voucher: Voucher) -> QuerySet[Attachment]:
    return Attachment.objects.filter(project=voucher.project_id, about=ABOUT_VOUCHER, about_id=voucher.pk)


def outside(project: Project, voucher: Voucher) -> list[Finding]:
    """Every limit the payment lies outside. It must hold no reserve while this is asked."""
    approved = files_of(voucher).filter(purpose=APPROVAL).exists()
    payment = Payment(voucher.category, voucher.source, voucher.amount, voucher.paid_on, approved)
    setting = Setting(
        edition=project.edition,
        kind=project.kind,
        stage=project.stage,
        build_start_on=project.build_start_on,
        build_end_on=project.build_end_on,
        ledger=ledger_of(project),
    )
    return list(check_limits(payment, setting))


def remaining_of(voucher: Voucher) -> Decimal:
    """What may still be reversed: the amount less every 冲销 that stands or waits."""
    standing = voucher.reversals.filter(state__in=[VoucherState.SUBMITTED, VoucherState.RECOGNISED])
    return voucher.amount - (standing.aggregate(total=Sum("amount"))["total"] or ZERO)


def in_words(findings: list[Finding]) -> str:
    """One line a finding, each with its clause and rank, as the payment keeps it."""
    return "\n".join(
        f"{finding.message}（依据：{finding.clause}，{Rank(finding.rank).label}）"
        if finding.clause
        else finding.message
        for finding in findings
    )
