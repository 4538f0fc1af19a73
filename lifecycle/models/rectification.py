"""限期整改: orders, their dates and the reports on them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from projects.models import Decision, Project

USER = settings.AUTH_USER_MODEL


class Rectification(models.Model):
    """限期整改: an order, its service, its term and the one-year cap. The dates are written once, at service."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="rectifications")
    decision = models.OneToOneField(Decision, models.PROTECT, related_name="rectification")
    drafted_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    term_months = models.PositiveSmallIntegerField("期限（月）")
    money_handling = models.CharField("资金处理", max_length=120, blank=True)
    served_on = models.DateField("送达日期", null=True)
    served_way = models.CharField("送达方式", max_length=40, blank=True)
    due_on = models.DateField("整改到期日", null=True)
    cap_on = models.DateField("一年上限", null=True)
    closed_on = models.DateField("结束日期", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "限期整改"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(name="due_on_within_the_cap", condition=Q(due_on__lte=F("cap_on"))),
            models.CheckConstraint(
                name="service_sets_both_dates",
                condition=Q(served_on=None, due_on=None, cap_on=None)
                | Q(served_on__isnull=False, due_on__isnull=False, cap_on__isnull=False),
            ),
            models.UniqueConstraint(fields=["project"], condition=Q(closed_on=None), name="one_open_rectification"),
        ]

    def __str__(self) -> str:
        return f"限期整改 {self.due_on or '未送达'}"


class RectificationReport(models.Model):
    """整改报告 and its re-check, done by another person than who drafted the order (SD4).

    `ruling`: the decision that found the facts wrong and ordered this re-check (T25); else none.
    """

    rectification = models.ForeignKey(Rectification, models.PROTECT, related_name="reports")
    round = models.PositiveSmallIntegerField("次数")
    text = models.TextField("整改情况")
    submitted_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    on = models.DateField("报送日期")
    rechecked_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    rechecked_on = models.DateField("复验日期", null=True)
    passed = models.BooleanField("复验通过", null=True)
    note = models.CharField("复验意见", max_length=300, blank=True)
    ruling = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "整改报告"
        ordering = ["round"]
        constraints = [models.UniqueConstraint(fields=["rectification", "round"], name="report_round_once")]

    def __str__(self) -> str:
        return f"第{self.round}次整改报告"
