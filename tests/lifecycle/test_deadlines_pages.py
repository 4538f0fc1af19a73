"""The pages, the feed of a person, the clock, the holidays: what they show, to whom, and what they keep back."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Entry, Notice
from lifecycle import clock, deadlines, jobs
from lifecycle.models import CalendarFeed, ClockStop, Heartbeat, JobRun, Reminder
from lifecycle.operations import calendars
from policy.findings import Refused
from policy.terms import Stage
from tests import factories as make

ON = date(2026, 4, 28)


@pytest.fixture
def due(world, monkeypatch):
    """The year of 限期整改 ends on 1 May, a day off; today is three days before."""
    real = timezone.localdate
    monkeypatch.setattr(timezone, "localdate", lambda value=None, zone=None: ON if value is None else real(value, zone))
    cache.clear()
    project = make.project(world.unit, stage=Stage.RECTIFYING, name="王示例技能大师工作室", number="JL2025-DS-009")
    deadlines.open_(project, deadlines.RECTIFY, due_on=date(2026, 5, 1), on=date(2025, 5, 1))
    return project


def browser(person):
    client = Client()
    client.force_login(person)
    return client


def page(person, url):
    answer = browser(person).get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


# Pages


def test_the_list_says_the_date_the_days_left_and_why(world, due):
    said = page(world.ph, "/deadlines/")

    for word in (
        "整改到期",
        "2026-05-06",
        "日历日 2026-05-01",
        "剩余 8 天",
        "通知六（一）",
        "自 2025-05-01 起 12 个月",
    ):
        assert word in said


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("rule=rectify", True), ("rule=build_end", False), ("when=7", False), ("when=30", True), ("when=overdue", False),
        ("q=大师 009", True), ("q=别的", False), ("when=soon", True),
    ],
)  # fmt: skip
def test_the_list_is_narrowed(world, due, query, found):
    assert (due.name in page(world.ph, f"/deadlines/?{query}")) is found


def test_the_month_shows_the_day_and_the_holiday_and_leads_to_the_next(world, due):
    said = page(world.u1, "/calendar/?month=2026-05")

    assert "整改到期" in said
    assert "劳动节" in said
    assert "?month=2026-06" in said
    assert "整改到期" not in page(world.u1, "/calendar/?month=2026-06")
    assert "放假安排尚未公布" in page(world.u1, "/calendar/?month=2031-02")
    assert "2026年4月" in page(world.u1, "/calendar/?month=nonsense")


def test_the_page_of_a_project_gives_rule_clause_inputs_and_sum(world, due):
    deadlines.open_(due, deadlines.SERVE, due_on=ON, on=ON)
    deadlines.close(due, deadlines.SERVE, on=ON)

    said = page(world.u2, f"/projects/{due.pk}/deadlines/")

    for word in (
        "为什么",
        "2026-05-06 24:00 前提交仍为按期",
        "起算日",
        "算式：自 2025-05-01 起 12 个月",
        "已结束的期限",
    ):
        assert word in said


def test_nobody_reads_dates_of_projects_out_of_reach(world, due):
    stranger = make.user("U2", make.organisation(world.city, name="示例市第二学校"))
    jobs.daily_sweep(ON)

    assert browser(stranger).get(f"/projects/{due.pk}/deadlines/").status_code == 404
    for url in ("/deadlines/", "/calendar/?month=2026-05", f"/deadlines/digest/{ON}/", "/api/v1/deadlines/"):
        assert due.name not in page(stranger, url)
    assert browser(world.sa).get("/deadlines/").status_code == 403


def test_pages_cost_the_same_for_one_project_and_for_three(world, due):
    client = browser(world.ph)

    def costs():
        found = []
        for url in ("/deadlines/", "/calendar/?month=2026-05", "/api/v1/deadlines/"):
            client.get(url)
            with CaptureQueriesContext(connection) as asked:
                client.get(url)
            found.append(len(asked))
        return found

    before = costs()
    for _ in range(2):
        project = make.project(world.unit, stage=Stage.RECTIFYING)
        deadlines.open_(project, deadlines.RECTIFY, due_on=date(2026, 5, 1), on=date(2025, 5, 1))

    assert costs() == before


def test_the_interface_gives_rule_clause_rank_sum_and_days(world, due):
    (row,) = browser(world.ph).get(f"/api/v1/projects/{due.pk}/deadlines/").json()["results"]

    assert {key: row[key] for key in ("rule", "due_on", "last_on", "basis", "rank", "arithmetic", "days_left")} == {
        "rule": "rectify", "due_on": "2026-05-01", "last_on": "2026-05-06", "basis": "通知六（一）", "rank": "notice",
        "arithmetic": "自 2025-05-01 起 12 个月，当日不计，至 2026-05-01", "days_left": 8,
    }  # fmt: skip


# The feed


def feed_of(person):
    return f"/calendar/feed/{calendars.create_feed(actor=person, on=ON).key}.ics"


def test_a_feed_gives_the_dates_in_reach_without_names(world, due):
    answer = Client().get(feed_of(world.u2))

    said = answer.content.replace(b"\r\n ", b"").decode()
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert said.count("BEGIN:VEVENT") == 1
    assert "SUMMARY:整改到期 JL2025-DS-009" in said
    assert "DTSTART;VALUE=DATE:20260506" in said
    assert all(word not in said for word in (due.name, "王示例", world.u2.name, world.unit.name))


def test_a_feed_of_somebody_without_reach_is_empty(world, due):
    stranger = make.user("U2", make.organisation(world.city, name="示例市第二学校"))

    said = Client().get(feed_of(stranger)).content.decode()

    assert "VEVENT" not in said
    assert "JL2025-DS-009" not in said


def test_a_revoked_replaced_wrong_or_ownerless_address_leads_nowhere(world, due):
    first = feed_of(world.u2)
    second = feed_of(world.u2)
    assert Client().get(first).status_code == 404
    calendars.revoke_feed(actor=world.u2, on=ON)
    third = feed_of(world.u2)
    world.u2.is_active = False
    world.u2.save(update_fields=["is_active"])

    answers = [Client().get(url) for url in (second, third, "/calendar/feed/x.ics", f"/calendar/feed/{'a' * 40}.ics")]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert CalendarFeed.objects.filter(revoked_at=None).count() == 1
    verbs = Entry.objects.filter(verb__endswith="日历订阅").order_by("seq").values_list("verb", flat=True)
    assert list(verbs) == ["创建日历订阅", "创建日历订阅", "作废日历订阅", "创建日历订阅"]


def test_the_address_is_shown_once_and_kept_nowhere(world, due):
    client = browser(world.u2)
    form = client.get("/calendar/feed/").context["form"]
    assert form is not None

    answer = client.post("/calendar/feed/", {})

    key = answer.content.decode().partition("/calendar/feed/")[2]
    shown = next(part for part in answer.content.decode().split() if ".ics" in part)
    assert ".ics" in shown
    assert "no-store" in answer["Cache-Control"]
    assert key
    feed = CalendarFeed.objects.get(user=world.u2)
    assert feed.prefix in answer.content.decode()
    assert ".ics" not in page(world.u2, "/calendar/feed/")


def test_an_address_is_not_asked_without_end(world, due):
    url = feed_of(world.u2)

    answers = [Client().get(url).status_code for _ in range(31)]

    assert answers == [200] * 30 + [429]


def test_reading_a_feed_writes_nothing_and_costs_the_same(world, due):
    url = feed_of(world.ph)

    def cost():
        with CaptureQueriesContext(connection) as asked:
            Client().get(url)
        assert not [one for one in asked if one["sql"].startswith(("INSERT", "UPDATE")) and "cache" not in one["sql"]]
        return len(asked)

    Client().get(url)
    before = cost()
    for _ in range(2):
        project = make.project(world.unit, stage=Stage.RECTIFYING)
        deadlines.open_(project, deadlines.RECTIFY, due_on=date(2026, 5, 1), on=date(2025, 5, 1))

    assert cost() == before


# The clock


def moment(day, hour=8):
    return datetime(2026, 4, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("last", "now", "stops"),
    [
        (moment(1), moment(2, 10), False), (moment(1), moment(2, 10) + timedelta(seconds=1), True),
        (moment(2), moment(2) - timedelta(seconds=60), False), (moment(2), moment(2) - timedelta(seconds=61), True),
    ],
    ids=["26 hours", "a second more", "a minute back", "a second more back"],
)  # fmt: skip
def test_a_jump_is_more_than_26_hours_ahead_or_a_minute_back(last, now, stops):
    assert clock.jumped(last, now) is stops


def test_marks_wait_for_a_person_and_go_on_once_confirmed(world, due, monkeypatch):
    now = timezone.now()
    Heartbeat.objects.create(pk=1, at=now + timedelta(hours=2))

    jobs.tick()
    jobs.tick()
    assert (JobRun.objects.count(), Reminder.objects.count(), ClockStop.objects.count()) == (0, 0, 1)
    assert Notice.objects.filter(user=world.sa, key__startswith="clock:").count() == 1
    with pytest.raises(PermissionDenied):
        calendars.confirm_clock(note="已核对", actor=world.ph, on=ON)
    with pytest.raises(Refused, match="核对情况"):
        calendars.confirm_clock(note=" ", actor=world.sa, on=ON)

    calendars.confirm_clock(note="与省级时间源一致", actor=world.sa, on=ON)
    monkeypatch.setattr(jobs, "JOBS", {"daily": jobs.daily_sweep})
    jobs.tick()
    assert list(JobRun.objects.values_list("job", "state")) == [("daily", "done")]
    assert Reminder.objects.exists()
    with pytest.raises(Refused, match="没有待确认"):
        calendars.confirm_clock(note="再次", actor=world.sa, on=ON)


def test_a_scheduler_that_was_down_while_people_worked_saw_no_jump(world, due):
    now = timezone.now()
    Heartbeat.objects.create(pk=1, at=now - timedelta(days=9))
    calendars.create_feed(actor=world.u2, on=ON)

    assert clock.watch(now) is False
    Heartbeat.objects.update(at=now + timedelta(minutes=2))
    assert clock.watch(now) is True


def test_the_clock_page_is_the_administrators_and_says_what_happened(world, due):
    assert "正常" in page(world.sa, "/deadlines/clock/")
    clock.beat(timezone.now() + timedelta(hours=3))
    clock.watch(timezone.now())

    assert "自动提醒和每日任务已暂停" in page(world.sa, "/deadlines/clock/")
    assert browser(world.ph).get("/deadlines/clock/").status_code == 403
    answer = browser(world.sa).post("/deadlines/clock/confirm/", {"note": "已与时间源核对"})
    assert (answer.status_code, ClockStop.objects.get().open) == (302, False)
