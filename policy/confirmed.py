"""设定确认单: what both departments of a province confirmed of an edition's numbers, laid over the edition by its day.

The edition files stay as they are. A confirmed number is 本省设定 and, unless the sheet says otherwise, blocks
(handbook 0). Pure.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from policy.edition import Basis, Edition, LightBand, Limit
from policy.findings import Finding, blocking
from policy.needed import DAY_LISTS, KNOWN_WORDS, PAPER_LISTS, PAPERS, POINT_LISTS, WORDS
from policy.terms import Rank

Value = int | str | Decimal
LONGEST_NUMBER = 12
LIGHT, FIELD, REQUIRED = "light_", "field_", "required"
POINTS = r"[^:,]+:[1-9][0-9]{0,2}(,[^:,]+:[1-9][0-9]{0,2})*"
ODD = frozenset({"experts_min", "experts_min_studio"})
# Each first one below the second.
ASCENDING = (
    ("risk_middle", "risk_high"), ("qualitative_partly", "qualitative_full"), ("overachieve_flag", "overachieve_reason"),
    ("light_yellow", "light_green"), ("light_green", "light_blue"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Confirmed:
    """One row of a sheet: the value as people write it, and whether it blocks from now on."""

    key: str
    text: str
    blocks: bool = True


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet in force from a day. `number`: its own number, the clause of every confirmed value."""

    edition_code: str
    number: str
    effective_on: date
    rows: tuple[Confirmed, ...]


def confirmable(edition: Edition) -> dict[str, Limit]:
    """In one shape: its numbers and words, where each light begins, what a payment must state."""
    lights = (
        Limit(f"{LIGHT}{one.light.value}", f"{one.light.label}的起点（完成÷计划）", one.at_least, "", one.basis)
        for one in edition.lights
        if one.at_least  # the lowest begins at 0, or some ratio would have no light
    )
    names = {category.code: category.name for category in edition.categories}
    fields = (
        Limit(
            f"{FIELD}{row.code}",
            f"支出须填写{row.label}（{'、'.join(names.get(code, code) for code in row.categories)}）",
            REQUIRED, "", row.basis,
        )
        for row in edition.payment_fields
    )  # fmt: skip
    return dict(edition.limits) | {one.key: one for one in (*lights, *fields)}


def open_limits(edition: Edition) -> tuple[Limit, ...]:
    """What the province may confirm, in the edition's order: what stands on our practice, and what is still to be read
    in the law before it blocks (handbook 0).
    """
    return tuple(one for one in confirmable(edition).values() if one.basis.rank == Rank.DEFAULT or is_law(one))


def settable(edition: Edition) -> tuple[Limit, ...]:
    """What a sheet may name: what is open, and what an earlier sheet set, which a later one replaces from its day on."""
    mine = {one.key for one in open_limits(edition)}
    return tuple(one for one in confirmable(edition).values() if one.key in mine or one.basis.rank == Rank.PROVINCE)


def is_law(limit: Limit) -> bool:
    """A number of a document that only warns so far: the province confirms that it is so, and never another one."""
    return limit.basis.rank in (Rank.LAW, Rank.NOTICE) and not limit.basis.blocks


def choices_of(limit: Limit) -> frozenset[str]:
    """The words of the program that such a value may be; none where it is typed."""
    return frozenset({REQUIRED}) if limit.key.startswith(FIELD) else frozenset(KNOWN_WORDS.get(limit.key, ()))


def written(value: Value) -> str:
    """As it is typed: a share in per cent, a list with commas."""
    return f"{(value * 100).normalize():f}" if isinstance(value, Decimal) else str(value)


def said(limit: Limit, value: Value) -> str:
    """As the policy page writes it: a share in per cent, a word in Chinese, a number with its unit."""
    if isinstance(value, Decimal):
        return f"{(value * 100).normalize():f}%"
    plain = f"{value:,}" if isinstance(value, int) else WORDS.get(value, value)
    return f"{plain} {limit.unit}".strip()


def read(limit: Limit, text: str) -> Value:
    """The typed text as a value of the same kind; ValueError says in words what is wrong."""
    value = _typed(limit, text.strip().removesuffix("%").strip())
    if is_law(limit) and value != limit.value:
        raise ValueError("由所列文件规定，只能按原值确认；数字与文件不符的，请更换政策版本")
    return value


def told(limit: Limit, text: str) -> str:
    """A value of a sheet for reading; what no longer can be read is shown as it was typed."""
    try:
        return said(limit, read(limit, text))
    except ValueError:
        return text


def _typed(limit: Limit, text: str) -> Value:
    if isinstance(limit.value, Decimal):
        if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,4})?", text):
            raise ValueError("请填写百分比，例如 80 或 12.5")
        return Decimal(text) / 100
    if isinstance(limit.value, int):
        plain = text.replace(",", "").replace("，", "")
        if not re.fullmatch(rf"[0-9]{{1,{LONGEST_NUMBER}}}", plain):
            raise ValueError("请填写不小于 0 的整数")
        if limit.key in ODD and int(plain) % 2 == 0:
            raise ValueError("请填写单数")
        return int(plain)
    return _word(limit, re.sub(r"[，、\s]+", ",", text).replace("：", ":"))


def _word(limit: Limit, word: str) -> str:
    """By the same patterns as the reader of the files asks for."""
    if limit.key in DAY_LISTS and not re.fullmatch(r"[0-9]{1,5}(,[0-9]{1,5})*", word):
        raise ValueError("请填写以逗号分隔的天数，例如 90,30,0")
    if limit.key in POINT_LISTS and not re.fullmatch(POINTS, word):
        raise ValueError("请填写以逗号分隔的“名称:分值”，例如 建设条件:50,绩效目标:50")
    if limit.key in PAPER_LISTS and (set(word.split(",")) - set(PAPERS)):
        raise ValueError(f"材料应在以下之内，以逗号分隔：{'、'.join(PAPERS)}")
    choices = choices_of(limit)
    if choices and word not in choices:
        raise ValueError("请从列出的取值中选择")
    if not word:
        raise ValueError("请填写取值")
    return word


def check_rows(edition: Edition, rows: Iterable[Confirmed]) -> Iterator[Finding]:
    """Each wrong value at its field; a sheet sets at least one number, only such as the province may set, and they agree."""
    known = {limit.key: limit for limit in settable(edition)}
    values = {key: limit.value for key, limit in confirmable(edition).items()}
    given = list(rows)
    if not given:
        yield blocking("rows", "请至少勾选一项要确认的数值。")
    for row in given:
        limit = known.get(row.key)
        if limit is None:
            yield blocking("key", "所列事项不由本省设定（由文件规定或已按文件确认），请刷新页面后重新填写。")
            continue
        try:
            values[row.key] = read(limit, row.text)
        except ValueError as error:
            yield blocking("value", f"{limit.label}：{error}。", field=f"{row.key}-text")
    yield from _disagreeing(confirmable(edition), values, {row.key for row in given})


def _disagreeing(limits: Mapping[str, Limit], values: Mapping[str, Value], given: set[str]) -> Iterator[Finding]:
    """What no single number shows; said at a row of this sheet."""
    for low, high in ASCENDING:
        mine = [key for key in (low, high) if key in given]
        if mine and low in values and high in values and not _less(values[low], values[high]):
            said = f"{limits[low].label}应小于{limits[high].label}。"
            yield blocking("order", said, field=f"{mine[0]}-text")
    grades = str(values.get("yearly_grades", "")).split(",")
    mine = [key for key in ("yearly_failed", "yearly_grades") if key in given]
    if mine and str(values.get("yearly_failed", "")) not in grades:
        yield blocking("grades", "须责令限期整改的等次应是年度考核等次之一。", field=f"{mine[0]}-text")


def _less(low: Value, high: Value) -> bool:
    return not isinstance(low, str) and not isinstance(high, str) and low < high


def laid_over(edition: Edition, sheets: Iterable[Sheet]) -> Edition:
    """The edition with the sheets' values, later ones last. What a sheet names and the edition has not is left aside."""
    before = confirmable(edition)
    now = dict(before)
    for sheet in sorted(sheets, key=lambda one: one.effective_on):
        now |= dict(_rows(before, sheet))
    return replace(
        edition,
        limits=MappingProxyType({key: now[key] for key in edition.limits}),
        lights=tuple(_light(one, now.get(f"{LIGHT}{one.light.value}")) for one in edition.lights),
        payment_fields=tuple(replace(row, basis=now[f"{FIELD}{row.code}"].basis) for row in edition.payment_fields),
    )


def _light(band: LightBand, now: Limit | None) -> LightBand:
    return replace(band, at_least=Decimal(now.value), basis=now.basis) if now else band


def _rows(limits: Mapping[str, Limit], sheet: Sheet) -> Iterator[tuple[str, Limit]]:
    """A sheet that was signed before a rule became stricter never stops the program: what cannot be read is left aside."""
    for row in sheet.rows:
        limit = limits.get(row.key)
        if limit is None or not (is_law(limit) or limit.basis.rank in (Rank.DEFAULT, Rank.PROVINCE)):
            continue
        try:
            value = read(limit, row.text)
        except ValueError:
            continue
        said = f"设定确认单 {sheet.number}"
        basis = Basis(said, Rank.PROVINCE, row.blocks)
        if is_law(limit):
            basis = Basis(f"{limit.basis.clause}；{said}", limit.basis.rank, row.blocks)
        yield row.key, replace(limit, value=value, basis=basis)
