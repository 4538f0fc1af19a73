"""What a workbook of payments is measured against, read beforehand from the project."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from funds.importing.identity import Stamp
from funds.rules import Setting, Terms
from funds.rules.contracts import Change, Worth, tail_worth
from policy.edition import Category, Edition
from policy.findings import Finding
from policy.terms import Kind


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """A registered contract. `terms`: as signed, with what is left of it; `changes`: what changed that since."""

    id: int
    supplier: str
    procurement: str
    category: str
    terms: Terms
    changes: tuple[Change, ...] = ()

    def terms_on(self, day: date, end: date | None) -> Terms:
        """As they bind a payment of that day; `end`: of the build period."""
        return replace(self.terms, amount=tail_worth(Worth(self.terms.amount), self.changes, end=end, on=day))


@dataclass(frozen=True, slots=True)
class Standing:
    """A payment that is recorded already."""

    number: str
    paid_on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Around:
    """`contracts`, `numbers`: by the key of the number; `closed`: why the books take nothing more; `key`: seals the template."""

    setting: Setting
    unit_type: str
    on: date
    stamp: Stamp
    key: str
    contracts: Mapping[str, ContractFacts]
    numbers: Mapping[str, Standing]
    closed: tuple[Finding, ...] = ()

    @property
    def edition(self) -> Edition:
        return self.setting.edition

    @property
    def categories(self) -> tuple[Category, ...]:
        return self.edition.categories_for(Kind(self.setting.kind))
