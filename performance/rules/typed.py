"""A target as people type it into a row that has its operator and unit already: "不低于90%", "7月底前". Pure.

Words that say what the row says are read; a conflict or an open figure is asked, never guessed (handbook 3).
"""

import re
from calendar import monthrange
from datetime import date

from performance.checks import A_YEAR, exact, kept_text, slip
from performance.targets import DATE_UNIT, Ambiguous, parse_day, parse_target, plain_text
from policy.terms import Operator

DECEMBER = 12
LEAD = re.compile(r"^(?:不晚于|不迟于|截至|[≤≦]|<=)?(?:(?P<year>[0-9]{4})年?)?(?P<rest>.*)$")
MONTH = re.compile(r"^(?P<month>[0-9]{1,2})月(?:(?P<day>[0-9]{1,2})[日号]|(?P<end>底|末))(?:之前|以前|前)?(?:完成)?$")
YEAR_END = re.compile(r"^年?(?:底|末)(?:之前|以前|前)?(?:完成)?$")
BARE_MONTH = re.compile(r"^[0-9]{1,2}月(?:之前|以前|前)?(?:完成)?$")
UNIT_PARTS = re.compile(r"[()/、]")


def read_target(text: str, operator: Operator, unit: str, block: str) -> str | Ambiguous:
    """The value as it is kept: a number, an ISO date or words for 定性; Ambiguous, in words for the user."""
    if operator == Operator.QUALITATIVE or not text.strip():
        return text.strip()
    try:
        exact(text, unit)
    except ValueError:
        return _deadline(text, unit, block) or _figure(text, operator, unit, block)
    if unit == DATE_UNIT and block.isdecimal() and parse_day(text).year != int(block):
        return Ambiguous(f"“{text.strip()}”的年份不是本栏的 {block} 年，请核对")
    doubt = slip(text, unit)
    return Ambiguous(doubt) if doubt else kept_text(text, unit)


def _figure(text: str, operator: Operator, unit: str, block: str) -> str | Ambiguous:
    """A figure with its operator or its unit, where both are those of the row."""
    if unit == DATE_UNIT:
        return Ambiguous(f"“{text.strip()}”不是一个确定的日期，请填写如 2026-07-31 或 2026年7月底前")
    said = parse_target(text)
    if isinstance(said, Ambiguous):
        bare = parse_target(f"{Operator(operator).label}{text}")
        if isinstance(bare, Ambiguous):
            return said
        said = bare
    if said.operator != operator:
        return Ambiguous(
            f"“{text.strip()}”的计算符号是 {said.operator.label}，本行是 {Operator(operator).label}，请改为一致"
        )
    if said.unit and not _same_unit(said.unit, unit, block):
        row = f"“{unit}”" if unit else "未填"
        return Ambiguous(f"“{text.strip()}”的计量单位是“{said.unit}”，本行{row}，请改为一致或只填数字")
    return said.value


def _same_unit(typed: str, unit: str, block: str) -> bool:
    """台 and 套 are each the unit 台（套）. 人次 in the column of one year is 人次/年; of the whole period it may not be."""
    row = plain_text(unit)
    if block.isdecimal() and typed == row.removesuffix(A_YEAR):
        return True
    return typed == row or ("(" in row and typed in UNIT_PARTS.split(row))


def _deadline(text: str, unit: str, block: str) -> str | Ambiguous | None:
    """None: no deadline at all. The year comes from the text, else from the yearly block; 实施期 has none to give."""
    lead = LEAD.match(plain_text(text).rstrip("。；;"))
    typed, rest = (lead["year"], lead["rest"]) if lead else (None, "")
    month, where = MONTH.match(rest), f"“{text.strip()}”"
    if BARE_MONTH.match(rest):
        return Ambiguous(f"{where}可以是月初，也可以是月底，请写明日期，如 7月底前、6月30日前")
    if month is None and not YEAR_END.match(rest):
        return None
    if doubt := _doubt(typed, unit, block):
        return Ambiguous(f"{where}{doubt}")
    try:
        return _day(int(typed or block), month).isoformat()
    except ValueError:
        return Ambiguous(f"{where}不是存在的日期，请核对")


def _doubt(year: str | None, unit: str, block: str) -> str:
    """Why a deadline cannot be placed in this row and block."""
    if unit != DATE_UNIT:
        return f"是完成期限，本行计量单位是“{unit}”；期限指标的计量单位应为“{DATE_UNIT}”"
    if year is None and not block.isdecimal():
        return "没有写明年份，请填写如 2026年7月底前"
    return f"的年份不是本栏的 {block} 年，请核对" if year and block.isdecimal() and year != block else ""


def _day(year: int, month: re.Match[str] | None) -> date:
    """The last day that is in time; ValueError where there is no such day."""
    if month is None:
        return date(year, DECEMBER, 31)
    number = int(month["month"])
    if not 1 <= number <= DECEMBER:
        raise ValueError(number)
    return date(year, number, int(month["day"]) if month["day"] else monthrange(year, number)[1])


def recognised(text: str, operator: Operator, unit: str) -> str:
    """What was read out of typed words, for the reader to check: 已按 ≥2000 人次 识别."""
    sign = Operator(operator).label
    shown = "" if unit == DATE_UNIT else unit
    return f"已按 {sign}{text} {shown}".rstrip() + " 识别"
