"""What people typed, as signs that can stand on paper: no writer may trip on one, no reader be misled by one."""

import re
from dataclasses import replace

from papers.layout import Block, Cell, Grid, Line, Paper, Picture, Stamps

# Control signs and lone surrogates are no XML; marks that turn the direction of reading would let "100" read "001".
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]"
)


def clean(text: str) -> str:
    """Line breaks are one sign, a tab is a blank, what cannot be printed is gone."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return _UNPRINTABLE.sub("", text)


def cleaned(paper: Paper) -> Paper:
    return replace(
        paper,
        title=clean(paper.title),
        number=clean(paper.number),
        state=clean(paper.state),
        code=clean(paper.code),
        blocks=tuple(_block(block) for block in paper.blocks),
    )


def _block(block: Block) -> Block:
    match block:
        case Grid():
            return replace(block, rows=tuple(tuple(_cell(cell) for cell in cells) for cells in block.rows))
        case Line():
            return replace(block, text=clean(block.text))
        case Stamps():
            return Stamps(tuple((clean(who), clean(label)) for who, label in block.parties))
        case Picture():
            return replace(block, caption=clean(block.caption))
    return block


def _cell(cell: Cell) -> Cell:
    return replace(cell, text=clean(cell.text), note=clean(cell.note))
