"""One natural person with two posts is still one person: nobody approves what they had a hand in (SD1 to SD7)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from funds import operations as funds
from lifecycle.demo.papers import paper
from lifecycle.operations import acceptance, build, decisions, rectification, revocation, targets
from lifecycle.queries.versions import word_of
from performance import operations as performance
from policy.terms import Kind, Stage
from projects.importing import AwardFacts
from projects.models import Project
from projects.operations import register_project
from tests import factories as make
from tests.lifecycle import scene
from tests.performance import life
from tests.permissions.posts import also, moved, refusal

ON = scene.DUE


@pytest.fixture
def world(db, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    return make.world()


# 绩效目标


def test_who_filled_in_the_targets_does_not_submit_them(world):
    project, both = make.project(world.unit), also(world.u1, Role.U2, world.unit)
    life.filled(project, world)

    assert "sod" in refusal(targets.submit_targets, project.pk, actor=both, on=ON)
    assert Project.objects.get().stage == Stage.AWARDED


def test_who_filled_in_the_targets_before_a_colleague_does_not_submit_them(world):
    project, both = make.project(world.unit), also(world.u1, Role.U2, world.unit)
    life.filled(project, world)
    life.type_all(project, make.user(Role.U1, world.unit))

    assert "sod" in refusal(targets.submit_targets, project.pk, actor=both, on=ON)


@pytest.mark.parametrize("who", ["ph", "pf"])
def test_who_scored_the_targets_does_not_sign_their_filing(world, who):
    project = make.project(world.unit)
    life.scored(project, world)
    decision = scene.draft("T04", project, make.user(Role.PH, world.province_hr), ON)
    scorer = getattr(world, who)
    leader = also(scorer, {"ph": Role.PHL, "pf": Role.PFL}[who], scorer.memberships.get().organisation)

    assert refusal(decisions.sign_decision, decision.pk, actor=leader, on=ON) == {"sod"}


@pytest.mark.parametrize("who", ["u1", "u2"])
def test_who_wrote_the_targets_does_not_sign_their_filing(world, who):
    """SD1, over all earlier steps: typed or sent in, in an earlier post."""
    project = make.project(world.unit)
    life.scored(project, world)
    decision = scene.draft("T04", project, make.user(Role.PH, world.province_hr), ON)
    leader = moved(getattr(world, who), Role.PHL, world.province_hr)

    assert refusal(decisions.sign_decision, decision.pk, actor=leader, on=ON) == {"sod"}


@pytest.mark.parametrize(("who", "role"), [("ch", Role.PH), ("cf", Role.PF)])
def test_who_gave_the_first_review_does_not_score_for_the_province(world, who, role):
    project = make.project(world.unit)
    life.reviewing(project, world)
    Project.objects.update(stage=Stage.TARGET_REVIEW)
    office = world.province_hr if role == Role.PH else world.province_finance
    again = moved(getattr(world, who), role, office)

    assert refusal(targets.review_targets, project.pk, points=life.FULL, comment="", actor=again, on=ON) == {"sod"}


# 联合决定

DRAFTS = {
    "category": lambda world: (scene.draft_project(world), {"sector": "services"}),
    "T01": lambda world: (scene.ready_drafts(world, 1)[0], {}),
    "T29": lambda world: (scene.accepted(world), {"term_months": 6, "items": scene.ITEMS}),
    "T30": lambda world: (make.project(world.unit), {}),
    "T23": lambda world: (scene.rectifying(world).project, {}),
}


@pytest.mark.parametrize("code", DRAFTS)
def test_who_drafted_a_decision_does_not_sign_it(world, code):
    project, payload = DRAFTS[code](world)
    both = also(world.ph, Role.PHL, world.province_hr)
    on = ON + timedelta(days=20)
    decision = scene.draft(code, project, both, on, payload)
    if code == "T23":
        decisions.concur_decision(decision.pk, actor=world.pf, on=on)

    assert refusal(decisions.sign_decision, decision.pk, actor=both, on=on) == {"sod"}


def test_finance_does_not_sign_what_it_drafted_either(world):
    project = make.project(world.unit)
    life.scored(project, world)
    both = also(make.user(Role.PF, world.province_finance), Role.PFL, world.province_finance)
    decision = scene.draft("T04", project, both, ON)

    assert refusal(decisions.sign_decision, decision.pk, actor=both, on=ON) == {"sod"}


def test_two_sessions_give_one_signature(world):
    """SD2"""
    project = make.project(world.unit)
    decision = scene.draft("T30", project, world.ph, ON)
    for _ in range(2):
        client = Client()
        client.force_login(User.objects.get(pk=world.phl.pk))
        client.post(reverse("lifecycle:decision_sign", args=[decision.pk]), {"seen": word_of(decision)})

    assert decision.signatures.count() == 1
    assert Project.objects.get().stage == Stage.AWARDED


def test_posts_of_both_departments_in_one_hand_sign_for_neither(world):
    """Not to be had by appointment (SD7); if it came about in the database, it is worth nothing."""
    decision = scene.draft("T30", make.project(world.unit), world.ph, ON)
    both = also(world.phl, Role.PFL, world.province_finance)

    with pytest.raises(PermissionDenied):
        decisions.sign_decision(decision.pk, actor=both, on=ON)


def test_who_registered_an_award_does_not_sign_it(world):
    facts = AwardFacts(
        kind=Kind.BASE, unit_name=world.unit.name,
        unit_type=world.unit.unit_type, track="new", occupations=("车工", "铣工", "焊工", "电工", "模具工"),
    )  # fmt: skip
    project, _ = register_project(facts, edition_code=make.EDITION, actor=world.ph, on=ON)
    decision = scene.draft("T01", project, make.user(Role.PH, world.province_hr), ON)
    both = also(world.ph, Role.PHL, world.province_hr)

    assert refusal(decisions.sign_decision, decision.pk, actor=both, on=ON) == {"sod"}


def test_who_applied_for_the_end_of_a_project_does_not_sign_it(world):
    project = make.project(world.unit)
    build.request_termination(project.pk, reason="转产", actor=world.ph, on=ON)
    decision = scene.draft("T30", project, make.user(Role.PH, world.province_hr), ON)
    both = also(world.ph, Role.PHL, world.province_hr)

    assert refusal(decisions.sign_decision, decision.pk, actor=both, on=ON) == {"sod"}


@pytest.mark.parametrize("who", ["ph", "pf"])
def test_who_proposed_a_revocation_does_not_decide_it(world, who):
    story, on = scene.noticed(world), scene.day(60)
    story.review_legality(on)
    decision = scene.draft("T26", story.project, make.user(Role.PH, world.province_hr), on)
    person = getattr(world, who)
    both = also(person, {"ph": Role.PHL, "pf": Role.PFL}[who], person.memberships.get().organisation)

    assert refusal(decisions.sign_decision, decision.pk, actor=both, on=on) == {"sod"}


# 验收, 整改复验, 清算


def test_who_checked_the_conditions_does_not_sign_the_conclusion(world):
    story, on = scene.judged(world), scene.day(20, scene.APPLIED)
    decision = scene.draft("T18", story.project, make.user(Role.PH, world.province_hr), on)

    for name, role in (("ph", Role.PHL), ("pf", Role.PFL)):
        person = getattr(world, name)
        both = also(person, role, person.memberships.get().organisation)
        assert refusal(decisions.sign_decision, decision.pk, actor=both, on=on) == {"sod"}


def test_who_checked_the_conditions_before_a_colleague_does_not_sign_either(world):
    story, on = scene.applied(world), scene.day(10, scene.APPLIED)
    story.cast.people["ph"] = first = make.user(Role.PH, world.province_hr)
    story.gate_a(on)
    story.cast.people["ph"] = world.ph
    story.gate_a(on)
    story.gate_b(on)
    decision = scene.draft("T18", story.project, world.ph, scene.day(20, scene.APPLIED))
    both = also(first, Role.PHL, world.province_hr)

    assert refusal(decisions.sign_decision, decision.pk, actor=both, on=scene.day(20, scene.APPLIED)) == {"sod"}


def test_values_are_confirmed_by_the_other_department(world):
    story, on = scene.applied(world), scene.day(11, scene.APPLIED)
    story.gate_b(on, confirm=False)

    for person in (world.ph, make.user(Role.PH, world.province_hr)):
        assert refusal(performance.confirm_values, story.pk, actor=person, on=on) == {"sod"}
    assert performance.confirm_values(story.pk, actor=world.pf, on=on).state == "confirmed"


def test_who_entered_most_values_does_not_confirm_them_after_a_correction(world):
    """One department's correction is for the other to confirm; the rest still waits for the corrector's department."""
    story, on = scene.applied(world), scene.day(11, scene.APPLIED)
    story.gate_b(on, confirm=False)
    score = story.project.evaluations.get().scores.exclude(actual="").first()
    value = performance.Reached(actual=str(int(score.actual) + 1))
    performance.enter_values(story.pk, acceptance_ref=1, values={score.indicator_id: value}, actor=world.pf, on=on)

    assert performance.confirm_values(story.pk, actor=world.ph, on=on).state == "entered"
    confirmed = story.project.evaluations.get().scores.exclude(confirmed_by=None)
    assert list(confirmed.values_list("indicator", "confirmed_by")) == [(score.indicator_id, world.ph.pk)]
    assert refusal(performance.confirm_values, story.pk, actor=world.ph, on=on) == {"sod"}
    assert performance.confirm_values(story.pk, actor=world.pf, on=on).state == "confirmed"


def verdicts(story):
    return {problem.pk: (True, "") for problem in story.project.problems.all()}


def test_who_drafted_an_order_does_not_recheck_it_in_any_post(world):
    """SD4"""
    story, on = scene.rechecking(world), scene.day(-5)
    both = also(world.ph, Role.PHL, world.province_hr)

    found = refusal(
        rectification.record_recheck,
        story.pk,
        verdicts=verdicts(story),
        note="",
        proof=paper("复验"),
        actor=both,
        on=on,
    )

    assert found == {"sod"}


def test_who_rechecked_does_not_sign_the_result_and_who_issued_the_order_may(world):
    """SD4"""
    story, on = scene.rechecking(world), scene.day(-5)
    story.recheck(on, passed=True)
    decision = scene.draft("T21", story.project, world.ph, on)
    both = also(world.pf, Role.PFL, world.province_finance)

    assert refusal(decisions.sign_decision, decision.pk, actor=both, on=on) == {"sod"}
    scene.sign(decision, world.phl, world.pfl, on=on)
    assert scene.stage_of(story) == Stage.ACCEPTED


def test_who_prepared_a_settlement_does_not_approve_it(world):
    story, on = scene.revoked(world), scene.day(70)
    story.prepare_settlement(on)
    both = also(world.pf, Role.PFL, world.province_finance)

    assert refusal(revocation.approve_settlement, story.pk, actor=both, on=on) == {"sod"}
    revocation.approve_settlement(story.pk, actor=world.pfl, on=on)
    assert scene.stage_of(story) == Stage.SETTLED


def test_who_prepared_a_settlement_before_a_colleague_does_not_approve_it(world):
    story, on = scene.revoked(world), scene.day(70)
    both = also(make.user(Role.PF, world.province_finance), Role.PFL, world.province_finance)
    for person in (both, world.pf):
        funds.prepare_settlement(story.pk, actor=person, document_number="示例清1号", on=on)

    assert refusal(revocation.approve_settlement, story.pk, actor=both, on=on) == {"sod"}


def test_a_first_opinion_on_an_acceptance_is_given_once_an_office(world):
    story, on = scene.applied(world), scene.day(8, scene.APPLIED)

    colleague = make.user(Role.CH, world.city_hr)
    assert refusal(acceptance.first_check, story.pk, opinion="同意", actor=colleague, on=on) == {"done"}
