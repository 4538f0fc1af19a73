"""考核评估: which year a report is due for, and the grades the edition knows. Pure."""

from collections.abc import Iterator
from datetime import date

from policy.calendar import WorkCalendar, add_months
from policy.edition import Edition
from policy.findings import Finding, blocking

BASIS = "人社部发〔2022〕62号"


def due_day(edition: Edition, year: int, calendar: WorkCalendar) -> date:
    """Some months after the year's end; a day off moves to the next working day (handbook 11)."""
    return calendar.next_working(add_months(date(year, 12, 31), edition.number("yearly_report_months")))


def years_due(accepted_on: date, on: date) -> range:
    """Every calendar year that is over and in which the project had passed its 验收."""
    return range(accepted_on.year, on.year)


def grades_of(edition: Edition) -> tuple[str, ...]:
    return tuple(word.strip() for word in edition.word("yearly_grades").split(",") if word.strip())


def failed(edition: Edition, grade: str) -> bool:
    """A grade that leads to 限期整改 (T29)."""
    return grade in {word.strip() for word in edition.word("yearly_failed").split(",")}


def check_grade(edition: Edition, grade: str, opinion: str) -> Iterator[Finding]:
    known = grades_of(edition)
    if grade not in known:
        basis = edition.limit("yearly_grades").basis
        yield blocking("grade", f"等次应为：{'、'.join(known)}。", basis.clause, rank=basis.rank, field="grade")
    if not opinion.strip():
        yield blocking("opinion", "请写明考核意见；不合格的写明事实。", BASIS, field="opinion")
