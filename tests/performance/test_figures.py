"""Figures put together from periods: sums, rates, windows. A missing one stays missing; a true zero counts."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performance.rules.figures import Tile, accumulate, covers, months_between, rate, windowed
from policy.terms import Aggregation

SUM, LATEST, AVERAGE, RATIO = Aggregation.SUM, Aggregation.LATEST, Aggregation.AVERAGE, Aggregation.RATIO


def quarter(year, number, value=None, over=None, under=None, **more):
    start = date(year, 3 * number - 2, 1)
    end = date(year, 3 * number, 30 if number in (2, 3) else 31)
    parts = [None if part is None else Fraction(part) for part in (value, over, under)]
    return Tile(start, end, *parts, **more)


def year(number, *values):
    return [quarter(number, place, value) for place, value in enumerate(values, 1)]


def test_a_sum_adds_periods_and_a_true_zero_counts():
    assert accumulate(SUM, year(2026, 300, 0, 520), "人次").value == 820


def test_a_missing_period_leaves_no_sum_and_is_named():
    tiles = year(2026, 300, None, 520)
    found = accumulate(SUM, tiles, "人次")
    assert (found.value, found.missing) == (None, (tiles[1],))


def test_an_exempt_period_is_not_missing():
    tiles = [quarter(2026, 1, 300), quarter(2026, 2, exempt=True), quarter(2026, 3, 20)]
    assert accumulate(SUM, tiles, "人次").value == 320


def test_the_last_value_reported_is_the_level():
    assert accumulate(LATEST, year(2026, 4, 5, None), "个").value == 5


def test_an_average_divides_by_the_periods():
    assert accumulate(AVERAGE, year(2026, 1, 2), "个").value == Fraction(3, 2)


def test_a_rate_is_sum_over_sum_and_never_a_mean_of_means():
    tiles = [quarter(2026, 1, None, 90, 100), quarter(2026, 2, None, 1, 2)]
    found = accumulate(RATIO, tiles, "%")
    assert (found.value, found.numerator, found.denominator) == (Fraction(9100, 102), 91, 102)


def test_a_rate_over_nothing_is_undefined_not_zero():
    assert accumulate(RATIO, [quarter(2026, 1, None, 0, 0)], "%").value is None
    assert rate(Fraction(1), Fraction(3), "比例") == Fraction(1, 3)


@pytest.mark.parametrize(
    ("on", "value", "whole"),
    [
        (date(2026, 12, 31), 400, True),
        (date(2027, 2, 1), 400, True),
        (date(2026, 12, 30), 300, False),
        (date(2026, 7, 1), 200, False),
    ],
)
def test_the_full_year_is_the_last_one_that_is_over(on, value, whole):
    tiles = year(2026, 100, 100, 100, 100)
    found = windowed(SUM, tiles, "人次", "full_year", on=on)
    assert (found.value, found.whole) == (value, whole)


def test_a_year_that_was_not_reported_from_its_first_day_is_not_whole():
    assert not windowed(SUM, year(2026, 1, 1, 1, 1)[1:], "人次", "full_year", on=date(2027, 1, 1)).whole


def test_the_best_twelve_months_may_cross_the_year():
    tiles = year(2026, 1, 2, 3, 100) + year(2027, 100, 100, 100, 1)
    found = windowed(SUM, tiles, "人次", "best_12_months", on=date(2027, 12, 31))
    assert (found.value, found.whole, found.start) == (400, True, date(2026, 10, 1))


def test_the_build_average_is_a_pace_per_year():
    tiles = year(2026, 100, 100, 100, 100) + year(2027, 400, 400)
    assert windowed(SUM, tiles, "人次", "build_average", on=date(2027, 12, 31)).value == 800


def test_whole_months():
    assert months_between(date(2026, 1, 1), date(2026, 3, 31)) == 3
    assert months_between(date(2026, 1, 1), date(2026, 3, 30)) == 2
    assert covers(year(2026, 1, 1, 1, 1), date(2026, 1, 1), date(2026, 12, 31))
    assert not covers(year(2026, 1, 1, 1, 1)[::2], date(2026, 1, 1), date(2026, 12, 31))


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=8))
def test_a_sum_is_the_same_in_any_order(values):
    tiles = [Tile(date(2020 + n, 1, 1), date(2020 + n, 12, 31), Fraction(v)) for n, v in enumerate(values)]
    assert accumulate(SUM, tiles[::-1], "个").value == sum(values) == accumulate(SUM, tiles, "个").value


def test_a_part_year_may_be_counted_up_by_its_months():
    found = windowed(SUM, year(2026, 100, 100), "人次", "full_year", on=date(2026, 7, 1), part_year="prorata")
    assert (found.value, found.whole) == (400, True)
    assert windowed(SUM, year(2026, 100, 100), "人次", "full_year", on=date(2026, 7, 1)).whole is False
