"""What both gates gave and what was not served yet stays sealed on every list, as it does on 预警中心 and 验收."""

import io
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from lifecycle.models import Service
from lifecycle.queries.told import gate_told
from performance.models import Evaluation
from reports.dossier.timeline import ahead_of, past_of
from reports.province_papers import Asked, standings
from reports.register import projects_in, rows_of
from tests.lifecycle import scene
from tests.reports.scene import alert

pytestmark = pytest.mark.django_db


def fresh(user):
    return type(user).objects.get(pk=user.pk)


def row_of(user, on=None, **asked):
    on = on or scene.day(12, scene.APPLIED)
    found = rows_of(projects_in(fresh(user), asked, on), on)
    return found[0] if found else None


def score_of(user):
    bar = row_of(user).bars.targets
    return bar.part if bar else None


@pytest.fixture
def judged(world):
    """验收中, both gates looked at, with the alert that gate B raised."""
    story = scene.judged(world, a=("N2a",))
    alert(story.project, code="grade", source="evaluation")
    return story


@pytest.mark.parametrize("sealed", ["stage", "service"])
def test_the_unit_reads_no_alert_of_the_evaluation_on_the_line_of_time(world, judged, visit, sealed):
    if sealed == "service":
        judged.order(scene.day(20, scene.APPLIED), serve=False)
    told = judged.project.alerts.get(source="evaluation").message
    judged.project.alerts.filter(source="evaluation").update(cleared_on=scene.day(12, scene.APPLIED))

    own = [one.title for one in past_of(judged.fresh(), fresh(world.u2), scene.day(90))[:500]]
    theirs = [one.title for one in past_of(judged.fresh(), fresh(world.ph), scene.day(90))[:500]]

    assert not [one for one in own if told in one]
    assert {told, f"解除：{told}"} <= set(theirs)
    for path in ("", "timeline/", "timeline/?kind=alert"):
        assert told not in visit(fresh(world.u2), f"/projects/{judged.pk}/{path}").content.decode()


def test_the_line_of_time_does_not_announce_a_paper_that_is_to_be_served(world, visit):
    story = scene.ordered(world)
    path = f"/projects/{story.pk}/timeline/"

    own = [one.title for one in ahead_of(story.fresh(), fresh(world.u2), scene.ORDERED)]
    theirs = [one.title for one in ahead_of(story.fresh(), fresh(world.ph), scene.ORDERED)]

    assert "决定送达 整改通知书" in theirs
    assert not [one for one in own if "送达" in one or "整改" in one]
    assert "决定送达" not in visit(fresh(world.u2), path).content.decode()
    assert "决定送达" in visit(fresh(world.ph), path).content.decode()


def test_the_register_seals_the_score_and_its_alert(world, judged, visit):
    row = row_of(world.u2)

    assert (row.bars.targets, row.alerts, row_of(world.u2, alert="yes")) == (None, 0, None)
    assert row_of(world.ph).bars.targets.part == Evaluation.objects.get().total
    assert (row_of(world.ph).alerts, row_of(world.ph, alert="no")) == (1, None)
    total = f"{Evaluation.objects.get().total:.2f}"
    for path in ("/projects/", f"/projects/{judged.pk}/"):
        assert total not in visit(fresh(world.u2), path).content.decode()
        assert total in visit(fresh(world.ph), path).content.decode()


def test_the_workbook_and_the_program_seal_them_too(world, judged, visit):
    book = load_workbook(io.BytesIO(visit(fresh(world.u2), "/projects/export/").content)).active
    cells = [cell for line in book.iter_rows(values_only=True) for cell in line]

    listed = visit(fresh(world.u2), "/api/v1/projects/").json()["results"][0]
    single = visit(fresh(world.u2), f"/api/v1/projects/{judged.pk}/").json()

    assert float(Evaluation.objects.get().total) not in [cell for cell in cells if isinstance(cell, float | int)]
    assert (listed["alerts"], single["alerts"]) == (0, 0)
    assert visit(fresh(world.ph), "/api/v1/projects/").json()["results"][0]["alerts"] == 1


def test_the_score_is_told_with_the_service_of_the_order(world):
    story = scene.judged(world, a=("N2a",))
    story.order(scene.day(20, scene.APPLIED), serve=False)
    before = score_of(world.u2)
    scene.serve(story, scene.day(21, scene.APPLIED))

    assert (before, score_of(world.u2)) == (None, Evaluation.objects.get().total)
    assert Service.objects.count() == 1


def test_a_re_check_leaves_the_unit_the_score_it_was_told(world):
    story = scene.judged(world, a=("N2a",))
    story.order(scene.day(20, scene.APPLIED))
    story.report(scene.day(40, scene.APPLIED))
    told = Evaluation.objects.get()
    again = Evaluation.objects.create(
        project=story.project, sheet=told.sheet, acceptance_ref=2, state="confirmed", line="hr", total="61.50",
        grade="medium", entered_by=world.ph, entered_on=scene.day(41, scene.APPLIED), confirmed_by=world.pf,
        confirmed_on=scene.day(42, scene.APPLIED),
    )  # fmt: skip

    assert score_of(world.u2) == told.total == gate_told(fresh(world.u2), story.fresh()).total
    assert score_of(world.ph) == Decimal(again.total) != told.total


def test_a_score_that_waits_for_the_other_department_is_told_nowhere(world):
    story = scene.judged(world)
    Evaluation.objects.update(state="entered", confirmed_by=None, confirmed_on=None)
    on = scene.day(12, scene.APPLIED)

    [line] = standings(fresh(world.ph), on, Asked())

    assert [score_of(getattr(world, role)) for role in ("ph", "pf", "ch", "au")] == [None] * 4
    assert (line.score, line.grade) == (None, "")
    story.project.evaluations.update(state="confirmed", confirmed_by=world.pf, confirmed_on=on)
    [line] = standings(fresh(world.ph), on, Asked())
    assert line.score == Evaluation.objects.get().total
