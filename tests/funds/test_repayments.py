"""缴回: recorded by one, confirmed by another, never more than is owed; alerts, 待办, the pages and the closing sheet."""

import random
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from funds import operations
from funds.models import ClawBack, Repayment, Settlement
from funds.queries import tasks_for
from policy.findings import Refused
from policy.terms import Stage
from projects.models import Alert, Attachment
from tests import factories as make
from tests.funds.scene import ON, judge, recognise, submit, upload
from tests.funds.test_settlements import A, D, approve, interest, prepare, refusal, stage, url


# 缴回
@pytest.fixture
def claimed(ready):
    """取消称号, 7,000,000 to come back."""
    stage(ready, Stage.REVOKED)
    prepare(ready)
    approve(ready)
    stage(ready, Stage.SETTLED)
    return ready


def pay(world, amount="1000.00", number="缴-1", actor=None, **changes):
    given = {"paid_on": ON, "proof": upload("缴款书.png"), "on": ON} | changes
    claim = ClawBack.objects.latest("pk")
    return operations.record_repayment(
        world.project.pk, claim.pk, actor=actor or world.finance, amount=D(amount), number=number, **given
    )


def confirm(world, repayment, actor=None):
    actor = actor or world.finance_head
    return operations.confirm_repayment(world.project.pk, repayment.pk, actor=actor, on=ON)


def balance():
    claim = ClawBack.objects.latest("pk")
    confirmed = claim.repayments.filter(state="confirmed").aggregate(total=Sum("amount"))["total"] or D(0)
    return claim.left, claim.amount - confirmed


def test_a_repayment_counts_when_another_person_has_confirmed_it(claimed):
    repayment = pay(claimed, actor=claimed.city_finance)
    assert balance() == (D(7_000_000), D(7_000_000))

    confirm(claimed, repayment)

    assert balance() == (D(6_999_000), D(6_999_000))
    file = Attachment.objects.get(about="repayment", about_id=repayment.pk)
    assert (file.project_id, file.purpose) == (claimed.project.pk, "缴回凭证")


def test_who_recorded_a_repayment_does_not_confirm_it(claimed):
    make.Membership.objects.create(user=claimed.finance_head, role="PF", organisation=claimed.finance_head_office)
    claimed.finance_head.__dict__.pop("live_memberships", None)
    repayment = pay(claimed, actor=claimed.finance_head)

    assert refusal(confirm, claimed, repayment) == ["sod"]
    with pytest.raises(PermissionDenied):
        confirm(claimed, repayment, actor=claimed.finance)
    with pytest.raises(PermissionDenied):
        pay(claimed, number="缴-9", actor=claimed.clerk)


def test_no_more_comes_back_than_is_owed(claimed):
    assert refusal(pay, claimed, "7000000.01") == ["amount"]
    pay(claimed, "6999999.99")
    assert refusal(pay, claimed, "0.02", "缴-2") == ["amount"]
    pay(claimed, "0.01", "缴-2")


def test_what_is_owed_is_asked_again_when_it_is_confirmed(claimed):
    """However the row came to be: the UPDATE itself is conditional."""
    claim = ClawBack.objects.get()
    row = Repayment.objects.create(
        claw_back=claim, amount=D("7000000.01"), paid_on=ON, number="缴-1", recorded_by=claimed.finance, recorded_on=ON
    )

    assert refusal(confirm, claimed, row) == ["left"]
    assert balance() == (D(7_000_000), D(7_000_000))


def test_a_slip_is_recorded_once_and_again_after_its_return(claimed):
    repayment = pay(claimed)
    assert refusal(pay, claimed, "1.00") == ["number_taken"]
    given = {"actor": claimed.finance_head, "on": ON}
    assert refusal(operations.return_repayment, claimed.project.pk, repayment.pk, reason=" ", **given) == ["reason"]

    operations.return_repayment(claimed.project.pk, repayment.pk, reason="金额不符", **given)

    assert refusal(confirm, claimed, repayment) == ["state"]
    assert confirm(claimed, pay(claimed, "1.00")).state == "confirmed"


def test_a_confirmed_repayment_is_a_row_of_record(claimed):
    confirm(claimed, pay(claimed))

    with pytest.raises(DatabaseError), transaction.atomic():
        Repayment.objects.update(amount=D(1))
    with pytest.raises(DatabaseError), transaction.atomic():
        Repayment.objects.all()._raw_delete("default")


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_the_claim_is_what_is_left_and_what_came_back(claimed, seed):
    """amount = left + Σ confirmed, after every act that was let through or refused."""
    choose, done, refused = random.Random(seed), 0, 0  # noqa: S311
    for step in range(40):
        waiting = list(Repayment.objects.filter(state="recorded"))
        act = choose.choice(["pay", "pay", "confirm", "return"])
        try:
            if act == "pay":
                pay(claimed, choose.choice(["0.01", "900000.00", "2500000.55", "7000000.00"]), f"缴-{step % 30}")
            elif waiting and act == "confirm":
                confirm(claimed, choose.choice(waiting))
            elif waiting:
                one = choose.choice(waiting)
                given = {"actor": claimed.finance_head, "reason": "不符", "on": ON}
                operations.return_repayment(claimed.project.pk, one.pk, **given)
            done += 1
        except Refused:
            refused += 1
        left, owed = balance()
        assert left == owed >= 0
    assert done > 5
    assert refused > 5


def test_what_came_back_under_a_void_claim_is_not_asked_for_again(ready):
    stage(ready, Stage.ACCEPTED)
    prepare(ready)
    approve(ready, A)
    confirm(ready, pay(ready, "1000000.00"))
    waiting = pay(ready, "5.00", "缴-2")
    stage(ready, Stage.REVOKED)
    Settlement.objects.update(state="void")
    Repayment.objects.filter(pk=waiting.pk).update(state="returned")

    again = prepare(ready, document_number="示例清算2号")

    assert (again.residual, again.repaid, again.recovery) == (D(7_000_000), D(1_000_000), D(6_000_000))
    approve(ready)
    assert balance() == (D(6_000_000), D(6_000_000))


# Alerts and tasks
def test_a_claim_past_its_day_is_an_alert_until_it_is_paid(claimed):
    due = ClawBack.objects.get().due_on
    claimed.project.refresh_from_db()
    operations.refresh_alerts(claimed.project, due)
    assert not Alert.objects.filter(code="claw_back_overdue").exists()

    operations.refresh_alerts(claimed.project, due + timedelta(days=1))
    assert Alert.objects.get(code="claw_back_overdue").cleared_on is None

    confirm(claimed, pay(claimed, "7000000.00"))
    assert Alert.objects.get(code="claw_back_overdue").cleared_on == ON


def titles(user):
    wanted = {"编制资金清算", "登记缴回", "复核缴回"}
    return [task.title for task in tasks_for(user, ON) if task.title in wanted]


def test_what_waits_for_whom(ready):
    stage(ready, Stage.ACCEPTED)
    assert titles(ready.finance) == ["编制资金清算"]
    prepare(ready)
    assert titles(ready.finance) == []
    approve(ready, A)
    assert (titles(ready.finance), titles(ready.city_finance)) == (["登记缴回"], ["登记缴回"])
    assert titles(ready.finance_head) == []
    repayment = pay(ready)
    assert (titles(ready.finance), titles(ready.finance_head)) == ([], ["复核缴回"])
    confirm(ready, repayment)
    assert (titles(ready.finance), titles(ready.finance_head)) == (["登记缴回"], [])


def test_a_settlement_waits_after_revocation_whatever_was_settled_before(ready):
    stage(ready, Stage.ACCEPTED)
    prepare(ready, recovery=D(0))
    approve(ready, A)
    assert titles(ready.finance) == []

    stage(ready, Stage.REVOKED)

    assert titles(ready.finance) == ["编制资金清算"]
    prepare(ready, document_number="示例清算2号")
    assert titles(ready.finance) == []


# Pages
def test_a_repayment_goes_through_its_pages(claimed, client):
    pk, claim = claimed.project.pk, ClawBack.objects.get()
    client.force_login(claimed.finance)
    typed = {"amount": "8000000", "paid_on": "2026-03-02", "number": "缴-1", "proof": upload("缴款书.png")}
    refused = client.post(url("repayment_new", pk, claim.pk), typed)
    assert (refused.status_code, "本次最多登记" in refused.content.decode()) == (422, True)
    typed |= {"amount": "1000.50", "proof": upload("缴款书.png")}
    assert client.post(url("repayment_new", pk, claim.pk), typed).status_code == 302

    repayment = Repayment.objects.get()
    client.force_login(claimed.finance_head)
    page = client.get(url("repayment_confirm", pk, repayment.pk)).content.decode()
    assert "1,000.50 元" in page
    assert client.post(url("repayment_confirm", pk, repayment.pk)).status_code == 302
    assert client.post(url("repayment_confirm", pk, repayment.pk)).status_code in {302, 422}
    assert balance() == (D("6998999.50"), D("6998999.50"))


def test_a_repayment_is_returned_with_its_reason(claimed, client):
    repayment = pay(claimed)
    client.force_login(claimed.finance_head)

    client.post(url("repayment_return", claimed.project.pk, repayment.pk), {"reason": "缴款书不清晰"})

    assert "缴款书不清晰" in client.get(url("settlements", claimed.project.pk)).content.decode()


def test_the_closing_sheet_shows_the_books_as_they_were_settled(ready, client):
    recognise(ready, "1000000.00")
    judge(ready, submit(ready, "5.00", "PZ-2"), "disallowed")
    interest(ready, "12.34")
    stage(ready, Stage.REVOKED)
    prepare(ready)
    approve(ready)
    confirm(ready, pay(ready, "12.34"))
    client.force_login(ready.clerk)

    page = client.get(url("closing_sheet", ready.project.pk, Settlement.objects.get().pk)).content.decode()

    for text in ("中央", "7,000,000.00", "1,000,000.00", "6,000,012.34", "6,000,000.00", "缴-1", "盖章"):
        assert text in page
    assert "本清算已失效" not in page


def test_a_void_sheet_says_so(ready, client):
    stage(ready, Stage.ACCEPTED)
    prepare(ready)
    prepare(ready, terminating=True)
    client.force_login(ready.city_finance)

    void = Settlement.objects.get(state="void")
    assert "本清算已失效" in client.get(url("closing_sheet", ready.project.pk, void.pk)).content.decode()
    assert "此前的清算" in client.get(url("settlements", ready.project.pk)).content.decode()


def test_the_page_costs_the_same_for_one_repayment_and_for_twelve(claimed, client):
    client.force_login(claimed.finance_head)
    page = url("settlements", claimed.project.pk)

    def statements():
        with CaptureQueriesContext(connection) as found:
            assert client.get(page).status_code == 200
        return len(found)

    pay(claimed)
    statements()
    one = statements()
    for number in range(2, 13):
        pay(claimed, "1.00", f"缴-{number}")

    assert statements() == one
