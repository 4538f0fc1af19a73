"""工作台: tasks by term, and what others did since the last visit."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from projects.tasks import Task
from reports.workbench import RANGES, board_of, in_range
from tests import factories as make
from tests.funds.scene import judge, make_ready, make_scene, submit

ON = date(2026, 3, 10)


def task(due_on):
    return Task("事项", "", "/", due_on=due_on)


@pytest.mark.parametrize(
    ("days", "found"),
    [
        (-1, {"", "late"}),
        (0, {"", "week"}),
        (7, {"", "week"}),
        (8, {""}),
        (None, {"", "open"}),
    ],
)
def test_a_task_stands_under_its_term(days, found):
    due_on = None if days is None else ON + timedelta(days=days)

    assert {code for code in RANGES if in_range(task(due_on), code, ON)} == found


def test_an_unknown_term_shows_everything():
    assert in_range(task(None), "<script>", ON)


@pytest.fixture
def paid(db, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    return make_ready(make_scene())


def test_the_news_are_the_acts_of_others_after_the_last_visit(paid):
    before = timezone.now()
    voucher = submit(paid, "1000.00")
    judge(paid, voucher, "recognised")
    after = timezone.now()

    told = board_of(paid.city_finance, ON, visited=before).news

    assert told.count == len(told.events) == 2  # typed by the clerk, sent in by the leader; the judging is one's own
    assert all(paid.city_finance.name not in event.actor for event in told.events)
    assert board_of(paid.city_finance, ON, visited=after).news.count == 0


def test_news_stay_inside_the_reach(paid):
    before = timezone.now()
    submit(paid, "1000.00")
    stranger = make.user(Role.U2, paid.sibling.organisation)

    assert board_of(stranger, ON, visited=before).news.count == 0
    assert board_of(paid.city_finance, ON, visited=before).news.count > 0


def test_a_first_visit_has_no_news(paid):
    assert board_of(paid.leader, ON).news is None


def test_the_page_takes_the_visit_before_this_session(paid, client):
    submit(paid, "1000.00")
    user = paid.city_finance
    user.set_password("yanshi-2026-ceshi")
    user.last_login = timezone.now() - timedelta(days=1)
    user.save(update_fields=["password", "last_login"])

    client.post(reverse("accounts:login"), {"username": user.username, "password": "yanshi-2026-ceshi"})
    page = client.get("/?due=late").content.decode()

    assert "上次登录以来" in page
    assert f"{timezone.localtime(user.last_login):%Y-%m-%d}" in page
    assert 'aria-current="page">已逾期' in page
