"""整改与称号 for programs: what stands, the unit's own writes, and what a unit may not see yet."""

import pytest
from django.utils import timezone

from lifecycle.models import FalseCase, YearlyReport
from lifecycle.operations import decisions as joint
from lifecycle.operations import false_material
from policy.terms import Stage
from tests import factories as make
from tests.lifecycle import scene
from tests.lifecycle.scene import day
from tests.permissions.scene import signed_in

BASE = "/api/v1/projects"


def post(person, path, key, **data):
    client = signed_in(person)
    return client.post(path, data, content_type="application/json", headers={"Idempotency-Key": f"key-{key}-00001"})


def test_the_order_tells_its_days_and_its_cap(world):
    story = scene.rectifying(world, term=6)

    row = signed_in(world.u1).get(f"{BASE}/{story.pk}/rectifications/").json()["results"][0]

    assert (row["served_on"], row["due_on"], row["cap_on"], row["open_problems"]) == (
        "2025-06-05", "2025-12-05", "2026-06-05", 2,
    )  # fmt: skip


def test_a_report_by_program_meets_the_same_refusal_and_no_field_moves_the_cap(world):
    story = scene.rectifying(world)
    path = f"{BASE}/{story.pk}/rectifications/report/"

    assert post(world.u2, path, "a", text="已整改").status_code == 409
    assert post(world.u2, path, "b", text="已整改", cap_on="2030-01-01").status_code == 400
    assert post(world.u1, path, "c", text="已整改").status_code == 403
    assert scene.stage_of(story) == Stage.RECTIFYING


def test_a_unit_does_not_read_a_notice_before_its_service(world):
    story = scene.rectifying(world)
    decision = story.draft("T23", day(20))
    joint.concur_decision(decision.pk, actor=world.pf, on=day(20))
    story.sign(decision, day(20))
    path = f"{BASE}/{story.pk}/revocations/"

    assert signed_in(world.u2).get(path).json()["results"] == []
    assert signed_in(world.ph).get(path).json()["results"][0]["number"] == decision.number
    other = make.user("CH", make.organisation(make.node("示例邻市", "city", world.province), "hr"))
    assert signed_in(other).get(path).status_code == 404


def test_a_defence_by_program_asks_for_a_hearing(world):
    story = scene.noticed(world)

    answer = post(world.u2, f"{BASE}/{story.pk}/revocations/defence/", "d", text="请求听证", hearing=True)

    assert answer.status_code == 200
    steps = {step["label"]: step["needed"] for step in answer.json()["steps"]}
    assert steps["当面听取陈述（听证）"] is True
    assert "法制审核" not in steps


def test_the_unit_answers_a_case_of_false_material_once(world):
    today = timezone.localdate()
    project = make.project(world.unit, stage=Stage.ACCEPTED)
    given = {"document": "名册", "facts": "不实", "evidence": "社保"}
    false_material.open_false_case(project.pk, **given, actor=world.ph, on=today)
    path = f"{BASE}/{project.pk}/false-cases/statement/"

    assert post(world.u2, path, "e", text="为旧版").status_code == 200
    assert post(world.u2, path, "f", text="再说明").status_code == 409
    assert FalseCase.objects.get().statement == "为旧版"
    assert signed_in(world.ch).get(f"{BASE}/{project.pk}/false-cases/").json()["results"][0]["document"] == "名册"


@pytest.mark.parametrize(("who", "sees"), [("u1", 1), ("ph", 0)])
def test_a_yearly_report_is_written_and_sent_and_a_draft_is_the_units_own(world, who, sees):
    since = timezone.localdate().replace(year=timezone.localdate().year - 1, month=1, day=5)
    project = make.project(world.unit, stage=Stage.ACCEPTED, stage_since=since)
    path, year = f"{BASE}/{project.pk}/yearly/", since.year
    texts = {"equipment": "满负荷", "work": "攻关", "problems": "师资"}
    assert post(world.u1, f"{path}save/", "g", year=year, **texts).status_code == 200

    assert len(signed_in(getattr(world, who)).get(path).json()["results"]) == sees

    assert post(world.u2, f"{path}submit/", "h", year=year).status_code == 200
    assert YearlyReport.objects.get().state == "submitted"
    assert post(world.u2, f"{path}submit/", "i", year=year + 1).status_code == 409
