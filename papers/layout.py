"""What stands on a paper: ruled grids, lines of text, seals. One description, which every writer puts out alike."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Align = Literal["center", "left", "right"]
Style = Literal["title", "subtitle", "issuer", "number", "heading", "body", "plain", "note", "right", "center"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; `span` columns wide and `rows` rows high, as in HTML. All text is plain: no writer reads markup in it.

    `head`: a shaded heading. `note`: small grey words behind the text. `number`: what a workbook keeps as a number,
    `text` being how it is shown. `size`: points, where the usual size is not meant. `top`: set at the top of the cell.
    """

    text: str = ""
    span: int = 1
    rows: int = 1
    head: bool = False
    align: Align = "center"
    note: str = ""
    number: Decimal | int | None = None
    size: float | None = None
    top: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table. `columns`: relative widths; `rows`: the cells that start in each; the first `heads` repeat."""

    columns: tuple[float, ...]
    rows: tuple[tuple[Cell, ...], ...]
    heads: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph. `body`: its first line is set in by two signs; `plain`: not."""

    text: str
    style: Style = "body"


@dataclass(frozen=True, slots=True)
class Stamps:
    """Who seals, side by side: (who, label of the person who signs); each with （盖章） and 年 月 日.

    In a letter they stand without a frame and the date comes once, below: the paper's own, or a blank to fill in.
    """

    parties: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the page; red under the head of an official letter."""

    red: bool = False


@dataclass(frozen=True, slots=True)
class Break:
    """What follows begins on a new page."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart or a scanned photo (PNG)."""

    png: bytes
    width_mm: float
    caption: str = ""


Block = Grid | Line | Stamps | Rule | Break | Picture


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole paper. `letter`: set like an official letter, else like a form. `code`: the check code, in the footer.

    A paper without a line in the style `title` gets its title above everything else.
    `form`: its number in the list of forms ("F04"); `number`: its own; `dated_on`: the day it speaks of.
    `original`: as it was sealed, where something was filled in since; the check code is of that.
    `version`: which of several of its kind ("第 2 版"), for the name of the file.
    `lines`: how many rows a list takes out of the system, which is then an export; 0 for any other form.
    """

    form: str
    title: str
    blocks: tuple[Block, ...]
    number: str = ""
    state: str = ""
    code: str = ""
    draft: bool = False
    landscape: bool = False
    letter: bool = False
    dated_on: date | None = None
    original: "Paper | None" = None
    lines: int = 0
    version: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """A cell and where it starts, counted from 0."""

    row: int
    column: int
    cell: Cell


class Crooked(ValueError):
    """A grid whose cells overlap, leave a hole or reach over its edge: a mistake in the code that laid it out."""


def placed(grid: Grid) -> Iterator[Placed]:
    """Each cell with its place. Raises Crooked."""
    width, height = len(grid.columns), len(grid.rows)
    if not width or not height or not 0 <= grid.heads <= height:
        raise Crooked("a grid needs columns and rows, and no more heads than rows")
    taken: set[tuple[int, int]] = set()
    for row, cells in enumerate(grid.rows):
        free = iter([column for column in range(width) if (row, column) not in taken])
        for cell in cells:
            column = next((column for column in free if (row, column) not in taken), None)
            if column is None:
                raise Crooked(f"row {row}: no room for {cell.text!r}")
            own = {(row + down, column + along) for down in range(cell.rows) for along in range(cell.span)}
            if cell.span < 1 or cell.rows < 1 or column + cell.span > width or row + cell.rows > height or own & taken:
                raise Crooked(f"row {row}, column {column}: {cell.text!r} does not fit")
            if row < grid.heads < row + cell.rows:
                raise Crooked(f"row {row}: {cell.text!r} reaches out of the heads")
            taken |= own
            yield Placed(row, column, cell)
        if holes := [column for column in range(width) if (row, column) not in taken]:
            raise Crooked(f"row {row}: nothing at column {holes[0]}")


def body(paper: Paper) -> tuple[Block, ...]:
    """What is to be put out: the blocks, under the title where they do not bring it along."""
    if any(isinstance(block, Line) and block.style == "title" for block in paper.blocks):
        return paper.blocks
    return (Line(paper.title, "title"), *paper.blocks)


def behind(cell: Cell) -> str:
    """The note with what parts it from the text: a blank, unless it begins a line of its own."""
    return f" {cell.note}" if cell.text and cell.note and not cell.note.startswith("\n") else cell.note


def tail(paper: Paper) -> str:
    """The right end of the footer: how the paper stands, and its check code."""
    return " · ".join(filter(None, [paper.state, f"校验码 {paper.code}" if paper.code else ""]))


def chinese(day: date | None) -> str:
    """2026年3月5日, as letters are dated."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def check(paper: Paper) -> None:
    """Raises Crooked where a grid of the paper does not fill its frame."""
    for block in paper.blocks:
        if isinstance(block, Grid):
            for _ in placed(block):
                pass
