"""建设进度与监控: what is late today beside what was sent in, periods nobody asked for, the pace while the build runs."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string

from policy.terms import Stage
from projects.models import Project
from reports.dossier import monitor
from tests.reports.scene import ON, furnished

CUT_OFF = date(2026, 6, 30)


def task(state, planned_on):
    milestone = SimpleNamespace(name="实训场地改造", share="30.00", planned_on=planned_on)
    told = SimpleNamespace(state=state, actual_on=None, note="")
    return SimpleNamespace(milestone=milestone, told=told, done="30.00", papers=[])


@pytest.mark.parametrize(
    ("planned_on", "today", "said"),
    [
        (CUT_OFF, CUT_OFF + timedelta(days=90), "逾期未完成"),
        (CUT_OFF + timedelta(days=12), CUT_OFF + timedelta(days=90), "计划日已过，待报送"),
        (CUT_OFF + timedelta(days=90), CUT_OFF + timedelta(days=90), "进行中"),
        (CUT_OFF + timedelta(days=12), None, "进行中"),
    ],
)
def test_a_task_whose_day_has_passed_since_it_was_told_of_says_so(planned_on, today, said):
    progress = SimpleNamespace(rows=[task("doing", planned_on)])
    context = {"progress": progress, "one": SimpleNamespace(cut_off=CUT_OFF), "today": today}

    html = render_to_string("performance/_progress_table.html", context)

    found = [word for word in ("逾期未完成", "计划日已过，待报送", "进行中") if word in html]
    assert found == [said]


def test_a_period_gone_by_that_nobody_asked_for_has_no_day(db):
    def row(cut_off):
        return SimpleNamespace(
            one=None, name="第 1 季度", start=ON - timedelta(days=90), cut_off=cut_off, due_on=date(2030, 1, 15)
        )

    def shown(cut_off):
        context = {"monitor": SimpleNamespace(rows=[row(cut_off)]), "on": ON}
        html = render_to_string("reports/dossier/_periods.html", context)
        return "2030-01-15" in html, "（预计）" in html, "尚未发起" in html, "未发起" in html

    assert shown(ON - timedelta(days=1)) == (False, False, False, True)
    assert shown(ON) == (True, True, True, True)


@pytest.mark.parametrize(
    ("stage", "shown"), [(Stage.BUILDING, True), (Stage.IN_ACCEPTANCE, False), (Stage.ACCEPTED, False)]
)
def test_where_the_pace_leads_is_told_while_the_build_runs(world, monkeypatch, stage, shown):
    project = furnished(world)
    Project.objects.filter(pk=project.pk).update(stage=stage)
    project.refresh_from_db()
    monkeypatch.setattr(monitor, "outcomes_of", lambda projects: {project.pk: ("走势",)})

    assert monitor.monitor_of(project, world.ph, ON).outcomes == (("走势",) if shown else ())
