"""Payments handed in while the books wait for their 清算: they hold nothing up, and nothing moves once it is approved."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from funds import operations, queries
from funds.models import FoundMoney, Voucher
from funds.rules import check_current
from policy.findings import Refused
from policy.terms import Stage
from tests.funds.scene import ON, judge, recognise, record, submit
from tests.funds.test_repayments import pay
from tests.funds.test_settlements import A, D, R, T, approve, prepare, refusal, stage
from tests.funds.test_settlements_once import overtake

LATER = ON + timedelta(days=1)
# How a project comes to its 清算: the stage, and what it is prepared for.
ENDS = [(Stage.REVOKED, R, {}), (Stage.ACCEPTED, A, {}), (Stage.BUILDING, T, {"terminating": True})]
OUTSIDE = {"amount": "100.00", "paid_on": date(2025, 6, 30), "number": "PZ-晚"}


@pytest.mark.parametrize(("to", "occasion", "told"), ENDS)
def test_a_payment_outside_every_limit_holds_no_settlement_up(ready, to, occasion, told):
    recognise(ready)
    stage(ready, to)
    prepare(ready, **told)
    late = submit(ready, **OUTSIDE)

    assert (late.fits, late.after_stop) == (False, True)
    assert queries.overtaken(queries.prepared(ready.project), ready.project) == []
    assert approve(ready, occasion).state == "approved"


@pytest.mark.parametrize(("to", "occasion", "told"), ENDS)
def test_what_was_handed_in_before_is_judged_first(ready, to, occasion, told):
    early = submit(ready, **OUTSIDE)
    stage(ready, to)

    assert refusal(prepare, ready, **told) == ["open"]

    judge(ready, early, "disallowed")
    prepare(ready, **told)
    assert approve(ready, occasion).state == "approved"


def test_a_payment_inside_the_limits_holds_the_settlement_of_an_acceptance_up(ready):
    stage(ready, Stage.ACCEPTED)
    prepare(ready)
    late = submit(ready, "100.00")

    assert late.fits
    assert refusal(approve, ready, A) == ["open"]


def test_finance_may_question_the_late_payment_and_still_settle(ready):
    stage(ready, Stage.REVOKED)
    prepare(ready)
    judge(ready, submit(ready, **OUTSIDE), "questioned")

    assert approve(ready, R).state == "approved"


def test_once_the_books_are_open_again_every_payment_counts(ready):
    stage(ready, Stage.ACCEPTED)
    prepare(ready)
    submit(ready, **OUTSIDE)
    assert queries.open_count(ready.project) == 0

    overtake(ready.project.pk, actor=ready.finance, on=ON)
    stage(ready, Stage.REVOKED)

    assert queries.open_count(ready.project) == 1


def test_the_page_asks_what_the_approval_asks(ready, client):
    stage(ready, Stage.ACCEPTED)
    prepare(ready)
    late = submit(ready, "100.00")
    client.force_login(ready.finance_head)
    url = reverse("funds:settlement_approve", args=[ready.project.pk])

    page = client.get(url).content.decode()
    assert "条件已齐" not in page
    assert "尚有 1 笔支出待认定或暂不认定" in page

    judge(ready, late, "returned")
    assert "条件已齐" in client.get(url).content.decode()


def test_what_moved_is_named():
    kept = {"received": D(10), "compliant": D(5)}

    found = list(check_current(kept, kept | {"compliant": D(6)}, open_count=0))

    assert [one.code for one in found] == ["stale"]
    assert "合规支出 5.00 元 → 6.00 元" in found[0].message


# Closed books


def closed(ready):
    stage(ready, Stage.REVOKED)
    prepare(ready)
    draft = record(ready, number="PZ-草稿", amount="50.00")
    late = submit(ready, **OUTSIDE)
    approve(ready, R)
    stage(ready, Stage.SETTLED)
    return draft, late


def test_nothing_is_found_wrong_by_a_verdict_once_the_books_are_closed(ready):
    _, late = closed(ready)

    with pytest.raises(Refused) as refused:
        judge(ready, late, "disallowed")

    assert [one.code for one in refused.value.findings] == ["settled"]
    assert "退回" in refused.value.findings[0].message
    assert not FoundMoney.objects.exists()
    assert judge(ready, late, "returned").state == "returned"


def test_nothing_is_handed_in_once_the_books_are_closed(ready):
    draft, _ = closed(ready)

    assert refusal(operations.submit_voucher, ready.project.pk, draft.pk, actor=ready.leader, on=ON) == ["settled"]
    assert Voucher.objects.get(pk=draft.pk).state == "draft"


# 缴回


@pytest.mark.parametrize(("paid_on", "expected"), [(ON, []), (ON - timedelta(days=1), ["before_claim"])])
def test_money_comes_back_under_a_claim_once_it_is_claimed(ready, paid_on, expected):
    closed(ready)

    assert (refusal(pay, ready, paid_on=paid_on) if expected else pay(ready, paid_on=paid_on) and []) == expected
