"""What 复议 or 诉讼 annulled: every kind is taken back by a decision of its own, and nothing rests on it until then."""

from datetime import timedelta

import pytest

from lifecycle.machine import STEPS
from lifecycle.models import Deadline, FalseCase, Rectification, RectificationReport, Revocation, YearlyAssessment
from lifecycle.operations import decisions as joint
from lifecycle.operations import disputes, false_material, rectification, revocation
from lifecycle.operations.undoing import UNDO
from lifecycle.queries import offered, rectification_of, revocation_of, snapshot_of
from lifecycle.queries.disputes import NO_CASE, contestable
from lifecycle.queries.overlays import overlays_of
from lifecycle.queries.served import held_items
from lifecycle.queries.yearly import accepted_on
from policy.terms import Stage
from projects.models import Decision, DecisionItem, Problem, Project
from tests import factories as make
from tests.lifecycle import scene
from tests.lifecycle.scene import DUE, day, refused

pytestmark = pytest.mark.django_db


def in_force(world, project, code, on=scene.ORDERED):
    """A decision of this kind as its second signature left it."""
    decision = Decision.objects.create(
        kind=code, title=f"决定{code}", number=f"示例〔2025〕{code}号", dated_on=on, reason="理由", basis="依据",
        drafted_by=world.ph, drafted_on=on, state=Decision.State.EFFECTIVE, effective_on=on,
    )  # fmt: skip
    DecisionItem.objects.create(decision=decision, project=project, state=DecisionItem.State.DONE)
    return decision


def at(world, stage, code, **facts):
    """A project at a stage to which a decision of this kind led."""
    story = scene.story_of(world, make.project(world.unit, stage=stage, stage_since=scene.ORDERED, **facts))
    in_force(world, story.project, code)
    return story


def undone(story, code, on, *, drafter=None):
    """Annulled and carried out; the stage it leads to."""
    scene.contest(story, code, on)
    story.decide("annul", on)
    return scene.stage_of(story)


def test_every_kind_is_taken_back_or_has_no_case_in_law():
    assert {step.code for step in STEPS if step.joint} == set(UNDO) | set(NO_CASE)
    assert not set(UNDO) & set(NO_CASE)


# 取消称号
@pytest.mark.parametrize("result", ["", "upheld", "dropped"])
def test_a_title_comes_back_by_an_annulling_judgment_alone(world, result):
    story = scene.revoked(world)
    if result:
        scene.contest(story, "T26", day(90), result)

    assert refused(story.draft, "T32", day(90)) == ["dispute"]


def test_a_judgment_over_something_else_brings_no_title_back(world):
    story = scene.revoked(world)
    scene.contest(story, "T29", day(90))

    assert refused(story.draft, "T32", day(90)) == ["dispute"]
    story.decide("annul", day(91))
    assert scene.stage_of(story) == Stage.REVOKED


def test_a_hearing_that_was_asked_for_is_owed_again(world):
    story = scene.noticed(world)
    revocation.state_defence(story.pk, text="请求延长。", hearing=True, actor=world.u2, on=day(22))
    revocation.record_hearing(
        story.pk, kind="hearing", held_on=day(25), place="会议室", persons="双方", summary="已听取",
        proof=scene.paper("笔录"), actor=world.ph, on=day(25),
    )  # fmt: skip
    story.decide("ruling", day(40))
    story.revoke(day(60))
    scene.contest(story, "T26", day(90))

    story.decide("T32", day(91))

    assert revocation_of(story.project).hearing_asked
    assert refused(story.draft, "ruling", day(95)) == ["hearing"]


def test_a_settled_title_comes_back_too(world):
    story = scene.revoked(world)
    story.prepare_settlement(day(61))
    revocation.approve_settlement(story.pk, actor=world.pfl, on=day(62))
    assert scene.stage_of(story) == Stage.SETTLED

    assert undone(story, "T26", day(90)) == Stage.REVOCATION_NOTICE
    assert revocation_of(story.project).notice.kind == "T23"


# The other kinds
def test_a_conclusion_is_drawn_anew(world):
    story = at(world, Stage.ACCEPTED, "T18")

    assert undone(story, "T18", DUE) == Stage.IN_ACCEPTANCE
    assert accepted_on(story.project) == DUE, "the passing day is gone with the conclusion"


def test_a_passed_recheck_is_looked_at_anew(world):
    story = scene.rechecking(world)
    story.recheck(day(-5), passed=True)
    story.decide("T21", day(-4))

    assert undone(story, "T21", day(10)) == Stage.RECHECKING
    assert set(Problem.objects.values_list("state", "closed_on")) == {("answered", None)}
    assert [row.passed for row in RectificationReport.objects.order_by("round")] == [True, None]
    assert rectification_of(story.project) == Rectification.objects.get()
    story.recheck(day(20), passed=True)
    story.decide("T21", day(21))
    assert scene.stage_of(story) == Stage.ACCEPTED


def test_a_failed_recheck_is_looked_at_anew(world):
    story = scene.rechecking(world, day(-100))
    story.recheck(day(-95), passed=False)
    story.decide("T22", day(-94), due_on=day(-50).isoformat())

    assert undone(story, "T22", day(-80)) == Stage.RECHECKING
    assert Deadline.objects.get(rule="rectify", state="dropped")


@pytest.mark.parametrize("reported", [False, True])
def test_a_notice_leads_back_to_where_it_found_the_project(world, reported):
    story = scene.rechecking(world) if reported else scene.rectifying(world)
    if reported:
        story.recheck(day(-5), passed=False)
    story.notice(day(20))

    assert undone(story, "T23", day(30)) == (Stage.RECHECKING if reported else Stage.RECTIFYING)
    assert revocation_of(story.project) is None


def test_an_old_notice_that_did_not_keep_its_stage_finds_it(world):
    story = scene.rechecking(world)
    story.recheck(day(-5), passed=False)
    story.notice(day(20))
    Revocation.objects.update(former_stage="")

    assert undone(story, "T23", day(30)) == Stage.RECHECKING


def test_a_finding_of_false_material_falls(world):
    story = at(world, Stage.BUILDING, "T01")
    false_material.open_false_case(
        story.pk, document="名册", facts="事实", evidence="证据", actor=world.ch, on=day(-20)
    )
    decision = story.draft("false", day(0))
    joint.concur_decision(decision.pk, actor=world.pf, on=day(0))
    story.sign(decision, day(0))

    assert undone(story, "false", day(10)) == Stage.BUILDING
    assert FalseCase.objects.get().state == "dismissed"
    assert not held_items().exists(), "a notice that fell is never served"


def test_a_ruling_is_made_anew(world):
    story = scene.noticed(world)
    story.defend(day(22))
    story.decide("ruling", day(40))

    assert undone(story, "ruling", day(50)) == Stage.REVOCATION_NOTICE
    assert revocation_of(story.project).upheld is None
    story.decide("ruling", day(60))


@pytest.mark.parametrize("code", ["T25", "T25R"])
def test_a_notice_taken_back_wrongly_stands_again(world, code):
    story = scene.rectifying(world, term=6)
    story.notice(day(-150))
    story.defend(day(-148))
    story.decide(code, day(-120), **({"due_on": day(-10).isoformat()} if code == "T25R" else {}))

    assert undone(story, code, day(-100)) == Stage.REVOCATION_NOTICE
    assert revocation_of(story.project).upheld is None
    story.decide("ruling", day(-90))


def test_a_year_is_graded_anew(world):
    story = scene.story_of(world, scene.accepted(world))

    scene.contest(story, "T28J", DUE)

    assert "annulled" in refused(story.draft, "T29", DUE, term_months=6, items=scene.ITEMS)
    story.decide("annul", DUE)
    assert (scene.stage_of(story), YearlyAssessment.objects.get().decision) == (Stage.ACCEPTED, None)


@pytest.mark.parametrize("kept", [True, False])
def test_what_a_termination_ended_runs_again(world, kept):
    story = scene.noticed(world)
    story.decide("T30", day(30))
    if not kept:
        Project.objects.update(resume_stage="")

    assert undone(story, "T30", day(40)) == Stage.REVOCATION_NOTICE
    assert revocation_of(story.project) is not None
    assert rectification_of(story.project) is not None
    assert Deadline.objects.filter(rule="defence", state="open").exists()


@pytest.mark.parametrize(("code", "sector"), [("T01", "manufacturing"), ("category", "")])
def test_an_award_is_taken_back_before_it_is_lived(world, code, sector):
    story = at(world, Stage.AWARDED, code, sector="manufacturing")

    assert undone(story, code, DUE) == Stage.DRAFT
    project = story.fresh()
    assert (project.sector, project.awarded_on, bool(project.number)) == (sector, None, True)


def test_under_an_award_that_fell_a_project_is_ended_first(world):
    story = at(world, Stage.TARGET_FILED, "T01")
    scene.contest(story, "T01", DUE)

    assert refused(story.draft, "annul", DUE) == ["obstacle"]
    story.decide("T30", DUE)
    story.decide("annul", day(1))
    assert scene.stage_of(story) == Stage.TERMINATED


# Nothing rests on what was annulled
@pytest.mark.parametrize("way", ["T22", "T23", "report", "recheck"])
def test_nothing_goes_on_under_an_order_that_was_annulled(world, way):
    story = scene.rechecking(world, day(-100)) if way in {"T22", "recheck"} else scene.rectifying(world)
    if way == "T22":
        story.recheck(day(-95), passed=False)
    scene.contest(story, "T29", day(-90))
    acts = {
        "T22": lambda: story.draft("T22", day(-80), due_on=day(-50).isoformat()),
        "T23": lambda: story.draft("T23", day(20)),
        "report": lambda: rectification.submit_report(story.pk, text="已整改", actor=world.u2, on=day(-80)),
        "recheck": lambda: story.recheck(day(-80), passed=True),
    }

    assert "annulled" in refused(acts[way])


def test_a_revocation_does_not_rest_on_a_ruling_that_was_annulled(world):
    story = scene.noticed(world)
    story.defend(day(22))
    story.decide("ruling", day(40))
    story.review_legality(day(41))
    scene.contest(story, "ruling", day(45))

    assert refused(story.draft, "T26", day(60)) == ["annulled"]


def test_the_overlay_stays_until_it_is_carried_out(world):
    story = scene.rectifying(world)
    scene.contest(story, "T29", day(-90))

    def disputed():
        return "disputed" in {one.code for one in overlays_of([story.fresh()], day(-80))[story.pk]}

    assert disputed()
    assert "annul" in {step.code for step, _ in offered(story.fresh(), snapshot_of(story.project, on=day(-80)))}
    story.decide("annul", day(-80))
    assert not disputed()


# What the law knows no case against
@pytest.mark.parametrize("code", ["T14", "T31", "annul"])
def test_no_case_is_registered_where_the_law_knows_none(world, code):
    story = at(world, Stage.BUILDING, code)

    assert refused(scene.contest, story, code, DUE) == ["no_case"]
    assert not contestable(story.project).exists()


def test_what_is_annulled_is_not_contested_again(world):
    story = scene.rectifying(world)
    scene.contest(story, "T29", day(-90))

    assert refused(scene.contest, story, "T29", day(-80)) == ["annulled"]
    assert not contestable(story.project).filter(kind="T29").exists()


def test_an_old_result_against_such_a_decision_is_noted_and_leaves_no_loop(world):
    story = at(world, Stage.BUILDING, "T14")
    disputes.Dispute.objects.create(
        project=story.project, decision=Decision.objects.get(), kind="review", body="机关", number="1", result="annulled",
        result_number="2", accepted_on=DUE, closed_on=DUE, registered_by=world.ph,
    )  # fmt: skip

    story.decide("annul", DUE + timedelta(days=1))

    assert (scene.stage_of(story), disputes.Dispute.objects.get().undone_by.kind) == (Stage.BUILDING, "annul")
