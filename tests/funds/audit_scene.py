"""What the tests of audits share."""

from datetime import date
from decimal import Decimal

from django.urls import reverse

from funds import operations
from funds.models import FoundMoney
from tests.funds.scene import ON, upload
from tests.remember import remembered

FROM, TO = date(2026, 1, 1), date(2026, 3, 31)
DUE = date(2026, 4, 1)


def url(name, *args):
    return reverse(f"funds:{name}", args=args)


def open_(world, actor=None, **changes):
    given_ = {
        "number": "示审〔2026〕1号", "title": "一季度审计", "period_from": FROM, "period_to": TO, "method": "amount", "size": 2,
        "on": ON,
    } | changes  # fmt: skip
    return operations.open_audit(world.project.pk, actor=actor or world.city_finance, **given_)


def see_all(world, case, actor=None):
    for pick in case.picks.all():
        operations.see_audit_pick(world.project.pk, case.pk, actor=actor or world.city_finance, pick_id=pick.pk, on=ON)


def find(world, case, actor=None, **changes):
    given_ = {
        "kind": "out_of_scope", "level": "severe", "fact": "购置小汽车", "clause": "", "measure": "归还资金", "due_on": DUE,
        "amount": Decimal(800), "uploads": [upload("底稿.png")], "on": ON,
    } | changes  # fmt: skip
    return operations.record_finding(world.project.pk, case.pk, actor=actor or world.city_finance, **given_)


@remembered
def make_sent(world):
    """An audit with one finding, sent to the unit."""
    case = open_(world)
    see_all(world, case)
    find(world, case)
    return operations.send_audit(world.project.pk, case.pk, actor=world.city_finance, on=ON)


def reply(world, case, uploads=None):
    finding = case.findings.get()
    ids = (world.project.pk, case.pk, finding.pk)
    uploads = [upload("回单.png")] if uploads is None else uploads
    operations.draft_reply(*ids, actor=world.clerk, reply="已归还", uploads=uploads, on=ON)
    return ids


def replied(world, case):
    ids = reply(world, case)
    operations.submit_reply(*ids, actor=world.leader, on=ON)
    return ids


def put_right(world):
    entry = operations.record_found_money(
        world.project.pk, FoundMoney.objects.get().pk, actor=world.clerk, move="recovered", amount=Decimal(800),
        happened_on=ON, number="缴-1", uploads=[upload()], on=ON,
    )  # fmt: skip
    operations.confirm_found_money(world.project.pk, entry.pk, actor=world.finance, on=ON)
