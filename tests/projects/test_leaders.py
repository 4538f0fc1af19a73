"""One leader, one national studio in one unit: over every edition; and the unit's type as the list has it."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Entry, Organisation
from policy.findings import Refused
from policy.loader import edition
from policy.terms import Kind, Stage
from projects import importing, operations
from projects.models import Project
from projects.queries import surroundings_of
from tests import factories as make
from tests.projects.scene import EDITION, ON, codes, facts, studio

EARLIER = "demo_2022"


def register(world, said, code=EDITION):
    return operations.register_project(said, edition_code=code, actor=world.ph, on=ON)[0]


def earlier(world, **changes):
    """A studio of an earlier programme, awarded."""
    project = register(world, studio(**changes), EARLIER)
    Project.objects.filter(pk=project.pk).update(
        stage=Stage.ACCEPTED, number=f"SL2022-{project.pk}", award_document="示例1号", awarded_on=ON
    )
    return project


@pytest.mark.parametrize(
    ("birth", "again"),
    [("1974-03", "1974-03"), ("", "1974-03"), ("1974-03", "")],
    ids=["born alike", "not known then", "not known now"],
)
def test_a_leader_is_not_awarded_again_in_the_same_unit_by_another_edition(world, birth, again):
    earlier(world, leader_birth=birth)

    with pytest.raises(Refused) as caught:
        register(world, studio(leader_birth=again))

    assert codes(caught) == ["leader_unit"]
    assert caught.value.findings[0].clause == "通知二（二）末段"
    assert Project.objects.filter(edition_code=EDITION).count() == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"leader_name": "示例乙"},
        {"leader_birth": "1980-01"},
        {"unit_name": "示例另一学校", "credit_code": ""},
    ],
    ids=["another leader", "a namesake", "another unit"],
)
def test_somebody_else_or_somewhere_else_is_awarded(world, changes):
    earlier(world)

    assert register(world, studio(**changes)).stage == Stage.DRAFT


def test_a_draft_that_was_given_up_was_never_a_national_studio(world):
    project = register(world, studio(), EARLIER)
    Project.objects.filter(pk=project.pk).update(stage=Stage.TERMINATED)

    assert register(world, studio()).stage == Stage.DRAFT


def test_a_correction_does_not_bring_the_same_leader_in(world):
    earlier(world)
    project = register(world, studio(leader_name="示例乙"))

    with pytest.raises(Refused) as caught:
        operations.edit_draft(project.pk, changes={"leader_name": "示例甲"}, actor=world.ph, on=ON)

    assert codes(caught) == ["leader_unit"]


def test_reading_what_stands_costs_the_same_for_one_earlier_studio_and_for_three(world):
    cost = []
    for number in range(3):
        earlier(world, leader_name=f"示例{number}")
        with CaptureQueriesContext(connection) as captured:
            found = surroundings_of(edition(EDITION), world.ph)
        cost.append(len(captured))

    assert cost == [4, 4, 4]
    assert [len(projects) for projects in found.studios.values()] == [3]


# 单位性质
def listed(world, **changes):
    rules = edition(EDITION)
    return importing.plan(facts(**changes), rules, surroundings_of(rules, world.ph))


def test_a_list_that_names_another_unit_type_is_registered_with_a_warning(world):
    make.organisation(world.city, name="示例新学校", unit_type="vocational")

    planned = listed(world)
    project = register(world, facts())

    assert [(one.code, one.blocks) for one in planned.findings] == [("unit_type_differs", False)]
    assert "技工院校" in planned.findings[0].message
    assert "职业院校" in planned.findings[0].message
    assert project.organisation.unit_type == "vocational"
    assert dict(Entry.objects.get(project_id=project.pk).changes)["warned"] == [planned.findings[0].message]


def test_the_same_unit_type_needs_no_warning(world):
    make.organisation(world.city, name="示例新学校", unit_type="technical")

    assert listed(world).findings == ()


def test_a_unit_without_a_type_gets_that_of_the_list(world):
    make.organisation(world.city, name="示例新学校", unit_type="")

    project = register(world, facts())

    assert Organisation.objects.get(name="示例新学校").unit_type == "technical"
    assert Entry.objects.filter(text="补登示例新学校的单位性质").exists()
    assert project.unit_type == ""


def test_an_unlisted_rule_forbids_nothing(world):
    rules = edition(EDITION)
    without = replace(rules, conditions=tuple(one for one in rules.conditions if one.op != "unique"))
    other = Project(kind=Kind.STUDIO, leader_name="示例甲", stage=Stage.ACCEPTED)

    found = [[one.code for one in importing.check_leader(studio(), [other], known)] for known in (rules, without)]

    assert found == [["leader_unit"], []]
