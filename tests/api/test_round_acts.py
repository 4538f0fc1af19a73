"""监测轮次 by program: opened, moved, let off, 零报告, 补件; 双监控 as page and paper say it."""

import io
from datetime import date

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from performance.models import PeriodReturn, Round
from projects.models import Attachment
from tests import factories as make
from tests.api.scene import data_of, done, get, post, upload
from tests.performance import round_scene as scene
from tests.performance.round_scene import made, opened, sent
from tests.performance.test_reading_pages import PDF

pytestmark = pytest.mark.django_db
DAYS = {"kind": "quarter", "period_from": "2026-01-01", "cut_off": "2026-03-31"}


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: date(2026, 4, 1))


@pytest.fixture
def world(db):
    return make.world()


@pytest.fixture
def project(world):
    return scene.building(world)


def at(one, rest=""):
    return f"projects/{one.project_id}/returns/{one.pk}/{rest}"


def refused(answer):
    return answer.status_code, answer.json()["refused"][0]["code"]


def test_a_round_is_opened_once_with_name_and_day_by_working_days(world, project):
    first = done(post(world.ph, "rounds/open/", DAYS, key="open-0001"), 201)
    again = done(post(world.ph, "rounds/open/", DAYS, key="open-0001"), 201)

    assert first == again
    assert (first["name"], first["asked"], first["left_out"]) == ("2026年第1季度", 1, [])
    assert first["due_on"] == str(Round.objects.get().due_on) > "2026-04-10"
    assert [one["project"] for one in first["returns"]] == [project.pk]


def test_who_is_left_out_is_named_and_an_unknown_project_refused(world, project):
    other = make.project(world.unit)
    told = done(post(world.ph, "rounds/open/", DAYS | {"projects": [project.pk, other.pk]}), 201)

    assert [row["project"] for row in told["left_out"]] == [other.pk]
    foreign = scene.building(make.world())
    assert refused(post(world.ph, "rounds/open/", DAYS | {"projects": [foreign.pk]})) == (409, "projects")
    assert refused(post(world.ph, "rounds/open/", DAYS)) == (409, "nobody")
    assert post(world.ph, "rounds/open/", DAYS | {"cut_off": "三月"}).status_code == 400
    assert Round.objects.count() == 1


def test_the_day_is_moved_and_a_project_let_off(world, project):
    one = made(project, world)

    moved = done(post(world.ph, f"rounds/{one.round_id}/due/", {"due_on": "2026-04-20"}))
    off = done(post(world.ph, at(one, "exempt/"), {"reason": "资金未到位"}))

    assert (moved["due_on"], moved["returns"][0]["due_on"]) == ("2026-04-20", "2026-04-20")
    assert (off["state"], off["reason"]) == ("exempt", "资金未到位")
    assert refused(post(world.ph, at(one, "exempt/"), {"reason": "再次"})) == (409, "state")


def test_nothing_happened_is_declared_and_taken_back(world, project):
    one = made(project, world)

    told = done(post(world.u1, at(one, "zero/"), {"zero": True, "reason": "本期没有支出和培训"}))

    assert (told["zero"], told["reason"]) == (True, "本期没有支出和培训")
    assert done(post(world.u1, at(one, "zero/"), {"zero": False}))["zero"] is False


def test_a_paper_is_asked_for_and_answered_with_files(world, project):
    one = made(project, world)
    sent(one, world)

    asked = done(post(world.cf, at(one, "asks/new/"), {"section": "payments", "text": "请补验收单"}), 201)
    pk = asked["asks"][0]["id"]
    given = {"uploads": [SimpleUploadedFile(f"{name}.pdf", PDF) for name in ("甲", "乙")], "answer": "见附件"}
    told = done(upload(world.u1, at(one, f"asks/{pk}/answer/"), given))

    assert {paper["name"] for paper in told["asks"][0]["files"]} == {"甲.pdf", "乙.pdf"}
    assert (told["asks"][0]["answer"], told["state"], told["turn"]) == ("见附件", "submitted", 1)
    assert refused(post(world.u1, at(one, f"asks/{pk}/answer/"), {"answer": "再答"})) == (409, "state")
    assert Attachment.objects.count() == 2


def test_the_wrong_hands_do_nothing(world, project):
    one = made(project, world)
    stranger = make.user("U1", make.organisation(world.city))
    paths = {
        "exempt/": {"reason": "x"},
        "zero/": {"zero": True, "reason": "x"},
        "asks/new/": {"section": "payments", "text": "x"},
    }

    assert {post(stranger, at(one, path), given).status_code for path, given in paths.items()} == {404}
    assert post(world.u1, at(one, "exempt/"), {"reason": "x"}).status_code == 403
    assert post(world.ch, at(one, "zero/"), {"zero": True}).status_code == 403
    assert post(world.ch, "rounds/open/", DAYS).status_code == 403
    assert post(world.u1, f"rounds/{one.round_id}/due/", {"due_on": "2026-04-20"}).status_code == 403
    elsewhere = make.world()
    foreign = made(scene.building(elsewhere), elsewhere)
    assert post(world.ph, f"rounds/{foreign.round_id}/due/", {"due_on": "2026-04-20"}).status_code == 404
    assert PeriodReturn.objects.get(pk=one.pk).state == "open"


def test_monitoring_is_the_same_on_page_paper_and_api(world, project, client):
    one = opened(world, monitoring=True).made[0]
    scene.filled(one, world)

    told = data_of(world.u1, at(one, "monitoring/"))
    client.force_login(world.u1)
    page = client.get(f"/{at(one, 'monitoring/')}").content.decode()
    paper = pypdf.PdfReader(io.BytesIO(client.get(f"/{at(one, 'monitoring/f04.pdf')}").content))
    words = "".join(paper.pages[0].extract_text().split())

    row = told["rows"][0]
    assert (row["done"], row["goal"], row["signal"]["light"]) == ("500人次", "≥2000人次", "green")
    assert row["year"] in page
    assert f"{row['goal']}{row['done']}" in words
    assert told["f04"] is True
    hidden = data_of(world.au, at(one, "monitoring/"))
    assert (hidden["hidden"], hidden["rows"], hidden["signal"]) == (True, [], None)
    stranger = make.user("U1", make.organisation(world.city))
    assert get(stranger, at(one, "monitoring/")).status_code == 404


def test_the_monitoring_sheet_is_saved_and_newer_work_stays(world, project):
    one = opened(world, monitoring=True).made[0]
    told = data_of(world.u1, at(one, "monitoring/"))
    row = {"indicator": told["rows"][0]["indicator"], "expected": "1900", "likelihood": "possible", "cause": "staff",
           "measure": "增开两期"}  # fmt: skip

    saved = done(post(world.u1, at(one, "monitoring/save/"), {"rows": [row], "version": told["version"]}))

    assert saved["rows"][0]["outlook"] == {
        "expected": "1900", "likelihood": "possible", "cause": "staff", "cause_text": "", "measure": "增开两期",
    }  # fmt: skip
    stale = post(world.u1, at(one, "monitoring/save/"), {"rows": [row | {"measure": "旧"}], "version": told["version"]})
    wrong = post(
        world.u1, at(one, "monitoring/save/"), {"rows": [row | {"expected": "约两千"}], "version": saved["version"]}
    )
    assert (refused(stale), wrong.status_code) == ((409, "stale"), 409)
    assert post(world.ch, at(one, "monitoring/save/"), {"rows": [], "version": "x"}).status_code == 403
    assert data_of(world.u1, at(one, "monitoring/"))["rows"][0]["outlook"]["measure"] == "增开两期"
