"""A paper as PDF, set by typst from one template. What it says goes in as JSON and stays text."""

import json
from pathlib import Path
from threading import local
from typing import Any, cast

from papers.layout import (
    Block,
    Break,
    Cell,
    Grid,
    Line,
    Paper,
    Picture,
    Placed,
    Rule,
    Stamps,
    behind,
    body,
    chinese,
    placed,
    tail,
)

TEMPLATE = Path(__file__).parent / "typst" / "paper.typ"
PPI = 110.0
_own = local()


def pdf(paper: Paper) -> bytes:
    """The whole paper. The same paper gives the same bytes."""
    return cast(bytes, _compiler().compile(format="pdf", sys_inputs=_inputs(paper)))


def pages(paper: Paper) -> list[bytes]:
    """Each page as a picture (PNG)."""
    made = _compiler().compile(format="png", ppi=PPI, sys_inputs=_inputs(paper))
    return made if isinstance(made, list) else [made]


def _compiler() -> Any:
    """One a thread and font folder: reading the fonts takes longer than setting a page."""
    import noto_cjk_sans_otc
    import typst
    from django.conf import settings

    # A site's own fonts (FONT_DIR) come first; Noto is what we may hand on.
    fonts = [str(path) for path in (settings.FONT_DIR, Path(noto_cjk_sans_otc.__file__).parent) if path]
    if getattr(_own, "fonts", None) != fonts:
        _own.compiler = typst.Compiler(str(TEMPLATE), font_paths=fonts, ignore_system_fonts=True)
        _own.fonts = fonts
    return _own.compiler


def _inputs(paper: Paper) -> dict[str, str]:
    said = {
        "title": paper.title,
        "number": paper.number,
        "tail": tail(paper),
        "draft": paper.draft,
        "landscape": paper.landscape,
        "letter": paper.letter,
        "dated": chinese(paper.dated_on),
        "blocks": [_block(block) for block in body(paper)],
    }
    return {"data": json.dumps(said, ensure_ascii=False)}


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Grid():
            cells = [_cell(one) for one in placed(block)]
            return {"is": "grid", "columns": block.columns, "heads": block.heads, "cells": cells}
        case Line():
            return {"is": "line", "style": block.style, "text": block.text}
        case Stamps():
            return {"is": "stamps", "parties": block.parties}
        case Rule():
            return {"is": "rule", "red": block.red}
        case Break():
            return {"is": "break"}
        case Picture():
            return {"is": "picture", "png": list(block.png), "width": block.width_mm, "caption": block.caption}


def _cell(one: Placed) -> dict[str, Any]:
    cell: Cell = one.cell
    return {
        "x": one.column,
        "y": one.row,
        "text": cell.text,
        "span": cell.span,
        "rows": cell.rows,
        "head": cell.head,
        "align": cell.align,
        "top": cell.top,
        "note": behind(cell),
        "size": cell.size,
    }
