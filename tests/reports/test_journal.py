"""日志 by what an act is and how far it has come, not by the words of its lines."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.urls import get_resolver

from accounts import journal, told
from accounts.journal import Note, Running, append, operation, record
from lifecycle import jobs
from lifecycle.operations import decisions, targets
from policy.terms import Stage
from projects.models import Project
from reports.journal import entries_of, happened
from tests import factories as make
from tests.lifecycle import scene
from tests.performance import life
from tests.permissions.routes import every_route

ON = date(2026, 3, 2)
ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.django_db


def seen(user, project, verb):
    fresh = type(user).objects.get(pk=user.pk)
    return [entry.text for entry in entries_of(project, fresh) if entry.verb == verb and entry.result == "ok"]


def told_of(world, project, actor, verbs):
    """Which of these acts of `actor`, each done once to the project, its unit reads."""
    for verb in verbs:
        note = Note(verb, project.pk, "decision:1", f"{verb}：绝密事实")
        append(Running(verb, actor, ON, [note]))
    fresh = type(world.u2).objects.get(pk=world.u2.pk)
    return {entry.verb for entry in entries_of(project, fresh).filter(actor=actor)}


def all_verbs():
    get_resolver().url_patterns  # noqa: B018 - loads every page, and with it every operation
    every_route()
    return journal.known_verbs({"no such verb"})


def test_of_all_verbs_a_unit_reads_those_that_are_named_and_no_other(world):
    """Acts of a department and of an expert; what depends on a decision is read with that decision alone."""
    project = make.project(world.unit, stage=Stage.BUILDING)
    others = all_verbs() | {"一项新的操作"}
    free = told.ALWAYS | told.SERVED

    assert (told.ALWAYS | told.SERVED | told.DECIDED) - others == set()
    assert told_of(world, project, world.ph, others) == free
    assert told_of(world, project, scene.experts(world.ph)[0], others) == free


def test_what_follows_a_paper_waits_for_its_service(world):
    story = scene.ordered(world)

    before = told_of(world, story.project, world.ph, told.SERVED)
    scene.serve(story)

    assert before == set()
    assert told_of(world, story.project, world.ph, told.SERVED) >= told.SERVED


# Who opens, prints or hands out a paper; what is weighed before it is decided; a visit before its notice.
INNER = {
    "下载材料", "登记打印", "登记盖章件", "作废打印登记", "导出材料册", "导出卷宗", "拟制联合决定", "会商联合决定", "退回联合决定",
    "撤回联合决定", "从决定中移出项目", "登记签署件", "整改复验", "法制审核", "提出豁免", "批准豁免", "退回或终止豁免", "记录检查项目",
    "填写检查概况", "记录检查发现", "排定检查", "安排单项检查", "调整检查路线", "组成验收组", "填写评审表", "提交评审表", "每日巡查",
    "登记资金文件", "退回资金文件", "登记单位到账方式", "登记拨付", "退回拨付", "建议暂停或恢复资金", "答复暂停建议", "编制清算",
    "资金审计立项", "查看审计样本", "记录审计发现", "修改审计发现", "删除审计发现", "核定审计发现金额", "查看抽查支出",
}  # fmt: skip


def test_what_others_do_among_themselves_is_named_nowhere():
    assert not INNER & (told.ALWAYS | told.SERVED | told.DECIDED)


def test_a_unit_reads_its_own_downloads_and_prints(world):
    project = make.project(world.unit, stage=Stage.BUILDING)

    assert told_of(world, project, world.u1, {"下载材料", "登记打印"}) == {"下载材料", "登记打印"}


def test_a_unit_does_not_read_of_a_finding_before_it_is_sent(world):
    project = make.project(world.unit, stage=Stage.BUILDING)

    @operation("记录审计发现")
    def find(*, actor, on):
        record(project_id=project.pk, subject="audit:1", text="记录发现第 1 条：绝密事实")

    find(actor=world.cf, on=ON)

    assert seen(world.u2, project, "记录审计发现") == []
    assert seen(world.pf, project, "记录审计发现") == ["记录发现第 1 条：绝密事实"]


def test_the_nightly_sweep_is_kept_in_the_journal_and_told_on_no_timeline(world):
    story = scene.rectifying(world)
    jobs.daily_sweep(scene.DUE)
    entries = entries_of(story.project, world.ph)

    assert entries.filter(verb="每日巡查").exists()
    assert not happened(entries).filter(verb="每日巡查").exists()
    assert happened(entries).exists()


def test_no_line_is_chosen_by_its_words():
    assert not re.search(r"text__|HALF", (ROOT / "reports/journal.py").read_text("utf-8"))


def test_a_unit_reads_of_a_signature_once_the_decision_is_in_force_for_it(world):
    kept, left = scene.ready_drafts(world, 2)
    decision = scene.draft("T01", [kept, left], world.ph, ON)
    decisions.sign_decision(decision.pk, actor=world.phl, on=ON)
    before = [seen(world.u2, kept, "签署联合决定"), len(seen(world.cf, kept, "签署联合决定"))]
    Project.objects.filter(pk=left.pk).update(sector="", grant=None)
    decisions.sign_decision(decision.pk, actor=world.pfl, on=ON)

    assert before == [[], 1]
    assert len(seen(world.u2, kept, "签署联合决定")) == 3
    assert seen(world.u2, kept, "签署联合决定")[0].endswith("生效")
    assert seen(world.u2, left, "签署联合决定") == []
    assert len(seen(world.pf, left, "签署联合决定")) == 3
    assert seen(world.u2, kept, "拟制联合决定") == []


def test_words_alone_hide_and_show_nothing(world):
    project = make.project(world.unit)

    @operation("签署联合决定")
    def signed(project_id, *, actor, on):
        record(project_id=project_id, subject="decision:99999", text="没有这份决定，但是以生效")

    @operation("登记支出")
    def noted(project_id, *, actor, on):
        record(project_id=project_id, text="发票已核，等待另一部门审核")

    signed(project.pk, actor=world.phl, on=ON)
    noted(project.pk, actor=world.cf, on=ON)

    assert seen(world.u2, project, "签署联合决定") == []
    assert seen(world.u2, project, "登记支出") == ["发票已核，等待另一部门审核"]


def test_a_first_score_stays_with_its_office_until_both_are_in(world):
    project = make.project(world.unit)
    life.reviewing(project, world)
    Project.objects.filter(pk=project.pk).update(stage=Stage.TARGET_REVIEW)
    targets.review_targets(project.pk, points=life.FULL, comment="", actor=world.ph, on=ON)
    people = ("u2", "ph", "phl", "pf", "pfl", "au", "ch")

    before = {who: bool(seen(getattr(world, who), project, "省级审核绩效目标")) for who in people}
    targets.review_targets(project.pk, points=life.FULL, comment="", actor=world.pf, on=ON)
    after = {who: bool(seen(getattr(world, who), project, "省级审核绩效目标")) for who in people}

    assert before == dict.fromkeys(people, False) | {"ph": True, "phl": True, "au": True}
    assert after == dict.fromkeys(people, True)
