"""争议: 行政复议 or 诉讼 against a joint decision, from its acceptance to its outcome."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from projects.models import Decision, Project

USER = settings.AUTH_USER_MODEL


class Dispute(models.Model):
    """While it is open the project bears the overlay 争议; an annulled decision is undone by a counter-event."""

    class Kind(models.TextChoices):
        REVIEW = "review", "行政复议"
        LITIGATION = "litigation", "行政诉讼"

    class Result(models.TextChoices):
        UPHELD = "upheld", "维持决定"
        ANNULLED = "annulled", "撤销决定"
        DROPPED = "dropped", "撤回或终止"

    project = models.ForeignKey(Project, models.PROTECT, related_name="disputes")
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="disputes")
    kind = models.CharField("途径", max_length=12, choices=Kind)
    body = models.CharField("受理机关", max_length=120)
    number = models.CharField("受理文号", max_length=80)
    accepted_on = models.DateField("受理日期")
    registered_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    result = models.CharField("结果", max_length=10, choices=Result, blank=True)
    result_number = models.CharField("结果文号", max_length=80, blank=True)
    closed_on = models.DateField("结案日期", null=True, blank=True)
    undone_by = models.ForeignKey(Decision, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "复议和诉讼"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "decision", "kind"], condition=Q(closed_on=None), name="one_open_dispute_a_way"
            ),
            models.CheckConstraint(
                name="closed_dispute_has_a_result",
                condition=Q(closed_on=None, result="") | (Q(closed_on__isnull=False) & ~Q(result="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"
