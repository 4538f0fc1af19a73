"""Targets by program: what is read, saved and sent in is what the page reads, saves and sends in."""

import pytest

from performance.queries import grid_of, sheet_of
from policy.terms import Stage
from projects.models import Project
from tests import factories
from tests.api.scene import data_of, done, get, post
from tests.performance.life import drafted, filed, filled


@pytest.fixture
def world(db):
    return factories.world()


@pytest.fixture
def project(world):
    return factories.project(world.unit)


def at(project, path):
    return f"projects/{project.pk}/targets/{path}"


def row(project, code="B01"):
    return next(line.indicator for line in grid_of(sheet_of(project)).lines if line.indicator.template_code == code)


def save(person, project, rows=(), goals=(), seen=None):
    seen = seen or data_of(person, at(project, "1/"))["seen"]
    return post(person, at(project, "save/"), {"seen": seen, "rows": list(rows), "goals": list(goals)})


def test_a_sheet_is_read_with_baselines_frequencies_and_what_was_typed(world, project):
    drafted(project, world)
    pk = next(line.indicator.pk for line in grid_of(sheet_of(project)).lines if line.indicator.unit == "%")
    cells = [{"block": "period", "value": "不低于90%", "weight": "5"}]

    told = done(save(world.u1, project, [{"id": pk, "targets": cells, "baseline": "86", "baseline_source": "统计"}]))

    found = next(one for one in told["indicators"] if one["id"] == pk)
    assert (found["baseline"], found["baseline_source"], found["aggregation"]) == ("86", "统计", "ratio")
    assert found["targets"][0] == {"block": "period", "value": "90", "typed": "不低于90%", "weight": "5.00"}
    assert {problem["code"] for problem in told["problems"]} >= {"goal", "value_missing"}
    assert told == data_of(world.ph, at(project, "1/"))


def test_what_is_not_sent_stays_and_a_new_indicator_is_added(world, project):
    drafted(project, world)
    own = {
        "level1": "产出指标", "level2": "时效指标", "name": "设备到位时间", "operator": "le", "unit": "日期",
        "frequency": "final", "targets": [{"block": "2026", "value": "7月底前"}],
    }  # fmt: skip
    goals = [
        {"block": "period", "text": "建成基地", "fiscal": "7000000.00", "other": "0.00"},
        {"block": "2026", "text": "第一年"},
    ]

    told = done(save(world.u1, project, [own], goals))

    made = next(one for one in told["indicators"] if one["name"] == "设备到位时间")
    assert [cell["value"] for cell in made["targets"]] == ["", "2026-07-31", ""]
    assert [goal["text"] for goal in told["goals"]] == ["建成基地", "第一年", ""]
    kept = {"id": made["id"], "targets": [{"block": "2026", "weight": "3"}]}
    again = done(save(world.u1, project, [kept]))
    found = next(one for one in again["indicators"] if one["id"] == made["id"])
    assert (found["name"], found["frequency"], found["targets"][1]["value"]) == ("设备到位时间", "final", "2026-07-31")


def test_older_work_and_foreign_rows_are_refused(world, project):
    drafted(project, world)
    seen = data_of(world.u1, at(project, "1/"))["seen"]
    done(save(world.u2, project, goals=[{"block": "period", "text": "同事写的"}]))

    stale = save(world.u1, project, goals=[{"block": "period", "text": "我写的"}], seen=seen)
    foreign = save(world.u1, project, [{"id": row(project).pk + 10_000, "targets": []}])

    assert [(one.status_code, one.json()["refused"][0]["code"]) for one in (stale, foreign)] == [(409, "stale")] * 2
    assert sheet_of(project).goals.get(block="period").text == "同事写的"


@pytest.mark.parametrize(
    "sent",
    [
        {"rows": []},
        {"seen": "x", "rows": [{"id": "一"}]},
        {"seen": "x", "goals": [{"block": "period", "fiscal": "1.00"}]},
    ],
    ids=["without its version", "no number", "half of the money"],
)
def test_bad_input_is_told(world, project, sent):
    drafted(project, world)

    assert post(world.u1, at(project, "save/"), sent).status_code == 400


def test_the_first_targets_and_an_adjustment_are_sent_in_by_the_same_address(world, project):
    filled(project, world)
    assert done(post(world.u2, at(project, "submit/")))["state"] == "submitted"

    other = factories.project(world.unit)
    filed(other, world)
    Project.objects.filter(pk=other.pk).update(stage=Stage.BUILDING)
    assert post(world.u2, at(other, "submit/")).status_code == 409


def test_programs_of_others_neither_read_nor_write(world, project):
    filled(project, world)
    stranger = factories.user("U1", factories.world().unit)

    answers = [
        get(stranger, at(project, "1/")),
        save(stranger, project, seen="x"),
        post(stranger, at(project, "submit/")),
    ]

    assert [one.status_code for one in answers] == [404] * 3
    assert [save(world.ph, project, seen="x").status_code, post(world.u1, at(project, "submit/")).status_code] == [
        403,
        403,
    ]
