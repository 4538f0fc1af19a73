"""What a workbook of payments is measured against, read beforehand from the project."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from funds.importing.identity import Stamp
from funds.rules import Setting, Terms
from policy.edition import Category, Edition
from policy.findings import Finding
from policy.terms import Kind
from workbooks.cells import half_width


def plain_number(text: str) -> str:
    """A voucher or contract number as compared: width, blanks and case aside."""
    return half_width(text).upper()


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """A registered contract. `terms`: what is left of it for payments after the build period."""

    id: int
    supplier: str
    procurement: str
    category: str
    terms: Terms


@dataclass(frozen=True, slots=True)
class Standing:
    """A payment that is recorded already."""

    number: str
    paid_on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Around:
    """`contracts`, `numbers`: by plain number; `closed`: why the books take nothing more; `key`: seals the template."""

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
