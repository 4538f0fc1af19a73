"""验收: the application and what the authorities find."""

from django.conf import settings
from django.db import models

from accounts.models import Organisation
from projects.models import Project

USER = settings.AUTH_USER_MODEL


class Acceptance(models.Model):
    """One application for 验收 and what the authorities find. Two gates; a score sheet decides nothing."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="acceptances")
    round = models.PositiveSmallIntegerField("次数")
    applied_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    applied_on = models.DateField("申请日期")
    summary = models.TextField("建设任务完成情况")
    early_reason = models.CharField("提前申请理由", max_length=300, blank=True)
    hr_office = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    finance_office = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    hr_checked_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    hr_opinion = models.CharField("人社初审意见", max_length=300, blank=True)
    hr_checked_on = models.DateField(null=True)
    finance_checked_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    finance_opinion = models.CharField("财政初审意见", max_length=300, blank=True)
    finance_checked_on = models.DateField(null=True)
    visited_on = models.DateField("验收日期", null=True)
    place = models.CharField("地点", max_length=120, blank=True)
    panel = models.JSONField("验收组", default=list)
    checked_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    checked_on = models.DateField("条件核查日期", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "验收"
        ordering = ["-round"]
        constraints = [models.UniqueConstraint(fields=["project", "round"], name="acceptance_round_once")]

    def __str__(self) -> str:
        return f"第{self.round}次验收"


class ConditionCheck(models.Model):
    """Gate A, one row a condition: what was required, what was found, on what evidence."""

    acceptance = models.ForeignKey(Acceptance, models.PROTECT, related_name="checks")
    code = models.CharField("条件", max_length=8)
    values = models.JSONField("实际", default=dict)
    met = models.BooleanField("符合", null=True)
    evidence = models.CharField("佐证", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "建设条件核查"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["acceptance", "code"], name="condition_once_per_acceptance")]

    def __str__(self) -> str:
        return f"{self.code} {self.met}"
