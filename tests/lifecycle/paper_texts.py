"""What stands on a paper, read back from each kind of file."""

import io
import re
import zipfile
from html import unescape

import pypdf
from openpyxl import load_workbook

from papers import render

KINDS = ("pdf", "xlsx", "docx")
WORDS = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>|string=\"([^\"]*)\"")


def said(paper, kind):
    """All words, without blanks and line breaks: a form may break a word over two lines."""
    return squeezed({"pdf": of_pdf, "xlsx": of_book, "docx": of_word}[kind](render(paper, kind)))


def of_pdf(content):
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def of_book(content):
    book = load_workbook(io.BytesIO(content))
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    bands = [band for sheet in book for band in (sheet.oddHeader, sheet.oddFooter)]
    marks = [str(getattr(band, side).text or "") for band in bands for side in ("left", "center", "right")]
    return "\n".join(cells + marks)


def of_word(content):
    """The body and what lies on each page."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        names = [name for name in file.namelist() if re.fullmatch(r"word/(document|header\d*|footer\d*)\.xml", name)]
        parts = [file.read(name).decode() for name in names]
    return "\n".join(unescape(word or mark) for part in parts for word, mark in WORDS.findall(part))


def squeezed(text):
    return re.sub(r"\s|　", "", text)


def drafts(paper, kind):
    """Whether a draft mark is on it."""
    return "草稿" in said(paper, kind)
