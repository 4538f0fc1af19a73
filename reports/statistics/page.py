"""一页纸: the whole picture on one page of A4, from the same tables and drawings as the screen."""

from decimal import Decimal

from django.utils import timezone

from papers import Cell, Grid, Line, Paper, Picture
from policy.money import WAN
from reports.statistics.kept import Result
from reports.statistics.tables import ALL, MONEY, RATE, Column, Row, Table, in_words

# How wide the drawing stands, by the number of lines below it: together they fill one page.
WIDTHS_MM = ((12, 180.0), (16, 150.0), (20, 115.0))


def paper_of(result: Result, chart: bytes, said: str) -> Paper:
    """Figures, four charts and the table by place: one page for up to twenty places."""
    assert result.made_at is not None  # noqa: S101 - it has tables
    made = timezone.localtime(result.made_at)
    place = result.table("place")
    assert place is not None  # noqa: S101 - every result has it
    blocks = (
        Line("项目执行情况一览", "title"),
        Line(f"数据时间 {made:%Y 年 %m 月 %d 日 %H:%M}　{said}　金额单位：万元", "subtitle"),
        _figures(place),
        Picture(chart, next((width for most, width in WIDTHS_MM if len(place.rows) <= most), WIDTHS_MM[-1][1])),
        _by_place(place),
        Line(
            "支出经财政认定，不含自筹；结余＝到账－支出；执行率＝支出÷预算；年末预测按建设期开始以来的日均支出推算。",
            "note",
        ),
    )
    return Paper("统计", "项目执行情况一览", blocks, dated_on=made.date())


def _figures(place: Table) -> Grid:
    """The last line of the table by place, large."""
    pairs = list(zip(place.columns[1:], place.total.cells[1:] if place.total else (), strict=True))
    heads = tuple(Cell(column.head, head=True) for column, _ in pairs)
    return Grid((1.0,) * len(pairs), (heads, tuple(_cell(*pair, size=11) for pair in pairs)), heads=1)


def _by_place(place: Table) -> Grid:
    columns = (Column("市州或部门", "text"), *place.columns[1:])
    heads = tuple(Cell(column.head, head=True) for column in columns)
    rows = [*place.rows, *([place.total] if place.total else [])]
    return Grid((1.8,) + (1.0,) * (len(columns) - 1), (heads, *(_row(columns, row) for row in rows)), heads=1)


def _row(columns: tuple[Column, ...], row: Row) -> tuple[Cell, ...]:
    last = row.cells[0] == ALL
    name = Cell(str(row.cells[0]), align="left", head=last)
    return (name, *(_cell(*pair, head=last) for pair in zip(columns[1:], row.cells[1:], strict=True)))


def _cell(column: Column, value: str | int | None, *, size: float | None = None, head: bool = False) -> Cell:
    number = value if isinstance(value, int) else None
    exact = Decimal(value) / WAN if isinstance(value, str) and column.kind == MONEY else number
    shown = in_words(column.kind, value)
    exact = None if column.kind == RATE else exact
    return Cell(shown, align="center" if size else "right", head=head, number=exact, size=size)
