"""建设任务 and its progress for programs."""

import pytest

from tests.performance import round_scene as scene
from tests.performance.test_milestones import planned
from tests.permissions.scene import signed_in


@pytest.mark.django_db
def test_programs_read_the_plan_and_tell_progress(world):
    project = scene.building(world)
    planned(project, world)
    one = scene.made(project, world)
    unit, base = signed_in(world.u1), f"/api/v1/projects/{project.pk}"
    read = unit.get(f"{base}/returns/{one.pk}/progress/").json()

    rows = [{"key": 1, "state": "done", "done_share": "100.00", "actual_on": "2026-03-20"}]
    answer = unit.post(
        f"{base}/returns/{one.pk}/progress/save/", {"rows": rows, "seen": read["seen"]}, content_type="application/json",
        headers={"Idempotency-Key": "progress-1"},
    )  # fmt: skip

    assert [row["name"] for row in unit.get(f"{base}/milestones/").json()["results"][0]["milestones"]] == [
        "设备购置", "课程开发", "师资培训",
    ]  # fmt: skip
    assert (answer.status_code, answer.json()["done"], len(answer.json()["missing"])) == (200, "40.00%", 2)
    assert signed_in(world.ch).get(f"{base}/returns/{one.pk}/progress/").status_code == 409
