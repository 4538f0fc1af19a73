import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.calendar import WorkCalendar, add_months, add_years, days_left, days_left_text

ROOT = Path(__file__).parents[2]
DAYS = st.dates(date(2022, 1, 1), date(2026, 12, 31))


def rows(path):
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def work():
    holidays = rows(ROOT / "accounts/data/holidays_2022_2026.csv")
    return WorkCalendar.from_rows((date.fromisoformat(row["date"]), row["kind"] == "work") for row in holidays)


@pytest.mark.parametrize("case", rows(ROOT / "tests/vectors/cases_dates.csv"), ids=lambda case: case["last_day"])
def test_terms_in_months_and_years_end_as_in_the_vectors(case):
    start, count = date.fromisoformat(case["start_day_not_counted"]), int(case["n"])

    last = {"year": add_years, "month": add_months}[case["unit"]](start, count)

    assert last == date.fromisoformat(case["last_day"])


@given(DAYS, st.integers(0, 60))
def test_add_months_lands_in_the_right_month(day, months):
    last = add_months(day, months)

    assert (last.year * 12 + last.month) - (day.year * 12 + day.month) == months
    assert last.day == day.day or (last + timedelta(days=1)).day == 1


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 2, 13), True),
        (date(2022, 1, 29), True),
        (date(2022, 1, 31), False),
        (date(2026, 2, 8), False),
        (date(2027, 2, 6), False),
        (date(2027, 2, 8), True),
    ],
    ids=["Friday", "Saturday worked", "Monday off", "Sunday", "Saturday of an unpublished year", "Monday of one"],
)
def test_is_working(work, day, working):
    assert work.is_working(day) is working


@pytest.mark.parametrize(
    ("day", "count", "last"),
    [
        (date(2026, 2, 12), 5, date(2026, 2, 26)),
        (date(2026, 2, 12), 0, date(2026, 2, 12)),
        (date(2026, 3, 6), 1, date(2026, 3, 9)),
    ],
    ids=["over the Spring Festival", "nothing to add", "over a weekend"],
)
def test_add_working_days_does_not_count_the_first_day(work, day, count, last):
    assert work.add_working_days(day, count) == last


def test_add_working_days_refuses_to_go_back(work):
    with pytest.raises(ValueError, match="不能为负"):
        work.add_working_days(date(2026, 2, 12), -1)


def test_next_working_keeps_a_working_day_and_moves_a_day_off(work):
    assert work.next_working(date(2026, 2, 12)) == date(2026, 2, 12)
    assert work.next_working(date(2026, 10, 1)) == date(2026, 10, 8)


@given(day=DAYS, count=st.integers(1, 30))
def test_a_term_of_working_days_ends_on_a_working_day_and_holds_as_many(work, day, count):
    last = work.add_working_days(day, count)

    between = [day + timedelta(days=step) for step in range(1, (last - day).days + 1)]
    assert work.is_working(last)
    assert sum(work.is_working(passed) for passed in between) == count


@pytest.mark.parametrize(
    ("first", "last", "estimated"),
    [
        (date(2025, 12, 1), date(2026, 12, 31), False),
        (date(2026, 12, 31), date(2027, 1, 1), True),
        (date(2021, 12, 31), date(2022, 1, 1), True),
    ],
)
def test_a_span_that_touches_an_unpublished_year_is_estimated(work, first, last, estimated):
    assert work.estimated(first, last) is estimated


def test_the_years_published_can_be_stated():
    calendar = WorkCalendar.from_rows([(date(2026, 12, 31), False)], years=[2027])

    assert not calendar.estimated(date(2027, 1, 1), date(2027, 1, 1))
    assert calendar.estimated(date(2026, 12, 31), date(2027, 1, 1))


@pytest.mark.parametrize(
    ("due", "left", "text"),
    [
        (date(2026, 3, 22), 12, "剩余 12 天"),
        (date(2026, 3, 10), 0, "今天到期"),
        (date(2026, 3, 7), -3, "已逾期 3 天"),
    ],
)
def test_days_left(due, left, text):
    on = date(2026, 3, 10)

    assert days_left(on, due) == left
    assert days_left_text(on, due) == text
