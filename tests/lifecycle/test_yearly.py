"""After 验收: one report a year, its opinions, a grade by both departments, and the order that follows a failing one."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from lifecycle.models import YearlyAssessment, YearlyReport
from lifecycle.operations import yearly as ops
from lifecycle.queries.yearly import coverage, failed_year, open_year, yearly_payload
from policy.terms import Stage
from projects.models import Project
from tests import factories as make
from tests.lifecycle import scene
from tests.lifecycle.scene import refused

SINCE, ON, DUE = date(2024, 5, 6), date(2026, 2, 10), date(2026, 3, 31)
TEXTS = {"equipment": "数控机床满负荷使用", "work": "开展技能攻关 2 项", "problems": "师资需补充"}


@pytest.fixture
def story(world):
    """通过验收 since May 2024: owes 2024 and 2025 in February 2026."""
    return scene.story_of(world, make.project(world.unit, stage=Stage.ACCEPTED, stage_since=SINCE))


def written(story, world, year=2025, on=ON):
    return ops.save_yearly(story.pk, year=year, **TEXTS, actor=world.u1, on=on)


def sent(story, world, year=2025, on=ON):
    written(story, world, year, on)
    return ops.submit_yearly(story.pk, year=year, actor=world.u2, on=on)


def checked(story, world, year=2025):
    sent(story, world, year)
    return ops.check_yearly(story.pk, year=year, agreed=True, opinion="属实", actor=world.ch, on=ON)


def proposed(story, world, grade="合格", year=2025):
    checked(story, world, year)
    return ops.propose_grade(story.pk, year=year, grade=grade, opinion="任务完成", actor=world.ph, on=ON)


def decide(story, world, *others, on=ON):
    """T28J over this project and others."""
    given = {one.pk: yearly_payload(one) for one in (story.fresh(), *others)}
    decision = scene.decisions.draft_decision(
        "T28J", given, number=f"示例考〔2026〕{story.pk}号", dated_on=on, reason="考核评估全覆盖",
        uploads=scene.papers_of("T28J"), actor=world.ph, on=on,
    )  # fmt: skip
    return scene.sign(decision, world.phl, world.pfl, on=on)


# The report
@pytest.mark.parametrize(("year", "allowed"), [(2023, False), (2024, True), (2025, True), (2026, False)])
def test_only_the_years_that_are_over_since_the_acceptance_are_reported(story, world, year, allowed):
    if allowed:
        assert written(story, world, year).due_on.year == year + 1
    else:
        assert refused(written, story, world, year) == ["year"]


def test_the_due_day_is_the_next_working_day_of_the_third_month(story, world):
    assert written(story, world).due_on == DUE
    assert written(story, world, 2024, on=ON).due_on == date(2025, 3, 31)


def test_a_report_is_written_once_sent_and_taken_back_only_by_a_return(story, world):
    sent(story, world)
    assert refused(written, story, world) == ["state"]
    assert refused(ops.submit_yearly, story.pk, year=2025, actor=world.u2, on=ON) == ["state"]

    ops.check_yearly(story.pk, year=2025, agreed=False, opinion="补充闲置设备说明", actor=world.ch, on=ON)

    written(story, world)
    assert YearlyReport.objects.get().opinion == "补充闲置设备说明"


def test_the_leader_does_not_send_what_the_leader_wrote(story, world):
    ops.save_yearly(story.pk, year=2025, **TEXTS, actor=world.u2, on=ON)

    assert refused(ops.submit_yearly, story.pk, year=2025, actor=world.u2, on=ON) == ["sod"]


def test_an_empty_part_is_named(story, world):
    ops.save_yearly(story.pk, year=2025, equipment="有", work=" ", problems="", actor=world.u1, on=ON)

    assert refused(ops.submit_yearly, story.pk, year=2025, actor=world.u2, on=ON) == ["work", "problems"]


def test_sending_in_fixes_the_figures_of_the_registers(story, world):
    report = sent(story, world)

    assert report.trained["classes"] == 0
    assert (report.left, report.state) == ("0.00", "submitted")


def test_a_project_that_has_not_passed_owes_nothing(world):
    story = scene.story_of(world, make.project(world.unit, stage=Stage.BUILDING, stage_since=SINCE))

    assert refused(written, story, world) == ["stage"]


def test_the_sibling_city_checks_nothing_here(story, world):
    sent(story, world)
    other = make.user("CH", make.organisation(make.node("示例邻市", "city", world.province), "hr"))

    with pytest.raises(PermissionDenied):
        ops.check_yearly(story.pk, year=2025, agreed=True, opinion="同意", actor=other, on=ON)


# The grade
def test_no_grade_before_the_check_while_the_unit_still_has_time(story, world):
    given = {"year": 2025, "grade": "合格", "opinion": "可以", "actor": world.ph}
    assert refused(ops.propose_grade, story.pk, **given, on=ON) == ["report"]
    assert refused(ops.propose_grade, story.pk, **given, on=DUE) == ["report"]

    ops.propose_grade(story.pk, **given | {"grade": "不合格"}, on=DUE + timedelta(days=1))

    assert YearlyAssessment.objects.get().failed is True


@pytest.mark.parametrize(("grade", "opinion", "expected"), [("良好", "可以", ["grade"]), ("合格", " ", ["opinion"])])
def test_a_grade_is_one_of_the_edition_and_says_why(story, world, grade, opinion, expected):
    checked(story, world)

    given = {"year": 2025, "grade": grade, "opinion": opinion, "actor": world.ph, "on": ON}
    assert refused(ops.propose_grade, story.pk, **given) == expected


def test_one_decision_grades_several_projects_and_only_those_with_a_proposal(story, world):
    other = scene.story_of(world, make.project(world.unit, stage=Stage.ACCEPTED, stage_since=SINCE))
    proposed(story, world)
    assert "graded" in refused(decide, story, world, other.project)
    proposed(other, world, "优秀")

    decide(story, world, other.project)

    assert set(YearlyAssessment.objects.values_list("decided_on", "grade")) == {(ON, "合格"), (ON, "优秀")}
    assert refused(ops.propose_grade, story.pk, year=2025, grade="优秀", opinion="改", actor=world.ph, on=ON) == [
        "decided"
    ]


def test_a_grade_changed_meanwhile_stops_the_signature(story, world):
    one = proposed(story, world)
    decision = scene.draft("T28J", story.project, world.ph, ON, yearly_payload(story.project))
    scene.decisions.sign_decision(decision.pk, actor=world.phl, on=ON)
    one.grade = "优秀"
    one.save(update_fields=["grade"])

    assert refused(scene.decisions.sign_decision, decision.pk, actor=world.pfl, on=ON) == ["yearly"]


def test_the_database_holds_one_grade_a_year_and_its_decision(story, world):
    one = proposed(story, world)

    with pytest.raises(IntegrityError), transaction.atomic():
        YearlyAssessment.objects.filter(pk=one.pk).update(decided_on=ON)
    with pytest.raises(IntegrityError), transaction.atomic():
        YearlyAssessment.objects.create(
            project=story.project, year=2025, grade="优秀", failed=False, proposed_by=world.ph, proposed_on=ON
        )


# T29
@pytest.mark.parametrize("grade", [None, "合格"])
def test_no_order_without_a_failing_grade_in_force(story, world, grade):
    if grade:
        proposed(story, world, grade)
        decide(story, world)

    payload = {"term_months": 6, "items": scene.ITEMS}
    assert refused(scene.draft, "T29", story.project, world.ph, ON, payload) == ["assessment"]


def test_a_proposal_alone_is_not_in_force(story, world):
    proposed(story, world, "不合格")

    payload = {"term_months": 6, "items": scene.ITEMS}
    assert refused(scene.draft, "T29", story.project, world.ph, ON, payload) == ["assessment"]


def test_a_failing_grade_leads_to_one_order_and_not_to_a_second(story, world):
    proposed(story, world, "不合格")
    decide(story, world)
    assert failed_year(story.fresh()).year == 2025

    story.decide("T29", ON, term_months=6, items=scene.ITEMS)
    assert scene.stage_of(story) == Stage.RECTIFYING

    Project.objects.update(stage=Stage.ACCEPTED)
    assert failed_year(story.fresh()) is None


# 考核评估全覆盖
def test_the_coverage_list_names_who_was_not_assessed_in_a_constant_number_of_statements(
    story, world, django_assert_num_queries
):
    proposed(story, world)
    decide(story, world)
    make.project(world.unit, stage=Stage.ACCEPTED, stage_since=SINCE)
    make.project(world.unit, stage=Stage.ACCEPTED, stage_since=date(2026, 1, 5))
    found = list(Project.objects.filter(stage=Stage.ACCEPTED).select_related("organisation"))

    with django_assert_num_queries(4):
        rows = coverage(found, 2025)

    assert [row.assessed for row in rows] == [True, False]
    assert open_year(story.project, ON) == 2024
