"""Writing a 卷宗 to a temporary file that goes when it is closed: members in order, then index, manifest and the means to check it."""

import hashlib
import json
import tempfile
import zipfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from django.conf import settings

from accounts.models import User
from papers import render
from projects.models import Project
from reports.dossier.archive import verify
from reports.dossier.archive.folders import JOURNAL
from reports.dossier.archive.index import Index, Item, index_of, page_of, paper_of
from reports.dossier.archive.journal import CHAIN, SEGMENT, segment_of
from reports.dossier.archive.members import STORED, Absent, Member, members_of

FORMAT = "dossier/1"
SCRIPT = Path(verify.__file__)
IN_MEMORY = 8 * 1024 * 1024  # above that it is a file
PLAIN_FILE = 0o100644 << 16


@dataclass(frozen=True, slots=True)
class Made:
    """`file`: at its beginning. `digest`: SHA-256 of the manifest, which names the hash of everything else."""

    file: IO[bytes]
    digest: str
    forms: int
    files: int
    absent: int


class _Spool(tempfile.SpooledTemporaryFile):
    """Gives its room back also where nobody reads it to the end."""

    def __del__(self) -> None:
        self.close()


class _Package:
    """One ZIP in the making. Every member bears the day of the export, so that the same content gives the same bytes."""

    def __init__(self, target: IO[bytes], on: date) -> None:
        self.zip, self.on = zipfile.ZipFile(target, "w"), on
        self.items: list[Item] = []
        self.absent: list[dict[str, Any]] = []

    def add(self, member: Member) -> None:
        try:
            content = member.read()
        except Absent as missing:
            self.absent.append({"path": member.path, "label": member.label, "why": str(missing)} | member.facts)
        else:
            self.keep(member.path, content, label=member.label, on=member.on, **member.facts)

    def keep(self, path: str, content: bytes, *, label: str, on: date | None = None, **facts: Any) -> None:
        self.write(path, content)
        digest = hashlib.sha256(content).hexdigest()
        self.items.append(Item(path, label, on, len(content), digest, facts))

    def write(self, path: str, content: bytes) -> None:
        info = zipfile.ZipInfo(path, (self.on.year, self.on.month, self.on.day, 0, 0, 0))
        stored = PurePosixPath(path).suffix.lower() in STORED
        info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
        info.external_attr = PLAIN_FILE
        self.zip.writestr(info, content)


def make(project: Project, user: User, on: date, reason: str = "") -> Made:
    """What this reader may have, no more; `reason`: for long lists among it.

    One file is held in memory at a time, the package lies on the disk.
    """
    target = cast(IO[bytes], _Spool(max_size=IN_MEMORY, dir=str(settings.FILE_UPLOAD_TEMP_DIR)))
    try:
        return _filled(target, project, user, on, reason)
    except BaseException:
        target.close()
        raise


def _filled(target: IO[bytes], project: Project, user: User, on: date, reason: str) -> Made:
    package = _Package(target, on)
    with package.zip:
        for member in members_of(project, user, on, reason):
            package.add(member)
        items = tuple(package.items)
        forms = sum(1 for one in items if one.facts["kind"] == "form")
        journal = _journal(package, project, user)
        _index(package, index_of(project, user, on, items, package.absent, journal))
        package.keep("verify.py", SCRIPT.read_bytes(), label="核对脚本", kind="tool")
        digest = _manifest(package, _head(project, user, on) | {"journal": journal})
    target.seek(0)
    return Made(target, digest, forms, len(items) - forms, len(package.absent))


def _journal(package: _Package, project: Project, user: User) -> dict[str, Any]:
    segment = segment_of(project, user)
    told = segment.facts | {"path": f"{JOURNAL}/{SEGMENT}", "chain": ""}
    package.keep(told["path"], segment.text.encode(), label="操作日志", kind="journal")
    if segment.chain:
        told["chain"] = f"{JOURNAL}/{CHAIN}"
        package.keep(told["chain"], segment.chain.encode(), label="日志链", kind="journal")
    return told


def _index(package: _Package, index: Index) -> None:
    package.keep("00 目录.pdf", render(paper_of(index), "pdf"), label="目录", kind="index")
    package.keep("00 目录.html", page_of(index).encode(), label="目录", kind="index")


def _head(project: Project, user: User, on: date) -> dict[str, Any]:
    seats = [f"{held.organisation or ''} {held.role}".strip() for held in user.live_memberships]
    return {
        "format": FORMAT,
        "project": {
            "id": project.pk, "number": project.label, "name": project.name, "unit": project.organisation.name,
            "stage": project.stage, "edition": project.edition_code,
        },
        "exported": {"on": on.isoformat(), "by": str(user), "as": seats},
    }  # fmt: skip


def _manifest(package: _Package, head: dict[str, Any]) -> str:
    """Last of all, with SHA256SUMS, which `sha256sum -c` reads."""
    files = [
        {"path": one.path, "size": one.size, "sha256": one.sha256, "label": one.label, "on": str(one.on or "")}
        | dict(one.facts)
        for one in package.items
    ]
    told = head | {"files": files, "absent": package.absent}
    content = json.dumps(told, ensure_ascii=False, indent=1).encode()
    digest = hashlib.sha256(content).hexdigest()
    sums = [f"{one.sha256}  {one.path}\n" for one in package.items] + [f"{digest}  {verify.MANIFEST}\n"]
    package.write(verify.MANIFEST, content)
    package.write(verify.SUMS, "".join(sums).encode())
    return digest
