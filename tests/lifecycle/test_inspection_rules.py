"""检查, the pure rules: who is proposed and why, who must stand aside, when a record may be signed, when time is up."""

from datetime import date
from decimal import Decimal

import pytest

from lifecycle.rules.inspections import (
    Candidate,
    Coverage,
    Member,
    Pick,
    Post,
    Record,
    Visited,
    arithmetic,
    check_list,
    check_signature,
    check_team,
    conflicts_of,
    propose,
    window_over,
)
from policy.loader import edition
from policy.terms import Kind, Track, UnitType

ON = date(2026, 3, 2)
RULE = Coverage(Decimal(5_000_000), 50, Decimal("0.30"))
UNIT, OFFICE = 1, 2


def candidate(pk, amount, risk=None):
    return Candidate(pk, Decimal(amount), None if risk is None else Decimal(risk))


@pytest.mark.parametrize(
    ("amount", "risk", "why"),
    [
        ("5000000.00", None, "amount"),
        ("4999999.99", "50.0", "risk"),
        ("4999999.99", "49.9", "drawn"),
        ("300000.00", None, "drawn"),
    ],
    ids=["the amount itself", "the score itself", "just below both", "no score known"],
)
def test_a_project_is_proposed_by_amount_then_risk_then_the_draw(amount, risk, why):
    assert propose([candidate(7, amount, risk)], RULE, seed="s")[7].why == why


@pytest.mark.parametrize(("rest", "taken"), [(0, 0), (1, 1), (3, 1), (4, 2), (10, 3), (11, 4)])
def test_the_share_of_the_rest_is_rounded_up(rest, taken):
    picks = propose([candidate(pk, 300_000) for pk in range(rest)], RULE, seed="s")

    assert sum(pick.why == "drawn" for pick in picks.values()) == taken


def test_the_same_seed_draws_the_same_and_another_seed_another_order():
    rows = [candidate(pk, 300_000) for pk in range(20)]
    first = propose(rows, RULE, seed="a")

    assert propose(reversed(rows), RULE, seed="a") == first
    assert propose(rows, RULE, seed="b") != first
    assert sorted(pick.place for pick in first.values()) == list(range(1, 21))


@pytest.mark.parametrize(
    ("pick", "amount", "risk", "said"),
    [
        (Pick("amount"), 7_000_000, "12.5", "补助 700.00 万元 ≥ 500.00 万元，必查"),
        (Pick("risk"), 300_000, "61.0", "补助 30.00 万元 < 500.00 万元；风险分 61.0 ≥ 50，必查"),
        (
            Pick("drawn", 5, 2, 2), 300_000, "12.5",
            "补助 30.00 万元 < 500.00 万元；风险分 12.5 < 50；其余 5 个抽 30%：1.5，进一取 2 个；按种子排第 2 位，抽中",
        ),
        (
            Pick("left", 5, 2, 3), 300_000, None,
            "补助 30.00 万元 < 500.00 万元；没有风险分；其余 5 个抽 30%：1.5，进一取 2 个；按种子排第 3 位，未抽中",
        ),
    ],
)  # fmt: skip
def test_why_it_was_chosen_shows_the_arithmetic(pick, amount, risk, said):
    score = None if risk is None else Decimal(risk)

    assert arithmetic(pick, RULE, amount=Decimal(amount), risk=score) == said


def member(pk, *posts):
    return Member(pk, f"人员{pk}", tuple(Post(*post) for post in posts) or (Post(OFFICE, "示例市人社局", None),))


def visit(**facts):
    given = {"recorders": frozenset(), "judges": frozenset(), "inspectors": frozenset({1, 2, 3})} | facts
    return Visited("示例项目", UNIT, **given)


def codes(members, leader, visits, **facts):
    given = {"least": 2, "years": 3, "on": ON} | facts
    return [finding.code for finding in check_team(members, leader, visits, **given)]


@pytest.mark.parametrize(
    ("until", "found"),
    [
        (None, ["conflict"]),
        (date(2026, 3, 2), ["conflict"]),
        (date(2023, 3, 2), ["conflict"]),
        (date(2023, 3, 1), []),
    ],
    ids=["still there", "until today", "left three years ago today", "a day longer ago"],
)
def test_who_held_a_post_at_the_unit_stands_aside_for_three_years(until, found):
    team = [member(1), member(2, (UNIT, "示例技师学院", until))]

    assert codes(team, 1, [visit()]) == found


def test_a_conflict_is_told_with_name_and_reason():
    team = [member(1), member(2, (UNIT, "示例技师学院", date(2025, 6, 30)))]
    (finding,) = check_team(team, 1, [visit()], least=2, years=3, on=ON)

    assert finding.message == (
        "人员2不能检查「示例项目」：2025-06-30 以前在示例技师学院任职，离任未满 3 年，应当回避，请换人。"
    )
    assert conflicts_of(team, [visit()], years=3, on=ON) == {2: "2025-06-30 以前在示例技师学院任职，离任未满 3 年"}


@pytest.mark.parametrize(
    ("facts", "leader", "found"),
    [
        ({}, 1, []),
        ({"recorders": frozenset({2})}, 1, ["conflict"]),
        ({"inspectors": frozenset({1})}, 1, ["reach"]),
        ({"judges": frozenset({2})}, 1, []),
        ({"judges": frozenset({2})}, 2, ["leader_judged"]),
    ],
    ids=["nothing", "acted for the unit", "out of reach", "judged its money", "judged its money and leads"],
)
def test_who_may_be_in_a_team_and_lead_it(facts, leader, found):
    assert codes([member(1), member(2)], leader, [visit(**facts)]) == found


@pytest.mark.parametrize(
    ("members", "leader", "found"),
    [
        ([1, 2], 1, []),
        ([1], 1, ["team"]),
        ([1, 1], 1, ["team"]),
        ([], None, ["team", "leader"]),
        ([1, 2], 3, ["leader"]),
    ],
)
def test_a_team_has_two_people_and_a_leader_among_them(members, leader, found):
    assert codes([member(pk) for pk in members], leader, []) == found


def standing(**facts):
    given = {
        "verdicts": {"A": ("met", False), "B": ("bad", True)}, "made": True, "members": {1: "甲", 2: "乙", 3: "丙"},
        "leader": 1, "signed": frozenset(),
    }  # fmt: skip
    return Record(**(given | facts))


@pytest.mark.parametrize(
    ("record", "signer", "found"),
    [
        (standing(), 2, []),
        (standing(), 9, ["member"]),
        (standing(signed=frozenset({2})), 2, ["twice"]),
        (standing(), 1, ["last"]),
        (standing(signed=frozenset({2})), 1, ["last"]),
        (standing(signed=frozenset({2, 3})), 1, []),
        (standing(made=False), 2, ["visit"]),
        (standing(verdicts={"A": ("", False)}), 2, ["items"]),
        (standing(verdicts={"A": ("bad", False)}), 2, ["words"]),
        (standing(members={1: "甲"}), 1, ["team"]),
    ],
)
def test_when_a_record_may_be_signed(record, signer, found):
    assert [finding.code for finding in check_signature(record, signer, least=2)] == found


def test_the_time_to_answer_ends_with_its_last_day():
    assert [window_over(date(2026, 3, 9), date(2026, 3, on)) for on in (8, 9, 10)] == [False, False, True]
    assert window_over(None, ON) is False


def test_the_check_list_is_drawn_from_the_conditions_and_the_uses_of_the_money():
    rules = edition("jilin_2025")
    conditions = rules.conditions_for(Kind.BASE, Track.NEW, UnitType.TECHNICAL)
    lines = check_list(rules, Kind.BASE, conditions)

    assert [line.code for line in lines if line.part == "建设条件"] == [item.code for item in conditions]
    assert [line.code for line in lines if line.part == "资金使用"] == [
        item.code for item in rules.categories_for(Kind.BASE)
    ]
    area = next(line for line in lines if line.code == "N2a")
    assert (area.required, area.clause) == ("≥1000 平方米", "通知二（一）1（2）")
