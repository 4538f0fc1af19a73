"""What a table looks like: its columns, the words its headers may have, and what each column takes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from workbooks.cells import Cell, CellKind


@dataclass(frozen=True, slots=True)
class Column:
    """`required`: the column must be there; `filled`: each row must have a value. The rest as in `cells.Wanted`."""

    key: str
    label: str
    aliases: tuple[str, ...] = ()
    kind: CellKind = "text"
    required: bool = False
    filled: bool = False
    units: tuple[str, ...] = ()
    least: Decimal | None = None
    most: Decimal | None = None
    years: tuple[int, int] | None = None
    longest: int = 500


@dataclass(frozen=True, slots=True)
class Table:
    """`titles`: words of the title above; `ordinals`: keys that make no row by themselves (a pre-numbered 序号);
    `least`: header cells that must match; `required`: the file must hold the table; `most` rows are read.
    """

    key: str
    label: str
    columns: tuple[Column, ...]
    titles: tuple[str, ...] = ()
    ordinals: tuple[str, ...] = ("order",)
    least: int = 3
    required: bool = True
    most: int = 5_000

    def column(self, key: str) -> Column:
        return next(column for column in self.columns if column.key == key)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: every column of the table has its Cell (address "" where the file lacks the column).

    `failed`: keys whose cell has an error finding; their value is None.
    """

    table: str
    sheet: str
    number: int
    cells: Mapping[str, Cell]
    failed: frozenset[str] = field(default_factory=frozenset)

    def value(self, key: str) -> Any:
        return self.cells[key].value

    def address(self, key: str) -> str:
        return self.cells[key].address
