"""The clock: every rung once whatever happens to the scheduler, and never a stage."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Entry, Notice, User
from lifecycle import deadlines, jobs
from lifecycle.models import Deadline, Heartbeat, JobRun, Reminder, Told
from lifecycle.operations import revocation
from policy.terms import Stage
from projects.models import Alert, Project
from tests import factories as make
from tests.lifecycle import scene
from tests.lifecycle.scene import DUE, END, START, day

RUNGS = {"build_end": [90, 30, 0, -1, -15, -30], "rectify": [60, 30, 7, 0, -1, -15, -30]}


def deadline(project, rule=deadlines.RECTIFY, due_on=DUE, opened_on=START):
    return Deadline.objects.create(
        project=project, rule=rule.code, due_on=due_on, basis=rule.basis, opened_on=opened_on
    )


def plain(world, stage=Stage.RECTIFYING, **facts):
    """A project at a stage with nothing but a date."""
    return make.project(world.unit, stage=stage, **facts)


def sweep(*days):
    for on in days:
        jobs.run_once("daily", on)


def rungs():
    return list(Reminder.objects.order_by("pk").values_list("rung", "raised_on"))


def open_alerts():
    return set(Alert.objects.filter(source="deadline", cleared_on=None).values_list("code", flat=True))


def run_job(*words):
    out = StringIO()
    call_command("run_job", *words, stdout=out)
    return out.getvalue().strip()


# The ladder
@pytest.mark.parametrize(
    ("rule", "due"), [(deadlines.BUILD_END, END), (deadlines.RECTIFY, DUE)], ids=["build end", "rectification"]
)
def test_each_rung_is_raised_on_its_day_and_once(world, rule, due):
    deadline(plain(world), rule, due)

    sweep(*(due - timedelta(days=left) for left in range(95, -40, -1)))

    assert rungs() == [(rung, due - timedelta(days=rung)) for rung in RUNGS[rule.code]]
    reminded = Notice.objects.filter(user=world.u2, key__startswith="deadlines:")
    assert reminded.count() == len([rung for rung in RUNGS[rule.code] if rung >= 0])


def test_a_reminder_reaches_who_must_act_and_nobody_else(world):
    standing = deadline(plain(world))

    sweep(day(-7))

    told = Told.objects.filter(reminder__deadline=standing, reminder__rung=7).values_list("user", "digest_on")
    assert list(told) == [(world.u2.pk, day(-7))]
    assert list(Notice.objects.filter(key__startswith="deadlines:").values_list("user", flat=True)) == [world.u2.pk]
    assert Entry.objects.filter(subject=f"deadline:{standing.pk}", verb="每日巡查").count() == 3


@pytest.mark.parametrize("outage", [3, 30, 400])
def test_an_outage_is_made_up_by_the_next_run(world, outage):
    deadline(plain(world))
    sweep(day(-61))

    sweep(day(-61 + outage))

    raised = [rung for rung in RUNGS["rectify"] if 61 - outage <= rung]
    assert rungs() == [(rung, day(-61 + outage)) for rung in raised]


def test_no_rung_from_before_the_day_the_term_began(world):
    deadline(plain(world), opened_on=day(-20))

    sweep(day(-20), day(0))

    assert [rung for rung, _ in rungs()] == [7, 0]


def test_a_second_run_of_the_day_does_nothing(world):
    deadline(plain(world))

    first, second = jobs.run_once("daily", day(-7)), jobs.run_once("daily", day(-7))

    assert (first.state, second) == (JobRun.State.DONE, None)
    assert Reminder.objects.count() == 3


def test_the_sweep_itself_is_safe_to_repeat(world):
    deadline(plain(world))

    jobs.daily_sweep(day(-7))
    counted = Reminder.objects.count(), Notice.objects.count(), Alert.objects.count()
    jobs.daily_sweep(day(-7))

    assert (Reminder.objects.count(), Notice.objects.count(), Alert.objects.count()) == counted


def test_a_date_that_is_moved_climbs_its_own_ladder(world):
    project = plain(world)
    deadline(project)
    sweep(day(0))

    deadlines.open_(project, deadlines.RECTIFY, due_on=day(100), on=day(1))
    sweep(*(day(number) for number in range(1, 101)))

    assert [rung for rung, _ in rungs()] == [60, 30, 7, 0] * 2


# Alerts
def test_alerts_stand_while_a_date_is_near_or_past_and_go_when_it_is_met(world):
    story = scene.rectifying(world)
    sweep(day(-61))
    assert open_alerts() == set()

    sweep(day(-60))
    assert open_alerts() == {"rectify"}
    sweep(day(10))
    assert open_alerts() == {"rectify"}
    assert Alert.objects.get(source="deadline").message.endswith("已逾期 10 天")

    story.report(day(11))
    assert open_alerts() == set()
    sweep(day(12))
    assert open_alerts() == set()


@pytest.mark.parametrize(("past", "expected"), [(59, {"build_end"}), (60, {"build_end", "no_application"})])
def test_sixty_days_without_an_application_call_for_supervision(world, past, expected):
    project = plain(world, Stage.BUILDING, build_start_on=START, build_end_on=END)
    deadline(project, deadlines.BUILD_END, END)

    sweep(END + timedelta(days=past))

    assert open_alerts() == expected
    assert Project.objects.get(pk=project.pk).stage == Stage.BUILDING


def test_the_window_of_a_defence_is_reminded_of_and_closes_with_it(world):
    story = scene.noticed(world)
    by = revocation.revocation_of(story.fresh()).defend_by
    sweep(by - timedelta(days=5))
    assert open_alerts() == {"defence"}

    story.defend(by)
    assert open_alerts() == set()


def test_over_is_over(world):
    for stage in (Stage.DRAFT, Stage.SETTLED, Stage.TERMINATED):
        project = scene.draft_project(world) if stage == Stage.DRAFT else plain(world, stage)
        deadline(project)

    sweep(DUE)

    assert rungs() == []


# The clock never decides
@pytest.mark.once
def test_three_years_of_sweeps_leave_the_stage_where_it_was(world):
    story = scene.rectifying(world)
    before = Project.objects.filter(pk=story.pk).values().get()

    for number in [*range(400), *range(400, 3 * 365, 7)]:  # each day past the cap, then week by week
        jobs.daily_sweep(scene.SERVED + timedelta(days=number))

    assert Project.objects.filter(pk=story.pk).values().get() == before
    assert rungs() == [(rung, day(-rung)) for rung in RUNGS["rectify"]]
    assert Notice.objects.filter(user=world.u2, key__startswith="deadlines:").count() == 4


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage != Stage.DRAFT], ids=str)
def test_no_stage_is_moved_by_a_sweep_long_after_every_date(world, stage):
    project = plain(world, stage, build_start_on=START, build_end_on=END)
    for rule in deadlines.RULES.values():
        deadline(project, rule)

    sweep(date(2040, 1, 1))

    assert Project.objects.get(pk=project.pk).stage == stage


# Runs
def test_one_project_that_fails_does_not_stop_the_others(world, caplog):
    first, broken, last = (plain(world) for _ in range(3))
    for project in (first, broken, last):
        deadline(project)
    Deadline.objects.filter(project=broken).update(rule="unheard of")

    run = jobs.run_once("daily", DUE)

    assert run.state == JobRun.State.DONE
    assert run.detail == "3 个项目，发出提醒 8 条，汇总通知 1 人，失败 1 个"
    assert set(Reminder.objects.values_list("deadline__project", flat=True)) == {first.pk, last.pk}
    assert f"daily sweep failed for project {broken.pk}" in caplog.text


@pytest.mark.parametrize(
    ("state", "minutes", "taken"),
    [("running", 1, False), ("running", -1, True), ("failed", 1, True), ("done", -1, False)],
    ids=["at work", "its worker is gone", "failed", "done"],
)
def test_a_run_is_taken_over_when_its_worker_is_gone(world, state, minutes, taken):
    until = timezone.now() + timedelta(minutes=minutes)
    JobRun.objects.create(job="daily", slot=DUE, state=state, lease_until=until)

    run = jobs.run_once("daily", DUE)

    assert (run is not None) is taken
    assert JobRun.objects.count() == 1
    if taken:
        assert (run.state, run.lease_until > timezone.now()) == (JobRun.State.DONE, True)


def test_a_job_that_breaks_is_kept_as_failed_and_run_again(world):
    system = User.objects.filter(username="system")
    system.update(username="gone")
    assert jobs.run_once("daily", DUE).state == JobRun.State.FAILED
    with pytest.raises(CommandError, match="失败"):
        run_job("daily", "--on", str(DUE))

    User.objects.filter(username="gone").update(username="system")
    assert jobs.run_once("daily", DUE).state == JobRun.State.DONE
    assert JobRun.objects.count() == 1


def test_a_job_is_run_by_hand_for_a_day(world):
    deadline(plain(world))

    assert run_job("daily", "--on", "2026-06-05") == "daily 2026-06-05：1 个项目，发出提醒 4 条，汇总通知 1 人"
    assert run_job("daily", "--on", "2026-06-05") == "daily 2026-06-05：已运行过，不重复运行"
    with pytest.raises(CommandError):
        run_job("weekly")


def test_a_tick_says_it_is_alive_and_runs_what_is_due_today(world):
    jobs.tick()
    jobs.tick()

    assert (Heartbeat.objects.count(), list(JobRun.objects.values_list("job", "slot", "state"))) == (
        1,
        [(job, timezone.localdate(), "done") for job in sorted(jobs.JOBS)],
    )
