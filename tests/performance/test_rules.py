from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performance.rules import (
    CONSEQUENCE,
    SheetRow,
    check_review,
    check_sheet,
    lower_grade,
    review_grade,
    review_total,
)
from policy import loader
from policy.terms import Grade, Kind, Operator, Rank

EDITION = loader.edition("jilin_2025")
BLOCKS = ["实施期", "2026"]


def row(level1, level2, name, weight, **changes):
    given_row = SheetRow(level1, level2, name, Operator.GE, "人", "实施期", "10", Decimal(weight))
    return replace(given_row, **changes)


def sheet(block="实施期"):
    rows = [
        row("产出指标", "数量指标", "培训人次", 30),
        row("产出指标", "质量指标", "合格率", 20),
        row("效益指标", "社会效益指标", "补贴性培训", 20),
        row("效益指标", "可持续影响指标", "制度健全", 10, operator=Operator.QUALITATIVE, value="达成"),
        row("满意度指标", "服务对象满意度指标", "满意率", 10),
    ]
    return [replace(kept, block=block) for kept in rows]


def both():
    return sheet() + sheet("2026")


def found(rows, blocks=BLOCKS, kind=Kind.BASE):
    return list(check_sheet(EDITION, rows, blocks, kind))


def codes(rows, **more):
    return [finding.code for finding in found(rows, **more)]


def with_first(**changes):
    rows = both()
    return [replace(rows[0], **changes), *rows[1:]]


def test_a_whole_sheet_has_no_findings():
    assert found(both()) == []


@pytest.mark.parametrize("kind", list(Kind))
def test_the_templates_themselves_make_a_whole_sheet(kind):
    rows = [
        SheetRow(t.level1, t.level2, t.name, t.operator, t.unit, "实施期", t.targets["existing"] or "1", t.weight)
        for t in EDITION.indicators_for(kind)
    ]

    assert found(rows, blocks=["实施期"], kind=kind) == []


@pytest.mark.parametrize(
    ("weight", "expected"),
    [
        ("29.99", ["weight_total", "weight_level"]),
        ("30", []),
        ("30.00", []),
        ("30.01", ["weight_total", "weight_level"]),
        ("0", ["weight", "weight_total", "weight_level"]),
        ("-1", ["weight", "weight_total", "weight_level"]),
        ("NaN", ["weight", "weight_total", "weight_level"]),
    ],
)
def test_weights_make_exactly_the_whole(weight, expected):
    assert codes(with_first(weight=Decimal(weight))) == expected


def test_the_weight_that_is_missing_or_over_is_told_with_its_source():
    less, more = found(with_first(weight=Decimal(28))), found(with_first(weight=Decimal(31)))

    assert less[0].message == "实施期：指标权重合计 88，应为 90（另加预算执行率 10，共 100），少 2"
    assert less[1].message == "实施期：产出指标权重合计 48，应为 50，少 2"
    assert more[0].message.endswith("多 1")
    assert {(f.clause, f.rank, f.blocks) for f in less} == {("财预〔2020〕10号", Rank.LAW, True)}


def test_levels_that_only_together_make_the_whole_are_refused():
    rows = sheet()
    rows[0], rows[2] = replace(rows[0], weight=Decimal(25)), replace(rows[2], weight=Decimal(25))

    assert codes(rows, blocks=["实施期"]) == ["weight_level", "weight_level"]


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        (Operator.GE, "0", ["value_empty"]),
        (Operator.GT, "0", ["value_empty"]),
        (Operator.GT, "-1", ["value_empty"]),
        (Operator.GE, "0.01", []),
        (Operator.EQ, "0", []),
        (Operator.EQ, "-1", ["value_empty"]),
        (Operator.LE, "0", []),
        (Operator.LE, "1/3", []),
        (Operator.GE, " ", ["value_missing"]),
        (Operator.GE, "1e3", ["value"]),
        (Operator.GE, "九成", ["value"]),
        (Operator.QUALITATIVE, "", ["value_missing", "quantified"]),
    ],
)
def test_targets_must_say_something(operator, value, expected):
    assert codes(with_first(operator=operator, value=value)) == expected


def test_every_block_must_be_there_and_no_other():
    assert codes(sheet()) == ["block_missing"]
    assert codes(both() + sheet("2031")[:1]) == ["block_unknown"]
    assert found(sheet())[0].message == "2026年度：没有填报指标"
    assert found(sheet(), blocks={"实施期": "实施期", "2026": "首年"})[0].message == "首年：没有填报指标"


def test_a_class_without_a_quantified_indicator_is_refused_only_among_outputs():
    rows = sheet()
    rows[1] = replace(rows[1], operator=Operator.QUALITATIVE, value="达成")

    assert [(f.code, f.message) for f in found(rows, blocks=["实施期"])] == [
        ("quantified", "实施期：质量指标至少要有 1 个量化指标")
    ]


def test_names_are_there_and_stand_once_in_a_block():
    assert codes(with_first(name="合格 率")) == ["name_twice"]
    assert codes(with_first(name=" ")) == ["name_missing"]


def test_an_unknown_level_is_told():
    assert codes(with_first(level1="产出"))[0] == "level_unknown"


def test_all_faults_are_told_at_once():
    rows = with_first(value="", weight=Decimal(0), name="合格率")

    assert set(codes(rows)) == {"value_missing", "weight", "name_twice", "weight_total", "weight_level"}


FULL = [point.points for point in EDITION.review_points]


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        (FULL, []),
        ([0] * 16, []),
        ([*FULL[:-1], 6], ["review_range"]),
        ([-1, *FULL[1:]], ["review_range"]),
        ([None, *FULL[1:]], ["review_missing"]),
        ([4.5, *FULL[1:]], ["review_whole"]),
        ([True, *FULL[1:]], ["review_whole"]),
        (FULL[:-1], ["review_count"]),
        ([*FULL, 5], ["review_count"]),
    ],
    ids=["full", "nothing", "one over", "negative", "missing", "half a point", "a tick", "one short", "one more"],
)
def test_check_review(points, expected):
    assert [finding.code for finding in check_review(points, EDITION)] == expected


def test_review_total_and_grade():
    assert review_total(FULL) == 100
    assert [review_grade(total, EDITION) for total in (90, 89, 80, 79, 60, 59)] == [
        Grade.EXCELLENT,
        Grade.GOOD,
        Grade.GOOD,
        Grade.FAIR,
        Grade.FAIR,
        Grade.POOR,
    ]


def test_the_lower_grade_counts():
    assert lower_grade(Grade.EXCELLENT, Grade.FAIR) == Grade.FAIR
    assert lower_grade(Grade.POOR, Grade.GOOD) == Grade.POOR


@given(st.sampled_from(Grade), st.sampled_from(Grade))
def test_the_lower_grade_does_not_depend_on_the_order(a, b):
    assert lower_grade(a, b) == lower_grade(b, a)


def test_every_grade_has_a_consequence():
    assert set(CONSEQUENCE) == set(Grade)
