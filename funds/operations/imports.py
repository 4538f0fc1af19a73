"""导入支出: a workbook is kept and checked; confirmed, each row is recorded by the one operation that records payments."""

import hashlib
from datetime import date
from time import perf_counter
from typing import Any

from django.utils import timezone

from accounts import journal
from accounts.journal import operation
from accounts.models import User
from accounts.roles import Action
from funds.importing import read_payments
from funds.models import PaymentImport
from funds.operations.vouchers import record_voucher
from funds.queries.imports import around_of, imports_of, read_import
from policy.findings import Refused, refuse, refuse_if_blocking
from policy.money import ZERO, yuan
from projects import access, scanner
from projects.models import Project
from workbooks.envelope import Unreadable


@operation("上传支出明细表")
def upload_payments(project_id: int, *, actor: User, on: date, name: str, content: bytes) -> PaymentImport:
    """Keep a workbook that can be read, for the preview; no payment is recorded."""
    project = access.enter(project_id, actor=actor, action=Action.RECORD_VOUCHER)
    refuse_if_blocking(scanner.check(name, content))
    started = perf_counter()
    try:
        found = read_payments(content, around_of(project, on))
    except Unreadable as error:
        refuse(error.finding.code, error.finding.message, field="file")
    kept = project.payment_imports.create(
        name=name[-160:],
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        content=content,
        rows=len(found.lines),
        errors=found.level("error"),
        warnings=found.level("warning"),
        millis=int((perf_counter() - started) * 1000),
        uploaded_by=actor,
        uploaded_on=on,
    )
    said = f"读到 {kept.rows} 行，可登记 {len(found.ready)} 笔，错误 {kept.errors} 处，尚未登记"
    _journal(kept, f"上传 {kept.name[:80]}，{said}")
    return kept


@operation("确认导入支出")
def confirm_payments(project_id: int, import_id: int, *, actor: User, on: date) -> PaymentImport:
    """Record what a kept upload holds, each row as it would be recorded alone. A second confirmation changes nothing."""
    project = access.enter(project_id, actor=actor, action=Action.RECORD_VOUCHER)
    kept = imports_of(project, actor).get(pk=import_id)
    if kept.committed_at is not None:
        return kept
    found = read_import(kept, project, on)
    refused = [[line.place, line.number, " ".join(line.why)] for line in found.refused]
    contracts = project.contracts.in_bulk()
    total = ZERO
    for line in found.ready:
        entry = {**line.entry, "contract": contracts.get(line.entry["contract"])}
        if why := _refusal(project, entry, actor, on):
            refused.append([line.place, line.number, why])
        else:
            kept.recorded += 1
            total += entry["amount"]
    kept.committed_at, kept.refused = timezone.now(), refused
    kept.standing = len(found.lines) - len(found.ready) - len(found.refused)
    kept.save(update_fields=["committed_at", "recorded", "standing", "refused"])
    _journal(
        kept,
        f"{kept.recorded} 笔已登记（{yuan(total)}），{len(refused)} 笔未登记，{kept.standing} 笔原已登记",
        recorded=kept.recorded,
        refused=len(refused),
    )
    return kept


def _refusal(project: Project, entry: dict[str, Any], actor: User, on: date) -> str:
    """Record one payment; why it was refused, "" where it was recorded."""
    try:
        with journal.savepoint():
            record_voucher(project.pk, actor=actor, on=on, **entry)
    except Refused as refused:
        return str(refused)
    return ""


def _journal(kept: PaymentImport, text: str, **changes: Any) -> None:
    journal.record(
        project_id=kept.project_id, subject=f"payment_import:{kept.pk}", text=text, sha256=kept.sha256, **changes
    )
