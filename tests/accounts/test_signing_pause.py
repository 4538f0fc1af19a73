"""A password made by somebody else than its owner: for a day the owner signs nothing, and the other leaders know."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts import operations, queries
from accounts.models import Notice, User
from accounts.roles import Action, Role, grants
from lifecycle.operations import decisions
from policy.findings import Refused
from projects import access
from projects.models import Decision, Signature
from tests import factories as make
from tests.accounts.scene import ON, codes
from tests.lifecycle import scene

RESET = datetime(2026, 3, 2, 1, 12, tzinfo=UTC)
DAY = timedelta(hours=24)


@pytest.fixture
def decision(world, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    return scene.draft("T01", scene.ready_drafts(world, 1), world.ph, ON)


def again(person):
    return User.objects.get(pk=person.pk)


def sign(decision, person):
    return decisions.sign_decision(decision.pk, actor=again(person), on=ON)


def reset(world, person):
    return operations.reset_password(person.pk, actor=world.admin, on=ON)


def test_an_administrator_cannot_give_both_signatures(world, decision):
    """The way in that was found: both passwords reset, two sessions, two signatures, one person."""
    for leader in (world.phl, world.pfl):
        reset(world, leader)
        with pytest.raises(Refused) as caught:
            sign(decision, leader)
        assert codes(caught) == ["password_reset"]

    decision.refresh_from_db()
    assert (decision.state, Signature.objects.count()) == (Decision.State.SIGNING, 0)


def test_a_password_of_ones_own_does_not_shorten_it(world, decision):
    reset(world, world.phl)
    operations.change_password(password="春风又绿江南岸2026", actor=again(world.phl), on=ON)

    with pytest.raises(Refused):
        sign(decision, world.phl)


def test_a_disabled_and_enabled_account_is_no_way_round_it(world, decision):
    operations.disable_user(world.phl.pk, actor=world.admin, on=ON)
    operations.enable_user(world.phl.pk, actor=world.admin, on=ON)

    with pytest.raises(Refused) as caught:
        sign(decision, world.phl)
    assert codes(caught) == ["password_reset"]


def test_after_a_day_it_is_over_and_the_others_were_never_held_up(world, decision):
    reset(world, world.phl)
    sign(decision, world.pfl)
    User.objects.filter(pk=world.phl.pk).update(password_reset_at=timezone.now() - DAY)

    sign(decision, world.phl)

    decision.refresh_from_db()
    assert decision.state == Decision.State.EFFECTIVE


@pytest.mark.parametrize(
    ("hours", "passed", "may"),
    [(24, DAY - timedelta(seconds=1), False), (24, DAY, True), (48, DAY, False), (0, timedelta(), True)],
    ids=["last second", "to the second", "a longer setting", "switched off"],
)
def test_the_pause_is_as_long_as_the_setting_says(settings, hours, passed, may):
    settings.SIGN_PAUSE_HOURS = hours

    assert queries.may_sign(User(password_reset_at=RESET), RESET + passed) == may


def test_whose_password_is_their_own_signs():
    assert queries.may_sign(User(), RESET)


def test_the_refusal_says_since_when_until_when_and_what_next():
    [finding] = queries.check_may_sign(User(password_reset_at=RESET), RESET)

    assert (finding.blocks, finding.clause) == (True, "职责分离 SD2")
    assert finding.message == (
        "您的密码于 2026-03-02 09:12 由系统管理员重置，至 2026-03-03 09:12（24 小时）不能签署或批准。"
        "请届时由本人办理，或由本厅另一位有权人员办理；如重置不是您本人提出，请立即告知另一部门负责人。"
    )


@pytest.mark.parametrize("action", sorted(queries.APPROVALS))
def test_approvals_that_need_one_signature_wait_as_well(world, action):
    project = make.project(world.unit)
    person = world.pfl if Role.PFL in grants(action) else world.pf
    reset(world, person)

    with pytest.raises(Refused) as caught:
        access.enter(project.pk, actor=again(person), action=Action(action))
    assert codes(caught) == ["password_reset"]
    assert "24 小时内不能签署或批准" in told(person)[0]


def test_reading_and_recording_go_on(world):
    project = make.project(world.unit)
    reset(world, world.pfl)

    assert access.enter(project.pk, actor=again(world.pfl), action=Action.VIEW) == project


def told(person):
    return [notice.text for notice in Notice.objects.filter(user=person)]


def test_the_person_and_the_other_leaders_of_the_province_are_told(world):
    stranger = make.user(Role.PHL, make.organisation(world.outside.node, "hr"))

    reset(world, world.phl)

    assert told(world.phl) == [
        f"{ON} 系统管理员重置了您的密码，原有接口令牌作废，24 小时内不能签署或批准。"
        "如非您本人提出，请立即联系系统管理员和另一部门负责人。"
    ]
    assert told(world.pfl) == [
        f"{ON} 系统管理员重置了{world.phl}的密码，24 小时内不能签署或批准。如有疑问，请与其本人当面核实。"
    ]
    assert (told(stranger), told(world.ph)) == ([], [])


def test_a_clerks_password_is_nobody_elses_affair(world):
    reset(world, world.ph)

    assert told(world.ph) == [
        f"{ON} 系统管理员重置了您的密码，原有接口令牌作废。如非您本人提出，请立即联系系统管理员。"
    ]
    assert Notice.objects.count() == 1


def test_the_other_leaders_hear_of_a_new_one(world):
    operations.grant_role(
        world.newcomer.pk, role="PFL", organisation_id=world.province_finance.pk, since=ON, actor=world.admin, on=ON
    )

    assert len(told(world.phl)) == len(told(world.pfl)) == 1
    assert told(world.newcomer) == []
    assert "任命新同事为" in told(world.phl)[0]


def test_the_page_says_what_a_reset_brings(world, client):
    client.force_login(world.admin)

    page = client.get(f"/accounts/users/{world.phl.pk}/reset/").content.decode()

    assert "24 小时内不能签署或批准" in page
