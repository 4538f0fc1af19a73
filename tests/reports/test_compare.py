"""Any two versions side by side: what differs, what is left out, who may read which."""

from datetime import date
from decimal import Decimal

import pytest

from funds.models import Budget, BudgetItem, PlannedUse
from lifecycle.models import ChangeRequest, YearlyReport
from performance.models import Milestone, MilestonePlan, PeriodReturn, Round
from performance.queries import grid_of
from performance.queries.sheets import content_of
from policy.terms import Stage
from projects.models import Attachment
from reports.dossier.compare import KINDS, Field, Row, differences, kinds_for
from tests import factories as make
from tests.lifecycle import scene
from tests.performance import life
from tests.reports.scene import ON, sibling

pytestmark = pytest.mark.django_db


def shown(visit, user, project, query):
    return visit(user, f"/projects/{project.pk}/compare/?{query}").context


def said(context):
    return [(row.group, row.label, row.before, row.after) for row in context["rows"]]


@pytest.mark.parametrize(
    ("before", "after", "whole", "expected"),
    [
        ([("甲", "值", "1")], [("甲", "值", "1")], False, []),
        ([("甲", "值", "1")], [("甲", "值", "1")], True, [("甲", "值", "1", "1")]),
        ([("甲", "值", "1")], [("甲", "值", "2")], False, [("甲", "值", "1", "2")]),
        ([("甲", "值", "1")], [], False, [("甲", "值", "1", None)]),
        ([], [("乙", "值", "")], False, [("乙", "值", None, "")]),
        ([("甲", "a", "1"), ("甲", "a", "2")], [("甲", "a", "1"), ("甲", "a", "3")], False, [("甲", "a", "2", "3")]),
        ([("甲", "a", "1"), ("甲", "b", "2")], [("甲", "b", "3"), ("丙", "c", "4")], False,
         [("甲", "b", "2", "3"), ("甲", "a", "1", None), ("丙", "c", None, "4")]),
    ],
    ids=["the same", "the same, asked for", "changed", "gone", "new", "twice the same name", "by group"],
)  # fmt: skip
def test_differences(before, after, whole, expected):
    rows = differences([Field(*one) for one in before], [Field(*one) for one in after], whole=whole)

    assert [(row.group, row.label, row.before, row.after) for row in rows] == expected


def test_a_missing_value_is_not_an_empty_one():
    assert Row("甲", "值", None, "").changed
    assert not Row("甲", "值", "", "").changed


def budget(project, by, version, amount, **facts):
    made = Budget.objects.create(
        project=project, version=version, drafted_by=by, drafted_on=ON, state=facts.pop("state", "superseded"), **facts
    )
    BudgetItem.objects.create(budget=made, category="equipment", source="central", amount=Decimal(amount))
    BudgetItem.objects.create(budget=made, category="courses", source="central", amount=Decimal(100))
    PlannedUse.objects.create(budget=made, year=2026, quarter=version, amount=Decimal(amount))
    return made


def test_the_last_two_budgets_are_compared_unless_others_are_asked_for(world, visit):
    project = make.project(world.unit, stage=Stage.BUILDING)
    for version, amount in ((1, 500), (2, 600), (3, 700)):
        budget(project, world.u1, version, amount, state="approved" if version == 3 else "superseded")

    last = shown(visit, world.u2, project, "kind=budget")
    asked = shown(visit, world.u2, project, "kind=budget&a=1&b=3")
    everything = shown(visit, world.u2, project, "kind=budget&a=1&b=3&all=1")
    line = ("预算", "购置技能研修实训设备 · 中央补助")

    assert said(last)[0] == (*line, "600.00 元", "700.00 元")
    assert said(asked) == [
        (*line, "500.00 元", "700.00 元"),
        ("用款计划", "2026 年第 3 季度", None, "700.00 元"), ("用款计划", "2026 年第 1 季度", "500.00 元", None),
    ]  # fmt: skip
    assert len(said(everything)) == len(said(asked)) + 1
    assert everything["changed"] == asked["changed"] == 3


@pytest.mark.parametrize(
    "query", ["kind=nothing", "kind=budget&a=99&b=x", "kind=budget&a=1", "all=2", "kind=changes&a=1-old"]
)
def test_what_is_not_offered_is_left_aside(world, visit, query):
    project = make.project(world.unit, stage=Stage.BUILDING)
    budget(project, world.u1, 1, 500, state="approved")

    assert visit(world.ph, f"/projects/{project.pk}/compare/?{query}").status_code == 200


def test_the_targets_as_sent_to_review_and_as_mended(world, visit):
    project = make.project(world.unit)
    life.filled(project, world)
    sheet = project.target_sheets.get()
    sent = content_of(grid_of(sheet))
    row = sent["rows"][0]
    row["unit"], sent["goals"]["period"][0] = "旧单位", "原来的目标"
    project.target_sheets.update(submitted_content=sent, mend_turn=1)

    context = shown(visit, world.u1, project, "kind=targets")

    assert [one.key for one in context["versions"]] == ["1-sent", "1"]
    assert [line[:3] for line in said(context)] == [
        ("实施期", "总体目标", "原来的目标"), (f"指标“{row['name']}”", "计量单位", "旧单位"),
    ]  # fmt: skip


def plan(project, by, version, state="approved", **facts):
    hands = {"submitted_by": by, "reviewed_by": by, "reviewed_on": ON} if state == "approved" else {}
    made = MilestonePlan.objects.create(
        project=project, version=version, state=state, drafted_by=by, drafted_on=ON, reason="调整", **hands
    )
    Milestone.objects.create(plan=made, key=1, order=1, name="改造实训室", share=60, **facts)
    return made


def test_a_plan_in_the_making_is_the_units_own(world, visit):
    project = make.project(world.unit, stage=Stage.BUILDING)
    plan(project, world.u2, 1, planned_on=date(2026, 6, 1))
    plan(project, world.u2, 2, state="draft", planned_on=date(2026, 9, 1))

    own, theirs = (shown(visit, user, project, "kind=milestones") for user in (world.u1, world.ph))

    assert said(own) == [("任务 1", "计划完成日期", "2026-06-01", "2026-09-01")]
    assert [one.key for one in theirs["versions"]] == ["1"]


def test_two_accepted_returns_and_no_other(world, visit):
    project = make.project(world.unit)
    life.filled(project, world)
    sheet = project.target_sheets.get()
    for number, value in ((1, "40"), (2, "90"), (3, "")):
        accepted_return(project, sheet, world, number, value)

    context = shown(visit, world.ph, project, "kind=returns")

    assert len(context["versions"]) == 2
    assert said(context) == [
        ("指标“培训人次”", "本期值", "40", "90"), ("资金", "支出", "10.00 元", "20.00 元"),
    ]  # fmt: skip


def accepted_return(project, sheet, world, number, value):
    cut_off = date(2026, 3 * number, 28)
    round_ = Round.objects.create(
        kind="quarter", name=f"第{number}季度", period_from=date(2026, 1, 1), cut_off=cut_off, due_on=date(2027, 1, 1),
        opened_by=world.ph, opened_on=ON,
    )  # fmt: skip
    snapshot = {
        "readings": [{"name": "培训人次", "value": value}], "money": {"spent": f"{number * 10}.00"}, "sections": [],
    }  # fmt: skip
    accepted = {
        "state": "accepted", "snapshot": snapshot, "digest": "0" * 64, "accepted_on": ON, "turn": 1,
        "submitted_by": world.u2, "submitted_on": ON,
    }  # fmt: skip
    PeriodReturn.objects.create(
        round=round_, project=project, sheet=sheet, cut_off=cut_off, covers_from=date(2026, 1, 1),
        due_on=date(2027, 1, 1), first_due_on=date(2027, 1, 1), **(accepted if value else {}),
    )  # fmt: skip


def test_old_and_new_of_a_change(world, visit):
    project = make.project(world.unit, stage=Stage.BUILDING)
    change = ChangeRequest.objects.create(
        project=project, kind="rename", old={"name": "示例学校"}, new={"name": "示例学院"}, reason="更名", document="文",
        effective_on=ON, on=ON, requested_by=world.u2,
    )  # fmt: skip
    foreign = ChangeRequest.objects.create(
        project=make.project(sibling(world)), kind="rename", old={"name": "甲"}, new={"name": "别人的新名"}, reason="更名",
        document="文", effective_on=ON, on=ON, requested_by=world.u2,
    )  # fmt: skip

    own = shown(visit, world.u2, project, "kind=changes")
    other = visit(world.u2, f"/projects/{project.pk}/compare/?kind=changes&a={foreign.pk}-old&b={foreign.pk}-new")

    assert [one.key for one in own["versions"]] == [f"{change.pk}-old", f"{change.pk}-new"]
    assert said(own) == [("单位更名", "单位名称", "示例学校", "示例学院")]
    assert "别人的新名" not in other.content.decode()


def test_yearly_reports_that_the_unit_still_writes_are_its_own(world, visit):
    project = make.project(world.unit, stage=Stage.ACCEPTED)
    for year, state in ((2024, "reviewed"), (2025, "draft")):
        YearlyReport.objects.create(
            project=project, year=year, state=state, due_on=date(2027, 1, 1), work=f"{year} 的工作", drafted_by=world.u1
        )

    own, theirs = (shown(visit, user, project, "kind=yearly") for user in (world.u1, world.ph))

    assert said(own) == [("文字", "培养、攻关和带动情况", "2024 的工作", "2025 的工作")]
    assert [one.key for one in theirs["versions"]] == ["2024"]


def test_papers_of_two_applications(world, visit):
    story = scene.applied(world)
    for number, name in ((1, "报告一.pdf"), (2, "报告二.pdf")):
        Attachment.objects.create(
            project=story.project, about="acceptance_pack", about_id=number, purpose="audit_report", name=name, size=1,
            content_type="application/pdf", sha256=str(number) * 64, path=f"{number}.pdf", uploaded_by=world.u1, on=ON,
        )  # fmt: skip

    context = shown(visit, world.u1, story.project, "kind=packs&a=1&b=2")

    assert ("专项审计报告", "文件", "报告一.pdf", "报告二.pdf") in said(context)


def test_the_settings_beside_the_edition(world, visit):
    project = make.project(world.unit)
    sheet = make.setting_sheet(world.ph, ON, date(2026, 4, 1), world.province.path)
    type(sheet).objects.filter(pk=sheet.pk).update(
        state="effective", hr_by=world.phl, hr_on=ON, finance_by=world.pfl, finance_on=ON
    )

    context = shown(visit, world.ph, project, "kind=settings")

    assert [one.key for one in context["versions"]] == ["0", str(sheet.pk)]
    assert {row.label for row in context["rows"]} <= {"数值", "效力", "依据"}
    assert len(context["rows"]) >= 1


def test_a_unit_is_offered_no_kind_whose_page_it_may_not_open(world):
    project = make.project(world.unit)

    own = {kind.code for kind in kinds_for(project, world.u1)}
    theirs = {kind.code for kind in kinds_for(project, world.ph)}

    assert own == theirs - {"settings"}
    assert theirs == {kind.code for kind in KINDS}


@pytest.mark.parametrize("kind", [kind.code for kind in KINDS])
def test_every_kind_stands_for_a_whole_life(world, visit, kind):
    story = scene.revoked(world)

    answer = visit(world.ph, f"/projects/{story.pk}/compare/?kind={kind}&all=1")

    assert (answer.status_code, answer.context["kind"].code) == (200, kind)
