"""Reading people's workbooks: tables found, every cell typed by itself, every fault said with its place.

A cell that fails is left out alone: never its column, never its row.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from workbooks.cells import Cell, Mismatch, Wanted, address, half_width, is_blank, typed
from workbooks.envelope import Unreadable
from workbooks.findings import CellFinding, Place, about_file, at_cell, in_order
from workbooks.grid import Book, Grid, load
from workbooks.headers import Header, find_headers
from workbooks.tables import Column, Row, Table

__all__ = ["Column", "Reading", "Row", "Table", "Unreadable", "load", "read", "read_book"]

_TOTAL = re.compile(r"(?:合计|总计|小计|共计)(?:$|[:(\d])")
_FOOTNOTE = re.compile(
    r"(?:注|说明|备注|填[表报]|制表|审核|复核|(?:单位)?负责人|联系人|经办人|单位\(?盖章)[:(人说单日]"
)
_FEW = 2
_NUMERIC = frozenset({"whole", "number", "money"})


class Reading(NamedTuple):
    """`rows`: table key -> its rows, every table present; `findings`: in the order of the sheets."""

    rows: dict[str, tuple[Row, ...]]
    findings: tuple[CellFinding, ...]


@dataclass(frozen=True, slots=True)
class _Context:
    grid: Grid
    header: Header
    years: tuple[int, int]
    date1904: bool

    def wanted(self, column: Column) -> Wanted:
        return Wanted(
            kind=column.kind,
            units=column.units,
            wan=column.key in self.header.wan,
            least=column.least,
            most=column.most,
            years=column.years or self.years,
            longest=column.longest,
            date1904=self.date1904,
        )


def read(data: bytes, tables: Table | Sequence[Table], *, years: tuple[int, int] = (1900, 2100)) -> Reading:
    """Rows and findings of the wanted tables. `years`: first and last year a date may have.

    Raises Unreadable where the file cannot be opened at all; everything else is a finding.
    """
    return read_book(load(data), tables, years=years)


def read_book(
    book: Book, tables: Table | Sequence[Table], *, years: tuple[int, int] = (1900, 2100), without: Collection[str] = ()
) -> Reading:
    """The same for a workbook that is open already. `without`: names of sheets that hold nothing to read."""
    wanted = (tables,) if isinstance(tables, Table) else tuple(tables)
    rows: dict[str, list[Row]] = {table.key: [] for table in wanted}
    findings: list[CellFinding] = []
    found: set[str] = set()
    for grid in book.grids:
        if grid.hidden or grid.name in without or not any(grid.filled(row) for row in range(1, grid.height + 1)):
            continue
        headers = find_headers(grid, wanted)
        if not headers:
            findings.append(_unknown_sheet(grid))
        for context, end in _sections(book, grid, headers, years):
            found.add(context.header.table.key)
            findings.extend(_about_header(context))
            _read_section(context, end, rows[context.header.table.key], findings)
    findings.extend(_missing_table(table) for table in wanted if table.required and table.key not in found)
    ordered = in_order(findings, [grid.name for grid in book.grids])
    return Reading({key: tuple(lines) for key, lines in rows.items()}, ordered)


def _sections(book: Book, grid: Grid, headers: list[Header], years: tuple[int, int]) -> Iterator[tuple[_Context, int]]:
    """Each header with the last row below it that belongs to it; title rows of the next table do not."""
    for index, header in enumerate(headers):
        end = grid.height
        if index + 1 < len(headers):
            end = headers[index + 1].row - 1
            while end >= header.first_row and len(grid.filled(end)) <= 1:
                end -= 1
        yield _Context(grid, header, years, book.date1904), end


def _unknown_sheet(grid: Grid) -> CellFinding:
    fix = "如需报送其中的数据，请按模板的表头填写。"
    expected = "未找到需要的表头，这张工作表没有读取"
    message = f"工作表「{grid.name}」：{expected}。{fix}"
    return CellFinding("TAB-004", "info", grid.name, (), "", "", "", expected, message, fix)


def _missing_table(table: Table) -> CellFinding:
    names = "、".join(column.label for column in table.columns if column.required)
    return about_file("TAB-001", f"没有找到「{table.label}」", f"请检查表头是否完整，至少应有：{names}。")


def _about_header(context: _Context) -> Iterator[CellFinding]:
    grid, header = context.grid, context.header
    first = address(header.row, min(header.columns.values()))
    for column in header.missing:
        place = Place(grid.name, first, column.label, header.row)
        fix = f"请补上「{column.label}」一列后重新上传。"
        yield at_cell("TAB-002", "error", place, got=None, expected="表头缺少这一列", fix=fix)
    for text, cell in header.unknown:
        place = Place(grid.name, cell, "表头", header.row)
        yield at_cell("TAB-003", "warning", place, got=text, expected="这一列不在本表之内，没有读取",
                      fix="如需报送，请改用模板中的列名。")  # fmt: skip
    for text, cell in header.repeated:
        place = Place(grid.name, cell, "表头", header.row)
        yield at_cell("TAB-006", "error", place, got=text, expected="与前面的列重复，只读取了前一列",
                      fix="请删去重复的列后重新上传。")  # fmt: skip


def _read_section(context: _Context, end: int, rows: list[Row], findings: list[CellFinding]) -> None:
    for number in range(context.header.first_row, end + 1):
        filled = context.grid.filled(number)
        if not filled or _is_footnote(context, number, filled):
            continue
        if _is_total(context.grid, number, filled[0]):
            place = Place(context.grid.name, address(number, filled[0]), "", number)
            got = context.grid.value(number, filled[0])
            findings.append(at_cell("TAB-005", "info", place, got=got, expected="合计行不读取，由系统汇总"))
        elif _has_data(context, number):
            if len(rows) >= context.header.table.most:
                findings.append(_too_many(context, number))
                return
            rows.append(_row(context, number, findings))


def _too_many(context: _Context, number: int) -> CellFinding:
    place = Place(context.grid.name, address(number, 1), "", number)
    most = context.header.table.most
    expected = f"本表最多 {most} 行，从这一行起没有读取"
    return at_cell("TAB-007", "error", place, got=None, expected=expected, fix="请分成几个文件上传。")


def _is_total(grid: Grid, number: int, column: int) -> bool:
    value = grid.value(number, column)
    return isinstance(value, str) and bool(_TOTAL.match(half_width(value)))


def _is_footnote(context: _Context, number: int, filled: list[int]) -> bool:
    """A note below the table: few cells, and either words of a note or one cell merged across half the table."""
    if len(filled) > _FEW:
        return False
    value = context.grid.value(number, filled[0])
    if not isinstance(value, str):
        return False
    merge = context.grid.merge_at(number, filled[0])
    across = merge is not None and (merge.right - merge.left + 1) * 2 > len(context.header.columns)
    return across or bool(_FOOTNOTE.match(half_width(value)))


def _has_data(context: _Context, number: int) -> bool:
    """Something in a column of the table besides its own number."""
    grid, header = context.grid, context.header
    for key, column in header.columns.items():
        if key in header.table.ordinals:
            continue
        top, left = grid.anchor(number, column)
        if top == number and (not is_blank(grid.own(top, left)) or (top, left) in grid.uncached):
            return True
    return False


def _row(context: _Context, number: int, findings: list[CellFinding]) -> Row:
    cells: dict[str, Cell] = {}
    failed: set[str] = set()
    for column in context.header.table.columns:
        at = context.header.columns.get(column.key)
        if at is None:
            cells[column.key] = Cell(None, "")
            continue
        cell, finding = _cell(context, column, number, at)
        cells[column.key] = cell
        if finding:
            findings.append(finding)
            if finding.level == "error":
                failed.add(column.key)
    return Row(context.header.table.key, context.grid.name, number, cells, frozenset(failed))


def _cell(context: _Context, column: Column, number: int, at: int) -> tuple[Cell, CellFinding | None]:
    grid = context.grid
    top, left = grid.anchor(number, at)
    place = Place(grid.name, address(top, left), column.label, number)
    empty = Cell(None, place.cell)
    if top != number and column.kind in _NUMERIC:
        return empty, at_cell("CEL-013", "error", place, got="与上面的行合并", expected="数字不能跨行合并",
                              fix="请取消合并，逐行填写。")  # fmt: skip
    if (top, left) in grid.uncached:
        return empty, at_cell("CEL-014", "error", place, got="公式", expected="公式没有计算结果",
                              fix="请用 WPS 或 Excel 打开、保存后重新上传。")  # fmt: skip
    raw = grid.own(top, left)
    try:
        result = typed(raw, context.wanted(column))
    except Mismatch as wrong:
        return empty, at_cell(wrong.code, "error", place, got=raw, expected=wrong.expected, fix=wrong.fix)
    if result.value is None and column.filled:
        return empty, at_cell("CEL-015", "error", place, got=raw, expected="这一格必须填写", fix="请补充填写。")
    note = at_cell("CEL-000", "info", place, got=raw, expected=result.note) if result.note else None
    return Cell(result.value, place.cell), note
