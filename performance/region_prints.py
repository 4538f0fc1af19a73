"""The region's sheet as PDF, as workbook, and as rows to paste into the sheet of the whole fund."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from papers import Block, Cell, Grid, Line, Paper, Stamps, figure, head, high, left, reach, render, short, upright
from performance.rules.region_form import MANAGEMENT, TARGETS, WORDS, digest_of
from workbooks.writer import Sheet

NOTHING = "—"
TARGET_COLUMNS = (9.0, 19.0, 26.0, 66.5, 28.0, 26.0, 66.5, 28.0)
F01 = "中央对地方专项转移支付区域绩效目标申报表"
F06 = "中央对地方转移支付区域绩效目标自评表"


def title_of(content: Mapping[str, Any]) -> str:
    return F01 if content["form"] == "F01" else F06


def layout(content: Mapping[str, Any], *, issued: bool) -> Paper:
    """A4, landscape; a draft until it is issued."""
    blocks = (
        Line(title_of(content), "title"),
        Line(f"（{'，'.join(filter(None, (str(content['year']) + ' 年度', dated(content))))}）", "subtitle"),
        *(_targets(content) if content["form"] == "F01" else _results(content)),
        Line(_note(content), "note"),
        Stamps(((f"省级主管部门：{content['hr']}", "负责人"), (f"省级财政部门：{content['finance']}", "负责人"))),
    )
    return Paper(
        content["form"],
        title_of(content),
        blocks,
        number=content["document"],
        state=dated(content) or f"汇总日期 {content['on']}",
        code=short(digest_of(content)),
        draft=not issued,
        landscape=True,
        dated_on=date.fromisoformat(content["on"]),
    )


def dated(content: Mapping[str, Any]) -> str:
    """Where the sheet was asked for as of another day: which, and as known when."""
    at = content.get("as_of")
    return f"截至 {at['on']}，按 {at['known']} 所知" if at else ""


RUNNING = "年度未结束：汇总到截至日前已布置的最后一次监测，按年报送的指标还没有数，不判断是否达到，不是年度自评表。"


def _note(content: Mapping[str, Any]) -> str:
    missing = f" 未报：{'、'.join(content['missing'])}。" if content["missing"] else ""
    sources = f"数据来源：{content['sources']}。" if content.get("sources") else ""
    return (
        "注：数量类为各项目合计，比率类为分子合计 ÷ 分母合计；“加权”为按补助金额加权，仅供参考。"
        f"{content['told']}；未报的不计入，也不按 0 计。{missing}{sources}{running(content)}"
    )


def running(content: Mapping[str, Any]) -> str:
    """Of F06 before the year is over."""
    at = content.get("as_of")
    return RUNNING if at and at["running"] and content["form"] == "F06" else ""


def _targets(content: Mapping[str, Any]) -> Iterator[Block]:
    words, money = content["words"], content["money"]
    labels = ("实施期金额", "年度金额")
    yield Grid(
        TARGET_COLUMNS,
        (
            (Cell("专项名称", 2), left(content["programme"], 6)),
            (Cell("中央主管部门", 2), left(content["central"], 6)),
            (Cell("省级财政部门", 2), left(content["finance"], 3), Cell("省级主管部门"), left(content["hr"], 2)),
            *(
                (
                    *(() if place else (Cell("资金情况\n（万元）", 2, rows=len(money)),)),
                    *(Cell(label if place else labels[0], 2), figure(period)),
                    *(Cell(label if place else labels[1], 2), figure(year)),
                )
                for place, (label, period, year) in enumerate(money)
            ),
            (Cell("总体目标", 2, rows=2), Cell("实施期目标", 3), Cell("年度目标", 3)),
            (high(words["period_goal"] or NOTHING, 3), high(words["year_goal"] or NOTHING, 3)),
        ),
    )
    heads = (
        (head("一级指标", 2, rows=2), head("实施期", 3), head(f"{content['year']} 年度", 3)),
        tuple(map(head, ("二级指标", "三级指标", "指标值") * 2)),
    )
    yield Grid(TARGET_COLUMNS, (*heads, *_target_rows(content["rows"])), heads=2)


def _target_rows(rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Cell, ...]]:
    """The two blocks of the form side by side; how many units told is said small, behind the year's name."""
    level1, level2 = reach(rows, ("level1",)), reach(rows, ("level1", "level2"))
    for place, row in enumerate(rows):
        name, second = f"{row['kind']}：{row['name']}", Cell(row["level2"], rows=level2[place] or 1)
        yield (
            *(() if place else (upright("绩效指标", len(rows)),)),
            *((Cell(row["level1"], rows=level1[place]),) if level1[place] else ()),
            *((second,) if level2[place] else ()),
            *(left(name), _signed(row["period"])),
            *((second,) if level2[place] else ()),
            *(left(name, note=f"\n{row['year']['told']}"), _signed(row["year"])),
        )


def _signed(cell: Mapping[str, Any] | None) -> Cell:
    beside = cell["weighted"] if cell and cell["weighted"] != cell["shown"] else ""
    return Cell(shown(cell), note=f"\n加权 {beside}" if beside else "")


def _results(content: Mapping[str, Any]) -> Iterator[Block]:
    words, money, management = content["words"], content["money"], list(MANAGEMENT.items())
    yield Grid(
        (34.0, 95.0, 45.0, 95.0),
        (
            (Cell("转移支付名称"), left(content["programme"], 3)),
            (Cell("中央主管部门"), left(content["central"], 3)),
            (Cell("地方主管部门"), left(content["hr"]), Cell("资金使用单位"), left(content["told"])),
        ),
    )
    heads = ("", *money_heads(content)[1:])
    first = Cell("资金投入情况\n（万元）", rows=len(money) + 1)
    rows = [(left(label), *map(figure, sums)) for label, *sums in money]
    yield Grid((34.0, 95.0, 45.0, 45.0, 50.0), ((first, *map(Cell, heads)), *rows))
    told = [
        (Cell(label), left(words[key] or NOTHING), left(words[f"{key}_issue"] or NOTHING)) for key, label in management
    ]
    yield Grid(
        (34.0, 40.0, 100.0, 95.0),
        (
            (Cell("资金管理情况", rows=len(management) + 1), Cell(), Cell("情况说明"), Cell("存在问题和改进措施")),
            *told,
            (Cell("总体目标\n完成情况", rows=2), Cell("总体目标", 2), Cell("全年实际完成情况")),
            (high(words["goal"] or NOTHING, 2), high(words["done"] or NOTHING)),
        ),
    )
    names = ("一级指标", "二级指标", "三级指标", "指标值", "全年实际完成值", "未完成原因和改进措施", "汇总户数")
    result = tuple(_result_rows(content["rows"]))
    yield Grid((22.0, 28.0, 75.0, 32.0, 38.0, 44.0, 30.0), (tuple(map(head, names)), *result), heads=1)
    causes = (Cell("未完成原因和\n改进措施"), left(words["causes"] or NOTHING))
    yield Grid((34.0, 235.0), (causes, (Cell("说明"), left(words["notes"] or NOTHING))))


def _result_rows(rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Cell, ...]]:
    level1, level2 = reach(rows, ("level1",)), reach(rows, ("level1", "level2"))
    for place, row in enumerate(rows):
        year = row["year"]
        yield (
            *((Cell(row["level1"], rows=level1[place]),) if level1[place] else ()),
            *((Cell(row["level2"], rows=level2[place]),) if level2[place] else ()),
            left(f"{row['kind']}：{row['name']}"),
            Cell(shown(row["target"])),
            Cell(year["shown"] or NOTHING, note=f"\n{year['why']}" if year["shown"] else ""),
            Cell("未达到，原因见后" if row["met"] == "未达到" else row["met"]),
            Cell(note=year["told"]),
        )


def pdf(content: Mapping[str, Any], *, issued: bool) -> bytes:
    return render(layout(content, issued=issued), "pdf")


def sheets(content: Mapping[str, Any]) -> list[Sheet]:
    """The form, the rows to paste (就业补助资金 of the whole fund), and who had not reported."""
    targets = content["form"] == "F01"
    heads = ["项目类型", "一级指标", "二级指标", "三级指标"]
    heads += ["实施期指标值", "年度指标值"] if targets else ["指标值", "全年实际完成值", "是否达到"]
    heads += ["按补助金额加权", "计算过程", "报送情况"]
    titles = [
        f"{content['province']}{title_of(content)}（{content['year']}年度）",
        "；".join(filter(None, (content["programme"], content["told"], dated(content), running(content)))),
    ]
    rows = [_line(row, targets) for row in content["rows"]]
    labels = WORDS[TARGETS if targets else "results"]
    words = [[label, content["words"].get(key, "")] for key, label in labels.items()]
    return [
        Sheet("区域绩效表", heads, rows, titles=titles, widths=[20, 14, 18, 36, 18, 18, 18, 30, 30, 20]),
        Sheet(
            "资金投入（万元）",
            ["资金", "全年预算数（A）", "全年执行数（B）", "预算执行率"],
            content["money"],
            widths=[24, 18, 18, 14],
        ),
        Sheet("文字内容", ["栏目", "内容"], words, widths=[36, 100]),
        Sheet(
            "粘贴用", ["一级指标", "二级指标", "三级指标", "指标值"], _paste(content, targets), widths=[14, 18, 48, 24]
        ),
        Sheet("未报项目", ["项目"], [[name] for name in content["missing"]], widths=[60]),
    ]


def money_heads(content: Mapping[str, Any]) -> list[str]:
    if content["form"] == "F01":
        return ["资金", "实施期金额", "年度金额"]
    return ["资金", "全年预算数（A）", "全年执行数（B）", "预算执行率（B/A）"]


def _line(row: Mapping[str, Any], targets: bool) -> list[str]:
    year, period = row["year"], row["period"]
    figures = [shown(period), shown(year)] if targets else [shown(row["target"]), year["shown"] or "—", row["met"]]
    return [
        row["kind"],
        row["level1"],
        row["level2"],
        row["name"],
        *figures,
        year["weighted"],
        year["why"],
        year["told"],
    ]


def shown(cell: Mapping[str, Any] | None) -> str:
    """A target with its sign; a result as it is."""
    return f"{cell['sign']}{cell['shown']}" if cell and cell["shown"] else "—"


def _paste(content: Mapping[str, Any], targets: bool) -> list[list[str]]:
    """Each row names its kind of project, as the fund's sheet holds many programmes."""
    rows = content["rows"]
    return [
        [
            row["level1"],
            row["level2"],
            f"{row['kind']}：{row['name']}",
            shown(row["year"]) if targets else row["year"]["shown"],
        ]
        for row in rows
    ]
