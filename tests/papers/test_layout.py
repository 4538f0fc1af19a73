"""A grid fills its frame; figures, names and codes are what they say."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from papers import Break, Cell, Crooked, Grid, Line, Paper, check, figure, filename, placed, reach, render
from papers.layout import behind, body, chinese, tail
from papers.text import clean
from tests.papers.sample import form, grid


def test_cells_are_placed_as_in_a_table():
    found = [(one.row, one.column, one.cell.text) for one in placed(grid(3))]

    assert found[:3] == [(0, 0, "一级指标"), (0, 1, "实施期"), (0, 3, "年度")]
    assert found[3:7] == [(1, 1, "甲"), (1, 2, "乙"), (1, 3, "丙"), (1, 4, "丁")]
    assert [(row, column) for row, column, _ in found[7:]] == [
        (2, 0), (2, 1), (2, 2), (2, 3), (2, 4), (3, 1), (3, 2), (3, 3), (3, 4), (4, 1), (4, 2), (4, 3), (4, 4),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "crooked",
    [
        Grid((1, 1), ((Cell("a"),),)),
        Grid((1, 1), ((Cell("a"), Cell("b"), Cell("c")),)),
        Grid((1, 1), ((Cell("a", span=3),),)),
        Grid((1, 1), ((Cell("a", rows=2), Cell("b")),)),
        Grid((1, 1), ((Cell("a", rows=2), Cell("b")), (Cell("c"), Cell("d")))),
        Grid((1, 1, 1), ((Cell("a"), Cell("b", rows=2), Cell("c")), (Cell("d", span=2), Cell("e")))),
        Grid((1, 1), ((), (Cell("a"), Cell("b")))),
        Grid((1, 1), ((Cell("a", span=0), Cell("b")),)),
        Grid((1,), ((Cell("a", rows=2),), ()), heads=1),
        Grid((1,), ((Cell("a"),),), heads=2),
        Grid((), ()),
        Grid((1,), ()),
    ],
    ids=[
        "hole at the end", "one too many", "wider than the grid", "higher than the grid", "no room below",
        "overlap", "empty row", "no width", "out of the heads", "more heads than rows", "no columns", "no rows",
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["pdf", "xlsx", "docx"])
def test_a_crooked_grid_is_refused_by_every_writer(crooked, kind):
    with pytest.raises(Crooked):
        render(Paper("F99", "表", (crooked,)), kind)


def test_a_row_may_be_filled_from_above():
    check(Paper("F99", "表", (Grid((1, 1), ((Cell("a", rows=2), Cell("b", rows=2)), ())),)))


def test_a_paper_without_its_title_gets_it():
    own = (Line("别的名称", "title"),)

    assert body(Paper("F99", "表", own)) == own
    assert body(Paper("F99", "表", (Break(),))) == (Line("表", "title"), Break())


@pytest.mark.parametrize(
    ("text", "number"),
    [("1,234.50", Decimal("1234.50")), ("0", Decimal(0)), ("-3.1", Decimal("-3.1")), ("87.30%", Decimal("0.873")),
     ("—", None), ("不适用", None), ("≥90%", None), ("1/3", None), ("", None), ("2026-06-30", None)],
)  # fmt: skip
def test_figures_are_read_and_words_stay_words(text, number):
    assert figure(text) == Cell(text, number=number)


def test_runs_of_equal_levels_are_counted():
    rows = [{"a": one, "b": two} for one, two in ("xp", "xp", "xq", "yq", "xq")]

    assert reach(rows, ("a",)) == [3, 0, 0, 1, 1]
    assert reach(rows, ("a", "b")) == [2, 0, 1, 1, 1]
    assert reach([], ("a",)) == []


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("甲人社〔2026〕1号", "通知书-甲人社〔2026〕1号.pdf"),
        ("", "通知书.pdf"),
        ("../../etc/passwd", "通知书-etc_passwd.pdf"),
        ('a"b\r\nc', "通知书-a_b_c.pdf"),
        ("a\u202efdp.exe", "通知书-a_fdp.exe.pdf"),
        ("号" * 200, f"{'号' * 100}.pdf"),
    ],
)
def test_names_of_files_are_safe(number, expected):
    assert filename(Paper("F12", "通知书", (), number=number), "pdf") == expected


def test_the_name_of_a_file_tells_versions_and_days_apart():
    paper = Paper("F02", "绩效目标申报表", (), number="示例-004", version="第2版", dated_on=date(2026, 3, 2))

    assert filename(paper, "docx") == "绩效目标申报表-第2版-示例-004-2026-03-02.docx"
    assert filename(replace(paper, version="", dated_on=None, draft=True), "pdf") == "绩效目标申报表-示例-004-草稿.pdf"
    assert filename(replace(paper, title="目标" * 100), "pdf").endswith("-第2版-示例-004-2026-03-02.pdf")


def test_what_cannot_be_printed_is_gone():
    assert clean("a\x00b\x0bc\r\nd\re\tf\ud800g\u202eh\uffff") == "abc\nd\ne fgh"


def test_the_foot_says_state_and_code():
    assert tail(form()) == "第 1 版 · 校验码 AAAA-BBBB-CCCC"
    assert tail(form(code="")) == "第 1 版"
    assert chinese(None) == ""


def test_a_note_stands_behind_its_text_or_on_a_line_of_its_own():
    notes = [behind(cell) for cell in (Cell("a", note="b"), Cell("a", note="\nb"), Cell(note="b"), Cell("a"))]

    assert notes == [" b", "\nb", "b", ""]
