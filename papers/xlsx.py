"""A paper as workbook: merged cells as on paper, numbers as numbers, text that is never a formula."""

import io
import math
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from papers.edges import LOOSE, NEAR, heights, lines, shared
from papers.layout import (
    Block,
    Break,
    Cell,
    Grid,
    Line,
    Paper,
    Picture,
    Rule,
    Stamps,
    behind,
    body,
    chinese,
    placed,
    tail,
)
from papers.numbers import number_format
from workbooks.writer import Pen, fitting, prefix, sheet_name

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
FONT, TITLE, HEI = "仿宋", "方正小标宋简体", "黑体"
GREY, RED, SHADE = "#5A5A5A", "#B00000", "#F2F2F2"
DRAFT = "草　稿"
SEAL, BLANK_DATE = "（盖章）", "　　年　　月　　日"
_MADE = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # not the clock: the same paper gives the same bytes
_TALLEST = 400.0  # Excel takes 409 points
_PIXELS, _PAD, _POINTS = 7, 5, 0.75
_LONGEST_FOOTER = 80
_WIDTHS = {True: 267, False: 182}  # mm that A4 leaves between our margins, landscape and upright
_LETTER = 156
_PAGE = {True: 510.0, False: 760.0}  # points of a page's height
# style -> font, size on a form, size in a letter, align, colour
STYLES: dict[str, tuple[str, float, float, str, str]] = {
    "title": (TITLE, 17, 22, "center", ""),
    "subtitle": (FONT, 9.5, 16, "center", ""),
    "issuer": (TITLE, 14, 22, "center", RED),
    "number": (FONT, 9.5, 14, "center", ""),
    "heading": (HEI, 10.5, 16, "left", ""),
    "body": (FONT, 9, 16, "left", ""),
    "plain": (FONT, 9, 16, "left", ""),
    "note": (FONT, 7.5, 10.5, "left", GREY),
    "right": (FONT, 9, 16, "right", ""),
    "center": (FONT, 9, 16, "center", ""),
}


def xlsx(paper: Paper) -> bytes:
    """One sheet for each part between page breaks: rows repeat on every page of a sheet, and parts have their own."""
    import xlsxwriter

    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer, OPTIONS)
    workbook.set_properties({"title": paper.title, "created": _MADE})
    taken: set[str] = set()
    pen = Pen(workbook)
    for blocks in _parts(body(paper)):
        _Page(paper, pen, workbook.add_worksheet(sheet_name(paper.form or paper.title, taken))).fill(blocks)
    workbook.close()
    return buffer.getvalue()


def _parts(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    part: list[Block] = []
    for block in (*blocks, Break()):
        if not isinstance(block, Break):
            part.append(block)
        elif part:
            yield part
            part = []


@dataclass
class _Page:
    paper: Paper
    pen: Pen
    sheet: Any
    row: int = 0
    down: float = 0.0  # points above the next row
    last: int = 0  # number of the last column
    repeat: tuple[float, int, int] = field(default=(0.0, 0, 0))  # height of the grid, its first and last head row

    def fill(self, blocks: Sequence[Block]) -> None:
        self._set_up()
        ruled = [block for block in blocks if isinstance(block, Grid | Stamps)]
        order, edges = shared(
            (block.columns, NEAR) if isinstance(block, Grid) else ((1,) * len(block.parties), LOOSE) for block in ruled
        )
        self._columns(order)
        at = iter(edges)
        if self.paper.draft:
            self._line(DRAFT, {"font_name": HEI, "font_size": 12, "font_color": RED, "align": "right"}, 18)
        for block in blocks:
            self._block(block, next(at) if isinstance(block, Grid | Stamps) else ())
        if self.repeat[0]:
            self.sheet.repeat_rows(*self.repeat[1:])
        self.sheet.print_area(0, 0, max(self.row - 1, 0), self.last)

    @property
    def size(self) -> float:
        return 10.5 if self.paper.letter else 9.0

    @property
    def width(self) -> float:
        """Points across the sheet."""
        return (_LETTER if self.paper.letter else _WIDTHS[self.paper.landscape]) / 25.4 * 72

    def _set_up(self) -> None:
        paper, sheet = self.paper, self.sheet
        sheet.set_paper(9)
        if paper.landscape:
            sheet.set_landscape()
        sheet.set_margins(*((1.1, 1.0, 1.25, 1.2) if paper.letter else (0.55, 0.55, 0.6, 0.7)))
        sheet.center_horizontally()
        sheet.fit_to_pages(1, 0)
        sheet.hide_gridlines(2)
        number, end = (text.replace("&", "&&")[:_LONGEST_FOOTER] for text in (paper.number, tail(paper)))
        sheet.set_footer(f"&L&8 {number}&C&8 第 &P 页 / 共 &N 页&R&8 {end}")
        if paper.draft:
            sheet.set_header(f'&C&"{HEI},Regular"&28&KC8C8C8{DRAFT}')

    def _columns(self, order: Sequence[float]) -> None:
        self.last = len(order) - 2
        for column, (start, end) in enumerate(pairwise(order)):
            pixels = max(round((end - start) * self.width / _POINTS), 2)
            width = (pixels - _PAD) / _PIXELS if pixels > _PAD + _PIXELS else pixels / (_PIXELS + _PAD)
            self.sheet.set_column(column, column, width)

    def _block(self, block: Block, edges: tuple[int, ...]) -> None:
        match block:
            case Grid():
                self._grid(block, edges)
            case Line():
                self._words(block)
            case Stamps():
                self._stamps(block, edges)
            case Rule():
                self._line("", {"bottom": 2 if block.red else 1, "bottom_color": RED if block.red else "#000000"}, 6)
            case Picture():
                self._picture(block)

    def _line(self, text: str, base: dict[str, Any], points: float) -> None:
        rows = self._rows(points)
        self._put((self.row - rows, 0, self.row - 1, self.last), Cell(text), base)

    def _rows(self, points: float) -> int:
        """Takes as many rows of the sheet as are needed for that height, and says how many."""
        count = max(1, math.ceil(points / _TALLEST))
        for _ in range(count):
            self.sheet.set_row(self.row, points / count)
            self.row += 1
        self.down += points
        return count

    def _words(self, line: Line) -> None:
        font, form, letter, align, colour = STYLES[line.style]
        size = letter if self.paper.letter else form
        text = f"　　{line.text}" if line.style == "body" else line.text
        base = {"font_name": font, "font_size": size, "align": align, "valign": "vcenter", "text_wrap": True}
        if colour:
            base["font_color"] = colour
        if line.style == "heading":
            base["bold"] = True
        self._line(text, base, lines(text, self.width, size) * size * 1.4 + (6 if line.style == "title" else 3))

    def _grid(self, grid: Grid, edges: tuple[int, ...]) -> None:
        cells = list(placed(grid))
        first, above = self.row, self.down
        starts = [first]
        for points in heights(grid, cells, self.width, self.size):
            self._rows(points)
            starts.append(self.row)
        for one in cells:
            cell = one.cell
            area = (
                starts[one.row],
                edges[one.column],
                starts[one.row + cell.rows] - 1,
                edges[one.column + cell.span] - 1,
            )
            self._put(area, cell, self._look(cell))
        tall, page = self.down - above, _PAGE[self.paper.landscape]
        if (
            grid.heads
        ):  # of several grids the last one: heads of an earlier one would stand over rows that are not its own
            long = tall > page / 2 and self.down > page
            self.repeat = (tall, first, starts[grid.heads] - 1) if long else (0.0, 0, 0)

    def _look(self, cell: Cell) -> dict[str, Any]:
        look: dict[str, Any] = {
            "font_name": FONT,
            "font_size": cell.size or self.size,
            "align": cell.align,
            "border": 1,
        }
        look |= {"valign": "top" if cell.top else "vcenter", "text_wrap": True}
        return look | {"bg_color": SHADE, "bold": True} if cell.head else look

    def _put(self, area: tuple[int, int, int, int], cell: Cell, base: dict[str, Any]) -> None:
        """Number, text or text with a note, in one cell or in many merged."""
        style = number_format(cell)
        text = fitting(cell.text)
        plain = self.pen.format(num_format=style or "@", **base, **({} if style else prefix(text or cell.note)))
        row, column = area[:2]
        if area[:2] != area[2:]:
            self.sheet.merge_range(*area, "", plain)
        if style:
            self.sheet.write_number(row, column, cell.number, plain)
        elif text and cell.note:
            small = self.pen.format(font_name=FONT, font_size=7.5, font_color=GREY)
            words = self.pen.format(font_name=FONT, font_size=cell.size or self.size)
            self.sheet.write_rich_string(row, column, words, text, small, behind(cell), plain)
        elif text or cell.note:
            self.sheet.write_string(row, column, text or cell.note, plain)
        else:
            self.sheet.write_blank(row, column, None, plain)

    def _stamps(self, stamps: Stamps, edges: tuple[int, ...]) -> None:
        letter = self.paper.letter
        base: dict[str, Any] = {"font_name": FONT, "font_size": 16 if letter else self.size, "text_wrap": True}
        base |= {"align": "center", "valign": "vcenter"} if letter else {"align": "left", "valign": "top", "border": 1}
        self._rows(12)
        rows = self._rows(90)
        for number, (who, label) in enumerate(stamps.parties):
            if letter:
                text = "\n".join(filter(None, [who, label, SEAL]))
            else:
                text = f"{who}\n\n\n{f'{label}：' if label else ''}　　　　　　{SEAL}\n\n　　　　　{BLANK_DATE}"
            self._put((self.row - rows, edges[number], self.row - 1, edges[number + 1] - 1), Cell(text), base)
        if letter:
            self._words(Line(chinese(self.paper.dated_on) or BLANK_DATE, "right"))

    def _picture(self, picture: Picture) -> None:
        wide, high = struct.unpack(">II", picture.png[16:24])
        points = min(picture.width_mm / 25.4 * 72, self.width)
        scale = points / _POINTS / wide
        start = self.row
        self._rows(points * high / wide + 8)
        options = {"image_data": io.BytesIO(picture.png), "x_scale": scale, "y_scale": scale, "object_position": 1}
        self.sheet.insert_image(start, 0, "picture.png", options)
        if picture.caption:
            self._words(Line(picture.caption, "note"))
