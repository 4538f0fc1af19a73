"""资金清算: prepared by finance, approved by its head. The one of a revocation or a termination is approved inside the
step of `lifecycle` that needs it, which also says whether a termination is asked for.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from accounts import journal
from accounts.journal import operation
from accounts.models import User
from accounts.queries import work_calendar
from accounts.roles import Action
from funds import balances, queries, rules
from funds.alerts import refresh_alerts
from funds.models import ABOUT_SETTLEMENT, ClawBack, Repayment, Settlement, Voucher
from funds.operations.seen import check_seen
from funds.queries.ledgers import OPEN
from policy.findings import Finding, refuse, refuse_if_blocking
from policy.money import yuan
from policy.terms import Occasion, Stage
from projects import access, files
from projects.models import Project

State = Settlement.State


@operation("编制清算")
def prepare_settlement(
    project_id: int, *, actor: User, document_number: str, on: date, recovery: Decimal | None = None, note: str = "",
    uploads: Iterable[UploadedFile] = (), terminating: bool = False,
) -> Settlement:  # fmt: skip
    """`recovery`: what is claimed back; everything where not given. Until approved it may be prepared again.
    `uploads`: the papers of a claim below the whole, which the unit gets with the approval.

    `terminating`: for a termination that `lifecycle` knows to be asked for.
    """
    project = access.enter(project_id, actor=actor, action=Action.PREPARE_SETTLEMENT)
    occasion = rules.occasion_due(project.stage, terminating=terminating)
    ledger = queries.ledger_of(project)
    figures = queries.figures_now(project, ledger)
    recovery, uploads = figures.whole if recovery is None else recovery, list(uploads)
    papers = len(uploads) + len(queries.settlement_papers(queries.prepared(project, occasion)))
    refuse_if_blocking(
        [
            *_check_due(project, occasion, document_number),
            *rules.check_recovery(recovery, figures=figures, occasion=occasion, note=note, papers=papers),
        ]
    )
    told = {"document_number": document_number.strip(), "note": note.strip(), "prepared_by": actor, "prepared_on": on}
    written = (
        queries.written(figures)
        | told
        | {"recovery": recovery, "detail": queries.detail_of(project, ledger, figures.problem)}
    )
    overtaken = [other for other in Occasion if other != occasion]
    void_settlements(project, overtaken, reason="改为其他事由编制清算", on=on, states=[State.PREPARED])
    settlement, _ = Settlement.objects.update_or_create(
        project=project, state=State.PREPARED, defaults=written, create_defaults=written | {"occasion": occasion}
    )
    kept: dict[str, Any] = {"about": ABOUT_SETTLEMENT, "about_id": settlement.pk, "purpose": "少追缴依据"}
    for upload in uploads:
        files.accept(project, upload, actor=actor, on=on, **kept)
    said = f"到账 {yuan(figures.received)}，合规支出 {yuan(figures.compliant)}，应追缴 {yuan(recovery)}"
    _journal(settlement, f"{settlement.get_occasion_display()}：{said}")
    return settlement


def _check_due(project: Project, occasion: Occasion | None, number: str) -> Iterator[Finding]:
    yield from rules.check_settlement(
        rules.SettlementFacts(
            stage=project.stage,
            occasion=occasion,
            open_count=queries.open_count(project),
            number=number,
            settled=queries.settled(project),
        )
    )


@operation("批准清算")
def approve_settlement(
    project_id: int, *, occasion: Occasion, actor: User, seen: str | None = None, on: date
) -> Settlement:
    """The figures must still be those of the books. What is to come back becomes a claim at once (L15)."""
    project = access.enter(project_id, actor=actor, action=Action.APPROVE_SETTLEMENT)
    settlement = Settlement.objects.filter(project=project, state=State.PREPARED).first()
    if settlement is None and queries.settled(project):
        refuse("settled", "清算已批准，不能重复批准。")
    if settlement is None:
        refuse("missing", "尚未编制清算，请先由财政部门编制。")
    _check_occasion(project, settlement, occasion)
    if actor.pk in journal.hands_of(project_id, "编制清算"):
        refuse("sod", "您编制了本清算，须由另一位省财政厅负责人批准。", "职责分离 SD1")
    check_seen(project, settlement, seen, actor=actor)
    refuse_if_blocking(queries.overtaken(settlement, project))
    settlement.state, settlement.approved_by, settlement.approved_on = State.APPROVED, actor, on
    settlement.save(update_fields=["state", "approved_by", "approved_on"])
    files.publish(project, about=ABOUT_SETTLEMENT, about_id=settlement.pk)
    _claim(settlement, on=on)
    refresh_alerts(project, on)
    _journal(settlement, f"批准清算，应追缴 {yuan(settlement.recovery)}")
    return settlement


def _check_occasion(project: Project, settlement: Settlement, occasion: Occasion) -> None:
    """Approved for what it was prepared for, and only while that still holds."""
    if settlement.occasion != occasion:
        wanted = Occasion(settlement.occasion).label
        refuse("occasion", f"待批准的清算是为“{wanted}”编制的，不能按“{occasion.label}”批准；请由财政部门重新编制。")
    fits = {Occasion.ACCEPTANCE: project.stage == Stage.ACCEPTED, Occasion.REVOCATION: project.stage == Stage.REVOKED}
    if not fits.get(occasion, True) or queries.prepared(project, occasion) is None:
        refuse("stage", f"项目处于“{Stage(project.stage).label}”，本清算的事由已不成立，请由财政部门重新编制。")


def _claim(settlement: Settlement, *, on: date) -> None:
    """追缴 of an approved settlement; a day off moves its day to the next working day (handbook 11)."""
    if not settlement.recovery:
        return
    days = settlement.project.edition.number("claw_back_days")
    due_on = work_calendar().next_working(on + timedelta(days=int(days)))
    ClawBack.objects.create(
        settlement=settlement,
        project=settlement.project,
        amount=settlement.recovery,
        left=settlement.recovery,
        due_on=due_on,
    )


def void_settlements(
    project: Project,
    occasions: Collection[Occasion],
    *,
    reason: str,
    on: date,
    states: Collection[State] = (State.PREPARED, State.APPROVED),
) -> None:
    """What happened has overtaken these settlements: they stay readable, their claims end, the books are open again.

    A plain part of the running operation. What came back under such a claim is taken off the next one, and off what
    the project may spend.
    """
    if State.APPROVED in states:
        # The books are open again: every payment needs its verdict before they are closed anew.
        Voucher.objects.filter(project=project, state__in=OPEN, after_stop=True).update(after_stop=False)
    rows = Settlement.objects.filter(project=project, occasion__in=list(occasions), state__in=list(states))
    for settlement in rows:
        settlement.state, settlement.void_reason, settlement.voided_on = State.VOID, reason[:200], on
        settlement.save(update_fields=["state", "void_reason", "voided_on"])
        waiting = Repayment.objects.filter(claw_back__settlement=settlement, state=Repayment.State.RECORDED)
        waiting.update(state=Repayment.State.RETURNED, return_reason="清算已失效，请在新的追缴下登记")
        balances.send_back(project, ClawBack.objects.filter(settlement=settlement).first(), on=on)
        _journal(settlement, f"{settlement.get_occasion_display()}清算失效：{reason}")


def _journal(settlement: Settlement, text: str) -> None:
    journal.record(
        project_id=settlement.project_id,
        subject=f"settlement:{settlement.pk}",
        text=text,
        state=settlement.state,
        residual=settlement.residual,
        recovery=settlement.recovery,
    )
