"""资金文件, 拨付 and 到账 of a day gone by: what was signed after the known day is in 'now' and not in 'then'."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from funds import operations, queries
from funds.queries import Moment, ledger_as_of
from funds.queries.documents_past import documents_at, documents_compared, issues_at, money_compared
from tests import factories as make
from tests.funds.scene import ON, document_of, issue
from tests.funds.test_releases import release

DAY = timedelta(days=1)
SIGNED, TODAY = ON + 5 * DAY, ON + 30 * DAY
WHOLE = Decimal(7_000_000)
ASKED = {"state": "", "kind": "", "year": None, "q": ""}
SLIP = date(2025, 9, 20)


@pytest.fixture
def signed(world):
    """Dated 1 September, recorded on 2 March, signed five days later; money of 20 September confirmed a day after."""
    document = document_of(world)
    operations.approve_fund_document(document.pk, actor=world.finance_head, on=SIGNED)
    operations.confirm_receipt(
        world.project.pk, world.project.allocations.get().pk, actor=world.leader, received_on=SLIP,
        amount=Decimal(2_000_000), on=SIGNED + DAY,
    )  # fmt: skip
    return world


def states(user, at, **asked):
    return [row.stood for row in documents_at(user, ASKED | asked, at)]


@pytest.mark.parametrize(
    ("at", "office", "unit"),
    [
        (Moment(date(2025, 8, 31), TODAY), [], []),
        (Moment(ON, ON - DAY), [], []),
        (Moment(ON, SIGNED - DAY), ["recorded"], []),
        (Moment(ON, SIGNED), ["approved"], ["approved"]),
    ],
    ids=["before its date", "before it was recorded", "the evening before it was signed", "the day it was signed"],
)
def test_a_document_has_the_state_of_the_day(signed, at, office, unit):
    assert states(signed.finance, at) == office
    assert states(signed.leader, at) == unit
    assert states(signed.leader, at, state="recorded") == []


def test_a_document_sent_back_waited_until_then(world):
    document = document_of(world)
    operations.return_fund_document(document.pk, actor=world.finance_head, reason="文号有误", on=SIGNED)

    assert states(world.finance, Moment(TODAY, SIGNED - DAY)) == ["recorded"]
    assert states(world.finance, Moment(TODAY, SIGNED)) == ["returned"]
    assert states(world.finance, Moment(TODAY, SIGNED), state="returned") == ["returned"]
    assert states(world.finance, Moment(TODAY, SIGNED), state="recorded") == []
    assert issues_at(world.project, world.finance, Moment(TODAY, SIGNED)) == []
    [waited] = issues_at(world.project, world.finance, Moment(TODAY, SIGNED - DAY))
    assert waited.allocation.document.state == "recorded"


def test_what_was_signed_after_the_known_day_explains_the_difference(signed):
    found = documents_compared(signed.finance, ASKED, Moment(ON, ON), TODAY)

    assert [(one.project, one.late.posted_on, one.late.effect) for one in found.late] == [
        (signed.project, SIGNED, WHOLE)
    ]
    [given] = found.differences
    assert (given.was, given.now, given.explained) == (0, WHOLE, True)
    assert found.changed == (("已签批的资金文件（份）", "0", "1"),)
    assert documents_compared(signed.finance, ASKED, Moment(ON, SIGNED), TODAY).late == ()
    assert documents_compared(signed.finance, ASKED | {"year": 2024}, Moment(ON, ON), TODAY).late == ()


def test_page_and_api_show_the_same_of_the_day(signed, client):
    client.force_login(signed.finance)
    asked = {"on": str(ON), "known": str(ON)}

    page = client.get(reverse("funds:documents"), asked)
    told = client.get(reverse("api:documents"), asked).json()["results"]

    assert [row.state for row in page.context["page_obj"]] == [row["state"] for row in told] == ["recorded"]
    assert told[0]["approved_on"] is None
    text = page.content.decode()
    assert f"截至 {ON}，按 {ON} 所知；与现在所知相差 1 笔补录" in text
    assert "待签批" in text
    now = client.get(reverse("funds:documents")).context
    assert [row.state for row in now["page_obj"]] == ["approved"]


def test_a_unit_of_another_project_sees_neither_the_document_nor_that_it_came_late(signed, client):
    client.force_login(make.user("U2", signed.sibling.organisation))

    page = client.get(reverse("funds:documents"), {"on": str(ON), "known": str(ON)})

    assert list(page.context["page_obj"]) == []
    assert page.context["compared"].late == ()


# Of one project


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (Moment(SLIP - DAY, TODAY), (0, WHOLE)),
        (Moment(ON, SIGNED), (0, WHOLE)),
        (Moment(ON, SIGNED + DAY), (2_000_000, 5_000_000)),
    ],
    ids=["before it came", "known before it was confirmed", "the day it was confirmed"],
)
def test_what_had_come_in_is_what_the_ledger_of_the_day_says(signed, at, expected):
    [line] = issues_at(signed.project, signed.finance, at)

    assert (line.received, line.left) == expected
    assert line.received == ledger_as_of(signed.project, on=at.on, known=at.known).received


def test_of_today_it_is_the_list_of_today(signed):
    release(signed, Decimal(3_000_000))

    [line] = issues_at(signed.project, signed.finance, Moment(TODAY, TODAY))
    [now] = queries.issues_of(signed.project, signed.finance)

    assert (line.received, line.left, line.sent) == (now.received, now.left, now.sent)
    assert (line.releases, line.receipts) == (now.releases, now.receipts)


def test_a_release_has_the_state_of_the_day(signed):
    first = release(signed, Decimal(1_000_000))
    second = release(signed, Decimal(500_000), number="拨2025-2")
    for row, act in ((first, operations.approve_release), (second, operations.return_release)):
        more = {"reason": "户名有误"} if row == second else {}
        act(signed.project.pk, row.pk, actor=signed.finance_head, on=SIGNED + DAY, **more)

    def said(known):
        [line] = issues_at(signed.project, signed.finance, Moment(TODAY, known))
        return [row.state for row in line.releases], line.sent

    assert said(SIGNED) == (["recorded", "recorded"], 1_500_000)
    assert said(SIGNED + DAY) == (["approved", "returned"], 1_000_000)


def test_the_page_of_a_project_tells_the_day_and_offers_nothing(signed, client):
    client.force_login(signed.leader)
    address = reverse("funds:money_in", args=[signed.project.pk])
    asked = {"on": str(ON), "known": str(SIGNED)}

    page, now = client.get(address, asked), client.get(address)
    told = client.get(reverse("api:money_in", args=[signed.project.pk]), asked).json()["results"]

    assert page.context["ledger"].received == sum(Decimal(row["received"]) for row in told) == 0
    assert page.context["ledger"].allocated == WHOLE
    assert "相差 1 笔补录" in page.content.decode()
    assert "确认到账</a>" not in page.content.decode()
    assert "确认到账" in now.content.decode()
    found = money_compared(signed.project, Moment(ON, ON), TODAY)
    assert [(one.label, one.change) for one in found.differences] == [("下达", WHOLE), ("到账", 2_000_000)]
    assert all(one.explained for one in found.differences)


@pytest.mark.parametrize("query", [{"on": "2999-01-01"}, {"known": "x"}, {"on": "\x00"}])
def test_a_day_that_cannot_be_is_told_and_today_is_shown(signed, client, query):
    client.force_login(signed.finance)

    for address in (reverse("funds:documents"), reverse("funds:money_in", args=[signed.project.pk])):
        page = client.get(address, query)
        assert page.status_code == 200
        assert not page.context.get("compared")
    assert client.get(reverse("api:documents"), query).status_code == 400


def test_a_past_day_costs_the_same_for_one_document_and_for_three(signed, client):
    client.force_login(signed.finance)
    asked = {"on": str(ON), "known": str(ON)}

    def cost():
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("funds:documents"), asked)
            client.get(reverse("funds:money_in", args=[signed.project.pk]), asked)
        return len(seen)

    cost()
    first = cost()
    for number in (2, 3):
        issue(signed, {signed.sibling.pk: Decimal(1)}, number=f"示例{number}号")

    assert cost() == first
