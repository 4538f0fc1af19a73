"""Many grids on one sheet: the columns that serve them all, and how high a row must be for its words."""

import math
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import accumulate

from papers.layout import Cell, Grid, Placed, behind

NEAR = 0.008  # of the width: edges closer than this are one
LOOSE = 0.06  # where nothing but looks depends on it
_LEADING = 1.35
_PADDING = 5.0


def fractions(columns: Sequence[float]) -> tuple[float, ...]:
    """Where the columns of a grid end, 0 to 1, both borders among them."""
    whole = sum(columns)
    return (0.0, *(edge / whole for edge in accumulate(columns)))


def shared(grids: Iterable[tuple[Sequence[float], float]]) -> tuple[list[float], list[tuple[int, ...]]]:
    """All edges in order, and for each grid (its columns, how near counts as same) the numbers of its edges."""
    known: list[float] = [0.0, 1.0]
    found: list[list[float]] = []
    for columns, near in grids:
        own: list[float] = [0.0]
        for edge in fractions(columns)[1:-1]:
            close = [one for one in known if own[-1] < one < 1.0 and abs(one - edge) <= near]
            best = min(close, key=lambda one: abs(one - edge), default=max(edge, own[-1] + 1e-4))
            if best not in known:
                known.append(best)
            own.append(best)
        found.append([*own, 1.0])
    order = sorted(known)
    return order, [tuple(order.index(edge) for edge in own) for own in found]


def lines(text: str, room: float, size: float) -> int:
    """How many lines of `room` points a text takes."""
    return sum(max(1, math.ceil(_width(one) * size / max(room, size))) for one in text.split("\n"))


def _width(text: str) -> float:
    """In signs of full width."""
    return sum(1.0 if unicodedata.east_asian_width(sign) in "WFA" else 0.55 for sign in text)


def heights(grid: Grid, cells: Iterable[Placed], width: float, size: float) -> list[float]:
    """Points for each row, so that every cell shows all its words in `width` points."""
    ends = fractions(grid.columns)
    found = [size * _LEADING + _PADDING] * len(grid.rows)
    for one in sorted(cells, key=lambda one: one.cell.rows):
        cell = one.cell
        room = (ends[one.column + cell.span] - ends[one.column]) * width - _PADDING
        need = height(cell, room, size)
        rows = range(one.row, one.row + cell.rows)
        lack = need - sum(found[row] for row in rows)
        for row in rows:
            found[row] += max(lack, 0) / cell.rows
    return found


def height(cell: Cell, room: float, size: float) -> float:
    said = cell.text + behind(cell)
    own = cell.size or size
    return lines(said, room, own) * own * _LEADING + _PADDING
