import time
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from tests.workbooks.books import HEADERS, LINE, SPEND, book, codes, line, part, repacked, saved
from workbooks.cells import Cell
from workbooks.findings import grouped
from workbooks.sheets import Column, Table, read

SHEET = "xl/worksheets/sheet1.xml"


def rows_of(data, table=SPEND):
    return read(data, table).rows[table.key]


def test_a_row_keeps_value_and_address_of_each_field():
    [row] = rows_of(book(LINE))

    assert (row.sheet, row.number) == ("支出", 2)
    assert row.cells["paid_on"] == Cell(date(2026, 9, 3), "B2")
    assert row.cells["amount"] == Cell(Decimal("1260000.00"), "D2")
    assert row.failed == frozenset()


def test_titles_above_blank_rows_totals_and_footnotes_are_no_rows():
    data = book(
        LINE, (), (2, "", "", "", "", ""), line(order="3"), ("合计", "", "", "=SUM(D4:D7)"), ("注：按实填写。",),
        ("填报人：示例甲", "", "", "审核人：示例乙"), above=(("专项资金支出明细表",), ("项目名称：示例",)),
    )  # fmt: skip

    rows, findings = read(data, SPEND)

    assert [row.number for row in rows["spend"]] == [4, 7]
    assert codes(findings) == ["TAB-005"]


@given(st.permutations(range(len(HEADERS))))
def test_column_order_is_free(order):
    data = book([LINE[place] for place in order], headers=[HEADERS[place] for place in order])

    [row] = rows_of(data)

    assert row.value("amount") == Decimal("1260000.00")
    assert row.address("amount") == "ABCDEF"[order.index(3)] + "2"


def test_header_words_are_compared_without_blanks_brackets_and_width():
    headers = ("序 号", "付款\n日期", "凭证号（记账）", "支付金额", "人　数", "摘要")

    assert rows_of(book(LINE, headers=headers))[0].value("amount") == Decimal("1260000.00")


@pytest.mark.parametrize(
    ("headers", "above", "amount"),
    [
        (("序号", "付款日期", "凭证号", "金额（万元）", "人数", "摘要"), (), "1200000.00"),
        (("序号", "付款日期", "凭证号", "金额", "人数", "摘要"), (("支出表", "", "单位：万元"),), "1200000.00"),
        (HEADERS, (("支出表", "", "单位：万元"),), "120.00"),
    ],
    ids=["in the header", "above the table", "the header's own unit wins"],
)
def test_wan_in_the_header_converts_and_says_so(headers, above, amount):
    rows, findings = read(book(line(amount=120), headers=headers, above=above), SPEND)

    assert rows["spend"][0].value("amount") == Decimal(amount)
    assert bool(codes(findings, "info")) == (amount != "120.00")


def test_one_bad_cell_silences_neither_its_column_nor_its_row():
    rows, findings = read(book(LINE, line(amount="十二万", people=1.5), line(amount="-1.234"), LINE), SPEND)

    assert [row.value("amount") for row in rows["spend"]] == [Decimal("1260000.00"), None, None, Decimal("1260000.00")]
    assert rows["spend"][1].failed == {"amount", "people"}
    assert rows["spend"][1].value("voucher") == "记-0901"
    assert codes(findings) == ["CEL-001", "CEL-002", "CEL-003"]


def test_long_text_in_one_cell_silences_nothing_else():
    rows, findings = read(book(line(note="长" * 30_000), line(note="长" * 101), LINE), SPEND)

    assert [row.value("note") for row in rows["spend"]] == [None, None, "首付款"]
    assert [(finding.code, finding.cells) for finding in findings] == [("CEL-006", ("F2",)), ("CEL-006", ("F3",))]
    assert all(len(finding.message) < 250 for finding in findings)


def test_addresses_are_right_after_inserted_rows_and_columns():
    above = (("说明",), (), ("再插一行",))
    data = book((), LINE, (), ("x", *line(amount="甲")), headers=HEADERS, above=above)
    shifted = book(("插列", *line(amount="甲")), headers=("备用列", *HEADERS), above=above)

    assert [f.cells for f in read(shifted, SPEND).findings if f.code == "CEL-001"] == [("E5",)]
    assert read(data, SPEND).rows["spend"][0].number == 6


def test_the_message_has_place_typed_wanted_and_mend():
    [finding] = read(book(line(amount="十二万"), name="2 专项资金支出明细"), SPEND).findings

    assert finding.message == (
        '「2 专项资金支出明细」第 2 行「金额」(D2)：您填写的是"十二万"，应为数字（单位：元）。请填写阿拉伯数字，例如 120000.00。'
    )


def test_a_date_in_2200_is_refused():
    assert codes(read(book(line(paid_on="2200-01-01")), SPEND).findings) == ["CEL-011"]


def test_nothing_leaks_from_one_upload_to_the_next():
    clean, dirty = book(LINE), book(line(amount="甲"), headers=(*HEADERS[:5], "别的列"))

    first = read(clean, SPEND)
    read(dirty, SPEND)

    assert read(clean, SPEND) == first
    assert first.findings == ()


def test_an_unknown_sheet_is_said_once_and_breaks_nothing():
    data = book(LINE, more=(("杂项", (("随手记", 1), ("b", 2))), ("空表", ())))

    rows, findings = read(data, SPEND)

    assert len(rows["spend"]) == 1
    assert [(finding.code, finding.sheet) for finding in findings] == [("TAB-004", "杂项")]


def test_a_file_without_the_table_says_what_is_missing():
    _, findings = read(book(("a", "b"), headers=("甲", "乙")), SPEND)

    assert codes(findings) == ["TAB-001", "TAB-004"]
    assert "付款日期、凭证号、金额" in findings[0].message


def test_missing_unknown_and_repeated_columns_are_said_once_each():
    data = book(LINE, LINE, headers=("序号", "付款日期", "凭证号", "审批意见", "人数", "人数"))

    rows, findings = read(data, SPEND)

    assert [(finding.code, finding.field, finding.cells) for finding in findings] == [
        ("TAB-002", "金额", ("A1",)),
        ("TAB-003", "表头", ("D1",)),
        ("TAB-006", "表头", ("F1",)),
    ]
    assert rows["spend"][0].cells["amount"] == Cell(None, "")


def test_a_required_cell_left_blank_is_said():
    assert codes(read(book(line(amount="—")), SPEND).findings) == ["CEL-015"]


def test_text_merged_downwards_counts_for_each_row_and_numbers_do_not():
    data = book(LINE, line(voucher=None, amount=None), merges=("C2:C3", "D2:D3"))

    rows, findings = read(data, SPEND)

    assert [row.cells["voucher"] for row in rows["spend"]] == [Cell("记-0901", "C2")] * 2
    assert [row.value("amount") for row in rows["spend"]] == [Decimal("1260000.00"), None]
    assert codes(findings) == ["CEL-013"]


def test_a_header_of_two_rows_is_read():
    table = Table("t", "表", (Column("name", "单位"), Column("all", "年培训人次", kind="whole"),
                             Column("high", "其中高技能人才", kind="whole"), Column("area", "面积", kind="whole")))  # fmt: skip
    above = (("表",), ("单位", "年培训人次", None, "面积"))
    data = book(("甲", 3000, 1000, 50), headers=(None, "小计人数", "其中高技能人才", None), above=above,
                merges=("A2:A3", "B2:C2", "D2:D3"))  # fmt: skip

    [row] = rows_of(data, table)

    assert [row.value(key) for key in ("name", "all", "high", "area")] == ["甲", 3000, 1000, 50]


def test_the_header_repeated_on_the_next_page_is_no_row():
    data = book(LINE, ("专项资金支出明细表（续）",), HEADERS, line(order=2))

    assert [row.number for row in rows_of(data)] == [2, 5]


def test_formulas_without_a_value_and_broken_ones_are_findings():
    rows, findings = read(book(line(amount="=1+1"), line(amount="#REF!")), SPEND)

    assert [(finding.code, finding.cells) for finding in findings] == [("CEL-014", ("D2",)), ("CEL-009", ("D3",))]
    assert [row.value("amount") for row in rows["spend"]] == [None, None]


def test_a_formula_with_its_value_is_read():
    data = book(line(amount="=1+1"))
    cached = repacked(data, {SHEET: part(data).replace("<v></v>", "<v>2</v>").replace("<v />", "<v>2</v>")})

    assert rows_of(cached)[0].value("amount") == Decimal("2.00")


def test_hidden_sheets_are_left_alone():
    workbook = Workbook()
    hidden = workbook.create_sheet("旧数据")
    hidden.sheet_state = "veryHidden"
    for sheet in (workbook.active, hidden):
        sheet.append(HEADERS)
        sheet.append(LINE)

    assert len(rows_of(saved(workbook))) == 1


def test_a_list_of_its_own_inside_the_file_changes_nothing():
    """A drop-down forged by the user is not looked at: reference lists live on the server."""
    data = book(line(people="十"))
    forged = part(data).replace(
        "<pageMargins",
        '<dataValidations><dataValidation type="list" sqref="E2"><formula1>"十"</formula1></dataValidation>'
        "</dataValidations><pageMargins",
    )

    assert codes(read(repacked(data, {SHEET: forged}), SPEND).findings) == ["CEL-001"]


def test_a_claimed_dimension_is_not_believed():
    data = book(LINE, LINE)
    lying = part(data).replace('<dimension ref="A1:F3"', '<dimension ref="A1:A1"')

    assert lying != part(data)
    assert len(rows_of(repacked(data, {SHEET: lying}))) == 2


def test_findings_group_by_code_sheet_and_field_with_cells_merged():
    _, findings = read(book(*[line(amount="甲")] * 25, line(people="乙")), SPEND)

    groups = grouped(findings)

    assert [(group.field, group.count) for group in groups] == [("金额", 25), ("人数", 1)]
    assert groups[0].cells_text(most=3) == "D2, D3, D4 等 25 处"


def test_more_rows_than_the_table_takes_are_said():
    small = Table(SPEND.key, SPEND.label, SPEND.columns, most=2)

    rows, findings = read(book(LINE, LINE, LINE), small)

    assert len(rows["spend"]) == 2
    assert codes(findings) == ["TAB-007"]


def test_500_rows_are_read_well_within_two_seconds():
    data = book(*[line(order=place, amount="1,260.50") for place in range(500)])
    start = time.process_time()

    rows, findings = read(data, SPEND)

    assert time.process_time() - start < 2
    assert len(rows["spend"]) == len(findings) == 500
