"""A periodic report as a paper: sentences, charts, tables. Pure: figures and drawings in, one Paper out."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from funds.grid import SHOWN
from papers import Cell, Grid, Line, Paper, Picture
from papers.layout import Block
from policy.money import WAN, apportion, wan_number
from reports.periodic import words
from reports.periodic.words import COUNT, RATE

WIDTH_MM = 150.0
SMALL = 8.5
PLACE_HEADS = ("市州或部门", "项目", "批复", "下达", "到账", "预算", "支出", "结余", "执行率")
PLACE_WIDTHS = (2.0, 0.7, 1.3, 1.3, 1.3, 1.3, 1.3, 1.3, 1.1)
ROW_HEADS = ("序号", "项目单位", "类型", "阶段", "批复", "到账", "支出", "执行率")
ROW_WIDTHS = (0.6, 2.8, 1.7, 1.3, 1.2, 1.2, 1.2, 1.1)
MONEY = slice(COUNT + 1, RATE)
NOTE = (
    "金额单位：万元，按最大余数法取到 0.01 万元，分项之和等于合计。支出为财政已认定的财政资金支出，不含自筹；"
    "结余＝到账－支出；执行率＝支出÷预算。附表二的阶段为报告生成当日的办理阶段，问题的整改期限按生成当日的记录；其余均截至报告所列日期。"
)


def layout(found: Mapping[str, Any], charts: Mapping[str, bytes], version: int) -> Paper:
    title = f"{found['period']}{'' if '季度' in found['period'] else '度'}专项绩效监管报告"
    made = date.fromisoformat(found["made_on"])
    running = "，阶段数据" if found["running"] else ""
    blocks = (
        Line(title, "title"),
        Line(f"{found['place']}　数据截至 {found['on']}，按 {found['made_on']} 所知{running}", "number"),
        Line("一、项目概况", "heading"),
        Line(words.overview(found)),
        Line("二、资金", "heading"),
        *map(Line, words.money(found)),
        *_chart(charts, "funnel", "图 1　资金从批复到结余"),
        *_chart(charts, "place", "图 2　各市州和部门的项目与资金"),
        Line("三、支出进度与时间进度", "heading"),
        Line(words.pace(found)),
        *_chart(charts, "pace", "图 3　执行率与建设期已过的比例"),
        Line("四、绩效目标", "heading"),
        Line(words.targets(found)),
        *_chart(charts, "targets", "图 4　各项指标达到目标值的项目数"),
        Line("五、监督检查和问题整改", "heading"),
        Line(words.problems(found)),
        *_chart(charts, "problems", "图 5　未销号问题的来源和时长"),
        Line("六、验收和重大事项", "heading"),
        *map(Line, words.events(found)),
        *_tables(found),
    )
    number = f"第 {version} 版"
    return Paper("定期报告", title, blocks, number=number, letter=True, dated_on=made)


def _chart(charts: Mapping[str, bytes], key: str, caption: str) -> Iterable[Block]:
    if key in charts:
        yield Picture(charts[key], WIDTH_MM, caption)


def _tables(found: Mapping[str, Any]) -> Iterable[Block]:
    if not found["rows"]:
        return
    yield Line("附表一　各市州和部门情况", "heading")
    yield places(found)
    yield Line("附表二　项目执行情况", "heading")
    yield rows(found)
    yield Line(NOTE, "note")


def places(found: Mapping[str, Any]) -> Grid:
    """Shown parts add up to the shown total, column by column."""
    lines = found["places"]
    columns = [_shown([line[1:][at] for line in lines]) for at in range(MONEY.start, MONEY.stop)]
    cells = [tuple(Cell(head, head=True, size=SMALL) for head in PLACE_HEADS)]
    for at, line in enumerate(lines):
        money = [_wan(column[at]) for column in columns]
        cells.append((Cell(line[0], align="left", size=SMALL), _count(line[1]), *money, _rate(line[-1])))
    total = found["total"]
    money = [_wan(sum(column, Decimal(0)), head=True) for column in columns]
    cells.append(
        (Cell("合计", head=True, size=SMALL), _count(total[COUNT], head=True), *money, _rate(total[RATE], True))
    )
    return Grid(PLACE_WIDTHS, tuple(cells), heads=1)


def rows(found: Mapping[str, Any]) -> Grid:
    lines = found["rows"]
    columns = [_shown([line[at] for line in lines]) for at in range(3, 6)]
    cells = [tuple(Cell(head, head=True, size=SMALL) for head in ROW_HEADS)]
    for at, (unit, kind, stage, *_, rate) in enumerate(lines):
        words_of = [Cell(unit, align="left", size=SMALL), Cell(kind, size=SMALL), Cell(stage, size=SMALL)]
        cells.append((_count(at + 1), *words_of, *(_wan(column[at]) for column in columns), _rate(rate)))
    money = [_wan(sum(column, Decimal(0)), head=True) for column in columns]
    cells.append((Cell("合计", span=4, head=True, size=SMALL), *money, _rate(found["total"][RATE], True)))
    return Grid(ROW_WIDTHS, tuple(cells), heads=1)


def _shown(amounts: Sequence[str]) -> list[Decimal]:
    return apportion([Decimal(amount) for amount in amounts], SHOWN)


def _count(count: int, head: bool = False) -> Cell:
    return Cell(str(count), number=count, head=head, size=SMALL)


def _wan(amount: Decimal, head: bool = False) -> Cell:
    return Cell(wan_number(amount), align="right", number=amount / WAN, head=head, size=SMALL)


def _rate(rate: str | None, head: bool = False) -> Cell:
    return Cell(words.percent(rate), align="right", head=head, size=SMALL)
