"""监测轮次 on screen: one list for each office, the same number of statements however long, nothing typed is lost."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Entry
from performance.models import PeriodReturn, Round
from performance.operations import returns
from performance.queries.tasks import tasks_for
from tests import factories as make
from tests.performance import round_scene as scene
from tests.performance.round_scene import ON, Q1, made, opened, sent

LONG_AGO = {"on": ON, "due_on": date(2026, 4, 15)}


def statements(client, url):
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


def page(name, *ids):
    return reverse(f"performance:{name}", args=ids)


def test_the_list_and_the_round_cost_the_same_for_one_and_for_three(world, signed_in):
    scene.building(world)
    opened(world)
    client = signed_in(world.ch)
    round_ = Round.objects.get()
    urls = [page("rounds"), page("round", round_.pk), page("chase", round_.pk), reverse("reports:workbench")]
    for url in urls:
        client.get(url)
    before = [statements(client, url) for url in urls]

    for _ in range(2):
        project = scene.building(world, make.organisation(world.city))
        scene.rounds.add_to_round(project.pk, round_id=round_.pk, actor=world.ph, on=ON)

    assert [statements(client, url) for url in urls] == before


def test_what_is_not_reported_is_always_told(world, signed_in):
    one = made(scene.building(world), world)
    scene.rounds.add_to_round(scene.building(world).pk, round_id=one.round_id, actor=world.ph, on=ON)
    sent(one, world)

    for url in (page("rounds"), page("round", one.round_id), page("round", one.round_id) + "?state=accepted"):
        assert "2 户中 1 户未报" in signed_in(world.ph).get(url).content.decode()


def test_an_office_counts_only_what_it_reaches(world, signed_in):
    one = made(scene.building(world), world)
    direct = make.organisation(world.province)
    scene.rounds.add_to_round(scene.building(world, direct).pk, round_id=one.round_id, actor=world.ph, on=ON)

    city = signed_in(world.ch).get(page("round", one.round_id)).content.decode()
    assert "1 户中 1 户未报" in city
    assert direct.name not in city
    assert direct.name in signed_in(world.ph).get(page("round", one.round_id)).content.decode()


def test_a_round_of_another_province_is_not_there(world, signed_in):
    elsewhere = make.world()
    scene.building(elsewhere)
    round_ = opened(elsewhere).round

    for who in (world.ph, world.ch):
        client = signed_in(who)
        assert client.get(page("round", round_.pk)).status_code == 404
        assert round_.name not in client.get(page("rounds")).content.decode()


def test_the_form_proposes_the_days_the_name_and_the_due_day(world, signed_in):
    scene.building(world)
    client = signed_in(world.ph)

    form = client.get(page("round_open"), {"period_from": "2026-01-01", "cut_off": "2026-07-31"}).context["form"]

    assert (form["name"].value(), form["due_on"].value()) == ("2026年1–7月", date(2026, 8, 14))
    assert [ticked for _, ticked in form.asked()] == [True]


def post(client, **changes):
    data = {
        "kind": "quarter", "name": "第1季度", "period_from": "2026-01-01", "cut_off": "2026-03-31", "due_on": "2099-04-15",
    } | changes  # fmt: skip
    return client.post(page("round_open"), data)


def test_the_page_opens_for_those_ticked_and_says_who_was_left_out(world, signed_in):
    one, two = scene.building(world), scene.building(world)
    client = signed_in(world.ph)

    answer = post(client, projects=[two.pk])

    assert answer.status_code == 302
    assert PeriodReturn.objects.get().project == two
    shown = client.get(answer.url).content.decode()
    assert "已向 1 个项目发起季报包" in shown
    assert "未列入本轮次的项目 1 个" in shown
    assert one.name in shown


def test_a_refused_round_loses_nothing_that_was_typed(world, signed_in):
    project = scene.building(world)

    answer = post(signed_in(world.ph), name="我的轮次", due_on="2026-03-01", note="请按时", projects=[project.pk])

    assert answer.status_code == 422
    form = answer.context["form"]
    assert (form["name"].value(), form["note"].value(), form["projects"].value()) == (
        "我的轮次", "请按时", [str(project.pk)],
    )  # fmt: skip
    assert not Round.objects.exists()


def test_nothing_ticked_is_not_taken_for_all(world, signed_in):
    scene.building(world)

    answer = post(signed_in(world.ph))

    assert (answer.status_code, Round.objects.count()) == (422, 0)


@pytest.mark.parametrize("value", ["abc", "0001-01-01", "9999-12-31", "\x00", "2026-02-30"])
def test_dates_that_are_none_break_nothing(world, signed_in, value):
    scene.building(world)
    client = signed_in(world.ph)

    assert client.get(page("round_open"), {"period_from": value, "cut_off": value}).status_code == 200
    assert post(client, cut_off=value).status_code == 422


def test_looking_writes_nothing_and_numbers_are_masked_until_asked_for(world, signed_in):
    project = scene.building(world, contact="示例甲", phone="13843211234")
    one = made(project, world)
    client, before = signed_in(world.ph), Entry.objects.count()

    masked = client.get(page("chase", one.round_id)).content.decode()
    entries = Entry.objects.count()
    shown = client.post(page("chase", one.round_id)).content.decode()

    assert ("13843211234" in masked, entries - before) == (False, 0)
    assert f"{project.organisation}（{project.name}）：2026年第1季度季报包应于 2026-04-15 前报送" in masked
    assert "13843211234" in shown
    assert Entry.objects.latest("seq").verb == "查看催报联系电话"


def test_the_due_day_is_moved_on_its_page(world, signed_in):
    scene.building(world)
    round_ = opened(world, Q1, due_on=date(2099, 4, 15)).round

    answer = signed_in(world.ph).post(page("round_due", round_.pk), {"due_on": "2099-05-15"})

    assert answer.status_code == 302
    assert Round.objects.get().due_on == date(2099, 5, 15)


def test_a_project_is_added_on_the_page_of_the_round(world, signed_in):
    scene.building(world)
    round_ = opened(world, due_on=date(2099, 4, 15)).round
    late = scene.building(world)
    client = signed_in(world.ph)

    assert "补列" in client.get(page("round", round_.pk)).content.decode()
    client.post(page("round_add", round_.pk), {"project_id": late.pk})

    assert late.returns.get().round == round_


def test_a_project_of_another_province_is_not_added(world, signed_in):
    scene.building(world)
    round_ = opened(world, due_on=date(2099, 4, 15)).round
    foreign = scene.building(make.world())

    assert signed_in(world.ph).post(page("round_add", round_.pk), {"project_id": foreign.pk}).status_code == 404
    assert not foreign.returns.exists()


def titles(person, on=ON):
    return [task.title for task in tasks_for(person, on) if "季报" in task.title]


def test_what_waits_for_whom(world):
    one = made(scene.building(world), world)
    late = date(2026, 4, 20)

    start = (titles(world.u1), titles(world.u2), titles(world.ch), titles(world.ph), titles(world.ph, late))
    scene.filled(one, world)
    ready = (titles(world.u1), titles(world.u2))
    returns.submit_return(one.project_id, one.pk, actor=world.u2, on=ON)
    sent_in = (titles(world.u2), titles(world.ch), titles(world.cf), titles(world.ph), titles(world.pf))
    scene.review_return(one.project_id, one.pk, agreed=True, actor=world.ch, on=ON)
    half = (titles(world.ch), titles(world.cf))

    assert start == (["填报季报包"], [], [], [], ["催报季报包"])
    assert ready == ([], ["报送季报包"])
    assert sent_in == ([], ["审核季报包"], ["审核季报包"], [], [])
    assert half == ([], ["审核季报包"])
