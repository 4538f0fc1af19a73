"""Where the tables of a sheet lie: header rows found by their words, in any order, below any title."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from workbooks.cells import address, half_width
from workbooks.grid import Grid
from workbooks.tables import Column, Table

_LONGEST_HEADER = 60
_DEEPEST = 3
_TITLE_WEIGHT = 3
_WAN_ABOVE = re.compile(r"单位:?\(?(?:人民币)?万元")
_BRACKETED = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Header:
    """One header row. `columns`: key -> column number; `wan`: keys whose header says 万元; texts with addresses."""

    table: Table
    row: int
    depth: int
    columns: Mapping[str, int]
    wan: frozenset[str]
    unknown: tuple[tuple[str, str], ...]
    repeated: tuple[tuple[str, str], ...]

    @property
    def first_row(self) -> int:
        return self.row + self.depth

    @property
    def missing(self) -> tuple[Column, ...]:
        return tuple(column for column in self.table.columns if column.required and column.key not in self.columns)


@lru_cache(maxsize=4096)
def words(text: str) -> str:
    """A header as compared: half width, without blanks and punctuation, lower case."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in plain if unicodedata.category(sign)[0] in "LN")


def _units(text: str) -> tuple[str, ...]:
    """What the brackets of a header say: 金额（万元） -> ("万元",); a bare 金额万元 counts too."""
    plain = half_width(text)
    inside = tuple(part.strip("()").removeprefix("单位").strip(":") for part in _BRACKETED.findall(plain))
    return (*inside, "万元") if plain.endswith("万元") else inside


def _unbracketed(text: str) -> str:
    return words(_BRACKETED.sub("", unicodedata.normalize("NFKC", text)))


@lru_cache(maxsize=64)
def _by_words(table: Table) -> dict[str, str]:
    return {words(name): column.key for column in table.columns for name in (column.label, *column.aliases)}


def find_headers(grid: Grid, tables: Sequence[Table]) -> list[Header]:
    """Every header row of the sheet, from the top. Where several tables fit, the title above and the count decide."""
    found: list[Header] = []
    row = 1
    while row <= grid.height:
        title_from = found[-1].first_row if found else 1
        header = _best(grid, row, title_from, tables) if _may_be_header(grid, row, tables) else None
        if header:
            found.append(header)
        row = header.first_row if header else row + 1
    return found


def _may_be_header(grid: Grid, row: int, tables: Sequence[Table]) -> bool:
    """A quick look before the careful one: at least two cells of the row are header words."""
    hits, known = 0, [_by_words(table) for table in tables]
    for value in grid.rows[row - 1]:
        if isinstance(value, str) and len(value) <= _LONGEST_HEADER:
            plain, short = words(value), _unbracketed(value)
            hits += any(plain in names or short in names for names in known)
    return hits >= 2  # noqa: PLR2004


def _best(grid: Grid, row: int, title_from: int, tables: Sequence[Table]) -> Header | None:
    title = "".join(
        str(value) for line in (*grid.rows[title_from - 1 : row - 1], (grid.name,)) for value in line if value
    )
    all_wan = bool(_WAN_ABOVE.search(half_width(title)))
    headers = [_match(grid, row, table, all_wan=all_wan) for table in tables]
    fitting = [header for header in headers if len(header.columns) >= header.table.least]

    def fit(header: Header) -> int:
        named = any(word in title for word in header.table.titles)
        return len(header.columns) + _TITLE_WEIGHT * named

    return max(fitting, key=fit, default=None)


def _match(grid: Grid, row: int, table: Table, *, all_wan: bool) -> Header:
    depth = _depth(grid, row)
    columns: dict[str, int] = {}
    wan: set[str] = set()
    unknown: list[tuple[str, str]] = []
    repeated: list[tuple[str, str]] = []
    for column, texts in _texts(grid, row, depth):
        key, doubled = _key(texts, table, columns)
        place = ("".join(texts), address(row + depth - 1, column))
        if key:
            columns[key] = column
            unit = next((word for text in texts for word in ("万元", "元") if word in _units(text)), "")
            if unit == "万元" or (all_wan and not unit):
                wan.add(key)
        else:
            (repeated if doubled else unknown).append(place)
    return Header(table, row, depth, columns, frozenset(wan), tuple(unknown), tuple(repeated))


def _depth(grid: Grid, row: int) -> int:
    """Header cells merged downwards say how many rows the header has."""
    bottoms = [one.bottom for one in grid.merges.get(row, ()) if one.top == row and one.bottom - row < _DEEPEST]
    return max([row, *bottoms]) - row + 1


def _texts(grid: Grid, row: int, depth: int) -> Iterator[tuple[int, list[str]]]:
    """Column number and header texts from the top down, e.g. ["年培训人次", "其中高技能人才"]."""
    for column in range(1, grid.width(row) + 1):
        texts: dict[tuple[int, int], str] = {}
        for line in range(row, min(row + depth, grid.height + 1)):
            value = grid.value(line, column)
            if value is not None and words(str(value)):
                texts[grid.anchor(line, column)] = str(value)
        own = any(anchor[1] == column for anchor in texts)
        if texts and (own or len(texts) > 1):
            yield column, list(texts.values())


def _key(texts: list[str], table: Table, taken: Mapping[str, int]) -> tuple[str, bool]:
    """The column a header names, "" for none; and whether it names one that is already taken."""
    names = _by_words(table)
    candidates = [*_forms("".join(texts)), *_forms(texts[-1])]
    hit = next((names[form] for form in candidates if form in names), "")
    if hit and hit not in taken:
        return hit, False
    if not hit and len(texts) > 1:
        over = next((names[form] for form in _forms(texts[0]) if form in names), "")
        return (over, False) if over and over not in taken else ("", False)
    return "", bool(hit)


def _forms(text: str) -> tuple[str, ...]:
    return words(text), _unbracketed(text)
