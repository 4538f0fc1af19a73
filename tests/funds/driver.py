"""One project driven on both sides at once: the operations, and the model they must agree with at every step."""

from collections import Counter
from datetime import date
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import Membership
from accounts.roles import Role
from funds import operations, queries
from funds.models import Budget, FoundMoney
from funds.queries.found_money import finders_of
from funds.verify import verify
from policy.findings import Refused
from policy.terms import Source
from projects.models import Decision, DecisionItem, Project
from tests import factories as make
from tests.funds.model import ISSUED, SWEEP_DAY, Books, Paper, Payment
from tests.funds.refunds import propose_reversal
from tests.funds.scene import ON, PLAN, make_scene, upload

VERDICTS = {"recognised": "recognise", "questioned": "question", "disallowed": "disallow", "returned": "return"}


def fen(amount):
    return int(amount * 100)


def yuan(amount):
    return Decimal(amount) / 100


def make_world():
    """With a second officer of 省财政."""
    world = make_scene()
    world.colleague = make.user("PF", Membership.objects.get(user=world.finance).organisation)
    return world


class Driver:
    """It lives in a savepoint, which `close` rolls back. `done`, `tried`: how often a command was accepted, and asked.

    `rows`: what of the model is which row of the database.
    """

    def __init__(self, world, done=None, tried=None):
        self.world, self.pk, self.rows, self.serial, self.change = world, world.project.pk, {}, 0, None
        self.done = Counter() if done is None else done
        self.tried, self.said = Counter() if tried is None else tried, []
        self.inside = transaction.atomic()
        self.inside.__enter__()
        self.books = Books(fen(world.project.grant), world.project.build_start_on, world.project.build_end_on, ON)
        who = {"city": world.city_finance, "province": world.finance, "colleague": world.colleague}
        self.people = who | {"clerk": world.clerk, "leader": world.leader}

    def close(self):
        transaction.set_rollback(True)
        self.inside.__exit__(None, None, None)

    def begin(self, issued=7_000_000, came=6_000_000):
        """Money issued, some of it here, the budget approved."""
        paper = self.paper("issue", fen(issued))
        self.sign(paper)
        self.try_receive(paper, fen(came))
        operations.save_budget(self.pk, actor=self.world.clerk, items=PLAN, on=ON)
        operations.submit_budget(self.pk, actor=self.world.leader, on=ON)
        operations.consent_budget(self.pk, actor=self.world.hr, on=ON)
        operations.approve_budget(self.pk, actor=self.world.finance, on=ON)
        self.books.cells = {cell: fen(amount) for cell, amount in PLAN.items()}

    def both(self, command, allowed, act):
        """`allowed`: what the model says. The ledger must say the same. None where it is refused."""
        result, why = None, None
        try:
            result = act()
        except (Refused, PermissionDenied) as refused:
            why = refused
        self.said.append(f"{command}: {why or 'accepted'}")
        assert (why is None) == allowed, "the model says otherwise:\n" + "\n".join(self.said)
        self.done[command] += allowed
        self.tried[command] += 1
        return result

    def name(self):
        self.serial += 1
        return f"PZ-{self.serial}"

    def try_record(self, cell, amount, day, payee, name):
        category, source = cell
        payment = Payment(name, amount, category, source, day, payee, {"clerk"}, approved=category == "other")
        entry = {
            "number": name, "paid_on": day, "category": category, "source": source, "abstract": "费用", "payee": payee,
            "amount": yuan(amount), "uploads": [upload()], "approvals": [upload()] * payment.approved,
        }  # fmt: skip

        def act():
            return operations.record_voucher(self.pk, actor=self.world.clerk, on=ON, **entry)

        row = self.both("record", self.books.record(payment), act)
        self.rows[payment] = row
        return payment if row else None

    def try_submit(self, payment, who):
        again = "resubmit" if payment.state == "returned" else "submit"
        row = self.rows[payment]
        allowed = who == "leader" and self.books.submit(payment, who)
        self.both(again, allowed, lambda: operations.submit_voucher(self.pk, row.pk, actor=self.people[who], on=ON))

    def try_judge(self, payment, who, verdict):
        who = ("province" if payment.first else "city") if who == "right" else who
        before, first = payment.state, payment.first
        allowed = self.books.judge(payment, who, verdict)
        command = VERDICTS[verdict]
        if verdict == "recognised":
            command = "first signature" if payment.state == "submitted" else "second signature" if first else command
        row = self.rows[payment]

        def act():
            given = {"actor": self.people[who], "verdict": verdict, "opinion": "依据见附件", "on": ON}
            return operations.judge_voucher(self.pk, row.pk, **given)

        if self.both(command, allowed, act):
            self.done["re-judge"] += before == "questioned"
            self.done["recognise proved"] += before == "disallowed"

    def try_reversal(self, payment, amount):
        row, allowed = self.rows[payment], self.books.propose_reversal(payment, amount, f"冲{len(self.rows)}")
        given = {"actor": self.world.clerk, "amount": yuan(amount), "reason": "退款", "on": ON}
        made = self.both("propose reversal", allowed, lambda: propose_reversal(self.pk, row.pk, **given))
        if made:
            self.rows[self.books.payments[-1]] = made
        return made

    def try_judge_reversal(self, undoing, who, verdict):
        row, allowed = self.rows[undoing], self.books.judge_reversal(undoing, who, verdict)
        given = {"actor": self.people[who], "verdict": verdict, "opinion": "见附件", "on": ON}
        command = "recognise reversal" if verdict == "recognised" else "refuse reversal"
        return self.both(command, allowed, lambda: operations.judge_reversal(self.pk, row.pk, **given))

    def try_prove(self, payment, amount):
        found = FoundMoney.objects.filter(voucher=self.rows[payment]).latest("pk")

        def act():
            entry = operations.record_found_money(
                self.pk, found.pk, actor=self.world.clerk, move="proved", amount=yuan(amount), happened_on=ON,
                number="补-1", uploads=[upload()], on=ON,
            )  # fmt: skip
            return operations.confirm_found_money(self.pk, entry.pk, actor=self.second(found), on=ON)

        return self.both("prove", self.books.prove(payment, amount), act)

    def second(self, found):
        """Someone of finance who did not find it wrong (SD1)."""
        finders = finders_of(found)
        free = [one for one in (self.world.finance, self.world.city_finance) if one.pk not in finders]
        return free[0] if free else make.user(Role.PF, self.world.finance_head_office)

    def try_correct(self, arrival, amount):
        allowed, row = self.books.correct(arrival, amount), self.rows[arrival]
        given = {"actor": self.world.leader, "amount": yuan(amount), "reason": "看错", "received_on": ON, "on": ON}
        self.both("correct receipt", allowed, lambda: operations.correct_receipt(self.pk, row.pk, **given))

    def try_decide(self, *, agreed):
        allowed, row = self.books.decide(agreed), self.change
        if agreed:
            given = {"budget_id": row.pk, "decision": self.decision("T13"), "actor": self.world.finance_head, "on": ON}
            return self.both("approve change", allowed, lambda: operations.approve_change(self.pk, **given))
        given = {"actor": self.world.hr, "reason": "有误", "on": ON}
        return self.both("return change", allowed, lambda: operations.return_budget(self.pk, **given))

    def send_back(self, paper):
        allowed, row = self.books.send_back(paper), self.rows[paper]
        given = {"actor": self.world.finance_head, "reason": "有误", "on": ON}
        return self.both("return paper", allowed, lambda: operations.return_fund_document(row.pk, **given))

    def paper(self, kind, amount):
        dates = {"reissue": date(2026, 1, 20), "issue": date(2025, 9, 1)}
        paper = Paper(self.name(), kind, amount, dates.get(kind, SWEEP_DAY))
        head = {
            "number": paper.name, "dated_on": paper.dated_on, "fiscal_year": 2026 if kind == "reissue" else 2025,
            "source": Source.CENTRAL, "title": "通知", "total": yuan(amount), "lines": {self.pk: yuan(amount)},
            "upload": upload(), "kind": kind, "origin_year": None if kind == "issue" else 2025, "on": ON,
        }  # fmt: skip

        def act():
            return operations.record_fund_document(actor=self.world.finance, **head)

        self.rows[paper] = self.both(kind, self.books.paper(paper), act)
        return paper

    def sign(self, paper):
        row, allowed = self.rows[paper], self.books.sign(paper)
        given = {"actor": self.world.finance_head, "on": ON}
        return self.both("sign paper", allowed, lambda: operations.approve_fund_document(row.pk, **given))

    def try_receive(self, paper, amount):
        allocation = self.rows[paper].allocations.get()
        given = {"actor": self.world.leader, "received_on": ON, "amount": yuan(amount), "on": ON}
        allowed = self.books.receive(paper, amount)
        row = self.both("receive", allowed, lambda: operations.confirm_receipt(self.pk, allocation.pk, **given))
        if row:
            self.rows[self.books.arrivals[-1]] = row

    def try_change(self, after):
        items = {cell: yuan(each) for cell, each in after.items()}
        given = {"actor": self.world.leader, "reason": "中标价低", "uploads": [upload()], "on": ON}
        allowed = self.books.propose(after)
        row = self.both("propose change", allowed, lambda: operations.propose_change(self.pk, items=items, **given))
        self.change = row or self.change

    def try_hold(self, *, lifts):
        act, code = (operations.lift_hold, "T12") if lifts else (operations.place_hold, "T11")
        decision = self.decision(code)
        given = {"actor": self.world.finance_head, "on": ON}
        self.both("lift" if lifts else "hold", self.books.hold(lifts), lambda: act(self.pk, decision.pk, **given))

    def decision(self, kind):
        """One that both departments have signed."""
        facts = {"title": kind, "number": self.name(), "dated_on": ON, "reason": "见附件", "basis": "见附件"}
        row = Decision.objects.create(kind=kind, state="effective", drafted_by=self.world.hr, drafted_on=ON, **facts)
        DecisionItem.objects.create(decision=row, project=self.world.project, state="done")
        return row

    def agree(self):
        project, books = Project.objects.get(pk=self.pk), self.books
        ledger = queries.ledger_of(project)
        rate = ledger.execution_rate
        shown = [ledger.granted, ledger.allocated, ledger.received, ledger.spent, ledger.left]
        spent = books.spent(source=ISSUED)
        told = [books.grant, books.allocated, books.received, spent, books.received - spent]
        assert ([fen(each) for each in shown], rate if rate is None else int(rate * 10_000)) == (told, books.rate)
        assert (fen(ledger.pending), ledger.pending_count) == books.pending
        assert {
            (one.category, one.source): (fen(one.budget), fen(one.reserved), fen(one.spent)) for one in ledger.lines
        } == {cell: (amount, books.held(*cell), books.spent(*cell)) for cell, amount in books.cells.items()}
        assert {one.source: (fen(one.limit), fen(one.reserved), fen(one.spent)) for one in ledger.sources} == {
            source: (books.limit(source), books.held(source=source), books.spent(source=source))
            for source in {ISSUED, *(of for _, of in books.cells)}
        }
        self.compare_rows(project)
        assert [str(fault) for fault in verify([project]) if fault.grave] == []

    def agree_as_of(self):
        """Added up from the rows as of today, the ledger is the live one in every cell."""
        project = Project.objects.get(pk=self.pk)
        assert queries.ledger_as_of(project, on=ON, known=ON) == queries.ledger_of(project)

    def compare_rows(self, project):
        rows = project.vouchers.values_list("pk", "state", "fits", "entry_number", "first_judged_by")
        kept = {pk: (state, fits, entry, bool(first)) for pk, state, fits, entry, first in rows}
        told = {self.rows[p].pk: (p.state, p.fits, p.entry, bool(p.first)) for p in self.books.payments}
        assert kept == told
        entries = sorted(entry for _, _, entry, _ in kept.values() if entry)
        assert entries == list(range(1, len(entries) + 1))
        found = FoundMoney.objects.filter(project=project).values_list("voucher", "found", "proved", "left")
        assert sorted((pk, fen(a), fen(b), fen(c)) for pk, a, b, c in found) == sorted(
            (self.rows[p].pk, found, proved, found - proved) for p in self.books.payments for found, proved in p.wrong
        )
        assert project.budgets.filter(state=Budget.State.PROPOSED).exists() == (self.books.proposal is not None)
