"""Route × role × place: out of reach is not found, in reach without the grant is forbidden, granted never fails."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Entry, Membership
from tests import factories as make
from tests.permissions.routes import changed, every_route, project_routes, route, snapshot
from tests.permissions.scene import PLACES, REACH, ROLES, signed_in

LOGIN = "/accounts/login/"
# Done, a page, moved on, wrong method, refused for a reason of business.
ANSWERS = {200, 302, 405, 409, 422}
INCOMPLETE = 400  # what the API says to an empty body; pages show the form again
# Open to whoever is not signed in.
PUBLIC = {"accounts:login", "accounts:logout", "reports:health", "lifecycle:feed", "lifecycle:verify"}
PLAIN = [one for one in every_route() if not one.keys and one.name not in PUBLIC]
# Addresses of one document over projects, or of one person: found first, then asked.
OBJECTS = [one for one in every_route() if one.keys and not one.of_project]
ABOUT_PEOPLE = {"U2": {"own"}, "SA": set(PLACES) - {"foreign"}}
MISSING = 987_654_321


def expected(role, found, place):
    if place not in REACH[role]:
        return {404}
    return answers(found) if role in found.grants else {403}


def answers(found):
    return ANSWERS | {INCOMPLETE} if found.is_api else ANSWERS


def cells(role, *, outside=True):
    """Every route where it is in reach and where it just is not; the places take turns, for each role in its order."""
    near = [place for place in PLACES if place in REACH[role]]
    far = [place for place in PLACES if place not in REACH[role]] if outside else []
    for number, found in enumerate(project_routes(), ROLES.index(role)):
        turns = [places[number % len(places)] for places in (near, far) if places]
        yield from ((found, place) for place in dict.fromkeys([*turns, *far[:1]]))


@pytest.mark.parametrize("role", ROLES)
def test_pages_open_for_whom_the_table_says_and_write_nothing(scene, role):
    """A download leaves its line in the journal, and nothing else does."""
    client, wrong, before = signed_in(scene.people[role]), {}, snapshot()

    for found, place in cells(role):
        code = client.get(found.address(scene.places[place])).status_code
        if code not in expected(role, found, place):
            wrong[found.name, place] = code

    assert (wrong, changed(before)) == ({}, set())
    assert set(Entry.objects.values_list("verb", flat=True)) <= {
        "下载材料",
        "导出支出明细",
        "打印支出明细表",
        "导出问题台账",
        "导出设备台账",
        "导出三方对账表",
        "导出班次台账",
        "导出材料册",
        "导出卷宗",
    }


@pytest.mark.parametrize("role", ROLES)
def test_acts_without_a_grant_change_nothing(scene, role):
    client, wrong, before = signed_in(scene.people[role]), {}, snapshot()

    for found, place in cells(role):
        if not expected(role, found, place) >= ANSWERS:
            code = client.post(found.address(scene.places[place])).status_code
            if code not in expected(role, found, place):
                wrong[found.name, place] = code

    assert (wrong, changed(before)) == ({}, set())


@pytest.mark.parametrize("role", ROLES)
def test_acts_with_a_grant_get_an_answer_to_an_empty_form(scene, role):
    """Each is undone, so that the next one meets the same world."""
    client, wrong = signed_in(scene.people[role]), {}

    for found, place in cells(role, outside=False):
        if expected(role, found, place) >= ANSWERS:
            with transaction.atomic():
                code = client.post(found.address(scene.places[place])).status_code
                transaction.set_rollback(True)
            if code not in answers(found):
                wrong[found.name, place] = code

    assert wrong == {}


def test_whoever_is_not_signed_in_is_sent_to_the_login_and_changes_nothing(scene):
    client, wrong, before = Client(), {}, snapshot()

    for found in every_route():
        url = found.address(scene.places["own"])
        for answer in (client.get(url), client.post(url)):
            sent_away = (
                answer.status_code == 401 if found.is_api else answer.headers.get("Location", "").startswith(LOGIN)
            )
            if found.name not in PUBLIC and not sent_away:
                wrong[found.name] = answer.status_code

    assert (wrong, changed(before)) == ({}, set())


def test_the_way_to_a_page_is_remembered_for_after_the_login(scene):
    answer = Client().get("/alerts/?severity=blocking")

    assert answer.headers["Location"] == f"{LOGIN}?next=/alerts/%3Fseverity%3Dblocking"


@pytest.mark.parametrize("role", ROLES)
def test_pages_of_no_one_project_ask_for_the_grant(scene, role):
    client, wrong = signed_in(scene.people[role]), {}

    for found in PLAIN:
        code = client.get(found.address(scene.places["own"])).status_code
        if (code == 403) == (role in found.grants) or code not in ANSWERS | {403}:
            wrong[found.name] = code

    assert wrong == {}


def objects_expected(role, found, place):
    """Without any grant 403 or 404, as long as a missing one gets the same; see the test below."""
    people = found.name.startswith("accounts:") or found.name == "lifecycle:handover"
    reach = ABOUT_PEOPLE.get(role, set()) if people else REACH[role]
    if found.name.startswith(("lifecycle:decision", "lifecycle:correction")) and role in {"U1", "U2"}:
        return {403, 404}  # a unit learns of a decision when it stands; these wait for signature
    if found.name.startswith(("funds:document", "api:document")) and role in {"U1", "U2"}:
        return {404}  # and of a fund document when it is signed
    if role not in found.grants:
        return {403} if place in reach and not people else {403, 404}
    return answers(found) if place in reach else {404}


def documents():
    """Routes over funds documents, decisions and people; uploads and batch prints belong to who made them, steps and sheets of
    the province to no place.
    """
    own = {"batch_id", "print_job_id", "code", "edition", "key", "day", "arrangement_id"}
    return [one for one in OBJECTS if not own & set(one.keys)]


@pytest.mark.parametrize("role", ROLES)
def test_documents_and_people_follow_the_places_they_belong_to(scene, role):
    client, wrong = signed_in(scene.people[role]), {}

    for number, found in enumerate(documents()):
        for place in {"own", "foreign", PLACES[number % len(PLACES)]}:
            with transaction.atomic():
                get = client.get(found.address(scene.places[place])).status_code
                post = client.post(found.address(scene.places[place])).status_code
                transaction.set_rollback(True)
            if not {get, post} - {405} <= objects_expected(role, found, place):
                wrong[found.name, place] = (get, post)

    assert wrong == {}


@pytest.mark.parametrize("role", ["U1", "PH", "SA"])
def test_out_of_reach_and_missing_are_the_same_answer(scene, role):
    """Nothing tells that there is a project, a decision, a document or a person one may not see."""
    client, told = signed_in(scene.people[role]), {}

    for found in [*project_routes(), *documents()]:
        if "foreign" not in ABOUT_PEOPLE.get(role, set()):
            hidden = client.get(found.address(scene.places["foreign"]))
            missing = client.get(found.address(scene.places["foreign"], **dict.fromkeys(found.keys, MISSING)))
            if "code" not in found.keys and plain(hidden) != plain(missing):
                told[found.name] = (hidden.status_code, missing.status_code)

    assert told == {}


def plain(answer):
    return answer.status_code, answer.content if answer.status_code != 405 else b""


@pytest.mark.parametrize("role", ["PH", "PFL"])
def test_another_province_sees_nothing_of_this_one(scene, role):
    client, before = signed_in(scene.strangers[role]), snapshot()

    wrong = {
        (found.name, place): code
        for found in project_routes()
        for place in ("own", "direct")
        if (code := client.get(found.address(scene.places[place])).status_code) != 404
    }

    assert (wrong, changed(before)) == ({}, set())
    for page in ("/", "/projects/", "/alerts/", "/journal/", "/decisions/", "/funds/documents/"):
        text = client.get(page).content.decode()
        assert scene.places["own"].project.name not in text
        assert f"〔2026〕{scene.places['own'].project.pk}号" not in text


@pytest.mark.parametrize("role", ROLES)
def test_lists_hold_what_lies_in_reach_and_no_more(scene, role):
    if role == "SA":
        pytest.skip("a system administrator has no list of projects")
    client = signed_in(scene.people[role])

    text = client.get("/projects/?size=50").content.decode()
    shown = {place: scene.places[place].project.name in text for place in PLACES}

    assert {place for place, seen in shown.items() if seen} == REACH[role]


@pytest.mark.parametrize(
    ("since", "until"), [("2020-01-01", "2026-01-01"), ("2999-01-01", None)], ids=["over", "not begun"]
)
def test_a_term_that_is_over_or_has_not_begun_gives_nothing(scene, since, until):
    Membership.objects.filter(user=scene.ph).update(since=since, until=until)
    client = signed_in(scene.ph)
    own = scene.places["own"]

    codes = {found.name: client.get(found.address(own)).status_code for found in project_routes()}

    assert set(codes.values()) == {404}
    assert client.get("/projects/").status_code == 403
    assert client.get(reverse("funds:document", args=[own.ids["document_id"]])).status_code == 403


def test_a_role_that_ends_ends_in_the_running_session(scene):
    client, page = signed_in(scene.ph), route("reports:dossier").address(scene.places["own"])
    assert client.get(page).status_code == 200

    Membership.objects.filter(user=scene.ph).update(until="2026-01-01")

    assert client.get(page).status_code == 404


def test_an_upload_belongs_to_who_made_it(scene):
    from projects.models import ImportBatch

    batch = ImportBatch.objects.create(
        name="名单.xlsx", sha256="0" * 64, edition_code=make.EDITION, content=b"", uploaded_by=scene.ph
    )
    colleague = make.user("PH", scene.world.province_hr)
    pages = [reverse(f"projects:import_{name}", args=[batch.pk]) for name in ("preview", "done")]

    assert [signed_in(colleague).get(page).status_code for page in pages] == [404, 404]
    assert [signed_in(scene.strangers["PH"]).get(page).status_code for page in pages] == [404, 404]
    assert [signed_in(scene.pf).get(page).status_code for page in pages] == [403, 403]
