"""What a unit asks of the departments."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from projects.models import Project

USER = settings.AUTH_USER_MODEL


class Request(models.Model):
    """What a unit asks of the departments: more time to build, or to give the project up."""

    class Kind(models.TextChoices):
        EXTENSION = "extension", "延期"
        TERMINATION = "termination", "终止"

    class State(models.TextChoices):
        OPEN = "open", "待办理"
        GRANTED = "granted", "已批准"
        REFUSED = "refused", "未批准"

    project = models.ForeignKey(Project, models.PROTECT, related_name="requests")
    kind = models.CharField("事项", max_length=12, choices=Kind)
    months = models.PositiveSmallIntegerField("申请月数", default=0)
    reason = models.CharField("理由", max_length=500)
    requested_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    on = models.DateField("申请日期")
    state = models.CharField("状态", max_length=8, choices=State, default=State.OPEN)
    answer = models.CharField("答复", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "申请"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "kind"], condition=Q(state="open"), name="one_open_request")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on}"
