"""项目执行情况汇总表（省级） (F18) as it stands on paper: a line a project, and what they come to. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from funds.grid import SHOWN
from papers import Cell, Grid, Line, Paper
from policy.money import WAN, ZERO, apportion, share, wan_number

TITLE = "项目执行情况汇总表（省级）"
HEADERS = (
    "序号", "市（州）", "项目单位", "类型", "类别", "立项年度", "建设期", "补助（万元）", "累计支出", "执行率", "绩效得分", "等级",
    "状态", "到期日", "预警",
)  # fmt: skip
WIDTHS = (4.0, 9.0, 16.0, 11.0, 9.5, 6.0, 14.5, 10.5, 9.0, 8.0, 7.5, 5.0, 11.5, 9.5, 5.0)
GRANT = HEADERS.index("补助（万元）")
NOTHING = "—"
SMALL = 8.0
NOTE = (
    "金额单位：万元，补助和累计支出按最大余数法取到 0.01 万元，分项之和等于合计。累计支出为财政已认定的财政资金支出，不含自筹；"
    "执行率＝累计支出÷批准预算，合计按全部项目的支出和预算计算。绩效得分、等级为截至日两厅已确认的最近一次期满评估，建设期按截至日的批复；"
    "到期日为下一个办理期限；预警为未解除的条数。"
)


@dataclass(frozen=True, slots=True)
class Standing:
    """One project. Amounts in yuan; `due`: what is due on `due_on`; `term_note`: that it goes beyond the usual term."""

    city: str
    unit: str
    kind: str
    sector: str
    year: int | None
    term: str
    term_note: str
    grant: Decimal
    spent: Decimal
    budget: Decimal
    score: Decimal | None
    grade: str
    state: str
    due_on: date | None
    due: str
    alerts: int


@dataclass(frozen=True, slots=True)
class Totals:
    """Of all lines, from the raw amounts."""

    count: int
    kinds: str
    grant: Decimal
    spent: Decimal
    budget: Decimal
    alerts: int

    @property
    def rate(self) -> Decimal | None:
        return share(self.spent, self.budget)


def totals_of(rows: Iterable[Standing]) -> Totals:
    found = list(rows)
    kinds = [one.kind.partition("（")[0] for one in found]
    return Totals(
        len(found),
        "、".join(f"{kind} {kinds.count(kind)} 个" for kind in dict.fromkeys(kinds)),
        sum((one.grant for one in found), ZERO),
        sum((one.spent for one in found), ZERO),
        sum((one.budget for one in found), ZERO),
        sum(one.alerts for one in found),
    )


def layout(
    rows: Sequence[Standing], scope: str, on: date, known: date | None = None, today: date | None = None
) -> Paper:
    """`known`, `today`: for money of another day than the day of making: as known when, and made when."""
    grants = apportion([one.grant for one in rows], SHOWN)
    spent = apportion([one.spent for one in rows], SHOWN)
    cells = [tuple(Cell(one, head=True) for one in HEADERS)]
    cells += [
        _line(number, *line) for number, line in enumerate(zip(rows, grants, spent, strict=True), start=1)
    ]  # fmt: skip
    if not rows:
        cells.append((Cell("没有符合条件的项目", span=len(HEADERS)),))
    cells.append(_total(totals_of(rows)))
    blocks = (
        Line(f"范围：{scope}　　截至：{on}{_known(known, today)}　　金额单位：万元", "right"),
        Grid(WIDTHS, tuple(cells), heads=1),
        Grid(WIDTHS, (_signed(),)),
        Line(NOTE, "note"),
    )
    return Paper("F18", TITLE, blocks, landscape=True, dated_on=on, lines=len(rows))


def _known(known: date | None, today: date | None) -> str:
    return f"（按 {known} 所知；状态、到期日、预警截至 {today}）" if known else ""


def wan(amount: Decimal, head: bool = False) -> Cell:
    return Cell(wan_number(amount), align="right", number=amount / WAN, head=head, size=SMALL)


def percent(found: Decimal | None, head: bool = False) -> Cell:
    """不适用 where there is no budget: undefined, not 0."""
    if found is None:
        return Cell("不适用", head=head, size=SMALL)
    return Cell(f"{found * 100:.2f}%", align="right", number=found, head=head, size=SMALL)


def _signed() -> tuple[Cell, ...]:
    """Room to seal and sign in, on the same page as the total."""
    parts = (("填报单位\n（盖章）", 2, 3), ("负责人", 1, 2), ("填表人", 1, 2), ("日期", 1, 3))
    return tuple(
        cell for name, own, wide in parts for cell in (Cell(name, span=own, head=True), Cell("　\n　", span=wide))
    )


def _line(number: int, one: Standing, grant: Decimal, spent: Decimal) -> tuple[Cell, ...]:
    return (
        Cell(str(number), number=number, size=SMALL),
        Cell(one.city, size=SMALL),
        Cell(one.unit, align="left", size=SMALL),
        Cell(one.kind, size=SMALL),
        Cell(one.sector or NOTHING, size=SMALL),
        Cell(str(one.year or NOTHING), number=one.year, size=SMALL),
        Cell(one.term, note=one.term_note, size=SMALL),
        wan(grant),
        wan(spent),
        percent(share(one.spent, one.budget)),
        Cell(NOTHING if one.score is None else f"{one.score:.2f}", number=one.score, size=SMALL),
        Cell(one.grade or NOTHING, size=SMALL),
        Cell(one.state, size=SMALL),
        Cell("\n".join(filter(None, [str(one.due_on or NOTHING), one.due])), size=SMALL),
        Cell(str(one.alerts), number=one.alerts, size=SMALL),
    )


def _total(totals: Totals) -> tuple[Cell, ...]:
    said = f"{totals.count} 个项目（{totals.kinds}）" if totals.count else "0 个项目"
    rest = len(HEADERS) - GRANT - 4
    return (
        Cell("合计", span=2, head=True),
        Cell(said, span=GRANT - 2, head=True),
        wan(totals.grant, head=True),
        wan(totals.spent, head=True),
        percent(totals.rate, head=True),
        Cell("", span=rest, head=True),
        Cell(str(totals.alerts), number=totals.alerts, head=True, size=SMALL),
    )
