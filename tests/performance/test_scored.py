"""What is stored with a score works it out again; the sum of parts is the total; met stands on values."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performance import scoring
from performance.rules.scored import Goal, Reached, again, check_reached, score_of
from performance.targets import number_text
from policy import loader
from policy.terms import Attained, Operator

EDITION = loader.edition("demo_2022")
FIGURES = st.fractions(min_value=0, max_value=10_000, max_denominator=100)
ANY = st.fractions(min_value=-10_000, max_value=10_000, max_denominator=100)
# 达到 as handbook 4 has it: on the values, = as ≥ (a target of 0: nothing above it), > and < strictly.
MEETS = {
    Operator.GE: lambda a, t: a >= t,
    Operator.GT: lambda a, t: a > t,
    Operator.EQ: lambda a, t: a >= t if t else a <= 0,
    Operator.LE: lambda a, t: a <= t,
    Operator.LT: lambda a, t: a < t,
}
TARGETS = st.fractions(min_value=Fraction(1, 100), max_value=10_000, max_denominator=100)
WEIGHTS = st.decimals(min_value="0.01", max_value=50, places=2)
QUANTIFIED = st.sampled_from([operator for operator in Operator if operator != Operator.QUALITATIVE])


def goal(operator=Operator.GE, value="2000", weight="6", unit="人次"):
    return Goal("培训人次", operator, unit, value, Decimal(weight))


@given(operator=QUANTIFIED, target=TARGETS, actual=FIGURES, weight=WEIGHTS)
def test_a_stored_score_is_worked_out_again_from_its_inputs(operator, target, actual, weight):
    found = score_of(Goal("x", operator, "个", number_text(target), weight), Reached(number_text(actual)), EDITION)
    assert again(found.inputs) == found.score
    assert 0 <= found.score <= weight


@given(parts=st.lists(st.tuples(QUANTIFIED, TARGETS, FIGURES, WEIGHTS), min_size=1, max_size=20))
def test_the_total_is_the_sum_of_the_shown_scores(parts):
    scores = [
        score_of(Goal("x", operator, "个", number_text(target), weight), Reached(number_text(actual)), EDITION).score
        for operator, target, actual, weight in parts
    ]
    assert scoring.total(scores) == sum(scores)
    assert scoring.total([*scores, None]) is None


@given(operator=st.sampled_from(scoring.AT_LEAST), target=TARGETS, less=FIGURES, more=FIGURES, weight=WEIGHTS)
def test_more_never_scores_less_where_more_is_better(operator, target, less, more, weight):
    low, high = sorted([less, more])
    assert scoring.score(operator, weight, low, target) <= scoring.score(operator, weight, high, target)


@given(
    operator=st.sampled_from(scoring.AT_MOST), target=ANY, less=ANY, more=ANY, weight=WEIGHTS,
    reverse=st.sampled_from([scoring.LINEAR, scoring.RATIO, scoring.ON_TIME]),
)  # fmt: skip
def test_less_never_scores_less_where_less_is_better_and_nothing_beyond_its_weight(
    operator, target, less, more, weight, reverse
):
    low, high = sorted([less, more])
    points = [scoring.score(operator, weight, value, target, reverse) for value in (low, high)]
    assert 0 <= points[1] <= points[0] <= weight


@given(operator=QUANTIFIED, target=TARGETS, actual=FIGURES, weight=WEIGHTS)
def test_met_stands_on_values_and_met_earns_the_whole_weight(operator, target, actual, weight):
    found = score_of(Goal("x", operator, "个", number_text(target), weight), Reached(number_text(actual)), EDITION)
    assert found.met is MEETS[operator](actual, target)
    assert not found.met or found.score == weight


def test_a_missing_value_has_no_score_and_a_true_zero_has_one():
    assert score_of(goal(), Reached(), EDITION).score is None
    assert score_of(goal(), Reached("0"), EDITION).score == Decimal("0.00")


def test_a_rounded_full_score_is_not_met():
    found = score_of(goal(), Reached("1999"), EDITION)
    assert (found.score, found.met) == (Decimal("6.00"), False)


@pytest.mark.parametrize(("actual", "over"), [("2399", False), ("2400", True)])
def test_over_achievement_is_flagged_from_120_percent(actual, over):
    assert score_of(goal(), Reached(actual), EDITION).over is over


@pytest.mark.parametrize(
    ("actual", "codes"), [("2599", []), ("2600", ["reason"]), ("1999", ["reason"]), ("约两千", ["value"])]
)
def test_a_reason_is_due_below_the_target_and_from_130_percent(actual, codes):
    assert [one.code for one in check_reached(goal(), Reached(actual), EDITION, "v1")] == codes


@pytest.mark.parametrize(
    ("actual", "codes"),
    [("1850／2007", []), ("0.92", ["value"]), ("0.92%", ["reason"]), ("９２", []), ("0", ["reason"])],
)
def test_a_rate_is_read_as_it_was_meant_or_asked(actual, codes):
    one = goal(value="90", unit="%")
    assert [found.code for found in check_reached(one, Reached(actual), EDITION, "v1")] == codes


def test_the_arithmetic_of_a_rate_speaks_in_percent():
    one = goal(value="95", weight="10", unit="%")

    found = score_of(one, Reached("1850／2007"), EDITION)

    assert found.score == Decimal("9.70")
    assert found.why == "目标 ≥95%，实际 92.18%（1850/2007），未达到目标；92.18%（1850/2007）÷95%×10＝9.70 分"
    assert found.inputs["actual"] == "1850/2007"


def test_a_level_outside_its_band_is_refused():
    one = goal(Operator.QUALITATIVE, "达成", "4", "定性")
    found = check_reached(one, Reached(attained=Attained.FULL, points=Decimal("3.19")), EDITION, "v1")
    assert [finding.field for finding in found] == ["v1-points"]
