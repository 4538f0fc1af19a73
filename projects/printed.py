"""What a printed form says, as a digest, and the check code its footer bears once it is registered."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace

from accounts.models import Node
from papers import Block, Grid, Line, Paper, Picture, Stamps
from projects.models import PrintedPaper, Project

PREVIEW = "未登记的预览"
CODE = re.compile(r"[0-9a-f]{12}")
_BETWEEN = re.compile(r"[\s\-—–_·.]+")


def digest_of(paper: Paper) -> str:
    """Of the words alone, as they are sealed: how they are set may change with the product, what was sealed does not."""
    paper = paper.original or paper
    head = [paper.form, paper.title, paper.number, paper.state, paper.draft, str(paper.dated_on or "")]
    said = [head, *(list(_words(block)) for block in paper.blocks)]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def _words(block: Block) -> Iterator[str]:
    match block:
        case Grid():
            yield from (text for row in block.rows for cell in row for text in (cell.text, cell.note))
        case Line():
            yield block.text
        case Stamps():
            yield from (text for party in block.parties for text in party)
        case Picture():
            yield block.caption


def code_of(owner: Project | Node, key: str, version: int, digest: str) -> str:
    """Bound to the content; the version makes it another code when a form goes back to earlier words."""
    whose = f"{owner.pk}" if isinstance(owner, Project) else f"place-{owner.pk}"
    return hashlib.sha256(f"{whose}|{key}|{version}|{digest}".encode()).hexdigest()[:12]


def normal(typed: str) -> str:
    """A code as people type it: any width and case, with or without strokes. Empty where it cannot be one."""
    text = _BETWEEN.sub("", unicodedata.normalize("NFKC", typed[:80])).lower()
    return text if CODE.fullmatch(text) else ""


def current(owner: Project | Node | None, key: str) -> PrintedPaper | None:
    """The print in force; nobody's form has none."""
    rows = owner.prints.exclude(state=PrintedPaper.State.VOID).filter(key=key) if owner else None
    return rows.first() if rows is not None else None


def registered(key: str, paper: Paper, projects: Iterable[Project]) -> PrintedPaper | None:
    """The print in force of a paper over several projects, in whichever of them it was registered as it stands."""
    rows = PrintedPaper.objects.exclude(state=PrintedPaper.State.VOID).filter(key=key, project__in=list(projects))
    return rows.filter(digest=digest_of(paper)).order_by("-pk").first()


def shown(project: Project, key: str, paper: Paper) -> Paper:
    """As it leaves the house: no footer bears a code that nobody can verify."""
    return footed(paper, current(project, key))


def footed(paper: Paper, printed: PrintedPaper | None) -> Paper:
    """With the code of its registered print where it still says the same, else marked as a preview."""
    if printed is not None and printed.digest == digest_of(paper):
        return replace(paper, code=printed.spelled)
    return replace(paper, code="", state=" · ".join(filter(None, (paper.state, PREVIEW))))
