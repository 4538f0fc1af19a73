"""The whole life of an imported base that passes: from the award list in a spreadsheet to 通过验收, over HTTP alone."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Organisation, User
from projects.models import Project
from tests.journeys.life import Life, refund
from tests.journeys.walker import Walker

LIST = Path(__file__).parent.parent / "samples" / "award-bases-2025.xlsx"
UNIT, BY_HAND = "示例市北辰技师学院", "示例市公共实训基地"
PASSWORD = "松花江上的清晨2026"
IMPORTED, AWARDED = date(2025, 12, 8), date(2026, 1, 15)
ISSUED, OVER, EXTENDED = date(2026, 3, 2), date(2028, 3, 2), date(2028, 9, 2)


@pytest.fixture
def life(town):
    """The base of the list once it is awarded, with its two people."""
    upload(town)
    award(town)
    found = Life(town, Project.objects.get(organisation__name=UNIT).pk, "beichen")
    appoint(found)
    return found


def upload(town):
    """PH: the list, what is in its cells, what became of it."""
    town.clock.to(IMPORTED)
    name, content = LIST.name, LIST.read_bytes()
    page = town["ph"].open("/").click("名单导入")
    preview = page.submit(
        "上传并检查", file=SimpleUploadedFile(name, content), edition="jilin_2025", document="示例人社联〔2025〕88号",
        awarded_on="2025-12-05",
    )  # fmt: skip
    preview.says("汇总表 F6", '您填写的是"育婴员"', "G5", "类别不能自动确定", "确认后登记 6 个")
    done = preview.submit("确认登记").says(UNIT, BY_HAND, "新登记", "700.00")
    assert Project.objects.filter(stage="draft").count() == 6
    assert [text for text, _ in done.read.links].count("重新上传") == 0


def award(town):
    """The category that no rule decides, then one award over all six drafts: drafted by PH, signed by both."""
    town.clock.to(AWARDED)
    first = Life(town, Project.objects.get(organisation__name=BY_HAND).pk, "")
    page = town["ph"].open("/").click("认定职业类别")
    first.decide("category", page, sector="manufacturing", reason="申报职业以装备制造为主，设备投入集中于机加工。")
    drafts = list(Project.objects.values_list("pk", flat=True))
    page = town["ph"].task("拟制立项决定")
    page = first.decide("T01", page, projects=drafts)
    page.says("共 6 个", UNIT, BY_HAND)
    assert set(Project.objects.values_list("stage", flat=True)) == {"awarded"}


def appoint(life):
    """SA: an account for the head of the unit and the role; the head invites the clerk. Both sign in themselves."""
    town, unit = life.town, Organisation.objects.get(name=UNIT)
    page = town["sa"].open("/accounts/users/").click("新增账号")
    shown = page.submit("创建", username="beichen.u2", name="校长甲").says("初始密码")
    person = User.objects.get(username="beichen.u2")
    page = town["sa"].open("/accounts/users/").click("校长甲").click("任命角色")
    page.submit("任命", organisation=unit.pk, role="U2", since=str(AWARDED)).says("单位负责人")
    head = first_sign_in(person, shown)
    shown = head.open("/accounts/users/").click("邀请经办").submit("邀请", username="beichen.u1", name="经办甲")
    town.walkers["beichen.u2"] = head
    town.walkers["beichen.u1"] = first_sign_in(User.objects.get(username="beichen.u1"), shown)


def first_sign_in(person, shown):
    """With the first password, which must be changed before anything else."""
    walker, first = Walker(), re.findall(r"<samp>([^<]+)", shown.response.content.decode())[-1]
    page = walker.sign_in(person.username, first).says("请先修改密码")
    page.submit("修改密码", old_password=first, new_password1=PASSWORD, new_password2=PASSWORD).says("密码已修改")
    walker.user = person
    return walker


def aim(life):
    """绩效目标: typed, submitted, looked at by four offices, filed."""
    life.fill_targets(date(2026, 1, 20))
    life.submit_targets(date(2026, 1, 22))
    life.first_review(date(2026, 1, 26))
    life.score(date(2026, 2, 3))
    life.file_targets(date(2026, 2, 10))


def test_an_imported_base_lives_until_it_passes(life):
    aim(life)
    answer = life.u1.client.get(life.u1.open(f"{life.url}targets/").address("打印申报表"))
    assert (answer.status_code, answer["Content-Type"], answer.content[:5]) == (200, "application/pdf", b"%PDF-")

    life.issue(ISSUED)
    life.budget(date(2026, 3, 9))
    life.start(date(2026, 3, 16))
    life.stands("建设中").says("2026-03-02", "2028-03-02")
    spend(life)
    extend(life)
    life.into_acceptance(date(2028, 9, 4))
    life.judged(date(2028, 9, 20))
    life.ph.open(f"{life.url}acceptance/").says("绩效目标关口通过", "示例专家甲", "材料属实，同意验收。")
    life.conclude(date(2028, 10, 9))

    for who in (life.u1, *life.offices, life.phl, life.pf, life.pfl, life.au):
        who.open(life.url).stands("通过验收").says("已通过验收，项目运行中")


def spend(life):
    """Payments: recognised, reversed in part, outside the limit."""
    life.pay(date(2026, 9, 1), "equipment", "4000000.00")
    paid = life.pay(date(2027, 3, 1), "facilities", "1000000.00")
    life.pay(date(2027, 9, 1), "courses", "600000.00")

    over = life.record(date(2027, 10, 11), "activities", "360000.00")
    over.says("仅余 350,000.00 元", "超出 10,000.00 元")
    page = life.u2.open(over.url).submit("提交审核").says("不在限额内，不占用额度", "超出 10,000.00 元")
    page = life.judge.open(page.url).refused("本笔不在限额内，不能认定", button="记录审核结论", verdict="recognised")
    page = life.judge.open(over.url)
    page.submit("记录审核结论", verdict="disallowed", opinion="超出预算，不予认定。").says("不认定")
    life.u1.open(over.url).says("已列入问题资金")
    life.give_back(date(2027, 10, 20), "360000.00")

    page = life.u1.open(paid).click("提出冲销")
    page.refused("本笔尚可冲销 1,000,000.00 元", amount="1000000.01", reason="退货", **refund("退-1"))
    url = page.submit("提出冲销", amount="50000.00", reason="部分设备退货", **refund("退-1")).address("退-1")
    life.judge.open(url).submit("记录审核结论", verdict="recognised")
    life.u1.open(paid).says("认定", "-50,000.00")
    life.u2.open(f"{life.url}funds/").says("支出555.00 万元", "结余145.00 万元")


def extend(life):
    """Asked for by the unit before the end, drafted by PH, signed by both; shown as beyond two years."""
    life.on(date(2028, 1, 10))
    page = life.u2.open(life.url).click("申请延期")
    page.refused(months=0, reason="进口设备交货推迟")
    page.submit("提交申请", months=6, reason="进口设备交货推迟").says("申请延期 6 个月")
    life.on(date(2028, 1, 20))
    life.decide("T14", life.ph.task("办理延期申请"))
    life.stands("建设中").says(f"{ISSUED} 至 {EXTENDED}（已延期 6 个月，超过两年）")
    life.ph.open("/projects/").says("已延期")
    life.on(date(2028, 7, 3))
    life.u1.open(life.url).says("6 个月，已批准").silent("6 个月，待办理")
