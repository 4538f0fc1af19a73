"""送达: how a paper of law reached the unit. The row is written once; the dates it starts stand with their own rows."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from projects.models import Decision, Project

USER = settings.AUTH_USER_MODEL


class Service(models.Model):
    """One paper served on one unit. `acted_on`: handed over, left, received by post or published; `served_on`: in law."""

    class Way(models.TextChoices):
        DIRECT = "direct", "直接送达"
        LEFT = "left", "留置送达"
        POST = "post", "邮寄送达"
        ELECTRONIC = "electronic", "电子送达"
        PUBLIC = "public", "公告送达"

    project = models.ForeignKey(Project, models.PROTECT, related_name="services")
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="services")
    way = models.CharField("送达方式", max_length=12, choices=Way)
    acted_on = models.DateField("签收、留置、妥投或公告日期")
    served_on = models.DateField("送达日期")
    receiver = models.CharField("受送达人（签收人）", max_length=60, blank=True)
    witness = models.CharField("见证人", max_length=120, blank=True)
    recorded_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    on = models.DateField("登记日期")

    class Meta:
        verbose_name = verbose_name_plural = "送达"
        ordering = ["served_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "decision"], name="each_paper_served_once"),
            models.CheckConstraint(name="served_on_or_after_the_act", condition=Q(served_on__gte=F("acted_on"))),
        ]

    def __str__(self) -> str:
        return f"{self.decision} {self.served_on} {self.get_way_display()}"
