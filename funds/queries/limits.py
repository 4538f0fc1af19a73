"""Measuring one payment against the limits of its project."""

from datetime import timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from accounts.models import User
from funds.models import ABOUT_CONTRACT, ABOUT_VOUCHER, APPROVAL, FoundMoney, Voucher
from funds.queries.contracts import changes_of, signed_worth
from funds.queries.ledgers import ledger_of
from funds.queries.settlements import settled
from funds.rules import (
    Payment,
    Setting,
    Standing,
    Terms,
    check_limits,
    check_open_books,
    check_required,
    second_signature,
)
from funds.rules.contracts import tail_worth
from funds.rules.sameness import Party, party, same
from policy.days import window
from policy.findings import Finding, basis_words
from policy.money import ZERO
from policy.payment_fields import FIELDS
from policy.terms import Source, VoucherState
from projects.models import Attachment, Project
from projects.queries import files_for


def files_of(voucher: Voucher) -> QuerySet[Attachment]:
    return Attachment.objects.filter(project=voucher.project_id, about=ABOUT_VOUCHER, about_id=voucher.pk)


def files_shown(voucher: Voucher, user: User) -> QuerySet[Attachment]:
    """Of those, the ones this person may have."""
    return files_for(user, voucher.project).filter(about=ABOUT_VOUCHER, about_id=voucher.pk)


def outside(project: Project, voucher: Voucher) -> list[Finding]:
    """Every limit the payment lies outside. It must hold no reserve while this is asked."""
    approved = files_of(voucher).filter(purpose=APPROVAL).exists()
    terms = terms_of(voucher)
    payment = Payment(voucher.category, voucher.source, voucher.amount, voucher.paid_on, approved, terms)
    setting = Setting(
        edition=project.edition,
        kind=project.kind,
        stage=project.stage,
        build_start_on=project.build_start_on,
        build_end_on=project.build_end_on,
        ledger=ledger_of(project),
        hold=hold_of(project),
    )
    return [*check_open_books(settled=settled(project)), *check_limits(payment, setting)]


def terms_of(voucher: Voucher) -> Terms | None:
    """The contract it is paid under, as it binds a payment of that day, with what its other payments hold or have spent,
    冲销 taken off."""
    contract = voucher.contract
    if contract is None:
        return None
    taken = Q(state=VoucherState.RECOGNISED) | Q(state=VoucherState.SUBMITTED, fits=True)
    others = contract.vouchers.filter(taken, reverses=None).exclude(pk=voucher.pk)
    back = Voucher.objects.filter(reverses__in=others, state=VoucherState.RECOGNISED)
    paper = Attachment.objects.filter(project=voucher.project_id, about=ABOUT_CONTRACT, about_id=contract.pk)
    changes = changes_of([contract.pk])[contract.pk]
    worth = tail_worth(signed_worth(contract), changes, end=voucher.project.build_end_on, on=voucher.paid_on)
    return Terms(contract.number, contract.signed_on, worth, _sum(others) - _sum(back), paper.exists())


def _sum(rows: QuerySet[Voucher]) -> Decimal:
    return rows.order_by().aggregate(total=Sum("amount"))["total"] or ZERO


def hold_of(project: Project) -> str:
    """The 暂停 that stands over the money of a project, in words; "" where none does."""
    hold = project.holds.filter(lifted_on=None).select_related("placed_by").first()
    return f"专项资金自 {hold.placed_on} 起暂停使用（{hold.placed_by.number}：{hold.reason}）。" if hold else ""


def missing(project: Project, voucher: Voucher) -> list[Finding]:
    """Every fact the edition asks of such a payment and that it does not state."""
    facts = {name: getattr(voucher, name) for name in FIELDS}
    return list(
        check_required(
            project.edition,
            category=voucher.category,
            unit_type=project.organisation.unit_type,
            source=voucher.source,
            amount=voucher.amount,
            facts=facts,
        )
    )


def missing_words(findings: list[Finding]) -> str:
    """The missing facts by name, in one line."""
    return "、".join(FIELDS[finding.field] for finding in findings)


def party_of(voucher: Voucher) -> Party:
    numbers = (voucher.contract_number, voucher.contract.number if voucher.contract else "")
    return party((voucher.payee, voucher.invoice_seller), numbers, voucher.contract_id)


def why_second(project: Project, voucher: Voucher) -> str:
    """Why two persons of finance must say 认定; "" where one is enough. What has the first of two signatures counts with
    what is 认定, or the order of the verdicts would decide. Two statements."""
    edition, mine = project.edition, party_of(voucher)
    span = timedelta(days=edition.number("rolling_days"))
    signed = Q(state=VoucherState.RECOGNISED) | Q(state=VoucherState.SUBMITTED, first_judged_by__isnull=False)
    near = project.vouchers.filter(signed, paid_on__range=window(voucher.paid_on, span), reverses=None)
    rows = near.exclude(Q(pk=voucher.pk) | Q(source=Source.OWN))
    back = Voucher.objects.filter(reverses__in=rows, state=VoucherState.RECOGNISED).order_by()
    reversed_of = dict(back.values_list("reverses").annotate(total=Sum("amount")))
    others = [
        Standing(
            row.paid_on,
            row.amount - reversed_of.get(row.pk, ZERO),
            same(mine, party_of(row)),
        )
        for row in rows.select_related("contract")
    ]
    return second_signature(
        edition, source=voucher.source, amount=voucher.amount, paid_on=voucher.paid_on, others=others
    )


def proved(voucher: Voucher) -> bool:
    """Whether all that was found of it, the last 不认定 included, is wholly 补证 (handbook 5)."""
    rows = list(FoundMoney.objects.filter(voucher=voucher))
    return bool(rows) and all(row.proved == row.found for row in rows)


def remaining_of(voucher: Voucher) -> Decimal:
    """What may still be reversed: the amount less every 冲销 that stands or waits."""
    standing = voucher.reversals.filter(state__in=[VoucherState.SUBMITTED, VoucherState.RECOGNISED])
    return voucher.amount - (standing.aggregate(total=Sum("amount"))["total"] or ZERO)


def in_words(findings: list[Finding]) -> str:
    """One line a finding, each with its clause and rank, as the payment keeps it."""
    return "\n".join(
        f"{finding.message}（依据：{basis_words(finding.clause, finding.rank)}）" if finding.clause else finding.message
        for finding in findings
    )
