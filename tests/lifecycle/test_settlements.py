"""清算 inside the life: which one T27 and T30 take, what makes one void, and that no act outlives the books."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import Entry
from funds import operations as funds
from funds.models import Settlement
from funds.queries import settled
from lifecycle import watch
from lifecycle.demo.papers import paper
from lifecycle.inbox import tasks_for
from lifecycle.jobs import daily_sweep
from lifecycle.models import Deadline
from lifecycle.operations import acceptance, build, revocation, termination
from policy.terms import Occasion, Stage, VoucherState
from projects.models import Alert, Project
from tests.lifecycle import scene
from tests.lifecycle.scene import DUE, START, day, refused

GRANT = Decimal(7_000_000)
ASKED = START + timedelta(days=100)


def states(story):
    rows = Settlement.objects.filter(project=story.pk).order_by("pk")
    return [(row.occasion, row.state) for row in rows]


def paid(world):
    """A project in its build period with its whole grant received."""
    story = scene.building(world)
    story.issue(START)
    return story


def giving_up(world):
    story = paid(world)
    build.request_termination(story.pk, reason="转产", actor=world.u2, on=ASKED)
    return story


def approve(story, on):
    return revocation.approve_settlement(story.pk, actor=story.cast["pfl"], on=on)


def revoked(world, before=None):
    """The whole grant received, then the title revoked; `before`: what happens to its money in between."""
    story = scene.noticed(world)
    Project.objects.filter(pk=story.pk).update(stage=Stage.BUILDING, awarded_on=scene.AWARDED, build_start_on=START)
    story.fresh()
    story.issue(START)
    Project.objects.filter(pk=story.pk).update(stage=before or Stage.REVOCATION_NOTICE)
    if before:
        return story
    story.revoke(day(60))
    return story


# T27
def test_settlement_is_prepared_by_finance_and_approved_by_its_head(world):
    story = scene.revoked(world)
    assert refused(revocation.approve_settlement, story.pk, actor=world.pfl, on=day(70)) == ["settlement"]

    story.prepare_settlement(day(80))
    approve(story, day(90))

    assert scene.stage_of(story) == Stage.SETTLED
    assert not Deadline.objects.filter(state="open").exists()


def test_what_was_settled_at_the_acceptance_does_not_close_a_revoked_title(world):
    """The old one asked for nothing back; the whole residual is to come back all the same (L15)."""
    story = revoked(world, before=Stage.ACCEPTED)
    funds.prepare_settlement(story.pk, actor=world.pf, document_number="示例清1号", on=day(21),
                             recovery=Decimal(0), note="同意留用", uploads=[paper("批文")])  # fmt: skip
    funds.approve_settlement(story.pk, occasion=Occasion.ACCEPTANCE, actor=world.pfl, on=day(21))
    Project.objects.filter(pk=story.pk).update(stage=Stage.REVOCATION_NOTICE)
    story.fresh()

    story.revoke(day(60))

    assert states(story) == [("acceptance", "void")]
    assert not settled(story.fresh())
    assert refused(revocation.approve_settlement, story.pk, actor=world.pfl, on=day(70)) == ["settlement"]
    story.prepare_settlement(day(70))
    approve(story, day(71))
    assert story.fresh().claw_backs.get().amount == GRANT


@pytest.mark.parametrize("approved", [False, True], ids=["prepared", "approved"])
def test_what_was_settled_for_a_termination_does_not_close_a_revoked_title(world, approved):
    story = revoked(world, before=Stage.REVOCATION_NOTICE)
    build.request_termination(story.pk, reason="转产", actor=world.u2, on=day(21))
    story.prepare_settlement(day(22), terminating=True)
    if approved:
        approve(story, day(23))

    story.revoke(day(60))

    assert states(story) == [("termination", "void")]
    assert story.fresh().requests.get().state == "refused"
    assert refused(revocation.approve_settlement, story.pk, actor=world.pfl, on=day(70)) == ["settlement"]


def test_one_prepared_before_the_decision_counts_for_nothing_whatever_it_says(world):
    """Rows of an older release name an occasion and nothing more."""
    story = revoked(world)
    story.prepare_settlement(day(61))
    Settlement.objects.update(prepared_on=day(59))

    assert refused(revocation.approve_settlement, story.pk, actor=world.pfl, on=day(70)) == ["settlement"]


def test_after_a_judgment_the_settlement_is_void(world):
    story = revoked(world)
    story.prepare_settlement(day(61))

    scene.contest(story, "T26", day(90))
    story.decide("T32", day(90))

    assert states(story) == [("revocation", "void")]
    story.decide("T26", day(120))
    assert refused(revocation.approve_settlement, story.pk, actor=world.pfl, on=day(121))[0] == "settlement"


def test_the_books_close_after_the_decision_was_served(world):
    story = scene.noticed(world)
    story.decide("T26", day(60), reason="一年内整改后仍不能满足要求。")
    story.prepare_settlement(day(61))
    assert refused(revocation.approve_settlement, story.pk, actor=world.pfl, on=day(62)) == ["decision_served"]
    assert "批准资金清算" not in [task.title for task in tasks_for(world.pfl, day(62))]

    served = {
        "served_on": day(63),
        "way": "direct",
        "receiver": "示例签收人",
        "proof": paper("送达回证"),
        "actor": world.ph,
        "on": day(63),
    }
    revocation.serve_decision(story.pk, **served)
    approve(story, day(64))

    assert scene.stage_of(story) == Stage.SETTLED


def test_a_second_decision_has_to_be_served_itself(world):
    story = scene.revoked(world)
    scene.contest(story, "T26", day(90))
    story.decide("T32", day(90))
    story.decide("T26", day(120))
    story.prepare_settlement(day(121))

    assert refused(revocation.approve_settlement, story.pk, actor=world.pfl, on=day(122)) == ["decision_served"]


# 终止
def test_nothing_is_settled_for_a_termination_nobody_asked_for(world):
    story = paid(world)
    given = {"actor": world.pf, "document_number": "示例清1号", "on": ASKED}

    assert refused(termination.prepare_settlement, story.pk, **given) == ["request"]
    assert "stage" in refused(funds.prepare_settlement, story.pk, **given)

    build.request_termination(story.pk, reason="转产", actor=world.u2, on=ASKED)
    assert termination.prepare_settlement(story.pk, **given).occasion == Occasion.TERMINATION


def test_money_is_settled_before_a_termination(world):
    story = giving_up(world)
    assert refused(story.draft, "T30", ASKED) == ["unsettled"]

    story.prepare_settlement(ASKED, terminating=True)
    assert refused(story.draft, "T30", ASKED) == ["unsettled"]

    approve(story, ASKED)
    assert scene.stage_of(story) == Stage.BUILDING
    story.decide("T30", ASKED)
    assert (scene.stage_of(story), settled(story.fresh())) == (Stage.TERMINATED, True)


def test_money_that_is_issued_and_not_yet_received_is_settled_too(world):
    story = scene.building(world)
    document = funds.record_fund_document  # signed below, never confirmed by the unit
    story.issue(START, signed=False)
    waiting = story.project.allocations.get().document
    assert document
    funds.approve_fund_document(waiting.pk, actor=world.pfl, on=START)

    assert refused(story.draft, "T30", ASKED) == ["unsettled"]


def test_a_termination_refused_opens_the_books_again(world):
    story = giving_up(world)
    story.prepare_settlement(ASKED, terminating=True)
    approve(story, ASKED)
    assert settled(story.fresh())

    request = story.project.requests.get()
    build.refuse_request(story.pk, request.pk, answer="继续建设", actor=world.ph, on=ASKED)

    assert states(story) == [("termination", "void")]
    assert not settled(story.fresh())
    assert refused(story.draft, "T30", ASKED) == ["unsettled"]
    lines = Entry.objects.filter(verb="答复单位申请", result="ok").values_list("text", flat=True)
    assert any("清算失效" in text for text in lines)


def test_an_extension_refused_leaves_the_settlement_alone(world):
    story = giving_up(world)
    story.prepare_settlement(ASKED, terminating=True)
    asked = build.request_extension(story.pk, months=3, reason="推迟", actor=world.u2, on=ASKED)

    build.refuse_request(story.pk, asked.pk, answer="不批", actor=world.ph, on=ASKED)

    assert states(story) == [("termination", "prepared")]


def test_a_settlement_still_waiting_is_void_when_the_project_ends_without_money(world):
    story = scene.building(world)
    build.request_termination(story.pk, reason="转产", actor=world.u2, on=ASKED)
    story.prepare_settlement(ASKED, terminating=True)

    story.decide("T30", ASKED)

    assert states(story) == [("termination", "void")]


# 验收
def test_an_order_after_acceptance_opens_the_books_again(world):
    story = paid(world)
    Project.objects.filter(pk=story.pk).update(stage=Stage.ACCEPTED)
    story.prepare_settlement(ASKED)
    funds.approve_settlement(story.pk, occasion=Occasion.ACCEPTANCE, actor=world.pfl, on=ASKED)
    assert settled(story.fresh())
    scene.failed_year(world, story.project)

    story.decide("T29", ASKED, term_months=6, items=scene.ITEMS)

    assert states(story) == [("acceptance", "void")]
    assert not settled(story.fresh())


def test_a_question_that_is_open_holds_up_acceptance_and_the_result_of_the_recheck(world):
    """暂不认定 has no final verdict: T15, T18 and T21 wait for it as for 待认定."""
    story = paid(world)
    story.budget(START + timedelta(days=8))
    story.pay("equipment", 10, ASKED, what="设备款", state=VoucherState.QUESTIONED)

    given = {"summary": "完成", "actor": world.u2, "on": scene.END}
    assert "pending" in refused(acceptance.apply_acceptance, story.pk, **given)


def test_the_result_of_the_recheck_waits_for_the_last_verdict(world):
    story = scene.rechecking(world)
    Project.objects.filter(pk=story.pk).update(build_start_on=START, build_end_on=scene.END)
    story.recheck(day(-5), passed=True)
    story.pay("equipment", 1, START, what="设备款", state=VoucherState.QUESTIONED)

    assert refused(story.draft, "T21", day(-4)) == ["pending"]


# The clock
def test_a_claim_past_its_day_is_told_after_the_project_is_over(world):
    story = revoked(world)
    story.prepare_settlement(day(80))
    approve(story, day(90))
    due = story.fresh().claw_backs.get().due_on

    daily_sweep(due)
    assert not Alert.objects.filter(code="claw_back_overdue").exists()
    daily_sweep(due + timedelta(days=1))
    assert Alert.objects.filter(code="claw_back_overdue", cleared_on=None).count() == 1

    story.repay(GRANT, due + timedelta(days=2))
    assert not Alert.objects.filter(code="claw_back_overdue", cleared_on=None).exists()
    watch.recheck(story.pk, actor=world.sa, on=due + timedelta(days=9))
    assert not Alert.objects.filter(code="claw_back_overdue", cleared_on=None).exists()


# 待办
def test_who_is_told_of_a_settlement(world):
    story = giving_up(world)
    titles = [task.title for task in tasks_for(world.pf, ASKED)]
    assert titles.count("编制资金清算") == 1

    story.prepare_settlement(ASKED, terminating=True)
    assert "编制资金清算" not in [task.title for task in tasks_for(world.pf, ASKED)]
    told = [task for task in tasks_for(world.pfl, ASKED) if task.title == "批准资金清算"]
    assert [task.url for task in told] == [f"/projects/{story.pk}/settlement/approve/"]

    approve(story, ASKED)
    assert "编制资金清算" not in [task.title for task in tasks_for(world.pf, ASKED)]


def test_a_passed_recheck_past_the_cap_sends_no_one_to_a_closed_page(world):
    story = scene.rechecking(world, on=day(30))
    story.recheck(day(31), passed=True)

    titles = [task.title for task in tasks_for(world.ph, day(32))]

    assert titles == ["整改期满，拟制拟取消称号告知"]
    assert day(30) > DUE
