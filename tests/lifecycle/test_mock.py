"""模拟验收 on any day: what is missing, and that it says what the real acceptance would."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from lifecycle.demo.story import good_values
from lifecycle.models import GapTask, SelfCheck
from lifecycle.operations import mock as operations
from lifecycle.queries import conditions_of
from lifecycle.queries.mock import class_facts, known_values, mock_of
from lifecycle.rules.mock import AGAIN, AWARD, VERIFIED, Known, condition_line, judged_targets, rate_text, target_line
from performance.models import PERIOD, Target, TrainingClass
from performance.queries import filed_sheet, gate_b
from performance.queries.evaluations import goal_of
from performance.rules.scored import Reached
from policy.terms import Kind, Stage
from projects.models import Project
from tests import factories as make
from tests.lifecycle import scene
from tests.lifecycle.scene import APPLIED, day, refused

ON = date(2026, 2, 3)


def own(story):
    return Project.objects.select_related("organisation__node").get(pk=story.pk)


def check(story, failing=(), on=ON, **changes):
    values = {}
    for item in conditions_of(own(story)):
        given = good_values(item.op, item.threshold, [name for name, _ in item.facts])
        values[item.code] = given if item.code not in failing else changes[item.code]
    evidence = dict.fromkeys(values, "材料")
    return operations.save_self_check(story.pk, values=values, evidence=evidence, actor=story.u1, on=on)


# Pure


@pytest.mark.parametrize(
    ("part", "whole", "expected"), [(899, 1000, "89.90"), (89999, 100000, "89.99"), (9, 10, "90.00"), (0, 3, "0.00"), (1, 0, "")]
)  # fmt: skip
def test_a_rate_is_cut_and_never_rounded_up_to_its_target(part, whole, expected):
    assert rate_text(part, whole) == expected


@pytest.mark.parametrize(
    ("known", "mark", "met"),
    [
        (Known({"training_area_m2": "1000"}, AWARD), VERIFIED, True),
        (Known({"training_area_m2": "999"}, AWARD), AGAIN, False),
        (Known({"training_area_m2": "1200"}, "单位自查"), AGAIN, True),
        (Known({"training_area_m2": ""}), AGAIN, None),
    ],
    ids=["verified at the award", "not met at the award", "said anew", "unknown"],
)
def test_what_the_award_verified_asks_only_for_change(world, known, mark, met):
    item = next(one for one in conditions_of(make.project(world.unit)) if one.code == "N2a")

    line = condition_line(item, known, known.values)

    assert (line.mark, line.met) == (mark, met)


# A project


def test_a_project_lacks_what_is_unknown_unmet_or_not_ready(world):
    story = scene.building(world, declared={"training_area_m2": "1500", "students_or_staff": "900"})

    mock = mock_of(own(story), ON)

    lines = {line.code: line for line in mock.conditions}
    assert (lines["N2a"].verified, lines["N2a"].met, lines["N2d"].met, lines["N6"].met) == (True, True, False, None)
    codes = {gap.code for gap in mock.gaps}
    assert {"A:N2d", "A:N6", "B:none"} <= codes
    assert "A:N2a" not in codes
    assert sum(code.startswith("P:pack") for code in codes) == 4
    assert mock.said == f"若今天验收：缺 {len(mock.gaps)} 项"


def test_the_registers_come_before_what_was_typed(world):
    story = scene.building(world, track="existing", declared={"trained_per_year": "9999"})
    occupation = story.project.occupations.create(order=1, written="车工")
    for end, trained in ((date(2025, 6, 1), 2999), (date(2026, 1, 5), 500)):
        TrainingClass.objects.create(
            project=story.project, number=f"班{trained}", occupation=occupation, level="3", start_on=end, end_on=end,
            trained=trained, high_skill=trained, passed=trained - 1, recorded_by=world.u1, recorded_on=end,
        )  # fmt: skip

    lines = {line.code: line for line in mock_of(own(story), ON).conditions}

    assert (lines["E4a"].actual, lines["E4a"].met, lines["E4a"].known.source) == (
        "2999 人次/年",
        False,
        "班次台账 2025 年",
    )
    assert (lines["E5a"].actual, lines["E5a"].met) == ("99.96 %", True)
    assert (lines["N3a"].actual, lines["N3a"].met) == ("1 个", False)


def test_the_units_own_check_counts_until_an_acceptance_says_otherwise(world):
    story = scene.building(world)
    check(story)
    before = {line.code: line.met for line in mock_of(own(story), ON).conditions}

    assert set(before.values()) == {True}
    assert check(story) == 0
    assert check(story, failing=("N2a",), N2a={"training_area_m2": "800"}) == 1
    assert mock_of(own(story), ON).unmet_conditions == ("N2a",)


@pytest.mark.parametrize("value", ["很大", "-1", "1,2,3"])
def test_a_value_that_cannot_be_judged_is_not_kept(world, value):
    story = scene.building(world)

    assert refused(check, story, failing=("N2a",), N2a={"training_area_m2": value}) == ["value"]
    assert not SelfCheck.objects.exists()


def test_what_is_being_weighed_now_is_not_told_by_the_mock(world):
    """The unit learns what an acceptance found when its conclusion is in force, and not a day before by trying."""
    story = scene.judged(world, a=("N2a",))
    assert known_values(own(story), day(20, APPLIED))["N2a"].values == {"training_area_m2": ""}

    Project.objects.filter(pk=story.pk).update(stage=Stage.RECTIFYING)

    assert mock_of(own(story), day(40, APPLIED)).unmet_conditions == ("N2a",)


def test_the_mock_says_what_the_real_gates_say_on_the_same_data(world):
    """One rule, one function: conditions by judge, targets by score_of and gate_b."""
    story = scene.judged(world, a=("N2a", "N4b"), b=("B01",))
    project = own(story)
    real_a = {row.code: row.met for row in story.project.acceptances.get().checks.all()}
    real = gate_b(project)
    Project.objects.filter(pk=story.pk).update(stage=Stage.RECTIFYING)

    tried = {line.code: line.met for line in mock_of(own(story), day(40, APPLIED)).conditions}
    values = {row.indicator.pk: row.score for row in real.rows}
    targets = Target.objects.filter(indicator__sheet=filed_sheet(project), block=PERIOD).select_related("indicator")
    lines = [
        target_line(
            one.indicator_id, goal_of(one),
            Reached(values[one.indicator_id].actual, values[one.indicator_id].attained, values[one.indicator_id].points),
            "", core=one.indicator.core, edition=project.edition,
        )
        for one in targets
    ]  # fmt: skip
    total, grade, findings = judged_targets(lines, real.execution_score, project.edition)

    assert {code: met for code, met in tried.items() if code not in {"N3a"}} == {
        code: met for code, met in real_a.items() if code not in {"N3a"}
    }
    assert (total, grade) == (real.total, real.grade)
    assert {finding.message for finding in findings} == {finding.message for finding in real.unmet}


def test_a_studio_is_tried_by_its_own_conditions(world):
    story = scene.building(world, kind=Kind.STUDIO, leader_name="示例甲", declared={"skill_level": "一级（高级技师）"})

    lines = {line.code: line for line in mock_of(own(story), ON).conditions}

    assert set(lines) == {f"T{number}" for number in range(1, 8)}
    assert (lines["T5"].verified, lines["T7"].actual, lines["T7"].met) == (True, "1 个", True)


# Gaps


def assign(story, code="A:N6", clerk=None, on=ON, **changes):
    said = {"due_on": day(20, ON), "note": "补方案"} | changes
    return operations.assign_gap(story.pk, code=code, clerk=(clerk or story.u1).pk, actor=story.u2, on=on, **said)


def test_a_gap_is_given_to_a_clerk_with_a_day_and_reported_done(world):
    story = scene.building(world)

    task = assign(story)

    assert world.u1.notices.filter(text__contains="N6").exists()
    assert refused(operations.finish_gap, story.pk, task.pk, actor=make.user("U1", world.unit), on=ON) == ["clerk"]
    operations.finish_gap(story.pk, task.pk, actor=world.u1, on=ON)
    assert refused(operations.finish_gap, story.pk, task.pk, actor=world.u1, on=ON) == ["done"]
    assert assign(story, due_on=day(30, ON)).done_on is None
    assert GapTask.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "expected"),
    [({"code": "A:N99"}, ["gap"]), ({"due_on": day(-1, ON)}, ["due_on"]), ({"note": "长" * 201}, ["note"])],
    ids=["no gap", "yesterday", "too long"],
)
def test_an_assignment_is_of_a_gap_and_of_a_day_to_come(world, changes, expected):
    assert refused(assign, scene.building(world), **changes) == expected


def test_a_gap_is_given_inside_the_unit_only(world):
    assert refused(assign, scene.building(world), clerk=world.ph) == ["clerk"]


def test_the_page_counts_the_gaps_and_leads_to_where_they_are_mended(world):
    story = scene.building(world)
    assign(story)
    client = Client()
    client.force_login(world.u2)

    page = client.get(reverse("lifecycle:mock", args=[story.pk])).content.decode()

    assert "若今天验收：缺 " in page
    assert ("补方案" in page, reverse("lifecycle:self_check", args=[story.pk]) in page) == (True, True)
    told = client.get(f"/api/v1/projects/{story.pk}/acceptance/mock/").json()
    assert (told["said"] in page, len(told["gaps"]) > 10) == (True, True)


@pytest.mark.parametrize(
    ("window", "trained", "source"),
    [
        ("full_year", "2999", "班次台账 2025 年"),
        ("best_12_months", "3499", "班次台账 2025-02-01 至 2026-01-31"),
        ("", "3499", "班次台账 2025-01-01 至 2026-03-02"),
    ],
)
def test_a_condition_is_read_per_year_through_its_own_window(world, window, trained, source):
    story = scene.building(world, track="existing")
    occupation = story.project.occupations.create(order=1, written="车工")
    for end, count in ((date(2025, 6, 1), 2999), (date(2026, 1, 5), 500)):
        TrainingClass.objects.create(
            project=story.project, number=f"班{count}", occupation=occupation, level="3", start_on=end, end_on=end,
            trained=count, high_skill=count, passed=count - 1, recorded_by=world.u1, recorded_on=end,
        )  # fmt: skip

    facts = class_facts(story.project, window, date(2026, 3, 2))

    assert (facts["trained_per_year"], facts["satisfaction"][0]) == ((trained, source), "")


def test_no_class_is_no_figure_and_not_0(world):
    assert class_facts(scene.building(world).project, "full_year", ON) == {}
