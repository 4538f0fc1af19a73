"""绩效目标审核表 (F03) of one department, as scored: sixteen points, a total, a grade, an opinion."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from papers import Block, Cell, Grid, Paper, Stamps, digest, figure, head, left, reach, short
from papers import Line as Words
from performance.models import Review
from policy.terms import Grade
from projects.models import Project
from projects.queries import unit_on

TITLE = "绩效目标审核表"
COLUMNS = (14.0, 26.0, 70.0, 12.0, 11.0, 11.0, 11.0, 11.0, 16.0)
NOTHING = "—"


def content(project: Project, review: Review) -> dict[str, Any]:
    """Everything the form says, as plain values."""
    return {
        "form": "F03",
        "name": project.name,
        "number": project.label,
        "unit": unit_on(project, review.on),
        "programme": project.edition.programme,
        "sheet": str(review.sheet),
        "years": list(review.sheet.years),
        "line": review.get_line_display(),
        "office": str(review.office),
        "reviewer": str(review.reviewer),
        "on": review.on.isoformat(),
        "rows": _rows(project, review),
        "total": str(review.total),
        "grade": review.get_grade_display(),
        "comment": review.comment.strip(),
        "remarks": [[remark.name, remark.text] for remark in review.remarks.all()],
    }


def _rows(project: Project, review: Review) -> list[dict[str, Any]]:
    """The points of the edition; each is graded by its share, as the page shows it."""
    edition = project.edition
    return [
        {
            "part": point.part,
            "aspect": point.aspect,
            "text": point.text,
            "points": point.points,
            "given": given,
            "grade": Grade(edition.grade_of(Decimal(given * 100) / point.points)).label,
        }
        for point, given in zip(edition.review_points, review.points, strict=True)
    ]


def layout(said: Mapping[str, Any]) -> Paper:
    """A4, upright."""
    return Paper(
        "F03",
        TITLE,
        tuple(_blocks(said)),
        number=said["number"],
        state=f"{said['line']}审核 · {said['on']}",
        code=short(digest(said)),
        dated_on=date.fromisoformat(said["on"]),
        version=f"{said['line']}审核",
    )


def _blocks(said: Mapping[str, Any]) -> Iterator[Block]:
    years = said["years"]
    span = f"{years[0]}—{years[-1]} 年度" if len(years) > 1 else f"{years[0]} 年度"
    yield Words(TITLE, "title")
    yield Words(f"（{span}，{said['sheet']}）", "subtitle")
    yield Grid(
        COLUMNS, ((Cell("项目名称", 2), left(said["name"], 7)), (Cell("具体实施单位", 2), left(said["unit"], 7)))
    )
    first = (head("审核内容", 2, rows=2), head("审核要点", rows=2), head("分值", rows=2))
    heads = ((*first, head("审核意见", len(Grade)), head("得分", rows=2)), tuple(head(one) for one in Grade.labels))
    yield Grid(COLUMNS, (*heads, *_points(said["rows"])), heads=2)
    opinion = [said["comment"], *(f"{name}：{text}" for name, text in said["remarks"])]
    yield Grid(
        COLUMNS,
        (
            (
                Cell("总　　分", 3),
                figure(str(sum(row["points"] for row in said["rows"]))),
                Cell("", 4),
                figure(said["total"]),
            ),
            (Cell("综合评定等级", 2), left(said["grade"], 7)),
            (Cell("总体意见", 2), left("\n".join(filter(None, opinion)) or NOTHING, 7)),
            (Cell("审核人", 2), left(said["reviewer"]), Cell("日期", 2), Cell(said["on"], 4)),
        ),
    )
    yield Stamps(((f"审核部门：{said['office']}", "负责人"),))


def _points(rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Cell, ...]]:
    parts, aspects = reach(rows, ("part",)), reach(rows, ("part", "aspect"))
    for place, row in enumerate(rows):
        yield (
            *((_named(rows, place, parts[place], "part"),) if parts[place] else ()),
            *((_named(rows, place, aspects[place], "aspect"),) if aspects[place] else ()),
            left(row["text"]),
            Cell(str(row["points"]), number=row["points"]),
            *(Cell("√" if row["grade"] == grade else "") for grade in Grade.labels),
            Cell(str(row["given"]), number=row["given"]),
        )


def _named(rows: Sequence[Mapping[str, Any]], place: int, count: int, key: str) -> Cell:
    """The heading at the side with the points of its rows: 完整性审核（20分）."""
    points = sum(row["points"] for row in rows[place : place + count])
    return Cell(f"{rows[place][key]}\n（{points}分）", rows=count)
