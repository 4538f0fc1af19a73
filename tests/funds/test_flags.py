"""疑点: what is raised, refreshed and dropped; the thread; who closes; what nobody of another project learns."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.journal import operation
from accounts.models import Entry, Notice, User
from funds import operations as ledger
from funds.models import Asset, Contract, Flag, Package, PackageItem, Voucher
from funds.operations import flags as operations
from funds.queries.flags import elsewhere_of
from policy.findings import Refused
from policy.terms import PayWay, Source, VoucherState
from tests import factories as make
from tests.funds.refunds import propose_reversal
from tests.funds.scene import ON, judge, submit

DAY = date(2026, 1, 14)  # a Wednesday in the middle of the build period
State = Flag.State


# In the database


@operation("试验刷新疑点")
def refresh(project_id, *, actor, vouchers, on):
    from projects.models import Project

    operations.refresh_flags(Project.objects.get(pk=project_id), vouchers, on=on)


def sync(world, *vouchers, on=ON, project=None):
    project = project or world.project
    refresh(project.pk, actor=world.clerk, vouchers=vouchers or list(project.vouchers.all()), on=on)


def voucher(world, number=1, amount="1000.00", project=None, **changes):
    facts = {
        "number": f"PZ-{number}",
        "paid_on": DAY,
        "category": "courses",
        "source": Source.CENTRAL,
        "abstract": "课程开发",
        "payee": "示例教育公司",
        "amount": Decimal(amount),
        "state": VoucherState.SUBMITTED,
        "recorded_by": world.clerk,
        "recorded_on": ON,
    }
    return Voucher.objects.create(project=project or world.project, **(facts | changes))


def invoice(world, number=1, amount="600.00", **changes):
    given = {"invoice_number": "77", "invoice_key": "示例|77", "invoice_total": Decimal(1000)}
    return voucher(world, number, amount, **(given | changes))


def states(world):
    return sorted((flag.voucher.number, flag.rule, flag.state) for flag in Flag.objects.filter(project=world.project))


def test_a_flag_is_raised_once_for_every_payment_of_the_invoice_and_goes_when_it_is_mended(world):
    invoice(world, 1)
    second = invoice(world, 2)
    sync(world, second)
    sync(world, second)
    raised = states(world)
    Voucher.objects.filter(pk=second.pk).update(state=VoucherState.DISALLOWED)
    sync(world, second)

    assert raised == [("PZ-1", "invoice", "open"), ("PZ-2", "invoice", "open")]
    assert states(world) == [("PZ-1", "invoice", "gone"), ("PZ-2", "invoice", "open")]
    assert Entry.objects.filter(subject__startswith="flags:").count() == 2
    assert Notice.objects.filter(user=world.leader).count() == 1


def test_a_reversed_payment_has_no_flag(world):
    one = voucher(world, pay_way=PayWay.CASH, state=VoucherState.RECOGNISED, fits=True, entry_number=1)
    sync(world, one)
    raised = states(world)
    voucher(world, 2, reverses=one, state=VoucherState.RECOGNISED, fits=True, entry_number=2)
    sync(world, one)

    assert (raised, states(world)) == ([("PZ-1", "cash", "open")], [("PZ-1", "cash", "gone")])


def test_submitting_judging_and_reversing_keep_the_flags_in_line(ready):
    submit(ready, "2000.00", "PZ-1", pay_way=PayWay.CASH, paid_on=DAY)
    one = Voucher.objects.get(number="PZ-1")
    submitted = states(ready)
    judge(ready, one, "recognised")
    back = propose_reversal(
        ready.project.pk, one.pk, actor=ready.clerk, amount=Decimal("2000.00"), reason="退款", on=ON
    )
    standing = states(ready)
    ledger.judge_reversal(ready.project.pk, back.pk, actor=ready.city_finance, verdict="recognised", on=ON)

    assert submitted == standing == [("PZ-1", "cash", "open")]
    assert states(ready) == [("PZ-1", "cash", "gone")]


def test_a_draft_is_not_looked_at_and_a_returned_payment_keeps_its_flag(world):
    draft = voucher(world, 1, pay_way=PayWay.CASH, state=VoucherState.DRAFT)
    back = voucher(world, 2, pay_way=PayWay.CASH)
    sync(world)
    Voucher.objects.filter(pk=back.pk).update(state=VoucherState.RETURNED)
    back.refresh_from_db()
    sync(world, draft, back)

    assert states(world) == [("PZ-2", "cash", "open")]


def test_a_closed_flag_stays_closed_until_the_money_in_question_grew(world):
    invoice(world, 1)
    invoice(world, 2)
    sync(world)
    flag = Flag.objects.get(voucher__number="PZ-2")
    operations.close_flag(
        world.project.pk, flag.pk, actor=world.city_finance, confirmed=False, conclusion="发票分两次付清", on=ON
    )
    sync(world)
    after = Flag.objects.get(pk=flag.pk).state
    invoice(world, 3, "20.00")
    sync(world)
    little = Flag.objects.get(pk=flag.pk).state
    invoice(world, 4, "1.00")
    sync(world)
    grown = Flag.objects.get(pk=flag.pk)

    assert (after, little, grown.state) == (State.CLEARED, State.CLEARED, State.OPEN)
    assert (grown.measure, grown.closed_by, grown.conclusion) == (Decimal("221.00"), None, "")
    assert [note.text for note in grown.notes.all()] == ["已排除：发票分两次付清"]


def test_a_second_project_is_named_only_to_who_reaches_it(world):
    invoice(world, 1)
    other = invoice(world, 1, project=world.sibling, payee="示例书店")
    sync(world)
    flag = Flag.objects.get()

    assert (flag.rule, flag.elsewhere) == ("invoice_elsewhere", [other.pk])
    told = flag.message + str(flag.figures) + "".join(Entry.objects.values_list("text", flat=True))
    assert world.sibling.name not in told + "".join(Notice.objects.values_list("text", flat=True))
    assert [one.name for one in elsewhere_of(flag, fresh(world.leader))] == ["另一项目"]
    assert [one.name for one in elsewhere_of(flag, fresh(world.city_finance))] == [world.sibling.name]


def fresh(user):
    return User.objects.get(pk=user.pk)


def test_the_flags_of_a_contract_see_its_package_and_its_payments(world):
    package = Package.objects.create(
        project=world.project, name="设备", category="equipment", procurement="公开招标", budget=Decimal(5000),
        recorded_by=world.clerk, recorded_on=ON,
    )  # fmt: skip
    PackageItem.objects.create(package=package, name="车床", quantity=1, unit_price=Decimal(1000))
    contract = Contract.objects.create(
        project=world.project, package=package, number="HT-1", name="设备", supplier="示例教育公司", category="equipment",
        amount=Decimal(1500), signed_on=DAY, recorded_by=world.clerk, recorded_on=ON,
    )  # fmt: skip
    card = {"category": "equipment", "asset_card": "ZC-1", "contract": contract}
    voucher(world, 1, "1000.00", **card)
    voucher(world, 2, "500.01", unit_price=Decimal("1200.01"), abstract="车床尾款", **card)
    sync(world)

    assert states(world) == [("PZ-1", "contract", "open"), ("PZ-2", "contract", "open"), ("PZ-2", "price", "open")]


def test_a_contract_recorded_or_changed_after_the_build_period_is_asked_of_its_last_payments(world):
    type(world.project).objects.filter(pk=world.project.pk).update(build_end_on=date(2026, 1, 31))
    world.project.refresh_from_db()
    contract = Contract.objects.create(
        project=world.project, number="HT-1", name="课程", supplier="示例教育公司", category="courses",
        amount=Decimal(1500), signed_on=DAY, recorded_by=world.clerk, recorded_on=date(2026, 1, 31),
    )  # fmt: skip
    one = voucher(world, contract=contract, paid_on=date(2026, 2, 26))
    sync(world, one)
    before = states(world)
    changed = {"project": world.project, "stage": "changed", "on": DAY, "recorded_by": world.clerk}
    contract.steps.create(**changed, recorded_on=date(2026, 2, 1), note="只改交货地点")
    sync(world, one)
    told = states(world)
    contract.steps.create(**changed, recorded_on=date(2026, 2, 1), amount=Decimal(9000))
    sync(world, one)

    assert (before, told) == ([], [])
    assert states(world) == [("PZ-1", "contract_terms", "open")]


def test_a_card_that_is_linked_takes_the_flag_away(world):
    one = voucher(world, category="equipment", state=VoucherState.RECOGNISED, fits=True, entry_number=1)
    sync(world, one, on=date(2026, 4, 1))
    raised = states(world)
    Asset.objects.create(
        project=world.project, card_number="ZC-1", name="车床", room="一号车间", unit_price=Decimal(1000),
        acquired_on=DAY, label="A", voucher=one, recorded_by=world.clerk, recorded_on=ON,
    )  # fmt: skip
    sync(world, one, on=date(2026, 4, 1))

    assert (raised, states(world)) == ([("PZ-1", "no_card", "open")], [("PZ-1", "no_card", "gone")])


def test_the_year_end_is_one_flag_of_the_project(world):
    voucher(world, 1, "300.00", paid_on=date(2025, 12, 24))
    voucher(world, 2, "700.00", paid_on=date(2025, 11, 5))
    sync(world)

    [flag] = Flag.objects.filter(voucher=None)
    assert (flag.rule, flag.state, flag.measure) == ("year_end:2025", State.OPEN, Decimal("300.00"))
    voucher(world, 3, "700.00", paid_on=date(2025, 11, 6))
    sync(world)
    assert Flag.objects.get(pk=flag.pk).state == State.GONE


def test_refreshing_costs_the_same_for_one_payment_and_for_nine(world):
    def cost():
        with CaptureQueriesContext(connection) as spent:
            sync(world)
        return len(spent)

    card = {"pay_way": PayWay.CASH}
    invoice(world, 1, **card)
    invoice(world, 2, **card)
    sync(world)
    invoice(world, 3, **card)
    first = cost()
    for number in range(4, 10):
        invoice(world, number, **card)

    assert cost() == first
    assert cost() < first


def test_the_nightly_watch_looks_at_every_payment(world):
    voucher(world, 1, pay_way=PayWay.CASH)

    @operation("试验巡查疑点")
    def watch(project_id, *, actor, on):
        operations.recheck_flags(world.project, on=on)

    watch(world.project.pk, actor=world.clerk, on=ON)

    assert states(world) == [("PZ-1", "cash", "open")]


# The thread


@pytest.fixture
def flagged(world):
    world.flag = operations.raise_flag(
        world.project.pk, actor=world.hr, voucher_id=voucher(world).pk, text="为何两次付款", on=ON
    )
    return world


def test_a_flag_by_hand_goes_to_the_unit_and_back_and_is_closed_by_finance(flagged):
    pk, flag = flagged.project.pk, flagged.flag
    operations.answer_flag(pk, flag.pk, actor=flagged.clerk, text="分两期验收", on=ON)
    answered = Flag.objects.get().state
    operations.ask_flag(pk, flag.pk, actor=flagged.hr, text="请附验收单", on=ON)
    asked = Flag.objects.get().state
    operations.answer_flag(pk, flag.pk, actor=flagged.leader, text="已附", on=ON)
    operations.ask_flag(pk, flag.pk, actor=flagged.hr, text="已阅", asks=False, on=ON)
    noted = Flag.objects.get().state
    closed = operations.close_flag(
        pk, flag.pk, actor=flagged.city_finance, confirmed=True, conclusion="第二笔暂不认定", on=ON
    )

    assert (answered, asked, noted, closed.state) == (State.ANSWERED, State.OPEN, State.ANSWERED, State.CONFIRMED)
    assert (closed.closed_by, closed.closed_on) == (flagged.city_finance, ON)
    assert [note.by for note in closed.notes.all()] == [
        flagged.clerk, flagged.hr, flagged.leader, flagged.hr, flagged.city_finance,
    ]  # fmt: skip
    with pytest.raises(Refused):
        operations.answer_flag(pk, flag.pk, actor=flagged.clerk, text="再说", on=ON)
    assert Voucher.objects.get().state == VoucherState.SUBMITTED


def test_who_raised_a_flag_does_not_close_it_alone(world):
    flag = operations.raise_flag(world.project.pk, actor=world.city_finance, text="请说明", on=ON)
    close = {"confirmed": False, "conclusion": "已说明", "on": ON}

    with pytest.raises(Refused) as refused:
        operations.close_flag(world.project.pk, flag.pk, actor=world.city_finance, **close)
    assert [finding.clause for finding in refused.value.findings] == ["职责分离 SD1"]
    assert operations.close_flag(world.project.pk, flag.pk, actor=world.finance, **close).closed_by == world.finance


@pytest.mark.parametrize(
    ("act", "who"),
    [("close_flag", "clerk"), ("close_flag", "hr"), ("answer_flag", "hr"), ("ask_flag", "leader")],
)
def test_nobody_acts_for_another_in_the_thread(flagged, act, who):
    more = {"confirmed": True, "conclusion": "属实"} if act == "close_flag" else {"text": "说明"}

    with pytest.raises(PermissionDenied):
        getattr(operations, act)(flagged.project.pk, flagged.flag.pk, actor=getattr(flagged, who), on=ON, **more)


def test_a_unit_raises_no_flag_and_nobody_flags_a_draft(world):
    draft = voucher(world, state=VoucherState.DRAFT)

    with pytest.raises(PermissionDenied):
        operations.raise_flag(world.project.pk, actor=world.leader, text="请说明", on=ON)
    with pytest.raises(Refused):
        operations.raise_flag(world.project.pk, actor=world.hr, voucher_id=draft.pk, text="请说明", on=ON)


def test_a_closing_without_words_is_refused(flagged):
    with pytest.raises(Refused) as refused:
        operations.close_flag(
            flagged.project.pk, flagged.flag.pk, actor=flagged.finance, confirmed=True, conclusion=" ", on=ON
        )

    assert [finding.field for finding in refused.value.findings] == ["conclusion"]


def test_an_auditor_may_raise_and_ask(world):
    auditor = make.user("AU", world.city_office)

    flag = operations.raise_flag(world.project.pk, actor=auditor, text="请说明", on=ON)

    assert operations.ask_flag(world.project.pk, flag.pk, actor=auditor, text="并附合同", on=ON).by == auditor
