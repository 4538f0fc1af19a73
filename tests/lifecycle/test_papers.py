"""F10–F15, 送达回证, 会签稿, 设定确认单: every field of the form, in each kind of file; a draft is marked; nothing unserved."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from funds.models import Asset
from lifecycle import acceptance_prints, prints
from lifecycle.operations import decisions as joint
from lifecycle.papers import papers_of, province_papers
from lifecycle.queries import acceptance_of, order_items
from papers import MIME, check
from performance import operations
from policy.terms import Stage
from projects.models import Decision, Project, SettingSheet
from projects.problems import open_problem
from tests import factories as make
from tests.lifecycle import scene
from tests.lifecycle.paper_texts import KINDS, drafts, said, squeezed
from tests.lifecycle.scene import APPLIED, day
from tests.performance import assess_scene, life
from tests.permissions.scene import signed_in

ON = date(2026, 7, 1)
# forms.json: each field in its words -> how the paper names it.
FIELDS = {
    "F10": {
        "项目名称 | 类别 | 新建/已建": ("项目名称", "类别", "新建/已建"),
        "单位 | 统一社会信用代码 | 法定代表人 | 联系人": ("单位", "统一社会信用代码", "法定代表人", "联系人"),
        "立项文号 | 补助金额（万元） | 建设期起止 | 延期批复": ("立项文号", "补助金额（万元）", "建设期起止", "延期批复"),
        "建设任务完成情况": ("建设任务完成情况",),
        "建设条件自查表（第二部分逐条）": ("建设条件自查表（通知第二部分逐条）", "条款", "要求", "实际", "佐证", "自查"),
        "绩效目标自评表(F05)": ("绩效目标自评表（F05）",),
        "资金收支表(F07) 专项审计报告文号": (
            "资金收支表（F07）", "一、收入", "二、支出（用途）", "三、结转结余", "专项审计报告文号",
        ),
        "资产登记清单": ("资产登记清单", "资产卡号"),
        "存在问题": ("存在问题",),
        "附件清单": ("附件清单", "1.绩效自评表：已有"),
        "单位意见（盖章） | 推荐单位意见（盖章）": ("单位意见：", "推荐单位意见：", "（盖章）"),
    },
    "F11": {
        "项目基本信息": ("项目基本信息", "项目名称", "项目单位"),
        "验收组织单位 时间 地点 方式": ("验收组织单位", "验收时间", "地点和方式", "验收方式"),
        "验收组名单": ("验收组名单（5人）", "姓名", "职务职称", "签名"),
        "建设条件核查": ("建设条件核查", "条款", "要求", "实际", "佐证", "符合/不符合"),
        "绩效目标: F05 + 等级": ("绩效目标（F05）", "一级指标", "三级指标", "指标值", "实际完成值", "得分", "总分", "等级：优"),
        "资金核查": ("资金核查", "专款专用", "核算到项目", "违规金额"),
        "主要成效 | 存在问题": ("主要成效", "存在问题"),
        "结论": ("结论", "限期整改"),
        "整改要求和期限": ("整改要求和期限",),
        "验收组组长 | 省人社厅（章） | 省财政厅（章） | 日期": ("验收组组长", "（盖章）", "年月日"),
    },
    "F12": {
        "文号 | 项目单位": ("示例人社联〔2025〕",),
        "验收（检查）日期和结论": ("一、验收（检查）日期和结论",),
        "不符合事项": ("二、不符合事项", "序号", "事实", "依据", "整改要求", "实训场地面积不足", "降至三分之一以下"),
        "整改期限": ("三、整改期限", "自本通知书送达之日起12个月（2025年6月5日送达），至2026年6月5日", "最长12个月"),
        "资金处理": ("四、资金处理",),
        "逾期后果": ("五、逾期后果", "取消项目称号"),
        "陈述意见的途径": ("六、陈述意见的途径",),
        "省人社厅（章） | 省财政厅（章） | 日期": ("（盖章）", "2025年6月2日"),
        "送达回证": ("附：送达回证",),
    },
    "F14": {
        "事实": ("一、事实", "2025年6月5日送达"),
        "依据": ("二、依据", "通知六（一）"),
        "拟作决定": ("三、拟作决定",),
        "陈述申辩期限和方式": ("四、陈述申辩的期限和方式", "10个工作日"),
        "两厅章 | 日期": ("（盖章）",),
    },
    "F15": {
        "文号 | 单位": ("示例人社联〔2026〕",),
        "查明的事实": ("一、查明的事实", "2025年6月5日送达"),
        "陈述申辩及采纳情况": ("二、陈述申辩及采纳情况",),
        "依据": ("三、依据",),
        "决定": ("四、决定",),
        "资金清算和缴回要求": ("五、资金清算和缴回",),
        "牌匾收回": ("六、牌匾收回",),
        "复议、诉讼权利和期限": ("七、复议、诉讼权利和期限", "60日内申请行政复议"),
        "两厅章 | 日期": ("（盖章）",),
        "抄送": ("抄送：", "财政部；市（州）人社、财政部门；主管部门"),
    },
    "F13": {
        name: (name,)
        for name in ("问题编号", "整改措施", "责任人", "完成时间", "佐证", "单位自评", "复核意见", "销号日期")
    },
    "receipt": {
        name: (name,)
        for name in (
            "送达文书", "受送达人", "送达方式", "送达日期", "受送达人签名或盖章", "见证人", "代收人及代收理由", "送达人签名", "备注",
        )
    },
}  # fmt: skip


def fresh(story):
    return Project.objects.select_related("organisation__node").get(pk=story.pk)


def printed(story, reader, form, on=ON):
    """The newest paper of a form as this person prints it."""
    return [one for one in papers_of(fresh(story), reader, on) if one.form == form][-1].build()


def concluded(world):
    story = scene.judged(world, a=("N2a",))
    items = [{**item, "level": "major"} for item in order_items(fresh(story))]
    story.decide("T19", day(30, APPLIED), term_months=6, items=items)
    return story


@pytest.fixture
def told(world, request):
    """A paper of each form, as the province prints it."""
    form = request.param
    ending = form in {"F12", "F13", "F14", "F15", "receipt"}
    story = (scene.noticed if form == "F13" else scene.revoked)(world) if ending else concluded(world)
    return form, printed(story, world.ph, form), story


@pytest.mark.parametrize("told", FIELDS, indirect=True)
def test_each_form_has_every_field_of_the_form_in_each_kind(told):
    form, paper, story = told
    check(paper)
    project = fresh(story)

    for kind in KINDS:
        words = said(paper, kind)
        missing = [
            f"{field}：{label}"
            for field, labels in FIELDS[form].items()
            for label in labels
            if squeezed(label) not in words
        ]
        assert (kind, missing) == (kind, [])
        for named in (project.organisation.name, project.edition.province_hr, project.edition.province_finance):
            assert form in {"F10"} or squeezed(named) in words
        assert squeezed(paper.title) in words
        assert paper.code in words
        assert drafts(paper, kind) == (form == "F13")  # its problems are open still


def test_an_application_prints_the_figures_of_its_own_money_form(world):
    from funds.papers import income_and_spending

    story = scene.applied(world)
    f07 = income_and_spending(fresh(story), APPLIED, ON)
    words = said(printed(story, world.ph, "F10"), "xlsx")

    grids = [block for block in f07.blocks if hasattr(block, "rows")][1:-1]
    texts = [cell.text for grid in grids for row in grid.rows for cell in row if cell.text and cell.number is None]
    assert [text for text in texts if squeezed(text) not in words] == []
    assert "建设期" not in [cell.text for grid in grids for cell in grid.rows[0]]


def test_an_application_lists_what_was_open_on_its_day(world):
    """A later order on it finds facts that are no part of what the unit applied with."""
    story = concluded(world)
    project = fresh(story)
    assert project.problems.exists()

    assert acceptance_prints.application(project, acceptance_of(project), on=ON)["issues"] == []


F05 = (
    "项目资金（万元）", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "总体目标", "预期目标", "实际完成情况", "一级指标",
    "二级指标", "三级指标", "实际完成值", "得分", "偏差原因分析及改进措施", "总分100", "培训任务完成", "满意率", "开发课程", "350/400",
)  # fmt: skip


def test_an_application_has_the_self_evaluation_and_the_cards_of_its_assets_in_full(world):
    project = assess_scene.ready(world)
    one = assess_scene.drafted(project, world, "final", "period")
    assess_scene.saved(one, world)
    life.budgeted(project, spent="7000000.00")
    operations.submit_assessment(project.pk, one.pk, actor=world.u2, on=assess_scene.ON)
    kept = {
        "project": project,
        "room": "101 室",
        "acquired_on": scene.AWARDED,
        "recorded_by": world.u1,
        "recorded_on": ON,
    }
    Asset.objects.create(card_number="卡-1", name="数控机床", quantity=2, unit_price=60_000, label="L1", **kept)
    Asset.objects.create(
        card_number="卡-2",
        name="旧车床",
        quantity=1,
        unit_price=1,
        label="L2",
        retired_on=ON,
        retired_why="报废",
        **kept,
    )
    project = Project.objects.select_related("organisation__node").get(pk=project.pk)

    paper = acceptance_prints.application_paper(project, None, on=ON)

    for kind in KINDS:
        words = said(paper, kind)
        assert [word for word in F05 if squeezed(word) not in words] == []
        assert "卡-1" in words
        assert "120,000.00" in words or "120000" in words
        assert "旧车床" not in words


# Drafts


def test_letters_are_drafts_until_both_have_signed(world):
    story = scene.rectifying(world)
    decision = story.draft("T23", day(20), reason="事实")
    joint.concur_decision(decision.pk, actor=world.pf, on=day(20))
    papers = {one.key: one for one in papers_of(fresh(story), world.ph, ON)}
    notice, cover = papers[f"F14-{decision.pk}"], papers[f"countersign-{decision.pk}"]
    assert (notice.draft, cover.draft) == (True, True)
    assert [drafts(one.build(), kind) for one in (notice, cover) for kind in KINDS] == [True] * 6

    story.sign(decision, day(20))

    papers = {one.key: one for one in papers_of(fresh(story), world.ph, ON)}
    notice, cover = papers[f"F14-{decision.pk}"], papers[f"countersign-{decision.pk}"]
    assert (notice.draft, cover.draft) == (False, False)
    assert [drafts(one.build(), kind) for one in (notice, cover) for kind in KINDS] == [False] * 6


def test_the_forms_of_acceptance_are_drafts_until_applied_and_until_both_have_signed(world):
    building = make.project(world.unit, stage=Stage.BUILDING, build_start_on=scene.START, build_end_on=scene.END)
    (own,) = [one for one in papers_of(building, world.u1, ON) if one.form == "F10"]
    assert (own.key, own.draft, drafts(own.build(), "pdf")) == ("F10-1", True, True)
    story = scene.judged(world, a=("N2a",))

    application, opinion = (printed(story, world.ph, form) for form in ("F10", "F11"))

    assert [drafts(application, kind) for kind in KINDS] == [False] * 3
    assert [drafts(opinion, kind) for kind in KINDS] == [True] * 3


def test_a_register_is_a_draft_until_all_of_it_is_closed(world):
    story = scene.rechecking(world)
    story.recheck(day(-8), passed=True)
    story.decide("T21", day(-5))

    paper = printed(story, world.ph, "F13")

    assert [drafts(paper, kind) for kind in KINDS] == [False] * 3


# Who prints what


def keys(project, person):
    return {one.key for one in papers_of(project, person, ON)}


def test_a_unit_prints_no_paper_before_its_service(world):
    story = scene.ordered(world)
    order = Decision.objects.get(kind="T29")
    served = {f"F12-{order.pk}", f"receipt-{order.pk}", "F13", f"F13-{order.pk}"}
    assert served <= keys(fresh(story), world.ph)
    assert keys(fresh(story), world.u1) == set()
    open_problem(
        story.project, source="inspection", about_id=1, fact="消防通道堵塞", clause="通知 六（一）", requirement="清理",
        level="major", by=world.ph, on=ON,
    )  # fmt: skip
    assert keys(fresh(story), world.u1) == {"F13"}
    words = said(printed(story, world.u1, "F13"), "xlsx")
    assert ("消防通道堵塞" in words, scene.ITEMS[0]["fact"] in words) == (True, False)

    scene.serve(story)

    assert served <= keys(fresh(story), world.u1)
    assert f"countersign-{order.pk}" not in keys(fresh(story), world.u2)


def test_a_unit_prints_no_opinion_before_its_order_is_served(world):
    story = concluded(world)
    assert {"F10-1", "F11-1"} <= keys(fresh(story), world.ph)
    assert keys(fresh(story), world.u2) & {"F10-1", "F11-1"} == set()
    asked = [signed_in(world.u2).get(reverse(f"lifecycle:{name}", args=[story.pk])) for name in ("f10", "f11")]
    assert [one.status_code for one in asked] == [409, 409]

    scene.serve(story, served_on=day(31, APPLIED))

    assert {"F10-1", "F11-1"} <= keys(fresh(story), world.u2)


def test_a_stranger_prints_nothing(world):
    story = scene.rectifying(world)
    other = make.user("U2", make.organisation(world.city))
    neighbour = make.user("CH", make.organisation(make.node("示例邻市", "city", world.province), "hr"))

    assert [keys(fresh(story), person) for person in (other, neighbour)] == [set(), set()]


def test_listing_costs_the_same_however_many_papers(world):
    story = scene.ordered(world)

    def cost():
        project, reader = fresh(story), type(world.ph).objects.get(pk=world.ph.pk)
        with CaptureQueriesContext(connection) as caught:
            found = papers_of(project, reader, ON)
        return len(caught), len(found)

    scene.serve(story)
    story.report(day(-10))
    story.recheck(day(-8), passed=False)
    few, before = cost()
    story.notice(day(20))
    story.revoke(day(60))
    many, after = cost()

    assert after > before
    assert many <= few


def test_setting_sheets_are_papers_of_the_offices_of_the_province(world):
    sheet = SettingSheet.objects.create(
        province=world.province.path, edition_code=make.EDITION, number="示例人社联〔2026〕9号", effective_on=day(60, ON),
        rows=[], note="按本省实际确认", drafted_by=world.ph, drafted_on=ON,
    )  # fmt: skip

    (found,) = province_papers(world.pf, ON)
    assert (found.key, found.draft) == (f"settings-{sheet.pk}", True)
    assert [drafts(found.build(), kind) for kind in KINDS] == [True] * 3
    for kind in KINDS:
        words = said(found.build(), kind)
        for label in ("本省设定确认单", sheet.number, "事项", "系统默认", "确认取值", "不符时", sheet.note, "负责人："):
            assert label in words
    assert (province_papers(world.u2, ON), province_papers(world.ch, ON)) == ([], [])


# The addresses


@pytest.mark.parametrize("kind", KINDS)
def test_each_address_answers_in_the_kind_asked_for(world, kind):
    story = scene.rectifying(world)
    order = Decision.objects.get(kind="T29")
    asked = [
        reverse("lifecycle:paper", args=[story.pk, order.pk]), reverse("lifecycle:receipt", args=[story.pk, order.pk]),
        f"{reverse('lifecycle:f13', args=[story.pk])}?order={order.pk}", reverse("lifecycle:f10", args=[story.pk]),
        reverse("lifecycle:decision_pdf", args=[order.pk]),
    ]  # fmt: skip
    client = signed_in(world.ph)

    for url in asked:
        answer = client.get(f"{url}{'&' if '?' in url else '?'}as={kind}")
        assert (answer.status_code, answer["Content-Type"]) == (200, MIME[kind])
        shown = answer["Content-Disposition"]
        assert shown.startswith("inline" if kind == "pdf" else "attachment")
        assert shown.rstrip('"').endswith(f".{kind}")
        assert "no-store" in answer["Cache-Control"]


def test_a_kind_that_no_paper_has_is_not_there(world):
    story = scene.rectifying(world)
    url = reverse("lifecycle:f13", args=[story.pk])

    assert [signed_in(world.ph).get(f"{url}?as={kind}").status_code for kind in ("png", "exe", "")] == [404] * 3


def test_pages_offer_each_paper_in_three_kinds(world):
    story = scene.noticed(world)
    order, notice = Decision.objects.get(kind="T29"), Decision.objects.get(kind="T23")
    page = signed_in(world.u1).get(reverse("lifecycle:rectification", args=[story.pk])).content.decode()

    for decision in (order, notice):
        url = reverse("lifecycle:paper", args=[story.pk, decision.pk])
        for address in (url, f"{url}?as=xlsx", f"{url}?as=docx"):
            assert f'href="{address}"' in page
    assert f"?order={order.pk}&amp;as=docx" in page


def test_a_corrected_number_stands_on_the_paper(world):
    from lifecycle.operations import corrections

    story = scene.rectifying(world)
    decision = Decision.objects.get(kind="T29")
    made = corrections.propose_correction(
        decision.pk, field="number", new="示例人社联〔2025〕999号", reason="看错", actor=world.ph, on=ON
    )
    assert prints.content(fresh(story), decision)["number"] == decision.number

    corrections.answer_correction(decision.pk, made.pk, agreed=True, answer="", actor=world.pfl, on=ON)

    paper = printed(story, world.ph, "F12")
    assert (paper.number, "〔2025〕999号" in said(paper, "docx")) == ("示例人社联〔2025〕999号", True)
