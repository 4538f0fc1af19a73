"""承继: which unit held a project before a merger handed it on; papers of an earlier date go on naming that unit."""

from django.db import models

from accounts.models import Organisation
from projects.models.project import Project


class FormerUnit(models.Model):
    """A unit that held a project until the day `until`, which is the first day of its successor (handbook 10)."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="former_units")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="原项目单位")
    until = models.DateField("承继日期")
    document = models.CharField("依据文件", max_length=80)

    class Meta:
        verbose_name = verbose_name_plural = "原项目单位"
        ordering = ["until", "pk"]
        constraints = [models.UniqueConstraint(fields=["project", "until"], name="one_unit_hands_over_a_day")]

    def __str__(self) -> str:
        return f"{self.organisation}（{self.until} 承继）"
