"""季报包 for programs: the same figures, the same doors and the same refusals as the pages."""

import pytest

from performance.models import PeriodReturn
from tests import factories as make
from tests.api.scene import data_of, done, get, post, rows_of
from tests.performance import round_scene as scene
from tests.performance.round_scene import made, opened, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db):
    return make.world()


@pytest.fixture
def one(world):
    return made(scene.building(world), world)


def at(one, rest=""):
    return f"projects/{one.project_id}/returns/{one.pk}/{rest}"


def test_the_offices_read_the_rounds_and_who_has_not_reported(one, world):
    row = rows_of(world.ch, "rounds/")[0]
    told = data_of(world.ph, f"rounds/{one.round_id}/")

    assert (row["name"], row["asked"], row["open"]) == ("2026年第1季度", 1, 1)
    assert [(each["id"], each["acts"]) for each in told["returns"]] == [(one.pk, str(world.unit))]
    assert get(world.u1, "rounds/").status_code == 403
    elsewhere = make.world()
    scene.building(elsewhere)
    foreign = opened(elsewhere).round
    assert get(world.ph, f"rounds/{foreign.pk}/").status_code == 404


def test_a_draft_is_told_to_its_unit_alone(one, world):
    scene.returns.fill_section(one.project_id, one.pk, "progress", text="还没定稿", actor=world.u1, on=scene.ON)

    def text(person):
        return next(part["text"] for part in data_of(person, at(one))["sections"] if part["code"] == "progress")

    assert (text(world.u1), text(world.ch)) == ("还没定稿", None)
    assert rows_of(world.u1, f"projects/{one.project_id}/returns/")[0]["state"] == "open"


def test_a_part_is_filled_once_and_a_stale_one_refused(one, world):
    part = next(part for part in data_of(world.u1, at(one))["sections"] if part["code"] == "questions")
    given = {"text": "无", "done": True, "seen": part["seen"]}

    first = done(post(world.u1, at(one, "sections/questions/"), given, key="questions-1"))
    again = done(post(world.u1, at(one, "sections/questions/"), given, key="questions-1"))
    stale = post(world.u1, at(one, "sections/questions/"), given | {"text": "另写"})

    assert first == again
    assert [each["done"] for each in first["sections"]] == [False, False, False, True]
    assert (stale.status_code, one.sections.get(code="questions").text) == (409, "无")
    assert post(world.ch, at(one, "sections/questions/"), given).status_code == 403
    assert post(world.u1, at(one, "sections/elsewhere/"), given).status_code == 404


def test_sending_in_tells_everything_that_is_missing(one, world):
    refused = post(world.u2, at(one, "submit/"))

    assert refused.status_code == 409
    assert refused.content.decode().count("尚未标为已填完") >= 4
    scene.filled(one, world)
    assert done(post(world.u2, at(one, "submit/")))["state"] == "submitted"


def test_both_offices_review_and_the_snapshot_has_the_figures_of_the_page(one, world):
    sent(one, world)

    half = done(post(world.ch, at(one, "review/"), {"agreed": True, "turn": 1}))
    unit = data_of(world.u1, at(one))
    whole = done(post(world.cf, at(one, "review/"), {"agreed": True, "turn": 1}))

    assert (half["state"], len(half["reviews"]), unit["reviews"]) == ("submitted", 1, [])
    assert (whole["state"], whole["snapshot"]["readings"][0]["value"]) == ("accepted", "500")
    assert whole["digest"] == PeriodReturn.objects.get(pk=one.pk).digest


def test_a_return_with_remarks(one, world):
    sent(one, world)
    remark = {"section": "progress", "text": "写明到货"}
    post(world.ch, at(one, "review/"), {"agreed": True, "turn": 1})

    told = done(post(world.cf, at(one, "review/"), {"agreed": False, "remarks": [remark], "turn": 1}))

    assert told["state"] == "returned"
    assert told["reviews"][1]["remarks"] == [remark | {"indicator": None}]


@pytest.mark.parametrize(
    "given",
    [{}, {"agreed": True}, {"agreed": "x", "turn": 1}, {"agreed": False, "remarks": [{"text": "无部分"}], "turn": 1},
     {"agreed": True, "turn": 1, "state": "accepted"}],
)  # fmt: skip
def test_what_is_sent_wrongly_is_400(one, world, given):
    sent(one, world)

    assert post(world.ch, at(one, "review/"), given).status_code == 400
    assert scene.fresh(one).state == "submitted"
