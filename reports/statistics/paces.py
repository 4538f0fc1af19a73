"""Spending beside elapsed time: the projects under way, and the points of their chart that lie on each other. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from policy.money import CENT, share
from reports.progress import WATCHED, elapsed
from reports.statistics.facts import Fact

SINGLY = 200  # as many points as a pointer can tell apart and a keyboard walks through
STEP = 10  # per cent, a cell of the plane where there are more
BESIDE = (Decimal("1.2"), Decimal("2.6"))  # per cent of time and of money: nearer than this one point hides another
BOUNDS = ("gone_least", "gone_most", "rate_least", "rate_most")
HUNDRED = 100
Box = tuple[Decimal, Decimal, Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class Pace:
    """One project: the share of its build period that is gone, the share of its budget that is spent."""

    fact: Fact
    gone: Decimal
    rate: Decimal

    @property
    def behind(self) -> Decimal:
        return self.gone - self.rate

    @property
    def at(self) -> tuple[Decimal, Decimal]:
        """Where it is drawn, in per cent with two decimals."""
        return (self.gone * HUNDRED).quantize(CENT), (self.rate * HUNDRED).quantize(CENT)

    def is_within(self, asked: Mapping[str, Decimal]) -> bool:
        """`asked`: some of BOUNDS, in per cent, both ends counted."""
        (x, y), whole = self.at, Decimal(HUNDRED)
        return asked.get("gone_least", -whole) <= x <= asked.get("gone_most", x) and asked.get(
            "rate_least", -whole
        ) <= y <= asked.get("rate_most", y)


def paces_of(facts: Iterable[Fact], on: date) -> list[Pace]:
    """Of projects being built or accepted with an approved budget; the farthest behind first."""
    found = []
    for fact in facts:
        time = elapsed(fact, on) if fact.stage in WATCHED else None
        if time is None or not time.whole:
            continue
        gone = share(Decimal(int(time.part or 0)), Decimal(int(time.whole)))
        rate = share(fact.spent, fact.budget)
        if gone is not None and rate is not None:
            found.append(Pace(fact, gone, rate))
    return sorted(found, key=lambda one: (-one.behind, one.fact.pk))


def groups_of(rows: Sequence[Pace]) -> list[tuple[int, ...]]:
    """Which rows (by number) a place of the chart stands for: every row in exactly one, the first row's group first.

    Nobody else lies within the bounds of a group, so that the list with these bounds is the group.
    """
    groups = _touching(rows) if len(rows) <= SINGLY else _by_cell(rows)
    return sorted(tuple(sorted(group)) for group in groups)


def bounds_of(rows: Iterable[Pace]) -> Box:
    """The smallest frame around these points: BOUNDS in their order."""
    points = [one.at for one in rows]
    return min(x for x, _ in points), max(x for x, _ in points), min(y for _, y in points), max(y for _, y in points)


def _touching(rows: Sequence[Pace]) -> list[list[int]]:
    """Frames that touch become one, until none touch."""
    groups: list[list[int]] = []
    for number in range(len(rows)):
        joined = [number]
        while near := [one for one in groups if _touch(_frame(rows, one), _frame(rows, joined))]:
            groups = [one for one in groups if one not in near]
            joined += [row for one in near for row in one]
        groups.append(joined)
    return groups


def _frame(rows: Sequence[Pace], group: Iterable[int]) -> Box:
    return bounds_of(rows[number] for number in group)


def _touch(one: Box, other: Box) -> bool:
    return all(
        one[at] - beside <= other[at + 1] and other[at] - beside <= one[at + 1]
        for at, beside in ((0, BESIDE[0]), (2, BESIDE[1]))
    )


def _by_cell(rows: Sequence[Pace]) -> Iterable[list[int]]:
    """What spent or lasted beyond the whole lies in the last cells."""
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    last = HUNDRED // STEP - 1
    for number, one in enumerate(rows):
        x, y = one.at
        cells[min(int(x // STEP), last), min(int(y // STEP), last)].append(number)
    return cells.values()
