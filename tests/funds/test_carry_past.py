"""结转 of a day gone by: what was paid before and recognised after the known day is in 'now' and not in 'then'."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import Entry
from funds import queries
from funds.queries import Moment, ledger_as_of
from funds.queries.carry_past import carry_compared
from tests import factories as make
from tests.funds.scene import ON, issue, recognise
from tests.funds.test_as_of import posted

DAY, LATER = date(2026, 3, 31), date(2026, 6, 1)
KNOWN = date(2026, 4, 20)
WAN7 = Decimal(7_000_000)


@pytest.fixture
def spent(ready):
    """1,000.00 known in time; 250.50 paid in March and recognised on 20 April; 77.00 of own money as late."""
    from policy.terms import Source

    posted(recognise(ready, "1000.00", "PZ-1"), date(2026, 3, 1), date(2026, 3, 3))
    posted(recognise(ready, "250.50", "PZ-2"), date(2026, 3, 1), KNOWN)
    posted(recognise(ready, "77.00", "PZ-3", source=Source.OWN), date(2026, 3, 1), KNOWN)
    return ready


def left(world, known):
    return [row.money.left for row in queries.ages_of([world.project], DAY, known)]


@pytest.mark.parametrize(
    ("known", "used"),
    [(date(2026, 4, 19), "1000.00"), (KNOWN, "1250.50"), (None, "1250.50")],
    ids=["the evening before it was recognised", "the day it was recognised", "today"],
)
def test_a_payment_counts_from_the_day_it_was_recognised(spent, known, used):
    assert left(spent, known) == [WAN7 - Decimal(used)]
    if known:
        ledger = ledger_as_of(spent.project, on=DAY, known=known)
        assert left(spent, known) == [ledger.allocated - ledger.spent]


def test_a_document_counts_from_the_day_it_was_signed(world):
    issue(world)

    assert queries.ages_of([world.project], ON, ON - timedelta(days=1)) == []
    assert [row.money.came for row in queries.ages_of([world.project], ON, ON)] == [WAN7]


def test_the_late_entries_explain_the_difference(spent):
    found = carry_compared([spent.project], Moment(DAY, DAY), LATER)

    assert [(one.late.title, one.late.amount) for one in found.late] == [("支出 PZ-2", Decimal("250.50"))]
    assert [(one.label, one.change) for one in found.differences] == [
        ("下达净额（含已用完的年度）", 0), ("已用（含已用完的年度）", Decimal("250.50")), ("未用", Decimal("-250.50")),
    ]  # fmt: skip
    assert all(one.explained for one in found.differences)
    assert carry_compared([spent.project], Moment(DAY, KNOWN), LATER).late == ()
    assert carry_compared([spent.project], Moment(DAY, DAY), LATER, "local").late == ()


def test_page_and_export_show_the_same_of_the_day(spent, client):
    client.force_login(spent.finance)
    asked = {"on": "2026-03-31", "known": "2026-04-19"}

    page = client.get(reverse("funds:carry_over"), asked)
    book = load_workbook(BytesIO(client.get(reverse("funds:carry_over_export"), asked).content))

    rows = list(book["结转资金"].values)
    assert page.context["left"] == WAN7 - 1000
    assert rows[3][5:8] == rows[4][5:8] == (7_000_000, 1000, 6_999_000)
    assert "截至 2026-03-31，按 2026-04-19 所知；与现在所知相差 1 笔补录" in rows[1][0]
    assert "截至 2026-03-31，按 2026-04-19 所知；与现在所知相差 1 笔补录" in page.content.decode()
    assert list(book["补录"].values)[3][3] == "支出 PZ-2"
    assert "登记收回" not in page.content.decode()
    assert Entry.objects.filter(verb="导出结转资金").count() == 1


def test_the_export_of_today_is_the_page_of_today(spent, client):
    client.force_login(spent.finance)

    page = client.get(reverse("funds:carry_over"))
    book = load_workbook(BytesIO(client.get(reverse("funds:carry_over_export"), {"q": spent.project.name}).content))

    assert book.sheetnames == ["结转资金"]
    assert list(book.active.values)[4][7] == page.context["left"]
    assert "登记收回" in page.content.decode()


def test_the_day_goes_before_the_year_and_the_year_is_still_asked_for(spent, client):
    client.force_login(spent.finance)

    year = client.get(reverse("funds:carry_over"), {"year": 2025})
    both = client.get(reverse("funds:carry_over"), {"year": 2025, "on": "2026-03-31"})

    assert (year.context["on"], both.context["on"]) == (date(2025, 12, 31), DAY)
    assert "截至 2025-12-31，按今天所知" in year.content.decode()


def test_a_unit_sees_its_own_late_entries_alone(spent, client):
    issue(spent, {spent.sibling.pk: Decimal(3_000_000)}, number="示例2号")
    client.force_login(make.user("U2", spent.sibling.organisation))

    page = client.get(reverse("funds:carry_over"), {"on": "2026-03-31", "known": "2026-04-19"})

    assert page.context["compared"].late == ()
    assert page.context["left"] == Decimal(3_000_000)


def test_a_past_day_costs_the_same_for_one_project_and_for_two(spent, client):
    client.force_login(spent.finance)

    def cost():
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("funds:carry_over"), {"on": "2026-03-31", "known": "2026-04-19"})
        return len(seen)

    cost()
    one = cost()
    issue(spent, {spent.sibling.pk: Decimal(1)}, number="示例2号")

    assert cost() == one
