"""Every yuan that came in is spent as it should be, paid back once, or claimed: nothing twice, nothing lost (L15)."""

import random
from decimal import Decimal

import pytest
from django.db import transaction

from accounts.journal import operation
from funds import operations
from funds.models import FoundMoney, FoundMoneyEntry, Repayment, SentBack, SourceLine, Voucher
from funds.queries import figures_now
from funds.rules import Figures
from funds.verify import verify
from policy.findings import Refused
from policy.terms import Stage
from projects.models import Project
from tests.funds.found_scene import audit, confirm, enter
from tests.funds.refunds import propose_reversal
from tests.funds.scene import ON, judge, recognise, submit, upload
from tests.funds.test_repayments import confirm as confirm_back
from tests.funds.test_repayments import pay
from tests.funds.test_settlements import A, D, R, approve, interest, prepare, refusal, stage

WHOLE = D(7_000_000)


@operation("试验清算失效")
def overtake(project_id, *, actor, on):
    operations.void_settlements(Project.objects.get(pk=project_id), [A], reason="责令整改", on=on)


def void(world):
    overtake(world.project.pk, actor=world.finance, on=ON)
    stage(world, Stage.BUILDING)


def accepted(world, recovery=None):
    stage(world, Stage.ACCEPTED)
    prepare(world, **({} if recovery is None else {"recovery": D(recovery)}))
    return approve(world, A)


def grave(world):
    return [fault for fault in verify([world.project]) if fault.grave]


def back_off(world, voucher, amount):
    given = {"amount": D(amount), "reason": "退回", "on": ON}
    row = propose_reversal(world.project.pk, voucher.pk, actor=world.clerk, **given)
    told = {"actor": world.city_finance, "verdict": "recognised", "opinion": "同意", "on": ON}
    return operations.judge_reversal(world.project.pk, row.pk, **told)


def test_what_was_recovered_of_a_disallowed_payment_is_not_claimed_again(ready):
    judge(ready, submit(ready, "1000.00"), "disallowed", opinion="无合同")
    confirm(ready, enter(ready, FoundMoney.objects.get(), "400.00", "recovered"))
    stage(ready, Stage.REVOKED)

    prepared = prepare(ready)

    assert (prepared.disallowed, prepared.recovered, prepared.recovery) == (D(1000), D(400), WHOLE - 400)


def test_what_was_recovered_and_then_reversed_is_not_claimed_again(ready):
    voucher = recognise(ready, "1000.00")
    row = audit(ready, voucher, "800.00")
    confirm(ready, enter(ready, row, "300.00", "recovered"))
    stage(ready, Stage.REVOKED)
    before = prepare(ready)
    stage(ready, Stage.BUILDING)
    back_off(ready, voucher, 800)
    stage(ready, Stage.REVOKED)
    after = prepare(ready)

    assert (before.compliant, before.recovered, before.recovery) == (D(200), D(300), WHOLE - 500)
    assert (after.compliant, after.recovered, after.recovery) == (D(200), D(300), WHOLE - 500)


def test_what_was_paid_back_under_a_void_claim_is_spent_no_more(ready):
    accepted(ready)
    confirm_back(ready, pay(ready, "6000000.00"))
    void(ready)

    line = SourceLine.objects.get(project=ready.project, source="central")
    assert (line.limit, SentBack.objects.get().amount) == (D(1_000_000), D(6_000_000))
    late = submit(ready, "1000000.01")
    assert (late.fits, "已扣除缴回的资金" in late.why) == (False, True)
    assert submit(ready, "1000000.00", "PZ-2").fits
    assert grave(ready) == []


def test_interest_that_was_paid_back_takes_no_money_from_payments(ready):
    recognise(ready, "400000.00")
    interest(ready, 50)
    accepted(ready)
    confirm_back(ready, pay(ready, "6600050.00"))
    void(ready)

    line = SourceLine.objects.get(project=ready.project, source="central")
    assert (line.limit, line.spent) == (D(400_000), D(400_000))
    assert figures_now(ready.project).whole == 0
    assert grave(ready) == []


def test_a_limit_that_forgets_what_was_paid_back_is_named(ready):
    accepted(ready)
    confirm_back(ready, pay(ready, "100.00"))
    void(ready)
    SourceLine.objects.filter(project=ready.project, source="central").update(limit=WHOLE)

    assert [fault.text for fault in grave(ready) if "减失效清算下已缴回" in fault.text]


def test_while_a_claim_stands_nothing_is_recovered_beside_it(ready):
    judge(ready, submit(ready, "1000.00"), "disallowed", opinion="无合同")
    row = FoundMoney.objects.get()
    waiting = enter(ready, row, "400.00", "recovered")
    accepted(ready)

    assert refusal(enter, ready, row, "100.00", "recovered") == ["claimed"]
    assert refusal(confirm, ready, waiting) == ["claimed"]
    back = {"actor": ready.finance, "reason": "已列入追缴", "on": ON}
    assert operations.return_found_money(ready.project.pk, waiting.pk, **back).state == "returned"


class Life:
    """Random events on one project; what a step of it refuses changes nothing."""

    def __init__(self, world, seed):
        self.world, self.chance, self.n, self.done = world, random.Random(seed), 0, set()  # noqa: S311  not for secrets

    def amount(self, least=1, most=400_000):
        return f"{self.chance.randint(least * 100, most * 100) / 100:.2f}"

    def number(self):
        self.n += 1
        return f"号-{self.n}"

    def pay_out(self):
        recognise(self.world, self.amount(), self.number())

    def disallow(self):
        judge(self.world, submit(self.world, self.amount(), self.number()), "disallowed", opinion="无合同")

    def one(self, rows):
        rows = list(rows)
        if not rows:
            raise Refused([])
        return self.chance.choice(rows)

    def find(self):
        rows = Voucher.objects.filter(state="recognised", reverses=None)
        audit(self.world, self.one(rows), self.amount(1, 3000), self.number())

    def put_right(self):
        row = self.one(FoundMoney.objects.filter(left__gt=0))
        move = self.chance.choice(["proved", "recovered", "recovered", "written_off"])
        amount = self.chance.choice([row.left, min(row.left, D(500))])
        confirm(self.world, enter(self.world, row, str(amount), move, number=self.number()))

    def reverse(self):
        voucher = self.one(Voucher.objects.filter(state="recognised", reverses=None))
        back_off(self.world, voucher, self.chance.choice([voucher.amount, D(1)]))

    def bear_interest(self):
        interest(self.world, self.amount(1, 900))

    def settle_and_void(self):
        whole = figures_now(self.world.project).whole
        try:
            accepted(self.world, self.chance.choice([whole, (whole / 2).quantize(D("0.01"))]))
            claim = self.one(self.world.project.claw_backs.filter(settlement__state="approved"))
            part = self.chance.choice([claim.left, min(claim.left, D(1_500_000))])
            proof = upload("缴款书.png")
            given = {"amount": part, "paid_on": ON, "number": self.number(), "proof": proof, "on": ON}
            row = operations.record_repayment(self.world.project.pk, claim.pk, actor=self.world.finance, **given)
            operations.confirm_repayment(self.world.project.pk, row.pk, actor=self.world.finance_head, on=ON)
        finally:
            void(self.world)

    def end(self):
        """Nothing waits, and the title is revoked."""
        for row in Voucher.objects.filter(state__in=["submitted", "questioned"]):
            act = operations.judge_reversal if row.reverses_id else operations.judge_voucher
            verdict = "returned" if row.reverses_id else "disallowed"
            told = {"actor": self.world.city_finance, "verdict": verdict, "opinion": "无依据", "on": ON}
            act(self.world.project.pk, row.pk, **told)
        stage(self.world, Stage.REVOKED)

    def live(self, steps):
        acts = [self.pay_out, self.pay_out, self.disallow, self.find, self.put_right, self.put_right, self.reverse,
                self.bear_interest, self.settle_and_void]  # fmt: skip
        for _ in range(steps):
            act = self.chance.choice(acts)
            try:
                act()
            except Refused:
                continue
            self.done.add(act.__name__)


def total(rows, name="amount"):
    return sum((getattr(row, name) for row in rows), Decimal(0))


def good_of(voucher):
    """What of one payment is spent as it should be, from its own rows alone."""
    rows = list(voucher.found_money.all())
    backs = list(voucher.reversals.filter(state="recognised"))
    bad = sum((row.found - row.proved - row.written_off for row in rows), Decimal(0))
    since = min((row.found_on for row in rows), default=None)
    later = sum((one.amount for one in backs if since and one.judged_on >= since), Decimal(0))
    standing = voucher.amount - total(backs)
    return standing - min(standing, max(bad - later, Decimal(0)))


def test_whatever_happens_in_whatever_order_every_yuan_is_accounted_for_once(ready):
    seen = set()
    for seed in range(10):
        with transaction.atomic():
            life = Life(ready, seed)
            life.live(16)
            seen |= life.done
            life.end()
            prepared = prepare(ready, document_number=f"清算{seed}号")
            standing = Voucher.objects.filter(state="recognised", reverses=None)
            good = sum((good_of(row) for row in standing), Decimal(0))
            returned = total(Repayment.objects.filter(state="confirmed"))
            returned += total(FoundMoneyEntry.objects.filter(state="confirmed", move="recovered"))
            bore = figures_now(ready.project).interest
            assert prepared.compliant == good, seed
            assert prepared.recovery == max(WHOLE + bore - good - returned, Decimal(0)), seed
            approve(ready, R)
            assert grave(ready) == [], seed
            transaction.set_rollback(True)
        ready.project.refresh_from_db()
    assert seen == {"pay_out", "disallow", "find", "put_right", "reverse", "bear_interest", "settle_and_void"}


@pytest.mark.parametrize("recovered", [D(0), D(300)])
def test_nothing_below_nothing_is_claimed(recovered):
    assert Figures(D(100), D(100), repaid=D(50), recovered=recovered).whole == 0
