"""材料册: every page counted, every part bookmarked, and what could not be bound named on a page of its own."""

from pathlib import Path

import pikepdf
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import Entry
from lifecycle import booklet
from projects import files
from projects.models import Attachment
from tests.lifecycle import scene
from tests.lifecycle.printing_scene import BytesIO, body, words
from tests.permissions import hostile
from tests.permissions.scene import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(world):
    return scene.building(world).project


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "tmp"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()
    return settings.FILE_UPLOAD_TEMP_DIR


def pages(number, turned=0):
    def change(document):
        for _ in range(number - 1):
            document.add_blank_page()
        for page in document.pages:
            page.rotate(turned, relative=False)

    return hostile.pdf(change)


def picture(width=600, height=900):
    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, "JPEG")
    return out.getvalue()


def kept(world, project, name, content, kind="application/pdf"):
    """As if it had come before today's checks, so that what is broken is among it."""
    upload = SimpleUploadedFile("x.pdf", hostile.pdf(), "application/pdf")
    row = files.accept(project, upload, about="award", purpose="立项材料", actor=world.ph, on=timezone.localdate())
    row.file.write_bytes(content)
    digest = booklet.hashlib.sha256(content).hexdigest()
    Attachment.objects.filter(pk=row.pk).update(name=name, sha256=digest, content_type=kind, size=len(content))
    return row


def taken(world, project, by="ph"):
    answer = signed_in(world.people[by.upper()]).get(reverse("lifecycle:booklet", args=[project.pk]))
    assert answer.status_code == 200
    return body(answer)


def outline(content):
    with pikepdf.open(BytesIO(content)) as volume, volume.open_outline() as found:
        order = {page.obj.objgen: number for number, page in enumerate(volume.pages, 1)}

        def place(item):
            return order[item.destination[0].objgen]

        return [(one.title, place(one), [(sub.title, place(sub)) for sub in one.children]) for one in found.root]


def test_pages_run_through_and_every_part_is_found_by_its_bookmark(world, project, folder):
    kept(world, project, "批复.pdf", pages(3))
    kept(world, project, "现场.jpg", picture(), "image/jpeg")

    content = taken(world, project)
    text, (front, *parts) = words(content), outline(content)

    total = len(text)
    assert [f"材料册{number}/{total}" in page for number, page in enumerate(text, 1)] == [True] * total
    assert front[:2] == ("封面和目录", 1)
    assert project.name in text[0]
    today = timezone.localdate()
    files = [
        (f"{today} 立项材料（第 1 次上传）：批复.pdf", total - 3),
        (f"{today} 立项材料（第 2 次上传）：现场.jpg", total),
    ]
    assert parts[-1] == ("附件", total - 3, files)
    assert f"立项材料（第1次上传）：批复.pdf3{total - 3}" in "".join(text)
    assert list(folder.iterdir()) == []


def test_what_cannot_be_bound_is_a_page_that_says_so(world, project):
    encrypted = hostile.pdf(encryption=pikepdf.Encryption(owner="a", user="b"))
    kept(world, project, "加密.pdf", encrypted)
    kept(world, project, "残缺.pdf", b"%PDF-1.7\nhalf")
    kept(world, project, "坏图.png", hostile.PNG + b"x", "image/png")
    kept(world, project, "台账.xlsx", b"PK", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    kept(world, project, "遗失.pdf", pages(1)).file.unlink()
    kept(world, project, "改动.pdf", pages(1)).file.write_bytes(pages(2))

    text = words(taken(world, project))[-6:]

    said = [
        "文件设有密码",
        "文件已损坏",
        "图片已损坏",
        "XLSX格式的电子文件不能装入本册",
        "找不到这份文件",
        "与上传时不一致",
    ]
    assert [word in page and "本件未装入" in page for word, page in zip(said, text, strict=True)] == [True] * 6


def test_a_volume_has_a_limit_and_says_what_is_left_out(world, project, monkeypatch):
    kept(world, project, "大.pdf", pages(1) + b"\n" * 4000)
    kept(world, project, "小.pdf", pages(1))
    kept(world, project, "多页.pdf", pages(30))
    monkeypatch.setattr(booklet, "MOST_BYTES", 4000)
    monkeypatch.setattr(booklet, "MOST_PAGES", 30)

    text = words(taken(world, project))[-3:]

    assert ["上限" in page for page in text] == [True, False, True]


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_the_number_stands_in_the_upper_right_of_a_turned_scan(world, project, turned):
    with pikepdf.open(BytesIO(pages(1, turned))) as document:
        page = document.pages[0]
        wide, high = (float(one) for one in page.mediabox[2:])
        corner = booklet._corner(page)

    seen = {
        0: (wide - corner.urx, high - corner.ury),
        90: (high - corner.ury, corner.llx),
        180: (corner.llx, corner.lly),
        270: (corner.lly, wide - corner.urx),
    }[turned]
    assert seen == (booklet.GAP, booklet.GAP)


def test_a_unit_takes_out_what_it_has_and_leaves_a_line(world, project):
    own = kept(world, project, "公开.pdf", pages(1))
    hidden = kept(world, project, "未公开.pdf", pages(1))
    Attachment.objects.filter(pk=hidden.pk).update(issued=False)

    titles = str(outline(taken(world, project, by="u1")))

    assert (own.purpose in titles, "公开.pdf" in titles, "未公开.pdf" in titles) == (True, True, False)
    assert Entry.objects.filter(verb="导出材料册", project_id=project.pk).count() == 1


def test_a_large_file_is_read_from_the_disk(world, project):
    kept(world, project, "大.pdf", pages(2) + b"\n" * booklet.OPENED_FROM)

    assert outline(taken(world, project))[-1][2][0][0] == f"{timezone.localdate()} 立项材料：大.pdf"
    assert Path(settings.FILES_DIR).exists()


def test_what_a_paper_of_the_application_is_for_stands_in_words(world, project):
    row = kept(world, project, "审计.pdf", pages(1))
    Attachment.objects.filter(pk=row.pk).update(about="acceptance", purpose="audit_report")

    assert "专项审计报告：审计.pdf" in str(outline(taken(world, project)))
