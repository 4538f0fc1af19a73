"""The ledger beside an independent model (tests/funds/model.py): whatever people do, they agree to the 分.

Each step is tried on both. They must agree on whether it is allowed and on every figure after it, and `verify_ledger`
must find nothing. Amounts sit at the boundary: all that is left, one 分 more, one 分 less, one 分, the largest.
"""

from collections import Counter
from datetime import date
from random import Random

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.funds.driver import VERDICTS, Driver, make_world
from tests.funds.model import ISSUED, LARGEST
from tests.funds.scene import ON, PLAN

# The whole run is SQLite's; PostgreSQL walks a few of the same lives.
WHOLE = connection.vendor == "sqlite"
EXAMPLES, STEPS = 28 if WHOLE else 3, 50
# Every command must have been accepted so often over the run, or it was not tested.
LEAST = 5 if WHOLE else 0
COMMANDS = {
    "record", "submit", "resubmit", "recognise", "first signature", "second signature", "question", "disallow",
    "return", "re-judge", "propose reversal", "recognise reversal", "refuse reversal", "prove", "recognise proved",
    "issue", "reduce", "sweep", "reissue", "sign paper", "return paper", "receive", "correct receipt",
    "propose change", "approve change", "return change", "hold", "lift",
}  # fmt: skip
EDGES = ["all", "all", "one more", "one less", "one", "part", "part", "largest"]
# What takes money away is mostly small, or nothing would be left to spend.
SMALL, SMALL_EDGES = 10, ["all", "one more", "one more", "one", "one less", *["part"] * 15]
DAYS = [date(2025, 6, 30), date(2025, 7, 1), date(2025, 12, 4), date(2026, 1, 10), ON, ON, date(2026, 3, 3)]
CELLS = [*PLAN, ("activities", "central"), ("facilities", "own"), ("materials", "central"), ("courses", "own")]
SETTINGS = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],  # a seed does not shrink; the failing case says every step
    suppress_health_check=list(HealthCheck),
)

NOTHING = object()
done: Counter = Counter()
tried: Counter = Counter()
# What people do, as often as they do it; a step that has nothing to act on is drawn again.
HABITS = {
    "record": 2, "pay": 3, "record_twice": 0.5, "submit": 4, "judge": 11, "judge_again": 6, "sign_second": 16,
    "propose_reversal": 5, "judge_reversal": 9, "prove": 9, "judge_disallowed": 8, "write_paper": 5,
    "answer_paper": 7, "receive": 2, "correct": 2, "propose_change": 3, "answer_change": 7, "hold": 0.6, "lift": 9,
}  # fmt: skip


def near(left, chance, most=60):
    """An amount at a boundary of what is left, or a part of it of at most so many hundredths."""
    sizes = {"all": left, "one more": left + 1, "one less": left - 1, "one": 1, "largest": LARGEST}
    edge = chance.choice(EDGES if most > SMALL else SMALL_EDGES)
    return sizes.get(edge, max(left, 0) * chance.randint(1, most) // 100)


@pytest.mark.django_db
def test_the_ledger_is_the_model(settings, tmp_path):
    settings.FILES_DIR = tmp_path
    done.clear()
    tried.clear()
    world = make_world()

    run_state_machine_as_test(lambda: Ledger(world), settings=SETTINGS)

    print(sum(tried.values()), sorted((word, done[word], tried[word]) for word in COMMANDS))
    assert {command: done[command] for command in COMMANDS if done[command] < LEAST} == {}


class People(Driver):
    """What people do, each by a throw of the dice."""

    def those(self, *states, undoing=False):
        return [p for p in self.books.payments if p.state in states and bool(p.undoes) == undoing]

    def one_of(self, rows, chance):
        """Mostly one that the step is for; now and then any."""
        return chance.choice(rows if chance.random() < 0.9 else self.books.payments)

    # Payments

    def record(self, chance):
        cell = chance.choice(CELLS)
        amount = near(self.books.left(*cell), chance)
        self.try_record(cell, amount, chance.choice(DAYS), chance.choice("甲乙"), self.name())

    def pay(self, chance):
        """What mostly happens: recorded, then submitted, inside every limit."""
        cell = chance.choice(list(PLAN)[:3])
        amount = max(self.books.left(*cell), 100) * chance.randint(1, 60) // 100
        payment = self.try_record(cell, amount, ON, chance.choice("甲乙丙"), self.name())
        if payment:
            self.try_submit(payment, "leader")

    def record_twice(self, chance):
        payments = [p for p in self.books.payments if not p.undoes]
        if not payments:
            return NOTHING
        twin = chance.choice(payments)
        return self.try_record(twin.cell, 100, ON, "甲", twin.name)

    def submit(self, chance):
        ready = self.those("returned") or self.those("draft")
        if not ready:
            return NOTHING
        return self.try_submit(self.one_of(ready, chance), chance.choice(["leader", "leader", "leader", "clerk"]))

    def judge(self, chance):
        waiting = self.those("submitted", "questioned")
        if not waiting:
            return NOTHING
        who = chance.choice(["right", "right", "right", "right", "city", "province", "colleague"])
        verdict = chance.choice(["recognised", "recognised", "disallowed", *VERDICTS])
        return self.try_judge(self.one_of(waiting, chance), who, verdict)

    def judge_again(self, chance):
        asked = self.those("questioned")
        if not asked:
            return NOTHING
        payment = max(asked, key=self.books.inside)
        return self.try_judge(payment, "right", chance.choice(["recognised", "recognised", *VERDICTS]))

    def sign_second(self, chance):
        waiting = [p for p in self.those("submitted") if p.first]
        if not waiting:
            return NOTHING
        return self.try_judge(chance.choice(waiting), chance.choice(["province", "colleague", "city"]), "recognised")

    def propose_reversal(self, chance):
        posted = self.those("recognised")
        if not posted:
            return NOTHING
        payment = self.one_of(posted, chance)
        return self.try_reversal(payment, near(self.books.standing(payment), chance))

    def judge_reversal(self, chance):
        waiting = self.those("submitted", undoing=True)
        if not waiting:
            return NOTHING
        who, verdict = chance.choice(["city", "city", "province"]), chance.choice(["recognised", "disallowed"])
        return self.try_judge_reversal(self.one_of(waiting, chance), who, verdict)

    def prove(self, chance):
        payments = [p for p in self.those("disallowed") if p.unproved]
        if not payments:
            return NOTHING
        payment = max(payments, key=self.books.inside)
        return self.try_prove(payment, payment.unproved if chance.random() < 0.5 else near(payment.unproved, chance))

    def judge_disallowed(self, chance):
        payments = self.those("disallowed")
        if not payments:
            return NOTHING
        proved = [p for p in payments if not p.unproved]
        verdict = chance.choice(["recognised", "recognised", "recognised", "returned"])
        payment = max(proved or payments, key=self.books.inside)
        return self.try_judge(payment, "right", verdict)

    # Money in

    def write_paper(self, chance):
        kind = chance.choice(["issue", "reduce", "sweep", "sweep", "reissue", "reissue"])
        books, standing = self.books, [p for p in self.books.papers if p.state != "returned"]
        room = books.grant - books.allocated - sum(p.amount for p in standing if p.gives and p.state == "waiting")
        swept = sum(p.amount for p in standing if p.kind == "sweep" and p.state == "signed")
        again = min(room, swept - sum(p.amount for p in standing if p.kind == "reissue"))
        if kind == "reissue" and again <= 0 and chance.random() < 0.8:
            return NOTHING
        if kind in {"issue", "reissue"}:
            return self.paper(kind, near(room if kind == "issue" else again, chance))
        return self.paper(kind, near(books.allocated - books.used(source=ISSUED), chance, SMALL))

    def answer_paper(self, chance):
        waiting = [p for p in self.books.papers if p.state == "waiting"]
        if not waiting and chance.random() < 0.9:
            return NOTHING
        paper = chance.choice(waiting or self.books.papers)
        return self.sign(paper) if chance.random() < 0.7 else self.send_back(paper)

    def receive(self, chance):
        giving = [p for p in self.books.papers if p.gives]
        coming = [p for p in giving if self.books.still(p)]
        paper = chance.choice(coming if coming and chance.random() < 0.9 else giving)
        self.try_receive(paper, near(self.books.still(paper), chance))

    def correct(self, chance):
        arrival = chance.choice(self.books.arrivals)
        free = self.books.received - self.books.used(source=ISSUED)
        self.try_correct(arrival, near(min(arrival.amount - arrival.corrected, free), chance, SMALL))

    # Budget and 暂停

    def propose_change(self, chance):
        taken = chance.choice(list(self.books.cells))
        same = [cell for cell in CELLS if cell[1] == taken[1] and cell[0] != "materials"]
        put = chance.choice(same if chance.random() < 0.8 else CELLS)
        amount = near(self.books.cells[taken] - self.books.used(*taken), chance)
        after = dict(self.books.cells)
        after[taken] -= amount
        after[put] = after.get(put, 0) + amount
        self.try_change(after)

    def answer_change(self, chance):
        if not self.change or (self.books.proposal is None and chance.random() < 0.9):
            return NOTHING
        return self.try_decide(agreed=chance.random() < 0.6)

    def hold(self, chance):
        return self.try_hold(lifts=False)

    def lift(self, chance):
        return self.try_hold(lifts=True) if self.books.on_hold or chance.random() < 0.02 else NOTHING


class Ledger(RuleBasedStateMachine):
    """Hypothesis draws the dice of each example; its steps follow from them."""

    def __init__(self, world):
        super().__init__()
        self.people = People(world, done, tried)

    @initialize(seed=st.binary(min_size=16, max_size=16))
    def begin(self, seed):
        self.chance = Random(seed)  # noqa: S311
        issued, came = [7_000_000, 6_500_000], [6_000_000, 4_000_000, 600_000]
        self.people.begin(self.chance.choice(issued), self.chance.choice(came))

    @rule()
    def step(self):
        habits, often = list(HABITS), list(HABITS.values())
        while getattr(self.people, self.chance.choices(habits, often)[0])(self.chance) is NOTHING:
            pass

    @invariant()
    def agree(self):
        self.people.agree()

    def teardown(self):
        try:
            self.people.agree_as_of()
        finally:
            self.people.close()
