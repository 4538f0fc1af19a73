"""The index of a 卷宗: what the project is, what lies in each folder, what could not be put in. As a paper and as a page."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.template.loader import render_to_string

from accounts.models import User
from funds.queries import ledger_of
from papers import Block, Cell, Grid, Line, Paper
from projects.models import Project
from reports.dossier.archive.folders import JOURNAL
from reports.dossier.award import award_of
from reports.menu import standing

TITLE, HEADS = "项目卷宗目录", ("序号", "名称", "日期", "字节", "校验码（SHA-256 前 16 位）")
KB = 1024


@dataclass(frozen=True, slots=True)
class Item:
    """One member as it was put in."""

    path: str
    label: str
    on: date | None
    size: int
    sha256: str
    facts: Mapping[str, Any]

    @property
    def folder(self) -> str:
        return self.path.split("/", 1)[0]


@dataclass(frozen=True, slots=True)
class Index:
    """`about`, `figures`: pairs of words; telephone numbers are masked in them (handbook 13)."""

    project: Project
    reader: str
    on: date
    about: list[tuple[str, str]]
    figures: list[tuple[str, str]]
    items: tuple[Item, ...]
    absent: tuple[Mapping[str, Any], ...]
    journal: Mapping[str, Any]

    @property
    def folders(self) -> list[tuple[str, list[Item]]]:
        return [(name, list(of)) for name, of in groupby(self.items, key=lambda one: one.folder)]


def index_of(
    project: Project, user: User, on: date, items: Iterable[Item], absent: Iterable[Mapping[str, Any]],
    journal: Mapping[str, Any],
) -> Index:  # fmt: skip
    award = award_of(project)
    about = [
        ("项目名称", project.name), ("项目编号", project.label), ("项目单位", project.organisation.name),
        ("项目类型", project.get_kind_display()), ("阶段", project.get_stage_display()),
        *((label, str(value)) for label, value in award.pairs),
        ("职业（工种）", "、".join(one.written for one in award.occupations) or "—"),
    ]  # fmt: skip
    figures = [(f"{one.label}{f'（{one.unit}）' if one.unit else ''}", one.value) for one in ledger_of(project).six]
    reader = f"{user}（{standing(user)}）"
    return Index(project, reader, on, about, figures, tuple(items), tuple(absent), journal)


def paper_of(index: Index) -> Paper:
    return Paper("目录", TITLE, tuple(_blocks(index)), number=index.project.label, dated_on=index.on)


def _blocks(index: Index) -> Iterator[Block]:
    yield Line(f"{index.on} 由 {index.reader} 导出，内容以其权限为限", "subtitle")
    yield Line("一、项目概况", "heading")
    yield _pairs(index.about)
    yield Line("二、资金", "heading")
    yield _pairs(index.figures)
    yield Line("三、文件", "heading")
    for name, items in index.folders:
        yield Line(f"{name}（{len(items)} 个）", "heading")
        yield _listed(items)
    yield Line(f"{JOURNAL}：操作日志 {index.journal['lines']} 条。", "plain")
    if index.absent:
        yield Line("四、未能放入的文件", "heading")
        rows = [(Cell("名称", head=True), Cell("原因", head=True))]
        rows += [(Cell(str(one["label"]), align="left"), Cell(str(one["why"]), align="left")) for one in index.absent]
        yield Grid((3, 4), tuple(rows), heads=1)
    yield Line(
        "核对：解压后在文件夹内运行 python verify.py；各文件的完整校验码在 manifest.json 和 SHA256SUMS 中。", "note"
    )


def _pairs(pairs: Iterable[tuple[str, str]]) -> Grid:
    return Grid((1, 3), tuple((Cell(label, head=True), Cell(value, align="left")) for label, value in pairs))


def _listed(items: Iterable[Item]) -> Grid:
    rows = [tuple(Cell(head, head=True) for head in HEADS)]
    for number, one in enumerate(items, 1):
        rows.append((
            Cell(str(number)), Cell(one.label, align="left"), Cell(str(one.on or "—")),
            Cell(f"{one.size:,}", align="right", number=one.size), Cell(one.sha256[:16]),
        ))  # fmt: skip
    return Grid((1, 9, 3, 2.4, 4.6), tuple(rows), heads=1)


def page_of(index: Index) -> str:
    return render_to_string("reports/dossier/archive_index.html", {"index": index, "title": TITLE})
