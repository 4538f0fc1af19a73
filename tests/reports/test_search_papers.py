"""搜索 of inspections and corrected decisions: a unit finds neither before it was told, nor anything of another city."""

from datetime import date

import pytest

from accounts.roles import Role
from lifecycle.models import Inspection
from policy.terms import NodeKind, Stage
from projects.models import Decision
from reports.search import search
from tests import factories as make
from tests.lifecycle import inspection_scene as inspections
from tests.lifecycle import scene
from tests.reports.test_compare_registered import NEW, ON, confirmed, proposed

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 2)


def found(user, words):
    return {part.label: [hit.title for hit in part.hits] for part in search(user, words, TODAY)}


@pytest.fixture
def stranger(world):
    """The leader of a unit of another city, and the HR office there."""
    city = make.node("示例二市", NodeKind.CITY, world.province)
    far = make.project(make.organisation(city), stage=Stage.BUILDING)
    return make.user(Role.U2, far.organisation), make.user(Role.CH, make.organisation(city, "hr"))


def test_an_inspection_is_found_by_title_and_notice(world, stranger):
    inspections.single(world)

    for user in (world.ph, world.ch, world.u2):
        assert found(user, "资金专项检查")["检查"] == found(user, "人社函〔2026〕8号")["检查"] == ["资金专项检查"]
    assert [found(one, "资金专项检查") for one in stranger] == [{}, {}]


def test_a_unit_finds_no_inspection_before_its_notice_and_none_that_was_dropped(world):
    made = inspections.tour(world)
    inspections.stop(world, made, inspections.project(world))

    assert found(world.ph, "春季巡查").keys() == {"检查"}
    assert found(world.u2, "春季巡查") == {}
    inspections.issue(world, made)
    assert found(world.u2, "春季巡查").keys() == {"检查"}
    Inspection.objects.update(state="dropped")
    assert found(world.u2, "春季巡查") == {}


def test_a_corrected_number_finds_the_decision_and_the_hit_names_both(world, stranger):
    project = make.project(world.unit, stage=Stage.BUILDING)
    decision = scene.sign(scene.draft("T11", project, world.ph, ON), world.phl, world.pfl, on=ON)
    made = proposed(world, decision)
    assert found(world.ph, NEW) == {}  # nobody has confirmed it
    confirmed(world, decision, made)

    (part,) = search(world.u2, NEW, TODAY)

    assert (part.label, part.count) == ("联合决定", 1)
    assert f"{NEW}（原登记 {decision.number}）" in part.hits[0].sub
    assert found(world.ph, decision.number).keys() >= {"联合决定"}
    assert [found(one, NEW) for one in stranger] == [{}, {}]
    Decision.objects.filter(pk=decision.pk).update(kind="T19")  # an order that was not served
    assert (found(world.u2, NEW), found(world.ch, NEW).keys()) == ({}, {"联合决定"})
