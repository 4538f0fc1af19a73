"""What counts as told in the region's F06: evaluations as they were decided first, then whole accepted reports."""

from datetime import date
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from funds.queries import Moment
from performance.models import Assessment, AssessmentRow, Target, TargetSheet
from performance.queries.region import region_of
from performance.queries.region_past import region_compared
from performance.rules.region_form import content_of
from tests.performance import register as make
from tests.performance.register import Q2, Q3, Q4
from tests.performance.test_region_results import ONLY, reported

ON, DECIDED = date(2027, 5, 20), date(2027, 4, 1)
FULL = [("3", "25", "25")] * 4


def evaluated(world, kind="year", project=None, sides=("unit", "city", "province"), state="decided", **values):
    """Values by name of the indicator and side; the last side stands."""
    project = project or make.building(world)
    sheet = project.target_sheets.first() or make.sheet(project, world, ONLY)
    one = Assessment.objects.create(
        project=project, sheet=sheet, kind=kind, block="2026", state=state, scheme="x", drafted_by=world.u1,
        drafted_on=ON, decided_on=DECIDED if state == "decided" else None, total=93, grade="excellent",
    )  # fmt: skip
    given = {"开发课程": ("10", "9", "8"), "企业满意率": ("90/100", "80/100", "3/4")} | values
    for name, said in given.items():
        for side, actual in zip(("unit", "city", "province"), said, strict=True):
            if side in sides:
                AssessmentRow.objects.create(
                    assessment=one, indicator=sheet.indicators.get(name=name), side=side, actual=actual,
                    entered_by=world.u1, entered_on=ON,
                )  # fmt: skip
    return project


def told(world, at=None):
    region = region_of("jilin_2025", "results", 2026, world.ph, ON, at)
    return region, {row.name: row.year for row in region.rows}


def test_a_decided_evaluation_is_what_the_province_made_of_it(world):
    evaluated(world)
    reported(world, FULL)

    region, found = told(world)

    assert (region.told, region.sources) == ("2 户已全部报送", "年度评定（F05） 1 户、审定的季报包 1 户")
    assert (found["开发课程"].value, found["企业满意率"].value) == (20, Fraction(103 * 100, 104))


@pytest.mark.parametrize(
    ("sides", "courses"), [(("unit",), 10), (("unit", "city"), 9), (("unit", "city", "province"), 8)]
)
def test_the_last_side_that_spoke_stands(world, sides, courses):
    evaluated(world, sides=sides)

    assert told(world)[1]["开发课程"].value == courses


def test_the_transfer_s_own_evaluation_counts_once_accepted_and_yields_to_the_year_s(world):
    project = evaluated(world, "transfer", sides=("unit",))
    assert (told(world)[0].sources, told(world)[1]["开发课程"].value) == ("审定的转移支付自评（F06） 1 户", 10)

    evaluated(world, "year", project=project)

    assert (told(world)[0].sources, told(world)[1]["开发课程"].value) == ("年度评定（F05） 1 户", 8)


@pytest.mark.parametrize("state", ["draft", "submitted", "checked", "returned", "signing"])
def test_what_is_not_decided_does_not_count(world, state):
    evaluated(world, state=state)

    assert told(world)[0].told == "1 户中 1 户未报"


def test_what_is_decided_later_is_unknown_before(world):
    evaluated(world)

    assert told(world, Moment(date(2026, 12, 31), DECIDED))[0].told == "1 户已全部报送"
    assert told(world, Moment(date(2026, 12, 31), date(2027, 3, 31)))[0].told == "1 户中 1 户未报"
    at = Moment(date(2026, 12, 31), date(2027, 3, 31))
    found = region_compared("jilin_2025", "results", 2026, world.ph, at, ON)
    assert "年度自评（F05）审定" in [one.late.title for one in found.late]


def test_days_of_the_build_that_nobody_reports_leave_a_unit_out(world):
    project = make.building(world)
    sheet = make.sheet(project, world, ONLY)
    for cut_off in (Q2, Q3, Q4):
        one = make.period_return(project, world, sheet, cut_off)
        make.read(one, "开发课程", world.u1, value="3")
        make.read(one, "企业满意率", world.u1, numerator="1", denominator="1")
        make.accepted(one)
    assert told(world)[0].told == "1 户中 1 户未报"

    project.build_start_on = date(2026, 4, 1)
    project.save(update_fields=["build_start_on"])

    assert told(world)[0].told == "1 户已全部报送"


def test_a_period_that_was_let_off_is_not_missing(world):
    project = reported(world, FULL[:3])
    sheet = project.target_sheets.get()
    make.period_return(
        project, world, sheet, Q4, "exempt", reason="停工", exempted_by=world.ph, exempted_on=Q4
    )  # fmt: skip

    region, found = told(world)

    assert (region.told, found["开发课程"].value) == ("1 户已全部报送", 9)


def test_a_closed_year_keeps_the_targets_it_was_judged_by(world):
    project = reported(world, FULL)
    later = TargetSheet.objects.create(
        project=project, version=2, state="filed", filed_on=date(2027, 2, 1), years=[2026, 2027], round=2,
        drafted_by=world.u1, drafted_on=ON,
    )  # fmt: skip
    for row in project.target_sheets.get(version=1).indicators.all():
        targets = list(row.targets.all())
        row.pk, row.sheet = None, later
        row.save()
        for target in targets:
            Target.objects.create(indicator=row, block=target.block, value="99", weight=1)

    kept, _ = told(world)
    new = region_of("jilin_2025", "results", 2027, world.ph, ON)

    target = {row.name: row.target for row in kept.rows}["开发课程"]
    assert target.value == 12
    assert {row.name for row in new.rows} == set(ONLY)
    year = region_of("jilin_2025", "targets", 2027, world.ph, ON)
    assert {row.name: row.year.value for row in year.rows}["开发课程"] == 99


def test_the_rest_of_the_sheet_says_where_figures_come_from(world):
    evaluated(world)
    content = content_of(told(world)[0], {}, ON)

    assert content["sources"] == "年度评定（F05） 1 户"


def test_the_statements_do_not_grow_with_the_evaluations(world):
    assert world.ph.roles

    def cost():
        with CaptureQueriesContext(connection) as captured:
            told(world)
        return len(captured)

    evaluated(world)
    reported(world, FULL)
    one = cost()
    for _ in range(2):
        evaluated(world)
        reported(world, FULL)

    assert cost() == one


def test_a_target_per_year_keeps_its_unit_over_the_whole_period(world):
    project = make.building(world)
    make.sheet(project, world, ("培训人次",)).indicators.update(unit="人次/年")

    (row,) = region_of("jilin_2025", "targets", 2026, world.ph, ON).rows

    assert (row.period.shown, row.year.shown) == ("2000人次/年", "2000人次")
