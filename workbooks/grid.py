"""A workbook as plain grids of values: read-only, bounded by what the envelope saw, merged cells resolved."""

import io
import warnings
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workbooks.cells import is_blank
from workbooks.envelope import Envelope, inspect, unreadable
from workbooks.scan import Extent

# What openpyxl lets through on a file that is not as it should be
_ACCIDENTS = (
    LookupError, ValueError, TypeError, AttributeError, OSError, SyntaxError, EOFError, RuntimeError,
    zipfile.BadZipFile, zlib.error,
)  # fmt: skip
_NO_EXTENT = Extent(0, 0, 0, (), frozenset())


@dataclass(frozen=True, slots=True)
class Merge:
    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet; rows and columns count from 1. A cell under a merge has the value and address of its first cell."""

    name: str
    hidden: bool
    rows: tuple[tuple[Any, ...], ...]
    merges: Mapping[int, tuple[Merge, ...]]
    uncached: frozenset[tuple[int, int]]

    @property
    def height(self) -> int:
        return len(self.rows)

    def width(self, row: int) -> int:
        return max([len(self.rows[row - 1]), *(merge.right for merge in self.merges.get(row, ()))])

    def merge_at(self, row: int, column: int) -> Merge | None:
        return next((one for one in self.merges.get(row, ()) if one.left <= column <= one.right), None)

    def anchor(self, row: int, column: int) -> tuple[int, int]:
        merge = self.merge_at(row, column)
        return (merge.top, merge.left) if merge else (row, column)

    def own(self, row: int, column: int) -> Any:
        """The value that lies in the cell itself."""
        line = self.rows[row - 1] if row <= self.height else ()
        return line[column - 1] if column <= len(line) else None

    def value(self, row: int, column: int) -> Any:
        return self.own(*self.anchor(row, column))

    def filled(self, row: int) -> list[int]:
        """Columns of the row with something in them; a merge across counts once."""
        found: dict[tuple[int, int], int] = {}
        for column in range(1, self.width(row) + 1):
            anchor = self.anchor(row, column)
            if anchor not in found and (not is_blank(self.own(*anchor)) or anchor in self.uncached):
                found[anchor] = column
        return list(found.values())


@dataclass(frozen=True, slots=True)
class Book:
    grids: tuple[Grid, ...]
    date1904: bool


def load(data: bytes) -> Book:
    """Every sheet of the workbook. Raises Unreadable."""
    envelope = inspect(data)
    try:
        return _load(data, envelope)
    except _ACCIDENTS as error:
        raise unreadable("ENV-009", "Excel 内容不规范，无法读取") from error


def _load(data: bytes, envelope: Envelope) -> Book:
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells of features it skips; nobody here can act on it
        workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            grids = tuple(_grid(sheet, envelope) for sheet in workbook.worksheets)
            return Book(grids, date1904=workbook.epoch.year == 1904)  # noqa: PLR2004
        finally:
            workbook.close()


def _grid(sheet: Any, envelope: Envelope) -> Grid:
    path = sheet._worksheet_path.lstrip("/")  # the one link between a sheet and its part
    extent = envelope.extents.get(path, _NO_EXTENT)
    rows: list[tuple[Any, ...]] = []
    if extent.cells:
        sheet.reset_dimensions()  # the file's own <dimension> is a claim, the scan is a fact
        rows = list(sheet.iter_rows(max_row=extent.rows, max_col=extent.columns, values_only=True))
    return Grid(
        name=sheet.title,
        hidden=sheet.sheet_state != "visible",
        rows=tuple(rows),
        merges=_merges_by_row(extent, len(rows)),
        uncached=extent.uncached,
    )


def _merges_by_row(extent: Extent, height: int) -> dict[int, tuple[Merge, ...]]:
    by_row: dict[int, list[Merge]] = {}
    for top, left, bottom, right in extent.merges:
        merge = Merge(top, left, bottom, min(right, extent.columns))
        for row in range(top, min(bottom, height) + 1):
            by_row.setdefault(row, []).append(merge)
    return {row: tuple(merges) for row, merges in by_row.items()}
