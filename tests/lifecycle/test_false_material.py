"""虚假材料: a path of its own from any live stage, heard before it is found, and back again when it was wrong."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from lifecycle.demo.papers import paper
from lifecycle.machine import STEP
from lifecycle.models import FalseCase, Revocation
from lifecycle.operations import decisions as joint
from lifecycle.operations import false_material as ops
from lifecycle.operations import revocation
from lifecycle.queries import revocation_of
from policy.terms import Stage
from tests import factories as make
from tests.lifecycle import scene
from tests.lifecycle.scene import refused

ON = date(2026, 4, 1)  # a Wednesday; 清明 holiday 4-04 to 4-06, so five working days end on 4-09
ANSWER_BY = date(2026, 4, 9)
CASE = {"document": "教师名册", "facts": "名册列有未聘用的教师", "evidence": "社保记录"}


def story_at(world, stage=Stage.ACCEPTED):
    return scene.story_of(world, make.project(world.unit, stage=stage, stage_since=scene.AWARDED))


def opened(world, stage=Stage.ACCEPTED, by="ch"):
    story = story_at(world, stage)
    ops.open_false_case(story.pk, **CASE, actor=getattr(world, by), on=ON)
    return story


def found(world, stage=Stage.ACCEPTED, on=ANSWER_BY + timedelta(days=1)):
    """The finding, which is the notice: signed, concurred and served."""
    story = opened(world, stage)
    decision = story.draft("false", on)
    joint.concur_decision(decision.pk, actor=world.pf, on=on)
    story.sign(decision, on)
    revocation.serve_notice(
        story.pk, served_on=on, way="direct", receiver="示例签收人", proof=paper("回证"), actor=world.ph, on=on
    )
    return story


@pytest.mark.parametrize("who", ["ch", "cf", "ph", "pf", "au"])
def test_any_office_opens_a_case_and_the_unit_has_its_working_days(world, who):
    case = FalseCase.objects.get(project=opened(world, by=who).pk)

    assert (case.answer_by, case.state) == (ANSWER_BY, "open")


@pytest.mark.parametrize("who", ["u1", "u2", "phl", "pfl"])
def test_nobody_else_opens_one(world, who):
    with pytest.raises(PermissionDenied):
        opened(world, by=who)


def test_a_case_says_what_is_false_and_stands_alone(world):
    story = story_at(world)
    empty = {"document": " ", "facts": "", "evidence": " "}
    assert refused(ops.open_false_case, story.pk, **empty, actor=world.ph, on=ON) == ["document", "facts", "evidence"]

    ops.open_false_case(story.pk, **CASE, actor=world.ph, on=ON)

    assert refused(ops.open_false_case, story.pk, **CASE, actor=world.pf, on=ON) == ["open"]


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.REVOKED, Stage.TERMINATED])
def test_where_there_is_no_title_there_is_no_case(world, stage):
    project = scene.draft_project(world) if stage == Stage.DRAFT else make.project(world.unit, stage=stage)

    assert refused(ops.open_false_case, project.pk, **CASE, actor=world.ph, on=ON) == ["stage"]


def test_the_database_holds_one_open_case_a_project(world):
    story = opened(world)
    given = {"facts": "x", "evidence": "x", "opened_by": world.ph, "opened_on": ON, "answer_by": ON}

    with pytest.raises(IntegrityError), transaction.atomic():
        FalseCase.objects.create(project=story.project, document="另一份", **given)


# Heard before found
@pytest.mark.parametrize(("on", "expected"), [(ON, ["unheard"]), (ANSWER_BY, ["unheard"])])
def test_no_finding_while_the_unit_may_still_answer(world, on, expected):
    assert refused(opened(world).draft, "false", on) == expected


def test_no_finding_without_a_case(world):
    assert refused(story_at(world).draft, "false", ON) == ["case"]


def test_the_day_after_or_once_it_was_heard_the_finding_may_be_drafted(world):
    opened(world).draft("false", ANSWER_BY + timedelta(days=1))
    story = opened(world)

    ops.state_false(story.pk, text="名册是旧版", actor=world.u2, on=ON)

    story.draft("false", ON)
    assert refused(ops.state_false, story.pk, text="再说明", actor=world.u2, on=ON) == ["done"]


@pytest.mark.parametrize(
    "stage", [stage for stage in STEP["false"].sources if stage not in {Stage.RECTIFYING, Stage.RECHECKING}], ids=str
)
def test_the_finding_is_the_notice_from_every_titled_stage(world, stage):
    story = found(world, stage)

    case = Revocation.objects.get(project=story.pk)
    assert scene.stage_of(story) == Stage.REVOCATION_NOTICE
    assert (case.cause, case.former_stage, case.rectification) == ("false", stage, None)
    assert FalseCase.objects.get().decision_id == case.notice_id


def test_a_false_finding_during_an_order_keeps_the_order_and_its_cap(world):
    story = scene.rectifying(world)
    cap = story.project.rectifications.get().cap_on
    ops.open_false_case(story.pk, **CASE, actor=world.ph, on=ON)
    decision = story.draft("false", ANSWER_BY + timedelta(days=1))
    joint.concur_decision(decision.pk, actor=world.pf, on=ANSWER_BY + timedelta(days=1))

    story.sign(decision, ANSWER_BY + timedelta(days=1))

    order = story.project.rectifications.get()
    assert (order.closed_on, order.cap_on) == (None, cap)
    assert revocation_of(story.project).former_stage == Stage.RECTIFYING


# What comes of it
def test_without_a_defence_it_ends_in_revocation_and_settlement_is_due(world):
    story = found(world, Stage.BUILDING)

    story.decide("T26", ANSWER_BY + timedelta(days=40))

    assert scene.stage_of(story) == Stage.REVOKED
    assert Revocation.objects.get().closed_on is not None


def test_an_upheld_defence_brings_it_back_to_where_it_stood(world):
    story = found(world, Stage.BUILDING)
    on = ANSWER_BY + timedelta(days=3)
    story.defend(on)
    assert "false" in refused(story.draft, "T25R", on, due_on="2026-12-01")

    story.decide("T25", on)

    assert scene.stage_of(story) == Stage.BUILDING
    assert revocation_of(story.project) is None
    assert FalseCase.objects.get().state == "dismissed"


def test_a_judgment_after_a_false_case_leads_back_to_the_notice(world):
    story = found(world, Stage.BUILDING)
    story.decide("T26", ANSWER_BY + timedelta(days=40))

    scene.contest(story, "T26", ANSWER_BY + timedelta(days=80))
    story.decide("T32", ANSWER_BY + timedelta(days=80))

    assert scene.stage_of(story) == Stage.REVOCATION_NOTICE
    assert revocation_of(story.project).cause == "false"


# Who may
def test_who_opened_the_case_neither_dismisses_nor_signs(world):
    story = opened(world, by="ph")
    args = {"conclusion": "名册为旧版，教师已聘用", "on": ON}
    assert refused(ops.dismiss_false, story.pk, actor=world.ph, **args) == ["sod"]
    assert refused(ops.dismiss_false, story.pk, conclusion=" ", actor=world.pf, on=ON) == ["conclusion"]

    ops.dismiss_false(story.pk, actor=world.pf, **args)

    assert (FalseCase.objects.get().state, scene.stage_of(story)) == ("dismissed", Stage.ACCEPTED)


def test_a_case_in_signature_is_not_dismissed(world):
    story = opened(world)
    story.draft("false", ANSWER_BY + timedelta(days=1))

    args = {"conclusion": "理由", "actor": world.pf, "on": ANSWER_BY + timedelta(days=1)}
    assert refused(ops.dismiss_false, story.pk, **args) == ["signing"]


def test_the_end_of_the_project_ends_the_case(world):
    story = opened(world)

    story.decide("T30", ON)

    assert FalseCase.objects.get().state == "dismissed"
