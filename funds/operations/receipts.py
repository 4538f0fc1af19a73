"""到账 and its 更正: what the unit has seen come in."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from accounts import journal
from accounts.journal import operation
from accounts.models import User
from accounts.roles import Action
from funds import balances, queries, rules
from funds.alerts import refresh_alerts
from funds.models import Allocation, Flag, Receipt
from funds.operations.seen import check_seen
from funds.queries.money_in import made_of
from funds.rules.flag_facts import FlagRule
from policy.findings import refuse, refuse_if_blocking
from policy.money import ZERO, yuan
from policy.terms import ArrivalMode
from projects import access
from projects.models import Project

Made = list[tuple[date, Decimal]]


@operation("确认到账")
def confirm_receipt(
    project_id: int,
    allocation_id: int,
    *,
    actor: User,
    received_on: date,
    amount: Decimal,
    seen: str | None = None,
    on: date,
) -> Receipt:
    """The unit confirms money it has seen; payments may take it from now on, under 报账 they might before.

    What disagrees with the 拨付 of the finance offices is a fact all the same: it is recorded and opens a question.
    """
    project = access.enter(project_id, actor=actor, action=Action.CONFIRM_RECEIPT)
    allocation = project.allocations.select_related("document").get(pk=allocation_id)
    refuse_if_blocking(rules.check_open_books(settled=queries.settled(project)))
    check_seen(project, allocation, seen, actor=actor)
    arrival = queries.arrival_of(allocation)
    refuse_if_blocking(rules.check_receipt(arrival, amount=amount, received_on=received_on, on=on))
    receipt = Receipt.objects.create(
        allocation=allocation,
        project=project,
        amount=amount,
        effect=amount,
        received_on=received_on,
        confirmed_by=actor,
        confirmed_on=on,
    )
    if allocation.arrival_mode != ArrivalMode.CLAIM:
        balances.receive(project, allocation.document.source, amount)
    _ask(project, allocation, receipt, before=arrival.before, on=on)
    refresh_alerts(project, on)
    said = f"《{allocation.document}》到账 {yuan(amount)}（{received_on}）"
    _journal(receipt, said, amount=amount, received_on=received_on)
    return receipt


def _ask(project: Project, allocation: Allocation, receipt: Receipt, *, before: Decimal, on: date) -> None:
    """到账与拨付不符 opens a question; it changes no figure."""
    for flag in _mismatches(project, allocation, made_of(allocation), receipt.received_on, before, receipt.amount, on):
        flag.save(force_insert=True)


def _mismatches(
    project: Project, allocation: Allocation, made: Made, day: date, before: Decimal, amount: Decimal, on: date
) -> Iterator[Flag]:
    for finding in rules.check_match(made, before=before, amount=amount, received_on=day):
        yield Flag(
            project=project,
            rule=FlagRule(finding.code),
            severity=finding.severity,
            message=finding.message[:300],
            figures={
                "资金文件": allocation.document.number,
                "本次到账": f"{yuan(amount)}（{day}）",
                "累计到账": yuan(before + amount),
                "财政拨付": "；".join(f"{one} {yuan(sent)}" for one, sent in made),
            },
            raised_on=on,
        )


def match_again(project: Project, allocation: Allocation, *, on: date) -> None:
    """The questions about its receipts, after its 拨付 changed: what is settled goes, what is new is asked."""
    made, before = made_of(allocation), ZERO
    found: list[Flag] = []
    arrivals = allocation.receipts.filter(kind=Receipt.Kind.ARRIVAL).order_by("received_on", "pk")
    for row in arrivals.annotate(back=Sum("corrections__amount")):
        net = row.amount - (row.back or ZERO)
        if net > ZERO:
            found += _mismatches(project, allocation, made, row.received_on, before, net, on)
        before += net
    told = {flag.message for flag in found}
    standing = project.flags.filter(rule=FlagRule.RECEIPT).exclude(state=Flag.State.GONE)
    asked = [flag for flag in standing if flag.figures.get("资金文件") == allocation.document.number]
    for flag in asked:
        if flag.message not in told and flag.state in (Flag.State.OPEN, Flag.State.ANSWERED):
            flag.state = Flag.State.GONE
            flag.save(update_fields=["state"])
    Flag.objects.bulk_create(flag for flag in found if flag.message not in {one.message for one in asked})


@operation("更正到账")
def correct_receipt(
    project_id: int,
    receipt_id: int,
    *,
    actor: User,
    amount: Decimal,
    reason: str,
    received_on: date,
    seen: str | None = None,
    on: date,
) -> Receipt:
    """A linked negative row: the receipt stays as it was. Never below what is used."""
    project = access.enter(project_id, actor=actor, action=Action.CORRECT_RECEIPT)
    receipt = project.receipts.select_related("allocation__document").get(pk=receipt_id)
    allocation = receipt.allocation
    refuse_if_blocking(rules.check_open_books(settled=queries.settled(project)))
    check_seen(project, allocation, seen, actor=actor)
    _check_correction(receipt, amount, reason, received_on, on)
    if allocation.arrival_mode != ArrivalMode.CLAIM:
        balances.take_back(project, allocation.document.source, amount)
    correction = Receipt.objects.create(
        allocation=allocation,
        project=project,
        kind=Receipt.Kind.CORRECTION,
        amount=amount,
        effect=-amount,
        reverses=receipt,
        reason=reason.strip(),
        received_on=received_on,
        confirmed_by=actor,
        confirmed_on=on,
    )
    refresh_alerts(project, on)
    said = (
        f"更正《{allocation.document}》{receipt.received_on} 到账 {yuan(receipt.amount)}：减少 {yuan(amount)}，{reason}"
    )
    _journal(correction, said, amount=amount, reverses=receipt.pk)
    return correction


def _check_correction(receipt: Receipt, amount: Decimal, reason: str, received_on: date, on: date) -> None:
    if receipt.kind != Receipt.Kind.ARRIVAL:
        refuse("kind", f"{receipt.get_kind_display()}记录不能更正。")
    if not receipt.received_on <= received_on <= on:
        said = f"更正日期 {received_on} 应在原到账日期 {receipt.received_on} 至今天 {on} 之间。"
        refuse("received_on", said, field="received_on")
    refuse_if_blocking(
        rules.check_correction(
            received=receipt.amount,
            corrected=receipt.corrections.aggregate(total=Sum("amount"))["total"] or ZERO,
            standing=queries.pool_around(receipt.allocation).received,
            amount=amount,
            reason=reason,
        )
    )


def _journal(receipt: Receipt, text: str, **changes: Any) -> None:
    journal.record(project_id=receipt.project_id, subject=f"receipt:{receipt.pk}", text=text, **changes)
