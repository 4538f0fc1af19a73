"""One cell: what the user typed becomes a value of the wanted kind, or a mismatch that says what is wanted.

Nothing is guessed: what has two readings ("1980.1" stored as a number) is asked. What is read differently from how it
was typed carries a note, "已按…识别".
"""

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Literal

from policy.money import LARGEST, WAN

CellKind = Literal["text", "code", "whole", "number", "money", "date", "month"]

ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})
_BLANKS = frozenset({"", "-", "--", "—", "——", "―", "–", "─", "/", "\\", "无"})
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?", re.ASCII)
_DAY = re.compile(r"(\d{4})[年./-](\d{1,2})[月./-](\d{1,2})[日号]?", re.ASCII)
_MONTH = re.compile(r"(\d{4})[年./-](\d{1,2})月?", re.ASCII)
_TIME = re.compile(r"(?<=\d)[T ]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$")
_EXACT_DIGITS = 15  # Excel keeps no more
_FIRST_SERIAL = 10_000  # 1927-05-18: a smaller number in a date column is a count or a year, not a day


@dataclass(frozen=True, slots=True)
class Cell:
    """A value and the address it came from ("F14"). None: blank, or not readable (then a finding says so)."""

    value: Any
    address: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a column takes.

    `units`: words that may follow a number ("人"); `wan`: plain numbers stand in 万元 and money comes out in 元;
    `least`, `most` bound numbers, `years` bound dates, `longest` bounds text; `date1904`: the file counts days so.
    """

    kind: CellKind = "text"
    units: tuple[str, ...] = ()
    wan: bool = False
    least: Decimal | None = None
    most: Decimal | None = None
    years: tuple[int, int] = (1900, 2100)
    longest: int = 500
    date1904: bool = False


@dataclass(frozen=True, slots=True)
class Typed:
    """The value, and in `note` how it was read where that differs from what was typed."""

    value: Any
    note: str = ""


class Mismatch(ValueError):
    """The cell does not hold what its column wants; the words are for the user."""

    def __init__(self, code: str, expected: str, fix: str) -> None:
        self.code = code
        self.expected = expected
        self.fix = fix
        super().__init__(expected)


def address(row: int, column: int) -> str:
    """(14, 6) -> "F14"."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def half_width(text: str) -> str:
    """Full-width digits, letters and signs as half width, without any blanks."""
    return "".join(_INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).split())


def is_blank(raw: Any) -> bool:
    """Empty, only spaces (U+3000 too), or one of the marks people write for nothing."""
    return raw is None or (isinstance(raw, str) and "".join(_INVISIBLE.sub("", raw).split()).strip("－") in _BLANKS)


def typed(raw: Any, wanted: Wanted) -> Typed:
    """The value as `wanted`: str, int, Decimal, date, or "YYYY-MM" for month; None where blank. Raises Mismatch."""
    if is_blank(raw):
        mark = raw.strip() if isinstance(raw, str) else ""
        return Typed(None, "已按空白识别" if mark else "")
    if isinstance(raw, str) and raw.strip().upper() in ERRORS:
        raise Mismatch("CEL-009", "这是公式错误，没有数值", "请修正公式，或直接填写结果后重新上传。")
    if isinstance(raw, bool):
        raise Mismatch("CEL-008", "不能填写逻辑值（TRUE/FALSE）", "请填写实际内容。")
    return _READERS[wanted.kind](raw, wanted)


def _text(raw: Any, wanted: Wanted) -> Typed:
    if isinstance(raw, date | time | timedelta):
        raise Mismatch("CEL-007", "应为文字，但已被 Excel 存成日期或时间", "请把单元格格式设为“文本”后重新填写。")
    if isinstance(raw, int | float):
        return Typed(_digits(raw))
    lines = (" ".join(line.split()) for line in _INVISIBLE.sub("", raw).splitlines())
    text = "\n".join(line for line in lines if line)
    if len(text) > wanted.longest:
        raise Mismatch("CEL-006", f"不得超过 {wanted.longest} 字，现有 {len(text)} 字", "请精简后重新填写。")
    return Typed(text)


def _digits(raw: float) -> str:
    """A number typed where text is wanted. Beyond 15 digits Excel has already lost the last ones."""
    if not math.isfinite(raw) or abs(raw) >= 10**_EXACT_DIGITS:
        raise Mismatch(
            "CEL-005", "号码被 Excel 存成数字，15 位以后的数字已丢失", "请把单元格格式设为“文本”后重新填写完整号码。"
        )
    return f"{_exact(raw):f}"


def _code(raw: Any, wanted: Wanted) -> Typed:
    before = str(_text(raw, wanted).value)
    after = half_width(before).upper()
    return Typed(after, f"已按 {after} 识别" if after != before else "")


def _exact(raw: float) -> Decimal:
    """A stored number as Excel shows it: at most 15 digits, so 23418.600000000002 is 23418.6."""
    value = Decimal(raw) if isinstance(raw, int) else Decimal(f"{raw:.15g}")
    return value.normalize() if value != value.to_integral_value() else value.quantize(Decimal(1))


def _number(raw: Any, wanted: Wanted) -> Typed:
    value, note = _parsed(raw, wanted)
    _check_bounds(value, wanted)
    return Typed(value, note)


def _whole(raw: Any, wanted: Wanted) -> Typed:
    value, note = _parsed(raw, wanted)
    if value != value.to_integral_value():
        raise Mismatch("CEL-002", "应为整数，不能有小数", "请核对后改为整数。")
    _check_bounds(value, wanted)
    return Typed(int(value), note)


def _money(raw: Any, wanted: Wanted) -> Typed:
    value, note = _parsed(raw, wanted)
    if value != round(value, 2):
        raise Mismatch("CEL-003", "金额应精确到分（元后两位小数）", "请四舍五入到分后填写。")
    _check_bounds(value, wanted)
    return Typed(round(value, 2), note)


def _check_bounds(value: Decimal, wanted: Wanted) -> None:
    if abs(value) >= LARGEST:
        raise Mismatch("CEL-004", f"数值过大，应小于 {LARGEST:,}", "请核对数字和单位（元、万元）后重新填写。")
    if wanted.least is not None and value < wanted.least:
        raise Mismatch("CEL-004", f"不得小于 {wanted.least:,}", "请核对后重新填写。")
    if wanted.most is not None and value > wanted.most:
        raise Mismatch("CEL-004", f"不得大于 {wanted.most:,}", "请核对后重新填写。")


def _parsed(raw: Any, wanted: Wanted) -> tuple[Decimal, str]:
    if isinstance(raw, date | time | timedelta):
        raise Mismatch("CEL-007", "应为数字，但单元格是日期格式", "请把单元格格式设为“数值”后重新填写。")
    if isinstance(raw, int | float):
        return _stored_number(raw, wanted)
    if any(unicodedata.category(sign) == "No" for sign in raw.replace("m²", "㎡")):
        raise _not_a_number(wanted)  # 10² would read 102
    text = half_width(raw)
    digits, times = _without_unit(text, wanted)
    if not _NUMBER.fullmatch(digits) or len(digits) > 40:  # noqa: PLR2004  (no honest number is as long)
        raise _not_a_number(wanted)
    value = Decimal(digits.replace(",", "")) * times
    return value, "" if raw.strip() == digits.replace(",", "") and times == 1 else _note(value, wanted, times)


def _stored_number(raw: float, wanted: Wanted) -> tuple[Decimal, str]:
    if isinstance(raw, float) and not math.isfinite(raw):
        raise _not_a_number(wanted)
    if abs(raw) >= 10**_EXACT_DIGITS:
        raise Mismatch("CEL-004", f"数值过大，应小于 {LARGEST:,}", "请核对数字和单位（元、万元）后重新填写。")
    times = WAN if wanted.wan and wanted.kind == "money" else Decimal(1)
    value = _exact(raw) * times
    return value, _note(value, wanted, times) if times != 1 else ""


def _without_unit(text: str, wanted: Wanted) -> tuple[str, Decimal]:
    """The digits, and how many yuan one of them stands for."""
    if wanted.kind != "money":
        unit = next((one for one in map(half_width, wanted.units) if text.endswith(one)), "")
        return text.removesuffix(unit), Decimal(1)
    text = re.sub(r"^(?:人民币|RMB|CNY)?[¥￥]?", "", text, flags=re.IGNORECASE)
    for unit, times in (("万元", WAN), ("万", WAN), ("元整", Decimal(1)), ("元", Decimal(1))):
        if text.endswith(unit):
            return text.removesuffix(unit), times
    return text, WAN if wanted.wan else Decimal(1)


def _note(value: Decimal, wanted: Wanted, times: Decimal) -> str:
    if wanted.kind == "money":
        return f"已按 {value:,.2f} 元识别" + ("（万元换算为元）" if times != 1 else "")
    return f"已按 {value:f} 识别"


def _not_a_number(wanted: Wanted) -> Mismatch:
    if wanted.kind == "money":
        unit = "万元" if wanted.wan else "元"
        example = "12.00" if wanted.wan else "120000.00"
        return Mismatch("CEL-001", f"应为数字（单位：{unit}）", f"请填写阿拉伯数字，例如 {example}。")
    word = "整数" if wanted.kind == "whole" else "数字"
    return Mismatch("CEL-001", f"应为{word}", f"请只填写阿拉伯数字，例如 {'1200' if word == '整数' else '1200.5'}。")


def _date(raw: Any, wanted: Wanted) -> Typed:
    day = _as_day(raw, wanted)
    if day is None:
        raise Mismatch("CEL-010", "应为日期（年月日）", "请改为 2025-06-30 的形式。")
    _check_year(day.year, wanted)
    return Typed(day, _date_note(raw, day.isoformat()))


def _month(raw: Any, wanted: Wanted) -> Typed:
    day = _as_month(raw) or _as_day(raw, wanted)
    if day is None:
        raise Mismatch("CEL-010", "应为年月", "请改为 1974-03 的形式。")
    _check_year(day.year, wanted)
    month = f"{day:%Y-%m}" if day.year >= 1000 else ""  # noqa: PLR2004
    return Typed(month, _date_note(raw, month))


def _date_note(raw: Any, text: str) -> str:
    typed_in = raw.strip() if isinstance(raw, str) else ""
    return "" if isinstance(raw, date) or typed_in == text else f"已按 {text} 识别"


def _check_year(year: int, wanted: Wanted) -> None:
    first, last = wanted.years
    if not first <= year <= last:
        raise Mismatch("CEL-011", f"年份应在 {first} 至 {last} 之间", "请核对年份后重新填写。")


def _as_day(raw: Any, wanted: Wanted) -> date | None:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    if isinstance(raw, int | float):
        return _from_serial(raw, wanted)
    if not isinstance(raw, str):
        return None
    text = half_width(_TIME.sub("", unicodedata.normalize("NFKC", raw).strip()))
    if text.isascii() and text.isdigit():
        return _from_serial(int(text), wanted) if len(text) in {5, 8} else None
    found = _DAY.fullmatch(text)
    return _day(*map(int, found.groups())) if found else None


def _from_serial(raw: float, wanted: Wanted) -> date | None:
    """A day count of Excel, or 20250630. A bare year or a small count is no date."""
    if not math.isfinite(raw) or raw < _FIRST_SERIAL:
        return None
    if raw == int(raw) and 10**7 <= raw < 10**8:
        return _day(int(raw) // 10_000, int(raw) // 100 % 100, int(raw) % 100)
    start = date(1904, 1, 1) if wanted.date1904 else date(1899, 12, 30)
    return start + timedelta(days=int(raw)) if raw < 10**6 else None


def _as_month(raw: Any) -> date | None:
    if isinstance(raw, float) and 1000 <= raw < 10_000:  # noqa: PLR2004  (1980.11 stored as a number)
        year, _, month = f"{raw:.15g}".partition(".")
        if len(month) == 1:
            either = f"被存成数字，分不清是 {month} 月还是 {month}0 月"
            raise Mismatch("CEL-012", either, f"请改为 {year}-0{month} 或 {year}-{month}0 的形式。")
        return _day(int(year), int(month or 0), 1)
    text = half_width(raw) if isinstance(raw, str) else str(raw) if isinstance(raw, int) else ""
    if len(text) == 6 and text.isascii() and text.isdigit():  # noqa: PLR2004  (197403)
        return _day(int(text[:4]), int(text[4:]), 1)
    found = _MONTH.fullmatch(text)
    return _day(int(found[1]), int(found[2]), 1) if found else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


_READERS: dict[CellKind, Callable[[Any, Wanted], Typed]] = {
    "text": _text,
    "code": _code,
    "whole": _whole,
    "number": _number,
    "money": _money,
    "date": _date,
    "month": _month,
}
