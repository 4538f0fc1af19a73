"""The rarer ways a life goes: given up by the unit, revoked and annulled by a court, found wanting after it passed."""

from datetime import date

import pytest

from lifecycle.demo.cast import MACHINES, base
from tests.journeys.life import Life
from tests.journeys.test_revoked import APPLIED, ORDERED, SERVED, approve_settlement, revoke
from tests.lifecycle import scene

UNIT = "示例市和兴职业学校"

pytestmark = pytest.mark.once


@pytest.fixture
def stage(town):
    return town.stage(SERVED)


def test_a_project_given_up_is_settled_and_ended(town, stage):
    life = Life.of(town, stage.built("hexing", base(UNIT, MACHINES), date(2024, 3, 1)))
    life.on(SERVED)
    life.u2.open(f"{life.url}termination/").submit("提交申请", reason="单位转产，主动放弃项目")
    page = life.ph.task("办理终止申请").says("须先完成资金清算")
    assert not [href for _, href in page.read.links if "settlement" in href], "leads 省人社 to a page of 省财政"

    life.pf.task("编制资金清算").submit("保存清算", document_number="示例财社〔2025〕清1号")
    approve_settlement(life)
    life.decide("T30", life.ph.task("办理终止申请"))
    life.stands("终止")


def test_an_annulled_revocation_is_weighed_and_decided_anew(town, stage):
    """T32: what was ruled and served before the judgment does not bind what comes after it."""
    story = stage.finished("hexing", base(UNIT, MACHINES), APPLIED, a=("N2a",))
    story.order(ORDERED, served_on=SERVED)
    life = Life.of(town, story)
    revoke(life)
    life.on(date(2026, 9, 1))
    scene.contest(story, "T26", date(2026, 9, 1))
    life.decide("T32")
    life.stands("拟取消告知")

    life.ph.open(life.url).says("去办理：复核：认定事实有误，重新复验")
    life.decide("ruling")
    life.review_legality()
    life.decide("T26")
    life.serve(date(2026, 9, 2), "登记取消决定书送达")


def test_what_a_recheck_cleared_is_no_alert_any_more(town, stage):
    story = stage.finished("hexing", base(UNIT, MACHINES), APPLIED, b=("B01",))
    story.order(ORDERED, served_on=SERVED)
    life = Life.of(town, story)
    life.u2.open("/alerts/").says("核心指标未达到：年度培训人次")
    life.answer(date(2025, 9, 1))
    life.report(date(2025, 9, 2))
    life.recheck(date(2025, 9, 20), passed=True)
    life.on(date(2025, 9, 25))
    life.decide("T21")

    life.u2.open("/alerts/").silent("核心指标未达到")


def test_a_project_that_passed_and_fails_its_assessment_mends_within_its_term(town, stage):
    story = stage.finished("hexing", base(UNIT, MACHINES), APPLIED)
    story.decide("T18", ORDERED)
    life = Life.of(town, story)
    life.on(date(2026, 2, 10))
    texts = {"equipment": "开机率不足三成", "work": "培训 320 人次", "problems": "师资不足"}
    life.u1.task("编制年度报告（2025）").submit("保存", **texts).says("年度报告已保存")
    life.u2.task("报送年度报告（2025）").submit("报送").says("年度报告已报送")
    given = {"agreed": "yes", "opinion": "情况属实"}
    town["ch"].task("初审年度报告").submit("提交初审意见", **given).says("初审意见已提交")
    graded = {"year": 2025, "grade": "不合格", "opinion": "培训人次不足目标的三分之一"}
    life.ph.task("提出年度考核等次").submit("提出等次", **graded).says("等次已提出")
    life.decide("T28J", life.ph.task("年度考核等次待决定"), projects=[life.pk])

    page = life.ph.task("2025年度考核不合格，责令限期整改")
    life.draft(page, item_0_fact="年度培训未达标", item_0_requirement="补足培训人次", term_months=3)
    life.sign("考核不合格，责令限期整改")
    life.serve(date(2026, 3, 10)).says("2026-06-10", "2027-03-10")
    life.answer(date(2026, 4, 1))
    life.report(date(2026, 4, 2))
    life.recheck(date(2026, 4, 10), passed=True)
    life.on(date(2026, 4, 15))
    life.decide("T21")
    life.stands("通过验收")
