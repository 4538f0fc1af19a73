"""三方对账: the unit's own books and finance's payment list, beside the payments recorded here."""

from django.db import models
from django.db.models import F, Q

from funds.models.fields import day, person
from projects.fields import MoneyField
from projects.models import Project

ABOUT_STATEMENT = "statement"


class Statement(models.Model):
    """One uploaded list of one side over one period. A later one of the same side and period takes its place."""

    class Side(models.TextChoices):
        BOOKS = "books", "单位项目辅助账"
        TREASURY = "treasury", "财政支付清单"

    project = models.ForeignKey(Project, models.PROTECT, related_name="statements")
    side = models.CharField("来源", max_length=12, choices=Side)
    period_from = models.DateField("期间起")
    period_to = models.DateField("期间止")
    superseded = models.BooleanField("已被替换", default=False)
    uploaded_by = person("上传人", optional=False)
    uploaded_on = models.DateField("上传日期")

    class Meta:
        verbose_name = verbose_name_plural = "对账清单"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(period_to__gte=F("period_from")), name="statement_period_runs_forward")
        ]

    def __str__(self) -> str:
        return f"{self.get_side_display()} {self.period_from}至{self.period_to}"


class StatementRow(models.Model):
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="rows")
    line = models.PositiveIntegerField("行号")
    number = models.CharField("凭证号", max_length=40)
    paid_on = models.DateField("日期")
    amount = MoneyField("金额")
    payee = models.CharField("收款方", max_length=120, blank=True)
    abstract = models.CharField("摘要", max_length=200, blank=True)
    category = models.CharField("支出类别", max_length=80, blank=True)  # as the list says it

    class Meta:
        verbose_name = verbose_name_plural = "对账行"
        ordering = ["statement_id", "line"]
        constraints = [models.UniqueConstraint(fields=["statement", "line"], name="statement_line_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.amount}"


class Explanation(models.Model):
    """The reason given for one difference, by whom. `key` names the difference, so that it lasts over re-uploads."""

    class Reason(models.TextChoices):
        IN_TRANSIT = "in_transit", "在途"
        OTHER_PERIOD = "other_period", "跨期"
        WRONG_CATEGORY = "wrong_category", "错类"
        OTHER = "other", "其他"

    project = models.ForeignKey(Project, models.PROTECT, related_name="explanations")
    key = models.CharField(max_length=120)
    reason = models.CharField("原因", max_length=16, choices=Reason)
    note = models.CharField("说明", max_length=300, blank=True)
    by = person("说明人", optional=False)
    on = models.DateField("说明日期")
    withdrawn_on = day("撤销日期")

    class Meta:
        verbose_name = verbose_name_plural = "差异说明"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "key"], condition=Q(withdrawn_on__isnull=True), name="one_explanation_per_difference"
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.get_reason_display()}"
