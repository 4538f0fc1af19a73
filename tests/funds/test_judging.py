"""认定 in full: two signatures, the build period, 暂停, the tail of a contract, required facts, entry types, handover."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Entry, Membership
from funds import operations, queries, rules
from funds.models import ABOUT_CONTRACT, BudgetLine, Contract, FundHold
from funds.rules import Officer, Payment, Setting, Standing, Terms
from policy.findings import Refused
from policy.loader import edition
from policy.terms import Kind, Source, Stage, VoucherState
from projects.models import Attachment, Decision, Project
from tests import factories as make
from tests.funds.refunds import propose_reversal
from tests.funds.scene import ON, judge, recognise, submit
from tests.funds.test_rules import END, START, codes, ledger

EDITION = edition("jilin_2025")
THRESHOLD = Decimal(500_000)
DAY = date(2026, 3, 2)


def refused(act, *args, **kwargs):
    with pytest.raises(Refused) as caught:
        act(*args, **kwargs)
    return codes(caught.value.findings)


def sign(world, voucher, actor, verdict="recognised", opinion="依据见附件"):
    given = {"actor": actor, "verdict": verdict, "opinion": opinion, "on": ON}
    return operations.judge_voucher(world.project.pk, voucher.pk, **given)


def balances(world):
    line = BudgetLine.objects.get(project=world.project, category="equipment", source=Source.CENTRAL)
    return line.reserved, line.spent


# The threshold


def second(amount, *others, source="central"):
    rows = [
        Standing(DAY + timedelta(days=days), Decimal(paid), ("收款方",) * payee + ("合同",) * contract)
        for days, paid, payee, contract in others
    ]
    return bool(rules.second_signature(EDITION, source=source, amount=Decimal(amount), paid_on=DAY, others=rows))


@pytest.mark.parametrize(("amount", "needed"), [("499999.99", False), ("500000.00", True), ("500000.01", True)])
def test_the_second_signature_begins_at_the_threshold(amount, needed):
    assert second(amount) is needed
    assert second(amount, source=Source.OWN) is False


@pytest.mark.parametrize(
    ("others", "needed"),
    [
        ([(-1, "499999.99", True, False)], True),
        ([(-1, "499999.98", True, False)], False),
        ([(-1, "499999.99", False, False)], False),
        ([(-1, "499999.99", False, True)], True),
        ([(-89, "499999.99", True, False)], True),
        ([(-90, "499999.99", True, False)], False),
        ([(89, "499999.99", True, False)], True),
        ([(90, "499999.99", True, False)], False),
        ([(-60, "250000.00", True, False), (60, "249999.99", True, False)], False),
        ([(-44, "250000.00", True, False), (45, "249999.99", True, False)], True),
        ([(-1, "250000.00", True, False), (-1, "249999.99", False, True)], True),
    ],
    ids=[
        "sum at the threshold", "one cent under", "another payee", "same contract", "last day of the window",
        "a day before it", "a later payment", "too late", "no one window holds both", "one window holds both",
        "one by payee, one by contract",
    ],
)  # fmt: skip
def test_payments_to_one_payee_or_contract_are_added_up_over_the_window(others, needed):
    assert second("0.01", *others) is needed


def test_the_window_counts_what_is_recognised_less_what_was_reversed(ready):
    first = recognise(ready, "499999.99", "PZ-1", payee="示例设备 公司")
    next_one = submit(ready, "0.01", "PZ-2")
    assert "累计 500,000.00 元" in queries.why_second(ready.project, next_one)

    back = propose_reversal(ready.project.pk, first.pk, actor=ready.clerk, amount=Decimal("0.01"), reason="退款", on=ON)
    operations.judge_reversal(ready.project.pk, back.pk, actor=ready.city_finance, verdict="recognised", on=ON)

    assert queries.why_second(ready.project, next_one) == ""


def test_what_was_signed_once_counts_before_the_second_signature(ready):
    waiting = submit(ready, "500000.00", "PZ-1", payee="示例设备公司")
    small = submit(ready, "0.01", "PZ-2", payee="示例设备公司")
    assert queries.why_second(ready.project, small) == ""
    sign(ready, waiting, ready.city_finance)

    first = sign(ready, small, ready.city_finance)

    assert (first.state, first.first_judged_by) == (VoucherState.SUBMITTED, ready.city_finance)
    sign(ready, waiting, ready.finance, verdict="returned")
    assert queries.why_second(ready.project, small) == ""


@pytest.mark.parametrize(
    ("first", "then", "words"),
    [
        ({"payee": "示例设备有限责任公司"}, {"payee": "示例设备（有限）公司"}, "同一收款方或开票方"),
        ({"payee": "示例设备公司"}, {"payee": "示例设备股份有限公司"}, "同一收款方或开票方"),
        ({"payee": "Ａbc·设备 公司"}, {"payee": "ABC【设备】"}, "同一收款方或开票方"),
        ({"payee": "甲", "invoice_seller": "示例设备公司"}, {"payee": "示例设备"}, "同一收款方或开票方"),
        ({"payee": "甲", "contract_number": "ht〔2026〕-1"}, {"payee": "乙", "contract_number": "HT2026 1"}, "合同号"),
        ({"payee": "甲", "contract_number": ""}, {"payee": "乙", "contract_number": ""}, ""),
        ({"payee": "甲公司"}, {"payee": "乙公司"}, ""),
    ],
)
def test_another_spelling_does_not_clear_the_second_signature(ready, first, then, words):
    recognise(ready, "499999.99", "PZ-1", **first)
    next_one = submit(ready, "0.01", "PZ-2", **then)

    found = queries.why_second(ready.project, next_one)

    assert words in found
    assert bool(found) is bool(words)


def test_a_contract_is_the_same_chosen_or_typed(ready):
    recognise(ready, "499999.99", "PZ-1", payee="甲", contract=contract_of(ready))

    assert "同一合同号" in queries.why_second(
        ready.project, submit(ready, "0.01", "PZ-2", payee="乙", contract_number="ht1")
    )


# Two signatures


def test_two_persons_say_yes_and_the_money_is_spent_with_the_second(ready):
    voucher = submit(ready, "500000.00")

    first = sign(ready, voucher, ready.city_finance, opinion="同意")
    between = (first.state, first.first_judged_by, first.entry_number, balances(ready))
    done = sign(ready, voucher, ready.finance)

    assert between == (VoucherState.SUBMITTED, ready.city_finance, None, (THRESHOLD, 0))
    assert (done.state, done.judged_by, done.entry_number) == (VoucherState.RECOGNISED, ready.finance, 1)
    assert balances(ready) == (0, THRESHOLD)
    assert Entry.objects.filter(verb="审核支出", result="ok", project_id=ready.project.pk).count() == 2


def test_nobody_gives_both_signatures_and_no_city_gives_the_second(ready):
    other = make.user("CF", ready.city_office)
    voucher = submit(ready, "500000.00")
    sign(ready, voucher, ready.city_finance)

    assert refused(sign, ready, voucher, ready.city_finance) == ["second"]
    assert refused(sign, ready, voucher, other) == ["second"]
    with pytest.raises(PermissionDenied):
        sign(ready, voucher, ready.leader)
    assert balances(ready) == (THRESHOLD, 0)


@pytest.mark.parametrize("verdict", ["questioned", "returned", "disallowed"])
def test_a_doubt_of_the_second_takes_the_first_signature_away(ready, verdict):
    voucher = submit(ready, "500000.00")
    sign(ready, voucher, ready.city_finance)

    judged = sign(ready, voucher, ready.finance, verdict)

    assert (judged.state, judged.first_judged_by, judged.first_opinion) == (verdict, None, "")
    assert balances(ready) == (0, 0)


def test_a_question_that_is_answered_takes_two_signatures_again(ready):
    voucher = judge(ready, submit(ready, "500000.00"), "questioned")

    first = sign(ready, voucher, ready.city_finance)

    assert (first.state, first.fits, balances(ready)) == (VoucherState.SUBMITTED, True, (THRESHOLD, 0))
    assert sign(ready, voucher, ready.finance).state == VoucherState.RECOGNISED


def test_below_the_threshold_one_person_is_enough(ready):
    assert sign(ready, submit(ready, "499999.99"), ready.city_finance).state == VoucherState.RECOGNISED


def test_a_direct_unit_needs_two_persons_of_the_province_and_is_told_where_there_is_one(ready):
    Membership.objects.filter(role="CF").update(until=ON - timedelta(days=1))
    voucher = submit(ready, "500000.00")
    sign(ready, voucher, ready.finance)

    with pytest.raises(Refused, match="省财政厅现无另一名经办。请联系系统管理员增设"):
        sign(ready, voucher, ready.finance)

    colleague = make.user("PF", Membership.objects.get(user=ready.finance).organisation)
    assert refused(sign, ready, voucher, ready.finance) == ["second"]
    assert sign(ready, voucher, colleague).state == VoucherState.RECOGNISED


def test_the_second_waits_in_the_list_of_the_province(ready):
    sign(ready, submit(ready, "500000.00"), ready.city_finance)

    titles = {who: [task.title for task in queries.tasks_for(who, ON)] for who in (ready.city_finance, ready.finance)}

    assert ["审核支出" in titles[who] for who in (ready.city_finance, ready.finance)] == [False, True]


@pytest.mark.parametrize(
    ("actor", "officers", "expected"),
    [
        (3, [Officer(3, 30, "/1/", province=True)], []),
        (1, [Officer(3, 30, "/1/", province=True)], ["second"]),
        (3, [Officer(3, 10, "/1/", province=True)], ["second"]),
        (3, [], ["second"]),
        (4, [Officer(3, 30, "/1/", province=True)], ["second"]),
    ],
    ids=["another of the province", "had a hand in it", "office of the recorder", "nobody there", "city"],
)
def test_check_second_judge(actor, officers, expected):
    posts = [one for one in officers if one.user_id == actor] or [Officer(actor, 20, "/1/2/")]
    found = rules.check_second_judge(
        posts, officers, "/1/2/9/", actor_id=actor, first_id=2, users={1}, organisations={10}
    )

    assert codes(found) == expected


# 建设期, 合同尾款, 暂停


def limits(paid_on, contract=None, stage=Stage.BUILDING, amount="100.00", hold=""):
    setting = Setting(EDITION, Kind.BASE, stage, START, END, ledger(), hold)
    payment = Payment("equipment", "central", Decimal(amount), paid_on, contract=contract)
    return list(rules.check_limits(payment, setting))


AFTER = END + timedelta(days=30)


@pytest.mark.parametrize(
    ("terms", "amount", "words"),
    [
        (Terms("HT-1", END, Decimal(1000), Decimal(900), proved=True), "100.00", None),
        (Terms("HT-1", START, Decimal(1000), Decimal(900), proved=True), "100.00", None),
        (Terms("HT-1", END, Decimal(1000), Decimal("900.01"), proved=True), "100.00", "仅余 99.99 元"),
        (Terms("HT-1", END + timedelta(days=1), Decimal(1000), proved=True), "100.00", "不在建设期内"),
        (Terms("HT-1", START - timedelta(days=1), Decimal(1000), proved=True), "100.00", "不在建设期内"),
        (Terms("HT-1", END, Decimal(1000)), "100.00", "尚未上传合同文本"),
        (None, "100.00", "须选择建设期内签订的已登记合同"),
    ],
    ids=["last cent", "signed on the first day", "one cent over", "signed after", "signed before", "no paper", "none"],
)
def test_the_tail_of_a_contract_of_the_build_period_stays_payable(terms, amount, words):
    found = limits(AFTER, terms, Stage.ACCEPTED, amount)

    assert codes(found) == ([] if words is None else ["period"])
    assert words is None or words in found[0].message


def test_a_contract_opens_nothing_before_the_build_period():
    terms = Terms("HT-1", START, Decimal(1000), proved=True)

    assert codes(limits(START - timedelta(days=1), terms)) == ["period"]


def test_a_hold_stops_the_payment_and_names_its_document():
    found = limits(DAY, hold="专项资金自 2026-03-01 起暂停使用（示例〔2026〕1号：疑似挪用）。")

    assert [(one.code, "示例〔2026〕1号" in one.message, "联合恢复" in one.message) for one in found] == [
        ("hold", True, True)
    ]


def contract_of(world, **changes):
    given = {
        "number": "HT-1", "name": "车床", "supplier": "示例设备公司", "category": "equipment", "procurement": "公开招标",
        "amount": Decimal(1000), "signed_on": date(2026, 1, 5), "retention": Decimal(50), "recorded_by": world.clerk,
        "recorded_on": ON,
    }  # fmt: skip
    return Contract.objects.create(project=world.project, **(given | changes))


def proof_of(world, contract):
    Attachment.objects.create(
        project=world.project, about=ABOUT_CONTRACT, about_id=contract.pk, purpose="合同", name="合同.pdf", size=1,
        content_type="application/pdf", sha256="0" * 64, path="x", uploaded_by=world.clerk, on=ON,
    )  # fmt: skip


def test_retention_money_is_recognised_after_the_end_within_the_contract(ready):
    contract = contract_of(ready)
    Project.objects.filter(pk=ready.project.pk).update(build_end_on=date(2026, 1, 31), stage=Stage.ACCEPTED)
    recognise(ready, "950.00", "PZ-1", contract=contract)
    late = {"contract": contract, "paid_on": date(2026, 2, 20)}

    assert not submit(ready, "50.00", "PZ-2", **late).fits
    proof_of(ready, contract)
    assert submit(ready, "50.00", "PZ-3", **late).fits
    assert "仅余 0.00 元" in submit(ready, "0.01", "PZ-4", **late).why


@pytest.mark.parametrize(
    ("changed_on", "amount", "fits"),
    [
        (date(2026, 1, 31), "2000.00", True),
        (date(2026, 2, 1), "2000.00", False),
        (date(2026, 2, 1), "60.00", False),
    ],
    ids=["raised while building", "raised after the end", "lowered after the end"],
)
def test_a_change_agreed_after_the_end_opens_no_more_of_the_contract(ready, changed_on, amount, fits):
    contract = contract_of(ready)
    Project.objects.filter(pk=ready.project.pk).update(build_end_on=date(2026, 1, 31), stage=Stage.ACCEPTED)
    proof_of(ready, contract)
    contract.steps.create(
        project=ready.project, stage="changed", on=changed_on, amount=Decimal(amount), recorded_by=ready.clerk,
        recorded_on=ON,
    )  # fmt: skip
    pay = "1000.01" if amount == "2000.00" else "60.01"

    assert submit(ready, pay, "PZ-1", contract=contract, paid_on=date(2026, 2, 20)).fits is fits


def test_under_a_hold_nothing_is_reserved_or_recognised(ready):
    waiting = submit(ready, "10.00", "PZ-1")
    decision = Decision.objects.create(
        kind="T11", title="暂停", number="示例〔2026〕9号", drafted_by=ready.hr, drafted_on=ON, dated_on=ON
    )
    hold = FundHold.objects.create(project=ready.project, placed_by=decision, placed_on=ON, reason="疑似挪用")

    assert "示例〔2026〕9号" in submit(ready, "10.00", "PZ-2").why
    assert "hold" in refused(sign, ready, waiting, ready.city_finance)

    hold.lifted_on, hold.lifted_by = ON, decision
    hold.save(update_fields=["lifted_on", "lifted_by"])
    assert sign(ready, waiting, ready.city_finance).state == VoucherState.RECOGNISED
