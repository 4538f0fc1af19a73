"""The quarter or the year a report speaks of. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from funds.ledger import Quarter, quarter_of

YEAR, QUARTER = "year", "quarter"


@dataclass(frozen=True, slots=True)
class Period:
    """`number`: the quarter; 0: the whole year."""

    year: int
    number: int = 0

    @property
    def kind(self) -> str:
        return QUARTER if self.number else YEAR

    @property
    def start(self) -> date:
        return Quarter(self.year, self.number or 1).start_on

    @property
    def end(self) -> date:
        return Quarter(self.year, self.number or 4).end_on

    @property
    def before(self) -> date:
        """The last day before it."""
        return self.start - timedelta(days=1)

    @property
    def label(self) -> str:
        return f"{self.year} 年第 {self.number} 季度" if self.number else f"{self.year} 年"

    @property
    def here(self) -> str:
        return "本季度" if self.number else "本年度"

    @property
    def key(self) -> str:
        return f"{self.year}Q{self.number}" if self.number else str(self.year)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpTo(Period):
    """The year up to one of its days."""

    day: date

    @property
    def end(self) -> date:
        return self.day


def period_of(key: str) -> Period | None:
    """Of "2026Q3" or "2026"; None for anything else."""
    year, mark, number = key.partition("Q")
    if not (year.isascii() and year.isdigit() and len(year) == 4):  # noqa: PLR2004
        return None
    if not mark:
        return Period(int(year))
    return Period(int(year), int(number)) if number in ("1", "2", "3", "4") else None


def just_ended(on: date) -> list[Period]:
    """The quarter that ended last, and the year with it where it was the fourth: what the schedule makes."""
    last = quarter_of(quarter_of(on).start_on - timedelta(days=1))
    found = [Period(last.year, last.number)]
    return [*found, Period(last.year)] if last.number == 4 else found  # noqa: PLR2004


def offered(on: date, first: int) -> Iterator[Period]:
    """Every period that has begun, the newest first; back to the year of the first award."""
    now = quarter_of(on)
    for year in range(on.year, first - 1, -1):
        yield Period(year)
        for number in range(now.number if year == on.year else 4, 0, -1):
            yield Period(year, number)
