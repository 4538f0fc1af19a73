"""采购与合同, 设备台账."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers

from funds.api.seen import SeenData
from funds.forms.assets import AssetFilter
from funds.models import Asset, Contract
from funds.queries.assets import STATES, assets_of, checks_of, photos_of, state_of
from funds.queries.contracts import Standing, contract_files, history_of, standing_of
from policy.terms import PurchaseStage
from projects.api import ProjectReading
from projects.models import Project
from ui.api import Money, Person, Stored, Told


class ContractRow(Told):
    id = serializers.IntegerField(source="contract.pk")
    number = serializers.CharField(source="contract.number", help_text="合同编号")
    name = serializers.CharField(source="contract.name", help_text="合同名称")
    supplier = serializers.CharField(source="contract.supplier", help_text="供应商")
    category = serializers.CharField(source="contract.category", help_text="支出类别代码")
    procurement = serializers.CharField(source="contract.procurement", help_text="采购方式")
    package = serializers.CharField(source="contract.package", allow_null=True, help_text="采购包")
    signed_on = serializers.DateField(source="contract.signed_on", help_text="签订日期")
    amount = Money(source="contract.amount", help_text="签订时的合同金额")
    amount_now = Money(source="amount", help_text="现行合同金额，按合同变更；已作废的为 0")
    pay_until = serializers.DateField(source="worth.pay_until", allow_null=True, help_text="现行付款（质保金）期限")
    voided_on = serializers.DateField(source="contract.voided_on", allow_null=True, help_text="作废日期")
    void_reason = serializers.CharField(source="contract.void_reason", help_text="作废理由")
    retention = Money(source="contract.retention", help_text="质保金")
    retention_due_on = serializers.DateField(source="contract.retention_due_on", allow_null=True)
    paid = Money(help_text="已付，减冲销")
    left = Money(help_text="已签约未付")
    retention_left = Money(help_text="其中质保金")


class StepData(Told):
    id = serializers.IntegerField()
    stage = serializers.ChoiceField(PurchaseStage.choices)
    on = serializers.DateField()
    number = serializers.CharField(help_text="文号或链接")
    note = serializers.CharField(help_text="说明")
    amount = Money(allow_null=True, help_text="合同变更后的金额")
    pay_until = serializers.DateField(allow_null=True, help_text="合同变更后的付款期限")
    voids = serializers.IntegerField(source="voids_id", allow_null=True, help_text="所作废的步骤")
    recorded_by = Person()
    files = Stored(many=True)


class ContractData(ContractRow):
    steps = StepData(many=True, source="history", help_text="各步骤，含已作废的")
    files = Stored(many=True)
    seen = SeenData(source="contract")


class Contracts(ProjectReading):
    summary, tag = "合同列表", "采购与设备"
    answers, many = ContractRow, True

    def found(self, asked: dict[str, Any]) -> QuerySet[Contract]:
        return self.project.contracts.select_related("package")

    def rows(self, page: list[Contract]) -> list[Standing]:
        return standing_of(page)


class OneContract(ProjectReading):
    summary, tag = "一份合同", "采购与设备"
    answers = ContractData

    def find(self) -> None:
        rows = self.project.contracts.select_related("package")
        self.contract = get_object_or_404(rows, pk=self.kwargs["contract_id"])

    def found(self, asked: dict[str, Any]) -> dict[str, Any]:
        return told_of(self.contract, self.project)


def told_of(contract: Contract, project: Project) -> dict[str, Any]:
    """All that `ContractData` tells."""
    contract.project = project
    [standing] = standing_of([contract])
    told = {name: getattr(standing, name) for name in ("contract", "amount", "worth", "paid", "left", "retention_left")}
    return told | {"history": history_of(contract), "files": contract_files(contract)}


class AssetRow(Told):
    id = serializers.IntegerField()
    card_number = serializers.CharField(help_text="资产卡号")
    label = serializers.CharField(help_text="标签码")  # type: ignore[assignment]
    name = serializers.CharField(help_text="设备名称")
    model = serializers.CharField(help_text="规格型号")
    room = serializers.CharField(help_text="存放地点")
    keeper = serializers.CharField(help_text="保管人")
    quantity = serializers.IntegerField(help_text="数量")
    unit_price = Money(help_text="单价")
    acquired_on = serializers.DateField(help_text="取得日期")
    payment = serializers.IntegerField(source="voucher_id", allow_null=True, help_text="支出")
    contract = serializers.IntegerField(source="contract_id", allow_null=True, help_text="合同")
    state = serializers.SerializerMethodField(help_text=f"核对情况：{'、'.join(STATES.values())}")
    seen_on = serializers.DateField(allow_null=True, help_text="最近核对日期")
    retired_on = serializers.DateField(allow_null=True, help_text="处置日期")
    retired_why = serializers.CharField(help_text="处置原因")

    def get_state(self, asset: Asset) -> str:
        return state_of(asset)


class CheckData(Told):
    found = serializers.BooleanField(help_text="账实相符")
    room = serializers.CharField(help_text="所在地点")
    note = serializers.CharField(help_text="说明")
    checked_by = Person(help_text="核对人")
    checked_on = serializers.DateField(help_text="核对日期")
    photos = Stored(many=True)


class AssetData(AssetRow):
    photos = Stored(many=True)
    checks = CheckData(many=True, source="visits", help_text="现场核对，新的在前")
    seen = SeenData()


class Assets(ProjectReading):
    summary, tag = "设备台账", "采购与设备"
    answers, many, filters = AssetRow, True, AssetFilter

    def found(self, asked: dict[str, Any]) -> QuerySet[Asset]:
        return assets_of(self.project, asked)


class OneAsset(ProjectReading):
    summary, tag = "一台设备", "采购与设备"
    answers = AssetData

    def find(self) -> None:
        self.asset = get_object_or_404(assets_of(self.project), pk=self.kwargs["asset_id"])

    def found(self, asked: dict[str, Any]) -> Asset:
        return with_visits(self.asset)


def with_visits(asset: Asset) -> Asset:
    """With all that `AssetData` tells."""
    asset.photos, asset.visits = photos_of(asset), checks_of(asset)  # type: ignore[attr-defined]
    return asset
