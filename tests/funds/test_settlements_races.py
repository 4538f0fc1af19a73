"""Twenty officers confirm repayments of one claim at the same moment: never more than is owed, on PostgreSQL."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction

from funds import balances, operations
from funds.models import ClawBack, Repayment, Settlement
from policy.terms import Occasion, Stage
from projects import access
from projects.models import Project
from tests.funds.scene import ON, make_ready, make_scene
from tests.funds.test_races import at_once, lift_triggers

WRITERS, PART = 20, Decimal(400_000)  # 17 of 20 parts fit into 7,000,000

pytestmark = pytest.mark.postgres


@pytest.fixture
def claimed(transactional_db, settings, tmp_path):
    """取消称号, 7,000,000 to come back, and more slips recorded than that, as a race at recording would leave them."""
    settings.FILES_DIR = tmp_path
    world = make_ready(make_scene())
    Project.objects.filter(pk=world.project.pk).update(stage=Stage.REVOKED, stage_since=ON)
    pk = world.project.pk
    operations.prepare_settlement(pk, actor=world.finance, document_number="示例1号", on=ON)
    operations.approve_settlement(pk, occasion=Occasion.REVOCATION, actor=world.finance_head, on=ON)
    claim = ClawBack.objects.get()
    Repayment.objects.bulk_create(
        Repayment(claw_back=claim, amount=PART, paid_on=ON, number=f"缴-{n}", recorded_by=world.finance, recorded_on=ON)
        for n in range(WRITERS)
    )
    yield world
    lift_triggers()


def attack(world):
    def confirm(pk):
        return operations.confirm_repayment(world.project.pk, pk, actor=world.finance_head, on=ON + timedelta(days=1))

    return at_once(confirm, list(Repayment.objects.values_list("pk", flat=True)))


def outcome():
    confirmed = Repayment.objects.filter(state="confirmed").count()
    return confirmed, ClawBack.objects.get().left


def test_twenty_confirmations_never_take_more_than_is_owed(claimed):
    attack(claimed)

    assert outcome() == (17, Decimal(7_000_000) - 17 * PART)


def test_the_conditional_update_holds_without_the_row_lock(claimed, monkeypatch):
    monkeypatch.setattr(access, "enter", lambda project_id, **kwargs: Project.objects.get(pk=project_id))

    attack(claimed)

    assert outcome() == (17, Decimal(7_000_000) - 17 * PART)


def test_negative_control_without_lock_and_condition_more_comes_back_than_is_owed(claimed, monkeypatch):
    """Read, check, write: the same attack must succeed, or the tests above prove nothing."""

    def naive(claw_back_id, amount):
        left = ClawBack.objects.get(pk=claw_back_id).left
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.02)")
        if left >= amount:
            ClawBack.objects.filter(pk=claw_back_id).update(left=left - amount)

    monkeypatch.setattr(access, "enter", lambda project_id, **kwargs: Project.objects.get(pk=project_id))
    monkeypatch.setattr(balances, "repay", naive)

    attack(claimed)

    confirmed, left = outcome()
    assert confirmed * PART > Decimal(7_000_000) - left
    assert Settlement.objects.count() == 1
    assert transaction.get_autocommit()
