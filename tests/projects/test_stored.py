"""The nightly look at the disk: what is missing or changed is told, what is nobody's and old is removed."""

import os
import time
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Entry, Notice
from lifecycle.jobs import JOBS
from projects import files, stored
from projects.models import Attachment
from tests import factories as make
from tests.projects.scene import ON
from tests.projects.test_files import picture

DAY = 24 * 60 * 60


@pytest.fixture
def kept(world):
    project = make.project(world.unit)
    return [
        files.accept(
            project, SimpleUploadedFile(f"{n}.png", picture("PNG")), about="x", purpose="y", actor=world.u1, on=ON
        )
        for n in range(3)
    ]


@pytest.fixture
def admin(world):
    return make.user("SA", world.province_hr)


def notices(user):
    return list(Notice.objects.filter(user=user, key__startswith="files:").values_list("text", flat=True))


def age(path, seconds):
    os.utime(path, (time.time() - seconds,) * 2)


def test_whole_files_are_no_news(kept, admin):
    assert JOBS["verify_files"](ON) == "材料文件完好"
    assert (notices(admin), Entry.objects.filter(verb="核验材料文件").count()) == ([], 0)


def test_a_missing_and_a_changed_file_are_told_once_and_again_when_it_gets_worse(kept, admin):
    kept[0].file.unlink()
    kept[1].file.write_bytes(b"other")

    said = [JOBS["verify_files"](day) for day in (ON, ON + timedelta(days=1))]

    assert said == ["缺失 1 份、内容与上传时不符 1 份"] * 2
    (text,) = notices(admin)
    assert "缺失 1 份、内容与上传时不符 1 份" in text
    assert "「0.png」缺失" in text
    line = Entry.objects.filter(verb="核验材料文件").order_by("-seq")[0]
    assert dict(line.changes)["files"] == [[kept[0].pk, "missing"], [kept[1].pk, "changed"]]

    kept[2].file.unlink()
    JOBS["verify_files"](ON + timedelta(days=2))
    JOBS["verify_files"](ON + timedelta(days=40))
    assert len(notices(admin)) == 3


def test_only_old_files_without_a_row_are_swept(kept, tmp_path):
    for row in kept:
        age(row.file, 9 * DAY)
    old, young = tmp_path / "26" / "03" / "old.pdf", tmp_path / "26" / "03" / "young.pdf"
    for path, seconds in ((old, DAY + 60), (young, DAY - 60)):
        path.write_bytes(b"x")
        age(path, seconds)

    assert JOBS["sweep_orphans"](ON) == "清理无主文件 1 个"

    assert (old.exists(), young.exists(), [row.file.exists() for row in kept]) == (False, True, [True] * 3)


def test_a_database_that_knows_no_file_sweeps_none(kept, tmp_path):
    for row in kept:
        age(row.file, 9 * DAY)
    Attachment.objects.all().delete()

    assert stored.sweep_orphans() == "数据库中没有任何材料记录，未清理文件"
    assert all(row.file.exists() for row in kept)
