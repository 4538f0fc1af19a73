"""Each guard on both sides of its boundary. Pure: the snapshot is made by hand, nothing is read."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from lifecycle import guards as g
from lifecycle.guards import AcceptanceFacts, RectificationFacts, RevocationFacts, Snapshot
from policy.calendar import WorkCalendar
from policy.findings import Finding, blocking
from policy.loader import edition
from policy.terms import Kind, Severity, Stage

# National Day 2026 as published: 1 to 7 October off, Sunday 20 September and Saturday 10 October worked.
HOLIDAYS = [(date(2026, 10, number), False) for number in range(1, 8)]
CALENDAR = WorkCalendar.from_rows([*HOLIDAYS, (date(2026, 9, 20), True), (date(2026, 10, 10), True)])
ON = date(2026, 6, 3)
ONE = timedelta(days=1)
PASSED, FAILED, WAITING = True, False, None


def now(on=ON, stage=Stage.RECTIFYING, **facts):
    given = {"edition": edition("jilin_2025"), "calendar": CALENDAR, "kind": Kind.BASE}
    return Snapshot(on=on, stage=stage, **(given | facts))


def said(guard, *args, **facts):
    """code → whether it blocks."""
    return {finding.code: finding.blocks for finding in guard(now(*args, **facts))}


def term(due=date(2026, 6, 3), cap=date(2026, 6, 3), **facts):
    return RectificationFacts(served_on=date(2025, 6, 3), due_on=due, cap_on=cap, **facts)


# 立项, 绩效目标, 资金
@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, {"category": True}),
        ({"sector": "services"}, {"category": True}),
        ({"grant": Decimal(1)}, {"category": True}),
        ({"sector": "services", "grant": Decimal(1)}, {}),
    ],
)
def test_an_award_needs_category_and_amount(facts, expected):
    assert said(g.category_decided, **facts) == expected


def test_a_category_that_stands_is_not_decided_again():
    assert said(g.category_open, sector="services") == {"category_done": True}
    assert said(g.category_open) == {}


def test_the_findings_of_the_sheet_are_passed_on_with_the_way_to_it():
    found = blocking("weights", "权重合计 99")
    elsewhere = Finding("other", Severity.BLOCKING, "另一处", link="funds:budget")

    passed_on = list(g.sheet_complete(now(sheet=(found, elsewhere))))

    assert [(item.code, item.link) for item in passed_on] == [
        ("weights", "performance:sheet_edit"),
        ("other", "funds:budget"),
    ]


def test_targets_are_filed_only_when_nothing_is_left_to_review():
    assert said(g.targets_ready, readiness=(blocking("waiting_hr", "等待"),)) == {"waiting_hr": True}
    assert said(g.targets_ready) == {}


@pytest.mark.parametrize(
    ("grade", "excellent", "good"),
    [("", {}, {}), ("excellent", {}, {"grade": True}), ("good", {"grade": True}, {})],
)
def test_targets_are_filed_under_the_grade_they_got(grade, excellent, good):
    assert said(g.graded_excellent, grade=grade) == excellent
    assert said(g.graded_good, grade=grade) == good


def test_the_build_period_starts_only_with_money():
    assert said(g.money_issued) == {"money": True}
    assert said(g.money_issued, money_issued=True) == {}


# 延期
@pytest.mark.parametrize(
    ("end", "expected"),
    [(ON, {}), (ON - ONE, {"expired": True}), (None, {"not_building": True})],
    ids=["last day", "one day later", "not begun"],
)
def test_an_extension_is_decided_before_the_end(end, expected):
    assert said(g.before_build_end, build_end_on=end) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"extension_months": 12}, {}),
        ({"extension_months": 13}, {"months": False}),
        ({"extended_months": 6, "extension_months": 6}, {"extended": False}),
    ],
    ids=["most months", "a month more", "a second time"],
)
def test_the_numbers_of_an_extension_warn_and_do_not_block(facts, expected):
    assert said(g.extension_once, **facts) == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [({"extension"}, {}), ({"termination"}, {"request": True}), ({"extension", "termination"}, {}),
     (set(), {"request": True})],
)  # fmt: skip
def test_an_extension_needs_the_request_of_the_unit(asked, expected):
    assert said(g.extension_asked, asked=frozenset(asked)) == expected


# 申请验收
@pytest.mark.parametrize(
    ("end", "expected"), [(ON, {}), (ON + ONE, {"early": False}), (None, {})], ids=["last day", "a day early", "no end"]
)
def test_an_early_application_is_pointed_out(end, expected):
    assert said(g.build_over_or_early, build_end_on=end) == expected


def test_what_blocks_an_application():
    assert said(g.pack_complete, pack_missing=("专项审计报告",)) == {"pack": True}
    assert said(g.vouchers_reviewed, pending_count=1, pending=Decimal(5)) == {"pending": True}
    assert said(g.no_severe_problem, severe_problems=1) == {"problems": True}
    for guard in (g.pack_complete, g.vouchers_reviewed, g.no_severe_problem):
        assert said(guard) == {}


# 验收
@pytest.mark.parametrize(
    ("size", "expected"),
    [(0, {"panel": True}), (3, {"panel_size": False}), (4, {"panel_even": True}), (5, {}), (6, {"panel_even": True}),
     (7, {})],
)  # fmt: skip
def test_a_panel_is_odd_and_one_of_fewer_than_five_is_warned_of(size, expected):
    assert said(g.panel_recorded, acceptance=AcceptanceFacts(panel_size=size)) == expected


def test_a_studio_is_visited_by_three():
    assert said(g.panel_recorded, kind=Kind.STUDIO, acceptance=AcceptanceFacts(panel_size=3)) == {}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (None, {"gate_a": True}),
        (AcceptanceFacts(gate_a_open=1), {"gate_a": True}),
        (AcceptanceFacts(gate_b_open=("没有录入",)), {"gate_b": True}),
        (AcceptanceFacts(), {}),
    ],
)
def test_nothing_is_concluded_before_both_gates_are_looked_at(facts, expected):
    assert said(g.gates_judged, acceptance=facts) == expected


@pytest.mark.parametrize(
    ("facts", "passed", "failed"),
    [
        (AcceptanceFacts(), {}, {"nothing_unmet": True}),
        (AcceptanceFacts(gate_a_unmet=("面积",)), {"gate_a_unmet": True}, {}),
        (AcceptanceFacts(gate_b_unmet=("人次",)), {"gate_b_unmet": True}, {}),
    ],
    ids=["both passed", "gate A failed", "gate B failed"],
)
def test_either_gate_alone_decides_between_passing_and_an_order(facts, passed, failed):
    assert said(g.gates_passed, acceptance=facts) == passed
    assert said(g.some_gate_failed, acceptance=facts) == failed


def test_first_opinions_come_first():
    assert said(g.first_checks_done, acceptance=AcceptanceFacts(first_checks_missing=("甲局",))) == {
        "first_check": True
    }
    assert said(g.first_checks_done, acceptance=AcceptanceFacts()) == {}


# 整改
@pytest.mark.parametrize(("facts", "expected"), [(None, {"served": True}), (RectificationFacts(), {"served": True}),
                                                 (term(), {})])  # fmt: skip
def test_a_report_waits_for_service(facts, expected):
    assert said(g.order_served, rectification=facts) == expected


def test_a_report_answers_every_problem():
    assert said(g.all_answered, rectification=term(unanswered=1)) == {"unanswered": True}
    assert said(g.all_answered, rectification=term()) == {}


# Due Wed 3 June 2026; Fri 5 June; Sat 6 June; the days of National Day; the last day before it.
@pytest.mark.parametrize(
    ("due", "last_day_off"),
    [
        (date(2026, 6, 3), date(2026, 6, 4)),
        (date(2026, 6, 5), date(2026, 6, 8)),
        (date(2026, 6, 6), date(2026, 6, 8)),
        (date(2026, 9, 18), date(2026, 9, 20)),
        (date(2026, 9, 30), date(2026, 10, 8)),
        (date(2026, 10, 4), date(2026, 10, 8)),
        (date(2026, 10, 9), date(2026, 10, 10)),
    ],
    ids=["Wednesday", "Friday", "Saturday", "before a worked Sunday", "eve of the holiday", "in the holiday",
         "before a worked Saturday"],
)  # fmt: skip
def test_the_notice_waits_for_the_working_day_after_the_term_to_pass(due, last_day_off):
    facts = term(due=due, cap=due)

    assert said(g.term_over, due, rectification=facts) == {"term": True}
    assert said(g.term_over, last_day_off, rectification=facts) == {"term": True}
    assert said(g.term_over, last_day_off + ONE, rectification=facts) == {}


def test_no_notice_before_the_order_is_served():
    assert said(g.term_over, rectification=RectificationFacts()) == {"served": True}
    assert said(g.term_over, rectification=None) == {"served": True}


LATER = date(2027, 6, 1)


@pytest.mark.parametrize(
    ("due", "reported", "recheck", "expected"),
    [
        (date(2026, 6, 3), date(2026, 6, 3), WAITING, {"awaiting": True}),
        (date(2026, 6, 3), date(2026, 6, 4), WAITING, {}),
        (date(2026, 6, 6), date(2026, 6, 8), WAITING, {"awaiting": True}),
        (date(2026, 6, 6), date(2026, 6, 9), WAITING, {}),
        (date(2026, 10, 1), date(2026, 10, 8), WAITING, {"awaiting": True}),
        (date(2026, 6, 3), date(2026, 6, 3), FAILED, {}),
        (date(2026, 6, 3), date(2026, 6, 3), PASSED, {"recheck_passed": True}),
        (date(2026, 6, 6), date(2026, 6, 8), PASSED, {"recheck_passed": True}),
        (date(2026, 6, 6), date(2026, 6, 9), PASSED, {}),
        (date(2026, 6, 3), date(2026, 9, 3), PASSED, {}),
    ],
    ids=["in time", "a day late", "Monday after a Saturday", "Tuesday after it", "after the holiday", "failed",
         "passed", "passed on the last day of the cap", "passed a day after it", "passed late"],
)  # fmt: skip
def test_a_report_in_time_holds_the_notice_back_however_long_the_recheck_takes(due, reported, recheck, expected):
    facts = term(due=due, cap=due, reported_on=reported, recheck=recheck)

    assert said(g.term_over, LATER, rectification=facts) == expected


def test_of_a_report_past_the_cap_that_passed_only_the_notice_is_left():
    """Not one of the three ways on may be shut together (T21, T22, T23)."""
    facts = term(reported_on=date(2026, 6, 4), recheck=PASSED)

    assert said(g.recheck_passed, LATER, rectification=facts) == {"past_cap": True}
    assert said(g.term_over, LATER, rectification=facts) == {}
    assert said(g.term_over, LATER, rectification=replace(facts, ruled_in_favour=True)) == {"recheck_passed": True}


def test_a_case_reopened_by_an_upheld_defence_is_rechecked_before_another_notice():
    facts = term(reported_on=date(2026, 7, 1), recheck=WAITING, ruled_in_favour=True)

    assert said(g.term_over, LATER, rectification=facts) == {"awaiting": True}


@pytest.mark.parametrize(
    ("cap", "reported", "ruled", "expected"),
    [
        (date(2026, 6, 3), date(2026, 6, 3), False, {}),
        (date(2026, 6, 3), date(2026, 6, 4), False, {"past_cap": True}),
        (date(2026, 6, 6), date(2026, 6, 8), False, {}),
        (date(2026, 6, 6), date(2026, 6, 9), False, {"past_cap": True}),
        (date(2026, 10, 1), date(2026, 10, 8), False, {}),
        (date(2026, 10, 1), date(2026, 10, 9), False, {"past_cap": True}),
        (date(2026, 6, 3), date(2026, 6, 4), True, {}),
    ],
    ids=["cap day", "day after", "Monday after a Saturday", "Tuesday after it", "after the holiday",
         "second day after it", "facts found wrong"],
)  # fmt: skip
def test_a_report_past_the_cap_cannot_pass(cap, reported, ruled, expected):
    facts = term(due=cap, cap=cap, reported_on=reported, recheck=PASSED, ruled_in_favour=ruled)

    assert said(g.recheck_passed, LATER, rectification=facts) == expected


@pytest.mark.parametrize(
    ("recheck", "passing", "failing"),
    [
        (WAITING, {"recheck": True}, {"recheck": True}),
        (PASSED, {}, {"recheck_passed": True}),
        (FAILED, {"recheck_failed": True}, {}),
    ],
)
def test_the_result_is_what_the_recheck_found(recheck, passing, failing):
    facts = term(reported_on=date(2026, 6, 1), recheck=recheck)

    assert said(g.recheck_passed, rectification=facts) == passing
    assert said(g.recheck_failed, rectification=facts) == failing


@pytest.mark.parametrize(
    ("on", "facts", "expected"),
    [
        (ON - ONE, term(), {}),
        (ON, term(), {"cap": True}),
        (ON + ONE, term(), {"cap": True}),
        (ON, RectificationFacts(), {"cap": True}),
        (ON, None, {"cap": True}),
    ],
    ids=["day before", "cap day", "day after", "not served", "no order"],
)
def test_a_new_term_is_given_only_inside_the_cap(on, facts, expected):
    assert said(g.within_cap, on, rectification=facts) == expected


# 取消称号
def test_nothing_is_ruled_or_decided_before_service():
    for facts in (None, RevocationFacts()):
        assert said(g.notice_served, revocation=facts) == {"notice_served": True}
        assert said(g.defence_heard, revocation=facts) == {"notice_served": True}


def window(**facts):
    return RevocationFacts(served_on=date(2026, 5, 20), defend_by=ON, **facts)


@pytest.mark.parametrize(
    ("on", "facts", "expected"),
    [
        (ON, window(), {"window": True}),
        (ON + ONE, window(), {}),
        (ON + ONE, window(defended_on=ON), {"ruling": True}),
        (LATER, window(defended_on=LATER), {"ruling": True}),
        (ON, window(defended_on=ON, upheld=False), {}),
    ],
    ids=["last day of the window", "day after", "unanswered", "late and unanswered", "answered"],
)
def test_no_decision_while_the_window_runs_or_a_defence_is_unanswered(on, facts, expected):
    assert said(g.defence_heard, on, revocation=facts) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (None, {"no_defence": True}),
        (window(), {"no_defence": True}),
        (window(defended_on=ON), {}),
        (window(defended_on=ON, upheld=False), {"ruled": True}),
    ],
)
def test_a_defence_is_ruled_on_once(facts, expected):
    assert said(g.defence_stated, revocation=facts) == expected


# 清算, 终止
@pytest.mark.parametrize(("state", "blocks"), [("", True), ("prepared", False), ("approved", True)])
def test_a_settlement_is_prepared_before_it_is_approved(state, blocks):
    assert bool(said(g.settlement_prepared, settlement=state)) is blocks


@pytest.mark.parametrize(
    ("allocated", "received", "state", "blocks"),
    [
        (0, 0, "", False),
        (1, 0, "", True),
        (0, 1, "", True),
        (1, 1, "prepared", True),
        (1, 1, "approved", False),
        (1, 0, "approved", False),
    ],
)
def test_money_is_settled_before_a_termination(allocated, received, state, blocks):
    money = {"allocated": Decimal(allocated), "received": Decimal(received)}

    assert bool(said(g.money_settled, settlement=state, **money)) is blocks


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (None, {"decision_served": True}),
        (RevocationFacts(served_on=ON), {"decision_served": True}),
        (RevocationFacts(served_on=ON, decision_served_on=ON), {}),
    ],
)
def test_the_decision_is_served_before_the_books_are_closed(facts, expected):
    assert said(g.decision_served, revocation=facts) == expected


def test_every_blocking_finding_of_the_notice_names_its_clause():
    facts = term(due=date(2026, 6, 5), reported_on=LATER, recheck=PASSED)
    guards = (g.term_over, g.recheck_passed, g.within_cap, g.before_build_end, g.money_issued, g.gates_judged)

    found = [item for guard in guards for item in guard(now(rectification=facts, build_end_on=date(2026, 1, 1)))]

    assert len(found) >= len(guards)
    assert {item.clause for item in found} == {"六（一）", "五"}
