"""What a request may and may not do, whoever sends it: reading writes nothing, foreign ids lead nowhere."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Entry, Membership, User
from funds.models import Budget, Receipt, Voucher
from lifecycle.models import Request
from policy.terms import Stage
from projects.models import Project
from tests import factories as make
from tests.permissions.routes import changed, every_route, project_routes, route, snapshot
from tests.permissions.scene import ROLES, signed_in
from tests.permissions.test_matrix import PLAIN

VOUCHER = {
    "number": "记-26-88", "paid_on": "2026-03-02", "category": "equipment", "source": "central", "amount": "1,200.50",
    "payee": "示例设备有限公司", "abstract": "购置数控车床",
}  # fmt: skip
HOSTILE = ("abc", "\x00", "99999999999999999999", "1" * 5000, "-1", "' OR 1=1 --", "<script>", "²", "１")
# Where people type, or where a number is read.
FREE = {"q", "year", "version", "from", "round"}
LISTS = {
    "/projects/": ("stage", "kind", "sector", "place", "alert", "mine", "sort", "q"),
    "/projects/export/": ("place", "sort"),
    "/alerts/": ("severity", "source"),
    "/journal/": (),
    "/decisions/": ("state",),
    "/funds/documents/": ("state", "year", "q"),
    "/accounts/notices/": (),
    "/accounts/users/": ("q", "role", "unit", "state"),
    "/accounts/organisations/": ("q", "line"),
    "/accounts/nodes/": (),
    "/policy/": ("edition", "against"),
    "funds:ledger": ("state", "category", "q"),
    "funds:budget": ("version",),
    "reports:journal": (),
}


def url(name, place, **changes):
    return route(name).address(place, **changes)


# Reading


EXPORT = "reports:projects_export"


@pytest.mark.parametrize("role", ["U2", "PH", "SA"])
def test_reading_writes_nothing(house, role):
    """The pages of no one project; those of a project are held to it in test_matrix.py."""
    client, before = signed_in(house.people[role]), snapshot()

    for found in every_route():
        if not found.of_project and found.name != EXPORT:  # which leaves a line in the journal, and must
            client.get(found.address(house.places["own"]))

    assert (changed(before), Entry.objects.count()) == (set(), 0)


@pytest.mark.parametrize("stage", ["target_review", "in_acceptance", "rechecking", "revoked"])
def test_no_page_breaks_at_any_stage(house, stage):
    """Bare of what the stage usually brings: the pages still say something."""
    own = house.places["own"]
    Project.objects.filter(pk=own.project.pk).update(stage=Stage(stage), stage_since=date(2026, 3, 2))
    clients = {role: signed_in(house.people[role]) for role in ROLES}

    codes = {}
    for number, found in enumerate(project_routes()):
        holders = [role for role in found.grants if role in clients]
        who = holders[number % len(holders)]
        codes[found.name, who] = clients[who].get(found.address(own)).status_code

    assert {cell: code for cell, code in codes.items() if code not in {200, 302, 405, 409}} == {}


# Foreign ids inside one's own address

FOREIGN = {
    "funds:voucher": ("voucher_id", ("u1", "ph", "cf")),
    "funds:voucher_edit": ("voucher_id", ("u1",)),
    "funds:voucher_delete": ("voucher_id", ("u1",)),
    "funds:voucher_evidence": ("voucher_id", ("u1",)),
    "funds:voucher_submit": ("voucher_id", ("u2",)),
    "funds:voucher_judge": ("voucher_id", ("cf", "pf")),
    "funds:voucher_reverse": ("voucher_id", ("u1", "cf")),
    "funds:reversal_judge": ("voucher_id", ("cf", "pf")),
    "funds:receipt_confirm": ("allocation_id", ("u2",)),
    "lifecycle:answer": ("problem_id", ("u1", "u2")),
    "lifecycle:request_refuse": ("request_id", ("ph",)),
    "performance:review_sheet": ("review_id", ("u1", "ph", "au")),
    "projects:file": ("pk", ("u1", "cf", "ph", "au")),
}


def test_every_address_with_two_ids_is_among_these():
    assert {found.name for found in project_routes() if len(found.keys) > 1} == set(FOREIGN) | {
        "lifecycle:step", "performance:f02"
    }  # fmt: skip


@pytest.mark.parametrize(
    "name",
    list(FOREIGN),
)
def test_an_id_of_another_project_is_not_found_under_mine(house, name):
    key, people = FOREIGN[name]
    own, sibling = house.places["own"], house.places["sibling"]
    foreign = {key: sibling.ids["file" if key == "pk" else key]}
    before = snapshot()

    codes = set()
    for who in people:
        client = signed_in(getattr(house, who))
        codes.add(client.get(url(name, own, **foreign)).status_code)
        codes.add(client.post(url(name, own, **foreign), VOUCHER | {"verdict": "recognised"}).status_code)

    assert codes <= ({404, 405} if name == "projects:file" else {404})
    assert changed(before) == set()


def test_a_project_that_is_not_in_the_decision_is_not_left_out_of_it(house):
    own, sibling = house.places["own"], house.places["sibling"]
    client = signed_in(house.ph, raise_request_exception=False)
    page = url("lifecycle:decision_leave_out", own, project_id=sibling.project.pk)

    assert client.post(page, {"reason": "材料待补"}).status_code in {302, 404, 409}


# More fields than the form has

GREEDY = {
    "state": "recognised", "stage": "accepted", "entry_number": "1", "fits": "on", "recorded_by": "1", "judged_by": "1",
    "approved_by": "1", "submitted_by": "1", "project": "1", "organisation": "1", "grant": "99999999", "number_": "x",
    "is_superuser": "on", "is_staff": "on", "is_active": "", "role": "PHL", "roles": "PHL", "pk": "1", "id": "1",
    "on": "2020-01-01", "actor": "1", "drafted_by": "1", "version": "9", "created_at": "2020-01-01", "level": "minor",
    "must_change_password": "", "password": "hack", "edition_code": "demo_2022", "identity_key": "x",
}  # fmt: skip


def test_a_payment_takes_what_its_form_has_and_no_more(house):
    own, sibling = house.places["own"], house.places["sibling"]
    data = GREEDY | VOUCHER | {"project": sibling.project.pk, "project_id": sibling.project.pk}

    assert signed_in(house.u1).post(url("funds:voucher_new", own), data).status_code == 302

    made = Voucher.objects.get(number=VOUCHER["number"])
    assert (made.project_id, made.state, made.fits, made.entry_number) == (own.project.pk, "draft", False, None)
    assert (made.recorded_by, made.judged_by, made.amount) == (house.u1, None, Decimal("1200.50"))
    assert made.recorded_on.year >= 2026


def test_changing_a_payment_changes_neither_its_state_nor_its_hands(house):
    own = house.places["own"]
    data = GREEDY | VOUCHER | {"number": "记-1", "recorded_by": house.u2.pk, "state": "submitted"}

    assert signed_in(house.u1).post(url("funds:voucher_edit", own), data).status_code == 302

    kept = Voucher.objects.get(pk=own.ids["voucher_id"])
    assert (kept.state, kept.recorded_by, kept.submitted_by, kept.abstract) == (
        "draft", house.u1, None, VOUCHER["abstract"],
    )  # fmt: skip


def test_a_budget_is_a_draft_whatever_is_sent(house):
    own = house.places["own"]
    cell = {"cell-equipment-central": "1000"}

    assert signed_in(house.u1).post(url("funds:budget_edit", own), GREEDY | cell).status_code == 302

    budget = Budget.objects.get(project=own.project)
    assert (budget.state, budget.version, budget.drafted_by, budget.approved_by) == ("draft", 1, house.u1, None)


def test_a_receipt_is_of_the_allocation_in_the_address(house):
    own, sibling = house.places["own"], house.places["sibling"]
    data = GREEDY | {"received_on": "2026-03-02", "amount": "100", "allocation": sibling.ids["allocation_id"],
                     "confirmed_by": house.u1.pk}  # fmt: skip

    assert signed_in(house.u2).post(url("funds:receipt_confirm", own), data).status_code == 302

    receipt = Receipt.objects.get()
    assert (receipt.allocation_id, receipt.project_id, receipt.confirmed_by) == (
        own.ids["allocation_id"], own.project.pk, house.u2,
    )  # fmt: skip


def test_a_draft_keeps_its_stage_its_number_and_its_unit(house):
    own = house.places["own"]
    facts = {
        "stage": Stage.DRAFT,
        "number": None,
        "sector": "",
        "grant": None,
        "award_document": "",
        "awarded_on": None,
    }
    project = make.project(own.unit, **facts)
    data = GREEDY | {"track": "new", "occupations": "车工", "organisation": house.places["sibling"].unit.pk,
                     "sector": "services", "stage": "awarded", "number": "JD-1"}  # fmt: skip

    answer = signed_in(house.ph).post(reverse("projects:edit_draft", args=[project.pk]), data)

    kept = Project.objects.get(pk=project.pk)
    assert answer.status_code == 302
    assert (kept.stage, kept.number, kept.organisation, kept.edition_code) == (
        Stage.DRAFT, None, own.unit, project.edition_code,
    )  # fmt: skip
    assert kept.grant != Decimal(99_999_999)


def test_an_account_is_made_without_rights(house):
    data = GREEDY | {"username": "newone", "name": "新人", "email": "a@example.com"}

    assert signed_in(house.sa).post(reverse("accounts:user_new"), data).status_code == 200

    made = User.objects.get(username="newone")
    assert (made.is_superuser, made.is_staff, made.is_active, made.must_change_password) == (False, False, True, True)
    assert not made.memberships.exists()
    assert not made.check_password("hack")


def test_an_invited_clerk_is_a_clerk_of_the_own_unit(house):
    people = {"username": "newone", "name": "新人"}
    mine = GREEDY | people | {"organisation": house.places["own"].unit.pk}
    other = people | {"organisation": house.places["sibling"].unit.pk}
    client = signed_in(house.u2)

    assert client.post(reverse("accounts:invite"), other).status_code == 422
    assert not User.objects.filter(username="newone").exists()
    assert client.post(reverse("accounts:invite"), mine).status_code == 200
    assert Membership.objects.get(user__username="newone").role == "U1"


def test_a_request_of_the_unit_is_not_granted_by_itself(house):
    own = house.places["own"]
    data = GREEDY | {"reason": "转产", "state": "granted", "answer": "同意", "kind": "extension", "months": "99"}

    assert signed_in(house.u2).post(url("lifecycle:request_termination", own), data).status_code == 302

    asked = Request.objects.get(project=own.project, kind="termination")
    assert (asked.state, asked.kind, asked.months, asked.requested_by) == ("open", "termination", 0, house.u2)


# Values that no page offers


@pytest.mark.parametrize("page", LISTS)
def test_a_filter_takes_any_value(house, page):
    address = page if page.startswith("/") else url(page, house.places["own"])
    person = house.sa if page.startswith("/accounts/") else house.ph
    client = signed_in(person, raise_request_exception=False)

    asked = [(key, value) for key in LISTS[page] for value in (HOSTILE if key in FREE else HOSTILE[:2])]
    asked += [(key, value) for key in ("page", "size") for value in HOSTILE[:4]]
    codes = {(key, value[:20]): client.get(address, {key: value}).status_code for key, value in asked}

    assert {cell: code for cell, code in codes.items() if code not in {200, 404}} == {}
    assert client.get(address, {"size": "100000", "page": "9999"}).status_code in {200, 404}


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: repr(value)[:20])
@pytest.mark.parametrize(("name", "key", "who"), [
    ("performance:sheet", "round", "ph"),
    ("funds:document_new", "from", "pf"),
])  # fmt: skip
def test_a_number_in_the_address_takes_any_value(house, name, key, who, value):
    client = signed_in(getattr(house, who), raise_request_exception=False)

    assert client.get(url(name, house.places["own"]), {key: value}).status_code in {200, 404}


def test_a_huge_size_is_not_obeyed(house):
    answer = signed_in(house.ph).get("/projects/?size=100000")

    assert answer.context["page_obj"].paginator.per_page <= 50


@pytest.mark.parametrize("address", [f"/projects/{'9' * 30}/", f"/projects/{'9' * 5000}/", "/projects/-1/", "/projects/x/",
                                     "/projects/1%00/", "/decisions/0/", "/decisions/new/T99/", "/%2e%2e/"])  # fmt: skip
def test_an_address_that_cannot_be_is_not_found(house, address):
    assert signed_in(house.ph).get(address).status_code == 404


@pytest.mark.parametrize("method", ["put", "delete"])
def test_other_methods_do_nothing(house, method):
    before, client = snapshot(), signed_in(house.ph)

    codes = {getattr(client, method)(found.address(house.places["own"])).status_code for found in project_routes()}

    assert (codes - {403, 404, 405, 409, 422}, changed(before)) == (set(), set())


# Sent twice


def test_the_same_form_is_carried_out_once(house):
    own, client = house.places["own"], signed_in(house.u1)
    page = client.get(url("funds:voucher_new", own)).content.decode()
    token = re.search(r'name="form_token" value="([^"]+)"', page)[1]

    first = client.post(url("funds:voucher_new", own), VOUCHER | {"form_token": token})
    second = client.post(url("funds:voucher_new", own), VOUCHER | {"form_token": token, "number": "记-26-89"})

    assert (first.status_code, second.status_code) == (302, 302)
    assert second.headers["Location"] == first.headers["Location"]
    assert own.project.vouchers.count() == 2


def test_the_token_of_one_person_does_not_stop_another(house):
    own, sibling = house.places["own"], house.places["sibling"]
    token = {"form_token": "7a0c2a9e-2f3b-4a4e-9d53-6d6e6d1c0a11"}

    signed_in(house.u1).post(url("funds:voucher_new", own), VOUCHER | token)
    signed_in(sibling.clerk).post(url("funds:voucher_new", sibling), VOUCHER | token)

    assert Voucher.objects.filter(number=VOUCHER["number"]).count() == 2


@pytest.mark.parametrize("role", ["U1", "PH", "SA"])
def test_every_form_on_every_page_carries_its_tokens(house, role):
    """Signing in and out aside: those may be repeated."""
    client, bare = signed_in(house.people[role]), {}

    for found in [*PLAIN, *project_routes()]:
        if role in found.grants and found.name != "performance:f02":
            text = client.get(found.address(house.places["own"])).content.decode(errors="ignore")
            for form in re.findall(r'<form[^>]*method="post".*?</form>', text, re.DOTALL):
                names = set(re.findall(r'name="(csrfmiddlewaretoken|form_token)"', form))
                if "/accounts/logout/" not in form and names != {"csrfmiddlewaretoken", "form_token"}:
                    bare[found.name] = names

    assert bare == {}


def test_every_post_needs_the_token_against_forgery(house):
    client, before, wrong = signed_in(house.ph, enforce_csrf_checks=True), snapshot(), {}

    for found in every_route():
        answer = client.post(found.address(house.places["own"]), VOUCHER)
        if answer.status_code != 403 or "页面已过期" not in answer.content.decode():
            wrong[found.name] = answer.status_code

    assert (wrong, changed(before)) == ({}, set())
    assert Client(enforce_csrf_checks=True).post("/accounts/login/", {"username": "x"}).status_code == 403
