"""导入支出: everything wrong is said at once with its place, nothing is written before 确认, and nothing twice."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from funds.importing import mend_sheets
from funds.importing.words import category_of, procurement_of, source_of
from funds.models import Voucher
from policy.loader import edition
from policy.terms import Kind, Source
from tests.funds.import_scene import (
    DAY,
    GOOD,
    confirm,
    keep,
    one_row,
    read,
    said,
    sample,
    workbook,
)
from tests.funds.scene import ON, record, submit
from workbooks.writer import xlsx

# Reading


def test_the_sample_of_the_autumn_is_read_to_the_last_cent(ready):
    found = read(ready, sample(), DAY)

    assert [(line.fate, line.number, line.amount, line.paid_on) for line in found.lines] == [
        ("ready", "记-0901", Decimal("1260000.00"), date(2026, 9, 3)),
        ("ready", "记-0932", Decimal("386500.00"), date(2026, 9, 18)),
        ("refused", "记-1007", Decimal("48000.00"), date(2026, 10, 6)),
        ("ready", "记-1044", Decimal("126000.00"), date(2026, 10, 21)),
        ("ready", "记-1051", Decimal("23418.60"), date(2026, 10, 28)),
    ]
    assert said(found) == [("PAY-025", "F5")]
    assert found.lines[4].entry["category"] == "activities"
    assert found.lines[4].entry["procurement"] == "自行采购"
    assert found.lines[2].entry["source"] == Source.OWN
    assert ("TAB-005", "A8") in said(found, level="info")
    assert [line.number for line in found.outside] == ["记-1051"]  # the budget of the scene has no line for 竞赛


def test_the_sample_end_to_end(ready):
    kept = keep(ready, sample(), DAY)
    before = Voucher.objects.count()
    done = confirm(ready, kept, DAY)

    assert (before, done.recorded, [row[:2] for row in done.refused]) == (
        0, 4, [["「2 专项资金支出明细」第 5 行", "记-1007"]],
    )  # fmt: skip
    rows = Voucher.objects.order_by("number").values_list("number", "amount", "state", "entry_type", "recorded_by")
    assert list(rows) == [
        ("记-0901", Decimal("1260000.00"), "draft", "late", ready.clerk.pk),
        ("记-0932", Decimal("386500.00"), "draft", "late", ready.clerk.pk),
        ("记-1044", Decimal("126000.00"), "draft", "ordinary", ready.clerk.pk),
        ("记-1051", Decimal("23418.60"), "draft", "ordinary", ready.clerk.pk),
    ]
    assert {ready.clerk.pk} == set(Voucher.hands.through.objects.values_list("user_id", flat=True))


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("金额（元）", "十二万", ("CEL-001", "F3")),
        ("金额（元）", "=1+1", ("CEL-014", "F3")),
        ("金额（元）", "#REF!", ("CEL-009", "F3")),
        ("金额（元）", True, ("CEL-008", "F3")),
        ("金额（元）", "inf", ("CEL-001", "F3")),
        ("金额（元）", 1e13, ("CEL-004", "F3")),
        ("金额（元）", 0, ("PAY-002", "F3")),
        ("金额（元）", "-5.00", ("PAY-002", "F3")),
        ("金额（元）", "1.005", ("CEL-003", "F3")),
        ("金额（元）", None, ("CEL-015", "F3")),
        ("付款日期", 12, ("CEL-010", "A3")),
        ("付款日期", "2200-01-01", ("CEL-011", "A3")),
        ("付款日期", "2026-03-03", ("PAY-003", "A3")),
        ("付款日期", "2026-02-30", ("CEL-010", "A3")),
        ("凭证号", None, ("CEL-015", "B3")),
        ("凭证号", "长" * 41, ("CEL-006", "B3")),
        ("用途类别", "设备", ("PAY-020", "C3")),
        ("用途类别", "招待费", ("PAY-020", "C3")),
        ("资金来源", "中央和省级", ("PAY-021", "G3")),
        ("收款单位", "——", ("PAY-025", "E3")),
        ("摘要", date(2026, 1, 1), ("CEL-007", "D3")),
    ],
)
def test_one_bad_cell_is_one_finding_and_refuses_its_row(ready, column, value, expected):
    found = one_row(ready, **{column: value})

    assert said(found) == [expected]
    assert [line.fate for line in found.lines] == ["refused"]
    assert found.lines[0].why == tuple(one.message for one in found.findings if one.blocks)


@pytest.mark.parametrize(
    ("column", "value", "key", "expected"),
    [
        ("金额（元）", "１２，３４５．６７", "amount", Decimal("12345.67")),
        ("金额（元）", "1,000", "amount", Decimal("1000.00")),
        ("金额（元）", "￥1.2万", "amount", Decimal("12000.00")),
        ("金额（万元）", 1.2, "amount", Decimal("12000.00")),
        ("付款日期", "2026年2月3日", "paid_on", date(2026, 2, 3)),
        ("付款日期", 46050, "paid_on", date(2026, 1, 28)),
        ("付款日期", date(2026, 2, 3), "paid_on", date(2026, 2, 3)),
        ("用途类别", "1. 完善培训基础设施 ", "category", "facilities"),
        ("用途类别", "教学有关竞赛", "category", "activities"),
        ("资金来源", "中央财政专项", "source", "central"),
        ("支付方式", "银行转账", "pay_way", "transfer"),
        ("支付方式", None, "pay_way", "transfer"),
        ("是否含税", "不含税", "tax_included", False),
        ("采购方式", "直接采购", "procurement", "自行采购"),
        ("数量", "6台", "quantity", 6),
        ("合同编号", "无", "contract_number", ""),
        ("发票号码", "26222000000000000011", "invoice_number", "26222000000000000011"),
    ],
)
def test_what_people_type_is_understood_and_said(ready, column, value, key, expected):
    row = {name: given for name, given in GOOD.items() if not (name == "金额（元）" and "万" in column)}
    changed = row | {column: value}
    found = read(ready, workbook([changed], headers=tuple(changed)))

    assert said(found) == []
    assert found.lines[0].entry[key] == expected


def test_the_words_of_a_finding_say_where_what_and_how(ready):
    found = one_row(ready, **{"金额（元）": "十二万"})

    assert [one.message for one in found.findings if one.blocks] == [
        '「2 专项资金支出明细」第 3 行「金额（元）」(F3)：您填写的是"十二万"，应为数字（单位：元）。'
        "请填写阿拉伯数字，例如 120000.00。"
    ]


def test_everything_is_said_at_once_and_one_bad_cell_silences_nothing_else(ready):
    rows = [
        GOOD | {"金额（元）": "十二万", "付款日期": "昨天"},
        GOOD | {"凭证号": "记-2", "金额（元）": -1},
        GOOD | {"凭证号": "记-3"},
    ]

    found = read(ready, workbook(rows, headers=tuple(GOOD)))

    assert said(found) == [("CEL-010", "A3"), ("CEL-001", "F3"), ("PAY-002", "F4")]
    assert [line.fate for line in found.lines] == ["refused", "refused", "ready"]


def test_columns_in_any_order_an_unknown_one_said_once_and_inserted_rows(ready):
    headers = ("领导批示", *reversed(GOOD))
    rows = [GOOD | {"领导批示": "同意"}, {}, GOOD | {"领导批示": "同意", "凭证号": "记-2", "金额（元）": "x"}]

    found = read(ready, workbook(rows, headers=headers, titles=("支出明细表", "填报单位：示例学院", "")))

    assert said(found, level="warning")[0] == ("TAB-003", "A4")
    assert sum(one.code == "TAB-003" for one in found.findings) == 1
    assert said(found) == [("CEL-001", "C7")]


def test_a_missing_column_refuses_every_row_with_its_reason(ready):
    row = {name: value for name, value in GOOD.items() if name != "资金来源"}

    found = read(ready, workbook([row], headers=tuple(row)))

    assert [(one.code, one.field) for one in found.findings if one.blocks] == [("TAB-002", "资金来源")]
    assert [line.fate for line in found.lines] == ["refused"]


def test_a_number_twice_in_the_file_is_refused_the_second_time(ready):
    rows = [GOOD, GOOD | {"凭证号": "记－1", "金额（元）": 5}]

    found = read(ready, workbook(rows, headers=tuple(GOOD)))

    assert said(found) == [("PAY-011", "B4")]
    assert [line.fate for line in found.lines] == ["ready", "refused"]


def test_a_number_that_is_recorded_already(ready):
    record(ready, "1000.00", "记-1", paid_on=date(2026, 2, 10))
    record(ready, "7.00", "记-2", paid_on=date(2026, 2, 10))

    found = read(ready, workbook([GOOD, GOOD | {"凭证号": "记－2"}], headers=tuple(GOOD)))

    assert [line.fate for line in found.lines] == ["standing", "refused"]
    assert said(found) == [("PAY-010", "B4")]
    assert "已登记的写法是「记-2」" in found.lines[1].why[0]


def test_a_file_without_payments_says_so(ready):
    assert [one.code for one in read(ready, workbook([], headers=tuple(GOOD))).findings if one.blocks] == ["PAY-000"]


@pytest.mark.parametrize("text", ["'=HYPERLINK(1)", "+1", "@x"])
def test_text_that_looks_like_a_formula_comes_back_as_text(ready, text):
    row = GOOD | {"收款单位": text, "金额（元）": "十"}

    content = xlsx(mend_sheets(read(ready, workbook([row], headers=tuple(row)))))

    cells = [cell for sheet in load_workbook(BytesIO(content)) for line in sheet.iter_rows() for cell in line]
    assert [cell.value for cell in cells if cell.data_type == "f"] == []
    assert text in [cell.value for cell in cells]


# Words


@pytest.mark.parametrize(
    ("text", "code"),
    [("购置技能研修实训设备", "equipment"), ("实训设备", "equipment"), ("与教学有关的竞赛活动", "activities"), ("培训", ""),
     ("（一）聘用指导教师", "instructors"), ("办公用品", "")],
)  # fmt: skip
def test_category_of(text, code):
    categories = edition("jilin_2025").categories_for(Kind.BASE)

    assert category_of(text, categories).code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("中央补助", "central"),
        ("省级配套", "provincial"),
        ("市级", "local"),
        ("自有资金", "own"),
        ("中央、省", ""),
        ("贷款", ""),
    ],
)
def test_source_of(text, code):
    assert source_of(text).code == code


def test_procurement_of_an_unknown_word_is_asked():
    assert (procurement_of("直接采购").code, procurement_of("熟人介绍").code) == ("自行采购", "")


# Limits


def test_rows_are_measured_one_after_the_other(ready):
    rows = [
        GOOD | {"凭证号": f"记-{number}", "用途类别": "开发高技能人才培养课程", "金额（元）": amount}
        for number, amount in enumerate(("500000", "400000.01", "400000", "0.01"))
    ]

    found = read(ready, workbook(rows, headers=tuple(GOOD)))

    assert [line.number for line in found.outside] == ["记-1", "记-3"]
    assert [(one.code, one.cells) for one in found.findings if one.code == "LIM-006"] == [
        ("LIM-006", ("F4",)), ("LIM-006", ("F6",)),
    ]  # fmt: skip
    assert found.sums() == [("courses", "central", 4, Decimal("1300000.02"), Decimal("900000.00"))]


def test_the_forecast_is_what_submission_says(ready):
    """The same rows one by one: record, submit."""
    rows = [
        GOOD | {"凭证号": "记-1", "金额（元）": "600000"},
        GOOD | {"凭证号": "记-2", "金额（元）": "600000"},
        GOOD | {"凭证号": "记-3", "付款日期": "2025-06-01"},
    ]
    found = read(ready, workbook(rows, headers=tuple(GOOD)))

    fits = [
        submit(
            ready,
            str(line.amount),
            line.number,
            category=line.entry["category"],
            paid_on=line.paid_on,
            procurement="询价",
            contract_number="BC-1",
            invoice_number=f"2{line.number}",
            invoice_seller="示例公司",
        ).fits
        for line in found.lines
    ]

    assert [not line.outside for line in found.lines] == fits == [True, False, False]


def test_what_is_missing_before_submission_warns_and_blocks_nothing(ready):
    found = one_row(ready)

    assert {one.field for one in found.findings if one.code == "REQ-001"} >= {"发票号码", "采购方式"}
    assert found.lines[0].fate == "ready"


def test_a_registered_contract_is_found_by_its_number(ready):
    contract = ready.project.contracts.create(
        number="HT-01", name="改造", supplier="示例建筑公司", category="facilities", procurement="询价",
        amount=Decimal(5000), signed_on=date(2026, 1, 5), recorded_by=ready.clerk, recorded_on=ON,
    )  # fmt: skip
    row = GOOD | {"合同编号": "ｈｔ-01"}

    confirm(ready, keep(ready, workbook([row], headers=tuple(row))))

    voucher = Voucher.objects.get()
    assert (voucher.contract, voucher.contract_number, voucher.procurement) == (contract, "HT-01", "询价")
