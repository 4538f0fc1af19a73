"""项目验收申请书 (F10) and 项目验收和绩效评估意见书 (F11) as pages: a pure function of what each says."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import Any

from papers import Block, Cell, Grid, Line, Paper, Stamps, digest, short

APPLICATION, OPINION = "项目验收申请书", "项目验收和绩效评估意见书"
SMALL = 8.5
CONDITION_COLUMNS = (11, 50, 27, 31, 34, 21)
LEVELS = (17, 17, 17, 17, 20, 26, 12, 14, 34)
TO_SIGN = "　\n　"  # room to sign by hand
BOXES = "□ 是　　□ 否"
UNDECIDED = "（待两厅联合作出）　□ 通过验收　　□ 责令限期整改"
Row = tuple[Cell, ...]
Data = Mapping[str, Any]


def application(data: Data, annexes: Iterable[Grid] = ()) -> Paper:
    """`annexes`: the grids of 资金收支表 (F07), which `data` says in words."""
    return Paper(
        form="F10",
        title=APPLICATION,
        blocks=tuple(_application(data, annexes)),
        number=data["number"],
        state="" if data["draft"] else f"{data['applied_on']} 提交",
        code=short(digest(data)),
        draft=data["draft"],
    )


def opinion(data: Data) -> Paper:
    """A draft until both departments have signed."""
    return Paper(
        form="F11",
        title=OPINION,
        blocks=tuple(_opinion(data)),
        number=data["number"],
        state="" if data["draft"] else "已生效",
        code=short(digest(data)),
        draft=data["draft"],
    )


# F10


def _application(data: Data, annexes: Iterable[Grid]) -> Iterator[Block]:
    applied = f"，{data['applied_on']}" if data["applied_on"] else ""
    yield Line(APPLICATION, "title")
    yield Line(f"（第 {data['round']} 次申请{applied}）　　金额单位：元，注明万元的除外", "subtitle")
    yield Grid((17, 33, 17, 33, 17, 20, 15, 22), tuple(_facts(data)))
    yield _conditions(data, "建设条件自查表（通知第二部分逐条）", "自查")
    yield from _self_evaluation(data)
    yield Grid((1,), ((_section("资金收支表（F07）", 1),),))
    yield from annexes
    yield Grid((40, 134), ((Cell("专项审计报告文号"), _left(data["audit"])),))
    yield _assets(data)
    rows = (("存在问题", listed(data["issues"])), ("附件清单", listed(data["attachments"])))
    yield Grid((24, 150), tuple((Cell(name), _left(text)) for name, text in rows))
    yield Stamps(((f"单位意见：{data['unit']}", "负责人"), (f"推荐单位意见：{data['recommender']}", "负责人")))


def _facts(data: Data) -> Iterator[Row]:
    yield (
        Cell("项目名称"),
        _left(data["name"], 3),
        Cell("类别"),
        Cell(data["sector"]),
        Cell("新建/已建"),
        Cell(data["track"]),
    )
    yield (
        Cell("单位"), _left(data["unit"]), Cell("统一社会信用代码"), Cell(data["credit_code"]), Cell("法定代表人"),
        Cell(data["legal_person"]), Cell("联系人"), Cell(data["contact"]),
    )  # fmt: skip
    yield (
        Cell("立项文号"), _left(data["award"]), Cell("补助金额（万元）"), figure(data["grant"], "center"), Cell("建设期起止"),
        Cell(data["period"]), Cell("延期批复"), Cell(data["extension"]),
    )  # fmt: skip
    yield Cell("建设任务完成情况"), _left(data["summary"], 7)


def _self_evaluation(data: Data) -> Iterator[Grid]:
    """期满自评 (F05) as the unit has it; before it is sent in, that it is not there."""
    own = data["self_evaluation_form"]
    head = _section(f"绩效目标自评表（F05）　自评总分：{data['self_evaluation']}", len(LEVELS))
    if not own:
        yield Grid((1,), ((_section(f"绩效目标自评表（F05）　{data['self_evaluation']}", 1),),))
        return
    yield Grid(LEVELS, ((head,), *_execution(own), *_goal(own)))
    names = ("一级指标", "二级指标", "三级指标", "指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施")
    heads = tuple(Cell(name, span=2 if name == "三级指标" else 1, head=True) for name in names)
    last = (Cell("总分", span=6, head=True), Cell("100"), Cell(own["total"]), Cell(""))
    yield Grid(LEVELS, (heads, *_indicators(own["rows"]), last), heads=1)


def _execution(own: Data) -> Iterator[Row]:
    """项目资金（万元）: points only on the line of the whole, as on the form."""
    names = ("年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分")
    rows = own["money"]
    title = Cell("项目资金（万元）", rows=len(rows) + 1)
    yield title, Cell("", span=2), *(Cell(name, head=True) for name in names)
    for place, (label, initial, budget, spent, rate) in enumerate(rows):
        points = ("", "") if place else (own["execution_weight"], own["execution_score"])
        figures = (figure(initial), figure(budget), figure(spent))
        yield _left(label, 2), *figures, Cell(points[0]), Cell(rate), Cell(points[1])


def _goal(own: Data) -> Iterator[Row]:
    yield Cell("总体目标", rows=2), Cell("预期目标", span=4, head=True), Cell("实际完成情况", span=4, head=True)
    yield _left(own["goal"], 4), _left(own["done"], 4)


def _indicators(rows: Sequence[Data]) -> Iterator[Row]:
    """One row an indicator; a level stands once, over all its rows."""
    for level1, first in groupby(rows, lambda row: row["level1"]):
        inside = list(first)
        for level2, second in groupby(inside, lambda row: row["level2"]):
            for place, row in enumerate(same := list(second)):
                opens = () if row is not inside[0] else (Cell(level1, rows=len(inside)),)
                named = () if place else (Cell(level2, rows=len(same)),)
                yield *opens, *named, *_indicator(row)


def _indicator(row: Data) -> Row:
    return (
        Cell(row["name"], span=2, align="left", size=SMALL), Cell(row["target"], size=SMALL),
        Cell(row["actual"], size=SMALL), figure(row["weight"], "center"), figure(row["score"], "center"),
        Cell(row["reason"], align="left", size=SMALL),
    )  # fmt: skip


def _assets(data: Data) -> Grid:
    heads = ("资产卡号", "名称", "规格型号", "数量", "单价（元）", "金额（元）", "取得日期", "存放地点")
    whole = f"资产登记清单　共 {data['assets']}，原值 {data['asset_value']} 万元"
    rows: list[Row] = [
        (Cell(card), _left(name), _left(model), figure(count), figure(price), figure(value), Cell(day), _left(room))
        for card, name, model, count, price, value, day, room in data["asset_rows"]
    ]
    named = tuple(Cell(head, head=True) for head in heads)
    none = (Cell("没有登记资产", span=len(heads)),)
    return Grid((24, 34, 24, 11, 22, 24, 19, 16), ((_section(whole, 8),), named, *(rows or [none])), heads=2)


# F11


def _opinion(data: Data) -> Iterator[Block]:
    said = f"{data['document']}　{data['dated_on']}" if data["document"] else f"（第 {data['round']} 次验收）"
    yield Line(OPINION, "title")
    yield Line(said, "number")
    yield Grid((26, 61, 26, 61), tuple(_project(data)))
    yield _panel(data["panel"])
    yield _conditions(data, "建设条件核查", "符合/不符合")
    yield _gate_b(data)
    yield from _money(data)
    yield Grid((26, 148), tuple(_conclusion(data)))
    yield Stamps(((data["hr"], ""), (data["finance"], "")))


def _project(data: Data) -> Iterator[Row]:
    yield (_section("项目基本信息", 4),)
    kind = "　".join((data["sector"], data["kind"], data["track"]))
    pairs = (
        ("项目名称", data["name"], "项目单位", data["unit"]),
        ("类别", kind, "立项文号", data["award"]),
        ("补助金额", f"{data['grant']} 万元", "建设期起止", data["period"]),
        ("延期批复", data["extension"], "验收方式", data["way"]),
        ("验收组织单位", f"{data['hr']}、{data['finance']}", "验收时间", data["visited_on"]),
    )
    yield from ((Cell(a), _left(b), Cell(c), _left(d)) for a, b, c, d in pairs)
    yield Cell("地点和方式"), _left(data["place"], 3)


def _panel(rows: Sequence[Sequence[str]]) -> Grid:
    heads = tuple(Cell(head, head=True) for head in ("姓名", "单位", "职务职称", "签名"))
    people: list[Row] = [(Cell(name), _left(unit), _left(title), Cell(TO_SIGN)) for name, unit, title in rows]
    none = (Cell("名单在验收日公布", span=4),)
    section = (_section(f"验收组名单（{len(rows)} 人）", 4),)
    return Grid((30, 66, 40, 38), (section, heads, *(people or [none])), heads=2)


def _gate_b(data: Data) -> Grid:
    names = ("一级指标", "二级指标", "三级指标", "指标值", "实际完成值", "分值", "得分", "未达成原因")
    heads = tuple(Cell(name, span=2 if name == "三级指标" else 1, head=True) for name in names)
    rows = [*_indicators(data["targets"])] or [(Cell("绩效评估尚未录入", span=len(LEVELS)),)]
    execution = (
        Cell("预算执行率", span=6), figure(data["execution_weight"], "center"), figure(data["execution"], "center"),
        _left(data["execution_why"]),
    )  # fmt: skip
    total = (
        Cell("总分", span=6, head=True),
        Cell("100"),
        figure(data["total"], "center"),
        Cell(f"等级：{data['grade']}"),
    )
    section = (_section("绩效目标（F05）", len(LEVELS)),)
    return Grid(LEVELS, (section, heads, *rows, execution, total), heads=2)


def _money(data: Data) -> Iterator[Grid]:
    heads = ("支出类别", "资金来源", "预算（万元）", "支出（万元）", "结余（万元）", "执行率")
    section = (_section(f"资金核查　到账 {data['received']} 万元", len(heads)),)
    rows = (
        (_left(category), Cell(source), *(figure(one) for one in figures), Cell(rate))
        for category, source, *figures, rate in data["money"]
    )
    yield Grid((54, 26, 26, 26, 26, 16), (section, tuple(Cell(head, head=True) for head in heads), *rows), heads=2)
    yield Grid(
        (28, 32, 28, 32, 30, 24),
        (
            (
                Cell("专款专用"),
                Cell(BOXES),
                Cell("核算到项目"),
                Cell(BOXES),
                Cell("违规金额（未整改，万元）"),
                figure(data["wrong_money"]),
            ),
        ),
    )


def _conclusion(data: Data) -> Iterator[Row]:
    yield Cell("主要成效"), _left(data["achieved"])
    yield Cell("存在问题"), _left(listed(data["issues"]))
    yield Cell("结论"), _left(data["conclusion"] or UNDECIDED)
    yield Cell("整改要求和期限"), _left(f"{listed(data['items'])}\n期限：{data['term']}" if data["items"] else "无")
    yield Cell("验收组组长"), _left(f"{data['leader']}　　　　（签名）　　　　　　　　　　年　　月　　日")


# Both


def _conditions(data: Data, title: str, verdict: str) -> Grid:
    heads = tuple(Cell(head, head=True) for head in ("条款", "条件", "要求", "实际", "佐证", verdict))
    rows = (
        (Cell(code), Cell(text, align="left", size=SMALL), Cell(wanted, size=SMALL), Cell(actual, size=SMALL),
         Cell(proof, align="left", size=SMALL), Cell(met, size=SMALL))
        for code, text, wanted, actual, proof, met in data["conditions"]
    )  # fmt: skip
    return Grid(CONDITION_COLUMNS, ((_section(title, len(heads)),), heads, *rows), heads=2)


def _section(text: str, span: int) -> Cell:
    return Cell(text, span=span, head=True, align="left")


def _left(text: str, span: int = 1) -> Cell:
    return Cell(text, span=span, align="left")


def figure(text: str, align: str = "right") -> Cell:
    """A number as it is printed, which a workbook keeps as a number; any other word stays one."""
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return Cell(text)
    return Cell(text, align="center" if align == "center" else "right", number=number)


def listed(items: Sequence[str]) -> str:
    return "\n".join(f"{place}. {item}" for place, item in enumerate(items, 1)) or "无"
