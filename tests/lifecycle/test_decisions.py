"""Joint decisions: drafted once, signed by both departments, in effect with the second signature, or returned."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Entry, Membership, Notice, User
from accounts.roles import Role
from lifecycle.demo.papers import paper, papers_of
from lifecycle.operations import decisions as joint
from policy.terms import Stage
from projects.models import Decision, DecisionItem, Project, Signature
from tests import factories as make
from tests.lifecycle import scene
from tests.lifecycle.scene import DUE as ON
from tests.lifecycle.scene import refused
from tests.performance import life

State, Item = Decision.State, DecisionItem.State


@pytest.fixture
def drafts(world):
    return scene.ready_drafts(world, 3)


@pytest.fixture
def decision(world, drafts):
    """T01 over three drafts, waiting for both signatures."""
    return scene.draft("T01", drafts, world.ph, ON)


def again(user):
    """The same person in another session: what they may do is read anew."""
    return User.objects.get(pk=user.pk)


def also(user, role, organisation):
    Membership.objects.create(user=user, role=role, organisation=organisation)
    return again(user)


def stages():
    return list(Project.objects.order_by("pk").values_list("stage", flat=True))


def items(decision):
    return list(decision.items.order_by("project_id").values_list("state", flat=True))


# Drafting
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"number": "  "}, ["number"]),
        ({"reason": "\n"}, ["reason"]),
        ({"dated_on": ON + timedelta(days=1)}, ["dated_on"]),
        ({"uploads": {}}, ["document", "document"]),
        ({"uploads": {"list": paper("名单")}}, ["document"]),
        ({"number": "", "reason": "", "uploads": {}}, ["document", "document", "number", "reason"]),
    ],
    ids=["no number", "no reason", "dated tomorrow", "no papers", "one paper short", "everything at once"],
)
def test_a_draft_is_complete(world, drafts, changes, expected):
    assert refused(scene.draft, "T01", drafts, world.ph, ON, **changes) == expected


def test_a_draft_over_nothing_is_refused(world):
    assert refused(scene.draft, "T01", [], world.ph, ON) == ["projects"]


def test_a_draft_keeps_number_reason_papers_and_projects(world, drafts):
    made = scene.draft("T01", drafts, world.ph, ON, number=" 示例〔2026〕9号 ", dated_on=ON - timedelta(days=1))

    assert (made.number, made.state, made.drafted_by, made.drafted_on) == ("示例〔2026〕9号", "signing", world.ph, ON)
    assert items(made) == [Item.OPEN] * 3
    assert stages() == [Stage.DRAFT] * 3
    for project in drafts:
        assert list(project.attachments.values_list("purpose", flat=True)) == ["备案名单文件", "公示截图"]


def test_a_file_that_is_not_what_it_says_stops_the_draft(world, drafts):
    uploads = papers_of("T01")
    uploads["list"].name = "名单.exe"

    assert refused(scene.draft, "T01", drafts, world.ph, ON, uploads=uploads) == ["file_type"]


def test_what_is_decided_one_by_one_is_not_drafted_over_two(world):
    two = [make.project(world.unit, stage=Stage.ACCEPTED) for _ in range(2)]

    assert refused(scene.draft, "T30", two, world.ph, ON) == ["several"]


def test_one_project_out_of_reach_stops_the_whole_draft(world, drafts):
    far = make.project(make.organisation(make.node("示例外省")), stage=Stage.DRAFT)

    with pytest.raises(PermissionDenied):
        scene.draft("T01", [*drafts, far], world.ph, ON)

    assert Decision.objects.count() == 0


def test_a_project_waits_in_one_decision_of_a_kind_at_a_time(world, drafts, decision):
    assert refused(scene.draft, "T01", drafts[:1], world.ph, ON) == ["waiting"]


@pytest.mark.parametrize("ending", ["returned", "withdrawn"])
def test_after_a_return_or_a_withdrawal_it_is_drafted_anew(world, drafts, decision, ending):
    if ending == "returned":
        joint.return_decision(decision.pk, reason="补充理由", actor=world.phl, on=ON)
    else:
        joint.withdraw_decision(decision.pk, actor=world.ph, on=ON, reason="材料需要补充")

    second = scene.sign(scene.draft("T01", drafts, world.ph, ON), world.phl, world.pfl, on=ON)

    decision.refresh_from_db()
    assert (decision.state, second.state) == (ending, State.EFFECTIVE)
    assert stages() == [Stage.AWARDED] * 3


def test_the_database_holds_one_signature_a_person_and_a_department(world, decision):
    joint.sign_decision(decision.pk, actor=world.phl, on=ON)

    for signer, line in ((world.phl, "finance"), (world.pfl, "hr")):
        with pytest.raises(IntegrityError), transaction.atomic():
            Signature.objects.bulk_create([Signature(decision=decision, line=line, signer=signer, on=ON, agreed=True)])


# Signing
@pytest.mark.parametrize("order", [("phl", "pfl"), ("pfl", "phl")])
def test_two_signatures_take_effect_in_either_order(world, decision, order):
    first, second = (getattr(world, name) for name in order)

    joint.sign_decision(decision.pk, actor=first, on=ON)
    assert stages() == [Stage.DRAFT] * 3

    scene.sign(decision, second, on=ON + timedelta(days=1))
    assert stages() == [Stage.AWARDED] * 3
    assert (decision.state, decision.effective_on) == (State.EFFECTIVE, ON + timedelta(days=1))
    assert items(decision) == [Item.DONE] * 3
    awards = set(Project.objects.values_list("award_document", "awarded_on", "stage_since"))
    assert awards == {(decision.number, ON, ON + timedelta(days=1))}


@pytest.mark.parametrize("order", [("phl", "pfl"), ("pfl", "phl")])
def test_targets_are_filed_by_either_department_signing_last(world, order):
    project = make.project(world.unit)
    life.scored(project, world)
    decision = scene.draft("T04", project, world.pf, ON)

    scene.sign(decision, *(getattr(world, name) for name in order), on=ON)

    assert stages() == [Stage.TARGET_FILED]
    assert project.target_sheets.get().version == 1


def test_nobody_signs_twice(world, decision):
    joint.sign_decision(decision.pk, actor=world.phl, on=ON)

    assert refused(joint.sign_decision, decision.pk, actor=again(world.phl), on=ON) == ["twice"]


def test_a_person_of_both_departments_signs_for_neither(world, decision):
    both = also(world.phl, Role.PFL, world.province_finance)

    with pytest.raises(PermissionDenied):
        joint.sign_decision(decision.pk, actor=both, on=ON)


def test_a_second_leader_of_the_same_department_is_not_the_other_department(world, decision):
    joint.sign_decision(decision.pk, actor=world.phl, on=ON)

    deputy = make.user(Role.PHL, world.province_hr)
    assert refused(joint.sign_decision, decision.pk, actor=deputy, on=ON) == ["line"]
    assert stages() == [Stage.DRAFT] * 3


def test_the_drafter_does_not_sign(world, drafts):
    drafter = also(world.ph, Role.PHL, world.province_hr)
    decision = scene.draft("T01", drafts, drafter, ON)

    assert refused(joint.sign_decision, decision.pk, actor=drafter, on=ON) == ["sod"]


def test_who_reviewed_the_targets_does_not_sign_their_filing(world):
    project = make.project(world.unit)
    life.scored(project, world)
    decision = scene.draft("T04", project, make.user(Role.PH, world.province_hr), ON)

    for reviewer, role in ((world.ph, Role.PHL), (world.pf, Role.PFL)):
        leader = also(reviewer, role, reviewer.memberships.get().organisation)
        assert refused(joint.sign_decision, decision.pk, actor=leader, on=ON) == ["sod"]


def test_nobody_signs_what_is_over(world, decision):
    scene.sign(decision, world.phl, world.pfl, on=ON)

    assert refused(joint.sign_decision, decision.pk, actor=make.user(Role.PHL, world.province_hr), on=ON)[:1] == [
        "state"
    ]
    assert refused(joint.return_decision, decision.pk, reason="晚了", actor=world.phl, on=ON) == ["state"]
    assert refused(joint.withdraw_decision, decision.pk, actor=world.ph, on=ON, reason="材料需要补充") == ["state"]


# Concurrence
def test_a_notice_of_revocation_is_signed_after_concurrence(world):
    story = scene.rectifying(world)
    decision = story.draft("T23", scene.day(20))

    assert refused(joint.sign_decision, decision.pk, actor=world.phl, on=scene.day(20)) == ["concur"]

    joint.concur_decision(decision.pk, actor=world.pf, on=scene.day(20))
    assert refused(joint.concur_decision, decision.pk, actor=world.pf, on=scene.day(20)) == ["state"]
    scene.sign(decision, world.phl, world.pfl, on=scene.day(21))
    assert scene.stage_of(story) == Stage.REVOCATION_NOTICE


def test_who_concurred_does_not_sign(world):
    story = scene.rectifying(world)
    decision = story.draft("T23", scene.day(20))
    concurring = also(world.pf, Role.PFL, world.province_finance)
    joint.concur_decision(decision.pk, actor=concurring, on=scene.day(20))

    assert refused(joint.sign_decision, decision.pk, actor=concurring, on=scene.day(20)) == ["sod"]


def test_nothing_else_is_concurred_in(world, decision):
    assert refused(joint.concur_decision, decision.pk, actor=world.pf, on=ON) == ["state"]


# Returning, withdrawing, leaving out
def test_a_return_gives_its_reason_and_the_drafter_is_told(world, decision):
    assert refused(joint.return_decision, decision.pk, reason=" ", actor=world.pfl, on=ON) == ["reason"]

    joint.sign_decision(decision.pk, actor=world.phl, on=ON)
    joint.return_decision(decision.pk, reason="公示截图看不清", actor=world.pfl, on=ON)

    decision.refresh_from_db()
    assert (decision.state, stages()) == (State.RETURNED, [Stage.DRAFT] * 3)
    assert Notice.objects.filter(user=world.ph, text__contains="公示截图看不清").count() == 1
    assert Entry.objects.filter(verb="退回联合决定", result="ok", text__contains="公示截图看不清").count() == 3


def test_only_the_drafter_withdraws(world, decision):
    colleague = make.user(Role.PH, world.province_hr)

    assert refused(joint.withdraw_decision, decision.pk, actor=colleague, on=ON, reason="材料需要补充") == ["drafter"]

    joint.sign_decision(decision.pk, actor=world.phl, on=ON)
    joint.withdraw_decision(decision.pk, actor=world.ph, on=ON, reason="材料需要补充")
    assert refused(joint.sign_decision, decision.pk, actor=world.pfl, on=ON) == ["state"]
    assert stages() == [Stage.DRAFT] * 3


def test_a_project_is_left_out_before_signing(world, drafts, decision):
    joint.leave_out_project(decision.pk, drafts[1].pk, reason="有异议", actor=world.ph, on=ON)

    scene.sign(decision, world.phl, world.pfl, on=ON)
    assert stages() == [Stage.AWARDED, Stage.DRAFT, Stage.AWARDED]
    assert items(decision) == [Item.DONE, Item.LEFT_OUT, Item.DONE]
    assert decision.items.get(project=drafts[1]).note == "有异议"
    scene.draft("T01", drafts[1], world.ph, ON)


def test_nothing_is_left_out_once_someone_signed(world, drafts, decision):
    joint.sign_decision(decision.pk, actor=world.pfl, on=ON)

    args = {"reason": "有异议", "actor": world.ph, "on": ON}
    assert refused(joint.leave_out_project, decision.pk, drafts[0].pk, **args) == ["signed"]


def test_only_the_drafter_leaves_out_and_never_the_last(world, drafts, decision):
    with pytest.raises(PermissionDenied):
        joint.leave_out_project(
            decision.pk, drafts[0].pk, reason="", actor=make.user(Role.PH, world.province_hr), on=ON
        )
    for project in drafts[:2]:
        joint.leave_out_project(decision.pk, project.pk, reason="有异议", actor=world.ph, on=ON)

    args = {"reason": "有异议", "actor": world.ph, "on": ON}
    assert refused(joint.leave_out_project, decision.pk, drafts[2].pk, **args) == ["last"]


# The guards at the second signature
def test_a_project_whose_guard_fails_at_the_second_signature_is_left_out_and_said(world, drafts, decision):
    joint.sign_decision(decision.pk, actor=world.phl, on=ON)
    Project.objects.filter(pk=drafts[1].pk).update(sector="")

    scene.sign(decision, world.pfl, on=ON)

    assert (decision.state, stages()) == (State.EFFECTIVE, [Stage.AWARDED, Stage.DRAFT, Stage.AWARDED])
    assert items(decision) == [Item.DONE, Item.LEFT_OUT, Item.DONE]
    assert "职业类别尚未认定" in decision.items.get(project=drafts[1]).note
    said = Entry.objects.filter(project_id=drafts[1].pk, text__startswith="未列入").values_list("result", flat=True)
    assert list(said) == ["ok"]
    told = Notice.objects.filter(user=world.u2, key__startswith="decision:").values_list("key", flat=True)
    assert set(told) == {f"decision:{decision.pk}:{drafts[0].pk}", f"decision:{decision.pk}:{drafts[2].pk}"}


def test_where_every_guard_fails_the_second_signature_is_not_kept(world, drafts, decision):
    joint.sign_decision(decision.pk, actor=world.phl, on=ON)
    Project.objects.update(sector="")

    found = refused(joint.sign_decision, decision.pk, actor=world.pfl, on=ON)

    decision.refresh_from_db()
    assert found == ["category"] * 3
    assert (decision.state, items(decision)) == (State.SIGNING, [Item.OPEN] * 3)
    assert list(decision.signatures.values_list("signer", flat=True)) == [world.phl.pk]


def test_a_project_that_moved_on_meanwhile_is_not_moved_again(world):
    project = scene.accepted(world)
    terminating, ordering = (
        scene.draft("T30", project, world.ph, ON),
        scene.draft("T29", project, world.ph, ON, {"term_months": 3, "items": scene.ITEMS}),
    )
    scene.sign(terminating, world.phl, world.pfl, on=ON)
    joint.sign_decision(ordering.pk, actor=world.phl, on=ON)

    assert refused(joint.sign_decision, ordering.pk, actor=world.pfl, on=ON) == ["stage"]
    assert stages() == [Stage.TERMINATED]


def test_projects_are_locked_in_order_of_id(world, drafts):
    decision = scene.draft("T01", drafts[::-1], world.ph, ON)
    joint.sign_decision(decision.pk, actor=world.phl, on=ON)

    with CaptureQueriesContext(connection) as statements:
        joint.sign_decision(decision.pk, actor=world.pfl, on=ON)

    locks = [
        one["sql"] for one in statements if 'FROM "projects_project" WHERE "projects_project"."id" IN' in one["sql"]
    ]
    assert [sql.count('ORDER BY "projects_project"."id" ASC') for sql in locks] == [1]
    numbers = dict(Project.objects.values_list("pk", "number"))
    assert [numbers[one.pk][-3:] for one in drafts] == ["001", "002", "003"]


def test_the_journal_names_both_signers_for_every_project(world, drafts, decision):
    scene.sign(decision, world.pfl, world.phl, on=ON)

    for project in drafts:
        rows = Entry.objects.filter(project_id=project.pk, verb="签署联合决定").order_by("seq")
        assert [(row.actor_id, row.text.split("：")[-1]) for row in rows] == [
            (world.pfl.pk, "签署同意"),
            (world.phl.pk, "签署同意"),
            (world.phl.pk, f"{decision.number}生效"),
        ]
