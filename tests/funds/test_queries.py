"""Figures for many projects, what waits for whom, and what it costs in statements."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from funds import operations
from funds.models import BudgetLine, SourceLine, Voucher
from funds.queries import first_issue_on, ledger_of, ledgers_of, tasks_for
from policy.terms import Source, Stage
from projects.models import Project
from tests import factories as make
from tests.funds.refunds import propose_reversal
from tests.funds.scene import (
    ON,
    PLAN,
    budget,
    document_of,
    issue,
    judge,
    receive,
    recognise,
    record,
    submit,
)


def cost(act):
    with CaptureQueriesContext(
        connection,
    ) as spent:
        act()
    return len(spent)


def titles(user):
    fresh = User.objects.get(pk=user.pk)
    return [task.title for task in tasks_for(fresh, ON)]


def in_all_states(world, unit=None):
    """One more project with a payment in every state, money and budget."""
    if unit is not None:
        world.project = make.project(
            unit,
            stage=Stage.BUILDING,
            awarded_on=date(2025, 6, 20),
            build_start_on=date(2025, 7, 1),
            build_end_on=date(2027, 7, 1),
        )
        issue(world, number=f"示例财社指{world.project.pk}号")
        receive(world)
        budget(world)
    for number, verdict in enumerate(["recognised", "questioned", "disallowed", "returned"]):
        judge(world, submit(world, number=f"PZ-{number}"), verdict)
    submit(world, number="PZ-8")
    record(world, number="PZ-9")
    recognised = Voucher.objects.get(project=world.project, state="recognised")
    propose_reversal(world.project.pk, recognised.pk, actor=world.clerk, amount=Decimal(1), reason="退款", on=ON)


@pytest.fixture
def one(ready):
    in_all_states(ready)
    return ready


def test_balance_rows_are_the_sums_of_the_payments(one):
    rows = Voucher.objects.filter(project=one.project, category="equipment", source=Source.CENTRAL)
    reserved = sum(row.amount for row in rows if row.reserving)
    spent = sum(row.signed_amount for row in rows if row.state == "recognised")

    line = BudgetLine.objects.get(project=one.project, category="equipment", source=Source.CENTRAL)
    source = SourceLine.objects.get(project=one.project, source=Source.CENTRAL)

    assert (line.reserved, line.spent) == (source.reserved, source.spent) == (reserved, spent)


def test_every_project_of_a_list_has_its_ledger(one):
    found = ledgers_of([one.project, one.sibling])

    assert found[one.project.pk] == ledger_of(one.project)
    assert (found[one.project.pk].pending, found[one.project.pk].pending_count) == (Decimal("999.00"), 2)
    assert found[one.sibling.pk].lines == ()
    assert first_issue_on([one.project, one.sibling]) == {one.project.pk: date(2025, 9, 1)}


def test_ledgers_cost_the_same_for_one_project_and_for_three(one):
    first = cost(lambda: ledgers_of(list(Project.objects.filter(pk=one.project.pk))))
    in_all_states(one, one.unit)
    in_all_states(one, one.unit)

    assert cost(lambda: ledgers_of(list(Project.objects.all()))) == first == 5


@pytest.mark.parametrize("who", ["clerk", "leader", "city_finance", "hr", "finance", "finance_head"])
def test_tasks_cost_the_same_for_one_project_and_for_three(one, who):
    person = getattr(one, who).pk
    document_of(one, {one.sibling.pk: Decimal(1)}, number="示例7号")
    first = cost(lambda: tasks_for(User.objects.get(pk=person), ON))
    in_all_states(one, one.unit)
    in_all_states(one, one.unit)
    document_of(one, {one.sibling.pk: Decimal(1)}, number="示例8号")

    assert cost(lambda: tasks_for(User.objects.get(pk=person), ON)) == first


def test_the_ledger_page_costs_the_same_for_one_payment_and_for_three(ready, client):
    client.force_login(ready.clerk)
    page = reverse("funds:ledger", args=[ready.project.pk])
    submit(ready, number="PZ-1")
    client.get(page)
    first = cost(lambda: client.get(page))
    submit(ready, number="PZ-2")
    recognise(ready, number="PZ-3")

    assert cost(lambda: client.get(page)) == first


def test_the_list_of_documents_costs_the_same_for_one_and_for_three(world, client):
    client.force_login(world.finance)
    page = reverse("funds:documents")
    document_of(world, {world.project.pk: Decimal(1)}, number="示例1号")
    client.get(page)
    first = cost(lambda: client.get(page))
    for number in (2, 3):
        document_of(world, {world.project.pk: Decimal(1), world.sibling.pk: Decimal(1)}, number=f"示例{number}号")

    assert cost(lambda: client.get(page)) == first


def test_the_form_of_a_document_costs_the_same_for_two_projects_and_for_four(world, client):
    client.force_login(world.finance)
    page = reverse("funds:document_new")
    client.get(page)
    first = cost(lambda: client.get(page))
    for _ in range(2):
        make.project(world.unit, stage=Stage.BUILDING)

    assert cost(lambda: client.get(page)) == first


# What waits for whom


def test_money_waits_for_one_person_after_another(world):
    pk = world.project.pk
    document = document_of(world)
    signed_by = [titles(person) for person in (world.finance_head, world.finance, world.leader)]
    operations.approve_fund_document(document.pk, actor=world.finance_head, on=ON)
    unit = titles(world.leader), titles(world.clerk)
    receive(world)
    operations.save_budget(pk, actor=world.clerk, items=PLAN, on=ON)
    to_submit = titles(world.leader)
    operations.submit_budget(pk, actor=world.leader, on=ON)
    to_consent = titles(world.hr)
    operations.consent_budget(pk, actor=world.hr, on=ON)
    to_approve = titles(world.finance)

    assert signed_by == [["签批资金文件《示例财社指〔2025〕12号》"], [], []]
    assert unit == (["确认到账", "编报预算"], ["编报预算"])
    assert (to_submit, to_consent, to_approve) == (["提交预算"], ["会签预算"], ["批准预算"])


def test_a_returned_budget_waits_for_the_unit(world):
    issue(world)
    operations.save_budget(world.project.pk, actor=world.clerk, items=PLAN, on=ON)
    operations.submit_budget(world.project.pk, actor=world.leader, on=ON)
    operations.return_budget(world.project.pk, actor=world.hr, reason="请细化", on=ON)

    assert titles(world.clerk) == ["修改被退回的预算"]


def test_payments_wait_for_who_may_act_on_them(ready):
    bare = record(ready, number="PZ-1", uploads=[])
    record(ready, number="PZ-2")
    submit(ready, number="PZ-3")
    judge(ready, submit(ready, number="PZ-4"), "returned")

    assert titles(ready.clerk) == ["补正被退回的支出", "为支出草稿上传凭证"]
    assert titles(ready.leader) == ["提交支出"]
    assert titles(ready.city_finance) == ["审核支出"]
    assert titles(ready.finance) == []
    assert titles(make.user("CF", make.organisation(make.node(parent=ready.province)))) == []
    assert bare.state == "draft"


def test_payments_rise_to_the_province_where_the_city_has_nobody(ready):
    submit(ready)
    User.objects.filter(pk=ready.city_finance.pk).update(is_active=False)

    assert titles(ready.finance) == ["审核支出"]


def test_a_reversal_proposed_by_the_city_waits_for_the_province(ready):
    voucher = recognise(ready)
    propose_reversal(
        ready.project.pk, voucher.pk, actor=ready.city_finance, amount=Decimal(1), reason="重复支付", on=ON
    )

    assert titles(ready.city_finance) == []
    assert titles(ready.finance) == ["审核冲销"]
