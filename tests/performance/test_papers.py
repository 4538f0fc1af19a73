"""The forms of performance as papers: every field of the form, everything the content says, for whom it is meant."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from papers import Cell, Grid, Line, Stamps, check, digest, render, short
from performance import f02, f03, f04, f09, operations, region_prints, self_prints
from performance.models import RegionSheet, Review
from performance.papers import papers_of, province_papers
from performance.queries.assessments import table_of
from performance.queries.monitoring import monitoring_of
from performance.queries.region import region_of
from performance.rules.region_form import content_of, digest_of
from policy.loader import edition
from tests import factories
from tests.performance import assess_scene, register
from tests.performance.assess_scene import ON as LATE
from tests.performance.life import ON, POINTS, filed, filled, reviewing, scored

Q1, Q2 = register.Q1, register.Q2
JULY = date(2026, 7, 1)
# Words of the form itself (domain/data/forms.json), as far as they are not names of columns in `COLUMNS`.
FIELDS = {
    "F01": "专项名称 中央主管部门 省级财政部门 省级主管部门 资金情况\n（万元） 实施期金额 年度金额 总体目标 实施期目标 年度目标",
    "F02": "项目名称 所属专项 中央主管部门 省级财政部门 省级主管部门 具体实施单位 资金情况\n（万元） 其中：财政拨款 其他资金 总体目标",
    "F03": "审核内容 审核要点 分值 审核意见 优 良 中 差 得分 总　　分 综合评定等级 总体意见 审核人 日期",
    "F04": "项目名称 主管部门及代码 实施单位 项目资金\n（万元） 年初预算数 监控期执行数 执行率 全年预计执行数 年度总体目标 一级指标 "
    "二级指标 三级指标 年度指标值 监控期\n执行情况 全年预计\n完成情况 偏差原因 经费保障 制度保障 人员保障 硬件条件保障 其他 备注",
    "F05": "项目名称 主管部门 实施单位 项目资金\n（万元） 年初预算数 全年预算数 全年执行数 分值 执行率 得分 年度资金总额 "
    "其中：当年财政拨款 上年结转资金 其他资金 预期目标 实际完成情况 年度指标值 实际完成值 偏差原因分析及改进措施 总　　分 100",
    "F06": "转移支付（项目）名称 中央主管部门 地方主管部门 资金使用单位 全年预算数（A） 全年执行数（B） 预算执行率\n（B/A×100%） "
    "年度资金总额 地方资金 其他资金 情况说明 存在问题和改进措施 分配科学性 下达及时性 拨付合规性 使用规范性 执行准确性 "
    "预算绩效管理情况 支出责任履行情况 总体目标 全年实际完成情况 指标值 全年实际\n完成值 未完成原因和改进措施 说　明",
    "F09": "一、本期完成任务（对照实施方案里程碑） 二、绩效指标本期值和累计值 三、资金支出和执行率（万元） 四、问题与风险 五、下期计划 "
    "填报人 单位负责人 主管部门意见",
}  # fmt: skip


def texts(paper):
    """All words of a paper, cell by cell."""
    found = []
    for block in paper.blocks:
        match block:
            case Grid(rows=rows):
                found += [text for row in rows for cell in row for text in (cell.text, cell.note) if text]
            case Line(text=text):
                found.append(text)
            case Stamps(parties=parties):
                found += [text for party in parties for text in party]
    return found


def cells(paper):
    return [cell for block in paper.blocks if isinstance(block, Grid) for row in block.rows for cell in row]


def leaves(said, skip):
    match said:
        case dict():
            return [leaf for key, value in said.items() if key not in skip for leaf in leaves(value, skip)]
        case list():
            return [leaf for value in said for leaf in leaves(value, skip)]
    return [str(said)] if said not in ("", None) else []


def complete(paper, said, skip=()):
    """The grids are straight, every field of the form and every word of the content stand on it, the code is right."""
    check(paper)
    shown = texts(paper)
    whole = "\n".join([*shown, paper.number, paper.state])
    assert [field for field in FIELDS[said["form"]].split(" ") if field not in shown] == []
    assert [leaf for leaf in leaves(said, {"form", *skip}) if leaf not in whole] == []


def keys(found):
    return [(one.form, one.draft) for one in found]


@pytest.fixture
def built(world):
    return register.building(world)


def half_year(project, world):
    one = register.period_return(project, world, register.sheet(project, world, ("开发课程", "企业满意率")), Q2)
    one.round.monitoring = True
    one.round.save()
    register.read(one, "开发课程", world.u1, value="6")
    register.read(one, "企业满意率", world.u1, numerator="90", denominator="100")
    return one


def test_f02_says_all_it_was_filed_with(world, project):
    sheet = filed(project, world)
    paper = f02.layout(sheet.form)

    complete(paper, sheet.form | {"form": "F02"}, skip=("span1", "span2"))
    assert (paper.code, paper.draft) == (short(digest(sheet.form)), False)
    assert (paper.state, paper.dated_on) == (f"第 1 版 · {sheet.filed_on} 备案", sheet.filed_on)
    assert [block.text for block in paper.blocks if isinstance(block, Line) and block.style == "subtitle"] == [
        "（2026 年度）",
        "（2027 年度）",
    ]
    assert Cell("700.00", number=Decimal("700.00")) in cells(paper)


def test_a_sheet_in_the_making_is_a_draft(world, project):
    paper = f02.layout(f02.of_sheet(project, filled(project, world)))

    assert (paper.draft, paper.state, paper.dated_on) == (True, "草稿", None)


def test_f03_says_points_grades_and_what_was_said_of_a_row(world, project):
    sheet = reviewing(project, world)
    remarks = {sheet.indicators.first().pk: "请说明基期值"}
    operations.record_review(
        project.pk, points=POINTS["good"], comment="目标偏笼统", actor=world.ph, on=ON, remarks=remarks
    )
    review = Review.objects.get(sheet=sheet, level="province")
    said = f03.content(project, review)
    paper = f03.layout(said)

    complete(paper, said, skip=("programme", "sheet", "years", "line"))
    assert (said["total"], said["grade"], [row["given"] for row in said["rows"]]) == ("85", "良", POINTS["good"])
    assert [row["grade"] for row in said["rows"]][:4] == ["差", "差", "差", "优"]
    assert sum(row["points"] for row in said["rows"]) == 100
    assert f"目标偏笼统\n{sheet.indicators.first().name}：请说明基期值" in texts(paper)
    assert [cell.text for cell in cells(paper)].count("√") == 16
    assert [text for text in texts(paper) if text.endswith("分）")][:3] == [
        "完整性审核\n（20分）", "规范完整性\n（10分）", "明确清晰性\n（10分）",
    ]  # fmt: skip
    assert paper.code == short(digest(said))


def test_f04_says_all_of_the_monitoring(world, built):
    one = half_year(built, world)
    said = f04.content(one, monitoring_of(one, known=JULY))
    paper = f04.layout(said, draft=True)

    complete(paper, said)
    assert (paper.code, paper.draft, paper.landscape) == (short(digest(said)), True, True)


def test_f09_says_all_of_the_progress(world, built):
    one = half_year(built, world)
    one.sections.filter(code="progress").update(text="两间实训室完成改造\n\n设备到货", plan="验收设备")
    said = f09.content(one, known=JULY)
    paper = f09.layout(said)

    complete(paper, said | {"text": "两间实训室完成改造\n设备到货"})
    assert (paper.code, paper.draft) == (short(digest(said)), False)


def test_a_self_evaluation_before_any_money_still_prints(world):
    one = assess_scene.sent(assess_scene.ready(world), world, "year")
    said = self_prints.content(one, table_of(one, {}), side="unit") | {"money": []}

    assert any(cell.text == "年度总体\n目标" for cell in cells(self_prints.of_state(one, said)))


@pytest.mark.parametrize(("kind", "form"), [("year", "F05"), ("transfer", "F06")])
def test_f05_and_f06_say_all_of_the_self_evaluation(world, kind, form):
    one = assess_scene.sent(assess_scene.ready(world), world, kind)
    said = self_prints.content(one, table_of(one, {}), side="unit")
    paper = self_prints.of_state(one, said)

    complete(
        paper, said, skip=("central", "programme", "finance", "label", "exact", "grade", "weight", "score", "side")
    )
    assert (paper.form, paper.code, paper.draft) == (form, short(digest(said)), True)
    scores, shown = {row["score"] for row in said["rows"]}, {cell.text for cell in cells(paper)}
    assert ("得分" in shown, "分值" in shown) == (form == "F05", form == "F05")
    assert scores <= shown
    assert sum(cell.text == "绩\n效\n指\n标" and cell.rows == len(said["rows"]) for cell in cells(paper)) == 1


@pytest.mark.parametrize("kind", ["targets", "results"])
def test_the_sheet_of_the_region_says_all_of_it(world, built, kind):
    register.accepted(half_year(built, world))
    words = dict.fromkeys(("period_goal", "year_goal", "goal", "done", "causes", "notes", "use_issue"), "如实填写")
    said = content_of(region_of("jilin_2025", kind, 2026, world.ph, JULY), words, JULY)
    paper = region_prints.layout(said, issued=False)

    check(paper)
    whole = "\n".join([*texts(paper), paper.number, paper.state])
    skip = {
        "form",
        "exact",
        "missing",
        "asked",
        "met",
        "province",
        "why",
        "period",
        "target",
        "sign",
        "weighted",
        "money",
    }
    assert [leaf for leaf in leaves(said, skip) if leaf not in whole] == []
    assert [leaf for row in said["money"] for leaf in row[1:] if leaf not in whole] == []
    asked = [row["period" if kind == "targets" else "target"] for row in said["rows"]]
    assert [cell for cell in asked if region_prints.shown(cell) not in whole] == []
    if kind == "targets":
        assert [field for field in FIELDS["F01"].split(" ") if field not in texts(paper)] == []
    assert (paper.form, paper.code) == (said["form"], short(digest_of(said)))
    assert (paper.draft, region_prints.layout(said, issued=True).draft) == (True, False)


def test_a_region_without_any_indicator_still_prints(world):
    for kind in ("targets", "results"):
        said = content_of(region_of("jilin_2025", kind, 2026, world.ph, JULY), {}, JULY)
        assert render(region_prints.layout(said, issued=False), "pdf").startswith(b"%PDF")


def test_a_score_is_read_by_its_own_line_until_both_are_in(world, project):
    reviewing(project, world)
    operations.record_review(project.pk, points=POINTS["good"], comment="意见", actor=world.ph, on=ON)

    found = {who: keys(papers_of(project, getattr(world, who), ON)) for who in ("ph", "phl", "pf", "u1", "ch", "au")}

    both = [("F02", True), ("F03", False)]
    assert found == {"ph": both, "phl": both, "pf": both[:1], "u1": both[:1], "ch": both[:1], "au": both[:1]}
    operations.record_review(project.pk, points=POINTS["good"], comment="意见", actor=world.pf, on=ON)
    assert keys(papers_of(project, world.u1, ON)) == [("F02", True), ("F03", False), ("F03", False)]


def test_what_a_unit_is_still_typing_is_its_own(world, built):
    one = half_year(built, world)

    mine, theirs = papers_of(built, world.u1, JULY), papers_of(built, world.ch, JULY)

    assert keys(mine) == [("F02", False), ("F04", True), ("F09", True)]
    assert keys(theirs) == [("F02", False)]
    register.moved(one, "submitted")
    assert keys(papers_of(built, world.ch, JULY)) == [("F02", False), ("F04", False), ("F09", False)]


def test_a_self_evaluation_is_there_once_it_is_sent_in(world):
    project = assess_scene.ready(world)
    one = assess_scene.drafted(project, world)

    def forms(user):
        return [form for form, _ in keys(papers_of(project, user, LATE)) if form in ("F05", "F06")]

    assert (forms(world.u1), forms(world.ch)) == (["F05"], [])
    assess_scene.saved(one, world)
    operations.submit_assessment(project.pk, one.pk, actor=world.u2, on=LATE)
    assert (forms(world.u2), forms(world.ch)) == (["F05"], ["F05"])


def test_papers_have_stable_keys_of_their_own_and_are_built_when_asked_for(world):
    project = assess_scene.ready(world)
    assess_scene.sent(project, world)
    found = papers_of(project, world.ph, LATE)

    assert len({one.key for one in found}) == len(found) >= 4
    assert [one.key for one in papers_of(project, world.u1, LATE)] == [one.key for one in found]
    for one in found:
        paper = one.build()
        assert (paper.form, paper.draft, paper.dated_on) == (one.form, one.draft, one.dated_on)
        check(paper)


def test_the_list_costs_the_same_for_more_papers(world, project):
    scored(project, world)

    def cost():
        with CaptureQueriesContext(
            connection,
        ) as told:
            count = len(papers_of(project, world.ph, ON))
        return count, len(told)

    papers_of(project, world.ph, ON)
    first = cost()
    operations.file_sheet(project.pk, actor=world.pfl, on=ON)
    sheet = project.target_sheets.get()
    for cut_off in (Q1, Q2):
        register.period_return(project, world, sheet, cut_off, state="submitted")
    more = cost()

    assert (first[0], more[0]) == (3, 5)
    assert first[1] == more[1]


def test_a_stranger_gets_nothing(world, project):
    filed(project, world)

    assert papers_of(project, world.sa, ON) == []
    stranger = factories.user(Role.U1, factories.organisation(world.city, name="示例市别的学院"))
    assert papers_of(project, stranger, ON) == []


def test_papers_of_the_province_are_for_the_province(world, built):
    register.accepted(half_year(built, world))

    found = province_papers(world.ph, JULY)

    assert [(one.key, one.draft, one.dated_on) for one in found] == [
        (key, True, JULY) for key in ("F01-jilin_2025-2027", "F01-jilin_2025-2026", "F06-jilin_2025-2026")
    ]
    assert [one.build().form for one in found] == ["F01", "F01", "F06"]
    assert {one.label for one in found[1:]} == {
        f"2026 年{kind.label}（{edition('jilin_2025').document}）" for kind in RegionSheet.Kind
    }
    assert province_papers(world.u1, JULY) == province_papers(world.ch, JULY) == []
