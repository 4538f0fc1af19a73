"""Reads policy editions from TOML, strictly: what is not wholly understood is refused, by file, table and key."""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType

from policy import finding_kinds, payment_fields
from policy.edition import (
    Category,
    Condition,
    Edition,
    EditionError,
    GradeBand,
    Grant,
    IndicatorTemplate,
    LevelWeight,
    LightBand,
    Limit,
    ReviewPoint,
)
from policy.needed import DAY_LISTS, KNOWN_WORDS, PAPER_LISTS, PAPERS, POINT_LISTS, REQUIRED_LIMITS
from policy.terms import (
    Aggregation,
    Draw,
    EvidenceKind,
    Frequency,
    Grade,
    Kind,
    Light,
    Operator,
    Sector,
    Source,
    Track,
    UnitType,
)
from policy.toml_table import TomlTable

OPS = {"is", "ge", "count_ge", "between", "ratio_le", "ratio_ge", "min_ge", "level", "unique"}
WINDOWS = {"", "full_year", "best_12_months", "build_average"}


def _grant(row: TomlTable) -> Grant:
    yuan = row.take("yuan", int)
    if yuan <= 0:
        raise row.fail("yuan", "应大于 0")
    return Grant(
        kind=row.choice("kind", Kind),
        sector=row.choice("sector", Sector),
        track=row.choice("track", Track),
        any_track=row.take("any_track", bool) if row.has("any_track") else False,
        yuan=Decimal(yuan),
        basis=row.basis(),
    )


def _category(row: TomlTable) -> Category:
    return Category(
        code=row.text("code"),
        name=row.text("name"),
        kinds=row.several("kinds", Kind),
        needs_approval=row.take("needs_approval", bool),
        allowed=row.text("allowed"),
        not_allowed=row.text("not_allowed"),
        evidence=row.text("evidence"),
        basis=row.basis(),
        words=_words(row),
    )


def _words(row: TomlTable) -> tuple[str, ...]:
    words = row.take("words", list) if row.has("words") else []
    if not all(isinstance(word, str) and word.strip() for word in words):
        raise row.fail("words", "应为不空的文字列表")
    return tuple(words)


def _facts(row: TomlTable) -> tuple[tuple[str, str], ...]:
    """`facts = [["name", "label（unit）"], …]`."""
    facts = row.take("facts", list)
    for fact in facts:
        if not (isinstance(fact, list) and len(fact) == 2 and all(isinstance(part, str) and part for part in fact)):  # noqa: PLR2004
            raise row.fail("facts", "每项应为 [名称, 标签]")
    if not facts:
        raise row.fail("facts", "不能为空")
    return tuple((name, label) for name, label in facts)


THRESHOLDS = {
    "is": r"true",
    "level": r"[^|]+(\|[^|]+)*",
    "between": r"[0-9]+\.\.[0-9]+",
    "ratio_le": r"[1-9][0-9]*/[1-9][0-9]*",
    "ratio_ge": r"[1-9][0-9]*/[1-9][0-9]*",
}


def _condition(row: TomlTable) -> Condition:
    op, threshold, facts = row.word("op", OPS), row.text("threshold"), _facts(row)
    if not re.fullmatch(THRESHOLDS.get(op, r"[0-9]+"), threshold):
        raise row.fail("threshold", f"“{threshold}”不合 {op}")
    if len(facts) != (2 if op.startswith("ratio_") else 1):
        raise row.fail("facts", f"个数不合 {op}")
    return Condition(
        code=row.text("code"),
        kind=row.choice("kind", Kind),
        tracks=row.several("tracks", Track),
        unit_types=row.several("unit_types", UnitType),
        text=row.text("text"),
        op=op,
        threshold=threshold,
        unit=row.text("unit", empty=True),
        facts=facts,
        evidence=row.text("evidence"),
        window=row.word("window", WINDOWS),
        basis=row.basis(),
    )


def _indicator(row: TomlTable) -> IndicatorTemplate:
    operator = row.choice("operator", Operator)
    targets = {track: row.text(f"target_{track.value}", empty=True) for track in Track}
    number = r"[0-9]+(\.[0-9]+)?(/[1-9][0-9]*)?"
    for track, target in targets.items():
        if target and operator != Operator.QUALITATIVE and not re.fullmatch(number, target):
            raise row.fail(f"target_{track.value}", f"“{target}”不是数")
    return IndicatorTemplate(
        code=row.text("code"),
        kind=row.choice("kind", Kind),
        level1=row.text("level1"),
        level2=row.text("level2"),
        name=row.text("name"),
        unit=row.text("unit"),
        operator=operator,
        targets=MappingProxyType(targets),
        weight=row.decimal("weight"),
        aggregation=row.choice("aggregation", Aggregation),
        window=row.word("window", WINDOWS),
        frequency=row.choice("frequency", Frequency),
        evidence=row.choice("evidence", EvidenceKind),
        draws=row.word("draws", {"", *Draw.values}),
        core=row.take("core", bool),
        basis=row.basis(),
        exceeds=row.take("exceeds", bool) if row.has("exceeds") else False,
    )


def _level(row: TomlTable) -> LevelWeight:
    return LevelWeight(
        row.text("level1"), row.decimal("weight"), quantified=row.take("quantified", bool), basis=row.basis()
    )


def _review_point(row: TomlTable) -> ReviewPoint:
    points = row.take("points", int)
    if points <= 0:
        raise row.fail("points", "应大于 0")
    return ReviewPoint(row.text("part"), row.text("aspect"), row.text("text"), points)


def _grade(row: TomlTable) -> GradeBand:
    return GradeBand(row.choice("grade", Grade), row.decimal("at_least"), row.basis())


def _light(row: TomlTable) -> LightBand:
    return LightBand(row.choice("light", Light), row.decimal("at_least"), row.basis())


def _value(row: TomlTable) -> int | str | Decimal:
    """Exactly one of `value` (whole number), `ratio` (decimal in text) and `word`."""
    given = [key for key in ("value", "ratio", "word") if row.has(key)]
    if len(given) != 1:
        raise row.fail("value/ratio/word", "应恰有一个")
    if given == ["ratio"]:
        return row.decimal("ratio")
    if given == ["word"]:
        return row.text("word")
    value = row.take("value", int)
    if value < 0:
        raise row.fail("value", "不能为负")
    return value


def _limits(table: TomlTable, *, practice: bool) -> dict[str, Limit]:
    limits = {}
    for key in table.names():
        row = table.table(key)
        limits[key] = Limit(
            key=key,
            label=row.text("label"),
            value=_value(row),
            unit=row.text("unit", empty=True),
            basis=row.basis(),
            practice=practice,
        )
        row.close()
    return limits


def _all_limits(top: TomlTable) -> Mapping[str, Limit]:
    law = _limits(top.table("limits"), practice=False)
    practice = _limits(top.table("practice"), practice=True)
    if twice := law.keys() & practice.keys():
        raise top.fail("、".join(sorted(twice)), "limits 与 practice 重复")
    limits = law | practice
    if missing := REQUIRED_LIMITS - limits.keys():
        raise top.fail("、".join(sorted(missing)), "limits/practice 中缺少")
    for key, allowed in KNOWN_WORDS.items():
        if limits[key].value not in allowed:
            raise top.fail(key, f"不认识“{limits[key].value}”")
    for key in DAY_LISTS:
        if not re.fullmatch(r"[0-9]+(,[0-9]+)*", str(limits[key].value)):
            raise top.fail(key, "应为以逗号分隔的天数")
    for key in POINT_LISTS:
        if not re.fullmatch(r"[^:,]+:[1-9][0-9]*(,[^:,]+:[1-9][0-9]*)*", str(limits[key].value)):
            raise top.fail(key, "应为“名称:分值”，以逗号分隔")
    for key in PAPER_LISTS:
        if set(str(limits[key].value).split(",")) - set(PAPERS):
            raise top.fail(key, f"材料应在以下之内：{'、'.join(PAPERS)}")
    return MappingProxyType(limits)


def _check_whole(found: Edition, top: TomlTable) -> None:
    """What no single table shows: weights add up, the bands start at 0, amounts are complete."""
    levels = {level.level1: level.weight for level in found.level_weights}
    if sum(levels.values()) + found.number("execution_weight") != found.number("weight_total"):
        raise top.fail("level_weights", "与预算执行率权重合计不等于总分")
    for kind in Kind:
        for level1, weight in levels.items():
            rows = [row for row in found.indicators_for(kind) if row.level1 == level1]
            if sum(row.weight for row in rows) != weight:
                raise top.fail("indicators", f"{kind.label} {level1}权重合计不等于 {weight}")
        for sector in Sector:
            if not any((row.kind, row.sector) == (kind, sector) for row in found.grants):
                raise top.fail("grants", f"缺少 {kind.label} {sector.label}")
    if unknown := {row.level1 for row in found.indicators} - levels.keys():
        raise top.fail("indicators", f"一级指标不在 level_weights 中：{'、'.join(sorted(unknown))}")
    for name, bands in (("grades", found.grades), ("lights", found.lights)):
        floors = [band.at_least for band in bands]
        if min(floors) != 0 or len(set(floors)) != len(floors):
            raise top.fail(name, "档位应从 0 起且不重复")


def load(path: Path) -> Edition:
    """The edition in one file; EditionError names file, table and key of what is wrong with it."""
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise EditionError(f"{path.name}：{error}") from error
    top = TomlTable(raw, path.name, "文件")
    found = Edition(
        code=top.word("code", [path.stem]),
        province=top.text("province"),
        document=top.text("document"),
        title=top.text("title"),
        issued_on=top.day("issued_on"),
        sample=top.take("sample", bool),
        number_prefix=top.text("number_prefix"),
        central_department=top.text("central_department"),
        province_hr=top.text("province_hr"),
        province_finance=top.text("province_finance"),
        programme=top.text("programme"),
        grant_source=top.choice("grant_source", Source),
        grants=top.rows("grants", _grant, unique=lambda row: (row.kind, row.sector, row.track)),
        categories=top.rows("categories", _category, unique=lambda row: row.code),
        conditions=top.rows("conditions", _condition, unique=lambda row: row.code),
        indicators=top.rows("indicators", _indicator, unique=lambda row: row.code),
        level_weights=top.rows("level_weights", _level, unique=lambda row: row.level1),
        review_points=top.rows("review_points", _review_point, unique=lambda row: row.text),
        grades=top.rows("grades", _grade, unique=lambda row: row.grade),
        lights=top.rows("lights", _light, unique=lambda row: row.light),
        limits=_all_limits(top),
        finding_kinds=top.rows("finding_kinds", finding_kinds.read, unique=lambda row: row.code),
        payment_fields=top.rows("payment_fields", payment_fields.read, unique=lambda row: row.code),
    )
    top.close()
    _check_whole(found, top)
    payment_fields.check_whole(found, top)
    return found


def editions(folder: Path) -> Mapping[str, Edition]:
    """Every edition in a folder, by code."""
    if not folder.is_dir():
        raise EditionError(f"{folder}：没有这个政策版本目录")
    return MappingProxyType({path.stem: load(path) for path in sorted(folder.glob("*.toml"))})


_folders: list[Path] = [Path(__file__).parent / "editions"]
# What lies over the files: the province's confirmed numbers (projects.confirmed sets it at start).
_over: list[Callable[[Edition], Edition]] = []


def configure(folders: Iterable[Path]) -> None:
    """Say where editions are kept; `config` calls this once at start."""
    _folders[:] = [Path(folder) for folder in folders]
    from_files.cache_clear()


def lay_over(function: Callable[[Edition], Edition]) -> None:
    """Every edition asked for from now on passes through this function."""
    _over[:] = [function]


def configured() -> Mapping[str, Edition]:
    """Every edition as it stands now: the files, with the confirmed numbers laid over."""
    return MappingProxyType({code: _now(found) for code, found in from_files().items()})


def _now(found: Edition) -> Edition:
    for function in _over:
        found = function(found)
    return found


@cache
def from_files() -> Mapping[str, Edition]:
    """Every edition of the configured folders, read once; the same code in two folders is refused."""
    found: dict[str, Edition] = {}
    for folder in _folders:
        more = editions(folder)
        if twice := found.keys() & more.keys():
            raise EditionError(f"{folder}：政策版本重复 {'、'.join(sorted(twice))}")
        found |= more
    return MappingProxyType(found)


def edition(code: str) -> Edition:
    try:
        found = from_files()[code]
    except KeyError:
        raise EditionError(f"没有政策版本 {code}") from None
    return _now(found)
