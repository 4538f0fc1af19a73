"""S0: what a file must be before any reader opens it. A 5 kB workbook can ask a reader for 3 GB."""

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO

from workbooks.findings import CellFinding, about_file
from workbooks.scan import Extent, PartScan, ScanLimits, TooMuch

MAX_BYTES = 10 * 1024 * 1024
MAX_PARTS = 400
MAX_UNZIPPED = 64 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 200
MAX_CELLS = 300_000
MAX_MERGES = 5_000
MAX_ELEMENTS = 200_000
LIMITS = ScanLimits(MAX_ROWS, MAX_COLUMNS, MAX_CELLS, MAX_MERGES, MAX_ELEMENTS)

_CHUNK = 64 * 1024
_MEGA = 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK\x03\x04"
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_XML_NAMES = (".xml", ".rels", ".vml")
_MACRO_MARKS = ("vbaproject", "xl/macrosheets/", "xl/dialogsheets/")
_SAVE_AS = "请用 WPS 或 Excel 打开，另存为“Excel 工作簿（*.xlsx）”后重新上传。"


class Unreadable(Exception):
    """The file cannot be read at all; `finding` says why and what to do, in words for the user."""

    def __init__(self, finding: CellFinding) -> None:
        self.finding = finding
        super().__init__(finding.message)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the scan saw. `extents`: part name ("xl/worksheets/sheet1.xml") -> extent of that sheet."""

    extents: Mapping[str, Extent]


def unreadable(code: str, expected: str, fix: str = _SAVE_AS, *, got: str = "") -> Unreadable:
    return Unreadable(about_file(code, expected, fix, got=got))


def inspect(data: bytes) -> Envelope:
    """Check size, container and the address of every cell. Raises Unreadable."""
    _check_signature(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_parts(archive.infolist())
            return Envelope(_scan_parts(archive))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise unreadable("ENV-004", "文件已损坏，无法解压") from error


def _check_signature(data: bytes) -> None:
    if not data:
        raise unreadable("ENV-001", "文件是空的（0 字节）", "请重新选择文件后上传。")
    if len(data) > MAX_BYTES:
        size = f"文件大小 {len(data) / _MEGA:.1f} MB"
        raise unreadable("ENV-002", "不得超过 10 MB", "请删去图片和无关的工作表后重新上传。", got=size)
    if data.startswith(_OLE):
        raise unreadable("ENV-003", "这是旧版 .xls 文件，或设置了打开密码，系统只能读取未加密的 .xlsx 文件")
    if not data.startswith(_ZIP):
        raise unreadable("ENV-003", "应为 .xlsx 文件，这个文件的内容不是 Excel 工作簿")


def _check_parts(parts: list[zipfile.ZipInfo]) -> None:
    names = [part.filename for part in parts]
    lowered = [name.lower() for name in names]
    if len(names) > MAX_PARTS:
        raise unreadable("ENV-005", f"部件不得超过 {MAX_PARTS} 个", got=f"文件内有 {len(names)} 个部件")
    if "xl/workbook.xml" not in names:
        raise unreadable("ENV-003", "应为 .xlsx 文件，这个文件里没有工作簿")
    if len(set(lowered)) != len(names):
        raise unreadable("ENV-004", "文件内有同名部件，结构不正常")
    if any(mark in name for name in lowered for mark in _MACRO_MARKS):
        raise unreadable("ENV-006", "文件带有宏（VBA），不能上传")
    if any(part.flag_bits & 1 for part in parts):
        raise unreadable("ENV-003", "文件设置了打开密码", "请取消密码后重新上传。")
    if sum(part.file_size for part in parts) > MAX_UNZIPPED:
        raise unreadable("ENV-005", "解压后不得超过 64 MB", "请删去图片和无关的工作表后重新上传。")


def _scan_parts(archive: zipfile.ZipFile) -> dict[str, Extent]:
    extents: dict[str, Extent] = {}
    unzipped = 0
    for part in archive.infolist():
        with archive.open(part) as stream:
            scan = PartScan(LIMITS)
            for chunk in _xml_chunks(stream, part.filename):
                unzipped += len(chunk)
                if unzipped > MAX_UNZIPPED:
                    raise unreadable("ENV-005", "解压后不得超过 64 MB", "请删去图片和无关的工作表后重新上传。")
                _feed(scan, chunk, part.filename)
            _close(scan, part.filename, extents)
    return extents


def _xml_chunks(stream: IO[bytes], name: str) -> Iterator[bytes]:
    """The part in chunks; nothing for a part that no XML parser would take (pictures, printer settings)."""
    chunk = stream.read(_CHUNK)
    start = chunk.lstrip(b" \t\r\n\x00")
    if start and not name.lower().endswith(_XML_NAMES) and not chunk.startswith(_BOMS) and not start.startswith(b"<"):
        return
    while chunk:
        yield chunk
        chunk = stream.read(_CHUNK)


def _feed(scan: PartScan, chunk: bytes, name: str) -> None:
    try:
        scan.feed(chunk)
    except TooMuch as error:
        raise _too_much(error, name) from error
    except ValueError as error:
        raise unreadable("ENV-004", f"文件已损坏（{name}）") from error


def _close(scan: PartScan, name: str, extents: dict[str, Extent]) -> None:
    try:
        extent = scan.close()
    except ValueError as error:
        raise unreadable("ENV-004", f"文件已损坏（{name}）") from error
    if extent is not None:
        extents[name] = extent


def _too_much(error: TooMuch, name: str) -> Unreadable:
    fix = "请删去数据区以外的行和列（选中空白行列后“删除”，不是“清除内容”），保存后重新上传。"
    messages = {
        "dtd": ("ENV-007", "文件含有外部定义（DTD），不能读取", _SAVE_AS),
        "macro": ("ENV-006", "文件带有宏（VBA），不能上传", _SAVE_AS),
        "extent": ("ENV-008", f"单元格不得超出 {MAX_ROWS} 行、{MAX_COLUMNS} 列", fix),
        "cells": ("ENV-008", f"单元格总数不得超过 {MAX_CELLS} 个", fix),
        "merges": ("ENV-008", "合并单元格过多", "请取消数据区的合并单元格后重新上传。"),
        "elements": ("ENV-005", "文件内的样式等附加内容过多", "请把数据复制到新建的工作簿后重新上传。"),
    }
    code, expected, mend = messages[error.what]
    return unreadable(code, expected, mend, got=f"{name} {error.where}".strip() if error.where else "")
