"""项目支出绩效目标执行监控表 (F04) of one 季报包, as people sign it."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from accounts.models import OrganisationFact
from accounts.queries import fact_on, name_on, province_office
from papers import Cell, Grid, Paper, Stamps, digest, figure, head, left, reach, short
from papers import Line as Words
from performance.models import PeriodReturn, Reading
from performance.queries.monitoring import MoneyRow, Monitoring, MonitorRow
from performance.rules.figures import gaps_words
from performance.scoring import two_decimals
from performance.targets import DATE_UNIT, figure_text, number_text
from policy.money import wan_number
from policy.terms import Line
from projects.queries import unit_on

TITLE = "项目支出绩效目标执行监控表"
COLUMNS = (17.0, 20.0, 33.0, 21.0, 34.0, 20.0, 11.0, 11.0, 11.0, 11.0, 11.0, 39.0, 17.0, 13.0)
CAUSES = ("经费保障", "制度保障", "人员保障", "硬件条件保障", "其他")
NOTHING = "—"


def content(one: PeriodReturn, monitoring: Monitoring) -> dict[str, Any]:
    """Everything the form says, as plain values."""
    project = one.project
    return {
        "form": "F04",
        "name": project.name,
        "number": project.label,
        "department": _department(one),
        "unit": unit_on(project, one.cut_off),
        "year": one.cut_off.year,
        "span": f"{one.round}（截至 {one.cut_off}）",
        "goal": monitoring.goal or NOTHING,
        "money": [_money(row) for row in monitoring.money],
        "rows": [_row(row) for row in monitoring.rows if row.goal],
        "signal": monitoring.signal.why,
        "state": one.get_state_display(),
    }


def _department(one: PeriodReturn) -> str:
    """主管部门及代码, as they were registered on the day the form speaks of. Three statements."""
    office = province_office(one.project.organisation, Line.HR)
    if office is None:
        return one.project.edition.province_hr
    code = fact_on(office, OrganisationFact.Kind.BUDGET_CODE, one.cut_off)
    return name_on(office, one.cut_off) + (f"（{code}）" if code else "")


def _money(row: MoneyRow) -> list[str]:
    rate = row.rate
    return [
        row.label,
        wan_number(row.budget),
        wan_number(row.spent),
        "不适用" if rate is None else f"{two_decimals(rate * 100)}%",
        NOTHING if row.expected is None else wan_number(row.expected),
    ]


def _row(row: MonitorRow) -> dict[str, str]:
    reading = row.reading
    return {
        "level1": row.indicator.level1,
        "level2": row.indicator.level2,
        "name": row.indicator.name,
        "target": row.goal or NOTHING,
        "done": done_text(row),
        "expected": row.typed("expected") or NOTHING,
        "cause": Reading.Cause(reading.cause).label if reading and reading.cause else "",
        "why": "；".join(filter(None, [row.typed("cause_text"), row.typed("measure")])),
        "likelihood": Reading.Likelihood(reading.likelihood).label if reading and reading.likelihood else "",
        "light": row.signal.light.label,
    }


def done_text(row: MonitorRow) -> str:
    """What it stands at, as page, paper and API say it; a rate with its parts, a total that lacks days with them."""
    if row.row.qualitative:
        return str(row.reading.get_attained_display()) if row.reading and row.reading.attained else NOTHING
    figure, unit = row.done, "" if row.indicator.unit == "比例" else row.indicator.unit.removesuffix("/年")
    if figure.value is None:
        return NOTHING
    if unit == DATE_UNIT:
        return figure_text(figure.value, unit)
    lacks = f"（{gaps_words(figure)}）" if figure.gaps else ""
    shown = f"{number_text(Fraction(two_decimals(figure.value)))}{unit}"
    if figure.numerator is None or figure.denominator is None:
        return f"{shown}{lacks}"
    return f"{shown}（{number_text(figure.numerator)}/{number_text(figure.denominator)}）{lacks}"


def layout(said: Mapping[str, Any], *, draft: bool = False) -> Paper:
    """A4, landscape; a draft until the return was sent in."""
    note = (
        "注：1. 偏差原因按经费、制度、人员、硬件条件保障和其他分别勾选。2. 完成目标可能性为“有可能”或“完全不可能”的，"
        f"须写明原因和改进措施。3. 资金：{said['signal']}。备注栏为系统按进度计算的提示灯。"
    )
    seals = ((f"实施单位：{said['unit']}", "单位负责人"), (f"主管部门：{said['department']}", "负责人"))
    blocks = (
        Words(TITLE, "title"),
        Words(f"（{said['year']} 年度 / {said['span']}）", "subtitle"),
        Grid((28.0, 121.0, 30.0, 30.0, 26.0, 34.0), tuple(_facts(said))),
        Grid(COLUMNS, (*_heads(), *_indicators(said["rows"])), heads=2),
        Words(note, "note"),
        Stamps(seals),
    )
    code = short(digest(said))
    return Paper("F04", TITLE, blocks, said["number"], said["state"], code, draft=draft, landscape=True)


def _facts(said: Mapping[str, Any]) -> Iterator[tuple[Cell, ...]]:
    yield Cell("项目名称"), left(said["name"], 5)
    yield Cell("主管部门及代码"), left(said["department"]), Cell("实施单位"), left(said["unit"], 3)
    heads = ("", "年初预算数", "监控期执行数", "执行率", "全年预计执行数")
    yield Cell("项目资金\n（万元）", rows=len(said["money"]) + 1), *map(Cell, heads)
    for label, *figures in said["money"]:
        yield left(label), *map(figure, figures)
    yield Cell("年度总体目标"), left(said["goal"], 5)


def _heads() -> Iterator[tuple[Cell, ...]]:
    first = ("一级指标", "二级指标", "三级指标", "年度指标值", "监控期\n执行情况", "全年预计\n完成情况")
    last = ("原因说明及措施", "完成目标\n可能性", "备注")
    yield (
        *(head(name, rows=2) for name in first),
        head("偏差原因", len(CAUSES)),
        *(head(name, rows=2) for name in last),
    )
    yield tuple(head(name, size=6.5) for name in CAUSES)


def _indicators(rows: Sequence[Mapping[str, str]]) -> Iterator[tuple[Cell, ...]]:
    level1, level2 = reach(rows, ("level1",)), reach(rows, ("level1", "level2"))
    for place, row in enumerate(rows):
        yield (
            *((Cell(row["level1"], rows=level1[place]),) if level1[place] else ()),
            *((Cell(row["level2"], rows=level2[place]),) if level2[place] else ()),
            left(row["name"]),
            *(Cell(row[key]) for key in ("target", "done", "expected")),
            *(Cell("√" if row["cause"] == cause else "") for cause in CAUSES),
            left(row["why"], size=7.5),
            Cell(row["likelihood"]),
            Cell(row["light"], size=7.5),
        )
