"""What a workbook of payments is measured against; eight statements, however many rows it has."""

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db.models import Q, QuerySet, Sum

from accounts.models import User
from funds.importing import Around, ContractFacts, PaymentList, Stamp, Standing, read_payments
from funds.models import ABOUT_CONTRACT, PaymentImport, Voucher
from funds.queries.contracts import changes_of
from funds.queries.ledgers import ledger_of
from funds.queries.limits import hold_of
from funds.queries.settlements import settled
from funds.rules import Setting, Terms, check_open_books
from policy.money import ZERO
from policy.spelling import number_key
from policy.terms import VoucherState
from projects.models import Attachment, Project

TAKEN = Q(state=VoucherState.RECOGNISED) | Q(state=VoucherState.SUBMITTED, fits=True)


def around_of(project: Project, on: date) -> Around:
    setting = Setting(
        edition=project.edition,
        kind=project.kind,
        stage=project.stage,
        build_start_on=project.build_start_on,
        build_end_on=project.build_end_on,
        ledger=ledger_of(project),
        hold=hold_of(project),
    )
    numbers = project.vouchers.filter(reverses=None).order_by().values_list("number", "paid_on", "amount")
    return Around(
        setting=setting,
        unit_type=project.organisation.unit_type,
        on=on,
        stamp=Stamp(project.pk, project.label),
        key=settings.SECRET_KEY,
        contracts=_contracts(project),
        numbers={number_key(row[0]): Standing(*row) for row in numbers},
        closed=tuple(check_open_books(settled=settled(project))),
    )


def _contracts(project: Project) -> dict[str, ContractFacts]:
    """As `limits.terms_of` has each of them, for all at once."""
    rows = list(project.contracts.filter(voided_on=None))
    changes = changes_of(row.pk for row in rows)
    paid = _sums(project.vouchers.filter(TAKEN, reverses=None), "contract")
    back = Voucher.objects.filter(
        reverses__project=project, reverses__state=VoucherState.RECOGNISED, state=VoucherState.RECOGNISED
    )
    reversed_of = _sums(back, "reverses__contract")
    papers = Attachment.objects.filter(project=project, about=ABOUT_CONTRACT).values_list("about_id", flat=True)
    proved = set(papers)
    found = {}
    for row in rows:
        used = paid.get(row.pk, ZERO) - reversed_of.get(row.pk, ZERO)
        terms = Terms(row.number, row.signed_on, row.amount, used, row.pk in proved)
        found[number_key(row.number)] = ContractFacts(
            row.pk, row.supplier, row.procurement, row.category, terms, tuple(changes.get(row.pk, ()))
        )
    return found


def _sums(rows: QuerySet[Voucher], under: str) -> dict[int, Decimal]:
    sums = rows.exclude(**{under: None}).order_by().values_list(under).annotate(sum=Sum("amount"))
    return dict(sums)


def imports_of(project: Project, user: User) -> QuerySet[PaymentImport]:
    """Their own uploads: who uploaded a file confirms it."""
    return project.payment_imports.filter(uploaded_by=user)


def read_import(kept: PaymentImport, project: Project, on: date) -> PaymentList:
    return read_payments(bytes(kept.content), around_of(project, on))
