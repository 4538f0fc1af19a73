"""A/B 角 by date and document, one natural person with two accounts, and who reviews first."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from accounts import operations
from accounts.first_review import first_review_path, next_office
from accounts.models import Entry, Membership, User
from accounts.persons import person_key
from accounts.queries import exclusive_violations
from accounts.roles import Role
from policy.findings import Refused
from policy.terms import Line, NodeKind
from tests import factories as make

ON = date(2026, 7, 1)
UNTIL = date(2026, 7, 31)
IDENTITY = "22000019900101001X"


@pytest.fixture
def world(db):
    return make.world()


def appoint(world, deputy, **changes):
    term = world.phl.memberships.get()
    given = {"since": ON, "until": UNTIL, "document": "示例任〔2026〕1号", "membership_id": term.pk} | changes
    return operations.appoint_deputy(world.phl.pk, deputy_id=deputy.pk, actor=world.sa, on=ON, **given)


def codes(act, *args, **kwargs):
    with pytest.raises(Refused) as found:
        act(*args, **kwargs)
    return [one.code for one in found.value.findings]


def test_a_deputy_holds_the_office_in_his_own_term(world):
    deputy = make.user("PH", world.province_hr)

    made = appoint(world, deputy)

    assert (made.role, made.organisation, made.deputy_for, made.until) == (
        Role.PHL,
        world.province_hr,
        world.phl,
        UNTIL,
    )
    assert Entry.objects.get(verb="任命代理").text.startswith(f"{deputy}自 2026-07-01 至 2026-07-31 代{world.phl}")
    assert world.pfl.notices.filter(key=f"deputy:{made.pk}").exists()


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"document": " "}, "document"), ({"until": date(2026, 6, 30)}, "until"), ({"since": date(2019, 1, 1)}, "term")],
)
def test_a_deputy_has_a_document_and_days_inside_the_term(world, changes, code):
    assert codes(appoint, world, make.user("PH", world.province_hr), **changes) == [code]


def test_nobody_is_his_own_deputy_under_another_account(world):
    other = make.user("PH", world.province_hr)
    User.objects.filter(pk__in=[world.phl.pk, other.pk]).update(person_key=person_key(IDENTITY))

    assert codes(appoint, world, other) == ["deputy"]


def test_a_deputy_of_the_other_department_is_no_deputy(world):
    """SD7 holds for deputies as for everyone."""
    assert codes(appoint, world, world.pf) == ["exclusive"]


def test_a_deputy_appoints_no_deputy_of_his_own(world):
    made = appoint(world, make.user("PH", world.province_hr))

    assert codes(
        operations.appoint_deputy, made.user_id, membership_id=made.pk, deputy_id=make.user("PH", world.province_hr).pk,
        since=ON, until=UNTIL, document="示例", actor=world.sa, on=ON,
    ) == ["chain"]  # fmt: skip


@pytest.mark.parametrize("role", ["U1", "U2", "CH", "CF", "PH", "PHL", "PF", "PFL", "AU"])
def test_only_who_appoints_appoints_deputies(world, role):
    deputy = make.user("PH", world.province_hr)

    with pytest.raises(PermissionDenied):
        operations.appoint_deputy(
            world.phl.pk, membership_id=world.phl.memberships.get().pk, deputy_id=deputy.pk, since=ON, until=UNTIL,
            document="示例", actor=world.people[role], on=ON,
        )  # fmt: skip
    assert not Membership.objects.filter(deputy_for__isnull=False).exists()


# 自然人
def test_the_number_itself_is_kept_nowhere(world):
    operations.set_person(world.u1.pk, identity=" 22000019900101001x ", actor=world.sa, on=ON)

    kept = User.objects.get(pk=world.u1.pk).person_key
    assert kept == person_key(IDENTITY) != IDENTITY
    assert not Entry.objects.filter(text__contains="220000").exists()


def test_two_accounts_of_one_person_hold_no_roles_that_exclude_each_other(world):
    operations.set_person(world.u1.pk, identity=IDENTITY, actor=world.sa, on=ON)

    assert codes(operations.set_person, world.pf.pk, identity=IDENTITY, actor=world.sa, on=ON) == ["exclusive"]
    assert User.objects.get(pk=world.pf.pk).person_key == ""


def test_a_role_that_excludes_one_of_another_account_is_not_granted(world):
    spare = make.user("CH", world.city_hr)
    User.objects.filter(pk__in=[spare.pk, world.phl.pk]).update(person_key=person_key(IDENTITY))
    Membership.objects.filter(user=spare).update(until=date(2026, 1, 1))

    granted = {"role": "PF", "organisation_id": world.province_finance.pk, "since": ON}
    assert codes(operations.grant_role, spare.pk, **granted, actor=world.sa, on=ON) == ["exclusive"]


def test_clashes_over_two_accounts_are_found_at_night(world):
    User.objects.filter(pk__in=[world.ph.pk, world.pf.pk]).update(person_key=person_key(IDENTITY))

    assert [(one.user, other.user) for one, other in exclusive_violations(ON)] == [(world.ph, world.pf)]


# 初审
@pytest.fixture
def county(world):
    """A county below the city with an office of both lines, and a unit in it."""
    place = make.node("示例县", NodeKind.COUNTY, world.city)
    offices = {line: make.organisation(place, line) for line in (Line.HR, Line.FINANCE)}
    return place, offices, make.organisation(place)


def setting(node, value, world):
    operations.set_first_review(node.pk, first_review=value, document="示例函〔2026〕1号", actor=world.sa, on=ON)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [("nearest", ["county"]), ("stepwise", ["county", "city"]), ("city", ["city"]), ("none", [])],
)
def test_the_setting_of_the_province_says_who_reviews_first(world, county, value, wanted):
    _, offices, unit = county
    named = {offices[Line.HR].pk: "county", world.city_hr.pk: "city"}

    setting(world.province, value, world)

    assert [named[one.pk] for one in first_review_path(unit, Line.HR)] == wanted


def test_a_lower_place_says_otherwise_for_itself_alone(world, county):
    place, offices, unit = county
    setting(world.province, "none", world)
    setting(place, "stepwise", world)

    assert first_review_path(unit, Line.HR) == [offices[Line.HR], world.city_hr]
    assert first_review_path(world.unit, Line.HR) == []
    assert next_office(unit, Line.HR, offices[Line.HR]) == world.city_hr
    assert next_office(unit, Line.HR, world.city_hr) is None


def test_a_unit_directly_under_the_province_has_no_first_review(world):
    assert first_review_path(make.organisation(world.province), Line.HR) == []


def test_the_setting_needs_a_document_and_the_province_one_of_its_own(world):
    given = {"actor": world.sa, "on": ON}
    assert codes(operations.set_first_review, world.city.pk, first_review="city", document=" ", **given) == ["document"]
    assert codes(operations.set_first_review, world.province.pk, first_review="", document="示例", **given) == [
        "first_review"
    ]
    with pytest.raises(PermissionDenied):
        operations.set_first_review(world.city.pk, first_review="city", document="示例", actor=world.ph, on=ON)


def test_the_pages_carry_out_what_they_say(world, client):
    deputy = make.user("PH", world.province_hr)
    client.force_login(world.sa)
    term = world.phl.memberships.get()

    path = f"/accounts/users/{world.phl.pk}/roles/{term.pk}/deputy/"
    answers = [
        client.post(path, {"deputy": deputy.pk, "since": ON, "until": UNTIL, "document": "示例任〔2026〕1号"}),
        client.post(f"/accounts/users/{deputy.pk}/person/", {"identity": IDENTITY}),
        client.post(f"/accounts/nodes/{world.city.pk}/first-review/", {"first_review": "none", "document": "示例"}),
    ]

    assert [answer.status_code for answer in answers] == [302, 302, 302]
    assert "代" + str(world.phl) in client.get(f"/accounts/users/{deputy.pk}/").content.decode()
    assert "不设初审" in client.get("/accounts/nodes/").content.decode()
