"""Several papers as one PDF: the forms of one printing, and the 材料册 that takes the place of a bound copy.

A file that cannot be bound has a page that says so: a volume with a silent gap would pass for whole.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import date
from functools import partial
from io import BytesIO
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, BinaryIO, cast
from weakref import finalize

from django.conf import settings

from accounts.models import User
from lifecycle import booklet_front
from lifecycle.booklet_front import Part
from lifecycle.queries.filed import Filed, filed_of
from lifecycle.queries.printing import as_printed, group_of, printables
from papers import Paper, Printable, render
from policy.findings import Refused
from projects.exports import REASON, check_paper
from projects.models import Attachment, PrintedPaper, Project
from projects.queries import files_for

if TYPE_CHECKING:
    import pikepdf

FOLIO = Path(__file__).parent / "typst" / "folio.typ"
MB = 1024 * 1024
# Smaller files are read at once: a volume may hold more of them than a process may hold open.
OPENED_FROM, CHUNK = MB, 256 * 1024
# Of one volume: what a browser opens and a person leafs through; the rest is named with where to get it.
MOST_BYTES, MOST_PAGES = 200 * MB, 2_000
A4, DPI, EDGE = (1240, 1754), 150, 60  # a picture's page, in pixels
SLIP = 30 / 6  # width to height of a page number
GAP, NARROWEST = 14.0, 85.0
FILES = "附件"
PLAIN_CAUSE = "请在“材料”页单独下载"


class Unbound(Exception):
    """Why a file does not go into the volume, in words."""


class Volume:
    """A file on its way out, removed once it was read, given up or forgotten."""

    def __init__(self, path: Path, pages: int) -> None:
        self.path, self.pages = path, pages
        self.close = finalize(self, path.unlink, missing_ok=True)

    def __iter__(self) -> Iterator[bytes]:
        with self.path.open("rb") as stream:
            yield from iter(lambda: stream.read(CHUNK), b"")


def batch(papers: Sequence[tuple[Printable, Paper]]) -> bytes:
    """In the order given, each under a bookmark of its own."""
    return assembled((Part(group_of(one.form), one.label), render(paper, "pdf")) for one, paper in papers)


def assembled(pages: Iterable[tuple[Part, bytes]], front: Callable[[list[Part], int], Paper] | None = None) -> bytes:
    """One PDF with a bookmark a part below one a group. `front`: the leaves before them, which know where each begins."""
    import pikepdf

    out = BytesIO()
    with ExitStack() as opened, pikepdf.new() as volume:
        parts = [_added(volume, opened, one, body) for one, body in pages]
        count = _put_before(volume, opened, partial(front, parts)) if front else 0
        _bookmarks(volume, parts, front=count)
        volume.save(out)
    return out.getvalue()


def bound(project: Project, reader: User, *, on: date, reason: str = "") -> Volume:
    """Forms first, then the files day by day, as far as this reader has them. `reason`: for long lists among them."""
    import pikepdf

    with ExitStack() as opened, pikepdf.new() as volume:
        parts = [_added(volume, opened, one, body) for one, body in _forms(project, reader, on, reason)]
        left = MOST_BYTES
        for filed in filed_of(files_for(reader, project).select_related("uploaded_by")):
            parts.append(_file_added(volume, opened, filed, left))
            left -= 0 if parts[-1].told else filed.file.size
        count = _put_before(volume, opened, partial(booklet_front.contents, project, parts, on))
        _bookmarks(volume, parts, front=count)
        _number(volume, opened)
        with NamedTemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR, suffix=".pdf", delete=False) as kept:
            made = Volume(Path(kept.name), len(volume.pages))
            volume.save(cast(BinaryIO, kept))
    return made


def _forms(project: Project, reader: User, on: date, reason: str) -> Iterator[tuple[Part, bytes]]:
    """What cannot be printed has a page that says why; a list that only lacks its reason is asked for."""
    known = {one.key: one for one in project.prints.exclude(state=PrintedPaper.State.VOID)}
    for one in printables(project, reader, on):
        part = Part(group_of(one.form), one.label)
        try:
            paper = as_printed(project, reader, one, known.get(one.key), on)
            check_paper(reader, paper, reason)
        except Refused as refused:
            if refused.findings[0].code == REASON:
                raise
            part.told = str(refused)
            paper = booklet_front.instead([("表", one.label), ("日期", str(one.dated_on or on))], part.told)
        yield part, render(paper, "pdf")


def _put_before(volume: "pikepdf.Pdf", opened: ExitStack, front: Callable[[int], Paper]) -> int:
    """How many leaves it takes is known once they are set; page numbers on them shift by that."""
    import pikepdf

    count, made = 0, b""
    for _ in range(3):
        made = render(front(count), "pdf")
        with pikepdf.open(BytesIO(made)) as leaves:
            found = len(leaves.pages)
        if found == count:
            break
        count = found
    volume.pages[0:0] = list(opened.enter_context(pikepdf.open(BytesIO(made))).pages)
    return count


def _added(volume: "pikepdf.Pdf", opened: ExitStack, part: Part, body: bytes | Path) -> Part:
    source = opened.enter_context(_open(body))
    part.start, part.pages = len(volume.pages), len(source.pages)
    volume.pages.extend(source.pages)
    return part


def _open(body: bytes | Path) -> "pikepdf.Pdf":
    import pikepdf

    return pikepdf.open(body if isinstance(body, Path) else BytesIO(body))


def _file_added(volume: "pikepdf.Pdf", opened: ExitStack, filed: Filed, left: int) -> Part:
    part, file = Part(FILES, filed.label), filed.file
    try:
        return _added(volume, opened, part, _leaves(file, left, MOST_PAGES - len(volume.pages)))
    except Unbound as cause:
        part.told = str(cause)
        facts = [
            ("材料", filed.label),
            ("文件", file.name),
            ("大小", f"{file.size:,} 字节"),
            ("上传", f"{file.uploaded_by}，{file.on}"),
            ("文件校验码（SHA-256）", file.sha256),
        ]
        return _added(volume, opened, part, render(booklet_front.instead(facts, f"{cause}。{PLAIN_CAUSE}。"), "pdf"))


def _leaves(file: Attachment, left: int, room: int) -> bytes | Path:
    """An uploaded file as PDF. Raises Unbound."""
    if file.content_type not in ("application/pdf", "image/jpeg", "image/png"):
        raise Unbound(f"{file.name.rpartition('.')[2].upper()} 格式的电子文件不能装入本册")
    if file.size > left:
        raise Unbound(f"本册已达 {MOST_BYTES // MB} MB 的上限")
    try:
        with file.file.open("rb") as stream:
            sound = hashlib.file_digest(stream, "sha256").hexdigest() == file.sha256
        content = file.file if file.size >= OPENED_FROM else file.file.read_bytes()
    except OSError:
        raise Unbound("文件库中找不到这份文件，请联系系统管理员") from None
    if not sound:
        raise Unbound("文件与上传时不一致，请联系系统管理员")
    made = content if file.content_type == "application/pdf" else _picture(content)
    _check(made, room)
    return made


def _check(content: bytes | Path, room: int) -> None:
    import pikepdf

    try:
        with _open(content) as source:
            pages = len(source.pages)
            for page in source.pages:
                _box(page)
    except pikepdf.PasswordError:
        raise Unbound("文件设有密码，不能打开") from None
    except (pikepdf.PdfError, ValueError, AttributeError, KeyError, TypeError):
        raise Unbound("文件已损坏，不能打开") from None
    if not pages:
        raise Unbound("文件没有页")
    if pages > room:
        raise Unbound(f"装入后超过每册 {MOST_PAGES} 页的上限")


def _picture(content: bytes | Path) -> bytes:
    """One A4 page with the whole picture, the right way up."""
    from PIL import Image, ImageOps

    out = BytesIO()
    try:
        with Image.open(content if isinstance(content, Path) else BytesIO(content)) as opened:
            opened.draft("RGB", A4)
            image = ImageOps.exif_transpose(opened).convert("RGB")
    except Exception:  # noqa: BLE001 - Pillow raises many kinds for damaged files; all mean the same here
        raise Unbound("图片已损坏，不能打开") from None
    leaf = Image.new("RGB", A4 if image.height >= image.width else A4[::-1], "white")
    image.thumbnail((leaf.width - 2 * EDGE, leaf.height - 2 * EDGE))
    leaf.paste(image, ((leaf.width - image.width) // 2, (leaf.height - image.height) // 2))
    leaf.save(out, "PDF", resolution=DPI)
    return out.getvalue()


def _bookmarks(volume: "pikepdf.Pdf", parts: list[Part], *, front: int) -> None:
    import pikepdf

    with volume.open_outline() as outline:
        if front:
            outline.root.append(pikepdf.OutlineItem("封面和目录", 0))
        for group, some in groupby(parts, key=attrgetter("group")):
            own = list(some)
            head = pikepdf.OutlineItem(group, own[0].start + front)
            head.children.extend(pikepdf.OutlineItem(part.label, part.start + front) for part in own)
            outline.root.append(head)


def _number(volume: "pikepdf.Pdf", opened: ExitStack) -> None:
    import pikepdf

    slips = opened.enter_context(pikepdf.open(BytesIO(_slips(len(volume.pages)))))
    for page, slip in zip(volume.pages, slips.pages, strict=True):
        page.add_overlay(slip, _corner(page))


def _slips(total: int) -> bytes:
    import noto_cjk_sans_otc
    import typst

    fonts = [str(Path(noto_cjk_sans_otc.__file__).parent)]
    compiler = typst.Compiler(str(FOLIO), font_paths=fonts, ignore_system_fonts=True)
    return cast(bytes, compiler.compile(format="pdf", sys_inputs={"total": str(total)}))


def _box(page: "pikepdf.Page") -> tuple[float, float, float, float]:
    left, bottom, right, top = (float(value) for value in page.cropbox)
    return min(left, right), min(bottom, top), max(left, right), max(bottom, top)


def _corner(page: "pikepdf.Page") -> "pikepdf.Rectangle":
    """The upper right as the reader sees it, in the page's own measure: scans are often turned."""
    import pikepdf

    left, bottom, right, top = _box(page)
    turned = int(page.obj.get("/Rotate", 0)) % 360
    across = top - bottom if turned in (90, 270) else right - left
    wide = max(NARROWEST, across / 7)
    high = wide / SLIP
    corners = {
        0: (right - GAP - wide, top - GAP - high),
        90: (left + GAP, top - GAP - wide),
        180: (left + GAP, bottom + GAP),
        270: (right - GAP - high, bottom + GAP),
    }
    x, y = corners.get(turned, corners[0])
    size = (high, wide) if turned in (90, 270) else (wide, high)
    return pikepdf.Rectangle(x, y, x + size[0], y + size[1])
