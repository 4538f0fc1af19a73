"""Every form of a draft saves itself: F04 and F05 like the sheet and the readings; the version stands, nothing is lost."""

from datetime import date

import pytest
from django.urls import reverse

from performance.models import AssessmentRow, Reading
from performance.queries.monitoring import outlook_version
from tests.performance import assess_scene as scene
from tests.performance import register as make
from tests.performance.register import Q2

ON = date(2026, 7, 10)
QUIET = {"HTTP_X_AUTOSAVE": "1"}


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: ON)


def shown(client, url):
    """What the form shows, as its page would send it."""
    page = client.get(url)
    assert "data-autosave-note" in page.content.decode()
    form = page.context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def test_the_self_evaluation_saves_itself(world, signed_in):
    project = scene.ready(world)
    one = scene.drafted(project, world)
    url, client = reverse("performance:assessment_edit", args=[project.pk, one.pk]), signed_in(world.u1)
    field = f"v{scene.rows_of(one)['培训人次'].indicator.pk}-actual"
    old = shown(client, url)

    said = client.post(url, old | {field: "约两千", "goal_done": "写到一半"}, **QUIET).json()
    again = client.post(url, old | {field: "1990", "goal_done": "写到一半", "seen": said["seen"]}, **QUIET)
    stale = client.post(url, old | {field: "1"}, **QUIET)

    assert "自动暂存，报送前还需处理" in said["text"]
    assert (again.status_code, again.json()["seen"]) == (200, shown(client, url)["seen"])
    assert (stale.status_code, stale.json()["again"]) == (409, False)
    kept = AssessmentRow.objects.get(assessment=one, indicator__name="培训人次")
    assert (kept.actual, scene.fresh(one).goal_done) == ("1990", "写到一半")


def test_the_monitoring_sheet_saves_itself(world, signed_in):
    project = make.building(world)
    one = make.period_return(project, world, make.sheet(project, world, ("开发课程",)), Q2)
    one.round.monitoring = True
    one.round.save(update_fields=["monitoring"])
    url, client = reverse("performance:monitoring_edit", args=[project.pk, one.pk]), signed_in(world.u1)
    name = f"i{one.sheet.indicators.get().pk}"
    old = shown(client, url)

    said = client.post(url, old | {f"{name}-measure": "增开两期"}, **QUIET).json()
    wrong = client.post(url, old | {f"{name}-expected": "约十门", "seen": said["seen"]}, **QUIET)
    stale = client.post(url, old | {f"{name}-measure": "旧的"}, **QUIET)

    assert ("报送前还需填写" in said["text"], said["seen"]) == (True, outlook_version(one))
    assert (wrong.status_code, "自动暂存已停止" in wrong.json()["text"]) == (409, True)
    assert stale.status_code == 409
    assert Reading.objects.get(period_return=one).measure == "增开两期"
