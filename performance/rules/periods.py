"""监测期间: every period of the build, known from the first day, and when its report is due. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from performance.rules.figures import DAY, Days
from policy.calendar import WorkCalendar, add_months
from policy.edition import Edition
from policy.findings import Finding, blocking
from policy.terms import Frequency, Kind

YEAR_MONTHS = 12
RULE = "项目支出绩效运行监控"


@dataclass(frozen=True, slots=True)
class Period:
    """`start`..`cut_off`, both included; `due_on`: the working day by which its report is in."""

    name: str
    start: date
    cut_off: date
    due_on: date


def report_months(edition: Edition, kind: Kind) -> int:
    """报送间隔 of the kind: bases each quarter, studios each half year, by the edition."""
    return edition.number("report_months_studio" if kind == Kind.STUDIO else "report_months")


def due_after(cut_off: date, edition: Edition, calendar: WorkCalendar) -> date:
    """The first day is not counted (handbook 11)."""
    return calendar.add_working_days(cut_off, edition.number("report_working_days"))


def periods(start: date, end: date, edition: Edition, kind: Kind, calendar: WorkCalendar) -> tuple[Period, ...]:
    """Calendar periods from the one the build starts in to the one it ends in; the last one ends with the build."""
    months, found = report_months(edition, kind), []
    first = date(start.year, (start.month - 1) // months * months + 1, 1)
    number = 0
    while (opens := add_months(first, number * months)) <= end:
        cut_off = min(add_months(opens, months) - DAY, end)
        found.append(Period(name_of(opens, months), opens, cut_off, due_after(cut_off, edition, calendar)))
        number += 1
    return tuple(found)


def name_of(opens: date, months: int) -> str:
    if months >= YEAR_MONTHS:
        return f"{opens.year}年度"
    number = (opens.month - 1) // months + 1
    if months * 2 == YEAR_MONTHS:
        return f"{opens.year}年{'上' if number == 1 else '下'}半年"
    return f"{opens.year}年第{number}季度" if months * 4 == YEAR_MONTHS else f"{opens.year}年第{number}期"


def due_now(frequency: Frequency, *, cut_off: date, build_end: date | None) -> bool:
    """Whether an indicator is read at this cut-off: 季 always, 年 at a year's or the build's end, 期末 at the latter."""
    ended = build_end is not None and cut_off >= build_end
    if frequency == Frequency.QUARTER or ended:
        return True
    return frequency == Frequency.YEAR and (cut_off.month, cut_off.day) == (12, 31)


def begins(cut_off: date, build_start: date, spans: Iterable[Days]) -> date:
    """The first day a report answers for: it follows what was reported before, within the budget year of its cut-off.

    The first report of a year reaches back to 1 January or to the day the build began (1–7月 = 上半年 + 7月).
    """
    opens = max(build_start, date(cut_off.year, 1, 1))
    return max([opens, *(last + DAY for _, last in spans if last < cut_off)])


class Filed(Protocol):
    """A filed version of the targets."""

    @property
    def years(self) -> Sequence[int]: ...
    @property
    def filed_on(self) -> date | None: ...


S = TypeVar("S", bound=Filed)


def version_of_year(sheets: Sequence[S], year: int, over: date | None) -> S | None:
    """The version a year is judged by: the last one filed by its end; a later one changes nothing of what is over."""
    own = [sheet for sheet in sheets if year in sheet.years]
    in_time = [sheet for sheet in own if sheet.filed_on and over and sheet.filed_on <= over]
    return in_time[-1] if in_time else next(iter(own), None)


def check_round(period_from: date, cut_off: date, due_on: date, on: date) -> Iterator[Finding]:
    """A round asks for days that are over by its due date, and is due after today."""
    if cut_off < period_from:
        yield blocking("cut_off", f"截至日期 {cut_off} 早于期间开始 {period_from}，请核对。", RULE, field="cut_off")
    if cut_off.year != period_from.year:
        yield blocking("year", "一个监测期间应在同一预算年度内，请分年度发起。", RULE, field="cut_off")
    if due_on <= cut_off:
        yield blocking("due_on", f"报送截止日期应晚于截至日期 {cut_off}。", RULE, field="due_on")
    if due_on < on:
        yield blocking("due_on", f"报送截止日期 {due_on} 已过，请另定。", RULE, field="due_on")
