"""清算 with 问题资金 still open on payments that are 认定: they are no compliant spending."""

import pytest

from funds import operations
from funds.models import Settlement
from funds.rules.settlement import standing_wrong
from funds.verify import verify
from policy.terms import Stage
from tests.funds.found_scene import audit, confirm, enter
from tests.funds.refunds import propose_reversal
from tests.funds.scene import ON, recognise
from tests.funds.test_settlements import A, D, R, T, approve, prepare, refusal, stage


@pytest.mark.parametrize("occasion", [R, A, T])
def test_recognised_payments_with_open_found_money_are_not_compliant(ready, occasion):
    """What was found wrong and not put right is claimed back; own money and payments not 认定 change nothing."""
    voucher = recognise(ready, "1000.00")
    row = audit(ready, voucher, "800.00")
    confirm(ready, enter(ready, row, "300.00"))
    stage(ready, {R: Stage.REVOKED, A: Stage.ACCEPTED, T: Stage.BUILDING}[occasion])

    prepared = prepare(ready, terminating=occasion == T)

    assert (prepared.compliant, prepared.residual, prepared.recovery) == (D(500), D(6_999_500), D(6_999_500))
    confirm(ready, enter(ready, row, "200.00"))
    assert refusal(approve, ready, occasion) == ["stale"]
    prepared = prepare(ready, terminating=occasion == T)
    assert (prepared.compliant, prepared.detail["problem"]) == (D(700), "300.00")
    approve(ready, occasion)
    assert refusal(enter, ready, row, "300.00", "recovered") == ["claimed"]
    confirm(ready, enter(ready, row, "300.00"))
    assert [fault for fault in verify([ready.project]) if fault.grave] == []


@pytest.mark.parametrize(("problem", "named"), [("800.00", False), ("900.00", True)])
def test_a_settlement_that_leaves_out_more_than_was_found_is_named(ready, problem, named):
    audit(ready, recognise(ready, "1000.00"), "800.00")
    stage(ready, Stage.REVOKED)
    approved = {"state": "approved", "detail": prepare(ready).detail | {"problem": problem}}
    compliant = D(1000) - D(problem)
    Settlement.objects.update(compliant=compliant, residual=D(7_000_000) - compliant, **approved)

    said = [fault.text for fault in verify([ready.project]) if f"问题资金 {problem} 元" in fault.text]

    assert bool(said) == named


@pytest.mark.parametrize(
    ("left", "back", "since", "expected"),
    [(800, 0, 0, 800), (800, 800, 800, 0), (700, 300, 0, 700), (800, 300, 300, 500), (900, 400, 0, 600)],
    ids=["nothing reversed", "all that was found", "reversed before", "part of what was found", "no more than is left"],
)
def test_what_was_reversed_stands_wrong_no_more(left, back, since, expected):
    assert standing_wrong(D(1000), left=D(left), back=D(back), back_since=D(since)) == expected


def test_a_reversal_of_what_was_found_is_compliant_again(ready):
    voucher = recognise(ready, "1000.00")
    audit(ready, voucher, "800.00")
    reversal = propose_reversal(ready.project.pk, voucher.pk, actor=ready.clerk, amount=D(800), reason="退回", on=ON)
    judge_it = {"actor": ready.city_finance, "verdict": "recognised", "opinion": "同意", "on": ON}
    operations.judge_reversal(ready.project.pk, reversal.pk, **judge_it)
    stage(ready, Stage.REVOKED)

    assert prepare(ready).compliant == 200
