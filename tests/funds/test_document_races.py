"""Two 资金文件 over the same projects never wait for each other: locked once, in the order of their ids.

The negative control locks in two passes, lines first and who is left out afterwards: it must end in a deadlock.
"""

import time
from decimal import Decimal

import pytest
from django.db import OperationalError, connection, transaction

from accounts.roles import Action
from funds.models import FundDocument
from policy.findings import Refused
from policy.terms import Stage
from projects import access
from projects.models import Project
from tests.funds.scene import document_of, make_scene
from tests.funds.test_races import at_once, lift_triggers

ENTER = access.enter
TRIALS = 5


def two_of(world):
    """The first waits for its targets and is left out; the second is given money."""
    low, high = sorted([world.project, world.sibling], key=lambda one: one.pk)
    Project.objects.filter(pk=low.pk).update(stage=Stage.AWARDED)
    return low.pk, high.pk


def test_every_project_of_a_document_is_locked_once_in_the_order_of_the_ids(world, monkeypatch):
    low, high = two_of(world)
    entered = []
    monkeypatch.setattr(access, "enter", lambda pk, **given: entered.append(pk) or ENTER(pk, **given))

    document_of(world, {high: Decimal(1_000_000)}, held_out=[low])

    assert entered == [low, high]


@pytest.fixture
def scene(transactional_db, settings, tmp_path, monkeypatch):
    settings.FILES_DIR = tmp_path

    def slowly(project_id, **given):
        project = ENTER(project_id, **given)
        time.sleep(0.1)
        return project

    monkeypatch.setattr(access, "enter", slowly)
    yield make_scene()
    lift_triggers()


def outcome(act):
    try:
        act()
    except Refused:
        return "refused"
    except OperationalError as error:
        connection.close()
        return "deadlock" if "deadlock" in str(error) else str(error)
    return "done"


@pytest.mark.postgres
def test_two_documents_over_the_same_projects_never_deadlock(scene):
    low, high = two_of(scene)
    found = []
    for trial in range(TRIALS):
        acts = [
            lambda trial=trial: document_of(scene, {high: Decimal(1000)}, f"示例〔2025〕{trial}号", held_out=[low]),
            lambda trial=trial: document_of(scene, {low: Decimal(1), high: Decimal(1)}, f"示例〔2026〕{trial}号"),
        ]
        found += at_once(outcome, acts)

    assert found == ["done", "refused"] * TRIALS
    assert FundDocument.objects.count() == TRIALS


@pytest.mark.postgres
def test_in_two_passes_they_do(scene):
    low, high = two_of(scene)

    def locked(order):
        with transaction.atomic():
            for pk in order:
                access.enter(pk, actor=scene.finance, action=Action.RECORD_FUNDS)

    found = [
        word
        for _ in range(TRIALS)
        for word in at_once(outcome, [lambda: locked([high, low]), lambda: locked([low, high])])
    ]

    assert "deadlock" in found


def test_a_document_names_who_it_leaves_out_once(world):
    low, high = two_of(world)

    document = document_of(world, {high: Decimal(1_000_000)}, held_out=[low, low])

    assert [row.project_id for row in document.held_out.all()] == [low]
