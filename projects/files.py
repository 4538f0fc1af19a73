"""Uploads: what is accepted, where it is kept. By content, extension and size; never by what the browser says.

Source: design/trust.md, Files. Scans are welcome: stamped documents are scans.
"""

import hashlib
import uuid
import zipfile
import zlib
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from io import BytesIO
from pathlib import Path, PurePath

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from accounts import journal
from accounts.models import Node, User
from policy.findings import Finding, blocking, refuse, refuse_if_blocking
from policy.loader import configured
from projects import scanner, wall
from projects.models import Attachment, Project

MB = 1024 * 1024
MEMBERS, UNPACKED, RATIO, PIXELS = 2_000, 100 * 1024 * 1024, 100, 50_000_000
TYPES_MOST = 1024 * 1024
TYPES = {
    ".pdf": ("application/pdf", b"%PDF-"),
    ".jpg": ("image/jpeg", b"\xff\xd8\xff"),
    ".jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    ".png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK\x03\x04"),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK\x03\x04"),
    ".ofd": ("application/ofd", b"PK\x03\x04"),
    ".xml": ("application/xml", b"<?xml"),
}
ROOT_MEMBER = {".xlsx": "xl/workbook.xml", ".docx": "word/document.xml", ".ofd": "OFD.xml"}
ACCEPT = ",".join(TYPES)
PDF_SECONDS = 15
PDF_WORDS = {
    "encrypted": "设有密码，请取消密码后上传。",
    "broken": "不是完整的 PDF，或解开后过大，无法检查。请重新扫描或导出后上传。",
    "active": "含有脚本、外部动作或嵌入文件，请打印为普通 PDF 后上传。",
    "heavy": "内部结构过于庞大，在限定的内存和时间内无法检查。请打印为普通 PDF，或分成几个文件后上传。",
}
# Attachment.about of papers a unit gets only once what they belong to has taken effect.
WITHHELD = frozenset({
    "decision", "fund_document", "settlement", "audit_finding", "report", "inspection_item", "legal_review", "panel_notice", "expert_sheet",
})  # fmt: skip
# Of papers the unit keeps with a draft: the offices get them once what they belong to is handed in.
DRAFTED = frozenset(
    {"voucher", "invoice", "problem", "acceptance_pack", "audit_reply", "reading", "progress", "expert_sheet"}
)
BOM = b"\xef\xbb\xbf"
# XML is kept only as what the tax authority delivers: a small 数电票 without a DTD.
XML_MOST, XML_ROOT = 2 * 1024 * 1024, "invoice"
MACRO_MARKS = ("vbaproject", "macrosheets/", "dialogsheets/")
# Digests of PDFs this process has found fine, the oldest first. What was refused is opened again.
FINE_KEPT = 256
_fine: OrderedDict[bytes, None] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that passed and lies on disk; attach it to one project or to several."""

    name: str
    size: int
    content_type: str
    sha256: str
    path: str


def largest() -> int:
    """MB of one file: one may serve projects of several editions, so the smallest limit of them all."""
    return min(one.number("document_file_mb") for one in configured().values())


def check(name: str, content: bytes) -> Iterator[Finding]:
    """What is wrong with an upload; nothing where it may be kept."""
    suffix, most = PurePath(name).suffix.lower(), largest()
    wish = f"请上传 {'、'.join(sorted({one[1:] for one in TYPES}))} 格式、不超过 {most} MB 的文件。"
    if not content:
        yield blocking("file_empty", f"「{name}」是空文件。{wish}")
    elif len(content) > most * MB:
        yield blocking("file_size", f"「{name}」有 {len(content) / MB:.1f} MB，超过上限。{wish}")
    elif suffix not in TYPES:
        yield blocking("file_type", f"「{name}」的格式不在允许范围内。{wish}")
    elif not content.removeprefix(BOM).startswith(TYPES[suffix][1]):
        yield blocking("file_content", f"「{name}」的内容与扩展名 {suffix} 不符，请用原软件重新保存后上传。")
    elif suffix in ROOT_MEMBER:
        yield from _check_zip(name, suffix, content)
    elif suffix == ".pdf":
        yield from _check_pdf(name, content)
    elif suffix == ".xml":
        yield from _check_xml(name, content)
    else:
        yield from _check_image(name, content)


def _check_zip(name: str, suffix: str, content: bytes) -> Iterator[Finding]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            members = package.infolist()
            types = package.read("[Content_Types].xml")[:UNPACKED] if _has_types(members) else b""
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError, zlib.error):
        yield blocking("file_broken", f"「{name}」已损坏或加密，无法打开，请重新导出后上传。")
        return
    unpacked = sum(member.file_size for member in members)
    names = {member.filename for member in members}
    if len(members) > MEMBERS or unpacked > UNPACKED or unpacked > RATIO * max(len(content), 1):
        yield blocking("file_bomb", f"「{name}」解压后过大，不能接收。")
    elif ROOT_MEMBER[suffix] not in names:
        yield blocking("file_content", f"「{name}」不是有效的 {suffix[1:]} 文件，请用原软件重新保存后上传。")
    elif any(member.flag_bits & 1 for member in members):
        yield blocking("file_encrypted", f"「{name}」设有密码，请取消密码后上传。")
    elif b"macroenabled" in types.lower() or any(mark in one.lower() for one in names for mark in MACRO_MARKS):
        yield blocking("file_macro", f"「{name}」含有宏，不能接收，请另存为不含宏的文件。")


def _has_types(members: list[zipfile.ZipInfo]) -> bool:
    return any(one.filename == "[Content_Types].xml" and one.file_size <= TYPES_MOST for one in members)


def _check_pdf(name: str, content: bytes) -> Iterator[Finding]:
    """Opened by a child process, which is what dies of a bomb; the same bytes are not opened a second time."""
    digest = hashlib.sha256(content).digest()
    if digest in _fine:
        return
    try:
        word = wall.ask("projects.pdf_check", content=content, seconds=PDF_SECONDS).decode("ascii", "replace")
    except wall.Died:
        word = "heavy"
    if word != "fine":
        yield blocking(f"file_{word}", f"「{name}」{PDF_WORDS[word]}")
        return
    _fine[digest] = None
    if len(_fine) > FINE_KEPT:
        _fine.popitem(last=False)


def _check_xml(name: str, content: bytes) -> Iterator[Finding]:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    wish = "XML 只接收税务数字账户下载的数电票原件。"
    if len(content) > XML_MOST:
        yield blocking("file_content", f"「{name}」过大。{wish}")
        return
    try:
        root = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError):
        yield blocking("file_broken", f"「{name}」不是完整的 XML 或含有外部定义。{wish}")
        return
    if XML_ROOT not in str(root.tag).rpartition("}")[2].lower():
        yield blocking("file_content", f"「{name}」不是数电票。{wish}")


def _check_image(name: str, content: bytes) -> Iterator[Finding]:
    from PIL import Image

    try:
        with Image.open(BytesIO(content)) as image:
            width, height = image.size
            image.verify()
    except Exception:  # noqa: BLE001 - Pillow raises many kinds for hostile files; all mean the same here
        yield blocking("file_broken", f"「{name}」不是完整的图片，请重新拍摄或扫描后上传。")
        return
    if width * height > PIXELS:
        yield blocking("file_pixels", f"「{name}」像素过大，请降低扫描分辨率后上传。")


def store(upload: UploadedFile, *, on: date) -> Stored:
    """Check and keep one upload. Raises Refused with what is wrong."""
    content = upload.read()
    upload.seek(0)
    name = PurePath((upload.name or "文件").replace("\\", "/")).name[-160:]
    refuse_if_blocking(check(name, content))
    refuse_if_blocking(scanner.check(name, content))
    suffix = PurePath(name).suffix.lower()
    path = f"{on:%y/%m}/{uuid.uuid4().hex}{suffix}"
    target = Path(settings.FILES_DIR) / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    journal.when_undone(partial(target.unlink, missing_ok=True))
    return Stored(name, len(content), TYPES[suffix][0], hashlib.sha256(content).hexdigest(), path)


def attach(
    owner: Project | Node, stored: Stored, *, about: str, about_id: int = 0, purpose: str, actor: User, on: date
) -> Attachment:
    return Attachment.objects.create(
        project=owner if isinstance(owner, Project) else None,
        place=owner if isinstance(owner, Node) else None,
        about=about,
        about_id=about_id,
        purpose=purpose,
        name=stored.name,
        size=stored.size,
        content_type=stored.content_type,
        sha256=stored.sha256,
        path=stored.path,
        uploaded_by=actor,
        on=on,
        issued=about not in WITHHELD,
        handed_in=about not in DRAFTED,
    )


def publish(project: Project, *, about: str, about_id: int) -> None:
    """What these papers belong to is in force for this project: from now on its unit may have them."""
    Attachment.objects.filter(project=project, about=about, about_id=about_id).update(issued=True)


def hand_in(project: Project, *, about: str, about_id: int) -> None:
    """The unit has submitted what these papers belong to: from now on the offices may have them."""
    Attachment.objects.filter(project=project, about=about, about_id=about_id).update(handed_in=True)


def accept(
    owner: Project | Node, upload: UploadedFile, *, about: str, about_id: int = 0, purpose: str, actor: User, on: date
) -> Attachment:
    """Keep one upload as a file of one project, or of one place."""
    return attach(owner, store(upload, on=on), about=about, about_id=about_id, purpose=purpose, actor=actor, on=on)


def whole(attachment: Attachment) -> bytes:
    """The bytes of a file, if they are still those that were uploaded."""
    try:
        content = attachment.file.read_bytes()
    except OSError:
        refuse("file_missing", f"「{attachment.name}」在文件库中找不到，请联系系统管理员。")
    if hashlib.sha256(content).hexdigest() != attachment.sha256:
        refuse("file_changed", f"「{attachment.name}」与上传时不一致，已停止提供，请联系系统管理员。")
    return content
