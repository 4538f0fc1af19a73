"""The one-year ceiling of 限期整改 as a line people can look at: dates, where each stands, what each means. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from policy.calendar import WorkCalendar, days_left_text

LEFT, RIGHT = 40, 960


@dataclass(frozen=True, slots=True)
class Mark:
    """One day on the line; `x` in the units of the drawing, `row` keeps near labels apart."""

    on: date
    label: str
    note: str
    x: int
    tone: str
    row: int


@dataclass(frozen=True, slots=True)
class Ceiling:
    """`term`, `rest`: the parts of the bar until the day due and from there to the cap, as (x, width)."""

    marks: tuple[Mark, ...]
    term: tuple[int, int]
    rest: tuple[int, int]
    said: str


def ceiling_of(
    *, served_on: date, due_on: date, cap_on: date, on: date, rechecks: Iterable[tuple[date, str]],
    calendar: WorkCalendar, closed_on: date | None = None,
) -> Ceiling:  # fmt: skip
    """`rechecks`: day and result of each. A day off shows the next working day beside it (both count for the cap).

    The line of an order that is over ends on `closed_on`, and no day is counted any more.
    """
    over = closed_on is not None and closed_on <= on
    last = closed_on if over and closed_on else on
    due_work, cap_work = calendar.next_working(due_on), calendar.next_working(cap_on)
    days = [
        (served_on, "送达", "期限自此日起算，当日不计", "slate"),
        *((day, "复验", text, "purple") for day, text in rechecks),
        (due_on, "整改到期", _both(due_on, due_work, "报告在此日之前报送为按期"), "orange"),
        (cap_on, "一年上限", _both(cap_on, cap_work, "自送达起满一年，任何人不能再延"), "red"),
    ]
    if cap_work != cap_on:
        days.append((cap_work, "上限顺延日", "上限当日为休息日，报送顺延至此工作日", "red"))
    days.append(
        (last, "结束", "本次整改到此结束", "blue") if over else (on, "今天", days_left_text(on, due_work), "blue")
    )
    start, end = min(served_on, last), max(cap_work, last)
    days.sort(key=lambda day: day[0])

    def place(day: date) -> int:
        return LEFT + (RIGHT - LEFT) * (day - start).days // max((end - start).days, 1)

    marks = tuple(
        Mark(day, label, note, place(day), tone, row % 3) for row, (day, label, note, tone) in enumerate(days)
    )
    x1, x2, x3 = place(served_on), place(due_on), place(cap_on)
    now = f"{last} 结束" if over else f"今天 {on}，距到期{days_left_text(on, due_work)}"
    said = f"{served_on} 送达，整改至 {due_on}，一年上限 {cap_on}；{now}。"
    return Ceiling(marks, (x1, max(x2 - x1, 0)), (x2, max(x3 - x2, 0)), said)


def _both(day: date, work: date, meaning: str) -> str:
    """The calendar day and, where it is a day off, the working day after it."""
    return meaning if day == work else f"{meaning}；当日休息，顺延至 {work}（工作日）"
