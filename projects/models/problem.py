"""问题: one register for all sources (handbook 7)."""

from django.conf import settings
from django.db import models

from projects.models.project import Decision, Project

USER = settings.AUTH_USER_MODEL


class Problem(models.Model):
    """问题: what a unit must put right; here those a rectification order lists (handbook 7)."""

    class State(models.TextChoices):
        OPEN = "open", "待整改"
        ANSWERED = "answered", "已报整改"
        CLOSED = "closed", "已销号"

    class Level(models.TextChoices):
        MINOR = "minor", "一般"
        MAJOR = "major", "较重"
        SEVERE = "severe", "严重"

    project = models.ForeignKey(Project, models.PROTECT, related_name="problems")
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="problems")
    number = models.PositiveSmallIntegerField("序号")
    round = models.PositiveSmallIntegerField("整改轮次", default=1)
    fact = models.CharField("事实", max_length=300)
    clause = models.CharField("依据", max_length=160)
    requirement = models.CharField("整改要求", max_length=300)
    level = models.CharField("程度", max_length=8, choices=Level, default=Level.MAJOR)
    state = models.CharField("状态", max_length=12, choices=State, default=State.OPEN)
    answer = models.CharField("整改措施和结果", max_length=500, blank=True)
    verdict = models.CharField("复核意见", max_length=300, blank=True)
    verified_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    closed_on = models.DateField("销号日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "问题"
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["decision", "project", "number"], name="problem_number_once")]

    def __str__(self) -> str:
        return self.fact
