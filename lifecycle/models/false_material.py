"""虚假材料: a case any office opens at any time, heard, and found by both departments or dismissed."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from projects.models import Attachment, Decision, Project

USER = settings.AUTH_USER_MODEL


class FalseCase(models.Model):
    """Which paper is said to be false, on what evidence, what the unit says, and what came of it."""

    class State(models.TextChoices):
        OPEN = "open", "核查中"
        FOUND = "found", "已认定"
        DISMISSED = "dismissed", "不予认定"

    project = models.ForeignKey(Project, models.PROTECT, related_name="false_cases")
    document = models.CharField("涉及材料", max_length=160)
    attachment = models.ForeignKey(Attachment, models.PROTECT, null=True, blank=True, related_name="+")
    facts = models.TextField("事实")
    evidence = models.TextField("证据")
    opened_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    opened_on = models.DateField("立案日期")
    answer_by = models.DateField("单位说明截止")
    statement = models.TextField("单位说明", blank=True)
    stated_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    stated_on = models.DateField("说明日期", null=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN)
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="+")
    conclusion = models.CharField("结论", max_length=500, blank=True)
    closed_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    closed_on = models.DateField("办结日期", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "虚假材料案件"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["project"], condition=Q(state="open"), name="one_open_false_case"),
            models.CheckConstraint(
                name="a_closed_false_case_has_its_day", condition=Q(state="open") | Q(closed_on__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"虚假材料：{self.document}"
