"""专款专用: money documents, receipts, budget, balance rows, payments, settlement.

Balance rows (`BudgetLine`, `SourceLine`) are moved only by `funds/balances.py`; their CHECKs hold the limits whatever
races (design/trust.md, L1, L2, L4).
"""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from policy.terms import Source, VoucherState
from projects.fields import MoneyField
from projects.models import Project

USER = settings.AUTH_USER_MODEL
# Attachment.about and Attachment.purpose of what this app keeps.
ABOUT_VOUCHER, ABOUT_DOCUMENT = "voucher", "fund_document"
EVIDENCE, APPROVAL, SCAN = "支出凭证", "两厅批复", "资金文件"


def _person(label: str, *, optional: bool = True) -> models.ForeignKey:
    return models.ForeignKey(USER, models.PROTECT, null=optional, blank=optional, related_name="+", verbose_name=label)


def _day(label: str) -> models.DateField:
    return models.DateField(label, null=True, blank=True)


class FundDocument(models.Model):
    """资金文件: one document of the finance department with its table of allocations. Returned: recorded anew."""

    class State(models.TextChoices):
        RECORDED = "recorded", "待签批"
        APPROVED = "approved", "已签批"
        RETURNED = "returned", "已退回"

    number = models.CharField("文号", max_length=80)
    dated_on = models.DateField("成文日期")
    fiscal_year = models.PositiveSmallIntegerField("预算年度")
    source = models.CharField("资金来源", max_length=12, choices=Source)
    title = models.CharField("标题", max_length=160)
    indicator_number = models.CharField("指标文号", max_length=80, blank=True)
    state = models.CharField("状态", max_length=12, choices=State, default=State.RECORDED)
    recorded_by = _person("登记人", optional=False)
    recorded_on = models.DateField("登记日期")
    approved_by = _person("签批人")
    approved_on = _day("签批日期")
    returned_by = _person("退回人")
    return_reason = models.CharField("退回理由", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "资金文件"
        ordering = ["-dated_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["number"], condition=~Q(state="returned"), name="fund_document_number_once"
            ),
            models.CheckConstraint(
                name="approved_fund_document_is_signed",
                condition=~Q(state="approved") | (Q(approved_by__isnull=False) & Q(approved_on__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Allocation(models.Model):
    """下达: what one document gives one project."""

    document = models.ForeignKey(FundDocument, models.PROTECT, related_name="allocations")
    project = models.ForeignKey(Project, models.PROTECT, related_name="allocations")
    amount = MoneyField("下达金额")

    class Meta:
        verbose_name = verbose_name_plural = "下达"
        ordering = ["project_id", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["document", "project"], name="project_once_per_fund_document"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="allocation_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.document} · {self.project}"


class Receipt(models.Model):
    """到账, as the unit confirms it. Never changed."""

    allocation = models.ForeignKey(Allocation, models.PROTECT, related_name="receipts")
    project = models.ForeignKey(Project, models.PROTECT, related_name="receipts")
    amount = MoneyField("到账金额")
    received_on = models.DateField("到账日期")
    confirmed_by = _person("确认人", optional=False)
    confirmed_on = models.DateField("确认日期")

    class Meta:
        verbose_name = verbose_name_plural = "到账"
        ordering = ["received_on", "pk"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="receipt_positive")]

    def __str__(self) -> str:
        return f"{self.received_on} {self.amount}"


class Budget(models.Model):
    """预算 of a project, one row a version. A returned version stays readable; the next draft is a new version."""

    class State(models.TextChoices):
        DRAFT = "draft", "编制中"
        SUBMITTED = "submitted", "待省人社会签"
        CONSENTED = "consented", "待省财政批准"
        APPROVED = "approved", "已批准"
        RETURNED = "returned", "已退回"

    project = models.ForeignKey(Project, models.PROTECT, related_name="budgets")
    version = models.PositiveSmallIntegerField("版本")
    state = models.CharField("状态", max_length=12, choices=State, default=State.DRAFT)
    drafted_by = _person("编制人", optional=False)
    drafted_on = models.DateField("编制日期")
    submitted_by = _person("提交人")
    submitted_on = _day("提交日期")
    consented_by = _person("会签人")
    consented_on = _day("会签日期")
    approved_by = _person("批准人")
    approved_on = _day("批准日期")
    returned_by = _person("退回人")
    returned_on = _day("退回日期")
    return_reason = models.CharField("退回理由", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "预算"
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["project", "version"], name="budget_version_once"),
            models.UniqueConstraint(
                fields=["project"], condition=Q(state="approved"), name="one_approved_budget_per_project"
            ),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(state__in=["draft", "submitted", "consented"]),
                name="one_open_budget_per_project",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} 预算第{self.version}版"


class BudgetItem(models.Model):
    """One cell of a budget: category × source."""

    budget = models.ForeignKey(Budget, models.PROTECT, related_name="items")
    category = models.CharField("支出类别", max_length=32)
    source = models.CharField("资金来源", max_length=12, choices=Source)
    amount = MoneyField("预算金额")

    class Meta:
        verbose_name = verbose_name_plural = "预算明细"
        constraints = [
            models.UniqueConstraint(fields=["budget", "category", "source"], name="budget_item_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="budget_item_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.category} {self.source} {self.amount}"


class BudgetLine(models.Model):
    """Balance row of category × source: what payments may take from the approved budget."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="budget_lines")
    category = models.CharField("支出类别", max_length=32)
    source = models.CharField("资金来源", max_length=12, choices=Source)
    budget = MoneyField("预算")
    reserved = MoneyField("占用", default=0)
    spent = MoneyField("支出", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "预算余额"
        ordering = ["project_id", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "category", "source"], name="one_line_per_category_and_source"),
            models.CheckConstraint(condition=Q(budget__gte=F("reserved") + F("spent")), name="budget_never_overspent"),
            models.CheckConstraint(
                condition=Q(budget__gte=0) & Q(reserved__gte=0) & Q(spent__gte=0), name="budget_line_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category} {self.source}"


class SourceLine(models.Model):
    """Balance row of a source: what has come in (`limit`; for 自筹 its plan) against what payments take."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="source_lines")
    source = models.CharField("资金来源", max_length=12, choices=Source)
    limit = MoneyField("可用", default=0)
    reserved = MoneyField("占用", default=0)
    spent = MoneyField("支出", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "来源余额"
        ordering = ["project_id", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "source"], name="one_line_per_source"),
            models.CheckConstraint(condition=Q(limit__gte=F("reserved") + F("spent")), name="source_never_overspent"),
            models.CheckConstraint(
                condition=Q(limit__gte=0) & Q(reserved__gte=0) & Q(spent__gte=0), name="source_line_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.get_source_display()


class Voucher(models.Model):
    """A payment, or with `reverses` the 冲销 of one. Once 认定 it never changes; a trigger holds that.

    `hands`: everyone who entered or edited it; none of them may submit or judge it (SD1). `fits`: inside every limit
    when last asked; submitted and fitting payments are reserved. `why`: what it fails, for people.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="vouchers")
    number = models.CharField("凭证号", max_length=40)
    paid_on = models.DateField("支付日期")
    category = models.CharField("支出类别", max_length=32)
    source = models.CharField("资金来源", max_length=12, choices=Source)
    abstract = models.CharField("摘要", max_length=200)
    payee = models.CharField("收款方", max_length=120)
    amount = MoneyField("金额")
    contract_number = models.CharField("合同号", max_length=80, blank=True)
    invoice_number = models.CharField("发票号", max_length=60, blank=True)
    invoice_seller = models.CharField("开票方", max_length=120, blank=True)
    asset_card = models.CharField("资产卡号", max_length=80, blank=True)
    procurement = models.CharField("采购方式", max_length=40, blank=True)
    state = models.CharField("状态", max_length=12, choices=VoucherState, default=VoucherState.DRAFT)
    fits = models.BooleanField("在限额内", default=False)
    why = models.TextField("不在限额内的原因", blank=True)
    reverses = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="reversals")
    recorded_by = _person("登记人", optional=False)
    recorded_on = models.DateField("登记日期")
    hands: models.ManyToManyField = models.ManyToManyField(USER, related_name="+", verbose_name="经手人")
    submitted_by = _person("提交人")
    submitted_on = _day("提交日期")
    judged_by = _person("审核人")
    judged_on = _day("审核日期")
    opinion = models.CharField("审核意见", max_length=300, blank=True)
    entry_number = models.PositiveIntegerField("入账序号", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "支出"
        ordering = ["-paid_on", "-pk"]
        indexes = [models.Index(fields=["project", "state"]), models.Index(fields=["project", "invoice_number"])]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "number"], condition=Q(reverses__isnull=True), name="voucher_number_once_per_project"
            ),
            models.UniqueConstraint(fields=["project", "entry_number"], name="entry_number_once_per_project"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="voucher_amount_positive"),
            models.CheckConstraint(
                name="recognised_voucher_fits_and_is_numbered",
                condition=(Q(state="recognised") & Q(entry_number__isnull=False) & Q(fits=True))
                | (~Q(state="recognised") & Q(entry_number__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{'冲销' if self.reverses_id else '支出'} {self.number}"

    @property
    def reserving(self) -> bool:
        """Whether it holds a reserve on the balance rows."""
        return self.state == VoucherState.SUBMITTED and self.fits and self.reverses_id is None

    @property
    def signed_amount(self) -> Decimal:
        return -self.amount if self.reverses_id else self.amount


class Settlement(models.Model):
    """清算: what came in, what was spent as it should be, what is left to recover (L15). One row a project."""

    class State(models.TextChoices):
        PREPARED = "prepared", "待批准"
        APPROVED = "approved", "已批准"

    project = models.OneToOneField(Project, models.PROTECT, related_name="settlement")
    received = MoneyField("到账")
    compliant = MoneyField("合规支出")
    residual = MoneyField("结余（到账减合规支出）")
    recovery = MoneyField("应追缴")
    document_number = models.CharField("清算文号", max_length=80)
    note = models.CharField("说明", max_length=300, blank=True)
    state = models.CharField("状态", max_length=12, choices=State, default=State.PREPARED)
    prepared_by = _person("编制人", optional=False)
    prepared_on = models.DateField("编制日期")
    approved_by = _person("批准人")
    approved_on = _day("批准日期")

    class Meta:
        verbose_name = verbose_name_plural = "清算"
        constraints = [
            models.CheckConstraint(
                name="settlement_adds_up",
                condition=Q(received=F("compliant") + F("residual")) & Q(recovery__lte=F("residual")),
            ),
            models.CheckConstraint(
                name="settlement_not_negative",
                condition=Q(compliant__gte=0) & Q(residual__gte=0) & Q(recovery__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} 清算"
