"""Where a drawing leads on: invisible fields over its bars, cells and points, each named by row and column of the table.

The drawing is shared by different questions, so a field only says which row it is; reports/statistics/inline.py puts the
address of the reader's own row in its place.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reports.statistics.tables import Spot, Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROW, SPOT = "row", "spot"
STACKED = frozenset({"problems", "levels"})
REACH = 8  # pixels around a point
NAMED = 3


@dataclass(frozen=True, slots=True)
class Field:
    """Two corners in pixels; None: as far as the drawing goes."""

    name: str
    left: float | None
    right: float | None
    top: float
    bottom: float


def name_of(row: int, column: int | None = None) -> str:
    return f"{ROW}-{row}" if column is None else f"{ROW}-{row}-{column}"


def spoken(table: Table) -> Mapping[str, str]:
    """What each field is called: by who listens, and beside the pointer."""
    if table.spots:
        return {f"{SPOT}-{number}": _told(table, spot) for number, spot in enumerate(table.spots)}
    found = {}
    for number, row in enumerate(table.rows):
        words = table.words(row)
        found[name_of(number)] = f"{words[0]}：{'，'.join(words[1:])}"
        found |= {name_of(number, at): f"{words[0]}：{words[at]}" for at in range(1, len(words))}
    return found


def _told(table: Table, spot: Spot) -> str:
    words = [table.words(table.rows[number]) for number in spot.rows[:NAMED]]
    if len(spot.rows) == 1:
        return f"{words[0][0]}：{'，'.join(words[0][1:])}"
    names = "、".join(one[0] for one in words)
    return f"此处 {len(spot.rows)} 个项目：{names}{'等' if len(spot.rows) > NAMED else ''}"


def mark(figure: "Figure", table: Table) -> None:
    """Lay the drawing out for good, then put the fields over it."""
    from matplotlib.patches import Rectangle

    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    whole, inside = figure.bbox, figure.transFigure.inverted()
    for one in _fields(figure.axes[0], table):
        left = whole.x0 if one.left is None else one.left
        right = whole.x1 if one.right is None else one.right
        (x0, y0), (x1, y1) = inside.transform([(left, one.bottom), (right, one.top)])
        field = Rectangle((x0, y0), x1 - x0, y1 - y0, transform=figure.transFigure, facecolor="none", linewidth=0)
        field.set_url(f"#{one.name}")
        figure.add_artist(field)


def _fields(axes: "Axes", table: Table) -> Iterator[Field]:
    if not table.rows:
        return
    if table.key == "pace":
        yield from _points(axes, table)
    elif table.key == "targets":
        yield from _grid(axes, table)
    else:
        for number in range(len(table.rows)):
            yield _field(axes, name_of(number), number - 0.5, number + 0.5)
        if table.key in STACKED:
            yield from _parts(axes, table)


def _field(axes: "Axes", name: str, top: float, bottom: float, left: Any = None, right: Any = None) -> Field:
    """Corners given in the measure of the axes; rows count downwards."""
    (x0, y0), (x1, y1) = axes.transData.transform([(left or 0, top), (right or 0, bottom)])
    return Field(name, None if left is None else x0, None if right is None else x1, max(y0, y1), min(y0, y1))


def _points(axes: "Axes", table: Table) -> Iterator[Field]:
    """Every point has its field, one field where points hide each other. The first of the table lies on top."""
    for number, spot in reversed(list(enumerate(table.spots))):
        points = [[float(str(cell)) * 100 for cell in table.rows[row].cells[3:5]] for row in spot.rows]
        xs, ys = axes.transData.transform(points).T
        yield Field(f"{SPOT}-{number}", min(xs) - REACH, max(xs) + REACH, max(ys) + REACH, min(ys) - REACH)


def _grid(axes: "Axes", table: Table) -> Iterator[Field]:
    """The name of a row leads to all of it, a field to its place."""
    for number, row in enumerate(table.rows):
        yield _field(axes, name_of(number), number, number + 1, right=0.0)
        for at, cell in enumerate(row.cells[2:-2]):
            if cell is not None:
                yield _field(axes, name_of(number, at + 2), number, number + 1, at, at + 1)


def _parts(axes: "Axes", table: Table) -> Iterable[Field]:
    """Each part of a bar that is made of several."""
    for number, row in enumerate(table.rows):
        begun = 0
        for at, cell in enumerate(row.cells[1:-2], 1):
            count = int(str(cell))
            if count:
                yield _field(axes, name_of(number, at), number - 0.3, number + 0.3, begun, begun + count)
            begun += count
