"""When a payment waited for 认定: each spell as it stood, told of any evening, and not to be rewritten."""

from datetime import date, timedelta
from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts import triggers
from funds import operations
from funds.apps import FROZEN
from funds.models import Voucher, VoucherSpell
from funds.queries import Moment, columns_of, ledger_as_of
from tests.funds.refunds import propose_reversal
from tests.funds.scene import ON, judge, recognise, record, submit

pytestmark = pytest.mark.django_db


def day(number):
    return ON + timedelta(days=number)


def send(world, voucher, number):
    return operations.submit_voucher(world.project.pk, voucher.pk, actor=world.leader, on=day(number))


def say(world, voucher, verdict, number, actor=None):
    given = {"verdict": verdict, "opinion": "见附件", "on": day(number)}
    return operations.judge_voucher(world.project.pk, voucher.pk, actor=actor or world.city_finance, **given)


def edit(world, voucher, number, **changes):
    kept = ("number", "paid_on", "category", "source", "abstract", "payee", "amount")
    entry = {name: getattr(voucher, name) for name in kept} | changes
    return operations.edit_voucher(world.project.pk, voucher.pk, actor=world.clerk, on=day(number), **entry)


def told(world, number, **line):
    """Reserved on the line, waiting, how many wait, spent."""
    ledger = ledger_as_of(world.project, on=day(number), known=day(number))
    cell = ledger.line(line.get("category", "equipment"), "central")
    return int(cell.reserved), int(ledger.pending), ledger.pending_count, int(ledger.spent)


NOTHING = (0, 0, 0, 0)


def test_a_payment_returned_edited_questioned_and_signed_twice_is_told_on_every_day(ready):
    made = record(ready, "500000.00")
    send(ready, made, 1)
    say(ready, made, "returned", 3)
    edit(ready, made, 4, amount=Decimal(550_000), category="courses")
    send(ready, made, 5)
    say(ready, made, "questioned", 7)
    assert say(ready, made, "recognised", 9).state == "submitted"  # the first of two signatures
    say(ready, made, "recognised", 11, actor=ready.finance)

    assert [told(ready, number) for number in (0, 1, 2, 3, 4)] == [
        NOTHING, (500_000, 500_000, 1, 0), (500_000, 500_000, 1, 0), NOTHING, NOTHING,
    ]  # fmt: skip
    held = (550_000, 550_000, 1, 0)
    assert [told(ready, number, category="courses") for number in range(5, 12)] == [
        held, held, NOTHING, NOTHING, held, held, (0, 0, 0, 550_000),
    ]  # fmt: skip
    assert told(ready, 5)[0] == 0  # nothing on the line it was first entered under


def test_a_first_signature_on_what_waits_within_its_limits_leaves_its_spell(ready):
    made = record(ready, "500000.00")
    send(ready, made, 1)
    say(ready, made, "recognised", 2)

    assert [(one.from_on, one.until_on) for one in made.spells.all()] == [(day(1), None)]


def test_what_comes_inside_the_limits_while_it_waits_was_not_reserved_before(ready):
    made = record(ready, "500000.00", paid_on=date(2025, 6, 30))  # before the build period
    assert not send(ready, made, 1).fits
    build = {"build_start_on": date(2025, 6, 1)}
    type(ready.project).objects.filter(pk=ready.project.pk).update(**build)
    assert say(ready, made, "recognised", 4).fits

    assert [told(ready, number) for number in (1, 3, 4)] == [
        (0, 500_000, 1, 0), (0, 500_000, 1, 0), (500_000, 500_000, 1, 0),
    ]  # fmt: skip


def test_a_reversal_waits_from_its_proposal_to_its_verdict(ready):
    paid = recognise(ready, "1000.00")
    given = {"amount": Decimal(300), "reason": "退款"}
    back = propose_reversal(ready.project.pk, paid.pk, actor=ready.clerk, on=day(1), **given)
    given = {"verdict": "disallowed", "opinion": "不属实"}
    operations.judge_reversal(ready.project.pk, back.pk, actor=ready.city_finance, on=day(3), **given)

    assert [told(ready, number) for number in (0, 1, 2, 3)] == [
        (0, 0, 0, 1000), (0, -300, 1, 1000), (0, -300, 1, 1000), (0, 0, 0, 1000),
    ]  # fmt: skip


def test_what_waits_counts_only_from_its_own_day_and_its_submission(ready):
    send(ready, record(ready, paid_on=day(0)), 2)

    def waiting(on, known):
        return ledger_as_of(ready.project, on=day(on), known=day(known)).pending_count

    assert [waiting(-1, 5), waiting(0, 1), waiting(0, 2), waiting(5, 5)] == [0, 0, 1, 1]


def test_what_a_contract_still_owes_is_told_with_what_waited_under_it(ready):
    from funds.models import Contract

    contract = Contract.objects.create(
        project=ready.project, number="HT-1", name="机床", supplier="示例公司", category="equipment",
        amount=Decimal(5000), signed_on=date(2026, 1, 5), recorded_by=ready.clerk, recorded_on=ON,
    )  # fmt: skip
    made = record(ready, "1200.00", contract=contract)
    send(ready, made, 1)
    say(ready, made, "returned", 3)
    edit(ready, made, 4, amount=Decimal(900))
    send(ready, made, 5)

    def owed(number):
        at = Moment(day(number), day(number))
        return int(columns_of(ready.project, at, date(2026, 1, 1), day(number)).unpaid["equipment"])

    assert [owed(number) for number in (0, 1, 3, 5)] == [5000, 3800, 5000, 4100]


def refused(act):
    with pytest.raises(DatabaseError), transaction.atomic():
        act()


def test_a_spell_only_ends_and_says_what_it_said(ready):
    open_ = submit(ready, number="PZ-1").spells
    closed = recognise(ready, number="PZ-2").spells

    for change in (
        {"amount": 1}, {"fits": False}, {"from_on": day(-9)}, {"source": "own"}, {"paid_on": ON, "until_on": ON},
        {"contract": None}, {"amount": 1, "until_on": ON},
    ):  # fmt: skip
        refused(lambda change=change: open_.update(**change))
    refused(lambda: closed.update(until_on=day(9)))
    refused(lambda: closed.update(until_on=None))
    refused(open_.all().delete)
    refused(closed.all().delete)
    assert open_.update(until_on=ON) == 1


def test_a_payment_waits_once_at_a_time(ready):
    made = submit(ready)
    spell = made.spells.get()
    spell.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        spell.save(force_insert=True)


def test_rows_of_an_earlier_release_get_their_spells(ready):
    """As the submission and the verdict kept on the row tell them."""
    record(ready, number="PZ-0")
    submit(ready, "10.00", "PZ-1")
    judge(ready, submit(ready, "20.00", "PZ-2"), "returned")
    recognise(ready, "30.00", "PZ-3")
    signed = record(ready, "500000.00", "PZ-4")
    send(ready, signed, 1)
    say(ready, signed, "questioned", 2)
    say(ready, signed, "recognised", 5)
    facts = ("voucher", "amount", "category", "source", "fits", "reverses", "paid_on", "from_on", "until_on")
    before = list(VoucherSpell.objects.order_by("pk").values_list(*facts))
    frozen = next(one for one in FROZEN if one.table == "funds_voucherspell")
    triggers.drop(frozen)
    VoucherSpell.objects.all().delete()
    triggers.create(frozen)

    fill = import_module("funds.migrations.0024_waiting_spells_backfill").fill
    fill(apps, connection.schema_editor())
    fill(apps, connection.schema_editor())  # once is enough

    assert list(VoucherSpell.objects.order_by("pk").values_list(*facts)) == before
    assert len(before) == 5
    assert Voucher.objects.filter(spells=None).values_list("number", flat=True).get() == "PZ-0"
