"""附件1 (F16, studios) and 附件2 (F17, bases) as the notice has them filed. Pure; the award import reads them back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from papers import Cell, Grid, Line, Paper, Stamps

STUDIO_HEADERS = (
    "推荐顺序", "工作室名称", "所在单位", "单位性质", "带头人", "性别", "年龄", "职业（工种）", "技能等级", "主要荣誉", "类别",
    "推荐单位", "联系人", "电话",
)  # fmt: skip
BASE_HEADERS = (
    "推荐顺序", "单位名称", "单位性质", "新建/已建", "申报专业（5个及以上职业工种）", "类别", "培训场所面积（㎡）",
    "在校生/技能岗位职工数", "年培训人次", "其中高技能人才", "专（兼）职教师数", "推荐单位", "联系人", "电话",
)  # fmt: skip
STUDIO_WIDTHS = (5.0, 14.0, 14.0, 8.0, 7.0, 4.5, 4.5, 10.0, 9.0, 16.0, 8.5, 11.5, 7.0, 12.0)
BASE_WIDTHS = (5.0, 14.0, 8.0, 6.0, 22.5, 9.0, 8.5, 9.5, 7.5, 7.5, 8.5, 11.5, 7.0, 12.0)
SMALL = 8.0
NUMBERS = frozenset(BASE_HEADERS[6:10])
LEFT = frozenset({"工作室名称", "所在单位", "单位名称", "申报专业（5个及以上职业工种）", "主要荣誉", "推荐单位"})
NOBODY = "（没有符合条件的项目）"


@dataclass(frozen=True, slots=True)
class Filing:
    """Who files what, and when. `year`: of the notice, where the rows come from one; `masked`: telephones are not whole."""

    year: int | None
    scope: str
    on: date
    masked: bool = False


def studios(rows: Sequence[Sequence[str]], filing: Filing) -> Paper:
    """F16; a row has a text for every column."""
    title = "国家级技能大师工作室建设项目基本情况汇总表"
    grid = Grid(STUDIO_WIDTHS, _rows(STUDIO_HEADERS, rows), heads=1)
    return _paper("F16", "附件1", title, filing, grid, len(rows))


def bases(rows: Sequence[Sequence[str]], filing: Filing) -> Paper:
    """F17; a row has a text for every column."""
    title = "国家级高技能人才培训基地建设项目基本情况汇总表"
    return _paper("F17", "附件2", title, filing, Grid(BASE_WIDTHS, _rows(BASE_HEADERS, rows), heads=1), len(rows))


def _paper(form: str, annex: str, title: str, filing: Filing, grid: Grid, lines: int) -> Paper:
    named = f"{filing.year}年{title}" if filing.year else title
    told = f"范围：{filing.scope}　　填报日期：{filing.on}" + ("　　电话未显示全号" if filing.masked else "")
    blocks = (
        Line(annex, "plain"), Line(named, "title"), Line(told, "right"), grid,
        Stamps((("推荐单位", "负责人"),)),
    )  # fmt: skip
    return Paper(form, named, blocks, landscape=True, dated_on=filing.on, lines=lines)


def _rows(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[tuple[Cell, ...], ...]:
    found = [tuple(Cell(one, head=True) for one in headers)]
    found += [tuple(_cell(name, text) for name, text in zip(headers, row, strict=True)) for row in rows]
    if not rows:
        found.append((Cell(NOBODY, span=len(headers)),))
    return tuple(found)


def _cell(name: str, text: str) -> Cell:
    """Counts stay numbers in a workbook."""
    counts = name in NUMBERS or name in {"推荐顺序", "年龄"}
    number = int(text) if counts and text.isascii() and text.isdigit() else None
    return Cell(text, align="left" if name in LEFT else "center", number=number, size=SMALL)
