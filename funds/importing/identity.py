"""S1: which template a workbook was filled in on, and for which project. Sealed, so that nobody need believe the file."""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass

from workbooks.findings import CellFinding, about_file
from workbooks.grid import Book, Grid

TEMPLATE, VERSION = "payments", "1"
SHEET = "_meta"
AGAIN = "请在“导入{}”页重新下载本项目的模板，把数据粘贴过去后上传。"


@dataclass(frozen=True, slots=True)
class Stamp:
    """The project a template is for; `label` is what people call it. `template`, `what`: which table, in a word."""

    project: int
    label: str
    template: str = TEMPLATE
    what: str = "支出"


def _seal(key: str, parts: Iterable[str]) -> str:
    return hmac.new(f"funds.importing|{key}".encode(), "\n".join(parts).encode(), hashlib.sha256).hexdigest()


def stamp_rows(stamp: Stamp, key: str) -> list[tuple[str, str]]:
    """What the hidden sheet says."""
    facts = [
        ("template", stamp.template),
        ("version", VERSION),
        ("project", str(stamp.project)),
        ("label", stamp.label),
    ]
    return [*facts, ("seal", _seal(key, (value for _, value in facts)))]


def _read(grid: Grid) -> dict[str, str]:
    return {str(line[0]): str(line[1]) for line in grid.rows if len(line) > 1 and line[0] is not None}


def is_ours(book: Book) -> bool:
    return any(grid.name == SHEET for grid in book.grids)


def check_identity(book: Book, stamp: Stamp, key: str) -> CellFinding | None:
    """What is wrong with where the file came from; a file without a stamp is read by its headers."""
    grid = next((grid for grid in book.grids if grid.name == SHEET), None)
    if grid is None:
        said = "不是本系统的模板，已按表头文字识别"
        return about_file("TPL-000", said, "建议改用本项目的模板，可从下拉列表选择。", level="info")
    told, again = _read(grid), AGAIN.format(stamp.what)
    facts = [told.get(name, "") for name in ("template", "version", "project", "label")]
    if not hmac.compare_digest(told.get("seal", "").encode(), _seal(key, facts).encode()):
        return about_file("TPL-002", "模板标识已被改动，无法确认属于哪个项目", again)
    if facts[0] != stamp.template or facts[2] != str(stamp.project):
        said = f"应为 {stamp.label} 的{stamp.what}模板"
        return about_file("TPL-001", said, again, got=f"这是 {facts[3]} 的模板")
    if facts[1] != VERSION:
        return about_file("TPL-003", f"现行为第 {VERSION} 版", again, got=f"这是第 {facts[1]} 版模板")
    return None
