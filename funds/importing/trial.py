"""What would become of payments submitted one after the other: each takes its share, the next one sees what is left."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from funds.importing.around import Around, ContractFacts
from funds.ledger import Ledger, Line, SourceBalance
from funds.rules import Payment, check_limits
from policy.findings import Finding


class Trial:
    """The limits are those of a submission; drafts hold nothing, so this is a forecast and says so."""

    def __init__(self, around: Around) -> None:
        self._setting = around.setting
        self._closed = around.closed
        self._contracts: dict[int, ContractFacts] = {one.id: one for one in around.contracts.values()}

    def outside(self, entry: Mapping[str, Any]) -> list[Finding]:
        """Every limit this payment would lie outside; where there is none, it takes its share."""
        contract = self._contracts.get(entry["contract"])
        payment = Payment(
            category=entry["category"],
            source=entry["source"],
            amount=entry["amount"],
            paid_on=entry["paid_on"],
            contract=contract.terms_on(entry["paid_on"], self._setting.build_end_on) if contract else None,
        )
        found = [*self._closed, *check_limits(payment, self._setting)]
        if not found:
            self._take(payment, contract)
        return found

    def _take(self, payment: Payment, contract: ContractFacts | None) -> None:
        ledger = self._setting.ledger
        lines = tuple(_reserved(line, payment) for line in ledger.lines)
        sources = tuple(_held(balance, payment) for balance in ledger.sources)
        self._setting = replace(self._setting, ledger=_moved(ledger, lines, sources))
        if contract:
            terms = replace(contract.terms, used=contract.terms.used + payment.amount)
            self._contracts[contract.id] = replace(contract, terms=terms)


def _moved(ledger: Ledger, lines: tuple[Line, ...], sources: tuple[SourceBalance, ...]) -> Ledger:
    return replace(ledger, lines=lines, sources=sources)


def _reserved(line: Line, payment: Payment) -> Line:
    same = (line.category, line.source) == (payment.category, payment.source)
    return replace(line, reserved=line.reserved + payment.amount) if same else line


def _held(balance: SourceBalance, payment: Payment) -> SourceBalance:
    same = balance.source == payment.source
    return replace(balance, reserved=balance.reserved + payment.amount) if same else balance
