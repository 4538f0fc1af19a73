"""What a payment must say: required facts, its period, its contract and invoice; handover and 补件."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from accounts.models import Entry
from funds import operations, queries, rules
from funds.models import BudgetLine, Contract, FoundMoney, Voucher
from policy.findings import Refused
from policy.loader import edition
from policy.terms import EntryType, Rank, Source, VoucherState
from projects.models import Project
from tests import factories as make
from tests.funds.refunds import propose_reversal
from tests.funds.scene import ON, judge, recognise, record, submit, upload
from tests.funds.test_rules import codes

EDITION = edition("jilin_2025")
THRESHOLD = Decimal(500_000)
DAY = date(2026, 3, 2)


def refused(act, *args, **kwargs):
    with pytest.raises(Refused) as caught:
        act(*args, **kwargs)
    return codes(caught.value.findings)


def contract_of(world, **changes):
    given = {
        "number": "HT-1", "name": "车床", "supplier": "示例设备公司", "category": "equipment", "procurement": "公开招标",
        "amount": Decimal(1000), "signed_on": date(2026, 1, 5), "retention": Decimal(50), "recorded_by": world.clerk,
        "recorded_on": ON,
    }  # fmt: skip
    return Contract.objects.create(project=world.project, **(given | changes))


def sign(world, voucher, actor, verdict="recognised", opinion="依据见附件"):
    given = {"actor": actor, "verdict": verdict, "opinion": opinion, "on": ON}
    return operations.judge_voucher(world.project.pk, voucher.pk, **given)


def balances(world):
    line = BudgetLine.objects.get(project=world.project, category="equipment", source=Source.CENTRAL)
    return line.reserved, line.spent


# 必填项


def required(category="equipment", unit_type="technical", amount="20000.00", source="central", **facts):
    found = rules.check_required(
        EDITION, category=category, unit_type=unit_type, source=source, amount=Decimal(amount), facts=facts
    )
    return [one.field for one in found]


FULL = {
    "procurement": "公开招标", "contract_number": "HT-1", "invoice_number": "1", "invoice_seller": "甲",
    "quantity": 1, "unit_price": Decimal(20000), "asset_card": "K1",
}  # fmt: skip


def test_everything_that_is_missing_is_told_at_once():
    assert required() == [
        "invoice_number", "invoice_seller", "contract_number", "procurement", "quantity", "unit_price", "asset_card",
    ]  # fmt: skip
    assert required(**FULL) == []
    assert required(source=Source.OWN) == []


def test_a_public_unit_names_its_procurement_and_card_and_an_enterprise_does_not():
    assert set(required()) - set(required(unit_type="enterprise")) == {"procurement", "asset_card"}


@pytest.mark.parametrize(("price", "asked"), [("1499.99", False), ("1500.00", True)])
def test_a_card_is_asked_for_from_the_unit_price_of_the_edition(price, asked):
    facts = {name: value for name, value in FULL.items() if name != "asset_card"} | {"unit_price": Decimal(price)}

    assert required(**facts) == (["asset_card"] if asked else [])


@pytest.mark.parametrize(("amount", "asked"), [("9999.99", False), ("10000.00", True)])
def test_a_contract_is_asked_for_from_the_amount_of_the_edition(amount, asked):
    assert required("courses", amount=amount, procurement="询价", invoice_number="1", invoice_seller="甲") == (
        ["contract_number"] if asked else []
    )


def test_instructors_need_their_engagement_whatever_the_amount():
    assert required("instructors", "enterprise", amount="1.00") == ["contract_number"]


def test_what_the_edition_lets_pass_warns_and_what_blocks_refuses_the_submission(ready, monkeypatch):
    from dataclasses import replace

    voucher = record(ready)
    assert [one.blocks for one in queries.missing(ready.project, voucher)].count(True) == 0
    strict = replace(
        EDITION,
        payment_fields=tuple(replace(row, basis=replace(row.basis, blocks=True)) for row in EDITION.payment_fields),
    )
    monkeypatch.setattr(Project, "edition", property(lambda self: strict))

    found = refused(operations.submit_voucher, ready.project.pk, voucher.pk, actor=ready.leader, on=ON)

    assert found == [f"missing_{one.field}" for one in queries.missing(ready.project, voucher)]
    assert len(found) > 3


# 入账期间


@pytest.mark.parametrize(
    ("paid_on", "expected"),
    [(date(2026, 1, 1), EntryType.ORDINARY), (date(2025, 12, 31), EntryType.LATE), (date(2025, 3, 1), EntryType.LATE)],
)
def test_a_payment_of_an_earlier_quarter_comes_late(paid_on, expected):
    assert rules.entry_type_of(paid_on, ON) == expected


def test_a_late_row_says_its_quarter_and_a_correction_must(ready):
    late = record(ready, paid_on=date(2025, 12, 31))
    again = record(ready, number="PZ-2", entry_type=EntryType.CORRECTION, about_period="2025年第3季度")

    assert (late.entry_type, late.about_period) == (EntryType.LATE, "2025年第4季度")
    assert (again.entry_type, again.about_period) == (EntryType.CORRECTION, "2025年第3季度")
    assert refused(record, ready, number="PZ-3", entry_type=EntryType.CORRECTION) == ["about_period"]
    assert refused(record, ready, number="PZ-4", entry_type=EntryType.LATE) == ["entry_type"]
    assert refused(record, ready, number="PZ-5", entry_type=EntryType.ORDINARY, paid_on=date(2025, 12, 31)) == [
        "entry_type"
    ]


@pytest.mark.parametrize(
    ("paid_on", "expected"),
    [
        (date(2025, 12, 31), (EntryType.CORRECTION, "2025年第4季度")),
        (date(2026, 1, 10), (EntryType.ORDINARY, "")),
    ],
)
def test_a_reversal_of_an_earlier_quarter_corrects_it(ready, paid_on, expected):
    voucher = recognise(ready, paid_on=paid_on)

    back = propose_reversal(ready.project.pk, voucher.pk, actor=ready.clerk, amount=Decimal(1), reason="退款", on=ON)

    assert (back.entry_type, back.about_period) == expected


# 合同带入, 发票键


def test_a_contract_fills_what_was_not_typed_and_overrides_nothing(ready):
    contract = contract_of(ready)

    filled = record(ready, contract=contract)
    typed = record(ready, number="PZ-2", contract=contract, contract_number="另一号", procurement="询价")

    assert (filled.contract_number, filled.procurement) == ("HT-1", "公开招标")
    assert (typed.contract_number, typed.procurement) == ("另一号", "询价")


def test_a_contract_of_another_project_is_refused(ready):
    foreign = contract_of(ready)
    Contract.objects.filter(pk=foreign.pk).update(project=ready.sibling)
    foreign.refresh_from_db()

    assert refused(record, ready, contract=foreign) == ["contract"]


@pytest.mark.parametrize(
    ("number", "seller", "payee", "expected"),
    [
        ("", "甲公司", "甲公司", ""),
        (" 1234 5678 ", "甲 公司", "乙", "甲|12345678"),
        ("１２３４５６７８", "", "甲（示例）公司", "甲示例|12345678"),
        ("No.12345678", "甲有限责任公司", "乙", "甲|12345678"),
        ("№ 12345678", "甲公司", "乙", "甲|12345678"),
        ("发票号码：12345678", "甲公司", "乙", "甲|12345678"),
        ("2532 2000 0000 1234 5678", "甲公司", "", "25322000000012345678"),
        ("No.25322000000012345678", "乙公司", "丙", "25322000000012345678"),
        ("数电票25322000000012345678（副本）", "", "丙", "25322000000012345678"),
        ("253220000000123456789", "甲公司", "", "甲|253220000000123456789"),
    ],
)
def test_invoice_key(number, seller, payee, expected):
    assert rules.invoice_key(number, seller, payee) == expected


# 不认定之后


def test_what_is_disallowed_stands_in_the_found_money_and_comes_back_only_when_proved(ready):
    voucher = judge(ready, submit(ready, "800.00"), "disallowed", opinion="超范围")
    found = FoundMoney.objects.get(voucher=voucher)

    assert (found.found, found.left, found.found_by) == (Decimal(800), Decimal(800), ready.city_finance)
    assert "超范围" in found.fact
    assert refused(sign, ready, voucher, ready.city_finance) == ["state"]

    FoundMoney.objects.filter(pk=found.pk).update(proved=Decimal("799.99"), left=Decimal("0.01"))
    assert refused(sign, ready, voucher, ready.city_finance) == ["state"]
    FoundMoney.objects.filter(pk=found.pk).update(proved=Decimal(800), left=0)
    assert refused(sign, ready, voucher, ready.city_finance, "returned") == ["verdict"]
    assert sign(ready, voucher, ready.city_finance).state == VoucherState.RECOGNISED
    assert balances(ready) == (0, Decimal(800))


# 交接


def test_drafts_are_handed_over_and_the_past_keeps_its_name(ready):
    sent, draft = submit(ready, number="PZ-1"), record(ready, number="PZ-2")
    taker = make.user("U1", ready.unit)
    changed = {name: getattr(draft, name) for name in ("number", "paid_on", "category", "source", "payee", "amount")}

    def edit(actor):
        pk = ready.project.pk
        return operations.edit_voucher(pk, draft.pk, actor=actor, on=ON, abstract="改", **changed)

    assert refused(edit, taker) == ["holder"]
    moved = operations.hand_over_drafts(ready.project.pk, actor=ready.leader, giver=ready.clerk, taker=taker, on=ON)

    assert moved == 1
    assert edit(taker).recorded_by == ready.clerk
    assert refused(edit, ready.clerk) == ["holder"]
    assert Voucher.objects.get(pk=sent.pk).handed_to is None
    assert Entry.objects.filter(verb="交接支出草稿", project_id=ready.project.pk, result="ok").count() == 1


def test_drafts_go_to_a_clerk_of_the_unit_by_its_leader(ready):
    record(ready)
    stranger = make.user("U1", ready.sibling.organisation)

    def hand(actor=ready.leader, giver=ready.clerk, taker=stranger):
        return operations.hand_over_drafts(ready.project.pk, actor=actor, giver=giver, taker=taker, on=ON)

    assert refused(hand) == ["taker"]
    assert refused(hand, taker=ready.clerk) == ["taker"]
    with pytest.raises(PermissionDenied):
        hand(actor=ready.clerk)
    with pytest.raises(PermissionDenied):
        hand(actor=ready.city_finance)


# 补件


def test_a_paper_is_asked_for_and_answered_without_a_return_or_a_new_signature(ready):
    voucher = submit(ready, "100.00")
    ask = operations.ask_for_paper(ready.project.pk, voucher.pk, actor=ready.city_finance, text="验收单", on=ON)
    answered = operations.answer_ask(
        ready.project.pk, voucher.pk, ask.pk, actor=ready.clerk, answer="已补", uploads=[upload("验收单.png")], on=ON
    )

    voucher.refresh_from_db()
    assert (voucher.state, voucher.fits, voucher.submitted_by) == (VoucherState.SUBMITTED, True, ready.leader)
    assert (ask.due_on, answered.answered_by) == (date(2026, 3, 9), ready.clerk)
    assert queries.files_of(voucher).count() == 2
    again = {"actor": ready.clerk, "answer": "再答", "on": ON}
    assert refused(operations.answer_ask, ready.project.pk, voucher.pk, ask.pk, **again) == ["state"]
    with pytest.raises(DatabaseError), transaction.atomic():
        type(ask).objects.filter(pk=ask.pk).update(text="别的")


@pytest.mark.parametrize("answer", ["", "   "])
def test_an_answer_says_something_or_brings_a_file(ready, answer):
    voucher = submit(ready, "100.00")
    ask = operations.ask_for_paper(ready.project.pk, voucher.pk, actor=ready.city_finance, text="验收单", on=ON)

    given = {"actor": ready.clerk, "answer": answer, "on": ON}
    assert refused(operations.answer_ask, ready.project.pk, voucher.pk, ask.pk, **given) == ["answer"]


def test_a_paper_is_asked_for_while_the_row_waits_only(ready):
    voucher = recognise(ready)

    given = {"actor": ready.city_finance, "text": "验收单", "on": ON}
    assert refused(operations.ask_for_paper, ready.project.pk, voucher.pk, **given) == ["state"]
    with pytest.raises(PermissionDenied):
        operations.ask_for_paper(ready.project.pk, voucher.pk, actor=ready.clerk, text="验收单", on=ON)


def test_the_rank_of_what_is_asked_is_told():
    found = rules.check_required(
        EDITION, category="equipment", unit_type="technical", source="central", amount=Decimal(1), facts={}
    )

    assert {(one.rank, one.blocks) for one in found} == {(Rank.DEFAULT, False), (Rank.LAW, False)}
