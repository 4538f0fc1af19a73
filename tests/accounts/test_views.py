"""The account pages: who opens them, what they show, what stays out of reach."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership, Organisation, User
from accounts.notices import notify
from accounts.roles import Role
from tests import factories as make

PAGES = {
    "accounts:users": {"admin", "u2"},
    "accounts:user_new": {"admin"},
    "accounts:invite": {"u2"},
    "accounts:organisations": {"admin"},
    "accounts:organisation_new": {"admin"},
    "accounts:nodes": {"admin"},
    "accounts:node_new": {"admin"},
}
EVERYBODY = ("admin", "u1", "u2", "ch", "cf", "ph", "phl", "pf", "pfl", "au")


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_page_opens_for_its_roles_only(world, client, who):
    client.force_login(getattr(world, who))

    opened = {name: client.get(reverse(name)).status_code for name in PAGES}

    assert opened == {name: 200 if who in allowed else 403 for name, allowed in PAGES.items()}


@pytest.mark.parametrize("name", [*PAGES, "accounts:notices", "accounts:password_change"])
def test_without_login_a_page_leads_to_the_login(world, client, name):
    response = client.get(reverse(name))

    assert (response.status_code, response.url.split("?")[0]) == (302, "/accounts/login/")


def names_on(response):
    return {person.username for person in response.context["page_obj"]}


def test_a_leader_sees_the_people_of_the_own_unit(world, client):
    client.force_login(world.u2)

    seen = names_on(client.get("/accounts/users/"))

    assert seen == {world.u1.username, world.u2.username}


def test_the_administrator_sees_the_province_and_those_without_a_role(world, client):
    client.force_login(world.admin)

    seen = names_on(client.get("/accounts/users/?size=100"))

    assert {world.u1.username, world.people["SIBLING"].username, "newcomer"} <= seen
    assert not {world.stranger.username, "system"} & seen


@pytest.mark.parametrize(
    ("query", "expected"), [("q=新同事", {"newcomer"}), ("role=U2&unit=另一所", {"sibling"}), ("state=disabled", set())]
)
def test_the_list_is_filtered(world, client, query, expected):
    people = world.people["SIBLING"]
    client.force_login(world.admin)

    seen = names_on(client.get(f"/accounts/users/?{query}"))

    assert seen == {people.username if name == "sibling" else name for name in expected}


def test_people_out_of_reach_are_not_found(world, client):
    outside = world.people["STRANGER"].pk
    client.force_login(world.admin)
    for name in ("user", "user_role_grant", "user_disable", "user_reset", "user_enable"):
        assert client.get(reverse(f"accounts:{name}", args=[outside])).status_code == 404

    client.force_login(world.u2)
    assert client.get(reverse("accounts:user", args=[world.people["SIBLING"].pk])).status_code == 404
    assert client.get(reverse("accounts:user", args=[world.u1.pk])).status_code == 200
    assert client.get(reverse("accounts:user_disable", args=[world.u1.pk])).status_code == 403


def test_a_new_account_shows_its_password_once(world, client):
    client.force_login(world.admin)
    form = client.get("/accounts/users/new/").content.decode()
    token = form.split('name="form_token" value="')[1].split('"')[0]
    data = {"username": "li.si", "name": "李四", "form_token": token}

    shown = client.post("/accounts/users/new/", data)
    again = client.post("/accounts/users/new/", data)

    password = shown.context["password"]
    assert shown.status_code == 200
    assert "no-store" in shown["Cache-Control"]
    assert password in shown.content.decode()
    assert User.objects.get(username="li.si").check_password(password)
    assert (again.status_code, User.objects.filter(username="li.si").count()) == (302, 1)


def test_a_role_is_granted_and_ended_in_the_browser(world, client):
    client.force_login(world.admin)
    person = world.newcomer
    data = {"organisation": world.province_hr.pk, "role": "PH", "since": "2026-03-02"}

    granted = client.post(reverse("accounts:user_role_grant", args=[person.pk]), data)
    [held] = person.memberships.all()
    ended = client.post(reverse("accounts:user_role_end", args=[person.pk, held.pk]))

    held.refresh_from_db()
    assert (granted.status_code, ended.status_code, held.until is not None) == (302, 302, True)


def test_a_refusal_is_shown_with_its_reason(world, client):
    client.force_login(world.admin)
    data = {"organisation": world.city_hr.pk, "role": "PFL", "since": "2026-03-02"}

    response = client.post(reverse("accounts:user_role_grant", args=[world.newcomer.pk]), data)

    assert response.status_code == 422
    assert "只能在省级财政部门任职" in response.content.decode()
    assert not world.newcomer.memberships.exists()


def test_a_term_of_another_person_is_not_found(world, client):
    client.force_login(world.admin)
    foreign = Membership.objects.get(user=world.ph)

    url = reverse("accounts:user_role_end", args=[world.newcomer.pk, foreign.pk])

    assert client.post(url).status_code == 404


def test_an_organisation_and_a_node_are_made_in_the_browser(world, client):
    client.force_login(world.admin)

    node = client.post("/accounts/nodes/new/", {"parent": world.city.pk, "kind": "county", "name": "示例县"})
    unit = client.post(
        "/accounts/organisations/new/",
        {"node": world.city.pk, "line": "unit", "name": "示例新校", "unit_type": "technical", "credit_code": ""},
    )

    assert (node.status_code, unit.status_code) == (302, 302)
    assert Organisation.objects.filter(name="示例新校", node=world.city).exists()


def test_notices_are_the_own_ones_and_read_by_a_post(world, client):
    notify([world.ph, world.pf], key="a", text="有一件事")
    client.force_login(world.ph)
    foreign = world.pf.notices.get()

    page = client.get("/accounts/notices/")
    client.post("/accounts/notices/read/", {"notice": foreign.pk})
    still = world.pf.notices.filter(read_at=None).count(), world.ph.notices.filter(read_at=None).count()
    client.post("/accounts/notices/read/")

    assert "有一件事" in page.content.decode()
    assert client.get("/accounts/notices/read/").status_code == 405
    assert still == (1, 1)
    assert world.ph.notices.filter(read_at=None).count() == 0


@pytest.mark.parametrize("name", ["accounts:users", "accounts:organisations", "accounts:nodes", "accounts:notices"])
def test_a_list_costs_the_same_for_one_row_and_for_many(world, client, name):
    client.force_login(world.admin)
    notify([world.admin], key="one", text="一")
    client.get(reverse(name))

    with CaptureQueriesContext(connection) as few:
        client.get(reverse(name))
    for number in range(5):
        county = make.organisation(world.city, name=f"示例校{number}")
        make.user(Role.U1, county)
        notify([world.admin], key=f"n{number}", text="多")
    with CaptureQueriesContext(connection) as many:
        client.get(reverse(name))

    assert len(few) == len(many)
