"""Money in: 资金文件 with its table, 拨付, 到账, 收入, 暂停."""

from django.db import models
from django.db.models import Q

from funds.models.fields import NumberKey, day, person
from policy.terms import ArrivalMode, DocumentKind, Source
from projects.fields import MoneyField
from projects.models import Project


class FundDocument(models.Model):
    """资金文件: one document of the finance department with its table of allocations. Returned: recorded anew.

    `total` is typed from the paper and must be the sum of the lines. `origin_year`: of a 收回 or 再下达, the budget year
    the money was first issued in, for its age counts on (财预〔2015〕230号第四十二条).
    """

    class State(models.TextChoices):
        RECORDED = "recorded", "待签批"
        APPROVED = "approved", "已签批"
        RETURNED = "returned", "已退回"

    kind = models.CharField("性质", max_length=12, choices=DocumentKind, default=DocumentKind.ISSUE)
    number = models.CharField("文号", max_length=80)
    number_key = NumberKey("文号键")
    dated_on = models.DateField("成文日期")
    fiscal_year = models.PositiveSmallIntegerField("预算年度")
    source = models.CharField("资金来源", max_length=12, choices=Source)
    title = models.CharField("标题", max_length=160)
    indicator_number = models.CharField("指标文号", max_length=80, blank=True)
    functional_class = models.CharField("功能科目", max_length=80, blank=True)
    economic_class = models.CharField("经济分类", max_length=80, blank=True)
    tranche = models.PositiveSmallIntegerField("第几批", default=1)
    origin_year = models.PositiveSmallIntegerField("原预算年度", null=True, blank=True)
    total = MoneyField("文件总额")
    state = models.CharField("状态", max_length=12, choices=State, default=State.RECORDED)
    recorded_by = person("登记人", optional=False)
    recorded_on = models.DateField("登记日期")
    approved_by = person("签批人")
    approved_on = day("签批日期")
    returned_by = person("退回人")
    return_reason = models.CharField("退回理由", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "资金文件"
        ordering = ["-dated_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["number_key"], condition=~Q(state="returned"), name="fund_document_number_once"
            ),
            models.CheckConstraint(
                name="approved_fund_document_is_signed",
                condition=~Q(state="approved") | (Q(approved_by__isnull=False) & Q(approved_on__isnull=False)),
            ),
            models.CheckConstraint(name="fund_document_total_positive", condition=Q(total__gt=0)),
            models.CheckConstraint(
                name="carried_fund_document_says_its_year",
                condition=Q(kind__in=["issue", "reduce"]) | Q(origin_year__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def gives(self) -> bool:
        """Whether it adds to what its projects have; the other kinds take back."""
        return self.kind in {DocumentKind.ISSUE, DocumentKind.REISSUE}

    @property
    def fund_year(self) -> int:
        """The budget year its money is counted under, for ageing."""
        return self.origin_year or self.fiscal_year


class Allocation(models.Model):
    """下达: what one document gives one project, or takes back. `effect` is signed: −amount where it takes back.

    `arrival_mode`: the unit's when it was recorded; under 报账 the money may be used once allocated.
    """

    document = models.ForeignKey(FundDocument, models.PROTECT, related_name="allocations")
    project = models.ForeignKey(Project, models.PROTECT, related_name="allocations")
    amount = MoneyField("下达金额")
    effect = MoneyField("对下达额的影响")
    arrival_mode = models.CharField("到账方式", max_length=8, choices=ArrivalMode, default=ArrivalMode.QUOTA)

    class Meta:
        verbose_name = verbose_name_plural = "下达"
        ordering = ["project_id", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["document", "project"], name="project_once_per_fund_document"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="allocation_positive"),
            models.CheckConstraint(
                condition=Q(effect=models.F("amount")) | Q(effect=-models.F("amount")),
                name="allocation_effect_is_amount",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} · {self.project}"


class HeldOut(models.Model):
    """未列入下达: a project a document leaves out, why, and what must happen first."""

    document = models.ForeignKey(FundDocument, models.PROTECT, related_name="held_out")
    project = models.ForeignKey(Project, models.PROTECT, related_name="held_out")
    reason = models.CharField("原因", max_length=200)
    next_step = models.CharField("下一步", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "未列入下达"
        ordering = ["project_id"]
        constraints = [models.UniqueConstraint(fields=["document", "project"], name="held_out_once_per_fund_document")]

    def __str__(self) -> str:
        return f"{self.document} 未列入 {self.project}"


class UnitArrival(models.Model):
    """How money reaches a unit. What was already allocated keeps the way it was allocated under."""

    organisation = models.OneToOneField("accounts.Organisation", models.PROTECT, related_name="arrival")
    mode = models.CharField("到账方式", max_length=8, choices=ArrivalMode)
    set_by = person("登记人", optional=False)
    set_on = models.DateField("登记日期")

    class Meta:
        verbose_name = verbose_name_plural = "单位到账方式"

    def __str__(self) -> str:
        return f"{self.organisation} {self.get_mode_display()}"


class Release(models.Model):
    """拨付: an allocation passed on to the unit by 市县财政 or 省财政, checked by another person.

    `reverses`: a 更正 of an approved 拨付, counted negatively once another person approved it; the 拨付 stays as it was.
    """

    class State(models.TextChoices):
        RECORDED = "recorded", "待复核"
        APPROVED = "approved", "已拨付"
        RETURNED = "returned", "已退回"

    allocation = models.ForeignKey(Allocation, models.PROTECT, related_name="releases")
    project = models.ForeignKey(Project, models.PROTECT, related_name="releases")
    amount = MoneyField("拨付金额")
    released_on = models.DateField("拨付日期")
    number = models.CharField("拨付凭证号", max_length=80)
    reverses = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrections")
    reason = models.CharField("更正理由", max_length=200, blank=True)
    state = models.CharField("状态", max_length=12, choices=State, default=State.RECORDED)
    recorded_by = person("登记人", optional=False)
    recorded_on = models.DateField("登记日期")
    approved_by = person("复核人")
    approved_on = day("复核日期")
    return_reason = models.CharField("退回理由", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "拨付"
        ordering = ["released_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(reverses=None) | ~Q(reason=""), name="release_correction_says_why"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="release_positive"),
            models.CheckConstraint(
                name="approved_release_is_signed",
                condition=~Q(state="approved") | (Q(approved_by__isnull=False) & Q(approved_on__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.amount}"


class Receipt(models.Model):
    """到账, as the unit confirms it; or money that left again (收回, 更正). Never changed. `effect` is signed."""

    class Kind(models.TextChoices):
        ARRIVAL = "arrival", "到账"
        SWEPT = "swept", "年末收回"
        CORRECTION = "correction", "更正"

    allocation = models.ForeignKey(Allocation, models.PROTECT, related_name="receipts")
    project = models.ForeignKey(Project, models.PROTECT, related_name="receipts")
    kind = models.CharField("性质", max_length=12, choices=Kind, default=Kind.ARRIVAL)
    amount = MoneyField("到账金额")
    effect = MoneyField("对到账额的影响")
    reverses = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrections")
    reason = models.CharField("原因", max_length=200, blank=True)
    received_on = models.DateField("到账日期")
    confirmed_by = person("确认人", optional=False)
    confirmed_on = models.DateField("确认日期")

    class Meta:
        verbose_name = verbose_name_plural = "到账"
        ordering = ["received_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="receipt_positive"),
            models.CheckConstraint(
                name="receipt_effect_is_amount",
                condition=(Q(kind="arrival") & Q(effect=models.F("amount")))
                | (~Q(kind="arrival") & Q(effect=-models.F("amount"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.received_on} {self.amount}"


class Income(models.Model):
    """其他收入: interest on the money, own money put in, other income. Interest is income, never a budget (handbook 5)."""

    class Kind(models.TextChoices):
        INTEREST = "interest", "利息"
        OWN = "own", "自筹到位"
        OTHER = "other", "其他收入"

    project = models.ForeignKey(Project, models.PROTECT, related_name="incomes")
    kind = models.CharField("性质", max_length=12, choices=Kind)
    amount = MoneyField("金额")
    received_on = models.DateField("到账日期")
    number = models.CharField("凭证号", max_length=80)
    number_key = NumberKey("凭证号键")
    note = models.CharField("说明", max_length=200, blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversal")
    recorded_by = person("登记人", optional=False)
    recorded_on = models.DateField("登记日期")

    class Meta:
        verbose_name = verbose_name_plural = "其他收入"
        ordering = ["received_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="income_positive"),
            models.UniqueConstraint(
                fields=["project", "number_key"],
                condition=Q(reverses__isnull=True),
                name="income_number_once_per_project",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"


class IncomeReversal(models.Model):
    """冲销收入的申请: put forward by the head of the unit with its paper, decided by finance. The 冲销 itself is a row of
    `Income`, made when it is agreed to.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", "待财政审核"
        AGREED = "agreed", "已冲销"
        RETURNED = "returned", "已退回"

    project = models.ForeignKey(Project, models.PROTECT, related_name="income_reversals")
    income = models.ForeignKey(Income, models.PROTECT, related_name="proposals")
    reason = models.CharField("冲销理由", max_length=200)
    state = models.CharField("状态", max_length=12, choices=State, default=State.PROPOSED)
    proposed_by = person("提出人", optional=False)
    proposed_on = models.DateField("提出日期")
    decided_by = person("审核人")
    decided_on = day("审核日期")
    opinion = models.CharField("审核意见", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "冲销收入申请"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["income"], condition=Q(state="proposed"), name="one_open_reversal_per_income"
            ),
        ]

    def __str__(self) -> str:
        return f"冲销 {self.income}"


class HoldRequest(models.Model):
    """建议暂停或恢复: a city, or an officer of the province, asks the two departments."""

    class State(models.TextChoices):
        OPEN = "open", "待处理"
        TAKEN = "taken", "已采纳"
        DECLINED = "declined", "未采纳"

    project = models.ForeignKey(Project, models.PROTECT, related_name="hold_requests")
    lifts = models.BooleanField("建议恢复", default=False)
    reason = models.CharField("事实和理由", max_length=300)
    number = models.CharField("来文文号", max_length=80, blank=True)
    state = models.CharField("状态", max_length=12, choices=State, default=State.OPEN)
    asked_by = person("建议人", optional=False)
    asked_on = models.DateField("建议日期")
    answered_by = person("答复人")
    answered_on = day("答复日期")
    answer = models.CharField("答复", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "暂停建议"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["project"], condition=Q(state="open"), name="one_open_hold_request")
        ]

    def __str__(self) -> str:
        return f"{self.word} {self.project}"

    @property
    def word(self) -> str:
        return "恢复" if self.lifts else "暂停"


class FundHold(models.Model):
    """资金暂停: placed and lifted by joint decisions (T11, T12). While it stands nothing is reserved or recognised."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="holds")
    placed_by = models.ForeignKey("projects.Decision", models.PROTECT, related_name="+", verbose_name="暂停决定")
    placed_on = models.DateField("暂停日期")
    reason = models.CharField("理由", max_length=300)
    lifted_by = models.ForeignKey(
        "projects.Decision", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="恢复决定"
    )
    lifted_on = day("恢复日期")

    class Meta:
        verbose_name = verbose_name_plural = "资金暂停"
        ordering = ["-placed_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["project"], condition=Q(lifted_on__isnull=True), name="one_standing_hold")
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.placed_on} 暂停"
