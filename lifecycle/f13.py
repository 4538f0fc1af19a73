"""整改报告与销号表 (F13): the problems of a project, or of one order, as people sign for them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from funds.queries.audits import ABOUT_REPLY
from lifecycle.problem_lines import NOTHING, Line
from papers import Block, Cell, Grid, Paper, Stamps, digest, short
from papers import Line as Words
from projects.models import Attachment, Problem, Project
from projects.problems import ABOUT, LAPSED, LAPSED_NAME, stands
from projects.queries import unit_on

COLUMNS = {
    "问题编号": 52, "整改措施": 48, "责任人": 18, "完成时间": 20, "佐证": 34, "单位自评": 48, "复核意见": 34, "销号日期": 20,
}  # fmt: skip
PROOFS = (ABOUT, ABOUT_REPLY)
NOTES = (
    "注：1. 问题编号为本项目问题台账的编号。2. 单位自评为单位提交的整改结果；单位尚未提交的不列示。"
    "3. 复核由问题提出人、整改通知书拟制人以外的人办理。"
)


def content(
    project: Project, lines: Iterable[Line], files: Iterable[Attachment], *, about: str, on: date
) -> dict[str, Any]:
    """Everything the form says, as plain values. `about`: the order it reports on, or the whole register."""
    kept = list(files)
    shown = list(lines)
    rows = [_row(line, [file for file in kept if proves(file, line.problem)]) for line in shown]
    lapsed = sum(line.state == LAPSED for line in shown)
    return {
        "form": "F13",
        "name": project.name,
        "number": project.label,
        "unit": unit_on(project, on),
        "hr": project.edition.province_hr,
        "finance": project.edition.province_finance,
        "about": about,
        "on": on.isoformat(),
        "rows": rows,
        "closed": sum(1 for row in rows if row["closed"] != NOTHING),
    } | ({"lapsed": lapsed} if lapsed else {})


def proves(file: Attachment, problem: Problem) -> bool:
    """Filed under the problem, or under the audit finding where it is answered."""
    if problem.source == Problem.Source.AUDIT:
        return file.about == ABOUT_REPLY and file.about_id == problem.about_id
    return file.about == ABOUT and file.about_id == problem.pk


def _row(line: Line, files: list[Attachment]) -> dict[str, Any]:
    one = line.problem
    return {
        "serial": str(one.serial),
        "fact": one.fact,
        "level": f"{one.get_source_display()} · {one.get_level_display()}",
        "measure": line.measure or NOTHING,
        "owner": line.owner or NOTHING,
        "done": line.done_on.isoformat() if line.done_on else NOTHING,
        "proof": "" if line.hidden else "、".join(file.name for file in files),
        "answer": line.answer or NOTHING,
        "verdict": "；".join(filter(None, [one.verdict, LAPSED_NAME * (line.state == LAPSED)])) or NOTHING,
        "closed": one.closed_on.isoformat() if one.closed_on else NOTHING,
    }


def is_draft(lines: Iterable[Line]) -> bool:
    """Something on it is still to be put right."""
    return any(stands(line.problem) for line in lines)


# The page


def layout(data: Mapping[str, Any], *, draft: bool) -> Paper:
    """A draft until every problem is closed, or lapsed with the title."""
    return Paper(
        form="F13",
        title="整改报告与销号表",
        blocks=tuple(_blocks(data)),
        number=data["number"],
        code=short(digest(data)),
        draft=draft,
        landscape=True,
    )


def _blocks(data: Mapping[str, Any]) -> Iterator[Block]:
    count = f"共 {len(data['rows'])} 个，已销号 {data['closed']} 个"
    if data.get("lapsed"):
        count += f"，随称号终结 {data['lapsed']} 个"
    pairs = (("项目名称", data["name"], "项目单位", data["unit"]), ("整改事项", data["about"], "问题数", count))
    facts = tuple((Cell(a), Cell(b, align="left"), Cell(c), Cell(d, align="left")) for a, b, c, d in pairs)
    yield Grid((24, 113, 24, 113), facts)
    heads = tuple(Cell(name, head=True) for name in COLUMNS)
    rows = tuple(_cells(row) for row in data["rows"])
    none = (Cell("本项目没有登记问题。", span=len(COLUMNS)),)
    yield Grid(tuple(COLUMNS.values()), (heads, *(rows or (none,))), heads=1)
    yield Words(NOTES, "note")
    offices = ((f"复核部门：{data['hr']}", "复核人"), (f"复核部门：{data['finance']}", "复核人"))
    yield Stamps(((f"项目单位：{data['unit']}", "单位负责人"), *offices))


def _cells(row: Mapping[str, Any]) -> tuple[Cell, ...]:
    return (
        Cell(f"{row['serial']}　{row['fact']}", align="left", note=f"\n{row['level']}"),
        Cell(row["measure"], align="left"),
        Cell(row["owner"]),
        Cell(row["done"]),
        Cell(row["proof"] or NOTHING, align="left", size=7.5),
        Cell(row["answer"], align="left"),
        Cell(row["verdict"], align="left"),
        Cell(row["closed"]),
    )
