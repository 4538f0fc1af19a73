"""豁免: an approval document lifts one finding of one project until a day."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from projects.models.project import Project

USER = settings.AUTH_USER_MODEL


class Waiver(models.Model):
    """`source`, `code`: the finding as its alert or its step has it; `finding`, `clause`, `rank`: as it read then.

    In force once both departments agreed, until the end of `until`. Never changed: a longer one is a new one.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", "待批准"
        APPROVED = "approved", "已批准"
        RETURNED = "returned", "已退回"
        ENDED = "ended", "提前终止"

    project = models.ForeignKey(Project, models.PROTECT, related_name="waivers")
    source = models.CharField("来源", max_length=24)
    code = models.CharField("事项代码", max_length=64)
    finding = models.CharField("豁免的事项", max_length=200)
    clause = models.CharField("依据", max_length=120, blank=True)
    rank = models.CharField("效力", max_length=12, blank=True)
    reason = models.CharField("理由和范围", max_length=300)
    number = models.CharField("批准文号", max_length=80)
    dated_on = models.DateField("成文日期")
    until = models.DateField("豁免至")
    state = models.CharField("状态", max_length=10, choices=State, default=State.PROPOSED)
    proposed_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="提出人")
    proposed_on = models.DateField("提出日期")
    hr_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="人社")
    hr_on = models.DateField("人社批准日期", null=True, blank=True)
    finance_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="财政")
    finance_on = models.DateField("财政批准日期", null=True, blank=True)
    closed_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    closed_on = models.DateField("退回或终止日期", null=True, blank=True)
    closed_why = models.CharField("退回或终止理由", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "豁免"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "source", "code"], condition=Q(state="proposed"), name="one_waiver_waits_per_finding"
            ),
            models.CheckConstraint(
                name="approved_waiver_has_both_signatures",
                condition=~Q(state="approved")
                | Q(hr_by__isnull=False, finance_by__isnull=False, hr_on__isnull=False, finance_on__isnull=False),
            ),
            models.CheckConstraint(
                name="waiver_hands_differ",
                condition=(Q(hr_by__isnull=True) | ~Q(hr_by=F("proposed_by")))
                & (Q(finance_by__isnull=True) | ~Q(finance_by=F("proposed_by")))
                & (Q(hr_by__isnull=True) | Q(finance_by__isnull=True) | ~Q(hr_by=F("finance_by"))),
            ),
            models.CheckConstraint(name="waiver_ends_after_its_proposal", condition=Q(until__gte=F("proposed_on"))),
        ]

    def __str__(self) -> str:
        return f"豁免：{self.finding}"

    @property
    def words(self) -> str:
        return f"已豁免至 {self.until}，{self.number}"
