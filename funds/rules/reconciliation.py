"""三方对账: the unit's books, the treasury's list and the payments recorded here, laid side by side. Pure.

Rows of one side with one voucher number in one month are summed first (a voucher booked in several lines; numbers often
start anew each month). Sides are then joined by number and month; what stays incomplete by number and amount, by number,
and at last by amount and day, each only where no side has two that fit. Every row ends in exactly one `Pair`.
"""

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from policy.money import ZERO

BOOKS, TREASURY, SYSTEM = "books", "treasury", "system"
SIDES = (SYSTEM, BOOKS, TREASURY)
LABELS = {BOOKS: "单位辅助账", TREASURY: "财政支付清单", SYSTEM: "本系统"}
_RUNS = re.compile(r"[^\W\d_]+|\d+")
_LONGEST = 40
MATCHED, MISSING, AMOUNT, OTHER_PERIOD, CATEGORY = "matched", "missing", "amount", "other_period", "category"
KINDS = {
    MATCHED: "一致", MISSING: "缺少记录", AMOUNT: "金额不一致", OTHER_PERIOD: "记在其他期间", CATEGORY: "支出类别不一致",
}  # fmt: skip


def plain_number(text: str) -> str:
    """A voucher number as compared: width, case, signs and leading zeros aside; 记-001 is 记1, 26-1 is not 2-61."""
    runs = _RUNS.findall(unicodedata.normalize("NFKC", text).casefold())
    return "-".join(run.lstrip("0") or "0" if run.isdigit() else run for run in runs)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of one side. `fiscal`: the treasury must have it too (自筹 is paid without it); `category`: its name, ""
    where the side does not say it or says a word that is none.
    """

    side: str
    ref: int
    number: str
    on: date
    amount: Decimal
    payee: str = ""
    abstract: str = ""
    fiscal: bool = True
    category: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one side under one number."""

    number: str
    lines: tuple[Line, ...]

    @property
    def amount(self) -> Decimal:
        return sum((line.amount for line in self.lines), ZERO)

    @property
    def categories(self) -> frozenset[str]:
        return frozenset(line.category for line in self.lines)

    @property
    def days(self) -> frozenset[date]:
        return frozenset(line.on for line in self.lines)

    @property
    def first(self) -> Line:
        return self.lines[0]


@dataclass(frozen=True, slots=True)
class Pair:
    """What the sides say of one voucher. `asked`: the sides that should have it; `elsewhere`: side → its day outside
    the period, where that side has the number in another one.
    """

    groups: Mapping[str, Group]
    asked: frozenset[str]
    elsewhere: Mapping[str, date] = field(default_factory=dict)

    @property
    def number(self) -> str:
        return next(self.groups[side].first.number for side in SIDES if side in self.groups)

    @property
    def first(self) -> Line:
        return next(self.groups[side].first for side in SIDES if side in self.groups)

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line for group in self.groups.values() for line in group.lines)

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(side for side in SIDES if side in self.asked and side not in self.groups)

    @property
    def kind(self) -> str:
        if self.missing:
            return OTHER_PERIOD if all(side in self.elsewhere for side in self.missing) else MISSING
        if len({group.amount for group in self.groups.values()}) > 1:
            return AMOUNT
        return CATEGORY if len(self.categories) > 1 else MATCHED

    @property
    def categories(self) -> dict[frozenset[str], list[str]]:
        """What the sides that say it book it under → those sides."""
        found: dict[frozenset[str], list[str]] = {}
        for side in SIDES:
            said = self.groups[side].categories if side in self.groups else frozenset()
            if said and "" not in said:
                found.setdefault(said, []).append(side)
        return found

    def amount(self, side: str) -> Decimal | None:
        return self.groups[side].amount if side in self.groups else None

    def gap(self, side: str) -> Decimal:
        """How far a side stands from this system, 0 where it is not asked."""
        if side not in self.asked or side == SYSTEM:
            return ZERO
        return (self.amount(side) or ZERO) - (self.amount(SYSTEM) or ZERO)

    def said(self) -> str:
        """In words: where it is missing or differs."""
        if self.kind == AMOUNT:
            return "金额不一致"
        if self.kind == CATEGORY:
            told = (
                f"{LABELS[side]}「{'、'.join(sorted(said))}」"
                for said, sides in self.categories.items()
                for side in sides
            )
            return f"支出类别不一致：{'，'.join(told)}"
        parts = []
        for side in self.missing:
            day = self.elsewhere.get(side)
            parts.append(f"{LABELS[side]}记在 {day}" if day else f"{LABELS[side]}没有")
        return "；".join(parts)


Elsewhere = Mapping[tuple[str, str, Decimal], date]


def pair(lines: Iterable[Line], *, sides: Iterable[str], elsewhere: Elsewhere | None = None) -> list[Pair]:
    """`sides`: those that handed in a list, and this system; `elsewhere`: (side, plain number, amount) → a day outside."""
    present = frozenset(sides)
    by_number: dict[tuple[str, int, int], dict[str, list[Line]]] = defaultdict(lambda: defaultdict(list))
    for line in lines:
        by_number[plain_number(line.number), line.on.year, line.on.month][line.side].append(line)
    found = [
        {side: Group(number, tuple(rows)) for side, rows in by_side.items()}
        for (number, _, _), by_side in by_number.items()
    ]
    for key in (_number_and_amount, _number, _amount_and_day):
        found = _joined(found, present, key)
    return sorted((_finished(groups, present, elsewhere or {}) for groups in found), key=_place)


def _place(one: Pair) -> tuple[date, str, int]:
    return one.first.on, one.number, one.first.ref


def _finished(groups: dict[str, Group], present: frozenset[str], outside: Elsewhere) -> Pair:
    known = groups.get(SYSTEM)
    fiscal = known is None or any(line.fiscal for line in known.lines)
    one = Pair(groups, (present if fiscal else present - {TREASURY}) | frozenset(groups))
    named = {(group.number, group.amount) for group in groups.values()}
    days = {side: outside[side, *key] for side in one.missing for key in named if (side, *key) in outside}
    return replace(one, elsewhere=days)


def _number_and_amount(groups: Mapping[str, Group]) -> frozenset[object]:
    return frozenset((group.number, group.amount) for group in groups.values())


def _number(groups: Mapping[str, Group]) -> frozenset[object]:
    return frozenset(group.number for group in groups.values())


def _amount_and_day(groups: Mapping[str, Group]) -> frozenset[object]:
    return frozenset((group.amount, group.days) for group in groups.values())


def _joined(
    found: list[dict[str, Group]], present: frozenset[str], key_of: Callable[[Mapping[str, Group]], frozenset[object]]
) -> list[dict[str, Group]]:
    """Join incomplete vouchers that agree in `key_of`, where no side has two that do."""
    alike: dict[object, list[int]] = defaultdict(list)
    for index, groups in enumerate(found):
        keys = key_of(groups)
        if len(keys) == 1 and present - groups.keys():
            alike[next(iter(keys))].append(index)
    gone: set[int] = set()
    for first, *rest in alike.values():
        sides = [side for index in (first, *rest) for side in found[index]]
        if len(sides) == len(set(sides)):
            for index in rest:
                found[first] = found[first] | found[index]
                gone.add(index)
    return [groups for index, groups in enumerate(found) if index not in gone]


def key_of(one: Pair, start: date, end: date) -> str:
    """Names a difference over re-uploads: the same voucher with the same amounts in the same period."""
    number = plain_number(one.number)
    if len(number) > _LONGEST:
        number = hashlib.sha256(number.encode()).hexdigest()[:_LONGEST]
    amounts = "/".join("-" if (sum_ := one.amount(side)) is None else f"{sum_:.2f}" for side in SIDES)
    if one.kind == CATEGORY:
        amounts += ":" + hashlib.sha256(one.said().encode()).hexdigest()[:12]
    return f"{start:%y%m%d}-{end:%y%m%d}:{number}:{one.first.on:%m%d}:{amounts}"[:120]


@dataclass(frozen=True, slots=True)
class Sums:
    """Rows and yuan of each side; what is paired; how much of the gaps has a reason."""

    counts: Mapping[str, int]
    totals: Mapping[str, Decimal]
    own: Decimal
    matched: int
    matched_amount: Decimal
    differences: int
    explained: int
    gaps: Mapping[str, Decimal]
    explained_gaps: Mapping[str, Decimal]

    def unexplained_gap(self, side: str) -> Decimal:
        return self.gaps[side] - self.explained_gaps[side]

    @property
    def unexplained(self) -> int:
        return self.differences - self.explained


def sums_of(pairs: Iterable[Pair], explained: Iterable[Pair]) -> Sums:
    pairs, reasons = list(pairs), list(explained)
    lines = [line for one in pairs for line in one.lines]
    matched = [one for one in pairs if one.kind == MATCHED]
    return Sums(
        counts={side: sum(line.side == side for line in lines) for side in SIDES},
        totals={side: sum((line.amount for line in lines if line.side == side), ZERO) for side in SIDES},
        own=sum((line.amount for line in lines if line.side == SYSTEM and not line.fiscal), ZERO),
        matched=len(matched),
        matched_amount=sum((next(iter(one.groups.values())).amount for one in matched), ZERO),
        differences=len(pairs) - len(matched),
        explained=len(reasons),
        gaps={side: sum((one.gap(side) for one in pairs), ZERO) for side in (BOOKS, TREASURY)},
        explained_gaps={side: sum((one.gap(side) for one in reasons), ZERO) for side in (BOOKS, TREASURY)},
    )
