import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy import loader
from projects.conditions import actual_text, judge, requirement_text

CONDITIONS = {condition.code: condition for condition in loader.edition("jilin_2025").conditions}


def values(code, *texts):
    return {name: text for (name, _), text in zip(CONDITIONS[code].facts, texts, strict=True)}


@pytest.mark.parametrize(
    ("code", "texts", "expected"),
    [
        ("N2a", ["999"], False),
        ("N2a", ["999.99"], False),
        ("N2a", ["1000"], True),
        ("N2a", ["１，００１"], True),
        ("N2a", ["约1000"], None),
        ("N2a", ["-1000"], None),
        ("N2a", ["1e4"], None),
        ("N2a", [""], None),
        ("N1a", ["true"], True),
        ("N1a", ["否"], False),
        ("N1a", ["?"], None),
        ("N1c", ["3"], False),
        ("N1c", ["4"], True),
        ("N4a", ["33", "99"], True),
        ("N4a", ["34", "99"], False),
        ("N4a", ["0", "0"], None),
        ("N4a", ["5", "3"], None),
        ("N4a", ["5", ""], None),
        ("N4b", ["45", "100"], True),
        ("N4b", ["44", "100"], False),
        ("N4b", ["9", "20"], True),
        ("N4b", ["8", "18"], False),
        ("N4b", ["21", "20"], None),
        ("N5", ["3、4,3"], True),
        ("N5", ["3 2 5"], False),
        ("N5", ["3、x"], None),
        ("E1", ["2010"], False),
        ("E1", ["2011"], True),
        ("E1", ["2020"], True),
        ("E1", ["2021"], False),
        ("E5a", ["89.99"], False),
        ("E5a", ["90"], True),
        ("T5", ["高级技师"], True),
        ("T5", ["绝技绝活"], True),
        ("T5", ["技师"], False),
        ("T7", ["1"], True),
        ("T7", ["2"], False),
    ],
)
def test_judge_at_the_boundary(code, texts, expected):
    assert judge(CONDITIONS[code], values(code, *texts)) is expected


@pytest.mark.parametrize("code", list(CONDITIONS))
def test_nothing_entered_is_not_judged(code):
    assert judge(CONDITIONS[code], {}) is None
    assert actual_text(CONDITIONS[code], {}) == "未填写"


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_ratios_are_compared_as_whole_numbers(part, whole):
    found = judge(CONDITIONS["N4a"], values("N4a", str(part), str(whole)))

    assert found == (None if part > whole else part * 3 <= whole)


@pytest.mark.parametrize("code", list(CONDITIONS))
@given(text=st.text(max_size=10))
def test_judge_takes_whatever_is_typed(code, text):
    condition = CONDITIONS[code]
    entered = {name: text for name, _ in condition.facts}

    assert judge(condition, entered) in {True, False, None}
    assert isinstance(actual_text(condition, entered), str)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("N1a", "是"),
        ("N1c", "≥4 项制度"),
        ("N2a", "≥1000 平方米"),
        ("N4a", "不超过 1/3"),
        ("N4b", "不低于 45%"),
        ("N5", "每个不少于 3 名/职业"),
        ("E1", "2011—2020 年"),
        ("T5", "高级技师 或 绝技绝活"),
        ("T7", "不超过 1 个"),
    ],
)
def test_requirement_text(code, text):
    assert requirement_text(CONDITIONS[code]) == text


@pytest.mark.parametrize(
    ("code", "texts", "text"),
    [
        ("N1a", ["true"], "是"),
        ("N2a", ["999"], "999 平方米"),
        ("N4a", ["34", "100"], "34 ÷ 100 ≈ 34.00%"),
        ("N4a", ["1", "3"], "1 ÷ 3 ≈ 33.33%"),
        ("N4a", ["0", "0"], "0 ÷ 0（总数为 0，无法判定）"),
        ("N4a", ["5", "3"], "5 ÷ 3（部分大于总数，请核对）"),
        ("T5", ["技师"], "技师"),
    ],
)
def test_actual_text(code, texts, text):
    assert actual_text(CONDITIONS[code], values(code, *texts)) == text
