"""疑点 that rows of a workbook would raise once all of them are submitted: the rules of a submission, nothing written."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from funds.importing import PaymentList
from funds.queries.flags import surroundings_of
from funds.rules import invoice_key
from funds.rules.flags import Contracted, Paid, Surroundings, Suspicion, suspicions
from policy.money import ZERO
from projects.models import Project

AFTER_ALL = 10**12  # ids above every payment that stands: on one day the rows of the file come last, in their order


def expected_flags(
    found: PaymentList, project: Project, on: date, wanted: Container[int] | None = None
) -> list[list[Suspicion]]:
    """One list a row, empty where it would not be recorded. As many statements for one row as for thousands.

    `wanted`: numbers of the rows to look at, each beside all of them; None: all. The work grows with the rows of one
    payee squared.
    """
    planned = {number: _paid(AFTER_ALL + number, line.entry) for number, line in enumerate(found.lines) if line.ready}
    around = with_planned(surroundings_of(project, list(planned.values()), on=on), planned.values())
    asked = {number for number in planned if wanted is None or number in wanted}
    return [suspicions(planned[number], around) if number in asked else [] for number in range(len(found.lines))]


def _paid(pk: int, entry: Mapping[str, Any]) -> Paid:
    """As it would be kept (`record_voucher`) and submitted."""
    seller = entry.get("invoice_seller") or ""
    number = entry.get("invoice_number") or ""
    return Paid(
        id=pk,
        number=entry["number"],
        paid_on=entry["paid_on"],
        category=entry["category"],
        payee=entry["payee"],
        abstract=entry.get("abstract") or "",
        amount=entry["amount"],
        pay_way=entry["pay_way"],
        invoice_key=invoice_key(number, seller, entry["payee"]),
        invoice_number=number,
        invoice_total=entry.get("invoice_total"),
        quantity=entry.get("quantity"),
        unit_price=entry.get("unit_price"),
        carded=bool(entry.get("asset_card")),
        contract=entry.get("contract"),
        seller=seller,
        contract_numbers=(entry.get("contract_number") or "",),
    )


def with_planned(around: Surroundings, planned: Iterable[Paid]) -> Surroundings:
    """The rows stand beside each other as they would after being submitted."""
    planned = list(planned)
    return replace(
        around,
        by_invoice=_joined(around.by_invoice, planned, lambda paid: [paid.invoice_key] if paid.invoice_key else []),
        by_party=_joined(around.by_party, planned, lambda paid: paid.party.keys),
        contracts=_paid_under(around.contracts, planned),
        usual=_usual(around.usual, planned),
    )


def _joined(standing: Mapping[str, tuple[Paid, ...]], planned: list[Paid], keys: Any) -> dict[str, tuple[Paid, ...]]:
    found = {key: list(rows) for key, rows in standing.items()}
    for paid in planned:
        for key in keys(paid):
            found.setdefault(key, []).append(paid)
    return {key: tuple(sorted(rows, key=lambda row: (row.paid_on, row.id))) for key, rows in found.items()}


def _paid_under(standing: Mapping[int, Contracted], planned: list[Paid]) -> dict[int, Contracted]:
    more: dict[int | None, Decimal] = {}
    for paid in planned:
        more[paid.contract] = more.get(paid.contract, ZERO) + paid.amount
    return {pk: replace(one, paid=one.paid + more.get(pk, ZERO)) for pk, one in standing.items()}


def _usual(standing: Mapping[str, tuple[Decimal, ...]], planned: list[Paid]) -> dict[str, tuple[Decimal, ...]]:
    found = dict(standing)
    for paid in planned:
        found[paid.category] = (*found.get(paid.category, ()), paid.amount)
    return found
