"""What an upload field takes: by content, extension and structure, never by its name alone."""

import zipfile
from io import BytesIO

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from policy.findings import Refused
from projects import files
from projects.models import Attachment
from tests import factories as make
from tests.projects.scene import ON


def pdf(**root):
    """A page, with the given entries in its catalogue."""
    out = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        for key, value in root.items():
            document.Root[f"/{key}"] = document.make_indirect(value)
        document.save(out)
    return out.getvalue()


def encrypted_pdf():
    out = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    return out.getvalue()


def pdf_with_a_file_inside():
    out = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.attachments["evil.exe"] = b"MZ"
        document.save(out)
    return out.getvalue()


def script(kind):
    return pikepdf.Dictionary(S=pikepdf.Name(kind), JS="app.alert(1)")


def package(*members, size=10, method=zipfile.ZIP_DEFLATED):
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name in members:
            made.writestr(name, "x" * size)
    return out.getvalue()


def picture(form, size=(20, 20)):
    out = BytesIO()
    Image.new("1" if form == "PNG" else "RGB", size).save(out, form)
    return out.getvalue()


XLSX, DOCX = ("[Content_Types].xml", "xl/workbook.xml"), ("[Content_Types].xml", "word/document.xml")

GOOD = {
    "scan.pdf": pdf(),
    "SCAN.PDF": pdf(),
    "photo.jpg": picture("JPEG"),
    "photo.jpeg": picture("JPEG"),
    "photo.png": picture("PNG"),
    "list.xlsx": package(*XLSX),
    "letter.docx": package(*DOCX),
    "stamped.ofd": package("OFD.xml"),
}
BAD = [
    ("page.html", b"<script>alert(1)</script>", "file_type"),
    ("page.pdf", b"<html><script>alert(1)</script></html>", "file_content"),
    ("program.exe", b"MZ\x90\x00", "file_type"),
    ("program.pdf", b"MZ\x90\x00", "file_content"),
    ("program.pdf.exe", pdf(), "file_type"),
    ("drawing.svg", b"<svg onload='x'/>", "file_type"),
    ("no-extension", pdf(), "file_type"),
    ("empty.pdf", b"", "file_empty"),
    ("large.pdf", b"%PDF-" + b"0" * 25 * files.MB, "file_size"),
    ("half.pdf", b"%PDF-1.7\nnothing", "file_broken"),
    ("locked.pdf", encrypted_pdf(), "file_encrypted"),
    ("script.pdf", pdf(OpenAction=script("/JavaScript")), "file_active"),
    ("launch.pdf", pdf(OpenAction=pikepdf.Dictionary(S=pikepdf.Name("/Launch"), F="cmd.exe")), "file_active"),
    ("submit.pdf", pdf(AA=pikepdf.Dictionary(S=pikepdf.Name("/SubmitForm"))), "file_active"),
    ("inside.pdf", pdf_with_a_file_inside(), "file_active"),
    ("macro.xlsx", package(*XLSX, "xl/vbaProject.bin"), "file_macro"),
    ("macro.xlsm", package(*XLSX, "xl/vbaProject.bin"), "file_type"),
    ("other.xlsx", package(*DOCX), "file_content"),
    ("archive.docx", package("evil.exe"), "file_content"),
    ("broken.xlsx", b"PK\x03\x04" + b"0" * 100, "file_broken"),
    ("bomb.xlsx", package(*XLSX, "xl/big.xml", size=2_000_000), "file_bomb"),
    ("many.docx", package(*DOCX, *(f"word/{n}" for n in range(files.MEMBERS)), method=zipfile.ZIP_STORED), "file_bomb"),
    ("broken.png", b"\x89PNG\r\n\x1a\nnothing", "file_broken"),
    ("huge.png", picture("PNG", (8_000, 8_000)), "file_pixels"),
]


@pytest.mark.parametrize("name", GOOD)
def test_ordinary_documents_and_scans_are_taken(name):
    assert list(files.check(name, GOOD[name])) == []


@pytest.mark.parametrize(("name", "content", "code"), BAD, ids=[name for name, _, _ in BAD])
def test_anything_else_is_refused_with_its_reason(name, content, code):
    assert [finding.code for finding in files.check(name, content)] == [code]


def test_a_refused_file_leaves_nothing_behind(world, settings, tmp_path):
    project = make.project(world.unit)

    with pytest.raises(Refused, match="内容与扩展名"):
        files.accept(project, SimpleUploadedFile("a.pdf", b"<html>"), about="x", purpose="y", actor=world.u1, on=ON)

    assert not Attachment.objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("name", ["../../etc/报告.pdf", "C:\\目录\\报告.pdf", "报告.pdf"])
def test_a_file_is_kept_under_a_name_of_ours(world, tmp_path, name):
    project = make.project(world.unit)
    upload = SimpleUploadedFile("x.pdf", pdf())
    upload._name = name

    attachment = files.accept(project, upload, about="voucher", purpose="发票", actor=world.u1, on=ON)

    assert attachment.name == "报告.pdf"
    assert attachment.file.parent == tmp_path / "26" / "03"
    assert "报告" not in attachment.path


def test_the_row_says_what_the_file_is(world):
    import hashlib

    content = pdf()
    project = make.project(world.unit)

    kept = files.accept(
        project,
        SimpleUploadedFile("a.pdf", content),
        about="voucher",
        about_id=7,
        purpose="发票",
        actor=world.u1,
        on=ON,
    )

    kept.refresh_from_db()
    assert (kept.size, kept.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert (kept.content_type, kept.about, kept.about_id, kept.uploaded_by) == (
        "application/pdf",
        "voucher",
        7,
        world.u1,
    )
