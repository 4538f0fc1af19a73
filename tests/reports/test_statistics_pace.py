"""Every point of 预算执行与时间进度 leads on: to its project, or where points hide each other to the list of just these."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import resolve

from policy.terms import Stage
from projects.models import Project
from reports.models import Analysis
from reports.statistics import frames
from reports.statistics.links import to_paces, to_project
from reports.statistics.paces import SINGLY, Pace, bounds_of, groups_of
from tests.reports.scene import furnished
from tests.reports.statistics_scene import made
from tests.reports.test_statistics_frames import FACT, ON, PLACES


def paces(*points):
    return [
        Pace(replace(FACT, pk=number), Decimal(x) / 100, Decimal(y) / 100) for number, (x, y) in enumerate(points, 1)
    ]


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ([], []),
        ([(50, 10), (50, 60)], [(0,), (1,)]),
        ([(50, 10), (50, 10)], [(0, 1)]),
        ([(50, 10), ("51.2", "12.6")], [(0, 1)]),
        ([(50, 10), ("51.21", 10)], [(0,), (1,)]),
        ([(50, 10), (50, "12.61")], [(0,), (1,)]),
        ([(50, 10), (52, 10), (51, 10), (80, 80)], [(0, 1, 2), (3,)]),
        ([(50, 10), (52, 20), (51, 10), (51, 15), (52, 14), (51, 18)], [(0, 2), (1, 5), (3, 4)]),
    ],
    ids=[
        "none",
        "apart",
        "the same",
        "just touching",
        "apart in time",
        "apart in money",
        "joined by a third",
        "a chain",
    ],
)
def test_points_that_hide_each_other_are_one_place(points, expected):
    assert groups_of(paces(*points)) == expected


@pytest.mark.parametrize("count", [SINGLY, SINGLY + 1, 3000])
def test_the_bounds_of_a_place_name_just_its_rows(count):
    rows = paces(*((number * 37 % 101, number * 53 % 1201 / 10) for number in range(count)))

    groups = groups_of(rows)
    found = [
        tuple(at for at, one in enumerate(rows) if one.is_within(dict(zip(frames.BOUNDS, bounds, strict=True))))
        for bounds in (bounds_of(rows[at] for at in group) for group in groups)
    ]

    assert found == groups
    assert sorted(at for group in groups for at in group) == list(range(count))
    assert len(groups) <= max(SINGLY, 100)


def test_a_table_of_thousands_leads_from_every_row():
    facts = [
        replace(FACT, pk=pk, spent=Decimal(pk * 1000), build_start_on=ON - timedelta(days=pk % 300))
        for pk in range(1, 3001)
    ]

    table = frames.pace(facts, PLACES, ON, to_project, to_paces({"kind": "base"}))

    assert sorted(row for spot in table.spots for row in spot.rows) == list(range(3000))
    assert (len(table.shown), table.more) == (20, 2980)
    assert {resolve(table.leads_to(spot).partition("?")[0]).view_name for spot in table.spots} <= {
        "reports:statistics_pace", "reports:dossier",
    }  # fmt: skip
    assert all("kind=base" in table.leads_to(spot) for spot in table.spots if len(spot.rows) > 1)


@pytest.mark.django_db
def test_a_place_of_the_drawing_leads_to_just_its_projects(world, visit):
    near = [furnished(world, stage=Stage.BUILDING) for _ in range(2)]
    alone = furnished(world, spent="3000000.00", stage=Stage.BUILDING)
    made(world.ph)

    page = visit(world.ph, "/statistics/")
    card = next(one for one in page.context["cards"] if one["table"].key == "pace")
    table = card["table"]
    leads = dict(zip([spot.rows for spot in table.spots], map(table.leads_to, table.spots), strict=True))
    group = next(url for rows, url in leads.items() if len(rows) == 2)
    listed = visit(world.ph, group)

    assert {line.pace.fact.pk for line in listed.context["page_obj"]} == {one.pk for one in near}
    assert f"/projects/{alone.pk}/" in leads.values()
    for url in leads.values():
        assert f'href="{url.replace("&", "&amp;")}"' in card["drawing"]
    assert re.findall(r'href="#', card["drawing"].split("</g>")[-1]) == []
    assert listed.context["all_count"] == Project.objects.filter(stage=Stage.BUILDING).count() == 3
    assert Analysis.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "count"),
    [("", 1), ("gone_most=0", 0), ("rate_least=0&rate_most=100", 1), ("rate_most=x", 1), ("kind=studio", 0)],
)
def test_the_list_takes_its_bounds_from_the_address(world, visit, query, count):
    furnished(world, stage=Stage.BUILDING)

    page = visit(world.ph, f"/statistics/pace/?{query}")

    assert page.context["page_obj"].paginator.count == count


@pytest.mark.django_db
def test_the_list_stays_within_reach(world, visit):
    furnished(world, stage=Stage.BUILDING)

    assert visit(world.ch, "/statistics/pace/").context["page_obj"].paginator.count == 1
    assert visit(world.u1, "/statistics/pace/").status_code == 403


@pytest.mark.django_db
def test_the_list_costs_the_same_for_one_and_for_three(world, cost):
    furnished(world, stage=Stage.BUILDING)
    one = cost(world.ph, "/statistics/pace/")
    for _ in range(2):
        furnished(world, stage=Stage.BUILDING)

    assert cost(world.ph, "/statistics/pace/") == one
