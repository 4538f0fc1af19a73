"""Two hands on the same money at the same moment, on PostgreSQL: never a 分 too much, never counted twice.

Each family has its negative control: the same attack as read, check, write on a table of the test's own without row
lock, conditional UPDATE and CHECK. It must succeed, or the tests beside it prove nothing (design/trust.md, fact 1).
"""

from collections import Counter
from contextlib import contextmanager
from decimal import Decimal
from functools import partial
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.db.models import F, Sum

from funds import operations
from funds.models import BudgetLine, FoundMoney, FoundMoneyEntry, Receipt, SourceLine, Voucher, VoucherSpell
from funds.verify import verify
from policy.findings import Refused
from policy.terms import Source
from projects.fields import money
from projects.models import Attachment, Decision, DecisionItem, Project
from tests.funds.refunds import propose_reversal
from tests.funds.scene import ON, PLAN, document_of, recognise, upload
from tests.funds.test_races import at_once, scene  # noqa: F401

pytestmark = pytest.mark.postgres

# Writers → trials.
TRIALS = {2: 20, 4: 20, 20: 5}
FEW = {2: 20, 4: 20}
CELL = ("courses", Source.CENTRAL)
PART = Decimal("1000.00")


def payments(world, count, mark, **facts):
    """Rows as `record_voucher` leaves them, with their evidence, but in one statement each."""
    facts = {
        "project": world.project, "paid_on": ON, "category": "courses", "source": Source.CENTRAL, "abstract": "费用",
        "payee": "甲", "amount": PART, "recorded_by": world.clerk, "recorded_on": ON,
    } | facts  # fmt: skip
    rows = Voucher.objects.bulk_create(Voucher(number=f"{mark}-{at}", **facts) for at in range(count))
    hands = Voucher.hands.through
    hands.objects.bulk_create(hands(voucher=row, user=world.clerk) for row in rows)
    file = {
        "project": world.project, "about": "voucher", "purpose": "支出凭证", "name": "x.png", "size": 1, "path": "x",
        "content_type": "image/png", "sha256": "0" * 64, "uploaded_by": world.clerk, "on": ON,
    }  # fmt: skip
    Attachment.objects.bulk_create(Attachment(about_id=row.pk, **file) for row in rows)
    return rows


def lines(world):
    line = BudgetLine.objects.get(project=world.project, category=CELL[0], source=CELL[1])
    return line, SourceLine.objects.get(project=world.project, source=CELL[1])


def together(acts):
    """All at the same moment; what was not refused."""
    done = at_once(lambda act: act(), acts)
    return [one for one in done if not isinstance(one, Refused)]


def broken(world):
    """What verify_ledger finds, save the files, which have no content here."""
    found = verify([Project.objects.get(pk=world.project.pk)])
    return [str(fault) for fault in found if fault.grave and fault.rule != "L10"]


# The control: one table, no defence


@contextmanager
def control_table():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE race_control (id int PRIMARY KEY, most bigint, taken bigint, state text)")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE race_control")


def naive(writers, most, part, act):
    """Every writer reads, checks and writes; `act(cursor, most, taken, state)` says what it wrote."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM race_control")
        cursor.execute("INSERT INTO race_control VALUES (1, %s, 0, 'recorded')", [most])

    gate = Barrier(writers)

    def write(number):
        connection.ensure_connection()
        gate.wait()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT most, taken, state FROM race_control WHERE id = 1")
            most, taken, state = cursor.fetchone()
            cursor.execute("SELECT pg_sleep(0.03)")
            act(cursor, number, part, most, taken, state)

    at_once(write, list(range(writers)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT most, taken FROM race_control WHERE id = 1")
        most, taken = cursor.fetchone()
    return taken > most


def naive_take(cursor, number, part, most, taken, state):
    if taken + part <= most:
        cursor.execute("UPDATE race_control SET taken = taken + %s WHERE id = 1", [part])


def naive_take_or_lower(cursor, number, part, most, taken, state):
    """The first writer lowers the budget to what it has seen taken; the others take."""
    if number:
        naive_take(cursor, number, part, most, taken, state)
    else:
        cursor.execute("UPDATE race_control SET most = %s WHERE id = 1", [taken])


def naive_confirm(cursor, number, part, most, taken, state):
    if state == "recorded":
        cursor.execute("UPDATE race_control SET taken = taken + %s, state = 'confirmed' WHERE id = 1", [part])


CONTROLS = {
    "认定/认定": (naive_take, 100),
    "冲销/冲销": (naive_take, 100),
    "调剂/提交": (naive_take_or_lower, 100),
    "到账/到账": (naive_take, 100),
    "复核/复核": (naive_confirm, 100),
}


@pytest.mark.parametrize("family", list(CONTROLS))
def test_negative_control_without_any_defence_the_attack_succeeds(transactional_db, family):
    act, most = CONTROLS[family]
    with control_table():
        overspent = {
            writers: sum(naive(writers, most, most if writers == 2 else most * 6 // 10, act) for _ in range(20))
            for writers in TRIALS
        }

    print(family, overspent, "of 20 each")
    assert all(count >= 18 for count in overspent.values()), overspent


# 认定/认定


def test_many_recognise_the_last_money_and_only_what_is_left_is_spent(scene):  # noqa: F811
    tally = Counter()
    for writers, trials in TRIALS.items():
        room = writers // 2
        for trial in range(trials):
            rows = payments(scene, writers, f"认-{writers}-{trial}", state="questioned", submitted_by=scene.leader)
            line, source = lines(scene)
            BudgetLine.objects.filter(pk=line.pk).update(budget=F("spent") + money(room * PART))

            done = together([partial(recognise_row, scene, row) for row in rows])

            tally[writers, len(done) == room] += 1
            after, limit = lines(scene)
            assert after.spent - line.spent == room * PART == limit.spent - source.spent
            assert after.spent == after.budget
    BudgetLine.objects.filter(pk=line.pk).update(budget=PLAN[CELL])

    print("认定/认定", dict(tally))
    assert tally == {(writers, True): trials for writers, trials in TRIALS.items()}
    assert broken(scene) == []


def recognise_row(world, row):
    return operations.judge_voucher(world.project.pk, row.pk, actor=world.city_finance, verdict="recognised", on=ON)


def test_two_officers_recognise_one_payment_and_it_is_posted_once(scene):  # noqa: F811
    tally = Counter()
    for writers, trials in TRIALS.items():
        for trial in range(trials):
            [row] = payments(scene, 1, f"一-{writers}-{trial}", state="questioned", submitted_by=scene.leader)
            before = lines(scene)[0].spent

            done = together([partial(recognise_row, scene, row)] * writers)

            tally[writers, len(done), lines(scene)[0].spent - before] += 1

    print("一笔多认", dict(tally))
    assert tally == {(writers, 1, PART): trials for writers, trials in TRIALS.items()}
    assert broken(scene) == []


# 冲销/冲销


def test_reversals_together_never_take_back_more_than_was_paid(scene):  # noqa: F811
    tally = Counter()
    for writers, trials in FEW.items():
        for trial in range(trials):
            paid = recognise(scene, "1000.00", f"冲-{writers}-{trial}", category="courses")
            before = lines(scene)[0].spent

            made = together([partial(reverse, scene, paid, "600.00")] * writers)
            judged = together([partial(judge_reversal, scene, made[0])] * writers)

            back = paid.reversals.filter(state="recognised").aggregate(total=Sum("amount"))["total"]
            tally[writers, len(made), len(judged), back, before - lines(scene)[0].spent] += 1

    print("冲销/冲销", dict(tally))
    assert tally == {(writers, 1, 1, 600, 600): trials for writers, trials in FEW.items()}
    assert broken(scene) == []


def reverse(world, paid, amount):
    given = {"actor": world.clerk, "amount": Decimal(amount), "reason": "退款", "on": ON}
    return propose_reversal(world.project.pk, paid.pk, **given)


def judge_reversal(world, row):
    given = {"actor": world.city_finance, "verdict": "recognised", "on": ON}
    return operations.judge_reversal(world.project.pk, row.pk, **given)


# 调剂/提交


def test_a_budget_is_never_lowered_below_what_is_submitted_meanwhile(scene):  # noqa: F811
    tally = Counter()
    for writers, trials in TRIALS.items():
        for trial in range(trials):
            rows = payments(scene, writers - 1, f"调-{writers}-{trial}")
            change = propose(scene)
            acts = [partial(approve, scene, change, signed(scene)), *(partial(submit_row, scene, row) for row in rows)]

            done = together(acts if trial % 2 else acts[::-1])

            moved = any(not isinstance(one, Voucher) for one in done)
            fits = sum(one.fits for one in done if isinstance(one, Voucher))
            line, _ = lines(scene)
            assert line.reserved == fits * PART <= line.budget
            assert fits == (0 if moved else writers - 1)
            assert broken(scene) == []
            tally[writers, moved] += 1
            put_back(scene, moved)

    print("调剂/提交", dict(tally))
    assert {moved for _, moved in tally} == {True, False}


def propose(world):
    """All of the line to another category."""
    cells = {(row.category, row.source): row.budget for row in BudgetLine.objects.filter(project=world.project)}
    cells["equipment", Source.CENTRAL] += cells.pop(CELL)
    given = {"actor": world.leader, "reason": "中标价低", "uploads": [upload()], "on": ON}
    return operations.propose_change(world.project.pk, items=cells, **given)


def signed(world):
    """A joint decision that both departments have signed."""
    facts = {"title": "调剂", "number": "示例1号", "dated_on": ON, "reason": "略", "basis": "略", "state": "effective"}
    decision = Decision.objects.create(kind="T13", drafted_by=world.hr, drafted_on=ON, **facts)
    DecisionItem.objects.create(decision=decision, project=world.project, state="done")
    return decision


def approve(world, change, decision):
    given = {"budget_id": change.pk, "decision": decision, "actor": world.finance_head, "on": ON}
    return operations.approve_change(world.project.pk, **given)


def submit_row(world, row):
    return operations.submit_voucher(world.project.pk, row.pk, actor=world.leader, on=ON)


def put_back(world, moved):
    """As it was before the trial: the money in its line, nothing reserved."""
    Voucher.objects.filter(project=world.project).update(state="returned")
    VoucherSpell.objects.filter(project=world.project, until_on=None).update(until_on=ON)
    BudgetLine.objects.filter(project=world.project).update(reserved=0)
    SourceLine.objects.filter(project=world.project).update(reserved=0)
    if not moved:
        operations.return_budget(world.project.pk, actor=world.hr, reason="有误", on=ON)
        return
    given = {"actor": world.leader, "reason": "调回", "uploads": [upload()], "on": ON}
    approve(world, operations.propose_change(world.project.pk, items=PLAN, **given), signed(world))


# 到账/到账


def test_one_arrival_confirmed_by_many_comes_in_once(scene):  # noqa: F811
    Project.objects.filter(pk=scene.project.pk).update(grant=Decimal(7_100_000))
    tally = Counter()
    for writers, trials in FEW.items():
        for trial in range(trials):
            document = document_of(scene, {scene.project.pk: PART}, number=f"到-{writers}-{trial}")
            operations.approve_fund_document(document.pk, actor=scene.finance_head, on=ON)
            allocation, before = document.allocations.get(), lines(scene)[1].limit

            done = together([partial(confirm, scene, allocation)] * writers)

            came = Receipt.objects.filter(allocation=allocation).count()
            tally[writers, len(done), came, lines(scene)[1].limit - before] += 1

    print("到账/到账", dict(tally))
    assert tally == {(writers, 1, 1, PART): trials for writers, trials in FEW.items()}


def confirm(world, allocation):
    given = {"actor": world.leader, "received_on": ON, "amount": PART, "on": ON}
    return operations.confirm_receipt(world.project.pk, allocation.pk, **given)


# 问题资金


def test_entries_of_one_row_confirmed_at_once_never_put_right_more_than_is_left(scene):  # noqa: F811
    """Each entry by two persons at once, and together more than is left, as a race at recording would leave them."""
    [row] = payments(scene, 1, "问", state="disallowed")
    tally = Counter()
    for writers, trials in TRIALS.items():
        for _ in range(trials):
            found = FoundMoney.objects.create(
                project=scene.project, voucher=row, kind="disallowed", fact="略", found=PART, left=PART,
                found_by=scene.city_finance, found_on=ON,
            )  # fmt: skip
            entries = FoundMoneyEntry.objects.bulk_create(
                FoundMoneyEntry(
                    found_money=found, move="proved", amount=Decimal(600), on=ON, number="1", note="略",
                    recorded_by=scene.clerk, recorded_on=ON,
                )
                for _ in range(writers // 2)
            )  # fmt: skip

            done = together([partial(put_right, scene, entry) for entry in [*entries, *entries]])

            found.refresh_from_db()
            tally[writers, len(done), found.proved, found.left] += 1

    print("问题资金", dict(tally))
    assert tally == {(writers, 1, 600, 400): trials for writers, trials in TRIALS.items()}


def put_right(world, entry):
    return operations.confirm_found_money(world.project.pk, entry.pk, actor=world.finance, on=ON)
