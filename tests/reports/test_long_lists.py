"""A long list of payments (F08) leaves by every door with the same reason; a volume without it names what is missing."""

import io
import re
import zipfile

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import Entry
from projects import exports
from tests.funds.scene import make_ready, make_scene, recognise

pytestmark = pytest.mark.django_db
DOORS = ("lifecycle:print_file", "lifecycle:print_batch", "lifecycle:booklet", "reports:dossier_zip")


@pytest.fixture
def scene(db, settings, tmp_path, monkeypatch):
    settings.FILES_DIR = settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    world = make_ready(make_scene())
    for number in (1, 2, 3):
        recognise(world, "100.00", f"PZ-{number}")
    monkeypatch.setattr(exports, "FEW", 2)
    return world


def taken(scene, user, door, **asked):
    client, key = Client(), f"F08-{timezone.localdate():%Y%m%d}"
    client.force_login(user)
    args = [scene.project.pk, key, "pdf"] if door == "lifecycle:print_file" else [scene.project.pk]
    if door == "lifecycle:print_batch":
        asked["key"] = key
    return client.get(reverse(door, args=args), asked)


def content_of(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def words(content):
    return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages)


@pytest.mark.parametrize("door", DOORS)
def test_who_may_take_it_out_says_why(scene, door):
    asked, given = taken(scene, scene.finance, door), taken(scene, scene.finance, door, reason="年度核对")

    assert (asked.status_code, given.status_code) == (422, 200)
    assert "超过 2 行须写明用途" in asked.content.decode()
    content_of(given)
    assert "年度核对" in Entry.objects.order_by("-pk").first().text


@pytest.mark.parametrize("door", DOORS[:2])
def test_who_may_not_is_refused(scene, door):
    answer = taken(scene, scene.city_finance, door, reason="核对")

    assert answer.status_code == 409
    assert "有 3 行，一次打印超过 2 行须由省人社经办、省财政经办、审计办理" in answer.content.decode()


@pytest.mark.parametrize("door", DOORS)
def test_a_unit_takes_out_its_own(scene, door):
    assert taken(scene, scene.clerk, door).status_code == 200


def test_a_booklet_names_what_it_leaves_out(scene):
    text = words(content_of(taken(scene, scene.city_finance, "lifecycle:booklet")))

    missing = re.search("未装入([0-9]+)件，原因见目录", text)
    assert missing
    assert text.count("专项资金支出明细表有3行，一次打印超过2行须由省人社经办") == 2 * int(
        missing[1]
    )  # in contents and in place
    assert "本件未装入" in text


def test_a_dossier_names_what_it_leaves_out(scene):
    content = content_of(taken(scene, scene.city_finance, "reports:dossier_zip"))

    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert "一次打印超过 2 行" in package.read("manifest.json").decode()


def test_the_page_of_prints_opens_for_who_may_not_take_the_list_out(scene):
    client = Client()
    client.force_login(scene.clerk)
    key = f"F08-{timezone.localdate():%Y%m%d}"
    done = client.post(reverse("lifecycle:print_register", args=[scene.project.pk]), {"keys": key})
    client.force_login(scene.city_finance)

    page = client.get(reverse("lifecycle:prints", args=[scene.project.pk]))

    assert (done.status_code, page.status_code) == (302, 200)
