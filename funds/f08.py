"""专项资金支出明细表 (F08) as it stands on paper: a line for each payment finance had before it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from funds.f07 import ROOM, Heading, money
from papers import Cell, Grid, Paper
from papers import Line as Words

TITLE = "专项资金支出明细表"
HEADERS = (
    "序号", "付款日期", "凭证号", "用途类别", "摘要", "收款单位", "采购方式", "合同编号", "发票号码", "金额（元）", "含税否",
    "资金来源", "资产卡号", "附件数", "财务审核意见",
)  # fmt: skip
WIDTHS = (3.8, 8.2, 9.6, 9.6, 14.0, 12.0, 7.0, 9.2, 10.8, 10.4, 5.2, 7.2, 9.4, 4.2, 13.0)
CENTRED = frozenset({"付款日期", "采购方式", "含税否", "资金来源", "附件数"})
AMOUNT = HEADERS.index("金额（元）")
SMALL = 7.5


@dataclass(frozen=True, slots=True)
class Entry:
    """One line, as plain values. `amount`: negative for a 冲销; `texts`: the columns before it and after it."""

    before: tuple[str, ...]
    amount: Decimal
    after: tuple[str, ...]


def layout(
    head: Heading, entries: Sequence[Entry], counted: Decimal, aside: Iterable[tuple[str, int, Decimal]]
) -> Paper:
    """`counted`: what was recognised, the 累计 of F07; `aside`: how what is not counted stands, how many, how much."""
    rows = [tuple(Cell(one, head=True) for one in HEADERS)]
    rows += [_line(number, one) for number, one in enumerate(entries, start=1)]
    if not entries:
        rows.append((Cell("截止日前没有提交财政审核的支出", span=len(HEADERS)),))
    rows.append(_total("认定支出合计（冲销已扣减）", counted))
    rows += [_total(f"另有{how} {count} 笔，未计入合计", amount) for how, count, amount in aside]
    rows.append(_signed())
    blocks = (
        Words(f"项目名称：{head.project}　　单位：{head.unit}　　截止日：{head.until}　　金额单位：元", "plain"),
        Words("冲销以负数列示。只有认定的支出计入合计。附件数为凭证附件的件数。", "note"),
        Grid(WIDTHS, tuple(rows), heads=1),
    )
    return Paper("F08", TITLE, blocks, number=head.number, dated_on=head.on, landscape=True, lines=len(entries))


def _signed() -> tuple[Cell, ...]:
    """Room to sign in."""
    parts = (
        ("单位负责人", 2, 2, ROOM),
        ("财务负责人", 2, 2, ROOM),
        ("填表人", 1, 2, ROOM),
        ("日期（盖章）", 2, 2, "年　　月　　日"),
    )
    return tuple(
        cell for name, own, wide, room in parts for cell in (Cell(name, span=own, head=True), Cell(room, span=wide))
    )


def _line(number: int, entry: Entry) -> tuple[Cell, ...]:
    names = (*HEADERS[1:AMOUNT], *HEADERS[AMOUNT + 1 :])
    texts = [
        Cell(text, align="center" if name in CENTRED else "left", size=SMALL)
        for name, text in zip(names, (*entry.before, *entry.after), strict=True)
    ]
    shown = replace(money(entry.amount), size=SMALL)
    return Cell(str(number), number=number, size=SMALL), *texts[: AMOUNT - 1], shown, *texts[AMOUNT - 1 :]


def _total(name: str, amount: Decimal) -> tuple[Cell, ...]:
    rest = len(HEADERS) - AMOUNT - 1
    shown = replace(money(amount), size=SMALL)
    return Cell(name, span=AMOUNT, head=True, align="right"), shown, Cell("", span=rest)
