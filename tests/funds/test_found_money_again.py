"""A payment found wrong again after its 问题资金 was put right, and one rewritten under it."""

from decimal import Decimal

import pytest

from funds import operations, queries
from funds.models import FoundMoney
from policy.findings import Refused
from tests.funds.audit_scene import find, open_
from tests.funds.found_scene import audit, confirm, enter, figures, url
from tests.funds.scene import ON, judge, recognise, submit


def open_of(voucher):
    return [row.left for row in FoundMoney.objects.filter(voucher=voucher).order_by("pk")]


# Found again


def test_a_disallowance_after_a_proof_opens_the_whole_payment_again(ready):
    voucher = submit(ready)
    first = audit(ready, voucher, "1000.00")
    confirm(ready, enter(ready, first, "1000.00"))

    judge(ready, voucher, "disallowed", opinion="补证不实")

    assert open_of(voucher) == [0, 1000]
    assert figures(first) == ["1000.00", "1000.00", "0.00", "0.00", "0.00"]
    again = FoundMoney.objects.last()
    assert (again.kind, again.fact) == ("disallowed", "支出 PZ-001 不认定：补证不实")
    voucher.refresh_from_db()
    assert not queries.proved(voucher)
    with pytest.raises(Refused, match="全额补证"):
        judge(ready, voucher, "recognised")

    confirm(ready, enter(ready, again, "1000.00"))

    assert judge(ready, voucher, "recognised").state == "recognised"


@pytest.mark.parametrize(
    ("move", "part", "left"),
    [("proved", "300.00", [500, 500]), ("recovered", "300.00", [500, 200]), ("written_off", "800.00", [0, 200])],
)
def test_what_came_back_or_was_written_off_is_not_asked_for_again(ready, move, part, left):
    voucher = submit(ready)
    confirm(ready, enter(ready, audit(ready, voucher, "800.00"), part, move))

    judge(ready, voucher, "disallowed")

    assert open_of(voucher) == left


def test_a_row_nobody_began_to_settle_is_raised(ready):
    voucher = submit(ready)
    row = audit(ready, voucher, "800.00")

    judge(ready, voucher, "disallowed")

    assert figures(row) == ["1000.00", "0.00", "0.00", "0.00", "1000.00"]
    assert FoundMoney.objects.count() == 1


def test_a_finding_after_an_earlier_one_was_put_right_opens_its_own_row(ready):
    voucher = recognise(ready)
    confirm(ready, enter(ready, audit(ready, voucher, "1000.00"), "1000.00"))

    second = audit(ready, voucher, "600.00", number="示审〔2026〕10号")

    assert open_of(voucher) == [0, 600]
    assert (second.found, second.finding.amount, second.finding.case.number) == (600, 600, "示审〔2026〕10号")


def test_what_is_open_of_a_payment_is_never_more_than_the_payment(ready):
    voucher = recognise(ready)
    confirm(ready, enter(ready, audit(ready, voucher, "1000.00"), "300.00"))

    audit(ready, voucher, "600.00", number="示审〔2026〕10号")

    assert open_of(voucher) == [700, 300]


def test_the_payment_page_shows_what_was_found_last(ready, client):
    voucher = submit(ready)
    confirm(ready, enter(ready, audit(ready, voucher, "1000.00"), "1000.00"))
    judge(ready, voucher, "disallowed", opinion="补证不实")
    client.force_login(ready.finance)

    assert "不认定：补证不实" in client.get(url("voucher", ready.project.pk, voucher.pk)).content.decode()


# Rewritten


def edit(world, voucher, **changes):
    names = ("number", "paid_on", "category", "source", "abstract", "payee", "amount")
    entry = {name: getattr(voucher, name) for name in names} | changes
    return operations.edit_voucher(world.project.pk, voucher.pk, actor=world.clerk, on=ON, **entry)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"amount": Decimal("999.99")}, "金额"),
        ({"payee": "另一公司"}, "收款人"),
        ({"category": "facilities"}, "支出类别"),
        ({"source": "own"}, "资金来源"),
    ],
)
@pytest.mark.parametrize("amount", ["1000.00", "0.00"], ids=["found money", "a finding without a figure"])
def test_a_returned_payment_is_not_rewritten_under_what_was_found(ready, amount, changes, said):
    voucher = submit(ready)
    audit(ready, voucher, amount)
    returned = judge(ready, voucher, "returned")

    with pytest.raises(Refused, match=f"审计发现，{said}.*不能改。请保持原样补充材料后重新提交"):
        edit(ready, returned, **changes)


def test_what_was_found_leaves_the_rest_of_a_returned_payment_free(ready):
    voucher = submit(ready)
    audit(ready, voucher, "1000.00")

    edited = edit(ready, judge(ready, voucher, "returned"), abstract="补充说明", amount=Decimal("1000.01"))

    assert (edited.abstract, edited.amount) == ("补充说明", Decimal("1000.01"))


def test_a_finding_that_was_not_sent_stands_in_nobodys_way(ready):
    voucher = submit(ready)
    find(ready, open_(ready, size=1), voucher_id=voucher.pk, amount=Decimal(1000))

    assert edit(ready, judge(ready, voucher, "returned"), amount=Decimal(1)).amount == 1
