"""工作台: tasks by term, and what others did since the last visit."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from projects.tasks import Task
from reports.workbench import RANGES, board_of, grouped, in_range
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


def several(title, count, **facts):
    return [
        Task(title, f"项目{number}", f"/{number}/", due_on=ON + timedelta(days=number), **facts)
        for number in range(count)
    ]


def test_more_than_three_of_one_act_stand_on_one_line():
    tasks = [*several("核查绩效自评", 3), *several("签署《立项》", 4, since=ON), Task("答复", "甲", "/", due_on=ON)]

    lines = grouped(tasks, "week")

    assert [(one.title, one.project_name, one.due_on) for one in lines[:3]] == [
        ("签署 4 项", "项目0、项目1 等 4 个项目", ON), ("核查绩效自评", "项目0", ON), ("答复", "甲", ON),
    ]  # fmt: skip
    assert lines[0].url == "?kind=%E7%AD%BE%E7%BD%B2&due=week#tasks"
    assert len(lines) == 5


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("签署《关于 3 个项目的批复》", "签署"),
        ("编制年度报告（2025）", "编制年度报告"),
        ("答复 12 个问题的整改", "答复问题的整改"),
    ],
)
def test_the_kind_of_a_task_is_its_act(title, kind):
    assert task(None).kind == "事项"
    assert Task(title, "", "/").kind == kind


def test_a_line_of_several_opens_them_all(paid, visit, monkeypatch):
    tasks = [*several("核查绩效自评", 4), Task("答复", "甲", "/")]
    monkeypatch.setattr("reports.workbench.asked_tasks", lambda *asked: lambda: tasks)

    board = board_of(paid.leader, ON, kind="核查绩效自评")

    assert [one.title for one in board_of(paid.leader, ON).lines] == ["核查绩效自评 4 项", "答复"]
    assert [one.url for one in board.lines] == ["/0/", "/1/", "/2/", "/3/"]
    assert (board.kind, len(board.tasks)) == ("核查绩效自评", 5)
    assert board_of(paid.leader, ON, kind="没有").kind == ""
    assert "只列“核查绩效自评”" in visit(paid.leader, "/?kind=核查绩效自评").content.decode()
