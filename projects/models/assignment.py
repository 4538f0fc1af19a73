"""受委派: somebody from outside who reaches one project, for one task, while it lasts (scope A)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from projects.models.project import Project

USER = settings.AUTH_USER_MODEL


class Assignment(models.Model):
    """An expert on one project. Live while `until` is empty; ended, never deleted."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="assignments")
    user = models.ForeignKey(USER, models.PROTECT, related_name="assignments")
    since = models.DateField("起")
    until = models.DateField("止", null=True)
    assigned_by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "受委派"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "user"], condition=Q(until=None), name="one_live_assignment")
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.project}"
