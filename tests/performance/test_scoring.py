import csv
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performance.scoring import (
    Band,
    check_qualitative,
    execution_score,
    explain,
    gate_b,
    light,
    met,
    met_qualitative,
    overachieved,
    qualitative_band,
    reason_required,
    score,
    total,
    two_decimals,
)
from policy import loader
from policy.terms import Attained, Grade, Light, Operator, Rank

VECTORS = Path(__file__).parents[1] / "vectors"
OPERATORS = {"pos": Operator.GE, "rev": Operator.LE, "eq": Operator.EQ}
FIGURES = st.fractions(min_value=-100, max_value=10_000, max_denominator=1000)
TARGETS = st.fractions(min_value=Fraction(1, 100), max_value=10_000, max_denominator=1000)
WEIGHTS = st.decimals(min_value="0.01", max_value=100, places=2)


def rows(name):
    with (VECTORS / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def edition():
    return loader.edition("jilin_2025")


@pytest.mark.parametrize("case", rows("cases_scoring.csv"), ids=lambda c: f"{c['kind']} {c['actual']}/{c['target']}")
def test_scores_as_in_the_vectors(edition, case):
    operator, actual, target = OPERATORS[case["kind"]], Fraction(case["actual"]), Fraction(case["target"])

    assert score(operator, Decimal(case["weight"]), actual, target) == Decimal(case["score"])
    assert met(operator, actual, target) is case["note"].startswith("met")
    assert reason_required(operator, actual, target, edition) is ("reason required" in case["note"])


@pytest.mark.parametrize("case", rows("cases_qualitative.csv"), ids=lambda c: f"{c['level'][:4]} {c['score']}")
def test_qualitative_bands_as_in_the_vectors(edition, case):
    attained = next(level for level in Attained if level.label == case["level"])

    found = check_qualitative(attained, Decimal(case["weight"]), Decimal(case["score"]), edition)

    assert (found is None) is (case["result"] == "valid")
    band = qualitative_band(attained, Decimal(case["weight"]), edition)
    low, high = case["allowed"].strip("[]()").split(",")
    assert (band.low, band.high) == (Decimal(low), Decimal(high))
    assert (band.low_included, band.high_included) == (case["allowed"][0] == "[", case["allowed"][-1] == "]")


@pytest.mark.parametrize("case", rows("cases_grade.csv"), ids=lambda c: c["score"])
def test_grades_as_in_the_vectors(edition, case):
    assert edition.grade_of(Decimal(case["score"])).label == case["grade"]


@pytest.mark.parametrize("case", rows("cases_progress_light.csv"), ids=lambda c: f"{c['spent']}/{c['budget']}")
def test_lights_as_in_the_vectors(edition, case):
    found = light(Decimal(case["spent"]), Decimal(case["budget"]), Decimal(case["elapsed_share"]), edition)

    assert found == Light(case["light"])


@pytest.mark.parametrize(
    ("operator", "actual", "target", "points", "reached"),
    [
        (Operator.GT, 10, 10, "5.00", False),
        (Operator.GT, 11, 10, "5.00", True),
        (Operator.LT, 10, 10, "5.00", False),
        (Operator.LT, 9, 10, "5.00", True),
        (Operator.LE, 19, 10, "0.50", False),
        (Operator.LE, 20, 10, "0.00", False),
        (Operator.LE, 5, -1, "0.00", False),
        (Operator.EQ, -1, 0, "5.00", True),
        (Operator.GE, 0, 0, None, True),
        (Operator.GT, 5, -1, None, True),
        (Operator.EQ, -1, -2, None, True),
        (Operator.QUALITATIVE, 1, 1, None, None),
    ],
)
def test_operators_at_their_edges(operator, actual, target, points, reached):
    expected = None if points is None else Decimal(points)

    assert score(operator, Decimal(5), Fraction(actual), Fraction(target)) == expected
    assert met(operator, Fraction(actual), Fraction(target)) is reached


@pytest.mark.parametrize("operator", list(Operator))
def test_a_missing_value_is_not_scored_and_not_judged(edition, operator):
    assert score(operator, Decimal(5), None, Fraction(10)) is None
    assert met(operator, None, Fraction(10)) is None
    assert not reason_required(operator, None, Fraction(10), edition)


def test_a_third_is_compared_exactly():
    third = Fraction(1, 3)

    assert met(Operator.LE, Fraction(33, 99), third) is True
    assert met(Operator.LE, Fraction(34, 100), third) is False


@pytest.mark.parametrize(
    ("actual", "flag", "reason"),
    [(1199, False, False), (1200, True, False), (1299, True, False), (1300, True, True), (999, False, True)],
)
def test_far_above_the_target_is_flagged_then_asked(edition, actual, flag, reason):
    facts = (Operator.GE, Fraction(actual), Fraction(1000), edition)

    assert (overachieved(*facts), reason_required(*facts)) == (flag, reason)


@pytest.mark.parametrize(
    ("value", "rounded"), [(Fraction(5, 1000), "0.01"), (Fraction(4999, 10**6), "0.00"), (Decimal("2.675"), "2.68")]
)
def test_two_decimals_half_up(value, rounded):
    assert two_decimals(value) == Decimal(rounded)


def test_band_edges_are_rounded_half_up(edition):
    partly = qualitative_band(Attained.PARTLY, Decimal("3.01"), edition)

    assert partly == Band(Decimal("1.81"), Decimal("2.41"), True, False)
    assert str(qualitative_band(Attained.FULL, Decimal(8), edition)) == "[6.40，8.00]"


def test_the_bands_are_those_of_the_edition(edition):
    limits = dict(edition.limits)
    for key, ratio in (("qualitative_full", "0.90"), ("qualitative_partly", "0.70")):
        limits[key] = replace(limits[key], value=Decimal(ratio))
    other = replace(edition, limits=limits)

    bands = [str(qualitative_band(attained, Decimal(10), other)) for attained in Attained]

    assert bands == ["[9.00，10.00]", "[7.00，9.00)", "[0.00，7.00)"]


@pytest.mark.parametrize("points", ["6.405", "NaN", "-1", "8.01"])
def test_a_qualitative_score_must_be_a_plain_figure_in_the_band(edition, points):
    assert check_qualitative(Attained.FULL, Decimal(8), Decimal(points), edition).code == "qualitative_score"


def test_only_full_attainment_meets_a_qualitative_target():
    assert [met_qualitative(level) for level in (*Attained, None)] == [True, False, False, None]


@pytest.mark.parametrize(
    ("spent", "budget", "points"),
    [("350", "700", "5.00"), ("700", "700", "10.00"), ("800", "700", "10.00"), ("-1", "700", "0.00"), ("0", "0", None)],
)
def test_execution_score_is_capped_and_undefined_without_a_budget(spent, budget, points):
    expected = None if points is None else Decimal(points)

    assert execution_score(Decimal(spent), Decimal(budget), Decimal(10)) == expected


def test_one_missing_score_leaves_no_total():
    assert total([Decimal("6.00"), Decimal("3.33")]) == Decimal("9.33")
    assert total([Decimal("6.00"), None]) is None
    assert total([]) is None


def test_light_after_the_end_is_measured_against_the_whole(edition):
    assert light(700, 700, Decimal("1.5"), edition) == Light.GREEN
    assert light(5, 700, -1, edition) == Light.UNDEFINED


@pytest.mark.parametrize(
    ("points", "grade", "core", "codes"),
    [
        (Decimal(60), Grade.FAIR, [], []),
        (Decimal("59.99"), Grade.POOR, [], ["grade"]),
        (Decimal(95), Grade.EXCELLENT, ["年度培训人次"], ["core_unmet"]),
        (Decimal(10), Grade.POOR, ["a", "b"], ["grade", "core_unmet", "core_unmet"]),
        (None, None, [], ["evaluation_incomplete"]),
    ],
)
def test_gate_b(points, grade, core, codes):
    found = gate_b(points, grade, core, Grade.FAIR)

    assert [finding.code for finding in found] == codes
    assert all(finding.blocks and finding.rank == Rank.NOTICE for finding in found)


def test_gate_b_can_ask_for_a_higher_grade():
    assert [finding.code for finding in gate_b(Decimal(75), Grade.FAIR, [], Grade.GOOD)] == ["grade"]


@pytest.mark.parametrize(
    ("operator", "actual", "target", "text"),
    [
        (Operator.GE, 1999, 2000, "目标 ≥2000，实际 1999，未达到目标；1999÷2000×6＝6.00 分"),
        (Operator.GE, 2000, 2000, "目标 ≥2000，实际 2000，达到目标；得满分 6.00 分"),
        (Operator.LE, 50, 40, "目标 ≤40，实际 50，未达到目标；[1－(50－40)÷40]×6＝4.50 分"),
        (Operator.LE, 80, 40, "目标 ≤40，实际 80，未达到目标；得 0.00 分"),
        (Operator.GE, None, 40, "目标 ≥40；未填实际值，不计分，也不计入合计"),
        (Operator.GE, 5, 0, "目标 ≥0，实际 5；目标值无意义，不计分"),
        (Operator.QUALITATIVE, None, 0, "定性指标，按达成程度分档计分"),
    ],
)
def test_explain_shows_the_arithmetic(operator, actual, target, text):
    given_actual = None if actual is None else Fraction(actual)

    assert explain(operator, Decimal(6), given_actual, Fraction(target)) == text


@given(st.sampled_from([o for o in Operator if o != Operator.QUALITATIVE]), WEIGHTS, FIGURES, TARGETS)
def test_a_score_lies_between_nothing_and_the_weight(operator, weight, actual, target):
    assert 0 <= score(operator, weight, actual, target) <= weight


@given(WEIGHTS, FIGURES, FIGURES, TARGETS)
def test_more_never_scores_less_on_at_least_and_never_more_on_at_most(weight, one, two, target):
    low, high = sorted((one, two))

    assert score(Operator.GE, weight, low, target) <= score(Operator.GE, weight, high, target)
    assert score(Operator.LE, weight, low, target) >= score(Operator.LE, weight, high, target)


@given(WEIGHTS, st.decimals(min_value=0, max_value=100, places=2))
def test_every_score_up_to_the_weight_fits_at_most_one_level(edition, weight, points):
    fits = [check_qualitative(attained, weight, points, edition) is None for attained in Attained]

    assert sum(fits) == (1 if points <= weight else 0)


@pytest.mark.parametrize(
    ("actual", "target", "points"),
    [("0.4", "0.4", "5.00"), ("0.5", "0.4", "4.00"), ("4", "0.4", "0.50"), ("1", "0", "0.00")],
)
def test_a_missed_falling_target_by_the_ratio_rule(actual, target, points):
    given_, wanted = Fraction(actual), Fraction(target)
    assert score(Operator.LE, Decimal(5), given_, wanted, "ratio") == Decimal(points)


def test_the_ratio_rule_says_its_arithmetic():
    assert explain(Operator.LE, Decimal(5), Fraction(5), Fraction(4), "ratio").endswith("4÷5×5＝4.00 分")


@given(operator=st.sampled_from([Operator.LE, Operator.LT]), a=FIGURES, t=TARGETS, weight=WEIGHTS)
def test_the_ratio_rule_stays_between_nothing_and_the_weight(operator, a, t, weight):
    assert 0 <= score(operator, weight, a, t, "ratio") <= weight
