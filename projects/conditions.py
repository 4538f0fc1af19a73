"""Judging the construction conditions of part two on entered values, in whole numbers and fractions only (gate A).

A rule that cannot be judged yet says None and never counts as met.
"""

import re
from collections.abc import Mapping
from fractions import Fraction

from policy.edition import Condition

YES = {"true", "是", "1"}
NO = {"false", "否", "0"}
NOT_ENTERED = "未填写"
FULL_WIDTH = {0xFF01 + step: 0x21 + step for step in range(94)} | {0x3000: " "}
NUMBER = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?|[0-9]+/[1-9][0-9]*")


def _plain(text: str) -> str:
    return text.translate(FULL_WIDTH).strip()


def _number(text: str) -> Fraction | None:
    """A plain number not below 0, or None: nothing else can be entered for a condition."""
    plain = _plain(text)
    return Fraction(plain.replace(",", "")) if NUMBER.fullmatch(plain) else None


def _bounds(threshold: str) -> tuple[int, int]:
    low, _, high = threshold.partition("..")
    return int(low), int(high)


def _judge_ratio(op: str, threshold: str, part: Fraction | None, whole: Fraction | None) -> bool | None:
    """part*q against whole*p; a part of nothing, or one larger than the whole, is not judged."""
    if part is None or whole is None or whole == 0 or part > whole:
        return None
    p, q = (int(side) for side in threshold.split("/"))
    return part * q <= whole * p if op == "ratio_le" else part * q >= whole * p


def _judge_yes(text: str) -> bool | None:
    word = _plain(text).lower()
    return True if word in YES else False if word in NO else None


def _judge_least(threshold: str, text: str) -> bool | None:
    """min_ge: one number for each occupation, every one of them large enough."""
    numbers = [_number(part) for part in re.split(r"[、,;；\s]+", _plain(text)) if part]
    if not numbers or None in numbers:
        return None
    return min(number for number in numbers if number is not None) >= int(threshold)


def _judge_number(condition: Condition, text: str) -> bool | None:
    number = _number(text)
    if number is None:
        return None
    if condition.op == "between":
        low, high = _bounds(condition.threshold)
        return low <= number <= high
    return number <= int(condition.threshold) if condition.op == "unique" else number >= int(condition.threshold)


def judge(condition: Condition, values: Mapping[str, str]) -> bool | None:
    """Whether the condition is met on these values; None where they are not enough to say."""
    entered = [values.get(name, "") for name, _ in condition.facts]
    if not all(_plain(text) for text in entered):
        return None
    if condition.op in ("ratio_le", "ratio_ge"):
        part, whole = (_number(text) for text in entered)
        return _judge_ratio(condition.op, condition.threshold, part, whole)
    if condition.op == "is":
        return _judge_yes(entered[0])
    if condition.op == "level":
        return _plain(entered[0]) in condition.threshold.split("|")
    if condition.op == "min_ge":
        return _judge_least(condition.threshold, entered[0])
    return _judge_number(condition, entered[0])


def requirement_text(condition: Condition) -> str:
    """What is asked for, short: ≥1000 平方米, 不超过 1/3, 2011—2020 年."""
    op, threshold = condition.op, condition.threshold
    if op == "is":
        return "是"
    if op == "level":
        return " 或 ".join(threshold.split("|"))
    if op == "between":
        low, high = _bounds(threshold)
        return f"{low}—{high} {condition.unit}".rstrip()
    if op == "ratio_ge":
        return f"不低于 {_share_text(threshold)}"
    sign = {"ratio_le": "不超过 ", "unique": "不超过 ", "min_ge": "每个不少于 "}.get(op, "≥")
    return f"{sign}{threshold} {condition.unit}".rstrip()


def _share_text(threshold: str) -> str:
    """45/100 reads as 45%, 1/3 stays as it is."""
    p, _, q = threshold.partition("/")
    return f"{p}%" if q == "100" else threshold


def actual_text(condition: Condition, values: Mapping[str, str]) -> str:
    """What was entered, as it reads beside the requirement."""
    entered = [_plain(values.get(name, "")) for name, _ in condition.facts]
    if not all(entered):
        return NOT_ENTERED
    if condition.op in ("ratio_le", "ratio_ge"):
        return _ratio_text(entered[0], entered[1])
    if condition.op == "is":
        return {True: "是", False: "否", None: entered[0]}[_judge_yes(entered[0])]
    return f"{entered[0]} {condition.unit}".rstrip() if condition.op != "level" else entered[0]


def _ratio_text(part: str, whole: str) -> str:
    """The two figures and, for reading only, the percentage rounded half up; the judgement never uses it."""
    above, below = _number(part), _number(whole)
    if above is None or below is None:
        return f"{part} ÷ {whole}（应为数字）"
    if below == 0:
        return f"{part} ÷ {whole}（总数为 0，无法判定）"
    if above > below:
        return f"{part} ÷ {whole}（部分大于总数，请核对）"
    hundredths = int(above * 10000 / below + Fraction(1, 2))
    return f"{part} ÷ {whole} ≈ {hundredths // 100}.{hundredths % 100:02d}%"
