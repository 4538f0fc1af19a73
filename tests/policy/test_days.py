"""Days and years a record may bear."""

from datetime import date, timedelta

import pytest

from policy.days import check_day, check_year, window


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(1, 1, 1), ["implausible_day"]),
        (date(1999, 12, 31), ["implausible_day"]),
        (date(2000, 1, 1), []),
        (date(2100, 12, 31), []),
        (date(2101, 1, 1), ["implausible_day"]),
        (date(9999, 12, 31), ["implausible_day"]),
        (None, []),
    ],
)
def test_check_day(day, expected):
    assert [one.code for one in check_day("支付日期", day)] == expected


@pytest.mark.parametrize(("year", "expected"), [(1999, 1), (2000, 0), (2100, 0), (2101, 1), (99999999, 1), (None, 0)])
def test_check_year(year, expected):
    assert len(list(check_year("资金年度", year))) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 1, 10), (date(2026, 1, 5), date(2026, 1, 15))),
        (date(1, 1, 3), (date(1, 1, 1), date(1, 1, 8))),
        (date(9999, 12, 30), (date(9999, 12, 25), date(9999, 12, 31))),
    ],
)
def test_a_window_never_leaves_the_calendar(day, expected):
    assert window(day, timedelta(days=5)) == expected
