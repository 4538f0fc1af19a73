"""检查 on screen and for programs: who sees what and when, what a phone sends, and what a list costs."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from lifecycle.inbox import tasks_for
from lifecycle.operations import inspections as record
from lifecycle.operations import inspections_plan as plans
from projects.models import Attachment
from tests import factories as make
from tests.lifecycle import inspection_scene as scene
from tests.lifecycle.inspection_scene import ON, day

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_the_day(monkeypatch):
    from django.utils import timezone

    real = timezone.localdate
    monkeypatch.setattr(timezone, "localdate", lambda value=None, zone=None: ON if value is None else real(value, zone))


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def url(name, inspection, *more):
    return reverse(f"lifecycle:{name}", args=[inspection.project_id, inspection.pk, *more])


def text(client, address):
    return client.get(address).content.decode()


# Who sees what


def test_a_unit_learns_of_its_visit_with_the_notice_and_of_no_other(world):
    made = scene.tour(world)
    one, other = (
        scene.project(world),
        make.project(make.organisation(world.city, name="示例隔壁学校"), stage="building", name="隔壁基地项目"),
    )
    mine, theirs = scene.stop(world, made, one), scene.stop(world, made, other, order=2)
    unit = signed_in(world.u2)

    assert unit.get(url("inspection", mine)).status_code == 404
    assert made.title not in text(unit, reverse("lifecycle:all_inspections"))
    scene.issue(world, made)

    assert made.title in text(unit, url("inspection", mine))
    page = text(unit, reverse("lifecycle:all_inspections"))
    assert one.name in page
    assert "隔壁" not in page
    assert unit.get(url("inspection", theirs)).status_code == 404
    assert unit.get(reverse("lifecycle:inspection_tour", args=[made.pk])).status_code == 403
    assert unit.get(reverse("lifecycle:inspection_plans")).status_code == 403


def test_a_city_sees_its_own_part_of_a_tour_of_the_province(world):
    elsewhere = make.organisation(make.node("示例邻市", "city", world.province), name="示例邻市学校")
    far = make.project(elsewhere, stage="building", name="邻市基地项目")
    made = scene.tour(world, members=("ph", "pf"))
    near = scene.project(world)
    for order, one in enumerate((near, far), 1):
        scene.stop(world, made, one, order=order)

    page = text(signed_in(world.ch), reverse("lifecycle:inspection_tour", args=[made.pk]))

    assert near.name in page
    assert "邻市" not in page
    assert "邻市基地项目" in text(signed_in(world.ph), reverse("lifecycle:inspection_tour", args=[made.pk]))


def test_record_photos_and_findings_reach_the_unit_step_by_step(world):
    inspection = scene.single(world)
    item = inspection.items.get(code="N2a")
    photo = SimpleUploadedFile("现场.jpg", jpeg(), "image/jpeg")
    record.save_items(
        inspection.project_id, inspection.pk, items={item.pk: record.Checked("bad", "现场量得 980 平方米")},
        photos={item.pk: [photo]}, actor=world.ch, on=ON,
    )  # fmt: skip
    unit, secret = signed_in(world.u2), "现场量得 980 平方米"
    file = reverse("projects:file", args=[inspection.project_id, Attachment.objects.get(name="现场.jpg").pk])
    told = reverse("api:inspection", args=[inspection.project_id, inspection.pk])

    assert secret not in text(unit, url("inspection", inspection)) + text(unit, told)
    assert unit.get(file).status_code == 404
    for row in inspection.items.exclude(pk=item.pk):
        record.save_items(
            inspection.project_id, inspection.pk, items={row.pk: record.Checked("met")}, actor=world.ch, on=ON
        )
    scene.visited(inspection, world.ph)
    scene.sign(inspection, world.ch, world.ph)

    assert secret in text(unit, url("inspection", inspection))
    assert unit.get(file).status_code == 200
    requirement = inspection.findings.get().requirement
    assert requirement not in text(unit, url("inspection", inspection)) + text(unit, told)
    assert unit.get(url("inspection_opinion", inspection)).status_code == 409


def jpeg():
    from io import BytesIO

    from PIL import Image

    kept = BytesIO()
    Image.new("RGB", (8, 8)).save(kept, "JPEG")
    return kept.getvalue()


# On a phone


def test_one_item_is_filled_in_with_a_photo_and_the_next_open_one_follows(world):
    inspection = scene.single(world)
    first, second = inspection.items.all()[:2]
    client, page = signed_in(world.ch), url("inspection_item", inspection, first.pk)
    shown = text(client, page)
    assert 'capture="environment"' in shown
    assert f'data-draft="inspection-item-{first.pk}"' in shown

    seen = client.get(page).context["form"]["seen"].value()
    sent = {"verdict": "met", "actual": "制度 4 项", "note": "", "place": "行政楼 302", "seen": seen,
            "photos": SimpleUploadedFile("现场.jpg", jpeg(), "image/jpeg")}  # fmt: skip
    answer = client.post(page, sent)

    assert answer.url == url("inspection_item", inspection, second.pk)
    first.refresh_from_db()
    assert (first.verdict, first.place, first.checked_by) == ("met", "行政楼 302", world.ch)
    kept = Attachment.objects.get(about="inspection_item")
    assert (kept.about_id, kept.issued, kept.name) == (first.pk, False, "现场.jpg")


def test_what_was_typed_stays_on_the_page_when_it_is_refused(world):
    inspection = scene.single(world)
    first = inspection.items.first()
    client, page = signed_in(world.ch), url("inspection_item", inspection, first.pk)
    seen = client.get(page).context["form"]["seen"].value()
    sent = {"verdict": "bad", "actual": "", "note": "备注内容", "place": "二楼东侧", "seen": seen}

    answer = client.post(page, sent)

    assert answer.status_code == 422
    assert "二楼东侧" in answer.content.decode()
    assert "请写明实际情况" in answer.content.decode()


def test_a_whole_inspection_through_the_pages(world):
    inspection = scene.ready(world)
    for who in ("ch", "ph"):
        signed_in(getattr(world, who)).post(url("inspection_sign", inspection), {"next": "/"})
    leader, unit = signed_in(world.ph), signed_in(world.u2)
    assert leader.post(url("inspection_ask", inspection)).status_code == 302
    finding = inspection.findings.get()
    blank = unit.post(url("inspection_opinion", inspection), {})
    assert (blank.status_code, scene.fresh(inspection).state) == (422, "asked")
    said = {f"agreed_{finding.pk}": "no", f"opinion_{finding.pk}": "台账在档案室"}
    assert unit.post(url("inspection_opinion", inspection), said).status_code == 302
    assert unit.post(url("inspection_seen", inspection), {"remark": "已阅"}).status_code == 302

    settled = {f"outcome_{finding.pk}": "kept", f"reason_{finding.pk}": "缺 3 个月", f"level_{finding.pk}": "major"}
    assert leader.post(url("inspection_conclude", inspection), settled).status_code == 302

    page = text(unit, url("inspection", inspection))
    assert (scene.fresh(inspection).state, "列入问题 1" in page) == ("final", True)


def test_who_must_stand_aside_is_named_before_the_choice(world):
    from accounts.models import Membership

    Membership.objects.create(user=world.cf, role="U1", organisation=world.unit, since="2020-01-01", until="2025-01-01")
    one = scene.project(world)

    page = text(signed_in(world.ph), reverse("lifecycle:inspection_new", args=[one.pk]))

    assert f"{world.cf}（{world.city_finance}）——不能参加：2025-01-01 以前在{world.unit}任职" in page


# For programs


def test_a_program_writes_items_and_signs(world):
    inspection = scene.single(world)
    address = reverse("api:inspection_items", args=[inspection.project_id, inspection.pk])
    items = [{"id": row.pk, "verdict": "met"} for row in inspection.items.all()]
    client = signed_in(world.ch)

    def post(where, data, key):
        return client.post(where, json.dumps(data), content_type="application/json", headers={"Idempotency-Key": key})

    told = post(address, {"items": items}, "key-0001")
    assert (told.status_code, {row["verdict"] for row in told.json()["items"]}) == (200, {"met"})
    assert post(address, {"items": [items[0], items[0]]}, "key-0002").status_code == 400
    sign = reverse("api:inspection_sign", args=[inspection.project_id, inspection.pk])
    assert post(sign, {}, "key-0003").json()["refused"][0]["code"] == "visit"
    scene.visited(inspection, world.ph)

    assert [one["signer"] for one in post(sign, {}, "key-0004").json()["signatures"]] == [str(world.ch)]


# 待办 and what it costs


def titles(person):
    return [task.title for task in tasks_for(person, ON) if "检查" in task.title or "征求" in task.title]


def test_each_person_is_told_what_waits_for_him(world):
    inspection = scene.single(world)
    assert titles(world.ch) == titles(world.ph) == ["现场检查"]
    assert titles(world.pf) == []
    scene.checked(inspection, world.ch)
    scene.visited(inspection, world.ph)
    scene.sign(inspection, world.ch)
    assert (titles(world.ch), titles(world.ph)) == ([], ["签署检查记录"])
    scene.sign(inspection, world.ph)

    assert titles(world.ph) == ["办结检查"]
    assert titles(world.u1) == titles(world.u2) == ["确认检查记录"]
    scene.asked(world, bad=("N2a",))
    assert sorted(titles(world.u2)) == ["确认检查记录", "确认检查记录", "答复检查意见"]
    plans.draft_plan(year=2026, actor=world.ph, on=ON)
    assert titles(world.phl) == ["批准年度检查计划"]
    assert "批准年度检查计划" not in titles(world.ph)


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("ph", "all_inspections"),
        ("u2", "all_inspections"),
        ("ph", "inspection_tours"),
        ("ch", "inspection_tours"),
        ("ph", "inspection_plans"),
    ],
)
def test_a_list_costs_the_same_at_one_row_and_at_three(world, role, path):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(getattr(world, role))

    def cost():
        client.get(reverse(f"lifecycle:{path}"))  # the session's own statement apart
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(f"lifecycle:{path}")).status_code == 200
        return len(captured)

    def bring(number):
        scene.signed(world)
        plans.draft_plan(year=2026 + number % 2, actor=(world.ph, world.ph, world.ch)[number], on=ON)

    bring(0)
    one = cost()
    bring(1)
    bring(2)

    assert cost() == one


def test_the_page_of_a_plan_shows_why_and_what_was_reached(world):
    inspection = scene.signed(world)
    plan = plans.draft_plan(year=2026, actor=world.ph, on=ON)

    page = text(signed_in(world.ph), reverse("lifecycle:inspection_plan", args=[plan.pk]))

    assert "补助 700.00 万元 ≥ 500.00 万元，必查" in page
    assert "1 ÷ 1" in page
    assert inspection.project.name in page
    assert day(0) == ON


def test_an_expert_sees_of_an_assigned_project_what_was_made_known(world):
    from projects import assignments

    expert = make.user("EX", make.organisation(world.province, name="示例大学"))
    inspection, other = scene.signed(world), scene.signed(world)
    assignments.give(inspection.project, expert, by=world.ph, on=ON)
    client = signed_in(expert)

    page = text(client, url("inspection", inspection))
    assert "现场未见台账" in page
    assert inspection.findings.get().requirement not in page
    assert client.get(url("inspection", other)).status_code == 404
    assert client.get(url("inspection_visit", inspection)).status_code == 403
