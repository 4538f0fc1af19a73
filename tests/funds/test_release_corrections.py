"""更正拨付: a linked row, checked by another person; room comes back, mismatches are looked at again."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from funds import operations, queries, rules
from funds.models import Flag, Release
from funds.queries.money_in import corrected_of, made_of
from policy.findings import Refused
from tests.funds.scene import ON, issue, receive
from tests.funds.test_releases import WHOLE, check, release

LATER = date(2025, 9, 12)


@pytest.fixture
def sent(world):
    """The whole allocation passed on, by a slip of 80."""
    issue(world)
    return check(world, release(world))


def correct(world, row, amount="80.00", actor=None, reason="多登记一位", day=LATER):
    return operations.correct_release(
        world.project.pk, row.pk, actor=actor or world.city_finance, amount=Decimal(amount), reason=reason,
        released_on=day, on=ON,
    )  # fmt: skip


def flags(world):
    return list(Flag.objects.filter(rule="receipt_mismatch").order_by("pk").values_list("state", flat=True))


def room(world):
    return queries.sending_of(world.project.allocations.get()).room


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"amount": Decimal("60.01")}, ["corrected"]),
        ({"amount": Decimal(0)}, ["amount"]),
        ({"reason": " "}, ["reason"]),
        ({"day": date(2025, 9, 9)}, ["released_on"]),
        ({"day": date(2026, 3, 3)}, ["released_on"]),
    ],
)
def test_a_correction_takes_off_at_most_what_is_left(changes, expected):
    given = {"released": Decimal(100), "corrected": Decimal(40), "amount": Decimal(60), "reason": "误", "on": ON}
    told = given | {"released_on": date(2025, 9, 10), "day": LATER} | changes

    assert [finding.code for finding in rules.check_release_correction(**told)] == expected


def test_room_comes_back_when_another_person_has_checked_it(world, sent):
    waiting = correct(world, sent)
    before = room(world)
    with pytest.raises(Refused, match="另一人复核"):
        check(world, waiting, actor=world.city_finance)
    check(world, waiting)
    again = release(world, amount="80.00", number="拨2025-2")
    [line] = queries.issues_of(world.project, world.city_finance)
    sent.refresh_from_db()

    assert (before, room(world)) == (0, 0)
    assert (sent.amount, sent.state, again.state) == (WHOLE, Release.State.APPROVED, Release.State.RECORDED)
    assert (line.sent, line.to_send) == (WHOLE, 0)
    assert made_of(world.project.allocations.get()) == [(date(2025, 9, 10), WHOLE - 80)]


def test_a_correction_is_not_corrected_nor_what_waits(world, sent):
    waiting = correct(world, sent)
    with pytest.raises(Refused, match="已复核的拨付"):
        correct(world, waiting)
    check(world, waiting)
    with pytest.raises(Refused, match="最多更正 6,999,920"):
        correct(world, sent, WHOLE)
    with pytest.raises(PermissionDenied):
        correct(world, sent, actor=world.leader)
    assert corrected_of(sent) == Decimal("80.00")


def test_a_returned_correction_takes_nothing_off(world, sent):
    waiting = correct(world, sent)
    told = {"actor": world.finance_head, "reason": "金额不对", "on": ON}
    operations.return_release(world.project.pk, waiting.pk, **told)
    tasks = [task for task in queries.tasks_for(world.city_finance, ON) if "退回的拨付更正" in task.title]

    assert (room(world), corrected_of(sent)) == (0, 0)
    assert [task.url for task in tasks] == [reverse("funds:release_correct", args=[world.project.pk, sent.pk])]
    assert check(world, correct(world, sent, WHOLE)).state == Release.State.APPROVED


def test_mismatches_are_looked_at_again(world, sent):
    receive(world, WHOLE - 80)
    asked = flags(world)
    check(world, correct(world, sent))
    settled = flags(world)
    check(world, correct(world, sent, "1.00", reason="仍多一元"))

    assert (asked, settled) == (["open"], ["gone"])
    assert flags(world) == ["gone", "open"]
    assert "多 1.00 元" in Flag.objects.first().message


def test_what_a_person_closed_is_not_asked_again(world, sent):
    receive(world, WHOLE - 80)
    Flag.objects.update(state="cleared")
    check(world, correct(world, sent, "1.00"))

    assert flags(world) == ["cleared"]


def test_it_is_corrected_over_http(world, sent):
    client, head = Client(), Client()
    client.force_login(world.city_finance)
    head.force_login(world.finance_head)
    page, url = (reverse(f"funds:{name}", args=args) for name, args in
                 (("money_in", [world.project.pk]), ("release_correct", [world.project.pk, sent.pk])))  # fmt: skip

    offered = url in client.get(page).content.decode()
    bare = client.post(url, {"amount": "80.00", "released_on": "2025-09-12", "reason": ""})
    client.post(url, {"amount": "80.00", "released_on": "2025-09-12", "reason": "多登记"})
    row = Release.objects.get(reverses=sent)
    head.post(reverse("funds:release_approve", args=[world.project.pk, row.pk]))
    told = client.get(page).content.decode()

    assert (offered, bare.status_code) == (True, 422)
    assert all(text in told for text in ("拨付更正", "−80.00 元", "多登记", "已更正"))
