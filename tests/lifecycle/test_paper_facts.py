"""成文日期 and 文号 of a decision, what its signers saw of it, and whose hands keep from signing."""

from datetime import date, timedelta

import pytest
from django.test import Client

from lifecycle.demo.papers import paper
from lifecycle.models import Request
from lifecycle.operations import build, corrections, decisions, handover
from lifecycle.queries import rectification_of, snapshot_of
from lifecycle.queries.versions import word_of
from lifecycle.rules.paper_days import Ground, check_paper_day
from policy.terms import Stage
from projects.models import Correction, Decision, Project
from reports.dossier.next_step import waiting_of
from tests import factories as make
from tests.lifecycle import scene
from tests.lifecycle.scene import DUE, day, refused

ON = scene.ORDERED


# 成文日期
@pytest.mark.parametrize(
    ("dated_on", "codes"),
    [(date(2026, 3, 1), []), (date(2026, 2, 28), ["dated_early"]), (date(1900, 1, 1), ["implausible_day"])],
    ids=["its first day", "the day before", "a slip of the century"],
)
def test_a_paper_is_not_dated_before_the_step_it_rests_on(dated_on, codes):
    grounds = [Ground(date(2026, 3, 1), "验收"), Ground(date(2025, 1, 1), "立项")]

    assert [one.code for one in check_paper_day(dated_on, grounds)] == codes


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["T11", "T30"])
def test_no_paper_is_older_than_the_award(world, code):
    project = make.project(world.unit, stage=Stage.BUILDING, awarded_on=ON, stage_since=ON)

    assert refused(scene.draft, code, project, world.ph, DUE, dated_on=ON - timedelta(days=1)) == ["dated_early"]
    assert refused(scene.draft, code, project, world.ph, DUE, dated_on=date(1900, 1, 1)) == ["implausible_day"]
    scene.draft(code, project, world.ph, DUE, dated_on=ON)


@pytest.mark.django_db
def test_a_notice_is_dated_after_the_term_it_speaks_of(world):
    story = scene.rectifying(world)
    first = day(4)  # DUE is a Friday: Monday is the first working day after it

    assert refused(scene.draft, "T23", story.project, world.ph, day(20), dated_on=first - timedelta(1)) == [
        "dated_early"
    ]
    assert scene.draft("T23", story.project, world.ph, day(20), dated_on=first)


@pytest.mark.django_db
def test_a_revocation_is_dated_after_the_defence_and_its_ruling(world):
    story = scene.noticed(world)
    story.review_legality(day(30))
    end = story.project.revocations.get().defend_by
    early = {"dated_on": end}

    assert refused(scene.draft, "T26", story.project, world.ph, day(60), **early) == ["dated_early"]
    story.defend(day(22))
    story.decide("ruling", day(50))
    assert refused(scene.draft, "T26", story.project, world.ph, day(60), dated_on=day(49)) == ["dated_early"]
    assert scene.draft("T26", story.project, world.ph, day(60), dated_on=day(50))


@pytest.mark.django_db
def test_a_registered_paper_and_a_correction_are_held_to_the_same_days(world):
    story = scene.rectifying(world)
    decision = story.draft("T30", DUE)
    given = {"number": "示例另〔2026〕1号", "scan": paper("扫描"), "actor": world.ph, "on": DUE}
    early = rectification_of(story.project).decision.dated_on - timedelta(days=1)

    assert refused(decisions.register_paper, decision.pk, dated_on=early, **given) == ["dated_early"]
    scene.sign(decision, world.phl, world.pfl, on=DUE)
    wrong = {"field": "dated_on", "new": early.isoformat(), "reason": "登记错误", "actor": world.ph, "on": DUE}
    assert refused(corrections.propose_correction, decision.pk, **wrong) == ["dated_early"]


@pytest.mark.django_db
def test_what_the_unit_asked_for_is_not_granted_before_it_asked(world):
    story = scene.building(world)
    build.request_extension(story.pk, months=6, reason="进口设备推迟", actor=world.u2, on=day(-200))
    assert Request.objects.get().on == day(-200)

    assert refused(scene.draft, "T14", story.project, world.ph, day(-150), {"months": 6}, dated_on=day(-201)) == [
        "dated_early"
    ]


# 文号
@pytest.mark.django_db
def test_a_number_is_given_once_a_province_and_year(world):
    first, other = (make.project(world.unit, stage=Stage.BUILDING, awarded_on=scene.AWARDED) for _ in range(2))
    scene.draft("T11", first, world.ph, DUE, number="示例〔2026〕7号")

    same = {"number": " 示例〔2026〕7号 "}
    assert refused(scene.draft, "T30", first, world.ph, DUE, **same) == ["number_taken"]
    assert refused(scene.draft, "T30", other, world.ph, DUE, **same) == ["number_taken"]
    assert scene.draft("T11", other, world.ph, DUE, **same), "the same paper over another project"
    assert scene.draft("T30", first, world.ph, DUE + timedelta(days=400), **same), "another year"


@pytest.mark.django_db
def test_a_corrected_number_is_taken_and_the_wrong_one_free(world):
    first, other = (make.project(world.unit, stage=Stage.BUILDING, awarded_on=scene.AWARDED) for _ in range(2))
    decision = scene.sign(
        scene.draft("T11", first, world.ph, DUE, number="示例〔2026〕7号"), world.phl, world.pfl, on=DUE
    )
    said = {"field": "number", "new": "示例〔2026〕8号", "reason": "录错", "actor": world.ph, "on": DUE}
    made = corrections.propose_correction(decision.pk, **said)
    corrections.answer_correction(decision.pk, made.pk, agreed=True, answer="", actor=world.phl, on=DUE)

    assert Correction.objects.get().state == "confirmed"
    assert refused(scene.draft, "T30", other, world.ph, DUE, number="示例〔2026〕8号") == ["number_taken"]
    assert scene.draft("T30", other, world.ph, DUE, number="示例〔2026〕7号")


# What the signer saw
def posted(person, decision, seen, act="sign"):
    client = Client()
    client.force_login(person)
    answer = client.post(f"/decisions/{decision.pk}/{act}/", {"seen": seen} if seen is not None else {}, follow=True)
    return answer.content.decode()


@pytest.mark.django_db
def test_a_decision_that_changed_since_the_page_is_not_signed(world):
    project = make.project(world.unit, stage=Stage.BUILDING, awarded_on=scene.AWARDED)
    decision = scene.draft("T30", project, world.ph, DUE)
    seen = word_of(decision)
    decisions.register_paper(
        decision.pk, number="示例另〔2026〕9号", dated_on=DUE, scan=paper("扫描"), actor=world.ph, on=DUE
    )

    said = posted(world.phl, decision, seen)

    assert "登记签署件" in said
    assert str(world.ph) in said
    assert decision.signatures.count() == 0
    assert "没有带上" in posted(world.phl, decision, None)
    posted(world.phl, decision, word_of(decision))
    assert decision.signatures.count() == 1


@pytest.mark.django_db
def test_the_page_carries_the_word_and_a_signature_of_the_other_does_not_change_it(world):
    project = make.project(world.unit, stage=Stage.BUILDING, awarded_on=scene.AWARDED)
    decision = scene.draft("T30", project, world.ph, DUE)
    client = Client()
    client.force_login(world.pfl)
    page, seen = client.get(f"/decisions/{decision.pk}/").content.decode(), word_of(decision)

    scene.sign(decision, world.phl, on=DUE)

    assert f'name="seen" value="{seen}"' in page
    assert word_of(decision) == seen


# Whose hands
@pytest.mark.django_db
def test_who_took_a_draft_over_or_left_a_project_out_does_not_sign_it(world):
    one, two = (make.project(world.unit, stage=Stage.BUILDING, awarded_on=scene.AWARDED) for _ in range(2))
    decision = scene.draft("T11", [one, two], world.pf, DUE)
    taker = make.user("PF", world.province_finance)
    make.Membership.objects.create(user=taker, role="PFL", organisation=world.province_finance)
    handover.hand_over_work(world.pf.pk, taker_id=taker.pk, document="交接单", actor=world.sa, on=DUE)
    taker = type(taker).objects.get(pk=taker.pk)

    assert refused(decisions.sign_decision, decision.pk, actor=taker, on=DUE) == ["sod"]
    decisions.leave_out_project(decision.pk, two.pk, reason="另案", actor=taker, on=DUE)
    Decision.objects.update(handler=None)
    assert refused(decisions.sign_decision, decision.pk, actor=taker, on=DUE) == ["sod"]
    decisions.sign_decision(decision.pk, actor=world.pfl, on=DUE)


# The last day
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("on", "said"),
    [(date(2026, 6, 7), ""), (date(2026, 6, 8), ""), (date(2026, 6, 9), "整改期已过，两厅可依程序告知拟取消称号")],
    ids=["the Sunday it is due", "the Monday it moves to", "the day after"],
)
def test_a_term_that_ends_on_a_day_off_is_over_after_the_working_day(world, on, said):
    story = scene.rectifying(world, served_on=date(2025, 6, 7))  # due on a Sunday

    told = waiting_of(story.fresh(), snapshot_of(story.project, on=on))

    assert told.until == date(2026, 6, 8)
    assert told.note.startswith(said) if said else "已过" not in told.note


@pytest.mark.django_db
def test_the_page_of_the_order_counts_to_the_working_day(world):
    story = scene.rectifying(world, served_on=date(2025, 6, 7))
    client = Client()
    client.force_login(world.ph)

    page = client.get(f"/projects/{story.pk}/rectification/").content.decode()

    assert "顺延至 2026-06-08" in page
    assert Project.objects.get().stage == Stage.RECTIFYING
