"""统计分析 leads on: every number of its tables and drawings to a list that counts the same, of the reader's own reach."""

import html
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.roles import Role
from policy.terms import NodeKind
from reports.models import Analysis
from reports.statistics import charts
from tests import factories as make
from tests.performance import round_scene as rounds
from tests.reports.statistics_scene import made, peopled, problem
from tests.reports.test_statistics_pages import PAGE, as_user, text_of

pytestmark = pytest.mark.usefixtures("quick_pens")


@pytest.fixture
def scene(world):
    return peopled(world)


@pytest.mark.django_db
def test_a_row_leads_to_just_the_projects_it_counts(world, scene, visit):
    made(world.ph)
    tables = Analysis.objects.get().content["tables"]

    counted = {
        row["url"]: row["cells"][1]
        for table in tables
        if table["key"] in ("place", "kind", "sector", "track", "year")
        for row in [*table["rows"], table["total"]]
    }
    shown = {url: visit(world.ph, url).context["page_obj"].paginator.count for url in counted}

    assert shown == counted
    assert len(counted) == 3 + 2 + 2 + 2 + 2 + 1


@pytest.mark.django_db
def test_a_problem_row_leads_to_its_problems(world, scene, visit):
    problem(scene.base)
    problem(scene.base, serial=2, source="audit")
    made(world.ph)

    table = next(one for one in Analysis.objects.get().content["tables"] if one["key"] == "problems")
    shown = [len(visit(world.ph, row["url"]).context["lines"]) for row in table["rows"]]
    made(world.ph, kind="studio")
    studios = Analysis.objects.get(asked__asked__kind="studio").content["tables"][-2]

    assert shown == [row["cells"][-2] for row in table["rows"]] == [1, 1]
    assert (studios["key"], studios["rows"]) == ("problems", [])


@pytest.mark.django_db
@pytest.mark.parametrize(
    "asked",
    [{}, {"kind": "studio"}, {"place": "direct"}, {"sector": "services", "year": "2025"}, {"track": "new"},
     {"edition": "jilin_2025", "year": "2026"}],
    ids=str,
)  # fmt: skip
def test_every_number_of_problems_leads_to_just_these_under_every_filter(world, scene, visit, asked):
    today = timezone.localdate()
    for number, project in enumerate((scene.base, scene.studio, scene.far, scene.direct), 1):
        for serial, days in enumerate((0, 30, 31, 90, 91, 180, 181), 1):
            problem(project, serial=serial, opened_on=today - timedelta(days=days), level=("minor", "severe")[serial % 2],
                    source=("audit", "inspection", "order")[number % 3], due_on=today - timedelta(days=days % 2))  # fmt: skip
        problem(project, serial=8, opened_on=None)
    made(world.ph, **asked)

    tables = [one for one in Analysis.objects.get().content["tables"] if one["key"] in ("problems", "levels")]
    rows = [row for table in tables for row in [*table["rows"], table["total"]]]
    counted = [(row["url"], row["cells"][-2]) for row in rows]
    counted += [(url, row["cells"][at]) for row in rows for at, url in row["cell_urls"]]
    shown = [(url, visit(world.ph, url).context["page_obj"].paginator.count) for url, _ in counted]

    assert shown == counted
    assert len(counted) > 15


@pytest.mark.django_db
def test_every_number_of_the_heat_map_leads_to_the_projects_behind_it(world, visit):
    project = rounds.building(world)
    one = rounds.made(project, world)
    one.sheet.indicators.update(template_code="S1")
    rounds.accepted(one, world)
    made(world.ph)

    row = next(one for one in Analysis.objects.get().content["tables"] if one["key"] == "targets")["rows"][0]
    page = visit(world.ph, row["url"])
    cells = {row["cells"][at]: visit(world.ph, url).context["page_obj"].paginator.count for at, url in row["cell_urls"]}
    none = visit(world.ph, f"{row['url']}&reached={'no' if row['cells'][-2] else 'met'}")

    assert [(line.fact.pk, line.reached.name) for line in page.context["page_obj"]] == [(project.pk, row["cells"][0])]
    assert {cell: count for cell, count in cells.items() if count != 1} == {}
    assert (none.context["reported"], none.context["page_obj"].paginator.count) == (1, 0)
    assert visit(world.u2, row["url"]).status_code == 403


@pytest.mark.django_db
def test_a_city_sees_the_targets_of_its_own_projects(world, visit):
    project = rounds.building(world)
    one = rounds.made(project, world)
    one.sheet.indicators.update(template_code="S1")
    rounds.accepted(one, world)
    far = as_user(make.user(Role.CH, make.organisation(make.node("示例二市", NodeKind.CITY, world.province), "hr")))

    near, other = visit(world.ch, "/statistics/targets/"), far.get("/statistics/targets/?indicator=培训人次")

    assert [line.fact.pk for line in near.context["page_obj"]] == [project.pk]
    assert (other.context["reported"], project.name in text_of(other)) == (0, False)


@pytest.mark.django_db
def test_the_drawings_on_the_page_lead_where_their_rows_lead(world, scene, visit, monkeypatch):
    monkeypatch.setattr(charts, "draw", lambda table: charts.Drawn(
        '<svg><a href="#row-0" class="lead">x</a><a href="#row-99" class="lead">x</a></svg>', b""
    ))  # fmt: skip
    made(world.ph, kind="base")

    page = visit(world.ph, f"{PAGE}?kind=base")
    place = next(card for card in page.context["cards"] if card["table"].key == "place")
    url = place["table"].rows[0].url

    assert place["drawing"] == f'<svg><a href="{html.escape(url)}" class="lead">x</a></svg>'
    assert place["drawing"] in text_of(page)
    assert "#row-" not in text_of(page)
    assert text_of(visit(world.ph, "/statistics/chart.svg?chart=place&kind=base")) == "<svg></svg>"
