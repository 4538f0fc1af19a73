"""Printed forms after a merger: each names the unit that held the project on the form's own day (handbook 10)."""

from datetime import date, timedelta

import pytest

from lifecycle import acceptance_prints, countersign, f13, prints
from lifecycle.queries import acceptance_of
from performance import f02
from performance.models import TargetSheet
from projects.models import Decision, FormerUnit
from tests import factories as make
from tests.lifecycle import scene
from tests.lifecycle.scene import APPLIED, ORDERED

HANDED_ON = date(2026, 9, 1)


def hand_on(world, story, until):
    """As `_merge` leaves it."""
    project, successor = story.fresh(), make.organisation(world.city, name="示例合并学院")
    FormerUnit.objects.create(project=project, organisation=project.organisation, until=until, document="示例1号")
    project.organisation = successor
    project.save(update_fields=["organisation"])
    return story.fresh(), successor.name


def test_what_was_filed_and_applied_for_names_the_unit_of_that_time(world):
    story, first = scene.applied(world), world.unit.name
    project, _ = hand_on(world, story, HANDED_ON)
    acceptance = acceptance_of(project)

    applied = acceptance_prints.application(project, acceptance, on=HANDED_ON + timedelta(days=9))
    assert (applied["applied_on"], applied["unit"]) == (str(APPLIED), first)
    assert acceptance_prints.opinion(project, acceptance, reader=world.ph, on=APPLIED)["unit"] == first
    sheet = TargetSheet.objects.get(project=project)
    assert f02.content(project, sheet)["unit"] == first


@pytest.mark.parametrize(("days", "later"), [(1, False), (0, True)], ids=["the day before", "the day"])
def test_an_order_names_the_unit_of_its_own_day(world, days, later):
    story, first = scene.ordered(world), world.unit.name
    project, second = hand_on(world, story, ORDERED + timedelta(days=days))
    decision = Decision.objects.get(kind="T29")
    expected = second if later else first

    assert prints.content(project, decision)["unit"] == expected
    assert dict(prints.content(project, decision, receipt=True)["parts"])["受送达人"] == [expected]
    assert expected in str(countersign.content(decision, [{"item": decision.items.get(), "pairs": [], "problems": []}]))
    assert f13.content(project, [], [], about="整改", on=ORDERED)["unit"] == expected
