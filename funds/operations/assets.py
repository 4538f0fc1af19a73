"""设备台账: cards by the unit, ticked on site by others."""

import secrets
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from accounts import journal
from accounts.journal import operation
from accounts.models import User
from accounts.roles import Action
from funds.models import ABOUT_ASSET, ABOUT_CHECK, Asset, AssetCheck, Contract, Voucher
from funds.operations.flags import refresh_flags
from funds.operations.seen import check_seen
from funds.rules import assets as rules
from policy.findings import refuse, refuse_if_blocking
from policy.spelling import number_key
from policy.terms import VoucherState
from projects import access, files
from projects.models import Project

Uploads = Iterable[UploadedFile]
FACTS = ("card_number", "name", "model", "room", "keeper", "quantity", "unit_price", "acquired_on")
ATTEMPTS = 8


@operation("登记设备")
def record_asset(
    project_id: int,
    *,
    actor: User,
    on: date,
    voucher_id: int | None = None,
    contract_id: int | None = None,
    photos: Uploads = (),
    **facts: Any,
) -> Asset:
    """`facts`: FACTS. Its label is made here."""
    project = access.enter(project_id, actor=actor, action=Action.RECORD_ASSET)
    told = _checked(project, facts, on)
    asset = Asset(project=project, recorded_by=actor, recorded_on=on, **told)
    asset.voucher, asset.contract = _linked(project, voucher_id, contract_id)
    _save_labelled(asset)
    _keep(project, ABOUT_ASSET, asset.pk, "设备照片", photos, actor, on)
    _refresh(project, [asset.voucher], on, asset.contract)
    _journal(asset, f"登记设备 {asset}，标签 {asset.label}", **told)
    return asset


def _checked(project: Project, facts: dict[str, Any], on: date, asset: Asset | None = None) -> dict[str, Any]:
    told: dict[str, Any] = {
        name: value.strip() if isinstance(value, str) else value for name, value in facts.items() if name in FACTS
    }
    others = project.assets.exclude(pk=asset.pk if asset else 0)
    refuse_if_blocking(
        rules.check_card(
            card_number=told["card_number"],
            twin=others.filter(card_key=number_key(told["card_number"])).exists(),
            name=told["name"],
            room=told["room"],
            unit_price=told["unit_price"],
            acquired_on=told["acquired_on"],
            retired=asset is not None and asset.retired_on is not None,
            on=on,
        )
    )
    return told


def _linked(project: Project, voucher_id: int | None, contract_id: int | None) -> tuple[Any, Any]:
    """Both through the project, so that no foreign id gets in."""
    voucher = project.vouchers.get(pk=voucher_id, reverses=None) if voucher_id else None
    if voucher is not None and voucher.state == VoucherState.DRAFT:
        refuse("draft", "支出尚是草稿，提交后再关联设备。", field="voucher_id")
    contract = project.contracts.get(pk=contract_id) if contract_id else None
    if contract is not None and contract.voided_on:
        refuse("contract", "所选合同已作废，不能关联设备。请改选合同。", field="contract_id")
    return voucher, contract


def _save_labelled(asset: Asset) -> None:
    """A label nobody has; two made at one moment are told apart by the database."""
    for _ in range(ATTEMPTS):
        asset.label = "".join(secrets.choice(rules.ALPHABET) for _ in range(rules.LABEL_LENGTH))
        try:
            with transaction.atomic():
                asset.save(force_insert=True)
        except IntegrityError:
            if not Asset.objects.filter(label=asset.label).exists():
                raise
        else:
            return
    refuse("label", "未能生成标签码，请重新提交一次。")


def _keep(project: Project, about: str, about_id: int, purpose: str, photos: Uploads, actor: User, on: date) -> None:
    for photo in photos:
        files.accept(project, photo, about=about, about_id=about_id, purpose=purpose, actor=actor, on=on)


def _refresh(project: Project, vouchers: Iterable[Voucher | None], on: date, *contracts: Contract | None) -> None:
    """The 60-day flag of the payments, or of those under a contract, that a card was linked to or taken from."""
    found = [row for row in vouchers if row is not None]
    ids = [contract.pk for contract in contracts if contract is not None]
    found += project.vouchers.filter(contract__in=ids, reverses=None).select_related("contract") if ids else []
    if found:
        refresh_flags(project, found, on=on)


@operation("修改设备")
def edit_asset(
    project_id: int,
    asset_id: int,
    *,
    actor: User,
    on: date,
    voucher_id: int | None = None,
    contract_id: int | None = None,
    photos: Uploads = (),
    seen: str | None = None,
    **facts: Any,
) -> Asset:
    """Moves, new keepers, corrections; the journal keeps what stood before. The label stays."""
    project = access.enter(project_id, actor=actor, action=Action.RECORD_ASSET)
    asset = project.assets.select_related("voucher", "contract").get(pk=asset_id)
    check_seen(project, asset, seen, actor=actor)
    told, before, under = _checked(project, facts, on, asset), asset.voucher, asset.contract
    changed = {name: value for name, value in told.items() if getattr(asset, name) != value}
    was = {f"before_{name}": getattr(asset, name) for name in changed}
    for name, value in changed.items():
        setattr(asset, name, value)
    asset.voucher, asset.contract = _linked(project, voucher_id, contract_id)
    asset.save(update_fields=[*changed, "card_key", "voucher", "contract"])
    _keep(project, ABOUT_ASSET, asset.pk, "设备照片", photos, actor, on)
    _refresh(project, [before, asset.voucher], on, under, asset.contract)
    _journal(asset, f"修改设备 {asset}", **was, **changed)
    return asset


@operation("登记设备处置")
def retire_asset(project_id: int, asset_id: int, *, actor: User, retired_on: date, reason: str, on: date) -> Asset:
    project = access.enter(project_id, actor=actor, action=Action.RECORD_ASSET)
    asset = project.assets.select_related("voucher").get(pk=asset_id)
    refuse_if_blocking(
        rules.check_retirement(
            retired=asset.retired_on is not None,
            reason=reason,
            acquired_on=asset.acquired_on,
            retired_on=retired_on,
            on=on,
        )
    )
    asset.retired_on, asset.retired_why = retired_on, reason.strip()[:200]
    asset.save(update_fields=["retired_on", "retired_why"])
    _journal(asset, f"登记设备处置 {asset}：{asset.retired_why}", retired_on=retired_on)
    return asset


@operation("现场核对设备")
def check_asset(
    project_id: int,
    asset_id: int,
    *,
    actor: User,
    found: bool,
    room: str = "",
    note: str = "",
    photos: Uploads = (),
    on: date,
) -> AssetCheck:
    """账实是否相符, seen on site. A later visit is a further row."""
    project = access.enter(project_id, actor=actor, action=Action.CHECK_ASSET)
    asset = project.assets.get(pk=asset_id)
    own = project.organisation_id in {one.organisation_id for one in actor.live_memberships}
    refuse_if_blocking(rules.check_visit(retired=asset.retired_on is not None, own_unit=own, found=found, note=note))
    check = AssetCheck.objects.create(
        asset=asset,
        found=found,
        room=room.strip() or asset.room,
        note=note.strip()[:200],
        checked_by=actor,
        checked_on=on,
    )
    _keep(project, ABOUT_CHECK, check.pk, "现场照片", photos, actor, on)
    _journal(asset, f"现场核对 {asset}：{'相符' if found else '不符'} {check.note}", found=found, room=check.room)
    return check


def _journal(asset: Asset, text: str, **changes: Any) -> None:
    journal.record(project_id=asset.project_id, subject=f"asset:{asset.pk}", text=text[:300], **changes)
