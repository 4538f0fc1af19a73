"""The two signatures: one of each department, by different people, never by who drafted it."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import Membership
from policy.findings import Refused
from policy.terms import Line
from projects import decisions
from projects.models import Decision, DecisionItem, Signature
from tests import factories as make
from tests.projects.scene import ON, codes


@pytest.fixture
def project(world):
    return make.project(world.unit)


def propose(world, *projects, actor=None, **changes):
    given = {
        "kind": "award", "title": "立项决定", "number": "联合〔2026〕1号", "dated_on": ON, "reason": "评审通过",
        "basis": "通知三", "items": {project: {} for project in projects}, "actor": actor or world.ph, "on": ON,
    }  # fmt: skip
    return decisions.propose(**given | changes)


def sign(decision, actor):
    with transaction.atomic():
        return decisions.sign(decisions.lock(decision.pk, actor=actor), actor=actor, on=ON)


@pytest.mark.parametrize("order", [("phl", "pfl"), ("pfl", "phl")])
def test_it_stands_with_the_second_signature_in_any_order(world, project, order):
    decision = propose(world, project)

    stands = [sign(decision, getattr(world, who)) for who in order]

    assert stands == [False, True]
    assert set(decision.signatures.values_list("line", flat=True)) == {Line.HR, Line.FINANCE}


def test_one_person_does_not_sign_twice(world, project):
    """SD2"""
    decision = propose(world, project)
    sign(decision, world.phl)

    with pytest.raises(Refused) as caught:
        sign(decision, world.phl)

    assert codes(caught) == ["twice"]


def test_one_person_does_not_sign_for_the_other_department_either(world, project):
    """SD2: also not under another role."""
    decision = propose(world, project)
    sign(decision, world.phl)
    Membership.objects.filter(user=world.phl).update(role="PFL", organisation=world.province_finance)
    again = type(world.phl).objects.get(pk=world.phl.pk)

    with pytest.raises(Refused) as caught:
        sign(decision, again)

    assert codes(caught) == ["twice"]


def test_a_department_signs_once(world, project):
    decision = propose(world, project)
    sign(decision, world.phl)

    with pytest.raises(Refused) as caught:
        sign(decision, make.user("PHL", world.province_hr))

    assert codes(caught) == ["line"]


@pytest.mark.parametrize("part", ["drafted_by", "concurred_by"])
def test_who_drafted_or_concurred_does_not_sign(world, project, part):
    """SD1"""
    decision = propose(world, project)
    Decision.objects.update(**{part: world.phl})

    with pytest.raises(Refused) as caught:
        sign(decision, world.phl)

    assert codes(caught) == ["sod"]


@pytest.mark.parametrize("who", ["u2", "ch", "ph", "pf", "au", "sa", "stranger"])
def test_only_the_two_leaders_sign(world, project, who):
    decision = propose(world, project)

    with pytest.raises(PermissionDenied):
        sign(decision, getattr(world, who))

    assert not decision.signatures.exists()


def test_a_leader_of_another_province_does_not_sign(world, project):
    decision = propose(world, project)

    with pytest.raises(PermissionDenied):
        sign(decision, make.user("PHL", world.other_hr))


def test_a_decision_beyond_the_reach_in_one_project_is_not_signed(world, project):
    outside = make.project(make.organisation(world.other_hr.node))
    decision = propose(world, project, outside)

    with pytest.raises(PermissionDenied):
        sign(decision, world.phl)


def test_a_return_needs_a_reason_and_ends_it(world, project):
    decision = propose(world, project)
    sign(decision, world.phl)

    with pytest.raises(Refused) as without:
        decisions.return_(decision, actor=world.pfl, reason="  ", on=ON)
    decisions.return_(decision, actor=world.pfl, reason="金额须核对", on=ON)
    with pytest.raises(Refused) as after:
        sign(decision, world.pfl)

    decision.refresh_from_db()
    assert (codes(without), codes(after)) == (["reason"], ["state"])
    assert decision.state == Decision.State.RETURNED
    assert decision.signatures.get(agreed=False).reason == "金额须核对"


def test_only_who_drafted_it_withdraws(world, project):
    decision = propose(world, project)

    with pytest.raises(Refused) as caught:
        decisions.withdraw(decision, actor=world.pf, reason="材料需要补充")
    decisions.withdraw(decision, actor=world.ph, reason="材料需要补充")
    with pytest.raises(Refused) as again:
        decisions.withdraw(decision, actor=world.ph, reason="材料需要补充")

    assert (codes(caught), codes(again)) == (["drafter"], ["state"])


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"number": " "}, ["number"]),
        ({"reason": ""}, ["reason"]),
        ({"dated_on": date(2026, 3, 3)}, ["dated_on"]),
        ({"items": {}}, ["projects"]),
    ],
)
def test_a_draft_says_what_it_must(world, project, changes, wrong):
    with pytest.raises(Refused) as caught:
        propose(world, project, **changes)

    assert codes(caught) == wrong


def test_a_project_waits_in_one_decision_of_a_kind(world, project):
    first = propose(world, project)

    with pytest.raises(Refused) as caught:
        propose(world, project)
    decisions.withdraw(first, actor=world.ph, reason="材料需要补充")
    second = propose(world, project)

    assert codes(caught) == ["waiting"]
    assert second.items.count() == 1


def test_a_project_left_out_may_stand_in_another_decision(world, project):
    decision = propose(world, project)
    item = decision.items.get()

    decisions.leave_out(decision, item, note="材料待补")

    item.refresh_from_db()
    assert (item.state, item.note) == (DecisionItem.State.LEFT_OUT, "材料待补")
    assert propose(world, project).items.count() == 1


@pytest.mark.parametrize("same", ["line", "signer"])
def test_the_database_holds_one_signature_of_a_department_and_of_a_person(world, project, same):
    decision = propose(world, project)
    Signature.objects.create(decision=decision, line=Line.HR, signer=world.phl, on=ON, agreed=True)
    line = Line.HR if same == "line" else Line.FINANCE
    signer = world.pfl if same == "line" else world.phl

    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.create(decision=decision, line=line, signer=signer, on=ON, agreed=True)
