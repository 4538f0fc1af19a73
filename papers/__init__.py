"""Papers: one description of a form, and its writers: PDF, workbook, Word document. Knows no database."""

import re
from typing import Literal

from papers.cells import figure, head, high, left, reach, upright
from papers.code import digest, short
from papers.layout import (
    Block,
    Break,
    Cell,
    Crooked,
    Grid,
    Line,
    Paper,
    Picture,
    Placed,
    Rule,
    Stamps,
    check,
    placed,
)
from papers.printable import Printable
from papers.text import cleaned

__all__ = (
    "MIME",
    "Block",
    "Break",
    "Cell",
    "Crooked",
    "Grid",
    "Kind",
    "Line",
    "Paper",
    "Picture",
    "Placed",
    "Printable",
    "Rule",
    "Stamps",
    "check",
    "digest",
    "figure",
    "filename",
    "head",
    "high",
    "left",
    "placed",
    "reach",
    "render",
    "short",
    "upright",
)

Kind = Literal["pdf", "xlsx", "docx", "png"]
MIME: dict[str, str] = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "png": "image/png",
}
_UNSAFE = re.compile(r'[\s\\/:*?"<>|\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]+')
_LONGEST_NAME = 80


def render(paper: Paper, kind: Kind) -> bytes:
    """The paper as a file; `png`: its first page, to look at. Raises Crooked for a grid that does not fill its frame."""
    check(paper)
    paper = cleaned(paper)
    if kind == "xlsx":
        from papers.xlsx import xlsx

        return xlsx(paper)
    if kind == "docx":
        from papers.docx import docx

        return docx(paper)
    from papers.pdf import pages, pdf

    return pdf(paper) if kind == "pdf" else pages(paper)[0]


def filename(paper: Paper, kind: Kind) -> str:
    """ "F12-<number>.pdf"; the title where a paper has no number. No sign that a file system or a header could trip on."""
    name = _UNSAFE.sub("_", f"{paper.form}-{paper.number or paper.title}").strip("._")
    return f"{name[:_LONGEST_NAME]}.{kind}"
