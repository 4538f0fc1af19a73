"""Twenty people submit at the same moment against one budget line: never a cent beyond it, on PostgreSQL.

The negative control takes the same attack to a table without row lock, conditional UPDATE and CHECK: it must succeed,
or the tests above it prove nothing (design/trust.md, fact 1).
"""

from decimal import Decimal

import pytest
from django.db import connection, transaction

from funds import operations
from funds.models import BudgetLine, SourceLine, Voucher
from policy.terms import Source
from projects import access
from projects.models import Attachment, Project
from tests.funds.scene import ON, make_ready, make_scene, record
from tests.writers import at_once

WRITERS, TRIALS = 20, 20
PART = Decimal(300_000)  # 16 of 20 parts fit into the line of 5,000,000

pytestmark = pytest.mark.postgres


@pytest.fixture
def scene(transactional_db, settings, tmp_path):
    """A scene that is committed, so that other connections see it; the tables can be emptied afterwards."""
    settings.FILES_DIR = tmp_path
    yield make_ready(make_scene())
    lift_triggers()


def lift_triggers():
    """Rows of record refuse to be emptied; the flush that follows makes every trigger again (post_migrate)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE NOT tgisinternal"
        )
        for trigger, table in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{trigger}" ON "{table}"')


def attack(scene, trial):
    """Twenty drafts of one line, submitted together; each to a payee of its own, so that one signature is enough."""
    first = record(scene, str(PART), f"PZ-{trial}-0", payee="示例公司0")
    drafts = [first.pk, *(copy_of(first, trial, number) for number in range(1, WRITERS))]

    def submit(pk):
        return operations.submit_voucher(scene.project.pk, pk, actor=scene.leader, on=ON)

    return at_once(submit, drafts)


def copy_of(draft, trial, number):
    """The same draft to another payee, with its hands and its evidence, without the way through the operation."""
    hands, files = list(draft.hands.all()), Attachment.objects.filter(about="voucher", about_id=draft.pk)
    row = Voucher.objects.get(pk=draft.pk)
    row.pk, row.number, row.payee = None, f"PZ-{trial}-{number}", f"示例公司{number}"
    row.save(force_insert=True)
    row.hands.set(hands)
    for file in files:
        file.pk, file.about_id = None, row.pk
        file.save(force_insert=True)
    return row.pk


def held(scene):
    line = BudgetLine.objects.get(project=scene.project, category="equipment", source=Source.CENTRAL)
    source = SourceLine.objects.get(project=scene.project, source=Source.CENTRAL)
    return line.reserved, source.reserved


def empty(scene):
    """Give everything back between trials."""
    Voucher.objects.filter(project=scene.project).update(state="returned")
    BudgetLine.objects.filter(project=scene.project).update(reserved=0)
    SourceLine.objects.filter(project=scene.project).update(reserved=0)


def test_twenty_writers_never_take_more_than_the_line_holds(scene):
    outcomes = []
    for trial in range(TRIALS):
        done = attack(scene, trial)
        outcomes.append((sum(voucher.fits for voucher in done), *held(scene)))
        empty(scene)

    assert outcomes == [(16, 16 * PART, 16 * PART)] * TRIALS


def test_the_conditional_update_holds_without_the_row_lock(scene, monkeypatch):
    def unlocked(project_id, **kwargs):
        return Project.objects.get(pk=project_id)

    monkeypatch.setattr(access, "enter", unlocked)
    reserved = []
    for trial in range(TRIALS // 4):
        attack(scene, trial)
        reserved.append(held(scene))
        empty(scene)

    assert max(max(pair) for pair in reserved) <= 16 * PART
    assert all(line == source for line, source in reserved)


def test_entry_numbers_are_gapless_when_twenty_are_recognised_at_once(scene):
    done = attack(scene, 0)
    fitting = [voucher.pk for voucher in done if voucher.fits]

    at_once(
        lambda pk: operations.judge_voucher(
            scene.project.pk, pk, actor=scene.city_finance, verdict="recognised", opinion="", on=ON
        ),
        fitting,
    )

    numbers = Voucher.objects.filter(state="recognised").order_by("entry_number").values_list("entry_number", flat=True)
    assert list(numbers) == list(range(1, 17))


def test_one_payment_judged_by_many_at_once_is_posted_once(scene):
    voucher = operations.submit_voucher(scene.project.pk, record(scene, "1000.00").pk, actor=scene.leader, on=ON)

    at_once(
        lambda _: operations.judge_voucher(
            scene.project.pk, voucher.pk, actor=scene.city_finance, verdict="recognised", opinion="", on=ON
        ),
        list(range(8)),
    )

    assert BudgetLine.objects.get(category="equipment", source="central").spent == Decimal("1000.00")


def test_ten_parts_fill_the_line_exactly_and_a_cent_more_does_not_fit(scene):
    parts = [record(scene, "500000.00", f"PZ-{number}").pk for number in range(10)]
    cent = record(scene, "0.01", "PZ-cent").pk

    def submit(pk):
        return operations.submit_voucher(scene.project.pk, pk, actor=scene.leader, on=ON)

    filled = [voucher.fits for voucher in at_once(submit, parts)]

    assert filled == [True] * 10
    assert not submit(cent).fits
    assert held(scene)[0] == Decimal(5_000_000)


def test_negative_control_without_any_defence_the_attack_overspends(scene):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE race_control (id int PRIMARY KEY, budget bigint, reserved bigint)")
    try:
        overspent = sum(naive_attack() for _ in range(TRIALS))
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE race_control")

    assert overspent >= TRIALS * 9 // 10


def naive_attack():
    """Read, check, write: whether what was taken is more than the budget."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM race_control")
        cursor.execute("INSERT INTO race_control VALUES (1, 5000000, 0)")
    part, taken = int(PART), []

    def take(_):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT budget, reserved FROM race_control WHERE id = 1")
            budget, reserved = cursor.fetchone()
            cursor.execute("SELECT pg_sleep(0.01)")
            if reserved + part <= budget:
                cursor.execute("UPDATE race_control SET reserved = reserved + %s WHERE id = 1", [part])
                taken.append(part)

    at_once(take, list(range(WRITERS)))
    return sum(taken) > 5_000_000
