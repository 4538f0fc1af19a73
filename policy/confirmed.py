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

from policy.edition import Basis, Edition, Limit
from policy.findings import Finding, blocking
from policy.needed import DAY_LISTS, KNOWN_WORDS, WORDS
from policy.terms import Rank

Value = int | str | Decimal
LONGEST_NUMBER = 12


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


def open_limits(edition: Edition) -> tuple[Limit, ...]:
    """What the province may confirm: every number that stands on our practice, in the edition's order."""
    return tuple(limit for limit in edition.limits.values() if limit.basis.rank == Rank.DEFAULT)


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
    text = text.strip().removesuffix("%").strip()
    if isinstance(limit.value, Decimal):
        if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,4})?", text):
            raise ValueError("请填写百分比，例如 80 或 12.5")
        return Decimal(text) / 100
    if isinstance(limit.value, int):
        plain = text.replace(",", "").replace("，", "")
        if not re.fullmatch(rf"[0-9]{{1,{LONGEST_NUMBER}}}", plain):
            raise ValueError("请填写不小于 0 的整数")
        return int(plain)
    word = re.sub(r"[，、\s]+", ",", text)
    if limit.key in DAY_LISTS and not re.fullmatch(r"[0-9]{1,5}(,[0-9]{1,5})*", word):
        raise ValueError("请填写以逗号分隔的天数，例如 90,30,0")
    if limit.key in KNOWN_WORDS and word not in KNOWN_WORDS[limit.key]:
        raise ValueError("请从列出的取值中选择")
    if not word:
        raise ValueError("请填写取值")
    return word


def check_rows(edition: Edition, rows: Iterable[Confirmed]) -> Iterator[Finding]:
    """Each wrong value at its field; a sheet confirms at least one number, and only open ones."""
    known = {limit.key: limit for limit in open_limits(edition)}
    given = list(rows)
    if not given:
        yield blocking("rows", "请至少勾选一项要确认的数值。")
    for row in given:
        limit = known.get(row.key)
        if limit is None:
            yield blocking("key", "所列事项已变化或已确认，请刷新页面后重新填写。")
            continue
        try:
            read(limit, row.text)
        except ValueError as error:
            yield blocking("value", f"{limit.label}：{error}。", field=f"{row.key}-text")


def laid_over(edition: Edition, sheets: Iterable[Sheet]) -> Edition:
    """The edition with the sheets' values, later ones last. What a sheet names and the edition has not is left aside."""
    limits: dict[str, Limit] = dict(edition.limits)
    for sheet in sorted(sheets, key=lambda one: one.effective_on):
        limits |= dict(_rows(limits, sheet))
    return replace(edition, limits=MappingProxyType(limits))


def _rows(limits: Mapping[str, Limit], sheet: Sheet) -> Iterator[tuple[str, Limit]]:
    for row in sheet.rows:
        limit = limits.get(row.key)
        if limit is None or limit.basis.rank not in (Rank.DEFAULT, Rank.PROVINCE):
            continue
        basis = Basis(f"设定确认单 {sheet.number}", Rank.PROVINCE, row.blocks)
        yield row.key, replace(limit, value=read(limit, row.text), basis=basis)
