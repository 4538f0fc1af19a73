"""问题资金: what the unit proves or pays back and what finance writes off counts once another person confirms it."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from accounts import journal
from accounts.journal import operation
from accounts.models import User
from accounts.notices import notify
from accounts.queries import people_who_may
from accounts.roles import Action, Role
from funds import balances
from funds.alerts import refresh_alerts
from funds.ledger import ISSUED_SOURCES
from funds.models import ABOUT_FOUND_MONEY, FoundMoney, FoundMoneyEntry
from funds.queries.found_money import entry_of, finders_of, second_facts, slip_of, standing_of
from funds.queries.settlements import claimed
from funds.rules import found_money as rules
from policy.findings import refuse, refuse_if_blocking
from policy.money import yuan
from policy.terms import FoundMoneyMove
from projects import access, files
from projects.models import Project

State = FoundMoneyEntry.State


@operation("登记问题资金处理")
def record_found_money(
    project_id: int,
    found_id: int,
    *,
    actor: User,
    move: str,
    amount: Decimal,
    happened_on: date,
    number: str,
    note: str = "",
    uploads: Iterable[UploadedFile] = (),
    on: date,
) -> FoundMoneyEntry:
    """Nothing is counted yet; two entries together never ask for more than is left."""
    project, papers = access.enter(project_id, actor=actor, action=Action.RECORD_FOUND_MONEY), list(uploads)
    row = FoundMoney.objects.select_related("voucher", "finding", "found_by").get(pk=found_id, project=project)
    _check_claim(project, row, move)
    refuse_if_blocking(
        rules.check_entry(
            standing_of(row),
            move=move,
            amount=amount,
            happened_on=happened_on,
            number=number,
            twin=slip_of(project, number),
            has_file=bool(papers),
            unit=access.is_unit(actor),
            on=on,
        )
    )
    entry = row.entries.create(
        move=FoundMoneyMove(move), amount=amount, on=happened_on, number=number.strip(), note=note.strip()[:300],
        recorded_by=actor, recorded_on=on, finder=row.found_by,
    )  # fmt: skip
    for upload in papers:
        purpose = f"{FoundMoneyMove(move).label}证明"
        files.accept(project, upload, about=ABOUT_FOUND_MONEY, about_id=entry.pk, purpose=purpose, actor=actor, on=on)
    _tell_confirmers(project, row, entry, on)
    _journal(project, entry, f"登记{entry.get_move_display()} {yuan(amount)}（{entry.number}）")
    return entry


def _tell_confirmers(project: Project, row: FoundMoney, entry: FoundMoneyEntry, on: date) -> None:
    finders, able = finders_of(row), people_who_may(Action.CONFIRM_FOUND_MONEY, project.organisation, on)
    people = [one for one in able if _acts(one, entry.move) and one.pk not in finders]
    text = f"{project.name}：问题资金{entry.get_move_display()} {yuan(entry.amount)} 待复核"
    notify(people, key=f"found_entry:{entry.pk}", text=text, url=_url(project))


def _check_claim(project: Project, row: FoundMoney, move: str) -> None:
    """One yuan comes back once: under the claim that stands, or as 追回, never both."""
    issued = row.voucher is not None and row.voucher.source in ISSUED_SOURCES
    if move == FoundMoneyMove.RECOVERED and issued and claimed(project):
        said = "清算已批准，未整改的问题资金已列入追缴，不再另行追回。"
        refuse("claimed", f"{said}请由财政在“清算”页登记缴回，避免重复缴款。", "通知五")


def _acts(user: User, move: str) -> bool:
    if move == FoundMoneyMove.WRITTEN_OFF:
        return Role.PFL in user.roles
    return bool(user.roles & {Role.CF, Role.PF})


def _waiting(project_id: int, entry_id: int, actor: User, on: date) -> tuple[Project, FoundMoneyEntry]:
    project = access.enter(project_id, actor=actor, action=Action.CONFIRM_FOUND_MONEY)
    entry = entry_of(project).get(pk=entry_id)
    refuse_if_blocking(rules.check_second(**second_facts(entry, actor, on)))
    return project, entry


@operation("复核问题资金处理")
def confirm_found_money(project_id: int, entry_id: int, *, actor: User, on: date) -> FoundMoneyEntry:
    """Moves the amount off the 未整改余额 by one conditional UPDATE, so that no yuan is ever put right twice."""
    project, entry = _waiting(project_id, entry_id, actor, on)
    _check_claim(project, entry.found_money, entry.move)
    balances.put_right(entry.found_money_id, FoundMoneyMove(entry.move), entry.amount)
    _close(entry, State.CONFIRMED, actor, on)
    refresh_alerts(project, on)
    _journal(project, entry, f"确认{entry.get_move_display()} {yuan(entry.amount)}（{entry.number}）")
    return entry


@operation("退回问题资金处理")
def return_found_money(project_id: int, entry_id: int, *, actor: User, reason: str, on: date) -> FoundMoneyEntry:
    """Nothing was counted; it may be recorded anew."""
    project, entry = _waiting(project_id, entry_id, actor, on)
    if not reason.strip():
        refuse("reason", "请写明退回理由，登记人据此改正。", field="reason")
    entry.return_reason = reason.strip()[:300]
    _close(entry, State.RETURNED, actor, on)
    said = f"退回{entry.get_move_display()} {yuan(entry.amount)}（{entry.number}）：{entry.return_reason}"
    notify([entry.recorded_by], key=f"found_back:{entry.pk}", text=f"{project.name}：{said}"[:300], url=_url(project))
    _journal(project, entry, said)
    return entry


def _close(entry: FoundMoneyEntry, state: State, actor: User, on: date) -> None:
    """Only what still waits; a second click, or a second person, finds nothing to change."""
    rows = FoundMoneyEntry.objects.filter(pk=entry.pk, state=State.RECORDED)
    changes: dict[str, Any] = {"state": state, "return_reason": entry.return_reason}
    if not rows.update(**changes, confirmed_by=actor, confirmed_on=on):
        refuse("state", "这笔处理刚由另一人办理，请刷新后核对。")
    entry.refresh_from_db()


def _url(project: Project) -> str:
    return f"/projects/{project.pk}/funds/found-money/"


def _journal(project: Project, entry: FoundMoneyEntry, text: str) -> None:
    journal.record(
        project_id=project.pk, subject=f"found_money:{entry.found_money_id}", text=text[:300], state=entry.state,
        amount=entry.amount,
    )  # fmt: skip
