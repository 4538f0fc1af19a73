"""工作台 at three thousand projects at work: few statements, little time; and what it tells of the dates is all true."""

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lifecycle.queries.calendars import asked_dates, near_rows, rows_for
from projects.together import Together
from reports.workbench import AHEAD
from tests.reports.busy_scene import busy

STATEMENTS, SECONDS = 12, 0.3
# An officer of the province has hundreds of tasks in this scene; on cores shared with other work that costs more.
SHARED = {"ph": 0.4, "pf": 0.45}


def measured(client, path):
    """The answer, how many statements it takes, and the fewest seconds of five."""
    took = []
    for _ in range(5):
        began = time.process_time()
        answer = client.get(path)
        took.append(time.process_time() - began)
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return answer, len(captured), min(took)


def logged_in(user):
    client = Client()
    client.force_login(user)
    client.get("/")
    return client


@pytest.mark.once
@pytest.mark.django_db
def test_three_thousand_projects_at_work(world):
    on = timezone.localdate()
    busy(world, on)

    found = {}
    for role in ("ph", "pf", "phl", "ch", "cf", "u1", "u2", "au"):
        answer, statements, seconds = measured(logged_in(getattr(world, role)), "/")
        assert answer.status_code == 200
        found[role] = (statements, round(seconds, 3), len(answer.context["board"].tasks))

    assert all(found[role][2] > 60 for role in ("ph", "pf")), found  # the work is real
    assert all(statements <= STATEMENTS for statements, _, _ in found.values()), found
    assert all(row[1] <= SHARED.get(role, SECONDS) for role, row in found.items()), found


def told(row):
    return row.one.key, row.one.label, row.one.due_on, row.one.last_on, row.one.sum, row.one.clause, row.overdue


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("role", ["ph", "ch", "u1"])
@pytest.mark.parametrize("shift", [0, 40, 130, 400], ids=lambda days: f"{days} days on")
def test_the_dates_of_the_workbench_are_those_of_the_page_of_dates(world, role, shift):
    """Narrowed where they are read: whatever ends within the 90 days or is overdue, and nothing else."""
    today = timezone.localdate()
    busy(world, today, count=180)
    user, on = getattr(world, role), today + timedelta(days=shift)

    near = near_rows(user, asked_dates(user, on, Together(), on + AHEAD), on)
    full = [row for row in rows_for(user, on) if row.left <= AHEAD.days]

    assert [told(row) for row in near] == [told(row) for row in full]
    assert role == "u1" or {row.one.code for row in near} >= {"build_end", "problem_due", "quarter_report"}
