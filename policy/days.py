"""Which days a record may bear at all: a slip of the year is refused before anything is computed from it."""

from collections.abc import Iterator
from datetime import date, timedelta

from policy.findings import Finding, blocking

# The programme is younger than this, and no term of it reaches so far. Years of budgets lie in the same span.
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)
FIRST_YEAR, LAST_YEAR = EARLIEST.year, LATEST.year


def plausible(day: date) -> bool:
    return EARLIEST <= day <= LATEST


def check_day(label: str, day: date | None, *, field: str = "") -> Iterator[Finding]:
    if day is not None and not plausible(day):
        said = f"{label} {day} 不在 {EARLIEST} 至 {LATEST} 之间，请核对年份。"
        yield blocking("implausible_day", said, field=field)


def check_year(label: str, year: int | None, *, field: str = "") -> Iterator[Finding]:
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        said = f"{label} {year} 应在 {FIRST_YEAR} 至 {LAST_YEAR} 之间，请核对。"
        yield blocking("implausible_year", said, field=field)


def window(day: date, span: timedelta) -> tuple[date, date]:
    """From `span` before to `span` after, as far as there are days."""
    return day - min(span, day - date.min), day + min(span, date.max - day)
