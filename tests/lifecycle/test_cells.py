"""Every cell of stage × step × role: who may not is turned away at the door, who may is told what stands in the way.

Roles as the issue and permissions.json give them, written out here: the code is held to them, not to itself.
"""

from dataclasses import dataclass

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import Entry, User
from accounts.roles import Role
from lifecycle.demo.papers import papers_of
from lifecycle.demo.story import publicity
from lifecycle.machine import STEP, STEPS
from lifecycle.operations import acceptance, build, rectification, revocation, targets
from lifecycle.operations import decisions as joint
from policy.findings import Refused
from policy.terms import Line, NodeKind, Stage
from projects.models import Decision
from tests import factories as make
from tests.lifecycle import scene
from tests.performance.life import POINTS

ON = scene.DUE
WHO = {
    "category": {"PH"},
    "T01": {"PH"},
    "T03": {"U2"},
    "T04": {"PH", "PF"},
    "T05": {"PH", "PF"},
    "T06": {"PH", "PF"},
    "T07": {"PH", "PF"},
    "T06 first": {"CH"},
    "T08": {"PH"},
    "T11": {"PH", "PF"},
    "T12": {"PH", "PF"},
    "T13": {"PH", "PF"},
    "T13M": {"PH", "PF"},
    "T14": {"PH"},
    "assess": {"PH", "PF"},
    "T15": {"U2"},
    "T18": {"PH"},
    "T19": {"PH"},
    "T20": {"U2"},
    "T21": {"PH", "PF"},
    "T22": {"PH", "PF"},
    "T23": {"PH"},
    "false": {"PH"},
    "T28J": {"PH"},
    "ruling": {"PH"},
    "T25": {"PH"},
    "T25R": {"PH"},
    "T26": {"PH"},
    "T27": {"PFL"},
    "T29": {"PH"},
    "T30": {"PH"},
    "T31": {"PH"},
    "annul": {"PH"},
    "T32": {"PH"},
}
# What a bare project at the right stage lacks, as the guard calls it. T11, T30: nothing, so it goes for signature.
LACKS = {
    "category": "sector",
    "T01": "category",
    "T03": "no_sheet",
    "T04": "no_sheet",
    "T05": "no_sheet",
    "T06": "no_sheet",
    "T07": "no_sheet",
    "T06 first": "no_sheet",
    "T08": "money",
    "T12": "not_held",
    "T13": "change",
    "T13M": "revision",
    "T14": "request",
    "assess": "assessed",
    "T15": "pack",
    "T18": "panel",
    "T19": "panel",
    "T20": "served",
    "T21": "recheck",
    "T22": "recheck",
    "T23": "served",
    "false": "case",
    "T28J": "graded",
    "ruling": "notice_served",
    "T25": "notice_served",
    "T25R": "notice_served",
    "T26": "notice_served",
    "T27": "settlement",
    "T29": "assessment",
    "T31": "unit_change",
    "annul": "dispute",
    "T32": "dispute",
}


def review(grade):
    return lambda pk, actor: targets.review_targets(pk, points=POINTS[grade], comment="意见", actor=actor, on=ON)


def first_return(pk, actor):
    return targets.return_targets(pk, line=Line.HR, reason="补充", actor=actor, on=ON)


def drafting(code):
    def act(pk, actor):
        said = {"number": "示例1号", "dated_on": ON, "reason": "理由", "uploads": papers_of(code)}
        payload = publicity(ON) if code == "T01" else {}
        return joint.draft_decision(code, {pk: payload}, actor=actor, on=ON, **said)

    return act


ACTS = {
    "T03": lambda pk, actor: targets.submit_targets(pk, actor=actor, on=ON),
    "T06": review("fair"),
    "T07": review("poor"),
    "T06 first": first_return,
    "T08": lambda pk, actor: build.start_building(pk, actor=actor, on=ON),
    "T15": lambda pk, actor: acceptance.apply_acceptance(pk, summary="完成", actor=actor, on=ON),
    "T20": lambda pk, actor: rectification.submit_report(pk, text="已整改", actor=actor, on=ON),
    "T27": lambda pk, actor: revocation.approve_settlement(pk, actor=actor, on=ON),
} | {step.code: drafting(step.code) for step in STEPS if step.joint}


@dataclass
class Cell:
    code: str
    role: str
    actor: User
    stage: Stage

    @property
    def step(self):
        return STEP[self.code.split()[0]]

    @property
    def fits(self):
        return self.stage in self.step.sources

    def objection(self, got, journal):
        """What is wrong with what came of the attempt; "" where nothing is."""
        if self.role not in WHO[self.code]:
            return "" if isinstance(got, PermissionDenied) and journal == 1 else "not denied"
        if self.fits and self.code not in LACKS:
            return "" if got == "done" else "not drafted"
        if not isinstance(got, Refused) or journal != 1:
            return "not refused"
        if self.code == "T27" and not self.fits:
            return "" if "尚未编制清算" in str(got) else "not said"
        if not self.fits:
            return "" if f"“{self.stage.label}”" in str(got) else "stage not named"
        return "" if LACKS[self.code] in {item.code for item in got.findings} else "guard not named"


def people_of(world):
    """Everyone by role; in small letters those whose role is right and whose place is not; and one without a role."""
    far = make.node("示例外省", NodeKind.PROVINCE)
    town = make.node("示例邻市", NodeKind.CITY, world.province)
    strangers = {
        "u2 of another unit": make.user(Role.U2, make.organisation(world.city)),
        "ch of another city": make.user(Role.CH, make.organisation(town, Line.HR)),
        "ph of another province": make.user(Role.PH, make.organisation(far, Line.HR)),
        "ex": make.user(Role.EX, world.province_hr),
        "nobody": User.objects.create_user("nobody", password="示例口令", name="无角色"),
    }
    return world.people | strangers


def attempt(project, cell):
    """The attempt alone; what it did, were it to succeed, is undone."""
    before = scene.journal_end()
    with transaction.atomic():
        got = scene.outcome(lambda: ACTS[cell.code](project.pk, cell.actor))
        lines = scene.journal_end() - before
        transaction.set_rollback(got == "done")
    return cell.objection(got, lines), got


def test_every_step_is_attempted():
    assert set(WHO) == {step.code for step in STEPS} | {"T06 first"}
    assert set(ACTS) == set(WHO)
    assert {code for code in WHO if code not in LACKS} == {"T11", "T30"}


@pytest.mark.parametrize("stage", Stage, ids=str)
def test_every_cell(world, stage):
    project = scene.draft_project(world) if stage == Stage.DRAFT else make.project(world.unit, stage=stage)
    people = people_of(world)
    start = scene.traces(project)

    wrong = []
    for code in WHO:
        for role, actor in people.items():
            objection, got = attempt(project, Cell(code, role, actor, stage))
            if objection:
                wrong.append(f"{stage} × {code} × {role}: {objection}, {type(got).__name__} {got}")
        if scene.traces(project) != start:
            wrong.append(f"{stage} × {code}: something changed")

    assert wrong == []
    assert not Entry.objects.exclude(result="refused").exists()


@pytest.mark.parametrize("act", ["sign", "return", "withdraw", "leave out", "concur"])
def test_who_may_act_on_a_decision(world, act):
    """Signing and returning: PHL and PFL. Withdrawing and leaving out: who drafts. Concurring: PF."""
    project = make.project(world.unit, stage=Stage.ACCEPTED)
    decision = scene.draft("T30", project, world.ph, ON)
    acts = {
        "sign": ({"PHL", "PFL"}, lambda who: joint.sign_decision(decision.pk, actor=who, on=ON)),
        "return": ({"PHL", "PFL"}, lambda who: joint.return_decision(decision.pk, reason="补充", actor=who, on=ON)),
        "withdraw": (
            {"PH", "PF"},
            lambda who: joint.withdraw_decision(decision.pk, actor=who, on=ON, reason="材料需要补充"),
        ),
        "leave out": (
            {"PH"},
            lambda who: joint.leave_out_project(decision.pk, project.pk, reason="", actor=who, on=ON),
        ),
        "concur": ({"PF"}, lambda who: joint.concur_decision(decision.pk, actor=who, on=ON)),
    }
    allowed, run = acts[act]

    admitted = set()
    for role, actor in people_of(world).items():
        with transaction.atomic():
            if not isinstance(scene.outcome(lambda who=actor: run(who)), PermissionDenied):
                admitted.add(role)
            transaction.set_rollback(True)

    assert admitted == allowed
    assert Decision.objects.get().state == Decision.State.SIGNING
