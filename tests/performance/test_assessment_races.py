"""Two at the same moment on PostgreSQL: one confirmation, one check, one draft, whoever came first."""

import pytest
from django.db import connection

from performance import operations
from policy.findings import Refused
from tests import factories as make
from tests.funds.test_races import at_once, lift_triggers
from tests.performance import assess_scene as scene
from tests.performance.assess_scene import ON, checked, fresh, sent, typed

TRIALS = 5
pytestmark = pytest.mark.postgres


@pytest.fixture
def world(transactional_db):
    yield make.world()
    lift_triggers()
    connection.close()


@pytest.mark.parametrize("trial", range(TRIALS))
def test_two_confirmations_at_once_confirm_once(world, trial):
    project = scene.ready(world)
    one = checked(project, world)
    operations.enter_assessed(project.pk, one.pk, values=typed(one, "province"), actor=world.ph, on=ON)
    second = make.user("PF", world.province_finance)

    told = at_once(
        lambda actor: operations.confirm_assessed(project.pk, one.pk, actor=actor, on=ON), [world.pf, second]
    )

    assert sorted(type(each).__name__ for each in told) == ["Assessment", "Refused"]
    kept = fresh(one)
    hands = set(kept.rows.filter(side="province").values_list("confirmed_by", flat=True))
    assert (kept.state, len(hands)) == ("signing", 1)


@pytest.mark.parametrize("trial", range(TRIALS))
def test_a_confirmation_and_a_correction_at_once_leave_nothing_unconfirmed_for_signature(world, trial):
    project = scene.ready(world)
    one = checked(project, world)
    operations.enter_assessed(project.pk, one.pk, values=typed(one, "province"), actor=world.ph, on=ON)
    lowered = typed(one, "province", 培训人次=operations.Reached("1800", reason="佐证不全"))
    acts = [
        lambda: operations.confirm_assessed(project.pk, one.pk, actor=world.pf, on=ON),
        lambda: operations.enter_assessed(project.pk, one.pk, values=lowered, actor=world.ph, on=ON),
    ]

    at_once(lambda act: act(), acts)

    kept = fresh(one)
    waiting = kept.rows.filter(side="province", confirmed_by=None).exists()
    assert (kept.state == "signing") is not waiting


@pytest.mark.parametrize("trial", range(TRIALS))
def test_two_officers_of_one_office_at_once_check_once(world, trial):
    project = scene.ready(world)
    one = sent(project, world)
    values, colleague = typed(one, "city"), make.user("CH", world.city_hr)

    told = at_once(
        lambda actor: operations.check_assessment(project.pk, one.pk, values=values, actor=actor, on=ON),
        [world.ch, colleague],
    )

    assert sum(isinstance(each, Refused) for each in told) == 1
    assert fresh(one).reviews.count() == 1
