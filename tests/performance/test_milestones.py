"""建设任务: the plan and its versions, progress in the 季报包, what monitoring makes of it, the calls of 催报."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from lifecycle.demo.papers import paper
from papers import render
from performance import f09
from performance.models import MilestonePlan, ProgressComment
from performance.operations import milestones as plans
from performance.operations import progress as ops
from performance.operations import returns
from performance.operations.progress import ProgressInput
from performance.queries.milestones import plan_in_force, progress_of, tasks_of
from performance.queries.monitoring import monitoring_of
from performance.rules.milestones import Task, Told, check_plan, check_told, done_of, of_span, planned_share
from policy.findings import Refused
from policy.terms import Stage
from tests import factories as make
from tests.performance import round_scene as scene
from tests.permissions.scene import signed_in

START, END = scene.START, scene.END
TASKS = [
    Task("设备购置", date(2026, 3, 31), Decimal("40"), "equipment"),
    Task("课程开发", date(2026, 12, 31), Decimal("35.5"), "courses"),
    Task("师资培训", date(2027, 12, 31), Decimal("24.5")),
]
DATES = [(date(2026, 1, 11), Decimal(50)), (date(2026, 1, 31), Decimal(50))]


def codes(tasks, **changes):
    given = {"start": START, "end": END, "categories": ["equipment", "courses"]} | changes
    return [(finding.code, finding.field) for finding in check_plan(tasks, **given)]


@pytest.mark.parametrize(
    ("tasks", "expected"),
    [
        (TASKS, []),
        ([], [("tasks", "")]),
        (TASKS[:2], [("share", "r0-share")]),
        ([*TASKS[:2], Task("师资培训", date(2027, 12, 31), Decimal("24.51"))], [("share", "r0-share")]),
        ([*TASKS[:2], Task("设备购置", date(2027, 1, 1), Decimal("24.5"))], [("name", "r2-name")]),
        ([*TASKS[:2], Task("晚", date(2028, 1, 1), Decimal("24.5"))], [("planned_on", "r2-planned_on")]),
        ([*TASKS[:2], Task("早", date(2025, 12, 31), Decimal("24.5"))], [("planned_on", "r2-planned_on")]),
        ([*TASKS[:2], Task("类", END, Decimal("24.5"), "golf")], [("category", "r2-category")]),
    ],
    ids=["holds", "none", "short of 100", "a hundredth over", "twice", "after the build", "before it", "category"],
)  # fmt: skip
def test_a_plan_holds_or_says_where_it_does_not(tasks, expected):
    assert codes(tasks) == expected


@pytest.mark.parametrize(
    ("on", "share"),
    [
        (date(2025, 12, 1), 0),
        (date(2026, 1, 1), 0),
        (date(2026, 1, 6), Fraction(1, 4)),
        (date(2026, 1, 11), Fraction(1, 2)),
        (date(2026, 1, 21), Fraction(3, 4)),
        (date(2026, 1, 31), 1),
        (date(2027, 1, 1), 1),
    ],
)
def test_each_date_accrues_day_by_day_since_the_date_before(on, share):
    assert planned_share(DATES, date(2026, 1, 1), on) == share


def test_a_plan_without_tasks_has_no_share():
    assert planned_share([], START, START) is None
    assert of_span(DATES, date(2026, 1, 1), date(2027, 1, 1), date(2027, 12, 31), date(2027, 6, 1)) is None
    assert of_span(DATES, date(2026, 1, 1), date(2026, 1, 12), date(2026, 1, 31), date(2026, 1, 21)) == Fraction(1, 2)
    assert done_of([(Decimal(40), Decimal(50)), (Decimal(60), Decimal(0))]) == Fraction(1, 5)


def told(**changes):
    given = {
        "name": "甲", "field": "m1", "planned_on": date(2026, 12, 31), "state": "doing", "done_share": Decimal(30),
        "actual_on": None, "note": "",
    }  # fmt: skip
    return [found.field for found in check_told(Told(**(given | changes)), cut_off=date(2026, 3, 31), start=START)]


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({}, []),
        ({"done_share": None}, ["m1-done_share"]),
        ({"state": "done"}, ["m1-done_share"]),
        ({"state": "done", "done_share": Decimal(100), "actual_on": date(2026, 3, 31)}, []),
        ({"state": "done", "done_share": Decimal(100), "actual_on": date(2026, 4, 1)}, ["m1-actual_on"]),
        ({"state": "done", "done_share": Decimal(100), "actual_on": date(2025, 12, 31)}, ["m1-actual_on"]),
        ({"done_share": Decimal(100)}, ["m1-state"]),
        ({"state": "todo"}, ["m1-state"]),
        ({"planned_on": date(2026, 3, 31)}, ["m1-note"]),
        ({"planned_on": date(2026, 3, 31), "note": "厂家延期，四月到货"}, []),
        ({"before": Decimal(31)}, ["m1-note"]),
    ],
)
def test_what_a_report_must_say_of_a_task(changes, fields):
    assert told(**changes) == fields


def second(world):
    return make.user("U2", world.unit)


def planned(project, world, tasks=TASKS):
    """A plan in force."""
    plans.save_plan(project.pk, tasks=tasks, actor=world.u1, on=START)
    plans.submit_plan(project.pk, actor=world.u2, on=START)
    return plans.review_plan(project.pk, agreed=True, actor=world.ch, on=START)


def given(project, **changes):
    keys = {row.name: row.key for row in plan_in_force(project).milestones.all()}
    rows = {
        "设备购置": ProgressInput("done", Decimal(100), date(2026, 3, 20)),
        "课程开发": ProgressInput("doing", Decimal(20), None, "已签约"),
        "师资培训": ProgressInput("todo", Decimal(0)),
    } | changes  # fmt: skip
    return {keys[name]: row for name, row in rows.items()}


@pytest.mark.django_db
def test_a_plan_is_written_signed_and_read_by_three_people(world):
    project = scene.building(world)

    plan = planned(project, world)

    assert (plan.state, plan.version, plan.office) == ("approved", 1, world.ch.live_memberships[0].organisation)
    assert [(task.key, task.name, task.share) for task in tasks_of(plan_in_force(project))] == [
        (1, "设备购置", Decimal(40)), (2, "课程开发", Decimal("35.5")), (3, "师资培训", Decimal("24.5")),
    ]  # fmt: skip


@pytest.mark.django_db
def test_who_wrote_the_plan_does_not_sign_it(world):
    project = scene.building(world)
    plans.save_plan(project.pk, tasks=TASKS, actor=world.u2, on=START)

    with pytest.raises(Refused, match="您填写过"):
        plans.submit_plan(project.pk, actor=world.u2, on=START)
    assert plans.submit_plan(project.pk, actor=second(world), on=START).state == "submitted"


@pytest.mark.django_db
def test_a_plan_that_does_not_hold_is_kept_but_not_sent(world):
    project = scene.building(world)

    found = plans.save_plan(project.pk, tasks=TASKS[:2], actor=world.u1, on=START)

    assert [one.code for one in found] == ["share"]
    with pytest.raises(Refused, match=r"应恰为 100%（还差 24\.5）"):
        plans.submit_plan(project.pk, actor=world.u2, on=START)


@pytest.mark.django_db
def test_a_plan_sent_in_waits_and_comes_back_with_what_to_mend(world):
    project = scene.building(world)
    plans.save_plan(project.pk, tasks=TASKS, actor=world.u1, on=START)
    plans.submit_plan(project.pk, actor=world.u2, on=START)

    with pytest.raises(Refused, match="待审核，不能修改"):
        plans.save_plan(project.pk, tasks=TASKS, actor=world.u1, on=START)
    with pytest.raises(Refused, match="写明需要修改"):
        plans.review_plan(project.pk, agreed=False, actor=world.ch, on=START)
    with pytest.raises(Refused, match="最近一级"):
        plans.review_plan(project.pk, agreed=True, actor=world.ph, on=START)
    with pytest.raises(PermissionDenied):
        plans.review_plan(project.pk, agreed=True, actor=world.cf, on=START)
    assert (
        plans.review_plan(project.pk, agreed=False, remark="占比不合理", actor=world.ch, on=START).state == "returned"
    )
    assert plans.save_plan(project.pk, tasks=TASKS, actor=world.u1, on=START) == []


@pytest.mark.django_db
def test_a_plan_in_force_changes_only_by_the_next_version_and_tasks_keep_their_numbers(world):
    project = scene.building(world)
    planned(project, world)
    first = plan_in_force(project)
    kept = tasks_of(first)
    changed = [kept[0], kept[2], Task("新任务", END, Decimal("35.5"))]

    plans.save_plan(project.pk, tasks=changed, actor=world.u1, on=START)
    assert plan_in_force(project) == first
    with pytest.raises(Refused, match="写明理由"):
        plans.submit_plan(project.pk, actor=world.u2, on=START)
    plans.save_plan(project.pk, tasks=changed, reason="市场变化", actor=world.u1, on=START)
    plans.submit_plan(project.pk, actor=world.u2, on=START)
    plans.review_plan(project.pk, agreed=True, actor=world.ch, on=START)

    assert [(task.key, task.name) for task in tasks_of(plan_in_force(project))] == [
        (1, "设备购置"), (3, "师资培训"), (4, "新任务"),
    ]  # fmt: skip
    with pytest.raises(DatabaseError), transaction.atomic():
        MilestonePlan.objects.filter(pk=first.pk).update(reason="改写")


@pytest.mark.django_db
def test_a_plan_begins_with_the_filing(world):
    project = make.project(world.unit, stage=Stage.AWARDED)

    with pytest.raises(Refused, match="绩效目标备案之后"):
        plans.save_plan(project.pk, tasks=TASKS, actor=world.u1, on=START)


@pytest.mark.django_db
def test_progress_is_told_task_by_task_and_stands_in_what_was_accepted(world):
    project = scene.building(world)
    planned(project, world)
    one = scene.made(project, world)

    scene.filled(one, world)
    with pytest.raises(Refused, match="完成比例"):
        returns.submit_return(project.pk, one.pk, actor=world.u2, on=scene.ON)
    ops.save_progress(
        project.pk, one.pk, rows=given(project), risk="到货晚", measure="催货", actor=world.u1, on=scene.ON
    )
    returns.submit_return(project.pk, one.pk, actor=world.u2, on=scene.ON)
    accepted = scene.reviewed(scene.fresh(one), world)

    progress = progress_of(scene.fresh(one))
    assert (progress.due, progress.done) == (Fraction(40, 100), Fraction(471, 1000))
    told = accepted.snapshot["progress"]
    assert (told["plan"], told["risk"], [row["done_share"] for row in told["rows"]]) == (
        1, "到货晚", ["100.00", "20.00", "0.00"],
    )  # fmt: skip


@pytest.mark.django_db
def test_less_than_last_time_asks_why(world):
    project = scene.building(world)
    planned(project, world)
    one = scene.made(project, world)
    ops.save_progress(project.pk, one.pk, rows=given(project), actor=world.u1, on=scene.ON)
    scene.accepted(one, world)
    later = scene.made(project, world, scene.Q2, scene.ON2, scene.DUE2)

    found = ops.save_progress(
        project.pk,
        later.pk,
        rows=given(project, 课程开发=ProgressInput("doing", Decimal(10))),
        actor=world.u1,
        on=scene.ON2,
    )

    assert [finding.message for finding in found] == ["“课程开发”：完成比例 10% 低于上期审定的 20%，请说明原因。"]


@pytest.mark.django_db
def test_who_tells_progress_has_a_hand_in_the_return(world):
    project = scene.building(world)
    planned(project, world)
    one = scene.made(project, world)
    scene.filled(one, world)
    ops.save_progress(project.pk, one.pk, rows=given(project), actor=world.u2, on=scene.ON)

    with pytest.raises(Refused, match="参与填写"):
        returns.submit_return(project.pk, one.pk, actor=world.u2, on=scene.ON)


@pytest.mark.django_db
def test_papers_of_progress_are_the_offices_once_sent_in(world):
    project = scene.building(world)
    planned(project, world)
    one = scene.made(project, world)
    invoice = paper("发票")
    rows = given(project, 设备购置=ProgressInput("done", Decimal(100), date(2026, 3, 20), "", [invoice]))
    ops.save_progress(project.pk, one.pk, rows=rows, actor=world.u1, on=scene.ON)

    before = [len(row.papers) for row in progress_of(one, world.ch).rows]
    scene.filled(one, world)
    returns.submit_return(project.pk, one.pk, actor=world.u2, on=scene.ON)

    assert before == [0, 0, 0]
    assert [len(row.papers) for row in progress_of(scene.fresh(one), world.ch).rows] == [1, 0, 0]


@pytest.mark.django_db
def test_the_plan_gives_the_share_that_targets_are_held_against(world):
    project = scene.building(world)
    one = scene.made(project, world)
    scene.filled(one, world)
    before = monitoring_of(scene.fresh(one), known=scene.ON).rows[0].signal.why
    planned(project, world)

    after = monitoring_of(scene.fresh(one), known=scene.ON).rows[0].signal.why

    assert "目标 2000 × 已过 90/365 天" in before
    assert "目标 2000 × 建设任务应完成 52.98%" in after  # 40 of the 75.5 that fall into the year


@pytest.mark.django_db
def test_progress_costs_the_same_for_three_tasks_and_for_six(world):
    counts = []
    for tasks in (TASKS, [Task(f"任务{n}", END, Decimal(share)) for n, share in enumerate((10, 10, 10, 20, 20, 30))]):
        project = scene.building(world)
        planned(project, world, tasks)
        one = scene.made(project, world, scene.Q1 | {"name": f"{len(tasks)} 项"})
        with CaptureQueriesContext(connection) as taken:
            progress_of(one, world.u1)
        counts.append(len(taken))

    assert counts[0] == counts[1]


@pytest.mark.django_db
def test_offices_comment_on_what_was_sent_in_and_a_comment_stays(world):
    project = scene.building(world)
    one = scene.made(project, world)

    with pytest.raises(Refused, match="报送后才能评议"):
        ops.comment_progress(project.pk, one.pk, text="加快", actor=world.ch, on=scene.ON)
    scene.sent(one, world)
    said = ops.comment_progress(project.pk, one.pk, text="加快采购", actor=world.ch, on=scene.ON)

    with pytest.raises(PermissionDenied):
        ops.comment_progress(project.pk, one.pk, text="x", actor=world.u1, on=scene.ON)
    with pytest.raises(DatabaseError), transaction.atomic():
        ProgressComment.objects.filter(pk=said.pk).update(text="改写")
    assert "加快采购" in signed_in(world.u1).get(f"/projects/{project.pk}/returns/{one.pk}/progress/").content.decode()


@pytest.mark.django_db
def test_a_draft_of_progress_is_the_units(world):
    project = scene.building(world)
    planned(project, world)
    one = scene.made(project, world)
    rows = given(project, 课程开发=ProgressInput("doing", Decimal(20), None, "内部说法"))
    ops.save_progress(project.pk, one.pk, rows=rows, risk="内部风险", actor=world.u1, on=scene.ON)
    page = f"/projects/{project.pk}/returns/{one.pk}/progress/"

    own, city = signed_in(world.u1).get(page).content.decode(), signed_in(world.ch).get(page).content.decode()

    assert [word in own for word in ("内部说法", "内部风险")] == [True, True]
    assert [word in city for word in ("内部说法", "内部风险", "报送后可查看")] == [False, False, True]
    assert signed_in(world.ch).get(f"/projects/{project.pk}/returns/{one.pk}/f09.pdf").status_code == 409


@pytest.mark.django_db
def test_the_forms_keep_what_was_typed_and_do_what_the_operations_do(world):
    project = scene.building(world)
    unit = signed_in(world.u1)
    page = f"/projects/{project.pk}/milestones/edit/"
    typed = {
        "r0-name": "设备购置", "r0-planned_on": "2026-03-31", "r0-share": "60", "r1-name": "课程", "r1-planned_on": "x",
        "r1-share": "40",
    }  # fmt: skip
    refused = unit.post(page, typed)
    assert refused.status_code == 422
    assert "课程" in refused.content.decode()
    typed["r1-planned_on"] = "2026-12-31"
    assert unit.post(page, typed | {"seen": refused.context["form"].version}).status_code == 302
    plans.submit_plan(project.pk, actor=world.u2, on=START)
    city = signed_in(world.ch)
    assert city.post(f"/projects/{project.pk}/milestones/review/", {"agreed": "yes"}).status_code == 302
    assert "已审定" in city.get(f"/projects/{project.pk}/milestones/").content.decode()


@pytest.mark.django_db
def test_the_paper_holds_every_part_of_the_form(world):
    project = scene.building(world)
    planned(project, world)
    one = scene.made(project, world)
    ops.save_progress(
        project.pk, one.pk, rows=given(project), risk="到货晚", measure="催货", actor=world.u1, on=scene.ON
    )
    scene.sent(one, world)
    one = scene.fresh(one)

    said = f09.content(one, known=scene.ON)

    assert said["tasks"][0] == ["设备购置", "2026-03-31", "40%", "已完成", "100%", "2026-03-20", ""]
    assert said["figures"] == [["培训人次", "人次", "500", "500", "500", "2000"]]
    assert (said["risk"], said["measure"], said["shares"]) == ("到货晚", "催货", "按计划应完成 40.00%，实际完成 47.10%")
    assert [row[0] for row in said["money"]] == ["财政下达资金", "自筹及其他资金"]
    assert render(f09.layout(said, draft=False), "pdf").startswith(b"%PDF")
