"""疑点: what a rule or a person asks people to look at. It opens a thread and changes no figure."""

from django.db import models
from django.db.models import Q

from funds.models.fields import day, person
from policy.terms import Severity
from projects.fields import MoneyField
from projects.models import Project


class Flag(models.Model):
    """`rule`: the rule that raised it, "person" for one raised by hand. `figures`: its arithmetic, label → text.

    `measure`: the yuan in question; `elsewhere`: payments of other projects it speaks of, named only to who reaches them.
    """

    class State(models.TextChoices):
        OPEN = "open", "待说明"
        ANSWERED = "answered", "已说明"
        CLEARED = "cleared", "已排除"
        CONFIRMED = "confirmed", "属实"
        GONE = "gone", "情形消失"

    project = models.ForeignKey(Project, models.PROTECT, related_name="flags")
    voucher = models.ForeignKey("funds.Voucher", models.PROTECT, null=True, blank=True, related_name="flags")
    rule = models.CharField("规则", max_length=40)
    severity = models.CharField("级别", max_length=16, choices=Severity, default=Severity.WARNING)
    message = models.CharField("内容", max_length=300)
    figures = models.JSONField("数字", default=dict, blank=True)
    measure = MoneyField("涉及金额", default=0)
    elsewhere = models.JSONField("另一项目的支出", default=list, blank=True)
    clause = models.CharField("依据", max_length=160, blank=True)
    rank = models.CharField("效力", max_length=12, blank=True)
    state = models.CharField("状态", max_length=12, choices=State, default=State.OPEN)
    raised_by = person("提出人")
    raised_on = models.DateField("提出日期")
    closed_by = person("处理人")
    closed_on = day("处理日期")
    conclusion = models.CharField("处理意见", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "疑点"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["project", "state"], name="flag_project_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["voucher", "rule"],
                condition=Q(voucher__isnull=False) & ~Q(rule="person"),
                name="one_flag_per_voucher_and_rule",
            )
        ]

    def __str__(self) -> str:
        return self.message


class FlagNote(models.Model):
    """One message of the thread. Never changed."""

    flag = models.ForeignKey(Flag, models.PROTECT, related_name="notes")
    by = person("发言人", optional=False)
    on = models.DateField("日期")
    text = models.CharField("内容", max_length=500)

    class Meta:
        verbose_name = verbose_name_plural = "疑点记录"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text
