"""预警 of a day gone by: which stood then, as known then, on page and export alike."""

import io
from datetime import timedelta

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from projects.models import Alert
from tests.reports.scene import alert, elsewhere, furnished

pytestmark = pytest.mark.django_db


def ago(days):
    return timezone.localdate() - timedelta(days=days)


def stood(project, code, raised, cleared=None, **facts):
    row = alert(project, code=code)
    facts |= {"raised_on": ago(raised), "cleared_on": None if cleared is None else ago(cleared), "message": code}
    Alert.objects.filter(pk=row.pk).update(**facts)
    return row


@pytest.fixture
def several(world):
    base, far = furnished(world, name="甲基地"), furnished(world, elsewhere(world), name="乙基地")
    Alert.objects.all().delete()
    stood(base, "waiting", 20)
    stood(base, "held", 20, cleared=10)
    stood(far, "pass_on:3", 9)
    stood(far, "returned", 30, cleared=15)
    return world


def said(page):
    return {row.alert.code for row in page.context["rows"]}


def day(on, known=None):
    return f"/alerts/?on={ago(on)}" + (f"&known={ago(known)}" if known is not None else "")


@pytest.mark.parametrize(
    ("on", "known", "expected"),
    [
        (21, None, {"returned"}),
        (20, None, {"waiting", "held", "returned"}),
        (15, None, {"waiting", "held"}),
        (11, None, {"waiting", "held"}),
        (10, None, {"waiting"}),
        (9, None, {"waiting", "pass_on:3"}),
        (9, 11, {"waiting", "held"}),
        (0, 9, {"waiting", "pass_on:3"}),
    ],
    ids=["before", "raised that day", "cleared that day", "the day before", "cleared", "raised", "known before", "now"],
)
def test_an_alert_stands_from_its_day_until_it_was_cleared(several, visit, on, known, expected):
    assert said(visit(several.ph, day(on, known))) == expected


def test_today_is_the_list_of_open_alerts(several, visit):
    today = visit(several.ph, f"/alerts/?on={ago(0)}&known={ago(0)}")

    assert today.context["past"] is None
    assert said(today) == said(visit(several.ph, "/alerts/")) == {"waiting", "pass_on:3"}


def test_what_came_and_went_after_the_known_day_is_listed(several, visit):
    page = visit(several.ph, day(9, 11))

    past = page.context["past"]
    assert [[one.code for one in rows] for rows in (past.raised, past.cleared)] == [["pass_on:3"], ["held"]]
    assert f"截至 {ago(9)}，按 {ago(11)} 所知；与现在所知相差 2 项" in page.content.decode()
    assert f"截至 {ago(9)}，按 {ago(0)} 所知；与现在所知相同" in visit(several.ph, day(9)).content.decode()


def test_words_that_changed_later_are_said_to_be_of_their_day(several, visit):
    Alert.objects.filter(code="waiting").update(changed_on=ago(5))

    later, after = (visit(several.ph, day(on)).content.decode() for on in (6, 5))

    assert f"内容是 {ago(5)} 变化后的" in later
    assert f"内容变化 {ago(5)}" in after
    assert "以前的内容不另存" in later


def test_export_and_tiles_count_the_same_rows(several, visit):
    page = visit(several.ph, day(11))
    answer = visit(several.ph, day(11).replace("/alerts/", "/alerts/export/"))

    rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
    heads = next(row for row in rows if row[0] == "预警")
    assert {row[0] for row in rows[rows.index(heads) + 1 :]} & {"waiting", "held"} == said(page)
    assert "后于何日解除" in heads
    assert "项目风险分" not in heads
    assert f"按 {ago(0)} 所知" in rows[1][0]
    levels = [tile for tile in page.context["tiles"] if "severity=" in tile["url"]]
    assert sum(tile["value"] for tile in levels) == 2
    assert all(f"&on={ago(11)}&known={ago(0)}" in tile["url"] for tile in levels)


def test_who_sees_one_city_sees_no_more_of_the_past(several, visit):
    assert said(visit(several.ch, day(9))) == {"waiting"}
    assert visit(several.ch, day(9, 11)).context["past"].raised == ()


@pytest.mark.parametrize("query", ["on=2999-01-01", "known=x", "on=%00"])
def test_a_day_that_cannot_be_is_left_aside(several, visit, query):
    page = visit(several.ph, f"/alerts/?{query}")

    assert (page.status_code, page.context["past"]) == (200, None)


def test_a_past_day_costs_the_same_for_one_alert_and_for_three(several, cost):
    cost(several.ph, day(9))
    first = cost(several.ph, day(9))
    for number in range(2):
        stood(furnished(several), f"pass_on:{number + 7}", 12)

    assert cost(several.ph, day(9)) == first
