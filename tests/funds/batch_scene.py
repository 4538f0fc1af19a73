"""What the tests of batches share."""

from datetime import date
from decimal import Decimal

import pytest

from funds import operations
from funds.models import Voucher
from policy.findings import Refused
from tests.funds.scene import ON, record

SHARE = Decimal("0.10")
# No weekend, and amounts near each other below: else 疑点 of their own are raised.
WORKDAY = {"paid_on": date(2026, 1, 14)}


def gather(world, *vouchers, **given):
    ids = [voucher.pk for voucher in vouchers]
    return operations.gather_batch(world.project.pk, actor=world.clerk, voucher_ids=ids, on=ON, **given)


def signed(world, *amounts, **changes):
    rows = [record(world, amount, f"PZ-{n}", **(WORKDAY | changes)) for n, amount in enumerate(amounts, 1)]
    batch = gather(world, *rows)
    return operations.sign_batch(world.project.pk, batch.pk, actor=world.leader, on=ON).batch


def look_at_all(world, batch):
    for each in batch.picks.all():
        see(world, batch, each.voucher_id)


def see(world, batch, voucher_id, actor=None):
    actor = actor or world.city_finance
    return operations.see_pick(world.project.pk, batch.pk, actor=actor, voucher_id=voucher_id, on=ON)


def passed(world, batch, actor=None):
    return operations.pass_batch(world.project.pk, batch.pk, actor=actor or world.city_finance, on=ON)


def refused(act, *args, **kwargs):
    with pytest.raises(Refused) as caught:
        act(*args, **kwargs)
    return caught.value


def states(batch):
    return list(Voucher.objects.filter(batch=batch).order_by("pk").values_list("state", flat=True))
