"""问题资金 of a day gone by: an entry that happened before and was confirmed after the known day is in 'now' alone."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from funds import operations
from funds.models import FoundMoney
from funds.queries import Moment, open_found_money, open_found_money_at
from funds.queries.found_money import all_lines, lines_of, rows_for, sums_of
from funds.queries.found_past import found_compared
from tests import factories as make
from tests.funds.audit_scene import find, open_, see_all
from tests.funds.found_scene import LATER, audit, confirm, enter, url
from tests.funds.scene import ON, judge, submit

AFTER = ON + timedelta(days=10)
DAY = timedelta(days=1)


def columns(lines):
    sums = sums_of(line.row for line in lines)
    assert sums.balances
    return [int(getattr(sums, name)) for name in ("found", "proved", "recovered", "written_off", "left")]


@pytest.fixture
def put_right(ready, found):
    """400 proved on the day it was found and confirmed the day after; 100 paid back that still waits."""
    confirm(ready, enter(ready, found, "400.00"))
    enter(ready, found, "100.00", "recovered", number="缴-9")
    return ready


@pytest.mark.parametrize(
    ("at", "expected", "waiting"),
    [
        (Moment(ON - DAY, AFTER), [0, 0, 0, 0, 0], 0),
        (Moment(ON, ON - DAY), [0, 0, 0, 0, 0], 0),
        (Moment(ON, ON), [1000, 0, 0, 0, 1000], 500),
        (Moment(ON, LATER), [1000, 400, 0, 0, 600], 100),
    ],
    ids=["before it was found", "known before it was found", "known before the proof was confirmed", "known after"],
)
def test_a_proof_counts_by_its_day_and_from_its_confirmation(put_right, at, expected, waiting):
    lines = all_lines(put_right.finance, {}, AFTER, at)

    assert columns(lines) == expected
    assert sum(line.waiting for line in lines) == waiting
    assert open_found_money_at(put_right.project, at) == sum(line.row.left for line in lines)
    assert FoundMoney.objects.get().proved == 400  # nothing was written


def test_a_proof_of_a_later_day_is_not_in_the_figures_of_the_day(ready, found):
    confirm(ready, enter(ready, found, "400.00", happened_on=LATER, on=LATER))

    assert columns(all_lines(ready.finance, {}, AFTER, Moment(ON, AFTER))) == [1000, 0, 0, 0, 1000]
    assert columns(all_lines(ready.finance, {}, AFTER, Moment(LATER, AFTER))) == [1000, 400, 0, 0, 600]
    [line] = lines_of(ready.project, AFTER, Moment(ON, AFTER))
    assert line.entries == []


def test_as_of_today_is_what_the_book_says(put_right):
    lines = all_lines(put_right.finance, {}, AFTER, Moment(AFTER, AFTER))

    assert columns(lines) == columns(all_lines(put_right.finance, {}, AFTER))
    assert open_found_money_at(put_right.project, Moment(AFTER, AFTER)) == open_found_money(put_right.project) == 600


def test_the_late_proof_explains_the_difference(put_right):
    found = found_compared(rows_for(put_right.finance, {}), Moment(ON, ON), AFTER)

    assert [(one.late.title, one.late.on, one.late.posted_on, one.late.amount) for one in found.late] == [
        ("补证 补-1", ON, LATER, Decimal(400))
    ]
    assert [(one.label, one.change) for one in found.differences if one.change] == [("补证", 400), ("未整改余额", -400)]
    assert all(one.explained for one in found.differences)
    known = found_compared(rows_for(put_right.finance, {}), Moment(ON, LATER), AFTER)
    assert (known.late, [one.change for one in known.differences]) == ((), [0] * 5)


def test_what_was_found_after_the_known_day_is_late_with_all_that_became_of_it(put_right):
    found = found_compared(rows_for(put_right.finance, {}), Moment(LATER, ON - DAY), AFTER)

    assert [one.late.figure for one in found.late] == ["查出", "补证"]
    assert all(one.explained for one in found.differences)


def test_a_row_raised_by_a_later_verdict_had_the_amount_of_its_finding(ready):
    voucher = submit(ready, "1000.00", "PZ-7")
    row = audit(ready, voucher, "300.00")
    later = ON + timedelta(days=5)
    judge(ready, voucher, "disallowed")
    type(voucher).objects.filter(pk=voucher.pk).update(judged_on=later)
    row.refresh_from_db()

    def left(day):
        return [line.row.left for line in all_lines(ready.finance, {}, AFTER, Moment(day, day))]

    assert row.found == 1000
    assert (left(later - DAY), left(later)) == ([300], [1000])
    found = found_compared(rows_for(ready.finance, {}), Moment(later, ON), AFTER)
    assert [(one.late.figure, one.late.effect, one.late.posted_on) for one in found.late] == [("查出", 700, later)]


def test_an_amount_whose_day_was_not_kept_is_said_on_the_page(ready, client):
    voucher = submit(ready, "1000.00", "PZ-7")
    audit(ready, voucher, "300.00")
    case = open_(ready, number="示审〔2026〕10号", size=1)
    see_all(ready, case)
    find(ready, case, voucher_id=voucher.pk, amount=Decimal(200))
    operations.send_audit(ready.project.pk, case.pk, actor=ready.city_finance, on=ON)
    client.force_login(ready.finance)

    page = client.get(url("all_found_money"), {"on": str(ON)}).content.decode()

    assert [line.exact for line in all_lines(ready.finance, {}, AFTER, Moment(ON, ON))] == [False]
    assert "其中 1 项的查出金额后来追加过" in page


@pytest.mark.parametrize(
    ("state", "known", "count"),
    [("open", ON, 1), ("done", ON, 0), ("overdue", ON, 0), ("open", LATER, 0), ("done", LATER, 1)],
)
def test_the_state_is_that_of_the_day(ready, found, state, known, count):
    confirm(ready, enter(ready, found, "1000.00"))

    assert len(all_lines(ready.finance, {"state": state}, AFTER, Moment(ON, known))) == count


def test_overdue_is_by_the_day_asked_about(ready, found):
    late = ON + timedelta(days=31)

    assert len(all_lines(ready.finance, {"state": "overdue"}, late, Moment(ON, late))) == 0
    assert len(all_lines(ready.finance, {"state": "overdue"}, late + DAY, Moment(late, late))) == 1


def test_page_export_and_api_show_the_same_of_the_day(put_right, client, monkeypatch):
    client.force_login(put_right.finance)
    asked = {"on": str(ON), "known": str(ON)}

    page = client.get(url("all_found_money"), asked)
    book = load_workbook(BytesIO(client.get(url("all_found_money_export"), asked).content))
    [told] = client.get(reverse("api:all_found_money"), asked).json()["results"]

    assert page.context["sums"].left == 1000
    assert f"截至 {ON}，按 {ON} 所知；与现在所知相差 1 笔补录" in page.content.decode()
    rows = list(book["问题资金台账"].values)
    assert rows[3][9:14] == rows[4][9:14] == (1000, 0, 0, 0, 1000)
    assert "按 2026-03-02 所知" in rows[1][0]
    assert list(book["补录"].values)[3][3] == "补证 补-1"
    assert (told["left"], told["waiting"]) == ("1000.00", "500.00")


def test_the_project_page_has_the_entries_of_the_day_and_offers_nothing(put_right, client):
    client.force_login(put_right.finance)
    address = url("found_money", put_right.project.pk)

    page = client.get(address, {"on": str(ON), "known": str(ON)})

    states = [entry.state for line in page.context["lines"] for entry, _ in line.entries]
    assert states == ["recorded", "recorded"]
    assert "复核</a>" not in page.content.decode()
    assert page.context["may_record"] is False
    [line] = lines_of(put_right.project, AFTER, Moment(ON, LATER))
    assert [(entry.state, entry.confirmed_on) for entry, _ in line.entries] == [
        ("confirmed", LATER),
        ("recorded", None),
    ]


def test_another_city_sees_nothing_of_the_day(put_right, client):
    stranger = make.user("CF", make.organisation(make.node("示例远市", "city", put_right.province), "finance"))
    client.force_login(stranger)

    page = client.get(url("all_found_money"), {"on": str(ON), "known": str(ON)})

    assert list(page.context["page_obj"]) == []
    assert page.context["compared"].late == ()


@pytest.mark.parametrize("query", [{"on": "2999-01-01"}, {"known": "x"}, {"on": "\x00"}])
def test_a_day_that_cannot_be_is_told_and_today_is_shown(put_right, client, query):
    client.force_login(put_right.finance)

    page = client.get(url("all_found_money"), query)

    assert page.status_code == 200
    assert (page.context["compared"], page.context["sums"].left) == (None, 600)
    assert client.get(reverse("api:all_found_money"), query).status_code == 400


def test_a_past_day_costs_the_same_for_one_row_and_for_three(put_right, client):
    client.force_login(put_right.finance)

    def cost():
        with CaptureQueriesContext(connection) as asked:
            client.get(url("all_found_money"), {"on": str(ON), "known": str(date(2026, 3, 2))})
            found_compared(rows_for(put_right.finance, {}), Moment(ON, ON), AFTER)
            lines_of(put_right.project, AFTER, Moment(ON, ON))
        return len(asked)

    cost()
    one = cost()
    for number in range(2):
        judge(put_right, submit(put_right, "10.00", f"PZ-1{number}"), "disallowed")
        enter(put_right, FoundMoney.objects.last(), "1.00")
    assert cost() == one
