"""区域绩效表 of a day gone by: a report accepted after the known day is in 'now' and not in 'then'."""

import io
from datetime import date

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from funds.queries import Moment
from performance.models import RegionSheet
from performance.queries.region import region_content, region_of
from performance.queries.region_past import region_compared
from tests.performance import register as make
from tests.performance.register import Q1, Q2, Q3

EDITION, YEAR, TODAY = "jilin_2025", 2026, date(2027, 1, 20)
ONLY = ("开发课程", "企业满意率")
LATE = date(2026, 7, 20)


def reported(world, quarters, accepted=None, **filed):
    """`accepted`: the report to the end of June was accepted on that day."""
    project = make.building(world)
    sheet = make.sheet(project, world, ONLY, **filed)
    for cut_off, (courses, over, under) in zip((Q1, Q2, Q3), quarters, strict=False):
        one = make.period_return(project, world, sheet, cut_off)
        make.read(one, "开发课程", world.u1, value=courses)
        make.read(one, "企业满意率", world.u1, numerator=over, denominator=under)
        make.accepted(one, accepted if cut_off == Q2 else None)
    return project


@pytest.fixture
def units(world):
    """Both read to the end of June; the report of the second was accepted three weeks later."""
    return [
        reported(world, [("3", "20", "20"), ("4", "25", "30")]),
        reported(world, [("1", "1", "1"), ("5", "0", "1")], accepted=LATE),
    ]


def asked(world, on, known, kind="results"):
    region = region_of(EDITION, kind, YEAR, world.ph, TODAY, Moment(on, known))
    return region, {row.name: row.year for row in region.rows}


def address(name, **where):
    kept = {"kind": "results"} | where
    return reverse(f"performance:{name}", args=[EDITION, kept["kind"], YEAR])


@pytest.mark.parametrize(
    ("known", "courses", "told"),
    [
        (date(2026, 7, 19), 7, "2 户中 1 户未报"),
        (LATE, 13, "2 户已全部报送"),
    ],
    ids=["the evening before it was accepted", "the day it was accepted"],
)
def test_a_report_counts_from_the_day_it_was_accepted(world, units, known, courses, told):
    region, found = asked(world, Q2, known)

    assert (region.told, found["开发课程"].value) == (told, courses)


def test_a_cut_off_inside_the_year_reads_no_further_and_judges_nothing(world, units):
    make.moved(make.period_return(units[0], world, units[0].target_sheets.get(), Q3), "accepted")

    region, found = asked(world, date(2026, 8, 15), TODAY)
    last = asked(world, Q3, TODAY)[0]

    assert (region.told, found["开发课程"].value) == ("2 户已全部报送", 13)
    assert {row.met for row in region.rows} == {None}
    assert last.told == "2 户已全部报送"  # the second was asked for no more than June


def test_the_difference_is_the_report_that_came_late(world, units):
    found = region_compared(EDITION, "results", YEAR, world.ph, Moment(Q2, Q2), TODAY)

    assert [(one.project, one.late.title, one.late.on, one.late.posted_on) for one in found.late] == [
        (units[1], f"截至{Q2}季报包审定", Q2, LATE)
    ]
    assert ("报送情况", "2 户中 1 户未报", "2 户已全部报送") in found.changed
    assert ("开发课程（完成值）", "7门（2 户中 1 户未报）", "13门（2 户已全部报送）") in found.changed
    assert "与现在所知相差 1 笔补录" in found.said
    nothing = region_compared(EDITION, "results", YEAR, world.ph, Moment(Q2, LATE), TODAY)
    assert (nothing.late, nothing.changed) == ((), ())


def test_targets_filed_after_the_day_are_not_in_its_sheet(world, units):
    reported(world, [], filed_on=LATE)

    assert asked(world, date(2026, 7, 19), TODAY, "targets")[0].told == "3 户中 1 户未报"
    assert asked(world, LATE, TODAY, "targets")[0].told == "3 户已全部报送"
    found = region_compared(EDITION, "targets", YEAR, world.ph, Moment(LATE, date(2026, 7, 1)), TODAY)
    assert [(one.late.title, one.late.posted_on) for one in found.late] == [("绩效目标第 1 版备案", LATE)]


def test_page_workbook_and_api_say_the_same_of_the_day(world, units, signed_in):
    query = f"?on={Q2}&known={Q2}"
    client = signed_in(world.pf)

    page = client.get(address("region") + query)
    book = openpyxl.load_workbook(io.BytesIO(client.get(address("region_xlsx") + query).content))
    told = client.get(reverse("api:region", args=[EDITION, "results", YEAR]) + query).json()

    text = page.content.decode()
    [line] = [row for row in book["区域绩效表"].iter_rows(values_only=True) if row[3] == "开发课程"]
    [row] = [row for row in told["rows"] if row["name"] == "开发课程"]
    assert line[5] == row["year"]["shown"] == "7门"
    assert "<strong>7门</strong>" in text
    assert f"截至 {Q2}，按 {Q2} 所知；与现在所知相差 1 笔补录" in text
    assert f"截至 {Q2}，按 {Q2} 所知" in str(book["区域绩效表"]["A2"].value)
    assert told["as_of"] == {"on": "2026-06-30", "known": "2026-06-30", "running": True}
    assert "年度未结束" in text
    assert client.get(address("region_pdf") + query).content.startswith(b"%PDF")
    assert f"{address('region_pdf')}?on={Q2}" in text


def test_an_issued_sheet_keeps_its_figures_and_the_day_is_answered_beside_it(world, units, signed_in):
    kept = {"form": "F06", "told": "定稿"}
    RegionSheet.objects.create(
        edition_code=EDITION, kind="results", year=YEAR, state="issued", content=kept, digest="a" * 64, words={},
        drafted_by=world.ph, drafted_on=TODAY, issued_by=world.phl, issued_on=TODAY,
    )  # fmt: skip

    page = signed_in(world.pf).get(f"{address('region')}?on={Q2}")

    assert region_content(EDITION, "results", YEAR, world.ph, TODAY)[1] == kept
    assert "定稿的数字不变" in page.content.decode()
    assert "2 户已全部报送" in page.content.decode()


@pytest.mark.parametrize("query", ["on=2999-01-01", "on=2025-12-31", "known=x"])
def test_a_day_that_cannot_be_is_told_and_no_paper_is_made_of_it(world, units, signed_in, query):
    client = signed_in(world.pf)

    assert "按 20" not in client.get(f"{address('region')}?{query}").context["query"]
    assert client.get(f"{address('region')}?{query}").context["compared"] is None
    assert client.get(f"{address('region_pdf')}?{query}").status_code == 409
    assert client.get(f"{address('region_xlsx')}?{query}").status_code == 409
    assert client.get(reverse("api:region", args=[EDITION, "results", YEAR]) + f"?{query}").status_code == 400


def test_a_city_office_has_no_such_page(world, units, signed_in):
    assert signed_in(world.cf).get(f"{address('region')}?on={Q2}").status_code == 403


def test_the_comparison_costs_the_same_for_two_units_and_for_four(world, units):
    def cost():
        with CaptureQueriesContext(connection) as found:
            region_compared(EDITION, "results", YEAR, world.ph, Moment(Q2, Q2), TODAY)
        return len(found)

    cost()
    first = cost()
    for _ in range(2):
        reported(world, [("1", "1", "1"), ("5", "0", "1")], accepted=LATE)

    assert cost() == first
