"""预警, 日志, 健康, 菜单."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.journal import Note, Running, append
from accounts.models import Notice
from accounts.roles import table
from lifecycle.models import Heartbeat
from policy.terms import Severity
from reports import menu
from tests.reports.scene import ON, alert, furnished, note


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "expected"),
    [("", 3), ("severity=blocking", 1), ("source=deadline", 1), ("source=funds", 2), ("severity=notice", 0)],
)
def test_alerts_are_filtered_by_severity_and_source(world, visit, query, expected):
    project = furnished(world)
    alert(project, code="over", severity=Severity.BLOCKING)
    alert(project, code="build_end", source="deadline")
    cleared = alert(project, code="old")
    cleared.cleared_on = ON
    cleared.save(update_fields=["cleared_on"])

    assert visit(world.ph, f"/alerts/?{query}").context["page_obj"].paginator.count == expected


@pytest.mark.django_db
def test_an_alert_shows_clause_and_rank_and_leads_to_its_project(world, visit):
    project = furnished(world)

    page = visit(world.ph, "/alerts/").content.decode()

    assert "财预〔2015〕163号" in page
    assert "法规" in page
    assert f'href="/projects/{project.pk}/"' in page


def refused(project, actor, text):
    append(Running("提交支出", actor, ON, [Note("提交支出", project.pk, text=text, on=ON, result="refused")]))


@pytest.mark.django_db
def test_units_see_no_addresses(world, visit):
    project = furnished(world)

    own = visit(world.u1, f"/projects/{project.pk}/journal/")
    province = visit(world.ph, f"/projects/{project.pk}/journal/")

    assert (own.context["show_ip"], province.context["show_ip"]) == (False, True)
    assert "地址</th>" not in own.content.decode()


@pytest.mark.django_db
def test_a_refusal_of_another_office_is_not_shown_to_the_unit(world, visit):
    project = furnished(world)
    refused(project, world.pf, "财政的一次未办成")
    refused(project, world.u1, "本单位的一次未办成")

    own = visit(world.u2, f"/projects/{project.pk}/journal/").content.decode()
    province = visit(world.ph, f"/projects/{project.pk}/journal/").content.decode()

    assert "本单位的一次未办成" in own
    assert "财政的一次未办成" not in own
    assert "财政的一次未办成" in province


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["abc", "0", "-1", "99", "²"])
@pytest.mark.parametrize(
    "path", ["/decisions/", "/projects/", "/alerts/", "/journal/", "/funds/documents/", "/style/", "/accounts/users/"]
)
def test_a_page_that_does_not_exist_is_the_nearest_that_does(world, visit, path, page):
    furnished(world)
    person = world.sa if path.startswith("/accounts") else world.ph

    assert visit(person, f"{path}?page={page}").status_code == 200


@pytest.mark.django_db
def test_the_journal_names_posts_in_words_and_pages(world, visit):
    project = furnished(world)
    for number in range(25):
        note(project.pk, actor=world.u1, on=ON, text=f"第{number}笔")

    first = visit(world.u1, f"/projects/{project.pk}/journal/")
    second = visit(world.u1, f"/projects/{project.pk}/journal/?page=2")

    assert "单位经办" in first.content.decode()
    assert (len(first.context["rows"]), len(second.context["rows"])) == (20, 6)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("age", "code", "alive"),
    [(timedelta(minutes=1), 200, True), (timedelta(minutes=6), 503, False), (None, 503, False)],
    ids=["a beat a minute ago", "a beat six minutes ago", "no beat"],
)
def test_health_says_whether_the_scheduler_lives(client, age, code, alive):
    if age is not None:
        Heartbeat.objects.create(at=timezone.now() - age)

    answer = client.get("/health/")

    assert (answer.status_code, answer.json()["database"], answer.json()["scheduler"]) == (code, True, alive)


@pytest.mark.django_db
def test_health_says_when_the_database_is_out(client, monkeypatch):
    from django.db import DatabaseError

    def broken(*args, **kwargs):
        raise DatabaseError

    monkeypatch.setattr("lifecycle.models.Heartbeat.objects.order_by", broken)

    answer = client.get("/health/")

    assert (answer.status_code, answer.json()) == (503, {"status": "fail", "database": False, "scheduler": False})


@pytest.mark.django_db
def test_the_menu_shows_what_some_role_may_open(world):
    entries = [{"needs": None}, {}, {"needs": "user:view"}, {"needs": "alert:view"}]

    assert [menu.allowed(world.u1, entry) for entry in entries] == [True, True, False, True]
    assert [menu.allowed(world.sa, entry) for entry in entries] == [True, True, True, False]


@pytest.mark.django_db
def test_the_bell_counts_unread_notices_in_one_statement(world, django_assert_num_queries):
    Notice.objects.create(user=world.u1, key="a", text="未读")
    Notice.objects.create(user=world.u1, key="b", text="已读", read_at=timezone.now())

    with django_assert_num_queries(1):
        assert menu.bell(world.u1) == 1


@pytest.mark.django_db
def test_standing_names_the_unit_and_the_post(world):
    assert menu.standing(world.u2) == f"{world.unit.name} · 单位负责人"


def test_every_page_has_its_row():
    from reports.urls import app_name, urlpatterns

    governed = {route for row in table().values() for route in row.get("routes", ())}

    assert {f"{app_name}:{one.name}" for one in urlpatterns} <= governed
