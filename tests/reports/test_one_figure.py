"""One figure on every page: what counts as 已立项, what is overdue, what a day gone by looked like (handbook 5, 11)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from funds.queries import Moment
from lifecycle.models import Deadline
from lifecycle.problem_lines import lines_of
from lifecycle.queries.calendars import rows_for
from lifecycle.queries.overlays import overlays_of
from lifecycle.queries.problems import counts_of, problems_for
from lifecycle.queries.risk import risks_of
from performance.models import Evaluation, PeriodReturn, Round
from performance.queries.rounds import round_rows, rounds_for
from policy.calendar import WorkCalendar
from policy.terms import Stage
from projects.models import Decision, DecisionItem, Problem, Project
from reports.as_of import picture_of
from reports.digests import digest_of
from reports.periodic import paper, words
from reports.periodic.figures import figures_of, material_at
from reports.periodic.periods import Period
from reports.province_papers import Asked, standings
from reports.register import projects_in, rows_of
from reports.statistics.facts import material_of
from reports.statistics.reached import reached_of
from reports.statistics.scope import paths_of
from reports.tasks import tasks_for
from reports.workbench import board_of
from tests.lifecycle import scene
from tests.performance import life
from tests.reports.scene import ON, START, furnished
from tests.reports.statistics_scene import problem

pytestmark = pytest.mark.django_db
SATURDAY, SUNDAY, MONDAY, TUESDAY = (date(2026, 3, day) for day in (7, 8, 9, 10))


def counted(world, on=ON):
    """How many projects each place says were awarded."""
    found = figures_of(world.province.path, "示例省", Period(on.year), on)
    return {
        "statistics": material_of(paths_of(world.ph), on).totals.projects,
        "register": projects_in(world.ph, {"stage": "given"}, on).count(),
        "as of": picture_of(world.ph, {}, Moment(on, on), on).totals.projects,
        "periodic": found["total"][0],
        "rows": len(found["rows"]),
        "F18": len(standings(world.ph, on, Asked())),
    }


def test_a_draft_that_was_given_up_was_never_awarded(world):
    furnished(world)
    given_up = scene.draft_project(world)
    Project.objects.filter(pk=given_up.pk).update(stage=Stage.TERMINATED)
    problem(given_up)

    assert set(counted(world).values()) == {1}
    assert material_of(paths_of(world.ph), ON).problems == ()
    assert figures_of(world.province.path, "示例省", Period(2026), ON)["problems"]["open"] == 0


def test_an_awarded_project_that_ended_still_counts(world):
    furnished(world)
    furnished(world, stage=Stage.TERMINATED)

    assert set(counted(world).values()) == {2}


@pytest.mark.parametrize(
    ("day", "expected"),
    [(MONDAY, date(2026, 3, 6)), (TUESDAY, MONDAY), (SUNDAY, date(2026, 3, 6))],
)
def test_the_working_day_before(day, expected):
    assert WorkCalendar().working_before(day) == expected


def late_in(world, project, on):
    """Who says that a filing date of this project is overdue."""
    board = board_of(world.ph, on)
    [row] = rows_of(projects_in(world.ph, {}, on), on)
    reasons = " ".join(part.figures for part in risks_of([project], on)[project.pk].reasons)
    return {
        "page of dates": any(one.overdue for one in rows_for(world.ph, on)),
        "digest": bool(digest_of(world.ph, on).late),
        "overlay": "overdue" in {one.code for one in overlays_of([project], on)[project.pk]},
        "workbench tile": "逾期期限 0 项" not in board.tiles[-1]["note"],
        "workbench dates": any(one.due_on < on for one in board.dates),
        "register": row.last_on < on,
        "risk": "整改到期" in reasons,
    }


@pytest.mark.parametrize(("on", "late"), [(SATURDAY, False), (SUNDAY, False), (MONDAY, False), (TUESDAY, True)])
def test_a_filing_date_on_a_day_off_is_overdue_everywhere_or_nowhere(world, on, late):
    project = furnished(world)
    Deadline.objects.all().delete()
    Deadline.objects.create(project=project, rule="rectify", due_on=SATURDAY, basis="通知", opened_on=ON)

    assert set(late_in(world, project, on).values()) == {late}


def test_the_register_shows_the_day_a_filing_date_moves_to(world, visit):
    project = furnished(world)
    Deadline.objects.all().delete()
    Deadline.objects.create(project=project, rule="rectify", due_on=date(2099, 3, 7), basis="通知", opened_on=ON)

    page = visit(world.ph, "/projects/").content.decode()

    assert "2099-03-09" in page
    assert "整改到期，2099-03-07 为休息日，顺延" in page


def test_the_workbench_knows_the_dates_that_stand_in_no_table(world):
    project = furnished(world)
    Deadline.objects.all().delete()
    problem(project, due_on=date(2026, 3, 4))

    board = board_of(world.ph, SUNDAY)

    assert [(one.label, one.due_on) for one in board.dates] == [("问题整改（问题 1）", date(2026, 3, 4))]
    assert "逾期期限 1 项" in board.tiles[-1]["note"]
    assert board.dates_said == "逾期 1 项 · 90 天内 0 项"


def test_the_workbench_keeps_room_for_what_lies_ahead_and_lists_dates_of_law_first(world):
    project = furnished(world)
    Deadline.objects.all().delete()
    for number in range(1, 10):
        problem(project, serial=number, number=number, due_on=date(2026, 2, number + 1))
    for number in range(10, 16):
        problem(project, serial=number, number=number, due_on=date(2026, 4, number))
    Deadline.objects.create(project=project, rule="serve", due_on=date(2026, 2, 1), basis="默认", opened_on=ON)

    board = board_of(world.ph, SUNDAY)

    assert [one.due_on.month for one in board.dates] == [2] * 4 + [4] * 4
    assert "决定送达" not in [one.label for one in board.dates]
    assert board.dates_said == "逾期 10 项 · 90 天内 6 项，列 8 项"


def late_problems(world, on):
    rows = problems_for(world.ph)
    return {
        "register": counts_of(rows, on)["overdue"],
        "lines": sum(one.overdue for one in lines_of(rows, world.ph, on)),
        "statistics": sum(one.overdue for one in material_of(paths_of(world.ph), on).problems),
        "charts of a report": sum(one.overdue for one in material_at(world.province.path, on, on).problems),
        "report": figures_of(world.province.path, "示例省", Period(on.year), on)["problems"]["overdue"],
    }


@pytest.mark.parametrize(("on", "late"), [(SUNDAY, 0), (MONDAY, 0), (TUESDAY, 1)])
def test_a_problem_is_overdue_in_every_count_on_the_same_day(world, on, late):
    problem(furnished(world), due_on=SATURDAY)

    assert set(late_problems(world, on).values()) == {late}


def test_a_project_whose_title_ended_owes_no_answer_in_any_count(world):
    problem(furnished(world, stage=Stage.REVOKED), due_on=date(2026, 3, 4))

    assert set(late_problems(world, TUESDAY).values()) == {0}


def test_a_problem_answered_since_was_overdue_on_the_day_gone_by(world):
    late, closed = (problem(furnished(world), due_on=date(2026, 3, 4)) for _ in range(2))
    Problem.objects.filter(pk=late.pk).update(state="answered", answer="已整改", answered_on=date(2026, 4, 1))
    Problem.objects.filter(pk=closed.pk).update(
        state="closed", answer="已整改", answered_on=date(2026, 3, 5), closed_on=date(2026, 4, 2), verified_by=world.ph
    )

    then = material_at(world.province.path, TUESDAY, date(2026, 5, 1)).problems

    assert [one.overdue for one in then] == [True, False]
    assert figures_of(world.province.path, "示例省", Period(2026, 1), date(2026, 5, 1))["problems"]["overdue"] == 1


# A day gone by


def extended(world):
    """Granted twelve months more on 2026-06-01."""
    project = furnished(world, extended_months=12, build_end_on=date(2028, 3, 1))
    decision = Decision.objects.create(
        kind="T14", number="示例人社〔2026〕9号", dated_on=date(2026, 6, 1), title="延期批复", reason="理由", basis="通知",
        state="effective", effective_on=date(2026, 6, 1), drafted_by=world.ph, drafted_on=date(2026, 5, 20),
    )  # fmt: skip
    DecisionItem.objects.create(decision=decision, project=project, state="done", payload={"months": 12})
    return project


def test_the_form_of_a_past_day_has_the_build_period_of_that_day(world):
    extended(world)
    today = date(2026, 7, 1)

    [then], [now] = (standings(world.ph, today, Asked(on=on, known=today)) for on in (date(2026, 5, 31), today))

    assert (then.term, then.term_note) == ("2025-03-01 至 2027-03-01", "")
    assert (now.term, now.term_note) == ("2025-03-01 至 2028-03-01", "超过两年")


def test_the_report_of_a_past_day_measures_the_pace_by_the_build_period_of_that_day(world):
    extended(world)
    early, late = date(2026, 5, 31), date(2026, 7, 1)

    ends = [[one.build_end_on for one in material_at(world.province.path, on, late).facts] for on in (early, late)]

    assert ends == [[date(2027, 3, 1)], [date(2028, 3, 1)]]


def test_the_form_of_a_past_day_has_the_score_that_was_confirmed_by_then(world):
    story = scene.judged(world)
    told = Evaluation.objects.get()
    before, after = (told.confirmed_on - timedelta(days=1), told.confirmed_on)
    today = scene.day(90, scene.APPLIED)
    Project.objects.filter(pk=story.pk).update(awarded_on=scene.AWARDED)

    [then], [now] = (standings(world.ph, today, Asked(on=on, known=today)) for on in (before, after))

    assert (then.score, then.grade) == (None, "")
    assert (now.score, now.grade) == (told.total.quantize(Decimal("0.01")), told.get_grade_display())


def accepted(project, world, quarter, done, accepted_on):
    """A return of one count, planned at 100 by the end of the build."""
    sheet, cut_off, due_on = project.target_sheets.get(), date(2026, 3 * quarter, 28), date(2026, 3 * quarter, 30)
    row = sheet.indicators.filter(operator="ge", window="").first()
    reading = {"indicator": row.pk, "build": done, "period_target": "100", "year": done, "year_target": "100"}
    round_ = Round.objects.create(
        kind="quarter", name=f"第{quarter}季度", period_from=START, cut_off=cut_off, due_on=due_on, opened_by=world.ph,
        opened_on=ON,
    )  # fmt: skip
    PeriodReturn.objects.create(
        round=round_, project=project, sheet=sheet, cut_off=cut_off, covers_from=START, due_on=due_on,
        first_due_on=due_on, state="accepted", snapshot={"readings": [reading]}, digest="0" * 64,
        accepted_on=accepted_on, turn=1, submitted_by=world.u2, submitted_on=cut_off,
    )  # fmt: skip


def test_the_report_of_a_past_day_tells_the_readings_accepted_by_then(world):
    project = furnished(world, stage=Stage.AWARDED)
    life.filled(project, world)
    Project.objects.filter(pk=project.pk).update(stage=Stage.BUILDING)
    accepted(project, world, 1, "40", date(2026, 4, 20))
    accepted(project, world, 2, "120", date(2026, 7, 20))
    made_on, quarters = date(2026, 8, 1), (Period(2026, 1), Period(2026, 2), Period(2026))

    told = [figures_of(world.province.path, "示例省", one, made_on)["targets"] for one in quarters]
    charts = [list(reached_of(material_at(world.province.path, on, made_on))) for on in (date(2026, 6, 30), made_on)]

    assert [(one["projects"], one["met"]) for one in told] == [(0, 0), (1, 0), (1, 1)]
    assert [[one.met for one in found] for found in charts] == [[False], [True]]


def test_a_report_says_what_it_cannot_tell_of_a_past_day(world):
    project = furnished(world)
    past, today = (figures_of(world.province.path, "示例省", Period(2026, 1), on) for on in (date(2026, 5, 1), ON))

    assert words.pace(past).startswith("按 2026-05-01 的办理阶段，")
    assert words.pace(today).startswith("建设中和验收中的项目 1 个")
    assert "附表二的阶段为报告生成当日的办理阶段" in paper.NOTE
    assert project.stage == Stage.BUILDING


def overdue_return(world, due_on):
    project = furnished(world, stage=Stage.AWARDED)
    life.filled(project, world)
    Project.objects.filter(pk=project.pk).update(stage=Stage.BUILDING)
    round_ = Round.objects.create(
        kind="quarter", name="第1季度", period_from=START, cut_off=date(2026, 2, 28), due_on=due_on, opened_by=world.ph,
        opened_on=ON,
    )  # fmt: skip
    PeriodReturn.objects.create(
        round=round_, project=project, sheet=project.target_sheets.get(), cut_off=date(2026, 2, 28), covers_from=START,
        due_on=due_on, first_due_on=due_on,
    )  # fmt: skip
    return project, round_


@pytest.mark.parametrize(("on", "late"), [(SUNDAY, 0), (MONDAY, 0), (TUESDAY, 1)])
def test_a_return_that_falls_due_on_a_day_off_is_late_in_every_count_on_the_same_day(world, on, late):
    project, asked = overdue_return(world, SATURDAY)

    assert {
        "page of dates": sum(row.overdue for row in rows_for(world.ph, on) if row.one.code == "quarter_report"),
        "rounds": rounds_for(world.ph, on).get().late,
        "round": sum(row.late for row in round_rows(world.ph, asked, on)),
        "list of the late": len(round_rows(world.ph, asked, on, {"state": "late"})),
        "task": sum(task.title == "催报季报包" for task in tasks_for(world.ph, on)),
        "risk": "逾期未报 1" in " ".join(part.figures for part in risks_of([project], on)[project.pk].reasons),
    } == dict.fromkeys(("page of dates", "rounds", "round", "list of the late", "task", "risk"), late)
