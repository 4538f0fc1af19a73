"""First review, two scores, mending, filing."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from accounts.roles import Role
from performance import operations
from performance.models import Review, TargetSheet
from performance.operations import RowInput
from performance.queries import (
    changes_since_submission,
    filed_sheet,
    grid_of,
    readiness,
    review_state,
    sheet_of,
)
from policy.findings import Refused
from policy.terms import Grade, Line, NodeKind, Stage
from tests import factories
from tests.performance.life import (
    FULL,
    ON,
    POINTS,
    filed,
    reviewing,
    scored,
    stage,
    submitted,
    type_all,
)

State = TargetSheet.State
LATER = date(2026, 3, 20)


def codes(refused):
    return [finding.code for finding in refused.value.findings]


def row_of(sheet, name):
    return next(line for line in grid_of(sheet).lines if line.indicator.name == name)


def first_line(sheet):
    return grid_of(sheet).lines[0]


# First review


def test_both_offices_agree_in_either_order(world, project):
    submitted(project, world)

    first = operations.first_review(project.pk, actor=world.cf, agreed=True, comment="", on=ON).state
    second = operations.first_review(project.pk, actor=world.ch, agreed=True, comment="同意", on=ON).state

    assert (first, second) == (State.SUBMITTED, State.REVIEWING)


def test_an_office_speaks_once_and_does_not_disagree_without_returning(world, project):
    submitted(project, world)
    operations.first_review(project.pk, actor=world.ch, agreed=True, comment="", on=ON)

    with pytest.raises(Refused) as twice:
        operations.first_review(project.pk, actor=world.ch, agreed=True, comment="", on=ON)
    with pytest.raises(Refused) as disagreed:
        operations.first_review(project.pk, actor=world.cf, agreed=False, comment="不同意", on=ON)

    assert (codes(twice), codes(disagreed)) == (["twice"], ["return"])


def test_another_office_in_reach_does_not_review(world, project):
    """A county office appointed for nothing, and the office of another city that sees nothing."""
    submitted(project, world)
    county = factories.node("示例县", NodeKind.COUNTY, world.city)
    elsewhere = factories.node("示例二市", NodeKind.CITY, world.province)
    below = factories.user(Role.CH, factories.organisation(county, Line.HR))
    foreign = factories.user(Role.CH, factories.organisation(elsewhere, Line.HR))

    for actor in (below, foreign):
        with pytest.raises(PermissionDenied):
            operations.first_review(project.pk, actor=actor, agreed=True, comment="", on=ON)

    assert not Review.objects.exists()


def test_a_recommender_only_gives_an_opinion(world):
    department = factories.node("示例厅", NodeKind.DEPARTMENT, world.province)
    recommender = factories.user(Role.CH, factories.organisation(department, Line.RECOMMENDER))
    unit = factories.organisation(department)
    clerk, leader = factories.user(Role.U1, unit), factories.user(Role.U2, unit)
    project = factories.project(unit)
    operations.draft_sheet(project.pk, first_year=2026, years=1, actor=clerk, on=ON)
    type_all(project, clerk)
    operations.submit_sheet(project.pk, actor=leader, on=ON)

    operations.first_review(project.pk, actor=recommender, agreed=False, comment="建议提高目标", on=ON)
    with pytest.raises(Refused):
        operations.return_sheet(project.pk, line=Line.HR, actor=recommender, reason="退回", on=ON)
    with pytest.raises(Refused) as twice:
        operations.first_review(project.pk, actor=recommender, agreed=True, comment="又一条", on=ON)

    state = review_state(project)
    assert (state.sheet.state, [review.comment for review in state.opinions]) == (State.REVIEWING, ["建议提高目标"])
    assert codes(twice) == ["twice"]


def test_a_recommender_in_the_tree_of_the_offices_does_not_return_either(world, project):
    recommender = factories.user(Role.CH, factories.organisation(world.city, Line.RECOMMENDER))
    submitted(project, world)

    with pytest.raises(PermissionDenied):
        operations.return_sheet(project.pk, line=Line.HR, actor=recommender, reason="退回", on=ON)

    assert sheet_of(project).state == State.SUBMITTED


def test_a_returned_sheet_stays_as_judged_and_its_next_round_begins_with_the_first_change(world, project):
    submitted(project, world)
    operations.return_sheet(project.pk, line=Line.FINANCE, actor=world.cf, reason="资金不匹配", on=ON)
    stage(project, Stage.AWARDED)
    judged = sheet_of(project)
    alerts = list(project.alerts.filter(cleared_on=None).values_list("code", flat=True))
    with pytest.raises(Refused):
        operations.submit_sheet(project.pk, actor=world.u2, on=ON)
    line = first_line(judged)

    found = operations.save_sheet(
        project.pk, goals={}, rows=[RowInput(id=line.indicator.pk, values={"period": "2500"})], actor=world.u1, on=LATER
    )
    again = operations.submit_sheet(project.pk, actor=world.u2, on=LATER)

    assert (found, alerts) == ([], ["returned"])
    assert (judged.round, judged.return_reason) == (1, f"{world.city_finance}：资金不匹配")
    assert (again.round, again.state, again.reviews.count()) == (2, State.SUBMITTED, 0)
    assert (first_line(judged).targets["period"].value, first_line(again).targets["period"].value) == ("2000", "2500")
    assert not project.alerts.filter(cleared_on=None).exists()


def test_a_return_needs_a_reason(world, project):
    submitted(project, world)

    with pytest.raises(Refused) as refused:
        operations.return_sheet(project.pk, line=Line.HR, actor=world.ch, reason=" ", on=ON)

    assert codes(refused) == ["reason"]


# Two scores


@pytest.mark.parametrize(
    ("hr", "finance", "final", "state", "arrow"),
    [
        ("excellent", "excellent", Grade.EXCELLENT, State.READY, None),
        ("excellent", "good", Grade.GOOD, State.MENDING, None),
        ("good", "excellent", Grade.GOOD, State.MENDING, None),
        ("excellent", "fair", Grade.FAIR, State.RETURNED, "T06"),
        ("fair", "good", Grade.FAIR, State.RETURNED, "T06"),
        ("poor", "excellent", Grade.POOR, State.RETURNED, "T07"),
        ("fair", "poor", Grade.POOR, State.RETURNED, "T07"),
    ],
)
def test_the_lower_grade_counts(world, project, hr, finance, final, state, arrow):
    outcome = scored(project, world, hr, finance)

    sheet = sheet_of(project)
    assert (outcome.final, outcome.arrow) == (final, arrow)
    assert (sheet.state, sheet.grade) == (state, final)


def test_nothing_is_decided_by_one_score(world, project):
    reviewing(project, world)

    outcome = operations.record_review(project.pk, points=POINTS["poor"], comment="差", actor=world.pf, on=ON)

    assert (outcome.line, outcome.total, outcome.grade, outcome.final, outcome.arrow) == (
        Line.FINANCE,
        0,
        Grade.POOR,
        None,
        None,
    )
    assert sheet_of(project).state == State.REVIEWING


def test_remarks_of_both_go_back_in_one_list(world, project):
    reviewing(project, world)
    operations.record_review(project.pk, points=POINTS["good"], comment="补充课程\n明确年度", actor=world.ph, on=ON)

    operations.record_review(project.pk, points=FULL, comment="核对预算", actor=world.pf, on=ON)

    assert sorted(sheet_of(project).return_reason.splitlines()) == sorted(
        [f"{world.province_hr}：补充课程", f"{world.province_hr}：明确年度", f"{world.province_finance}：核对预算"]
    )


@pytest.mark.parametrize(
    ("points", "comment", "expected"),
    [
        (FULL[:15], "意见", ["review_count"]),
        ([6, *FULL[1:]], "意见", ["review_range"]),
        ([None, 4.5, *FULL[2:]], "意见", ["review_missing", "review_whole"]),
        (POINTS["good"], " ", ["comment"]),
    ],
    ids=["one short", "above its maximum", "missing and half a point", "no remark below excellent"],
)
def test_a_review_sheet_is_checked(world, project, points, comment, expected):
    reviewing(project, world)

    with pytest.raises(Refused) as refused:
        operations.record_review(project.pk, points=points, comment=comment, actor=world.ph, on=ON)

    assert codes(refused) == expected


def test_a_department_scores_once(world, project):
    reviewing(project, world)
    operations.record_review(project.pk, points=FULL, comment="", actor=world.ph, on=ON)
    colleague = factories.user(Role.PH, world.province_hr)

    with pytest.raises(Refused) as refused:
        operations.record_review(project.pk, points=FULL, comment="", actor=colleague, on=ON)

    assert codes(refused) == ["twice"]


@pytest.mark.parametrize("role", ["u1", "u2", "ch", "cf", "phl", "pfl", "au", "sa"])
def test_only_the_clerks_of_the_province_score(world, project, role):
    reviewing(project, world)

    with pytest.raises(PermissionDenied):
        operations.record_review(project.pk, points=FULL, comment="", actor=getattr(world, role), on=ON)

    assert not Review.objects.filter(level="province").exists()


def test_a_poor_grade_stands_as_a_blocking_alert(world, project):
    scored(project, world, "poor", "good")

    alert = project.alerts.get(cleared_on=None)
    assert (alert.code, alert.severity) == ("poor", "blocking")


# 良: mended by agreement


def test_good_is_mended_checked_by_both_and_then_ready(world, project):
    scored(project, world, "good", "excellent")
    pk = first_line(sheet_of(project)).indicator.pk
    operations.save_sheet(
        project.pk, goals={}, rows=[RowInput(id=pk, values={"2026": "900"})], actor=world.u1, on=LATER
    )

    operations.submit_mended(project.pk, actor=world.u2, on=LATER)
    changes = changes_since_submission(grid_of(sheet_of(project)))
    operations.check_mended(project.pk, actor=world.ph, agreed=True, comment="", on=LATER)
    waiting = [finding.message for finding in readiness(project)]
    sheet = operations.check_mended(project.pk, actor=world.pf, agreed=True, comment="", on=LATER)

    assert [(change.what, change.before, change.after) for change in changes] == [
        ("“年度培训人次”2026年度指标值", "2000", "900")
    ]
    assert waiting == [f"等待{project.edition.province_finance}复核。"]
    assert (sheet.state, readiness(project)) == (State.READY, [])
    assert not Review.objects.filter(level="mend").exclude(points=[]).exists()


def test_a_check_that_is_not_content_begins_another_turn(world, project):
    scored(project, world, "good", "good")
    operations.submit_mended(project.pk, actor=world.u2, on=LATER)
    operations.check_mended(project.pk, actor=world.pf, agreed=True, comment="", on=LATER)
    operations.check_mended(project.pk, actor=world.ph, agreed=False, comment="年度目标仍偏低", on=LATER)
    back = sheet_of(project)

    operations.submit_mended(project.pk, actor=world.u2, on=LATER)

    assert (back.state, back.return_reason) == (State.MENDING, f"{world.province_hr}：年度目标仍偏低")
    assert [seat.line for seat in review_state(project).waiting] == [Line.HR, Line.FINANCE]


def test_a_mended_sheet_is_checked_before_it_goes_back(world, project):
    scored(project, world, "good", "good")
    pk = first_line(sheet_of(project)).indicator.pk
    typed = RowInput(id=pk, values={"period": ""})
    operations.save_sheet(project.pk, goals={}, rows=[typed], actor=world.u2, on=LATER)

    with pytest.raises(Refused) as refused:
        operations.submit_mended(project.pk, actor=world.u2, on=LATER)

    assert codes(refused) == ["sod", "value_missing"]


# Filing


def test_filing_numbers_the_version_and_closes_it(world, project):
    sheet = filed(project, world)

    assert (sheet.version, sheet.state, sheet.filed_on) == (1, State.FILED, ON)
    assert filed_sheet(project) == sheet
    assert sheet.form["version"] == 1
    for to in (Stage.AWARDED, Stage.TARGET_REVIEW, Stage.TARGET_FILED):
        stage(project, to)
        with pytest.raises(Refused):
            operations.save_sheet(project.pk, goals={"period": "改"}, rows=[], actor=world.u1, on=ON)
        with pytest.raises(Refused):
            operations.file_sheet(project.pk, actor=world.phl, on=ON)


@pytest.mark.parametrize("role", ["u2", "ch", "ph", "pf", "au"])
def test_only_the_leaders_of_the_departments_file(world, project, role):
    scored(project, world)

    with pytest.raises(PermissionDenied):
        operations.file_sheet(project.pk, actor=getattr(world, role), on=ON)

    assert filed_sheet(project) is None


def test_what_is_not_ready_is_not_filed(world, project):
    scored(project, world, "good", "excellent")

    with pytest.raises(Refused) as refused:
        operations.file_sheet(project.pk, actor=world.phl, on=ON)

    assert codes(refused) == ["state"]
    assert "不能备案" in str(refused.value)
