"""检查 as people do it: the plan, the tour, the record and its signatures, and what nobody may change afterwards."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import Membership, Notice, User
from accounts.roles import Role
from lifecycle.models import Inspection, InspectionItem, InspectionNote, InspectionPlan, InspectionSignature
from lifecycle.operations import inspections as record
from lifecycle.operations import inspections_plan as plans
from lifecycle.operations import inspections_tour as tours
from lifecycle.rules.inspections import Candidate, coverage_of, propose
from policy.loader import edition
from projects.models import Attachment, Project
from tests import factories as make
from tests.lifecycle import inspection_scene as scene
from tests.lifecycle.inspection_scene import NINE, ON, day
from tests.lifecycle.scene import refused

pytestmark = pytest.mark.django_db


# The plan


def test_a_plan_holds_every_project_in_its_build_period_with_its_arithmetic(world):
    large = scene.project(world)
    small = [scene.project(world, kind="studio", grant=Decimal(300_000)) for _ in range(4)]
    make.project(world.unit)  # awarded, not building

    plan = plans.draft_plan(year=2026, actor=world.ph, on=ON)

    lines = {line.project_id: line for line in plan.lines.all()}
    assert set(lines) == {large.pk, *(one.pk for one in small)}
    assert lines[large.pk].why == "amount"
    again = propose(
        [Candidate(one.pk, Decimal(300_000), lines[one.pk].risk) for one in small],
        coverage_of(edition(large.edition_code)),
        seed=plan.seed,
    )
    assert {pk: pick.why for pk, pick in again.items()} == {one.pk: lines[one.pk].why for one in small}
    assert sum(line.chosen for line in lines.values()) == 1 + 2  # 4 × 30% = 1.2, rounded up


def test_a_city_plans_for_its_own_projects_only(world):
    own = scene.project(world)
    elsewhere = make.organisation(make.node("示例邻市", "city", world.province))
    make.project(elsewhere, stage="building", build_start_on=date(2025, 3, 1), build_end_on=date(2027, 3, 1))

    plan = plans.draft_plan(year=2026, actor=world.ch, on=ON)

    assert (plan.organisation, [line.project_id for line in plan.lines.all()]) == (world.city_hr, [own.pk])


def test_what_people_change_carries_its_reason_and_the_proposal_stays(world):
    scene.project(world)
    plan = plans.draft_plan(year=2026, actor=world.ph, on=ON)
    line = plan.lines.get()

    assert refused(plans.adjust_plan, plan.pk, line.pk, chosen=False, reason=" ", actor=world.ph, on=ON) == ["reason"]
    plans.adjust_plan(plan.pk, line.pk, chosen=False, reason="上月审计已全面检查", actor=world.ph, on=ON)

    line.refresh_from_db()
    assert (line.chosen, line.why, line.reason, line.changed_by) == (False, "amount", "上月审计已全面检查", world.ph)


def test_a_plan_is_approved_by_another_person_and_then_stands(world):
    scene.project(world)
    scene.project(world)
    plan = plans.draft_plan(year=2026, actor=world.ph, on=ON)
    second = make.user(Role.PH, world.province_hr)

    assert refused(plans.approve_plan, plan.pk, actor=world.ph, on=ON) == ["sod"]
    assert refused(plans.approve_plan, plan.pk, actor=second, on=ON) == ["leader"]
    plans.approve_plan(plan.pk, actor=world.phl, on=ON)

    line = plan.lines.first()
    assert refused(plans.adjust_plan, plan.pk, line.pk, chosen=False, reason="x", actor=world.ph, on=ON) == ["state"]
    assert refused(plans.draft_plan, year=2026, actor=world.ph, on=ON) == ["twice"]


def test_who_adjusted_a_plan_does_not_approve_it(world):
    """A city of one person: the province approves; but not whoever of it had a hand in the plan."""
    scene.project(world)
    plan = plans.draft_plan(year=2026, actor=world.ch, on=ON)
    plans.adjust_plan(plan.pk, plan.lines.get().pk, chosen=False, reason="重复", actor=world.ph, on=ON)
    plans.adjust_plan(plan.pk, plan.lines.get().pk, chosen=True, reason="仍须检查", actor=world.ch, on=ON)

    assert refused(plans.approve_plan, plan.pk, actor=world.ch, on=ON) == ["sod"]
    other = make.user(Role.PH, world.province_hr)
    plans.adjust_plan(plan.pk, plan.lines.get().pk, chosen=False, reason="复核后移出", actor=world.ph, on=ON)
    plans.adjust_plan(plan.pk, plan.lines.get().pk, chosen=True, reason="复核后列入", actor=world.ph, on=ON)

    assert refused(plans.approve_plan, plan.pk, actor=world.ph, on=ON) == ["sod"]
    assert plans.approve_plan(plan.pk, actor=other, on=ON).state == InspectionPlan.State.APPROVED


# Teams and routes


def test_two_accounts_of_one_person_are_one_hand(world):
    """In a team, at the unit, and over a plan (SD1, SD2)."""
    second = make.user(Role.CH, world.city_hr)
    User.objects.filter(pk__in=[world.ph.pk, second.pk]).update(person_key="same")
    world.people["CH2"] = User.objects.get(pk=second.pk)
    one = scene.project(world)

    assert refused(scene.single, world, one, members=("ph", "ch2")) == ["team"]
    Membership.objects.create(user=second, role="U1", organisation=world.unit, since="2020-01-01", until="2025-01-01")
    assert refused(scene.single, world, one) == ["conflict"]
    plan = plans.draft_plan(year=2026, actor=world.ph, on=ON)
    User.objects.filter(pk=world.phl.pk).update(person_key="same")
    assert refused(plans.approve_plan, plan.pk, actor=User.objects.get(pk=world.phl.pk), on=ON) == ["sod"]


def test_a_former_member_of_the_unit_is_refused_by_name(world):
    one = scene.project(world)
    Membership.objects.create(user=world.ch, role="U1", organisation=world.unit, since="2020-01-01", until="2025-01-01")

    assert refused(scene.single, world, one) == ["conflict"]
    assert not Inspection.objects.exists()


def test_nobody_inspects_where_his_role_does_not_reach(world):
    elsewhere = make.organisation(make.node("示例邻市", "city", world.province), "hr")
    world.people["CH2"] = make.user(Role.CH, elsewhere)

    assert refused(scene.single, world, scene.project(world), members=("ph", "ch2")) == ["reach"]
    assert refused(scene.single, world, scene.project(world), members=("ph",)) == ["team"]


def test_who_judged_the_money_inspects_but_does_not_lead(world):
    from tests.permissions.scene import START

    one = scene.project(world)
    one.vouchers.create(
        number="记-1", paid_on=START, category="equipment", source="central", abstract="购置", payee="示例公司",
        amount=Decimal(10), recorded_by=world.u1, recorded_on=START, judged_by=world.pf, judged_on=START,
    )  # fmt: skip

    assert refused(scene.single, world, one, members=("ph", "pf"), leader="pf") == ["leader_judged"]
    assert scene.single(world, one, members=("ph", "pf"), leader="ph").state == "planned"


def test_a_conflict_shows_also_when_the_route_or_the_team_changes(world):
    one, made = scene.project(world), scene.tour(world)
    scene.stop(world, made, one)
    Membership.objects.create(user=world.cf, role="U1", organisation=world.unit, since="2020-01-01", until="2025-01-01")
    first = made.teams.get()

    assert refused(scene.team, world, made, members=("ph", "cf"), team_id=first.pk) == ["conflict"]
    second = scene.team(world, made, members=("ph", "cf"), name="第二组")
    moved = {"team_id": second.pk, "order": 1, "visit_on": ON, "visit_at": NINE, "actor": world.ph, "on": ON}
    assert refused(tours.move_stop, made.pk, made.stops.get().pk, **moved) == ["conflict"]


def test_only_projects_in_their_build_period_are_put_on_the_route(world):
    made = scene.tour(world)
    one = make.project(world.unit, stage="accepted")

    assert refused(scene.stop, world, made, one) == ["stage"]


def test_a_tour_of_a_plan_goes_to_projects_of_the_plan(world):
    planned = scene.project(world)
    plan = plans.draft_plan(year=2026, actor=world.ph, on=ON)
    assert refused(tours.draft_tour, title="春季巡查", plan=plan, actor=world.ph, on=ON) == ["plan"]
    plan = plans.approve_plan(plan.pk, actor=world.phl, on=ON)
    made = tours.draft_tour(title="春季巡查", plan=plan, actor=world.ph, on=ON)
    scene.team(world, made)

    assert refused(scene.stop, world, made, scene.project(world)) == ["plan"]
    scene.stop(world, made, planned)
    assert refused(scene.stop, world, made, planned) == ["twice"]


def test_the_notice_reaches_every_unit_of_the_route_once(world):
    made = scene.tour(world)
    for order in (1, 2):
        scene.stop(world, made, scene.project(world), order=order)

    scene.issue(world, made)

    papers = Attachment.objects.filter(about="inspection_notice")
    assert (papers.count(), papers.values("path").distinct().count()) == (2, 1)
    assert Notice.objects.filter(user=world.u2, text__contains="接受检查").count() == 2
    assert refused(scene.stop, world, made, scene.project(world)) == ["state"]


def test_a_tour_is_summed_up_when_every_stop_is_signed_or_dropped(world):
    made = scene.tour(world)
    first, second = (scene.stop(world, made, scene.project(world), order=order) for order in (1, 2))
    scene.issue(world, made)
    scene.checked(first, world.ch)
    scene.visited(first, world.ph)
    scene.sign(first, world.ch, world.ph)

    assert refused(tours.summarise_tour, made.pk, summary="总体良好", actor=world.ph, on=ON) == ["stops"]
    tours.drop_stop(made.pk, second.pk, reason="单位搬迁，另行安排", actor=world.ph, on=ON)

    assert tours.summarise_tour(made.pk, summary="总体良好", actor=world.ph, on=ON).state == "done"
    assert refused(tours.drop_stop, made.pk, first.pk, reason="x", actor=world.ph, on=ON) == ["state"]


# The record


def test_nothing_is_recorded_before_the_notice_and_by_nobody_else(world):
    made = scene.tour(world)
    inspection = scene.stop(world, made, scene.project(world))

    assert refused(scene.visited, inspection, world.ph) == ["notice"]
    scene.issue(world, made)
    assert refused(scene.visited, inspection, world.pf) == ["member"]
    assert refused(scene.checked, inspection, world.cf) == ["member"]


def test_what_is_not_met_is_said_and_what_another_wrote_is_not_lost(world):
    inspection = scene.single(world)
    first, other = inspection.items.all()[:2]
    ids = {"actor": world.ph, "on": ON}
    bad = {first.pk: record.Checked("bad")}

    assert refused(record.save_items, inspection.project_id, inspection.pk, items=bad, **ids) == ["actual"]
    none = {first.pk: record.Checked("")}
    assert refused(record.save_items, inspection.project_id, inspection.pk, items=none, **ids) == ["verdict"]
    met = {first.pk: record.Checked("met")}
    assert refused(record.save_items, inspection.project_id, inspection.pk, items=met, seen="x", **ids) == ["stale"]
    foreign = {scene.single(world).items.first().pk: record.Checked("met")}
    assert refused(record.save_items, inspection.project_id, inspection.pk, items=foreign, **ids) == ["item"]
    other.refresh_from_db()
    assert (first.verdict, other.verdict) == ("", "")


def test_everyone_signs_the_leader_last_and_then_the_record_is_frozen(world):
    inspection = scene.ready(world)

    assert refused(scene.sign, inspection, world.ph) == ["last"]
    scene.sign(inspection, world.ch)
    assert refused(scene.sign, inspection, world.ch) == ["twice"]
    assert refused(scene.checked, inspection, world.ph) == ["signed"]
    assert refused(scene.visited, inspection, world.ph) == ["signed"]
    inspection = scene.sign(inspection, world.ph)

    assert (inspection.state, inspection.signed_on) == ("signed", ON)
    assert refused(scene.checked, inspection, world.ph) == ["state"]
    finding = inspection.findings.get()
    assert (finding.item.code, finding.fact) == ("N2a", "培训场所达到1000平方米以上：现场未见台账")
    assert Project.objects.get(pk=inspection.project_id).stage == "building"


@pytest.mark.parametrize("model", [InspectionItem, InspectionSignature, InspectionNote])
def test_the_database_itself_keeps_a_signed_record(world, model):
    inspection = scene.signed(world)
    record.note_record(inspection.project_id, inspection.pk, text="笔误：面积应为 980", actor=world.ch, on=ON)
    changes = {
        InspectionItem: {"verdict": "met"}, InspectionSignature: {"signer": world.pf}, InspectionNote: {"text": "无"},
    }[model]  # fmt: skip
    row = model.objects.latest("pk")

    for attempt in (lambda: model.objects.filter(pk=row.pk).update(**changes), row.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    assert model.objects.filter(pk=row.pk).exists()


def test_a_correction_stands_beside_the_record(world):
    inspection = scene.signed(world)
    item = inspection.items.get(code="N2a")

    record.note_record(
        inspection.project_id, inspection.pk, text="面积应为 980", item_id=item.pk, actor=world.ch, on=day(1)
    )

    note = inspection.notes.get()
    assert (note.item, note.by, note.on) == (item, world.ch, day(1))
    ids = (inspection.project_id, inspection.pk)
    assert refused(record.note_record, *ids, text="x", actor=world.pf, on=day(1)) == ["member"]


def test_the_leader_sends_the_record_back_and_everyone_signs_again(world):
    inspection = scene.ready(world)
    scene.sign(inspection, world.ch)
    ids = (inspection.project_id, inspection.pk)

    assert refused(record.reopen_record, *ids, reason="补拍照片", actor=world.ch, on=ON) == ["leader"]
    record.reopen_record(*ids, reason="补拍照片", actor=world.ph, on=ON)
    scene.checked(inspection, world.ch, bad=("N2a", "N3b"))
    inspection = scene.sign(inspection, world.ch, world.ph)

    assert inspection.findings.count() == 2
    assert [one.void_on for one in inspection.signatures.all()] == [ON, None, None]


def test_whoever_is_in_conflict_by_now_does_not_sign(world):
    inspection = scene.ready(world)
    Membership.objects.create(user=world.ch, role="U1", organisation=world.unit, since="2020-01-01", until="2025-01-01")

    assert refused(scene.sign, inspection, User.objects.get(pk=world.ch.pk)) == ["conflict"]
    assert not inspection.signatures.exists()


def test_nobody_signs_with_a_password_just_reset_by_another(world):
    inspection = scene.ready(world)
    User.objects.filter(pk=world.ch.pk).update(password_reset_at=timezone.now())

    assert refused(scene.sign, inspection, User.objects.get(pk=world.ch.pk)) == ["password_reset"]


def test_the_unit_says_it_has_seen_the_record_once(world):
    inspection = scene.ready(world)
    ids = (inspection.project_id, inspection.pk)
    assert refused(record.see_record, *ids, actor=world.u1, on=ON) == ["state"]
    scene.sign(inspection, world.ch, world.ph)

    record.see_record(*ids, remark="情况属实", actor=world.u1, on=ON)

    inspection = scene.fresh(inspection)
    assert (inspection.seen_by, inspection.seen_remark) == (world.u1, "情况属实")
    assert refused(record.see_record, *ids, actor=world.u2, on=ON) == ["seen"]
