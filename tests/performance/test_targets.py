from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performance.targets import Ambiguous, ParsedTarget, Quantity, number_text, parse_target, parse_value
from policy.terms import Operator


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2000", Fraction(2000)),
        ("1/3", Fraction(1, 3)),
        ("90.5", Fraction(181, 2)),
        ("1,234,567.80", Fraction(123456780, 100)),
        ("２０００", Fraction(2000)),
        ("１，２００．５", Fraction(24010, 20)),
        (" 1／3 ", Fraction(1, 3)),
        ("-3", Fraction(-3)),
        ("0", Fraction(0)),
    ],
)
def test_parse_value_is_exact(text, value):
    assert parse_value(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "1e3",
        "NaN",
        "inf",
        "Infinity",
        "1.",
        ".5",
        "1,00",
        "12,34",
        "1/0",
        "1.5/3",
        "+5",
        "90%",
        "十",
        "²",
        "٣",
        "0x10",
        "1_000",
        "--1",
        "1/3/4",
        "9" * 41,
    ],
)
def test_parse_value_refuses_what_is_not_plainly_a_number(text):
    with pytest.raises(ValueError, match=r"数值|分母"):
        parse_value(text)


@given(st.fractions())
def test_number_text_is_read_back_exactly(value):
    text = number_text(value)

    if len(text) <= 40:
        assert parse_value(text) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(1, 3), "1/3"),
        (Fraction(181, 2), "90.5"),
        (Fraction(-1, 8), "-0.125"),
        (Fraction(1, 100), "0.01"),
        (Fraction(2000), "2000"),
    ],
)
def test_number_text(value, text):
    assert number_text(value) == text


def test_a_quantity_keeps_its_text():
    assert Quantity.of("１,000.50") == Quantity("1000.50", Fraction(2001, 2))
    assert str(Quantity.of("1/3")) == "1/3"


@pytest.mark.parametrize(
    ("text", "operator", "value", "unit"),
    [
        ("≥90%", Operator.GE, "90", "%"),
        (">=90％", Operator.GE, "90", "%"),
        ("不低于90%", Operator.GE, "90", "%"),
        ("不少于1000人", Operator.GE, "1000", "人"),
        ("不低于1,000人次/年", Operator.GE, "1000", "人次/年"),
        ("达到90%", Operator.GE, "90", "%"),
        ("达到90%以上", Operator.GE, "90", "%"),
        ("2000人次以上", Operator.GE, "2000", "人次"),
        ("不低于90%以上。", Operator.GE, "90", "%"),
        ("＞3个", Operator.GT, "3", "个"),
        ("超过3个", Operator.GT, "3", "个"),
        ("=100%", Operator.EQ, "100", "%"),
        ("等于100%", Operator.EQ, "100", "%"),
        ("≤1/3", Operator.LE, "1/3", ""),
        ("不超过1/3", Operator.LE, "1/3", ""),
        ("不高于 5.5 万元", Operator.LE, "5.5", "万元"),
        ("10天以内", Operator.LE, "10", "天"),
        ("达到10天以内", Operator.LE, "10", "天"),
        ("＜５％", Operator.LT, "5", "%"),
        ("≥０", Operator.GE, "0", ""),
        ("≥2个百分点", Operator.GE, "2", "个百分点"),
        ("达成", Operator.QUALITATIVE, "达成", ""),
    ],
)
def test_parse_target(text, operator, value, unit):
    assert parse_target(text) == ParsedTarget(operator, value, unit)


@pytest.mark.parametrize(
    "text",
    [
        "九成以上",
        "2000-3000",
        "约2000",
        "",
        "90%",
        "2000",
        "近千人",
        "2000左右",
        "2000多人",
        "2000余人次以上",
        "九十%",
        "1000～2000人",
        "不低于1000至2000人",
        "≥90%且≤95%",
        "≥90以内",
        "超过90%以上",
        "≥1e3",
        "≥NaN",
        "≥1,00",
        "≥1/0",
        "百分之九十",
        "3成以上",
        "≥2万人次",
        "≥≥90",
        "5个以上职业",
        "2026年6月底前",
        "较上年提高",
        "≥90.%",
        "1/3或1/2以内",
    ],
)
def test_parse_target_asks_and_never_guesses(text):
    assert isinstance(parse_target(text), Ambiguous)


@given(st.text(max_size=30))
def test_parse_target_reads_or_asks_whatever_is_typed(text):
    found = parse_target(text)

    if isinstance(found, ParsedTarget) and found.operator != Operator.QUALITATIVE:
        assert isinstance(parse_value(found.value), Fraction)
    elif isinstance(found, Ambiguous):
        assert found.message


@given(
    st.sampled_from([o for o in Operator if o != Operator.QUALITATIVE]),
    st.integers(0, 10**9),
    st.sampled_from(["", "%", "人"]),
)
def test_a_target_written_with_a_sign_is_read_back(operator, value, unit):
    assert parse_target(f"{operator.label}{value}{unit}") == ParsedTarget(operator, str(value), unit)
