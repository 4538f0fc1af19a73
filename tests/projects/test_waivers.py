"""豁免: an approval document lifts one finding until a day, and never what blocks from the first day."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Notice
from lifecycle.demo.papers import paper
from lifecycle.machine import STEP
from lifecycle.operations import waivers as ops
from lifecycle.queries import findings_for, snapshot_of
from lifecycle.queries.waivers import candidates, waiver_tasks
from policy.findings import Finding, Refused
from policy.terms import Line, Rank, Severity
from projects.models import Alert, Waiver
from projects.together import Together
from projects.waivers import STEP as BEFORE_STEP
from projects.waivers import check_waiver, lifted, live, waivable
from tests import factories as make
from tests.lifecycle import scene
from tests.permissions.scene import signed_in

ON = date(2026, 3, 2)
UNTIL = date(2026, 9, 1)
SAID = {"reason": "厂家停产，另行采购", "number": "示例人社函〔2026〕8号", "dated_on": date(2026, 3, 1), "until": UNTIL}


@pytest.mark.parametrize(
    ("source", "code", "severity", "rank", "may"),
    [
        ("funds", "asset_card", Severity.WARNING, Rank.DEFAULT, True),
        ("funds", "rate", Severity.NOTICE, Rank.PROVINCE, True),
        ("deadline", "build_end", Severity.WARNING, Rank.NOTICE, False),
        ("deadline", "rectify", Severity.WARNING, Rank.LAW, False),
        ("ledger_check", "R1", Severity.BLOCKING, Rank.DEFAULT, False),
        (BEFORE_STEP, "pack", Severity.BLOCKING, Rank.DEFAULT, False),
        (BEFORE_STEP, "sod", Severity.BLOCKING, Rank.DEFAULT, False),
        (BEFORE_STEP, "weights", Severity.BLOCKING, Rank.LAW, False),
        (BEFORE_STEP, "gate_a", Severity.BLOCKING, Rank.NOTICE, False),
        (BEFORE_STEP, "cap", Severity.BLOCKING, Rank.NOTICE, False),
        (BEFORE_STEP, "panel_size", Severity.BLOCKING, Rank.PROVINCE, True),
        ("funds", "panel_size", Severity.BLOCKING, Rank.PROVINCE, False),
        ("funds", "old", Severity.WARNING, "", False),
        ("funds", "held", Severity.WARNING, Rank.DEFAULT, False),
    ],
)
def test_only_numbers_of_practice_may_be_waived(source, code, severity, rank, may):
    assert waivable(source, code, severity, rank) is may


def check(**changes):
    alert = Finding("asset_card", changes.pop("severity", Severity.WARNING), "缺卡", "系统默认", Rank.DEFAULT)
    return [(one.code, one.field) for one in check_waiver(alert, source="funds", on=ON, **(SAID | changes))]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"reason": " "}, [("reason", "reason")]),
        ({"number": ""}, [("number", "number")]),
        ({"dated_on": date(2026, 3, 3)}, [("dated_on", "dated_on")]),
        ({"until": date(2026, 3, 1)}, [("until", "until")]),
        ({"until": date(2027, 3, 2)}, []),
        ({"until": date(2027, 3, 3)}, [("until", "until")]),
        ({"severity": Severity.BLOCKING}, [("not_waivable", "")]),
    ],
)
def test_a_waiver_has_its_reason_its_document_and_its_end(changes, expected):
    assert check(**changes) == expected


def test_a_waived_finding_stays_in_sight_and_no_row_lifts_what_blocks_from_the_first_day():
    confirmed = Finding("panel_size", Severity.BLOCKING, "验收组 3 人", "本省设定", Rank.PROVINCE)
    first_day = Finding("gate_a", Severity.BLOCKING, "条件未核查", "六（一）", Rank.NOTICE)
    waived = {"panel_size": "已豁免至 2026-09-01，示例8号", "gate_a": "已豁免至 2026-09-01，示例8号"}

    found = list(lifted([confirmed, first_day], waived))

    assert [(one.severity, one.message) for one in found] == [
        (Severity.WARNING, "验收组 3 人（已豁免至 2026-09-01，示例8号）"),
        (Severity.BLOCKING, "条件未核查"),
    ]


def alerted(world, unit=None, code="asset_card", rank=Rank.DEFAULT, severity=Severity.WARNING):
    project = make.project(unit or world.unit)
    Alert.objects.create(
        project=project, source="funds", code=code, severity=severity, message="一台设备没有资产卡", clause="系统默认",
        rank=rank, raised_on=ON,
    )  # fmt: skip
    return project


def proposed(project, world, **changes):
    said = SAID | {"finding": "funds:asset_card", "document": paper("批复")} | changes
    return ops.propose_waiver(project.pk, actor=world.ph, on=ON, **said)


def approved(project, world):
    waiver = proposed(project, world)
    ops.approve_waiver(waiver.pk, actor=world.phl, on=ON)
    return ops.approve_waiver(waiver.pk, actor=world.pfl, on=ON)


def shown(world, project):
    page = signed_in(world.ph).get("/alerts/")
    return next(row.alert.waived for row in page.context["rows"] if row.alert.project_id == project.pk)


@pytest.mark.django_db
def test_two_departments_approve_and_the_alert_says_so(world):
    project = alerted(world)
    waiver = proposed(project, world)

    first = ops.approve_waiver(waiver.pk, actor=world.pfl, on=ON)
    assert (first.state, list(live(ON))) == ("proposed", [])
    assert shown(world, project) is None
    second = ops.approve_waiver(waiver.pk, actor=world.phl, on=ON)

    assert (second.state, second.words) == ("approved", "已豁免至 2026-09-01，示例人社函〔2026〕8号")
    if timezone.localdate() <= UNTIL:
        assert shown(world, project) == second.words
    assert live(UNTIL).get() == second
    assert not live(date(2026, 9, 2)).exists()


@pytest.mark.django_db
def test_an_expired_waiver_is_told_once_and_the_finding_stands_again(world):
    project = alerted(world)
    waiver = approved(project, world)

    for _ in range(2):
        ops.tell_expired(project, on=date(2026, 9, 2))
    ops.tell_expired(project, on=UNTIL)

    told = Notice.objects.filter(key=f"waiver:{waiver.pk}:over")
    assert set(told.values_list("user", flat=True)) == {world.ph.pk, world.pf.pk}
    assert "到期" in told.first().text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"finding": "funds:nothing"}, "没有提出"),
        ({"document": None}, "上传批准文件"),
        ({"reason": ""}, "理由和范围"),
    ],
)
def test_what_is_incomplete_is_refused_and_leaves_nothing(world, changes, words):
    project = alerted(world)

    with pytest.raises(Refused, match=words):
        proposed(project, world, **changes)
    assert not Waiver.objects.exists()


@pytest.mark.django_db
def test_what_a_document_of_law_says_is_never_waived(world):
    project = alerted(world, code="rectify", rank=Rank.NOTICE)

    with pytest.raises(Refused, match="不能豁免：依据“系统默认”（通知）"):
        proposed(project, world, finding="funds:rectify")
    broken = alerted(world, code="broken", severity=Severity.BLOCKING)
    with pytest.raises(Refused, match="自始拦截，不能豁免"):
        proposed(broken, world, finding="funds:broken")
    assert candidates(project, ON) == {}


@pytest.mark.django_db
def test_nobody_approves_what_he_proposed_nor_for_two_departments(world):
    project = alerted(world)
    waiver = proposed(project, world)
    ops.approve_waiver(waiver.pk, actor=world.phl, on=ON)

    with pytest.raises(Refused, match=r"已批准过本豁免|已批准，等待另一部门"):
        ops.approve_waiver(waiver.pk, actor=world.phl, on=ON)
    with pytest.raises(Refused, match="人社部门已批准"):
        ops.approve_waiver(waiver.pk, actor=make.user("PHL", world.province_hr), on=ON)
    with pytest.raises(PermissionDenied):
        ops.approve_waiver(waiver.pk, actor=world.pf, on=ON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Waiver.objects.filter(pk=waiver.pk).update(finance_by=world.ph)


@pytest.mark.django_db
def test_two_accounts_of_one_person_are_one_hand(world):
    project = alerted(world)
    for person in (world.ph, world.pfl):
        person.person_key = "same"
        person.save(update_fields=["person_key"])
    waiver = proposed(project, world)

    with pytest.raises(Refused, match="不能再批准"):
        ops.approve_waiver(waiver.pk, actor=world.pfl, on=ON)


@pytest.mark.django_db
def test_one_in_force_ends_early_with_its_reason(world):
    waiver = approved(alerted(world), world)

    with pytest.raises(Refused, match="写明理由"):
        ops.close_waiver(waiver.pk, reason=" ", actor=world.pfl, on=ON)
    ended = ops.close_waiver(waiver.pk, reason="已补办", actor=world.pfl, on=ON)

    assert (ended.state, list(live(ON))) == ("ended", [])
    with pytest.raises(Refused, match="不需要再办理"):
        ops.close_waiver(waiver.pk, reason="再次", actor=world.phl, on=ON)


@pytest.mark.django_db
def test_a_waiver_before_a_step_lifts_a_confirmed_number(world):
    story = scene.applied(world)
    project = story.project
    Waiver.objects.create(
        project=project, source=BEFORE_STEP, code="panel_size", finding="验收组", rank="province", state="approved",
        proposed_by=world.ph, proposed_on=ON, hr_by=world.phl, hr_on=ON, finance_by=world.pfl, finance_on=ON, **SAID,
    )  # fmt: skip

    now = snapshot_of(project, on=ON)

    assert now.waived == {"panel_size": "已豁免至 2026-09-01，示例人社函〔2026〕8号"}
    assert snapshot_of(project, on=date(2026, 9, 2)).waived == {}
    assert all(one.code != "gate_a" or one.blocks for one in findings_for(STEP["T18"], now))


def tasks_of(person):
    return [task.title for task in waiver_tasks(person, Together())]


@pytest.mark.django_db
def test_each_department_finds_it_on_its_workbench_until_it_has_spoken(world):
    waiver = proposed(alerted(world), world)
    before = [tasks_of(person) for person in (world.phl, world.pfl, world.ph)]
    ops.approve_waiver(waiver.pk, actor=world.phl, on=ON)

    after = [tasks_of(person) for person in (world.phl, world.pfl)]

    assert before == [["批准豁免"], ["批准豁免"], []]
    assert after == [[], ["批准豁免"]]


@pytest.mark.django_db
def test_who_sees_and_does_what(world):
    other = make.organisation(make.node("邻市", "city", world.province), Line.UNIT, name="外市学校")
    mine, foreign = proposed(alerted(world), world), proposed(alerted(world, other), world)

    city, unit = signed_in(world.ch), signed_in(world.u1)

    page = city.get("/waivers/").content.decode()
    assert mine.project.name in page
    assert foreign.project.name not in page
    assert city.get(f"/waivers/{foreign.pk}/").status_code == 404
    assert city.post(f"/waivers/{mine.pk}/approve/").status_code == 403
    assert [unit.get(path).status_code for path in ("/waivers/", f"/waivers/{mine.pk}/")] == [403, 403]
    assert city.get(f"/projects/{mine.project_id}/waivers/new/").status_code == 403
    assert unit.post(f"/waivers/{mine.pk}/approve/").status_code == 403


@pytest.mark.django_db
def test_the_page_proposes_and_the_leaders_approve(world):
    project = alerted(world)
    desk = signed_in(world.ph)
    today = timezone.localdate()
    typed = {
        "finding": "funds:asset_card", "reason": "停产", "number": "示例9号", "dated_on": today.isoformat(),
        "until": today.isoformat(), "document": paper("批复"),
    }  # fmt: skip

    answer = desk.post(f"/projects/{project.pk}/waivers/new/", typed)
    waiver = Waiver.objects.get()
    for leader in (world.phl, world.pfl):
        signed_in(leader).post(f"/waivers/{waiver.pk}/approve/")

    waiver.refresh_from_db()
    assert (answer.status_code, waiver.state) == (302, "approved")
    dossier = desk.get(f"/projects/{project.pk}/").content.decode()
    assert "已豁免至" in dossier
    assert f"/projects/{project.pk}/waivers/new/" in dossier
    assert "/waivers/new/" not in signed_in(world.ch).get(f"/projects/{project.pk}/").content.decode()
    assert "没有资产卡" in desk.get(f"/projects/{project.pk}/waivers/new/").content.decode()
