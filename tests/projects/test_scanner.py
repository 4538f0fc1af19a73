"""The site's virus scanner: what it does not clear is not kept."""

import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import SimpleUploadedFile

from config import environment
from policy.findings import Refused
from projects import files, scanner
from projects.models import Attachment
from tests import factories as make
from tests.projects.scene import ON
from tests.projects.test_files import pdf

LOOKS = "import sys; sys.exit(1 if b'EICAR' in open(sys.argv[1], 'rb').read() else 0)"


@pytest.fixture
def scanned(settings, tmp_path):
    """Sets the command of the site."""
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "tmp"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()

    def use(*words, seconds=30):
        settings.UPLOAD_SCANNER, settings.UPLOAD_SCANNER_SECONDS = list(words), seconds

    return use


def test_nobody_is_asked_where_no_scanner_is_set(settings):
    settings.UPLOAD_SCANNER = []

    assert list(scanner.check("a.pdf", b"EICAR")) == []


@pytest.mark.parametrize(
    ("code", "seconds", "expected"),
    [
        (LOOKS, 30, {b"clean": [], b"EICAR": ["file_infected"]}),
        ("import sys; sys.exit(2)", 30, {b"clean": ["file_unscanned"]}),
        ("import os; os.kill(os.getpid(), 9)", 30, {b"clean": ["file_unscanned"]}),
        ("import time; time.sleep(60)", 1, {b"clean": ["file_unscanned"]}),
    ],
    ids=["answers", "fails", "is killed", "is too slow"],
)
def test_only_a_clear_answer_lets_a_file_in(scanned, settings, code, seconds, expected):
    scanned(sys.executable, "-c", code, seconds=seconds)

    found = {content: list(scanner.check("报告.pdf", content)) for content in expected}

    assert {content: [one.code for one in several] for content, several in found.items()} == expected
    assert all("「报告.pdf」" in one.message and one.blocks for several in found.values() for one in several)
    assert list(settings.FILE_UPLOAD_TEMP_DIR.iterdir()) == []


def test_a_scanner_that_is_not_there_keeps_everything_out(scanned, world, tmp_path):
    scanned("/no/such/scanner")
    project = make.project(world.unit)

    with pytest.raises(Refused, match="没有能够完成病毒扫描"):
        files.accept(project, SimpleUploadedFile("a.pdf", pdf()), about="x", purpose="y", actor=world.u1, on=ON)

    assert not Attachment.objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_the_command_is_parted_as_a_shell_would(monkeypatch):
    monkeypatch.setenv("UPLOAD_SCANNER", "clamdscan --fdpass '/a b'")
    assert environment.command("UPLOAD_SCANNER") == ["clamdscan", "--fdpass", "/a b"]

    monkeypatch.setenv("UPLOAD_SCANNER", "clamdscan '")
    with pytest.raises(ImproperlyConfigured, match="UPLOAD_SCANNER"):
        environment.command("UPLOAD_SCANNER")


def test_the_workbooks_of_the_imports_are_scanned_before_they_are_read(scanned, world):
    from funds.operations.imports import upload_payments
    from projects.operations import upload_awards

    scanned(sys.executable, "-c", LOOKS)
    project = make.project(world.unit)
    sent = {"name": "表.xlsx", "content": b"EICAR", "on": ON}

    with pytest.raises(Refused, match="带毒"):
        upload_awards(**sent, edition_code=make.EDITION, actor=world.ph)
    with pytest.raises(Refused, match="带毒"):
        upload_payments(project.pk, **sent, actor=world.u1)
