"""What is shown adds up (L14), and the six figures come from one place."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from funds.grid import SHOWN, Columns, grid, portions
from funds.ledger import Ledger, Line, Quarter, SourceBalance
from policy.money import CENT, ZERO, apportion

YUAN = st.decimals("0", "9999999.99", places=2)
COLUMNS = ("budget", "period", "spent", "pending", "left", "portion")


@given(st.lists(st.decimals("-9999999.99", "9999999.99", places=2), max_size=9))
def test_shown_parts_add_up_to_the_shown_whole_and_stay_within_one_step(parts):
    shown = apportion(parts, SHOWN)

    assert sum(shown, ZERO) == (sum(parts, ZERO) / SHOWN).quantize(Decimal(1), "ROUND_HALF_UP") * SHOWN
    assert all(abs(one - part) < SHOWN for one, part in zip(shown, parts, strict=True))


@given(st.lists(YUAN, min_size=1, max_size=9))
def test_portions_come_to_a_hundred(parts):
    assert sum(portions(parts), ZERO) == (Decimal(100) if any(parts) else ZERO)
    assert all(one == one.quantize(CENT) for one in portions(parts))


@given(st.lists(st.tuples(YUAN, YUAN, YUAN, YUAN), min_size=4, max_size=4))
def test_every_column_of_the_grid_adds_up_through_its_subtotals(amounts):
    cells = [("a", "central"), ("a", "own"), ("b", "central"), ("c", "central")]
    lines = [Line(*cell, sum(row[:3], ZERO), row[0], row[1]) for cell, row in zip(cells, amounts, strict=True)]
    period = {cell: row[3] for cell, row in zip(cells, amounts, strict=True)}

    shown = grid(Ledger(ZERO, tuple(lines)), {}, Columns(period, {"a": amounts[0][3], "c": amounts[1][3]}))

    plain = [row for row in shown.rows if not row.sum]
    [subtotal] = [row for row in shown.rows if row.sum]
    for name in COLUMNS:
        assert sum((getattr(row, name) for row in plain), ZERO) == getattr(shown.whole, name)
        assert sum((getattr(row, name) for row in plain if row.category == "a"), ZERO) == getattr(subtotal, name)
    assert sum((row.unpaid for row in shown.rows if row.unpaid is not None), ZERO) == shown.whole.unpaid


def test_the_six_figures_say_how_each_is_counted():
    ledger = Ledger(
        Decimal(7_000_000),
        (Line("equipment", "central", Decimal(4_000_000), spent=Decimal(1_000_000)),),
        (SourceBalance("central", Decimal(6_000_000), Decimal(5_000_000)),),
    )

    assert [(one.label, one.value) for one in ledger.six] == [
        ("批复", "700.00"), ("下达", "600.00"), ("到账", "500.00"), ("支出", "100.00"), ("结余", "400.00"), ("执行率", "25.00%"),
    ]  # fmt: skip
    assert ledger.six[5].note == "支出 100.00 ÷ 预算 400.00 万元"
    assert Ledger(ZERO).six[5].value == "不适用"


def test_a_quarter_knows_its_days_and_the_next():
    last = Quarter(2025, 4)

    assert (str(last.start_on), str(last.end_on), last.next) == ("2025-10-01", "2025-12-31", Quarter(2026, 1))
