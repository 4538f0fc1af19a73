"""One pass over the XML of a workbook part, keeping nothing but addresses: how far the cells reach."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.parsers import expat

_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})$")
_MACRO_TYPE = "macroenabled"


@dataclass(frozen=True, slots=True)
class ScanLimits:
    rows: int
    columns: int
    cells: int
    merges: int
    elements: int


class TooMuch(Exception):
    """A limit is passed: `what` is dtd | macro | extent | cells | merges | elements, `where` an address or ""."""

    def __init__(self, what: str, where: str = "") -> None:
        self.what = what
        self.where = where
        super().__init__(f"{what} {where}")


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a sheet reaches. `merges`: (top, left, bottom, right), from 1. `uncached`: formulas without a value."""

    rows: int
    columns: int
    cells: int
    merges: tuple[tuple[int, int, int, int], ...]
    uncached: frozenset[tuple[int, int]]


def position(address: str) -> tuple[int, int]:
    """Row and column of an address: F14 is (14, 6). Raises ValueError."""
    found = _ADDRESS.match(address.upper())
    if not found:
        raise ValueError(address)
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column


class PartScan:
    """Fed with one XML part in chunks; `close` gives the extent if the part was a worksheet.

    Raises TooMuch at the first limit passed and ValueError where the XML is broken.
    """

    def __init__(self, limits: ScanLimits) -> None:
        self._limits = limits
        self._fed = False
        self._root = ""
        self._elements = 0
        self._cells = 0
        self._row = self._column = 0
        self._rows = self._columns = 0
        self._merges: list[tuple[int, int, int, int]] = []
        self._merged_rows = 0
        self._uncached: set[tuple[int, int]] = set()
        self._formula = self._value = self._in_value = False
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def feed(self, chunk: bytes) -> None:
        self._fed = True
        self._parse(chunk, final=False)

    def close(self) -> Extent | None:
        if not self._fed:
            return None
        self._parse(b"", final=True)
        if self._root != "worksheet":
            return None
        return Extent(self._rows, self._columns, self._cells, tuple(self._merges), frozenset(self._uncached))

    def _parse(self, chunk: bytes, *, final: bool) -> None:
        try:
            self._parser.Parse(chunk, final)
        except expat.ExpatError as error:
            raise ValueError(str(error)) from error

    def _doctype(self, *_: object) -> None:
        raise TooMuch("dtd")

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        local = name.rsplit(" ", 1)[-1]
        self._root = self._root or local
        if self._root == "worksheet":
            self._start_in_sheet(local, attributes)
        elif self._root == "Types":
            if _MACRO_TYPE in attributes.get("ContentType", "").lower():
                raise TooMuch("macro")
        elif self._root != "sst":
            self._elements += 1
            if self._elements > self._limits.elements:
                raise TooMuch("elements")

    def _start_in_sheet(self, local: str, attributes: Mapping[str, str]) -> None:
        if local == "c":
            self._start_cell(attributes)
        elif local == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
        elif local == "f":
            self._formula = True
        elif local == "v":
            self._parser.CharacterDataHandler = self._text
        elif local == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        address = attributes.get("r")
        row, column = position(address) if address else (self._row, self._column + 1)
        self._cells += 1
        self._column = column
        self._rows = max(self._rows, row, self._row)
        self._columns = max(self._columns, column)
        if self._rows > self._limits.rows or self._columns > self._limits.columns:
            raise TooMuch("extent", address or f"第 {row} 行第 {column} 列")
        if self._cells > self._limits.cells:
            raise TooMuch("cells")
        self._here = row, column
        self._formula = False
        self._value = attributes.get("t") == "str"  # a formula may well give an empty text

    def _text(self, text: str) -> None:
        self._value = self._value or bool(text.strip())

    def _end(self, name: str) -> None:
        if self._root != "worksheet":
            return
        local = name.rsplit(" ", 1)[-1]
        if local == "v":
            self._parser.CharacterDataHandler = None
        elif local == "c" and self._formula and not self._value:
            self._uncached.add(self._here)

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        top, left = position(first)
        bottom, right = position(last or first)
        bottom, right = min(bottom, self._limits.rows), min(right, self._limits.columns)
        if top > bottom or left > right:
            return
        self._merges.append((top, left, bottom, right))
        self._merged_rows += bottom - top + 1
        if len(self._merges) > self._limits.merges or self._merged_rows > self._limits.cells:
            raise TooMuch("merges", reference)
