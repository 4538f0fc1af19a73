"""Each act of the money on what a page showed: who acts, where it was shown, what is sent, what changes meanwhile."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone

from funds import operations
from funds.operations import assets, contracts, packages
from policy.terms import Stage
from projects.models import Project
from tests.funds import audit_scene as audit
from tests.funds.batch_scene import WORKDAY, gather, look_at_all, signed
from tests.funds.refunds import propose_reversal
from tests.funds.scene import ON, PLAN, document_of, make_paid, make_ready, receive, recognise, record, submit, upload
from tests.funds.test_assets import card
from tests.funds.test_assets import facts as card_facts
from tests.funds.test_contracts import contract_of, package_of
from tests.funds.test_contracts import facts as contract_facts

SAID = {"verdict": "recognised", "opinion": "依据见附件"}


@dataclass
class Act:
    who: str
    verb: str
    page: str
    change: Any
    url: str = ""
    data: dict = field(default_factory=dict)


def at(world, name, *ids):
    return reverse(f"funds:{name}", args=[world.project.pk, *ids])


def entry_of(voucher, **changes):
    names = ("number", "paid_on", "category", "source", "abstract", "payee", "amount")
    return {name: getattr(voucher, name) for name in names} | changes


def rewritten(world, voucher, **changes):
    pk = world.project.pk
    operations.edit_voucher(pk, voucher.pk, actor=world.clerk, on=ON, **entry_of(voucher, **changes))


def resubmitted(world, voucher):
    """Sent back, changed, handed in again: what the old page showed is no more."""
    pk = world.project.pk
    back = {"verdict": "returned", "opinion": "请更正", "on": ON}
    operations.judge_voucher(pk, voucher.pk, actor=world.city_finance, **back)
    rewritten(world, voucher, amount=Decimal("2000.00"), payee="另一家公司")
    operations.submit_voucher(pk, voucher.pk, actor=world.leader, on=ON)


def answered(world, voucher, asker=None):
    pk = world.project.pk
    ask = operations.ask_for_paper(pk, voucher.pk, actor=asker or world.city_finance, text="补合同", on=ON)
    operations.answer_ask(pk, voucher.pk, ask.pk, actor=world.clerk, answer="", uploads=[upload("合同.png")], on=ON)


def submitting(world):
    voucher = record(make_ready(world))
    page, change = at(world, "voucher", voucher.pk), lambda: rewritten(world, voucher, amount=Decimal("9.00"))
    return Act("leader", "提交支出", page, change, at(world, "voucher_submit", voucher.pk))


def editing(world):
    voucher = record(make_ready(world))
    data = {name: str(value) for name, value in entry_of(voucher, payee="我改的收款方").items()}
    data |= {"pay_way": "transfer", "tax_included": "yes"}
    change = lambda: rewritten(world, voucher, payee="同事改的收款方")  # noqa: E731
    return Act("clerk", "修改支出", at(world, "voucher_edit", voucher.pk), change, data=data)


def judging(world):
    voucher = submit(make_ready(world))
    return Act(
        "city_finance",
        "审核支出",
        at(world, "voucher_judge", voucher.pk),
        lambda: resubmitted(world, voucher),
        data=SAID,
    )


def judging_a_reversal(world):
    paid = recognise(make_ready(world))
    given = {"amount": Decimal(400), "reason": "退款", "on": ON}
    row = propose_reversal(world.project.pk, paid.pk, actor=world.clerk, **given)
    return Act("city_finance", "审核冲销", at(world, "reversal_judge", row.pk), lambda: answered(world, row), data=SAID)


def signing(world):
    batch = gather(world, record(make_ready(world), "10.00", "PZ-1", **WORKDAY))
    change = lambda: gather(world, record(world, "88000.00", "PZ-2", **WORKDAY))  # noqa: E731
    return Act("leader", "签字提交报账批次", at(world, "batch_sign", batch.pk), change)


def _signed(world):
    batch = signed(make_ready(world), "10.00", "20.00")
    look_at_all(world, batch)
    return batch, lambda: answered(world, batch.vouchers.order_by("pk").first())


def passing(world):
    batch, change = _signed(world)
    return Act("city_finance", "审核报账批次", at(world, "batch_pass", batch.pk), change)


def returning_a_batch(world):
    batch, change = _signed(world)
    return Act("city_finance", "退回报账批次", at(world, "batch_return", batch.pk), change, data={"opinion": "缺附件"})


def _budgeted(world, steps, amount=7_000_000):
    pk, half = world.project.pk, Decimal(amount) / 2
    items = PLAN if amount == 7_000_000 else {("equipment", "central"): half, ("courses", "central"): 7_000_000 - half}
    operations.save_budget(pk, actor=world.clerk, items=items, on=ON)
    if steps > 0:
        operations.submit_budget(pk, actor=world.leader, on=ON)
    if steps > 1:
        operations.consent_budget(pk, actor=world.hr, on=ON)


def _budget(world, who, verb, steps, name, data=None):
    operations.approve_fund_document(document_of(world).pk, actor=world.finance_head, on=ON)
    receive(world)
    _budgeted(world, steps)

    def change():
        if steps:
            actor = world.hr if steps == 1 else world.finance
            operations.return_budget(world.project.pk, actor=actor, reason="请调整", on=ON)
        _budgeted(world, steps, 6_000_000)

    page = at(world, "budget") if data is None else at(world, name)
    return Act(who, verb, page, change, at(world, name), data or {})


def budget_submitted(world):
    return _budget(world, "leader", "提交预算", 0, "budget_submit")


def budget_consented(world):
    return _budget(world, "hr", "会签预算", 1, "budget_consent")


def budget_approved(world):
    return _budget(world, "finance", "批准预算", 2, "budget_approve")


def budget_returned(world):
    return _budget(world, "finance", "退回预算", 2, "budget_return", {"reason": "超出范围"})


def settling(world):
    recognise(make_ready(world))
    Project.objects.filter(pk=world.project.pk).update(stage=Stage.ACCEPTED, stage_since=ON)

    def prepare(**less):
        given = {"actor": world.finance, "document_number": "清1号", "on": ON}
        operations.prepare_settlement(world.project.pk, **given, **less)

    prepare()
    less = {"recovery": Decimal(0), "note": "同意留用", "uploads": [upload("批文.png")]}
    return Act("finance_head", "批准清算", at(world, "settlement_approve"), lambda: prepare(**less))


def editing_a_contract(world):
    row = contract_of(world)
    change = lambda: contracts.edit_contract(  # noqa: E731
        world.project.pk, row.pk, actor=world.clerk, on=ON, **contract_facts(supplier="乙公司")
    )
    data = {name: str(value) for name, value in contract_facts(supplier="甲公司").items()}
    return Act("clerk", "修改合同", at(world, "contract_edit", row.pk), change, data=data)


def editing_a_package(world):
    row = package_of(world).row
    head = {"category": "equipment", "procurement": "公开招标", "budget": Decimal("1000.00")}
    given = {"items": [("数控机床", "X2", 1, Decimal("500.00"))], "name": "同事改的包"}
    change = lambda: packages.edit_package(world.project.pk, row.pk, actor=world.clerk, on=ON, **head, **given)  # noqa: E731
    line = {"name_0": "数控机床", "model_0": "X1", "quantity_0": "1", "price_0": "900"}
    return Act(
        "clerk", "修改采购包", at(world, "package_edit", row.pk), change, data=head | line | {"name": "我改的包"}
    )


def editing_an_asset(world):
    row = card(world)
    change = lambda: assets.edit_asset(  # noqa: E731
        world.project.pk, row.pk, actor=world.clerk, on=ON, **card_facts(room="同事改的房间")
    )
    data = {name: str(value) for name, value in card_facts(room="我改的房间").items()}
    return Act("clerk", "修改设备", at(world, "asset_edit", row.pk), change, data=data)


def _issued(world):
    operations.approve_fund_document(document_of(world).pk, actor=world.finance_head, on=ON)
    return world.project.allocations.get()


def confirming(world):
    row = _issued(world)
    data = {"received_on": date(2025, 9, 21), "amount": "1000000"}
    return Act(
        "leader",
        "确认到账",
        at(world, "receipt_confirm", row.pk),
        lambda: receive(world, Decimal(1_000_000)),
        data=data,
    )


def correcting(world):
    _issued(world)
    row, pk = receive(world), world.project.pk
    given = {"amount": Decimal(5), "reason": "多记", "received_on": ON, "on": ON}
    change = lambda: operations.correct_receipt(pk, row.pk, actor=world.leader, **given)  # noqa: E731
    data = {"amount": "5", "reason": "多记", "received_on": ON}
    return Act("leader", "更正到账", at(world, "receipt_correct", row.pk), change, data=data)


def _opened(world):
    case = audit.open_(make_paid(make_ready(world)))
    audit.see_all(world, case)
    return case, audit.find(world, case)


def _rewrite(world, case, finding):
    given = {
        "kind": "out_of_scope", "level": "severe", "fact": "同事改的事实", "clause": "", "measure": "归还", "due_on": audit.DUE,
        "amount": Decimal(700), "on": ON,
    }  # fmt: skip
    operations.edit_finding(world.project.pk, case.pk, finding.pk, actor=world.city_finance, **given)


def sending(world):
    case, finding = _opened(world)
    return Act("city_finance", "送达审计发现", at(world, "audit_send", case.pk), lambda: _rewrite(world, case, finding))


def editing_a_finding(world):
    case, finding = _opened(world)
    data = {
        "kind": "out_of_scope", "level": "severe", "fact": "我改的事实", "measure": "归还",
        "due_on": timezone.localdate() + timedelta(days=30), "amount": "600",
    }  # fmt: skip
    page = at(world, "finding_edit", case.pk, finding.pk)
    return Act("city_finance", "修改审计发现", page, lambda: _rewrite(world, case, finding), data=data)


def replying(world):
    case = audit.make_sent(make_paid(make_ready(world)))
    ids = audit.reply(world, case)
    again = lambda: operations.draft_reply(*ids, actor=world.clerk, reply="改写的答复", on=ON)  # noqa: E731
    return Act("leader", "提交审计答复", at(world, "finding_submit", *ids[1:]), again)


def verifying(world):
    case = audit.make_sent(make_paid(make_ready(world)))
    ids = audit.replied(world, case)

    def change():
        back = {"closed": False, "note": "请补充", "on": ON}
        operations.verify_finding(*ids, actor=world.finance, **back)
        operations.draft_reply(*ids, actor=world.clerk, reply="改写的答复", on=ON)
        operations.submit_reply(*ids, actor=world.leader, on=ON)

    data = {"closed": "no", "note": "仍不充分"}
    return Act("finance", "核验审计整改", at(world, "finding_verify", *ids[1:]), change, data=data)


ACTS = {
    act.__name__: act
    for act in (
        submitting, editing, judging, judging_a_reversal, signing, passing, returning_a_batch, budget_submitted,
        budget_consented, budget_approved, budget_returned, settling, editing_a_contract, editing_a_package,
        editing_an_asset, confirming, correcting, sending, editing_a_finding, replying, verifying,
    )
}  # fmt: skip
