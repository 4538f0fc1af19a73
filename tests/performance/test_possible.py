"""What a figure can be at all: in the 季报包, in F04 and in self-evaluations by the same rule."""

from decimal import Decimal
from fractions import Fraction

import pytest

from performance.rules.figures import Figure
from performance.rules.monitoring import Outlook, check_outlook
from performance.rules.possible import Measure, below_zero, beyond_whole, may_exceed, too_much
from performance.rules.readings import Standing, Typed, check_reading
from performance.rules.scored import Goal, Reached, check_reached
from policy.loader import edition
from policy.terms import Aggregation, Operator

EDITION = edition("demo_2022")
RATIO, SUM, LATEST = Aggregation.RATIO, Aggregation.SUM, Aggregation.LATEST


@pytest.mark.parametrize(
    ("unit", "code", "targets", "allowed"),
    [
        ("%", "B11", ("100",), False),
        ("%", "B14", ("0",), True),
        ("%", "S09", ("0",), True),
        ("%", "", ("120",), True),
        ("%", "", ("100", "还没有定"), False),
        ("比例", "B10", ("1/3",), False),
        ("比例", "", ("3/2",), True),
    ],
)
def test_a_part_is_more_than_its_whole_only_where_the_indicator_says_so(unit, code, targets, allowed):
    measure = Measure("率", unit, RATIO, code, targets)

    assert may_exceed(measure, EDITION) is allowed
    assert bool(too_much(measure, Fraction(40), Fraction(30), EDITION)) is not allowed
    assert too_much(measure, Fraction(30), Fraction(30), EDITION) == ""
    most = Fraction(100) if unit == "%" else Fraction(1)
    assert beyond_whole(measure, most, EDITION) == ""
    assert bool(beyond_whole(measure, most + Fraction(1, 100), EDITION)) is not allowed


def test_what_is_no_share_has_no_whole():
    assert too_much(Measure("人均费用", "元/人", RATIO), Fraction(900), Fraction(4), EDITION) == ""
    assert beyond_whole(Measure("增长率", "%", LATEST), Fraction(120), EDITION) == ""


@pytest.mark.parametrize(
    ("unit", "aggregation", "counts"),
    [("个", LATEST, True), ("人次/年", SUM, True), ("万元", SUM, False), ("万元/年", SUM, False),
     ("%", LATEST, False), ("%", RATIO, True), ("日期", LATEST, False)],
)  # fmt: skip
def test_counts_are_never_negative_and_money_may_be(unit, aggregation, counts):
    measure = Measure("数", unit, aggregation)

    assert bool(below_zero(measure, Fraction(-1, 100))) is counts
    assert below_zero(measure, Fraction(0)) == ""


def standing(**facts):
    nothing = Figure(None)
    given = {"name": "职业数", "operator": Operator.GE, "unit": "个", "aggregation": LATEST, "drawn": False}
    given |= {"this": nothing, "last": nothing, "year": nothing, "build": nothing}
    return Standing(**(given | facts))


def codes(found):
    return [one.code for one in found if one.blocks]


@pytest.mark.parametrize(
    ("text", "facts", "expected"),
    [
        ("-5", {}, ["negative"]),
        ("0", {}, []),
        ("-5", {"unit": "万元"}, []),
        ("-5", {"aggregation": SUM, "build": Figure(Fraction(20)), "this": Figure(Fraction(-5))}, ["falling"]),
        ("-5", {"aggregation": SUM, "build": Figure(Fraction(-1)), "this": Figure(Fraction(-5))}, ["negative"]),
    ],
    ids=["a level", "a true zero", "money", "a period takes back what was too much", "but never more than there was"],
)
def test_a_negative_count_is_a_finding_of_the_return(text, facts, expected):
    assert codes(check_reading(EDITION, Typed(value=text), standing(**facts))) == expected


@pytest.mark.parametrize(
    ("bound", "value", "expected"),
    [(40, 40, []), (40, 41, ["bound"]), (None, 41, [])],
)
def test_people_are_no_more_than_the_register_s_enrolments(bound, value, expected):
    facts = {"unit": "人/年", "aggregation": SUM, "this": Figure(Fraction(value)), "build": Figure(Fraction(value))}
    row = standing(**facts, bound=None if bound is None else Fraction(bound))

    assert codes(check_reading(EDITION, Typed(value=str(value)), row)) == expected
    assert codes(check_reading(EDITION, Typed(value=str(value), reason="另有外派培训"), row)) == []


@pytest.mark.parametrize(
    ("unit", "aggregation", "code", "actual", "expected"),
    [
        ("%", RATIO, "B11", "101/100", ["parts"]),
        ("%", RATIO, "B11", "100/100", []),
        ("%", RATIO, "B22", "120", ["parts"]),
        ("比例", RATIO, "B10", "40/30", ["parts"]),
        ("%", RATIO, "B14", "101/100", []),
        ("个", LATEST, "B03", "-5", ["negative"]),
    ],
)
def test_a_self_evaluation_asks_the_same(unit, aggregation, code, actual, expected):
    goal = Goal("指标", Operator.GE, unit, "1", Decimal(4), aggregation, code)

    assert codes(check_reached(goal, Reached(actual, reason="已核对"), EDITION, "v1")) == expected


@pytest.mark.parametrize(
    ("operator", "unit", "target", "expected", "short"),
    [
        (Operator.GE, "人次/年", "2000", "1999", True),
        (Operator.GE, "人次/年", "2000", "2000", False),
        (Operator.LE, "比例", "1/3", "2/5", True),
        (Operator.LE, "日期", "2026-07-31", "2026-08-01", True),
        (Operator.LE, "日期", "2026-07-31", "2026-07-31", False),
        (Operator.QUALITATIVE, "定性", "达成", "未达成", False),
        (Operator.GE, "人次/年", "2000", "两千左右", False),
    ],
)
def test_certain_beside_a_forecast_that_falls_short_owes_its_cause_and_measure(operator, unit, target, expected, short):
    held = {"operator": operator, "unit": unit, "target": target}
    bare = Outlook("培训人次", "i1", expected, "certain", "", "", "", **held)
    told = Outlook("培训人次", "i1", expected, "certain", "staff", "教师不足", "增聘教师", **held)

    assert {one.code for one in check_outlook(bare)} == ({"cause", "cause_text", "measure"} if short else set())
    assert all("与“确定能”不符" in one.message for one in check_outlook(bare))
    assert list(check_outlook(told)) == []
