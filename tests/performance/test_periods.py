"""Every period of a build from its first day, and which indicators a cut-off asks for."""

from datetime import date

import pytest

from performance.rules.periods import begins, check_round, due_now, periods
from policy.calendar import WorkCalendar
from policy.loader import edition
from policy.terms import Frequency, Kind

CALENDAR = WorkCalendar.from_rows([])
EDITION = edition("demo_2022")


def test_a_base_reports_each_quarter_and_the_last_period_ends_with_the_build():
    found = periods(date(2025, 5, 20), date(2027, 5, 20), EDITION, Kind.BASE, CALENDAR)
    assert [one.name for one in found][:2] == ["2025年第2季度", "2025年第3季度"]
    assert (found[0].start, found[-1].cut_off, len(found)) == (date(2025, 4, 1), date(2027, 5, 20), 9)
    assert all(one.due_on > one.cut_off for one in found)


def test_a_studio_reports_each_half_year():
    found = periods(date(2025, 5, 20), date(2026, 5, 19), EDITION, Kind.STUDIO, CALENDAR)
    assert [one.name for one in found] == ["2025年上半年", "2025年下半年", "2026年上半年"]


@pytest.mark.parametrize(
    ("frequency", "cut_off", "due"),
    [
        ("quarter", date(2026, 9, 30), True),
        ("year", date(2026, 9, 30), False),
        ("year", date(2026, 12, 31), True),
        ("final", date(2026, 12, 31), False),
        ("final", date(2027, 5, 20), True),
        ("year", date(2027, 5, 20), True),
    ],
)
def test_what_is_due(frequency, cut_off, due):
    assert due_now(Frequency(frequency), cut_off=cut_off, build_end=date(2027, 5, 20)) is due


@pytest.mark.parametrize(
    ("cut_off", "build_start", "spans", "first"),
    [
        (date(2026, 3, 31), date(2025, 5, 20), [], date(2026, 1, 1)),
        (date(2026, 6, 30), date(2026, 2, 17), [], date(2026, 2, 17)),
        (date(2026, 7, 31), date(2025, 5, 20), [(date(2026, 1, 1), date(2026, 6, 30))], date(2026, 7, 1)),
        (date(2027, 3, 31), date(2025, 5, 20), [(date(2026, 7, 1), date(2026, 9, 30))], date(2027, 1, 1)),
        (date(2026, 12, 31), date(2025, 5, 20), [(date(2025, 5, 20), date(2025, 12, 31))], date(2026, 1, 1)),
        (date(2026, 3, 31), date(2026, 2, 17), [(date(2026, 4, 1), date(2026, 6, 30))], date(2026, 2, 17)),
    ],
    ids=[
        "the first of the year reaches back to 1 January",
        "or to the first day of the build",
        "what is reported is not asked again",
        "never over 1 January",
        "the year after",
        "a gap before what is reported",
    ],
)
def test_what_is_typed_begins_after_what_is_reported_and_leaves_no_day_out(cut_off, build_start, spans, first):
    assert begins(cut_off, build_start, spans) == first


def test_a_round_names_all_its_faults():
    codes = [one.code for one in check_round(date(2026, 4, 1), date(2025, 12, 31), date(2025, 12, 1), date(2026, 1, 1))]
    assert codes == ["cut_off", "year", "due_on", "due_on"]
