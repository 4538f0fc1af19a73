"""Time limits as documents state them: whole months and years from a day that is given, and working days."""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

ONE_DAY = timedelta(days=1)
MONTHS_A_YEAR = 12


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or the month's last day where there is no such day.

    Always from the first day, never chained: 31 January + 2 months is 31 March.
    """
    year, month = divmod(day.year * MONTHS_A_YEAR + day.month - 1 + months, MONTHS_A_YEAR)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def add_years(day: date, years: int) -> date:
    return add_months(day, years * MONTHS_A_YEAR)


def days_left(on: date, due: date) -> int:
    """Days from `on` to `due`, which lasts until its 24:00; negative when overdue."""
    return (due - on).days


def days_left_text(on: date, due: date) -> str:
    left = days_left(on, due)
    if left == 0:
        return "今天到期"
    return f"剩余 {left} 天" if left > 0 else f"已逾期 {-left} 天"


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """节假日安排 as published by the State Council's office, year by year.

    `off`: days made or kept free; `working`: weekend days worked (调休上班);
    `years`: the years an arrangement exists for.
    """

    off: frozenset[date] = frozenset()
    working: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()

    @classmethod
    def from_rows(cls, rows: Iterable[tuple[date, bool]], years: Iterable[int] | None = None) -> Self:
        """From (day, whether it is worked) rows; without `years` every year that has a row counts as published."""
        kept = tuple(rows)
        return cls(
            off=frozenset(day for day, works in kept if not works),
            working=frozenset(day for day, works in kept if works),
            years=frozenset(day.year for day, _ in kept) if years is None else frozenset(years),
        )

    def is_working(self, day: date) -> bool:
        if day in self.off:
            return False
        return day in self.working or day.weekday() < calendar.SATURDAY

    def add_working_days(self, day: date, count: int) -> date:
        """The last day of a term of `count` working days; `day` itself is not counted."""
        if count < 0:
            raise ValueError("工作日天数不能为负")
        while count:
            day += ONE_DAY
            count -= self.is_working(day)
        return day

    def next_working(self, day: date) -> date:
        """The day itself if it is a working day, else the next one: a term that ends on a day off."""
        while not self.is_working(day):
            day += ONE_DAY
        return day

    def working_before(self, day: date) -> date:
        """The last working day before the day: what fell due on it or earlier has no working day left to end on."""
        day -= ONE_DAY
        while not self.is_working(day):
            day -= ONE_DAY
        return day

    def estimated(self, day_from: date, day_to: date) -> bool:
        """预估: some year of the span has no published arrangement, so only weekends are known to be off."""
        return any(year not in self.years for year in range(day_from.year, day_to.year + 1))
