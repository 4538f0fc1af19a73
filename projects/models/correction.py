"""更正: a fact of a decision in force that was registered wrongly, set right by a counter-event."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from projects.models.project import Decision

USER = settings.AUTH_USER_MODEL


class Correction(models.Model):
    """One wrong number or date of a decision. The decision keeps what was registered; both versions stay readable."""

    class Field(models.TextChoices):
        NUMBER = "number", "文号"
        DATED_ON = "dated_on", "成文日期"

    class State(models.TextChoices):
        OPEN = "open", "待确认"
        CONFIRMED = "confirmed", "已更正"
        REFUSED = "refused", "不予更正"

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="corrections")
    field = models.CharField("更正事项", max_length=10, choices=Field)
    old = models.CharField("原登记", max_length=80)
    new = models.CharField("更正为", max_length=80)
    reason = models.CharField("理由", max_length=300)
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN)
    proposed_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    proposed_on = models.DateField("提出日期")
    answered_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    answered_on = models.DateField("确认日期", null=True)
    answer = models.CharField("答复", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "决定更正"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "field"], condition=Q(state="open"), name="one_open_correction_per_field"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_field_display()}：{self.old} → {self.new}"
