"""Two papers that use everything a layout has."""

import struct
import zlib
from decimal import Decimal

from papers import Cell, Grid, Line, Paper, Picture, Rule, Stamps, figure, head, left

INJECTIONS = (
    "=1+1",
    "+86 431",
    "-1",
    "@SUM(A1)",
    "#let x = 1",
    '#import "/etc/passwd"',
    "<w:p/>",
    "&amp;",
    "{{ x }}",
    "*b* _i_ $x$",
)
HEADS = ("一级指标", "实施期", "年度")


def png(width=4, height=2):
    """A white picture."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = zlib.compress(b"".join(b"\0" + b"\xff" * 3 * width for _ in range(height)))
    shape = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", shape) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def grid(rows=3):
    """Two rows of headings; the first column merged over three rows each time."""
    body = tuple(
        (
            *((Cell("绩\n效", rows=3),) if place % 3 == 0 else ()),
            left(f"指标{place}", note="6分"),
            figure("1,234.50"),
            figure("87.30%"),
            Cell("≥2000 人次"),
        )
        for place in range(rows)
    )
    first = (head(HEADS[0], rows=2), head(HEADS[1], 2), head(HEADS[2], 2))
    return Grid((1, 3, 2, 2, 2), (first, tuple(map(head, ("甲", "乙", "丙", "丁"))), *body), heads=2)


def form(rows=3, **changes):
    blocks = (
        Line("（2026 年度）", "subtitle"),
        Grid((1, 4), ((Cell("项目名称"), left("实训基地")), (Cell("说明"), left("；".join(INJECTIONS))))),
        grid(rows),
        *(Line(text, "plain") for text in INJECTIONS),
        Picture(png(), 40, "图一"),
        Stamps((("甲单位", "单位负责人"), ("乙厅", ""))),
    )
    facts = {"number": "甲2026-1", "state": "第 1 版", "code": "AAAA-BBBB-CCCC", "landscape": True}
    return Paper("F99", "试用表", blocks, **(facts | changes))


def letter(**changes):
    blocks = (
        Line("甲厅　乙厅", "issuer"),
        Line("限期整改通知书", "title"),
        Line("甲〔2026〕1号", "number"),
        Rule(red=True),
        Line("某单位：", "plain"),
        Line("现通知如下。", "body"),
        Line("一、事实", "heading"),
        Grid((1, 5), ((head("序号"), head("事实")), (Cell("1", number=Decimal(1)), left("设备未到"))), heads=1),
        Stamps((("甲厅", ""), ("乙厅", ""))),
        Line("附：送达回证", "note"),
    )
    return Paper("F12", "限期整改通知书", blocks, **({"number": "甲〔2026〕1号", "letter": True} | changes))
