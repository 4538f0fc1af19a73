"""待办: at every moment of a project's life the right people are told, and nobody else."""

from datetime import date, timedelta

import pytest

from lifecycle.inbox import tasks_for
from lifecycle.operations import build, decisions, formal, revocation
from policy.terms import Stage
from projects.models import Project
from reports.tasks import tasks_for as all_tasks_for
from tests import factories as make
from tests.funds.scene import upload
from tests.lifecycle import scene
from tests.lifecycle.scene import APPLIED, DUE, END, ORDERED, SERVED, day, draft_project, ready_drafts
from tests.performance import life

EVERYBODY = ("u1", "u2", "ch", "cf", "ph", "phl", "pf", "pfl", "au", "sa")


def told(world, on):
    """Who is told what."""
    found = {name: [task.title for task in tasks_for(getattr(world, name), on)] for name in EVERYBODY}
    return {name: titles for name, titles in found.items() if titles}


@pytest.mark.django_db
def test_drafts_wait_as_one_task_and_undecided_categories_one_by_one(world):
    ready_drafts(world, 3)
    draft_project(world)

    tasks = tasks_for(world.ph, APPLIED)

    assert [task.title for task in tasks] == ["拟制立项决定", "认定职业类别"]
    assert tasks[0].url == "/decisions/new/T01/"
    assert told(world, APPLIED).keys() == {"ph"}


@pytest.mark.django_db
def test_a_drafted_award_waits_for_both_leaders_until_each_has_signed(world):
    projects = ready_drafts(world, 2)
    decision = scene.draft("T01", projects, world.ph, APPLIED)

    before = told(world, APPLIED)
    decisions.sign_decision(decision.pk, actor=world.phl, on=APPLIED)

    assert before == {"phl": ["签署《立项》"], "pfl": ["签署《立项》"]}
    assert told(world, APPLIED) == {"pfl": ["签署《立项》"]}
    assert tasks_for(world.pfl, APPLIED)[0].project_name.endswith("等 2 个项目")


@pytest.mark.django_db
def test_a_returned_decision_goes_back_to_who_drafted_it_until_it_is_drafted_anew(world):
    projects = ready_drafts(world, 1)
    decision = scene.draft("T01", projects, world.ph, APPLIED)
    decisions.return_decision(decision.pk, reason="缺公示截图", actor=world.pfl, on=APPLIED)

    before = told(world, APPLIED)
    scene.draft("T01", projects, world.ph, APPLIED)

    assert before == {"ph": ["重新拟制被退回的《立项》", "拟制立项决定"]}
    assert "ph" not in told(world, APPLIED)


@pytest.mark.django_db
@pytest.mark.parametrize(("grade", "code"), [("excellent", "T04"), ("good", "T05")])
def test_sheets_that_both_departments_passed_are_to_be_filed(world, grade, code):
    project = make.project(world.unit)
    life.scored(project, world, grade, grade)
    sheet = project.target_sheets.get()
    sheet.state = "ready"
    sheet.save(update_fields=["state"])

    tasks = tasks_for(world.ph, APPLIED)

    assert [task.url for task in tasks] == [f"/decisions/new/{code}/"]
    assert tasks_for(world.pf, APPLIED) == []


@pytest.mark.django_db
def test_building_is_started_once_the_money_is_issued(world):
    project = make.project(world.unit)
    life.filed(project, world)
    story = scene.story_of(world, Project.objects.get(pk=project.pk))

    before = told(world, APPLIED)
    story.issue(date(2026, 3, 10))

    assert before == {}
    assert told(world, APPLIED) == {"ph": ["启动建设期"]}


@pytest.mark.django_db
def test_an_extension_is_for_the_province_while_the_build_period_runs(world):
    story = scene.building(world)
    build.request_extension(story.pk, months=6, reason="招标流标", actor=world.u2, on=END - timedelta(days=60))

    assert told(world, END - timedelta(days=59)) == {"ph": ["办理延期申请"]}
    assert "ph" not in told(world, END + timedelta(days=1))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("days", "expected"), [(-31, {}), (-30, {"u2": ["申请验收"]}), (5, {"u2": ["申请验收"]})],
    ids=["31 days before the end", "30 days before the end", "after the end"],
)  # fmt: skip
def test_the_leader_is_told_to_apply_thirty_days_before_the_end(world, days, expected):
    scene.building(world)

    assert told(world, END + timedelta(days=days)) == expected


@pytest.mark.django_db
def test_an_application_goes_the_way_from_the_offices_to_the_conclusion(world):
    story = scene.applied(world)
    acceptance = story.project.acceptances.get()
    acceptance.hr_checked_on = None
    acceptance.save(update_fields=["hr_checked_on"])
    steps = [told(world, day(8, APPLIED))]
    acceptance.hr_checked_on = APPLIED
    acceptance.save(update_fields=["hr_checked_on"])
    steps.append(told(world, day(8, APPLIED)))
    formal.accept_application(story.pk, actor=world.ph, on=day(8, APPLIED))
    steps.append(told(world, day(8, APPLIED)))
    story.panel(day(9, APPLIED))
    steps.append(told(world, day(9, APPLIED)))
    story.gate_a(day(10, APPLIED))
    steps.append(told(world, day(10, APPLIED)))
    story.gate_b(day(11, APPLIED))
    steps.append(told(world, day(12, APPLIED)))
    story.draft("T18", day(13, APPLIED))
    steps.append(told(world, day(13, APPLIED)))

    assert steps == [
        {"ch": ["提出验收初审意见"]},
        {"ph": ["录入绩效评估实际值", "形式审查验收申请"], "pf": ["录入绩效评估实际值"]},
        {"ph": ["核查建设条件", "录入绩效评估实际值", "组成验收组"], "pf": ["录入绩效评估实际值"]},
        {"ph": ["核查建设条件", "录入绩效评估实际值"], "pf": ["录入绩效评估实际值"]},
        {"ph": ["录入绩效评估实际值"], "pf": ["录入绩效评估实际值"]},
        {"ph": ["拟制验收结论或限期整改通知"]},
        {"phl": ["签署《通过验收》"], "pfl": ["签署《通过验收》"]},
    ]


@pytest.mark.django_db
def test_the_first_check_is_for_the_office_that_was_named(world):
    story = scene.applied(world)
    acceptance = story.project.acceptances.get()
    acceptance.hr_checked_on, acceptance.hr_office = None, world.province_hr
    acceptance.save(update_fields=["hr_checked_on", "hr_office"])

    assert told(world, day(8, APPLIED)) == {}


@pytest.mark.django_db
def test_an_order_is_served_answered_reported_and_rechecked_by_another(world):
    story = scene.ordered(world)
    steps = [told(world, ORDERED)]
    scene.serve(story)
    steps.append(told(world, SERVED))
    story.report(day(-10))
    steps.append(told(world, day(-9)))
    story.recheck(day(-8), passed=True)
    steps.append(told(world, day(-8)))

    assert steps == [
        {"ph": ["登记整改通知书送达"], "pf": ["登记整改通知书送达"]},
        {"u1": ["填写整改措施"], "u2": ["填写整改措施"]},
        {"pf": ["整改复验"]},
        {"ph": ["拟制复验结果"], "pf": ["拟制复验结果"]},
    ]


@pytest.mark.django_db
def test_a_task_of_rectification_carries_the_day_it_is_due(world):
    scene.rectifying(world)

    task = tasks_for(world.u2, day(-20))[0]

    assert (task.since, task.due_on, task.note) == (SERVED, DUE, "还有 2 个问题未填措施或缺佐证")


@pytest.mark.django_db
def test_revocation_is_proposed_only_when_the_guard_says_the_term_is_over(world):
    scene.rectifying(world)

    assert "ph" not in told(world, DUE)
    assert told(world, day(20))["ph"] == ["整改期满，拟制拟取消称号告知"]


@pytest.mark.django_db
def test_a_notice_is_concurred_in_before_it_is_signed(world):
    story = scene.rectifying(world)
    decision = story.draft("T23", day(20))

    before = told(world, day(20))
    decisions.concur_decision(decision.pk, actor=world.pf, on=day(20))
    after = told(world, day(20))

    assert before["pf"] == ["会商《拟取消称号告知》"]
    assert "phl" not in before
    assert (after["phl"], after["pfl"]) == (["签署《拟取消称号告知》"],) * 2
    assert "ph" not in after


@pytest.mark.django_db
def test_the_unit_is_heard_before_anyone_may_decide(world):
    story = scene.noticed(world)
    steps = [told(world, day(21))]
    revocation.state_defence(story.pk, text="场地改造受影响", actor=world.u2, on=day(22))
    steps.append(told(world, day(22)))
    story.draft("ruling", day(23))
    steps.append(told(world, day(23)))

    assert steps == [
        {"u2": ["陈述申辩"]},
        {"ph": ["复核陈述申辩"]},
        {"phl": ["签署《复核：申辩不成立》"], "pfl": ["签署《复核：申辩不成立》"]},
    ]


@pytest.mark.django_db
def test_without_a_defence_the_decision_may_be_drafted_when_the_window_closes(world):
    story = scene.noticed(world)
    steps = [told(world, day(60))]
    said = {"office": "政策法规处", "passed": True, "opinion": "程序合法", "proof": upload()}
    revocation.review_legality(story.pk, **said, actor=world.pf, on=day(60))
    steps.append(told(world, day(60)))

    assert steps == [{"pf": ["法制审核"]}, {"ph": ["可以拟制取消称号决定"]}]


@pytest.mark.django_db
def test_a_settlement_is_approved_by_someone_else_and_shown_once(world):
    story = scene.revoked(world)
    story.prepare_settlement(day(70))

    titles = [task.title for task in all_tasks_for(world.pfl, day(70))]

    assert titles.count("批准资金清算") == 1
    assert "批准资金清算" not in [task.title for task in all_tasks_for(world.pf, day(70))]


@pytest.mark.django_db
def test_nobody_is_told_of_another_unit(world):
    other = make.organisation(world.city)
    clerk, leader = make.user("U1", other), make.user("U2", other)
    scene.rectifying(world)

    assert (tasks_for(clerk, DUE), tasks_for(leader, DUE)) == ([], [])


@pytest.mark.django_db
def test_tasks_come_by_due_date_then_by_how_long_they_have_waited(world):
    scene.rectifying(world)
    scene.building(world, stage=Stage.BUILDING, build_end_on=day(3))
    make.project(world.unit, stage=Stage.AWARDED, stage_since=SERVED)

    tasks = all_tasks_for(world.u2, day(0))

    assert [task.due_on for task in tasks if task.due_on] == [DUE, day(3)]
    assert [task.due_on for task in tasks][:2] == [DUE, day(3)]
