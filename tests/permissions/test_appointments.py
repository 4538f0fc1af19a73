"""Appointments: excluded posts never come into one hand, and nobody appoints themselves (SD6, SD7)."""

import pytest

from accounts import operations as accounts
from accounts.roles import Role, exclusive
from policy.findings import Refused
from policy.terms import Line
from tests import factories as make
from tests.lifecycle.scene import DUE as ON
from tests.permissions.posts import also, refusal


@pytest.fixture
def world(db):
    return make.world()


UNIT, HR, FINANCE = {"U1", "U2"}, {"CH", "PH", "PHL"}, {"CF", "PF", "PFL"}
ADMINISTRATORS = {"SA", "SE", "AA"}
PEOPLE = sorted(UNIT | HR | FINANCE | ADMINISTRATORS | {"AU", "EX"})


def excluded(one, two):
    """SD7 as permissions.json words it."""
    pair = {one, two}
    return len(pair) > 1 and bool(
        (pair & UNIT and pair - UNIT)
        or pair & ADMINISTRATORS
        or (pair & HR and pair & FINANCE)
        or "AU" in pair
    )  # fmt: skip


@pytest.mark.parametrize("held", PEOPLE)
def test_the_rule_knows_every_pair(held):
    assert {wanted for wanted in PEOPLE if exclusive(Role(held), Role(wanted))} == {
        wanted for wanted in PEOPLE if excluded(held, wanted)
    }


@pytest.mark.parametrize("held", [role for role in PEOPLE if role != "EX"])
def test_no_appointment_puts_excluded_posts_into_one_hand(world, held):
    seats = seats_of(world)
    admin = make.user(Role.SA, seats["SA"])
    got = {}
    for wanted in seats:
        person = make.user(held, seats[held])
        try:
            accounts.grant_role(
                person.pk, role=wanted, organisation_id=seats[wanted].pk, since=ON, actor=admin, on=ON
            )  # fmt: skip
        except Refused as refused:
            got[wanted] = {finding.code for finding in refused.findings}

    assert got == {wanted: {"twice"} if wanted == held else {"exclusive"} for wanted in seats if wanted == held
                   or excluded(held, wanted)}  # fmt: skip


def seats_of(world):
    """A place to sit for every post that is granted."""
    system = make.organisation(world.province, Line.SYSTEM)
    seats = dict.fromkeys(["AU", *sorted(ADMINISTRATORS)], system)
    local = {"CH": world.city_hr, "CF": world.city_finance, "U1": world.unit, "U2": world.unit}
    province = dict.fromkeys(("PH", "PHL"), world.province_hr)
    return seats | local | province | dict.fromkeys(("PF", "PFL"), world.province_finance)


def test_nobody_appoints_dismisses_or_resets_themselves(world):
    """SD6"""
    admin = also(make.user(Role.SA, seats_of(world)["SA"]), Role.SA, world.province_hr)
    own = admin.memberships.first()
    seat = {"role": "PHL", "organisation_id": world.province_hr.pk, "since": ON}

    assert refusal(accounts.grant_role, admin.pk, **seat, actor=admin, on=ON) == {"self"}
    assert refusal(accounts.end_role, admin.pk, membership_id=own.pk, actor=admin, on=ON) == {"self"}
    assert refusal(accounts.reset_password, admin.pk, actor=admin, on=ON) == {"self"}
    assert refusal(accounts.disable_user, admin.pk, actor=admin, on=ON) == {"self"}


def test_excluded_posts_in_one_hand_are_found_every_night_however_they_came_about(world):
    """SD7: a restored backup or a hand in the database asks no operation."""
    from lifecycle.jobs import daily_sweep

    admin = make.user(Role.SA, make.organisation(world.province, Line.SYSTEM))
    stranger = make.user(Role.SA, make.organisation(make.node("外省"), Line.SYSTEM))
    assert "职责冲突" not in daily_sweep(ON)

    also(world.phl, Role.PFL, world.province_finance)
    also(world.ph, Role.PHL, world.province_hr)
    told = [daily_sweep(ON), daily_sweep(ON)]

    assert [text.partition("，职责")[2] for text in told] == ["冲突 1 处"] * 2
    [notice] = admin.notices.all()
    assert (f"（{world.phl.username}）" in notice.text, "SD7" in notice.text) == (True, True)
    assert not stranger.notices.exists()


def test_a_term_that_is_over_excludes_nothing(world):
    from accounts.queries import exclusive_violations

    other = also(world.ph, Role.PF, world.province_finance).memberships.last()
    assert len(exclusive_violations(ON)) == 1
    other.until = ON.replace(day=1)
    other.save(update_fields=["until"])

    assert exclusive_violations(ON) == []
