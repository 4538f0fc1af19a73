"""The ledger of one project: budget, reserved, spent per category × source, and what came in. Plain arithmetic."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from policy.money import ZERO, share
from policy.terms import Source

# Money that comes by 资金文件; the rest (自筹, 其他) is limited by its plan (handbook 5).
ISSUED_SOURCES = frozenset({Source.CENTRAL, Source.PROVINCIAL, Source.LOCAL})


@dataclass(frozen=True, slots=True)
class Line:
    category: str
    source: str
    budget: Decimal
    reserved: Decimal = ZERO
    spent: Decimal = ZERO

    @property
    def used(self) -> Decimal:
        return self.reserved + self.spent

    @property
    def left(self) -> Decimal:
        return self.budget - self.used

    @property
    def used_share(self) -> Decimal | None:
        return share(self.used, self.budget)


@dataclass(frozen=True, slots=True)
class SourceBalance:
    """`limit`: what payments may take, i.e. received, or the plan of own money."""

    source: str
    allocated: Decimal = ZERO
    received: Decimal = ZERO
    limit: Decimal = ZERO
    reserved: Decimal = ZERO
    spent: Decimal = ZERO

    @property
    def left(self) -> Decimal:
        return self.limit - self.reserved - self.spent


@dataclass(frozen=True, slots=True)
class Ledger:
    """The six figures (批复 下达 到账 支出 结余 执行率) count money that comes by 资金文件; own money has its own lines.

    `pending`, `pending_count`: what waits for 认定, of every source, inside the limits or not; a 冲销 that waits counts
    as one and takes its amount off.
    """

    granted: Decimal
    lines: tuple[Line, ...] = ()
    sources: tuple[SourceBalance, ...] = ()
    pending: Decimal = ZERO
    pending_count: int = 0

    def line(self, category: str, source: str) -> Line:
        """An empty line where nothing was budgeted."""
        found = (line for line in self.lines if (line.category, line.source) == (category, source))
        return next(found, Line(category, source, ZERO))

    def source(self, source: str) -> SourceBalance:
        return next((balance for balance in self.sources if balance.source == source), SourceBalance(source))

    @property
    def issued_lines(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.source in ISSUED_SOURCES)

    @property
    def categories(self) -> tuple[Line, ...]:
        """One line a category, over all sources, in the order of the lines."""
        return tuple(
            total([line for line in self.lines if line.category == category], category)
            for category in dict.fromkeys(line.category for line in self.lines)
        )

    @property
    def whole(self) -> Line:
        """Everything, own money included."""
        return total(self.lines)

    @property
    def allocated(self) -> Decimal:
        return sum((balance.allocated for balance in self.sources), ZERO)

    @property
    def received(self) -> Decimal:
        return sum((balance.received for balance in self.sources), ZERO)

    @property
    def budget(self) -> Decimal:
        return total(self.issued_lines).budget

    @property
    def reserved(self) -> Decimal:
        return total(self.issued_lines).reserved

    @property
    def spent(self) -> Decimal:
        return total(self.issued_lines).spent

    @property
    def left(self) -> Decimal:
        return self.received - self.spent

    @property
    def execution_rate(self) -> Decimal | None:
        """None where there is no budget: undefined, not 0."""
        return share(self.spent, self.budget)


def total(lines: Iterable[Line], category: str = "", source: str = "") -> Line:
    lines = list(lines)
    return Line(
        category,
        source,
        sum((line.budget for line in lines), ZERO),
        sum((line.reserved for line in lines), ZERO),
        sum((line.spent for line in lines), ZERO),
    )
