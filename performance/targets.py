"""Typed figures and targets: exact numbers out of text. What is ambiguous is asked, never guessed (handbook 3)."""

import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Self

from policy.terms import Operator

LONGEST = 40
NUMBER = re.compile(r"-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")
RATIO = re.compile(r"(-?[0-9]+)/([0-9]+)")
FIGURE = re.compile(r"-?[0-9][0-9,]*(?:\.[0-9]+|/[0-9]+)?")
FULL_WIDTH = {0xFF01 + step: 0x21 + step for step in range(94)} | {0x3000: " ", 0x2212: "-"}

PREFIXES = (
    *((word, Operator.GE) for word in ("大于或等于", "大于等于", "不低于", "不少于", "不小于", "至少", ">=", "≥", "≧")),
    *((word, Operator.LE) for word in ("小于或等于", "小于等于", "不超过", "不高于", "不大于", "不多于", "至多")),
    *((word, Operator.LE) for word in ("<=", "≤", "≦")),
    *((word, Operator.GT) for word in ("大于", "高于", "多于", "超过", ">")),
    *((word, Operator.LT) for word in ("小于", "低于", "少于", "<")),
    *((word, Operator.EQ) for word in ("等于", "=")),
)
SUFFIXES = (
    *((word, Operator.GE) for word in ("及以上", "以上")),
    *((word, Operator.LE) for word in ("及以下", "以下", "以内", "之内")),
)
# Words that leave the figure open, wherever they stand after the number.
OPEN = re.compile(r"[0-9.~—–\-或多余几来约近成倍万亿千百至到及]|左右|上下|之间|以上|以内|以下")
# Units that hold one of these signs and are yet exact.
EXACT_UNITS = ("万元", "亿元", "个百分点", "百分点")
ATTAINED = "达成"
# The unit of a deadline: its target is a day, the operator ≤.
DATE_UNIT = "日期"
DAY = re.compile(r"([0-9]{4})(?:-|年|\.)([0-9]{1,2})(?:-|月|\.)([0-9]{1,2})日?")


def plain_text(text: str) -> str:
    """Full-width signs and digits as ASCII, no blanks."""
    return re.sub(r"\s", "", text.translate(FULL_WIDTH))


@dataclass(frozen=True, slots=True)
class Quantity:
    """An exact number and the text it is kept as: "2000", "1/3", "90.5"."""

    text: str
    value: Fraction

    @classmethod
    def of(cls, text: str) -> Self:
        value = parse_value(text)
        return cls(plain_text(text).replace(",", ""), value)

    def __str__(self) -> str:
        return self.text


def parse_value(text: str) -> Fraction:
    """The exact number in `text`; ValueError, in words for the user, for anything that is not plainly one."""
    plain = plain_text(text)
    if not plain:
        raise ValueError("请填写数值")
    if len(plain) > LONGEST:
        raise ValueError("数值过长")
    if NUMBER.fullmatch(plain):
        return Fraction(plain.replace(",", ""))
    if ratio := RATIO.fullmatch(plain):
        if not int(ratio[2]):
            raise ValueError("分母不能为 0")
        return Fraction(int(ratio[1]), int(ratio[2]))
    raise ValueError(f"“{text.strip()}”不是数值，请填写如 2000、90.5 或 1/3 的数")


def parse_day(text: str) -> date:
    """A day as people write it, 2026-07-31 or 2026年7月31日; ValueError, in words for the user."""
    found = DAY.fullmatch(plain_text(text))
    if not found:
        raise ValueError(f"“{text.strip()}”不是日期，请填写如 2026-07-31")
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        raise ValueError(f"“{text.strip()}”不是存在的日期，请核对") from None


def number_text(value: Fraction) -> str:
    """The number as people write it: a decimal where it ends, else p/q. `parse_value` reads it back exactly."""
    rest, places = value.denominator, 0
    for prime in (2, 5):
        power = 0
        while rest % prime == 0:
            rest, power = rest // prime, power + 1
        places = max(places, power)
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    sign, digits = "-" if value < 0 else "", str(abs(value.numerator) * 10**places // value.denominator)
    if not places:
        return sign + digits
    digits = digits.zfill(places + 1)
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def figure_text(value: Fraction, unit: str) -> str:
    """A figure as people write it in its unit: a 日期 is the day its number stands for."""
    if unit != DATE_UNIT or value.denominator != 1 or not 1 <= value <= date.max.toordinal():
        return number_text(value)
    return date.fromordinal(int(value)).isoformat()


@dataclass(frozen=True, slots=True)
class ParsedTarget:
    operator: Operator
    value: str
    unit: str


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """What was typed can be read in more than one way: the message asks the user."""

    message: str


def _ask(text: str, why: str) -> Ambiguous:
    return Ambiguous(f"“{text.strip()}”{why}")


def _prefix(plain: str) -> tuple[Operator | None, str]:
    for word, operator in PREFIXES:
        if plain.startswith(word):
            return operator, plain.removeprefix(word)
    return None, plain


def _suffix(plain: str) -> tuple[Operator | None, str]:
    for word, operator in SUFFIXES:
        if plain.endswith(word):
            return operator, plain.removesuffix(word)
    return None, plain


def _operator(plain: str) -> tuple[Operator | None, str, bool]:
    """Operator (None where there is none), what is left, and whether two operators contradict each other.

    达到 alone is ≥; beside 以上 or 以内 it adds nothing.
    """
    before, rest = _prefix(plain)
    reached = before is None and rest.startswith("达到")
    after, rest = _suffix(rest.removeprefix("达到") if reached else rest)
    if before and after and before != after:
        return None, rest, True
    return before or after or (Operator.GE if reached else None), rest, False


def parse_target(text: str) -> ParsedTarget | Ambiguous:
    """Operator, value and unit of a typed target such as 不低于90%; Ambiguous where a person has to say."""
    plain = plain_text(text).rstrip("。；;")
    if not plain:
        return Ambiguous("请填写目标值")
    if plain == ATTAINED:
        return ParsedTarget(Operator.QUALITATIVE, ATTAINED, "")
    operator, rest, torn = _operator(plain)
    if torn:
        return _ask(text, "前后符号不一致，请选择一个计算符号")
    return _figure(text, operator, rest)


def _figure(text: str, operator: Operator | None, rest: str) -> ParsedTarget | Ambiguous:
    """What is left of a target beside its operator: one figure and its unit, nothing else."""
    figure = FIGURE.match(rest)
    unit = rest[figure.end() :] if figure else ""
    if not figure or (unit not in EXACT_UNITS and OPEN.search(unit)):
        return _ask(text, "不是一个确定的数值，请填写一个计算符号和一个数字，如 ≥2000人次")
    if operator is None:
        return _ask(text, "没有写明计算符号，请选择 ≥、>、=、≤ 或 <")
    try:
        return ParsedTarget(operator, Quantity.of(figure[0]).text, unit)
    except ValueError as error:
        return Ambiguous(str(error))
