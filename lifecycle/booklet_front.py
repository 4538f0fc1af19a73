"""Cover and contents of a volume, and the page that stands for what could not be bound. Pure but for the project's words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter

from papers import Break, Cell, Grid, Line, Paper
from projects.models import Project

TITLE = "材料册"
NOT_BOUND = "未装入"


@dataclass(slots=True)
class Part:
    """`start`: its first page, counted from 0 within the parts; `told`: why it is a page of words only."""

    group: str
    label: str
    start: int = 0
    pages: int = 0
    told: str = ""


def contents(project: Project, parts: Sequence[Part], on: date, front: int) -> Paper:
    """The cover fills a page of its own; then each part with the page it begins on, and what is missing with the reason."""
    blocks = (*_cover(project, parts, on), Break(), Line("目录", "heading"), table(parts, front), *left_out(parts))
    return Paper("", TITLE, blocks, number=project.label)


def _cover(project: Project, parts: Sequence[Part], on: date) -> tuple[Line | Grid, ...]:
    facts = (
        ("项目名称", project.name),
        ("项目编号", project.label),
        ("项目单位", project.organisation.name),
        ("项目类型", f"{project.get_kind_display()} · {project.get_track_display()}"),
        ("目前阶段", project.get_stage_display()),
        ("本册内容", said(parts)),
        ("生成日期", f"{on:%Y年%-m月%-d日}"),
    )
    rows = tuple((Cell(label, head=True, size=11), Cell(text, align="left", size=11)) for label, text in facts)
    blank = tuple(Line("　", "center") for _ in range(7))
    named = (Line(project.edition.programme, "center"), Line(TITLE, "title"), Line(project.name, "subtitle"))
    return (*blank, *named, *blank, Grid((1, 3), rows))


def said(parts: Sequence[Part]) -> str:
    missing = sum(1 for one in parts if one.told)
    told = f"{len(parts) - missing} 件，{sum(one.pages for one in parts if not one.told)} 页"
    return f"{told}；{NOT_BOUND} {missing} 件，原因见目录" if missing else told


def table(parts: Sequence[Part], front: int) -> Grid:
    rows: list[tuple[Cell, ...]] = [(Cell("材料", head=True), Cell("页数", head=True), Cell("起始页", head=True))]
    for group, some in groupby(parts, key=attrgetter("group")):
        rows.append((Cell(group, span=3, head=True, align="left"),))
        rows += [_entry(part, front) for part in some]
    return Grid((8, 1, 1), tuple(rows), heads=1)


def _entry(part: Part, front: int) -> tuple[Cell, ...]:
    return (
        Cell(part.label, align="left", note=NOT_BOUND if part.told else ""),
        Cell(str(part.pages), number=part.pages),
        Cell(str(part.start + front + 1), number=part.start + front + 1),
    )


def left_out(parts: Sequence[Part]) -> tuple[Line | Grid, ...]:
    """What is not in the volume, each with why."""
    missing = [one for one in parts if one.told]
    if not missing:
        return ()
    heads = (Cell(f"{NOT_BOUND}的材料", head=True), Cell("原因", head=True))
    rows = [(Cell(one.label, align="left"), Cell(one.told, align="left")) for one in missing]
    return Line(f"{NOT_BOUND} {len(missing)} 件", "heading"), Grid((1, 1), (heads, *rows), heads=1)


def instead(facts: Sequence[tuple[str, str]], words: str) -> Paper:
    rows = tuple((Cell(label, head=True), Cell(text, align="left")) for label, text in facts)
    return Paper("", f"本件{NOT_BOUND}", (Grid((1, 3), rows), Line(words, "plain")))
