"""日志 by what an act is and how far it has come, not by the words of its lines."""

import re
from datetime import date
from pathlib import Path

import pytest

from accounts.journal import Mark, marked, operation, record
from lifecycle import jobs
from lifecycle.operations import decisions, targets
from policy.terms import Stage
from projects.models import Project
from reports.journal import entries_of, happened
from tests import factories as make
from tests.lifecycle import scene
from tests.performance import life

ON = date(2026, 3, 2)
ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.django_db


def seen(user, project, verb):
    fresh = type(user).objects.get(pk=user.pk)
    return [entry.text for entry in entries_of(project, fresh) if entry.verb == verb and entry.result == "ok"]


@pytest.mark.parametrize(
    ("mark", "verbs"),
    [
        (Mark.INNER, {"拟制联合决定", "会商联合决定", "退回联合决定", "撤回联合决定", "从决定中移出项目"}),
        (Mark.SIGNING, {"签署联合决定"}),
        (Mark.SCORING, {"省级审核绩效目标", "审核绩效目标"}),
    ],
)
def test_the_marks_stand_on_the_acts_they_are_meant_for(mark, verbs):
    assert verbs <= marked(mark)
    assert not verbs & {verb for other in Mark if other != mark for verb in marked(other)}


# What the departments do about money among themselves, before it concerns the unit; every other act is for all to read.
MONEY_INNER = {
    "登记资金文件", "退回资金文件", "登记单位到账方式", "登记拨付", "退回拨付", "建议暂停或恢复资金", "答复暂停建议", "编制清算",
    "资金审计立项", "查看审计样本", "记录审计发现", "修改审计发现", "删除审计发现", "核定审计发现金额", "查看抽查支出",
}  # fmt: skip


def test_what_the_departments_do_about_money_among_themselves_is_inner():
    assert MONEY_INNER - marked(Mark.INNER) == set()


def test_a_unit_does_not_read_of_a_finding_before_it_is_sent(world):
    project = make.project(world.unit, stage=Stage.BUILDING)

    @operation("记录审计发现", mark=Mark.INNER)
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
