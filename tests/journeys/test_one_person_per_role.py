"""A small province: exactly one person for every role. Nothing waits for a second account, no rule is relaxed."""

from collections import Counter
from datetime import date, timedelta

import pytest

from accounts.models import Membership
from tests.journeys.life import Life, recheck_data, refund

CITY_HR, PROVINCE_HR = "示例市人力资源和社会保障局", "示例省人力资源和社会保障厅"
ACTING = ("U1", "U2", "CH", "CF", "PH", "PHL", "PF", "PFL")
REGISTERED, ISSUED, OVER = date(2026, 1, 5), date(2026, 3, 2), date(2028, 3, 3)

pytestmark = pytest.mark.once


@pytest.fixture
def life(town):
    """已立项, a unit of 示例市."""
    life = Life.registered(town, REGISTERED, "beichen", "示例市北辰技师学院", CITY_HR)
    life.award(date(2026, 1, 12))
    return life


@pytest.fixture
def direct(town):
    """已立项, a unit directly under the province: no city office above it."""
    people = {"ch": "", "cf": ""}
    life = Life.registered(town, REGISTERED, "nongye", "示例省农业技师学院", PROVINCE_HR, **people)
    life.award(date(2026, 1, 12))
    return life


def without_the_second(town):
    """The invented province has two 省财政经办; a small one has not."""
    Membership.objects.filter(user=town.cast["pf2"]).update(until=REGISTERED - timedelta(days=1))


def build(life):
    life.issue(ISSUED)
    life.budget(date(2026, 3, 9))
    life.start(date(2026, 3, 16))


def mend(life):
    """Failed at gate A, ordered, answered, re-checked by who did not draft the order, passed."""
    life.gate_a(date(2028, 3, 20), failing=("N6",))
    life.enter_values(date(2028, 3, 21))
    life.ph.idle("确认绩效评估数值")
    page = life.ph.open(f"{life.url}evaluation/confirm/").says("由录入方（人社）以外的另一部门经办确认")
    page.refused("须由财政部门经办确认", button="确认数值", closed=True)
    life.pf.task("确认绩效评估数值").submit("确认数值")
    life.order(date(2028, 4, 5))
    life.serve(date(2028, 4, 10))
    life.answer(date(2028, 6, 1))
    life.report(date(2028, 6, 2))
    page = life.ph.open(f"{life.url}rectification/recheck/")
    page.refused("请由另一人（省人社或省财政经办）复验", **recheck_data(page, passed=True))
    life.recheck(date(2028, 6, 20), passed=True)
    life.on(date(2028, 6, 26))
    life.decide("T21")
    life.stands("通过验收")


def test_a_whole_life_runs_with_one_person_for_every_role(life):
    without_the_second(life.town)
    acting = Membership.objects.filter(role__in=ACTING).exclude(until__lt=REGISTERED)
    seats = Counter((one.role, one.organisation_id) for one in acting)
    assert set(seats.values()) == {1}

    life.fill_targets(date(2026, 1, 20))
    page = life.u2.open(f"{life.url}targets/edit/")
    page.submit("暂存", **{"goal-period": "建成高技能人才培训基地，由负责人改过。"})
    page = life.u2.task("完成并送审绩效目标").click("送审")
    page.refused("填写人不能送审。请由另一位负责人送审；只有一位负责人的，请由经办核对全部内容并办理“接手编制”")
    life.u1.open(f"{life.url}targets/edit/").submit("暂存")
    life.u2.task("完成并送审绩效目标").click("送审").refused("填写人不能送审")
    life.u1.open(f"{life.url}targets/").click("接手编制").submit("接手编制", checked="on").says("已接手编制")
    life.submit_targets(date(2026, 1, 22))
    life.first_review(date(2026, 1, 26))
    life.score(date(2026, 2, 3))
    page = life.ph.task("拟制绩效目标备案决定（优）")
    page = life.draft(page, projects=[life.pk])
    life.phl.open(page.url).submit("签署同意")
    life.phl.open(page.url).closed_button("签署同意", "已签署过，另一方须由另一部门的负责人签署", "sign/")
    life.sign("备案绩效目标（评级优）", ["pfl"])

    build(life)
    pay(life)
    life.into_acceptance(OVER)
    mend(life)


def pay(life):
    """省财政 acts only where nobody of 市财政 may: here, on what 市财政 itself proposed."""
    url = life.record(date(2026, 9, 1), "equipment", "4000000.00").url
    life.u1.open(url).silent("提交审核")
    life.u2.open(url).submit("提交审核")
    life.pf.idle("审核支出")
    life.pf.open(url).says("您不能审核本笔", "由所在地财政部门审核")
    life.recognise(url)

    page = life.judge.open(url).click("提出冲销")
    reversal = page.submit("提出冲销", amount="100000.00", reason="重复付款", **refund("退-1")).address("退-1")
    life.judge.open(reversal).says("您不能审核本笔", "由省财政厅经办审核")
    life.judge.idle("审核冲销")
    life.pf.task("审核冲销")
    life.pf.open(reversal).submit("记录审核结论", verdict="recognised").says("审核结论已记录")


def waits_for_a_second(life):
    """Nobody below 省财政 may judge here: from the threshold two of its officers sign, and it says so where one is alone."""
    without_the_second(life.town)
    small = life.pay(date(2026, 8, 31), "equipment", "200000.00")
    life.u1.open(small).says("认定", "省财政经办甲")
    url = life.record(date(2026, 9, 1), "equipment", "4000000.00", payee="示例机床公司").url
    life.u2.open(url).submit("提交审核")
    life.pf.open(url).submit("记录审核结论", verdict="recognised").says("已初审同意，待省财政另一人复审")
    life.pf.open(url).says("您不能审核本笔", "省财政厅现无另一名经办。请联系系统管理员增设后办理")

    Membership.objects.filter(user=life.town.cast["pf2"]).update(until=None)
    life.town["pf2"].task("审核支出")
    life.town["pf2"].open(url).submit("记录审核结论", verdict="recognised").silent("待省财政另一人复审")
    return url


def test_a_unit_directly_under_the_province_has_no_first_steps(direct):
    town, life = direct.town, direct
    life.fill_targets(date(2026, 1, 20))
    life.submit_targets(date(2026, 1, 22))
    life.u2.open(f"{life.url}targets/").says("无此环节，由省级直接审核")
    for name in ("ch", "cf", "ch2", "cf2"):
        town[name].open(life.url, 404)
        town[name].idle("初审绩效目标")
    life.score(date(2026, 2, 3))
    life.file_targets(date(2026, 2, 10))
    build(life)
    url = waits_for_a_second(life)
    life.u1.open(url).says("省财政经办甲", "省财政经办乙")
    life.into_acceptance(OVER)
    life.ph.open(f"{life.url}acceptance/").says("没有初审机关，直接由省级办理")
    mend(life)
