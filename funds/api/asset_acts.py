"""设备台账: cards entered, changed and retired by the unit, ticked on site by others."""

from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework import serializers

from funds.api.goods import AssetData, CheckData, with_visits
from funds.models import Asset, AssetCheck
from funds.operations import assets as operations
from funds.queries.assets import assets_of, payable
from projects.api import Act
from ui.api import Asked, Money, SeenAsked, Text, Told, Uploads, Whole

MOST = 100_000


class AssetAsked(Asked):
    card_number = Text(max_length=80, help_text="资产卡号")
    name = Text(max_length=120, help_text="设备名称")
    model = Text(max_length=120, required=False, allow_blank=True, help_text="规格型号")
    room = Text(max_length=120, help_text="存放地点")
    keeper = Text(max_length=40, required=False, allow_blank=True, help_text="保管人")
    quantity = Whole(max_value=MOST, required=False, help_text="数量，登记时不填为 1")
    unit_price = Money(help_text="单价")
    acquired_on = serializers.DateField(help_text="取得日期")
    payment = Whole(source="voucher_id", required=False, allow_null=True, help_text="支出")
    contract = Whole(source="contract_id", required=False, allow_null=True, help_text="合同")
    photos = Uploads(help_text="照片")


OPTIONAL = {"model": "", "keeper": "", "quantity": 1, "voucher_id": None, "contract_id": None}


class AssetAct(Act):
    asks: type[Asked] | None = AssetAsked
    answers: type[Told] = AssetData
    tag = "采购与设备"

    def check(self, given: dict[str, Any], *standing: int | None) -> dict[str, Any]:
        """The payments and contracts the form of the page offers, and what is linked already."""
        payment, contract = given["voucher_id"], given["contract_id"]
        if payment and payment not in standing and not payable(self.project).filter(pk=payment).exists():
            raise serializers.ValidationError({"payment": ["本项目没有可以关联的这笔支出。"]})
        if contract and not self.project.contracts.filter(pk=contract, voided_on=None).exists():
            raise serializers.ValidationError({"contract": ["本项目没有登记这份合同。"]})
        return given

    def told(self, asset: Asset) -> Asset:
        return with_visits(assets_of(self.project).get(pk=asset.pk))


class RecordAsset(AssetAct):
    summary = "登记设备"
    description = "登记后生成标签码。照片以 multipart/form-data 随同上传。"
    made = 201

    def run(self, given: dict[str, Any]) -> Asset:
        given = self.check(OPTIONAL | given)
        return self.told(operations.record_asset(self.project.pk, actor=self.actor, on=self.today, **given))


class OnAsset(AssetAct):
    def find(self) -> None:
        self.asset = get_object_or_404(assets_of(self.project), pk=self.kwargs["asset_id"])

    @property
    def ids(self) -> tuple[int, int]:
        return self.project.pk, self.asset.pk


class EditAssetAsked(AssetAsked, SeenAsked):
    """The facts, and what was read before they were changed."""


class EditAsset(OnAsset):
    summary = "修改设备"
    description = "没有发送的可选项保持原样，照片追加；标签码不变。"
    asks = EditAssetAsked

    def run(self, given: dict[str, Any]) -> Asset:
        kept = {name: getattr(self.asset, name) for name in OPTIONAL}
        given = self.check(kept | given, self.asset.voucher_id)
        return self.told(operations.edit_asset(*self.ids, actor=self.actor, on=self.today, **given))


class RetireAsked(Asked):
    retired_on = serializers.DateField(help_text="处置日期")
    reason = Text(max_length=200, help_text="处置原因和批准文号")


class RetireAsset(OnAsset):
    summary = "登记设备处置"
    asks = RetireAsked

    def run(self, given: dict[str, Any]) -> Asset:
        return self.told(operations.retire_asset(*self.ids, actor=self.actor, on=self.today, **given))


class CheckAsked(Asked):
    found = serializers.BooleanField(help_text="账实相符；不相符的须写明说明")
    room = Text(max_length=120, required=False, allow_blank=True, help_text="所在地点，与卡片不同时填写")
    note = Text(max_length=200, required=False, allow_blank=True, help_text="说明")
    photos = Uploads(help_text="现场照片")


class CheckAsset(OnAsset):
    summary = "现场核对设备"
    description = "由主管部门办理，不由单位自己核对。"
    asks, answers, made = CheckAsked, CheckData, 201

    def run(self, given: dict[str, Any]) -> AssetCheck:
        check = operations.check_asset(*self.ids, actor=self.actor, on=self.today, **given)
        return next(one for one in with_visits(self.asset).visits if one.pk == check.pk)  # type: ignore[attr-defined]
