"""Payments: recorded, submitted, judged, reversed, on a real database."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction

from accounts.models import Entry, Membership
from funds import operations
from funds.models import BudgetLine, SourceLine, Voucher
from funds.queries import ledger_of, unreviewed
from policy.findings import Refused
from policy.terms import Line, NodeKind, Source, Stage, VoucherState
from projects.models import Attachment, Project
from tests import factories as make
from tests.funds.refunds import propose_reversal
from tests.funds.scene import ON, judge, recognise, record, submit, upload


def balance(world, category="equipment", source=Source.CENTRAL):
    line = BudgetLine.objects.get(project=world.project, category=category, source=source)
    rest = SourceLine.objects.get(project=world.project, source=source)
    return (line.reserved, line.spent), (rest.reserved, rest.spent)


def codes(refused):
    return [finding.code for finding in refused.value.findings]


def both(reserved, spent):
    return ((Decimal(reserved), Decimal(spent)),) * 2


def test_a_payment_reserves_at_submission_and_posts_at_recognition(ready):
    voucher = submit(ready, "1000.00")
    reserved = balance(ready)
    first = judge(ready, voucher, "recognised")
    second = recognise(ready, "2500.50", "PZ-002")

    assert reserved == both("1000.00", 0)
    assert balance(ready) == both(0, "3500.50")
    assert (first.entry_number, second.entry_number) == (1, 2)
    assert (ledger_of(ready.project).spent, ledger_of(ready.project).left) == (
        Decimal("3500.50"),
        Decimal("6996499.50"),
    )


def test_own_money_is_limited_by_its_plan_and_stays_out_of_the_six_figures(ready):
    recognise(ready, "300000.00", source=Source.OWN)

    ledger = ledger_of(ready.project)

    assert (ledger.spent, ledger.budget, ledger.whole.spent) == (0, Decimal(7_000_000), Decimal(300_000))
    assert not submit(ready, "0.01", "PZ-2", source=Source.OWN).fits


@pytest.mark.parametrize(
    ("changes", "stage", "words"),
    [
        ({"amount": "5000000.01"}, Stage.BUILDING, ["超出 0.01 元"]),
        ({"paid_on": date(2025, 6, 30)}, Stage.BUILDING, ["不在建设期 2025-07-01 至 2027-07-01 内"]),
        ({"category": "other"}, Stage.BUILDING, ["请补传两厅批复"]),
        ({"source": Source.LOCAL}, Stage.BUILDING, ["预算 0.00 元", "市县到账 0.00 元"]),
        ({}, Stage.REVOKED, ["项目处于“取消称号”"]),
        ({}, Stage.TERMINATED, ["项目处于“终止”"]),
    ],
    ids=[
        "one cent over",
        "before the period",
        "without approval",
        "no money",
        "revoked",
        "terminated",
    ],
)
def test_a_payment_outside_the_limits_is_submitted_told_why_and_reserves_nothing(ready, changes, stage, words):
    Project.objects.filter(pk=ready.project.pk).update(stage=stage)

    voucher = submit(ready, **changes)

    assert (voucher.state, voucher.fits) == (VoucherState.SUBMITTED, False)
    assert all(word in voucher.why for word in words)
    assert balance(ready) == both(0, 0)
    with pytest.raises(Refused) as refused:
        judge(ready, voucher, "recognised")
    assert codes(refused)[0] == "outside"
    assert judge(ready, voucher, "disallowed").state == VoucherState.DISALLOWED


@pytest.mark.parametrize("stage", [Stage.BUILDING, Stage.RECTIFYING])
def test_the_last_cent_of_a_line_fits_on_the_last_day(ready, stage):
    Project.objects.filter(pk=ready.project.pk).update(stage=stage, build_end_on=date(2026, 1, 10))

    assert submit(ready, "5000000.00").fits


def test_a_line_takes_ten_equal_parts_and_not_a_cent_more(ready):
    parts = [submit(ready, "500000.00", f"PZ-{n}").fits for n in range(10)]

    assert parts == [True] * 10
    assert not submit(ready, "0.01", "PZ-more").fits
    assert balance(ready) == both(5_000_000, 0)


def test_other_spending_fits_with_the_joint_approval(ready):
    assert submit(ready, "10.00", category="other", approvals=[upload("批复.png")]).fits


def test_a_payment_may_be_recorded_before_there_is_a_budget(world):
    voucher = submit(world)

    assert not voucher.fits
    assert "预算尚未批准" in voucher.why


@pytest.mark.parametrize("verdict", ["questioned", "disallowed", "returned"])
def test_every_other_verdict_gives_the_reserve_back(ready, verdict):
    voucher = submit(ready)

    judged = judge(ready, voucher, verdict)

    assert (judged.state, judged.entry_number) == (verdict, None)
    assert balance(ready) == both(0, 0)


def test_a_question_may_be_answered_and_recognised_later(ready):
    voucher = judge(ready, submit(ready), "questioned")
    operations.add_evidence(ready.project.pk, voucher.pk, actor=ready.clerk, on=ON, uploads=[upload("说明.png")])

    judged = judge(ready, voucher, "recognised", opinion="")

    assert (judged.state, judged.entry_number) == (VoucherState.RECOGNISED, 1)
    assert balance(ready) == both(0, "1000.00")


def test_limits_are_asked_again_at_recognition(ready):
    voucher = submit(ready)
    Project.objects.filter(pk=ready.project.pk).update(stage=Stage.REVOKED)

    with pytest.raises(Refused) as refused:
        judge(ready, voucher, "recognised")

    assert codes(refused) == ["outside", "stage"]
    assert balance(ready) == both("1000.00", 0)


def test_a_returned_payment_is_mended_and_submitted_again(ready):
    voucher = judge(ready, submit(ready, "5000000.01"), "returned")
    kept = {name: getattr(voucher, name) for name in ("number", "paid_on", "category", "source", "abstract", "payee")}

    operations.edit_voucher(
        ready.project.pk, voucher.pk, actor=ready.clerk, on=ON, **kept, amount=Decimal("5000000.00")
    )
    again = operations.submit_voucher(ready.project.pk, voucher.pk, actor=ready.leader, on=ON)

    assert (again.fits, again.why) == (True, "")


def test_a_draft_is_deleted_with_its_files_and_the_journal_remembers(ready):
    voucher = record(ready)

    operations.delete_draft(ready.project.pk, voucher.pk, actor=ready.clerk, on=ON)

    assert not Voucher.objects.exists()
    assert not Attachment.objects.filter(about="voucher").exists()
    assert Entry.objects.latest("seq").text == "删除草稿 PZ-001，1,000.00 元"


# Refusals leave nothing


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"number": "PZ-001"}, "number_taken"),
        ({"number": " "}, "number"),
        ({"amount": Decimal(0)}, "amount"),
        ({"paid_on": date(2026, 3, 3)}, "paid_on"),
        ({"category": "nothing"}, "category"),
        ({"source": "nowhere"}, "source"),
    ],
)
def test_wrong_input_is_refused_and_nothing_is_kept(ready, changes, code):
    record(ready)

    with pytest.raises(Refused) as refused:
        record(ready, **({"number": "PZ-002"} | changes))

    assert code in codes(refused)
    assert Voucher.objects.count() == 1
    assert Attachment.objects.filter(about="voucher").count() == 1


def test_a_payment_without_evidence_is_not_submitted(ready):
    with pytest.raises(Refused) as refused:
        submit(ready, uploads=[])

    assert codes(refused) == ["evidence"]
    assert balance(ready) == both(0, 0)


def test_who_entered_or_edited_a_payment_does_not_submit_it(ready):
    Membership.objects.create(user=ready.leader, role="U1", organisation=ready.unit)
    ready.leader.__dict__.pop("live_memberships", None)
    voucher = record(ready)
    Voucher.objects.filter(pk=voucher.pk).update(handed_to=ready.leader)
    kept = {name: getattr(voucher, name) for name in ("number", "paid_on", "category", "source", "abstract", "payee")}
    operations.edit_voucher(ready.project.pk, voucher.pk, actor=ready.leader, on=ON, **kept, amount=voucher.amount)

    with pytest.raises(Refused) as refused:
        operations.submit_voucher(ready.project.pk, voucher.pk, actor=ready.leader, on=ON)

    assert codes(refused) == ["sod"]


@pytest.mark.parametrize("state", ["submitted", "recognised", "disallowed", "questioned"])
def test_only_drafts_and_returned_payments_are_edited_or_deleted(ready, state):
    voucher = submit(ready)
    if state != "submitted":
        judge(ready, voucher, state)

    for act in (operations.edit_voucher, operations.delete_draft):
        entry = {} if act is operations.delete_draft else {"number": "X", "paid_on": ON, "amount": Decimal(1)}
        with pytest.raises(Refused):
            act(ready.project.pk, voucher.pk, actor=ready.clerk, on=ON, **entry)

    assert Voucher.objects.get().number == "PZ-001"


def test_a_judged_payment_is_not_judged_again(ready):
    voucher = recognise(ready)

    with pytest.raises(Refused) as refused:
        judge(ready, voucher, "disallowed")

    assert codes(refused) == ["state"]
    assert balance(ready) == both(0, "1000.00")


@pytest.mark.parametrize("verdict", ["questioned", "disallowed", "returned"])
def test_a_verdict_against_the_unit_needs_an_opinion(ready, verdict):
    voucher = submit(ready)

    with pytest.raises(Refused) as refused:
        judge(ready, voucher, verdict, opinion="  ")

    assert codes(refused) == ["opinion"]
    assert balance(ready) == both("1000.00", 0)


# Who may judge


def test_the_city_judges_its_units_and_the_province_only_where_the_city_has_nobody(ready):
    voucher = submit(ready)

    with pytest.raises(Refused) as refused:
        judge(ready, voucher, "recognised", actor=ready.finance)
    ready.city_finance.is_active = False
    ready.city_finance.save(update_fields=["is_active"])
    judged = judge(ready, voucher, "recognised", actor=ready.finance)

    assert codes(refused) == ["level"]
    assert judged.state == VoucherState.RECOGNISED


def test_finance_of_another_city_is_turned_away_at_the_door(ready):
    elsewhere = make.node("示例二市", NodeKind.CITY, ready.province)
    stranger = make.user("CF", make.organisation(elsewhere, Line.FINANCE))
    voucher = submit(ready)

    with pytest.raises(PermissionDenied):
        judge(ready, voucher, "recognised", actor=stranger)

    assert balance(ready) == both("1000.00", 0)


@pytest.mark.parametrize("who", ["clerk", "leader", "hr", "finance_head"])
def test_nobody_else_judges(ready, who):
    voucher = submit(ready)

    with pytest.raises(PermissionDenied):
        judge(ready, voucher, "recognised", actor=getattr(ready, who))


def test_a_payment_of_another_project_is_not_found(ready):
    voucher = submit(ready)

    with pytest.raises(Voucher.DoesNotExist):
        operations.judge_voucher(
            ready.sibling.pk, voucher.pk, actor=ready.city_finance, verdict="recognised", opinion="", on=ON
        )


# Reversal


def reverse(world, voucher, amount="400.00", actor=None):
    return propose_reversal(
        world.project.pk,
        voucher.pk,
        actor=actor or world.clerk,
        amount=Decimal(amount),
        reason="退货退款",
        on=ON,
    )


def judge_reversal(world, reversal, actor=None, verdict="recognised"):
    return operations.judge_reversal(
        world.project.pk, reversal.pk, actor=actor or world.city_finance, verdict=verdict, opinion="核对无误", on=ON
    )


def test_a_reversal_gives_the_money_back_and_the_payment_stays(ready):
    voucher = recognise(ready)

    done = judge_reversal(ready, reverse(ready, voucher))

    voucher.refresh_from_db()
    assert (voucher.state, voucher.amount) == (VoucherState.RECOGNISED, Decimal("1000.00"))
    assert (done.state, done.entry_number, done.signed_amount) == (VoucherState.RECOGNISED, 2, Decimal("-400.00"))
    assert balance(ready) == both(0, "600.00")


def test_reversals_of_a_payment_never_exceed_it(ready):
    voucher = recognise(ready)
    reverse(ready, voucher, "999.99")

    with pytest.raises(Refused) as refused:
        reverse(ready, voucher, "0.02")

    assert codes(refused) == ["amount"]
    assert reverse(ready, voucher, "0.01").state == VoucherState.SUBMITTED


def test_a_disallowed_reversal_changes_no_figure_and_frees_the_amount(ready):
    voucher = recognise(ready)
    judge_reversal(ready, reverse(ready, voucher, "1000.00"), verdict="disallowed")

    assert balance(ready) == both(0, "1000.00")
    assert reverse(ready, voucher, "1000.00").state == VoucherState.SUBMITTED


def test_a_reversal_is_judged_in_another_office_than_it_was_proposed_in(ready):
    reversal = reverse(ready, recognise(ready), actor=ready.city_finance)
    colleague = make.user("CF", ready.city_office)

    for actor in (ready.city_finance, colleague):
        with pytest.raises(Refused) as refused:
            judge_reversal(ready, reversal, actor=actor)
        assert codes(refused) == ["sod"]

    assert judge_reversal(ready, reversal, actor=ready.finance).state == VoucherState.RECOGNISED


def test_a_reversal_is_not_reversible_and_a_draft_has_none(ready):
    done = judge_reversal(ready, reverse(ready, recognise(ready)))

    for voucher in (done, record(ready, number="PZ-9")):
        with pytest.raises(Refused):
            reverse(ready, voucher, "1.00")

    assert unreviewed(ready.project) == 0


# What the database itself refuses


def test_the_database_keeps_recognised_payments_as_they_are(ready):
    voucher = recognise(ready)

    for change in (
        lambda: Voucher.objects.filter(pk=voucher.pk).update(amount=Decimal(1)),
        lambda: Voucher.objects.filter(pk=voucher.pk)._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()

    assert Voucher.objects.get().amount == Decimal("1000.00")


def test_the_database_refuses_a_line_spent_beyond_its_budget(ready):
    with pytest.raises(IntegrityError), transaction.atomic():
        BudgetLine.objects.filter(category="equipment", source="central").update(spent=Decimal("5000000.01"))
    with pytest.raises(IntegrityError), transaction.atomic():
        SourceLine.objects.filter(source="central").update(reserved=Decimal("7000000.01"))
