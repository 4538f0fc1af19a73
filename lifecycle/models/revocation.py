"""取消称号: notice, defence, ruling, decision."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from lifecycle.models.rectification import Rectification
from projects.models import Decision, Project

USER = settings.AUTH_USER_MODEL


class Revocation(models.Model):
    """拟取消告知 → 陈述申辩 → 复核 → 取消称号. People decide; the clock never does."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="revocations")
    rectification = models.ForeignKey(Rectification, models.PROTECT, related_name="revocations")
    notice = models.ForeignKey(Decision, models.PROTECT, related_name="revocations")
    served_on = models.DateField("告知送达日期", null=True)
    served_way = models.CharField("送达方式", max_length=40, blank=True)
    defend_by = models.DateField("陈述申辩截止", null=True)
    defence = models.TextField("陈述申辩", blank=True)
    defended_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    defended_on = models.DateField("申辩日期", null=True)
    ruling = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="+")
    upheld = models.BooleanField("申辩成立", null=True)
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="+")
    decision_served_on = models.DateField("决定送达日期", null=True)
    plaque = models.CharField("牌匾收回", max_length=120, blank=True)
    closed_on = models.DateField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "取消称号程序"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["project"], condition=Q(closed_on=None), name="one_open_revocation")
        ]

    def __str__(self) -> str:
        return f"取消称号程序 {self.pk}"
