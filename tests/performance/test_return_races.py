"""Two at the same moment on PostgreSQL: one outcome, whoever came first."""

import pytest
from django.db import connection

from performance.models import PeriodReturn, Round
from performance.operations import returns
from performance.operations.return_reviews import RemarkInput, review_return
from policy.findings import Refused
from tests import factories as make
from tests.funds.test_races import at_once, lift_triggers
from tests.performance import round_scene as scene
from tests.performance.round_scene import ON, made, opened, sent

TRIALS = 5
pytestmark = pytest.mark.postgres


@pytest.fixture
def world(transactional_db):
    yield make.world()
    lift_triggers()
    connection.close()


@pytest.mark.parametrize("trial", range(TRIALS))
@pytest.mark.parametrize(("remarks", "state"), [((), "accepted"), ((RemarkInput("progress", "请写明"),), "returned")])
def test_both_lines_at_once_give_one_outcome(world, remarks, state, trial):
    one = made(scene.building(world), world)
    sent(one, world)

    def say(seat):
        actor, said = seat
        return review_return(one.project_id, one.pk, agreed=not said, remarks=said, actor=actor, on=ON)

    told = at_once(say, [(world.ch, remarks), (world.cf, ())])

    kept = PeriodReturn.objects.get(pk=one.pk)
    assert [type(each) for each in told] == [PeriodReturn, PeriodReturn]
    assert (kept.state, kept.reviews.count()) == (state, 2)


@pytest.mark.parametrize("trial", range(TRIALS))
def test_two_officers_of_one_line_at_once_speak_once(world, trial):
    one = made(scene.building(world), world)
    sent(one, world)
    colleague = make.user("CH", world.city_hr)

    told = at_once(
        lambda actor: review_return(one.project_id, one.pk, agreed=True, actor=actor, on=ON), [world.ch, colleague]
    )

    assert sorted(type(each).__name__ for each in told) == ["PeriodReturn", "Refused"]
    assert PeriodReturn.objects.get(pk=one.pk).reviews.count() == 1


@pytest.mark.parametrize("trial", range(TRIALS))
def test_two_rounds_of_one_cut_off_at_once_ask_each_project_once(world, trial):
    scene.building(world)
    scene.building(world)
    second = make.user("PH", world.province_hr)
    people = {world.ph.pk: world.ph, second.pk: second}

    told = at_once(lambda pk: opened(_As(people[pk])), list(people))

    assert sum(isinstance(each, Refused) for each in told) == 1
    assert (Round.objects.count(), PeriodReturn.objects.count()) == (1, 2)


class _As:
    """A world in which the province's officer is this person."""

    def __init__(self, ph):
        self.ph = ph


@pytest.mark.parametrize("trial", range(TRIALS))
def test_sent_and_let_off_at_once_is_one_of_the_two(world, trial):
    from performance.operations.rounds import exempt_return

    one = made(scene.building(world), world)
    scene.filled(one, world)
    acts = [
        lambda: returns.submit_return(one.project_id, one.pk, actor=world.u2, on=ON),
        lambda: exempt_return(one.project_id, one.pk, reason="资金未到", actor=world.ph, on=ON),
    ]

    told = at_once(lambda act: act(), acts)

    assert sum(isinstance(each, Refused) for each in told) == 1
    assert PeriodReturn.objects.get(pk=one.pk).state in {"submitted", "exempt"}
