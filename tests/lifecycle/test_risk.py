"""风险分: each part at its arithmetic, the list in order, the same statements however many projects."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from funds.models import Flag
from lifecycle.models import Deadline
from lifecycle.queries.risk import ranked, risks_of
from lifecycle.rules.risk import Facts, Level, Money, risk_of
from policy.loader import edition
from policy.terms import Stage
from projects.models import Problem
from tests import factories as make
from tests.performance import round_scene as rounds
from tests.permissions.scene import signed_in
from tests.reports.scene import furnished

ON = date(2026, 3, 2)
RULES = edition("jilin_2025")


def part(facts, code):
    return next(one for one in risk_of(facts, RULES).parts if one.code == code)


@pytest.mark.parametrize(
    ("facts", "code", "points", "figures"),
    [
        (Facts(overdue=("一季",), late=("二季", "三季")), "reports", "16.0", "逾期未报 1 × 10 分 + 逾期报送 2 × 3 分（一季、二季、三季）"),
        (Facts(overdue=("一", "二", "三")), "reports", "20.0", "逾期未报 3 × 10 分（一、二、三），按最高 20 分计"),
        (Facts(problems={"severe": 1, "minor": 2}, flags=3), "problems", "19.0",
         "严重问题 1 × 12 分 + 一般问题 2 × 2 分 + 未办结疑点 3 × 1 分"),
        (Facts(problems={"severe": 3}), "problems", "25.0", "严重问题 3 × 12 分，按最高 25 分计"),
        (Facts(short=("培训人次",)), "targets", "3.0", "预计达不到的指标 1 × 3 分（培训人次）"),
        (Facts(held=True), "hold", "10.0", "资金暂停中"),
        (Facts(past=("整改到期",)), "deadlines", "5.0", "已过期限 1 × 5 分（整改到期）"),
        (Facts(), "reports", "0.0", "没有"),
        (Facts(), "money", "0.0", "没有可比的预算或进度"),
    ],
)  # fmt: skip
def test_each_part_says_its_arithmetic(facts, code, points, figures):
    found = part(facts, code)

    assert (found.points, found.figures, found.rank) == (Decimal(points), figures, "系统默认")


@pytest.mark.parametrize(
    ("spent", "points"),
    [("0", "20.0"), ("250000", "10.0"), ("399999.99", "4.0"), ("400000", "0.0"), ("900000", "0.0")],
    ids=["nothing", "half of it", "a cent below the green light", "green", "ahead"],
)
def test_slow_money_counts_by_what_is_missing(spent, points):
    money = Money(Decimal(spent), Decimal(1_000_000), Fraction(1, 2), by_plan=True)

    assert part(Facts(money=money), "money").points == Decimal(points)


def test_the_parts_sum_to_a_hundred_at_most_and_give_the_level():
    worst = Facts(
        overdue=("一",) * 9, money=Money(Decimal(0), Decimal(1), Fraction(1), by_plan=False), problems={"severe": 9},
        flags=9, short=("甲",) * 9, held=True, past=("乙",) * 9,
    )  # fmt: skip
    risk = risk_of(worst, RULES)

    assert (risk.score, risk.level) == (Decimal(100), Level.HIGH)
    assert risk_of(Facts(problems={"severe": 3}), RULES).level == Level.MIDDLE
    assert risk_of(Facts(problems={"severe": 2}), RULES).level == Level.LOW
    assert risk_of(Facts(held=True, problems={"minor": 1}), RULES).sum == "资金暂停 10.0 + 问题和疑点 2.0 = 12.0 分"


def troubled(world):
    """Slow money, a severe problem, an open 疑点, a date gone by, a report not sent in."""
    project = furnished(world, spent="0.00")
    Deadline.objects.filter(project=project).update(due_on=date(2026, 2, 1))
    Problem.objects.create(
        project=project, number=1, serial=1, fact="账实不符", clause="五", requirement="整改", level="severe"
    )
    Flag.objects.create(project=project, rule="person", message="请说明", raised_on=ON)
    return project


@pytest.mark.django_db
def test_the_facts_of_a_project_come_from_its_rows(world):
    quiet, project = furnished(world, spent="5000000.00"), troubled(world)

    risks = risks_of([quiet, project], ON)

    assert risks[quiet.pk].score == 0
    assert {one.code: str(one.points) for one in risks[project.pk].reasons} == {
        "money": "20.0", "problems": "13.0", "deadlines": "5.0",
    }  # fmt: skip


@pytest.mark.django_db
def test_late_reports_and_a_pace_that_does_not_reach_the_target_count(world):
    project = rounds.building(world)
    one = rounds.made(project, world)
    rounds.sent(one, world, on=date(2026, 4, 20))
    rounds.reviewed(one, world, on=date(2026, 4, 20))
    rounds.made(project, world, rounds.Q2, rounds.ON2, rounds.DUE2)

    parts = {one.code: one for one in risks_of([project], date(2026, 7, 16))[project.pk].parts}

    assert parts["reports"].figures == "逾期未报 1 × 10 分 + 逾期报送 1 × 3 分（2026年第2季度、2026年第1季度）"
    assert parts["targets"].points == 0  # 500 in 90 of 730 days leads to 4055 of 2000


@pytest.mark.django_db
def test_a_pace_too_slow_is_told_by_the_last_accepted_report(world):
    project = rounds.building(world)
    one = rounds.made(project, world)
    one.sheet.indicators.get().targets.filter(block="实施期").update(value="9000")
    one.sheet.indicators.get().targets.exclude(block__startswith="2").update(value="9000")
    rounds.accepted(one, world)

    found = next(part for part in risks_of([project], ON)[project.pk].parts if part.code == "targets")

    assert found.figures == "预计达不到的指标 1 × 3 分（培训人次）"


@pytest.mark.django_db
def test_the_list_is_ordered_and_costs_the_same_for_one_and_three(world):
    first = troubled(world)
    assert world.ph.live_memberships
    with CaptureQueriesContext(connection) as one:
        ranked(world.ph, ON)
    furnished(world, spent="5000000.00")
    troubled(world)
    with CaptureQueriesContext(connection) as three:
        rows = ranked(world.ph, ON)

    assert len(one) == len(three) <= 13
    assert rows[0].project == first
    assert [row.risk.score for row in rows] == [38, 38, 0]
    assert [row.project for row in ranked(world.ph, ON, level="low")] == [rows[2].project]


@pytest.mark.django_db
def test_who_sees_the_order_and_who_does_not(world):
    project, other = (
        troubled(world),
        furnished(world, make.organisation(make.node("邻市", "city", world.province), name="外市学校")),
    )

    city, unit = signed_in(world.ch), signed_in(world.u1)

    page = city.get("/alerts/risk/").content.decode()
    assert project.name in page
    assert other.name not in page
    assert city.get(f"/projects/{other.pk}/risk/").status_code == 404
    assert (unit.get("/alerts/risk/").status_code, unit.get(f"/projects/{project.pk}/risk/").status_code) == (403, 403)
    assert "风险分" not in unit.get(f"/projects/{project.pk}/").content.decode()
    assert "风险分" not in unit.get("/alerts/").content.decode()


@pytest.mark.django_db
def test_alerts_can_be_ordered_by_the_risk_of_their_project(world):
    project = troubled(world)
    furnished(world, spent="5000000.00")

    rows = signed_in(world.ph).get("/alerts/?sort=risk").context["rows"]

    assert rows[0].alert.project_id == project.pk
    assert rows[0].score > rows[-1].score


@pytest.mark.django_db
def test_programs_read_the_arithmetic(world):
    project = troubled(world)

    answer = signed_in(world.ph).get(f"/api/v1/projects/{project.pk}/risk/").json()

    assert answer["parts"][3]["code"] == "targets"
    assert answer["sum"].endswith("分")
    assert signed_in(world.u1).get("/api/v1/risks/").status_code == 403


def test_stages_without_money_to_spend_have_no_slow_money():
    from lifecycle.queries.risk import WATCHED

    assert Stage.ACCEPTED not in WATCHED
