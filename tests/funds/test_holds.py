"""资金暂停: asked for, placed and lifted by joint decision; what stands still meanwhile."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import User
from funds import operations, queries, rules
from funds.models import FundHold, HoldRequest
from lifecycle.operations import decisions as joint
from policy.findings import Refused
from policy.terms import Stage
from projects.models import Alert, Decision, Project
from projects.queries import files_for
from tests.funds.scene import ON, document_of, issue, upload
from tests.funds.test_documents import codes
from tests.funds.test_releases import release


def signers(world):
    return User.objects.get(memberships__role="PHL"), world.finance_head


def decide(world, code, number="示例暂停1号", projects=None):
    decision = draft(world, code, number, projects)
    for signer in signers(world):
        joint.sign_decision(decision.pk, actor=signer, on=ON)
    return Decision.objects.get(pk=decision.pk)


def draft(world, code, number="示例暂停1号", projects=None):
    said = {"number": number, "dated_on": ON, "reason": "审计发现挪用嫌疑", "uploads": {"ground": upload("依据.png")}}
    payloads = {project.pk: {} for project in projects or [world.project]}
    return joint.draft_decision(code, payloads, actor=world.hr, on=ON, **said)


def ask(world, actor=None, **changes):
    facts = {"lifts": False, "reason": "逾期不报", "on": ON} | changes
    return operations.request_hold(world.project.pk, actor=actor or world.city_finance, **facts)


@pytest.mark.parametrize(
    ("held", "lifts", "expected"),
    [(False, False, []), (True, False, ["held"]), (True, True, []), (False, True, ["not_held"])],
)
def test_check_hold(held, lifts, expected):
    assert codes(list(rules.check_hold(held=held, lifts=lifts))) == expected


def test_two_signatures_hold_the_money_of_several_projects(world):
    decision = decide(world, "T11", projects=[world.project, world.sibling])

    assert set(FundHold.objects.values_list("project", "placed_by", "placed_on")) == {
        (pk, decision.pk, ON) for pk in (world.project.pk, world.sibling.pk)
    }
    assert Alert.objects.filter(code="held", cleared_on=None).count() == 2
    assert Project.objects.get(pk=world.project.pk).stage == Stage.BUILDING


def test_one_signature_holds_nothing(world):
    decision = draft(world, "T11")

    joint.sign_decision(decision.pk, actor=world.finance_head, on=ON)

    assert not FundHold.objects.exists()


def test_while_held_nothing_new_is_given_or_sent_and_what_came_is_recorded(world):
    issue(world, {world.project.pk: Decimal(6_000_000)})
    waiting = document_of(world, {world.project.pk: Decimal(1)}, number="示例待签1号")
    decide(world, "T11")

    refused = []
    for act in (
        lambda: document_of(world, {world.project.pk: Decimal(1)}, number="示例2号"),
        lambda: operations.approve_fund_document(waiting.pk, actor=world.finance_head, on=ON),
        lambda: release(world, 1),
    ):
        with pytest.raises(Refused) as caught:
            act()
        refused.append(codes(caught))
    allocation = world.project.allocations.order_by("pk").first()
    operations.confirm_receipt(
        world.project.pk, allocation.pk, actor=world.leader, received_on=ON, amount=Decimal(5), on=ON
    )

    assert refused == [["held"], ["held"], ["held"]]
    assert queries.ledger_of(world.project).received == Decimal(5)


def test_a_hold_is_lifted_by_two_signatures_and_may_come_again(world):
    decide(world, "T11")
    with pytest.raises(Refused) as twice:
        draft(world, "T11", "示例暂停2号")

    lifted = decide(world, "T12", "示例恢复1号")
    issue(world)
    with pytest.raises(Refused) as idle:
        draft(world, "T12", "示例恢复2号")
    decide(world, "T11", "示例暂停3号")

    assert (codes(twice), codes(idle)) == (["held"], ["not_held"])
    assert list(FundHold.objects.order_by("pk").values_list("lifted_by", "lifted_on")) == [
        (lifted.pk, ON),
        (None, None),
    ]
    assert Alert.objects.filter(code="held", cleared_on=None).count() == 1


def test_a_city_asks_and_the_decision_answers(world):
    asked = ask(world)
    with pytest.raises(Refused) as waiting:
        ask(world, world.finance)
    decision = decide(world, "T11")

    asked.refresh_from_db()
    assert codes(waiting) == ["waiting"]
    assert (asked.state, asked.answered_on) == (HoldRequest.State.TAKEN, ON)
    assert decision.number in asked.answer


def test_a_request_is_declined_by_another_with_the_reason(world):
    asked = ask(world, world.finance)

    refused = []
    for actor, answer in ((world.finance, "不采纳"), (world.hr, " ")):
        with pytest.raises(Refused) as caught:
            operations.decline_hold(world.project.pk, asked.pk, actor=actor, answer=answer, on=ON)
        refused.append(codes(caught))
    done = operations.decline_hold(world.project.pk, asked.pk, actor=world.hr, answer="已说明", on=ON)
    with pytest.raises(Refused):
        operations.decline_hold(world.project.pk, asked.pk, actor=world.hr, answer="再答", on=ON)

    assert refused == [["sod"], ["answer"]]
    assert (done.state, done.answer) == ("declined", "已说明")


@pytest.mark.parametrize(("changes", "expected"), [({"reason": " "}, ["reason"]), ({"lifts": True}, ["not_held"])])
def test_a_request_says_why_and_fits_what_stands(world, changes, expected):
    with pytest.raises(Refused) as refused:
        ask(world, **changes)

    assert codes(refused) == expected


@pytest.mark.parametrize("who", ["clerk", "leader", "finance_head"])
def test_who_may_not_ask(world, who):
    with pytest.raises(PermissionDenied):
        ask(world, getattr(world, who))


def test_the_papers_of_a_request_are_not_the_units(world):
    ask(world, uploads=[upload("线索.png")])

    assert (files_for(world.leader, world.project).count(), files_for(world.hr, world.project).count()) == (0, 1)


def test_the_pages_show_the_hold_and_the_request(world, client):
    url = reverse("funds:money_in", args=[world.project.pk])
    client.force_login(world.city_finance)
    client.post(reverse("funds:hold_request", args=[world.project.pk]), {"reason": "逾期不报", "number": "示例函1号"})
    asked = HoldRequest.objects.get()
    client.force_login(world.hr)
    offered = client.get(url).content.decode()
    task = [one.title for one in queries.tasks_for(world.hr, ON)]
    decide(world, "T11")
    client.force_login(world.leader)
    told = client.get(url).content.decode()

    assert asked.lifts is False
    assert all(text in offered for text in ("拟制暂停决定", "不采纳", "示例函1号"))
    assert "处理暂停资金的建议" in task
    assert "资金已暂停" in told
    assert "示例函1号" not in told


def test_a_held_project_is_not_offered_for_a_second_hold(world, client):
    decide(world, "T11")
    client.force_login(world.hr)

    page = client.get(reverse("lifecycle:decision_new", args=["T11"])).content.decode()

    assert "资金已在暂停中" in page
