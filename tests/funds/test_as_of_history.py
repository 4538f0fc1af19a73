"""What was, is told again: the ledger as of any past day is the live ledger of that evening, whatever happened since.

A random history of money: documents of every kind under every 到账方式, receipts and their corrections, 调剂, payments
inside and outside the limits, returned, edited and submitted again, 暂不认定, signed once, 认定, 冲销 that wait. Nothing of
an evening is left out: what was spent, reserved and waiting, and how many waited.
"""

from collections import Counter
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from funds import operations
from funds.models import Budget, BudgetItem, FundDocument
from funds.queries import ledger_as_of, ledger_of, pools_of
from funds.verify import verify
from policy.findings import Refused
from policy.terms import Source, Stage
from projects.models import Decision, DecisionItem, Project
from tests.funds.refunds import propose_reversal
from tests.funds.scene import PLAN, document_of, make_scene, record, upload

FIRST, DAYS = date(2026, 2, 2), 45
LIVES = 3 if connection.vendor == "sqlite" else 2
WHOLE = Decimal(7_000_000)
DATES = {"issue": date(2025, 9, 1), "reissue": date(2026, 1, 20)}
HABITS = {
    "mode": 2, "give": 4, "take": 3, "receive": 6, "correct": 2, "pay": 9, "judge": 11, "again": 5, "reverse": 4,
    "answer": 3, "change": 2,
}  # fmt: skip
# What a payment must have gone through in these lives, so that none of it is left out of the comparison.
WAYS = {"returned", "questioned", "disallowed", "recognised", "signed", "signed again", "misfit", "same day"}
VERDICTS = [*["recognised"] * 4, *["returned"] * 4, *["questioned"] * 3, "disallowed"]
BASE_CELL, OTHER_CELL = ("equipment", Source.CENTRAL), ("courses", Source.CENTRAL)
done, ways = Counter(), Counter()


class Life:
    """Acts of any day; what a rule refuses did not happen."""

    def __init__(self, world, chance):
        self.world, self.chance, self.on, self.serial = world, chance, FIRST, 0

    @property
    def project(self):
        return Project.objects.get(pk=self.world.project.pk)

    def part(self, whole):
        return (whole * self.chance.randint(1, 100) / 100).quantize(Decimal("0.01"))

    def name(self, word):
        self.serial += 1
        return f"{word}-{self.serial}"

    def mode(self):
        mode = self.chance.choice(["quota", "cash", "claim"])
        operations.set_arrival_mode(self.world.unit.pk, actor=self.world.finance, mode=mode, on=self.on)

    def document(self, kind, amount):
        facts = {"kind": kind, "dated_on": DATES.get(kind, date(2025, 12, 31)), "on": self.on}
        facts |= {"fiscal_year": 2026} if kind == "reissue" else {}
        facts |= {} if kind == "issue" else {"origin_year": 2025}
        made = document_of(self.world, {self.project.pk: amount}, number=self.name(kind), **facts)
        operations.approve_fund_document(made.pk, actor=self.world.finance_head, on=self.on)

    def give(self):
        self.document(self.chance.choice(["issue", "issue", "reissue"]), self.part(WHOLE / 2))

    def take(self):
        self.document(self.chance.choice(["sweep", "sweep", "reduce"]), self.part(WHOLE / 5))

    def receive(self):
        open_ = {pk: left for pool in pools_of([self.project]).values() for pk, left in pool.open().items() if left}
        if open_:
            pk, left = self.chance.choice(list(open_.items()))
            given = {"received_on": self.on - timedelta(days=self.chance.randint(0, 5)), "amount": self.part(left)}
            operations.confirm_receipt(self.project.pk, pk, actor=self.world.leader, on=self.on, **given)

    def correct(self):
        receipts = list(self.project.receipts.filter(kind="arrival"))
        if receipts:
            one = self.chance.choice(receipts)
            given = {"amount": self.part(one.amount / 4), "reason": "看错", "received_on": self.on, "on": self.on}
            operations.correct_receipt(self.project.pk, one.pk, actor=self.world.leader, **given)

    def entry(self):
        """Most payments are small; some lie outside every limit."""
        category, source = self.chance.choice([BASE_CELL, BASE_CELL, OTHER_CELL, ("equipment", Source.OWN)])
        paid_on = self.on - timedelta(days=self.chance.randint(0, 40))
        amount = self.part(Decimal(self.chance.choice([50_000, 400_000, 4_000_000])))
        return {"category": category, "source": source, "paid_on": paid_on, "amount": amount}

    def submit(self, pk):
        made = operations.submit_voucher(self.project.pk, pk, actor=self.world.leader, on=self.on)
        ways["misfit"] += not made.fits

    def pay(self):
        entry = self.entry()
        made = record(self.world, str(entry.pop("amount")), self.name("PZ"), **entry)
        self.submit(made.pk)

    def judge(self):
        open_ = list(self.project.vouchers.filter(state__in=["submitted", "questioned"], reverses=None))
        if open_:
            one, verdict = self.chance.choice(open_), self.chance.choice(VERDICTS)
            who = self.world.finance if one.first_judged_by_id else self.world.city_finance
            given = {"verdict": verdict, "opinion": "见附件", "on": self.on}
            now = operations.judge_voucher(self.project.pk, one.pk, actor=who, **given)
            signed = "signed again" if one.state == "questioned" else "signed"
            ways[now.state if now.state != "submitted" else signed] += 1
            ways["same day"] += one.submitted_on == self.on

    def again(self):
        """A returned payment is changed, or not, and submitted again."""
        returned = list(self.project.vouchers.filter(state="returned"))
        if returned:
            one, pk = self.chance.choice(returned), self.project.pk
            if self.chance.random() < 0.8:
                given = self.entry() | {"number": one.number, "abstract": one.abstract, "payee": one.payee}
                operations.edit_voucher(pk, one.pk, actor=self.world.clerk, on=self.on, **given)
            if self.chance.random() < 0.8:
                self.submit(one.pk)

    def reverse(self):
        posted = list(self.project.vouchers.filter(state="recognised", reverses=None))
        if posted:
            one = self.chance.choice(posted)
            given = {"amount": self.part(one.amount), "reason": "退款", "on": self.on}
            propose_reversal(self.project.pk, one.pk, actor=self.world.clerk, **given)

    def answer(self):
        waiting = list(self.project.vouchers.filter(state="submitted", reverses__isnull=False))
        if waiting:
            given = {"verdict": self.chance.choice(["recognised", "disallowed"]), "opinion": "同意", "on": self.on}
            pk = self.chance.choice(waiting).pk
            operations.judge_reversal(self.project.pk, pk, actor=self.world.city_finance, **given)

    def change(self):
        now = BudgetItem.objects.filter(budget__project=self.project, budget__state=Budget.State.APPROVED)
        cells = {(item.category, item.source): item.amount for item in now}
        moved = self.part(Decimal(200_000))
        cells[BASE_CELL], cells[OTHER_CELL] = cells[BASE_CELL] - moved, cells[OTHER_CELL] + moved
        given = {"reason": "中标价低", "uploads": [upload()], "on": self.on}
        made = operations.propose_change(self.project.pk, actor=self.world.leader, items=cells, **given)
        decision = decided(self.world, "T13", self.on, self.name("T13"))
        given = {"decision": decision, "actor": self.world.finance_head, "on": self.on}
        operations.approve_change(self.project.pk, budget_id=made.pk, **given)

    def begin(self):
        """Most of the award is given, and the budget approved."""
        self.mode()
        self.document("issue", Decimal(6_500_000))
        pk, on = self.project.pk, self.on
        operations.save_budget(pk, actor=self.world.clerk, items=PLAN, on=on)
        operations.submit_budget(pk, actor=self.world.leader, on=on)
        operations.consent_budget(pk, actor=self.world.hr, on=on)
        operations.approve_budget(pk, actor=self.world.finance, on=on)

    def live(self):
        """Each evening of this life with its ledger."""
        evenings = {}
        self.begin()
        for number in range(DAYS):
            self.on = FIRST + timedelta(days=number)
            for act in self.chance.choices(list(HABITS), list(HABITS.values()), k=self.chance.randint(1, 3)):
                with suppress(Refused, PermissionDenied), transaction.atomic():
                    getattr(self, act)()
                    done[act] += 1
            evenings[self.on] = ledger_of(self.project)
        return evenings


def decided(world, kind, on, number, dated_on=None):
    """A joint decision that took effect on a day."""
    row = Decision.objects.create(
        kind=kind, state="effective", drafted_by=world.hr, drafted_on=on, title=kind, number=number,
        dated_on=dated_on or on, reason="见附件", basis="见附件", effective_on=on,
    )  # fmt: skip
    DecisionItem.objects.create(decision=row, project=world.project, state="done")
    return row


@pytest.mark.django_db
def test_every_past_evening_is_told_again_as_it_was(settings, tmp_path):
    settings.FILES_DIR = tmp_path
    done.clear()
    ways.clear()
    for seed in range(LIVES):
        with transaction.atomic():
            life = Life(make_scene(), Random(seed))  # noqa: S311
            evenings = life.live()

            told = {day: ledger_as_of(life.project, on=day, known=day) for day in evenings}
            for day, ledger in evenings.items():
                assert (day, told[day]) == (day, ledger), f"life {seed}"
            assert [fault for fault in verify([life.project]) if fault.grave] == []
            transaction.set_rollback(True)
    assert {act: done[act] for act in HABITS if done[act] < LIVES} == {}
    assert {way for way in WAYS if not ways[way]} == set()


def under(world, mode, kind, amount, on, **facts):
    operations.set_arrival_mode(world.unit.pk, actor=world.finance, mode=mode, on=on)
    facts = {"kind": kind, "on": on, "dated_on": date(2025, 12, 1)} | facts
    made = document_of(world, {world.project.pk: Decimal(amount)}, number=f"{kind}{on}", **facts)
    return operations.approve_fund_document(made.pk, actor=world.finance_head, on=on).allocations.get()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first", "second", "limits"),
    [("quota", "claim", (0, 0, 1_000_000)), ("claim", "quota", (4_000_000, 3_000_000, 3_000_000))],
)
def test_what_may_be_spent_then_knows_the_way_each_document_came_under(world, first, second, limits):
    """Taken back under another 到账方式 than it was given under: it is taken from what it was given as."""
    days = [FIRST, FIRST + timedelta(days=1), FIRST + timedelta(days=2)]
    under(world, first, "issue", 4_000_000, days[0])
    under(world, second, "sweep", 1_000_000, days[1], origin_year=2025)
    under(world, second, "reissue", 1_000_000, days[2], origin_year=2025, fiscal_year=2026)

    then = [ledger_as_of(world.project, on=day, known=day).source("central").limit for day in days]

    assert tuple(then) == limits
    assert ledger_as_of(world.project, on=days[2], known=days[2]) == ledger_of(world.project)
    assert FundDocument.objects.count() == len(days)


@pytest.mark.django_db
def test_the_award_counts_from_its_date_as_soon_as_it_took_effect(world):
    dated_on, signed_on = date(2025, 6, 20), date(2025, 6, 25)
    decided(world, "T01", signed_on, "立项1号", dated_on=dated_on)
    project, day = world.project, timedelta(days=1)

    def granted(on, known):
        return ledger_as_of(project, on=on, known=known).granted

    assert granted(dated_on - day, FIRST) == 0  # before the award
    assert granted(dated_on, signed_on - day) == 0  # dated, and not yet signed by both
    assert granted(dated_on, signed_on) == WHOLE
    assert granted(FIRST, FIRST) == ledger_of(project).granted == WHOLE


@pytest.mark.django_db
@pytest.mark.parametrize("facts", [{"stage": Stage.DRAFT}, {"stage": Stage.TERMINATED, "number": None}])
def test_what_a_draft_proposes_is_no_award(world, facts):
    Project.objects.filter(pk=world.project.pk).update(**facts)
    project = Project.objects.get(pk=world.project.pk)

    assert project.grant == WHOLE
    assert ledger_of(project).granted == 0
    assert ledger_as_of(project, on=FIRST, known=FIRST) == ledger_of(project)
