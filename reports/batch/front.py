"""The first leaves of a batch: what was asked for, what is in it and where, what could not be printed and why. Pure."""

from collections.abc import Sequence
from datetime import date

from lifecycle.booklet_front import Part, table
from papers import Cell, Grid, Line, Paper
from reports.models import BatchPrint

TITLE = "批量打印清单"


def contents(batch: BatchPrint, who: str, on: date, parts: Sequence[Part], front: int) -> Paper:
    facts = (
        ("表", batch.title), ("范围", batch.scope), ("打印", f"{who}，{on:%Y年%-m月%-d日}"), ("结果", batch.result),
    )  # fmt: skip
    rows = tuple((Cell(label, head=True), Cell(text, align="left")) for label, text in facts)
    return Paper("", TITLE, (Grid((1, 5), rows), table(parts, front), *_refused(batch.refused)), dated_on=on)


def _refused(refused: Sequence[Sequence[str]]) -> tuple[Line | Grid, ...]:
    if not refused:
        return ()
    heads = (Cell("不能打印的", head=True), Cell("原因", head=True))
    rows = [(Cell(name, align="left"), Cell(why, align="left")) for name, why in refused]
    return Line(f"不能打印 {len(refused)} 份", "heading"), Grid((1, 1), (heads, *rows), heads=1)
