"""Files that nobody means well with, and harmless ones that look odd. Every byte is made here."""

import struct
import zipfile
import zlib
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, String

XLSX, DOCX = ("[Content_Types].xml", "xl/workbook.xml"), ("[Content_Types].xml", "word/document.xml")
MACRO_TYPES = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
JPEG, PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"


def pdf(change=None, **saved):
    out = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        if change:
            change(document)
        document.save(out, **saved)
    return out.getvalue()


def root(**entries):
    """Written straight into the catalogue, not as objects of their own."""

    def change(document):
        for key, value in entries.items():
            document.Root[f"/{key}"] = value

    return change


def script(kind="/JavaScript"):
    return Dictionary(S=Name(kind), JS=String("app.alert(1)"))


def attached(document):
    document.attachments["evil.exe"] = b"MZ"


def untyped_file(document):
    """An embedded file whose stream does not say that it is one."""
    stream = document.make_stream(b"MZ")
    named = Dictionary(Type=Name("/Filespec"), F=String("evil.exe"), EF=Dictionary(F=stream))
    document.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array([String("evil.exe"), named])))


def on_the_page(**entries):
    def change(document):
        for key, value in entries.items():
            document.pages[0].obj[f"/{key}"] = value

    return change


def link(action):
    """A note on the page that acts when it is clicked."""
    note = Dictionary(Type=Name("/Annot"), Subtype=Name("/Link"), Rect=Array([0, 0, 9, 9]), A=action)
    return on_the_page(Annots=Array([note]))


def package(*members, size=10, method=zipfile.ZIP_DEFLATED):
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name in members:
            made.writestr(name, b"x" * size)
    return out.getvalue()


def with_content(members, **contents):
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in members:
            made.writestr(name, contents.get(name, b"<x/>"))
    return out.getvalue()


def patched(content, at, value):
    """Change a two-byte field of every entry of the central directory."""
    found, start = bytearray(content), 0
    while (start := found.find(b"PK\x01\x02", start)) >= 0:
        found[start + at : start + at + 2] = struct.pack("<H", value)
        start += 4
    return bytes(found)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, extra=b""):
    """Only the head is as large as it says."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return PNG + head + extra + chunk(b"IDAT", zlib.compress(b"\x00" * 20)) + chunk(b"IEND", b"")


EVIL = [
    ("page.pdf", b"<html><script>alert(1)</script></html>"),
    ("page.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    ("program.png", b"MZ\x90\x00" + b"\x00" * 60),
    ("program.exe", b"MZ\x90\x00"),
    ("report.pdf.exe", pdf()),
    ("page.html", b"<script>alert(1)</script>"),
    ("page.svg", b"<svg onload='x'/>"),
    ("macro.xlsm", with_content([*XLSX, "xl/vbaProject.bin"])),
    ("renamed-xlsm.xlsx", with_content([*XLSX, "xl/vbaProject.bin"])),
    ("bomb.xlsx", package(*XLSX, "xl/worksheets/sheet1.xml", size=2_000_000)),
    ("many.docx", package(*DOCX, *(f"word/{n}" for n in range(2_000)), method=zipfile.ZIP_STORED)),
    ("word.xlsx", package(*DOCX)),
    ("old-encrypted.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600),
    ("cut.xlsx", package(*XLSX)[:-30]),
    ("encrypted.pdf", pdf(encryption=pikepdf.Encryption(owner="a", user="b"))),
    ("half.pdf", b"%PDF-1.7\n1 0 obj\n<<"),
    ("attached.pdf", pdf(attached)),
    ("js-object.pdf", pdf(lambda made: root(OpenAction=made.make_indirect(script()))(made))),
    ("launch-object.pdf", pdf(lambda made: root(OpenAction=made.make_indirect(script("/Launch")))(made))),
    ("empty.pdf", b""),
    ("empty.png", b""),
    ("wide.png", png(0xFFFF, 0xFFFF)),
    ("cut.jpg", JPEG + b"\x00" * 40),
    ("chunks.png", png(10, 10)[:40]),
]
# What the guard did not stop when this was written: see the reasons in test_uploads.py.
MISSED = [
    ("js-in-catalogue.pdf", pdf(root(OpenAction=script()))),
    ("launch-in-catalogue.pdf", pdf(root(OpenAction=Dictionary(S=Name("/Launch"), F=String("cmd.exe"))))),
    ("submit-in-catalogue.pdf", pdf(root(AA=Dictionary(WC=Dictionary(S=Name("/SubmitForm"), F=String("http://x")))))),
    ("js-on-page.pdf", pdf(on_the_page(AA=Dictionary(O=script())))),
    ("js-behind-a-link.pdf", pdf(link(script()))),
    ("untyped-file.pdf", pdf(untyped_file)),
    ("macro-under-another-name.xlsx", with_content([*XLSX, "xl/other.bin"], **{XLSX[0]: MACRO_TYPES})),
    ("macro-in-capitals.xlsx", with_content([*XLSX, "xl/VBAPROJECT.BIN"])),
    ("macro-sheet.xlsx", with_content([*XLSX, "xl/macrosheets/sheet1.xml"])),
    ("locked-members.xlsx", patched(package(*XLSX), 8, 1)),
    ("strange-version.xlsx", patched(package(*XLSX), 6, 99)),
]
# Odd, and of no harm: kept under a name of ours and only ever handed out as a download in a sandbox.
ODD = [
    ("pdf-with-a-page-behind.pdf", pdf() + b"\n<html><script>alert(1)</script></html>"),
    ("pdf-and-zip.pdf", pdf() + package("evil.exe")),
    ("picture-with-a-page-behind.png", png(10, 10) + b"<script>alert(1)</script>"),
]
NAMES = {
    "up": "../../x.pdf",
    "windows": "..\\..\\windows\\x.pdf",
    "root": "/etc/passwd.pdf",
    "nul": "x\x00.exe\x00.pdf",
    "right to left": "发票\u202efdp.exe.pdf",
    "long": "长" * 300 + ".pdf",
    "line break": "x\r\nSet-Cookie: a=b\r\n.pdf",
    "quotes": 'x";filename="evil.html.pdf',
    "spaces": "  报 告 .pdf",
    "page": "<img src=x onerror=alert(1)>.pdf",
    "formula": "=cmd|' /C calc'!A0.pdf",
    "dots": "....pdf",
}
