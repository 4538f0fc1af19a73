"""Figures of a region: counts added, rates Σ÷Σ, money beside, who has not reported always named."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from performance.rules.region import MoneyRow, Part, summed
from policy.terms import Aggregation, Operator

GE = Operator.GE
SUM, RATIO, AVERAGE = Aggregation.SUM, Aggregation.RATIO, Aggregation.AVERAGE


def part(name, value=None, over=None, under=None, money="100", **more):
    kept = [None if one is None else Fraction(one) for one in (value, over, under)]
    return Part(name, Decimal(money), *kept, **more)


def test_counts_are_added_and_who_is_missing_is_named_not_counted_as_zero():
    found = summed(GE, SUM, "人次/年", [part("甲", 2000), part("乙", 0), part("丙")])
    assert (found.value, found.missing, found.told) == (2000, ("丙",), "3 户中 1 户未报")
    assert found.shown == "2000人次"


def test_a_rate_over_two_units_is_sum_over_sum_with_money_beside():
    parts = [part("甲", over=90, under=100, money="300"), part("乙", over=1, under=2, money="100")]
    found = summed(GE, RATIO, "%", parts)
    assert found.value == Fraction(9100, 102)
    assert found.weighted == Fraction(90 * 300 + 50 * 100, 400)
    assert found.shown == "89.22%"


def test_rates_without_parts_are_weighted_by_money_unless_all_the_same():
    same = summed(GE, RATIO, "%", [part("甲", 90), part("乙", 90, money="900")])
    other = summed(GE, RATIO, "%", [part("甲", 90), part("乙", 100, money="300")])
    assert (same.value, other.value) == (90, Fraction(195, 2))


def test_shares_are_never_added_up_whatever_their_aggregation():
    found = summed(Operator.LE, Aggregation.LATEST, "%", [part("甲", 6), part("乙", 3, money="300")])
    assert (found.value, found.shown) == (Fraction(6 * 100 + 3 * 300, 400), "3.75%")
    assert summed(Operator.LE, SUM, "比例", [part("甲", "1/3"), part("乙", "1/3")]).shown == "1/3"


def test_of_several_days_the_last_one_stands():
    days = [date(2026, 7, 31).toordinal(), date(2026, 9, 30).toordinal()]
    found = summed(Operator.LE, Aggregation.LATEST, "日期", [part("甲", days[0]), part("乙", days[1])])
    assert (found.shown, found.weighted, found.why) == ("2026-09-30", None, "2 户中最晚的一天")


def test_nobody_reported_is_no_figure():
    found = summed(GE, SUM, "个", [part("甲"), part("乙")])
    assert (found.value, found.shown, found.told) == (None, "", "2 户中 2 户未报")


def test_qualitative_counts_who_reached_it():
    found = summed(
        Operator.QUALITATIVE, SUM, "定性", [part("甲", attained=True), part("乙", attained=False), part("丙")]
    )
    assert (found.shown, found.reported) == ("达成 1/2", 2)


def test_a_rate_over_nothing_is_undefined():
    assert summed(GE, RATIO, "%", [part("甲", over=0, under=0)]).value is None


def test_money_without_a_budget_has_no_rate():
    assert MoneyRow("地方资金", Decimal(0), Decimal(0)).cells[2] == "不适用"
    assert MoneyRow("中央", Decimal(400), Decimal(100)).cells[2] == "25.00%"


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(1, 1000)), min_size=1, max_size=9))
def test_a_rate_of_a_region_lies_between_its_smallest_and_largest(pairs):
    parts = [part(str(n), over=min(a, b), under=b) for n, (a, b) in enumerate(pairs)]
    own = [Fraction(100 * min(a, b), b) for a, b in pairs]
    assert min(own) <= summed(GE, RATIO, "%", parts).value <= max(own)
    assert summed(GE, AVERAGE, "个", [part("x", n) for n, _ in pairs]).value == Fraction(
        sum(n for n, _ in pairs), len(pairs)
    )
