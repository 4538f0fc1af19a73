"""专项资金收支情况表 (F07) as it stands on paper: what came in, category × source, what is carried over. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from funds.grid import NAMES, Columns
from funds.ledger import ISSUED_SOURCES, Ledger, Line
from papers import Cell, Grid, Paper
from papers import Line as Words
from policy.money import CENT, ZERO, share

TITLE = "专项资金收支情况表"
WIDTHS = (21.0, 12.0, 15.0, 14.0, 15.0, 15.0, 10.0)
WIDE = len(WIDTHS)
NOTHING = "—"
ROOM = "　\n　"
# Named even when nothing came of them, as on the form.
INCOMES = ("中央补助", "省级", "市县", "单位自筹", "利息")
NOTE = (
    "支出为财政已认定的金额，冲销已扣减。执行率＝累计支出÷预算。结转结余＝财政资金到账－财政资金累计支出；"
    "可用余额＝可用额度（到账额，报账制为下达额）－累计支出－待认定支出占用；合同不分来源，已签约未支付按全部来源列示。"
)


@dataclass(frozen=True, slots=True)
class Heading:
    """What the form is about. `term`: of the build period; `start`, `end`: of 本期; `known`: where it is not the day of print."""

    project: str
    number: str
    unit: str
    term: str
    on: date
    start: date
    end: date
    known: date | None = None

    @property
    def until(self) -> str:
        return f"{self.on}（按 {self.known} 所知）" if self.known else str(self.on)


@dataclass(frozen=True, slots=True)
class Came:
    """One sum that came in, under the name of its source or kind."""

    name: str
    paper: str
    on: date
    amount: Decimal
    note: str = ""


def layout(head: Heading, came: Sequence[Came], ledger: Ledger, columns: Columns, names: Mapping[str, str]) -> Paper:
    """`names`: of the categories."""
    blocks = (
        Words(f"金额单位：元　　本期：{head.start} 至 {head.end}", "right"),
        Grid(WIDTHS, _heading(head)),
        Grid(WIDTHS, tuple(_income(came)), heads=1),
        Grid(WIDTHS, tuple(_spending(ledger, columns, names)), heads=1),
        Grid(WIDTHS, tuple(_carried(ledger, columns))),
        Grid(WIDTHS, _signed()),
        Words(NOTE, "note"),
    )
    return Paper("F07", TITLE, blocks, number=head.number, dated_on=head.on)


def _heading(head: Heading) -> tuple[tuple[Cell, ...], ...]:
    return (
        (Cell("项目名称", head=True), Cell(head.project, span=3, align="left"), Cell("单位", head=True),
         Cell(head.unit, span=2, align="left")),
        (Cell("建设期", head=True), Cell(head.term, span=3, align="left"), Cell("截止日", head=True),
         Cell(head.until, span=2, align="left")),
    )  # fmt: skip


def money(amount: Decimal, span: int = 1, note: str = "") -> Cell:
    exact = amount.quantize(CENT)
    return Cell(f"{exact:,}", span=span, align="right", number=exact, note=note)


def rate(part: Decimal, whole: Decimal) -> Cell:
    """不适用 where there is no budget: undefined, not 0."""
    found = share(part, whole)
    return Cell("不适用") if found is None else Cell(f"{found * 100:.2f}%", align="right", number=found)


# 收入


def _income(came: Sequence[Came]) -> Iterable[tuple[Cell, ...]]:
    yield (
        Cell("一、收入", head=True), Cell("文件号（凭证号）", span=3, head=True), Cell("到账日", head=True),
        Cell("金额（元）", span=2, head=True),
    )  # fmt: skip
    for name in dict.fromkeys([*INCOMES, *(one.name for one in came)]):
        rows = [one for one in came if one.name == name and one.amount]
        if not rows:
            yield Cell(name), Cell(NOTHING, span=3), Cell(NOTHING), money(ZERO, span=2)
        several = len(rows) > 1
        for number, one in enumerate(rows):
            first = () if number else (Cell(name, rows=len(rows) + several),)
            yield *first, Cell(one.paper, span=3, align="left", note=one.note), Cell(str(one.on)), money(one.amount, 2)
        if several:
            yield Cell("小计", span=4, head=True), money(sum((one.amount for one in rows), ZERO), span=2)
    yield Cell("收入合计", span=5, head=True), money(sum((one.amount for one in came), ZERO), span=2)


# 支出


def _spending(ledger: Ledger, columns: Columns, names: Mapping[str, str]) -> Iterable[tuple[Cell, ...]]:
    heads = ("二、支出（用途）", "资金来源", "预算", "本期", "累计", "结余", "执行率")
    yield tuple(Cell(one, head=True) for one in heads)
    for whole in ledger.categories:
        lines = [line for line in ledger.lines if line.category == whole.category]
        several, name = len(lines) > 1, names.get(whole.category, whole.category)
        for number, line in enumerate(lines):
            first = () if number else (Cell(name, rows=len(lines) + several, align="left"),)
            yield *first, Cell(NAMES.get(line.source, line.source)), *_figures(line, _period([line], columns))
        if several:
            yield Cell("小计", head=True), *_figures(whole, _period(lines, columns))
    if not ledger.lines:
        yield (Cell("预算尚未批准，没有可以核算的支出", span=WIDE),)
    issued = Line("", "", ledger.budget, ledger.reserved, ledger.spent)
    yield Cell("支出合计", span=2, head=True), *_figures(ledger.whole, _period(ledger.lines, columns))
    yield (
        Cell("其中：财政资金", span=2, head=True), *_figures(issued, _period(ledger.issued_lines, columns)),
    )  # fmt: skip


def _period(lines: Iterable[Line], columns: Columns) -> Decimal:
    return sum((columns.period.get((line.category, line.source), ZERO) for line in lines), ZERO)


def _figures(line: Line, period: Decimal) -> tuple[Cell, ...]:
    left = line.budget - line.spent
    return money(line.budget), money(period), money(line.spent), money(left), rate(line.spent, line.budget)


# 结转结余


def _carried(ledger: Ledger, columns: Columns) -> Iterable[tuple[Cell, ...]]:
    free = sum((one.left for one in ledger.sources if one.source in ISSUED_SOURCES), ZERO)
    rows = (
        ("结转结余", "财政资金到账－累计支出", ledger.left),
        ("已签约未支付", "合同金额－已付和待认定的付款", sum(columns.unpaid.values(), ZERO)),
        ("待认定支出占用", "已提交、在限额内的财政资金支出", ledger.reserved),
        ("可用余额", "财政资金还能支出的", free),
    )
    for number, (name, how, amount) in enumerate(rows):
        first = () if number else (Cell("三、结转结余", rows=len(rows), head=True),)
        yield *first, Cell(name, span=4, align="left", note=f"（{how}）"), money(amount, span=2)


def _signed() -> tuple[tuple[Cell, ...], ...]:
    """Room to sign in."""
    return (
        (Cell("单位负责人", head=True), Cell(ROOM, span=2), Cell("财务负责人", head=True), Cell(ROOM, span=3)),
        (Cell("填表人", head=True), Cell(ROOM, span=2), Cell("日期（盖章）", head=True),
         Cell("　\n　　　　年　　月　　日", span=3)),
    )  # fmt: skip
