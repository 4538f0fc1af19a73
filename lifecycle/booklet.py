"""Several papers as one PDF: the forms of one printing, and the 材料册 that takes the place of a bound copy.

A file that cannot be bound has a page that says so: a volume with a silent gap would pass for whole.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, BinaryIO, cast
from weakref import finalize

from django.conf import settings

from accounts.models import User
from lifecycle.queries.printing import built, group_of, printables
from papers import Break, Cell, Grid, Line, Paper, Printable, render
from projects.models import Attachment, Project
from projects.queries import files_for
from projects.versions import purpose_of

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


@dataclass(slots=True)
class Part:
    """`start`: its first page, counted from 0 within the parts; `told`: why it is a page of words only."""

    group: str
    label: str
    start: int = 0
    pages: int = 0
    told: str = ""


def batch(papers: Sequence[tuple[Printable, Paper]]) -> bytes:
    """In the order given, each under a bookmark of its own."""
    import pikepdf

    out = BytesIO()
    with ExitStack() as opened, pikepdf.new() as volume:
        parts = [_added(volume, opened, one.group, one.label, body) for one, body in _forms(papers)]
        _bookmarks(volume, parts, front=0)
        volume.save(out)
    return out.getvalue()


def bound(project: Project, reader: User, *, on: date) -> Volume:
    """Forms first, then the files, as far as this reader has them."""
    import pikepdf

    papers = built(project, reader, printables(project, reader, on), on)
    files = list(files_for(reader, project))
    with ExitStack() as opened, pikepdf.new() as volume:
        parts = [_added(volume, opened, one.group, one.label, body) for one, body in _forms(papers)]
        left = MOST_BYTES
        for file in files:
            parts.append(_file_added(volume, opened, file, left))
            left -= 0 if parts[-1].told else file.size
        front = _front(project, parts, on)
        leaves = opened.enter_context(pikepdf.open(BytesIO(front)))
        count = len(leaves.pages)
        volume.pages[0:0] = list(leaves.pages)
        _bookmarks(volume, parts, front=count)
        _number(volume, opened)
        with NamedTemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR, suffix=".pdf", delete=False) as kept:
            made = Volume(Path(kept.name), len(volume.pages))
            volume.save(cast(BinaryIO, kept))
    return made


def _forms(papers: Iterable[tuple[Printable, Paper]]) -> Iterator[tuple[Part, bytes]]:
    for one, paper in papers:
        yield Part(group_of(one.form), one.label), render(paper, "pdf")


def _added(
    volume: "pikepdf.Pdf", opened: ExitStack, group: str, label: str, body: bytes | Path, told: str = ""
) -> Part:
    source = opened.enter_context(_open(body))
    part = Part(group, label, len(volume.pages), len(source.pages), told)
    volume.pages.extend(source.pages)
    return part


def _open(body: bytes | Path) -> "pikepdf.Pdf":
    import pikepdf

    return pikepdf.open(body if isinstance(body, Path) else BytesIO(body))


def _file_added(volume: "pikepdf.Pdf", opened: ExitStack, file: Attachment, left: int) -> Part:
    label = f"{purpose_of(file)}：{file.name}"
    try:
        return _added(volume, opened, FILES, label, _leaves(file, left, MOST_PAGES - len(volume.pages)))
    except Unbound as cause:
        return _added(volume, opened, FILES, label, _instead(file, str(cause)), str(cause))


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


def _instead(file: Attachment, cause: str) -> bytes:
    facts = (
        ("材料", purpose_of(file)),
        ("文件", file.name),
        ("大小", f"{file.size:,} 字节"),
        ("上传", f"{file.uploaded_by}，{file.on}"),
        ("文件校验码（SHA-256）", file.sha256),
    )
    rows = tuple((Cell(label, head=True), Cell(text, align="left")) for label, text in facts)
    words = Line(f"{cause}。{PLAIN_CAUSE}。", "plain")
    paper = Paper("", "本件未装入", (Grid((1, 3), rows), words))
    return render(paper, "pdf")


def _front(project: Project, parts: list[Part], on: date) -> bytes:
    """Cover and contents. How many pages they take is known once they are set; page numbers shift by that."""
    import pikepdf

    count, made = 0, b""
    for _ in range(3):
        made = render(_contents(project, parts, on, front=count), "pdf")
        with pikepdf.open(BytesIO(made)) as leaves:
            found = len(leaves.pages)
        if found == count:
            break
        count = found
    return made


def _contents(project: Project, parts: list[Part], on: date, *, front: int) -> Paper:
    facts = (
        ("项目名称", project.name),
        ("项目编号", project.label),
        ("项目单位", project.organisation.name),
        ("项目类型", f"{project.get_kind_display()} · {project.get_track_display()}"),
        ("目前阶段", project.get_stage_display()),
        ("生成日期", f"{on:%Y年%-m月%-d日}"),
    )
    cover = tuple((Cell(label, head=True), Cell(text, align="left")) for label, text in facts)
    rows: list[tuple[Cell, ...]] = [(Cell("材料", head=True), Cell("页数", head=True), Cell("起始页", head=True))]
    for group, some in groupby(parts, key=attrgetter("group")):
        rows.append((Cell(group, span=3, head=True, align="left"),))
        rows += [_entry(part, front) for part in some]
    blocks = (Grid((1, 3), cover), Break(), Line("目录", "heading"), Grid((8, 1, 1), tuple(rows), heads=1))
    return Paper("", "材料册", blocks, number=project.label)


def _entry(part: Part, front: int) -> tuple[Cell, ...]:
    note = "未装入" if part.told else ""
    return (
        Cell(part.label, align="left", note=note),
        Cell(str(part.pages), number=part.pages),
        Cell(str(part.start + front + 1), number=part.start + front + 1),
    )


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
