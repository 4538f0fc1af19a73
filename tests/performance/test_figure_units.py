"""Figures in their units: people are no enrolments, a day is a day, and what is per year is read per year."""

from datetime import date

import pytest

from performance import operations
from performance.models import Indicator, Reading, Target
from performance.operations.readings import ReadingInput, save_readings
from performance.queries import grid_of, sheet_of
from performance.queries.figures import kept_number
from performance.queries.forecasts import outcomes_of
from performance.queries.readings import reading_rows, text_of
from performance.rules.classes import is_bound, is_drawn
from performance.rules.readings import Typed
from performance.views.readings import words
from policy.findings import Refused
from policy.loader import edition
from policy.terms import Aggregation, Draw, Frequency, Kind, Operator
from tests.performance import register as make
from tests.performance.life import ON, filled
from tests.performance.register import Q1


def own(sheet, name, unit, operator=Operator.GE, target="60", **facts):
    given = {"level1": "效益指标", "level2": "社会效益指标", "aggregation": Aggregation.SUM, "order": 90}
    given |= {"frequency": Frequency.QUARTER, "template_code": name[:3]}
    row = Indicator.objects.create(sheet=sheet, name=name, unit=unit, operator=operator, **(given | facts))
    for block in ("period", "2026", "2027"):
        Target.objects.create(indicator=row, block=block, value=target, weight=1)
    return row


@pytest.mark.parametrize(
    ("draw", "unit", "drawn", "bound"),
    [
        (Draw.CERTIFIED, "人/年", False, True),
        (Draw.APPRENTICES, "人", False, True),
        (Draw.TRAINED, "人次/年", True, False),
        (Draw.PASS_RATE, "%", True, False),
        ("", "人/年", False, False),
    ],
)
def test_a_register_of_enrolments_gives_no_number_of_people(draw, unit, drawn, bound):
    assert (is_drawn(draw, unit), is_bound(draw, unit)) == (drawn, bound)


@pytest.mark.parametrize("code", ["jilin_2025", "demo_2022"])
def test_of_every_template_what_is_drawn_is_no_number_of_people(code):
    rows = [one for one in edition(code).indicators if one.draws]

    assert {one.code for one in rows if is_bound(one.draws, one.unit)} == {"B17", "B19"}
    assert all("人次" in one.unit or one.unit in ("%", "台（套）") for one in rows if is_drawn(one.draws, one.unit))


@pytest.fixture
def apprentices(world):
    project = make.building(world)
    sheet = make.sheet(project, world, ("培训人次",))
    row = own(sheet, "学徒制培养人数", "人/年", draws=Draw.APPRENTICES, window="full_year")
    make.training(project, world, "A1", date(2026, 2, 1), trained=20, apprentices=True)
    make.training(project, world, "A2", date(2026, 3, 1), trained=20, apprentices=True)
    make.training(project, world, "A3", date(2026, 3, 2), trained=500)
    return project, make.period_return(project, world, sheet, Q1), row


def found(one, row):
    return next(line for line in reading_rows(one) if line.indicator.pk == row.pk)


def test_people_are_typed_beside_the_register_s_enrolments(apprentices, world, signed_in):
    project, one, row = apprentices
    page = signed_in(world.u1).get(f"/projects/{project.pk}/returns/{one.pk}/readings/edit/").content.decode()
    assert "同期合计 40 人次" in page

    save_readings(project.pk, one.pk, rows=[ReadingInput(row.pk, Typed(value="40"))], actor=world.u1, on=Q1)
    assert [(line.drawn, line.bound, line.findings) for line in [found(one, row)]] == [(False, 40, ())]

    save_readings(project.pk, one.pk, rows=[ReadingInput(row.pk, Typed(value="41"))], actor=world.u1, on=Q1)
    (finding,) = found(one, row).findings
    assert (finding.code, finding.blocks) == ("bound", True)
    assert "多于班次台账同期的 40 人次" in finding.message

    pk = one.sheet.indicators.get(name="培训人次").pk
    with pytest.raises(Refused, match="由台账自动取数"):
        save_readings(project.pk, one.pk, rows=[ReadingInput(pk, Typed(value="1"))], actor=world.u1, on=Q1)


def test_a_deadline_is_a_day_on_the_page_in_the_api_in_the_snapshot_and_in_the_forecast(world, signed_in):
    project = make.building(world)
    sheet = make.sheet(project, world, ("开发课程",))
    row = own(sheet, "设备到位", "日期", Operator.LE, "2026-07-31", aggregation=Aggregation.SUM)
    one = make.period_return(project, world, sheet, Q1)
    make.read(one, "开发课程", world.u1, value="3")
    Reading.objects.create(period_return=one, indicator=row, value="2026年7月31日", entered_by=world.u1, entered_on=Q1)
    line = found(one, row)

    assert {words(figure, line) for figure in (line.this, line.year, line.build)} == {"2026-07-31"}
    assert text_of(line.build, "日期") == "2026-07-31"
    page = signed_in(world.u1).get(f"/projects/{project.pk}/returns/{one.pk}/readings/").content.decode()
    assert ("2026-07-31" in page, "739,8" in page, "≤2026-07-31日期" in page) == (True, False, False)

    told = next(kept for kept in make.accepted(one) if kept["indicator"] == row.pk)
    assert (told["build"], told["year"]) == ("2026-07-31", "2026-07-31")


def test_a_day_in_a_snapshot_is_met_or_not(world):
    assert kept_number("2026-07-31", "日期") == kept_number("739828", "日期") == date(2026, 7, 31).toordinal()
    assert (kept_number("1/3", "比例"), kept_number("", "日期")) == (kept_number("1/3", ""), None)


@pytest.mark.parametrize(("value", "met"), [("2026-07-31", True), ("2026-08-01", False), ("739828", True), ("", None)])
def test_the_outcome_of_a_deadline_is_told(world, value, met):
    project = make.building(world)
    sheet = make.sheet(project, world, ("开发课程",))
    row = own(sheet, "设备到位", "日期", Operator.LE, "2026-07-31", aggregation=Aggregation.LATEST)
    target = {"year_target": "2026-07-31", "period_target": "2026-07-31"}
    kept = {"readings": [{"indicator": row.pk, "build": value, "year": value, **target}]}
    one = make.period_return(project, world, sheet, Q1, snapshot=kept)
    make.moved(one, "accepted")

    (outcome,) = outcomes_of([project])[project.pk]

    assert (outcome.met, outcome.enough) == (met, met)


# 年度口径


@pytest.mark.parametrize(
    ("unit", "window"),
    [("人次/年", "full_year"), ("家/年", "full_year"), ("家／年", "full_year"), ("家", ""), ("年", ""), ("", "")],
)
def test_a_figure_per_year_has_the_window_of_the_edition(unit, window):
    assert edition("demo_2022").window_for(Kind.BASE, unit) == window
    assert edition("demo_2022").window_for(Kind.STUDIO, unit) == window


def test_an_indicator_of_the_unit_s_own_is_read_through_that_window_too(world, project):
    filled(project, world)
    line = grid_of(sheet_of(project)).lines[0].indicator
    typed = {"level1": line.level1, "level2": line.level2, "name": "送教下乡人次", "aggregation": "sum"}

    operations.save_sheet(
        project.pk, goals={}, rows=[operations.RowInput(unit="人次/年", **typed)], actor=world.u1, on=ON
    )
    made = Indicator.objects.get(sheet=sheet_of(project), name="送教下乡人次")
    assert made.window == "full_year"

    operations.save_sheet(
        project.pk, goals={}, rows=[operations.RowInput(id=made.pk, unit="人次", **typed)], actor=world.u1, on=ON
    )
    made.refresh_from_db()
    assert made.window == ""
