"""资金文件 and 到账."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Sum

from accounts import journal
from accounts.journal import operation
from accounts.models import User
from accounts.roles import Action
from funds import balances, rules
from funds.alerts import refresh_alerts
from funds.models import ABOUT_DOCUMENT, SCAN, Allocation, FundDocument, Receipt
from policy.findings import Finding, blocking, refuse, refuse_if_blocking
from policy.money import ZERO, yuan
from projects import access, files
from projects.models import Project


@operation("登记资金文件")
def record_fund_document(
    *,
    actor: User,
    number: str,
    dated_on: date,
    fiscal_year: int,
    source: str,
    title: str,
    indicator_number: str,
    lines: Mapping[int, Decimal],
    upload: UploadedFile | None,
    on: date,
) -> FundDocument:
    """`lines`: project id → amount. The scan becomes a file of every project in it."""
    access.require(actor, Action.RECORD_FUNDS)
    amounts = {_enter(pk, actor, Action.RECORD_FUNDS): lines[pk] for pk in sorted(lines)}
    found = list(
        rules.check_document(number=number, dated_on=dated_on, source=source, has_file=upload is not None, on=on)
    )
    found += _check_number(number)
    found += rules.check_allocations(_facts(amounts, source), source=source)
    refuse_if_blocking(found)
    document = FundDocument.objects.create(
        number=number.strip(),
        dated_on=dated_on,
        fiscal_year=fiscal_year,
        source=source,
        title=title.strip(),
        indicator_number=indicator_number.strip(),
        recorded_by=actor,
        recorded_on=on,
    )
    Allocation.objects.bulk_create(
        Allocation(document=document, project=project, amount=amount) for project, amount in amounts.items()
    )
    _attach(document, list(amounts), upload, actor, on)
    for project, amount in amounts.items():
        _journal(document, project, f"登记《{number}》，下达 {yuan(amount)}", amount=amount, source=source)
    return document


def _enter(project_id: int, actor: User, action: Action) -> Project:
    return access.enter(project_id, actor=actor, action=action)


def _check_number(number: str) -> list[Finding]:
    """A document is recorded once, unless it was returned."""
    twin = FundDocument.objects.filter(number=number.strip()).exclude(state=FundDocument.State.RETURNED).first()
    if twin is None:
        return []
    said = f"文号「{twin.number}」已登记（{twin.get_state_display()}），不能重复登记。"
    return [blocking("number_taken", said, field="number")]


def _facts(
    amounts: Mapping[Project, Decimal], source: str, document: FundDocument | None = None
) -> list[rules.AllocationFacts]:
    """What stands against each line; `document`: one already recorded, whose own lines do not count as before."""
    others = Allocation.objects.filter(project__in=list(amounts), document__source=source)
    others = others.exclude(document__state=FundDocument.State.RETURNED).exclude(document=document)
    before = dict(others.order_by().values_list("project").annotate(total=Sum("amount")))
    return [
        rules.AllocationFacts(
            name=project.name,
            stage=project.stage,
            grant=project.grant,
            grant_source=project.edition.grant_source,
            grant_clause=next(iter(project.edition.grants)).basis.clause,
            amount=amount,
            before=before.get(project.pk, ZERO),
        )
        for project, amount in amounts.items()
    ]


def _attach(
    document: FundDocument, projects: list[Project], upload: UploadedFile | None, actor: User, on: date
) -> None:
    if upload is None:
        return
    stored = files.store(upload, on=on)
    for project in projects:
        files.attach(project, stored, about=ABOUT_DOCUMENT, about_id=document.pk, purpose=SCAN, actor=actor, on=on)


def _journal(document: FundDocument, project: Project, text: str, **changes: Any) -> None:
    journal.record(project_id=project.pk, subject=f"fund_document:{document.pk}", text=text, **changes)


def _lock(document_id: int, actor: User) -> tuple[FundDocument, dict[Project, Decimal]]:
    """The document and its projects, locked in the order of their ids; only one that waits for a signature."""
    access.require(actor, Action.APPROVE_FUNDS)
    rows = Allocation.objects.filter(document=document_id).order_by("project_id").values_list("project_id", "amount")
    amounts = {_enter(pk, actor, Action.APPROVE_FUNDS): amount for pk, amount in rows}
    document = FundDocument.objects.select_for_update().get(pk=document_id)
    if document.state != FundDocument.State.RECORDED:
        refuse("state", f"《{document}》{document.get_state_display()}，不能再办理。")
    if document.recorded_by_id == actor.pk:
        refuse("sod", "您登记了本资金文件，须由另一位省财政厅负责人签批。", "职责分离 SD1")
    return document, amounts


@operation("签批资金文件")
def approve_fund_document(document_id: int, *, actor: User, on: date) -> FundDocument:
    document, amounts = _lock(document_id, actor)
    facts = _facts(amounts, document.source, document)
    refuse_if_blocking(rules.check_allocations(facts, source=document.source))
    document.state, document.approved_by, document.approved_on = FundDocument.State.APPROVED, actor, on
    document.save(update_fields=["state", "approved_by", "approved_on"])
    for project, amount in amounts.items():
        refresh_alerts(project, on)
        _journal(document, project, f"签批《{document}》，下达 {yuan(amount)}", amount=amount, state=document.state)
    return document


@operation("退回资金文件")
def return_fund_document(document_id: int, *, actor: User, reason: str, on: date) -> FundDocument:
    """Send it back to who recorded it; they record it anew under the same number."""
    document, amounts = _lock(document_id, actor)
    if not reason.strip():
        refuse("reason", "请写明退回理由。", field="reason")
    document.state, document.returned_by = FundDocument.State.RETURNED, actor
    document.return_reason = reason.strip()
    document.save(update_fields=["state", "returned_by", "return_reason"])
    for project in amounts:
        _journal(document, project, f"退回《{document}》：{reason.strip()}", state=document.state)
    return document


@operation("确认到账")
def confirm_receipt(
    project_id: int, allocation_id: int, *, actor: User, received_on: date, amount: Decimal, on: date
) -> Receipt:
    """The unit confirms money it has seen; payments may take it from now on."""
    project = _enter(project_id, actor, Action.CONFIRM_RECEIPT)
    allocation = project.allocations.select_related("document").get(pk=allocation_id)
    document = allocation.document
    refuse_if_blocking(
        rules.check_receipt(
            approved=document.state == FundDocument.State.APPROVED,
            document=document.number,
            allocated=allocation.amount,
            before=allocation.receipts.aggregate(total=Sum("amount"))["total"] or ZERO,
            amount=amount,
            received_on=received_on,
            on=on,
        )
    )
    receipt = Receipt.objects.create(
        allocation=allocation,
        project=project,
        amount=amount,
        received_on=received_on,
        confirmed_by=actor,
        confirmed_on=on,
    )
    balances.receive(project, document.source, amount)
    refresh_alerts(project, on)
    journal.record(
        project_id=project.pk,
        subject=f"receipt:{receipt.pk}",
        text=f"《{document}》到账 {yuan(amount)}（{received_on}）",
        amount=amount,
        received_on=received_on,
    )
    return receipt
