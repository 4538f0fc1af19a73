import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests.workbooks.books import moment
from workbooks.writer import Sheet, csv, xlsx

LIVE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", '=HYPERLINK("http://a")', "＝1+1"]


def reopened(*sheets):
    return load_workbook(io.BytesIO(xlsx(sheets)))


def test_values_keep_their_types():
    row = ("示例", Decimal("1260000.00"), 12, date(2026, 9, 3), None, True, moment(2026, 9, 3, 8, 30))

    sheet = reopened(Sheet("支出", ("a",) * 7, [row]))["支出"]

    cells = sheet[2]
    assert [cell.value for cell in cells] == [
        "示例", 1260000, 12, moment(2026, 9, 3), None, "是", moment(2026, 9, 3, 8, 30)
    ]  # fmt: skip
    assert [cells[1].number_format, cells[3].number_format] == ["#,##0.00", "yyyy-mm-dd"]


@pytest.mark.parametrize("text", LIVE)
def test_text_never_becomes_a_formula_in_xlsx(text):
    data = xlsx([Sheet(text, (text,), [(text,)], titles=(text,), notes=(text,))])

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    assert {row[0].data_type for row in sheet.iter_rows()} == {"s"}
    assert sheet["A3"].value.strip() == text.strip()
    assert not sheet.title.startswith(("=", "+", "-", "@", "＝"))


@pytest.mark.parametrize("text", LIVE)
def test_text_never_becomes_a_formula_in_csv(text):
    import csv as plain

    lines = list(plain.reader(io.StringIO(csv((text,), [(text,)]).decode("utf-8-sig"), newline="")))

    assert lines == [[f"'{text}"], [f"'{text}"]]


def test_numbers_in_csv_are_left_as_numbers():
    data = csv(("金额", "日期", "说明"), [(Decimal("-5.00"), date(2026, 9, 3), "a,b"), (-3, None, False)])

    assert data == '\ufeff金额,日期,说明\r\n-5.00,2026-09-03,"a,b"\r\n-3,,否\r\n'.encode()


def test_long_numbers_are_kept_as_text():
    sheet = reopened(Sheet("a", ("n",), [(26222000000000000011,), (Decimal("NaN"),)])).worksheets[0]

    assert [sheet["A2"].value, sheet["A3"].value] == ["26222000000000000011", "NaN"]


def test_text_beyond_what_a_cell_holds_is_cut_and_says_so():
    sheet = reopened(Sheet("a", ("n",), [("长" * 40_000,)])).worksheets[0]

    assert len(sheet["A2"].value) == 32_767
    assert sheet["A2"].value.endswith("（已截断）")


def test_sheet_names_are_made_fit_and_unique():
    names = ["汇总/表[1]", "汇总/表[1]", "", "长" * 40, "history", "'a'"]

    sheets = reopened(*[Sheet(name, ("a",), []) for name in names]).sheetnames

    assert sheets == ["汇总_表_1_", "汇总_表_1_(2)", "Sheet", "长" * 31, "history_", "a"]


def test_an_unknown_type_is_a_bug_and_crashes():
    with pytest.raises(TypeError):
        xlsx([Sheet("a", ("n",), [(1.5,)])])
    with pytest.raises(TypeError):
        csv(("n",), [(1.5,)])


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=50))
def test_text_comes_back_as_it_was(text):
    value = reopened(Sheet("a", ("n",), [(text,)])).worksheets[0]["A2"].value

    assert (value or "") == text
