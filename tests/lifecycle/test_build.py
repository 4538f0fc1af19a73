"""建设期: when it starts and ends, who asks for more time, and that only a joint decision in time gives it."""

from datetime import date, timedelta

import pytest

from accounts.models import Entry
from lifecycle.models import Deadline, Request
from lifecycle.operations import build
from lifecycle.operations import decisions as joint
from policy.calendar import add_months
from policy.terms import Stage
from projects.models import Project
from tests import factories as make
from tests.lifecycle import scene
from tests.lifecycle.scene import END, START, refused

BEFORE = END - timedelta(days=40)


def ask(story, months=6, on=BEFORE, reason="进口设备交货推迟"):
    return build.request_extension(story.pk, months=months, reason=reason, actor=story.u2, on=on)


def asked(world):
    story = scene.building(world)
    ask(story)
    return story


def end_of(story):
    return story.fresh().build_end_on


# The start
def test_the_period_starts_with_the_issue_of_the_money(world):
    story = scene.filed(world)
    story.issue(START)

    build.start_building(story.pk, actor=world.ph, on=date(2024, 4, 10))

    project = story.fresh()
    assert (project.stage, project.build_start_on, project.build_end_on) == (Stage.BUILDING, START, END)
    assert list(Deadline.objects.values_list("rule", "due_on", "opened_on")) == [("build_end", END, START)]
    assert Entry.objects.filter(verb="启动建设期", text=f"建设期 {START} 至 {END}").count() == 1


def test_money_recorded_and_not_signed_starts_nothing(world):
    story = scene.filed(world)
    story.issue(START, signed=False)

    assert refused(build.start_building, story.pk, actor=world.ph, on=date(2024, 4, 10)) == ["money"]


@pytest.mark.parametrize(
    ("awarded_on", "expected"),
    [(START, None), (START + timedelta(days=1), ["start_on"])],
    ids=["awarded that day", "awarded the day after"],
)
def test_the_period_does_not_start_before_the_award(world, awarded_on, expected):
    story = scene.filed(world)
    story.issue(START)
    Project.objects.filter(pk=story.pk).update(awarded_on=awarded_on)
    args = {"actor": world.ph, "on": date(2024, 4, 10)}

    if expected:
        assert refused(build.start_building, story.pk, **args) == expected
    else:
        assert build.start_building(story.pk, **args).build_start_on == START


# The request
@pytest.mark.parametrize(
    ("changes", "expected"),
    [({"months": 0}, ["months"]), ({"months": -1}, ["months"]), ({"reason": "  "}, ["reason"]),
     ({"on": END + timedelta(days=1)}, ["expired"])],
    ids=["no month", "a month less", "no reason", "the day after"],
)  # fmt: skip
def test_a_request_that_cannot_be(world, changes, expected):
    assert refused(ask, scene.building(world), **changes) == expected


@pytest.mark.parametrize(("months", "on"), [(1, BEFORE), (12, BEFORE), (6, END)])
def test_a_request_in_time(world, months, on):
    assert ask(scene.building(world), months, on).state == Request.State.OPEN


def test_more_months_than_the_province_has_confirmed_are_only_warned_of(world):
    assert ask(scene.building(world), 13).months == 13


def test_one_request_waits_at_a_time(world):
    assert refused(ask, asked(world)) == ["waiting"]


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage not in {Stage.BUILDING, Stage.DRAFT}], ids=str)
def test_no_request_outside_the_period(world, stage):
    story = scene.story_of(world, make.project(world.unit, stage=stage, build_start_on=START, build_end_on=END))

    assert refused(ask, story) == ["stage"]


# The decision
def test_no_extension_without_a_request(world):
    assert refused(scene.building(world).draft, "T14", BEFORE, months=6) == ["request"]


def test_an_extension_moves_the_end_and_its_deadline_and_answers_the_request(world):
    story = asked(world)

    decision = story.decide("T14", END, months=6)

    assert (end_of(story), story.project.stage) == (add_months(START, 30), Stage.BUILDING)
    assert list(Deadline.objects.values_list("due_on", "state")) == [(date(2026, 9, 1), "open")]
    answers = list(Request.objects.values_list("state", "answer"))
    assert answers == [("granted", f"{decision.number}：延期 6 个月")]


def test_the_end_is_counted_from_the_start_and_never_chained(world):
    story = scene.building(world, build_start_on=date(2024, 2, 29), build_end_on=date(2026, 2, 28))
    ask(story, on=date(2026, 2, 1))

    story.decide("T14", date(2026, 2, 10), months=24)

    assert end_of(story) == date(2028, 2, 29)


def test_after_the_end_nothing_is_extended(world):
    assert refused(asked(world).draft, "T14", END + timedelta(days=1), months=6) == ["expired"]


def test_an_extension_signed_by_one_before_the_end_fails_after_it(world):
    story = asked(world)
    decision = story.draft("T14", END, months=6)
    joint.sign_decision(decision.pk, actor=world.pfl, on=END)

    late = END + timedelta(days=1)
    assert refused(joint.sign_decision, decision.pk, actor=world.phl, on=late) == ["expired"]
    assert end_of(story) == END


def test_a_second_extension_is_a_warning_and_a_decision_of_people(world):
    story = asked(world)
    story.decide("T14", BEFORE, months=6)
    ask(story, 3, on=END)

    story.decide("T14", END, months=3)

    assert (story.fresh().extended_months, end_of(story)) == (9, add_months(START, 33))


@pytest.mark.parametrize("months", [None, 0])
def test_a_decision_names_its_months(world, months):
    assert refused(asked(world).draft, "T14", BEFORE, months=months) == ["months"]


def test_an_extension_does_not_shorten_the_period(world):
    assert refused(asked(world).draft, "T14", BEFORE, months=-6) == ["months"]


def test_a_request_to_end_the_project_does_not_hide_the_one_for_more_time(world):
    story = asked(world)
    build.request_termination(story.pk, reason="转产", actor=world.u2, on=BEFORE)

    story.draft("T14", BEFORE, months=6)
