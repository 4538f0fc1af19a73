"""A paper as Word document: real tables, Chinese fonts, page numbers as fields."""

import io
import zipfile
from datetime import date

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree

from papers import Break, Cell, Grid, Line, Paper, placed, render
from tests.papers.sample import INJECTIONS, form, grid, letter


def document(paper):
    return docx.Document(io.BytesIO(render(paper, "docx")))


def texts(paper):
    found = document(paper)
    cells = [cell.text for table in found.tables for row in table.rows for cell in row.cells]
    return [*(one.text for one in found.paragraphs), *cells]


def test_cells_are_merged_as_the_layout_says():
    [table] = document(Paper("F99", "表", (grid(3),))).tables

    shown = {(row, column): table.cell(row, column) for row in range(5) for column in range(5)}
    for one in placed(grid(3)):
        own = shown[one.row, one.column]._tc
        area = [
            shown[one.row + down, one.column + along]._tc
            for down in range(one.cell.rows)
            for along in range(one.cell.span)
        ]
        assert all(cell is own for cell in area)
        assert (own.grid_span, own.bottom - own.top) == (one.cell.span, one.cell.rows)
    assert len({id(cell._tc) for cell in shown.values()}) == len(list(placed(grid(3))))


def test_every_text_stands_in_it_as_typed():
    found = texts(form())

    assert [text for text in INJECTIONS if text not in found] == []
    for said in ("试用表", "（2026 年度）", "指标2 6分", "1,234.50", "87.30%", "绩\n效", "图一", "；".join(INJECTIONS)):
        assert said in found


def test_no_writer_trips_on_signs_that_are_no_xml():
    dirty = Paper("F99", "表\x00", (Line("a\x0bb\ud800c", "plain"), Grid((1,), ((Cell("d\x1fe", note="\x02"),),))))

    assert [text for text in texts(dirty) if text] == ["表", "abc", "de"]
    assert render(dirty, "pdf").startswith(b"%PDF")
    assert render(dirty, "xlsx").startswith(b"PK")


def test_heads_repeat_and_are_not_torn():
    [table] = document(Paper("F99", "表", (grid(30),))).tables

    heads = [row._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in table.rows]

    assert heads == [True, True] + [False] * 30


def test_chinese_fonts_are_named_for_chinese_signs():
    runs = [run for one in document(letter()).paragraphs for run in one.runs if run.text]

    fonts = {run.text: run._r.rPr.rFonts.get(qn("w:eastAsia")) for run in runs}
    assert (fonts["限期整改通知书"], fonts["一、事实"], fonts["现通知如下。"]) == ("方正小标宋简体", "黑体", "仿宋")
    sizes = {run.text: run.font.size.pt for run in runs}
    assert (sizes["限期整改通知书"], sizes["现通知如下。"]) == (22, 16)


def test_the_foot_counts_pages_with_fields():
    [foot] = document(form()).sections[0].footer.paragraphs

    assert foot.text == "甲2026-1\t第 1 页 / 共 1 页\t第 1 版 · 校验码 AAAA-BBBB-CCCC"
    assert [one.text for one in foot._p.iter(qn("w:instrText"))] == [" PAGE ", " NUMPAGES "]


@pytest.mark.parametrize("make", [form, letter])
def test_only_a_draft_bears_the_mark_behind_its_pages(make):
    def marks(paper):
        header = document(paper).sections[0].header._element
        return [
            one.get("string") for one in header.iter("{urn:schemas-microsoft-com:vml}textpath") if one.get("string")
        ]

    assert (marks(make()), marks(make(draft=True))) == ([], ["草稿"])


def test_paper_is_a4_upright_or_landscape():
    wide, high = document(form()).sections[0], document(letter()).sections[0]

    assert [round(length.mm) for length in (wide.page_width, wide.page_height)] == [297, 210]
    assert [round(length.mm) for length in (high.page_width, high.page_height, high.left_margin)] == [210, 297, 28]


def test_tables_that_touch_are_kept_apart_and_the_end_is_a_paragraph():
    one = Grid((1,), ((Cell("a"),),))

    inside = [child.tag for child in document(Paper("F99", "表", (one, one))).element.body]

    assert inside == [qn(f"w:{name}") for name in ("p", "tbl", "p", "tbl", "p", "sectPr")]


@pytest.mark.parametrize("after", [Line("二", "plain"), Grid((1,), ((Cell("二"),),))], ids=["line", "grid"])
def test_a_break_begins_a_page_whatever_follows(after):
    found = document(Paper("F99", "表", (Line("一", "plain"), Break(), after))).paragraphs

    assert [one.paragraph_format.page_break_before for one in found][:3] == [None, None, True]


def test_a_letter_is_dated_once():
    assert texts(letter(dated_on=date(2026, 3, 5))).count("2026年3月5日") == 1
    assert "甲厅\n（盖章）" in texts(letter())


def test_the_same_paper_gives_the_same_bytes_of_sound_xml():
    made = render(form(), "docx")

    assert made == render(form(), "docx")
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(archive.read(name))
        assert {item.date_time[0] for item in archive.infolist()} == {1980}


# What Word insists on: the order of properties (ECMA-376, 17.3.1.26, 17.4.70).
ORDERS = {
    "pPr": ("pStyle", "keepNext", "pageBreakBefore", "pBdr", "tabs", "spacing", "ind", "jc"),
    "tcPr": ("tcW", "gridSpan", "vMerge", "shd", "vAlign"),
    "rPr": ("rFonts", "b", "color", "sz"),
}


@pytest.mark.parametrize("make", [form, letter])
def test_properties_stand_in_the_order_of_the_schema(make):
    found = document(make(draft=True))
    parts = [found.element.body, found.sections[0].footer._element]

    for name, order in ORDERS.items():
        for part in parts:
            for one in part.iter(qn(f"w:{name}")):
                places = [order.index(etree.QName(child).localname) for child in one]
                assert places == sorted(places)
