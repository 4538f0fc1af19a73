"""The cells that forms are made of."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from papers.layout import Cell

_FIGURE = re.compile(r"(-?\d[\d,]*(?:\.\d+)?)(%?)")


def head(text: str, span: int = 1, rows: int = 1, size: float | None = None) -> Cell:
    return Cell(text, span, rows, head=True, size=size)


def left(text: str, span: int = 1, rows: int = 1, note: str = "", size: float | None = None) -> Cell:
    return Cell(text, span, rows, align="left", note=note, size=size)


def high(text: str, span: int = 1) -> Cell:
    """Long words that stand beside others: they begin at the same height."""
    return Cell(text, span, align="left", top=True)


def figure(text: str, span: int = 1, rows: int = 1) -> Cell:
    """A figure as it is shown ("1,234.50", "87.30%"); words that are none stay words."""
    found = _FIGURE.fullmatch(text)
    if found is None:
        return Cell(text, span, rows)
    number = Decimal(found[1].replace(",", ""))
    return Cell(text, span, rows, number=number / 100 if found[2] else number)


def upright(text: str, rows: int) -> Cell:
    """A heading at the side, one sign below the other."""
    return Cell("\n".join(text), rows=rows)


def reach(rows: Sequence[Mapping[str, str]], keys: Iterable[str]) -> list[int]:
    """Over how many rows the values under these keys stay the same, from each row on; 0 inside such a run."""
    values = [[row[key] for key in keys] for row in rows]
    found: list[int] = []
    for place, own in enumerate(values):
        if place and values[place - 1] == own:
            found.append(0)
        else:
            found.append(next((n for n, other in enumerate(values[place:]) if other != own), len(values) - place))
    return found
