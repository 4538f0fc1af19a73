from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workbooks.books import moment
from workbooks.cells import Mismatch, Typed, Wanted, address, is_blank, typed
from workbooks.scan import position

MONEY = Wanted("money")
WHOLE = Wanted("whole", units=("人", "人次", "㎡"))


def wrong(raw, wanted):
    with pytest.raises(Mismatch) as caught:
        typed(raw, wanted)
    return caught.value.code


def outcome(raw, wanted):
    try:
        return typed(raw, wanted)
    except Mismatch as refused:
        return refused


@pytest.mark.parametrize(
    ("raw", "value", "note"),
    [
        ("48000", "48000.00", ""),
        (48000, "48000.00", ""),
        (23418.600000000002, "23418.60", ""),
        ("0.29", "0.29", ""),
        ("-12.50", "-12.50", ""),
        ("1,260,000.00", "1260000.00", "已按 1,260,000.00 元识别"),
        ("１００", "100.00", "已按 100.00 元识别"),
        ("￥386,500.00", "386500.00", "已按 386,500.00 元识别"),
        ("¥ 5元", "5.00", "已按 5.00 元识别"),
        ("12.6万元", "126000.00", "已按 126,000.00 元识别（万元换算为元）"),
        ("12．6 万", "126000.00", "已按 126,000.00 元识别（万元换算为元）"),
    ],
)
def test_money_is_read_as_people_write_it(raw, value, note):
    assert typed(raw, MONEY) == Typed(Decimal(value), note)


def test_a_header_in_wan_converts_plain_numbers_and_not_those_with_a_unit():
    wan = Wanted("money", wan=True)

    assert typed(80, wan).value == Decimal("800000.00")
    assert typed("86.4", wan) == Typed(Decimal("864000.00"), "已按 864,000.00 元识别（万元换算为元）")
    assert typed("864000元", wan).value == Decimal("864000.00")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("十二万", "CEL-001"),
        ("inf", "CEL-001"),
        ("nan", "CEL-001"),
        (float("inf"), "CEL-001"),
        (float("nan"), "CEL-001"),
        ("1e5", "CEL-001"),
        ("约3000", "CEL-001"),
        ("1,26,000", "CEL-001"),
        ("12,5", "CEL-001"),
        ("１２三", "CEL-001"),
        ("٣٤", "CEL-001"),
        ("10²", "CEL-001"),
        ("9" * 5000, "CEL-001"),
        (True, "CEL-008"),
        (1e13, "CEL-004"),
        ("100000000000", "CEL-004"),
        (10**20, "CEL-004"),
        (1.234, "CEL-003"),
        ("1.2345678万元", "CEL-003"),
        (moment(2026, 9, 3), "CEL-007"),
        (time(8, 30), "CEL-007"),
        ("#REF!", "CEL-009"),
    ],
)
def test_what_is_no_money_is_refused(raw, code):
    assert wrong(raw, MONEY) == code


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("1000.0", 1000),
        (1000.0, 1000),
        ("3,800人次", 3800),
        ("12600 ㎡", 12600),
        ("12600m²", 12600),
        ("６２００", 6200),
    ],
)
def test_whole_numbers(raw, value):
    result = typed(raw, WHOLE).value

    assert result == value
    assert type(result) is int


@pytest.mark.parametrize("raw", ["1.5", 1.5, "1,000.5"])
def test_one_and_a_half_is_no_whole_number(raw):
    assert wrong(raw, WHOLE) == "CEL-002"


def test_bounds_are_inclusive():
    wanted = Wanted("whole", least=Decimal(0), most=Decimal(10))

    assert [typed(raw, wanted).value for raw in (0, 10)] == [0, 10]
    assert [wrong(raw, wanted) for raw in (-1, 11)] == ["CEL-004", "CEL-004"]


@pytest.mark.parametrize(
    "raw",
    ["2025年6月30日", "2025.6.30", "2025-06-30", "2025/6/30", "２０２５年６月３０日", "20250630", 20250630, "2025-6-30 0:00:00",
     45838, "45838", date(2025, 6, 30), moment(2025, 6, 30, 8), "2025 年 6 月 30 日"],
)  # fmt: skip
def test_dates_in_every_shape(raw):
    assert typed(raw, Wanted("date")).value == date(2025, 6, 30)


def test_a_workbook_that_counts_from_1904_is_read_so():
    assert typed(45838 - 1462, Wanted("date", date1904=True)).value == date(2025, 6, 30)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("2200-01-01", "CEL-011"),
        (moment(2200, 1, 1), "CEL-011"),
        (moment(1899, 12, 31), "CEL-011"),
        (2025, "CEL-010"),
        (12, "CEL-010"),
        (1e9, "CEL-010"),
        ("2025-02-30", "CEL-010"),
        ("2025年6月", "CEL-010"),
        ("25.6.30", "CEL-010"),
        ("去年", "CEL-010"),
        (time(8, 30), "CEL-010"),
        (True, "CEL-008"),
    ],
)
def test_what_is_no_date_is_refused(raw, code):
    assert wrong(raw, Wanted("date")) == code


def test_years_can_be_narrowed():
    assert wrong("2024-12-31", Wanted("date", years=(2025, 2027))) == "CEL-011"
    assert typed("2025-01-01", Wanted("date", years=(2025, 2027))).value == date(2025, 1, 1)


@pytest.mark.parametrize(
    ("raw", "value"),
    [("1974年3月", "1974-03"), ("1980.11", "1980-11"), (1980.11, "1980-11"), ("1969-05-01", "1969-05"), ("1980.1", "1980-01"),
     ("1971年1月", "1971-01"), ("197403", "1974-03"), (197403, "1974-03"), (moment(1974, 3, 1), "1974-03"), ("1958-09", "1958-09")],
)  # fmt: skip
def test_months_in_every_shape(raw, value):
    assert typed(raw, Wanted("month")).value == value


@pytest.mark.parametrize(
    ("raw", "code"), [(1980.1, "CEL-012"), ("1980.13", "CEL-010"), (1980, "CEL-010"), ("2150年1月", "CEL-011")]
)
def test_what_is_no_month_is_refused(raw, code):
    assert wrong(raw, Wanted("month")) == code


@pytest.mark.parametrize("raw", [None, "", "  ", "\u3000", "—", "——", "/", "无", "-", "－", " 无 ", "\u200b", "\n"])
def test_marks_for_nothing_are_blank(raw):
    assert is_blank(raw)
    assert all(typed(raw, Wanted(kind)).value is None for kind in ("text", "code", "whole", "money", "date", "month"))


@pytest.mark.parametrize("raw", ["0", 0, "无锡", "1/2", False])
def test_other_things_are_not_blank(raw):
    assert not is_blank(raw)


@pytest.mark.parametrize(
    ("raw", "wanted", "value"),
    [
        ("  示例 \u3000厂\u200b ", Wanted(), "示例 厂"),
        ("第一行\n\n第二行", Wanted(), "第一行\n第二行"),
        (13800000000, Wanted(), "13800000000"),
        (12.5, Wanted(), "12.5"),
        ("12220000ｍｂ0a00001g ", Wanted("code"), "12220000MB0A00001G"),
        ("=1+1", Wanted(), "=1+1"),
    ],
)
def test_text_is_tidied_and_otherwise_kept(raw, wanted, value):
    assert typed(raw, wanted).value == value


@pytest.mark.parametrize(
    ("raw", "code"),
    [(2.6222e19, "CEL-005"), (1234567890123456, "CEL-005"), (moment(2025, 6, 1), "CEL-007"), ("长" * 501, "CEL-006"),
     (True, "CEL-008")],
)  # fmt: skip
def test_text_that_excel_has_spoilt_is_refused(raw, code):
    assert wrong(raw, Wanted()) == code


@given(st.decimals(min_value=-99_999_999_999, max_value=99_999_999_999, places=2))
def test_every_amount_survives_its_own_writing(amount):
    assert typed(f"{amount:,}", MONEY).value == amount
    assert typed(f"{amount:f}元", MONEY).value == amount


@given(st.dates(date(1930, 1, 1), date(2100, 12, 31)))
def test_every_day_survives_its_own_writing(day):
    shapes = (
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
        (day - date(1899, 12, 30)).days,
    )

    assert {typed(shape, Wanted("date")).value for shape in shapes} == {day}


@given(
    st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.datetimes(), st.times(), st.none()),
    st.sampled_from(["text", "code", "whole", "number", "money", "date", "month"]),
)
def test_anything_is_read_or_refused_in_words(raw, kind):
    result = outcome(raw, Wanted(kind))

    assert isinstance(result, Typed) or (result.expected and result.fix)


@given(st.integers(1, 2_000_000), st.integers(1, 18_278))
def test_addresses_go_both_ways(row, column):
    assert position(address(row, column)) == (row, column)
