"""中央对地方专项转移支付项目绩效目标申报表 (F02): the sheet as people sign it. Filed versions print from what was filed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Any

from accounts.queries import first_review_office, province_office
from papers import Block, Break, Cell, Paper, Stamps, digest, figure, head, high, left, short, upright
from papers import Grid as Table
from papers import Line as Words
from performance.models import PERIOD, Goal, Target, TargetSheet
from performance.queries import Grid, grid_of
from performance.targets import DATE_UNIT
from policy.money import wan_number
from policy.terms import Line, Operator
from projects.models import Project
from projects.queries import unit_on

__all__ = ("LAYOUT", "content", "digest", "layout", "of_sheet", "short")

TITLE = "中央对地方专项转移支付项目绩效目标申报表"
COLUMNS = (9.0, 19.0, 26.0, 66.5, 28.0, 26.0, 66.5, 28.0)
# The classes the paper form has, in its order; a class without indicators is printed with a dash.
LAYOUT: Mapping[str, tuple[str, ...]] = {
    "产出指标": ("数量指标", "质量指标", "时效指标", "成本指标"),
    "效益指标": ("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标"),
    "满意度指标": ("服务对象满意度指标",),
}
BARE_UNITS = ("定性", "比例", DATE_UNIT)
NOTHING = "—"


def content(project: Project, sheet: TargetSheet) -> dict[str, Any]:
    """Everything the form says, as plain values: one page set for each budget year."""
    edition, grid = project.edition, grid_of(sheet)
    first, last = sheet.years[0], sheet.years[-1]
    return {
        "name": project.name,
        "number": project.label,
        "programme": edition.programme,
        "central": edition.central_department,
        "finance": _department(project, Line.FINANCE) or edition.province_finance,
        "hr": _department(project, Line.HR) or edition.province_hr,
        "unit": unit_on(project, sheet.filed_on or sheet.submitted_on),
        "city_hr": _office(project, sheet, Line.HR),
        "city_finance": _office(project, sheet, Line.FINANCE),
        "span": f"{first}年—{last}年" if last != first else f"{first}年",
        "version": sheet.version,
        "filed_on": sheet.filed_on.isoformat() if sheet.filed_on else "",
        "execution_weight": edition.number("execution_weight"),
        "years": [_page(grid, str(year)) for year in sheet.years],
    }


def _department(project: Project, line: Line) -> str:
    return str(province_office(project.organisation, line) or "")


def _office(project: Project, sheet: TargetSheet, line: Line) -> str:
    """The first-review office: fixed at submission, before it the one that would be asked."""
    fixed = sheet.hr_office if line == Line.HR else sheet.finance_office
    return str((fixed if sheet.submitted_on else first_review_office(project.organisation, line)) or "")


def _page(grid: Grid, year: str) -> dict[str, Any]:
    return {
        "year": year,
        "money": [_money(grid.goals[block]) for block in (PERIOD, year)],
        "goals": [grid.goals[block].text or NOTHING for block in (PERIOD, year)],
        "rows": list(_rows(grid, year)),
    }


def _money(goal: Goal) -> dict[str, str]:
    """万元, as the form states."""
    return {
        "total": wan_number(goal.fiscal + goal.other),
        "fiscal": wan_number(goal.fiscal),
        "other": wan_number(goal.other),
    }


def _rows(grid: Grid, year: str) -> Iterator[dict[str, Any]]:
    """One row an indicator; `span1`, `span2` say over how many rows its levels reach, 0 inside one."""
    used = {level1: dict.fromkeys(levels) for level1, levels in LAYOUT.items()}
    for line in grid.lines:
        used.setdefault(line.indicator.level1, {})[line.indicator.level2] = None
    for level1, levels in used.items():
        own = {level2: list(_cells(grid, level1, level2, year)) for level2 in levels}
        count = sum(len(cells) for cells in own.values())
        for place, (level2, number, cells) in enumerate(
            (level2, number, cells) for level2, rows in own.items() for number, cells in enumerate(rows)
        ):
            spans = {"span1": 0 if place else count, "span2": 0 if number else len(own[level2])}
            yield {"level1": level1, "level2": level2, **spans, **cells}


def _cells(grid: Grid, level1: str, level2: str, year: str) -> Iterator[dict[str, str]]:
    found = False
    for line in grid.lines:
        indicator = line.indicator
        if (indicator.level1, indicator.level2) != (level1, level2):
            continue
        found = True
        cells = {"name": indicator.name or NOTHING}
        for key, block in (("period", PERIOD), ("year", year)):
            target = line.targets.get(block)
            cells[f"{key}_value"] = _value(indicator.operator, indicator.unit, target)
            cells[f"{key}_weight"] = _weight(target.weight if target else None)
        yield cells
    if not found:
        yield dict.fromkeys(("name", "period_value", "year_value"), NOTHING) | {"period_weight": "", "year_weight": ""}


def _value(operator: str, unit: str, target: Target | None) -> str:
    if target is None or not target.value:
        return NOTHING
    if operator == Operator.QUALITATIVE:
        return target.value
    shown = f"{Operator(operator).label}{target.value}"
    if unit in BARE_UNITS:
        return shown
    return f"{shown}{unit}" if unit == "%" else f"{shown} {unit}".rstrip()


def _weight(weight: Decimal | None) -> str:
    return "" if weight is None else f"{weight.normalize():f}分"


def of_sheet(project: Project, sheet: TargetSheet) -> dict[str, Any]:
    """A filed version as it was filed, else the sheet as it stands."""
    return sheet.form or content(project, sheet)


def layout(said: Mapping[str, Any]) -> Paper:
    """A4, landscape, one page set a year; a draft until it is filed."""
    version = said["version"]
    state = f"第 {version} 版" if version else "草稿"
    return Paper(
        "F02",
        TITLE,
        tuple(chain.from_iterable(_year(said, page, place) for place, page in enumerate(said["years"]))),
        number=said["number"],
        state=f"{state} · {said['filed_on']} 备案" if said["filed_on"] else state,
        code=short(digest(said)),
        draft=version is None,
        landscape=True,
        dated_on=date.fromisoformat(said["filed_on"]) if said["filed_on"] else None,
        version=f"第{version}版" if version else "",
    )


def _year(said: Mapping[str, Any], page: Mapping[str, Any], place: int) -> Iterator[Block]:
    if place:
        yield Break()
    yield Words(TITLE, "title")
    yield Words(f"（{page['year']} 年度）", "subtitle")
    yield Table(COLUMNS, tuple(_facts(said, page)))
    yield Table(COLUMNS, (*_heads(page["year"]), *_indicators(page["rows"])), heads=2)
    note = f"注：三级指标后为权重；各栏指标权重与预算执行率 {said['execution_weight']} 分合计 100 分。金额单位：万元。"
    yield Words(note, "note")
    city = "、".join(filter(None, [said["city_hr"], said["city_finance"]])) or "无此环节，由省级直接审核"
    yield Stamps(
        (
            (f"项目单位：{said['unit']}", "单位负责人"),
            (f"市（州）初审：{city}", "初审人"),
            (f"省级主管部门：{said['hr']}", "负责人"),
            (f"省级财政部门：{said['finance']}", "负责人"),
        )
    )


def _facts(said: Mapping[str, Any], page: Mapping[str, Any]) -> Iterator[tuple[Cell, ...]]:
    whole, year = page["money"]
    yield Cell("项目名称", 2), left(said["name"], 6)
    yield Cell("所属专项", 2), left(said["programme"], 6)
    yield Cell("中央主管部门", 2), left(said["central"], 6)
    yield Cell("省级财政部门", 2), left(said["finance"], 3), Cell("省级主管部门"), left(said["hr"], 2)
    yield Cell("具体实施单位", 2), left(said["unit"], 6)
    first = Cell("资金情况\n（万元）", 2, rows=3)
    yield first, Cell("实施期金额", 2), figure(whole["total"]), Cell("年度金额", 2), figure(year["total"])
    for label, key in (("其中：财政拨款", "fiscal"), ("其他资金", "other")):
        yield Cell(label, 2), figure(whole[key]), Cell(label, 2), figure(year[key])
    yield (
        Cell("总体目标", 2, rows=2),
        Cell(f"实施期目标（{said['span']}）", 3),
        Cell(f"年度目标（{page['year']} 年）", 3),
    )
    yield high(page["goals"][0], 3), high(page["goals"][1], 3)


def _heads(year: str) -> Iterator[tuple[Cell, ...]]:
    yield head("一级指标", 2, rows=2), head("实施期", 3), head(f"{year} 年度", 3)
    yield tuple(map(head, ("二级指标", "三级指标", "指标值") * 2))


def _indicators(rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Cell, ...]]:
    for place, row in enumerate(rows):
        cells = [] if place else [upright("绩效指标", len(rows))]
        cells += [Cell(row["level1"], rows=row["span1"])] if row["span1"] else []
        for block in ("period", "year"):
            cells += [Cell(row["level2"], rows=row["span2"])] if row["span2"] else []
            cells += [left(row["name"], note=row[f"{block}_weight"]), Cell(row[f"{block}_value"])]
        yield tuple(cells)
