"""The summary tables of the award (附件1 studios, 附件2 bases) read from a workbook: rows with findings, no database."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, TypeVar

from policy.terms import Kind, Sector, Track, UnitType
from projects import occupations
from projects.occupations import Match
from projects.rules import (
    CATEGORY_CLAUSE,
    Classification,
    Status,
    check_credit_code,
    classify_studio,
    classify_with_unknowns,
    identity_key,
    plain_name,
)
from workbooks.cells import half_width
from workbooks.findings import CellFinding, Level, Place, about_file, at_cell, in_order
from workbooks.sheets import Column, Row, Table, read

OCCUPATIONS_CLAUSE = "通知 二(一)1(3)"
FEWEST_OCCUPATIONS = 5

_TEACHERS = re.compile(r"(\d{1,6})(?:人|名)?(?:\((?:其中)?(?:兼职)?(?:教师)?:?(\d{1,6})(?:人|名)?\))?", re.ASCII)
_COUNTS = ("students_or_staff", "trained_per_year", "high_skill_trained")
_ZERO = Decimal(0)
_ORDER_DIGITS = 5
_Word = TypeVar("_Word", Track, UnitType)

TRACK_WORDS: dict[str, Track] = {
    "新建": Track.NEW,
    "新建项目": Track.NEW,
    "新建基地": Track.NEW,
    "已建": Track.EXISTING,
    "已建项目": Track.EXISTING,
    "已建基地": Track.EXISTING,
}
UNIT_TYPE_WORDS: dict[str, UnitType] = {
    "企业": UnitType.ENTERPRISE,
    "国有企业": UnitType.ENTERPRISE,
    "中央企业": UnitType.ENTERPRISE,
    "民营企业": UnitType.ENTERPRISE,
    "技工院校": UnitType.TECHNICAL,
    "技工学校": UnitType.TECHNICAL,
    "高级技工学校": UnitType.TECHNICAL,
    "技师学院": UnitType.TECHNICAL,
    "职业院校": UnitType.VOCATIONAL,
    "职业学校": UnitType.VOCATIONAL,
    "职业学院": UnitType.VOCATIONAL,
    "职业技术学院": UnitType.VOCATIONAL,
    "高职院校": UnitType.VOCATIONAL,
    "公共实训基地": UnitType.PUBLIC_BASE,
}

_UNIT_TYPE = Column("unit_type", "单位性质", ("单位类型", "单位类别", "机构性质"), required=True, longest=30)
_CODE = Column(
    "credit_code", "统一社会信用代码", ("信用代码", "社会信用代码", "统一信用代码", "机构代码"), "code", longest=40
)
_ORDER = Column("order", "推荐顺序", ("序号", "推荐序号", "排序", "顺序"), longest=20)
# Written on the form, worked out here again.
_SECTOR = Column("said_sector", "类别", ("职业类别",), longest=30)
_REST = (
    _SECTOR,
    Column("recommender", "推荐单位", ("推荐部门", "推荐单位名称"), longest=100),
    Column("contact", "联系人", ("联系人姓名",), longest=50),
    Column("phone", "电话", ("联系电话", "联系方式", "手机", "手机号码"), longest=60),
)

BASES = Table(
    key="bases",
    label="国家级高技能人才培训基地建设项目基本情况汇总表",
    titles=("培训基地",),
    required=False,
    least=4,
    most=1_000,
    columns=(
        _ORDER,
        Column("unit_name", "单位名称", ("申报单位", "申报单位名称", "项目单位", "项目单位名称", "所在单位"),
               required=True, filled=True, longest=100),
        _CODE,
        _UNIT_TYPE,
        Column("track", "新建/已建", ("项目类型", "项目类别", "新建或已建", "建设类型"), required=True, longest=30),
        Column("occupations", "申报专业", ("申报职业", "申报职业工种", "职业工种", "职业(工种)名称", "申报专业职业工种"),
               required=True, longest=2000),
        Column("training_area_m2", "培训场所面积", ("培训场地面积", "场所面积", "培训面积", "培训场所面积平方米"),
               "number", units=("平方米", "平米", "㎡", "m²"), least=_ZERO),
        Column("students_or_staff", "在校生/技能岗位职工数", ("在校生数", "技能岗位职工数", "在校生或技能岗位职工数",
               "在校生规模", "在校生人数/技能岗位职工人数", "在校生(技能岗位职工)数"), "whole", units=("人", "名"), least=_ZERO),
        Column("trained_per_year", "年培训人次", ("年培训规模", "年度培训人次", "年培训人次数", "年培训量"),
               "whole", units=("人次", "人"), least=_ZERO),
        Column("high_skill_trained", "其中高技能人才", ("高技能人才", "高技能人才人次", "年培训人次其中高技能人才",
               "高技能人才培训人次", "其中高技能人才人次"), "whole", units=("人次", "人"), least=_ZERO),
        Column("teachers", "专（兼）职教师数", ("教师数", "教师总数", "专兼职教师人数", "师资人数"), longest=40),
        *_REST,
    ),
)  # fmt: skip

STUDIOS = Table(
    key="studios",
    label="国家级技能大师工作室建设项目基本情况汇总表",
    titles=("技能大师工作室",),
    required=False,
    least=4,
    most=1_000,
    columns=(
        _ORDER,
        Column("studio_name", "工作室名称", ("技能大师工作室名称", "项目名称"), longest=100),
        Column("unit_name", "所在单位", ("单位名称", "申报单位", "申报单位名称", "项目单位", "依托单位", "所在单位名称"),
               required=True, filled=True, longest=100),
        _CODE,
        _UNIT_TYPE,
        Column("leader_name", "带头人", ("带头人姓名", "领办人", "领办人姓名", "工作室带头人", "技能大师", "技能大师姓名",
               "姓名"), required=True, filled=True, longest=50),
        Column("gender", "性别", longest=10),
        Column("age", "年龄", longest=10),
        Column("leader_birth", "出生年月", ("出生日期", "带头人出生年月", "出生年月日"), "month", years=(1920, 2015)),
        Column("occupations", "职业（工种）", ("职业", "工种", "从事职业工种", "所从事职业工种", "申报职业工种", "职业名称"),
               required=True, longest=200),
        Column("skill_level", "技能等级", ("职业技能等级", "职业资格等级", "技能水平"), longest=60),
        Column("honours", "主要荣誉", ("主要荣誉称号", "荣誉称号", "所获荣誉", "主要业绩"), longest=2000),
        *_REST,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AwardRow:
    """One line of the list. `leader_birth` "YYYY-MM" or ""; `facts`: key -> integer as text, unknown ones left out;
    `address` where it stands; `blocked`: has errors and must not become a project.
    """

    kind: Kind
    order: int
    unit_name: str
    credit_code: str
    unit_type: UnitType | None
    track: Track | None
    studio_name: str
    leader_name: str
    leader_birth: str
    occupations: tuple[tuple[str, Match | None], ...]
    classification: Classification
    facts: Mapping[str, str]
    recommender: str
    contact: str
    phone: str
    skill_level: str
    honours: str
    gender: str
    sheet: str
    row: int
    blocked: bool

    @property
    def sector(self) -> Sector | None:
        return self.classification.sector

    @property
    def address(self) -> str:
        return f"「{self.sheet}」第 {self.row} 行"

    def identity(self, edition_code: str) -> str:
        return identity_key(
            edition_code, self.kind, self.credit_code, self.unit_name, self.leader_name, self.leader_birth
        )


@dataclass(frozen=True, slots=True)
class AwardList:
    """`kind` None where the file holds both lists, or neither."""

    kind: Kind | None
    rows: tuple[AwardRow, ...]
    findings: tuple[CellFinding, ...]

    @property
    def blocked(self) -> bool:
        return any(finding.blocks for finding in self.findings)


def read_award_list(data: bytes, *, more_than: int, fewest: int = FEWEST_OCCUPATIONS) -> AwardList:
    """The award list in a workbook, bases or studios or both.

    `more_than`: edition.number("category_more_than"); `fewest` occupations of a base. Raises Unreadable.
    """
    reading = read(data, (BASES, STUDIOS))
    findings = list(reading.findings)
    broken = {finding.sheet for finding in findings if finding.code == "TAB-002"}
    pairs: list[tuple[Row, AwardRow]] = []
    for table, kind in ((BASES, Kind.BASE), (STUDIOS, Kind.STUDIO)):
        for place, row in enumerate(reading.rows[table.key], start=1):
            line = _Line(row, kind, more_than, fewest)
            award = line.award(place)
            findings += line.findings
            pairs.append((row, replace(award, blocked=award.blocked or row.sheet in broken)))
    rows = tuple(_without_doubles(pairs, findings))
    if not rows:
        fix = "请使用通知附件1、附件2的汇总表，保留表头并逐行填写。"
        findings.append(about_file("AWD-001", "没有读到立项名单（培训基地或技能大师工作室汇总表）", fix))
    kinds = {row.kind for row in rows}
    sheets = list(dict.fromkeys(finding.sheet for finding in reading.findings))
    return AwardList(kinds.pop() if len(kinds) == 1 else None, rows, in_order(findings, sheets))


def _without_doubles(pairs: list[tuple[Row, AwardRow]], findings: list[CellFinding]) -> Iterator[AwardRow]:
    """A row that says the same award again is blocked; the first one stands."""
    first: dict[str, AwardRow] = {}
    for row, award in pairs:
        earlier = first.setdefault(award.identity(""), award)
        if earlier is award or not award.unit_name:
            yield award
            continue
        place = Place(row.sheet, row.address("unit_name"), "单位名称", row.number)
        fix = "请删去重复的一行；如确为两个项目，请核对信用代码、带头人和出生年月。"
        expected = f"与{earlier.address}是同一个项目"
        findings.append(at_cell("AWD-009", "error", place, got=award.unit_name, expected=expected, fix=fix))
        yield replace(award, blocked=True)


class _Line:
    """Reads one row; what it has to say gathers in `findings`."""

    def __init__(self, row: Row, kind: Kind, more_than: int, fewest: int) -> None:
        self._row = row
        self._kind = kind
        self._table = BASES if kind == Kind.BASE else STUDIOS
        self._more_than = more_than
        self._fewest = fewest
        self.findings: list[CellFinding] = []

    def award(self, place: int) -> AwardRow:
        names = self._occupations()
        classification = self._classification(names)
        facts = self._facts() if self._kind == Kind.BASE else {}
        track = self._word("track", TRACK_WORDS, "AWD-004") if self._kind == Kind.BASE else Track.NEW
        unit_type = self._word("unit_type", UNIT_TYPE_WORDS, "AWD-003")
        self._check_code()
        self._check_birth()
        order = half_width(self._text("order"))
        return AwardRow(
            kind=self._kind,
            order=int(order) if order.isascii() and order.isdigit() and len(order) <= _ORDER_DIGITS else place,
            unit_type=unit_type,
            track=track,
            occupations=names,
            classification=classification,
            facts=facts,
            sheet=self._row.sheet,
            row=self._row.number,
            blocked=bool(self._row.failed) or any(finding.blocks for finding in self.findings),
            **self._texts(),
        )

    def _texts(self) -> dict[str, str]:
        keys = ("unit_name", "credit_code", "studio_name", "leader_name", "leader_birth",
                "recommender", "contact", "phone", "skill_level", "honours", "gender")  # fmt: skip
        return {key: self._text(key) for key in keys}

    def _text(self, key: str) -> str:
        cell = self._row.cells.get(key)
        return str(cell.value) if cell and cell.value is not None else ""

    def _say(self, code: str, level: Level, key: str, expected: str, fix: str, **more: Any) -> None:
        """A finding about one cell; nothing where the cell has failed already: the stronger finding stands alone."""
        if key in self._row.failed:
            return
        cell = self._row.address(key)
        place = Place(self._row.sheet, cell, self._table.column(key).label, self._row.number)
        got = more.pop("got", self._text(key))
        self.findings.append(at_cell(code, level, place, got=got, expected=expected, fix=fix, **more))

    def _word(self, key: str, words: Mapping[str, _Word], code: str) -> _Word | None:
        """One of a few words; anything else blocks the row, because amount or conditions hang on it."""
        text = plain_name(self._text(key))
        found = next((value for word, value in words.items() if plain_name(word) == text), None)
        if found is None:
            choices = "、".join(dict.fromkeys(str(value.label) for value in words.values()))
            self._say(code, "error", key, f"应为以下之一：{choices}", "请改为其中一项。")
        return found

    def _check_code(self) -> None:
        code = self._text("credit_code")
        if not code:
            fix = "请补充填写；未填时系统只能按单位名称识别单位。"
            self._say("AWD-002", "warning", "credit_code", "应填写统一社会信用代码", fix)
        elif wrong := check_credit_code(code):
            self._say("AWD-002", "error", "credit_code", wrong.rstrip("。"), "")

    def _check_birth(self) -> None:
        if self._kind == Kind.STUDIO and not self._text("leader_birth"):
            fix = "请补充填写，例如 1974-03。"
            self._say("AWD-005", "warning", "leader_birth", "应填写带头人出生年月，否则同名带头人无法区分", fix)

    def _occupations(self) -> tuple[tuple[str, Match | None], ...]:
        """Each occupation once, as typed, with what it is; those not found or said twice are told."""
        found: dict[str, tuple[str, Match | None]] = {}
        for name in occupations.split(self._text("occupations")):
            match = occupations.match(name)
            key = match.code if match else occupations.clean(name)
            if key in found:
                self._say(
                    "AWD-006",
                    "warning",
                    "occupations",
                    f"“{name}”与“{found[key][0]}”重复，只计一次",
                    "请核对。",
                    got=name,
                )
            found.setdefault(key, (name, match))
            if match is None:
                self._unknown_occupation(name)
        names = tuple(found.values())
        if not names:
            self._say(
                "AWD-007",
                "error",
                "occupations",
                "应填写职业（工种）",
                "请按《职业分类大典（2022年版）》填写。",
                got="",
            )
        elif self._kind == Kind.BASE and len(names) < self._fewest:
            expected = f"应有 {self._fewest} 个及以上职业（工种），现为 {len(names)} 个"
            self._say("AWD-008", "warning", "occupations", expected, "请补充或说明理由。", basis=OCCUPATIONS_CLAUSE)
        return names

    def _unknown_occupation(self, name: str) -> None:
        near = occupations.suggest(name)
        fix = f"是否为：{'、'.join(near)}？请改为大典中的名称。" if near else "请改为大典中的名称。"
        expected = "应与《职业分类大典（2022年版）》的名称一致"
        self._say("AWD-006", "warning", "occupations", expected, fix, got=name, basis=CATEGORY_CLAUSE)

    def _classification(self, names: tuple[tuple[str, Match | None], ...]) -> Classification:
        majors = [match.major if match else None for _, match in names]
        if self._kind == Kind.BASE:
            result = classify_with_unknowns(majors, more_than=self._more_than)
        elif len(majors) > 1:
            result = Classification(Status.MANUAL, None, "带头人填写了多个职业（工种），应只填所从事的一个")
        else:
            result = classify_studio(majors[0] if majors else None, named=bool(majors))
        if result.status == Status.MANUAL:
            self._say("AWD-010", "warning", "occupations", f"类别不能自动确定：{result.reason}",
                      "请核对；确认无误的，由两部门确定类别。", basis=CATEGORY_CLAUSE)  # fmt: skip
        return result

    def _facts(self) -> dict[str, str]:
        facts = {key: str(self._row.value(key)) for key in _COUNTS if self._row.value(key) is not None}
        area = self._row.value("training_area_m2")
        if area is not None:
            facts["training_area_m2"] = str(int(area))
            if area != int(area):
                self._say(
                    "AWD-011", "info", "training_area_m2", f"已按 {int(area)} 识别（舍去小数）", "", got=f"{area:f}"
                )
        facts |= self._teachers()
        self._check_part("high_skill_trained", "trained_per_year", "其中高技能人才不应多于年培训人次", facts)
        return facts

    def _teachers(self) -> dict[str, str]:
        """236（41）: 236 teachers, of whom 41 part-time."""
        text = half_width(self._text("teachers")).replace(",", "")
        if not text:
            return {}
        found = _TEACHERS.fullmatch(text)
        if not found:
            self._say(
                "AWD-012", "error", "teachers", "应为教师总数，括号内为其中兼职教师数", "请改为 236（41）的形式。"
            )
            return {}
        facts = {"teachers": str(int(found[1]))}
        if found[2]:
            facts["part_time_teachers"] = str(int(found[2]))
            self._say(
                "AWD-012", "info", "teachers", f"已按教师 {int(found[1])} 人、其中兼职 {int(found[2])} 人识别", ""
            )
        self._check_part("part_time_teachers", "teachers", "其中兼职教师不应多于教师总数", facts)
        return facts

    def _check_part(self, part: str, whole: str, expected: str, facts: Mapping[str, str]) -> None:
        if part in facts and whole in facts and int(facts[part]) > int(facts[whole]):
            key = part if any(column.key == part for column in self._table.columns) else whole
            self._say("AWD-011", "warning", key, expected, "请核对两个数字。")
