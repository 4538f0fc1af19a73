"""设备台账: the list with what was last seen on site, labels, the workbook. Constant numbers of statements."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, Sum

from accounts.models import User
from funds.models import ABOUT_ASSET, ABOUT_CHECK, Asset, AssetCheck, Voucher
from funds.rules.flags import CARDED, LIVE
from policy.money import ZERO
from policy.terms import VoucherState
from projects import access
from projects.fields import MoneyField
from projects.models import Attachment, Project
from workbooks.writer import Sheet

GOODS = CARDED | {"materials"}  # a studio buys machines and material in one category
STATES = {"unchecked": "未核对", "found": "相符", "missing": "不符", "retired": "已处置"}


def assets_of(project: Project, asked: dict[str, Any] | None = None) -> QuerySet[Asset]:
    """`found`, `seen_on`: of the last visit."""
    last = AssetCheck.objects.filter(asset=OuterRef("pk")).order_by("-checked_on", "-pk")
    rows = project.assets.select_related("voucher", "contract").annotate(
        found=Subquery(last.values("found")[:1]), seen_on=Subquery(last.values("checked_on")[:1])
    )
    return rows.filter(_chosen(asked or {}))


def _chosen(asked: dict[str, Any]) -> Q:
    chosen = Q()
    for name in ("room", "keeper"):
        if asked.get(name):
            chosen &= Q(**{f"{name}__icontains": asked[name]})
    if word := asked.get("q"):
        chosen &= Q(name__icontains=word) | Q(card_number__icontains=word) | Q(label__iexact=word)
    state = asked.get("state")
    if state == "retired":
        return chosen & Q(retired_on__isnull=False)
    if state in ("found", "missing"):
        chosen &= Q(found=state == "found")
    if state == "unchecked":
        chosen &= Q(found=None)
    return chosen & Q(retired_on=None) if state else chosen


def state_of(asset: Asset) -> str:
    """For an asset of `assets_of`."""
    if asset.retired_on:
        return STATES["retired"]
    return STATES["unchecked" if asset.found is None else "found" if asset.found else "missing"]  # type: ignore[attr-defined]


def counts_of(project: Project) -> dict[str, int]:
    """How many cards are in each state; one statement."""
    rows, standing = assets_of(project).order_by(), Q(retired_on=None)
    told = rows.aggregate(
        n_unchecked=Count("pk", filter=standing & Q(found=None)),
        n_found=Count("pk", filter=standing & Q(found=True)),
        n_missing=Count("pk", filter=standing & Q(found=False)),
        n_retired=Count("pk", filter=~standing),
    )
    return {state: told[f"n_{state}"] for state in STATES}


def value_of(project: Project) -> Decimal:
    """What stands on the cards that are not retired; one statement."""
    worth = ExpressionWrapper(F("unit_price") * F("quantity"), output_field=MoneyField())
    return project.assets.filter(retired_on=None).aggregate(sum=Sum(worth))["sum"] or ZERO


def by_label(user: User, label: str) -> Asset | None:
    """In reach of this person, whichever project it belongs to."""
    found = Asset.objects.filter(label=label.strip().upper(), project__in=access.projects_for(user).values("pk"))
    return found.first()


def photos_of(asset: Asset) -> list[Attachment]:
    return list(Attachment.objects.filter(project=asset.project_id, about=ABOUT_ASSET, about_id=asset.pk))


def checks_of(asset: Asset) -> list[AssetCheck]:
    """Newest first, each with its `photos`. Two statements."""
    rows = list(asset.checks.select_related("checked_by"))
    kept = Attachment.objects.filter(project=asset.project_id, about=ABOUT_CHECK, about_id__in=[row.pk for row in rows])
    photos: dict[int, list[Attachment]] = {}
    for photo in kept:
        photos.setdefault(photo.about_id, []).append(photo)
    for row in rows:
        row.photos = photos.get(row.pk, [])  # type: ignore[attr-defined]
    return rows


def payable(project: Project) -> QuerySet[Voucher]:
    """Payments that a card may be linked to: equipment first of all."""
    rows = project.vouchers.filter(reverses=None, state__in=LIVE | {VoucherState.RETURNED})
    return rows.filter(category__in=GOODS).order_by("-paid_on", "-pk")


HEADS = (
    "资产卡号", "标签码", "设备名称", "规格型号", "存放地点", "保管人", "数量", "单价（元）", "金额（元）", "取得日期",
    "支出凭证", "合同", "核对情况", "最近核对日期", "处置日期", "处置原因",
)  # fmt: skip


def sheet_of(project: Project, rows: Iterable[Asset], on: date, asked: str = "") -> Sheet:
    return Sheet(
        name="设备台账",
        headers=HEADS,
        rows=[
            (
                row.card_number, row.label, row.name, row.model, row.room, row.keeper, row.quantity, row.unit_price,
                row.unit_price * row.quantity, row.acquired_on, row.voucher.number if row.voucher else "",
                row.contract.number if row.contract else "", state_of(row), row.seen_on, row.retired_on,  # type: ignore[attr-defined]
                row.retired_why,
            )
            for row in rows
        ],
        titles=(f"{project.name} 设备台账", f"截至 {on}{'，' + asked if asked else ''}；金额单位：元"),
        widths=(18, 10, 24, 18, 18, 10, 6, 14, 14, 12, 14, 16, 10, 12, 12, 24),
    )  # fmt: skip
