"""What the workbook engine has to say about a file: one finding per cell, grouped for the reader."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning", "info"]

_ADDRESS = re.compile(r"([A-Z]{1,3})(\d{1,7})$")
_GOT_SHOWN = 60


@dataclass(frozen=True, slots=True)
class CellFinding:
    """One thing to say about some cells.

    `sheet` is "" for a finding about the whole file; `cells` are addresses such as "F14"; `message` is the whole
    sentence 〔位置〕〔您填的〕〔要求〕〔怎么改〕, its parts stand in `row_label`, `field`, `got`, `expected`, `fix`.
    `basis` is the clause, where a rule of a document speaks.
    """

    code: str
    level: Level
    sheet: str
    cells: tuple[str, ...]
    field: str
    row_label: str
    got: str
    expected: str
    message: str
    fix: str
    basis: str = ""

    @property
    def blocks(self) -> bool:
        return self.level == "error"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding stands. `row` 0: not about one row."""

    sheet: str
    cell: str
    field: str = ""
    row: int = 0

    @property
    def row_label(self) -> str:
        return f"第 {self.row} 行" if self.row else ""

    @property
    def text(self) -> str:
        field = f"「{self.field}」" if self.field else ""
        cell = f"({self.cell})" if self.cell else ""
        return f"「{self.sheet}」{self.row_label}{field}{cell}"


def shown(value: object) -> str:
    """What the user typed, on one line and short enough for a message."""
    text = " ".join(str(value).split()) if value is not None else ""
    return text if len(text) <= _GOT_SHOWN else f"{text[:_GOT_SHOWN]}…（共 {len(text)} 字）"


def at_cell(
    code: str, level: Level, place: Place, *, got: object, expected: str, fix: str = "", basis: str = ""
) -> CellFinding:
    """A finding about one cell, its sentence built from the parts. `got` None or "" reads 未填写."""
    typed = shown(got)
    said = f'您填写的是"{typed}"' if typed else "未填写"
    message = f"{place.text}：{said}，{expected}。{fix}"
    cells = (place.cell,) if place.cell else ()
    return CellFinding(
        code, level, place.sheet, cells, place.field, place.row_label, typed, expected, message, fix, basis
    )


def about_file(code: str, expected: str, fix: str, *, got: str = "", level: Level = "error") -> CellFinding:
    """A finding about the file as a whole."""
    said = f"{got}，" if got else ""
    return CellFinding(code, level, "", (), "", "", got, expected, f"上传的文件：{said}{expected}。{fix}", fix)


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one code about one field of one sheet, cells merged."""

    code: str
    level: Level
    sheet: str
    field: str
    cells: tuple[str, ...]
    findings: tuple[CellFinding, ...]

    @property
    def count(self) -> int:
        return len(self.findings)

    @property
    def message(self) -> str:
        return self.findings[0].message

    def cells_text(self, most: int = 20) -> str:
        """The first `most` addresses, with the count where some are left out: "F17, F19 等 31 处"."""
        text = ", ".join(self.cells[:most])
        return text if len(self.cells) <= most else f"{text} 等 {len(self.cells)} 处"


def cell_key(address: str) -> tuple[int, int, str]:
    """Row, column length, column letters: sorts F9 before F14 and Z1 before AA1."""
    found = _ADDRESS.match(address)
    return (int(found[2]), len(found[1]), found[1]) if found else (0, 0, address)


def in_order(findings: Iterable[CellFinding], sheets: Sequence[str] = ()) -> tuple[CellFinding, ...]:
    """Sorted by sheet (in the order of `sheets`, others after by name), cell, then errors first; repeats dropped."""
    place = {name: index for index, name in enumerate(("", *sheets))}
    levels = ("error", "warning", "info")

    def key(finding: CellFinding) -> tuple[object, ...]:
        first = cell_key(finding.cells[0]) if finding.cells else (0, 0, "")
        sheet = place.get(finding.sheet, len(place))
        return sheet, finding.sheet, first, levels.index(finding.level), finding.code, finding.field

    return tuple(sorted(dict.fromkeys(findings), key=key))


def grouped(findings: Iterable[CellFinding]) -> tuple[Group, ...]:
    """Groups by (code, level, sheet, field) in the order of their first finding."""
    groups: dict[tuple[str, Level, str, str], list[CellFinding]] = {}
    for finding in findings:
        groups.setdefault((finding.code, finding.level, finding.sheet, finding.field), []).append(finding)
    return tuple(
        Group(*key, tuple(dict.fromkeys(cell for one in found for cell in one.cells)), tuple(found))
        for key, found in groups.items()
    )
