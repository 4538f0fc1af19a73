"""One person per role: no act that separation of duties guards is left without somebody; none is relaxed."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts import operations as people
from accounts.models import Membership, User
from accounts.queries import first_review_office
from accounts.roles import Role, table
from lifecycle.machine import STEPS
from lifecycle.models import Acceptance
from lifecycle.operations import acceptance
from lifecycle.queries import snapshot_of
from performance import operations as performance
from performance.models import Review
from performance.queries import sheet_of
from policy.findings import Refused
from policy.terms import Line, NodeKind, Stage
from projects import decisions
from projects.models import Decision, DecisionItem
from tests import factories as make
from tests.performance import life

ON = date(2026, 7, 1)
# Every guarded act: the acts before it whose hand may not do it. Where the role is the same, it rises to the other one.
BEFORE = {
    "project:confirm": ("award:import / register draft", "award:draft decision"),
    "project:approve unit/leader change": ("project:draft unit/leader change decision",),
    "project:approve build extension": ("project:draft extension decision", "project:request build extension"),
    "target:submit": ("target:edit draft",),
    "target:first review / return": ("target:submit",),
    "target:first review finance": ("target:submit",),
    "target:review HR": ("target:first review / return",),
    "target:review finance": ("target:first review finance",),
    "target:file 备案": ("target:review HR", "target:review finance"),
    "target:approve revision": ("target:propose revision",),
    "allocation:approve": ("allocation:record 下达",),
    "release:approve": ("release:record 拨付",),
    "budget:consent HR": ("budget:submit",),
    "budget:approve": ("budget:consent HR", "budget:submit"),
    "budget:approve category move": ("budget:propose category move", "budget:draft change decision"),
    "spending:submit": ("spending:record / edit draft",),
    "spending:judge 认定/暂不认定/不认定/return": ("spending:record / edit draft", "spending:submit"),
    "spending:approve reversal": ("spending:propose reversal 冲销",),
    "spending:close flag": ("spending:flag question 疑点",),
    "rectification:issue 下达": ("rectification:draft order",),
    "rectification:re-check 复查": ("rectification:draft order",),
    "acceptance:gate B": ("acceptance:gate B",),
    "acceptance:sign conclusion": ("acceptance:draft conclusion", "acceptance:accept application 受理 / gate A"),
    "evaluation:score / conclude": ("evaluation:score / conclude",),
    "revocation:concur": ("revocation:propose",),
    "revocation:decide": ("revocation:draft decision", "revocation:concur"),
    "revocation:rule on defence": ("revocation:draft ruling",),
    "money hold:place / lift": ("money hold:draft decision", "money hold:propose"),
    "settlement:approve": ("settlement:prepare",),
    "claw_back:approve": ("claw_back:propose",),
    "joint decision:sign / return with reason": ("joint decision:draft / withdraw",),
    "joint decision:answer correction": ("joint decision:propose correction",),
}


# A leader who typed in the sheet: the clerk takes it over (接手编制, tests/journeys/test_one_person_per_role.py).
LENT = {"target:submit": {("target:edit draft", "U2")}}


@pytest.mark.parametrize("act", BEFORE)
def test_whoever_did_what_came_before_another_role_may_go_on(act):
    """With one person per role, the person who did the earlier act is one role; some other role has the act."""
    may = set(table()[act]["grants"])
    earlier = {(before, role) for before in BEFORE[act] for role in table()[before]["grants"]}

    stuck = {(before, role) for before, role in earlier if not may - {role}}
    assert stuck == LENT.get(act, set())


@pytest.fixture
def one_head(world):
    """An office whose only clerk is its only leader: one natural person, drafting and signing."""
    Membership.objects.filter(user=world.phl).update(until=ON - timedelta(days=1))
    Membership.objects.create(user=world.ph, role=Role.PHL, organisation=world.province_hr, since=ON)
    return User.objects.get(pk=world.ph.pk)


def drafted(step, project, drafter):
    decision = Decision.objects.create(
        kind=step.code, title=step.label, number="示例1号", dated_on=ON, reason="理由", basis=step.basis,
        drafted_by=drafter, drafted_on=ON,
    )  # fmt: skip
    DecisionItem.objects.create(decision=decision, project=project)
    return decision


@pytest.mark.parametrize("step", [step for step in STEPS if step.joint], ids=lambda step: step.code)
def test_a_lone_head_who_drafted_is_signed_for_by_a_dated_deputy(world, one_head, step, monkeypatch):
    monkeypatch.setattr("accounts.models.timezone.localdate", lambda: ON)
    decision = drafted(step, make.project(world.unit, stage=Stage.BUILDING), one_head)
    with pytest.raises(Refused, match="不能再签署"):
        decisions.sign(decision, actor=one_head, on=ON)
    spare = make.user("PH", world.province_hr)
    term = one_head.memberships.get(role=Role.PHL)
    people.appoint_deputy(
        one_head.pk, membership_id=term.pk, deputy_id=spare.pk, since=ON, until=ON + timedelta(days=30),
        document="示例任〔2026〕1号", actor=world.sa, on=ON,
    )  # fmt: skip

    complete = [decisions.sign(decision, actor=person, on=ON) for person in (User.objects.get(pk=spare.pk), world.pfl)]

    assert complete == [False, True]
    assert decision.signatures.get(line=Line.HR).deputy_for == one_head


# 县 → 市 → 省
@pytest.fixture
def county(world):
    place = make.node("示例县", NodeKind.COUNTY, world.city)
    offices = {line: make.organisation(place, line) for line in (Line.HR, Line.FINANCE)}
    unit = make.organisation(place)
    return {
        "unit": unit, "u1": make.user("U1", unit), "u2": make.user("U2", unit),
        "ch": make.user("CH", offices[Line.HR]), "cf": make.user("CF", offices[Line.FINANCE]),
    }  # fmt: skip


class Hands:
    """The people of `tests.performance.life`, those of the county where it has them."""

    def __init__(self, world, county):
        self.world, self.county = world, county

    def __getattr__(self, name):
        return self.county.get(name) or getattr(self.world, name)


def review(project, person, agreed=True):
    return performance.first_review(project.pk, actor=person, agreed=agreed, comment="同意", on=ON)


@pytest.mark.parametrize("setting", ["nearest", "stepwise", "city", "none"])
def test_targets_go_up_the_way_the_setting_says(world, county, setting):
    people.set_first_review(world.province.pk, first_review=setting, document="示例1号", actor=world.sa, on=ON)
    project = make.project(county["unit"])
    life.submitted(project, Hands(world, county))
    way = {
        "nearest": [(county["ch"], county["cf"])],
        "stepwise": [(county["ch"], county["cf"]), (world.ch, world.cf)],
        "city": [(world.ch, world.cf)],
        "none": [],
    }[setting]

    for level in way:
        assert sheet_of(project).state == "submitted"
        for person in level:
            review(project, person)

    assert sheet_of(project).state == "reviewing"
    said = [review.reviewer for review in Review.objects.filter(sheet__project=project, level="first").order_by("pk")]
    assert said == [person for level in way for person in level]


def test_the_city_does_not_speak_before_the_county_nor_the_county_twice(world, county):
    people.set_first_review(world.province.pk, first_review="stepwise", document="示例1号", actor=world.sa, on=ON)
    project = make.project(county["unit"])
    life.submitted(project, Hands(world, county))

    with pytest.raises(PermissionDenied, match="初审"):
        review(project, world.ch)
    review(project, county["ch"])
    with pytest.raises(PermissionDenied, match="初审"):
        review(project, county["ch"])
    assert sheet_of(project).hr_office == world.city_hr


def test_the_city_may_return_what_the_county_agreed_to(world, county):
    people.set_first_review(world.province.pk, first_review="stepwise", document="示例1号", actor=world.sa, on=ON)
    project = make.project(county["unit"])
    life.submitted(project, Hands(world, county))
    review(project, county["ch"])

    performance.return_sheet(project.pk, line=Line.HR, actor=world.ch, reason="补充佐证", on=ON)

    assert sheet_of(project).state == "returned"


@pytest.mark.parametrize("setting", ["nearest", "stepwise", "city"])
def test_an_application_for_acceptance_goes_up_the_same_way(world, county, setting):
    people.set_first_review(world.province.pk, first_review=setting, document="示例1号", actor=world.sa, on=ON)
    project = make.project(county["unit"], stage=Stage.IN_ACCEPTANCE)
    offices = {f"{line.value}_office": first_review_office(county["unit"], line) for line in (Line.HR, Line.FINANCE)}
    Acceptance.objects.create(project=project, round=1, applied_by=world.u2, applied_on=ON, summary="完成", **offices)
    low, high = (county["ch"], county["cf"]), (world.ch, world.cf)
    way = {"nearest": [low], "stepwise": [low, high], "city": [high]}[setting]

    for level in way:
        for person in level:
            assert snapshot_of(project, on=ON).acceptance.first_checks_missing
            acceptance.first_check(project.pk, opinion=f"{person.name}同意", actor=person, on=ON)

    facts = snapshot_of(project, on=ON).acceptance
    assert facts.first_checks_missing == ()
    one = Acceptance.objects.get()
    assert [row.by for row in one.passed_opinions.all()] == [person for level in way[:-1] for person in level]
    assert (one.hr_checked_by, one.finance_checked_by) == way[-1]
    if setting == "stepwise":
        with pytest.raises(PermissionDenied, match="初审"):
            acceptance.first_check(project.pk, opinion="再次同意", actor=county["ch"], on=ON)
