"""审计问题类型: the taxonomy an edition gives for what an audit may find, each with its clause and rank."""

from dataclasses import dataclass
from typing import Any

from policy.edition import Basis

# How grave a problem is taken to be (handbook 7); the person who records a finding may say otherwise.
LEVELS = {"minor": "一般", "major": "较重", "severe": "严重"}


@dataclass(frozen=True, slots=True)
class FindingKind:
    code: str
    name: str
    level: str
    basis: Basis


def read(row: Any) -> FindingKind:
    """One row of `finding_kinds`, from the table reader of policy/loader.py."""
    return FindingKind(row.text("code"), row.text("name"), row.word("level", LEVELS), row.basis())
