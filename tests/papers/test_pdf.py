"""A paper as PDF: all it says, nothing read as markup, heads on every page."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pypdf
import pytest

from papers import Break, Line, Paper, render
from papers.pdf import pages
from tests.papers.sample import HEADS, INJECTIONS, form, letter


def read(paper):
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(render(paper, "pdf"))).pages]


def bare(text):
    """Without the blanks that setting adds between Chinese and Latin signs."""
    return "".join(text.split())


def test_every_text_stands_on_it_as_typed():
    text = bare("".join(read(form())))

    for said in (
        "试用表",
        "（2026年度）",
        *HEADS,
        "指标2",
        "6分",
        "1,234.50",
        "87.30%",
        "图一",
        *map(bare, INJECTIONS),
    ):
        assert said in text
    for said in ("甲2026-1", "第1页/共1页", "第1版", "校验码AAAA-BBBB-CCCC", "单位负责人：", "（盖章）", "年月日"):
        assert said in text


def test_a_long_table_repeats_its_heads_on_each_page():
    found = read(form(rows=120))

    assert len(found) >= 3
    assert [head in bare(page) for page in found[:3] for head in HEADS] == [True] * 9
    assert f"第3页/共{len(found)}页" in bare(found[2])


@pytest.mark.parametrize("make", [form, letter])
def test_only_a_draft_is_marked_on_each_page(make):
    assert "草稿" not in bare("".join(read(make())))
    assert all("草稿" in bare(page) for page in read(make(draft=True)))


def test_a_letter_has_its_seals_and_its_day_once():
    text = bare("".join(read(letter(dated_on=date(2026, 3, 5)))))

    assert text.count("（盖章）") == 2
    assert text.count("2026年3月5日") == 1
    assert "年月日" not in text
    assert "年月日" in bare("".join(read(letter())))


def test_the_same_paper_gives_the_same_bytes():
    assert render(form(), "pdf") == render(form(), "pdf")
    assert pypdf.PdfReader(io.BytesIO(render(form(), "pdf"))).metadata.creation_date is None
    assert render(form(), "pdf") != render(form(number="甲2026-2"), "pdf")


def test_pages_are_broken_where_the_layout_says_and_a4():
    paper = Paper("F99", "表", (Line("一"), Break(), Line("二")))

    reader = pypdf.PdfReader(io.BytesIO(render(paper, "pdf")))

    assert [bare(page.extract_text())[:2] for page in reader.pages] == ["表一", "二第"]
    assert [round(float(edge)) for edge in reader.pages[0].mediabox[2:]] == [595, 842]
    assert reader.metadata.title == "表"
    assert len(pages(paper)) == 2
    assert render(paper, "png").startswith(b"\x89PNG")


def test_a_site_may_bring_its_own_fonts(settings, tmp_path):
    settings.FONT_DIR = tmp_path

    assert render(form(), "pdf").startswith(b"%PDF")


def test_threads_set_papers_beside_each_other():
    numbers = [f"甲2026-{number}" for number in range(12)]

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda number: read(form(number=number))[0], numbers))

    assert [number in bare(text) for number, text in zip(numbers, found, strict=True)] == [True] * 12
