"""What may still arrive of a 资金文件 after money was taken back and given again, and under a changed 到账方式."""

from datetime import date
from decimal import Decimal

import pytest

from funds import operations
from funds.models import SourceLine
from funds.queries import ledger_of, pools_of
from funds.rules import Given, Lost, Pool
from funds.verify import verify
from policy.findings import Refused
from policy.terms import ArrivalMode
from tests.funds.scene import ON, document_of, issue

HUNDRED = Decimal(100)


def pool(*lost, got=(0, 0), modes=("quota", "quota")):
    given = tuple(Given(pk, HUNDRED, Decimal(got[pk - 1]), modes[pk - 1]) for pk in (1, 2))
    received = sum((one.got for one in given), Decimal(0))
    return Pool(given, Decimal(200) - sum(one.amount for one in lost), received, lost)


@pytest.mark.parametrize(
    ("lost", "expected"),
    [
        ([], [100, 100]),
        ([Lost(Decimal(100), frozenset({1}))], [0, 100]),
        ([Lost(Decimal(100), frozenset({1, 2}))], [100, 0]),
        ([Lost(Decimal(150), frozenset({1, 2}))], [50, 0]),
        ([Lost(Decimal(60), frozenset({1})), Lost(Decimal(60), frozenset({1, 2}))], [40, 40]),
    ],
    ids=["nothing", "before the second stood", "after both stood", "more than the newest", "once before, once after"],
)
def test_what_was_taken_back_falls_on_what_stood_then(lost, expected):
    assert list(pool(*lost).open().values()) == expected


@pytest.mark.parametrize(
    ("modes", "expected"), [(("quota", "quota"), 30), (("claim", "quota"), 100), (("claim", "claim"), 200)]
)
def test_usable_is_what_came_and_under_claims_what_is_to_come(modes, expected):
    assert pool(got=(30, 0), modes=modes).usable == expected


def give(world, amount, number, kind="issue", mode=None, **changes):
    if mode:
        operations.set_arrival_mode(world.unit.pk, actor=world.finance, mode=mode, on=ON)
    again = {"dated_on": date(2025, 12, 31), "origin_year": 2025} if kind != "issue" else {}
    again |= {"dated_on": date(2026, 1, 20), "fiscal_year": 2026} if kind == "reissue" else {}
    document = issue(world, {world.project.pk: Decimal(amount)}, number=number, kind=kind, **(again | changes))
    return document.allocations.get()


def receive(world, allocation, amount):
    given = {"actor": world.leader, "received_on": ON, "amount": Decimal(amount), "on": ON}
    return operations.confirm_receipt(world.project.pk, allocation.pk, **given)


@pytest.mark.django_db
def test_money_given_again_arrives_under_its_own_document(world):
    first = give(world, 7_000_000, "示例1号")
    give(world, 3_000_000, "示例收回1号", kind="sweep")
    again = give(world, 2_000_000, "示例再下达1号", kind="reissue")

    receive(world, again, 2_000_000)
    receive(world, first, 4_000_000)
    with pytest.raises(Refused):
        receive(world, first, "0.01")

    ledger = ledger_of(world.project)
    assert (ledger.allocated, ledger.received) == (Decimal(6_000_000), Decimal(6_000_000))


@pytest.mark.django_db
@pytest.mark.parametrize("modes", [("quota", "claim"), ("claim", "quota")])
def test_a_way_that_changes_between_giving_and_taking_leaves_no_money_twice(world, modes):
    first, second = modes
    given = give(world, 4_000_000, "示例1号", mode=first)
    give(world, 1_000_000, "示例收回1号", kind="sweep", mode=second)
    again = give(world, 1_000_000, "示例再下达1号", kind="reissue")
    usable = {"claim": {given.pk: 3_000_000, again.pk: 1_000_000}}
    standing = sum(usable["claim"][row.pk] for row in (given, again) if row.arrival_mode == ArrivalMode.CLAIM)
    assert SourceLine.objects.get().limit == standing

    for row, amount in ((given, 3_000_000), (again, 1_000_000)):
        receive(world, row, amount)

    assert SourceLine.objects.get().limit == Decimal(4_000_000) == ledger_of(world.project).allocated
    assert [str(fault) for fault in verify([world.project]) if fault.grave] == []
    [one] = pools_of([world.project]).values()
    assert one.open() == {given.pk: 0, again.pk: 0}


@pytest.mark.django_db
def test_a_document_that_waits_loses_nothing(world):
    give(world, 4_000_000, "示例1号")
    waiting = document_of(world, {world.project.pk: Decimal(1_000_000)}, number="示例2号")
    give(world, 1_000_000, "示例收回1号", kind="sweep")
    operations.approve_fund_document(waiting.pk, actor=world.finance_head, on=ON)

    [one] = pools_of([world.project]).values()
    assert sum(one.open().values()) == Decimal(4_000_000)
