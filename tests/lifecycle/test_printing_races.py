"""Two people who print one form at the same moment, on PostgreSQL: it gets one code; one scan comes back."""

from functools import partial

import pytest

from lifecycle.demo.papers import paper
from lifecycle.operations import province_printing as of_place
from projects.models import Attachment, Project
from tests import factories as make
from tests.lifecycle import scene
from tests.lifecycle.printing_scene import ON, earn, ops, registered
from tests.lifecycle.test_races import TRIALS, at_once, refused

pytestmark = pytest.mark.postgres


@pytest.fixture
def world(transactional_db, settings, tmp_path):
    """Committed, so that other connections see it."""
    settings.FILES_DIR = tmp_path
    world = make.world()
    assert all(person.roles for person in world.people.values())
    return world


def test_a_form_registered_twice_at_once_has_one_code(world):
    project = scene.building(world).project

    for trial in range(1, TRIALS + 1):
        told = at_once(*(partial(registered, world, project, by=by) for by in ("u1", "u2", "ph", "cf")))

        assert len({one.code for one in told}) == 1
        assert project.prints.exclude(state="void").count() == 1
        assert project.prints.count() == trial
        earn(project, world.u1)


def test_a_scan_sent_twice_at_once_is_kept_once(world):
    project = scene.building(world).project
    printed = registered(world, project)
    sending = [
        partial(ops.return_print, project.pk, code=printed.code, scan=paper("盖章件"), actor=actor, on=ON)
        for actor in (world.u1, world.ph)
    ]

    assert refused(at_once(*sending)) == ["returned"]
    assert project.attachments.count() == 1


def test_a_list_of_the_province_registered_twice_at_once_has_one_code(world):
    project, key = scene.building(world).project, f"F18-{ON:%Y%m%d}"

    for trial in range(1, TRIALS + 1):
        people = (world.ph, world.pf, world.ph, world.pf)
        told = at_once(*(partial(of_place.register_place_print, key=key, actor=one, on=ON) for one in people))

        assert len({one.code for one in told}) == 1
        assert world.province.prints.exclude(state="void").count() == 1
        assert world.province.prints.count() == trial
        Project.objects.filter(pk=project.pk).update(grant=trial * 100_000)


def test_a_scan_of_a_province_s_paper_sent_twice_at_once_is_kept_once(world):
    scene.building(world)
    printed = of_place.register_place_print(key=f"F18-{ON:%Y%m%d}", actor=world.ph, on=ON)
    sending = [
        partial(of_place.return_place_print, code=printed.code, scan=paper("盖章件"), actor=actor, on=ON)
        for actor in (world.ph, world.pf)
    ]

    assert refused(at_once(*sending)) == ["returned"]
    assert Attachment.objects.filter(place=world.province).count() == 1
