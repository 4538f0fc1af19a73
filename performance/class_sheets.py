"""班次台账 by workbook: the template that goes out, and what comes back. No database here."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Any

from funds.importing.identity import SHEET, Stamp, check_identity, is_ours, stamp_rows
from performance.rules.classes import CLAUSE, COUNTS, MOST, ClassFacts, check_class
from performance.rules.figures import Days, lies_in
from policy.days import FIRST_YEAR
from policy.spelling import number_key
from workbooks.cells import address
from workbooks.findings import CellFinding, Level, Place, about_file, at_cell, in_order
from workbooks.headers import words
from workbooks.sheets import Column, Row, Table, load, read_book
from workbooks.writer import Fill, Sheet

READY, STANDING, REFUSED = "ready", "standing", "refused"
TEMPLATE, TITLE, GUIDE, LISTS, NAME = "classes", "班次台账", "填报须知", "选项", "_tpl_classes"
LINES = 2_000
UNITS = ("人次", "人", "名", "份")
LEVEL_WORDS = {
    "5": ("五级（初级工）", "五级", "初级工", "5", "5级"),
    "4": ("四级（中级工）", "四级", "中级工", "4", "4级"),
    "3": ("三级（高级工）", "三级", "高级工", "3", "3级"),
    "2": ("二级（技师）", "二级", "技师", "2", "2级"),
    "1": ("一级（高级技师）", "一级", "高级技师", "1", "1级"),
    "0": ("不分等级", "不分级", "无等级"),
}
YES = {"是": True, "有": True, "√": True, "否": False, "无": False, "": False}
CODES = {"number": "CLS-001", "number_taken": "CLS-002", "future": "CLS-004", "end_on": "CLS-005", "level": "CLS-006"}


def _count(key: str, label: str, *others: str, filled: bool = True) -> Column:
    return Column(key, label, others, "whole", required=filled, filled=filled, units=UNITS)


TABLE = Table(
    key="classes",
    label="班次台账",
    titles=("班次台账", "培训班次"),
    least=5,
    most=LINES,
    columns=(
        Column("order", "序号", ("编号", "行号"), longest=20),
        Column("number", "班次编号", ("班次", "班号", "班次号", "培训班编号"), required=True, filled=True, longest=40),
        Column("occupation", "职业（工种）", ("职业", "工种", "职业工种", "培训职业"), required=True, filled=True, longest=80),
        Column("level", "等级", ("技能等级", "职业技能等级", "培训等级"), required=True, filled=True, longest=20),
        Column("start_on", "开班日期", ("开班时间", "开始日期"), "date", required=True, filled=True),
        Column("end_on", "结业日期", ("结业时间", "结束日期", "结班日期"), "date", required=True, filled=True),
        _count("trained", "培训人次", "人次", "结业人次", "培训人数"),
        _count("high_skill", "其中高级工及以上人次", "高级工及以上人次", "高技能人才人次", "其中高技能人次"),
        _count("passed", "合格人次", "合格人数"),
        _count("certified", "取得高级工及以上证书人数", "高级工及以上证书", "取证人数", filled=False),
        _count("surveyed", "受访人数", "调查人数", filled=False),
        _count("satisfied", "满意人数", filled=False),
        Column("subsidised", "政府补贴性培训", ("是否补贴", "补贴性培训"), longest=10),
        Column("apprentices", "企业新型学徒制", ("是否学徒制", "新型学徒制"), longest=10),
    ),
)  # fmt: skip
KEYS = tuple(column.key for column in TABLE.columns)
FLAGS = ("subsidised", "apprentices")


@dataclass(frozen=True, slots=True)
class ClassAround:
    """What a workbook is measured against. `occupations`: every spelling → id; `listed`: as the award wrote them.

    `standing`: number → the facts of a class that is recorded; `reviewed`: until this day figures are under review;
    `accepted`: the days whose figures are accepted, so that a class is 补录; `uncounted`: why a class that ended on a
    day counts nowhere; `key`: seals the template.
    """

    stamp: Stamp
    key: str
    on: date
    occupations: Mapping[str, int]
    listed: tuple[str, ...]
    standing: Mapping[str, tuple[Any, ...]]
    reviewed: date | None = None
    accepted: tuple[Days, ...] = ()
    uncounted: Callable[[date], str] = field(default=lambda day: "")


@dataclass(frozen=True, slots=True)
class ClassLine:
    """One row. `entry`: as `record_class` takes it; `fate`: ready, standing (recorded already) or refused: `why`."""

    row: Row
    entry: Mapping[str, Any]
    fate: str
    why: tuple[str, ...] = ()
    late: bool = False

    @property
    def number(self) -> str:
        return str(self.entry.get("number") or "")

    @property
    def place(self) -> str:
        return f"「{self.row.sheet}」第 {self.row.number} 行"


@dataclass(frozen=True, slots=True)
class ClassList:
    lines: tuple[ClassLine, ...]
    findings: tuple[CellFinding, ...]

    def of(self, fate: str) -> list[ClassLine]:
        return [line for line in self.lines if line.fate == fate]

    @property
    def ready(self) -> list[ClassLine]:
        return self.of(READY)

    @property
    def refused(self) -> list[ClassLine]:
        return self.of(REFUSED)

    @property
    def errors(self) -> int:
        return sum(finding.blocks for finding in self.findings)

    @property
    def trained(self) -> int:
        return sum(line.entry["trained"] for line in self.ready)


def facts_key(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    """What makes two rows the same class."""
    return tuple(entry[name] for name in ("occupation_id", "level", "start_on", "end_on", *COUNTS, *FLAGS))


class _LineReader:
    """Reads one row; what it has to say gathers in `findings`."""

    def __init__(self, row: Row, around: ClassAround) -> None:
        self.row, self._around = row, around
        self.findings: list[CellFinding] = []
        self.entry: dict[str, Any] = {key: row.value(key) for key in ("start_on", "end_on")}
        self.entry["number"] = self._text("number")
        self.entry |= {key: row.value(key) or 0 for key in COUNTS}
        self.entry["occupation_id"] = self._occupation()
        self.entry["level"] = self._level()
        self.entry |= {key: self._flag(key) for key in FLAGS}
        self.standing = self._check()

    def _text(self, key: str) -> str:
        value = self.row.value(key)
        return " ".join(str(value).split()) if value is not None else ""

    def say(self, code: str, level: Level, key: str, expected: str, fix: str = "", basis: str = "") -> None:
        """About one cell; nothing where the cell has failed already: the stronger finding stands alone."""
        if key in self.row.failed:
            return
        cell = self.row.address(key) or self.row.address("number")
        place = Place(self.row.sheet, cell, TABLE.column(key).label, self.row.number)
        got = self.row.value(key)
        self.findings.append(at_cell(code, level, place, got=got, expected=expected, fix=fix, basis=basis))

    def _occupation(self) -> int | None:
        text = self._text("occupation")
        found = self._around.occupations.get(words(text)) if text else None
        if text and found is None:
            near = get_close_matches(text, self._around.listed, n=2, cutoff=0.4)
            fix = f"是否为：{'、'.join(near)}？请改为其中一项。" if near else "请从模板的下拉列表中选择。"
            self.say(
                "CLS-010", "error", "occupation", f"应为本项目的职业（工种）：{'、'.join(self._around.listed)}", fix
            )
        return found

    def _level(self) -> str:
        text = words(self._text("level"))
        for code, spellings in LEVEL_WORDS.items():
            if text in {words(spelling) for spelling in spellings}:
                return code
        if text:
            known = "、".join(spellings[0] for spellings in LEVEL_WORDS.values())
            self.say("CLS-011", "error", "level", f"应为以下之一：{known}", "请改为其中一项。")
        return ""

    def _flag(self, key: str) -> bool:
        text = self._text(key)
        if text not in YES:
            self.say("CLS-012", "error", key, "应为“是”或“否”", "请改为其中一项；空着为否。")
        return YES.get(text, False)

    def _check(self) -> bool:
        """The rules of the operation, and whether the very class is recorded already."""
        around, entry = self._around, self.entry
        whole = entry["start_on"] and entry["end_on"] and entry["occupation_id"] and entry["level"]
        if not whole or self.row.failed:
            return False
        twin = around.standing.get(number_key(entry["number"]))
        if twin == facts_key(entry):
            self.say("CLS-003", "info", "number", "已登记，本次不再登记")
            return True
        known = {name: entry[name] for name in ("number", "level", "start_on", "end_on", *COUNTS)}
        for finding in check_class(ClassFacts(**known), on=around.on, twin=twin is not None):
            said = finding.message.rstrip("。")
            self.say(CODES.get(finding.code, "CLS-009"), "error", finding.field or "number", said, basis=CLAUSE)
        if around.reviewed and entry["end_on"] <= around.reviewed:
            said = f"结业日期在正在审核的季报包内（截至 {around.reviewed}），审定或退回后再登记"
            self.say("CLS-007", "error", "end_on", said)
        elif self.late:
            last = max(last for _, last in around.accepted)
            self.say("CLS-008", "info", "end_on", f"截至 {last} 的数已审定，本班次作为补录计入下一期")
        elif why := around.uncounted(entry["end_on"]):
            self.say("CLS-013", "info", "end_on", why.rstrip("。"))
        return False

    @property
    def late(self) -> bool:
        end_on = self.entry["end_on"]
        return bool(end_on and lies_in(self._around.accepted, end_on))


def read_classes(data: bytes, around: ClassAround) -> ClassList:
    """Every row with its fate and every finding. Writes nothing, asks nothing. Raises Unreadable."""
    book = load(data)
    foreign = check_identity(book, around.stamp, around.key)
    skip = (GUIDE,) if is_ours(book) else ()
    reading = read_book(book, TABLE, years=(FIRST_YEAR, around.on.year), without=skip)
    readers = [_LineReader(row, around) for row in reading.rows[TABLE.key]]
    _check_doubles(readers)
    findings = [*reading.findings, *([foreign] if foreign else [])]
    findings += [finding for reader in readers for finding in reader.findings]
    whole = [finding.message for finding in findings if finding.blocks and not finding.row_label]
    said: dict[tuple[str, str], list[str]] = {}
    for finding in findings:
        if finding.blocks and finding.row_label:
            said.setdefault((finding.sheet, finding.row_label), []).append(finding.message)
    lines = []
    for reader in readers:
        why = (*whole, *said.get((reader.row.sheet, f"第 {reader.row.number} 行"), ()))
        fate = REFUSED if why else STANDING if reader.standing else READY
        lines.append(ClassLine(reader.row, reader.entry, fate, why, reader.late))
    if not readers:
        findings.append(about_file("CLS-000", "没有读到班次", "请保留表头，在表头下面逐行填写；可下载本项目的模板。"))
    return ClassList(tuple(lines), in_order(findings, [grid.name for grid in book.grids]))


def _check_doubles(readers: Iterable[_LineReader]) -> None:
    """The first row of a number stands; a later one is refused."""
    first: dict[str, _LineReader] = {}
    for reader in readers:
        key = number_key(reader.entry["number"])
        if key and first.setdefault(key, reader) is not reader:
            fix = "请删去重复的一行；确为两个班次的，请核对编号。"
            reader.say("CLS-002", "error", "number", f"与本文件第 {first[key].row.number} 行的班次编号相同", fix)


def template_sheets(around: ClassAround, *, project: str, unit: str) -> list[Sheet]:
    levels = [spellings[0] for spellings in LEVEL_WORDS.values()]
    lists = {
        "occupation": list(around.listed),
        "level": levels,
        "subsidised": ["是", "否"],
        "apprentices": ["是", "否"],
    }
    formats = {at: _FORMATS[column.kind] for at, column in enumerate(TABLE.columns) if column.kind in _FORMATS}
    places = {
        KEYS.index(key): f"='{LISTS}'!{_fixed(2, at)}:{_fixed(len(choices) + 1, at)}"
        for at, (key, choices) in enumerate(lists.items(), 1)
    }
    longest = max(map(len, lists.values()))
    across = [[one[row] if row < len(one) else "" for one in lists.values()] for row in range(longest)]
    heads = [f"{column.label}{'*' if column.filled else ''}" for column in TABLE.columns]
    return [
        Sheet(GUIDE, ("项", "说明"), list(_guide(around)), titles=[f"填报须知：{project}", unit], widths=(22, 110)),
        Sheet(TITLE, heads, (), titles=["班次台账", f"项目名称：{project}"], fill=Fill(NAME, LINES, places, formats),
              widths=[6, 18, 22, 18, *[14] * 10]),
        Sheet(LISTS, [TABLE.column(key).label for key in lists], across, hidden=True),
        Sheet(SHEET, (), stamp_rows(around.stamp, around.key), hidden=True),
    ]  # fmt: skip


_FORMATS = {"date": "yyyy-mm-dd", "whole": "0"}


def _fixed(row: int, column: int) -> str:
    cell = address(row, column)
    letters = cell.rstrip("0123456789")
    return f"${letters}${row}"


def _guide(around: ClassAround) -> Iterator[tuple[str, str]]:
    yield "填写", f"在「{TITLE}」中一班一行，最多 {LINES:,} 行；带 * 的列必填。不要填写学员姓名、身份证号。"
    yield "班次编号", "本单位的编号，项目内不重复。同一文件可以重复上传，已登记的不会再登记。"
    yield "职业（工种）", f"{'、'.join(around.listed)}。"
    yield "日期", f"例如 2026-06-30。结业后登记，结业日期不晚于填报当天（模板生成日 {around.on}）；按结业日期计入各期。"
    yield "人次", f"整数，每班不超过 {MOST:,}。三级及以上的班次，其中高级工及以上人次等于培训人次；四级、五级为 0。"
    yield "空着的格", "取证人数、受访人数、满意人数空着按 0；补贴性培训、学徒制空着按否。"
    yield "补录", "结业日期在已审定的季报期内的，可以登记，作为补录计入下一期。"


__all__ = [
    "READY", "REFUSED", "STANDING", "ClassAround", "ClassLine", "ClassList", "facts_key", "read_classes",
    "template_sheets",
]  # fmt: skip
