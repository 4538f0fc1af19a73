"""Headers of every answer, signing in, and what ends a session."""

import re

import pytest
from django.conf import settings as configured
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts import operations
from accounts.models import User
from tests.permissions.routes import changed, every_route, project_routes, route, snapshot, words_of
from tests.permissions.scene import START, signed_in
from tests.permissions.test_matrix import PLAIN, PUBLIC

LOGIN, PASSWORD = "/accounts/login/", "示例口令"
NEW = "春风又绿江南岸2026"
# Answers that are files, not pages.
FILES = {
    "performance:f02", "projects:file", "projects:file_inline", "reports:projects_export", "funds:payments_export",
    "funds:all_payments_export", "funds:all_found_money_export", "funds:carry_over_export", "funds:assets_export",
    "funds:reconcile_export", "performance:classes_export", "performance:classes_template", "performance:f04", "performance:assessment_pdf",
    "performance:f09", "lifecycle:paper", "lifecycle:receipt", "lifecycle:f10", "lifecycle:f11", "lifecycle:setting_pdf",
    "lifecycle:decision_pdf", "lifecycle:decision_sheet", "lifecycle:f13", "lifecycle:problems_export", "reports:dossier_zip",
}  # fmt: skip
NEEDED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def lacking(answer):
    """Which headers an answer does without."""
    policy = answer.headers.get("Content-Security-Policy", "")
    wrong = {name for name, value in NEEDED.items() if answer.headers.get(name) != value}
    if not policy or "unsafe" in policy or "*" in policy or "http:" in policy:
        wrong.add("Content-Security-Policy")
    return wrong


INLINE = re.compile(r"<script(?![^>]*\bsrc=)|\son[a-z]+=\"|\sstyle=\"|<style|javascript:|src=\"http", re.IGNORECASE)


def test_every_page_has_its_headers_and_no_script_or_style_of_its_own(house):
    """The policy forbids those, so a page that had one would not work."""
    clients = {role: signed_in(person) for role, person in house.people.items()}
    bare, found_in = {}, {}

    for found in [*PLAIN, *project_routes()]:
        role = next(role for role in ("PH", "U1", "U2", "PF", "PFL", "CF", "CH", "SA", "EX") if role in found.grants)
        answer = clients[role].get(found.address(house.places["own"]))
        if wrong := lacking(answer):
            bare[found.name] = wrong
        if hits := INLINE.findall(words_of(answer)):
            found_in[found.name] = hits

    assert found_in == {}
    # shown in a frame of our own pages; its own headers are held below
    assert bare == {"projects:file_inline": {"X-Frame-Options", "Content-Security-Policy"}}


@pytest.mark.parametrize(
    "what", ["400", "403", "404", "405", "409", "422", "500", "forged", "login", "redirect", "health"]
)
def test_every_other_answer_has_them_too(house, settings, what):
    own, settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = house.places["own"], 20
    ph, u1 = signed_in(house.ph, raise_request_exception=False), signed_in(house.u1)
    forged = signed_in(house.ph, enforce_csrf_checks=True)
    asked = {
        "400": lambda: ph.post("/accounts/notices/read/", {f"f{n}": "x" for n in range(30)}),
        "403": lambda: u1.get(route("lifecycle:gate_a").address(own)),
        "404": lambda: ph.get("/nowhere/"),
        "405": lambda: ph.post(route("reports:dossier").address(own)),
        "409": lambda: ph.get(route("lifecycle:gate_a").address(own)),
        "422": lambda: u1.post(route("funds:voucher_new").address(own)),
        "500": lambda: ph.get("/style/error/500/"),
        "forged": lambda: forged.post("/accounts/notices/read/"),
        "login": lambda: Client().get(LOGIN),
        "redirect": lambda: Client().get("/projects/"),
        "health": lambda: Client().get("/health/"),
    }
    answer = asked[what]()

    others = {"forged": "403", "login": "200", "redirect": "302", "health": "503"}
    assert str(answer.status_code) == others.get(what, what)
    assert lacking(answer) == set()


def test_a_file_is_sandboxed_and_not_stored_by_the_browser(house):
    answer = signed_in(house.u1).get(route("projects:file").address(house.places["own"]))

    assert lacking(answer) == set()
    assert answer["Content-Security-Policy"] == "sandbox"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer["Cache-Control"]


PDF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"
PICTURE_POLICY = "sandbox; frame-ancestors 'self'"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("application/pdf", (PDF_POLICY, "SAMEORIGIN", "inline")),
        ("image/png", (PICTURE_POLICY, "SAMEORIGIN", "inline")),
        ("image/jpeg", (PICTURE_POLICY, "SAMEORIGIN", "inline")),
        ("application/xml", ("sandbox", "DENY", "attachment")),
        ("text/html", ("sandbox", "DENY", "attachment")),
        ("image/svg+xml", ("sandbox", "DENY", "attachment")),
    ],
)
def test_a_file_is_shown_in_a_frame_of_ours_and_runs_nothing(house, kind, expected):
    own = house.places["own"]
    own.project.attachments.filter(pk=own.ids["file"]).update(content_type=kind)

    answer = signed_in(house.u1).get(route("projects:file_inline").address(own))

    told = answer["Content-Disposition"].partition(";")[0]
    assert (answer["Content-Security-Policy"], answer["X-Frame-Options"], told) == expected
    assert lacking(answer) <= {"X-Frame-Options", "Content-Security-Policy"}
    assert "no-store" in answer["Cache-Control"]


def test_what_people_typed_is_never_a_page_of_ours(house):
    """Stored text comes back as text on every page that shows it; JSON is never taken for a page."""
    own, evil = house.places["own"], "<script>alert(1)</script>"
    type(own.project).objects.filter(pk=own.project.pk).update(name=evil, contact=evil, recommender=evil)
    for number, voucher in enumerate(own.project.vouchers.all()):
        own.project.vouchers.filter(pk=voucher.pk).update(payee=evil, abstract=evil, number=f"{evil}{number}")
    own.project.packages.update(name=evil)
    own.project.contracts.update(name=evil, number=evil, supplier=evil)
    own.project.assets.update(name=evil, room=evil, card_number=evil)
    own.project.flags.create(rule="person", message=evil, raised_on=START)
    own.project.batches.update(title=evil)
    own.project.audits.update(title=evil)
    income = {"kind": "interest", "amount": 1, "received_on": START, "recorded_by": own.clerk, "recorded_on": START}
    own.project.incomes.create(number=evil, note=evil, **income)
    own.project.problems.update(fact=evil, answer=evil)
    own.project.attachments.update(name=evil, purpose=evil)
    User.objects.filter(pk=own.clerk.pk).update(name=evil)
    client, unsafe = signed_in(house.ph), []

    for one in [*PLAIN, *project_routes()]:
        if "PH" in one.grants and one.name not in FILES:
            answer = client.get(one.address(own))
            data = answer.headers.get("Content-Type") == "application/json" and not lacking(answer)
            unsafe += [one.name] if evil in words_of(answer) and not (one.is_api and data) else []

    assert unsafe == []


def test_cookies_are_for_the_server_alone(house):
    answer = Client().post(LOGIN, {"username": house.ph.username, "password": PASSWORD})
    cookie = answer.cookies["sessionid"]

    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert configured.CSRF_COOKIE_HTTPONLY


# Signing in


def attempt(client, username, word="错误口令"):
    return client.post(LOGIN, {"username": username, "password": word})


def test_locking_out_tells_nothing_about_who_exists(house):
    """Known, unknown and disabled: the same answers, one after another, locked at the same one."""
    operations.disable_user(house.pf.pk, actor=house.sa, on=START)
    told = set()
    for name in (house.ph.username, house.pf.username, "没有的人"):
        client, heard = Client(), []
        for _ in range(configured.AXES_FAILURE_LIMIT + 1):
            answer = attempt(client, name)
            text = re.sub(r'value="[^"]*"', "", answer.content.decode())
            heard.append((answer.status_code, answer.headers.get("Location"), text))
        told.add(tuple(heard))

    assert len(told) == 1


def test_a_lock_holds_against_the_right_password(house):
    client = Client()
    for _ in range(configured.AXES_FAILURE_LIMIT):
        attempt(client, house.ph.username)

    assert attempt(client, house.ph.username, PASSWORD).headers["Location"] == LOGIN
    assert client.get("/projects/").status_code == 302


def test_a_key_from_before_the_login_is_worth_nothing_after_it(house):
    client = Client()
    client.get(LOGIN)
    session = client.session
    session["planted"] = 1
    session.save()
    planted = session.session_key

    attempt(client, house.ph.username, PASSWORD)

    thief = Client()
    thief.cookies["sessionid"] = planted
    assert client.session.session_key != planted
    assert thief.get("/projects/").status_code == 302
    assert not Session.objects.filter(session_key=planted).exists()


def test_signing_out_ends_the_session_for_good(house):
    client = signed_in(house.ph)
    key = client.session.session_key
    client.post("/accounts/logout/")

    again = Client()
    again.cookies["sessionid"] = key
    assert again.get("/projects/").status_code == 302


def test_a_new_password_ends_the_sessions_elsewhere(house):
    here, elsewhere = signed_in(house.ph), signed_in(house.ph)
    key = here.session.session_key

    data = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert here.post("/accounts/password/", data).status_code == 302

    assert here.get("/projects/").status_code == 200
    assert elsewhere.get("/projects/").status_code == 302
    assert here.session.session_key != key


@pytest.mark.parametrize("act", ["user_disable", "user_reset"])
def test_a_disabled_or_reset_account_is_out_at_once(house, act):
    client = signed_in(house.u1)
    assert client.get("/projects/").status_code == 200

    signed_in(house.sa).post(reverse(f"accounts:{act}", args=[house.u1.pk]))

    assert client.get("/projects/").status_code == 302


def test_the_first_password_leads_to_one_page_only(house):
    """And the interface for programs refuses."""
    User.objects.filter(pk=house.ph.pk).update(must_change_password=True)
    client, before = signed_in(house.ph), snapshot()
    page, elsewhere = reverse("accounts:password_change"), {}

    for found in every_route():
        address = found.address(house.places["own"])
        for answer in (client.get(address), client.post(address)) if found.name not in PUBLIC else ():
            stopped = (
                answer.status_code == 403 if found.name.startswith("api:") else answer.headers.get("Location") == page
            )
            if not stopped and found.name != "accounts:password_change":
                elsewhere[found.name] = answer.status_code

    assert (elsewhere, changed(before)) == ({}, set())


def test_the_idle_and_the_absolute_limit_are_set():
    assert (configured.SESSION_COOKIE_AGE, configured.SESSION_ABSOLUTE_AGE) == (30 * 60, 10 * 60 * 60)


def test_a_session_ends_ten_hours_after_it_began(house):
    from accounts.sessions import BEGAN

    client = signed_in(house.ph)
    assert client.get("/projects/").status_code == 200
    session = client.session
    session[BEGAN] -= configured.SESSION_ABSOLUTE_AGE + 1
    session.save()

    assert client.get("/projects/").status_code == 302


@pytest.mark.parametrize("where", ["https://example.com/", "//example.com/", "javascript:alert(1)", "/\\example.com"])
def test_nobody_is_led_to_another_site(house, where):
    client = Client()
    answer = client.post(f"{LOGIN}?next={where}", {"username": house.ph.username, "password": PASSWORD})
    button = client.post("/accounts/notices/read/", {"next": where}, headers={"referer": where})

    assert answer.headers["Location"] == "/"
    assert button.headers["Location"] == "/accounts/notices/"


def test_an_export_leaves_a_line(house):
    """design/trust.md: downloads and exports append access rows."""
    from accounts.models import Entry

    assert signed_in(house.ph).get("/projects/export/").status_code == 200

    assert Entry.objects.filter(actor=house.ph).exists()
