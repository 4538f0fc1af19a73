"""A seal never stands on a page without a word of what is sealed, however long the paper; and nothing is cut for it."""

import io
import re

import pypdf
import pytest

from papers import Cell, Grid, Line, Paper, Stamps, render

SEALS = Stamps((("示例厅", ""), ("示例局", "")))


def pages(*blocks, letter):
    paper = Paper("F12", "示例文书", (*blocks, SEALS), letter=letter)
    read = pypdf.PdfReader(io.BytesIO(render(paper, "pdf")))
    return [re.sub(r"\s", "", page.extract_text()) for page in read.pages]


@pytest.mark.parametrize("lines", range(20, 27))
def test_a_letter_keeps_its_last_words_with_its_seals(lines):
    last = pages(*(Line(f"第{number}段") for number in range(lines)), letter=True)[-1]

    assert ("盖章" in last, f"第{lines - 1}段" in last) == (True, True)


@pytest.mark.parametrize("lines", range(48, 58, 2))
def test_a_form_keeps_its_last_rows_with_its_seals(lines):
    conclusion = Grid((1, 4), ((Cell("结论"), Cell("通过验收")), (Cell("组长"), Cell("签名"))))

    last = pages(*(Line(f"第{number}行", "plain") for number in range(lines)), conclusion, letter=False)[-1]

    assert ("盖章" in last, "签名" in last) == (True, True)


def test_a_last_row_longer_than_a_page_goes_on_over_the_next():
    text = "\n".join(f"第{number}行。" for number in range(150))
    conclusion = Grid((1, 4), ((Cell("问题"), Cell(text)), (Cell("结论"), Cell("整改"))))

    found = "".join(pages(conclusion, letter=False))

    assert [number for number in range(150) if f"第{number}行。" not in found] == []
    assert "盖章" in found
