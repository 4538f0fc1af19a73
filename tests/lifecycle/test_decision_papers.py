"""会签稿 out and back, 更正 with both versions, 复议/诉讼 and undoing what they annulled, signing by people and not accounts."""

import io
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from openpyxl import load_workbook

from accounts.models import Entry, Membership, User
from accounts.persons import person_key
from accounts.roles import Role
from funds.models import FundHold
from lifecycle.demo.papers import paper
from lifecycle.models import Dispute, Rectification
from lifecycle.operations import corrections, disputes
from lifecycle.operations import decisions as joint
from policy.findings import Refused
from policy.terms import Stage
from projects.models import Attachment, Correction, Decision, Problem, Project
from projects.problems import list_in_order, open_problem
from tests import factories as make
from tests.lifecycle import scene

ON = date(2026, 7, 1)
TODAY = date(2026, 7, 2)


@pytest.fixture
def project(world):
    return make.project(world.unit, stage=Stage.BUILDING)


def held(project, world):
    return scene.sign(scene.draft("T11", project, world.ph, ON), world.phl, world.pfl, on=ON)


def codes(act, *args, **kwargs):
    with pytest.raises(Refused) as found:
        act(*args, **kwargs)
    return [one.code for one in found.value.findings]


def register(decision, actor, **changes):
    given = {"number": "示例人社联〔2026〕88号", "dated_on": ON, "scan": paper("签署件")} | changes
    return joint.register_paper(decision.pk, actor=actor, on=TODAY, **given)


# 会签稿
def test_what_was_signed_in_the_oa_is_registered_and_each_leader_confirms_here(project, world):
    decision = scene.draft("T11", project, world.ph, ON)
    register(decision, world.ph)

    scene.sign(decision, world.pfl, world.phl, on=TODAY)

    assert (decision.number, decision.state) == ("示例人社联〔2026〕88号", Decision.State.EFFECTIVE)
    assert Attachment.objects.filter(about="decision", purpose="签署件扫描").count() == 1


def test_a_signed_paper_is_registered_by_its_handler_before_anyone_signs_here(project, world):
    decision = scene.draft("T11", project, world.ph, ON)
    colleague = make.user("PH", world.province_hr)
    assert codes(register, decision, colleague) == ["drafter"]
    assert codes(register, decision, world.ph, number=" ", scan=None, dated_on=TODAY + timedelta(1)) == [
        "number", "dated_on", "scan",
    ]  # fmt: skip
    scene.sign(decision, world.phl, on=ON)

    assert codes(register, decision, world.ph) == ["state"]
    assert Decision.objects.get().number == decision.number


def test_the_paper_names_office_ground_and_both_signature_lines(project, world, client):
    decision = held(project, world)
    client.force_login(world.ph)

    pdf = client.get(f"/decisions/{decision.pk}/paper.pdf")
    book = load_workbook(io.BytesIO(client.get(f"/decisions/{decision.pk}/paper.xlsx").content))

    assert pdf.content.startswith(b"%PDF")
    text = "\n".join(str(cell.value) for row in book.active.iter_rows() for cell in row if cell.value)
    edition = project.edition
    for said in (decision.title, decision.number, decision.reason, project.name, str(world.phl), str(world.pfl)):
        assert said in text
    assert f"{edition.province_hr}负责人（签字）" in text
    assert f"{edition.province_finance}负责人（签字）" in text
    assert Entry.objects.filter(verb="导出会签稿").count() == 2


def test_a_unit_and_another_province_get_no_paper_of_a_draft(project, world, client):
    decision = scene.draft("T11", project, world.ph, ON)
    stranger = make.user("PH", make.organisation(make.node("示例外省"), "hr"))

    answers = {}
    for name, person in (("u2", world.u2), ("stranger", stranger)):
        client.force_login(person)
        answers[name] = client.get(f"/decisions/{decision.pk}/paper.pdf").status_code

    assert answers == {"u2": 403, "stranger": 404}


def test_a_withdrawal_needs_its_reason(project, world):
    decision = scene.draft("T11", project, world.ph, ON)
    assert codes(joint.withdraw_decision, decision.pk, actor=world.ph, on=ON, reason=" ") == ["reason"]

    joint.withdraw_decision(decision.pk, actor=world.ph, on=ON, reason="依据材料不全")

    assert Decision.objects.get().withdrawn_reason == "依据材料不全"


# 自然人
def same_person(*people):
    User.objects.filter(pk__in=[one.pk for one in people]).update(person_key=person_key("220000199001010000"))
    return [User.objects.get(pk=one.pk) for one in people]


def test_one_person_signs_with_no_second_account_what_he_drafted(project, world):
    drafter, leader = same_person(world.ph, world.phl)
    decision = scene.draft("T11", project, drafter, ON)

    assert codes(joint.sign_decision, decision.pk, actor=leader, on=ON) == ["sod"]


def test_one_person_gives_no_two_signatures_under_two_accounts(project, world):
    """SD7 keeps the two roles apart; were they held all the same, one hand signs once."""
    one, other = same_person(world.phl, world.pfl)
    decision = scene.sign(scene.draft("T11", project, world.ph, ON), one, on=ON)

    assert codes(joint.sign_decision, decision.pk, actor=other, on=ON) == ["twice"]
    assert not FundHold.objects.exists()


def test_a_hand_in_what_a_decision_rests_on_counts_under_every_account(world):
    """The journal remembers the account; separation of duties the person."""
    from accounts.journal import hands_of

    project = make.project(world.unit, stage=Stage.BUILDING)
    held(project, world)
    same_person(world.ph, world.phl)

    assert hands_of(project.pk, "拟制联合决定") == {world.ph.pk, world.phl.pk}


# 代理
def deputise(world, principal, role, organisation, since=ON, until=TODAY):
    deputy = make.user(Role.PH if role == Role.PHL else Role.PF, organisation, name="示例副处长")
    Membership.objects.create(
        user=deputy, role=role, organisation=organisation, since=since, until=until, deputy_for=principal,
        document="示例任〔2026〕1号",
    )  # fmt: skip
    return User.objects.get(pk=deputy.pk)


def live(monkeypatch, day):
    monkeypatch.setattr("accounts.models.timezone.localdate", lambda: day)


def test_a_deputy_signs_for_the_principal_and_it_is_said(project, world, client, monkeypatch):
    live(monkeypatch, ON)
    deputy = deputise(world, world.phl, Role.PHL, world.province_hr)

    decision = scene.sign(scene.draft("T11", project, world.ph, ON), deputy, world.pfl, on=ON)

    assert {row.signer: row.deputy_for for row in decision.signatures.all()} == {deputy: world.phl, world.pfl: None}
    client.force_login(world.ph)
    assert f"（代{world.phl}）" in client.get(f"/decisions/{decision.pk}/").content.decode()


def test_a_deputy_signs_neither_after_his_time_nor_what_he_drafted(project, world, monkeypatch):
    live(monkeypatch, ON)
    deputy = deputise(world, world.phl, Role.PHL, world.province_hr)
    decision = scene.draft("T11", project, deputy, ON)
    assert codes(joint.sign_decision, decision.pk, actor=deputy, on=ON) == ["sod"]
    live(monkeypatch, TODAY + timedelta(1))

    with pytest.raises(PermissionDenied):
        joint.sign_decision(decision.pk, actor=User.objects.get(pk=deputy.pk), on=TODAY + timedelta(1))


# 更正
def correct(decision, actor, **changes):
    given = {"field": "number", "new": "示例人社联〔2026〕99号", "reason": "录入时看错一位"} | changes
    return corrections.propose_correction(decision.pk, actor=actor, on=TODAY, **given)


def test_a_correction_leaves_both_versions_readable(project, world, client):
    decision = held(project, world)
    was = decision.number
    made = correct(decision, world.ph)
    assert Decision.objects.get().right_number == was

    corrections.answer_correction(decision.pk, made.pk, agreed=True, answer="", actor=world.pfl, on=TODAY)

    kept = Decision.objects.get()
    assert (kept.number, kept.right_number) == (was, "示例人社联〔2026〕99号")
    client.force_login(world.ph)
    page = client.get(f"/decisions/{decision.pk}/").content.decode()
    assert f"文号：{was} → 示例人社联〔2026〕99号" in page


def test_the_number_of_an_award_follows_its_correction(world):
    (draft,) = scene.ready_drafts(world, 1)
    decision = scene.sign(scene.draft("T01", draft, world.ph, ON), world.phl, world.pfl, on=ON)
    made = correct(decision, world.ph, field="dated_on", new="2026-06-30")

    corrections.answer_correction(decision.pk, made.pk, agreed=True, answer="", actor=world.phl, on=TODAY)

    assert Project.objects.get(pk=draft.pk).awarded_on == date(2026, 6, 30)
    assert Decision.objects.get().dated_on == ON


def test_who_proposed_a_correction_does_not_confirm_it_under_any_account(project, world):
    decision = held(project, world)
    made = correct(decision, world.ph)
    _, leader = same_person(world.ph, world.phl)

    with pytest.raises(PermissionDenied):
        corrections.answer_correction(decision.pk, made.pk, agreed=True, answer="", actor=leader, on=TODAY)
    assert Correction.objects.get().state == "open"


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"new": " "}, "new"), ({"reason": ""}, "reason"), ({"field": "dated_on", "new": "昨天"}, "new"),
     ({"field": "dated_on", "new": "2026-07-09"}, "new"), ({"field": "reason"}, "field")],
)  # fmt: skip
def test_a_correction_is_of_a_fact_and_says_why(project, world, changes, code):
    assert codes(correct, held(project, world), world.ph, **changes) == [code]


def test_what_is_not_in_force_is_withdrawn_and_not_corrected(project, world):
    assert codes(correct, scene.draft("T11", project, world.ph, ON), world.ph) == ["state"]


# 争议
def contest(project, decision, actor, **changes):
    given = {"kind": "review", "body": "示例省人民政府", "number": "示例复受〔2026〕1号", "accepted_on": ON,
             "paper": paper("受理通知书")} | changes  # fmt: skip
    return disputes.register_dispute(project.pk, decision_id=decision.pk, actor=actor, on=TODAY, **given)


def conclude(case, actor, result="annulled", **changes):
    given = {"number": "示例复决〔2026〕1号", "closed_on": TODAY, "paper": paper("复议决定书")} | changes
    return disputes.close_dispute(case.project_id, case.pk, result=result, actor=actor, on=TODAY, **given)


def test_an_annulled_order_is_undone_by_a_decision_of_its_own(world):
    story = scene.rectifying(world)
    order = Decision.objects.get(kind="T29")
    found = open_problem(
        story.project, source="inspection", about_id=1, fact="消防通道堵塞", clause="通知 六（一）", requirement="清理",
        level="major", by=world.ph, on=ON,
    )  # fmt: skip
    list_in_order(found, order, 3, "清理并保持畅通", by=world.ph, on=ON)
    case = contest(story.project, order, world.ph, accepted_on=order.effective_on, kind="litigation")
    assert "annul" not in offered_now(story)
    conclude(case, world.ph)
    assert "annul" in offered_now(story)

    drafter = make.user("PH", world.province_hr)
    undone = scene.sign(scene.draft("annul", story.fresh(), drafter, TODAY), world.phl, world.pfl, on=TODAY)

    assert scene.stage_of(story) == Stage.ACCEPTED
    assert Rectification.objects.get().closed_on == TODAY
    assert set(Problem.objects.filter(decision=order).values_list("state", flat=True)) == {"closed"}
    found.refresh_from_db()
    assert (found.state, found.decision) == ("open", None)
    assert Dispute.objects.get().undone_by == undone
    assert order.state == Decision.State.EFFECTIVE
    assert "annul" not in offered_now(story)


def offered_now(story):
    from lifecycle.queries import offered, snapshot_of

    project = story.fresh()
    return {step.code for step, _ in offered(project, snapshot_of(project, on=TODAY))}


def test_an_annulled_hold_lets_the_money_go(project, world):
    decision = held(project, world)
    conclude(contest(project, decision, world.ph), world.ph)

    scene.sign(scene.draft("annul", project, make.user("PH", world.province_hr), TODAY), world.phl, world.pfl, on=TODAY)

    assert FundHold.objects.get().lifted_on == TODAY


def test_a_decision_that_was_upheld_is_not_undone(project, world):
    decision = held(project, world)
    conclude(contest(project, decision, world.ph), world.ph, result="upheld")

    assert scene.refused(scene.draft, "annul", project, world.ph, TODAY) == ["dispute"]
    assert FundHold.objects.get().lifted_on is None


def test_a_case_needs_a_decision_in_force_and_its_papers(project, world):
    decision = held(project, world)
    other = make.project(world.unit, stage=Stage.BUILDING)
    assert codes(contest, other, decision, world.ph) == ["decision"]
    assert codes(contest, project, decision, world.ph, body="", number="", paper=None) == ["body", "number", "paper"]
    assert codes(contest, project, decision, world.ph, accepted_on=ON - timedelta(1)) == ["accepted_on"]
    case = contest(project, decision, world.ph)
    assert codes(contest, project, decision, world.ph) == ["waiting"]
    assert codes(conclude, case, world.ph, result="") == ["result"]
    conclude(case, world.ph, result="dropped")
    assert codes(conclude, case, world.ph) == ["state"]


@pytest.mark.parametrize("role", ["U1", "U2", "CH", "CF", "PHL", "PF", "PFL", "AU", "SA"])
def test_only_the_hr_department_registers_cases(project, world, role):
    decision = held(project, world)

    with pytest.raises(PermissionDenied):
        contest(project, decision, world.people[role])
    assert not Dispute.objects.exists()
