"""Lists keep their order although they are counted by groups; the clock of unspent money is coloured by the edition."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from funds import operations, queries
from funds.queries.audits import cases_of
from funds.queries.carry_over import AgeRow
from funds.rules import YearMoney
from policy.terms import Stage
from tests.api.scene import below, rows_of
from tests.funds.audit_scene import open_
from tests.funds.batch_scene import gather
from tests.funds.scene import ON, issue, recognise, record

DUE = date(2027, 12, 31)


def test_batches_are_newest_first_on_the_page_and_over_the_api(ready, client):
    for number in range(3):
        batch = gather(ready, record(ready, number=f"PZ-{number}"))
        operations.sign_batch(ready.project.pk, batch.pk, actor=ready.leader, on=ON)
    client.force_login(ready.city_finance)

    page = client.get(reverse("funds:batches", args=[ready.project.pk]))

    assert queries.batches_of(ready.project, ready.city_finance).ordered
    assert [batch.number for batch in page.context["batches"]] == [3, 2, 1]
    assert [row["number"] for row in rows_of(ready.city_finance, below(ready, "batches/"))] == [3, 2, 1]


def test_audits_are_newest_first_on_the_page_and_over_the_api(ready, client):
    recognise(ready)
    cases = [open_(ready, number=f"示审{number}号", on=ON + timedelta(days=number)) for number in range(3)]
    newest = [case.pk for case in reversed(cases)]
    client.force_login(ready.city_finance)

    page = client.get(reverse("funds:audits", args=[ready.project.pk]))

    assert cases_of(ready.project, ready.city_finance).ordered
    assert [case.pk for case in page.context["cases"]] == newest
    assert [row["id"] for row in rows_of(ready.city_finance, below(ready, "audits/"))] == newest


# 结转资金


@pytest.mark.parametrize(("on", "stage", "tone"), [
    (DUE - timedelta(days=366), Stage.BUILDING, "green"), (DUE - timedelta(days=365), Stage.BUILDING, "yellow"),
    (DUE - timedelta(days=91), Stage.BUILDING, "yellow"), (DUE - timedelta(days=90), Stage.BUILDING, "orange"),
    (DUE - timedelta(days=38), Stage.BUILDING, "orange"), (DUE, Stage.BUILDING, "orange"),
    (DUE + timedelta(days=1), Stage.BUILDING, "red"), (DUE - timedelta(days=38), Stage.SETTLED, "gray"),
])  # fmt: skip
def test_the_take_back_date_is_coloured_by_the_warnings_of_the_edition(world, on, stage, tone):
    from django.template import Context, Template

    world.project.stage = stage
    money = YearMoney(2025, Decimal(2), Decimal(1))
    row = AgeRow(world.project, "central", money, DUE, 1, on)

    line = "{% load ui %}{% due row.due_on row.on row.closed soon=row.soon early=row.early %}"
    assert f"tone-{tone}" in Template(line).render(Context({"row": row}))


@pytest.mark.parametrize("name", ["carry_over", "money_in"])
def test_the_pages_ask_the_edition_for_the_colour(world, client, monkeypatch, name):
    """With warnings of the edition that reach far, no date is green on either page."""
    issue(world)
    monkeypatch.setattr("funds.queries.carry_over.warned", lambda edition: (9999, 0))
    client.force_login(world.finance)

    args = [world.project.pk] if name == "money_in" else []
    text = client.get(reverse(f"funds:{name}", args=args)).content.decode()

    assert '<span class="nowrap tone-yellow">' in text


def test_unspent_money_has_an_entry_in_the_menu(world, client):
    entry = f'href="{reverse("funds:carry_over")}"'

    for person in (world.clerk, world.city_finance, world.hr, world.finance_head):
        client.force_login(person)
        assert entry in client.get(reverse("funds:all_payments")).content.decode()
