"""采购与合同, 设备台账: what is bought, from whom, how far it is, and where it stands now."""

from django.db import models
from django.db.models import F, Q

from funds.models.fields import NumberKey, day, person
from policy.terms import PurchaseStage
from projects.fields import MoneyField
from projects.models import Project

ABOUT_CONTRACT, ABOUT_STEP, ABOUT_ASSET, ABOUT_CHECK = "contract", "purchase_step", "asset", "asset_check"


class Voidable(models.Model):
    """作废: the row stays readable, struck out, and counts no more."""

    voided_by = person("作废人")
    voided_on = day("作废日期")
    void_reason = models.CharField("作废理由", max_length=200, blank=True)

    class Meta:
        abstract = True


class Package(Voidable):
    """采购包: goods of one category bought together, with the price they were budgeted at."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="packages")
    name = models.CharField("采购包名称", max_length=120)
    category = models.CharField("支出类别", max_length=32)
    procurement = models.CharField("采购方式", max_length=40)
    budget = MoneyField("采购预算")
    recorded_by = person("登记人", optional=False)
    recorded_on = models.DateField("登记日期")

    class Meta:
        verbose_name = verbose_name_plural = "采购包"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "name"], condition=Q(voided_on=None), name="package_name_once_per_project"
            ),
            models.CheckConstraint(condition=Q(budget__gt=0), name="package_budget_positive"),
        ]

    def __str__(self) -> str:
        return self.name


class PackageItem(models.Model):
    package = models.ForeignKey(Package, models.PROTECT, related_name="items")
    name = models.CharField("名称", max_length=120)
    model = models.CharField("规格型号", max_length=120, blank=True)
    quantity = models.PositiveIntegerField("数量")
    unit_price = MoneyField("预算单价")

    class Meta:
        verbose_name = verbose_name_plural = "采购明细"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0) & Q(unit_price__gt=0), name="package_item_positive")
        ]

    def __str__(self) -> str:
        return self.name


class Contract(Voidable):
    """合同. Signed in the build period, its last payments stay payable after it (handbook 5, L12)."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="contracts")
    package = models.ForeignKey(Package, models.PROTECT, null=True, blank=True, related_name="contracts")
    number = models.CharField("合同编号", max_length=80)
    number_key = NumberKey("合同编号键")
    name = models.CharField("合同名称", max_length=160)
    supplier = models.CharField("供应商", max_length=120)
    category = models.CharField("支出类别", max_length=32)
    procurement = models.CharField("采购方式", max_length=40, blank=True)
    amount = MoneyField("合同金额")
    signed_on = models.DateField("签订日期")
    retention = MoneyField("质保金", default=0)
    retention_due_on = day("质保金到期日")
    recorded_by = person("登记人", optional=False)
    recorded_on = models.DateField("登记日期")

    class Meta:
        verbose_name = verbose_name_plural = "合同"
        ordering = ["signed_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "number_key"], condition=Q(voided_on=None), name="contract_number_once_per_project"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="contract_positive"),
            models.CheckConstraint(
                condition=Q(retention__gte=0) & Q(retention__lte=F("amount")), name="retention_within_contract"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class PurchaseStep(models.Model):
    """One step of a purchase, with its day and paper. Added, never changed; a wrong one is struck out by `voids`.

    `amount`, `pay_until`: of a 合同变更, what the contract is worth and until when it is paid from that day on.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="purchase_steps")
    package = models.ForeignKey(Package, models.PROTECT, null=True, blank=True, related_name="steps")
    contract = models.ForeignKey(Contract, models.PROTECT, null=True, blank=True, related_name="steps")
    stage = models.CharField("步骤", max_length=12, choices=PurchaseStage)
    on = models.DateField("日期")
    number = models.CharField("文号或链接", max_length=160, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    amount = MoneyField("变更后金额", null=True, blank=True)
    pay_until = day("变更后付款期限")
    voids = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="voided_by")
    recorded_by = person("登记人", optional=False)
    recorded_on = models.DateField("登记日期")

    class Meta:
        verbose_name = verbose_name_plural = "采购步骤"
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(package__isnull=False) | Q(contract__isnull=False), name="purchase_step_belongs"
            ),
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gt=0), name="changed_amount_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.get_stage_display()} {self.on}"


class Asset(models.Model):
    """设备台账: one card. `label` is printed and stuck on the machine; an inspector ticks it on site."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="assets")
    card_number = models.CharField("资产卡号", max_length=80)
    card_key = NumberKey("资产卡号键", of="card_number")
    name = models.CharField("设备名称", max_length=120)
    model = models.CharField("规格型号", max_length=120, blank=True)
    room = models.CharField("存放地点", max_length=120)
    keeper = models.CharField("保管人", max_length=40, blank=True)
    quantity = models.PositiveIntegerField("数量", default=1)
    unit_price = MoneyField("单价")
    acquired_on = models.DateField("取得日期")
    label = models.CharField("标签码", max_length=16, unique=True)
    voucher = models.ForeignKey("funds.Voucher", models.PROTECT, null=True, blank=True, related_name="assets")
    contract = models.ForeignKey(Contract, models.PROTECT, null=True, blank=True, related_name="assets")
    retired_on = day("处置日期")
    retired_why = models.CharField("处置原因", max_length=200, blank=True)
    recorded_by = person("登记人", optional=False)
    recorded_on = models.DateField("登记日期")

    class Meta:
        verbose_name = verbose_name_plural = "设备"
        ordering = ["card_number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "card_key"], name="asset_card_once_per_project"),
            models.CheckConstraint(condition=Q(quantity__gt=0) & Q(unit_price__gt=0), name="asset_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.card_number} {self.name}"


class AssetCheck(models.Model):
    """现场核对 of one card. Never changed."""

    asset = models.ForeignKey(Asset, models.PROTECT, related_name="checks")
    found = models.BooleanField("账实相符")
    room = models.CharField("所在地点", max_length=120, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    checked_by = person("核对人", optional=False)
    checked_on = models.DateField("核对日期")

    class Meta:
        verbose_name = verbose_name_plural = "现场核对"
        ordering = ["-checked_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.asset} {self.checked_on}"
