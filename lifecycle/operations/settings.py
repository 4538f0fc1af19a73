"""设定确认单: drafted by one office, signed by both departments, in force from a day that lies ahead."""

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.journal import operation, record
from accounts.models import User
from accounts.persons import accounts_of
from accounts.queries import check_may_sign
from accounts.roles import Action
from lifecycle.queries.settings import provinces_of
from lifecycle.queries.waivers import line_of
from policy import loader
from policy.confirmed import Confirmed, check_rows
from policy.findings import refuse, refuse_if_blocking
from policy.terms import Line
from projects import access, confirmed
from projects.models import SettingSheet

State = SettingSheet.State
CLAUSE = "手册 0：本省设定由两部门确认"


@operation("拟制设定确认单")
def draft_settings(
    *,
    edition_code: str,
    number: str,
    effective_on: date,
    rows: Sequence[Confirmed],
    note: str = "",
    actor: User,
    on: date,
) -> SettingSheet:
    """Sent for both signatures at once; returned, a new one is drafted."""
    access.require(actor, Action.DRAFT_SETTINGS)
    if edition_code not in loader.configured():
        refuse("edition", "没有这个政策版本，请重新选择。", CLAUSE, field="edition")
    refuse_if_blocking(check_rows(loader.edition(edition_code), rows))
    if not number.strip():
        refuse("number", "请填写编号。", CLAUSE, field="number")
    if SettingSheet.objects.filter(number=number.strip()[:80]).exists():
        refuse("number", f"编号 {number.strip()} 已用过，请更换。", CLAUSE, field="number")
    _refuse_past(effective_on, on)
    if SettingSheet.objects.filter(edition_code=edition_code, state=State.SIGNING).exists():
        refuse("waiting", "这个政策版本已有一份确认单待签署，请先签署或退回。", CLAUSE)
    sheet = SettingSheet.objects.create(
        province=min(provinces_of(actor)),
        edition_code=edition_code,
        number=number.strip()[:80],
        effective_on=effective_on,
        rows=[{"key": row.key, "text": row.text.strip(), "blocks": row.blocks} for row in rows],
        note=note.strip()[:300],
        state=State.SIGNING,
        drafted_by=actor,
        drafted_on=on,
    )
    record(subject=f"setting:{sheet.pk}", text=f"{sheet}：确认 {len(rows)} 项数值，{effective_on} 生效")
    return sheet


def _refuse_past(effective_on: date, on: date) -> None:
    if effective_on <= on:
        text = f"生效日期 {effective_on} 应晚于今天 {on}：设定只对以后生效，已作出的认定和决定不变。"
        refuse("effective_on", text, CLAUSE, field="effective_on")


def _locked(sheet_id: int, *, actor: User) -> SettingSheet:
    sheet = SettingSheet.objects.select_for_update(no_key=True).get(pk=sheet_id)
    access.require(actor, Action.APPROVE_SETTINGS)
    if sheet.province not in provinces_of(actor):
        raise PermissionDenied("设定确认单由拟制的省办理")
    if sheet.state != State.SIGNING:
        refuse("state", f"{sheet}{sheet.get_state_display()}，不能再办理。", CLAUSE)
    return sheet


@operation("签署设定确认单")
def sign_settings(sheet_id: int, *, actor: User, on: date) -> SettingSheet:
    """One signature of each department; neither is the drafter's (SD1, SD2)."""
    sheet = _locked(sheet_id, actor=actor)
    line = line_of(actor)
    if line is None:
        raise PermissionDenied("设定确认单由省人社厅负责人和省财政厅负责人签署")
    _refuse_past(sheet.effective_on, on)
    refuse_if_blocking(check_may_sign(actor, timezone.now()))
    if actor.pk in accounts_of(sheet.drafted_by_id, sheet.hr_by_id, sheet.finance_by_id):
        refuse("sod", "您拟制或已签署过本确认单，不能再签署，请由另一位负责人办理。", "职责分离 SD1、SD2")
    name = "hr" if line == Line.HR else "finance"
    if getattr(sheet, f"{name}_by_id"):
        refuse("line", f"{line.label}部门已签署，等待另一部门。", CLAUSE)
    setattr(sheet, f"{name}_by", actor)
    setattr(sheet, f"{name}_on", on)
    both = sheet.hr_by_id is not None and sheet.finance_by_id is not None
    sheet.state = State.EFFECTIVE if both else State.SIGNING
    sheet.save(update_fields=["state", f"{name}_by", f"{name}_on"])
    if both:
        transaction.on_commit(confirmed.refresh)
    said = f"{line.label}签署" + (f"，两部门确认，{sheet.effective_on} 生效" if both else "，等待另一部门")
    record(subject=f"setting:{sheet.pk}", text=f"{sheet}：{said}")
    return sheet


@operation("退回设定确认单")
def return_settings(sheet_id: int, *, reason: str, actor: User, on: date) -> SettingSheet:
    sheet = _locked(sheet_id, actor=actor)
    if not reason.strip():
        refuse("reason", "请写明退回理由。", field="reason")
    sheet.state, sheet.returned_by, sheet.returned_on = State.RETURNED, actor, on
    sheet.returned_why = reason.strip()[:300]
    sheet.save(update_fields=["state", "returned_by", "returned_on", "returned_why"])
    record(subject=f"setting:{sheet.pk}", text=f"{sheet}退回：{sheet.returned_why}")
    return sheet
