"""The table behind a chart: what page, workbook, API and drawing all read. Plain values, kept as JSON."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from policy.money import WAN, wan_number
from workbooks.writer import Sheet, Value

TEXT, COUNT, MONEY, RATE = "text", "count", "money", "rate"
FORMATS = {RATE: "0.00%"}
DASH, ALL = "—", "合计"
NUMBERED = (COUNT, MONEY, RATE)


@dataclass(frozen=True, slots=True)
class Column:
    """`head` without unit. Cells are kept as: text · a count · yuan as text · a ratio with four decimals as text."""

    head: str
    kind: str = COUNT

    @property
    def title(self) -> str:
        return f"{self.head}（万元）" if self.kind == MONEY else self.head

    @property
    def is_number(self) -> bool:
        return self.kind in NUMBERED


Cell = str | int | None


@dataclass(frozen=True, slots=True)
class Row:
    """`url`: the list of what stands behind the row, "" where there is none; `cell_urls`: of single cells, by column."""

    cells: tuple[Cell, ...]
    url: str = ""
    cell_urls: tuple[tuple[int, str], ...] = ()

    def leads_to(self, column: int) -> str:
        return next((url for at, url in self.cell_urls if at == column), "")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of a drawing that stands for some rows, by their numbers. `url`: the list of just these; one leads by itself."""

    rows: tuple[int, ...]
    url: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """`first`: how many rows a page shows, the download has all; 0: all. `note`: how it is counted.

    `spots`: of a drawing whose rows are points; `more_url`: the list of all its rows.
    """

    key: str
    title: str
    note: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: Row | None = None
    first: int = 0
    spots: tuple[Spot, ...] = ()
    more_url: str = ""

    @property
    def has_money(self) -> bool:
        return any(column.kind == MONEY for column in self.columns)

    @property
    def stacks(self) -> bool:
        """On a phone each row is a card of its own: its names are long."""
        return self.key == "pace"

    @property
    def shown(self) -> tuple[Row, ...]:
        return self.rows[: self.first] if self.first else self.rows

    @property
    def more(self) -> int:
        return len(self.rows) - len(self.shown)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The rows as a page writes them: each cell with its heading, its words and whether it is a number."""
        return [self._line(row) for row in self.shown]

    @property
    def last_line(self) -> dict[str, Any] | None:
        return self._line(self.total) if self.total else None

    def _line(self, row: Row) -> dict[str, Any]:
        cells = [
            {
                "head": one.title,
                "text": in_words(one.kind, cell),
                "number": one.is_number,
                "url": row.leads_to(at) if cell else "",
            }
            for at, (one, cell) in enumerate(zip(self.columns, row.cells, strict=True))
        ]
        return {"url": row.url, "label": cells[0], "cells": cells[1:]}

    def words(self, row: Row) -> list[str]:
        """The row as it is heard: its name, then each heading with its figure."""
        pairs = list(zip(self.columns, row.cells, strict=True))
        return [str(row.cells[0]), *(f"{one.title} {in_words(one.kind, cell)}" for one, cell in pairs[1:])]

    def leads_to(self, spot: Spot) -> str:
        return spot.url or self.rows[spot.rows[0]].url

    def cell(self, label: str, head: str) -> Cell:
        """The cell of one row; raises StopIteration where there is none."""
        at = next(number for number, column in enumerate(self.columns) if column.head == head)
        rows = [*self.rows, *([self.total] if self.total else [])]
        return next(row.cells[at] for row in rows if row.cells[0] == label)

    def column(self, head: str) -> list[Cell]:
        at = next(number for number, column in enumerate(self.columns) if column.head == head)
        return [row.cells[at] for row in self.rows]

    def as_data(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def drawn(self) -> list[Any]:
        """What a drawing shows of it; where rows lead is not among it."""
        return [self.key, self.title, [asdict(column) for column in self.columns], [row.cells for row in self.rows]]


def table_of(data: Mapping[str, Any]) -> Table:
    """Back from what was kept."""
    total = data["total"]
    return Table(
        data["key"],
        data["title"],
        data["note"],
        tuple(Column(**one) for one in data["columns"]),
        tuple(_row(one) for one in data["rows"]),
        _row(total) if total else None,
        data["first"],
        tuple(Spot(tuple(one["rows"]), one["url"]) for one in data.get("spots", ())),
        data.get("more_url", ""),
    )


def _row(data: Mapping[str, Any]) -> Row:
    return Row(tuple(data["cells"]), data["url"], tuple((at, url) for at, url in data["cell_urls"]))


def in_words(kind: str, cell: Cell) -> str:
    """As people read it; money in 万元."""
    if cell is None:
        return DASH
    if kind == MONEY:
        return wan_number(Decimal(cell))
    if kind == RATE:
        return f"{Decimal(cell) * 100:.2f}%"
    return f"{cell:,}" if isinstance(cell, int) else cell


def sheet_of(table: Table, on: date, said: str) -> Sheet:
    """All rows, money in 万元 as a number. `said`: the filter in words."""
    rows = [row.cells for row in (*table.rows, *([table.total] if table.total else []))]
    return Sheet(
        table.title,
        [column.title for column in table.columns],
        [_values(table.columns, cells) for cells in rows],
        titles=[table.title, f"截至 {on}　{said}"],
        notes=[table.note] if table.note else [],
        widths=[28 if column.kind == TEXT else 14 for column in table.columns],
        formats={at: FORMATS[column.kind] for at, column in enumerate(table.columns) if column.kind in FORMATS},
    )


def _values(columns: Iterable[Column], cells: Iterable[Cell]) -> list[Value]:
    return [_value(column.kind, cell) for column, cell in zip(columns, cells, strict=True)]


def _value(kind: str, cell: Cell) -> Value:
    if cell is None:
        return DASH
    if kind == MONEY:
        return Decimal(cell) / WAN
    return Decimal(cell) if kind == RATE else cell
