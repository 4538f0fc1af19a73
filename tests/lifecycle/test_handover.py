"""交接: everything open goes to another of the same seat at once; what was done keeps the old name."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Entry
from funds.models import Voucher
from lifecycle.operations import decisions as joint
from lifecycle.operations import handover as ops
from policy.findings import Refused
from policy.terms import Stage
from projects.models import Decision
from tests import factories as make
from tests.lifecycle import scene

ON = date(2026, 7, 1)


def hand(world, giver, taker, **changes):
    given = {"document": "交接单1号", "actor": world.sa} | changes
    return ops.hand_over_work(giver.pk, taker_id=taker.pk, on=ON, **given)


def voucher(world, project):
    return Voucher.objects.create(
        project=project, number="记-1", paid_on=ON, category="equipment", source="central", abstract="设备",
        payee="示例公司", amount=100, recorded_by=world.u1, recorded_on=ON,
    )  # fmt: skip


def test_a_drafted_decision_goes_on_with_another_hand(world):
    project, colleague = make.project(world.unit, stage=Stage.BUILDING), make.user("PH", world.province_hr)
    decision = scene.draft("T11", project, world.ph, ON)

    assert hand(world, world.ph, colleague) == 1

    kept = Decision.objects.get()
    assert (kept.drafted_by, kept.handler) == (world.ph, colleague)
    with pytest.raises(Refused, match="承办"):
        joint.withdraw_decision(decision.pk, actor=world.ph, on=ON, reason="重拟")
    joint.withdraw_decision(decision.pk, actor=colleague, on=ON, reason="重拟")
    assert Entry.objects.filter(verb="交接工作", project_id=project.pk).count() == 1


def test_drafts_of_payments_go_to_another_clerk_of_the_unit(world):
    project, colleague = make.project(world.unit, stage=Stage.BUILDING), make.user("U1", world.unit)
    row = voucher(world, project)

    hand(world, world.u1, colleague)

    row.refresh_from_db()
    assert (row.recorded_by, row.handed_to) == (world.u1, colleague)


@pytest.mark.parametrize("case", ["other unit", "other role", "self"])
def test_work_stays_in_the_seat(world, case):
    voucher(world, make.project(world.unit, stage=Stage.BUILDING))
    taker = {"other unit": make.user("U1", make.organisation(world.city)), "other role": world.u2, "self": world.u1}[
        case
    ]

    with pytest.raises(Refused, match="同一单位担任同一角色"):
        hand(world, world.u1, taker)


def test_a_handover_has_its_paper_and_something_to_hand_over(world):
    colleague = make.user("U1", world.unit)
    with pytest.raises(Refused, match="交接依据"):
        hand(world, world.u1, colleague, document=" ")
    with pytest.raises(Refused, match="没有需要交接"):
        hand(world, world.u1, colleague)


@pytest.mark.parametrize("role", ["U1", "U2", "CH", "CF", "PH", "PHL", "PF", "PFL", "AU"])
def test_nobody_else_moves_the_work_of_others(world, role):
    row = voucher(world, make.project(world.unit, stage=Stage.BUILDING))
    colleague = make.user("U1", world.unit)

    with pytest.raises(PermissionDenied):
        hand(world, world.u1, colleague, actor=world.people[role])
    row.refresh_from_db()
    assert row.handed_to is None


def test_one_click_hands_over_all_of_it(world, client):
    project, colleague = make.project(world.unit, stage=Stage.BUILDING), make.user("U1", world.unit)
    voucher(world, project)
    client.force_login(world.sa)

    page = client.get(f"/handover/{world.u1.pk}/").content.decode()
    answer = client.post(f"/handover/{world.u1.pk}/", {"taker": colleague.pk, "document": "交接单1号"})

    assert "支出草稿和退回的支出 1 项" in page
    assert answer.status_code == 302
    assert Voucher.objects.get().handed_to == colleague
