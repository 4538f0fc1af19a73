"""取消称号: notice, window, defence, ruling, decision, settlement, restoration. People decide, each in turn."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Entry
from lifecycle.demo.papers import paper, papers_of
from lifecycle.models import Deadline, Revocation
from lifecycle.operations import build, revocation
from lifecycle.operations import decisions as joint
from lifecycle.queries import rectification_of, report_of, revocation_of
from policy.terms import Stage
from projects.models import Project
from projects.operations import register_project
from tests import factories as make
from tests.lifecycle import scene
from tests.lifecycle.scene import DUE, day, refused
from tests.projects.scene import facts

NOTICED = day(20)


def window_of(story):
    return revocation_of(story.fresh()).defend_by


def after(day_, days=1):
    return day_ + timedelta(days=days)


def serve_decision(story, on):
    return revocation.serve_decision(
        story.pk,
        served_on=on,
        way="direct",
        receiver="示例签收人",
        proof=paper("送达回证"),
        actor=story.cast["pf"],
        on=on,
    )


def defended(world):
    story = scene.noticed(world)
    story.defend(day(22))
    return story


# The notice
def test_no_notice_while_the_term_runs_or_on_the_working_day_after_it(world):
    story = scene.rectifying(world)
    monday = day(3)
    assert (DUE.weekday(), monday.weekday()) == (4, 0)

    for on in (day(-30), DUE, day(1), monday):
        assert refused(story.draft, "T23", on) == ["term"]
    story.draft("T23", day(4))


def test_a_report_in_time_holds_the_notice_back_until_its_recheck(world):
    story = scene.rechecking(world, on=DUE)
    assert refused(story.draft, "T23", day(300)) == ["awaiting"]

    story.recheck(day(300), passed=False)

    story.notice(day(301))
    assert scene.stage_of(story) == Stage.REVOCATION_NOTICE


def test_a_report_after_the_term_holds_nothing_back(world):
    story = scene.rechecking(world, on=day(5))

    story.notice(day(6))

    assert scene.stage_of(story) == Stage.REVOCATION_NOTICE


def test_a_recheck_that_passed_meanwhile_stops_the_second_signature(world):
    """The term was three months; the report came after it and inside the year."""
    on = date(2025, 9, 20)
    story = scene.rechecking(world, on=on, term=3)
    decision = story.draft("T23", on)
    joint.concur_decision(decision.pk, actor=world.pf, on=on)
    joint.sign_decision(decision.pk, actor=world.phl, on=on)
    story.recheck(on, passed=True)

    assert refused(joint.sign_decision, decision.pk, actor=world.pfl, on=on) == ["recheck_passed"]


def test_a_report_past_the_cap_that_passes_leaves_the_way_to_the_notice(world):
    story = scene.rechecking(world, on=day(30))
    story.recheck(day(31), passed=True)
    assert refused(story.draft, "T21", day(32)) == ["past_cap"]
    assert "recheck_passed" in refused(story.draft, "T22", day(32), due_on=str(DUE))

    story.notice(day(32))

    assert scene.stage_of(story) == Stage.REVOCATION_NOTICE


def test_the_notice_drops_the_deadline_of_the_term(world):
    scene.noticed(world)

    rows = set(Deadline.objects.values_list("rule", "state"))
    assert rows == {("rectify", "dropped"), ("defence", "open")}


# Service and the window
@pytest.mark.parametrize(
    ("noticed_on", "defend_by"),
    [(date(2026, 2, 12), date(2026, 3, 4)), (date(2026, 9, 24), date(2026, 10, 15)), (date(2026, 6, 8), date(2026, 6, 23))],
    ids=["Spring Festival", "Mid-Autumn and National Day", "Dragon Boat"],
)  # fmt: skip
def test_the_window_is_ten_working_days(world, noticed_on, defend_by):
    story = scene.rectifying(world, served_on=date(2025, 1, 3))

    story.notice(noticed_on)

    assert window_of(story) == defend_by
    assert Deadline.objects.get(state="open").due_on == defend_by


def test_the_notice_is_served_once(world):
    story = scene.noticed(world)

    args = {"served_on": day(30), "way": "public", "proof": paper("回证"), "actor": world.pf, "on": day(30)}
    assert refused(revocation.serve_notice, story.pk, **args) == ["served"]


def test_the_database_holds_one_open_proceeding_a_project(world):
    story = scene.noticed(world)
    rectification = rectification_of(story.fresh())

    with pytest.raises(IntegrityError), transaction.atomic():
        Revocation.objects.create(project=story.project, rectification=rectification, notice=rectification.decision)


# The defence
def test_a_defence_waits_for_service_is_said_once_and_says_something(world):
    story = scene.rectifying(world)
    decision = story.draft("T23", NOTICED)
    joint.concur_decision(decision.pk, actor=world.pf, on=NOTICED)
    story.sign(decision, NOTICED)
    args = {"actor": world.u2, "on": day(21)}
    assert refused(revocation.state_defence, story.pk, text="请求", **args) == ["served"]

    revocation.serve_notice(
        story.pk,
        served_on=NOTICED,
        way="direct",
        receiver="示例签收人",
        proof=paper("回证"),
        actor=world.ph,
        on=NOTICED,
    )
    assert refused(revocation.state_defence, story.pk, text=" ", **args) == ["text"]
    revocation.state_defence(story.pk, text="请求", **args)
    assert refused(revocation.state_defence, story.pk, text="再请求", **args) == ["done"]


@pytest.mark.parametrize(("late", "marked"), [(0, False), (1, True), (90, True)])
def test_a_late_defence_is_heard_and_marked(world, late, marked):
    story = scene.noticed(world)

    story.defend(after(window_of(story), late))
    story.review_legality(day(200))

    text = Entry.objects.get(verb="陈述申辩", result="ok").text
    assert ("逾期" in text) is marked
    assert refused(story.draft, "T26", day(200)) == ["ruling"]


# The decision
def test_no_decision_while_the_window_runs(world):
    story = scene.noticed(world)
    last = window_of(story)
    story.review_legality(NOTICED)

    assert refused(story.draft, "T26", NOTICED) == ["window"]
    assert refused(story.draft, "T26", last) == ["window"]
    story.revoke(after(last))
    assert scene.stage_of(story) == Stage.REVOKED


def test_no_decision_before_service(world):
    story = scene.rectifying(world)
    decision = story.draft("T23", NOTICED)
    joint.concur_decision(decision.pk, actor=world.pf, on=NOTICED)
    story.sign(decision, NOTICED)
    story.review_legality(NOTICED)

    assert refused(story.draft, "T26", day(300)) == ["notice_served"]


def test_a_defence_that_comes_between_the_signatures_is_answered_first(world):
    story = scene.noticed(world)
    decision = story.draft("T26", day(60))
    joint.sign_decision(decision.pk, actor=world.pfl, on=day(60))
    story.defend(day(61))

    assert refused(joint.sign_decision, decision.pk, actor=world.phl, on=day(62)) == ["ruling"]
    assert scene.stage_of(story) == Stage.REVOCATION_NOTICE
    assert decision.signatures.count() == 1


def test_there_is_no_ruling_without_a_defence_nor_a_second_one(world):
    story = scene.noticed(world)
    for code in ("ruling", "T25", "T25R"):
        assert "no_defence" in refused(story.draft, code, day(60), due_on=str(DUE))

    story.defend(day(22))
    story.decide("ruling", day(30))
    for code in ("ruling", "T25"):
        assert refused(story.draft, code, day(31)) == ["ruled"]


def test_a_defence_found_groundless_opens_the_way_to_the_decision(world):
    story = defended(world)

    story.decide("ruling", day(60))
    story.revoke(day(61))

    case = Revocation.objects.get()
    assert (scene.stage_of(story), case.upheld, case.closed_on) == (Stage.REVOKED, False, day(61))
    assert story.fresh().resume_stage == Stage.REVOCATION_NOTICE
    assert rectification_of(story.project) is None


@pytest.mark.parametrize("missing", ["minutes", "decision"])
def test_the_decision_carries_its_two_papers(world, missing):
    story = scene.noticed(world)
    story.review_legality(day(59))
    papers = {code: file for code, file in papers_of("T26").items() if code != missing}

    assert refused(scene.draft, "T26", story.project, world.ph, day(60), uploads=papers) == ["document"]


# A defence upheld
def test_facts_found_wrong_lead_back_to_the_recheck(world):
    story = defended(world)

    story.decide("T25", day(40))

    assert scene.stage_of(story) == Stage.RECHECKING
    assert revocation_of(story.project) is None
    report = report_of(rectification_of(story.project))
    assert (report.round, report.passed, report.on) == (1, None, day(22))
    story.recheck(day(45), passed=True)
    story.decide("T21", day(50))
    assert scene.stage_of(story) == Stage.ACCEPTED


def test_no_second_notice_before_the_case_is_rechecked(world):
    story = defended(world)
    story.decide("T25", day(40))

    assert refused(story.draft, "T23", day(41)) == ["awaiting"]


def short(world):
    """A term of three months run out, the cap still nine months away, a defence stated."""
    story = scene.rectifying(world, term=3)
    story.notice(date(2025, 9, 20))
    story.defend(date(2025, 9, 22))
    return story


def test_time_that_is_left_is_given_back_up_to_the_cap(world):
    story = short(world)
    on = date(2025, 10, 20)
    assert refused(story.draft, "T25R", on, due_on=str(day(1))) == ["due_on"]
    assert "cap" in refused(story.draft, "T25R", DUE, due_on=str(day(1)))

    story.decide("T25R", on, due_on=str(DUE))

    assert scene.stage_of(story) == Stage.RECTIFYING
    assert rectification_of(story.project).due_on == DUE
    assert revocation_of(story.project) is None


def test_time_given_back_does_not_lift_the_cap(world):
    story = short(world)
    story.decide("T25R", date(2025, 10, 20), due_on=str(DUE))
    story.report(day(30))
    story.recheck(day(31), passed=True)

    assert refused(story.draft, "T21", day(32)) == ["past_cap"]


# Afterwards
def test_the_decision_is_served_once_and_only_when_it_stands(world):
    story = scene.noticed(world)
    assert refused(serve_decision, story, day(60)) == ["stage"]

    story.revoke(day(60))

    assert refused(serve_decision, story, day(61)) == ["served"]


def test_a_judgment_brings_the_project_back_to_where_it_stood(world):
    story = scene.revoked(world)

    scene.contest(story, "T26", day(90))
    story.decide("T32", day(90))

    assert scene.stage_of(story) == Stage.REVOCATION_NOTICE
    assert revocation_of(story.project) == Revocation.objects.get(decision=None)
    assert Revocation.objects.exclude(decision=None).get().closed_on is not None
    assert rectification_of(story.project) is not None
    story.decide("T26", day(120))
    assert scene.stage_of(story) == Stage.REVOKED


def test_a_second_decision_after_a_judgment_is_served_too(world):
    story = scene.revoked(world)
    scene.contest(story, "T26", day(90))
    story.decide("T32", day(90))
    story.decide("T26", day(120))

    assert serve_decision(story, day(121)).decision_served_on == day(121)


def test_an_award_list_read_again_does_not_bring_a_revoked_project_back(world):
    def register():
        project, new = register_project(facts(), edition_code=make.EDITION, actor=world.ph, on=DUE)
        return project.pk, new

    pk, _ = register()
    Project.objects.filter(pk=pk).update(
        stage=Stage.REVOKED, grant=1, sector="services", award_document="示例1号", awarded_on=DUE
    )
    before = Project.objects.filter(pk=pk).values().get()

    assert register() == (pk, False)
    assert Project.objects.filter(pk=pk).values().get() == before


def test_a_termination_ends_what_was_running(world):
    story = scene.noticed(world)
    build.request_termination(story.pk, reason="单位注销", actor=world.u2, on=day(21))

    story.decide("T30", day(30))

    assert (revocation_of(story.project), rectification_of(story.project)) == (None, None)
    assert set(Deadline.objects.values_list("state", flat=True)) == {"dropped"}
    assert story.project.requests.get().state == "granted"


def test_a_unit_asks_for_its_end_once_with_a_reason_and_while_it_is_alive(world):
    story = scene.rectifying(world)
    args = {"actor": world.u2, "on": DUE}
    assert refused(build.request_termination, story.pk, reason=" ", **args) == ["reason"]
    build.request_termination(story.pk, reason="转产", **args)
    assert refused(build.request_termination, story.pk, reason="转产", **args) == ["waiting"]

    over = scene.revoked(world)
    assert refused(build.request_termination, over.pk, reason="转产", **args) == ["stage"]
