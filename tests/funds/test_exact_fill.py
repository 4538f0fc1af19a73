"""Ten parts fill a budget line to the 分: all are recognised, and a 分 more is recorded and can never be (trust.md)."""

from decimal import Decimal
from random import Random

import pytest
from django.db import connection, transaction

from funds import balances, operations
from funds.models import BudgetLine, SourceLine, Voucher
from policy.findings import Refused
from policy.terms import Source
from projects.models import Attachment
from tests.funds.scene import ON, make_scene

# The trap is SQLite's, which keeps decimals as binary fractions; PostgreSQL fills a line in tests/funds/test_races.py.
pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite 的小数问题，PostgreSQL 见 test_races")
SPLITS, PARTS = 300, 10
WHOLE = 5  # every so many-th goes the whole way of a payment; the rows that hold the money are moved for all
ONE_SIGNATURE = 500_000_00


def splits():
    """Budgets from 11 分 to 10 ** 13, ever larger, none of them round; each in ten parts of at least one 分."""
    chance = Random(300)  # noqa: S311
    for number in range(SPLITS):
        least = 11 * 10 ** (number * 12 // SPLITS)
        total = min(chance.randint(least, 9 * least), 10**13)
        cuts = sorted(chance.sample(range(1, total), PARTS - 1))
        yield total, [end - start for start, end in zip([0, *cuts], [*cuts, total], strict=True)]


@pytest.fixture
def world(db, settings, tmp_path, monkeypatch):
    """Alerts and flags are not what is measured."""
    settings.FILES_DIR = tmp_path
    for module in (operations.vouchers, operations.judging):
        monkeypatch.setattr(module, "refresh_alerts", lambda *words, **named: None)
        monkeypatch.setattr(module, "refresh_flags", lambda *words, **named: None)
    return make_scene()


def drafts(world, source, parts):
    facts = {
        "project": world.project, "paid_on": ON, "category": "courses", "source": source, "abstract": "费用",
        "payee": "甲", "recorded_by": world.clerk, "recorded_on": ON,
    }  # fmt: skip
    rows = [Voucher(number=f"PZ-{at}", amount=Decimal(part) / 100, **facts) for at, part in enumerate(parts)]
    rows = Voucher.objects.bulk_create(rows)
    Voucher.hands.through.objects.bulk_create(Voucher.hands.through(voucher=row, user=world.clerk) for row in rows)
    paper = {
        "project": world.project, "about": "voucher", "purpose": "支出凭证", "name": "x.png", "size": 1, "path": "x",
        "content_type": "image/png", "sha256": "0" * 64, "uploaded_by": world.clerk, "on": ON,
    }  # fmt: skip
    Attachment.objects.bulk_create(Attachment(about_id=row.pk, **paper) for row in rows)
    return rows


def pay(world, voucher):
    """Submitted and judged; whether it was inside, and what became of it."""
    given = {"actor": world.city_finance, "verdict": "recognised", "on": ON}
    submitted = operations.submit_voucher(world.project.pk, voucher.pk, actor=world.leader, on=ON)
    try:
        return submitted.fits, operations.judge_voucher(world.project.pk, voucher.pk, **given).state
    except Refused as refused:
        return submitted.fits, refused.findings[0].code


def rows_for(world, source, total):
    facts = {"project": world.project, "source": source}
    line = BudgetLine.objects.create(category="courses", budget=Decimal(total) / 100, **facts)
    return line, SourceLine.objects.create(limit=Decimal(total) / 100, **facts)


def fill(world, source, total, parts):
    """The ten parts and then one 分: what became of them, and what the line holds."""
    line, limit = rows_for(world, source, total)
    done = [pay(world, voucher) for voucher in drafts(world, source, [*parts, 1])]
    line.refresh_from_db()
    limit.refresh_from_db()
    return done, [line.spent, line.reserved, limit.spent, limit.reserved]


def test_ten_parts_fill_a_line_and_a_cent_more_is_recorded_and_never_recognised(world):
    chosen = list(splits())[::WHOLE]
    filled = refused = 0

    for total, parts in chosen:
        source = Source.CENTRAL if total < ONE_SIGNATURE and total % 2 else Source.OWN
        with transaction.atomic():
            done, held = fill(world, source, total, parts)
            transaction.set_rollback(True)
        filled += done[:PARTS] == [(True, "recognised")] * PARTS
        refused += done[PARTS] == (False, "outside")
        assert held == [Decimal(total) / 100, 0, Decimal(total) / 100, 0]

    assert (filled, refused) == (SPLITS // WHOLE, SPLITS // WHOLE)


def test_the_rows_that_hold_the_money_take_ten_parts_and_not_a_cent_more(world):
    """Held, given back and spent, each part by the conditional UPDATE that stands behind every payment."""
    facts = {"project": world.project, "source": Source.OWN}
    filled = refused = 0
    for total, parts in splits():
        with transaction.atomic():
            line, limit = rows_for(world, Source.OWN, total)
            for part in parts:
                voucher = Voucher(category="courses", amount=Decimal(part) / 100, **facts)
                balances.reserve(voucher)
                balances.release(voucher)
                balances.spend(voucher)
            line.refresh_from_db()
            limit.refresh_from_db()
            held = [line.spent, line.reserved, limit.spent, limit.reserved]
            filled += held == [Decimal(total) / 100, 0, Decimal(total) / 100, 0]
            refused += over(voucher)
            transaction.set_rollback(True)

    assert (filled, refused) == (SPLITS, SPLITS)


def over(voucher):
    """Whether a 分 more is refused."""
    voucher.amount = Decimal("0.01")
    try:
        balances.reserve(voucher)
    except Refused as refused:
        return refused.findings[0].code == "balance"
    return False


def test_the_splits_are_of_every_size():
    totals = [total for total, parts in splits() if sum(parts) == total and min(parts) > 0]

    assert len(totals) == SPLITS
    assert (min(totals) < 100, max(totals) > 10**12) == (True, True)
