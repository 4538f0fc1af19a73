"""Two hands on one problem at the same moment, on PostgreSQL: one closes it, numbers have no gap."""

from functools import partial

import pytest

from accounts.roles import Role
from projects.models import ProblemEntry
from tests import factories as make
from tests.lifecycle import scene
from tests.lifecycle import test_problems as acts
from tests.lifecycle.test_races import TRIALS, at_once, refused

pytestmark = pytest.mark.postgres


@pytest.fixture
def world(transactional_db, settings, tmp_path):
    """Committed, so that other connections see it."""
    settings.FILES_DIR = tmp_path
    world = make.world()
    assert all(person.roles for person in world.people.values())
    return world


def test_two_verifiers_at_once_close_it_once(world):
    project = scene.building(world).project
    world.people["PH2"] = make.user(Role.PH, world.province_hr)
    assert world.ph2.roles

    for _ in range(TRIALS):
        problem = acts.answered(world, project)
        told = at_once(partial(acts.close, world, problem), partial(acts.close, world, problem, by="ph2"))

        assert refused(told) == ["state"]
        assert problem.thread.filter(kind=ProblemEntry.Kind.CLOSE).count() == 1


def test_closing_and_sending_back_at_once_do_one_of_the_two(world):
    project = scene.building(world).project

    for _ in range(TRIALS):
        problem = acts.answered(world, project)
        at_once(partial(acts.close, world, problem), partial(acts.ask, world, problem, by="cf"))

        problem.refresh_from_db()
        kinds = [kind for kind, _, _ in acts.thread(problem)]
        assert (problem.state, kinds[1:]) in [("closed", ["close"]), ("open", ["return"])]


def test_problems_opened_at_once_are_numbered_without_a_gap(world):
    project = scene.building(world).project

    at_once(*(partial(acts.opened, world, project, by=by) for by in ("ch", "cf", "ph", "pf")))

    assert sorted(project.problems.values_list("serial", flat=True)) == [1, 2, 3, 4]
