"""Eight persons confirm one entry at the same moment: it counts once. And the control, with every defence off."""

from decimal import Decimal

import pytest

from funds import operations
from funds.models import FoundMoney
from funds.operations import found_money
from projects import access
from projects.models import Project
from tests.funds.scene import ON, judge, submit, upload
from tests.funds.test_races import at_once, lift_triggers, scene  # noqa: F401

pytestmark = pytest.mark.postgres
TRIALS = 5


def unlocked(project_id, **kwargs):
    return Project.objects.get(pk=project_id)


def attack(world, trial):
    """100.00 of 1000.00, confirmed by eight at once; what was counted."""
    judge(world, submit(world, "1000.00", f"PZ-{trial}"), "disallowed")
    found = FoundMoney.objects.latest("pk")
    entry = operations.record_found_money(
        world.project.pk, found.pk, actor=world.clerk, move="proved", amount=Decimal(100), happened_on=ON, number="1",
        uploads=[upload()], on=ON,
    )  # fmt: skip

    def confirm(_):
        return operations.confirm_found_money(world.project.pk, entry.pk, actor=world.finance, on=ON)

    at_once(confirm, list(range(8)))
    found.refresh_from_db()
    assert found.found == found.proved + found.left
    return found.proved


def test_one_entry_confirmed_by_many_counts_once(scene):  # noqa: F811
    assert [attack(scene, trial) for trial in range(TRIALS)] == [100] * TRIALS


def test_the_guarded_update_holds_without_the_row_lock(scene, monkeypatch):  # noqa: F811
    monkeypatch.setattr(access, "enter", unlocked)

    assert [attack(scene, trial) for trial in range(TRIALS)] == [100] * TRIALS


def test_negative_control_without_lock_guard_and_trigger_it_counts_more_than_once(scene, monkeypatch):  # noqa: F811
    def naive(entry, state, actor, on):
        entry.state, entry.confirmed_by, entry.confirmed_on = state, actor, on
        entry.save(update_fields=["state", "confirmed_by", "confirmed_on"])

    lift_triggers()
    monkeypatch.setattr(access, "enter", unlocked)
    monkeypatch.setattr(found_money, "_close", naive)

    assert max(attack(scene, trial) for trial in range(TRIALS)) > 100
