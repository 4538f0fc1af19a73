"""限期整改: the order, its service, the answers, the re-check by another person, and the cap nobody moves."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from accounts.models import Entry
from accounts.roles import Role
from lifecycle.demo.papers import paper
from lifecycle.models import Deadline, Rectification
from lifecycle.operations import decisions as joint
from lifecycle.operations import rectification
from lifecycle.queries import order_items, problems_of, rectification_of
from policy.findings import Refused
from policy.terms import Stage
from projects.models import Problem
from tests import factories as make
from tests.lifecycle import scene
from tests.lifecycle.scene import DUE, SERVED, day, refused


def dates(story):
    return rectification_of(story.fresh()).due_on, rectification_of(story.project).cap_on


def recheck(story, actor, verdicts=None, on=DUE):
    problems = problems_of(rectification_of(story.fresh()))
    given = {item.pk: (True, "") for item in problems} if verdicts is None else verdicts
    return rectification.record_recheck(
        story.pk, verdicts=given, note="现场", proof=paper("复验记录"), actor=actor, on=on
    )


# The order
@pytest.mark.parametrize("months", [0, 13, -1, None])
def test_a_term_outside_one_to_twelve_months_is_refused(world, months):
    project = scene.accepted(world)

    payload = {"term_months": months, "items": scene.ITEMS}
    assert refused(scene.draft, "T29", project, world.ph, DUE, payload) == ["term_months"]


@pytest.mark.parametrize("months", [1, 12])
def test_one_and_twelve_months_are_terms(world, months):
    assert scene.stage_of(scene.ordered(world, term=months)) == Stage.RECTIFYING


@pytest.mark.parametrize(
    "items",
    [[], [{"fact": "事实"}], [{"fact": " ", "requirement": "要求"}], [{**scene.ITEMS[0], "level": "terrible"}]],
    ids=["none", "no requirement", "no fact", "no such level"],
)
def test_an_order_lists_facts_and_requirements(world, items):
    project = scene.accepted(world)

    payload = {"term_months": 6, "items": items}
    assert refused(scene.draft, "T29", project, world.ph, DUE, payload) == ["items"]


def test_an_order_after_acceptance_leaves_no_failing_item_over(world):
    story = scene.judged(world, a=("N2a", "N4b"), b=("B01",))
    items = order_items(story.fresh())
    assert {item["ref"] for item in items} >= {"N2a", "N4b"}
    assert len(items) >= 3

    for left_over in items:
        payload = {"term_months": 6, "items": [item for item in items if item is not left_over]}
        assert refused(story.draft, "T19", day(30, scene.APPLIED), **payload) == ["items"]

    story.decide("T19", day(30, scene.APPLIED), term_months=6, items=[*items, scene.ITEMS[0]])
    assert scene.stage_of(story) == Stage.RECTIFYING
    assert Problem.objects.count() == len(items) + 1


# Service
@pytest.mark.parametrize(
    ("served", "term", "due", "cap"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28), date(2025, 2, 28)),
        (date(2023, 2, 28), 12, date(2024, 2, 28), date(2024, 2, 28)),
        (date(2024, 8, 31), 6, date(2025, 2, 28), date(2025, 8, 31)),
        (date(2025, 1, 31), 1, date(2025, 2, 28), date(2026, 1, 31)),
    ],
    ids=["leap day", "end of February", "half a year", "a month"],
)
def test_service_sets_the_day_and_the_cap(world, served, term, due, cap):
    story = scene.rectifying(world, served_on=served, term=term)

    assert dates(story) == (due, cap)
    assert list(Deadline.objects.values_list("rule", "due_on", "opened_on", "state")) == [
        ("rectify", due, served, "open")
    ]


def test_service_is_recorded_once_and_the_dates_stay(world):
    story = scene.rectifying(world, term=6)
    before = dates(story)

    for by in ("ph", "pf"):
        assert refused(scene.serve, story, day(-5), by=by) == ["served"]
    assert dates(story) == before


@pytest.mark.parametrize(
    ("served", "on"),
    [(SERVED, SERVED - timedelta(days=1)), (scene.ORDERED - timedelta(days=1), SERVED)],
    ids=["tomorrow", "before the order took effect"],
)
def test_service_lies_between_the_order_and_today(world, served, on):
    assert refused(scene.serve, scene.ordered(world), served, on) == ["served_on"]


def test_no_report_before_service(world):
    story = scene.ordered(world)

    args = {"text": "已整改", "actor": world.u2, "on": SERVED}
    assert refused(rectification.submit_report, story.pk, **args) == ["served"]


# What the database itself does not let happen, whoever asks
@pytest.mark.parametrize(
    "change",
    [{"due_on": DUE + timedelta(days=1)}, {"cap_on": DUE - timedelta(days=1)}, {"cap_on": None}, {"served_on": None}],
    ids=["due past the cap", "cap before due", "no cap", "no service"],
)
def test_the_database_holds_the_cap_against_a_bulk_update(world, change):
    scene.rectifying(world)

    with pytest.raises(IntegrityError), transaction.atomic():
        Rectification.objects.update(**change)


def test_the_database_holds_the_cap_against_plain_sql(world):
    scene.rectifying(world)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE lifecycle_rectification SET due_on = '2026-06-06'")


def test_the_database_holds_one_open_order_a_project(world):
    story = scene.rectifying(world)
    decision = rectification_of(story.fresh()).decision
    other = Problem.objects.first().decision
    assert other == decision

    with pytest.raises(IntegrityError), transaction.atomic():
        Rectification.objects.create(
            project=story.project, decision=story_decision(world), drafted_by=world.ph, term_months=6
        )


def story_decision(world):
    """Another decision, of another project."""
    return scene.draft("T30", make.project(world.unit, stage=Stage.ACCEPTED), world.ph, DUE)


# Answers and the report
def test_a_report_needs_a_measure_and_a_proof_for_each_problem(world):
    story = scene.rectifying(world)
    first, second = problems_of(rectification_of(story.fresh()))

    def answer(problem, *proofs):
        args = {"answer": "已补足", "proofs": proofs, "actor": world.u1, "on": day(-20)}
        rectification.answer_problem(story.pk, problem.pk, **args)

    def report():
        return refused(rectification.submit_report, story.pk, text="已整改", actor=world.u2, on=day(-20))

    assert report() == ["unanswered"]
    answer(first, paper("照片"))
    assert report() == ["unanswered"]
    answer(second)
    assert report() == ["unanswered"]
    answer(second, paper("照片"))
    rectification.submit_report(story.pk, text="已整改", actor=world.u2, on=day(-20))
    assert scene.stage_of(story) == Stage.RECHECKING


def test_an_answer_and_a_report_say_something(world):
    story = scene.rectifying(world)
    problem = problems_of(rectification_of(story.fresh()))[0]

    args = {"answer": " ", "actor": world.u1, "on": DUE}
    assert refused(rectification.answer_problem, story.pk, problem.pk, **args) == ["answer"]


def test_a_problem_of_another_project_is_not_answered_here(world):
    story, other = scene.rectifying(world), scene.rectifying(world)
    foreign = problems_of(rectification_of(other.fresh()))[0]

    given = {"answer": "补", "actor": world.u1, "on": DUE}
    assert refused(rectification.answer_problem, story.pk, foreign.pk, **given) == ["stale"]


@pytest.mark.parametrize(("on", "late"), [(DUE, False), (day(1), True), (day(30), True)])
def test_a_late_report_is_taken_and_marked(world, on, late):
    story = scene.rectifying(world)

    story.report(on)

    text = Entry.objects.filter(verb="提交整改报告", text__startswith="第1次").get().text
    assert (scene.stage_of(story), "晚于到期日" in text) == (Stage.RECHECKING, late)
    assert list(Deadline.objects.values_list("state", flat=True)) == ["met"]


def test_a_report_on_the_monday_after_a_due_sunday_is_in_time(world):
    story = scene.rectifying(world, served_on=date(2025, 6, 7))

    story.report(date(2026, 6, 8))

    assert not Entry.objects.filter(verb="提交整改报告", text__contains="晚于到期日").exists()


# The re-check
def test_the_drafter_of_the_order_does_not_recheck(world):
    story = scene.rechecking(world)

    assert refused(recheck, story, world.ph) == ["sod"]
    recheck(story, make.user(Role.PH, world.province_hr))


def test_every_problem_gets_a_verdict_and_a_no_its_reason(world):
    story = scene.rechecking(world)
    first, second = problems_of(rectification_of(story.fresh()))

    assert refused(recheck, story, world.pf, {}) == ["verdict", "verdict"]
    assert refused(recheck, story, world.pf, {first.pk: (True, "")}) == ["verdict"]
    assert refused(recheck, story, world.pf, {first.pk: (True, ""), second.pk: (False, " ")}) == ["why"]
    assert recheck(story, world.pf, {first.pk: (True, ""), second.pk: (False, "面积仍不足")}).passed is False
    assert refused(recheck, story, world.pf) == ["done"]


def test_who_rechecked_does_not_sign_the_result(world):
    story = scene.rechecking(world)
    leader = make.user(Role.PF, world.province_finance)
    recheck(story, leader)
    decision = story.draft("T21", DUE)
    make.Membership.objects.create(user=leader, role=Role.PFL, organisation=world.province_finance)
    leader = type(leader).objects.get(pk=leader.pk)

    assert refused(joint.sign_decision, decision.pk, actor=leader, on=DUE) == ["sod"]


def test_a_passed_recheck_ends_in_acceptance_and_closes_every_problem(world):
    story = scene.rechecking(world)
    assert refused(story.draft, "T21", DUE) == ["recheck"]
    recheck(story, world.pf)
    assert refused(story.draft, "T22", day(-1), due_on=str(DUE)) == ["recheck_passed"]

    story.decide("T21", day(40))

    assert scene.stage_of(story) == Stage.ACCEPTED
    assert set(Problem.objects.values_list("state", "closed_on")) == {("closed", day(40))}
    assert rectification_of(story.project) is None
    assert not Deadline.objects.filter(state="open").exists()


def test_a_severe_problem_found_meanwhile_keeps_the_project_from_passing(world):
    story = scene.rechecking(world)
    Problem.objects.filter(project=story.pk).update(level=Problem.Level.SEVERE)
    recheck(story, world.pf)
    found = Problem.objects.create(
        project=story.project, serial=99, number=99, source="inspection", level=Problem.Level.SEVERE, fact="另查出的问题",
        clause="五", requirement="改", opened_on=DUE,
    )  # fmt: skip

    assert refused(story.draft, "T21", DUE) == ["problems"]

    Problem.objects.filter(pk=found.pk).update(level=Problem.Level.MAJOR)
    story.decide("T21", day(40))
    assert scene.stage_of(story) == Stage.ACCEPTED


def test_a_report_past_the_cap_cannot_pass_whatever_the_recheck_says(world):
    story = scene.rechecking(world, on=day(4))
    recheck(story, world.pf, on=day(5))

    assert refused(story.draft, "T21", day(6)) == ["past_cap"]


# Another term, never past the cap
def failed(world):
    story = scene.rechecking(world, on=day(-60), term=6)
    story.recheck(day(-60), passed=False)
    return story


@pytest.mark.parametrize(
    ("due", "expected"),
    [(day(1), ["due_on"]), (day(-50), ["due_on"]), (None, ["due_on"])],
    ids=["past the cap", "today", "none"],
)
def test_a_new_term_ends_by_the_cap(world, due, expected):
    payload = {"due_on": str(due)} if due else {}

    assert refused(failed(world).draft, "T22", day(-50), **payload) == expected


def test_the_cap_itself_is_the_last_possible_day(world):
    story = failed(world)
    answers = set(problems_of(rectification_of(story.fresh())))

    story.decide("T22", day(-50), due_on=str(DUE))

    assert (scene.stage_of(story), dates(story)) == (Stage.RECTIFYING, (DUE, DUE))
    assert {item.answer for item in problems_of(rectification_of(story.project))} == {""}
    assert len(answers) == 2
    assert Deadline.objects.get(state="open").due_on == DUE


@pytest.mark.parametrize("on", [DUE, day(1)], ids=["on the cap", "after it"])
def test_from_the_cap_on_no_term_is_given(world, on):
    assert "cap" in refused(failed(world).draft, "T22", on, due_on=str(day(30)))


def test_a_new_term_drafted_before_the_cap_is_not_signed_on_it(world):
    story = failed(world)
    decision = story.draft("T22", day(-2), due_on=str(DUE))
    joint.sign_decision(decision.pk, actor=world.phl, on=day(-1))

    assert "cap" in refused(joint.sign_decision, decision.pk, actor=world.pfl, on=DUE)
    assert scene.stage_of(story) == Stage.RECHECKING


def test_nobody_holds_an_act_that_extends_the_cap(world):
    story = scene.rectifying(world)

    for person in world.people.values():
        with pytest.raises((Refused, PermissionDenied)):
            scene.draft("T14", story.project, person, DUE, {"months": 6})
    assert dates(story) == (DUE, DUE)


def test_a_second_report_brings_new_proof_for_what_failed(world):
    story = failed(world)
    story.decide("T22", day(-50), due_on=str(DUE))
    for problem in problems_of(rectification_of(story.fresh())):
        rectification.answer_problem(story.pk, problem.pk, answer="再次整改", actor=world.u1, on=day(-40))

    assert refused(rectification.submit_report, story.pk, text="再报", actor=world.u2, on=day(-40)) == ["unanswered"]
