"""Accounts and terms of office: who may make them, for whom, and what is never allowed."""

from datetime import date

import pytest
from django.contrib.auth.hashers import is_password_usable
from django.core.exceptions import PermissionDenied

from accounts import operations
from accounts.models import Membership, User
from accounts.operations.seats import SEATS, check_seat
from accounts.roles import Role
from policy.findings import Refused
from policy.terms import Line, NodeKind
from tests import factories as make
from tests.accounts.scene import ON, codes, lines


def grant(world, person, role, organisation, actor="admin", **dates):
    return operations.grant_role(
        person.pk, role=role, organisation_id=organisation.pk, since=ON, actor=getattr(world, actor), on=ON, **dates
    )


def test_a_new_account_has_no_role_and_a_password_to_change(world):
    made = operations.create_user(username="zhang.san", name="张三", actor=world.admin, on=ON)

    assert made.user.check_password(made.password)
    assert (made.user.must_change_password, made.user.memberships.count()) == (True, 0)
    assert lines("创建账号") == [("ok", "创建账号 张三")]


def test_the_password_is_never_written_to_the_journal(world):
    made = operations.create_user(username="zhang.san", name="张三", actor=world.admin, on=ON)

    from accounts.models import Entry

    row = Entry.objects.get(verb="创建账号")
    assert made.password not in f"{row.text}{row.subject}{row.changes}"


def test_a_name_is_taken_whatever_its_case(world):
    operations.create_user(username="zhang", name="张三", actor=world.admin, on=ON)

    with pytest.raises(Refused) as caught:
        operations.create_user(username="ZHANG", name="张四", actor=world.admin, on=ON)

    assert codes(caught) == ["username"]
    assert lines("创建账号")[-1][0] == "refused"


@pytest.mark.parametrize("role", ["u1", "u2", "ch", "cf", "ph", "phl", "pf", "pfl", "au"])
def test_only_the_administrator_makes_accounts(world, role):
    with pytest.raises(PermissionDenied):
        operations.create_user(username="x", name="某人", actor=getattr(world, role), on=ON)

    assert not User.objects.filter(username="x").exists()


def test_a_role_is_granted_where_it_sits(world):
    held = grant(world, world.newcomer, "PH", world.province_hr)

    assert (held.role, held.organisation, held.since, held.until) == (Role.PH, world.province_hr, ON, None)
    assert lines("任命角色") == [("ok", f"任命新同事为{world.province_hr}省人社经办")]


def test_nobody_changes_the_own_roles(world):
    """SD6"""
    own = world.admin.memberships.get()

    with pytest.raises(Refused) as granted:
        grant(world, world.admin, "AA", world.system)
    with pytest.raises(Refused) as ended:
        operations.end_role(world.admin.pk, membership_id=own.pk, actor=world.admin, on=ON)

    assert (codes(granted), codes(ended)) == (["self"], ["self"])
    assert Membership.objects.filter(user=world.admin, until=None).count() == 1


@pytest.mark.parametrize(
    ("held", "wanted"),
    [("U1", "PH"), ("PH", "PF"), ("CH", "CF"), ("PH", "AU"), ("SA", "PH"), ("SA", "AA"), ("U2", "SA"), ("PFL", "AU")],
)
def test_exclusive_roles_are_not_held_together(world, held, wanted):
    """SD7"""
    place = {
        "U1": world.unit, "U2": world.unit, "PH": world.province_hr, "PF": world.province_finance,
        "CH": world.city_hr, "CF": world.city_finance, "PFL": world.province_finance,
    }  # fmt: skip
    grant(world, world.newcomer, held, place.get(held, world.system))

    with pytest.raises(Refused) as caught:
        grant(world, world.newcomer, wanted, place.get(wanted, world.system))

    assert codes(caught) == ["exclusive"]
    assert world.newcomer.memberships.count() == 1


def test_exclusive_roles_may_follow_one_another(world):
    grant(world, world.newcomer, "PH", world.province_hr, until=ON)
    later = operations.grant_role(
        world.newcomer.pk,
        role="PF",
        organisation_id=world.province_finance.pk,
        since=date(2026, 3, 3),
        actor=world.admin,
        on=ON,
    )

    assert later.role == Role.PF


def test_a_future_term_counts_against_an_open_one(world):
    operations.grant_role(
        world.newcomer.pk,
        role="PF",
        organisation_id=world.province_finance.pk,
        since=date(2027, 1, 1),
        actor=world.admin,
        on=ON,
    )

    with pytest.raises(Refused) as caught:
        grant(world, world.newcomer, "PH", world.province_hr)

    assert codes(caught) == ["exclusive"]


def test_the_same_term_is_not_granted_twice(world):
    grant(world, world.newcomer, "PH", world.province_hr)

    with pytest.raises(Refused) as caught:
        grant(world, world.newcomer, "PH", world.province_hr)

    assert codes(caught) == ["twice"]


@pytest.mark.parametrize("role", [role for role in Role if role not in SEATS])
def test_some_roles_are_not_granted_here(role):
    assert [one.code for one in check_seat(role, line=Line.SYSTEM, level=NodeKind.PROVINCE)] == ["role_seat"]


@pytest.mark.parametrize(
    ("role", "line", "level", "fits"),
    [
        (Role.U1, Line.UNIT, NodeKind.CITY, True),
        (Role.U2, Line.HR, NodeKind.CITY, False),
        (Role.CH, Line.HR, NodeKind.COUNTY, True),
        (Role.CH, Line.HR, NodeKind.PROVINCE, False),
        (Role.CH, Line.RECOMMENDER, NodeKind.DEPARTMENT, True),
        (Role.CF, Line.FINANCE, NodeKind.CITY, True),
        (Role.CF, Line.FINANCE, NodeKind.PROVINCE, False),
        (Role.PH, Line.HR, NodeKind.PROVINCE, True),
        (Role.PHL, Line.HR, NodeKind.CITY, False),
        (Role.PFL, Line.FINANCE, NodeKind.PROVINCE, True),
        (Role.PF, Line.HR, NodeKind.PROVINCE, False),
        (Role.AU, Line.SYSTEM, NodeKind.PROVINCE, True),
        (Role.SA, Line.SYSTEM, NodeKind.CITY, False),
    ],
)
def test_a_role_fits_the_line_and_level_of_the_organisation(role, line, level, fits):
    assert (not list(check_seat(role, line=line, level=level))) == fits


def test_a_role_that_does_not_fit_is_refused(world):
    with pytest.raises(Refused) as caught:
        grant(world, world.newcomer, "PFL", world.city_hr)

    assert codes(caught) == ["role_seat"]


def test_an_organisation_of_another_province_is_out_of_reach(world):
    with pytest.raises(Refused) as caught:
        grant(world, world.newcomer, "U1", world.outside)

    assert codes(caught) == ["organisation"]


def test_people_of_another_province_are_out_of_reach(world):
    for act in (operations.disable_user, operations.reset_password):
        with pytest.raises(PermissionDenied):
            act(world.stranger.pk, actor=world.admin, on=ON)

    world.stranger.refresh_from_db()
    assert (world.stranger.is_active, world.stranger.must_change_password) == (True, False)


def test_ending_a_role_takes_effect_today(world):
    held = grant(world, world.newcomer, "PH", world.province_hr)

    operations.end_role(world.newcomer.pk, membership_id=held.pk, actor=world.admin, on=ON)

    held.refresh_from_db()
    assert held.until == date(2026, 3, 1)
    assert lines("终止任职") == [("ok", f"终止新同事的{world.province_hr}省人社经办任职")]
    with pytest.raises(Refused):
        operations.end_role(world.newcomer.pk, membership_id=held.pk, actor=world.admin, on=ON)


def test_a_leader_invites_a_clerk_of_the_own_unit_only(world):
    made = operations.invite_clerk(
        organisation_id=world.unit.pk, username="clerk", name="经办甲", actor=world.u2, on=ON
    )

    [held] = made.user.memberships.all()
    assert (held.role, held.organisation) == (Role.U1, world.unit)
    with pytest.raises(PermissionDenied):
        operations.invite_clerk(organisation_id=world.sibling.pk, username="c2", name="乙", actor=world.u2, on=ON)
    with pytest.raises(PermissionDenied):
        operations.invite_clerk(organisation_id=world.unit.pk, username="c3", name="丙", actor=world.u1, on=ON)
    assert [result for result, _ in lines("邀请经办")] == ["ok", "refused", "refused"]


def test_a_disabled_account_has_no_password_and_no_session(world, client):
    client.force_login(world.ph)

    operations.disable_user(world.ph.pk, actor=world.admin, on=ON)

    world.ph.refresh_from_db()
    assert (world.ph.is_active, is_password_usable(world.ph.password)) == (False, False)
    assert client.get("/accounts/notices/").status_code == 302
    assert lines("停用账号") == [("ok", f"停用{world.ph}的账号")]


def test_an_old_session_does_not_come_back_with_the_account(world, client):
    client.force_login(world.ph)

    operations.disable_user(world.ph.pk, actor=world.admin, on=ON)
    password = operations.enable_user(world.ph.pk, actor=world.admin, on=ON)

    assert client.get("/accounts/notices/").status_code == 302
    world.ph.refresh_from_db()
    assert (world.ph.check_password(password), world.ph.must_change_password) == (True, True)


def test_nobody_disables_or_resets_the_own_account(world):
    for act in (operations.disable_user, operations.reset_password):
        with pytest.raises(Refused) as caught:
            act(world.admin.pk, actor=world.admin, on=ON)
        assert codes(caught) == ["self"]


def test_a_reset_ends_sessions_and_tells_the_user(world, client):
    client.force_login(world.ph)

    password = operations.reset_password(world.ph.pk, actor=world.admin, on=ON)

    world.ph.refresh_from_db()
    assert world.ph.check_password(password)
    assert world.ph.notices.count() == 1
    assert client.get("/accounts/notices/").status_code == 302


def test_the_guardians_are_not_reset_by_the_administrator(world):
    auditor = make.user(Role.AA, world.system)

    with pytest.raises(Refused) as caught:
        operations.reset_password(auditor.pk, actor=world.admin, on=ON)

    assert codes(caught) == ["guardian"]
