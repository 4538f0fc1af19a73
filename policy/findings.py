"""What a rule says: a message for the reader, a clause and a rank for the auditor, a severity for the machine."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NoReturn

from policy.terms import Rank, Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a rule has to say.

    `field` names the form field it is about, `link` the URL name of the page where it is mended.
    """

    code: str
    severity: Severity
    message: str
    clause: str = ""
    rank: Rank = Rank.DEFAULT
    field: str = ""
    link: str = ""

    @property
    def blocks(self) -> bool:
        return self.severity == Severity.BLOCKING


class Refused(Exception):
    """A rule forbids the operation; the findings say why, in words fit for the user."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("；".join(finding.message for finding in self.findings))


def blocking(code: str, message: str, clause: str = "", *, rank: Rank = Rank.DEFAULT, field: str = "") -> Finding:
    return Finding(code, Severity.BLOCKING, message, clause, rank, field)


def basis_words(clause: str, rank: str) -> str:
    """A clause with its rank, said once where they are the same words."""
    label = Rank(rank).label
    return "" if not clause else label if clause == label else f"{clause}，{label}"


def refuse(code: str, message: str, clause: str = "", *, field: str = "") -> NoReturn:
    raise Refused([blocking(code, message, clause, field=field)])


def refuse_if_blocking(findings: Iterable[Finding]) -> None:
    found = [finding for finding in findings if finding.blocks]
    if found:
        raise Refused(found)
