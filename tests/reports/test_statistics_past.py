"""统计分析 of any day as known on any day: the same figures as 截至日统计, on the page, in the tables, for programs."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.http import urlencode

from funds.queries import Moment
from policy.terms import Stage
from projects.models import Project
from reports.as_of import picture_of
from reports.models import Analysis
from reports.statistics import charts
from reports.statistics.past import material_at, moment_of
from reports.statistics.scope import paths_of
from tests import factories as make
from tests.funds.scene import make_ready, make_scene, recognise
from tests.funds.test_as_of import posted
from tests.reports.statistics_scene import made, problem

PAGE, API = "/statistics/", "/api/v1/statistics/"
THEN = Moment(date(2026, 3, 31), date(2026, 3, 31))
NOW = Moment(date(2026, 3, 31), date(2026, 6, 1))
EARLY = Moment(date(2025, 1, 1), date(2026, 3, 31))


@pytest.fixture
def scene(db, settings, tmp_path, monkeypatch):
    """A payment known in time, one late, and a project that was awarded after the day."""
    settings.FILES_DIR = tmp_path
    ready = make_ready(make_scene())
    posted(recognise(ready, "1000.00", "PZ-1"), date(2026, 3, 1), date(2026, 3, 3))
    posted(recognise(ready, "250.50", "PZ-2"), date(2026, 3, 1), date(2026, 4, 20))
    ready.late = make.project(make.organisation(ready.province), awarded_on=date(2026, 5, 1))
    monkeypatch.setattr(charts, "draw", lambda *tables: charts.Drawn("<svg></svg>", b""))
    monkeypatch.setattr(charts, "overview", lambda tables: charts.Drawn("<svg></svg>", b""))
    return ready


def client(user):
    browser = Client()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def asked(at):
    return {"on": str(at.on), "known": str(at.known)}


@pytest.mark.parametrize("at", [THEN, NOW, EARLY], ids=["as known then", "as known later", "before the award"])
def test_page_tables_programs_and_the_page_of_days_say_the_same(scene, at):
    user = scene.finance
    made(user, **asked(at))

    page = client(user).get(PAGE, asked(at))
    told = client(user).get(API, asked(at)).json()
    expected = picture_of(user, {}, at, timezone.localdate()).totals

    assert page.context["result"].fresh
    assert page.context["past"] == f"截至 {at.on}，按 {at.known} 所知"
    place = page.context["result"].table("place").total.cells
    assert (place[1], *map(Decimal, place[2:7])) == (
        expected.projects, expected.granted, expected.allocated, expected.received, expected.spent, expected.left,
    )  # fmt: skip
    assert {name: Decimal(told["totals"][name]) for name in ("projects", "granted", "received", "budget", "spent")} == {
        name: getattr(expected, name) for name in ("projects", "granted", "received", "budget", "spent")
    }
    assert (told["on"], told["known"], told["fresh"]) == (str(at.on), str(at.known), True)


def test_a_late_payment_comes_with_the_day_of_knowledge(scene):
    paths, today = paths_of(scene.finance), timezone.localdate()

    spent = [material_at(paths, at, today).totals.spent for at in (THEN, NOW)]

    assert spent == [Decimal("1000.00"), Decimal("1250.50")]


def test_a_project_awarded_later_is_not_counted_and_its_list_agrees(scene):
    made(scene.finance, **asked(THEN))
    browser = client(scene.finance)

    tables = Analysis.objects.get().content["tables"]
    rows = [
        row for table in tables if table["key"] in ("place", "kind", "year") for row in [*table["rows"], table["total"]]
    ]

    shown = [browser.get(row["url"]).context["page_obj"].paginator.count for row in rows]
    assert shown == [row["cells"][1] for row in rows]
    assert scene.late.pk not in [
        one.pk for one in material_at(paths_of(scene.finance), THEN, timezone.localdate()).facts
    ]
    assert Project.objects.exclude(stage=Stage.DRAFT).count() == rows[-1]["cells"][1] + 1


def test_problems_are_those_that_stood_that_day_and_so_is_their_list(scene):
    on = THEN.on
    for serial, (opened, closed) in enumerate(
        [(0, None), (40, None), (40, 0), (40, -1), (-1, None)], 1
    ):  # found and closed so many days before the day
        facts = {} if closed is None else {
            "state": "closed", "closed_on": on - timedelta(days=closed), "verified_by": scene.hr, "answer": "改",
        }  # fmt: skip
        problem(
            scene.project,
            serial=serial,
            opened_on=on - timedelta(days=opened),
            due_on=on - timedelta(days=serial),
            **facts,
        )
    made(scene.finance, **asked(THEN))
    browser = client(scene.finance)

    table = next(one for one in Analysis.objects.get().content["tables"] if one["key"] == "problems")
    row = table["rows"][0]
    page = browser.get(row["url"])

    assert row["cells"][-2] == page.context["page_obj"].paginator.count == 3
    counted = {url: row["cells"][at] for at, url in row["cell_urls"]}
    assert {url: browser.get(url).context["page_obj"].paginator.count for url in counted} == counted
    assert page.context["past"] == f"截至 {on}"


def test_today_is_no_day_of_its_own(scene):
    today = str(timezone.localdate())
    made(scene.finance)

    page = client(scene.finance).get(PAGE, {"on": today, "known": today})

    assert (page.context["result"].fresh, page.context["past"]) == (True, "")


@pytest.mark.parametrize("day", ["2999-01-01", "x", "2026-02-30", "\x00"])
def test_a_day_that_is_none_is_today_on_the_page_and_refused_to_a_program(scene, day):
    browser = client(scene.finance)

    page = browser.get(PAGE, {"on": day})

    assert (page.status_code, page.context["past"]) == (200, "")
    assert "on" in page.context["form"].errors
    assert browser.get(API, {"on": day}).status_code in (400, 422)
    assert browser.get(f"/statistics/chart.svg?{urlencode({'chart': 'place', 'on': day})}").status_code == 200
    assert browser.get("/problems/", {"on": day}).status_code in (200, 403)


def test_what_a_question_left_open_is_today():
    today = date(2026, 6, 1)

    assert moment_of({}, today) == Moment(today, today)
    assert moment_of({"on": "2026-03-31", "kind": "base"}, today) == Moment(date(2026, 3, 31), today)


def test_a_past_day_costs_a_constant_number_of_statements(scene, django_assert_max_num_queries):
    browser = client(scene.finance)
    made(scene.finance, **asked(THEN))
    browser.get(PAGE, asked(THEN))

    with django_assert_max_num_queries(24) as first:
        browser.get(PAGE, asked(THEN))
    one = len(first)
    for _ in range(3):
        make.project(make.organisation(scene.province), awarded_on=date(2026, 1, 1))
    with django_assert_max_num_queries(one):
        browser.get(PAGE, asked(THEN))
