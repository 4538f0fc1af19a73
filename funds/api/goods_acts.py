"""采购与合同: packages, contracts and the steps between them, each one call to the operation of its page."""

from typing import Any, cast

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers

from funds.api.goods import ContractData, StepData, told_of
from funds.api.seen import SeenData
from funds.forms.contracts import StepForm
from funds.models import ABOUT_STEP, Contract, Package, PurchaseStep
from funds.operations import contracts as operations
from funds.operations import packages
from funds.rules.contracts import MOST_ITEMS
from funds.rules.procurement import PROCUREMENT
from policy.findings import Finding
from policy.money import ZERO
from policy.terms import PurchaseStage
from projects.api import Act, ProjectReading
from projects.models import Project
from ui.api import Asked, Money, Person, Rows, SeenAsked, Text, Told, Uploads, Whole

MOST = 1_000_000
WAYS = [(way, way) for way in PROCUREMENT]


class WarningData(Told):
    message = serializers.CharField(help_text="说明")
    clause = serializers.CharField(help_text="依据")


class Warned(Told):
    warnings = WarningData(many=True, help_text="已登记，但须注意")


def words(findings: tuple[Finding, ...]) -> list[dict[str, str]]:
    return [{"message": one.message, "clause": one.clause} for one in findings]


class PackageItemData(Told):
    name = serializers.CharField(help_text="名称")
    model = serializers.CharField(help_text="规格型号")
    quantity = serializers.IntegerField(help_text="数量")
    unit_price = Money(help_text="预算单价")


class PackageData(Told):
    id = serializers.IntegerField()
    name = serializers.CharField(help_text="采购包名称")
    category = serializers.CharField(help_text="支出类别代码")
    procurement = serializers.CharField(help_text="采购方式")
    budget = Money(help_text="采购预算")
    items = PackageItemData(many=True, source="lines", help_text="明细")
    contracts = serializers.ListField(child=serializers.IntegerField(), source="contract_ids", help_text="所签合同")
    recorded_by = Person(help_text="登记人")
    recorded_on = serializers.DateField()
    voided_on = serializers.DateField(allow_null=True, help_text="作废日期")
    void_reason = serializers.CharField(help_text="作废理由")
    seen = SeenData(again=False)


class PackageDone(PackageData, Warned):
    """A package as it was kept, and what deserves a word."""


def with_lines(package: Package) -> Package:
    package.lines = list(package.items.all())  # type: ignore[attr-defined]
    package.contract_ids = [contract.pk for contract in package.contracts.all()]  # type: ignore[attr-defined]
    return package


class Packages(ProjectReading):
    summary, tag = "采购包列表", "采购与设备"
    answers, many = PackageData, True

    def found(self, asked: dict[str, Any]) -> QuerySet[Package]:
        rows = self.project.packages.select_related("recorded_by").prefetch_related("items", "contracts")
        return rows.order_by("pk")

    def rows(self, page: list[Package]) -> list[Package]:
        return [with_lines(package) for package in page]


class PackageItemAsked(Asked):
    name = Text(max_length=120, help_text="名称")
    model = Text(max_length=120, required=False, allow_blank=True, default="", help_text="规格型号")
    quantity = Whole(max_value=MOST, help_text="数量")
    unit_price = Money(help_text="预算单价")


class PackageAsked(Asked):
    name = Text(max_length=120, help_text="采购包名称")
    category = Text(max_length=32, help_text="支出类别代码")
    procurement = serializers.ChoiceField(WAYS, help_text="采购方式")
    budget = Money(help_text="采购预算")
    items = Rows(child=PackageItemAsked(), max_length=MOST_ITEMS, help_text="明细")


class RecordPackage(Act):
    summary, tag = "登记采购包", "采购与设备"
    asks, answers, made = PackageAsked, PackageDone, 201

    def run(self, given: dict[str, Any]) -> Package:
        given["items"] = [(row["name"], row["model"], row["quantity"], row["unit_price"]) for row in given["items"]]
        done = operations.record_package(self.project.pk, actor=self.actor, on=self.today, **given)
        package = with_lines(cast(Package, done.row))
        package.warnings = words(done.warnings)  # type: ignore[attr-defined]
        return package


class OnPackage(Act):
    tag = "采购与设备"

    def find(self) -> None:
        self.package: Package = get_object_or_404(self.project.packages, pk=self.kwargs["package_id"])

    @property
    def ids(self) -> tuple[int, int]:
        return self.project.pk, self.package.pk


class EditPackageAsked(PackageAsked, SeenAsked):
    """The facts, and what was read before they were changed."""


class EditPackage(OnPackage):
    summary = "修改采购包"
    description = "签订合同以前；明细整体替换。"
    asks, answers = EditPackageAsked, PackageDone

    def run(self, given: dict[str, Any]) -> Package:
        given["items"] = [(row["name"], row["model"], row["quantity"], row["unit_price"]) for row in given["items"]]
        done = packages.edit_package(*self.ids, actor=self.actor, on=self.today, **given)
        package = with_lines(cast(Package, done.row))
        package.warnings = words(done.warnings)  # type: ignore[attr-defined]
        return package


class VoidAsked(Asked):
    reason = Text(max_length=200, help_text="作废理由")


class VoidPackage(OnPackage):
    summary = "作废采购包"
    description = "签订合同以前；原记录仍可查看，不再计入。"
    asks, answers = VoidAsked, PackageData

    def run(self, given: dict[str, Any]) -> Package:
        return with_lines(packages.void_package(*self.ids, actor=self.actor, on=self.today, **given))


class ContractAsked(Asked):
    number = Text(max_length=80, help_text="合同编号")
    name = Text(max_length=160, help_text="合同名称")
    supplier = Text(max_length=120, help_text="供应商")
    package = Whole(source="package_id", required=False, allow_null=True, help_text="采购包")
    category = Text(max_length=32, help_text="支出类别代码")
    procurement = serializers.ChoiceField(WAYS, required=False, allow_blank=True, help_text="采购方式")
    amount = Money(help_text="合同金额")
    signed_on = serializers.DateField(help_text="签订日期")
    retention = Money(least=ZERO, required=False, help_text="质保金")
    retention_due_on = serializers.DateField(required=False, allow_null=True, help_text="质保金到期日")
    uploads = Uploads(default=list, help_text="合同扫描件；登记时至少一份")


OPTIONAL = {"package_id": None, "procurement": "", "retention": ZERO, "retention_due_on": None}


class ContractDone(ContractData, Warned):
    """A contract as it was kept, and what deserves a word."""


class ContractAct(Act):
    asks: type[Asked] | None = ContractAsked
    answers: type[Told] = ContractDone
    tag = "采购与设备"

    def check(self, given: dict[str, Any]) -> dict[str, Any]:
        package = given["package_id"]
        if package and not self.project.packages.filter(pk=package, voided_on=None).exists():
            raise serializers.ValidationError({"package": ["本项目没有登记这个采购包。"]})
        return given

    def told(self, done: operations.Recorded) -> dict[str, Any]:
        row = self.project.contracts.select_related("package").get(pk=done.row.pk)
        return told_of(row, self.project) | {"warnings": words(done.warnings)}


class RecordContract(ContractAct):
    summary = "登记合同"
    description = "扫描件以 multipart/form-data 随同上传。"
    made = 201

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        given = self.check(OPTIONAL | given)
        return self.told(operations.record_contract(self.project.pk, actor=self.actor, on=self.today, **given))


class EditContractAsked(ContractAsked, SeenAsked):
    """The facts, and what was read before they were changed."""


class EditContract(ContractAct):
    summary = "修改合同"
    description = "有已认定或待认定支出的不能修改；没有发送的可选项保持原样，文件追加。"
    asks = EditContractAsked

    def find(self) -> None:
        self.contract: Contract = get_object_or_404(self.project.contracts, pk=self.kwargs["contract_id"])

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        given = self.check({name: getattr(self.contract, name) for name in OPTIONAL} | given)
        ids = (self.project.pk, self.contract.pk)
        return self.told(operations.edit_contract(*ids, actor=self.actor, on=self.today, **given))


class VoidContract(ContractAct):
    summary = "作废合同"
    description = "没有支出和设备关联的；原记录仍可查看，不再计入。"
    asks = VoidAsked

    def find(self) -> None:
        self.contract: Contract = get_object_or_404(self.project.contracts, pk=self.kwargs["contract_id"])

    def run(self, given: dict[str, Any]) -> dict[str, Any]:
        ids = (self.project.pk, self.contract.pk)
        return self.told(operations.Recorded(packages.void_contract(*ids, actor=self.actor, on=self.today, **given)))


class StepAsked(Asked):
    stage = serializers.ChoiceField(PurchaseStage.choices, help_text="步骤；签约以前的可登记在采购包下")
    day = serializers.DateField(help_text="日期")
    number = Text(max_length=160, required=False, allow_blank=True, help_text="文号或链接")
    note = Text(max_length=200, required=False, allow_blank=True, help_text="说明")
    amount = Money(required=False, allow_null=True, help_text="合同变更后的金额")
    pay_until = serializers.DateField(required=False, allow_null=True, help_text="合同变更后的付款期限")
    uploads = Uploads(help_text="材料")


class StepDone(StepData, Warned):
    """A step as it was kept, and what deserves a word."""


class StepAct(Act):
    asks: type[Asked] | None = StepAsked
    answers: type[Told] = StepDone
    tag, made = "采购与设备", 201

    def check(self, given: dict[str, Any], *, signed: bool) -> dict[str, Any]:
        """The steps the form of the page offers, and no others."""
        known = dict(StepForm(project=self.project, signed=signed).fields["stage"].choices)  # type: ignore[attr-defined]
        if given["stage"] not in known:
            raise serializers.ValidationError(
                {"stage": [f"应为：{'、'.join(f'{k}（{v}）' for k, v in known.items())}。"]}
            )
        return given

    def told(self, done: operations.Recorded) -> PurchaseStep:
        step = cast(PurchaseStep, done.row)
        step.files = files_of(step, self.project)  # type: ignore[attr-defined]
        step.warnings = words(done.warnings)  # type: ignore[attr-defined]
        return step


def files_of(step: PurchaseStep, project: Project) -> list:
    return list(project.attachments.filter(about=ABOUT_STEP, about_id=step.pk).select_related("uploaded_by"))


class RecordStep(StepAct):
    summary = "登记合同的采购步骤"

    def find(self) -> None:
        self.contract = get_object_or_404(self.project.contracts, pk=self.kwargs["contract_id"])

    def run(self, given: dict[str, Any]) -> PurchaseStep:
        given = self.check(given, signed=True) | {"contract_id": self.contract.pk}
        return self.told(operations.record_step(self.project.pk, actor=self.actor, on=self.today, **given))


class RecordPackageStep(StepAct):
    summary = "登记采购包的采购步骤"

    def find(self) -> None:
        self.package = get_object_or_404(self.project.packages, pk=self.kwargs["package_id"])

    def run(self, given: dict[str, Any]) -> PurchaseStep:
        given = self.check(given, signed=False) | {"package_id": self.package.pk}
        return self.told(operations.record_step(self.project.pk, actor=self.actor, on=self.today, **given))


class VoidStep(StepAct):
    summary = "作废采购步骤"
    description = "另记一条作废，原记录仍可查看；答复为作废记录。"
    asks = VoidAsked

    def find(self) -> None:
        self.step = get_object_or_404(self.project.purchase_steps, pk=self.kwargs["step_id"])

    def run(self, given: dict[str, Any]) -> PurchaseStep:
        ids = (self.project.pk, self.step.pk)
        row = operations.void_step(*ids, actor=self.actor, on=self.today, **given)
        return self.told(operations.Recorded(row))
