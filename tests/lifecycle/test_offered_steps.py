"""What the pages of one step offer: their own steps, and nothing twice that waits for signatures."""

from datetime import date

import pytest
from django.test import Client

from lifecycle.demo.papers import paper
from lifecycle.operations import changes
from lifecycle.payloads import own_payload
from lifecycle.views.parts import steps_for
from policy.terms import Stage
from projects.models import Decision, DecisionItem, Project
from tests import factories as make
from tests.lifecycle import scene

ON = date(2026, 7, 1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def project(world):
    return make.project(world.unit, stage=Stage.BUILDING, build_start_on=scene.START, build_end_on=date(2027, 3, 1))


def page(user, path):
    client = Client()
    client.force_login(user)
    return client.get(path).content.decode()


def offered(user, project, on=ON):
    return {button.step.code: button.why for button in steps_for(user, project, on=on)}


def test_what_belongs_to_the_building_is_not_offered_beside_the_acceptance(project, world):
    assert offered(world.ph, project) == {}
    assert list(offered(world.u2, project)) == ["T15"]
    assert "批准延期" not in page(world.ph, f"/projects/{project.pk}/acceptance/")
    assert "批准延期" not in page(world.ph, f"/projects/{project.pk}/rectification/")


def test_what_waits_for_signatures_is_not_drafted_again(world):
    story = scene.judged(world)
    project = Project.objects.get(pk=story.pk)
    before = offered(world.ph, project)
    decision = Decision.objects.create(
        kind="T19", title="责令限期整改", number="示例〔2026〕19号", dated_on=ON, reason="未达到",
        basis="56号", drafted_by=world.ph, drafted_on=ON,
    )  # fmt: skip
    DecisionItem.objects.create(decision=decision, project=project)
    after = offered(world.ph, project)

    assert {"T18", "T19"} <= set(before)
    assert after == before | {"T19": "已拟制，等待两厅签署"}


def test_a_change_that_waits_for_signatures_is_neither_drafted_again_nor_taken_back(project, world):
    changes.propose_change(
        project.pk, kind="rename", new={"name": "示例新名学院。"}, reason="登记机关核准", document="示例1号",
        effective_on=ON, proof=paper("依据"), actor=world.u2, on=ON,
    )  # fmt: skip
    path = f"/projects/{project.pk}/changes/"
    assert "拟制批复" in page(world.ph, path)
    assert "撤回申请" in page(world.u2, path)
    decision = scene.draft("T31", project, world.ph, ON, own_payload("T31", project))
    told, unit = page(world.ph, path), page(world.u2, path)

    assert ("拟制批复" in told, f"/decisions/{decision.pk}/" in told) == (False, True)
    assert ("撤回申请" in unit, "正在审批，不能撤回" in unit, "/decisions/" in unit.split("<main")[1]) == (
        False,
        True,
        False,
    )


def test_the_journal_joins_a_change_and_its_reason_with_one_mark(project, world):
    changes.propose_change(
        project.pk, kind="content", new={"content": "增建实训室，其余不变。"}, reason="产业升级", document="示例1号",
        effective_on=ON, proof=paper("依据"), actor=world.u2, on=ON,
    )  # fmt: skip

    assert "其余不变；产业升级" in page(world.u2, f"/projects/{project.pk}/journal/")


def test_a_total_of_values_that_nobody_confirmed_says_so(world):
    story = scene.judged(world)
    path = f"/projects/{story.pk}/acceptance/"
    assert "数值待确认" not in page(world.ph, path)
    evaluation = Project.objects.get(pk=story.pk).evaluations.get()
    evaluation.scores.update(confirmed_by=None, confirmed_on=None)
    type(evaluation).objects.filter(pk=evaluation.pk).update(state="entered", confirmed_by=None, confirmed_on=None)

    assert "数值待确认" in page(world.ph, path)
