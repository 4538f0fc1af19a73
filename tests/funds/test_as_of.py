"""Figures as of any day, as known on any day: the live ledger from the rows alone, and what explains a difference."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from funds import operations
from funds.models import Contract, PlannedUse, Voucher
from funds.queries import (
    Moment,
    columns_of,
    late_entries,
    ledger_as_of,
    ledger_of,
    ledgers_as_of,
    ledgers_at,
    quarters_of,
)
from policy.findings import Refused
from policy.terms import Source
from projects.models import Project
from tests.funds.refunds import propose_reversal
from tests.funds.scene import ON, budget, issue, judge, make_ready, make_scene, receive, recognise, record, submit

CELLS = [("equipment", Source.CENTRAL), ("courses", Source.CENTRAL), ("equipment", Source.OWN)]
MOST_STATEMENTS = 31  # the last one: the overlays of the header
VERDICTS = ["recognised", "recognised", "questioned", "disallowed", "returned", ""]


def play(world, moves):
    """A history: payments of any cell, judged in any way, some reversed."""
    for number, (cell, amount, verdict, back) in enumerate(moves):
        category, source = CELLS[cell]
        voucher = submit(world, str(amount), f"PZ-{number}", category=category, source=source)
        if not VERDICTS[verdict]:
            continue
        try:
            judge(world, voucher, VERDICTS[verdict])
        except Refused:
            continue
        if back and VERDICTS[verdict] == "recognised":
            reversal = propose_reversal(
                world.project.pk, voucher.pk, actor=world.clerk, amount=min(back, voucher.amount), reason="退款", on=ON
            )
            if back % 2:
                operations.judge_reversal(
                    world.project.pk, reversal.pk, actor=world.city_finance, verdict="recognised", opinion="同意", on=ON
                )


MOVE = st.tuples(
    st.integers(0, 2),
    st.decimals("0.01", "90000", places=2),
    st.integers(0, len(VERDICTS) - 1),
    st.sampled_from([Decimal(0), Decimal(0), Decimal(1), Decimal(2), Decimal(777)]),
)


@pytest.mark.django_db
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(moves=st.lists(MOVE, max_size=5))
def test_as_of_today_as_known_today_is_the_live_ledger(settings_, moves):
    with transaction.atomic():
        world = make_ready(make_scene())
        play(world, moves)

        assert ledger_as_of(world.project, on=ON, known=ON) == ledger_of(world.project)
        transaction.set_rollback(True)


@pytest.fixture
def settings_(settings, tmp_path):
    settings.FILES_DIR = tmp_path
    return settings


def posted(voucher, paid_on, judged_on):
    """A recognised payment of other days than the scene's; the rows of record are not changed in place."""
    from accounts import triggers
    from funds.apps import FROZEN

    frozen = next(one for one in FROZEN if one.table == "funds_voucher")
    triggers.drop(frozen)
    Voucher.objects.filter(pk=voucher.pk).update(paid_on=paid_on, submitted_on=judged_on, judged_on=judged_on)
    triggers.create(frozen)


@pytest.mark.django_db
def test_a_late_entry_is_unknown_then_known_now_and_listed(ready):
    early, late = recognise(ready, "1000.00", "PZ-1"), recognise(ready, "250.50", "PZ-2")
    posted(early, date(2026, 3, 1), date(2026, 3, 3))
    posted(late, date(2026, 3, 1), date(2026, 4, 20))
    at = Moment(date(2026, 3, 31), date(2026, 3, 31))

    then = ledger_as_of(ready.project, on=at.on, known=at.known)
    now = ledger_as_of(ready.project, on=at.on, known=date(2026, 5, 1))
    found = late_entries(ready.project, at, date(2026, 5, 1))

    assert (then.spent, now.spent) == (Decimal("1000.00"), Decimal("1250.50"))
    assert [(one.title, one.amount, one.posted_on) for one in found] == [
        ("支出 PZ-2", Decimal("250.50"), date(2026, 4, 20))
    ]
    assert sum(one.amount for one in found) == now.spent - then.spent


@pytest.mark.django_db
def test_money_counts_from_its_own_day_and_its_posting(world):
    issue(world)
    receive(world)

    def figures(on, known):
        ledger = ledger_as_of(world.project, on=on, known=known)
        return ledger.allocated, ledger.received

    nothing, whole = Decimal(0), Decimal(7_000_000)
    assert figures(date(2025, 8, 31), ON) == (nothing, nothing)
    assert figures(date(2025, 9, 1), ON) == (whole, nothing)
    assert figures(date(2025, 9, 20), ON) == (whole, whole)
    assert figures(ON, ON - timedelta(days=1)) == (nothing, nothing)


@pytest.mark.django_db
def test_the_version_in_force_on_the_day_counts(ready):
    assert ledger_as_of(ready.project, on=ON - timedelta(days=1), known=ON).lines == ()
    assert ledger_as_of(ready.project, on=ON, known=ON).budget == Decimal(7_000_000)


@pytest.mark.django_db
def test_as_of_costs_the_same_for_one_project_and_for_three(ready):
    def cost(projects):
        with CaptureQueriesContext(connection) as spent:
            ledgers_as_of(projects, Moment(ON, ON))
        return len(spent)

    first = cost([ready.project])
    three = [ready.project, ready.sibling, Project.objects.exclude(pk=ready.project.pk).first()]

    assert cost(three) == first == 8


@pytest.mark.django_db
def test_the_period_and_what_contracts_still_owe(ready):
    contract = Contract.objects.create(
        project=ready.project, number="HT-1", name="机床", supplier="示例公司", category="equipment",
        amount=Decimal("5000.00"), signed_on=date(2026, 1, 5), recorded_by=ready.clerk, recorded_on=date(2026, 1, 6),
    )  # fmt: skip
    paid = submit(ready, "1200.00", "PZ-1", contract=contract)
    submit(ready, "300.00", "PZ-2", contract=contract)
    judge(ready, Voucher.objects.get(pk=paid.pk), "recognised")

    columns = columns_of(ready.project, Moment(ON, ON), date(2026, 1, 1), date(2026, 3, 31))
    before = columns_of(ready.project, Moment(ON, ON), date(2026, 1, 11), date(2026, 3, 31))

    assert columns.period == {("equipment", "central"): Decimal("1200.00")}
    assert before.period == {}
    assert columns.unpaid == {"equipment": Decimal("3500.00")}


@pytest.mark.django_db
def test_the_plan_stands_beside_the_actual_by_quarter(ready):
    approved = ready.project.budgets.get()
    PlannedUse.objects.create(budget=approved, year=2026, quarter=1, amount=Decimal("900.00"))
    PlannedUse.objects.create(budget=approved, year=2026, quarter=2, amount=Decimal("100.00"))
    recognise(ready, "400.00", "PZ-1")

    ledger = ledger_of(ready.project)
    rows = quarters_of(ready.project, ledger, Moment(ON, ON))

    assert [(row.quarter.label, row.planned, row.spent, row.spent_so_far) for row in rows] == [
        ("2026 年第 1 季度", Decimal(900), Decimal(400), Decimal(400)),
        ("2026 年第 2 季度", Decimal(100), Decimal(0), Decimal(400)),
    ]
    assert ledger.planned_share(date(2026, 3, 31)) * 10 == 9
    assert ledger.planned_share(date(2025, 12, 31)) == 0
    assert ledger.planned_share(date(2026, 6, 30)) == 1


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", "本期"),
        ("?on=2026-01-31&known=2026-01-31", "当时所知与今天所知"),
        ("?on=x&known=9999-99-99", "field-error"),
        ("?on=2099-01-01", "不能晚于今天"),
        ("?start=2026-03-01&end=2026-01-01", "颠倒"),
    ],
)
@pytest.mark.django_db
def test_the_page_takes_dates_and_refuses_bad_ones(ready, client, query, shown):
    client.force_login(ready.finance)

    answer = client.get(reverse("funds:ledger", args=[ready.project.pk]) + query)

    assert answer.status_code == 200
    assert shown in answer.content.decode()


@pytest.mark.django_db
def test_a_draft_changes_no_figure_on_any_day(world):
    issue(world)
    receive(world)
    budget(world)
    before = ledger_as_of(world.project, on=ON, known=ON)
    record(world)

    assert ledger_as_of(world.project, on=ON, known=ON) == before


def late_rows(world, count):
    """Recognised payments of an earlier day, posted later, as a list has them."""
    first = Voucher.objects.count()
    Voucher.objects.bulk_create(
        Voucher(
            project=world.project, number=f"L-{number}", paid_on=date(2026, 1, 5), category="equipment",
            source="central", abstract="x", payee="y", amount=Decimal(1), recorded_by=world.clerk, recorded_on=ON,
            submitted_on=ON, judged_on=ON, state="recognised", fits=True, entry_number=number,
        )
        for number in range(first + 1, first + 1 + count)
    )  # fmt: skip


@pytest.mark.django_db
def test_late_entries_come_by_the_page_and_are_all_counted(ready, client):
    late_rows(ready, 45)
    client.force_login(ready.finance)
    page = reverse("funds:ledger", args=[ready.project.pk]) + "?on=2026-01-31&known=2026-01-31"

    answers = [client.get(f"{page}&page={number}") for number in (1, 3)]

    # a document and a receipt come first
    assert [len(answer.context["late_page"].object_list) for answer in answers] == [20, 7]
    assert [len(answer.context["late"]) for answer in answers] == [47, 47]
    assert [answer.content.decode().count("支出 L-") for answer in answers] == [18, 7]


@pytest.mark.django_db
def test_a_page_of_another_day_costs_a_fixed_few_statements(ready, client):
    client.force_login(ready.finance)
    page = reverse("funds:ledger", args=[ready.project.pk]) + "?on=2026-01-31&known=2026-01-31"

    def cost():
        with CaptureQueriesContext(connection) as spent:
            assert client.get(page).status_code == 200
        return len(spent)

    late_rows(ready, 1)
    cost()
    first = cost()
    late_rows(ready, 30)

    assert cost() == first <= MOST_STATEMENTS


@pytest.mark.django_db
def test_several_moments_cost_what_one_costs_and_say_the_same(ready):
    recognise(ready, "400.00", "PZ-1")
    moments = [Moment(ON, ON), Moment(date(2025, 12, 31), ON), Moment(ON, date(2026, 1, 1))]

    with CaptureQueriesContext(connection) as spent:
        found = ledgers_at([ready.project], moments)

    assert len(spent) == 8
    assert found == {at: ledgers_as_of([ready.project], at) for at in moments}
