"""指标填报: what was reached in a period, and for F04 what is expected by the end of the year."""

from django.conf import settings
from django.db import models

from performance.models.round import PeriodReturn
from performance.models.sheet import Indicator
from policy.terms import Attained

USER = settings.AUTH_USER_MODEL


class Reading(models.Model):
    """One indicator in one 季报包. Figures stay the text that was typed, so that 1/3 stays 1/3.

    `value` (of a rate: `numerator`, `denominator`) is of the days this return covers; a register's figure is not
    typed and stands here only once the return was accepted. Empty is missing, "0" is a true zero. `expected`, `cause`,
    `likelihood`, `measure`: the columns of F04.
    """

    class Likelihood(models.TextChoices):
        CERTAIN = "certain", "确定能"
        POSSIBLE = "possible", "有可能"
        IMPOSSIBLE = "impossible", "完全不可能"

    class Cause(models.TextChoices):
        FUNDING = "funding", "经费保障"
        RULES = "rules", "制度保障"
        STAFF = "staff", "人员保障"
        HARDWARE = "hardware", "硬件条件保障"
        OTHER = "other", "其他"

    period_return = models.ForeignKey(PeriodReturn, models.PROTECT, related_name="readings")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="readings")
    value = models.CharField("本期值", max_length=40, blank=True)
    numerator = models.CharField("分子", max_length=40, blank=True)
    denominator = models.CharField("分母", max_length=40, blank=True)
    attained = models.CharField("达成程度", max_length=8, choices=Attained, blank=True)
    reason = models.CharField("异常原因", max_length=300, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    expected = models.CharField("全年预计完成值", max_length=40, blank=True)
    cause = models.CharField("偏差原因", max_length=10, choices=Cause, blank=True)
    cause_text = models.CharField("原因说明", max_length=300, blank=True)
    likelihood = models.CharField("完成目标可能性", max_length=12, choices=Likelihood, blank=True)
    measure = models.CharField("改进措施", max_length=300, blank=True)
    entered_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="填报人")
    entered_on = models.DateField("填报日期")

    class Meta:
        verbose_name = verbose_name_plural = "指标填报"
        ordering = ["indicator__order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["period_return", "indicator"], name="one_reading_per_indicator_and_return")
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.value or self.numerator}"
