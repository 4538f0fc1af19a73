"""What the money forms of one project list besides its ledger: what came in, and each payment, as of a day."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from accounts.models import User
from funds.models import ABOUT_VOUCHER, Asset, FundDocument, Income, Receipt, Voucher, VoucherSpell
from funds.queries.as_of import Moment, posted, waiting
from funds.queries.pages import all_names_of
from policy.money import ZERO
from policy.terms import Source, VoucherState
from projects.models import Project
from projects.queries import files_for

ASIDE = (VoucherState.QUESTIONED, VoucherState.DISALLOWED)
SOURCES = {source.value: source.label for source in Source}


@dataclass(frozen=True, slots=True)
class Inflow:
    """One sum that came in, or left again. `kind`: its source, or what income it is."""

    kind: str
    paper: str
    on: date
    amount: Decimal
    note: str = ""


@dataclass(frozen=True, slots=True)
class Paid:
    """One payment or 冲销 as a list of a past day shows it. `counted`: it was recognised by then."""

    voucher: Voucher
    category: str
    counted: bool
    stood: VoucherState
    assets: str
    files: int

    @property
    def opinion(self) -> str:
        """What finance said, with its day; of a payment that waits, that it waits."""
        if self.stood == VoucherState.SUBMITTED:
            return VoucherState.SUBMITTED.label
        said = f"{self.stood.label}（{self.voucher.judged_on}）"
        return f"{said}：{self.voucher.opinion}" if self.voucher.opinion else said


def inflows_of(project: Project, at: Moment) -> list[Inflow]:
    """到账 by source and then 收入 by kind, each in the order of its day. Two statements."""
    rows = Receipt.objects.filter(
        project=project,
        received_on__lte=at.on,
        confirmed_on__lte=at.known,
        allocation__document__state=FundDocument.State.APPROVED,
        allocation__document__dated_on__lte=at.on,
        allocation__document__approved_on__lte=at.known,
    )
    found = [_receipt(row) for row in rows.select_related("allocation__document").order_by("received_on", "pk")]
    incomes = Income.objects.filter(project=project, received_on__lte=at.on, recorded_on__lte=at.known)
    found += [_income(row) for row in incomes.order_by("received_on", "pk")]
    kinds = [*Source.values, *Income.Kind.values]
    return sorted(found, key=lambda one: kinds.index(one.kind))


def _receipt(row: Receipt) -> Inflow:
    document = row.allocation.document
    note = "" if row.kind == Receipt.Kind.ARRIVAL else str(row.get_kind_display())
    return Inflow(document.source, document.number, row.received_on, row.effect, note)


def _income(row: Income) -> Inflow:
    return Inflow(
        row.kind, row.number, row.received_on, -row.amount if row.reverses_id else row.amount,
        "冲销" if row.reverses_id else "",
    )  # fmt: skip


def payments_at(project: Project, at: Moment, reader: User) -> list[Paid]:
    """Each payment and 冲销 that finance had before it by then, the oldest first. Three statements.

    `reader`: whose files are counted. Drafts and what was sent back are left out: nobody has handed them in.
    """
    found = list(_rows(project, at))
    names, files = all_names_of(project), _files(project, reader, found)
    return [
        Paid(
            voucher=row,
            category=names.get(row.category, row.category),
            counted=row.state == VoucherState.RECOGNISED and not row.waited,
            stood=VoucherState.SUBMITTED if row.waited else VoucherState(row.state),
            assets=row.asset_card or _cards([card.card_number for card in row.cards]),
            files=files[row.pk],
        )
        for row in found
    ]


def _cards(numbers: list[str]) -> str:
    return numbers[0] + (f" 等 {len(numbers)} 张" if numbers[1:] else "") if numbers else ""


def _rows(project: Project, at: Moment) -> QuerySet:
    waited = Exists(VoucherSpell.objects.filter(waiting(at), voucher=OuterRef("pk")))
    aside = Q(state__in=ASIDE, paid_on__lte=at.on, judged_on__lte=at.known)
    rows = project.vouchers.annotate(waited=waited).filter(Q(waited=True) | posted(at) | aside)
    cards = Prefetch("assets", Asset.objects.filter(retired_on=None).order_by("pk"), to_attr="cards")
    return rows.select_related("contract").prefetch_related(cards).order_by("paid_on", "pk")


def _files(project: Project, reader: User, rows: Iterable[Voucher]) -> Counter[int]:
    kept = files_for(reader, project).filter(about=ABOUT_VOUCHER, about_id__in=[row.pk for row in rows]).order_by()
    return Counter(kept.values_list("about_id", flat=True))


def sums_of(rows: Iterable[Paid]) -> tuple[Decimal, dict[str, tuple[int, Decimal]]]:
    """What was recognised after 冲销, and of what was not counted how many and how much, by how it stands."""
    counted, aside = ZERO, dict[str, tuple[int, Decimal]]()
    for row in rows:
        if row.counted:
            counted += row.voucher.signed_amount
        else:
            count, amount = aside.get(row.stood.label, (0, ZERO))
            aside[row.stood.label] = count + 1, amount + row.voucher.signed_amount
    return counted, aside
