"""The money of one project as handbook section 5 tells it: whole 分, plain lists, no balance kept anywhere.

It is what the real ledger is held against, so it shares nothing with it. Every act answers whether it is allowed, and
then has happened. Every figure is summed anew from the payments and the papers.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

LARGEST = 10**13
SECOND_FROM = 500_000_00
ROLLING_DAYS = 90
USES = {"equipment", "facilities", "instructors", "courses", "activities", "other"}
ISSUED = "central"
SWEEP_DAY = date(2025, 12, 31)
CITY, PROVINCE = {"city"}, {"province", "colleague"}


@dataclass(eq=False)
class Payment:
    name: str
    amount: int
    category: str
    source: str
    paid_on: date
    payee: str
    hands: set
    approved: bool = False
    state: str = "draft"
    fits: bool = False
    first: str = ""
    entry: int | None = None
    undoes: "Payment | None" = None
    wrong: list = field(default_factory=list)

    @property
    def cell(self):
        return self.category, self.source

    @property
    def unproved(self):
        """`wrong`: each time it was found wrong, [found, proved]."""
        return sum(found - proved for found, proved in self.wrong)

    @property
    def held(self):
        return self.amount if self.state == "submitted" and self.fits and not self.undoes else 0

    @property
    def spent(self):
        return (-self.amount if self.undoes else self.amount) if self.state == "recognised" else 0


@dataclass(eq=False)
class Paper:
    """A 资金文件. `got`: confirmed of it; of one that takes back, `swept`: what had come already."""

    name: str
    kind: str
    amount: int
    dated_on: date
    state: str = "waiting"
    got: int = 0
    swept: int = 0

    @property
    def gives(self):
        return self.kind in {"issue", "reissue"}


@dataclass(eq=False)
class Arrival:
    paper: Paper
    amount: int
    corrected: int = 0


@dataclass
class Books:
    grant: int
    start: date
    end: date
    today: date
    cells: dict = field(default_factory=dict)
    proposal: dict | None = None
    papers: list = field(default_factory=list)
    arrivals: list = field(default_factory=list)
    payments: list = field(default_factory=list)
    on_hold: bool = False

    # Figures

    def signed(self):
        """Papers that give and are signed, oldest first."""
        return sorted((p for p in self.papers if p.gives and p.state == "signed"), key=lambda p: p.dated_on)

    @property
    def allocated(self):
        return sum(p.amount if p.gives else -p.amount for p in self.papers if p.state == "signed")

    @property
    def received(self):
        return sum(p.got - p.swept for p in self.papers)

    def held(self, category=None, source=None):
        return sum(p.held for p in self._of(category, source))

    def spent(self, category=None, source=None):
        return sum(p.spent for p in self._of(category, source))

    def used(self, category=None, source=None):
        return self.held(category, source) + self.spent(category, source)

    def _of(self, category, source):
        return [p for p in self.payments if category in (None, p.category) and source in (None, p.source)]

    def limit(self, source):
        """Received, or for own money its plan."""
        if source == ISSUED:
            return self.received
        return sum(amount for (_, of), amount in self.cells.items() if of == source)

    @property
    def pending(self):
        waiting = [p for p in self.payments if p.state == "submitted"]
        return sum(-p.amount if p.undoes else p.amount for p in waiting), len(waiting)

    @property
    def rate(self):
        """执行率 in ten-thousandths, half up; None without a budget."""
        budget = sum(amount for (_, source), amount in self.cells.items() if source == ISSUED)
        return (2 * 10_000 * self.spent(source=ISSUED) + budget) // (2 * budget) if budget else None

    def left(self, category, source):
        """The most that still fits, whichever limit is the tighter."""
        line = self.cells.get((category, source), 0) - self.used(category, source)
        return min(line, self.limit(source) - self.used(source=source))

    def standing(self, payment):
        """What of a payment no 冲销 took back or asks to."""
        back = [p.amount for p in self.payments if p.undoes is payment and p.state in {"submitted", "recognised"}]
        return payment.amount - sum(back)

    # Payments

    def record(self, payment):
        fine = 0 < payment.amount <= LARGEST and payment.paid_on <= self.today
        fine = fine and payment.category in USES and payment.name not in {p.name for p in self.payments}
        if fine:
            self.payments.append(payment)
        return fine

    def submit(self, payment, who):
        if payment.state not in {"draft", "returned"} or payment.undoes or who in payment.hands:
            return False
        payment.fits = self.inside(payment)
        payment.state = "submitted"
        return True

    def inside(self, payment):
        """All hard limits; its own reserve does not stand in its way."""
        mine = payment.held
        return (
            not self.on_hold
            and payment.category in USES
            and (payment.category != "other" or payment.approved)
            and self.start <= payment.paid_on <= self.end
            and payment.amount <= self.left(*payment.cell) + mine
        )

    def judge(self, payment, who, verdict):
        """`who`: of city finance, or one of two officers of the province."""
        if payment.undoes or not self._open(payment, verdict) or not self._may_judge(payment, who):
            return False
        if verdict != "recognised":
            payment.state, payment.first = verdict, ""
            if verdict == "disallowed":
                payment.wrong.append([payment.amount, 0])  # what was proved before is overtaken
            return True
        if not self.inside(payment):
            return False
        payment.fits = True
        if self.needs_two(payment) and not payment.first:
            payment.state, payment.first = "submitted", who
        else:
            payment.state, payment.entry = "recognised", self._next_entry()
        return True

    def _open(self, payment, verdict):
        if payment.state == "disallowed":
            return verdict == "recognised" and not payment.unproved
        return payment.state in {"submitted", "questioned"} and verdict != payment.state

    def _may_judge(self, payment, who):
        """The unit's city judges; the second of two is an officer of the province."""
        return who in PROVINCE if payment.first else who in CITY

    def needs_two(self, payment):
        if payment.source == "own":
            return False
        same = [(payment.paid_on, payment.amount)]
        for p in self.payments:
            if p is not payment and p.payee == payment.payee and p.source != "own" and p.spent and not p.undoes:
                back = sum(-r.spent for r in self.payments if r.undoes is p)
                same.append((p.paid_on, p.amount - back))
        firsts = [payment.paid_on - timedelta(days=back) for back in range(ROLLING_DAYS)]
        sums = [sum(a for day, a in same if 0 <= (day - first).days < ROLLING_DAYS) for first in firsts]
        return max(sums) >= SECOND_FROM

    def _next_entry(self):
        return 1 + sum(p.entry is not None for p in self.payments)

    def propose_reversal(self, payment, amount, name):
        if payment.undoes or payment.state != "recognised" or not 0 < amount <= self.standing(payment):
            return False
        undoing = Payment(name, amount, *payment.cell, self.today, payment.payee, {"clerk"}, undoes=payment)
        undoing.state, undoing.fits = "submitted", True
        self.payments.append(undoing)
        return True

    def judge_reversal(self, undoing, who, verdict):
        if not undoing.undoes or undoing.state != "submitted" or who not in CITY:
            return False
        undoing.state = verdict
        undoing.entry = self._next_entry() if verdict == "recognised" else None
        return verdict in {"recognised", "disallowed"}

    def prove(self, payment, amount):
        """补证 of 问题资金, recorded by the unit and confirmed by finance."""
        if not 0 < amount <= payment.unproved:
            return False
        payment.wrong[-1][1] += amount
        return True

    # Money in

    def paper(self, paper):
        allowed = self._paper_fits(paper) and paper.name not in {p.name for p in self.papers if p.state != "returned"}
        if allowed:
            self.papers.append(paper)
        return allowed

    def _paper_fits(self, paper):
        if not 0 < paper.amount <= LARGEST:
            return False
        if not paper.gives:
            return paper.amount <= self.allocated - self.used(source=ISSUED)
        others = [p for p in self.papers if p is not paper and p.state != "returned"]
        waiting = sum(p.amount for p in others if p.gives and p.state == "waiting")
        again = sum(p.amount for p in others if p.kind == "reissue")
        swept = sum(p.amount for p in others if p.kind == "sweep" and p.state == "signed")
        if self.on_hold or self.allocated + waiting + paper.amount > self.grant:
            return False
        return paper.kind == "issue" or paper.amount <= swept - again

    def sign(self, paper):
        if paper.state != "waiting" or not self._paper_fits(paper):
            return False
        if not paper.gives:
            paper.swept = paper.amount - min(paper.amount, self.allocated - self.received)
        paper.state = "signed"
        return True

    def still(self, paper):
        """What may still come of a paper. What was taken back before it came falls on the newest that stood then."""
        still = {p: p.amount - p.got for p in self.signed()}
        for taking in (p for p in self.papers if p.state == "signed" and not p.gives):
            rest = taking.amount - taking.swept
            stood = [p for p in self.signed() if self.papers.index(p) < self.papers.index(taking)]
            for one in [*reversed(stood), *reversed(self.signed())]:
                part = min(still[one], rest)
                still[one], rest = still[one] - part, rest - part
        return still.get(paper, 0)

    def send_back(self, paper):
        allowed = paper.state == "waiting"
        paper.state = "returned" if allowed else paper.state
        return allowed

    def receive(self, paper, amount):
        if not (paper.gives and paper.state == "signed" and 0 < amount <= self.still(paper)):
            return False
        paper.got += amount
        self.arrivals.append(Arrival(paper, amount))
        return True

    def correct(self, arrival, amount):
        free = self.received - self.used(source=ISSUED)
        if not 0 < amount <= min(arrival.amount - arrival.corrected, free):
            return False
        arrival.corrected += amount
        arrival.paper.got -= amount
        return True

    # Budget and 暂停

    def propose(self, after):
        """调剂: what each source gives and takes is the same, no cell falls below what is committed."""
        after = {cell: amount for cell, amount in after.items() if amount}
        sums = [
            {s: sum(a for (_, of), a in cells.items() if of == s) for s in (ISSUED, "own")}
            for cells in (self.cells, after)
        ]
        fine = self.proposal is None and after != self.cells and sums[0] == sums[1] and min(after.values()) > 0
        fine = fine and {category for category, _ in after} <= USES and self._covers(after)
        if fine:
            self.proposal = after
        return fine

    def _covers(self, cells):
        return all(self.used(*cell) <= cells.get(cell, 0) for cell in {p.cell for p in self.payments})

    def decide(self, agreed):
        if self.proposal is None or (agreed and not self._covers(self.proposal)):
            return False
        self.cells, self.proposal = self.proposal if agreed else self.cells, None
        return True

    def hold(self, lifts):
        allowed = self.on_hold == lifts
        self.on_hold = not lifts if allowed else self.on_hold
        return allowed
