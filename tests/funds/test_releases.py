"""拨付, 到账, 更正: amounts at their boundaries, two people, and a question where they disagree."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from funds import operations, queries, rules
from funds.models import Flag, Receipt, Release, SourceLine
from funds.queries import ledger_of
from funds.rules import Arrival, Sending
from policy.findings import Refused
from policy.loader import edition
from projects.models import Alert
from tests import factories as make
from tests.funds.scene import ON, document_of, issue, receive, recognise
from tests.funds.test_documents import again, codes, receive_of, take
from tests.seen import posted

EDITION = edition("jilin_2025")
ISSUED = date(2025, 9, 1)
WHOLE = Decimal(7_000_000)


def release(world, amount=WHOLE, actor=None, released_on=date(2025, 9, 10), number="拨2025-1", allocation=None):
    allocation = allocation or world.project.allocations.order_by("pk").first()
    return operations.record_release(
        world.project.pk, allocation.pk, actor=actor or world.city_finance, amount=Decimal(amount),
        released_on=released_on, number=number, on=ON,
    )  # fmt: skip


def check(world, row, actor=None):
    return operations.approve_release(world.project.pk, row.pk, actor=actor or world.finance_head, on=ON)


# Rules


@pytest.mark.parametrize(
    ("changes", "typed", "expected"),
    [
        ({}, {}, []),
        ({}, {"amount": Decimal("60.01")}, ["allocated"]),
        ({}, {"amount": Decimal(0)}, ["amount"]),
        ({}, {"received_on": date(2026, 3, 3)}, ["received_on"]),
        ({}, {"received_on": date(2025, 8, 31)}, ["received_on"]),
        ({}, {"received_on": ISSUED}, []),
        ({"approved": False, "left": Decimal(0)}, {}, ["document"]),
    ],
)
def test_check_receipt(changes, typed, expected):
    around = {"document": "示例1号", "approved": True, "dated_on": ISSUED, "allocated": Decimal(100)}
    arrival = Arrival(**(around | {"before": Decimal(40), "left": Decimal(60)} | changes))

    found = rules.check_receipt(arrival, **({"amount": Decimal(60), "received_on": ON, "on": ON} | typed))

    assert codes(list(found)) == expected


@pytest.mark.parametrize(
    ("changes", "typed", "expected"),
    [
        ({}, {}, []),
        ({}, {"amount": Decimal("60.01")}, ["allocated"]),
        ({"room": Decimal("59.99")}, {}, ["allocated"]),
        ({"held": True}, {}, ["held"]),
        ({"approved": False}, {}, ["document"]),
        ({}, {"released_on": date(2025, 8, 31)}, ["released_on"]),
        ({}, {"amount": Decimal(0)}, ["amount"]),
    ],
)
def test_check_release(changes, typed, expected):
    around = {"document": "示例1号", "approved": True, "dated_on": ISSUED, "allocated": Decimal(100)}
    sending = Sending(**(around | {"before": Decimal(40), "room": Decimal(60)} | changes))

    found = rules.check_release(sending, **({"amount": Decimal(60), "released_on": ON, "on": ON} | typed))

    assert codes(list(found)) == expected


@pytest.mark.parametrize(
    ("before", "amount", "day", "said"),
    [
        (0, 30, 10, None),
        (0, 100, 20, None),
        (30, 70, 20, None),
        (0, 30, 9, "日期对不上"),
        (0, 100, 19, "日期对不上"),
        (0, 29, 20, "金额对不上"),
        (30, 71, 20, "多 1.00 元"),
    ],
    ids=["one", "both at once", "the second", "a day early", "before the second", "a part", "more than all"],
)
def test_check_match(before, amount, day, said):
    sent = [(date(2026, 1, 20), Decimal(70)), (date(2026, 1, 10), Decimal(30))]

    found = list(
        rules.check_match(sent, before=Decimal(before), amount=Decimal(amount), received_on=date(2026, 1, day))
    )

    assert [said in one.message for one in found] == ([True] if said else [])
    assert not list(rules.check_match([], before=Decimal(0), amount=Decimal(amount), received_on=ON))


@pytest.mark.parametrize(("day", "sent", "warned"), [(1, 0, False), (2, 0, True), (2, 100, False), (2, 99, True)])
def test_money_not_passed_on_after_thirty_days_is_said(day, sent, warned):
    found = rules.check_passed_on(
        EDITION, key=1, document="示例1号", dated_on=date(2026, 1, 30), left=Decimal(100), sent=Decimal(sent),
        on=date(2026, 3, day),
    )  # fmt: skip

    assert [(one.code, one.blocks) for one in found] == ([("pass_on:1", False)] if warned else [])


# Release


def test_a_release_is_recorded_by_one_and_checked_by_another(world):
    issue(world)
    row = release(world)
    colleague = make.user("CF", world.city_office)

    with pytest.raises(Refused) as refused:
        check(world, row, world.city_finance)
    check(world, row, colleague)

    assert codes(refused) == ["sod"]
    assert Release.objects.get().approved_by == colleague
    with pytest.raises(DatabaseError), transaction.atomic():
        Release.objects.update(amount=Decimal(1))
    with pytest.raises(Refused):
        operations.return_release(world.project.pk, row.pk, actor=world.finance_head, reason="x", on=ON)


def test_releases_together_never_exceed_the_allocation(world):
    issue(world)
    release(world, "6999999.99")

    with pytest.raises(Refused) as refused:
        release(world, "0.02", number="拨4")
    last = release(world, "0.01", number="拨2")
    operations.return_release(world.project.pk, last.pk, actor=world.finance_head, reason="户名有误", on=ON)
    release(world, "0.01", number="拨3")

    assert codes(refused) == ["allocated"]


def test_what_was_taken_back_is_not_sent_on_and_what_came_again_is(world):
    issue(world)
    row = release(world)
    take(world, 2_000_000)

    with pytest.raises(Refused) as refused:
        check(world, row)
    operations.return_release(world.project.pk, row.pk, actor=world.finance_head, reason="部分收回", on=ON)
    check(world, release(world, 5_000_000))
    receive_of(world, Decimal(5_000_000))
    document = again(world, 2_000_000)
    operations.approve_fund_document(document.pk, actor=world.finance_head, on=ON)
    release(world, 2_000_000, allocation=document.allocations.get(), released_on=ON)

    assert codes(refused) == ["allocated"]


def test_money_sent_received_and_swept_may_be_sent_again(world):
    issue(world)
    check(world, release(world))
    receive(world)
    take(world, 2_000_000)
    document = again(world, 2_000_000)
    operations.approve_fund_document(document.pk, actor=world.finance_head, on=ON)

    row = release(world, 2_000_000, allocation=document.allocations.get(), released_on=ON)

    assert row.amount == Decimal(2_000_000)


@pytest.mark.parametrize("who", ["clerk", "leader", "hr", "finance_head"])
def test_who_may_not_send_money(world, who):
    issue(world)

    with pytest.raises(PermissionDenied):
        release(world, actor=getattr(world, who))


# Receipt


def test_a_receipt_that_disagrees_is_recorded_and_opens_a_question(world):
    issue(world)
    check(world, release(world, 6_000_000))

    receipt = receive(world)

    flag = Flag.objects.get()
    assert (flag.rule, flag.state, flag.project) == ("receipt_mismatch", "open", world.project)
    assert "多 1,000,000.00 元" in flag.message
    assert flag.figures["财政拨付"] == "2025-09-10 6,000,000.00 元"
    assert ledger_of(world.project).received == receipt.amount


def test_a_receipt_that_agrees_opens_none(world):
    issue(world)
    check(world, release(world))

    receive(world)

    assert not Flag.objects.exists()


def test_a_correction_is_a_row_of_its_own_and_the_money_may_be_confirmed_again(world):
    issue(world)
    receipt = receive(world)

    row = correct(world, receipt, 1_000_000)
    with pytest.raises(Refused) as refused:
        correct(world, receipt, "6000000.01")
    receive(world, Decimal(1_000_000))

    assert (row.kind, row.effect, row.reverses) == ("correction", Decimal(-1_000_000), receipt)
    assert codes(refused) == ["corrected"]
    assert Receipt.objects.get(pk=receipt.pk).amount == WHOLE
    assert ledger_of(world.project).received == WHOLE
    assert SourceLine.objects.get().limit == WHOLE


def correct(world, receipt, amount, **changes):
    facts = {"actor": world.leader, "reason": "回单金额看错", "received_on": ON, "on": ON} | changes
    return operations.correct_receipt(world.project.pk, receipt.pk, amount=Decimal(amount), **facts)


def test_a_correction_never_goes_below_what_is_used(ready):
    recognise(ready, "1000000.00")
    receipt = Receipt.objects.get()

    with pytest.raises(Refused) as refused:
        correct(ready, receipt, "6000000.01")
    correct(ready, receipt, "6000000.00")

    assert codes(refused) == ["used"]


def test_what_was_swept_is_not_corrected_too(world):
    operations.set_arrival_mode(world.unit.pk, actor=world.finance, mode="claim", on=ON)
    issue(world)
    receipt = receive(world)
    take(world, 6_000_000)

    with pytest.raises(Refused) as refused:
        correct(world, receipt, "1000000.01")

    assert codes(refused) == ["corrected"]


@pytest.mark.parametrize(
    ("changes", "expected"), [({"reason": " "}, ["reason"]), ({"received_on": ISSUED}, ["received_on"])]
)
def test_a_correction_says_why_and_when(world, changes, expected):
    issue(world)
    receipt = receive(world)

    with pytest.raises(Refused) as refused:
        correct(world, receipt, 1, **changes)

    assert codes(refused) == expected


def test_a_receipt_before_the_document_is_refused(world):
    issue(world)

    with pytest.raises(Refused) as refused:
        receive_of(world, Decimal(1), received_on=date(2025, 8, 31))

    assert codes(refused) == ["received_on"]


# Alerts, tasks, pages


def test_the_alert_stands_until_the_money_is_on_its_way(world):
    issue(world)
    standing = Alert.objects.filter(code__startswith="pass_on", cleared_on=None)
    before = standing.count()

    check(world, release(world))

    assert (before, standing.count()) == (1, 0)


def titles(user):
    return [task.title for task in queries.tasks_for(user, ON)]


def test_each_officer_finds_the_task(world):
    issue(world)
    sends = titles(world.city_finance)
    row = release(world)
    waiting = (titles(world.city_finance), titles(world.finance_head), titles(world.finance))
    operations.return_release(world.project.pk, row.pk, actor=world.finance_head, reason="户名有误", on=ON)

    assert "登记拨付" in sends
    assert [("复核拨付" in found, "登记拨付" in found) for found in waiting] == [
        (False, False), (True, False), (False, False)
    ]  # fmt: skip
    assert "重新登记被退回的拨付" in titles(world.city_finance)
    assert "确认到账" in titles(world.leader)


def test_a_returned_document_waits_for_who_recorded_it(world):
    document = document_of(world)
    operations.return_fund_document(document.pk, actor=world.finance_head, reason="金额有误", on=ON)
    before = titles(world.finance)
    document_of(world)

    assert f"重新登记被退回的《{document.number}》" in before
    assert f"重新登记被退回的《{document.number}》" not in titles(world.finance)


def test_the_way_of_the_money_through_the_pages(world, client):
    issue(world)
    allocation, pk = world.project.allocations.get(), world.project.pk
    client.force_login(world.city_finance)
    typed = {"amount": "6000000", "released_on": "2025-09-10", "number": "拨1"}
    client.post(reverse("funds:release_new", args=[pk, allocation.pk]), typed)
    row = Release.objects.get()
    client.force_login(world.finance_head)
    client.post(reverse("funds:release_approve", args=[pk, row.pk]))
    client.force_login(world.leader)
    came = {"amount": "7000000", "received_on": "2025-09-20"}
    posted(client, reverse("funds:receipt_confirm", args=[pk, allocation.pk]), came)
    receipt = Receipt.objects.get()
    wrong = {"amount": "8000000", "received_on": "2026-03-02", "reason": "错"}
    bad = client.post(reverse("funds:receipt_correct", args=[pk, receipt.pk]), wrong)

    page = client.get(reverse("funds:money_in", args=[pk])).content.decode()

    assert bad.status_code == 422
    assert all(text in page for text in ("拨1", "到账与拨付不符", "6,000,000.00", "更正"))


def test_the_page_costs_the_same_for_one_document_and_for_three(world, client):
    issue(world, {world.project.pk: Decimal(1)})
    client.force_login(world.leader)
    url = reverse("funds:money_in", args=[world.project.pk])

    def cost():
        with CaptureQueriesContext(connection) as seen:
            client.get(url)
        return len(seen)

    cost()
    one = cost()
    for number in (2, 3):
        issue(world, {world.project.pk: Decimal(1)}, number=f"示例{number}号")
    for allocation in world.project.allocations.all():
        receive_of(world, Decimal(1), allocation.document.number)

    assert cost() == one


# 凭证号


def test_one_number_stands_once_for_one_allocation_in_a_year(world):
    """Of another project, of another 下达 or of another year it is no duplicate; nor of what was taken back."""
    issue(world)
    first = release(world, amount=100)

    with pytest.raises(Refused) as refused:
        release(world, amount=200, number=" 拨2025-1 ")

    assert [(one.code, one.field) for one in refused.value.findings] == [("number", "number")]
    assert "拨付凭证号「拨2025-1」2025 年已为这笔下达登记过 100.00 元（2025-09-10）" in str(refused.value)
    assert Release.objects.count() == 1
    release(world, amount=200, number="拨2025-2")
    operations.return_release(world.project.pk, first.pk, actor=world.finance_head, reason="凭证号有误", on=ON)
    again_ = release(world, amount=100)
    check(world, again_)
    operations.correct_release(
        world.project.pk, again_.pk, actor=world.city_finance, amount=Decimal(100), reason="重复", released_on=ON, on=ON
    )
    release(world, amount=150)
    release(world, amount=150, released_on=date(2026, 1, 5))


@pytest.mark.parametrize(
    ("number", "twins", "expected"),
    [("拨1", [], []), (" ", [], ["number"]), ("拨1", [(ISSUED, Decimal(1))], ["number"])],
)
def test_check_release_number(number, twins, expected):
    assert codes(list(rules.check_release_number(number, twins=twins))) == expected
