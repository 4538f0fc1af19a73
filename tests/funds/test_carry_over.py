"""结转: first in first out whatever the figures, the clock of two years, and the year-end page."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from funds import queries, rules
from funds.alerts import refresh_alerts
from policy.loader import edition
from projects.models import Alert
from tests.funds.scene import ON, budget, issue, make_ready, recognise
from tests.funds.test_documents import receive_of, take

EDITION = edition("jilin_2025")
CENTS = st.integers(0, 10**12).map(lambda cents: Decimal(cents) / 100)
YEARS = st.dictionaries(st.integers(2015, 2030), CENTS, max_size=6)


@given(came=YEARS, used=CENTS)
def test_what_is_left_by_year_adds_up_and_is_never_negative(came, used):
    ages = rules.by_age(came, used)

    assert sum((one.left for one in ages), Decimal(0)) == max(sum(came.values(), Decimal(0)) - used, Decimal(0))
    assert all(one.left >= 0 and one.used >= 0 for one in ages)
    assert [one.year for one in ages] == sorted(came)


@given(came=YEARS, used=CENTS)
def test_newer_money_is_touched_only_when_older_is_gone(came, used):
    ages = rules.by_age(came, used)

    for older, newer in pairwise(ages):
        assert older.left == 0 or newer.used == 0


@given(came=YEARS, used=CENTS, more=CENTS)
def test_spending_more_leaves_no_year_with_more(came, used, more):
    before, after = rules.by_age(came, used), rules.by_age(came, used + more)

    assert all(later.left <= one.left for one, later in zip(before, after, strict=True))


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 12, 30), []),
        (date(2026, 12, 31), ["notice"]),
        (date(2027, 10, 1), ["notice"]),
        (date(2027, 10, 2), ["warning"]),
        (date(2027, 12, 31), ["warning"]),
        (date(2028, 1, 1), ["warning"]),
    ],
    ids=["before N+1 ends", "the end of N+1", "day 91", "day 90", "the last day", "over"],
)
def test_the_clock_of_two_years(on, expected):
    ages = rules.by_age({2025: Decimal(10), 2024: Decimal(0)}, Decimal(4))

    found = list(rules.check_age(EDITION, "central", "中央补助", ages, on=on))

    assert [one.severity for one in found] == expected
    assert all("6.00 元未用" in one.message for one in found)
    assert all((one.code, one.clause) == ("carry_over:central:2025", "财预〔2015〕230号第四十二条") for one in found)


def test_the_last_message_says_what_to_do():
    ages = rules.by_age({2025: Decimal(10)}, Decimal(0))

    near, over = (
        next(rules.check_age(EDITION, "central", "中央补助", ages, on=on)).message
        for on in (date(2027, 12, 31), date(2028, 1, 1))
    )

    assert "剩余 0 天" in near
    assert "应由财政收回" in over


# On the database


def test_the_alert_rises_with_age_and_goes_with_the_money(ready):
    standing = Alert.objects.filter(code="carry_over:central:2025", cleared_on=None)
    refresh_alerts(ready.project, date(2027, 1, 1))
    raised = standing.get().message

    take(ready, 7_000_000)
    refresh_alerts(ready.project, date(2027, 1, 1))

    assert "剩余 364 天" in raised
    assert not standing.exists()


def test_a_year_end_shows_what_was_known_by_its_dates(world):
    """Paid in January: unspent at the end of the year before."""
    issue(world, {world.project.pk: Decimal(6_000_000)})
    issue(world, {world.project.pk: Decimal(1_000_000)}, number="示例2号", fiscal_year=2026, dated_on=date(2026, 1, 5))
    budget(world)
    receive_of(world, Decimal(6_000_000))
    receive_of(world, Decimal(1_000_000), "示例2号")
    recognise(world, "2000000.00", paid_on=date(2026, 1, 10))

    def left(on):
        return [(row.money.year, row.money.left, row.carried) for row in queries.ages_of([world.project], on)]

    assert left(date(2025, 12, 31)) == [(2025, Decimal(6_000_000), 0)]
    assert left(ON) == [(2025, Decimal(4_000_000), 1), (2026, Decimal(1_000_000), 0)]
    assert queries.ages_of([world.project], ON)[0].due_on == date(2027, 12, 31)


def test_the_page_shows_the_sum_and_the_way_to_sweep(world, client):
    make_ready(world)
    issue(world, {world.sibling.pk: Decimal(3_000_000)}, number="示例2号")
    client.force_login(world.finance)
    url = reverse("funds:carry_over")

    page = client.get(url).content.decode()
    filtered = client.get(url, {"q": world.sibling.name}).content.decode()

    assert "10,000,000.00" in page
    assert f"project={world.project.pk}&amp;amount=7000000.00" in page
    assert "3,000,000.00" in filtered
    assert "7,000,000.00" not in filtered
    assert "没有未用的财政资金" in client.get(url, {"due": "due"}).content.decode()
    assert client.get(url, {"year": "x", "source": "nothing"}).status_code == 200


def test_a_unit_sees_its_own_and_no_way_to_sweep(world, client):
    make_ready(world)
    issue(world, {world.sibling.pk: Decimal(3_000_000)}, number="示例2号")
    client.force_login(world.leader)

    page = client.get(reverse("funds:carry_over")).content.decode()

    assert world.project.name in page
    assert world.sibling.name not in page
    assert "登记收回" not in page


def test_the_page_costs_the_same_for_one_project_and_for_two(world, client):
    issue(world, {world.project.pk: Decimal(1)})
    client.force_login(world.finance)

    def cost():
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("funds:carry_over"))
        return len(seen)

    cost()
    one = cost()
    issue(world, {world.project.pk: Decimal(1), world.sibling.pk: Decimal(1)}, number="示例2号")

    assert cost() == one
