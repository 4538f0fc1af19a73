"""How a workbook shows a number exactly as the paper says it."""

import re
from decimal import Decimal

from papers.layout import Cell, behind

_SHOWN = re.compile(r"([^\d.,+-]*)(-?\d[\d,]*(?:\.\d+)?)([^\d]*)", re.DOTALL)
_LONGEST = 250  # Excel takes 255
_DIGITS = 15  # more do not survive in Excel's numbers


def number_format(cell: Cell) -> str:
    """The Excel format under which the cell's number reads like its text; empty where the text must stand as text.

    A number that is not what the text says, or that Excel cannot keep, is never put in the place of the words.
    """
    found = _SHOWN.fullmatch(cell.text.strip())
    if cell.number is None or found is None:
        return ""
    exact = Decimal(cell.number)
    if not exact.is_finite() or len(exact.as_tuple().digits) > _DIGITS:
        return ""
    before, shown, after = found.groups()
    places = len(shown.partition(".")[2])
    share = after.startswith("%") and _same(exact * 100, shown, places)
    if not share and not _same(exact, shown, places):
        return ""
    after = after[1:] if share else after
    body = ("#,##0" if "," in shown else "0") + ("." + "0" * places if places else "")
    made = f"{_quoted(before)}{body}{'%' if share else ''}{_quoted(after + behind(cell))}"
    return made if len(made) <= _LONGEST else ""


def _same(exact: Decimal, shown: str, places: int) -> bool:
    return abs(exact - Decimal(shown.replace(",", ""))) < Decimal(1).scaleb(-places)


def _quoted(words: str) -> str:
    """Literal words in a number format."""
    clean = words.replace('"', "").replace("\\", "").replace("\n", " ")
    return f'"{clean}"' if clean else ""
