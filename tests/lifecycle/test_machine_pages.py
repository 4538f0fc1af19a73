"""办理流程, 接下来, overlays and the allowed next steps as people and programs see them."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.operations import create_token
from lifecycle.demo.papers import paper
from lifecycle.models import Deadline
from lifecycle.operations import build, changes, disputes
from lifecycle.queries.overlays import overlays_of
from lifecycle.queries.versions import word_of
from policy.terms import Stage
from projects.models import Decision, Project
from tests import factories as make
from tests.lifecycle import scene

ON = date(2026, 7, 1)


@pytest.fixture
def project(world):
    return make.project(world.unit, stage=Stage.BUILDING, build_start_on=scene.START, build_end_on=date(2027, 3, 1))


def labels(project, on=ON):
    return [one.code for one in overlays_of([project], on)[project.pk]]


def hold(project, world, on=ON):
    return scene.sign(scene.draft("T11", project, world.ph, on), world.phl, world.pfl, on=on)


def ask(project, world, on=ON):
    changes.propose_change(
        project.pk, kind="content", new={"content": "增建一个实训室"}, reason="产业需要", document="示例1号",
        effective_on=on, proof=paper("依据"), actor=world.u2, on=on,
    )  # fmt: skip


def contest(project, decision, world, on=ON):
    disputes.register_dispute(
        project.pk, decision_id=decision.pk, kind="review", body="示例机关", number="示例复受1号", accepted_on=on,
        paper=paper("受理通知书"), actor=world.ph, on=on,
    )  # fmt: skip


def all_five(world, on=ON):
    facts = {"build_start_on": scene.START, "build_end_on": date(2027, 3, 1), "extended_months": 6}
    project = make.project(world.unit, stage=Stage.BUILDING, **facts)
    decision = hold(project, world, on)
    ask(project, world, on)
    Deadline.objects.create(project=project, rule="build_end", due_on=on - timedelta(1), basis="通知", opened_on=on)
    contest(project, decision, world, on)
    return project


def test_every_overlay_stands_beside_the_stage_and_leaves_it(world):
    project = all_five(world)

    assert labels(project) == ["held", "extended", "changing", "overdue", "disputed"]
    assert Project.objects.get(pk=project.pk).stage == Stage.BUILDING


def test_an_overlay_goes_with_what_it_stands_for(project, world):
    assert labels(project) == []
    decision = hold(project, world)
    build.request_extension(project.pk, months=3, reason="设备到货推迟", actor=world.u2, on=ON)
    contest(project, decision, world)
    assert labels(project) == ["held", "changing", "disputed"]

    scene.sign(scene.draft("T12", project, world.ph, ON), world.phl, world.pfl, on=ON)
    build.refuse_request(project.pk, project.requests.get().pk, answer="理由不足", actor=world.ph, on=ON)
    case = project.disputes.get()
    disputes.close_dispute(
        project.pk, case.pk, result="upheld", number="示例复决1号", closed_on=ON, paper=paper("决定书"),
        actor=world.ph, on=ON,
    )  # fmt: skip

    assert labels(project) == []


def test_a_date_is_overdue_the_day_after_it(project):
    Deadline.objects.create(project=project, rule="build_end", due_on=ON, basis="通知", opened_on=ON)

    assert (labels(project, ON), labels(project, ON + timedelta(1))) == ([], ["overdue"])


def test_overlays_cost_the_same_for_one_and_for_three(world):
    projects = [all_five(world) for _ in range(3)]

    counts = []
    for rows in (projects[:1], projects):
        with CaptureQueriesContext(
            connection,
        ) as caught:
            overlays_of(rows, ON)
        counts.append(len(caught))

    assert counts == [1, 1]


def test_overlays_are_in_the_header_the_list_and_the_api(world, client):
    project = all_five(world, timezone.localdate())
    client.force_login(world.ph)

    pages = [client.get(path).content.decode() for path in (f"/projects/{project.pk}/", "/projects/")]
    for page in pages:
        assert all(word in page for word in ("资金暂停", "已延期 6 个月", "变更审批中", "逾期", "争议"))
    told = client.get(f"/api/v1/projects/{project.pk}/", headers=key_of(world.ph, world)).json()["overlays"]
    assert [one["code"] for one in told] == ["held", "extended", "changing", "overdue", "disputed"]


def key_of(person, world):
    today = timezone.localdate()
    made = create_token(
        name="测试", expires_on=today + timedelta(days=30), actor=User.objects.get(pk=person.pk), on=today
    )
    return {"Authorization": f"Bearer {made.key}"}


# 办理流程
def test_the_page_marks_where_a_project_stands_and_says_every_step(project, world, client):
    client.force_login(world.u1)

    bare = client.get("/machine/").content.decode()
    page = client.get(f"/machine/?project={project.pk}").content.decode()

    assert bare.count("本项目现处阶段") == 0
    assert page.count("本项目现处阶段") == 1
    assert 'role="img"' in page
    assert "建设中到验收中：申请验收。" in page
    assert not re.search(r"\bT\d\d", page)
    number = re.search(r"<b>(\d+)\. 申请验收</b>", page).group(1)
    assert re.search(rf'text-anchor="middle">{number}</text>', page)
    for words in ("谁办", "条件", "材料", "期限", "依据", "建设期届满后 60 日内（系统默认）"):
        assert words in page


@pytest.mark.parametrize("asked", ["999999", "-1", "x", "1%00", "１"])
def test_a_project_out_of_reach_is_not_there(project, world, client, asked):
    client.force_login(make.user("U1", make.organisation(world.city)))

    assert client.get(f"/machine/?project={asked}").status_code == 404
    assert client.get(f"/machine/?project={project.pk}").status_code == 404


# 接下来
def test_after_the_second_signature_comes_what_is_next(project, world, client):
    today = timezone.localdate()
    decision = scene.sign(scene.draft("T11", project, world.ph, today), world.phl, on=today)
    client.force_login(world.pfl)

    answer = client.post(f"/decisions/{decision.pk}/sign/", {"seen": word_of(decision)})
    said = client.get(answer.url).content.decode()
    page = client.get(f"/projects/{project.pk}/next/").content.decode()

    assert f'href="/projects/{project.pk}/next/"' in said
    assert "接下来" in page
    assert "按目标建设，期满申请验收" in page


def test_after_the_first_signature_it_is_said_who_is_missing(project, world, client):
    decision = scene.draft("T11", project, world.ph, timezone.localdate())
    client.force_login(world.phl)

    answer = client.post(f"/decisions/{decision.pk}/sign/", {"seen": word_of(decision)})

    assert answer.url == f"/decisions/{decision.pk}/"
    assert "等待省财政厅负责人签署" in client.get(answer.url).content.decode()
    assert Decision.objects.get().state == Decision.State.SIGNING


def test_a_request_leads_to_who_decides_it(project, world, client):
    client.force_login(world.u2)

    answer = client.post(f"/projects/{project.pk}/build/extension/", {"months": 3, "reason": "设备到货推迟"})

    assert answer.url == f"/projects/{project.pk}/next/"
    assert client.get(f"/projects/{make.project(make.organisation(world.city)).pk}/next/").status_code == 404


# 可办步骤
def steps_of(client, project, person, world):
    return client.get(f"/api/v1/projects/{project.pk}/steps/", headers=key_of(person, world))


def test_the_api_says_which_steps_there_are_and_why_not(project, world, client):
    told = steps_of(client, project, world.ph, world).json()

    rows = {row["code"]: row for row in told["steps"]}
    assert told["stage"] == "building"
    assert set(rows) == {"T13", "T13M", "T14", "T15", "T30"} | ({"false"} & set(rows))
    assert (rows["T14"]["mine"], rows["T14"]["open"]) == (True, False)
    assert rows["T14"]["findings"][0]["message"] == "项目单位尚未提出延期申请"
    assert (rows["T15"]["mine"], rows["T15"]["roles"]) == (False, ["U2"])
    assert rows["T30"]["open"]


def test_a_step_that_waits_for_signatures_is_not_open(project, world, client):
    scene.draft("T30", project, world.ph, ON)

    rows = {row["code"]: row for row in steps_of(client, project, world.ph, world).json()["steps"]}

    assert (rows["T30"]["signing"], rows["T30"]["open"]) == (True, False)


def test_a_stranger_is_told_of_no_steps(project, world, client):
    foreign = make.user("PH", make.organisation(make.node("示例外省"), "hr"))

    assert steps_of(client, project, foreign, world).status_code == 404


def test_every_unmet_guard_of_a_building_project_leads_somewhere(project, world):
    """还差 n 项, each a link that the person may open, where somebody of the own seat can do something about it."""
    from lifecycle.queries import offered, snapshot_of
    from projects.links import page_for

    dead = [
        (step.code, one.code)
        for step, findings in offered(project, snapshot_of(project, on=ON))
        for one in findings
        if one.blocks and not page_for(world.u2, one.link, project) and not page_for(world.ph, one.link, project)
    ]

    assert dead == []
