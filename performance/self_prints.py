"""项目支出绩效自评表 (F05) and 转移支付绩效目标自评表 (F06) as people sign them, from one content each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from papers import (
    Block,
    Cell,
    Grid,
    Line,
    Paper,
    Stamps,
    digest,
    figure,
    head,
    high,
    left,
    reach,
    short,
    upright,
)
from performance.models import PERIOD, Assessment
from performance.queries.assessments import (
    SIDES,
    Kind,
    Side,
    State,
    TableRow,
    execution_why,
    goal_text,
    label_of,
    money_of,
    side_total,
)
from performance.rules.region_form import MANAGEMENT
from policy.money import wan_number
from policy.terms import Grade
from projects.queries import unit_on

NOTHING = "—"
F05, F06 = "F05", "F06"
F05_TITLE = "项目支出绩效自评表"
F06_TITLE = "中央对地方转移支付区域（项目）绩效目标自评表"


def content(
    one: Assessment, rows: Iterable[TableRow], *, side: str, document: str = "", dated_on: str = ""
) -> dict[str, Any]:
    """Everything the form says, as plain values; `side`: whose values. `document`: of the joint decision."""
    rows = list(rows)
    told = _head(one) | {"rows": [_row(row, side) for row in rows]}
    return told | (_f06(one) if one.kind == Kind.TRANSFER else _f05(one, rows, side, document, dated_on))


def _head(one: Assessment) -> dict[str, Any]:
    project, edition = one.project, one.project.edition
    return {
        "name": project.name,
        "number": project.label,
        "programme": edition.programme,
        "central": edition.central_department,
        "department": edition.province_hr,
        "finance": edition.province_finance,
        "unit": unit_on(project, one.decided_on or one.submitted_on),
        "year": "" if one.block == PERIOD else one.block,
        "label": label_of(one),
        "goal": goal_text(one) or NOTHING,
        "done": one.goal_done or NOTHING,
        "version": one.sheet.version,
    }


def _f05(one: Assessment, rows: Iterable[TableRow], side: str, document: str, dated_on: str) -> dict[str, Any]:
    total = side_total(one, rows, side)
    edition = one.project.edition
    grade = Grade(edition.grade_of(total)).label if total is not None else ""
    return {
        "form": F05,
        "side": {Side.UNIT: "单位自评", Side.PROVINCE: "省级评定"}[Side(side)],
        "money": [
            [line.label, *(wan_number(sum_) for sum_ in (line.initial, line.budget, line.spent)), line.rate]
            for line in money_of(one)
        ],
        "execution_weight": str(edition.number("execution_weight")),
        "execution_score": NOTHING if one.execution_score is None else str(one.execution_score),
        "execution_why": execution_why(one),
        "total": NOTHING if total is None else str(total),
        "grade": grade if side == Side.PROVINCE else "",
        "document": document,
        "dated_on": dated_on,
    }


def _f06(one: Assessment) -> dict[str, Any]:
    return {
        "form": F06,
        "goal": one.words.get("goal", "") or NOTHING,
        "money": [[line.label, wan_number(line.budget), wan_number(line.spent), line.rate] for line in money_of(one)],
        "management": [
            [label, one.words.get(key, "") or NOTHING, one.words.get(f"{key}_issue", "") or NOTHING]
            for key, label in MANAGEMENT.items()
        ],
        "notes": one.words.get("notes", "") or NOTHING,
    }


def _row(row: TableRow, side: str) -> dict[str, str]:
    own = row.sides.get(side)
    told = SIDES[: SIDES.index(Side(side)) + 1]
    reasons = [row.sides[one].reason for one in told if one in row.sides and row.sides[one].reason]
    return {
        "level1": row.indicator.level1,
        "level2": row.indicator.level2,
        "name": row.indicator.name,
        "target": row.wanted_with_unit,
        "actual": row.shown(side) or NOTHING,
        "exact": own.actual if own else "",
        "weight": _plain(row.goal.weight),
        "score": NOTHING if own is None or own.score is None else str(own.score),
        "reason": "；".join(reasons),
    }


def _plain(weight: Decimal) -> str:
    return f"{weight.normalize():f}"


def of_assessment(one: Assessment, rows: Iterable[TableRow]) -> dict[str, Any]:
    """As decided, else as the unit has it now."""
    return one.form or content(one, rows, side=Side.UNIT)


def layout(said: Mapping[str, Any], *, state: str = "", draft: bool = False) -> Paper:
    """A4. `state`: how the self-evaluation stands; F05 says whose values it shows instead."""
    if said["form"] == F06:
        return Paper(F06, F06_TITLE, tuple(_transfer(said)), said["number"], state, short(digest(said)), draft=draft)
    told = " · ".join(filter(None, [said["side"], said["document"]]))
    blocks = tuple(_year(said))
    return Paper(F05, F05_TITLE, blocks, said["number"], told, short(digest(said)), draft=draft, landscape=True)


def _year(said: Mapping[str, Any]) -> Iterator[Block]:
    yield Line(F05_TITLE, "title")
    yield Line(f"（{said['year']} 年度）" if said["year"] else "（实施期）", "subtitle")
    yield Grid((27.0, 38.0, 42.5, 42.5, 42.5, 17.0, 42.5, 17.0), tuple(_facts(said)))
    names = (
        "",
        "一级指标",
        "二级指标",
        "三级指标",
        "年度指标值",
        "实际完成值",
        "分值",
        "得分",
        "偏差原因分析及改进措施",
    )
    rows = _indicators(said["rows"], ("target", "actual", "weight", "score"))
    grade = f"等级：{said['grade']}" if said["grade"] else ""
    whole = (Cell("总　　分", 6), figure("100"), figure(said["total"]), left(grade))
    yield Grid((9.0, 20.0, 27.0, 63.0, 27.0, 37.0, 13.0, 15.0, 58.0), (tuple(map(head, names)), *rows, whole), heads=1)
    yield Line(
        "注：1. 得分按所列目标和实际值计算，保留两位小数；没有实际值的不计分，也不按 0 计。"
        f"2. 预算执行率：{said['execution_why']}。3. 绩效目标第 {said['version']} 版。",
        "note",
    )
    finance = (f"财政部门：{said['finance']}", "负责人")
    department = (f"主管部门：{said['department']}", "负责人")
    yield Stamps(((f"实施单位：{said['unit']}", "单位负责人"), department, finance))


def _facts(said: Mapping[str, Any]) -> Iterator[tuple[Cell, ...]]:
    yield Cell("项目名称"), left(said["name"], 7)
    yield Cell("主管部门"), left(said["department"], 2), Cell("实施单位"), left(said["unit"], 4)
    names = ("", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分")
    yield Cell("项目资金\n（万元）", rows=len(said["money"]) + 1), *map(Cell, names)
    scored = (said["execution_weight"], said["execution_score"])  # stands in the line of the whole only
    for place, (label, *sums, rate) in enumerate(said["money"]):
        weight, score = (NOTHING, NOTHING) if place else scored
        yield left(label), *map(figure, (*sums, weight, rate, score))
    yield Cell("年度总体\n目标", rows=2), Cell("预期目标", 3), Cell("实际完成情况", 4)
    yield high(said["goal"], 3), high(said["done"], 4)


def _transfer(said: Mapping[str, Any]) -> Iterator[Block]:
    yield Line(F06_TITLE, "title")
    yield Line(f"（{said['year']} 年度）", "subtitle")
    yield Grid((27.0, 31.0, 41.0, 41.0, 42.0), tuple(_transfer_facts(said)))
    names = ("", "一级\n指标", "二级指标", "三级指标", "指标值", "全年实际\n完成值", "未完成原因和改进措施")
    rows = _indicators(said["rows"], ("target", "actual"))
    yield Grid((8.0, 19.0, 22.0, 43.0, 24.0, 25.0, 41.0), (tuple(map(head, names)), *rows), heads=1)
    yield Grid((27.0, 155.0), ((Cell("说　明"), left(said["notes"])),))
    yield Line(
        "注：1. 资金使用单位按项目绩效目标填报，主管部门汇总。2. 说明栏填写审计、财政监督中发现的问题及所涉金额，"
        f"没有的填“无”。3. 绩效目标第 {said['version']} 版。",
        "note",
    )
    department = (f"地方主管部门：{said['department']}", "负责人")
    yield Stamps(((f"资金使用单位：{said['unit']}", "单位负责人"), department))


def _transfer_facts(said: Mapping[str, Any]) -> Iterator[tuple[Cell, ...]]:
    yield Cell("转移支付（项目）名称", 2), left(f"{said['programme']}　{said['name']}", 3)
    yield Cell("中央主管部门", 2), left(said["central"], 3)
    yield Cell("地方主管部门", 2), left(said["department"]), Cell("资金使用单位"), left(said["unit"])
    names = ("", "全年预算数（A）", "全年执行数（B）", "预算执行率\n（B/A×100%）")
    yield Cell("资金投入\n情况（万元）", rows=len(said["money"]) + 1), *map(Cell, names)
    for label, *sums in said["money"]:
        yield left(label), *map(figure, sums)
    first = Cell("资金管理\n情况", rows=len(said["management"]) + 1)
    yield first, Cell(), Cell("情况说明", 2), Cell("存在问题和改进措施")
    for label, told, issue in said["management"]:
        yield Cell(label), left(told, 2), left(issue)
    yield Cell("总体目标\n完成情况", rows=2), Cell("总体目标", 2), Cell("全年实际完成情况", 2)
    yield high(said["goal"], 2), high(said["done"], 2)


def _indicators(rows: Sequence[Mapping[str, str]], keys: Iterable[str]) -> Iterator[tuple[Cell, ...]]:
    """Level by level, with the values under these keys and the reason at the end."""
    level1, level2 = reach(rows, ("level1",)), reach(rows, ("level1", "level2"))
    values = tuple(keys)
    for place, row in enumerate(rows):
        yield (
            *(() if place else (upright("绩效指标", len(rows)),)),
            *((Cell(row["level1"], rows=level1[place]),) if level1[place] else ()),
            *((Cell(row["level2"], rows=level2[place]),) if level2[place] else ()),
            left(row["name"]),
            *(figure(row[key]) for key in values),
            left(row["reason"], size=8),
        )


def is_draft(one: Assessment) -> bool:
    """Until it is decided, or, of 期满自评, sent in."""
    final = one.kind == Kind.FINAL and one.state == State.SUBMITTED
    return one.state != State.DECIDED and not final


def of_state(one: Assessment, said: Mapping[str, Any]) -> Paper:
    return layout(said, state=one.get_state_display(), draft=is_draft(one))
