"""Each defence of the ledger taken away in turn: the same script that passes with it is caught without it.

Caught twice: by the independent model, step by step (tests/funds/test_stateful.py), and by `verify_ledger` on the rows,
save where only the model can know. Where one defence stands behind another, all of them are taken away.
"""

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from accounts import triggers
from accounts.models import Membership
from funds import balances, operations, queries
from funds.apps import FROZEN
from funds.models import BudgetLine, SourceLine, Voucher
from funds.operations import changes, judging, receipts, vouchers
from funds.queries import limits, people
from funds.rules import budget as budget_rules
from funds.rules import issue as issue_rules
from funds.rules import vouchers as voucher_rules
from funds.verify import verify
from policy.findings import Refused
from policy.terms import Occasion, Stage
from projects.fields import money
from projects.models import Project
from tests.funds.driver import Driver, make_world
from tests.funds.refunds import propose_reversal
from tests.funds.scene import ON

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="CHECK 只在 SQLite 上可以整体关闭"),
]
CENTRAL = ("equipment", "central")
COURSES = ("courses", "central")
INSIDE = date(2026, 1, 10)


def nothing(*words, **named):
    return []


@dataclass(frozen=True)
class Case:
    """`remove(patch)` takes the defence away; `script(driver)` is the attack; `broken`: what verify_ledger then says."""

    remove: object
    script: object
    broken: frozenset = frozenset()
    checks: bool = True


# Scripts: what an attacker does. Every step is held against the model.


def pay(driver, cell, fen_, day=INSIDE, payee="甲", judged=True):
    payment = driver.try_record(cell, fen_, day, payee, driver.name())
    driver.try_submit(payment, "leader")
    driver.agree()
    if judged:
        driver.try_judge(payment, "right", "recognised")
        if payment.state == "submitted":
            driver.try_judge(payment, "right", "recognised")
        driver.agree()
    return payment


def a_cent_beyond_the_line(driver):
    pay(driver, COURSES, driver.books.left(*COURSES), judged=False)
    pay(driver, COURSES, 1)


def a_cent_beyond_what_came(driver):
    pay(driver, CENTRAL, driver.books.left(*CENTRAL), judged=False)
    pay(driver, COURSES, 1)


def a_verdict_that_is_no_yes(driver):
    payment = pay(driver, COURSES, 100, judged=False)
    driver.try_judge(payment, "city", "questioned")
    driver.agree()


def submit_what_one_recorded(driver):
    Membership.objects.create(user=driver.world.clerk, role="U2", organisation=driver.world.unit)
    payment = driver.try_record(COURSES, 100, INSIDE, "甲", driver.name())
    give_posts_again(driver.world)
    try:
        row = operations.submit_voucher(driver.pk, driver.rows[payment].pk, actor=driver.world.clerk, on=ON)
    except Refused:
        return
    operations.judge_voucher(driver.pk, row.pk, actor=driver.world.city_finance, verdict="recognised", on=ON)
    raise AssertionError("submitted by who recorded it")


def judge_what_one_recorded(driver):
    payment = pay(driver, COURSES, 100, judged=False)
    Membership.objects.create(user=driver.world.clerk, role="CF", organisation=driver.world.city_office)
    give_posts_again(driver.world)
    given = {"actor": driver.world.clerk, "verdict": "recognised", "on": ON}
    driver.both("recognise", False, lambda: operations.judge_voucher(driver.pk, driver.rows[payment].pk, **given))


def give_posts_again(world):
    """The posts of a person are read once a request."""
    world.clerk = type(world.clerk).objects.get(pk=world.clerk.pk)


def one_signature_at_the_threshold(driver):
    payment = pay(driver, CENTRAL, 500_000_00, judged=False)
    driver.try_judge(payment, "city", "recognised")
    driver.agree()


def both_signatures_by_one_person(driver):
    payment = pay(driver, CENTRAL, 500_000_00, judged=False)
    driver.try_judge(payment, "city", "recognised")
    driver.try_judge(payment, "city", "recognised")


def pay_under_a_hold(driver):
    driver.try_hold(lifts=False)
    pay(driver, COURSES, 100)


def pay_before_the_build_period(driver):
    pay(driver, COURSES, 100, day=date(2025, 6, 30))


def take_back_more_than_was_paid(driver):
    payment = pay(driver, COURSES, 100)
    pay(driver, COURSES, 100)
    driver.try_reversal(payment, 100)
    driver.try_judge_reversal(driver.books.payments[-1], "city", "recognised")
    driver.agree()
    driver.try_reversal(payment, 1)


def number_two_entries(driver):
    pay(driver, COURSES, 100)
    pay(driver, COURSES, 100)


def give_more_than_the_award(driver):
    room = driver.books.grant - driver.books.allocated
    driver.paper("issue", room + 1)


def confirm_more_than_was_given(driver):
    paper = driver.books.papers[0]
    driver.try_receive(paper, driver.books.still(paper) + 1)


def take_back_what_is_used(driver):
    pay(driver, CENTRAL, driver.books.left(*CENTRAL))
    driver.paper("sweep", driver.books.allocated - driver.books.spent() + 1)


def correct_below_what_is_used(driver):
    pay(driver, CENTRAL, driver.books.left(*CENTRAL))
    driver.try_correct(driver.books.arrivals[0], driver.books.received - driver.books.spent() + 1)


def move_away_what_is_used(driver):
    pay(driver, COURSES, driver.books.left(*COURSES))
    after = dict(driver.books.cells)
    after[COURSES] -= 1
    after[CENTRAL] += 1
    driver.try_change(after)
    decision = driver.decision("T13")
    row = driver.change
    if row:
        given = {"budget_id": row.pk, "decision": decision, "actor": driver.world.finance_head, "on": ON}
        driver.both("approve change", False, lambda: operations.approve_change(driver.pk, **given))


def submit_without_evidence(driver):
    payment = driver.try_record(COURSES, 100, INSIDE, "甲", driver.name())
    row = driver.rows[payment]
    vouchers.files_of(row).delete()
    driver.both("submit", False, lambda: operations.submit_voucher(driver.pk, row.pk, actor=driver.world.leader, on=ON))


def reverse_after_the_books_are_closed(driver):
    payment = pay(driver, COURSES, 100)
    Project.objects.filter(pk=driver.pk).update(stage=Stage.REVOKED, stage_since=ON)
    operations.prepare_settlement(driver.pk, actor=driver.world.finance, document_number="清算1号", on=ON)
    operations.approve_settlement(driver.pk, occasion=Occasion.REVOCATION, actor=driver.world.finance_head, on=ON)
    row = driver.rows[payment]
    given = {"actor": driver.world.clerk, "amount": Decimal(1), "reason": "退款", "on": ON}
    driver.both("propose reversal", False, lambda: propose_reversal(driver.pk, row.pk, **given))


def change_what_is_posted(driver):
    payment = pay(driver, COURSES, 100)
    row = driver.rows[payment]
    try:
        with transaction.atomic():
            Voucher.objects.filter(pk=row.pk).update(amount=money(9))
    except DatabaseError:
        return
    raise AssertionError("a posted row was changed")


# Taking the defences away


def take_anything(voucher, column):
    amount = money(voucher.amount)
    for rows in (BudgetLine.objects.filter(category=voucher.category), SourceLine.objects.all()):
        rows.filter(project=voucher.project_id, source=voucher.source).update(**{column: F(column) + amount})


def no_budget_limit(patch):
    patch.setattr(voucher_rules, "_check_budget_line", nothing)
    patch.setattr(balances, "_take", take_anything)


def no_source_limit(patch):
    patch.setattr(voucher_rules, "_check_source", nothing)
    patch.setattr(balances, "_take", take_anything)


def lower_anything(project, source, amount):
    SourceLine.objects.filter(project=project, source=source).update(limit=F("limit") - money(amount))


def no_floor_for_taking_back(patch):
    patch.setattr(issue_rules, "_check_taking", nothing)
    patch.setattr(balances, "take_back", lower_anything)


def move_anything(project_id, before, after):
    for category, source in after:
        rows = BudgetLine.objects.filter(project=project_id, category=category, source=source)
        rows.update(budget=money(after[category, source]))


def no_floor_for_change(patch):
    patch.setattr(budget_rules, "check_committed", nothing)
    patch.setattr(changes.rules, "check_committed", nothing)
    patch.setattr(balances, "move_budget", move_anything)


def one_less(check, **forced):
    """The same check, told that one of its facts is harmless."""
    return lambda **facts: check(**(facts | forced))


def no_trigger(patch):
    triggers.drop(next(frozen for frozen in FROZEN if frozen.table == "funds_voucher"))


def no_receipt_limit(patch):
    patch.setattr(receipts.rules, "check_receipt", nothing)


def skip_a_number(project):
    return 2 + (project.vouchers.filter(state="recognised").count()) * 2


CASES = {
    "budget of the category": Case(no_budget_limit, a_cent_beyond_the_line, {"L1"}, checks=False),
    "money received": Case(no_source_limit, a_cent_beyond_what_came, {"L4"}, checks=False),
    "reserve given back at a verdict": Case(
        lambda patch: patch.setattr(balances, "release", nothing), a_verdict_that_is_no_yes, {"L3"}
    ),
    "SD1 at submission": Case(
        lambda patch: patch.setattr(
            vouchers.rules, "check_submission", one_less(voucher_rules.check_submission, own=False)
        ),
        submit_what_one_recorded,
        {"L9"},
    ),
    "SD1 at the verdict": Case(
        lambda patch: patch.setattr(people, "check_judge", nothing), judge_what_one_recorded, {"L9"}
    ),
    "two signatures": Case(
        lambda patch: patch.setattr(queries, "why_second", lambda *words: ""), one_signature_at_the_threshold, {"L9"}
    ),
    "two persons for two signatures": Case(
        lambda patch: patch.setattr(people, "check_second_judge", nothing), both_signatures_by_one_person, {"L9"}
    ),
    "暂停": Case(lambda patch: patch.setattr(limits, "hold_of", lambda project: ""), pay_under_a_hold),
    "build period": Case(
        lambda patch: patch.setattr(voucher_rules, "_check_period", nothing), pay_before_the_build_period
    ),
    "what is left to reverse": Case(
        lambda patch: patch.setattr(queries, "remaining_of", lambda voucher: Decimal(10**6)),
        take_back_more_than_was_paid,
    ),
    "entry numbers": Case(
        lambda patch: patch.setattr(judging, "_next_entry", skip_a_number), number_two_entries, {"L16"}
    ),
    "issued within the award": Case(
        lambda patch: patch.setattr(issue_rules, "_check_grant", nothing), give_more_than_the_award
    ),
    "received within issued": Case(no_receipt_limit, confirm_more_than_was_given, {"L4"}),
    "taken back above what is used": Case(no_floor_for_taking_back, take_back_what_is_used, checks=False),
    "corrected above what is used": Case(
        lambda patch: patch.setattr(balances, "take_back", lower_anything), correct_below_what_is_used, {"L4"}, False
    ),
    "调剂 above what is used": Case(no_floor_for_change, move_away_what_is_used, checks=False),
    "evidence": Case(
        lambda patch: patch.setattr(
            vouchers.rules, "check_submission", one_less(voucher_rules.check_submission, evidence=1)
        ),
        submit_without_evidence,
    ),
    "closed books": Case(
        lambda patch: patch.setattr(queries, "settled", lambda project: False), reverse_after_the_books_are_closed
    ),
    "posted rows stay": Case(no_trigger, change_what_is_posted, {"L3"}),
}


@pytest.fixture
def driver(settings, tmp_path):
    settings.FILES_DIR = tmp_path
    driver = Driver(make_world())
    driver.begin(came=4_000_000)
    yield driver
    driver.close()


@contextmanager
def without_checks(wanted):
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA ignore_check_constraints = {'OFF' if wanted else 'ON'}")
        try:
            yield
        finally:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


def broken(driver):
    return {fault.rule for fault in verify([Project.objects.get(pk=driver.pk)]) if fault.grave}


@pytest.mark.parametrize("name", list(CASES))
def test_with_its_defence_the_attack_is_refused(driver, name):
    CASES[name].script(driver)

    assert broken(driver) == set()


@pytest.mark.parametrize("name", list(CASES))
def test_without_its_defence_the_attack_is_caught(driver, name, monkeypatch):
    case = CASES[name]
    case.remove(monkeypatch)

    with without_checks(case.checks), pytest.raises(AssertionError):
        case.script(driver)

    assert case.broken <= broken(driver)
