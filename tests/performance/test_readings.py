"""指标填报: figures of a period beside the last one; missing is never 0; what stands out needs a reason."""

from dataclasses import replace
from fractions import Fraction

import pytest

from performance.operations.readings import ReadingInput, save_readings
from performance.operations.return_reviews import review_return
from performance.operations.returns import fill_section, submit_return
from performance.queries.readings import late_classes, reading_findings, reading_rows, readings_version
from performance.rules.figures import NOTHING, Figure
from performance.rules.readings import Standing, Typed, check_reading, short
from policy.findings import Refused
from policy.loader import configured
from policy.terms import Aggregation, Operator
from projects.models import Project
from tests.performance import register as make
from tests.performance.register import Q1, Q2, Q4

BLANK = Standing("课程", Operator.GE, "门", Aggregation.SUM, False, NOTHING, NOTHING, NOTHING, NOTHING)


def codes(typed, **facts):
    edition = configured()["jilin_2025"]
    return [(one.code, one.field) for one in check_reading(edition, typed, replace(BLANK, **facts))]


def figure(value, **more):
    return Figure(Fraction(value), **more)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("missing", "value")]),
        ("0", []),
        ("１，２００", []),
        ("1/3", []),
        ("两三门", [("number", "value")]),
        ("20-30", [("number", "value")]),
        ("1/0", [("number", "value")]),
    ],
)
def test_missing_is_not_zero_and_what_is_ambiguous_is_asked(text, expected):
    assert codes(Typed(value=text)) == expected


@pytest.mark.parametrize(
    ("over", "under", "facts", "expected"),
    [
        ("90", "100", {}, []),
        ("101", "100", {}, [("parts", "numerator")]),
        ("101", "100", {"year_target": "120"}, []),
        ("3", "2", {"unit": "比例"}, [("parts", "numerator")]),
        ("3", "2", {"unit": "比例", "period_target": "3/2"}, []),
        ("101", "100", {"code": "B14"}, []),
        ("101", "100", {"code": "B07"}, [("parts", "numerator")]),
        ("90000", "40", {"unit": "元/人"}, []),
        ("-1", "2", {}, [("negative", "numerator")]),
        ("", "2", {}, [("missing", "numerator")]),
        ("0", "0", {"this": Figure(None, Fraction(0), Fraction(0))}, [("undefined", "")]),
    ],
)
def test_a_rate_is_typed_in_its_parts(over, under, facts, expected):
    typed = Typed(numerator=over, denominator=under)
    assert codes(typed, **({"unit": "%", "aggregation": Aggregation.RATIO} | facts)) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"this": figure(30), "last": figure(10)}, []),
        ({"this": figure("30.01"), "last": figure(10)}, ["jump"]),
        ({"this": figure(30), "last": figure(0)}, []),
        ({"this": figure(-1)}, ["falling"]),
        ({"year": figure(12), "year_target": "12"}, []),
        ({"year": figure(13), "year_target": "12"}, ["beyond"]),
        ({"build": figure(13), "period_target": "12"}, ["beyond"]),
        ({"build": figure(13), "period_target": "12", "yearly": True}, []),
        ({"year": figure(13), "year_target": "12", "operator": Operator.LE}, []),
        ({"this": figure(4), "last": figure(5), "aggregation": Aggregation.LATEST}, ["falling"]),
    ],
)
def test_what_stands_out_needs_a_reason_and_is_not_refused(facts, expected):
    assert [code for code, _ in codes(Typed(value="1"), **facts)] == expected
    assert codes(Typed(value="1", reason="本期集中结业"), **facts) == []


def test_a_qualitative_indicator_needs_its_level_and_its_ground():
    words = {"operator": Operator.QUALITATIVE, "aggregation": Aggregation.LATEST}

    assert codes(Typed(), **words) == [("missing", "attained"), ("note", "note")]
    assert codes(Typed(attained="full", note="制度已印发"), **words) == []


def test_figures_are_shown_with_two_decimals_half_up():
    assert [short(Fraction(one)) for one in ("1640", "92.125", "1/3", "-0.005")] == ["1,640", "92.13", "0.33", "0"]


@pytest.fixture
def ready(world):
    project = make.building(world)
    sheet = make.sheet(project, world)
    return project, make.period_return(project, world, sheet, Q1), sheet


def row(one, name):
    return next(row for row in reading_rows(one) if row.indicator.name == name)


def test_a_rate_over_two_periods_is_sum_over_sum(ready, world):
    project, first, sheet = ready
    make.read(first, "企业满意率", world.u1, numerator="90", denominator="100")
    second = make.period_return(project, world, sheet, Q2)
    make.read(second, "企业满意率", world.u1, numerator="1", denominator="2")

    found = row(second, "企业满意率")

    assert (found.year.numerator, found.year.denominator, found.year.value) == (91, 102, Fraction(9100, 102))
    assert (found.this.value, found.last.value) == (50, 90)


def test_a_drawn_figure_comes_from_the_register_and_a_late_class_comes_in_now(ready, world):
    project, first, sheet = ready
    make.training(project, world, "A1", Q1, trained=100, passed=90)
    make.accepted(first)
    make.training(project, world, "补1", Q1, trained=30, passed=30)
    second = make.period_return(project, world, sheet, Q2)
    make.training(project, world, "A2", Q2, trained=50, passed=40)

    found, rate = row(second, "培训人次"), row(second, "合格率")

    assert (found.this.value, found.last.value, found.build.value) == (80, 100, 180)
    assert (rate.this.numerator, rate.this.denominator) == (70, 80)
    assert (rate.year.numerator, rate.year.denominator) == (160, 180)
    assert (late_classes(second).classes, late_classes(second).trained) == (1, 30)


def test_what_was_accepted_stays_and_a_class_voided_later_goes_out_in_the_next_period(ready, world):
    project, first, sheet = ready
    one = make.training(project, world, "A1", Q1, trained=100)
    make.accepted(first)
    project.training_classes.filter(pk=one.pk).update(voided_on=Q2, voided_by=world.u1, void_reason="重复登记")
    second = make.period_return(project, world, sheet, Q2)

    assert row(first, "培训人次").this.value == 100
    assert (row(second, "培训人次").this.value, row(second, "培训人次").build.value) == (-100, 0)
    assert "falling" in [one.code for one in row(second, "培训人次").findings]


def test_returns_not_yet_accepted_hold_their_own_days_only(ready, world):
    project, first, sheet = ready
    make.training(project, world, "A1", Q1, trained=100)
    second = make.period_return(project, world, sheet, Q2)
    make.training(project, world, "A2", Q2, trained=50)

    assert [row(one, "培训人次").this.value for one in (first, second)] == [100, 50]


def test_freezing_writes_the_figures_and_marks_the_classes(ready, world):
    project, first, _ = ready
    make.training(project, world, "A1", Q1, trained=3, passed=1)

    told = {one["name"]: one for one in make.accepted(first)}

    assert (told["培训人次"]["value"], told["合格率"]["numerator"], told["合格率"]["build"]) == ("3", "1", "100/3")
    assert told["开发课程"]["value"] == ""
    assert [one.counted_in_id for one in project.training_classes.all()] == [first.pk]
    assert "年度产值" not in told


def test_a_yearly_indicator_is_asked_for_at_the_end_of_the_year(ready, world):
    project, first, sheet = ready
    last = make.period_return(project, world, sheet, Q4)

    assert (row(first, "年度产值").due, row(last, "年度产值").due) == (False, True)
    assert "12 月 31 日" in row(first, "年度产值").due_words


def given(one, name, **texts):
    return ReadingInput(row(one, name).indicator.pk, Typed(**texts))


def test_everything_typed_is_kept_and_what_is_wrong_is_told(ready, world):
    project, first, _ = ready

    found = save_readings(
        project.pk, first.pk, rows=[given(first, "开发课程", value="约10"), given(first, "职业数", value="0")],
        actor=world.u1, on=Q1,
    )  # fmt: skip

    kept = {one.indicator.name: one.value for one in first.readings.all()}
    assert kept == {"开发课程": "约10", "职业数": "0"}
    assert [one.field for one in found if one.code == "number"] == [f"i{row(first, '开发课程').indicator.pk}-value"]
    assert not [one for one in reading_findings(first) if "职业数" in one.message]


def test_a_figure_of_the_register_is_not_typed(ready, world):
    project, first, _ = ready

    with pytest.raises(Refused, match="自动取数"):
        save_readings(project.pk, first.pk, rows=[given(first, "培训人次", value="5")], actor=world.u1, on=Q1)


def test_an_indicator_of_another_sheet_or_not_due_is_refused(ready, world):
    project, first, _ = ready
    other = make.building(world)
    foreign = make.period_return(other, world, make.sheet(other, world), Q1)

    for bad in (given(foreign, "开发课程", value="1"), given(first, "年度产值", value="1")):
        with pytest.raises(Refused, match="应报的指标"):
            save_readings(project.pk, first.pk, rows=[bad], actor=world.u1, on=Q1)


def test_a_return_of_another_project_is_not_found(ready, world):
    project, first, _ = ready
    other = make.building(world)
    foreign = make.period_return(other, world, make.sheet(other, world), Q1)

    with pytest.raises(first.DoesNotExist):
        save_readings(project.pk, foreign.pk, rows=[], actor=world.u1, on=Q1)


def test_what_was_sent_in_is_not_typed_over(ready, world):
    project, first, _ = ready
    make.moved(first, "submitted")

    with pytest.raises(Refused, match="待审核"):
        save_readings(project.pk, first.pk, rows=[given(first, "开发课程", value="1")], actor=world.u1, on=Q1)


def test_a_form_that_is_out_of_date_is_refused(ready, world):
    project, first, _ = ready
    seen = readings_version(reading_rows(first), first)
    save_readings(project.pk, first.pk, rows=[given(first, "开发课程", value="1")], actor=world.u1, on=Q1)

    with pytest.raises(Refused, match="他人修改"):
        save_readings(
            project.pk, first.pk, rows=[given(first, "开发课程", value="2")], actor=world.u2, on=Q1, seen=seen
        )


def test_statements_do_not_grow_with_indicators(world, django_assert_num_queries):
    few, many = make.building(world), make.building(world)
    small = make.period_return(few, world, make.sheet(few, world, ("培训人次",)), Q1)
    large = make.period_return(many, world, make.sheet(many, world), Q1)
    small.project, large.project = (Project.objects.get(pk=one.pk) for one in (few, many))

    for one in (small, large):
        with django_assert_num_queries(8):
            reading_rows(one)


def test_from_the_form_to_the_snapshot_and_into_the_next_period(ready, world):
    project, first, sheet = ready
    make.training(project, world, "A1", Q1, trained=1999)
    rows = [
        given(first, "开发课程", value="0"),
        given(first, "企业满意率", numerator="1", denominator="3"),
        given(first, "职业数", value="5"),
        given(first, "制度", attained="full", note="制度已印发"),
    ]
    save_readings(project.pk, first.pk, rows=rows, actor=world.u1, on=Q2)
    for section in first.sections.all():
        fill_section(project.pk, first.pk, section.code, text="按计划推进", done=True, actor=world.u1, on=Q2)
    submit_return(project.pk, first.pk, actor=world.u2, on=Q2)
    for who in (world.ch, world.cf):
        review_return(project.pk, first.pk, agreed=True, actor=who, on=Q2)

    first.refresh_from_db()
    told = {one["name"]: one for one in first.snapshot["readings"]}
    assert (first.state, told["培训人次"]["value"], told["企业满意率"]["build"]) == ("accepted", "1999", "100/3")
    assert told["开发课程"]["year"] == "0"
    assert row(make.period_return(project, world, sheet, Q2), "培训人次").last.value == 1999
