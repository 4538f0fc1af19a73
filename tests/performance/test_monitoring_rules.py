"""Lights and forecasts at their boundaries; each says its arithmetic."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performance.rules.figures import Figure, Tile
from performance.rules.monitoring import (
    Outlook,
    Span,
    check_outlook,
    forecast,
    money_light,
    qualitative_light,
    target_light,
)
from policy import loader
from policy.terms import Aggregation, Light, Operator

EDITION = loader.edition("demo_2022")
SUM, RATIO = Aggregation.SUM, Aggregation.RATIO
HALF = Span(date(2026, 1, 1), date(2026, 12, 31), date(2026, 7, 1))  # 182 of 365
BUILD = Span(date(2026, 1, 1), date(2027, 12, 31), date(2026, 12, 31))  # 365 of 730


def figure(value):
    return Figure(None if value is None else Fraction(value))


@pytest.mark.parametrize(
    ("done", "found"),
    [("1200", Light.BLUE), ("1199", Light.GREEN), ("800", Light.GREEN), ("799", Light.YELLOW), ("600", Light.YELLOW),
     ("599", Light.RED), ("0", Light.RED), (None, Light.UNDEFINED)],
)  # fmt: skip
def test_a_count_is_held_against_the_elapsed_share(done, found):
    assert target_light(Operator.GE, SUM, figure(done), Fraction(2000), "个", BUILD, EDITION).light == found


def test_a_rate_is_due_in_full_from_the_first_day():
    assert target_light(Operator.GE, RATIO, figure(80), Fraction(100), "个", HALF, EDITION).light == Light.GREEN
    assert target_light(Operator.GE, RATIO, figure(79), Fraction(100), "个", HALF, EDITION).light == Light.YELLOW


@pytest.mark.parametrize(
    ("value", "target", "found"),
    [("1/3", "1/3", Light.GREEN), ("0", "0", Light.GREEN), ("1", "0", Light.RED), ("35/100", "1/3", Light.YELLOW),
     ("0.6", "1/3", Light.RED)],
)  # fmt: skip
def test_a_falling_target_that_is_broken_is_never_green(value, target, found):
    assert target_light(Operator.LE, RATIO, figure(value), Fraction(target), "个", HALF, EDITION).light == found


def test_a_period_that_has_not_begun_has_no_light():
    span = Span(date(2027, 1, 1), date(2027, 12, 31), date(2026, 7, 1))
    assert target_light(Operator.GE, SUM, figure(5), Fraction(10), "个", span, EDITION).light == Light.UNDEFINED
    assert forecast(Operator.GE, SUM, figure(5), Fraction(10), "个", span).expected is None


def test_a_missing_period_says_how_many():
    missing = Figure(None, missing=(Tile(date(2026, 1, 1), date(2026, 3, 31)),))
    assert "缺 1 个期间" in target_light(Operator.GE, SUM, missing, Fraction(10), "个", HALF, EDITION).why


def test_money_follows_the_plan_where_there_is_one():
    spent, budget = Decimal(300), Decimal(1000)
    assert money_light(spent, budget, Fraction(3, 10), HALF, EDITION).light == Light.GREEN
    assert money_light(spent, budget, None, HALF, EDITION).light == Light.YELLOW
    assert money_light(Decimal(0), Decimal(0), None, HALF, EDITION).light == Light.UNDEFINED


def test_a_forecast_shows_its_arithmetic():
    found = forecast(Operator.GE, SUM, figure(820), Fraction(2000), "人次", BUILD)
    assert (found.expected, found.enough) == (1640, False)
    assert found.why == "按当前进度，期末预计 1640人次（820 ÷ 365 天 × 730 天），目标 ≥2000人次"


def test_a_forecast_never_promises_half_a_person():
    assert forecast(Operator.GE, SUM, figure(1), Fraction(3), "人次", HALF).expected == 2


def test_a_level_is_expected_to_stay():
    assert forecast(Operator.GE, RATIO, figure(92), Fraction(90), "%", HALF).enough is True


@pytest.mark.parametrize(("likelihood", "codes"), [("certain", set()), ("", {"likelihood"}),
    ("possible", {"cause", "cause_text", "measure"}), ("impossible", {"cause", "cause_text", "measure"})])  # fmt: skip
def test_anything_but_certain_needs_cause_and_measure(likelihood, codes):
    row = Outlook("培训人次", "i1", "1640", likelihood, "", "", "")
    assert {one.code for one in check_outlook(row)} == codes
    whole = Outlook("培训人次", "i1", "1640", likelihood, "staff", "教师不足", "增聘教师")
    assert {one.code for one in check_outlook(whole)} == codes & {"likelihood"}


def test_qualitative_lights():
    assert [qualitative_light(word).light for word in ("full", "partly", "not", "")] == [
        Light.GREEN, Light.YELLOW, Light.RED, Light.UNDEFINED]  # fmt: skip


@given(done=st.integers(0, 10**6), gone=st.integers(1, 730))
def test_a_forecast_grows_with_what_is_done(done, gone):
    span = Span(date(2026, 1, 1), date(2027, 12, 31), date.fromordinal(date(2026, 1, 1).toordinal() + gone - 1))
    less, more = (forecast(Operator.GE, SUM, figure(n), None, "个", span).expected for n in (done, done + 1))
    assert less <= more
    assert less >= done


def test_a_deadline_is_kept_or_missed_and_shown_as_a_day():
    due, late = Fraction(date(2026, 7, 31).toordinal()), Fraction(date(2026, 8, 1).toordinal())
    latest = Aggregation.LATEST
    kept = target_light(Operator.LE, latest, Figure(due), due, "日期", HALF, EDITION)
    missed = target_light(Operator.LE, latest, Figure(late), due, "日期", HALF, EDITION)
    assert (kept.light, missed.light) == (Light.GREEN, Light.RED)
    assert "实际 2026-08-01，已突破目标 ≤2026-07-31" in missed.why
    assert "预计 2026-08-01，目标 ≤2026-07-31" in forecast(Operator.LE, latest, Figure(late), due, "日期", HALF).why
