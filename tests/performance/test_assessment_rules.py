"""Rules of the self-evaluation without a database: money of a year, figures as text, when a year is over."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from performance.checks import exact
from performance.rules import assessments as rules
from performance.rules.assessments import Before, YearMoney, figure_text, money_lines, shown
from performance.rules.figures import Figure
from performance.rules.scored import Goal, Reached
from policy.loader import edition
from policy.terms import Attained, Grade, Operator

JILIN = edition("jilin_2025")
START, END = date(2024, 3, 1), date(2026, 3, 1)


def money(**facts):
    given = dict.fromkeys(YearMoney.__dataclass_fields__, Decimal(0)) | {key: Decimal(n) for key, n in facts.items()}
    return [line.plain for line in money_lines(YearMoney(**given))]


def test_what_was_carried_over_is_spent_first():
    assert money(carried=300, issued=500, issued_spent=400, planned_fiscal=800, other=50, other_spent=20) == [
        ["年度资金总额", "800.00", "850.00", "420.00"],
        ["其中：当年财政拨款", "500.00", "500.00", "100.00"],
        ["上年结转资金", "300.00", "300.00", "300.00"],
        ["其他资金", "0.00", "50.00", "20.00"],
    ]


def test_a_year_without_a_budget_has_no_rate():
    lines = money_lines(YearMoney(*[Decimal(0)] * 7))

    assert {line.rate for line in lines} == {"不适用"}


@pytest.mark.parametrize(
    ("figure", "unit", "text"),
    [
        (Figure(None), "人次", ""),
        (Figure(Fraction(0)), "起", "0"),
        (Figure(Fraction(875, 10), Fraction(350), Fraction(400)), "%", "350/400"),
        (Figure(Fraction(875, 10), Fraction(7, 2), Fraction(4)), "%", "7/8"),
        (Figure(Fraction(200, 3)), "%", "2/3"),
        (Figure(Fraction(1, 3)), "比例", "1/3"),
        (Figure(Fraction(date(2026, 7, 31).toordinal())), "日期", "2026-07-31"),
    ],
)
def test_a_figure_is_written_so_that_it_is_read_back_exactly(figure, unit, text):
    assert figure_text(figure, unit) == text
    assert not text or exact(text, unit) == figure.value


@pytest.mark.parametrize(
    ("text", "unit", "words"),
    [
        ("350/400", "%", "87.5%（350/400）"),
        ("350／400", "%", "87.5%（350/400）"),
        ("１，８５０", "人次", "1850"),
        ("6", "%", "6%"),
        ("6%", "%", "6%"),
        ("1/3", "比例", "1/3"),
        ("", "%", ""),
    ],
)
def test_a_figure_is_shown_the_same_everywhere(text, unit, words):
    assert shown(text, unit) == words


@pytest.mark.parametrize(
    ("kind", "block", "on", "codes"),
    [
        ("year", "2024", date(2024, 12, 30), ["early"]),
        ("year", "2024", date(2024, 12, 31), []),
        ("year", "2026", date(2026, 2, 28), ["early"]),
        ("year", "2026", date(2026, 3, 1), []),
        ("year", "2027", date(2027, 12, 31), ["block"]),
        ("year", "period", date(2026, 3, 1), ["block"]),
        ("final", "period", date(2025, 6, 1), []),
    ],
)
def test_a_year_is_assessed_once_it_or_the_build_is_over(kind, block, on, codes):
    found = rules.check_when(kind, block, "building", start=START, end=END, on=on)

    assert [one.code for one in found] == codes


def test_only_projects_in_or_after_their_build_assess_themselves():
    said = {stage: list(rules.check_when("year", "2024", stage, start=START, end=END, on=END)) for stage in (
        "awarded", "accepted", "revoked", "terminated",
    )}  # fmt: skip

    assert {stage: bool(found) for stage, found in said.items()} == {
        "awarded": True, "accepted": False, "revoked": True, "terminated": True,
    }  # fmt: skip


GOAL = Goal("满意率", Operator.GE, "%", "90", Decimal(10))


@pytest.mark.parametrize(
    ("given", "own", "codes"),
    [
        (Reached("180/200"), True, []),
        (Reached("90%"), True, []),
        (Reached("95"), True, ["differs"]),
        (Reached("95", reason="补录"), True, []),
        (Reached("80"), True, ["reason"]),
        (Reached("80"), False, ["differs"]),
        (Reached(""), True, ["missing"]),
        (Reached("不少"), True, ["value"]),
    ],
)
def test_a_value_that_differs_owes_a_reason(given, own, codes):
    found = rules.check_value(
        GOAL, given, JILIN, "v1", scored=True, before=Before("季报包审定数", Reached("180/200")), own=own
    )

    assert [one.code for one in found] == codes


def test_a_form_without_points_takes_a_level_without_them():
    goal = Goal("制度", Operator.QUALITATIVE, "定性", "达成", Decimal(4))
    given = Reached(attained=Attained.PARTLY)

    found = list(rules.check_value(goal, given, JILIN, "v1", scored=False, before=None, own=True))

    assert [one.code for one in found] == ["reason"]
    assert rules.kept_of(goal, given, JILIN, scored=False).met is False


def test_a_poor_grade_recommends_and_never_decides():
    assert set(rules.CONSEQUENCE) == set(Grade)
    assert "建议" in rules.CONSEQUENCE[Grade.POOR]
    assert "系统不自动处理" in rules.CONSEQUENCE[Grade.POOR]


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        (Reached("2000"), Reached("1800"), "−200"),
        (Reached("180/200"), Reached("95"), "+5%"),
        (Reached("2000"), Reached("2000.0"), ""),
        (Reached(""), Reached("5"), ""),
    ],
)
def test_the_difference_is_told_in_the_unit(one, other, words):
    unit = "%" if "/" in one.actual else "人次"

    assert rules.difference(Goal("x", Operator.GE, unit, "1", Decimal(1)), one, other) == words
