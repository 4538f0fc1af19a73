"""What a form may and may not be made to do: it takes its own fields only, once, and from its own page."""

import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, User
from funds.models import Budget, Receipt, Voucher
from lifecycle.models import Request
from policy.terms import Stage
from projects.models import Project
from tests import factories as make
from tests.permissions.routes import changed, every_route, project_routes, snapshot, words_of
from tests.permissions.scene import signed_in
from tests.permissions.test_matrix import PLAIN
from tests.permissions.test_requests import VOUCHER, url
from tests.seen import posted

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

    assert posted(signed_in(house.u1), url("funds:voucher_edit", own), data).status_code == 302

    kept = Voucher.objects.get(pk=own.ids["draft_id"])
    assert (kept.state, kept.recorded_by, kept.submitted_by, kept.abstract) == (
        "draft", house.u1, None, VOUCHER["abstract"],
    )  # fmt: skip


def test_a_budget_is_a_draft_whatever_is_sent(house):
    own = house.places["own"]
    client, page = signed_in(house.u1), url("funds:budget_edit", own)
    seen = client.get(page).context["form"]["seen"].value()

    assert client.post(page, GREEDY | {"cell-equipment-central": "1000", "seen": seen}).status_code == 302

    budget = Budget.objects.get(project=own.project)
    assert (budget.state, budget.version, budget.drafted_by, budget.approved_by) == ("draft", 1, house.u1, None)


def test_a_receipt_is_of_the_allocation_in_the_address(house):
    own, sibling = house.places["own"], house.places["sibling"]
    data = GREEDY | {"received_on": "2026-03-02", "amount": "100", "allocation": sibling.ids["allocation_id"],
                     "confirmed_by": house.u1.pk}  # fmt: skip

    assert posted(signed_in(house.u2), url("funds:receipt_confirm", own), data).status_code == 302

    receipt = Receipt.objects.latest("pk")
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


# Sent twice


def test_the_same_form_is_carried_out_once(house):
    own, client = house.places["own"], signed_in(house.u1)
    before, page = own.project.vouchers.count(), client.get(url("funds:voucher_new", own)).content.decode()
    token = re.search(r'name="form_token" value="([^"]+)"', page)[1]

    first = client.post(url("funds:voucher_new", own), VOUCHER | {"form_token": token})
    second = client.post(url("funds:voucher_new", own), VOUCHER | {"form_token": token})
    other = client.post(url("funds:voucher_new", own), VOUCHER | {"form_token": token, "number": "记-26-89"})

    assert (first.status_code, second.status_code, other.status_code) == (302, 302, 422)
    assert second.headers["Location"] == first.headers["Location"]
    assert "记-26-89" in other.content.decode()
    assert own.project.vouchers.count() == before + 1


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
            text = words_of(client.get(found.address(house.places["own"])))
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
