"""One natural person with two posts and the money: who had a hand in it does not approve it (SD1, SD2, SD3)."""

from decimal import Decimal

import pytest

from accounts.models import Membership
from accounts.roles import Role
from funds import operations as funds
from lifecycle.queries import people_involved
from tests import factories as make
from tests.funds import scene as money
from tests.funds.refunds import propose_reversal
from tests.permissions.posts import also, moved, refusal


@pytest.fixture
def purse(db, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    return money.make_scene()


# 预算


def budget_at(purse, step):
    pk = purse.project.pk
    money.issue(purse)
    funds.save_budget(pk, actor=purse.clerk, items=money.PLAN, on=money.ON)
    funds.submit_budget(pk, actor=purse.leader, on=money.ON)
    if step == "consented":
        funds.consent_budget(pk, actor=purse.hr, on=money.ON)


@pytest.mark.parametrize("who", ["clerk", "leader"])
@pytest.mark.parametrize("step", ["submitted", "consented"])
def test_who_drew_up_or_submitted_a_budget_agrees_to_it_in_no_later_post(purse, who, step):
    budget_at(purse, step)
    office = Membership.objects.get(role=Role.PH if step == "submitted" else Role.PF).organisation
    again = moved(getattr(purse, who), Role.PH if step == "submitted" else Role.PF, office)
    act = funds.consent_budget if step == "submitted" else funds.approve_budget

    assert refusal(act, purse.project.pk, actor=again, on=money.ON) == {"sod"}
    assert refusal(funds.return_budget, purse.project.pk, actor=again, reason="退回", on=money.ON) == {"sod"}


def test_who_consented_to_a_budget_does_not_approve_it(purse):
    """SD2"""
    budget_at(purse, "consented")
    again = moved(purse.hr, Role.PF, purse.finance_head_office)

    assert refusal(funds.approve_budget, purse.project.pk, actor=again, on=money.ON) == {"sod"}


def test_who_drew_up_a_budget_before_a_colleague_does_not_approve_it(purse):
    pk = purse.project.pk
    money.issue(purse)
    funds.save_budget(pk, actor=purse.clerk, items=money.PLAN, on=money.ON)
    funds.save_budget(pk, actor=make.user(Role.U1, purse.unit), items=money.PLAN, on=money.ON)
    funds.submit_budget(pk, actor=purse.leader, on=money.ON)
    funds.consent_budget(pk, actor=purse.hr, on=money.ON)
    again = moved(purse.clerk, Role.PF, purse.finance_head_office)

    assert refusal(funds.approve_budget, pk, actor=again, on=money.ON) == {"sod"}


def test_who_proposed_a_change_neither_returns_nor_signs_it(purse):
    money.receive(budget_ready(purse))
    again = moved(purse.leader, Role.PH, Membership.objects.get(role=Role.PH).organisation)
    assert refusal(funds.return_budget, purse.project.pk, actor=again, reason="退回", on=money.ON) == {"sod"}
    assert again.pk in people_involved("T13", purse.project)


def budget_ready(purse):
    """With a 调剂 that the leader has proposed."""
    budget_at(purse, "consented")
    funds.approve_budget(purse.project.pk, actor=purse.finance, on=money.ON)
    moves = money.PLAN | {("equipment", "central"): Decimal(4_900_000), ("activities", "central"): Decimal(100_000)}
    given = {"items": moves, "reason": "中标价低", "uploads": [money.upload()], "on": money.ON}
    funds.propose_change(purse.project.pk, actor=purse.leader, **given)
    return purse


# 资金文件, 支出, 冲销


def test_who_recorded_a_fund_document_neither_signs_nor_returns_it(purse):
    document = money.document_of(purse)
    both = also(purse.finance, Role.PFL, purse.finance_head_office)

    assert refusal(funds.approve_fund_document, document.pk, actor=both, on=money.ON) == {"sod"}
    assert refusal(funds.return_fund_document, document.pk, reason="错", actor=both, on=money.ON) == {"sod"}
    assert funds.approve_fund_document(document.pk, actor=purse.finance_head, on=money.ON).state == "approved"


def test_who_recorded_a_payment_does_not_submit_it(purse):
    money.make_ready(purse)
    voucher = money.record(purse)
    both = also(purse.clerk, Role.U2, purse.unit)

    assert refusal(funds.submit_voucher, purse.project.pk, voucher.pk, actor=both, on=money.ON) == {"sod"}


def test_who_changed_a_payment_does_not_submit_it(purse):
    """A draft is changed by who holds it; handed over, it has two hands that do not submit it."""
    money.make_ready(purse)
    voucher = money.record(purse)
    colleague = make.user(Role.U1, purse.unit)
    names = ("number", "paid_on", "category", "source", "payee", "amount")
    entry = {name: getattr(voucher, name) for name in names}
    change = {"actor": colleague, "on": money.ON, "abstract": "改"} | entry

    assert refusal(funds.edit_voucher, purse.project.pk, voucher.pk, **change) == {"holder"}
    funds.hand_over_drafts(purse.project.pk, actor=purse.leader, giver=purse.clerk, taker=colleague, on=money.ON)
    funds.edit_voucher(purse.project.pk, voucher.pk, **change)

    both = also(colleague, Role.U2, purse.unit)
    assert refusal(funds.submit_voucher, purse.project.pk, voucher.pk, actor=both, on=money.ON) == {"sod"}


@pytest.mark.parametrize("who", ["clerk", "leader"])
@pytest.mark.parametrize("verdict", ["recognised", "questioned", "disallowed", "returned"])
def test_who_had_a_hand_in_a_payment_judges_it_in_no_later_post(purse, who, verdict):
    money.make_ready(purse)
    voucher = money.submit(purse)
    again = moved(getattr(purse, who), Role.CF, purse.city_office)

    assert "sod" in refusal(money.judge, purse, voucher, verdict, actor=again)


def test_a_colleague_in_the_office_of_the_recorder_does_not_judge_either(purse):
    """SD3"""
    money.make_ready(purse)
    voucher = money.submit(purse)
    moved(purse.clerk, Role.CF, purse.city_office)

    assert refusal(money.judge, purse, voucher, "recognised") == {"sod"}
    assert money.judge(purse, voucher, "recognised", actor=purse.finance).state == "recognised"


def reversal_by(purse, person):
    money.make_ready(purse)
    voucher = money.recognise(purse)
    return propose_reversal(purse.project.pk, voucher.pk, actor=person, amount=Decimal(100), reason="退款", on=money.ON)


def judged(purse, reversal, person):
    return funds.judge_reversal(purse.project.pk, reversal.pk, actor=person, verdict="recognised", on=money.ON)


def test_who_proposed_a_reversal_approves_it_in_neither_post(purse):
    reversal = reversal_by(purse, purse.city_finance)
    both = also(purse.city_finance, Role.PF, purse.finance_head_office)

    assert refusal(judged, purse, reversal, both) == {"sod"}


def test_a_reversal_proposed_by_an_office_is_approved_by_another(purse):
    """SD3"""
    reversal = reversal_by(purse, purse.city_finance)

    assert refusal(judged, purse, reversal, make.user(Role.CF, purse.city_office)) == {"sod"}
    assert judged(purse, reversal, purse.finance).state == "recognised"


def test_a_clerk_who_moved_to_finance_does_not_approve_the_own_reversal(purse):
    reversal = reversal_by(purse, purse.clerk)

    assert refusal(judged, purse, reversal, moved(purse.clerk, Role.CF, purse.city_office)) == {"sod"}
