"""清算, 追缴, 缴回: what is claimed, who approves, what comes back, and that the books stay closed."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from funds import operations, rules
from funds.models import ClawBack, Income, Settlement
from funds.queries import settled
from funds.rules import Claim, Figures, SettlementFacts
from policy.findings import Refused
from policy.terms import Occasion, Rank, Stage
from projects.models import Project
from tests import factories as make
from tests.funds.refunds import propose_reversal
from tests.funds.scene import ON, budget, document_of, issue, judge, make_ready, receive, recognise, submit, upload
from tests.seen import posted

A, T, R = Occasion.ACCEPTANCE, Occasion.TERMINATION, Occasion.REVOCATION
D = Decimal


def codes(found):
    return [item.code for item in (found.value.findings if hasattr(found, "value") else found)]


def stage(world, to):
    Project.objects.filter(pk=world.project.pk).update(stage=to, stage_since=ON)
    world.project.refresh_from_db()


def prepare(world, **changes):
    less = {"note": "同意留用", "uploads": [upload("批文.png")]} if "recovery" in changes else {}
    facts = {"actor": world.finance, "document_number": "示例清算1号", "on": ON} | less | changes
    return operations.prepare_settlement(world.project.pk, **facts)


def approve(world, occasion=R, actor=None):
    actor = actor or world.finance_head
    return operations.approve_settlement(world.project.pk, occasion=occasion, actor=actor, on=ON)


def refusal(act, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        act(*args, **kwargs)
    return codes(refused)


def interest(world, amount, **changes):
    given = {"kind": "interest", "number": f"利-{Income.objects.count()}", "recorded_by": world.clerk}
    return Income.objects.create(
        project=world.project, amount=D(amount), received_on=ON, recorded_on=ON, **(given | changes)
    )


# Rules
@pytest.mark.parametrize(
    ("stage", "terminating", "expected"),
    [
        (Stage.REVOKED, False, R),
        (Stage.REVOKED, True, R),
        (Stage.ACCEPTED, False, A),
        (Stage.ACCEPTED, True, T),
        (Stage.BUILDING, False, None),
        (Stage.BUILDING, True, T),
        (Stage.SETTLED, True, None),
        (Stage.TERMINATED, True, None),
    ],
)
def test_what_a_settlement_is_for(stage, terminating, expected):
    assert rules.occasion_due(stage, terminating=terminating) == expected


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        (Stage.BUILDING, {T}),
        (Stage.RECTIFYING, {T}),
        (Stage.ACCEPTED, {A, T}),
        (Stage.REVOKED, {R}),
        (Stage.SETTLED, {A, T, R}),
        (Stage.TERMINATED, {A, T, R}),
    ],
)
def test_which_settlements_close_the_books(stage, expected):
    assert rules.closing_occasions(stage) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (SettlementFacts(Stage.REVOKED, R, 0, "1号", settled=False), []),
        (SettlementFacts(Stage.BUILDING, None, 0, "1号", settled=False), ["stage"]),
        (SettlementFacts(Stage.REVOKED, R, 1, " ", settled=False), ["open", "number"]),
        (SettlementFacts(Stage.ACCEPTED, A, 0, "1号", settled=True), ["settled"]),
    ],
)
def test_check_settlement(facts, expected):
    assert codes(rules.check_settlement(facts)) == expected


FIGURES = Figures(D(150), D(50), interest=D(10), repaid=D(5))  # 100 left, 105 in all


@pytest.mark.parametrize(
    ("recovery", "occasion", "expected"),
    [
        ("105", R, []),
        ("104.99", R, ["recovery"]),
        ("100", R, ["recovery"]),
        ("0", A, []),
        ("105", T, []),
        ("105.01", A, ["recovery"]),
        ("-0.01", A, ["recovery"]),
    ],
)
def test_after_revocation_the_whole_residual_with_its_interest_is_claimed(recovery, occasion, expected):
    kept = {"note": "同意留用", "papers": 1}
    assert codes(rules.check_recovery(D(recovery), figures=FIGURES, occasion=occasion, **kept)) == expected


def test_a_unit_that_has_spent_more_than_it_received_is_paid_first():
    """Under 报账 the payments come before the money."""
    assert codes(rules.check_recovery(D(0), figures=Figures(D(1), D(2)), occasion=R, note="", papers=0)) == [
        "overdrawn"
    ]


CLAIM = Claim(D(100), D(60), ON, waiting=D(20))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"amount": D("40.01")}, ["amount"]),
        ({"amount": D(0)}, ["amount"]),
        ({"paid_on": ON + timedelta(days=1)}, ["paid_on"]),
        ({"number": " "}, ["number"]),
        ({"twin": "财政甲"}, ["number_taken"]),
        ({"has_file": False}, ["proof"]),
    ],
)
def test_check_repayment(changes, expected):
    facts = {"amount": D(40), "paid_on": ON, "number": "缴1", "twin": "", "has_file": True, "on": ON}

    assert codes(rules.check_repayment(CLAIM, **(facts | changes))) == expected


def test_nothing_comes_back_under_a_void_settlement():
    facts = {"amount": D(1), "paid_on": ON, "number": "缴1", "twin": "", "has_file": True, "on": ON}

    assert codes(rules.check_repayment(Claim(D(9), D(9), ON, standing=False), **facts)) == ["void"]


@pytest.mark.parametrize(
    ("left", "days", "standing", "expected"),
    [
        (1, 0, True, []),
        (1, 1, True, ["claw_back_overdue"]),
        (0, 1, True, []),
        (1, 1, False, []),
    ],
    ids=["on its day", "the day after", "all back", "void"],
)
def test_a_claim_warns_from_the_day_after_its_day(left, days, standing, expected):
    found = list(rules.check_claims([Claim(D(9), D(left), ON, standing=standing)], on=ON + timedelta(days=days)))

    assert codes(found) == expected
    assert not any(item.blocks for item in found)


def test_closed_books_say_whose_they_are_and_under_which_clause():
    (found,) = rules.check_open_books(settled=True, name="示例项目")

    assert (found.code, found.rank, "「示例项目」" in found.message) == ("settled", Rank.NOTICE, True)
    assert list(rules.check_open_books(settled=False)) == []


# Preparing and approving
def test_a_settlement_claims_what_was_not_spent_as_it_should_be(world):
    """L15: unspent and 不认定 make the claim, and the interest with them."""
    make_ready(world)
    recognise(world, "1000000.00")
    judge(world, submit(world, "5.00", "PZ-2"), "disallowed")
    earned = interest(world, "12.34")
    interest(world, "2.34")
    interest(world, "2.34", reverses=Income.objects.exclude(pk=earned.pk).get())
    stage(world, Stage.REVOKED)

    prepared = prepare(world)
    assert ClawBack.objects.count() == 0
    approved = approve(world)

    figures = (prepared.received, prepared.compliant, prepared.residual, prepared.interest, prepared.disallowed)
    assert figures == (D(7_000_000), D(1_000_000), D(6_000_000), D("12.34"), D(5))
    assert (prepared.recovery, prepared.occasion) == (D("6000012.34"), R)
    assert (approved.state, settled(world.project)) == ("approved", True)
    claim = ClawBack.objects.get()
    assert (claim.amount, claim.left, claim.settlement_id) == (prepared.recovery, prepared.recovery, prepared.pk)


@pytest.mark.parametrize(
    ("approved_on", "due_on"),
    [(date(2026, 3, 2), date(2026, 4, 1)), (date(2026, 3, 5), date(2026, 4, 7))],
    ids=["30 days", "to the working day after Qingming"],
)
def test_the_claim_is_due_after_the_days_of_the_edition(ready, approved_on, due_on):
    stage(ready, Stage.REVOKED)
    prepare(ready)

    operations.approve_settlement(ready.project.pk, occasion=R, actor=ready.finance_head, on=approved_on)

    assert ClawBack.objects.get().due_on == due_on


def test_where_nothing_is_to_come_back_there_is_no_claim(ready):
    stage(ready, Stage.ACCEPTED)
    prepare(ready, recovery=D(0))

    approve(ready, A)

    assert (settled(ready.project), ClawBack.objects.count()) == (True, 0)


def test_a_settlement_waits_for_the_last_verdict_and_may_be_prepared_again(ready):
    voucher = submit(ready)
    stage(ready, Stage.REVOKED)

    assert refusal(prepare, ready) == ["open"]
    judge(ready, voucher, "questioned")
    assert refusal(prepare, ready) == ["open"]
    judge(ready, voucher, "disallowed")
    prepare(ready)
    prepare(ready, document_number="示例清算2号")

    assert Settlement.objects.get().document_number == "示例清算2号"


def test_one_prepared_for_another_reason_is_void_and_stays_readable(ready):
    stage(ready, Stage.ACCEPTED)
    prepare(ready)
    prepare(ready, terminating=True, document_number="示例清算2号")

    rows = Settlement.objects.order_by("pk").values_list("occasion", "state", "voided_on")
    assert list(rows) == [("acceptance", "void", ON), ("termination", "prepared", None)]


def test_a_settlement_is_approved_for_what_it_was_prepared_for(ready):
    stage(ready, Stage.ACCEPTED)
    prepare(ready)

    assert refusal(approve, ready, T) == ["occasion"]
    assert refusal(approve, ready, R) == ["occasion"]
    stage(ready, Stage.RECTIFYING)
    assert refusal(approve, ready, A) == ["stage"]
    assert not settled(ready.project)


def test_a_settlement_is_approved_by_another_person_on_the_same_figures(ready):
    make.Membership.objects.create(user=ready.finance_head, role="PF", organisation=ready.finance_head_office)
    ready.finance_head.__dict__.pop("live_memberships", None)
    stage(ready, Stage.REVOKED)
    assert refusal(approve, ready) == ["missing"]
    prepare(ready, actor=ready.finance_head)
    assert refusal(approve, ready) == ["sod"]
    prepare(ready)
    assert refusal(approve, ready) == ["sod"]

    other = make.user("PFL", ready.finance_head_office)
    interest(ready, "1.00")
    assert refusal(approve, ready, actor=other) == ["stale"]
    prepare(ready)
    approve(ready, actor=other)
    assert refusal(approve, ready, actor=other) == ["settled"]


def test_an_approved_settlement_changes_in_one_way_only(ready):
    stage(ready, Stage.REVOKED)
    prepare(ready)
    approve(ready)

    for changes in ({"recovery": D(0)}, {"state": "prepared"}, {"state": "void", "recovery": D(0)}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Settlement.objects.update(**changes)
    for changes in ({"amount": D(1)}, {"due_on": ON}):
        with pytest.raises(DatabaseError), transaction.atomic():
            ClawBack.objects.update(**changes)
    with pytest.raises(DatabaseError), transaction.atomic():
        ClawBack.objects.all()._raw_delete("default")
    Settlement.objects.update(state="void", void_reason="原决定撤销")
    with pytest.raises(DatabaseError), transaction.atomic():
        Settlement.objects.update(state="approved")


# The books are closed
def closed(world, occasion=T, to=Stage.BUILDING, **money):
    """Settled for a termination while it is still building, which no stage rule would stop."""
    stage(world, to)
    prepare(world, terminating=occasion == T, **money)
    approve(world, occasion)


def test_nothing_is_reversed_after_the_settlement(ready):
    voucher = recognise(ready)
    closed(ready)

    given = {"actor": ready.clerk, "amount": D(1), "reason": "退款", "on": ON}
    assert refusal(propose_reversal, ready.project.pk, voucher.pk, **given) == ["settled"]


def test_nothing_is_recognised_after_the_settlement(ready):
    prepare(ready, terminating=True)
    voucher = submit(ready, paid_on=date(2025, 6, 30))
    approve(ready, T)

    assert refusal(submit, ready, number="PZ-2") == ["settled"]
    assert refusal(judge, ready, voucher, "recognised") == ["outside", "settled", "period"]
    assert refusal(judge, ready, voucher, "disallowed") == ["settled"]


def test_no_money_arrives_after_the_settlement(world):
    issue(world)
    closed(world)

    assert refusal(receive, world) == ["settled"]


def test_no_money_is_issued_after_the_settlement(world):
    document = document_of(world)
    closed(world)

    given = {"actor": world.finance_head, "on": ON}
    assert refusal(operations.approve_fund_document, document.pk, **given) == ["settled"]


def test_no_budget_takes_effect_after_the_settlement(world):
    issue(world)
    receive(world)
    closed(world)

    assert refusal(budget, world)[0] == "settled"


def test_a_void_settlement_opens_the_books(ready):
    closed(ready)

    Settlement.objects.update(state="void")

    assert not settled(ready.project)
    assert recognise(ready).state == "recognised"


# Pages
def url(name, *args):
    return reverse(f"funds:{name}", args=args)


def test_after_acceptance_the_head_approves_on_a_page_of_its_own(ready, client):
    stage(ready, Stage.ACCEPTED)
    pk = ready.project.pk
    client.force_login(ready.finance)
    typed = {"document_number": "示例清算1号", "recovery": "6,000,000", "note": "设备尾款未付"}
    bare = client.post(url("settlement", pk), typed)
    assert (bare.status_code, "请上传同意少追缴的批文等依据" in bare.content.decode()) == (422, True)
    typed["uploads"] = upload("批文.png")
    assert client.post(url("settlement", pk), typed).status_code == 302
    page = url("settlement_approve", pk)
    assert (client.get(page).status_code, client.post(page).status_code) == (403, 403)

    client.force_login(ready.finance_head)
    assert page in client.get(url("settlements", pk)).content.decode()
    assert posted(client, page).status_code == 302

    ready.project.refresh_from_db()
    assert (ready.project.stage, settled(ready.project)) == (Stage.ACCEPTED, True)
    assert ClawBack.objects.get().amount == D(6_000_000)


def test_a_refused_settlement_keeps_what_was_typed(ready, client):
    stage(ready, Stage.REVOKED)
    client.force_login(ready.finance)
    typed = {"document_number": "示例清算1号", "recovery": "6999999.99", "note": "说明文字"}

    answer = client.post(url("settlement", ready.project.pk), typed)

    assert answer.status_code == 422
    for text in ("应全部追缴", "通知六（一）", "说明文字", "6999999.99"):
        assert text in answer.content.decode()
