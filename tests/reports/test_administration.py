"""工作台 of the administrators: what waits for SA, SE and AA, without a word of a project."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import Entry, Membership, OutboxMail
from accounts.roles import Role
from lifecycle import clock, jobs
from lifecycle.models import ClockStop, JobRun
from projects.models import SettingSheet
from reports.administration import JOBS as JOB_NAMES
from reports.administration import admin_board
from tests import factories as make
from tests.reports.scene import alert, furnished, note

pytestmark = pytest.mark.django_db
ON = date(2026, 3, 10)


@pytest.fixture
def offices(world):
    """The three administrators of the province; the scheduler runs; the holidays of 2026 are known."""
    house = world.province_hr
    people = {role: make.user(role, house) for role in (Role.SE, Role.AA)} | {Role.SA: world.sa}
    clock.beat(timezone.now())
    return people


def told(offices, role, on=ON):
    person = type(offices[role]).objects.get(pk=offices[role].pk)
    return [one.title for one in admin_board(person, on).tasks]


def run(job, state, slot=ON, **facts):
    return JobRun.objects.create(job=job, slot=slot, state=state, lease_until=timezone.now(), **facts)


def test_nothing_waits_where_all_is_well(offices):
    run("daily", "done")

    assert [told(offices, role) for role in (Role.SA, Role.SE, Role.AA)] == [[], [], []]


def test_a_stopped_clock_and_a_scheduler_without_a_pulse_wait_for_sa(offices):
    clock.beat(timezone.now() - timedelta(minutes=6))
    ClockStop.objects.create(last_at=timezone.now(), seen_at=timezone.now())

    assert sorted(told(offices, Role.SA)) == ["启动调度程序", "核对并确认服务器时间"]
    assert told(offices, Role.SE) == told(offices, Role.AA) == []


@pytest.mark.parametrize("state", ["failed", "running"])
def test_a_job_that_did_not_end_waits_for_sa_and_aa_until_it_ran_again(offices, state):
    run("daily", state, detail="示例原因")
    before = [told(offices, role) for role in (Role.SA, Role.AA, Role.SE)]
    run("daily", "done", ON + timedelta(days=1))

    assert before == [["查明任务没有完成的原因：每日提醒和预警"], ["督促恢复没有完成的任务：每日提醒和预警"], []]
    assert [told(offices, role) for role in (Role.SA, Role.AA)] == [[], []]


def test_mails_that_failed_wait_for_sa_with_the_way_to_them(offices, world):
    for number, state in enumerate(("failed", "failed", "waiting")):
        OutboxMail.objects.create(
            user=world.ph, key=str(number), to="a@example.com", subject="摘要", state=state, made_on=ON
        )

    [task] = admin_board(world.sa, ON).tasks

    assert (task.title, task.url, task.since) == ("处理发送失败的邮件 2 封", "/accounts/outbox/?state=failed", ON)
    assert told(offices, Role.SE) == told(offices, Role.AA) == []


def test_a_failed_mail_of_another_province_waits_for_others(offices, world):
    far = make.user(Role.PH, make.organisation(make.node("示例二省"), "hr"))
    OutboxMail.objects.create(user=far, key="far", to="a@example.com", subject="摘要", state="failed", made_on=ON)

    assert told(offices, Role.SA) == []


def test_roles_that_exclude_each_other_wait_for_sa_and_se(offices, world):
    Membership.objects.create(user=world.ph, role=Role.AU, organisation=world.province_hr)

    assert [told(offices, role) for role in (Role.SA, Role.SE, Role.AA)] == [
        ["终止相互排斥的任职"], ["终止相互排斥的任职"], [],
    ]  # fmt: skip


@pytest.mark.parametrize(("days", "waits"), [(-1, False), (0, True), (30, True), (31, False)])
def test_a_post_that_ends_within_thirty_days_waits_for_sa(offices, world, days, waits):
    Membership.objects.filter(user=world.ch).update(until=ON + timedelta(days=days))

    assert (told(offices, Role.SA) == ["续任或移交即将到期的任职"]) is waits
    Membership.objects.create(user=world.ch, role=Role.CH, organisation=world.city_hr, since=ON)
    assert told(offices, Role.SA) == []


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 10, 31), []),
        (date(2026, 11, 1), ["登记 2027 年放假安排"]),
        (date(2027, 1, 4), ["登记 2027 年放假安排"]),
    ],
)
def test_the_next_arrangement_of_holidays_waits_for_sa_and_se(offices, on, expected):
    assert told(offices, Role.SA, on) == told(offices, Role.SE, on) == expected
    assert told(offices, Role.AA, on) == []


def test_a_sheet_of_settings_that_came_back_waits_for_its_drafter(offices, world):
    sheet = make.setting_sheet(offices[Role.SE], ON, date(2026, 4, 1), world.province.path)
    SettingSheet.objects.filter(pk=sheet.pk).update(state="returned", returned_why="请补依据", returned_on=ON)

    assert (told(offices, Role.SE), told(offices, Role.SA)) == (["重新拟制设定确认单"], [])


def test_books_that_do_not_tie_wait_for_aa_as_a_number(offices, world):
    project = furnished(world)
    alert(project, source="ledger_check")

    assert (told(offices, Role.AA), told(offices, Role.SA)) == (["督促查明 1 个项目账目核验不符"], [])


def test_acts_on_accounts_are_told_to_aa_alone(offices, world):
    now = timezone.now()
    note(None, actor=world.sa, on=ON, text="开通账号")

    acts = {role: admin_board(person, ON, visited=now).acts for role, person in offices.items()}

    assert (acts[Role.AA], acts[Role.SA], acts[Role.SE]) == ([("登记支出", 1, 0)], [], [])
    assert Entry.objects.filter(project_id=None).count() == 1


@pytest.mark.parametrize("role", [Role.SA, Role.SE, Role.AA])
def test_the_page_names_no_project_and_costs_the_same_for_one_row_and_for_three(offices, world, visit, cost, role):
    def more(number):
        project = furnished(world, name=f"示例保密项目{number}")
        alert(project, source="ledger_check")
        OutboxMail.objects.create(
            user=world.ph, key=str(number), to="a@example.com", subject="摘要", state="failed", made_on=ON
        )
        run(f"job{number}", "failed")

    more(1)
    before = cost(offices[role], "/")
    page = visit(offices[role], "/").content.decode()
    more(2)
    more(3)

    assert "我今天要办的事" in page
    assert "示例保密项目" not in page.partition("办理动态")[0]
    assert cost(offices[role], "/") == before


def test_sa_sees_whether_mail_leaves_the_house_and_the_clock_runs(offices, visit, settings):
    def ways():
        return {way["label"]: way["text"] for way in visit(offices[Role.SA], "/").context["ways"]}

    settings.EMAIL_HOST = ""
    before = ways()
    settings.EMAIL_HOST = "mail.example.com"
    ClockStop.objects.create(last_at=timezone.now(), seen_at=timezone.now())
    after = ways()

    assert before["邮件发件箱"].startswith("发信服务器没有配置")
    assert after["邮件发件箱"].startswith("发信服务器已配置")
    assert (before["系统时间"].startswith("正常"), "起暂停" in after["系统时间"]) == (True, True)


def test_every_job_has_a_name_people_know():
    assert set(jobs.JOBS) <= set(JOB_NAMES)
