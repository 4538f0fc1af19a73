"""资金文件: recorded from the paper with its table, signed by another person. It gives money or takes it back."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile

from accounts import journal
from accounts.journal import operation
from accounts.models import Organisation, User
from accounts.persons import is_hand
from accounts.roles import Action
from funds import balances, queries, rules
from funds.alerts import refresh_alerts
from funds.models import ABOUT_DOCUMENT, SCAN, Allocation, FundDocument, HeldOut, Receipt, UnitArrival
from policy.findings import Finding, blocking, refuse, refuse_if_blocking
from policy.money import yuan
from policy.spelling import number_key
from policy.terms import ArrivalMode, DocumentKind
from projects import access, files
from projects.models import Project

State = FundDocument.State


@operation("登记资金文件")
def record_fund_document(
    *,
    actor: User,
    number: str,
    dated_on: date,
    fiscal_year: int,
    source: str,
    title: str,
    total: Decimal,
    lines: Mapping[int, Decimal],
    upload: UploadedFile | None,
    on: date,
    kind: str = DocumentKind.ISSUE,
    origin_year: int | None = None,
    tranche: int = 1,
    held_out: Collection[int] = (),
    **classes: str,
) -> FundDocument:
    """`lines`: project id → amount; `total`: typed from the paper. The scan becomes a file of every project in it.

    `held_out`: projects the document leaves out because their targets are not filed. `classes`: 指标文号, 功能科目, 经济分类.
    """
    scanned = upload is not None
    head = rules.DocumentFacts(number, dated_on, fiscal_year, source, kind, origin_year, tranche, total, scanned)
    action = Action.RECORD_FUNDS if head.gives else Action.ADJUST_FUNDS
    access.require(actor, action)
    aside = set(held_out) if head.gives else set()
    # Locked once and in the order of their ids, so that no two documents ever wait for each other.
    locked = {pk: access.enter(pk, actor=actor, action=action) for pk in sorted({*lines, *aside})}
    amounts, left_out = {locked[pk]: lines[pk] for pk in sorted(lines)}, [locked[pk] for pk in sorted(aside)]
    found = [*rules.check_document(head, on=on), *_check_number(number)]
    found += rules.check_total(total, amounts.values())
    found += rules.check_allocations(queries.facts_of(amounts, head), head)
    found += [finding for project in amounts for finding in _check_tranche(project, head)]
    refuse_if_blocking([*found, *_check_held_out(left_out)])
    document = _create(head, title, classes, actor=actor, on=on)
    _write_lines(document, amounts, left_out)
    _attach(document, list(amounts), upload, actor, on)
    _tell(document, amounts)
    return document


def _tell(document: FundDocument, amounts: Mapping[Project, Decimal]) -> None:
    for project, amount in amounts.items():
        said = f"登记《{document.number}》，{document.get_kind_display()} {yuan(amount)}"
        _journal(document, project, said, amount=amount, source=document.source, kind=document.kind)


def _create(
    head: rules.DocumentFacts, title: str, classes: Mapping[str, str], *, actor: User, on: date
) -> FundDocument:
    return FundDocument.objects.create(
        number=head.number.strip(), title=title.strip(), dated_on=head.dated_on, fiscal_year=head.fiscal_year,
        source=head.source, kind=head.kind, origin_year=head.origin_year, tranche=head.tranche, total=head.total,
        recorded_by=actor, recorded_on=on, **{name: text.strip() for name, text in classes.items()},
    )  # fmt: skip


def _check_number(number: str) -> list[Finding]:
    """A document is recorded once, unless it was returned."""
    twin = FundDocument.objects.filter(number_key=number_key(number)).exclude(state=State.RETURNED).first()
    if twin is None:
        return []
    said = f"文号「{twin.number}」已登记（{twin.get_state_display()}），不能重复登记。"
    return [blocking("number_taken", said, field="number")]


def _check_tranche(project: Project, head: rules.DocumentFacts) -> list[Finding]:
    return list(rules.check_tranche(project.edition.limit("tranches"), head))


def _check_held_out(projects: Collection[Project]) -> list[Finding]:
    """Who is said to be left out for want of filed targets must still be so."""
    return [
        blocking(
            "held_out",
            f"「{project.name}」已是{project.get_stage_display()}，不再属于目标未备案。请填写金额，或取消勾选。",
        )
        for project in projects
        if project.stage not in rules.HELD_OUT_STAGES
    ]


def _write_lines(document: FundDocument, amounts: Mapping[Project, Decimal], left_out: list[Project]) -> None:
    modes, sign = queries.modes_of(amounts), 1 if document.gives else -1
    Allocation.objects.bulk_create(
        Allocation(
            document=document,
            project=project,
            amount=amount,
            effect=sign * amount,
            arrival_mode=modes[project.organisation_id],
        )
        for project, amount in amounts.items()
    )
    for one in queries.withheld_of(left_out):
        HeldOut.objects.create(document=document, project=one.project, reason=one.reason, next_step=one.next_step)
        _journal(document, one.project, f"未列入《{document}》：{one.reason}")


def _attach(
    document: FundDocument, projects: list[Project], upload: UploadedFile | None, actor: User, on: date
) -> None:
    """The unit gets it when the document is signed (files.WITHHELD)."""
    if upload is None:
        return
    stored = files.store(upload, on=on)
    for project in projects:
        files.attach(project, stored, about=ABOUT_DOCUMENT, about_id=document.pk, purpose=SCAN, actor=actor, on=on)


def _journal(document: FundDocument, project: Project, text: str, **changes: Any) -> None:
    journal.record(project_id=project.pk, subject=f"fund_document:{document.pk}", text=text, **changes)


def _lock(document_id: int, actor: User) -> tuple[FundDocument, dict[Project, Allocation]]:
    """The document and its projects, locked in the order of their ids; only one that waits for a signature."""
    access.require(actor, Action.APPROVE_FUNDS)
    rows = Allocation.objects.filter(document=document_id).order_by("project_id")
    lines = {access.enter(row.project_id, actor=actor, action=Action.APPROVE_FUNDS): row for row in rows}
    document = FundDocument.objects.select_for_update(no_key=True).get(pk=document_id)
    if document.state != State.RECORDED:
        refuse("state", f"《{document}》{document.get_state_display()}，不能再办理。")
    if is_hand(actor, document.recorded_by_id):
        refuse("sod", "您登记了本资金文件，须由另一位省财政厅负责人签批。", "职责分离 SD1")
    return document, lines


@operation("签批资金文件")
def approve_fund_document(document_id: int, *, actor: User, on: date) -> FundDocument:
    """From now on its money is given, or taken back: first what has not arrived, then what has and is not used."""
    document, lines = _lock(document_id, actor)
    head = queries.head_of(document)
    amounts = {project: row.amount for project, row in lines.items()}
    for project in lines:
        refuse_if_blocking(rules.check_open_books(settled=queries.settled(project), name=project.name))
    refuse_if_blocking(rules.check_allocations(queries.facts_of(amounts, head, document), head))
    for project, row in lines.items():
        if document.gives:
            _give(document, project, row)
        else:
            _take(document, project, row, actor, on)
    document.state, document.approved_by, document.approved_on = State.APPROVED, actor, on
    document.save(update_fields=["state", "approved_by", "approved_on"])
    for project, row in lines.items():
        files.publish(project, about=ABOUT_DOCUMENT, about_id=document.pk)
        refresh_alerts(project, on)
        said = f"签批《{document}》，{document.get_kind_display()} {yuan(row.amount)}"
        _journal(document, project, said, amount=row.amount, state=document.state)
    return document


def _give(document: FundDocument, project: Project, row: Allocation) -> None:
    """Under 报账 the money may be spent once allocated; otherwise when it arrives."""
    if row.arrival_mode == ArrivalMode.CLAIM:
        balances.receive(project, document.source, row.amount)


def _take(document: FundDocument, project: Project, row: Allocation, actor: User, on: date) -> None:
    row.document = document
    taken = queries.pool_around(row).take(row.amount)
    balances.take_back(project, document.source, taken.limit)
    if taken.received:
        Receipt.objects.create(
            allocation=row,
            project=project,
            kind=Receipt.Kind.SWEPT,
            amount=taken.received,
            effect=-taken.received,
            reason=f"{document.get_kind_display()}《{document}》"[:200],
            received_on=document.dated_on,
            confirmed_by=actor,
            confirmed_on=on,
        )


@operation("退回资金文件")
def return_fund_document(document_id: int, *, actor: User, reason: str, on: date) -> FundDocument:
    """Send it back to who recorded it; they record it anew under the same number."""
    document, lines = _lock(document_id, actor)
    if not reason.strip():
        refuse("reason", "请写明退回理由。", field="reason")
    document.state, document.returned_by = State.RETURNED, actor
    document.return_reason = reason.strip()
    document.save(update_fields=["state", "returned_by", "return_reason"])
    for project in lines:
        _journal(document, project, f"退回《{document}》：{reason.strip()}", state=document.state)
    return document


@operation("登记单位到账方式")
def set_arrival_mode(organisation_id: int, *, actor: User, mode: str, on: date) -> UnitArrival:
    """For documents recorded from now on; what is already allocated keeps its way."""
    access.require(actor, Action.SET_ARRIVAL)
    reached = access.projects_for(actor, Action.SET_ARRIVAL).filter(organisation=organisation_id)
    if not reached.exists():
        raise PermissionDenied("您的角色不能登记该单位的到账方式")
    unit = Organisation.objects.get(pk=organisation_id)
    if mode not in ArrivalMode.values:
        refuse("mode", "请选择到账方式。", field="mode")
    row, _ = UnitArrival.objects.update_or_create(
        organisation=unit, defaults={"mode": mode, "set_by": actor, "set_on": on}
    )
    journal.record(subject=f"arrival:{unit.pk}", text=f"{unit} 到账方式：{row.get_mode_display()}", mode=mode)
    return row
