"""每周摘要: once a week and person, on its first working day, and never more than the pages tell."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Entry, Holiday, Notice, OutboxMail, Subscription
from accounts.queries import work_calendar
from lifecycle import jobs
from lifecycle.models import Deadline, JobRun
from policy.terms import Severity, Stage
from projects.models import Alert
from reports import digests
from tests import factories as make
from tests.reports.scene import alert, elsewhere, furnished

MONDAY = date(2026, 3, 9)
LAST = date(2026, 3, 4)
pytestmark = pytest.mark.django_db


def subscribe(user, since=MONDAY - timedelta(days=30), **ways):
    user.email = f"{user.username}@example.com"
    user.save(update_fields=["email"])
    return Subscription.objects.create(user=user, since=since, **({"in_app": True, "by_mail": True} | ways))


def told():
    keys = [*Notice.objects.filter(key__startswith="weekly:").values_list("key", flat=True)]
    return sorted(keys), sorted(OutboxMail.objects.values_list("made_on", flat=True))


def of(user, on=MONDAY):
    return digests.digest_of(type(user).objects.get(pk=user.pk), on)


# When


def test_one_notice_and_one_mail_a_week_however_often_the_job_runs(world):
    subscribe(world.ph)

    for day in range(9):
        digests.send_weekly(MONDAY + timedelta(days=day))
        digests.send_weekly(MONDAY + timedelta(days=day))

    second = MONDAY + timedelta(days=7)
    assert told() == ([f"weekly:{MONDAY}", f"weekly:{second}"], [MONDAY, second])


def test_a_crash_between_two_people_is_made_up_without_telling_anybody_twice(world, monkeypatch):
    subscribe(world.ph)
    subscribe(world.pf)
    whole = digests.digest_of
    broken = lambda user, on: whole(user, on) if user == world.ph else 1 / 0  # noqa: E731
    monkeypatch.setattr(digests, "digest_of", broken)

    assert digests.send_weekly(MONDAY) == "每周摘要 1 人，失败 1 人"
    monkeypatch.setattr(digests, "digest_of", whole)
    assert digests.send_weekly(MONDAY + timedelta(days=1)) == "每周摘要 1 人"


def test_after_an_outage_only_the_week_that_runs_is_told(world):
    subscribe(world.ph)
    digests.send_weekly(MONDAY)

    digests.send_weekly(MONDAY + timedelta(days=24))  # a Thursday, two Mondays missed

    assert told()[0] == [f"weekly:{MONDAY}", f"weekly:{MONDAY + timedelta(days=21)}"]


def test_the_first_working_day_is_asked_of_the_calendar(world):
    subscribe(world.ph)
    for day in range(2):
        Holiday.objects.update_or_create(day=MONDAY + timedelta(days=day), defaults={"works": False})

    assert digests.sent_on(MONDAY, work_calendar()) == MONDAY + timedelta(days=2)
    assert digests.send_weekly(MONDAY + timedelta(days=1)) == "本周摘要未到发送日"
    assert digests.send_weekly(MONDAY + timedelta(days=2)) == "每周摘要 1 人"


def test_a_week_that_is_all_holiday_has_none(world):
    for day in range(7):
        Holiday.objects.update_or_create(day=MONDAY + timedelta(days=day), defaults={"works": False})

    assert digests.sent_on(MONDAY, work_calendar()) is None


@pytest.mark.parametrize(("since", "count"), [(MONDAY, 1), (MONDAY + timedelta(days=1), 0)])
def test_who_subscribes_after_the_day_waits_for_the_next_week(world, since, count):
    subscribe(world.ph, since)

    digests.send_weekly(MONDAY + timedelta(days=2))

    assert len(told()[0]) == count


def test_each_way_is_its_own_and_who_left_is_told_nothing(world):
    subscribe(world.ph, by_mail=False)
    subscribe(world.pf, in_app=False)
    subscribe(world.u1, in_app=False, by_mail=False)
    subscribe(world.u2)
    world.u2.is_active = False
    world.u2.save(update_fields=["is_active"])

    digests.send_weekly(MONDAY)

    assert list(Notice.objects.filter(key__startswith="weekly:").values_list("user", flat=True)) == [world.ph.pk]
    assert list(OutboxMail.objects.values_list("user", flat=True)) == [world.pf.pk]


def test_the_scheduler_knows_the_job_and_runs_it_once_a_day(world):
    subscribe(world.ph)

    runs = [jobs.run_once("weekly_digest", MONDAY) for _ in range(2)]

    assert (runs[0].state, runs[0].detail, runs[1]) == (JobRun.State.DONE, "每周摘要 1 人", None)


# What


def raised(project, on, code="late", **facts):
    Alert.objects.filter(pk=alert(project, code=code, **facts).pk).update(raised_on=on)


def test_it_counts_last_week_and_what_lies_ahead(world):
    project = furnished(world)
    Alert.objects.all().delete()
    for number, on in enumerate((MONDAY - timedelta(days=8), LAST, LAST, MONDAY)):
        raised(project, on, f"late:{number}", severity=Severity.WARNING)
    for left, rule in ((-3, "inspection_due"), (7, "rectify"), (8, "defence")):
        due = MONDAY + timedelta(days=left)
        Deadline.objects.create(project=project, rule=rule, due_on=due, basis="通知", opened_on=LAST)
    digest = of(world.ph)

    assert list(digest.alerts) == [("预警", 2)]
    assert "inspection_due" in [row.one.code for row in digest.late]
    assert [row.one.code for row in digest.soon if row.one.code in {"rectify", "defence"}] == ["rectify"]
    assert digest.summary.startswith(f"等我办理 {len(digest.tasks)} 项，期限已逾期 {len(digest.late)} 项")


def test_acts_are_those_of_last_week_in_reach(world):
    furnished(world)
    furnished(world, elsewhere(world))
    this = timezone.localdate()

    assert (of(world.u1, this + timedelta(days=7)).acts, of(world.u1, this).acts) == ([("登记支出", 1)], [])
    assert of(world.ph, this + timedelta(days=7)).acts == [("登记支出", 2)]
    assert timezone.localtime(Entry.objects.first().at).date() == this


def test_nobody_is_told_of_another_units_project(world):
    theirs = furnished(world, elsewhere(world), name="外市基地项目")
    raised(theirs, LAST)
    Deadline.objects.create(project=theirs, rule="rectify", due_on=MONDAY, basis="通知", opened_on=LAST)
    this = timezone.localdate()

    for user in (world.u1, world.u2, world.ch, world.cf):
        digest = of(user)
        assert (digest.late, digest.soon, digest.alerts, of(user, this + timedelta(days=7)).acts) == ([], [], [], [])
        assert all("外市" not in task.project_name for task in digest.tasks)


def test_a_unit_is_not_told_of_an_evaluation_before_its_conclusion(world):
    project = furnished(world, stage=Stage.IN_ACCEPTANCE)
    Alert.objects.all().delete()
    raised(project, LAST, "core_unmet", source="evaluation")

    assert (of(world.u2).alerts, list(of(world.ph).alerts)) == ([], [("预警", 1)])


def drafted(world):
    make.project(world.unit, name="李四工作室", stage=Stage.DRAFT, number=None, award_document="", awarded_on=None)


@pytest.mark.parametrize("site", ["", "https://jixiao.example"])
def test_a_mail_names_no_project_no_person_and_no_amount(world, settings, site):
    settings.SITE_URL = site
    project = furnished(world, name="张三技能大师工作室")
    Deadline.objects.create(project=project, rule="rectify", due_on=MONDAY, basis="通知", opened_on=LAST)
    drafted(world)
    raised(project, LAST)
    for user in (world.ph, world.u2, world.pf):
        subscribe(user)
    digests.send_weekly(MONDAY)

    bodies = list(OutboxMail.objects.values_list("body", flat=True))
    people = [str(one) for one in (world.u1, world.u2, world.ph, world.phl, world.pf, world.pfl)]
    words = ["张三", "李四", world.unit.name, "元", *people]
    assert len(bodies) == 3
    assert [word for word in words for body in bodies if word in body.replace("邮件不写项目名称、人员和金额", "")] == []
    assert all(f"整改到期：{MONDAY}" in body for body in bodies)


def mailed(user):
    return digests.mail_of(of(user)).splitlines()


def test_each_address_in_a_mail_can_be_opened(world, settings):
    settings.SITE_URL = "https://jixiao.example"
    project = furnished(world)
    Deadline.objects.create(project=project, rule="rectify", due_on=MONDAY, basis="通知", opened_on=LAST)
    drafted(world)
    lines = mailed(world.ph)
    rows = [line for line in lines if line.startswith("· ") and "次" not in line]

    assert f"· 整改到期：{MONDAY}，今天到期 https://jixiao.example/projects/{project.pk}/" in lines
    assert len(rows) > 2
    assert all(" https://jixiao.example/" in line for line in rows)
    assert lines[-1] == "退订： https://jixiao.example/me/subscriptions/"
    assert "登录后打开" not in "".join(lines)


def test_a_mail_of_a_system_without_an_address_says_where_in_the_menu(world, settings):
    settings.SITE_URL = ""
    project = furnished(world)
    Deadline.objects.create(project=project, rule="rectify", due_on=MONDAY, basis="通知", opened_on=LAST)
    drafted(world)
    raised(project, LAST)
    lines = mailed(world.ph)
    named = {str(line["label"]) for line in settings.UI_NAV}
    titles = {line for line in lines if "登录后打开“" in line}

    assert not [line for line in lines if "/" in line or "http" in line]
    assert {"等我办理（登录后打开“工作台”）", "7 天内到期的期限（登录后打开“期限”）"} < titles
    assert {"工作台", "期限", "预警"} <= named
    assert lines[-1] == "退订：登录后打开右上角账户菜单“订阅设置”。"


def test_a_quoted_title_is_left_out_of_the_mail():
    task = digests.Task("签署《关于同意《张三工作室》立项的决定》", "张三工作室", "/decisions/1/")

    assert digests._plain(task) == "签署"


@pytest.mark.parametrize("who", ["u1", "u2", "ch", "cf", "ph", "phl", "pf", "pfl", "au"])
def test_a_digest_costs_the_same_at_one_project_and_at_three(world, who):
    def cost():
        user = type(world.ph).objects.get(pk=getattr(world, who).pk)
        with CaptureQueriesContext(connection) as captured:
            digests.mail_of(digests.digest_of(user, MONDAY))
        return len(captured)

    furnished(world)
    cost()
    one = cost()
    furnished(world)
    furnished(world)

    assert cost() == one


def test_the_page_shows_what_the_notice_counted(world, visit):
    furnished(world, name="本市基地")
    subscribe(world.ph)
    digests.send_weekly(MONDAY)

    page = visit(world.ph, Notice.objects.get(key__startswith="weekly:").url)

    assert page.status_code == 200
    assert "等我办理" in page.content.decode()
    assert page.context["digest"].on == timezone.localdate()
