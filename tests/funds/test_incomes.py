"""其他收入: a fact with its proof, reversed by another hand, and no budget."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.urls import reverse

from funds import operations, queries
from funds.models import Income, Settlement, SourceLine
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


def reverse_it(world, row, actor=None, reason="记错项目"):
    return operations.reverse_income(world.project.pk, row.pk, actor=actor or world.leader, reason=reason, on=ON)


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
    back = reverse_it(world, row)
    with pytest.raises(Refused) as twice:
        reverse_it(world, row)
    with pytest.raises(Refused) as chained:
        reverse_it(world, back)

    assert [codes(one) for one in (sod, silent, twice, chained)] == [["sod"], ["reason"], ["state"], ["state"]]
    assert dict(queries.income_totals(queries.incomes_of(world.project)))["利息"] == Decimal("12.34")
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
