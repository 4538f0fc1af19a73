"""What goes into a 卷宗: the forms this reader may print, the files this reader may have, each with its place."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone

from accounts.models import User
from lifecycle.queries.printing import as_printed, printables
from papers import Printable, render
from policy.findings import Refused
from projects.exports import REASON, check_paper
from projects.models import Attachment, Decision, PrintedPaper, Project
from projects.queries import files_for
from projects.versions import Version, purpose_of, versions_of
from reports.dossier.archive.folders import FOLDERS, folder_of_file, folder_of_form, safe

STORED = frozenset({".pdf", ".jpg", ".jpeg", ".png", ".xlsx", ".docx", ".ofd"})  # packed already


class Absent(Exception):
    """A member that cannot be had; its words stand in the manifest instead of it."""


@dataclass(frozen=True, slots=True)
class Member:
    """`read`: its bytes, when its turn comes; raises Absent. `facts`: what the manifest says of it besides."""

    path: str
    label: str
    read: Callable[[], bytes]
    on: date | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def folder(self) -> str:
        return self.path.split("/", 1)[0]


def members_of(project: Project, user: User, on: date, reason: str = "") -> list[Member]:
    """By folder, in each the forms before the files; the same order every time."""
    kinds = dict(Decision.objects.filter(items__project=project).values_list("pk", "kind"))
    found = [*_forms(project, user, on, kinds, reason), *_files(project, user, kinds)]
    return sorted(found, key=lambda one: (FOLDERS.index(one.folder), one.facts["kind"] != "form", one.path))


def _forms(project: Project, user: User, on: date, kinds: Mapping[int, str], reason: str) -> Iterator[Member]:
    """As they are printed: with the check code of a registered print that still holds, else marked as a preview."""
    known = {one.key: one for one in project.prints.exclude(state=PrintedPaper.State.VOID)}
    for one in printables(project, user, on):
        path = f"{folder_of_form(one.form, one.key, kinds)}/表单/{safe(f'{one.key} {one.label}')}.pdf"
        facts = {"kind": "form", "form": one.form, "key": one.key, "draft": one.draft}
        yield Member(
            path, one.label, _printing(project, user, one, known.get(one.key), on, reason), one.dated_on, facts
        )


def _printing(
    project: Project, user: User, one: Printable, printed: PrintedPaper | None, on: date, reason: str
) -> Callable[[], bytes]:
    """A list that this person may not take out is left out; one that only lacks a reason is asked for."""

    def read() -> bytes:
        try:
            paper = as_printed(project, user, one, printed, on)
            check_paper(user, paper, reason)
            return render(paper, "pdf")
        except Refused as refused:
            if refused.findings[0].code == REASON:
                raise
            raise Absent(str(refused)) from refused

    return read


def _files(project: Project, user: User, kinds: Mapping[int, str]) -> Iterator[Member]:
    rows = list(files_for(user, project).order_by("pk"))
    versions = versions_of(rows)
    for row in rows:
        name = f"{row.pk:06d} {safe(purpose_of(row))} {safe(row.name)}"
        yield Member(
            f"{folder_of_file(row.about, row.about_id, kinds)}/材料/{name}", f"{purpose_of(row)}：{row.name}", _stored(row), row.on,
            _facts(row, versions[row.pk]),
        )  # fmt: skip


def _facts(row: Attachment, version: Version) -> dict[str, Any]:
    return {
        "kind": "file",
        "file": row.pk,
        "about": f"{row.about}:{row.about_id}",
        "purpose": purpose_of(row),
        "name": row.name,
        "version": version.number,
        "versions": version.of,
        "uploaded_by": str(row.uploaded_by),
        "uploaded_on": timezone.localdate(row.uploaded_at).isoformat(),
        "stored_sha256": row.sha256,
    }


def _stored(row: Attachment) -> Callable[[], bytes]:
    """Checked against the hash of its upload: what was changed since is no evidence and is left out."""

    def read() -> bytes:
        try:
            content = row.file.read_bytes()
        except OSError as error:
            raise Absent("系统中缺少这份文件，请系统管理员从备份中取回") from error
        if hashlib.sha256(content).hexdigest() != row.sha256:
            raise Absent("文件内容与上传时的校验码不符，未放入卷宗，请系统管理员查明并从备份中取回")
        return content

    return read
