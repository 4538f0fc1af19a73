"""The ledger of one project: budget, reserved, spent per category × source, and what came in. Plain arithmetic."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from policy.money import ZERO, share, wan_number
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


@dataclass(frozen=True, order=True, slots=True)
class Quarter:
    year: int
    number: int

    @property
    def start_on(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def end_on(self) -> date:
        return self.next.start_on - timedelta(days=1)

    @property
    def next(self) -> "Quarter":
        return Quarter(self.year, self.number + 1) if self.number < 4 else Quarter(self.year + 1, 1)  # noqa: PLR2004

    @property
    def label(self) -> str:
        return f"{self.year} 年第 {self.number} 季度"


def quarter_of(day: date) -> Quarter:
    return Quarter(day.year, (day.month + 2) // 3)


@dataclass(frozen=True, slots=True)
class Planned:
    """用款计划: issued money the budget in force means to spend in one quarter."""

    quarter: Quarter
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the six figures as every screen shows it; `unit` is empty for a share."""

    label: str
    value: str
    unit: str
    note: str
    icon: str
    tone: str = "blue"


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
    plan: tuple[Planned, ...] = ()

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

    @property
    def six(self) -> tuple[Figure, ...]:
        """The six figures with how each is counted: the one place every page and list takes them from."""
        rate = self.execution_rate
        counted = f"支出 {wan_number(self.spent)} ÷ 预算 {wan_number(self.budget)} 万元"
        executed = ("不适用", "", "预算尚未批准", "gauge", "gray")
        if rate is not None:
            executed = (f"{rate * 100:.2f}%", "", counted, "gauge", "purple")
        return (
            Figure("批复", wan_number(self.granted), "万元", "核定补助金额", "stamp"),
            Figure("下达", wan_number(self.allocated), "万元", "已签批资金文件", "file-down"),
            Figure("到账", wan_number(self.received), "万元", "单位确认", "landmark", "green"),
            Figure("支出", wan_number(self.spent), "万元", "财政已认定，不含自筹", "receipt", "green"),
            Figure("结余", wan_number(self.left), "万元", "到账减支出", "wallet", "purple"),
            Figure("执行率", *executed),
        )

    def planned_share(self, on: date) -> Fraction | None:
        """The part of 用款计划 due by a day; within a quarter by its days. None without a plan."""
        whole = sum((Fraction(one.amount) for one in self.plan), Fraction(0))
        return sum((_due(one, on) for one in self.plan), Fraction(0)) / whole if whole else None


def _due(planned: Planned, on: date) -> Fraction:
    start, end = planned.quarter.start_on, planned.quarter.end_on
    days = min(max((on - start).days + 1, 0), (end - start).days + 1)
    return Fraction(planned.amount) * Fraction(days, (end - start).days + 1)


def total(lines: Iterable[Line], category: str = "", source: str = "") -> Line:
    lines = list(lines)
    return Line(
        category,
        source,
        sum((line.budget for line in lines), ZERO),
        sum((line.reserved for line in lines), ZERO),
        sum((line.spent for line in lines), ZERO),
    )
