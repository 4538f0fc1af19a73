"""三方对账: a list of one side uploaded, a difference given its reason."""

from datetime import date

from django.core.files.uploadedfile import UploadedFile

from accounts import journal
from accounts.journal import operation
from accounts.models import User
from accounts.roles import Action
from funds.models import ABOUT_STATEMENT, Explanation, Statement, StatementRow
from funds.queries.reconciliation import pairs_of
from funds.rules.reconciliation import MATCHED, key_of
from funds.rules.statements import Read, read_statement
from policy.findings import refuse
from policy.money import ZERO, yuan
from projects import access, files
from workbooks.envelope import Unreadable

Side = Statement.Side
CHUNK = 1000


@operation("上传对账清单")
def upload_statement(
    project_id: int, *, actor: User, side: str, period_from: date, period_to: date, upload: UploadedFile, on: date
) -> Statement:
    """Nothing is written while one cell is wrong. A later list of the same side and period takes the earlier's place."""
    project = access.enter(project_id, actor=actor, action=Action.UPLOAD_STATEMENT)
    _check_upload(actor, side, period_from, period_to, on)
    found = _read(upload, period_from, period_to)
    upload.seek(0)
    same = project.statements.filter(side=side, period_from=period_from, period_to=period_to, superseded=False)
    replaced = same.update(superseded=True)
    statement = project.statements.create(
        side=side, period_from=period_from, period_to=period_to, uploaded_by=actor, uploaded_on=on
    )
    StatementRow.objects.bulk_create(
        (
            StatementRow(
                statement=statement, line=row.line, number=row.number, paid_on=row.paid_on, amount=row.amount,
                payee=row.payee, abstract=row.abstract, category=row.category,
            )
            for row in found.rows
        ),
        batch_size=CHUNK,
    )  # fmt: skip
    purpose = Side(side).label
    files.accept(project, upload, about=ABOUT_STATEMENT, about_id=statement.pk, purpose=purpose, actor=actor, on=on)
    total = sum((row.amount for row in found.rows), ZERO)
    said = f"上传{statement}，{len(found.rows)} 行，合计 {yuan(total)}{'，替换原清单' if replaced else ''}"
    journal.record(project_id=project.pk, subject=f"statement:{statement.pk}", text=said, rows=len(found.rows))
    return statement


def _check_upload(actor: User, side: str, period_from: date, period_to: date, on: date) -> None:
    if side not in Side.values:
        refuse("side", "请选择清单来源。", field="side")
    if (side == Side.BOOKS) != access.is_unit(actor):
        refuse("side", "单位上传项目辅助账，财政部门上传财政支付清单。", "权限表：上传对账清单", field="side")
    if period_to < period_from or period_from > on:
        refuse("period", "期间的起止日期颠倒，或晚于今天，请核对。", field="period_to")


def _read(upload: UploadedFile, start: date, end: date) -> Read:
    """The rows of a file without a fault."""
    try:
        found = read_statement(upload.read(), start=start, end=end)
    except Unreadable as error:
        refuse("file", error.finding.message, field="upload")
    if found.blocked:
        refuse(
            "cells", f"清单有 {found.blocked} 处错误，没有写入；请按下面列出的单元格改正后重新上传。", field="upload"
        )
    if not found.rows:
        refuse("empty", "清单里没有读到数据行，没有写入。", field="upload")
    return found


@operation("说明对账差异")
def explain_difference(
    project_id: int, *, actor: User, start: date, end: date, key: str, reason: str, note: str = "", on: date
) -> Explanation:
    """One reason stands for a difference; an earlier one is withdrawn and stays readable."""
    project = access.enter(project_id, actor=actor, action=Action.EXPLAIN_DIFFERENCE)
    if reason not in Explanation.Reason.values:
        refuse("reason", "请选择原因：在途、跨期、错类或其他。", field="reason")
    if reason == Explanation.Reason.OTHER and not note.strip():
        refuse("note", "原因选“其他”的，请写明说明。", field="note")
    one = next((one for one in pairs_of(project, start, end) if key_of(one, start, end) == key), None)
    if one is None or one.kind == MATCHED:
        refuse("key", "这项差异已不存在（清单可能刚被重新上传），请刷新后核对。")
    standing = Explanation.objects.filter(project=project, key=key, withdrawn_on=None)
    standing.update(withdrawn_on=on)
    explanation = Explanation.objects.create(
        project=project, key=key, reason=reason, note=note.strip()[:300], by=actor, on=on
    )
    said = f"对账差异 {one.number}（{one.said()}）：{explanation.get_reason_display()} {explanation.note}"
    journal.record(project_id=project.pk, subject=f"difference:{key}"[:120], text=said[:300])
    return explanation
