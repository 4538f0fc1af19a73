"""中央对地方专项转移支付项目绩效目标申报表 (F02): the sheet as people sign it. Filed versions print from what was filed."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any, cast

from django.conf import settings

from accounts.queries import first_review_office, name_on
from performance.models import PERIOD, Goal, Target, TargetSheet
from performance.queries import Grid, grid_of
from performance.targets import DATE_UNIT
from policy.money import wan_number
from policy.terms import Line, Operator
from projects.models import Project

TEMPLATE = Path(__file__).parent / "typst" / "f02.typ"
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
        "finance": edition.province_finance,
        "hr": edition.province_hr,
        "unit": name_on(project.organisation, sheet.filed_on or sheet.submitted_on),
        "city_hr": _office(project, sheet, Line.HR),
        "city_finance": _office(project, sheet, Line.FINANCE),
        "span": f"{first}年—{last}年" if last != first else f"{first}年",
        "version": sheet.version,
        "filed_on": sheet.filed_on.isoformat() if sheet.filed_on else "",
        "execution_weight": edition.number("execution_weight"),
        "years": [_page(grid, str(year)) for year in sheet.years],
    }


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


def digest(data: Mapping[str, Any]) -> str:
    """The check code of what the form says: SHA-256 of its canonical JSON."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def short(code: str) -> str:
    """Twelve signs in three groups, as they are printed and read out on the telephone."""
    return "-".join(code[start : start + 4] for start in range(0, 12, 4)).upper()


def of_sheet(project: Project, sheet: TargetSheet) -> dict[str, Any]:
    """A filed version as it was filed, else the sheet as it stands."""
    return sheet.form or content(project, sheet)


def pdf(project: Project, sheet: TargetSheet) -> bytes:
    """The form on A4, landscape; a draft mark lies under it until it is filed."""
    import noto_cjk_sans_otc
    import typst

    data = of_sheet(project, sheet)
    said = {**data, "code": short(digest(data)), "draft": sheet.version is None}
    fonts = [str(path) for path in chain(filter(None, [settings.FONT_DIR]), [Path(noto_cjk_sans_otc.__file__).parent])]
    compiler = typst.Compiler(str(TEMPLATE), font_paths=fonts, ignore_system_fonts=True)
    made = compiler.compile(format="pdf", sys_inputs={"data": json.dumps(said, ensure_ascii=False)})
    return cast(bytes, made)
