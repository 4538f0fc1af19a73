"""资金审计 and 问题资金: what was looked at, what was found, and what became of the money."""

from django.db import models
from django.db.models import F, Q

from funds.models.batch import Batch
from funds.models.fields import NumberKey, day, person
from policy.terms import FoundMoneyMove, SampleMethod
from projects.fields import MoneyField
from projects.models import Problem, Project

ABOUT_FINDING, ABOUT_FOUND_MONEY = "audit_finding", "found_money"


class AuditCase(models.Model):
    """审计 of one project, or of one batch of it. `seed` draws the same sample for anyone who asks again.

    `frame`: what the sample was drawn from, as it stood at the opening, one list of plain values a payment.
    """

    class State(models.TextChoices):
        OPEN = "open", "审计中"
        SENT = "sent", "待单位答复"
        CONCLUDED = "concluded", "已办结"

    project = models.ForeignKey(Project, models.PROTECT, related_name="audits")
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, blank=True, related_name="audits")
    number = models.CharField("审计通知书文号", max_length=80)
    number_key = NumberKey("审计通知书文号键")
    title = models.CharField("名称", max_length=160)
    period_from = models.DateField("审计期间起")
    period_to = models.DateField("审计期间止")
    method = models.CharField("抽样方法", max_length=12, choices=SampleMethod)
    size = models.PositiveIntegerField("抽样笔数")
    population = models.PositiveIntegerField("总体笔数", default=0)
    seed = models.CharField("抽样种子", max_length=64)
    frame = models.JSONField("抽样框", default=list, blank=True)
    state = models.CharField("状态", max_length=12, choices=State, default=State.OPEN)
    opened_by = person("立项人", optional=False)
    opened_on = models.DateField("立项日期")
    sent_by = person("送达人")
    sent_on = day("送达日期")
    concluded_by = person("办结人")
    concluded_on = day("办结日期")
    conclusion = models.TextField("审计结论", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "资金审计"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number_key"], name="audit_number_once_per_project"),
            models.CheckConstraint(condition=Q(period_to__gte=F("period_from")), name="audit_period_runs_forward"),
        ]

    def __str__(self) -> str:
        return self.title


class AuditPick(models.Model):
    case = models.ForeignKey(AuditCase, models.PROTECT, related_name="picks")
    voucher = models.ForeignKey("funds.Voucher", models.PROTECT, related_name="audit_picks")
    why = models.CharField("抽取依据", max_length=120)
    seen_by = person("查看人")
    seen_on = day("查看日期")

    class Meta:
        verbose_name = verbose_name_plural = "审计抽样"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["case", "voucher"], name="voucher_picked_once_per_audit")]

    def __str__(self) -> str:
        return f"{self.case} {self.voucher}"


class AuditFinding(models.Model):
    """审计发现. Closed only on proof, by someone who did not record it."""

    class State(models.TextChoices):
        DRAFT = "draft", "记录中"
        SENT = "sent", "待单位答复"
        REPLIED = "replied", "已答复"
        CLOSED = "closed", "已销号"

    case = models.ForeignKey(AuditCase, models.PROTECT, related_name="findings")
    number = models.PositiveSmallIntegerField("序号")
    voucher = models.ForeignKey("funds.Voucher", models.PROTECT, null=True, blank=True, related_name="audit_findings")
    kind = models.CharField("问题类型", max_length=32)
    fact = models.CharField("事实", max_length=500)
    clause = models.CharField("依据", max_length=160)
    level = models.CharField("程度", max_length=8, choices=Problem.Level, default=Problem.Level.MAJOR)
    amount = MoneyField("涉及金额", default=0)
    measure = models.CharField("整改要求", max_length=300)
    due_on = models.DateField("整改期限")
    state = models.CharField("状态", max_length=12, choices=State, default=State.DRAFT)
    problem = models.OneToOneField(Problem, models.PROTECT, null=True, blank=True, related_name="audit_finding")
    recorded_by = person("记录人", optional=False)
    recorded_on = models.DateField("记录日期")
    reply = models.TextField("单位答复", blank=True)
    reply_drafted_by = person("答复起草人")
    replied_by = person("答复提交人")
    replied_on = day("答复日期")
    closed_by = person("核验人")
    closed_on = day("销号日期")
    closing_note = models.CharField("核验意见", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "审计发现"
        ordering = ["case_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="finding_number_once_per_audit"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="finding_amount_not_negative"),
            models.CheckConstraint(
                name="finding_closed_by_another",
                condition=~Q(state="closed") | (Q(closed_by__isnull=False) & ~Q(closed_by=F("recorded_by"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.fact[:40]}"


class FoundMoney(models.Model):
    """问题资金: an amount found wrong. found = proved + recovered + written_off + left, always, by CHECK.

    A payment may have several: what is found after an earlier row was put right is a row of its own.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="found_money")
    voucher = models.ForeignKey("funds.Voucher", models.PROTECT, null=True, blank=True, related_name="found_money")
    finding = models.OneToOneField(AuditFinding, models.PROTECT, null=True, blank=True, related_name="found_money")
    kind = models.CharField("问题类型", max_length=32)
    fact = models.CharField("事实", max_length=500)
    clause = models.CharField("依据", max_length=160, blank=True)
    found = MoneyField("查出")
    proved = MoneyField("补证", default=0)
    recovered = MoneyField("追回", default=0)
    written_off = MoneyField("核销", default=0)
    left = MoneyField("未整改余额")
    found_by = person("查出人", optional=False)
    found_on = models.DateField("查出日期")

    class Meta:
        verbose_name = verbose_name_plural = "问题资金"
        ordering = ["found_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="found_money_balances",
                condition=Q(found=F("proved") + F("recovered") + F("written_off") + F("left")),
            ),
            models.CheckConstraint(
                name="found_money_not_negative",
                condition=Q(found__gt=0)
                & Q(proved__gte=0)
                & Q(recovered__gte=0)
                & Q(written_off__gte=0)
                & Q(left__gte=0),
            ),
            models.CheckConstraint(
                name="found_money_has_an_origin", condition=Q(voucher__isnull=False) | Q(finding__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fact[:40]} {self.found}"


class FoundMoneyEntry(models.Model):
    """One 补证, 追回 or 核销: recorded with proof, counted once another person confirms it. Then never changed.

    `finder`: who found the money wrong, here so that the database keeps him from confirming (SD1).
    """

    class State(models.TextChoices):
        RECORDED = "recorded", "待复核"
        CONFIRMED = "confirmed", "已确认"
        RETURNED = "returned", "已退回"

    found_money = models.ForeignKey(FoundMoney, models.PROTECT, related_name="entries")
    move = models.CharField("处理方式", max_length=12, choices=FoundMoneyMove)
    amount = MoneyField("金额")
    on = models.DateField("发生日期")
    number = models.CharField("凭证或文号", max_length=80)
    number_key = NumberKey("凭证或文号键")
    note = models.CharField("说明", max_length=300)
    state = models.CharField("状态", max_length=12, choices=State, default=State.RECORDED)
    recorded_by = person("登记人", optional=False)
    recorded_on = models.DateField("登记日期")
    confirmed_by = person("复核人")
    confirmed_on = day("复核日期")
    return_reason = models.CharField("退回理由", max_length=300, blank=True)
    finder = person("查出人")

    class Meta:
        verbose_name = verbose_name_plural = "问题资金处理"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="found_money_entry_positive"),
            models.CheckConstraint(
                name="found_money_entry_confirmed_by_another",
                condition=~Q(state="confirmed") | (Q(confirmed_by__isnull=False) & ~Q(confirmed_by=F("recorded_by"))),
            ),
            models.CheckConstraint(
                name="found_money_entry_not_confirmed_by_its_finder",
                condition=~Q(state="confirmed") | Q(finder__isnull=True) | ~Q(confirmed_by=F("finder")),
            ),
            models.UniqueConstraint(
                fields=["found_money", "number_key"],
                condition=Q(move="recovered") & ~Q(state="returned"),
                name="recovery_slip_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_move_display()} {self.amount}"
