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
    "safe_name",
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
_LONGEST_NAME = 100


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
    """ "<form in words>-<version>-<number>-<day>.pdf", as far as the paper has them: two versions have two names.

    No sign that a file system or a header could trip on.
    """
    rest = (paper.version, paper.number, str(paper.dated_on or ""), "草稿" if paper.draft else "")
    told = "-".join(filter(None, (safe_name(one) for one in rest)))[:_LONGEST_NAME]
    title = safe_name(paper.title)[: _LONGEST_NAME - len(told)]
    return f"{'-'.join(filter(None, (title, told)))}.{kind}"


def safe_name(text: str) -> str:
    return _UNSAFE.sub("_", text).strip("._")
