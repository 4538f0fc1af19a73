"""The table of steps is the handbook's: 13 stages, its arrows and no other, every act a row of the permissions."""

from collections import Counter

import pytest

from accounts.roles import Action, grants, table
from lifecycle.machine import STEPS, steps_from
from lifecycle.operations.effects import EFFECTS
from policy.terms import Stage

HANDBOOK = {
    "draft": "待立项",
    "awarded": "已立项",
    "target_review": "绩效目标审核",
    "target_filed": "目标已备案",
    "building": "建设中",
    "in_acceptance": "验收中",
    "accepted": "通过验收",
    "rectifying": "限期整改",
    "rechecking": "整改复验",
    "revocation_notice": "拟取消告知",
    "revoked": "取消称号",
    "settled": "已清算",
    "terminated": "终止",
}
LIVE = tuple(HANDBOOK)[:10]
# The stage arrows of handbook 12 (transitions.csv), T25 with its two ways.
ARROWS = (
    {
        ("T01", "draft", "awarded"),
        ("T03", "awarded", "target_review"),
        ("T04", "target_review", "target_filed"),
        ("T05", "target_review", "target_filed"),
        ("T06", "target_review", "awarded"),
        ("T07", "target_review", "awarded"),
        ("T08", "target_filed", "building"),
        ("T15", "building", "in_acceptance"),
        ("T18", "in_acceptance", "accepted"),
        ("T19", "in_acceptance", "rectifying"),
        ("T20", "rectifying", "rechecking"),
        ("T21", "rechecking", "accepted"),
        ("T22", "rechecking", "rectifying"),
        ("T23", "rectifying", "revocation_notice"),
        ("T23", "rechecking", "revocation_notice"),
        ("T25", "revocation_notice", "rechecking"),
        ("T25R", "revocation_notice", "rectifying"),
        ("T26", "revocation_notice", "revoked"),
        ("T27", "revoked", "settled"),
        ("T29", "accepted", "rectifying"),
        ("T32", "revoked", "revocation_notice"),
    }
    | {("T30", stage, "terminated") for stage in LIVE}
    | {
        ("false", stage, "revocation_notice")
        for stage in LIVE[1:9]  # docs/decisions/0011-false-material.md
    }
)
HELD = (
    "target_filed", "building", "in_acceptance", "accepted", "rectifying", "rechecking", "revocation_notice",
)  # fmt: skip
ACTS_INSIDE = {
    "category": ("draft",), "T11": HELD, "T12": HELD, "T13": ("building",), "T13M": ("building",), "T14": ("building",),
    "ruling": ("revocation_notice",), "assess": HELD[1:], "T28J": ("accepted",), "T31": LIVE, "annul": tuple(Stage),
}  # fmt: skip


def test_there_are_thirteen_stages_with_the_names_of_the_handbook():
    assert dict(Stage.choices) == HANDBOOK


def test_the_arrows_are_those_of_the_handbook_and_no_other():
    arrows = {(step.code, str(source), str(step.target)) for step in STEPS if step.target for source in step.sources}

    assert arrows == ARROWS


def test_the_acts_inside_a_stage_are_these():
    assert {step.code: step.sources for step in STEPS if step.target is None} == ACTS_INSIDE


def test_no_code_stands_twice():
    assert [code for code, times in Counter(step.code for step in STEPS).items() if times > 1] == []


def test_every_stage_is_reached_from_the_draft():
    reached, waiting = set(), [Stage.DRAFT]
    while waiting:
        stage = waiting.pop()
        reached.add(stage)
        waiting += [step.target for step in steps_from(stage) if step.target and step.target not in reached]

    assert reached == set(Stage)


def test_only_settled_and_terminated_are_the_end_unless_a_judgment_takes_a_decision_back():
    ends = {stage for stage in Stage if {step.code for step in steps_from(stage)} == {"annul"}}

    assert ends == {Stage.SETTLED, Stage.TERMINATED}


def test_nothing_leads_out_of_revoked_but_settlement_and_a_judgment():
    assert {step.code for step in steps_from(Stage.REVOKED)} == {"T27", "annul", "T32"}


def test_only_the_revocation_decision_leads_to_revoked():
    assert {(step.code, step.joint) for step in STEPS if step.target == Stage.REVOKED} == {("T26", True)}


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.code)
def test_every_step_is_governed_by_a_row_of_the_permissions(step):
    assert step.action in table()
    assert grants(step.action)


@pytest.mark.parametrize("action", Action, ids=str)
def test_every_act_is_a_row_of_the_permissions(action):
    assert action in table()


@pytest.mark.parametrize("step", [step for step in STEPS if step.joint], ids=lambda step: step.code)
def test_a_joint_step_carries_a_paper_and_has_an_effect(step):
    assert bool(step.documents) == (step.code not in {"T04", "T05"})
    assert len({paper.code for paper in step.documents}) == len(step.documents)
    assert step.code in EFFECTS


def test_nothing_but_joint_steps_has_an_effect_by_signature():
    assert set(EFFECTS) == {step.code for step in STEPS if step.joint}


def test_what_may_be_decided_for_several_projects_at_once():
    assert {step.code for step in STEPS if step.several} == {
        "T01", "T04", "T05", "T11", "T12", "T18", "assess", "T28J",
    }  # fmt: skip


def test_only_the_two_ways_to_a_notice_of_revocation_need_concurrence():
    assert {step.code for step in STEPS if step.concurred} == {"T23", "false"}


def test_every_step_says_what_it_does_and_on_what_ground():
    silent = {step.code for step in STEPS if not step.label or not step.basis or not step.effects}

    assert silent == set()
