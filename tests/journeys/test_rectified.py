"""A project that fails at acceptance, is ordered to mend what was found, and passes at last."""

from datetime import date

import pytest

from lifecycle.demo.cast import MACHINES, base
from lifecycle.demo.papers import paper
from tests.journeys.life import Life, recheck_data

START = date(2023, 3, 1)
OTHER = "您拟制了整改通知书，不能复验，请由另一人（省人社或省财政经办）复验"


@pytest.fixture
def life(town):
    """验收中: both gates looked at; one construction condition and one core target not met."""
    story = town.stage(START).built("xinhua", base("示例市新华技师学院", MACHINES), START)
    story.spend(date(2023, 9, 4), parts=1)
    life = Life.of(town, story)
    life.into_acceptance(date(2025, 3, 3))
    life.judged(date(2025, 3, 17), a=("N2a",), b=("B01",))
    return life


def test_what_failed_is_ordered_mended_rechecked_and_passes(life):
    life.on(date(2025, 3, 20))
    life.ph.open(life.url).says("建设条件不符合：N2a", "核心指标未达到：年度培训人次").silent("去办理：通过验收")
    page = life.ph.open(f"{life.url}steps/T18/")
    page.refused("核心指标未达到：年度培训人次", closed=True, **document("T18", "opinion"))

    life.order(date(2025, 4, 1))
    life.ph.open(f"{life.url}rectification/").says("核心指标未达到：年度培训人次", "未送达")
    life.u2.open(f"{life.url}rectification/").silent("核心指标未达到", "填写整改")
    life.u2.open("/alerts/").silent("核心指标未达到")
    life.u1.idle("填写整改措施")
    life.serve(date(2025, 4, 15)).says("2026-04-15")
    life.u2.open(f"{life.url}rectification/").says("核心指标未达到：年度培训人次", "填写整改")
    life.u2.open("/alerts/").says("核心指标未达到：年度培训人次")
    life.on(date(2025, 5, 6))
    page = life.u2.open(f"{life.url}rectification/report/")
    page.refused("还有 2 个问题没有整改措施或佐证材料", closed=True, text="已整改。")
    life.answer(date(2025, 9, 1))
    life.report(date(2025, 9, 2))

    life.ph.idle("整改复验")
    page = life.ph.open(f"{life.url}rectification/recheck/")
    page.refused(OTHER, **recheck_data(page, passed=True))
    life.recheck(date(2025, 9, 20), passed=True)
    life.on(date(2025, 9, 25))
    life.decide("T21", life.ph.task("拟制复验结果"))
    life.stands("通过验收")
    life.u1.open(f"{life.url}rectification/").says("已结束", "复验通过")


def document(code, *papers):
    """A decision's own fields, where nothing shall come of it."""
    given = {"number": f"示例人社联〔2025〕{code}号", "dated_on": "2025-03-20", "reason": "经研究。"}
    return given | {name: paper(name) for name in papers}


def test_an_order_lists_every_failing_item_and_none_may_be_left_out(life):
    life.on(date(2025, 4, 1))
    page = life.begin("责令限期整改")
    facts = {name: value[0] for name, value in page.form("送两厅签署").values.items() if name.endswith("_fact")}

    assert [bool(text) for text in facts.values()] == [True, True, False, False]
    assert "年度培训人次" in facts["item_1_fact"]
    page.refused("未列入不符合项", **document("T19", "order"), item_1_fact="", item_1_requirement="")
    page.refused("整改期限为 1 至 12 个月", **document("T19", "order"), term_months=13)
    life.draft(page)
    decision = life.phl.task("签署《责令限期整改》").says(facts["item_0_fact"], facts["item_1_fact"])
    decision.submit("签署同意").says("人社：省人社负责人")


def test_a_failed_recheck_leads_on_within_the_year(life):
    life.order(date(2025, 4, 1), term=6)
    life.serve(date(2025, 4, 15)).says("2025-10-15", "2026-04-15")
    life.answer(date(2025, 9, 1))
    life.report(date(2025, 9, 2))
    life.recheck(date(2025, 9, 20), passed=False)

    life.on(date(2025, 9, 25))
    page = life.ph.task("拟制复验结果")
    page.refused("不得再延", **document("T22", "opinion"), due_on="2026-04-16")
    life.decide("T22", page, due_on="2026-03-31")
    life.stands("限期整改").says("2026-03-31")

    life.answer(date(2026, 2, 2))
    life.report(date(2026, 2, 3))
    life.recheck(date(2026, 2, 20), passed=True)
    life.on(date(2026, 3, 2))
    life.decide("T21")
    life.stands("通过验收")
    life.u2.open(f"{life.url}rectification/").says("第 2 次整改报告", "第 1 次整改报告", "复验不通过")
