"""A paper as workbook: merged as on paper, numbers as numbers, text never a formula."""

import io
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.utils import range_boundaries

from papers import Break, Cell, Grid, Line, Paper, figure, left, placed, render
from papers.edges import heights, lines, shared
from papers.numbers import number_format
from tests.papers.sample import INJECTIONS, form, grid, letter


def book(paper):
    return openpyxl.load_workbook(io.BytesIO(render(paper, "xlsx")), rich_text=True)


def texts(sheet):
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


def merges(sheet):
    return sorted(range_boundaries(str(area)) for area in sheet.merged_cells.ranges)


def test_cells_are_merged_as_the_layout_says():
    sheet = book(Paper("F99", "表", (grid(3),))).active

    first = 2  # below the title
    expected = [
        (one.column + 1, first + one.row, one.column + one.cell.span, first + one.row + one.cell.rows - 1)
        for one in placed(grid(3))
        if one.cell.span > 1 or one.cell.rows > 1
    ]
    assert merges(sheet) == sorted([*expected, (1, 1, 5, 1)])


def test_grids_of_other_columns_share_one_sheet():
    wide, narrow = Grid((1, 3), ((Cell("a"), Cell("b")),)), Grid((1, 1), ((Cell("c"), Cell("d")),))

    order, edges = shared([(wide.columns, 0.008), (narrow.columns, 0.008)])

    assert (order, edges) == ([0.0, 0.25, 0.5, 1.0], [(0, 1, 3), (0, 2, 3)])
    assert merges(book(Paper("F99", "表", (wide, narrow))).active) == [(1, 1, 3, 1), (1, 3, 2, 3), (2, 2, 3, 2)]


def test_edges_that_nearly_meet_are_one_and_never_fall_together():
    order, edges = shared([((100, 101), 0.008), ((101, 100), 0.008), ((1, 1000, 1), 0.008)])

    assert edges[:2] == [(0, 2, 4), (0, 2, 4)]
    assert edges[2] == (0, 1, 3, 4)
    assert order == sorted(set(order))


def test_every_text_stands_in_it_and_none_is_a_formula():
    sheet = book(form()).active
    found = texts(sheet)

    assert [text for text in INJECTIONS if text not in found] == []
    assert "；".join(INJECTIONS) in found
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert {cell.quotePrefix for row in sheet.iter_rows() for cell in row if cell.value in ("=1+1", "-1")} == {True}
    for said in ("试用表", "（2026 年度）", "指标2 6分", "图一", "≥2000 人次"):
        assert said in found


def test_figures_are_numbers_shown_as_on_paper():
    cells = [cell for row in book(form()).active.iter_rows() for cell in row if cell.data_type == "n" and cell.value]

    assert {(cell.value, cell.number_format) for cell in cells} == {(1234.5, "#,##0.00"), (0.873, "0.00%")}


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (figure("1,234.50"), "#,##0.00"),
        (figure("87.30%"), "0.00%"),
        (Cell("5", number=5), "0"),
        (Cell("20 分", number=20), '0" 分"'),
        (Cell("≥90%", number=Decimal("0.9")), '"≥"0%'),
        (Cell("90%", number=90), '0"%"'),
        (Cell("3.00", number=Decimal("2.999")), "0.00"),
        (Cell("6", number=6, note="6分"), '0" 6分"'),
        (Cell("6", number=6, note='\n"6"分'), '0" 6分"'),
        (Cell("6", number=6, note="分" * 300), ""),
        (Cell("3.00", number=Decimal("2.98")), ""),
        (Cell("1/3", number=Decimal("0.33")), ""),
        (Cell("—", number=0), ""),
        (Cell("1", number=None), ""),
        (Cell("12345678901234567", number=12345678901234567), ""),
        (Cell("1.2.3", number=1), ""),
    ],
    ids=lambda value: value.text if isinstance(value, Cell) else "",
)
def test_a_number_stands_for_its_text_only_where_it_says_the_same(cell, expected):
    assert number_format(cell) == expected


def test_a_page_is_set_up_as_on_paper():
    sheet = book(form(rows=81)).active

    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.sheet_properties.pageSetUpPr.fitToPage is True
    assert sheet.print_title_rows == "$5:$6"
    assert sheet.oddFooter.left.text == "甲2026-1"
    assert sheet.oddFooter.center.text == "第 &P 页 / 共 &N 页"
    assert sheet.oddFooter.right.text == "第 1 版 · 校验码 AAAA-BBBB-CCCC"
    assert book(form()).active.print_title_rows is None


def test_words_of_people_are_no_codes_in_the_foot():
    sheet = book(form(number="甲&P&A1" + "号" * 300)).active

    assert sheet.oddFooter.left.text.startswith("甲&&P&&A1")
    assert sheet.oddFooter.right.text == "第 1 版 · 校验码 AAAA-BBBB-CCCC"


@pytest.mark.parametrize("make", [form, letter])
def test_only_a_draft_is_marked_in_the_sheet_and_on_its_pages(make):
    plain, draft = book(make()).active, book(make(draft=True)).active

    assert "草　稿" not in [*texts(plain), plain.oddHeader.center.text]
    assert draft["A1"].value == "草　稿"
    assert draft.oddHeader.center.text == "草　稿"


def test_rows_are_high_enough_for_their_words():
    sheet = book(Paper("F99", "表", (Grid((1, 1), ((left("长" * 400), Cell("短")), (Cell("a"), Cell("b")))),))).active

    assert sheet.row_dimensions[2].height > 10 * 12 > sheet.row_dimensions[3].height
    assert (lines("长" * 10, 50, 10), lines("ab\n\nc", 50, 10), lines("", 50, 10)) == (2, 3, 1)


def test_words_too_high_for_a_row_of_excel_take_several():
    one = Grid((1, 1), ((left("长" * 4000), Cell("短")),))

    sheet = book(Paper("F99", "表", (one,))).active

    assert max(row.height for row in sheet.row_dimensions.values()) <= 409
    assert sum(row.height for row in sheet.row_dimensions.values()) > 1200
    assert merges(sheet)[1][:2] == (1, 2)
    assert heights(one, list(placed(one)), 200, 9)[0] > 3000


def test_text_longer_than_a_cell_takes_is_cut_with_a_word():
    sheet = book(Paper("F99", "表", (Line("长" * 40_000, "plain"),))).active

    assert [len(text) for text in texts(sheet)] == [1, 32_767]
    assert texts(sheet)[1].endswith("…（已截断）")


def test_each_part_has_its_own_sheet_and_heads():
    found = book(Paper("F02", "表", (grid(60), Break(), Break(), grid(60), Break())))

    assert found.sheetnames == ["F02", "F02(2)"]
    assert [sheet.print_title_rows for sheet in found] == ["$2:$3", "$1:$2"]


def test_the_same_paper_gives_the_same_bytes():
    assert render(form(), "xlsx") == render(form(), "xlsx")
    assert "media/image1.png" in " ".join(zipfile.ZipFile(io.BytesIO(render(form(), "xlsx"))).namelist())
