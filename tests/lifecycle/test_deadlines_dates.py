"""Which dates stand: opened and closed by acts, or following from facts; who is told, once; constant statements."""

from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Entry, Membership, Notice
from funds.operations import releases
from lifecycle import deadlines, jobs
from lifecycle.models import Deadline, Reminder, Told
from lifecycle.operations import build, targets
from lifecycle.queries.calendars import digest_of, rows_for
from lifecycle.queries.deadlines import closed_dates, dates_of
from policy.terms import Stage
from projects.models import Problem, Project
from tests import factories as make
from tests.lifecycle import scene
from tests.lifecycle.scene import DUE, END, SERVED, START, day


def told(dates):
    return [(one.code, one.due_on) for one in dates]


def codes(project, on):
    return [one.code for one in dates_of([project], on)]


def problem(world, project, **facts):
    given = {"serial": 1, "number": 1, "fact": "实训室未验收", "clause": "通知 六（一）", "requirement": "完成验收"}
    given |= {"opened_on": date(2026, 1, 5), "due_on": date(2026, 2, 4), "source": Problem.Source.INSPECTION}
    return Problem.objects.create(project=project, **(given | facts))


# Rows


def test_several_dates_of_a_kind_stand_beside_each_other_and_close_one_by_one(world):
    project = make.project(world.unit, stage=Stage.BUILDING)

    for about in (1, 2):
        deadlines.open_(project, deadlines.INSPECTION_DUE, due_on=day(about), on=day(0), about_id=about)
    deadlines.open_(project, deadlines.INSPECTION_DUE, due_on=day(9), on=day(1), about_id=2)
    deadlines.close(project, deadlines.INSPECTION_DUE, on=day(2), about_id=1)

    rows = Deadline.objects.order_by("about_id").values_list("about_id", "due_on", "state")
    assert list(rows) == [(1, day(1), "met"), (2, day(9), "open")]
    deadlines.close(project, on=day(3), state=Deadline.State.DROPPED)
    assert not Deadline.objects.filter(state="open").exists()


def test_the_sum_is_kept_with_the_row(world):
    project = make.project(world.unit, stage=Stage.RECTIFYING)

    deadlines.open_(project, deadlines.RECTIFY, due_on=date(2025, 8, 31), on=date(2025, 2, 28))
    shorter = dates_of([project], SERVED)[0]
    deadlines.open_(project, deadlines.RECTIFY, due_on=date(2025, 8, 28), on=date(2025, 2, 28))
    whole = dates_of([project], SERVED)[0]

    assert shorter.sum == "文件或决定载明到期日 2025-08-31（2025-02-28 起）"
    assert whole.sum == "自 2025-02-28 起 6 个月，当日不计，至 2025-08-28"
    assert (whole.clause, whole.rank.label) == ("通知六（一）", "通知")


def test_an_extension_is_counted_from_the_first_day(world):
    story = scene.building(world, build_start_on=date(2024, 2, 29), build_end_on=date(2026, 2, 28))
    build.request_extension(story.pk, months=12, reason="设备到货晚", actor=world.u2, on=date(2026, 1, 12))
    story.decide("T14", date(2026, 1, 13), months=12)

    standing = next(one for one in dates_of([story.fresh()], date(2026, 1, 13)) if one.code == "build_end")
    assert standing.sum == "自 2024-02-29 起 36 个月，当日不计，至 2027-02-28"


def test_targets_are_reviewed_and_sent_in_again_in_working_days(world):
    story = scene.story_of(world, make.project(world.unit, stage=Stage.AWARDED))
    project, on = story.project, date(2026, 2, 12)
    deadlines.open_by_edition(project, deadlines.TARGET_REVIEW, on=on)

    assert told(dates_of([project], on)) == [("target_review", date(2026, 3, 4))]
    targets._sent_back(project, on=date(2026, 2, 13))
    assert told(dates_of([project], on)) == [("target_resubmit", date(2026, 3, 5))]
    targets._sent_back(project, on=date(2026, 2, 25), again=False)
    assert [one.state for one in closed_dates(project)] == ["met"]


# What follows from facts


def test_sixty_days_after_the_build_an_application_is_due_until_it_is_made(world):
    story = scene.building(world)

    ahead = dates_of([story.project], END)
    Project.objects.filter(pk=story.pk).update(stage=Stage.IN_ACCEPTANCE)

    application = next(one for one in ahead if one.code == "application")
    assert (application.due_on, application.sum) == (
        date(2026, 4, 30),
        "自 2026-03-01 起 60 天，当日不计，至 2026-04-30",
    )
    assert "application" not in codes(story.fresh(), END)


def test_a_problem_is_due_until_it_is_answered_and_one_of_an_order_is_not_counted_twice(world):
    project = make.project(world.unit, stage=Stage.ACCEPTED)
    row = problem(world, project)

    assert told(dates_of([project], START)) == [("problem_due", date(2026, 2, 4))]
    Problem.objects.filter(pk=row.pk).update(state=Problem.State.ANSWERED, answer="已验收")
    assert dates_of([project], START) == []

    story = scene.rectifying(world)
    assert set(codes(story.fresh(), SERVED)) == {"rectify"}


def test_what_is_in_force_is_to_be_served_and_then_the_remedies_run(world):
    story = scene.noticed(world)
    Deadline.objects.all().delete()
    case = story.fresh().revocations.get()
    case.served_on = None
    case.save(update_fields=["served_on"])
    assert codes(story.fresh(), day(40)) == ["serve"]

    case.served_on, case.decision, case.decision_served_on = day(40), case.notice, date(2026, 8, 31)
    case.save(update_fields=["served_on", "decision", "decision_served_on"])
    Project.objects.filter(pk=story.pk).update(stage=Stage.REVOKED)
    remedies = dates_of([story.fresh()], date(2026, 9, 1))
    assert told(remedies) == [("appeal_review", date(2026, 10, 30)), ("appeal_court", date(2027, 2, 28))]
    assert [one.rank.label for one in remedies] == ["法规", "法规"]
    assert codes(story.fresh(), date(2027, 3, 2)) == []


def test_an_act_that_set_the_date_itself_comes_first(world):
    story = scene.noticed(world)
    case = story.fresh().revocations.get()
    case.served_on = None
    case.save(update_fields=["served_on"])
    Deadline.objects.all().delete()
    deadlines.open_(story.fresh(), deadlines.SERVE, due_on=day(99), on=day(40), about_id=case.notice_id)

    assert told(dates_of([story.fresh()], day(41))) == [("serve", day(99))]


# The ladder


def due_project(world, **facts):
    project = make.project(world.unit, stage=Stage.RECTIFYING, **facts)
    deadlines.open_(project, deadlines.RECTIFY, due_on=DUE, on=SERVED)
    return project


def rungs_of(*people):
    rows = Told.objects.filter(user__in=people).order_by("reminder__due_on", "pk")
    return list(rows.values_list("reminder__rung", "reminder__text"))


def test_after_the_day_the_next_level_up_is_told_and_then_the_next(world):
    due_project(world)

    for number in (-7, 0, 1, 15, 30):
        jobs.daily_sweep(day(number))

    assert [rung for rung, _ in rungs_of(world.u2)] == [60, 30, 7, 0]
    said = Entry.objects.filter(text__startswith="提醒（").order_by("pk").values_list("text", flat=True)
    assert {text.partition("（")[2].partition("）")[0].partition("，")[0] for text in said} >= {
        "提前 7 天",
        "到期当天",
        "逾期 1 天",
    }
    assert [(rung, text.rpartition("，")[2]) for rung, text in rungs_of(world.ch)] == [
        (-1, "已逾期 1 天（逾期报市县主管部门）")
    ]
    assert [rung for rung, _ in rungs_of(world.ph)] == [-15]
    assert [rung for rung, _ in rungs_of(world.phl, world.pfl)] == [-30, -30]


def test_whoever_holds_the_role_that_day_is_told_and_nobody_means_the_next_level(world):
    due_project(world)
    Membership.objects.filter(user=world.u2).update(until=day(-31))
    other = make.user("U2", world.unit)
    Membership.objects.filter(user=other).update(since=day(-20))

    jobs.daily_sweep(day(-60))
    jobs.daily_sweep(day(-30))
    jobs.daily_sweep(day(-7))

    assert [rung for rung, _ in rungs_of(world.u2)] == [60]
    assert [text[-17:] for _, text in rungs_of(world.ch)] == ["（承办人无人在岗，转市县主管部门）"]
    assert [rung for rung, _ in rungs_of(other)] == [7]


def test_a_computed_date_climbs_the_same_ladder_once(world):
    project = make.project(world.unit, stage=Stage.ACCEPTED)
    problem(world, project)

    for _ in range(2):
        jobs.daily_sweep(date(2026, 2, 5))

    rungs = Reminder.objects.order_by("pk").values_list("rule", "deadline", "rung")
    assert list(rungs) == [
        ("problem_due", None, 15),
        ("problem_due", None, 3),
        ("problem_due", None, 0),
        ("problem_due", None, -1),
    ]


def test_nine_days_of_outage_over_three_dates_are_made_up_in_order_and_once(world):
    """Down from the 1st to the 9th of June; the dates end on the 2nd, the 5th and the 8th."""
    projects = [due_project(world, name=f"示例项目{number}") for number in range(3)]
    for project, due in zip(projects, (day(-3), DUE, day(3)), strict=True):
        deadlines.open_(project, deadlines.RECTIFY, due_on=due, on=SERVED)
    jobs.run_once("daily", day(-5))
    before = Reminder.objects.count()

    jobs.run_once("daily", day(4))
    jobs.run_once("daily", day(4))

    made = Reminder.objects.filter(raised_on=day(4)).order_by("pk").values_list("project", "rung")
    first, second, third = (project.pk for project in projects)
    assert list(made) == [(first, 0), (first, -1), (second, 0), (second, -1), (third, 7), (third, 0), (third, -1)]
    assert Reminder.objects.count() == before + 7
    notice = Notice.objects.get(user=world.u2, key=f"deadlines:{day(4)}")
    assert notice.text.startswith("今天有 3 项期限提醒：")
    assert notice.url == f"/deadlines/digest/{day(4)}/"


def test_one_notice_a_person_and_day_names_them_all_and_the_journal_keeps_each(world):
    for number in range(5):
        due_project(world, name=f"示例项目{number}")

    jobs.daily_sweep(day(-60))
    Notice.objects.filter(user=world.u2).update(read_at="2026-04-06T00:00:00Z")
    late = due_project(world, name="后来的项目")
    jobs.daily_sweep(day(-60))

    mine = Notice.objects.get(user=world.u2, key__startswith="deadlines:")
    assert (mine.text.partition("：")[0], mine.read_at) == ("今天有 6 项期限提醒", None)
    assert len(digest_of(world.u2, day(-60))) == 6
    assert Entry.objects.filter(verb="每日巡查", text__startswith="提醒", project_id=late.pk).count() == 1
    assert digest_of(world.ch, day(-60)) == []


# Reading


def test_the_list_costs_the_same_for_one_project_and_for_three(world):
    def cost():
        with CaptureQueriesContext(connection) as asked:
            rows_for(world.ph, day(0))
        return len(asked)

    def another(number):
        project = due_project(world, name=f"示例项目{number}")
        problem(world, project)

    another(1)
    rows_for(world.ph, day(0))
    one = cost()
    another(2), another(3)

    assert cost() == one


def test_a_date_is_seen_by_those_who_see_its_project(world):
    project = due_project(world)
    elsewhere = make.user("U2", make.organisation(world.city, name="示例市第二学校"))

    assert [row.project for row in rows_for(world.u2, day(0))] == [project]
    assert rows_for(elsewhere, day(0)) == []


def test_money_on_its_way_to_the_unit_is_no_date_of_passing_on_any_more(world):
    story = scene.filed(world)
    story.issue(START, received=False)
    project = story.fresh()
    assert "receipt_pass_on" in codes(project, START)
    allocation = project.allocations.get()
    made = releases.record_release(
        project.pk, allocation.pk, amount=allocation.amount, released_on=START, number="示例拨1号", actor=world.pf, on=START
    )  # fmt: skip
    assert "receipt_pass_on" in codes(project, START)

    releases.approve_release(project.pk, made.pk, actor=world.pfl, on=START)

    assert "receipt_pass_on" not in codes(project, START)
