"""其他收入: a fact with its proof, reversed by another hand, and no budget."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.urls import reverse

from funds import operations, queries
from funds.models import Income, IncomeReversal, Settlement, SourceLine
from policy.findings import Refused
from projects.models import Attachment
from tests import factories as make
from tests.funds.scene import ON, upload
from tests.funds.test_documents import codes


def income(world, actor=None, **changes):
    facts = {
        "kind": "interest", "amount": Decimal("12.34"), "received_on": date(2025, 12, 21), "number": "利-1",
        "uploads": [upload("利息单.png")], "on": ON,
    }  # fmt: skip
    return operations.record_income(world.project.pk, actor=actor or world.clerk, **(facts | changes))


def reverse_it(world, row, actor=None, reason="记错项目", **changes):
    given = {"reason": reason, "uploads": [upload("更正回单.png")], "on": ON} | changes
    return operations.reverse_income(world.project.pk, row.pk, actor=actor or world.leader, **given)


def decide(world, asked, actor=None, agreed=True, opinion=""):
    given = {"agreed": agreed, "opinion": opinion, "on": ON}
    return operations.judge_income_reversal(world.project.pk, asked.pk, actor=actor or world.city_finance, **given)


def interest_of(world):
    return dict(queries.income_totals(queries.incomes_of(world.project)))["利息"]


def test_interest_is_recorded_with_its_proof_and_raises_no_limit(ready):
    before = list(SourceLine.objects.values_list("source", "limit"))

    row = income(ready)

    assert Attachment.objects.get(about="income").about_id == row.pk
    assert list(SourceLine.objects.values_list("source", "limit")) == before
    assert dict(queries.income_totals(queries.incomes_of(ready.project)))["利息"] == Decimal("12.34")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"kind": "gift"}, ["kind"]),
        ({"amount": Decimal(0)}, ["amount"]),
        ({"received_on": date(2026, 3, 3)}, ["received_on"]),
        ({"received_on": date(2025, 6, 19)}, ["received_on"]),
        ({"number": " "}, ["number"]),
        ({"uploads": []}, ["uploads"]),
    ],
)
def test_what_an_income_must_say(world, changes, expected):
    with pytest.raises(Refused) as refused:
        income(world, **changes)

    assert codes(refused) == expected
    assert not Income.objects.exists()


def test_a_number_is_recorded_once(world):
    income(world)

    with pytest.raises(Refused) as refused:
        income(world)

    assert codes(refused) == ["number"]


def test_a_reversal_is_a_row_of_its_own_by_another_person(world):
    row = income(world)
    both = make.user("U1", world.unit)
    make.Membership.objects.create(user=both, role="U2", organisation=world.unit)
    own = income(world, both, number="利-2")

    with pytest.raises(Refused) as sod:
        reverse_it(world, own, both)
    with pytest.raises(Refused) as silent:
        reverse_it(world, row, reason=" ")
    with pytest.raises(Refused) as bare:
        reverse_it(world, row, uploads=[])
    asked = reverse_it(world, row)
    with pytest.raises(Refused) as twice:
        reverse_it(world, row)
    decide(world, asked)
    with pytest.raises(Refused) as again:
        reverse_it(world, row)
    with pytest.raises(Refused) as chained:
        reverse_it(world, Income.objects.get(reverses=row))

    caught = [codes(one) for one in (sod, silent, bare, twice, again, chained)]
    assert caught == [["sod"], ["reason"], ["uploads"], ["state"], ["state"], ["state"]]
    assert interest_of(world) == Decimal("12.34")
    with pytest.raises(DatabaseError), transaction.atomic():
        Income.objects.update(amount=Decimal(1))


@pytest.mark.parametrize("who", ["leader", "city_finance", "finance", "hr"])
def test_only_the_clerk_records_income(world, who):
    with pytest.raises(PermissionDenied):
        income(world, getattr(world, who))


def test_the_page_shows_rows_sums_and_who_may_reverse(world, client):
    client.force_login(world.clerk)
    typed = {
        "kind": "own",
        "amount": "300000",
        "received_on": "2025-12-01",
        "number": "自-1",
        "uploads": upload("回单.png"),
    }
    bad = client.post(reverse("funds:income_new", args=[world.project.pk]), typed | {"received_on": "2030-01-01"})
    typed["uploads"] = upload("回单.png")
    good = client.post(reverse("funds:income_new", args=[world.project.pk]), typed)
    client.force_login(world.leader)

    page = client.get(reverse("funds:incomes", args=[world.project.pk])).content.decode()

    assert (bad.status_code, good.status_code) == (422, 302)
    assert all(text in page for text in ("自-1", "30.00", "冲销", "回单.png"))


def test_income_does_not_move_once_the_money_is_settled(ready):
    row = income(ready)
    zero = {"received": 0, "compliant": 0, "residual": 0, "recovery": 0}
    Settlement.objects.create(
        project=ready.project, occasion="termination", document_number="清-1", prepared_by=ready.finance, prepared_on=ON,
        state="approved", approved_by=ready.finance_head, approved_on=ON, **zero,
    )  # fmt: skip

    for act in (lambda: income(ready, number="利-2"), lambda: reverse_it(ready, row)):
        with pytest.raises(Refused) as caught:
            act()
        assert codes(caught) == ["settled"]


def test_income_counts_until_finance_agrees_to_its_reversal(world):
    row = income(world)

    asked = reverse_it(world, row)
    before = interest_of(world)
    with pytest.raises(Refused) as silent:
        decide(world, asked, agreed=False)
    returned = decide(world, asked, agreed=False, opinion="回单与账不符")
    kept = interest_of(world)
    agreed = decide(world, reverse_it(world, row))
    with pytest.raises(Refused) as twice:
        decide(world, agreed)

    assert (before, kept, interest_of(world)) == (Decimal("12.34"), Decimal("12.34"), Decimal(0))
    assert (returned.state, agreed.state, agreed.decided_by) == ("returned", "agreed", world.city_finance)
    assert (codes(silent), codes(twice)) == (["opinion"], ["state"])
    back = Income.objects.get(reverses=row)
    assert (back.amount, back.note, back.recorded_by) == (row.amount, "记错项目", world.leader)
    assert Attachment.objects.filter(about="income_reversal").count() == 2
    with pytest.raises(DatabaseError), transaction.atomic():
        IncomeReversal.objects.update(reason="改")


def test_the_finance_of_the_city_decides_and_nobody_of_the_unit(world):
    asked = reverse_it(world, income(world))

    for who in (world.leader, world.clerk, world.hr):
        with pytest.raises(PermissionDenied):
            decide(world, asked, who)
    with pytest.raises(Refused) as rises:
        decide(world, asked, world.finance)

    assert codes(rises) == ["level"]
    assert [task.title for task in queries.tasks_for(world.city_finance, ON)].count("审核冲销收入") == 1
    assert "审核冲销收入" not in [task.title for task in queries.tasks_for(world.finance, ON)]
    assert decide(world, asked).state == "agreed"


def test_a_reversal_goes_its_way_through_the_pages(world, client):
    row, pk = income(world), world.project.pk
    client.force_login(world.leader)
    page = reverse("funds:income_reverse", args=[pk, row.pk])
    bare = client.post(page, {"reason": "记错项目"})
    typed = {"reason": "记错项目", "uploads": upload("更正回单.png")}
    assert (bare.status_code, "记错项目" in bare.content.decode()) == (422, True)
    assert client.post(page, typed).status_code == 302
    asked = IncomeReversal.objects.get()
    waits = client.get(reverse("funds:incomes", args=[pk])).content.decode()
    assert ("冲销待财政审核" in waits, "更正回单.png" in waits, "审核冲销" in waits) == (True, True, False)

    client.force_login(world.city_finance)
    judge = reverse("funds:income_judge", args=[pk, asked.pk])
    assert judge in client.get(reverse("funds:incomes", args=[pk])).content.decode()
    shown = client.get(judge).content.decode()
    assert all(text in shown for text in ("记错项目", "更正回单.png", "利息单.png", "12.34"))
    assert client.post(judge, {"agreed": "no", "opinion": ""}).status_code == 422
    assert client.post(judge, {"agreed": "yes"}).status_code == 302
    assert interest_of(world) == Decimal(0)


def test_the_list_costs_the_same_for_one_reversal_and_for_three(world, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    reverse_it(world, income(world))
    with CaptureQueriesContext(connection) as one:
        queries.incomes_of(world.project)
    for number in ("利-2", "利-3"):
        reverse_it(world, income(world, number=number))

    with django_assert_num_queries(len(one)):
        assert len(queries.incomes_of(world.project)) == 3
