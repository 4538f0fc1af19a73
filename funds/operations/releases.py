"""拨付: an allocation passed on to the unit, recorded by one officer of finance and checked by another."""

from datetime import date
from decimal import Decimal
from typing import Any

from accounts import journal
from accounts.journal import operation
from accounts.models import User
from accounts.persons import is_hand
from accounts.roles import Action
from funds import queries, rules
from funds.alerts import refresh_alerts
from funds.models import Allocation, Release
from funds.operations.receipts import match_again
from funds.queries.money_in import corrected_of
from policy.findings import refuse, refuse_if_blocking
from policy.money import yuan
from projects import access
from projects.models import Project

State = Release.State


@operation("登记拨付")
def record_release(
    project_id: int, allocation_id: int, *, actor: User, amount: Decimal, released_on: date, number: str, on: date
) -> Release:
    project = access.enter(project_id, actor=actor, action=Action.RECORD_RELEASE)
    allocation = project.allocations.select_related("document").get(pk=allocation_id)
    refuse_if_blocking(rules.check_open_books(settled=queries.settled(project)))
    found = list(rules.check_release(queries.sending_of(allocation), amount=amount, released_on=released_on, on=on))
    twins = _same_number(allocation, number, released_on)
    refuse_if_blocking([*found, *rules.check_release_number(number, twins=twins)])
    release = Release.objects.create(
        allocation=allocation,
        project=project,
        amount=amount,
        released_on=released_on,
        number=number.strip(),
        recorded_by=actor,
        recorded_on=on,
    )
    refresh_alerts(project, on)
    said = f"登记拨付《{allocation.document}》{yuan(amount)}（{released_on}，{release.number}），待复核"
    _journal(release, said, amount=amount, released_on=released_on)
    return release


def _same_number(allocation: Allocation, number: str, released_on: date) -> list[tuple[date, Decimal]]:
    """What was returned, or corrected down to nothing, may be recorded anew under its number."""
    rows = allocation.releases.filter(number=number.strip(), released_on__year=released_on.year, reverses=None)
    standing = [one for one in rows.exclude(state=State.RETURNED) if one.amount > corrected_of(one)]
    return [(one.released_on, one.amount) for one in standing]


@operation("更正拨付")
def correct_release(
    project_id: int, release_id: int, *, actor: User, amount: Decimal, reason: str, released_on: date, on: date
) -> Release:
    """A linked row that takes off once another person has checked it; the 拨付 stays as it was."""
    project = access.enter(project_id, actor=actor, action=Action.RECORD_RELEASE)
    release = project.releases.select_related("allocation__document").get(pk=release_id)
    refuse_if_blocking(rules.check_open_books(settled=queries.settled(project)))
    if release.reverses_id or release.state != State.APPROVED:
        refuse("state", "只有已复核的拨付可以更正；待复核的请先由复核人退回。")
    found = rules.check_release_correction(
        released=release.amount,
        corrected=corrected_of(release),
        amount=amount,
        reason=reason,
        released_on=release.released_on,
        day=released_on,
        on=on,
    )
    refuse_if_blocking(list(found))
    correction = Release.objects.create(
        allocation=release.allocation,
        project=project,
        amount=amount,
        released_on=released_on,
        number=release.number,
        reverses=release,
        reason=reason.strip(),
        recorded_by=actor,
        recorded_on=on,
    )
    refresh_alerts(project, on)
    said = f"更正拨付《{release.allocation.document}》{release.released_on} {yuan(release.amount)}"
    said += f"：减少 {yuan(amount)}，{reason.strip()}，待复核"
    _journal(correction, said[:300], amount=amount, reverses=release.pk)
    return correction


def _lock(project_id: int, release_id: int, actor: User) -> tuple[Project, Release]:
    """A 拨付 that waits, for someone else than who recorded it."""
    project = access.enter(project_id, actor=actor, action=Action.APPROVE_RELEASE)
    release = project.releases.select_related("allocation__document", "reverses").get(pk=release_id)
    if release.state != State.RECORDED:
        refuse("state", f"该笔拨付{'更正' if release.reverses_id else ''}{release.get_state_display()}，不能再办理。")
    if is_hand(actor, release.recorded_by_id):
        refuse("sod", "您登记了本笔拨付，须由财政部门另一人复核。", "职责分离 SD1")
    return project, release


@operation("复核拨付")
def approve_release(project_id: int, release_id: int, *, actor: User, on: date) -> Release:
    project, release = _lock(project_id, release_id, actor)
    release.allocation.project = project
    refuse_if_blocking(rules.check_open_books(settled=queries.settled(project)))
    if release.reverses is None:
        sending = queries.sending_of(release.allocation, release)
        refuse_if_blocking(rules.check_release(sending, amount=release.amount, released_on=release.released_on, on=on))
    release.state, release.approved_by, release.approved_on = State.APPROVED, actor, on
    release.save(update_fields=["state", "approved_by", "approved_on"])
    match_again(project, release.allocation, on=on)
    refresh_alerts(project, on)
    what = "复核拨付更正，减少" if release.reverses_id else "复核拨付"
    _journal(release, f"{what} {yuan(release.amount)}（{release.number}）", state=release.state)
    return release


@operation("退回拨付")
def return_release(project_id: int, release_id: int, *, actor: User, reason: str, on: date) -> Release:
    """Back to who recorded it; recorded anew it is a new row."""
    project, release = _lock(project_id, release_id, actor)
    if not reason.strip():
        refuse("reason", "请写明退回理由。", field="reason")
    release.state, release.return_reason = State.RETURNED, reason.strip()
    release.save(update_fields=["state", "return_reason"])
    refresh_alerts(project, on)
    _journal(release, f"退回拨付 {yuan(release.amount)}（{release.number}）：{reason.strip()}", state=release.state)
    return release


def _journal(release: Release, text: str, **changes: Any) -> None:
    journal.record(project_id=release.project_id, subject=f"release:{release.pk}", text=text, **changes)
