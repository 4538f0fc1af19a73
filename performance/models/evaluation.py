"""期满绩效评估 (gate B): values entered by one department and confirmed by the other."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q

from performance.models.sheet import Indicator, TargetSheet
from policy.terms import Attained, Grade, Line
from projects.fields import MoneyField
from projects.models import Project

USER = settings.AUTH_USER_MODEL
LINES = [(Line.HR, "人社"), (Line.FINANCE, "财政")]


class Evaluation(models.Model):
    """期满绩效评估 (gate B) on the 实施期 targets. `acceptance_ref` is a number of lifecycle, which stands above.

    `line`, `entered_by`: who entered last. Who confirms what is kept with each value (Score).
    """

    class State(models.TextChoices):
        ENTERED = "entered", "待另一方确认"
        CONFIRMED = "confirmed", "已确认"

    project = models.ForeignKey(Project, models.PROTECT, related_name="evaluations")
    sheet = models.ForeignKey(TargetSheet, models.PROTECT, related_name="evaluations")
    acceptance_ref = models.PositiveBigIntegerField("验收编号")
    state = models.CharField("状态", max_length=10, choices=State, default=State.ENTERED)
    line = models.CharField("录入方", max_length=12, choices=LINES)
    entered_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    entered_on = models.DateField("录入日期")
    confirmed_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_on = models.DateField("确认日期", null=True, blank=True)
    spent = MoneyField("已支出", default=Decimal(0))
    budget = MoneyField("预算数", default=Decimal(0))
    execution_score = models.DecimalField("预算执行率得分", max_digits=5, decimal_places=2, null=True, blank=True)
    total = models.DecimalField("总分", max_digits=5, decimal_places=2, null=True, blank=True)
    grade = models.CharField("等级", max_length=12, choices=Grade, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "绩效评估"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "acceptance_ref"], name="one_evaluation_per_acceptance"),
            models.CheckConstraint(
                name="evaluation_confirmed_by_somebody", condition=Q(state="entered") | Q(confirmed_by__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"绩效评估 {self.get_state_display()}"


class Score(models.Model):
    """One indicator of an evaluation. `met` is judged on values, never on the score.

    `line`, `entered_by`: who entered or last corrected this value; the other department confirms it (SD1).
    """

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="scores")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="scores")
    actual = models.CharField("实际完成值", max_length=60, blank=True)
    attained = models.CharField("达成程度", max_length=8, choices=Attained, blank=True)
    points = models.DecimalField("定性评分", max_digits=5, decimal_places=2, null=True, blank=True)
    score = models.DecimalField("得分", max_digits=5, decimal_places=2, null=True, blank=True)
    met = models.BooleanField("达到目标", null=True, blank=True)
    inputs = models.JSONField("计分依据", default=dict, blank=True)
    reason = models.CharField("原因说明", max_length=300, blank=True)
    line = models.CharField("录入方", max_length=12, choices=LINES, blank=True)
    entered_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name="录入人")
    entered_on = models.DateField("录入日期", null=True)
    confirmed_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_on = models.DateField("确认日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "指标得分"
        ordering = ["indicator__order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "indicator"], name="score_once_per_indicator"),
            models.CheckConstraint(
                name="score_confirmed_by_another",
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=models.F("entered_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.score}"
