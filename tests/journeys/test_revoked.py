"""A project that does not mend in its year: notice, defence, ruling, revocation, settlement. The clock never decides."""

import re
from datetime import date

import pytest
from django.core.management import call_command

from lifecycle.demo.cast import MACHINES, base
from lifecycle.demo.papers import paper
from tests.journeys.life import Life

APPLIED, ORDERED, SERVED = date(2025, 3, 11), date(2025, 4, 22), date(2025, 4, 30)
# Due on 2026-04-30; 1 to 5 May 2026 are days off, so that the next working day is the 6th.
NEXT_WORKING, FREE = date(2026, 5, 6), date(2026, 5, 7)
NOTICE = "整改期满，拟制拟取消称号告知"


@pytest.fixture
def life(town):
    """限期整改, served on 2025-04-30."""
    story = town.stage(SERVED).finished("hexing", base("示例市和兴职业学校", MACHINES), APPLIED, a=("N2a",))
    story.order(ORDERED, served_on=SERVED)
    return Life.of(town, story)


def notice(life, day):
    life.on(day)
    life.draft(life.ph.task(NOTICE))
    life.phl.idle("签署《拟取消称号告知》")
    life.pf.task("会商《拟取消称号告知》").submit("会商同意")
    life.sign("拟取消称号告知")
    life.serve(day, "登记拟取消告知书送达")


def defend(life, day):
    life.on(day)
    page = life.u2.task("陈述申辩")
    page.submit("提交陈述申辩", text="场地改造受施工影响，请求重新复验。", proof=paper("证据材料"))


def revoke(life):
    """Notice to decision: the unit was heard, the ruling given, two signatures."""
    notice(life, FREE)
    defend(life, date(2026, 5, 12))
    life.on(date(2026, 5, 20))
    life.ph.task("复核陈述申辩")
    life.decide("ruling")
    life.on(date(2026, 5, 25))
    life.review_legality()
    life.decide("T26", life.ph.task("可以拟制取消称号决定"))
    life.stands("取消称号")
    life.serve(date(2026, 5, 27), "登记取消决定书送达")


def prepare_settlement(life, day):
    life.on(day)
    page = life.pf.open(f"{life.url}funds/").click("编制清算").says("结余")
    page.submit("保存清算", document_number="示例财社〔2026〕清1号").says("待省财政厅负责人批准")


def approve_settlement(life):
    life.pfl.task("批准资金清算").submit("批准")


def test_the_notice_waits_for_the_day_after_the_next_working_day(life):
    life.on(NEXT_WORKING)
    life.ph.idle(NOTICE)
    page = life.ph.open(f"{life.url}steps/T23/").says("该日之后方可告知")
    given = {
        "number": "示例人社联〔2026〕1号",
        "dated_on": str(NEXT_WORKING),
        "reason": "期满。",
        "notice": paper("告知书"),
    }
    page.refused("其后第一个工作日为 2026-05-06，该日之后方可告知", closed=True, **given)
    life.stands("限期整改")

    life.on(FREE)
    page = life.draft(life.ph.task(NOTICE))
    life.phl.open(page.url).closed_button("签署同意", "等待省财政厅经办会商", "sign/")
    life.pf.task("会商《拟取消称号告知》").submit("会商同意")
    life.sign("拟取消称号告知")
    life.stands("拟取消告知")


def test_nothing_is_decided_before_the_unit_was_heard(life):
    notice(life, FREE)
    life.on(date(2026, 5, 11))
    given = {"number": "示例人社联〔2026〕2号", "dated_on": "2026-05-11", "reason": "申辩不成立。"}
    papers = {name: paper(name) for name in ("minutes", "decision")}
    page = life.ph.open(f"{life.url}steps/T26/").says("期满前不得决定")
    page.refused("陈述申辩期至 2026-05-20，期满前不得决定", closed=True, **given, **papers)

    defend(life, date(2026, 5, 12))
    life.ph.open(f"{life.url}steps/T26/").says("须先逐条答复并作出复核决定")
    life.u2.open(f"{life.url}rectification/").says("请求重新复验")


def test_a_revoked_title_is_settled_and_stays_readable(life):
    revoke(life)
    prepare_settlement(life, date(2026, 6, 15))
    approve_settlement(life)

    life.stands("已清算")
    page = life.record(date(2026, 6, 20), "courses", "1000.00")
    life.u2.open(page.url).refused("项目资金已清算，账目不再变动", button="提交审核")
    for who in (life.u1, life.u2, *life.offices, life.ph, life.phl, life.pf, life.pfl, life.au):
        for tab in ("", "targets/", "funds/", "acceptance/", "rectification/", "files/", "journal/"):
            who.open(life.url + tab).stands("已清算").says("示例市和兴职业学校")


def test_the_timeline_of_a_revoked_project_is_in_order_and_the_journal_whole(life, capsys):
    revoke(life)

    html = life.u2.open(life.url).response.content.decode()
    days = re.findall(r"<small>(\d{4}-\d{2}-\d{2})", html[html.index('class="feed"') :].split("</ol>")[0])

    assert len(days) > 10
    assert days == sorted(days, reverse=True)
    assert days[0] == "2026-05-27"
    call_command("verify_journal", "--rows")
    assert "日志完整" in capsys.readouterr().out


def test_a_defence_that_is_upheld_leads_back_to_the_recheck_and_passes(life):
    notice(life, FREE)
    defend(life, date(2026, 5, 12))
    life.on(date(2026, 5, 20))
    life.ph.task("复核陈述申辩")
    life.decide("T25")
    life.stands("整改复验")

    life.recheck(date(2026, 6, 1), passed=True)
    life.on(date(2026, 6, 5))
    life.decide("T21", life.ph.task("拟制复验结果"))
    life.stands("通过验收")
    life.u1.open(f"{life.url}rectification/").says("申辩成立")


def test_a_defence_upheld_within_the_year_leads_back_to_mending(town):
    """A shorter term ends early; the year of the order still runs."""
    story = town.stage(SERVED).finished("hexing", base("示例市和兴职业学校", MACHINES), APPLIED, a=("N2a",))
    story.order(ORDERED, term=6, served_on=SERVED)
    life = Life.of(town, story)
    notice(life, date(2025, 11, 10))
    defend(life, date(2025, 11, 12))
    life.on(date(2025, 11, 24))
    life.decide("T25R", due_on="2026-04-30")
    life.stands("限期整改").says("2026-04-30")

    life.answer(date(2026, 3, 2))
    life.report(date(2026, 3, 3))
    life.recheck(date(2026, 3, 16), passed=True)
    life.on(date(2026, 3, 20))
    life.decide("T21")
    life.stands("通过验收")
