"""验收: the application and its pack, first opinions, two gates, and the conclusion they lead to."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from funds.models import Voucher
from funds.operations import judge_voucher
from lifecycle.demo.papers import paper
from lifecycle.models import ConditionCheck
from lifecycle.operations import acceptance, build, formal
from lifecycle.operations import decisions as joint
from lifecycle.queries import PACK, order_items
from performance import operations as performance
from performance.models import PERIOD, Target
from performance.operations import Reached
from performance.queries import filed_sheet
from policy.terms import Line, Stage
from projects.models import Problem, Project
from tests import factories as make
from tests.lifecycle import scene
from tests.lifecycle.scene import APPLIED, END, day, refused

VISITED = day(10, APPLIED)
CONCLUDED = day(30, APPLIED)


def papers(*, without=()):
    return {code: paper(label) for code, label in PACK.items() if code not in without}


def apply(story, on=APPLIED, **changes):
    said = {"summary": "全部完成", "uploads": papers()} | changes
    return acceptance.apply_acceptance(story.pk, actor=story.u2, on=on, **said)


def voucher(story, state="submitted"):
    return Voucher.objects.create(
        project=story.project, number="PZ-1", paid_on=scene.START, category="equipment", source="central",
        abstract="机床", payee="示例设备公司", amount=Decimal(100), state=state, recorded_by=story.u1,
        recorded_on=scene.START,
    )  # fmt: skip


# The application
@pytest.mark.parametrize("missing", PACK)
def test_each_paper_of_the_pack_is_needed(world, missing):
    assert refused(apply, scene.building(world), uploads=papers(without=[missing])) == ["pack"]


def test_papers_sent_before_and_papers_sent_along_count_together(world):
    story = scene.building(world)
    acceptance.upload_pack(story.pk, uploads=papers(without=["audit_report"]), actor=world.u1, on=APPLIED)

    apply(story, uploads={"audit_report": paper("审计报告")})

    assert scene.stage_of(story) == Stage.IN_ACCEPTANCE


@pytest.mark.parametrize("stage", [Stage.AWARDED, Stage.IN_ACCEPTANCE, Stage.RECTIFYING])
def test_papers_are_sent_in_the_build_period_only(world, stage):
    project = make.project(world.unit, stage=stage)

    assert refused(acceptance.upload_pack, project.pk, uploads=papers(), actor=world.u1, on=APPLIED) == ["stage"]


@pytest.mark.parametrize(
    ("on", "reason", "expected"),
    [
        (END - timedelta(days=1), "", ["early"]),
        (END - timedelta(days=1), "  ", ["early"]),
        (END - timedelta(days=1), "任务提前完成", []),
        (END, "", []),
        (END + timedelta(days=400), "", []),
    ],
    ids=["a day early", "a blank reason", "early with a reason", "last day", "long after"],
)
def test_an_early_application_gives_its_reason(world, on, reason, expected):
    story = scene.building(world)

    if expected:
        assert refused(apply, story, on, early_reason=reason) == expected
    else:
        assert apply(story, on, early_reason=reason).early_reason == reason


def test_an_application_says_what_was_done(world):
    assert refused(apply, scene.building(world), summary=" ") == ["summary"]


def test_a_payment_waiting_for_its_verdict_blocks_the_application(world):
    story = scene.building(world)
    waiting = voucher(story)
    assert refused(apply, story) == ["pending"]

    Voucher.objects.filter(pk=waiting.pk).update(state="disallowed")
    apply(story)


@pytest.mark.parametrize(
    ("level", "state", "blocks"),
    [("severe", "open", True), ("severe", "answered", True), ("severe", "closed", False), ("major", "open", False)],
)
def test_a_severe_problem_that_is_open_blocks_the_application(world, level, state, blocks):
    story = scene.building(world)
    Problem.objects.create(
        project=story.project, serial=1, number=1, source="inspection", fact="挪用", requirement="归还", level=level,
        state=state, answer="已归还", verified_by=world.ch, closed_on=day(0),
    )  # fmt: skip

    if blocks:
        assert refused(apply, story) == ["problems"]
    else:
        apply(story)


def test_a_payment_of_the_build_period_that_comes_after_the_application_is_judged_first(world):
    story = scene.building(world, awarded_on=scene.START)
    story.issue(scene.START)
    story.budget(scene.START)
    story.pay("equipment", 1, date(2025, 3, 3), what="首付款")
    apply(story, uploads=papers())

    story.pay("equipment", 1, date(2025, 4, 3), what="尾款", state="submitted")

    late = Voucher.objects.get(abstract="尾款")
    assert (late.fits, late.why) == (True, "")
    assert "pending" in refused(story.draft, "T18", CONCLUDED)
    judge_voucher(story.pk, late.pk, actor=world.cf, verdict="recognised", opinion="", on=date(2026, 4, 1))
    assert Voucher.objects.get(pk=late.pk).state == "recognised"


def test_an_application_answers_an_open_request_for_more_time(world):
    story = scene.building(world)
    args = {"months": 6, "reason": "交货推迟", "actor": world.u2, "on": day(-5, END)}
    build.request_extension(story.pk, **args)

    apply(story)

    assert story.project.requests.get().state == "refused"


# First opinions
def test_first_opinions_are_given_once_by_the_offices_above_the_unit(world):
    story = scene.building(world)
    apply(story)
    town = make.node("示例邻市", make.NodeKind.CITY, world.province)
    recommender = make.user(Role.CH, make.organisation(world.city, Line.RECOMMENDER))

    def opine(actor, text="同意"):
        return acceptance.first_check(story.pk, opinion=text, actor=actor, on=APPLIED)

    for stranger in (make.user(Role.CH, make.organisation(town, Line.HR)), recommender, world.ph):
        with pytest.raises(PermissionDenied):
            opine(stranger)
    assert refused(opine, world.ch, " ") == ["opinion"]
    opine(world.ch)
    assert refused(opine, world.ch) == ["done"]
    assert opine(world.cf).finance_checked_by == world.cf
    assert scene.stage_of(story) == Stage.IN_ACCEPTANCE


# Gate A
def accept(story, on=APPLIED):
    return formal.accept_application(story.pk, actor=story.cast["ph"], on=on)


def look(story, on=VISITED, seen=None, **changes):
    found = acceptance.GateA(**({"values": {}, "evidence": {}} | changes))
    return acceptance.check_conditions(story.pk, found=found, actor=story.cast["ph"], on=on, seen=seen)


def visit(story, on=VISITED, **changes):
    said = {"visited_on": VISITED, "place": "实训中心", "participants": "验收组", "photos": []} | changes
    return formal.record_visit(story.pk, **said, actor=story.cast["ph"], on=on)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"visited_on": day(1, VISITED)}, ["visited_on"]),
        ({"visited_on": day(-1, APPLIED)}, ["visited_on"]),
        ({"place": " "}, ["visit"]),
        ({"participants": ""}, ["visit"]),
    ],
    ids=["tomorrow", "before the application was accepted", "no place", "nobody there"],
)
def test_a_visit_is_dated_and_says_who_was_there(world, changes, expected):
    story = scene.building(world)
    apply(story)
    accept(story)

    assert refused(visit, story, **changes) == expected


def test_neither_visit_nor_gate_before_the_application_is_accepted(world):
    story = scene.building(world)
    apply(story)

    assert refused(visit, story) == ["not_accepted"]
    assert refused(look, story) == ["not_accepted"]
    accept(story)
    assert visit(story).visited_on == VISITED
    assert look(story).checked_on == VISITED


def test_what_is_found_met_names_its_evidence_and_what_is_not_entered_stays_open(world):
    story = scene.building(world)
    apply(story)
    accept(story)
    known = {item.code: item for item in acceptance.conditions_of(story.project)}
    code = next(code for code, item in known.items() if item.op == "is")
    values = {code: {known[code].facts[0][0]: "true"}}

    assert refused(look, story, values=values) == ["evidence"]
    look(story, values=values, evidence={code: "制度文本"})
    assert set(ConditionCheck.objects.values_list("met", flat=True)) == {True, None}
    assert "gate_a" in refused(story.draft, "T18", CONCLUDED)


def test_no_visit_outside_acceptance(world):
    story = scene.building(world)

    assert [refused(act, story) for act in (visit, look, accept)] == [["stage"]] * 3


# The conclusion
def test_before_anyone_looked_neither_conclusion_is_drafted(world):
    story = scene.building(world)
    apply(story)

    waiting = ["first_check", "first_check", "panel", "gate_a", "gate_b"]
    assert refused(story.draft, "T18", CONCLUDED) == waiting
    assert refused(story.draft, "T19", CONCLUDED, term_months=6, items=scene.ITEMS)[:5] == waiting


def test_with_both_gates_passed_it_is_accepted_and_not_ordered(world):
    story = scene.judged(world)
    codes = refused(story.draft, "T19", CONCLUDED, term_months=6, items=scene.ITEMS)
    assert codes == ["nothing_unmet"]

    story.decide("T18", CONCLUDED)

    assert scene.stage_of(story) == Stage.ACCEPTED
    assert not story.project.deadlines.filter(state="open").exists()


@pytest.mark.parametrize(
    ("failing", "expected"),
    [({"a": ("N2a",)}, {"gate_a_unmet"}), ({"b": ("B01",)}, {"gate_b_unmet"})],
    ids=["gate A", "gate B"],
)
def test_one_gate_failed_is_enough_not_to_pass(world, failing, expected):
    assert set(refused(scene.judged(world, **failing).draft, "T18", CONCLUDED)) == expected


def test_who_looked_does_not_sign(world):
    story = scene.judged(world)
    colleague = make.user(Role.PH, world.province_hr)
    decision = scene.draft("T18", story.project, colleague, CONCLUDED)

    for person, role in ((world.ph, Role.PHL), (world.pf, Role.PFL)):
        make.Membership.objects.create(user=person, role=role, organisation=person.memberships.get().organisation)
        leader = type(person).objects.get(pk=person.pk)
        assert refused(joint.sign_decision, decision.pk, actor=leader, on=CONCLUDED) == ["sod"]


def test_neither_gate_changes_between_the_signatures(world):
    story = scene.judged(world)
    decision = story.draft("T18", CONCLUDED)
    joint.sign_decision(decision.pk, actor=world.phl, on=CONCLUDED)

    for change in (story.gate_a, story.gate_b):
        assert refused(change, CONCLUDED, failing=("N2a", "B01")) == ["signing"]
    joint.sign_decision(decision.pk, actor=world.pfl, on=CONCLUDED)
    assert scene.stage_of(story) == Stage.ACCEPTED


def test_after_the_conclusion_was_withdrawn_the_gates_may_be_looked_at_again(world):
    story = scene.judged(world)
    decision = story.draft("T18", CONCLUDED)
    joint.withdraw_decision(decision.pk, actor=world.ph, on=CONCLUDED, reason="材料需要补充")

    story.gate_a(CONCLUDED, failing=("N2a",))

    assert "gate_a_unmet" in refused(story.draft, "T18", CONCLUDED)


def test_a_gate_that_fails_between_the_signatures_stops_the_second(world):
    """No act can do it any more; the guard is asked all the same."""
    story = scene.judged(world)
    decision = story.draft("T18", CONCLUDED)
    joint.sign_decision(decision.pk, actor=world.phl, on=CONCLUDED)
    ConditionCheck.objects.filter(code="N2a").update(met=False)

    assert refused(joint.sign_decision, decision.pk, actor=world.pfl, on=CONCLUDED) == ["gate_a_unmet"]
    assert scene.stage_of(story) == Stage.IN_ACCEPTANCE


# The pages


def page_of(person, story, name="acceptance"):
    client = Client()
    client.force_login(person)
    return client.get(reverse(f"lifecycle:{name}", args=[story.pk])).content.decode()


def told(page):
    """The results of both gates that a page shows."""
    return {word for word in ("不符合</span>", "未达到</span>", "设备到货推迟") if word in page}


def test_the_unit_is_told_the_results_once_the_conclusion_is_in_force_and_served(world):
    story = scene.judged(world, a=("N2a",), b=("B01",))
    before = {name: told(page_of(world.people[name], story)) for name in ("U1", "U2", "CH", "CF", "PH", "PFL", "AU")}
    waits = "结论生效后公开" in page_of(world.u2, story)
    items = [{**item, "level": "major"} for item in order_items(Project.objects.get(pk=story.pk))]

    story.decide("T19", CONCLUDED, term_months=6, items=items)
    between = told(page_of(world.u2, story))
    scene.serve(story, day(3, CONCLUDED))

    everything = {"不符合</span>", "未达到</span>", "设备到货推迟"}
    assert before == {"U1": set(), "U2": set()} | dict.fromkeys(("CH", "CF", "PH", "PFL", "AU"), everything)
    assert (waits, between, told(page_of(world.u2, story))) == (True, set(), everything)


def test_the_values_of_a_recheck_wait_for_its_result_too(world):
    story = scene.judged(world, b=("B01",))
    items = [{**item, "level": "major"} for item in order_items(Project.objects.get(pk=story.pk))]
    story.decide("T19", CONCLUDED, term_months=12, items=items)
    scene.serve(story, day(3, CONCLUDED))
    story.report(day(60, CONCLUDED))
    enter_again(story, day(70, CONCLUDED))

    assert "秘密数值" in page_of(world.ph, story)
    assert "秘密数值" not in page_of(world.u2, story)
    assert "设备到货推迟" in page_of(world.u2, story)


def enter_again(story, on):
    sheet = filed_sheet(story.project)
    target = Target.objects.get(indicator__sheet=sheet, indicator__template_code="B01", block=PERIOD)
    values = {target.indicator_id: Reached(actual="1500", reason="秘密数值")}
    performance.enter_values(story.pk, acceptance_ref=2, values=values, actor=story.cast["ph"], on=on)


def test_what_a_colleague_found_is_not_written_over(world):
    story = scene.applied(world)
    accept(story)
    client = Client()
    client.force_login(world.ph)
    url = reverse("lifecycle:gate_a", args=[story.pk])
    seen = re.search(r'name="seen" value="([0-9a-f]+)"', client.get(url).content.decode())[1]
    look(story, values={"N2a": {"training_area_m2": "900"}}, on=timezone.localdate())

    mine = {"N2a_training_area_m2": "1200", "N2a_evidence": "产权证", "seen": seen}
    answer = client.post(url, mine)
    page = answer.content.decode()

    assert (answer.status_code, "内容刚被他人修改" in page) == (422, True)
    assert ("1200" in page, "现存：900" in page) == (True, True)
    assert ConditionCheck.objects.get(code="N2a").values == {"training_area_m2": "900"}
    again = re.search(r'name="seen" value="([0-9a-f]+)"', page)[1]
    assert client.post(url, mine | {"seen": again}).status_code == 302
    assert ConditionCheck.objects.get(code="N2a").values == {"training_area_m2": "1200"}


@pytest.mark.parametrize("stage", [Stage.BUILDING, Stage.ACCEPTED])
def test_the_page_of_gate_a_is_closed_outside_acceptance(world, stage):
    project = make.project(world.unit, stage=stage)
    client = Client()
    client.force_login(world.ph)

    answer = client.get(reverse("lifecycle:gate_a", args=[project.pk]))

    assert (answer.status_code, "不在验收中" in answer.content.decode()) == (409, True)
