"""清算, 追缴, 缴回."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from funds.models.fields import NumberKey, day, person
from policy.money import ZERO
from policy.terms import Occasion, Source
from projects.fields import MoneyField
from projects.models import Project


class Settlement(models.Model):
    """清算: what came in, what was spent as it should be, what is left to recover (L15).

    Prepared for one occasion; one that another occasion overtook is void and stays readable. `repaid`: what came back
    under earlier claims, `recovered`: what was 追回 of 问题资金; neither is asked for again. `detail`: the
    closing sheet's lines as they were prepared.
    """

    class State(models.TextChoices):
        PREPARED = "prepared", "待批准"
        APPROVED = "approved", "已批准"
        VOID = "void", "已失效"

    project = models.ForeignKey(Project, models.PROTECT, related_name="settlements")
    occasion = models.CharField("清算事由", max_length=12, choices=Occasion)
    received = MoneyField("到账")
    compliant = MoneyField("合规支出")
    residual = MoneyField("结余（到账减合规支出）")
    interest = MoneyField("利息", default=0)
    disallowed = MoneyField("不认定支出", default=0)
    repaid = MoneyField("此前已缴回", default=0)
    recovered = MoneyField("此前已追回的问题资金", default=0)
    recovery = MoneyField("应追缴")
    detail = models.JSONField("清算表明细", default=dict)
    document_number = models.CharField("清算文号", max_length=80)
    note = models.CharField("说明", max_length=300, blank=True)
    state = models.CharField("状态", max_length=12, choices=State, default=State.PREPARED)
    prepared_by = person("编制人", optional=False)
    prepared_on = models.DateField("编制日期")
    approved_by = person("批准人")
    approved_on = day("批准日期")
    void_reason = models.CharField("失效原因", max_length=200, blank=True)
    voided_on = day("失效日期")

    class Meta:
        verbose_name = verbose_name_plural = "清算"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project"], condition=Q(state="prepared"), name="one_prepared_settlement_per_project"
            ),
            models.CheckConstraint(
                name="settlement_adds_up",
                condition=Q(received=F("compliant") + F("residual")) & Q(recovery__lte=F("residual") + F("interest")),
            ),
            models.CheckConstraint(
                name="settlement_not_negative",
                condition=Q(compliant__gte=0) & Q(residual__gte=0) & Q(recovery__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} 清算"

    @property
    def whole(self) -> Decimal:
        """The most that can be claimed back by its own figures."""
        return max(self.residual + self.interest - self.repaid - self.recovered, ZERO)


class ClawBack(models.Model):
    """追缴: the claim an approved settlement makes. `left` is moved by repayments only."""

    settlement = models.OneToOneField(Settlement, models.PROTECT, related_name="claw_back")
    project = models.ForeignKey(Project, models.PROTECT, related_name="claw_backs")
    amount = MoneyField("应追缴")
    left = MoneyField("尚未缴回")
    due_on = models.DateField("缴回期限")

    class Meta:
        verbose_name = verbose_name_plural = "追缴"
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="claw_back_left_within_amount", condition=Q(left__gte=0) & Q(left__lte=F("amount"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.project} 应追缴 {self.amount}"


class Repayment(models.Model):
    """缴回: recorded by one officer with proof, confirmed by another. Never changed once confirmed."""

    class State(models.TextChoices):
        RECORDED = "recorded", "待复核"
        CONFIRMED = "confirmed", "已确认"
        RETURNED = "returned", "已退回"

    claw_back = models.ForeignKey(ClawBack, models.PROTECT, related_name="repayments")
    amount = MoneyField("缴回金额")
    paid_on = models.DateField("缴回日期")
    number = models.CharField("缴款书号", max_length=80)
    number_key = NumberKey("缴款书号键")
    state = models.CharField("状态", max_length=12, choices=State, default=State.RECORDED)
    recorded_by = person("登记人", optional=False)
    recorded_on = models.DateField("登记日期")
    confirmed_by = person("复核人")
    confirmed_on = day("复核日期")
    return_reason = models.CharField("退回理由", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "缴回"
        ordering = ["paid_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="repayment_positive"),
            models.CheckConstraint(
                name="confirmed_repayment_is_signed",
                condition=~Q(state="confirmed") | (Q(confirmed_by__isnull=False) & Q(confirmed_on__isnull=False)),
            ),
            models.UniqueConstraint(
                fields=["claw_back", "number_key"], condition=~Q(state="returned"), name="repayment_number_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.amount}"


class SentBack(models.Model):
    """What came back under a claim whose 清算 is void, by the source it is taken off: so much less may be spent."""

    claw_back = models.ForeignKey(ClawBack, models.PROTECT, related_name="sent_back")
    source = models.CharField("资金来源", max_length=12, choices=Source)
    amount = MoneyField("金额")
    on = models.DateField("日期")

    class Meta:
        verbose_name = verbose_name_plural = "已缴回而扣减的可用资金"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["claw_back", "source"], name="sent_back_once_per_source"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="sent_back_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()} {self.amount}"
