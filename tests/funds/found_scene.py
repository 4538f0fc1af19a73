"""What the tests of 问题资金 share."""

from datetime import timedelta
from decimal import Decimal

from django.urls import reverse

from funds import operations
from funds.models import FoundMoney, FoundMoneyEntry
from policy.terms import FoundMoneyMove
from tests.funds.audit_scene import find, open_, see_all
from tests.funds.scene import ON, upload

MOVES = list(FoundMoneyMove)
LATER = ON + timedelta(days=1)


def url(name, *args):
    return reverse(f"funds:{name}", args=args)


def enter(world, found, amount="400.00", move="proved", by=None, **changes):
    by = by or (world.city_finance if move == "written_off" else world.clerk)
    given_ = {
        "happened_on": ON,
        "number": f"补-{FoundMoneyEntry.objects.count() + 1}",
        "uploads": [upload()],
        "on": ON,
    } | changes
    return operations.record_found_money(
        world.project.pk, found.pk, actor=by, move=move, amount=Decimal(amount), **given_
    )


def confirm(world, entry, by=None):
    by = by or (world.finance_head if entry.move == "written_off" else world.finance)
    return operations.confirm_found_money(world.project.pk, entry.pk, actor=by, on=LATER)


def figures(found):
    found.refresh_from_db()
    return [str(getattr(found, name)) for name in ("found", "proved", "recovered", "written_off", "left")]


def audit(world, voucher, amount, number="示审〔2026〕9号"):
    """A sent audit with one finding on a payment; its 问题资金, the newest row."""
    case = open_(world, number=number, size=1)
    see_all(world, case)
    find(world, case, voucher_id=voucher.pk, amount=Decimal(amount))
    operations.send_audit(world.project.pk, case.pk, actor=world.city_finance, on=ON)
    return FoundMoney.objects.filter(voucher=voucher).order_by("pk").last()
