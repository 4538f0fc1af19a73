"""Two schedulers at the same moment, on PostgreSQL: every rung and every notice once, whoever was first."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Notice
from lifecycle import clock, deadlines, jobs
from lifecycle.models import ClockStop, Heartbeat, Reminder, Told
from policy.terms import Stage
from tests import factories as make
from tests.lifecycle.scene import DUE, SERVED, day
from tests.lifecycle.test_races import at_once, world

__all__ = ["world"]
pytestmark = pytest.mark.postgres


def due_projects(world):
    """Three whose year of 限期整改 ends within nine days."""
    for due in (day(-3), DUE, day(3)):
        project = make.project(world.unit, stage=Stage.RECTIFYING)
        deadlines.open_(project, deadlines.RECTIFY, due_on=due, on=SERVED)


def test_two_schedulers_make_up_an_outage_of_nine_days_once_and_in_order(world):
    due_projects(world)
    jobs.daily_sweep(day(-5))
    before = Reminder.objects.count()

    at_once(*[lambda: jobs.daily_sweep(day(4))] * 2)

    made = Reminder.objects.filter(raised_on=day(4)).order_by("deadline", "pk").values_list("due_on", "rung")
    assert list(made) == [
        (day(-3), 0), (day(-3), -1), (DUE, 0), (DUE, -1), (day(3), 7), (day(3), 0), (day(3), -1),
    ]  # fmt: skip
    assert Reminder.objects.count() == before + 7
    assert not Told.objects.filter(digest_on=None).exists()
    notices = Notice.objects.filter(key=f"deadlines:{day(4)}")
    assert sorted(notices.values_list("user", flat=True)) == sorted({world.u2.pk, world.ch.pk, world.cf.pk})
    assert notices.get(user=world.u2).text.startswith("今天有 3 项期限提醒")


def test_two_schedulers_that_see_a_jump_stop_once(world):
    now = timezone.now()
    Heartbeat.objects.create(pk=1, at=now + timedelta(hours=1))

    seen = at_once(*[lambda: clock.watch(now)] * 2)

    assert (seen, ClockStop.objects.count()) == ([True, True], 1)
    assert Notice.objects.filter(user=world.sa, key__startswith="clock:").count() == 1
