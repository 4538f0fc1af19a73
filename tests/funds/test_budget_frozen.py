"""The cells and the 用款计划 of a budget that was handed in stay as they were, with the database open (L6)."""

from decimal import Decimal

import pytest
from django.db import DEFAULT_DB_ALIAS as USING
from django.db import DatabaseError, transaction
from django.db.models import F

from funds import operations
from funds.ledger import Quarter
from funds.models import Budget, BudgetItem, PlannedUse
from tests.funds.scene import ON, PLAN, issue

QUARTER = {Quarter(2026, 2): Decimal(7_000_000)}


def draft(world):
    return operations.save_budget(world.project.pk, actor=world.clerk, items=PLAN, plan=QUARTER, on=ON)


def at(world, state):
    """The budget on its way to this state, through the operations."""
    issue(world)
    draft(world)
    pk = world.project.pk
    for act, who in (
        (operations.submit_budget, world.leader),
        (operations.consent_budget, world.hr),
        (operations.approve_budget, world.finance),
    ):
        if Budget.objects.get().state == state:
            break
        act(pk, actor=who, on=ON)
    assert Budget.objects.get().state == state


@pytest.mark.parametrize("state", ["submitted", "consented", "approved"])
@pytest.mark.parametrize("rows", [BudgetItem, PlannedUse])
def test_rows_of_a_budget_that_was_handed_in_neither_change_nor_go(world, state, rows):
    at(world, state)
    kept = list(rows.objects.order_by("pk").values_list("amount", flat=True))

    for change in (lambda: rows.objects.update(amount=F("amount") + 1), lambda: rows.objects.all()._raw_delete(USING)):
        with pytest.raises(DatabaseError, match="rows of record"), transaction.atomic():
            change()

    assert list(rows.objects.order_by("pk").values_list("amount", flat=True)) == kept


def test_a_draft_is_written_anew_as_often_as_one_likes(world):
    issue(world)
    draft(world)
    smaller = PLAN | {("equipment", "own"): Decimal(1)}
    operations.save_budget(world.project.pk, actor=world.clerk, items=smaller, plan={}, on=ON)

    assert BudgetItem.objects.get(source="own").amount == 1
    assert not PlannedUse.objects.exists()


def test_a_returned_budget_keeps_its_rows_and_the_next_version_has_its_own(world):
    at(world, "submitted")
    operations.return_budget(world.project.pk, actor=world.hr, reason="核对", on=ON)
    draft(world)

    assert sorted(BudgetItem.objects.values_list("budget__version", flat=True)) == [1] * len(PLAN) + [2] * len(PLAN)
