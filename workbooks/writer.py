"""The one way out: xlsx and csv in which text stays text, whatever it begins with."""

import csv as csv_format
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

Value = str | int | Decimal | date | bool | None

MONEY = "#,##0.00"
_DATE = "yyyy-mm-dd"
_MOMENT = "yyyy-mm-dd hh:mm"
_LONGEST_CELL = 32_767
_LONGEST_NAME = 31
_DIGITS = 15  # more do not survive in Excel's numbers
_CUT = "…（已截断）"
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class Fill:
    """Makes a sheet one to fill in: its first `rows` lines are open, the rest is locked.

    `name`: the defined name of header and open lines; `lists`: column number from 0 -> where its drop-down list stands
    ("='选项'!$A$2:$A$9"); `formats`: column number -> Excel number format of the open cells, text where none is given.
    """

    name: str
    rows: int
    lists: Mapping[int, str]
    formats: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet to write. `titles` stand above the header row; `notes` below the rows; `widths` by column, in signs.

    Values are typed by what they are: str is text, Decimal money, int a whole number, date a date, None blank.
    `formats`: column number from 0 -> Excel number format, where money is not meant ("0.00%").
    `hidden`: neither seen nor found in the menu; `fill`: to be filled in by people.
    """

    name: str
    headers: Sequence[str]
    rows: Iterable[Sequence[Value]]
    titles: Sequence[str] = ()
    notes: Sequence[str] = ()
    widths: Sequence[int] = ()
    formats: Mapping[int, str] | None = None
    hidden: bool = False
    fill: Fill | None = None


def xlsx(sheets: Sequence[Sheet]) -> bytes:
    """The workbook as bytes. Raises ValueError without a sheet, TypeError for a value of another type."""
    import xlsxwriter

    if not sheets:
        raise ValueError("a workbook needs a sheet")
    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    workbook = xlsxwriter.Workbook(buffer, options)
    pen = Pen(workbook)
    taken: set[str] = set()
    for sheet in sheets:
        worksheet = workbook.add_worksheet(sheet_name(sheet.name, taken))
        _write_sheet(pen, worksheet, sheet)
        if sheet.fill:
            _open(pen, workbook, worksheet, sheet, sheet.fill)
        if sheet.hidden:
            worksheet.very_hidden()
    workbook.close()
    return buffer.getvalue()


def csv(headers: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """UTF-8 with a byte order mark, for Excel. Text that could start a formula gets a leading apostrophe."""
    buffer = io.StringIO(newline="")
    writer = csv_format.writer(buffer)
    writer.writerow([_plain(header) for header in headers])
    writer.writerows([_plain(value) for value in row] for row in rows)
    return buffer.getvalue().encode("utf-8-sig")


def prefix(text: str) -> dict[str, bool]:
    """The cell property that keeps Excel from reading a text as a formula when somebody edits the cell."""
    return {"quote_prefix": True} if text.lstrip().startswith(_STARTS) else {}


def fitting(text: str) -> str:
    """As much as a cell takes, with one kind of line break."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if len(text) <= _LONGEST_CELL else text[: _LONGEST_CELL - len(_CUT)] + _CUT


class Pen:
    """Writes one value into one cell by its type, never by its looks."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def format(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self._workbook.add_format(properties)
        return self._formats[key]

    def write(self, worksheet: Any, row: int, column: int, value: Value, style: str | None, **base: Any) -> None:
        if value is None or value == "":
            return
        if isinstance(value, bool):
            self._text(worksheet, row, column, "是" if value else "否", base)
        elif isinstance(value, str):
            self._text(worksheet, row, column, value, base)
        elif isinstance(value, Decimal | int):
            self._number(worksheet, (row, column), value, style, base)
        elif isinstance(value, datetime):
            moment = value.replace(tzinfo=None)
            worksheet.write_datetime(row, column, moment, self.format(num_format=style or _MOMENT, **base))
        elif isinstance(value, date):
            worksheet.write_datetime(row, column, value, self.format(num_format=style or _DATE, **base))
        else:
            raise TypeError(f"cannot write {type(value).__name__}")

    def _text(self, worksheet: Any, row: int, column: int, text: str, base: dict[str, Any]) -> None:
        properties = base | prefix(text)
        text = fitting(text)
        worksheet.write_string(row, column, text, self.format(num_format="@", **properties))

    def _number(
        self, worksheet: Any, at: tuple[int, int], value: Decimal | int, style: str | None, base: dict[str, Any]
    ) -> None:
        exact = Decimal(value)
        if not exact.is_finite() or len(exact.as_tuple().digits) > _DIGITS:
            self._text(worksheet, *at, f"{exact:f}" if exact.is_finite() else str(value), base)
            return
        usual = MONEY if isinstance(value, Decimal) else "0"
        worksheet.write_number(*at, value, self.format(num_format=style or usual, **base))


def _write_sheet(pen: Pen, worksheet: Any, sheet: Sheet) -> None:
    formats = sheet.formats or {}
    for column, width in enumerate(sheet.widths):
        worksheet.set_column(column, column, width)
    line = 0
    for title in sheet.titles:
        pen.write(worksheet, line, 0, title, None, bold=True, font_size=14)
        line += 1
    for column, header in enumerate(sheet.headers):
        pen.write(worksheet, line, column, header, None, bold=True, text_wrap=True, border=1)
    worksheet.freeze_panes(line + 1, 0)
    for row in sheet.rows:
        line += 1
        for column, value in enumerate(row):
            pen.write(worksheet, line, column, value, formats.get(column), border=1)
    for note in sheet.notes:
        line += 1
        pen.write(worksheet, line, 0, note, None)


def _open(pen: Pen, workbook: Any, worksheet: Any, sheet: Sheet, fill: Fill) -> None:
    """Drop-down lists, open cells and the defined name below the header of a sheet."""
    from xlsxwriter.utility import xl_range_abs

    header, last = len(sheet.titles), len(sheet.headers) - 1
    for column in range(last + 1):
        cell = pen.format(num_format=fill.formats.get(column, "@"), locked=False)
        worksheet.set_column(column, column, dict(enumerate(sheet.widths)).get(column, 12), cell)
    for column, source in fill.lists.items():
        rule = {
            "validate": "list",
            "source": source,
            "error_title": "请从下拉列表中选择",
            "error_message": "这一格只能填写列表中的内容。",
        }
        worksheet.data_validation(header + 1, column, header + fill.rows, column, rule)
    area = xl_range_abs(header, 0, header + fill.rows, last)
    workbook.define_name(fill.name, f"='{worksheet.get_name()}'!{area}")
    free = ("format_cells", "format_columns", "format_rows", "insert_rows", "delete_rows", "sort", "autofilter")
    worksheet.protect("", dict.fromkeys(free, True))


def sheet_name(name: str, taken: set[str]) -> str:
    """A name Excel takes: no forbidden signs, no formula start, at most 31 signs, not used twice."""
    clean = _FORBIDDEN.sub("_", name).strip().strip("'")
    if clean.startswith(_STARTS):
        clean = f"_{clean[1:]}"
    clean = clean[:_LONGEST_NAME].rstrip("'") or "Sheet"
    if clean.lower() == "history":
        clean = f"{clean}_"
    unique, count = clean, 1
    while unique.lower() in taken:
        count += 1
        tail = f"({count})"
        unique = clean[: _LONGEST_NAME - len(tail)] + tail
    taken.add(unique.lower())
    return unique


def _plain(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str):
        text = _CONTROL.sub("", value)
        return f"'{text}" if text.lstrip(" \u3000\u00a0\ufeff").startswith(_STARTS) else text
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | Decimal):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    raise TypeError(f"cannot write {type(value).__name__}")
