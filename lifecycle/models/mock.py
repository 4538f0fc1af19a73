"""模拟验收: what the unit says of the conditions today, and who of it mends which gap."""

from django.conf import settings
from django.db import models

from projects.models import Project

USER = settings.AUTH_USER_MODEL


class SelfCheck(models.Model):
    """建设条件自查, one row a condition: the unit's own word, printed in 申请书 (F10) and tried in 模拟验收."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="self_checks")
    code = models.CharField("条件", max_length=8)
    values = models.JSONField("实际", default=dict)
    evidence = models.CharField("佐证", max_length=300, blank=True)
    entered_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    entered_on = models.DateField("填写日期")

    class Meta:
        verbose_name = verbose_name_plural = "建设条件自查"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["project", "code"], name="one_self_check_per_condition")]

    def __str__(self) -> str:
        return self.code


class GapTask(models.Model):
    """A gap of 模拟验收 given to a clerk of the unit. Done is the clerk's word; the gap closes when the rules say so."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="gap_tasks")
    code = models.CharField("事项", max_length=60)
    text = models.CharField("缺口", max_length=300)
    clerk = models.ForeignKey(USER, models.PROTECT, related_name="gap_tasks")
    note = models.CharField("要求", max_length=200, blank=True)
    due_on = models.DateField("期限")
    assigned_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    assigned_on = models.DateField("分派日期")
    done_on = models.DateField("办结日期", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "缺口分派"
        ordering = ["due_on", "pk"]
        constraints = [models.UniqueConstraint(fields=["project", "code"], name="one_gap_task_per_code")]

    def __str__(self) -> str:
        return self.text
