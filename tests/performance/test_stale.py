"""What somebody else changed meanwhile is not written over unseen, and what was typed stays on the page."""

import re

import pytest
from django.utils import timezone

from performance import operations
from performance.operations import Reached
from performance.queries import grid_of, sheet_of
from policy.terms import Line, Stage
from tests.performance.life import ON, budgeted, drafted, filed, stage, submitted
from tests.performance.test_evaluation import enter, enter_stage
from tests.performance.test_views import typed, url, values

STALE = "内容刚被他人修改"


def seen_in(page):
    return re.search(r'name="seen" value="([0-9a-f]+)"', page)[1]


def test_the_targets_of_a_colleague_are_not_written_over(world, project, signed_in):
    drafted(project, world)
    client = signed_in(world.u1)
    mine = typed(project, goal__period="我写的目标")
    operations.save_sheet(project.pk, goals={"period": "同事写的目标"}, rows=[], actor=world.u2, on=ON)

    refused = client.post(url("sheet_edit", project), mine)
    page = refused.content.decode()

    assert (refused.status_code, STALE in page) == (422, True)
    assert ("我写的目标" in page, "现存：同事写的目标" in page) == (True, True)
    assert sheet_of(project).goals.get(block="period").text == "同事写的目标"

    again = client.post(url("sheet_edit", project), mine | {"seen": seen_in(page)})

    assert again.status_code == 302
    assert sheet_of(project).goals.get(block="period").text == "我写的目标"


def test_what_was_typed_on_a_page_of_the_returned_round_is_kept(world, project, signed_in):
    submitted(project, world)
    operations.return_sheet(project.pk, line=Line.HR, actor=world.ch, reason="目标偏低", on=ON)
    stage(project, Stage.AWARDED)
    pk = grid_of(sheet_of(project)).lines[0].indicator.pk
    client, mine = signed_in(world.u1), typed(project, **{f"i{pk}__value__period": "2345"})
    operations.save_sheet(project.pk, goals={"period": "同事写的目标"}, rows=[], actor=world.u2, on=ON)

    refused = client.post(url("sheet_edit", project), mine)
    page = refused.content.decode()

    new = grid_of(sheet_of(project)).lines[0].indicator.pk
    assert (refused.status_code, STALE in page, new != pk) == (422, True, True)
    assert re.search(rf'name="i{new}-value-period" value="2345"', page)


def test_a_form_without_its_version_is_stale(world, project, signed_in):
    drafted(project, world)
    data = typed(project)
    del data["seen"]

    assert signed_in(world.u1).post(url("sheet_edit", project), data).status_code == 422


@pytest.fixture
def judged(world, project):
    filed(project, world)
    budgeted(project)
    enter_stage(project, Stage.IN_ACCEPTANCE, timezone.localdate())
    return project


def indicator(project, code):
    lines = grid_of(project.target_sheets.get(version=1)).lines
    return next(line.indicator for line in lines if line.indicator.template_code == code)


def test_the_values_of_the_other_department_are_not_written_over(world, judged, signed_in):
    on, b01, b02 = timezone.localdate(), indicator(judged, "B01"), indicator(judged, "B02")
    enter(judged, world.ph, on=on)
    client = signed_in(world.pf)
    mine = values(judged, B01=Reached(actual="2050"))
    enter(judged, world.ph, on=on, B02=Reached(actual="450", reason="外省学员"))

    refused = client.post(url("evaluation", judged), mine)
    page = refused.content.decode()

    assert (refused.status_code, STALE in page, "2050" in page, "现存：450" in page) == (422, True, True, True)
    kept = {score.indicator_id: score.actual for score in judged.evaluations.get().scores.all()}
    assert (kept[b01.pk], kept[b02.pk]) == ("2000", "450")

    checked = values(judged, B01=Reached(actual="2050"), B02=Reached(actual="450", reason="外省学员"))
    again = client.post(url("evaluation", judged), checked | {"seen": seen_in(page)})

    assert again.status_code == 302
    assert judged.evaluations.get().scores.get(indicator=b01).actual == "2050"


def test_two_who_begin_at_once_do_not_write_over_each_other(world, judged, signed_in):
    first, second = values(judged, B01=Reached(actual="2010")), values(judged, B01=Reached(actual="2020"))

    one = signed_in(world.ph).post(url("evaluation", judged), first)
    two = signed_in(world.pf).post(url("evaluation", judged), second)

    assert (one.status_code, two.status_code) == (302, 422)
    assert judged.evaluations.get().scores.get(indicator=indicator(judged, "B01")).actual == "2010"
