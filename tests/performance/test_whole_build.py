"""Every day of the build is in a report, or its absence is told: no class and no total loses a day in silence."""

from datetime import date

import pytest

from performance import f04
from performance.models import PeriodReturn
from performance.operations import returns, rounds
from performance.operations.classes import record_class
from performance.operations.readings import ReadingInput, save_readings
from performance.operations.return_reviews import review_return
from performance.queries.classes import classes_of, span_of, state_of, why_of
from performance.queries.forecasts import outcomes_of
from performance.queries.library import compared
from performance.queries.monitoring import monitoring_of
from performance.queries.readings import late_classes, reading_rows
from performance.queries.reported import reports_of
from performance.queries.returns import period_rows
from performance.rules.figures import gaps_words
from performance.rules.readings import Typed
from policy.terms import Light
from tests.performance import register as make

BEGAN = date(2025, 5, 20)
SPECIAL = {"kind": "special", "name": "2025年补报", "period_from": date(2025, 1, 1), "cut_off": date(2025, 12, 31)}
Q1 = {"kind": "quarter", "name": "2026年第1季度", "period_from": date(2026, 1, 1), "cut_off": date(2026, 3, 31)}
Q2 = {"kind": "quarter", "name": "2026年第2季度", "period_from": date(2026, 4, 1), "cut_off": date(2026, 6, 30)}
ON, DUE, GAP = date(2026, 7, 1), date(2026, 7, 15), ((BEGAN, date(2025, 12, 31)),)
NAMES = ("培训人次", "开发课程")


def begun(world, start=BEGAN, names=NAMES):
    project = make.building(world)
    project.build_start_on = start
    project.save(update_fields=["build_start_on"])
    sheet = make.sheet(project, world, names)
    sheet.indicators.update(window="")
    return project


def opened(project, world, asked, on=ON):
    return rounds.open_round(actor=world.ph, on=on, due_on=DUE, projects=[project.pk], **asked).made[0]


def accepted(one, world, courses="4", on=ON):
    pk = one.sheet.indicators.get(name="开发课程").pk
    row = ReadingInput(pk, Typed(value=courses, reason="核对无误"))
    others = [
        ReadingInput(found.pk, Typed(reason="核对无误")) for found in one.sheet.indicators.filter(name="培训人次")
    ]
    save_readings(one.project_id, one.pk, rows=[row, *others], actor=world.u1, on=on)
    for section in one.sections.all():
        returns.fill_section(one.project_id, one.pk, section.code, text="按计划", done=True, actor=world.u1, on=on)
    returns.submit_return(one.project_id, one.pk, actor=world.u2, on=on)
    for who in (world.ch, world.cf):
        review_return(one.project_id, one.pk, agreed=True, actor=who, on=on)
    return fresh(one)


def fresh(one):
    return PeriodReturn.objects.select_related("round", "project", "sheet").get(pk=one.pk)


def row(one, name="培训人次"):
    return next(found for found in reading_rows(fresh(one)) if found.indicator.name == name)


def test_the_first_return_of_a_year_holds_the_classes_since_the_build_began(world):
    project = begun(world, date(2026, 2, 17))
    make.training(project, world, "A1", date(2026, 3, 7), trained=97)
    make.training(project, world, "A2", date(2026, 5, 7), trained=104)

    one = accepted(opened(project, world, Q2), world)

    assert (one.covers_from, row(one).this.value, row(one).year.gaps) == (date(2026, 2, 17), 201, ())
    assert {found.counted_in for found in project.training_classes.all()} == {one}
    assert [(found.start, found.cut_off, found.one, found.inside) for found in period_rows(project)][:2] == [
        (date(2026, 2, 17), date(2026, 3, 31), None, one),
        (date(2026, 2, 17), date(2026, 6, 30), one, None),
    ]


def test_days_of_an_earlier_year_that_nobody_reports_are_told_and_can_still_be_asked_for(world):
    project = begun(world)
    make.training(project, world, "B1", date(2025, 9, 9), trained=30)
    make.training(project, world, "B2", date(2026, 2, 2), trained=50)
    first = accepted(opened(project, world, Q1), world)

    lost = classes_of(project, {"state": "uncounted"}).get()
    assert (lost.number, state_of(lost, span_of(project))) == ("B1", "未计入")
    assert "2025-05-20 至 2025-12-31 没有季报包" in why_of(lost, span_of(project))
    assert (row(first).this.value, row(first).year.gaps, row(first).build.gaps) == (50, (), GAP)
    assert gaps_words(row(first).build) == "缺期：2025-05-20 至 2025-12-31"

    gap = opened(project, world, SPECIAL)
    assert (gap.covers_from, gap.cut_off) == (BEGAN, date(2025, 12, 31))
    assert (row(gap).this.value, late_classes(fresh(gap)).classes) == (30, 0)


def test_a_gap_that_is_filled_later_holds_its_own_days_and_changes_nothing_of_record(world):
    project = begun(world)
    make.training(project, world, "B2", date(2026, 2, 2), trained=50)
    first = accepted(opened(project, world, Q1, date(2026, 4, 1)), world, on=date(2026, 4, 10))
    before = (row(first).this.value, row(first).build)
    make.training(project, world, "B1", date(2025, 9, 9), trained=30)
    make.training(project, world, "B3", date(2026, 1, 20), trained=7)  # recorded late: it waits for the next one

    gap = accepted(opened(project, world, SPECIAL), world)
    second = opened(project, world, Q2)

    assert (row(gap).this.value, (row(first).this.value, row(first).build)) == (30, before)
    assert (row(second).this.value, row(second).build.value, row(second).build.gaps) == (7, 87, ())
    counted = dict(project.training_classes.values_list("number", "counted_in"))
    assert counted == {"B1": gap.pk, "B2": first.pk, "B3": None}


def test_what_was_recorded_late_goes_into_the_next_return_and_not_into_a_gap_that_is_filled(world):
    project = begun(world)
    half = {"kind": "special", "name": "2025年上半年", "period_from": BEGAN, "cut_off": date(2025, 6, 30)}
    make.training(project, world, "A1", date(2025, 6, 1), trained=11)
    first = accepted(opened(project, world, half, date(2025, 7, 1)), world, on=date(2025, 7, 10))
    make.training(project, world, "A2", date(2025, 6, 2), trained=5)
    second = accepted(opened(project, world, Q1, date(2026, 4, 1)), world, on=date(2026, 4, 10))
    make.training(project, world, "A3", date(2025, 6, 3), trained=3)
    make.training(project, world, "G1", date(2025, 9, 9), trained=30)

    gap = accepted(opened(project, world, SPECIAL), world)
    last = opened(project, world, Q2)

    assert gap.covers_from == date(2025, 7, 1)
    assert [row(one).this.value for one in (first, gap, second, last)] == [11, 30, 5, 3]
    counted = dict(project.training_classes.values_list("number", "counted_in"))
    assert counted == {"A1": first.pk, "A2": second.pk, "A3": None, "G1": gap.pk}


def test_a_pace_is_that_of_the_days_reported_and_a_total_that_lacks_days_has_no_light(world):
    project = begun(world, date(2026, 2, 17))
    one = opened(project, world, Q2)
    PeriodReturn.objects.filter(pk=one.pk).update(covers_from=date(2026, 4, 1))  # as it was kept before
    one = accepted(fresh(one), world, courses="6")

    told = next(found for found in monitoring_of(one, known=ON).rows if found.indicator.name == "开发课程")

    assert told.signal.light == Light.UNDEFINED
    assert "缺期：2026-02-17 至 2026-03-31" in told.signal.why
    assert "6 ÷ 已报送的 91 天 × 318 天" in told.year.why
    assert f04.done_text(told) == "6门（缺期：2026-02-17 至 2026-03-31）"


def test_the_outcome_of_an_accepted_return_counts_the_days_reported(world):
    project = begun(world, date(2026, 2, 17))
    one = opened(project, world, Q2)
    PeriodReturn.objects.filter(pk=one.pk).update(covers_from=date(2026, 4, 1))
    one = accepted(fresh(one), world, courses="2")
    build = (project.build_end_on - project.build_start_on).days + 1
    assert (2 * build // 91, 2 * build // 134) == (15, 10)  # the target is 12

    outcome = next(found for found in outcomes_of([project])[project.pk] if found.indicator.name == "开发课程")

    assert outcome.enough is True


def test_what_a_year_lacks_keeps_it_from_being_whole_in_the_evaluation_and_the_library(world):
    project = begun(world)
    first = accepted(opened(project, world, Q1), world)
    pk = first.sheet.indicators.get(name="开发课程").pk

    reached, note = reports_of(project, first.sheet, "2025", ON)[pk]
    assert (reached.actual, note) == ("", "本期间没有审定的季报包")
    line = next(found for found in compared(project) if found.indicator.pk == pk)
    assert line.own_reading is None

    accepted(opened(project, world, SPECIAL), world, courses="3")
    line = next(found for found in compared(project) if found.indicator.pk == pk)
    assert (reports_of(project, first.sheet, "2025", ON)[pk][0].actual, line.own_reading) == ("3", 7)


def test_the_evaluation_names_the_days_that_lack(world):
    project = begun(world, date(2026, 2, 17))
    sheet = project.target_sheets.get()
    make.period_return(project, world, sheet, make.Q2, "accepted")
    last = make.period_return(project, world, sheet, make.Q4, "accepted")
    pk = last.sheet.indicators.get(name="开发课程").pk

    assert reports_of(project, sheet, "2026", date(2027, 1, 5))[pk][1] == (
        "缺期：2026-02-17 至 2026-03-31、2026-07-01 至 2026-09-30 没有审定的季报包"
    )


@pytest.mark.parametrize(
    ("end_on", "why"),
    [
        (date(2025, 5, 19), "结业日期 2025-05-19 早于建设期开始 2025-05-20，属建设期外，不计入指标。"),
        (date(2025, 5, 20), ""),
        (date(2026, 6, 30), ""),
    ],
)
def test_a_class_of_other_days_than_the_build_s_is_told_at_once(world, signed_in, end_on, why):
    project = begun(world)
    occupation = project.occupations.first()
    facts = {
        "number": "X1", "level": "4", "start_on": end_on, "end_on": end_on, "trained": 5, "high_skill": 0, "passed": 5
    }  # fmt: skip

    one = record_class(project.pk, occupation_id=occupation.pk, actor=world.u1, on=ON, **facts)

    assert why_of(one, span_of(project)) == why
    page = signed_in(world.u1).get(f"/projects/{project.pk}/classes/").content.decode()
    assert ("未计入任何季报包" in page, why in page) == (bool(why), True)
