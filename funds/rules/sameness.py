"""Whether two payments are of one matter, however payee, seller and contract were typed (L9)."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

MARKS = re.compile(r"[\W_]+")
LEGAL_FORMS = ("有限责任公司", "股份有限公司", "有限公司", "公司")


def bare(text: str) -> str:
    """Width, case, spaces and every mark taken away."""
    return MARKS.sub("", unicodedata.normalize("NFKC", text)).upper()


def firm(name: str) -> str:
    """A name as a key: bare, without its legal form. A name that is nothing else keeps it."""
    found = bare(name)
    form = next((one for one in LEGAL_FORMS if found.endswith(one)), "")
    return found.removesuffix(form) or found


@dataclass(frozen=True, slots=True)
class Party:
    """Whom and what a payment is about. `contracts`: numbers typed or registered; `contract`: the registered one."""

    names: frozenset[str]
    contracts: frozenset[str]
    contract: int | None = None

    @property
    def keys(self) -> frozenset[str]:
        """Two payments are of one matter exactly when they share one of these (`same` says which)."""
        registered = () if self.contract is None else (f"合同 {self.contract}",)
        return frozenset([*self.names, *(f"合同号 {number}" for number in self.contracts), *registered])


def party(names: Iterable[str], contracts: Iterable[str], contract: int | None = None) -> Party:
    return Party(
        frozenset(map(firm, names)) - {""},
        frozenset(map(bare, contracts)) - {""},
        contract,
    )


def same(one: Party, other: Party) -> tuple[str, ...]:
    """The keys in which both agree, as people call them; none: two different matters."""
    found = []
    if one.names & other.names:
        found.append("收款方或开票方")
    if one.contract is not None and one.contract == other.contract:
        found.append("合同")
    elif one.contracts & other.contracts:
        found.append("合同号")
    return tuple(found)
