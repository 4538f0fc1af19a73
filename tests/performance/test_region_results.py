"""F06 of the region from accepted reports: a rate over two units, a true zero, a unit that has not reported."""

from datetime import date
from fractions import Fraction

import pytest
from django.urls import reverse

from performance import region_prints
from performance.queries.region import region_of
from performance.rules.region_form import content_of
from tests.performance import register as make
from tests.performance.register import Q1, Q2, Q3, Q4

ON = date(2027, 1, 20)
ONLY = ("开发课程", "企业满意率")


@pytest.fixture
def units(world):
    """One with 12 courses and 95 of 100, one with a true 0 and 1 of 4, one that stopped after the third quarter."""
    return [
        reported(world, [("3", "20", "20"), ("3", "25", "30"), ("3", "25", "25"), ("3", "25", "25")]),
        reported(world, [("0", "1", "1"), ("0", "0", "1"), ("0", "0", "1"), ("0", "0", "1")]),
        reported(world, [("9", "9", "9"), ("9", "9", "9"), ("9", "9", "9")]),
    ]


def reported(world, quarters):
    project = make.building(world)
    sheet = make.sheet(project, world, ONLY)
    for cut_off, (courses, over, under) in zip((Q1, Q2, Q3, Q4), quarters, strict=False):
        one = make.period_return(project, world, sheet, cut_off)
        make.read(one, "开发课程", world.u1, value=courses)
        make.read(one, "企业满意率", world.u1, numerator=over, denominator=under)
        make.accepted(one)
    return project


def rows(world):
    region = region_of("jilin_2025", "results", 2026, world.ph, ON)
    return region, {row.name: row for row in region.rows}


def test_sums_rates_and_who_is_missing(world, units):
    region, found = rows(world)

    assert region.told == "3 户中 1 户未报"
    assert found["开发课程"].year.value == 12
    assert found["企业满意率"].year.value == Fraction(100 * 96, 104)
    assert found["企业满意率"].year.weighted == (95 + 25) / Fraction(2)
    assert found["企业满意率"].year.missing == region.missing


def test_met_is_judged_on_values_against_the_units_that_reported(world, units):
    _, found = rows(world)
    assert (found["开发课程"].target.value, found["开发课程"].met) == (24, False)
    assert found["企业满意率"].met is True


def test_page_paper_and_workbook_say_the_same_rate(world, units, signed_in):
    region, found = rows(world)
    content = content_of(region, {}, ON)
    shown = found["企业满意率"].year.shown
    assert shown == "92.31%"

    page = signed_in(world.pf).get(reverse("performance:region", args=["jilin_2025", "results", 2026]))
    sheet = next(one for one in region_prints.sheets(content) if one.name == "区域绩效表")
    line = next(row for row in sheet.rows if row[3] == "企业满意率")

    assert shown in page.content.decode()
    assert "分子合计 96 ÷ 分母合计 104" in page.content.decode()
    assert line[5] == shown
    assert region_prints.pdf(content, issued=False).startswith(b"%PDF")


def test_a_return_that_is_not_accepted_does_not_count(world, units):
    project = make.building(world)
    sheet = make.sheet(project, world, ONLY)
    for cut_off in (Q1, Q2, Q3, Q4):
        make.period_return(project, world, sheet, cut_off, state="submitted")
    region, found = rows(world)
    assert (region.told, found["开发课程"].year.value) == ("4 户中 2 户未报", 12)
