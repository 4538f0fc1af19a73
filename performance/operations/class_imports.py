"""导入班次: a workbook is kept and checked; confirmed, each row is recorded by the one operation that records classes."""

import hashlib
from datetime import date
from time import perf_counter
from typing import Any

from django.utils import timezone

from accounts import journal
from accounts.journal import operation
from accounts.models import User
from accounts.roles import Action
from performance.class_sheets import STANDING, read_classes
from performance.models import ClassImport
from performance.operations.classes import record_class
from performance.queries.classes import around_of, imports_of, read_import
from policy.findings import Refused, refuse
from projects import access
from projects.models import Project
from workbooks.envelope import Unreadable


@operation("上传班次台账")
def upload_classes(project_id: int, *, actor: User, on: date, name: str, content: bytes) -> ClassImport:
    """Keep a workbook that can be read, for the preview; no class is recorded."""
    project = access.enter(project_id, actor=actor, action=Action.RECORD_CLASS)
    started = perf_counter()
    try:
        found = read_classes(content, around_of(project, on))
    except Unreadable as error:
        refuse(error.finding.code, error.finding.message, field="file")
    kept = project.class_imports.create(
        name=name[-160:],
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        content=content,
        rows=len(found.lines),
        errors=found.errors,
        millis=int((perf_counter() - started) * 1000),
        uploaded_by=actor,
        uploaded_on=on,
    )
    said = f"读到 {kept.rows} 行，可登记 {len(found.ready)} 个班次，错误 {kept.errors} 处，尚未登记"
    _journal(kept, f"上传 {kept.name[:80]}，{said}")
    return kept


@operation("确认导入班次")
def confirm_classes(project_id: int, import_id: int, *, actor: User, on: date) -> ClassImport:
    """Record what a kept upload holds, each row as it would be recorded alone. A second confirmation changes nothing."""
    project = access.enter(project_id, actor=actor, action=Action.RECORD_CLASS)
    kept = imports_of(project, actor).get(pk=import_id)
    if kept.committed_at is not None:
        return kept
    found = read_import(kept, project, on)
    refused = [[line.place, line.number, " ".join(line.why)] for line in found.refused]
    for line in found.ready:
        if why := _refusal(project, line.entry, actor, on):
            refused.append([line.place, line.number, why])
        else:
            kept.recorded += 1
    kept.committed_at, kept.refused, kept.standing = timezone.now(), refused, len(found.of(STANDING))
    kept.save(update_fields=["committed_at", "recorded", "standing", "refused"])
    text = f"{kept.recorded} 个班次已登记，{len(refused)} 个未登记，{kept.standing} 个原已登记"
    _journal(kept, text, recorded=kept.recorded, refused=len(refused))
    return kept


def _refusal(project: Project, entry: Any, actor: User, on: date) -> str:
    """Record one class; why it was refused, "" where it was recorded."""
    try:
        with journal.savepoint():
            record_class(project.pk, actor=actor, on=on, **entry)
    except Refused as refused:
        return str(refused)
    return ""


def _journal(kept: ClassImport, text: str, **changes: Any) -> None:
    journal.record(
        project_id=kept.project_id, subject=f"class_import:{kept.pk}", text=text, sha256=kept.sha256, **changes
    )
