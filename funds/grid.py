"""类别 × 来源: the grid of one project as it is shown, its parts adding up to its totals (trust.md L14). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from funds.ledger import Ledger, Line
from policy.money import CENT, ZERO, apportion
from policy.terms import Source

SHOWN = Decimal(100)  # 0.01 万元
WHOLE = Decimal(100)
NAMES = {source.value: source.label for source in Source}
Cell = tuple[str, str]
Shown = tuple[Decimal, Decimal, Decimal, Decimal, Decimal]  # budget, period, spent, pending, portion


@dataclass(frozen=True, slots=True)
class Columns:
    """What stands beside the ledger: spent in the period, signed and not yet paid (contracts have no source)."""

    period: Mapping[Cell, Decimal] = field(default_factory=dict)
    unpaid: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GridRow:
    """Amounts are yuan in steps of 0.01 万元. `portion`: percent of all spending. `unpaid`: of a whole category."""

    category: str
    source: str
    line: Line
    budget: Decimal
    period: Decimal
    spent: Decimal
    pending: Decimal
    portion: Decimal | None
    unpaid: Decimal | None = None
    sum: bool = False

    @property
    def left(self) -> Decimal:
        return self.budget - self.spent - self.pending


@dataclass(frozen=True, slots=True)
class Grid:
    rows: tuple[GridRow, ...]
    whole: GridRow


def grid(ledger: Ledger, names: Mapping[str, str], columns: Columns) -> Grid | None:
    """The lines under their categories, a sum where a category has several sources; None before there is a budget."""
    lines = ledger.lines
    if not lines:
        return None
    unpaid = _shown_unpaid(ledger, columns)
    cells = [_row(line, names, shown) for line, shown in zip(lines, _shown(lines, columns), strict=True)]
    rows: list[GridRow] = []
    for whole in ledger.categories:
        own = [row for row in cells if row.line.category == whole.category]
        if len(own) > 1:
            rows += [*own, _sum(own, whole, names.get(whole.category, whole.category), "小计", unpaid[whole.category])]
        else:
            rows.append(_with_unpaid(own[0], unpaid[whole.category]))
    return Grid(tuple(rows), _sum(cells, ledger.whole, "合计", "全部", sum(unpaid.values(), ZERO)))


def _shown(lines: Sequence[Line], columns: Columns) -> list[Shown]:
    """Each column rounded on its own, so that it adds up."""
    period = [columns.period.get((line.category, line.source), ZERO) for line in lines]
    parts = [[line.budget for line in lines], period, [line.spent for line in lines], [line.reserved for line in lines]]
    shown = [apportion(part, SHOWN) for part in parts]
    budget, before, spent, pending = shown
    return list(zip(budget, before, spent, pending, portions([line.spent for line in lines]), strict=True))


def portions(parts: Sequence[Decimal]) -> list[Decimal]:
    """Percent of the whole with two places, 100.00 together; all 0 where there is nothing."""
    whole = sum(parts, ZERO)
    return apportion([part / whole * WHOLE for part in parts], CENT) if whole else [ZERO for _ in parts]


def _shown_unpaid(ledger: Ledger, columns: Columns) -> dict[str, Decimal]:
    codes = [whole.category for whole in ledger.categories]
    shown = apportion([columns.unpaid.get(code, ZERO) for code in codes], SHOWN)
    return dict(zip(codes, shown, strict=True))


def _row(line: Line, names: Mapping[str, str], shown: Shown) -> GridRow:
    return GridRow(names.get(line.category, line.category), NAMES.get(line.source, line.source), line, *shown)


def _with_unpaid(row: GridRow, unpaid: Decimal) -> GridRow:
    return GridRow(
        row.category, row.source, row.line, row.budget, row.period, row.spent, row.pending, row.portion, unpaid
    )


def _sum(rows: Sequence[GridRow], line: Line, category: str, source: str, unpaid: Decimal) -> GridRow:
    def added(name: str) -> Decimal:
        return sum((getattr(row, name) for row in rows), ZERO)

    return GridRow(
        category,
        source,
        line,
        added("budget"),
        added("period"),
        added("spent"),
        added("pending"),
        added("portion"),
        unpaid,
        sum=True,
    )
