"""预算 in versions, and the balance rows payments take from."""

from django.db import models
from django.db.models import F, Q

from funds.models.fields import day, person
from policy.terms import Source
from projects.fields import MoneyField
from projects.models import Project


class Budget(models.Model):
    """预算 of a project, one row a version; every version stays readable.

    A 调剂 (`kind` change) is drafted over the approved version (`base`) with as much taken out as put in; it takes
    effect by joint decision, and the version before it is superseded.
    """

    class Kind(models.TextChoices):
        INITIAL = "initial", "首次编报"
        CHANGE = "change", "调剂"

    class State(models.TextChoices):
        DRAFT = "draft", "编制中"
        SUBMITTED = "submitted", "待省人社会签"
        PROPOSED = "proposed", "待两厅联合批准"
        CONSENTED = "consented", "待省财政批准"
        APPROVED = "approved", "已批准"
        RETURNED = "returned", "已退回"
        SUPERSEDED = "superseded", "已被调剂取代"

    project = models.ForeignKey(Project, models.PROTECT, related_name="budgets")
    version = models.PositiveSmallIntegerField("版本")
    kind = models.CharField("性质", max_length=12, choices=Kind, default=Kind.INITIAL)
    base = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="changes")
    reason = models.CharField("调剂理由", max_length=300, blank=True)
    decision = models.ForeignKey("projects.Decision", models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField("状态", max_length=12, choices=State, default=State.DRAFT)
    drafted_by = person("编制人", optional=False)
    drafted_on = models.DateField("编制日期")
    submitted_by = person("提交人")
    submitted_on = day("提交日期")
    consented_by = person("会签人")
    consented_on = day("会签日期")
    approved_by = person("批准人")
    approved_on = day("批准日期")
    returned_by = person("退回人")
    returned_on = day("退回日期")
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
                condition=Q(state__in=["draft", "submitted", "proposed", "consented"]),
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


class PlannedUse(models.Model):
    """用款计划: how much of the issued money a version of the budget means to spend in one quarter."""

    budget = models.ForeignKey(Budget, models.PROTECT, related_name="plan")
    year = models.PositiveSmallIntegerField("年")
    quarter = models.PositiveSmallIntegerField("季度")
    amount = MoneyField("计划用款")

    class Meta:
        verbose_name = verbose_name_plural = "用款计划"
        ordering = ["year", "quarter"]
        constraints = [
            models.UniqueConstraint(fields=["budget", "year", "quarter"], name="planned_use_once_per_quarter"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="planned_use_positive"),
            models.CheckConstraint(condition=Q(quarter__gte=1) & Q(quarter__lte=4), name="planned_use_quarter"),
        ]

    def __str__(self) -> str:
        return f"{self.year} 年第 {self.quarter} 季度 {self.amount}"


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
