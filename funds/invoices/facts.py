"""What an invoice says, and the words and spellings it says it in."""

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation

from policy.money import LARGEST, ZERO

NUMBER = re.compile(r"\d{20}|\d{8}")
DAY = re.compile(r"(\d{4})\s*[年\-/.]?\s*(\d{1,2})\s*[月\-/.]?\s*(\d{1,2})")
AMOUNT = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,12}(?:\.\d{1,2})?")
LONGEST_NAME = 120


class Unreadable(Exception):
    """The file is no invoice that can be read; the message is for people."""


@dataclass(frozen=True, slots=True)
class Invoice:
    """`total`: 价税合计; `tax`: 税额. None and "" where the file does not say."""

    number: str = ""
    seller: str = ""
    on: date | None = None
    total: Decimal | None = None
    tax: Decimal | None = None

    def completed_by(self, other: "Invoice") -> "Invoice":
        """What this one lacks, taken from another reading of the same invoice."""
        names = ("number", "seller", "on", "total", "tax")
        return replace(self, **{name: getattr(self, name) or getattr(other, name) for name in names})


def number_of(text: str | None) -> str:
    found = NUMBER.fullmatch(narrow(text))
    return found[0] if found else ""


def day_of(text: str | None) -> date | None:
    found = DAY.match(narrow(text))
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def amount_of(text: str | None) -> Decimal | None:
    """A positive amount; a red invoice (负数) is not for filling in a payment."""
    bare = narrow(text).lstrip("¥").strip()
    if not AMOUNT.fullmatch(bare):
        return None
    try:
        amount = Decimal(bare.replace(",", ""))
    except InvalidOperation:
        return None
    return amount if ZERO < amount <= LARGEST else None


def name_of(text: str | None) -> str:
    return " ".join(narrow(text).split())[:LONGEST_NAME]


def narrow(text: str | None) -> str:
    return unicodedata.normalize("NFKC", text or "").strip()
