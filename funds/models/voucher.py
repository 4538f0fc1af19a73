"""支出: facts first, judged afterwards."""

from decimal import Decimal

from django.db import models
from django.db.models import Q

from funds.models.batch import Batch
from funds.models.contract import Contract
from funds.models.fields import USER, NumberKey, day, person
from policy.terms import EntryType, PayWay, Source, VoucherState
from projects.fields import MoneyField
from projects.models import Project


class Voucher(models.Model):
    """A payment, or with `reverses` the 冲销 of one. Once 认定 it never changes; a trigger holds that.

    `hands`: everyone who entered or edited it; none of them may submit or judge it (SD1). `first_judged_by`: gave the
    first of two signatures; it stays 待认定 until the second. `invoice_key`: seller and number, normalised. `fits`: inside every limit
    when last asked; submitted and fitting payments are reserved. `why`: what it fails, for people. `after_stop`: it was
    submitted while the books waited for their 清算.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="vouchers")
    number = models.CharField("凭证号", max_length=40)
    number_key = NumberKey("凭证号键")
    paid_on = models.DateField("支付日期")
    category = models.CharField("支出类别", max_length=32)
    source = models.CharField("资金来源", max_length=12, choices=Source)
    abstract = models.CharField("摘要", max_length=200)
    payee = models.CharField("收款方", max_length=120)
    amount = MoneyField("金额")
    fund_year = models.PositiveSmallIntegerField("资金年度", null=True, blank=True)
    entry_type = models.CharField("入账性质", max_length=12, choices=EntryType, default=EntryType.ORDINARY)
    about_period = models.CharField("所属期间", max_length=20, blank=True)
    pay_way = models.CharField("支付方式", max_length=12, choices=PayWay, default=PayWay.TRANSFER)
    tax_included = models.BooleanField("含税", default=True)
    quantity = models.PositiveIntegerField("数量", null=True, blank=True)
    unit_price = MoneyField("单价", null=True, blank=True)
    contract = models.ForeignKey(Contract, models.PROTECT, null=True, blank=True, related_name="vouchers")
    contract_number = models.CharField("合同号", max_length=80, blank=True)
    invoice_number = models.CharField("发票号", max_length=60, blank=True)
    invoice_seller = models.CharField("开票方", max_length=120, blank=True)
    invoice_on = day("开票日期")
    invoice_total = MoneyField("发票总额", null=True, blank=True)
    invoice_key = models.CharField("发票键", max_length=200, blank=True, editable=False)
    asset_card = models.CharField("资产卡号", max_length=80, blank=True)
    procurement = models.CharField("采购方式", max_length=40, blank=True)
    state = models.CharField("状态", max_length=12, choices=VoucherState, default=VoucherState.DRAFT)
    fits = models.BooleanField("在限额内", default=False)
    why = models.TextField("不在限额内的原因", blank=True)
    after_stop = models.BooleanField("待清算时提交", default=False)
    reverses = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="reversals")
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, blank=True, related_name="vouchers")
    recorded_by = person("登记人", optional=False)
    handed_to = person("接手人")
    recorded_on = models.DateField("登记日期")
    hands: models.ManyToManyField = models.ManyToManyField(USER, related_name="+", verbose_name="经手人")
    submitted_by = person("提交人")
    submitted_on = day("提交日期")
    first_judged_by = person("初审人")
    first_judged_on = day("初审日期")
    first_opinion = models.CharField("初审意见", max_length=300, blank=True)
    judged_by = person("审核人")
    judged_on = day("审核日期")
    opinion = models.CharField("审核意见", max_length=300, blank=True)
    entry_number = models.PositiveIntegerField("入账序号", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "支出"
        ordering = ["-paid_on", "-pk"]
        indexes = [
            models.Index(fields=["project", "state", "fits", "reverses", "amount"], name="voucher_project_waiting"),
            models.Index(fields=["project", "-paid_on", "-id"], name="voucher_project_paid"),
            # Holds all that a word is looked for in, so that neither a search nor a far page reads the rows themselves.
            models.Index(
                fields=["-paid_on", "-id", "project", "state", "number", "payee", "abstract", "amount", "reverses"],
                name="voucher_words",
            ),
            models.Index(fields=["state", "-paid_on", "-id"], name="voucher_state_paid"),
            models.Index(fields=["invoice_key"], condition=~Q(invoice_key=""), name="voucher_invoice"),
            models.Index(
                fields=["project", "paid_on", "state", "category", "source", "entry_type", "reverses", "amount"],
                name="voucher_sums",
            ),
            models.Index(fields=["project", "payee"], name="voucher_project_payee"),
            models.Index(fields=["payee", "amount"], name="voucher_payee_amount"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "number_key"],
                condition=Q(reverses__isnull=True),
                name="voucher_number_once_per_project",
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


class VoucherSpell(models.Model):
    """项目支出待认定时段: a payment or 冲销 as it stood while it waited for 认定, evenings `from_on` up to before `until_on`.

    Written by `funds/spells.py` alone. Open, without `until_on`, as long as it waits; a trigger lets nothing else change.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)  # `spell_sums` has it
    voucher = models.ForeignKey(Voucher, models.PROTECT, related_name="spells")
    category = models.CharField("支出类别", max_length=32)
    source = models.CharField("资金来源", max_length=12, choices=Source)
    amount = MoneyField("金额")
    paid_on = models.DateField("支付日期")
    contract = models.ForeignKey(Contract, models.PROTECT, null=True, blank=True, related_name="+")
    reverses = models.BooleanField("冲销")
    fits = models.BooleanField("在限额内")
    from_on = models.DateField("自")
    until_on = day("至")

    class Meta:
        verbose_name = verbose_name_plural = "支出待认定时段"
        indexes = [
            # Holds all that is added up of a past day.
            models.Index(
                fields=[
                    "project", "category", "source", "until_on", "from_on", "paid_on", "reverses", "fits", "amount",
                ],
                name="spell_sums",
            )
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(fields=["voucher"], condition=Q(until_on=None), name="waits_once_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.voucher} 自 {self.from_on} 至 {self.until_on or '今'}"
