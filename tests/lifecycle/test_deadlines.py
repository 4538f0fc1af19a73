"""The arithmetic of legal dates and what a calendar is given of them. Pure."""

from datetime import UTC, date, datetime

import pytest

from accounts.groundwork import HOLIDAYS
from accounts.roles import grants
from lifecycle.rules import deadlines as rules
from lifecycle.rules.deadlines import LegalDate, Term, Unit
from lifecycle.rules.ical import escaped, feed_of, folded
from policy.calendar import WorkCalendar
from policy.loader import configured
from policy.terms import Rank

EDITION = configured()["jilin_2025"]


def calendar():
    lines = HOLIDAYS.read_text("utf-8").splitlines()[1:]
    rows = [line.split(",") for line in lines if line]
    return WorkCalendar.from_rows((date.fromisoformat(row[0]), row[1] == "work") for row in rows)


def one(rule=rules.RECTIFY, due=date(2026, 5, 1), **changes):
    told = {
        "project_id": 7, "rule": rule, "due_on": due, "opened_on": date(2025, 5, 1), "since": date(2025, 5, 1),
        "last_on": rules.last_day(rule, due, calendar()), "clause": "通知六（一）", "rank": Rank.NOTICE,
        "sum": "自 2025-05-01 起 12 个月，当日不计，至 2026-05-01",
    }  # fmt: skip
    return LegalDate(**(told | changes))


@pytest.mark.parametrize(
    ("since", "count", "unit", "ends"),
    [
        (date(2024, 2, 29), 12, Unit.MONTHS, date(2025, 2, 28)),
        (date(2023, 2, 28), 12, Unit.MONTHS, date(2024, 2, 28)),
        (date(2025, 1, 31), 1, Unit.MONTHS, date(2025, 2, 28)),
        (date(2025, 8, 31), 18, Unit.MONTHS, date(2027, 2, 28)),
        (date(2026, 2, 12), 5, Unit.WORKING, date(2026, 2, 26)),
        (date(2026, 3, 1), 60, Unit.DAYS, date(2026, 4, 30)),
    ],
    ids=["leap day", "end of a common February", "short month", "never chained", "spring festival", "days"],
)
def test_a_term_ends(since, count, unit, ends):
    assert Term(since, count, unit).ends(calendar()) == ends


def test_the_first_day_is_not_counted_and_the_sum_says_so():
    said = rules.arithmetic(
        rules.BUILD_END, due_on=date(2027, 3, 1), since=date(2026, 3, 1), count=12, unit=Unit.MONTHS
    )

    assert said == "自 2026-03-01 起 12 个月，当日不计，至 2027-03-01"


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (date(2026, 2, 28), Term(date(2025, 8, 31), 6, Unit.MONTHS)),
        (date(2026, 8, 31), Term(date(2025, 8, 31), 12, Unit.MONTHS)),
        (date(2026, 9, 30), None),
        (date(2026, 3, 1), None),
    ],
    ids=["shorter", "the whole year", "beyond the cap", "a day of its own"],
)
def test_the_term_behind_a_day_is_found_or_left_to_the_document(due, expected):
    assert rules.term_behind(rules.RECTIFY, EDITION, date(2025, 8, 31), due, calendar()) == expected


def test_the_one_year_shows_both_days_when_it_ends_on_a_day_off():
    shown = one()

    assert (shown.due_on, shown.last_on, shown.moved) == (date(2026, 5, 1), date(2026, 5, 6), True)
    assert [shown.overdue(day) for day in (date(2026, 5, 6), date(2026, 5, 7))] == [False, True]
    assert ("最后办理日", "2026-05-06（到期日是休息日，顺延）") in shown.why()


def test_the_end_of_the_build_is_no_filing_and_does_not_move():
    shown = one(rules.BUILD_END)

    assert (shown.last_on, shown.moved, shown.overdue(date(2026, 5, 2))) == (date(2026, 5, 1), False, True)


def test_a_right_lapses_and_is_never_overdue():
    shown, after = one(rules.APPEAL_COURT), date(2026, 5, 7)

    assert (shown.overdue(after), shown.lapsed(after), shown.left_text(after)) == (False, True, "已届满")
    assert all(rung >= 0 for rung, _ in rules.rungs_reached(shown, (15, 3, 0), (1, 15, 30), on=date(2027, 1, 1)))


def test_rungs_come_in_order_and_none_from_before_the_date_was_set():
    shown = one(opened_on=date(2026, 4, 20))

    reached = rules.rungs_reached(shown, (60, 30, 7, 0), (1, 15, 30), on=date(2026, 5, 21))

    assert reached == [
        (7, date(2026, 4, 24)), (0, date(2026, 5, 1)), (-1, date(2026, 5, 7)), (-15, date(2026, 5, 21)),
    ]  # fmt: skip


@pytest.mark.parametrize("edition", configured().values(), ids=lambda edition: edition.code)
@pytest.mark.parametrize("rule", rules.RULES.values(), ids=lambda rule: rule.code)
def test_every_rule_has_its_numbers_in_every_edition_and_somebody_who_acts(rule, edition):
    assert edition.days(rule.ladder)
    assert grants(rule.action)
    if rule.limit:
        assert edition.limit(rule.limit).basis.clause


# iCalendar


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a,b;c\\d", "a\\,b\\;c\\\\d"), ("一\r\n二\n三\r四", "一\\n二\\n三\\n四"), ("x\x00\x07y\x7f", "xy")],
    ids=["signs", "line breaks", "control characters"],
)
def test_text_is_escaped(text, expected):
    assert escaped(text) == expected


@pytest.mark.parametrize("length", [74, 75, 76, 149, 300])
def test_lines_are_folded_by_octets_and_never_inside_a_character(length):
    line = "DESCRIPTION:" + "期" * (length // 3) + "x" * (length % 3)

    octets = folded(line)

    assert all(len(part) <= 75 for part in octets.split(b"\r\n"))
    assert octets.endswith(b"\r\n")
    assert octets.removesuffix(b"\r\n").replace(b"\r\n ", b"").decode() == line


def test_a_feed_says_what_the_standard_asks_and_nothing_of_people():
    stamp = datetime(2026, 1, 5, 2, 3, 4, tzinfo=UTC)

    body = feed_of(
        [(one(), "JL2025-JD-001", "https://example.test/projects/7/deadlines/")],
        name="专项绩效监管期限", host="example.test", stamp=stamp, on=date(2026, 4, 30),
    )  # fmt: skip

    lines = body.replace(b"\r\n ", b"").decode().split("\r\n")
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert lines == [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//zhuanxiang jixiao//deadlines//ZH", "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH", "X-WR-CALNAME:专项绩效监管期限", "X-WR-TIMEZONE:Asia/Shanghai",
        "BEGIN:VEVENT", "UID:7-rectify-0@example.test", "DTSTAMP:20260105T020304Z", "DTSTART;VALUE=DATE:20260506",
        "DTEND;VALUE=DATE:20260507", "SUMMARY:整改到期 JL2025-JD-001",
        "DESCRIPTION:通知六（一）（通知）。自 2025-05-01 起 12 个月，当日不计，至 2026-05-01。剩余 6 天"
        "。日历到期日 2026-05-01 是休息日，顺延至 2026-05-06",
        "URL:https://example.test/projects/7/deadlines/", "TRANSP:TRANSPARENT", "CLASS:PRIVATE", "END:VEVENT",
        "END:VCALENDAR", "",
    ]  # fmt: skip


def test_a_moved_date_keeps_its_name_in_the_calendar():
    assert one().key == one(due=date(2027, 1, 1)).key != one(about_id=3).key
