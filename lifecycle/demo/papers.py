"""Small, real PDF files for the demo's evidence, and the lists that are laid side by side."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import cast

from django.core.files.uploadedfile import SimpleUploadedFile

from lifecycle.machine import STEP
from workbooks.writer import Sheet, xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LISTED = ("凭证号", "日期", "金额", "收款方", "摘要")


PAGE = """#set page(width: 595pt, height: 842pt)
#set text(font: "Noto Sans CJK SC", size: 24pt)
#align(center + horizon)[示例材料 \\ 内容虚构，仅供演示]"""


@cache
def _page() -> bytes:
    """The same page for every paper: setting one for each would cost more than the rest of the demo."""
    import noto_cjk_sans_otc
    import typst

    fonts = [str(Path(noto_cjk_sans_otc.__file__).parent)]
    compiler = typst.Compiler(PAGE.encode(), font_paths=fonts)  # type: ignore[misc]
    return cast(bytes, compiler.compile(format="pdf"))


def paper(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{name}（示例）.pdf", _page(), "application/pdf")


def papers_of(code: str) -> dict[str, SimpleUploadedFile]:
    """Every paper a joint step asks for."""
    return {document.code: paper(document.label) for document in STEP[code].documents}


def listing(name: str, rows: Iterable[tuple[str, date, Decimal, str, str]]) -> SimpleUploadedFile:
    """A 对账清单 as a unit or the treasury exports it."""
    content = xlsx([Sheet(name, LISTED, list(rows), widths=(16, 12, 14, 30, 30))])
    return SimpleUploadedFile(f"{name}（示例）.xlsx", content, XLSX)
